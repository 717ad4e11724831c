//! The line as applied, recovered from outcomes, beside the approved line: one row a batch and component.

use crate::model::evidence::ScoreDistribution;
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, Stroke, Symbol, TOP};
use crate::report::chart::histogram;
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, date_span, grouped, say};
use crate::report::chart::palette::{BLUE, INK, SKY, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};

/// How the outcomes stand to the approved line, in the order in which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Somebody passed below the approved line.
    PassedBelow,
    /// Somebody failed at or above it without another recorded cause.
    FailedAbove,
    /// Outcomes agree with it.
    Agrees,
    /// There is nothing to compare.
    Unknown,
}

impl Fit {
    /// Compares outcomes and approval.
    pub fn of(distribution: &ScoreDistribution) -> Self {
        let Some(line) = distribution.approved_line else { return Self::Unknown };
        if distribution.lowest_passed.is_some_and(|passed| passed < line) {
            Self::PassedBelow
        } else if distribution.highest_failed.is_some_and(|failed| failed >= line) {
            Self::FailedAbove
        } else if distribution.lowest_passed.is_some() || distribution.highest_failed.is_some() {
            Self::Agrees
        } else {
            Self::Unknown
        }
    }
}

/// The chart; `None` when no distribution has outcomes.
pub fn draft<'a>(distributions: &[&'a ScoreDistribution], names: &BatchNames) -> Option<Draft<'a>> {
    let mut shown: Vec<&ScoreDistribution> = distributions
        .iter()
        .copied()
        .filter(|found| found.lowest_passed.is_some() || found.highest_failed.is_some())
        .collect();
    if shown.is_empty() {
        return None;
    }
    let key = |found: &ScoreDistribution| (Fit::of(found), found.batch_id.clone(), found.component.clone());
    shown.sort_by_cached_key(|found| key(found));
    let line = |line: Option<Points>| line.map_or_else(String::new, |line| line.to_string());
    let mut data =
        ChartData::new(&["batch_id", "component", "scores", "approved_line", "highest_failed", "lowest_passed"]);
    for found in &shown {
        data.rows.push(vec![
            names.get(&found.batch_id).id,
            component(&found.component).en,
            histogram::candidates(found).to_string(),
            line(found.approved_line),
            line(found.highest_failed),
            line(found.lowest_passed),
        ]);
    }
    let all = shown.len();
    let n = shown.iter().fold(0_u64, |sum, found| sum.saturating_add(histogram::candidates(found)));
    let dates = date_span(shown.iter().filter_map(|found| names.exam_date(&found.batch_id)));
    shown.truncate(MAXIMUM_ROWS);
    let labels = shown
        .iter()
        .map(|found| {
            let (name, component) = (names.get(&found.batch_id), component(&found.component));
            RowLabel {
                main: name.id,
                detail: Bilingual::new(
                    format!("{} {}", component.zh, name.body),
                    format!("{} {}", component.en, name.body),
                ),
                note: note(found),
            }
        })
        .collect();
    let mut subtitle = Bilingual::new(
        format!("{all} 组（批次 × 科目），成绩 n = {}", grouped(n)),
        format!("{all} batch × component groups, n = {} scores", grouped(n)),
    );
    if !dates.is_empty() {
        subtitle.zh.push_str(&format!(" · 考试日期 {dates}"));
        subtitle.en.push_str(&format!(" · exam dates {dates}"));
    }
    let caption = Bilingual::new(
        format!(
            "每行一个批次的一个科目：粗线为由结果反推的实际执行线所在区间（高于最高不合格分、不高于最低合格分），竖线为批准的合格线。最低合格分\
             低于批准线是明显迹象；最高不合格分达到批准线，则可能因★项未过、另一科目未过或成绩作废而属正常。n = {}。",
            grouped(n)
        ),
        format!(
            "One row a batch and component: the thick line is where the line as applied lies by the outcomes, (highest \
             failed, lowest passed]; the upright stroke is the approved line. A lowest passed score below the approved \
             line is a strong sign; a failed score at or above it can be lawful (a key skill, another component, a void \
             score). n = {}.",
            grouped(n)
        ),
    );
    Some(Draft {
        name: "pass-lines".to_owned(),
        title: Bilingual::new("实际执行线与批准合格线", "Line as applied against the approved line"),
        subtitle,
        caption: rows::joined(caption, &rows::left_out(shown.len(), all)),
        data,
        section: ChartSection::PassLine,
        batch_id: None,
        picture: Box::new(LinesPicture { labels, shown }),
    })
}

