//! Raters of one panel measured together: severity in logits with its interval, from severe to lenient.

use crate::model::rater_evidence::{RaterMeasure, RaterPanel};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, Tails, component, counted, grouped, masked, optional, real, say};
use crate::report::chart::palette::{BLUE, Colour, INK, MUTED, ORANGE, PURPLE, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, ROW, RowLabel};

/// Raters on one chart: beyond them the least remarkable stay away.
const MAXIMUM_RATERS: usize = 60;
/// Characters of a rater's name that a label keeps.
const LABEL: usize = 16;
/// The axis ends here, however far an interval reaches.
const FURTHEST_LOGIT: f64 = 8.0;

/// What a panel is called in titles: its body and component.
pub fn panel_name(panel: &RaterPanel, names: &BatchNames) -> Bilingual {
    let part = component(&panel.component);
    let body = names.body(panel.body_id.as_ref());
    if body.is_empty() {
        return part;
    }
    Bilingual::new(format!("{body} {}", part.zh), format!("{body}, {}", part.en))
}

/// What a panel is called in file names.
pub fn panel_stem(panel: &RaterPanel) -> String {
    let body = panel.body_id.as_ref().map_or("all", |body| body.as_str());
    format!("{}-{body}", component(&panel.component).en)
}

/// Whether enough was marked to say something of the rater.
pub fn is_judged(panel: &RaterPanel, rater: &RaterMeasure) -> bool {
    rater.ratings >= panel.minimum_ratings && rater.severity_logit.is_some_and(f64::is_finite)
}

/// A signed number with two decimals and a true minus sign.
pub fn signed(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let sign = match value {
        _ if text == "0.00" => "",
        value if value < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text}")
}

/// Labels of raters: long names by their ends, where they differ.
pub fn rater_labels(raters: &[&RaterMeasure]) -> Tails {
    Tails::of(raters.iter().map(|rater| rater.rater_id.as_str()), LABEL)
}

fn has(rater: &RaterMeasure, sign: &str) -> bool {
    rater.signs.contains(&sign)
}

fn mark(panel: &RaterPanel, rater: &RaterMeasure) -> (Symbol, Colour) {
    if !is_judged(panel, rater) {
        (Symbol::Ring, MUTED)
    } else if has(rater, "severe") {
        (Symbol::Triangle, VERMILLION)
    } else if has(rater, "lenient") {
        (Symbol::TriangleDown, ORANGE)
    } else if !rater.signs.is_empty() {
        (Symbol::Square, PURPLE)
    } else {
        (Symbol::Disc, BLUE)
    }
}

/// One line of the chart.
enum Line<'a> {
    /// The name of a connected subset.
    Subset,
    /// A rater.
    Rater(&'a RaterMeasure),
}

/// The chart of one panel; `None` when no rater is measured. `panels` are drawn of `all`.
pub fn draft<'a>(panel: &'a RaterPanel, names: &BatchNames, panels: usize, all: usize) -> Option<Draft<'a>> {
    if !panel.raters.iter().any(|rater| rater.severity_logit.is_some_and(f64::is_finite)) {
        return None;
    }
    let mut shown: Vec<&RaterMeasure> = panel.raters.iter().collect();
    let severity = |rater: &RaterMeasure| rater.severity_logit.filter(|value| value.is_finite());
    // Those with signs and the furthest from the mean stay when there are too many.
    shown.sort_by(|a, b| {
        let rank = |rater: &RaterMeasure| (rater.signs.is_empty(), !is_judged(panel, rater));
        let distance = |rater: &RaterMeasure| severity(rater).map_or(0.0, f64::abs);
        rank(a)
            .cmp(&rank(b))
            .then_with(|| distance(b).total_cmp(&distance(a)))
            .then_with(|| a.rater_id.cmp(&b.rater_id))
    });
    shown.truncate(MAXIMUM_RATERS);
    shown.sort_by(|a, b| {
        let height = |rater: &RaterMeasure| severity(rater).unwrap_or(f64::NEG_INFINITY);
        (subset_order(a).cmp(&subset_order(b)))
            .then_with(|| height(b).total_cmp(&height(a)))
            .then_with(|| a.rater_id.cmp(&b.rater_id))
    });
    let raters = panel.raters.len();
    let caption =
        rows::joined(rows::joined(caption(panel), &rows::left_out(shown.len(), raters)), &panels_left_out(panels, all));
    let name = panel_name(panel, names);
    let (labels, lines) = lines(panel, &shown);
    Some(Draft {
        name: format!("rater-severity-{}", panel_stem(panel)),
        title: Bilingual::new(
            format!("考评员宽严（logit）：{}", name.zh),
            format!("Severity of raters (logits): {}", name.en),
        ),
        subtitle: names.dated(
            Bilingual::new(
                format!("{raters} 名考评员，n = {} 次评分，{} 人", grouped(panel.ratings), grouped(panel.persons)),
                format!(
                    "{}, n = {} marks of {} works",
                    counted(raters, "rater"),
                    grouped(panel.ratings),
                    grouped(panel.persons)
                ),
            ),
            panel.batches.iter(),
        ),
        caption,
        data: data(panel),
        section: ChartSection::Scoring,
        batch_id: None,
        picture: Box::new(SeverityPicture { panel, labels, lines }),
    })
}

