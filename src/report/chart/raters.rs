//! Raters against those who marked the same work: mean deviation with its interval.

use crate::model::evidence::RaterProfile;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, grouped, masked, optional, real, say};
use crate::report::chart::palette::{BLUE, Colour, INK, PURPLE, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};

fn mark(profile: &RaterProfile) -> (Symbol, Colour) {
    match (profile.severity_flagged, profile.drift_flagged) {
        (true, _) => (Symbol::Diamond, VERMILLION),
        (false, true) => (Symbol::Triangle, PURPLE),
        (false, false) => (Symbol::Disc, BLUE),
    }
}

/// The chart; `None` when no rater can be compared.
pub fn draft<'a>(profiles: &[&'a RaterProfile], names: &BatchNames) -> Option<Draft<'a>> {
    let mut shown: Vec<&RaterProfile> =
        profiles.iter().copied().filter(|profile| profile.mean_deviation_rate.is_finite()).collect();
    if shown.is_empty() {
        return None;
    }
    shown.sort_by(|a, b| a.rater_id.cmp(&b.rater_id).then_with(|| a.body_id.cmp(&b.body_id)));
    let mut data = ChartData::new(&[
        "body_id",
        "rater_id",
        "marks",
        "mean_deviation_rate",
        "interval_low",
        "interval_high",
        "p_value",
        "adjusted_p_value",
        "severity_flagged",
        "drift_rho",
        "drift_adjusted_p_value",
        "drift_flagged",
        "batches",
    ]);
    for profile in &shown {
        data.rows.push(vec![
            profile.body_id.as_ref().map_or_else(String::new, |body| masked(body.as_str())),
            masked(profile.rater_id.as_str()),
            profile.n.to_string(),
            real(profile.mean_deviation_rate),
            real(profile.interval.0),
            real(profile.interval.1),
            real(profile.p_value),
            real(profile.adjusted_p_value),
            profile.severity_flagged.to_string(),
            optional(profile.drift_rho.map(real)),
            optional(profile.drift_adjusted_p_value.map(real)),
            profile.drift_flagged.to_string(),
            profile.batches.len().to_string(),
        ]);
    }
    let all = shown.len();
    let n = shown.iter().fold(0_u64, |sum, profile| sum.saturating_add(profile.n));
    // Those to look at and the greatest deviations stay; the rows are then in order of severity.
    let flagged = |profile: &RaterProfile| profile.severity_flagged || profile.drift_flagged;
    shown.sort_by(|a, b| {
        flagged(b)
            .cmp(&flagged(a))
            .then_with(|| b.mean_deviation_rate.abs().total_cmp(&a.mean_deviation_rate.abs()))
            .then_with(|| a.rater_id.cmp(&b.rater_id))
    });
    shown.truncate(MAXIMUM_ROWS);
    shown.sort_by(|a, b| {
        a.mean_deviation_rate.total_cmp(&b.mean_deviation_rate).then_with(|| a.rater_id.cmp(&b.rater_id))
    });
    let labels = shown
        .iter()
        .map(|profile| RowLabel {
            main: masked(profile.rater_id.as_str()),
            detail: Bilingual::new(
                format!("{} 批次", profile.batches.len()),
                format!("{} {}", profile.batches.len(), if profile.batches.len() == 1 { "batch" } else { "batches" }),
            ),
            note: note(profile),
        })
        .collect();
    let caption = Bilingual::new(
        format!(
            "每行一名考评员：符号为其评分与同一作答其他评分者评分之差的平均值（占满分的百分比，负为偏严、正为偏宽），横线为 95 % 区间。\
             菱形表示经 Holm 校正后超过偏差标准，三角表示评分随时间漂移。共 {} 次比较。所评考生不同、评分要素不同也会造成差异，\
             是否标准不统一由人认定。",
            grouped(n)
        ),
        format!(
            "One row a rater: the mark is the mean of own mark minus the marks of others on the same work (per cent of the \
             maximum; negative is severe, positive lenient), the line its 95 % interval. Diamonds are past the severity \
             criterion after Holm's adjustment, triangles drift over time. {} comparisons. Other candidates or other \
             criteria can differ in the same way; whether standards were not uniform is for a person to decide.",
            grouped(n)
        ),
    );
    Some(Draft {
        name: "raters".to_owned(),
        title: Bilingual::new("考评员评分比较：平均偏差", "Raters compared: mean deviation"),
        subtitle: names.dated(
            Bilingual::new(
                format!("{all} 名考评员，n = {} 次评分比较", grouped(n)),
                format!("{all} raters, n = {} marks compared", grouped(n)),
            ),
            profiles.iter().flat_map(|profile| &profile.batches),
        ),
        caption: rows::joined(caption, &rows::left_out(shown.len(), all)),
        data,
        section: ChartSection::Scoring,
        batch_id: None,
        picture: Box::new(RatersPicture { labels, shown }),
    })
}

