//! Scores of one body and component about the pass line: counts, smooth curve, excess and missing, placebo lines.

use crate::model::pass_line_evidence::{LineHeaping, PlaceboStep, StepCount};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, grouped, masked, real, say};
use crate::report::chart::palette::{BLUE, Dash, Hatch, INK, MUTED, ORANGE, PAPER, SKY, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};

/// Steps drawn on either side of the line.
const REACH: i64 = 20;
const COUNTS_HEIGHT: f64 = 250.0;
const PLACEBO_HEIGHT: f64 = 120.0;
/// Logarithms of p-values are drawn down to this one.
const LEAST_LOG: f64 = -12.0;

fn log_p(p_value: Option<f64>) -> Option<f64> {
    p_value.map(|p| p.log10().max(LEAST_LOG))
}

/// Placebo lines with a p-value no larger than the line's own, of all of them.
pub fn rank(found: &LineHeaping) -> Option<(usize, usize)> {
    let own = found.p_value?;
    let known: Vec<f64> = found.placebos.iter().filter_map(|placebo| placebo.p_value).collect();
    Some((known.iter().filter(|p| **p <= own).count(), known.len()))
}

/// A number of points with at most two decimals.
fn short(value: f64) -> String {
    format!("{value:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The score that a step stands for.
fn score_at(found: &LineHeaping, step: f64) -> f64 {
    found.line.to_f64() + step * found.step
}

/// The chart of one body and component; `None` when no score is near the line.
pub fn draft<'a>(found: &'a LineHeaping, names: &BatchNames) -> Option<Draft<'a>> {
    let near: Vec<&StepCount> =
        found.counts.iter().filter(|count| count.step.unsigned_abs() <= REACH.unsigned_abs()).collect();
    if near.is_empty() {
        return None;
    }
    let body = found.body_id.as_ref().map_or_else(|| "-".to_owned(), |body| masked(body.as_str()));
    let component_name = component(&found.component);
    let mut data = ChartData::new(&["body_id", "component", "kind", "step", "score", "count", "expected", "p_value"]);
    let row = |kind: &str, step: i64, count: String, expected: String, p_value: String| {
        let score = real(score_at(found, step as f64));
        vec![
            body.clone(),
            component_name.en.clone(),
            kind.to_owned(),
            step.to_string(),
            score,
            count,
            expected,
            p_value,
        ]
    };
    let number = |value: Option<f64>| value.map_or_else(String::new, real);
    for count in &near {
        data.rows.push(row("count", count.step, count.count.to_string(), number(count.expected), String::new()));
    }
    data.rows.push(row("line", 0, String::new(), String::new(), number(found.p_value)));
    for placebo in &found.placebos {
        data.rows.push(row("placebo", placebo.step, String::new(), String::new(), number(placebo.p_value)));
    }
    let n = grouped(found.scores);
    let name = names.body(found.body_id.as_ref());
    let shown_body = if name.is_empty() { &body } else { &name };
    Some(Draft {
        name: format!("line-heaping-{}-{}", body, found.component.as_str()),
        title: Bilingual::new(
            format!("合格线处的人数：{shown_body} {}", component_name.zh),
            format!("Candidates about the pass line: {shown_body} {}", component_name.en),
        ),
        subtitle: names.dated(Bilingual::new(format!("n = {n}"), format!("n = {n}")), found.batches.iter()),
        caption: caption(found),
        data,
        section: ChartSection::PassLine,
        batch_id: None,
        picture: Box::new(HeapingPicture { found }),
    })
}

