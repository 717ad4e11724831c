//! Observed against expected p-values of all pairs of a form: whether the response model fits, and which
//! pairs leave it.

use crate::model::evidence::SimilarityGroup;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, grouped, say};
use crate::report::chart::network;
use crate::report::chart::palette::{BLUE, Dash, INK, MUTED, ORANGE, VERMILLION};
use crate::report::chart::panel::Panel;
use crate::report::wording;

/// Side of the square plot, pixels.
const SIDE: f64 = 430.0;
/// Points that are drawn at most.
const MAXIMUM_POINTS: usize = 400;
/// Decades shown below the smallest observable share: far smaller p-values sit at the edge.
const MARGIN_DECADES: f64 = 4.0;

/// The chart of one group; `None` without points.
pub fn draft<'a>(group: &'a SimilarityGroup, names: &BatchNames) -> Option<Draft<'a>> {
    let points: Vec<(f64, f64)> = group
        .calibration
        .iter()
        .filter(|point| point.p_value > 0.0 && point.observed_rate > 0.0)
        .map(|point| (point.p_value.log10(), point.observed_rate.log10()))
        .filter(|(expected, observed)| expected.is_finite() && observed.is_finite())
        .map(|(expected, observed)| (expected.min(0.0), observed.min(0.0)))
        .collect();
    if points.is_empty() {
        return None;
    }
    let control: Vec<(f64, f64)> = group
        .detail
        .control
        .iter()
        .flat_map(|control| &control.calibration)
        .filter(|point| point.p_value > 0.0 && point.observed_rate > 0.0)
        .map(|point| (point.p_value.log10().min(0.0), point.observed_rate.log10().min(0.0)))
        .collect();
    let mut data = ChartData::new(&["p_value", "observed_rate", "observed_rate_of_control_pairs"]);
    for point in &group.calibration {
        let number = |value: f64| if value.is_finite() { format!("{value:.6e}") } else { String::new() };
        let of_control = group.detail.control.iter().flat_map(|control| &control.calibration);
        let mut same =
            of_control.filter(|control| control.p_value == point.p_value).map(|control| control.observed_rate);
        let same = same.next().map(number).unwrap_or_default();
        data.rows.push(vec![number(point.p_value), number(point.observed_rate), same]);
    }
    let least = points.iter().chain(&control).map(|point| point.1).fold(0.0, f64::min);
    let first = points.iter().map(|point| point.0).fold(0.0, f64::min);
    let threshold = (group.significance_level / group.pairs_compared.max(1) as f64).log10();
    let threshold = threshold.is_finite().then_some(threshold.min(0.0));
    let low = first.min(threshold.unwrap_or(0.0)).max(least - MARGIN_DECADES).min(least).floor().min(-1.0);
    let step = points.len().div_ceil(MAXIMUM_POINTS);
    let thinned: Vec<(f64, f64)> = points.iter().step_by(step).copied().collect();
    let name = network::group_name(group);
    let model = wording::label("figure_value", group.model);
    let caption = Bilingual::new(
        format!(
            "横轴为 p 值（在模型成立时期望有同样比例的答卷对不超过它），纵轴为实际不超过它的答卷对比例，均为对数刻度。点沿对角线表示\
             模型与数据相符；左端高于对角线为异常相似的答卷对。竖线为 Holm 检验第一步的界限（α/m）。模型：{}。{} n = {} 份答卷，{} 对。\
             各对不独立，偏离程度只供参考。",
            model.zh,
            group.model_note.zh,
            grouped(group.sheets),
            grouped(group.pairs_compared)
        ),
        format!(
            "Across: a p-value (the share of pairs expected at or below it under the model); up: the share observed at or \
             below it; both logarithmic. Points along the diagonal: the model fits; above it at the left: pairs that are \
             unusually alike. Upright line: first step of Holm's test (α/m). Model: {}. {} n = {} sheets, {} pairs. Pairs \
             are not independent, so departures are only a guide.",
            model.en,
            group.model_note.en,
            grouped(group.sheets),
            grouped(group.pairs_compared)
        ),
    );
    Some(Draft {
        name: format!("similarity-calibration-{name}"),
        title: Bilingual::new(
            format!("相似度模型校准：{name}"),
            format!("Calibration of the similarity model: {name}"),
        ),
        subtitle: network::group_subtitle(group, names),
        caption,
        data,
        section: ChartSection::Similarity,
        batch_id: network::single_batch(group),
        picture: Box::new(CalibrationPicture { points: thinned, control, low, threshold }),
    })
}