fn note(profile: &RaterProfile) -> Bilingual {
    let value = profile.mean_deviation_rate * 100.0;
    let sign = if value < 0.0 { "−" } else { "+" };
    let text = format!("n = {} · {sign}{:.2} %", grouped(profile.n), value.abs());
    Bilingual::new(text.clone(), text)
}

struct RatersPicture<'a> {
    labels: Vec<RowLabel>,
    shown: Vec<&'a RaterProfile>,
}

impl Picture for RatersPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (
                    Key::Whisker(Symbol::Diamond, VERMILLION),
                    say(language, "偏严或偏宽超过标准", "severity past its criterion"),
                ),
                (Key::Whisker(Symbol::Triangle, PURPLE), say(language, "随时间漂移", "drift past its criterion")),
                (Key::Whisker(Symbol::Disc, BLUE), say(language, "未超过标准", "within criteria")),
            ],
        );
        let top = TOP + used + 32.0;
        let area = rows::frame(canvas, &self.labels, Columns { label: 170.0, note: 170.0 }, top, language);
        let furthest = self
            .shown
            .iter()
            .flat_map(|profile| [profile.mean_deviation_rate, profile.interval.0, profile.interval.1])
            .filter(|value| value.is_finite())
            .fold(0.02, |furthest: f64, value| furthest.max(value.abs()));
        // Deviations are shares: intervals of few marks may leave that range, the chart does not follow them.
        let end = (furthest * 1.08).min(1.0) * 100.0;
        let panel = Panel::new(canvas, area, -end..end, 0.0..1.0);
        let ticks = panel.x_ticks(9);
        panel.x_axis(&ticks, |tick| format!("{} %", tick_text(&ticks, tick)));
        panel.base();
        let middle = panel.at(0.0, 0.0).0;
        canvas.line((middle, area.top - 4.0), (middle, area.bottom), Stroke::new(INK, 1.6));
        let words = [say(language, "← 偏严", "← severe"), say(language, "偏宽 →", "lenient →")];
        canvas.text(middle - 12.0, area.top - 8.0, words[0], Type::new(SMALL).right().above());
        canvas.text(middle + 12.0, area.top - 8.0, words[1], Type::new(SMALL).above());
        for (index, profile) in self.shown.iter().enumerate() {
            let y = rows::middle(area, index);
            let (symbol, colour) = mark(profile);
            let x_of = |rate: f64| panel.at(rate * 100.0, 0.0).0;
            let (low, high) = profile.interval;
            if low.is_finite() && high.is_finite() && low <= high {
                let stroke = Stroke::new(colour, 1.8);
                canvas.line((x_of(low), y), (x_of(high), y), stroke);
                for end in [x_of(low), x_of(high)] {
                    canvas.line((end, y - ROW * 0.15), (end, y + ROW * 0.15), stroke);
                }
            }
            canvas.symbol(symbol, x_of(profile.mean_deviation_rate), y, 6.0, colour);
            // Both at once: the triangle stands beside the diamond.
            if profile.severity_flagged && profile.drift_flagged {
                canvas.symbol(Symbol::Triangle, area.right - 8.0, y, 5.5, PURPLE);
            }
        }
        panel.x_title(say(language, "平均偏差（占满分的百分比）", "mean deviation (per cent of the maximum mark)"));
        area.bottom + 52.0
    }
}