fn caption(found: &LineHeaping) -> Bilingual {
    let mut words = Bilingual::new(
        format!("每柱为一档成绩（{} 分），虚线为合格线 {}。", short(found.step), found.line),
        format!(
            "Each bar is one step of scores ({} points); dashed: the pass line {}. ",
            short(found.step),
            found.line
        ),
    );
    if let Some(moved) = &found.moved {
        let (zh, en) = match moved.interval {
            Some((low, high)) => (
                format!("（95% 区间 {:.1} 至 {:.1}，自助法）", low, high),
                format!(" (95 % bootstrap interval {low:.1} to {high:.1})"),
            ),
            None => (String::new(), String::new()),
        };
        words.zh.push_str(&format!(
            "曲线为线外成绩的平滑拟合；斜纹为线上多出的 {:.1} 人，点纹为线下 {} 档缺少的 {:.1} 人，估计被提高 {:.1} 人{zh}。",
            moved.excess, found.window, moved.missing, moved.moved
        ));
        words.en.push_str(&format!(
            "Curve: smooth fit to the scores outside the window; hatched: {:.1} in excess at the line; dotted: {:.1} missing in the {} \
             steps below; estimated moved: {:.1}{en}. ",
            moved.excess, moved.missing, found.window, moved.moved
        ));
    }
    match (&found.withheld, rank(found)) {
        (Some(reason), _) => {
            words.zh.push_str(&format!("{}。", reason.zh));
            words.en.push_str(&format!("Withheld: {}. ", reason.en));
        }
        (None, Some((smaller, of))) => {
            words.zh.push_str(&format!(
                "下图为同一检验用在其他分数上（安慰剂线）的 p 值：{of} 条中有 {smaller} 条不大于合格线处的值。"
            ));
            words.en.push_str(&format!(
                "Below: p-values of the same test at other scores (placebo lines), of which {smaller} of {of} are no larger than the line's. "
            ));
        }
        (None, None) => {}
    }
    words.zh.push_str("取整、复核、补考和两部分合并计分都可能造成堆积，由人查明。");
    words
        .en
        .push_str("Rounding, re-checks, resits and marks made of two parts can heap too: for a person to find out.");
    let n = grouped(found.scores);
    words.zh.push_str(&format!("n = {n}。"));
    words.en.push_str(&format!(" n = {n}."));
    words
}

struct HeapingPicture<'a> {
    found: &'a LineHeaping,
}

impl Picture for HeapingPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let found = self.found;
        let mut entries = vec![(Key::Fill(SKY.tint(0.6), None), say(language, "人数", "candidates"))];
        if found.moved.is_some() {
            entries.push((Key::Line(Stroke::new(BLUE, 2.4)), say(language, "平滑拟合", "smooth fit")));
            let excess = Key::Fill(ORANGE, Some((INK, Hatch::Rising)));
            entries.push((excess, say(language, "线上多出", "excess at the line")));
            let missing = Key::Fill(PAPER, Some((VERMILLION, Hatch::Dotted)));
            entries.push((missing, say(language, "线下缺少", "missing below")));
        }
        entries.push((Key::Line(Stroke::new(INK, 2.0).dashed(Dash::Long)), say(language, "合格线", "pass line")));
        let used = canvas.legend(MARGIN, TOP, &entries);
        let top = TOP + used + 34.0;
        let area = Area::new(MARGIN + 52.0, top, WIDTH - MARGIN - 8.0, top + COUNTS_HEIGHT);
        self.counts(canvas, area, language);
        if found.placebos.is_empty() {
            return area.bottom + 54.0;
        }
        let top = area.bottom + 84.0;
        let below = Area::new(area.left, top, area.right, top + PLACEBO_HEIGHT);
        self.placebos(canvas, below, language);
        below.bottom + 54.0
    }
}