/// Raters of no subset, because nothing is estimated of them, stand last.
pub fn subset_order(rater: &RaterMeasure) -> u64 {
    rater.subset.wrapping_sub(1)
}

/// What a caption says when further panels have no chart.
pub fn panels_left_out(panels: usize, all: usize) -> Bilingual {
    if panels >= all {
        return Bilingual::default();
    }
    Bilingual::new(
        format!("共 {all} 组考评员（机构 × 科目），只画 {panels} 组，有迹象者在前；全部见 evidence.xlsx。"),
        format!(
            " {panels} of {all} panels (body × component) are drawn, those with signs first; evidence.xlsx has all."
        ),
    )
}

fn caption(panel: &RaterPanel) -> Bilingual {
    let (least, n) = (grouped(panel.minimum_ratings), grouped(panel.ratings));
    let mut caption = Bilingual::new(
        format!(
            "每行一名考评员，由严到宽：符号为多面 Rasch 模型估计的严厉度（logit，平均为 0，右侧偏严），横线为 95 % 区间。模型已扣除\
             考生水平和评分要素难度的差别。评分少于 {least} 次者只列出，不作判断。宽严是否合理由人认定。n = {n}。",
        ),
        format!(
            "One row a rater, severe to lenient: the mark is the severity by the many-facet Rasch model (logits, mean 0, \
             severe at the right), the line its 95 % interval. Differences between candidates and between criteria are \
             taken out. Of raters with fewer than {least} marks nothing is said. What a difference means is for a person \
             to decide. n = {n} marks.",
        ),
    );
    if panel.subsets > 1 {
        caption.zh.push_str(&format!(
            "评分设计分成 {} 个互不相连的组：没有共同评过的作品，不同组之间的数值不能比较。",
            panel.subsets
        ));
        caption.en.push_str(&format!(
            " The design falls into {} connected subsets without a work in common: values of different subsets cannot be \
             compared.",
            panel.subsets
        ));
    }
    caption
}

fn data(panel: &RaterPanel) -> ChartData {
    let mut data = ChartData::new(&[
        "body_id",
        "component",
        "rater_id",
        "subset",
        "ratings",
        "severity_logit",
        "standard_error",
        "interval_low",
        "interval_high",
        "adjusted_p_value",
        "fair_average",
        "minimum_ratings",
        "constant_marks",
        "signs",
    ]);
    for rater in &panel.raters {
        data.rows.push(vec![
            panel.body_id.as_ref().map_or_else(String::new, |body| masked(body.as_str())),
            component(&panel.component).en,
            masked(rater.rater_id.as_str()),
            rater.subset.to_string(),
            rater.ratings.to_string(),
            optional(rater.severity_logit.map(real)),
            optional(rater.standard_error.map(real)),
            optional(rater.interval.map(|(low, _)| real(low))),
            optional(rater.interval.map(|(_, high)| real(high))),
            optional(rater.adjusted_p_value.map(real)),
            optional(rater.fair_average.map(real)),
            panel.minimum_ratings.to_string(),
            rater.constant_marks.to_string(),
            rater.signs.join(" "),
        ]);
    }
    data
}

/// Labels and lines: the name of each subset above its raters, when there are several.
fn lines<'a>(panel: &RaterPanel, shown: &[&'a RaterMeasure]) -> (Vec<RowLabel>, Vec<Line<'a>>) {
    let (mut labels, mut lines) = (Vec::new(), Vec::new());
    let tails = rater_labels(shown);
    let mut subset = None;
    for rater in shown {
        if panel.subsets > 1 && subset != Some(rater.subset) {
            subset = Some(rater.subset);
            let members = panel.raters.iter().filter(|other| other.subset == rater.subset).count();
            labels.push(RowLabel {
                main: String::new(),
                detail: match rater.subset {
                    0 => Bilingual::new(
                        format!("未能估计 · {members} 名"),
                        format!("not estimated · {}", counted(members, "rater")),
                    ),
                    subset => Bilingual::new(
                        format!("连通组 {subset} · {members} 名"),
                        format!("subset {subset} · {}", counted(members, "rater")),
                    ),
                },
                note: Bilingual::default(),
            });
            lines.push(Line::Subset);
        }
        labels.push(RowLabel {
            main: tails.label(rater.rater_id.as_str()),
            detail: Bilingual::default(),
            note: note(panel, rater),
        });
        lines.push(Line::Rater(rater));
    }
    (labels, lines)
}