struct CalibrationPicture {
    points: Vec<(f64, f64)>,
    control: Vec<(f64, f64)>,
    low: f64,
    threshold: Option<f64>,
}

/// A power of ten as people write it.
fn decade(exponent: f64) -> String {
    let exponent = exponent.round() as i64;
    match exponent {
        0 => "1".to_owned(),
        -1 => "0.1".to_owned(),
        -2 => "0.01".to_owned(),
        other => format!("1e−{}", other.unsigned_abs()),
    }
}

impl Picture for CalibrationPicture {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let mut keys = vec![
            (Key::Symbol(Symbol::Disc, BLUE), say(language, "实际比例", "observed share")),
            (Key::Line(Stroke::new(INK, 1.6).dashed(Dash::Short)), say(language, "与模型相符", "as the model expects")),
            (
                Key::Line(Stroke::new(VERMILLION, 1.8).dashed(Dash::Long)),
                say(language, "Holm 第一步界限 α/m", "first step of Holm, α/m"),
            ),
        ];
        if !self.control.is_empty() {
            let words = say(language, "不同考场的配对（对照组）", "pairs of different rooms (control group)");
            keys.insert(1, (Key::Symbol(Symbol::HollowDiamond, ORANGE), words));
        }
        let used = canvas.legend(MARGIN, TOP, &keys);
        let top = TOP + used + 24.0;
        let left = (WIDTH - SIDE) / 2.0 + 20.0;
        let area = Area::new(left, top, left + SIDE, top + SIDE);
        let range = self.low..0.0;
        let panel = Panel::new(canvas, area, range.clone(), range);
        let step = (-self.low / 9.0).ceil().max(1.0);
        let ticks: Vec<f64> = (0..12)
            .map(|index| -step * f64::from(index))
            .filter(|tick| *tick >= self.low)
            .map(|tick| tick + 0.0)
            .collect();
        panel.x_axis(&ticks, decade);
        panel.y_axis(&ticks, decade);
        panel.base();
        canvas.line((area.left, area.top), (area.left, area.bottom), Stroke::new(MUTED, 1.2));
        canvas.line(panel.at(self.low, self.low), panel.at(0.0, 0.0), Stroke::new(INK, 1.6).dashed(Dash::Short));
        if let Some(threshold) = self.threshold.filter(|threshold| *threshold >= self.low) {
            let x = panel.at(threshold, 0.0).0;
            canvas.line((x, area.top), (x, area.bottom), Stroke::new(VERMILLION, 1.8).dashed(Dash::Long));
            let label = format!("α/m = {:.1e}", 10_f64.powf(threshold)).replace("e-", "e−");
            canvas.text(x, area.top - 3.0, &label, Type::new(SMALL).centre().above());
        }
        let places: Vec<(f64, f64)> = self.points.iter().map(|(x, y)| panel.at(*x, *y)).collect();
        canvas.polyline(&places, Stroke::new(BLUE, 1.0));
        for (x, y) in places {
            canvas.symbol(Symbol::Disc, x, y, 3.0, BLUE);
        }
        for (x, y) in &self.control {
            let (x, y) = panel.at(x.max(self.low), *y);
            canvas.symbol(Symbol::HollowDiamond, x, y, 5.0, ORANGE);
        }
        panel.x_title(say(language, "p 值（期望比例）", "p-value (expected share)"));
        panel.y_title(say(language, "实际不超过该 p 值的比例", "observed share at or below"), area.left - 62.0);
        area.bottom + 54.0
    }
}

#[cfg(test)]
mod tests {
    use super::decade;

    #[test]
    fn writes_decades() {
        assert_eq!([0.0, -2.0, -7.0].map(decade), ["1", "0.01", "1e−7"]);
    }
}