impl HeapingPicture<'_> {
    fn counts(&self, canvas: &Canvas<'_>, area: Area, language: Language) {
        let found = self.found;
        let shown: Vec<&StepCount> =
            found.counts.iter().filter(|count| count.step.unsigned_abs() <= REACH.unsigned_abs()).collect();
        let highest =
            shown.iter().fold(1.0_f64, |most, count| most.max(count.count as f64).max(count.expected.unwrap_or(0.0)));
        let panel = Panel::new(canvas, area, -(REACH as f64)..(REACH + 1) as f64, 0.0..highest * 1.08);
        let y_ticks: Vec<f64> = panel.y_ticks(6).into_iter().filter(|tick| tick.fract() == 0.0).collect();
        panel.y_axis(&y_ticks, |tick| tick_text(&y_ticks, tick));
        for count in &shown {
            let left = panel.at(count.step as f64, 0.0).0 + 0.8;
            let right = panel.at((count.step + 1) as f64, 0.0).0 - 0.8;
            let bar = |from: f64, to: f64| Area::new(left, panel.at(0.0, to).1, right, panel.at(0.0, from).1);
            let number = count.count as f64;
            canvas.rect(bar(0.0, number), SKY.tint(0.6));
            let window = (-i64::from(found.window)..0).contains(&count.step);
            match count.expected {
                Some(expected) if count.step == 0 && number > expected => {
                    canvas.rect(bar(expected, number), ORANGE);
                    canvas.hatch(bar(expected, number), INK, Hatch::Rising);
                }
                Some(expected) if window && number < expected => {
                    canvas.hatch(bar(number, expected), VERMILLION, Hatch::Dotted);
                }
                _ => {}
            }
        }
        let curve: Vec<(f64, f64)> =
            shown.iter().filter_map(|count| Some(panel.at(count.step as f64 + 0.5, count.expected?))).collect();
        if curve.len() > 1 {
            canvas.polyline(&curve, Stroke::new(BLUE, 2.4));
        }
        self.steps(canvas, &panel);
        panel.base();
        self.line(canvas, &panel, 0.0);
        let text = format!("{} {}", say(language, "合格线", "pass line"), found.line);
        canvas.patch(panel.at(0.0, 0.0).0, area.top - 6.0, &text, Type::new(SMALL).bold().centre().above());
        panel.x_title(say(language, "成绩（分）", "score (points)"));
        panel.y_title(say(language, "考生人数", "candidates"), MARGIN + 4.0);
    }

    fn placebos(&self, canvas: &Canvas<'_>, area: Area, language: Language) {
        let found = self.found;
        let logs = found.placebos.iter().map(|placebo| placebo.p_value).chain([found.p_value]);
        let lowest = logs.filter_map(log_p).fold(-2.0_f64, f64::min);
        let panel = Panel::new(canvas, area, -(REACH as f64)..(REACH + 1) as f64, lowest * 1.1..0.3);
        let y_ticks = panel.y_ticks(5);
        panel.y_axis(&y_ticks, |tick| tick_text(&y_ticks, tick));
        self.steps(canvas, &panel);
        panel.base();
        self.line(canvas, &panel, 0.5);
        for PlaceboStep { step, p_value } in &found.placebos {
            if let Some(log) = log_p(*p_value) {
                let (x, y) = panel.at(*step as f64 + 0.5, log);
                canvas.symbol(Symbol::Disc, x, y, 4.5, MUTED);
            }
        }
        if let Some(log) = log_p(found.p_value) {
            let (x, y) = panel.at(0.5, log);
            canvas.symbol(Symbol::Triangle, x, y, 7.0, VERMILLION);
        }
        let title = say(
            language,
            "安慰剂线：同一检验的 log10 p（三角：合格线；圆点：其他分数）",
            "Placebo lines: log10 p of the same test (triangle: the pass line; discs: other scores)",
        );
        canvas.text(area.left, area.top - 14.0, title, Type::new(SMALL).bold());
        panel.x_title(say(language, "检验的分数（分）", "score tested (points)"));
        panel.y_title("log10 p", MARGIN + 4.0);
    }

    fn line(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, step: f64) {
        let area = panel.area();
        let x = panel.at(step, 0.0).0;
        canvas.line((x, area.top - 4.0), (x, area.bottom), Stroke::new(INK, 2.0).dashed(Dash::Long));
    }

    /// Labels every fifth step with its score, at the lower edge of its bar.
    fn steps(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>) {
        let bottom = panel.area().bottom;
        for step in (-REACH..=REACH).filter(|step| step % 5 == 0) {
            let x = panel.at(step as f64, f64::NEG_INFINITY).0;
            canvas.line((x, bottom), (x, bottom + 4.0), Stroke::new(MUTED, 1.2));
            let label = short(score_at(self.found, step as f64));
            canvas.text(x, bottom + 7.0, &label, Type::new(SMALL).centre().below().muted());
        }
    }
}