fn note(panel: &RaterPanel, rater: &RaterMeasure) -> Bilingual {
    let n = format!("n = {}", grouped(rater.ratings));
    if rater.constant_marks {
        return Bilingual::new(format!("{n} · 各次评分相同"), format!("{n} · all marks the same"));
    }
    if !is_judged(panel, rater) {
        return Bilingual::new(format!("{n} · 太少，不作判断"), format!("{n} · too few to say"));
    }
    let value = rater.severity_logit.map_or_else(String::new, |value| format!(" · {}", signed(value)));
    let fair = |word: &str| match rater.fair_average.filter(|fair| fair.is_finite()) {
        Some(fair) => format!(" · {word} {fair:.1}"),
        None => String::new(),
    };
    Bilingual::new(format!("{n}{value}{}", fair("公平均分")), format!("{n}{value}{}", fair("fair mean")))
}

struct SeverityPicture<'a> {
    panel: &'a RaterPanel,
    labels: Vec<RowLabel>,
    lines: Vec<Line<'a>>,
}

impl SeverityPicture<'_> {
    fn rater(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, rater: &RaterMeasure, y: f64) {
        let Some(severity) = rater.severity_logit.filter(|value| value.is_finite()) else { return };
        let (symbol, colour) = mark(self.panel, rater);
        let x_of = |value: f64| panel.at(value, 0.0).0;
        if let Some((low, high)) =
            rater.interval.filter(|(low, high)| low.is_finite() && high.is_finite() && low <= high)
        {
            let stroke = Stroke::new(colour, 1.8);
            canvas.line((x_of(low), y), (x_of(high), y), stroke);
            for end in [low, high] {
                canvas.line((x_of(end), y - ROW * 0.15), (x_of(end), y + ROW * 0.15), stroke);
            }
        }
        canvas.symbol(symbol, x_of(severity), y, 6.0, colour);
    }
}

impl Picture for SeverityPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (
                    Key::Whisker(Symbol::Triangle, VERMILLION),
                    say(language, "偏严，超过标准", "severe, past its criterion"),
                ),
                (
                    Key::Whisker(Symbol::TriangleDown, ORANGE),
                    say(language, "偏宽，超过标准", "lenient, past its criterion"),
                ),
                (Key::Whisker(Symbol::Square, PURPLE), say(language, "其他迹象", "another sign")),
                (Key::Whisker(Symbol::Disc, BLUE), say(language, "未超过标准", "within criteria")),
                (Key::Whisker(Symbol::Ring, MUTED), say(language, "评分太少", "too few marks")),
            ],
        );
        let top = TOP + used + 32.0;
        let area = rows::frame(canvas, &self.labels, Columns { label: 200.0, note: 200.0 }, top, language);
        let furthest = self
            .lines
            .iter()
            .filter_map(|line| match line {
                Line::Rater(rater) => Some(*rater),
                Line::Subset => None,
            })
            .flat_map(|rater| {
                let (low, high) = rater.interval.unwrap_or_default();
                [rater.severity_logit.unwrap_or_default(), low, high]
            })
            .filter(|value| value.is_finite())
            .fold(0.5, |furthest: f64, value| furthest.max(value.abs()));
        let end = (furthest * 1.08).min(FURTHEST_LOGIT);
        let panel = Panel::new(canvas, area, -end..end, 0.0..1.0);
        let ticks = panel.x_ticks(9);
        panel.x_axis(&ticks, |tick| tick_text(&ticks, tick));
        panel.base();
        let middle = panel.at(0.0, 0.0).0;
        canvas.line((middle, area.top - 4.0), (middle, area.bottom), Stroke::new(INK, 1.6));
        canvas.text(
            middle - 12.0,
            area.top - 8.0,
            say(language, "← 偏宽", "← lenient"),
            Type::new(SMALL).right().above(),
        );
        canvas.text(middle + 12.0, area.top - 8.0, say(language, "偏严 →", "severe →"), Type::new(SMALL).above());
        for (index, line) in self.lines.iter().enumerate() {
            if let Line::Rater(rater) = line {
                self.rater(canvas, &panel, rater, rows::middle(area, index));
            }
        }
        panel.x_title(say(language, "严厉度（logit）", "severity (logits)"));
        area.bottom + 52.0
    }
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn numbers_carry_a_true_sign() {
        assert_eq!([0.456, -1.2, 0.001, -0.001].map(signed), ["+0.46", "−1.20", "0.00", "0.00"]);
    }
}