fn note(found: &ScoreDistribution) -> Bilingual {
    let zh = match Fit::of(found) {
        Fit::PassedBelow => "低于批准线合格",
        Fit::FailedAbove => "达到批准线未合格",
        Fit::Agrees => "一致",
        Fit::Unknown => "无批准线",
    };
    let en = match Fit::of(found) {
        Fit::PassedBelow => "passed below the line",
        Fit::FailedAbove => "failed at or above",
        Fit::Agrees => "agrees",
        Fit::Unknown => "no approved line",
    };
    let (failed, passed) = match (found.highest_failed, found.lowest_passed) {
        (Some(failed), Some(passed)) if failed < passed => (format!("({failed}, "), format!("{passed}] ")),
        _ => (String::new(), String::new()),
    };
    Bilingual::new(format!("{failed}{passed}{zh}"), format!("{failed}{passed}{en}"))
}

struct LinesPicture<'a> {
    labels: Vec<RowLabel>,
    shown: Vec<&'a ScoreDistribution>,
}

impl Picture for LinesPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Symbol(Symbol::Ring, BLUE), say(language, "最高不合格分", "highest failed")),
                (Key::Symbol(Symbol::Disc, BLUE), say(language, "最低合格分", "lowest passed")),
                (
                    Key::Symbol(Symbol::Diamond, VERMILLION),
                    say(language, "最低合格分，低于批准线", "lowest passed, below the approved line"),
                ),
                (Key::Line(Stroke::new(INK, 3.0)), say(language, "批准合格线（竖线）", "approved line (upright)")),
            ],
        );
        let area =
            rows::frame(canvas, &self.labels, Columns { label: 340.0, note: 190.0 }, TOP + used + 12.0, language);
        let points = self
            .shown
            .iter()
            .flat_map(|found| [found.approved_line, found.highest_failed, found.lowest_passed])
            .flatten()
            .map(Points::to_f64);
        let (low, high) =
            points.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| (low.min(point), high.max(point)));
        let pad = ((high - low) * 0.08).max(2.0);
        let panel = Panel::new(canvas, area, low - pad..high + pad, 0.0..1.0);
        let ticks = panel.x_ticks(9);
        panel.x_axis(&ticks, |tick| tick_text(&ticks, tick));
        panel.base();
        for (index, found) in self.shown.iter().enumerate() {
            let y = rows::middle(area, index);
            let x_of = |points: Points| panel.at(points.to_f64(), 0.0).0;
            if let (Some(failed), Some(passed)) = (found.highest_failed, found.lowest_passed) {
                canvas.line((x_of(failed), y), (x_of(passed), y), Stroke::new(SKY, 5.0));
            }
            if let Some(line) = found.approved_line {
                let x = x_of(line);
                canvas.line((x, y - ROW * 0.42), (x, y + ROW * 0.42), Stroke::new(INK, 3.0));
            }
            if let Some(failed) = found.highest_failed {
                canvas.symbol(Symbol::Ring, x_of(failed), y, 5.5, BLUE);
            }
            if let Some(passed) = found.lowest_passed {
                let below = Fit::of(found) == Fit::PassedBelow;
                let (symbol, colour) = if below { (Symbol::Diamond, VERMILLION) } else { (Symbol::Disc, BLUE) };
                canvas.symbol(symbol, x_of(passed), y, 5.5, colour);
            }
        }
        panel.x_title(say(language, "成绩（分）", "score (points)"));
        area.bottom + 52.0
    }
}
