//! Scores of one component of one batch: who passed, who failed, the approved line and the line as applied.

use crate::model::evidence::{ScoreCount, ScoreDistribution};
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, grouped, say};
use crate::report::chart::palette::{BLUE, Colour, Dash, Hatch, INK, MUTED, ORANGE, VERMILLION, YELLOW};
use crate::report::chart::panel::{Panel, tick_text};

/// Bars that a chart has at most; wider ranges put several points into one bar.
const MAXIMUM_BARS: i64 = 120;
/// Ground of bars without a recorded result.
pub const GREY: Colour = Colour(0xd0, 0xd0, 0xd0);

/// Scores in bars of equal width.
pub struct Bars {
    /// Lower edge of the first bar, points.
    pub start: i64,
    /// Upper edge of the last bar, points.
    pub end: i64,
    /// Points in one bar.
    pub step: i64,
    /// Counts by bar, with its lower edge in `point`.
    pub bars: Vec<ScoreCount>,
}

impl Bars {
    /// Puts counts into bars; `None` when there is no candidate.
    pub fn new(counts: &[ScoreCount], lines: &[Option<Points>], most: i64) -> Option<Self> {
        let occupied = || counts.iter().filter(|count| total(count) > 0);
        let first = occupied().map(|count| count.point).min()?;
        let last = occupied().map(|count| count.point).max()?.saturating_add(1);
        let lines = lines.iter().flatten().map(|line| line.millionths().div_euclid(Points::SCALE));
        let (first, last) =
            lines.fold((first, last), |(low, high), line| (low.min(line), high.max(line.saturating_add(1))));
        // Scores of a usual test are shown up to 100, so that charts can be compared.
        let last = if first >= 0 && last <= 100 { 100 } else { last };
        let step = ((last.saturating_sub(first)) / most).saturating_add(1);
        let edge = step.saturating_mul(10);
        let start = first.div_euclid(edge).saturating_mul(edge);
        let end = last.saturating_add(step - 1).div_euclid(step).saturating_mul(step).max(start.saturating_add(step));
        let mut bars: Vec<ScoreCount> = Vec::new();
        let mut sorted: Vec<&ScoreCount> = occupied().collect();
        sorted.sort_by_key(|count| count.point);
        for count in sorted {
            let point = count.point.div_euclid(step).saturating_mul(step);
            match bars.last_mut() {
                Some(bar) if bar.point == point => {
                    bar.passed = bar.passed.saturating_add(count.passed);
                    bar.failed = bar.failed.saturating_add(count.failed);
                    bar.unrecorded = bar.unrecorded.saturating_add(count.unrecorded);
                }
                _ => bars.push(ScoreCount { point, ..*count }),
            }
        }
        Some(Self { start, end, step, bars })
    }

    /// Candidates in the highest bar.
    pub fn highest(&self) -> u64 {
        self.bars.iter().map(total).max().unwrap_or(0)
    }

    /// Draws the bars: passed below, failed on it, unrecorded on top.
    pub fn draw(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, hatched: bool) {
        let gap = if panel.area().right - panel.area().left > 400.0 { 0.8 } else { 0.0 };
        for bar in &self.bars {
            let left = panel.at(bar.point as f64, 0.0).0;
            let right = panel.at((bar.point.saturating_add(self.step)) as f64, 0.0).0;
            let right = (right - gap).max(left + 0.5);
            let mut below = 0;
            for (number, kind) in [(bar.passed, 0), (bar.failed, 1), (bar.unrecorded, 2)] {
                if number == 0 {
                    continue;
                }
                let bottom = panel.at(0.0, below as f64).1;
                below = number.saturating_add(below);
                let area = Area::new(left, panel.at(0.0, below as f64).1, right, bottom);
                let (ground, hatch) = fill(kind);
                canvas.rect(area, ground);
                if hatched && let Some((colour, hatch)) = hatch {
                    canvas.hatch(area, colour, hatch);
                }
            }
        }
    }
}

/// Ground and hatch of passed, failed and unrecorded.
fn fill(kind: u8) -> (Colour, Option<(Colour, Hatch)>) {
    match kind {
        0 => (BLUE, None),
        1 => (ORANGE.tint(0.75), Some((Colour(0x8a, 0x52, 0x00), Hatch::Rising))),
        _ => (GREY, Some((MUTED, Hatch::Dotted))),
    }
}

/// Candidates of one count.
pub fn total(count: &ScoreCount) -> u64 {
    count.passed.saturating_add(count.failed).saturating_add(count.unrecorded)
}

/// Candidates of a distribution.
pub fn candidates(distribution: &ScoreDistribution) -> u64 {
    distribution.counts.iter().fold(0, |sum, count| sum.saturating_add(total(count)))
}

/// Where the line as applied lies, in words.
pub fn applied(distribution: &ScoreDistribution) -> Option<Bilingual> {
    match (distribution.highest_failed, distribution.lowest_passed) {
        (None, None) => None,
        (None, Some(passed)) => Some(Bilingual::new(format!("最低合格分 {passed}"), format!("lowest passed {passed}"))),
        (Some(failed), None) => {
            Some(Bilingual::new(format!("最高不合格分 {failed}"), format!("highest failed {failed}")))
        }
        (Some(failed), Some(passed)) if failed < passed => Some(Bilingual::new(
            format!("实际执行线在（{failed}, {passed}]"),
            format!("line as applied in ({failed}, {passed}]"),
        )),
        (Some(failed), Some(passed)) => Some(Bilingual::new(
            format!("最低合格分 {passed} ≤ 最高不合格分 {failed}"),
            format!("lowest passed {passed} ≤ highest failed {failed}"),
        )),
    }
}

/// Columns of the data of one or many distributions.
pub const COLUMNS: [&str; 9] = [
    "batch_id",
    "component",
    "point",
    "passed",
    "failed",
    "unrecorded",
    "approved_line",
    "highest_failed",
    "lowest_passed",
];

/// Adds a distribution to the data of a chart.
pub fn add_rows(data: &mut ChartData, distribution: &ScoreDistribution, names: &BatchNames) {
    let line = |line: Option<Points>| line.map_or_else(String::new, |line| line.to_string());
    let id = names.get(&distribution.batch_id).id;
    for count in &distribution.counts {
        data.rows.push(vec![
            id.clone(),
            component(&distribution.component).en,
            count.point.to_string(),
            count.passed.to_string(),
            count.failed.to_string(),
            count.unrecorded.to_string(),
            line(distribution.approved_line),
            line(distribution.highest_failed),
            line(distribution.lowest_passed),
        ]);
    }
}

/// The chart of one distribution; `None` when it is empty.
pub fn draft<'a>(
    distribution: &'a ScoreDistribution,
    default_line: Option<Points>,
    names: &BatchNames,
) -> Option<Draft<'a>> {
    let held = distribution.approved_line.or(default_line);
    let lines = [held, distribution.highest_failed, distribution.lowest_passed];
    let bars = Bars::new(&distribution.counts, &lines, MAXIMUM_BARS)?;
    let name = names.get(&distribution.batch_id);
    let component = component(&distribution.component);
    let n = candidates(distribution);
    let mut data = ChartData::new(&COLUMNS);
    add_rows(&mut data, distribution, names);
    let step = bars.step;
    let line_words = match (distribution.approved_line, held) {
        (Some(_), _) => Bilingual::new("虚线为批准的合格线", "Dashed line: the approved line"),
        (None, Some(line)) => Bilingual::new(
            format!("未见批准的合格线，虚线为设置中的默认线 {line}，结果即按此线核对"),
            format!(
                "No approved line is on record: the dashed line is the default of the settings, {line}, against which outcomes are held"
            ),
        ),
        (None, None) => Bilingual::new("未见批准的合格线", "No approved line is on record"),
    };
    let points = if step == 1 { "1 point".to_owned() } else { format!("{step} points") };
    let caption = Bilingual::new(
        format!(
            "批次 {} 的{}成绩，每柱 {step} 分（含下界，不含上界），n = {}。蓝色为记录合格，斜纹为记录不合格，点纹为未记录结果。\
             {}；浅色带为由结果反推的实际执行线所在区间（高于最高不合格分、不高于最低合格分）。线旁人数堆积可能出于\
             复核、补考或试题本身，须由人查明。",
            name.id,
            component.zh,
            grouped(n),
            line_words.zh
        ),
        format!(
            "Scores of batch {} in {}, {} a bar (lower edge included), n = {}. Solid: recorded as passed; \
             hatched: recorded as failed; dotted: no result recorded. {}; pale band: where \
             the line as applied lies by the outcomes, (highest failed, lowest passed]. Heaping at the line can come \
             from re-checks, resits or the test itself: for a person to find out.",
            name.id,
            component.en,
            points,
            grouped(n),
            line_words.en
        ),
    );
    Some(Draft {
        name: format!("scores-{}-{}", name.id, distribution.component.as_str()),
        title: Bilingual::new(
            format!("成绩分布与合格线：{} {}", name.id, component.zh),
            format!("Scores and pass line: {} {}", name.id, component.en),
        ),
        subtitle: name.subtitle(&Bilingual::new(format!("n = {}", grouped(n)), format!("n = {}", grouped(n)))),
        caption,
        data,
        section: ChartSection::PassLine,
        batch_id: Some(distribution.batch_id.clone()),
        picture: Box::new(HistogramPicture { distribution, held, bars }),
    })
}

struct HistogramPicture<'a> {
    distribution: &'a ScoreDistribution,
    /// The approved line, or the default one where none is on record.
    held: Option<Points>,
    bars: Bars,
}

impl Picture for HistogramPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let mut entries = Vec::new();
        let sums = self.distribution.counts.iter().fold([0_u64; 3], |[passed, failed, unrecorded], count| {
            [
                passed.saturating_add(count.passed),
                failed.saturating_add(count.failed),
                unrecorded.saturating_add(count.unrecorded),
            ]
        });
        let words = [
            say(language, "记录合格", "recorded as passed"),
            say(language, "记录不合格", "recorded as failed"),
            say(language, "未记录结果", "no result recorded"),
        ];
        let words: Vec<String> = words.iter().zip(sums).map(|(word, sum)| format!("{word} {}", grouped(sum))).collect();
        for ((kind, word), sum) in (0_u8..).zip(&words).zip(sums) {
            if sum > 0 {
                let (ground, hatch) = fill(kind);
                entries.push((Key::Fill(ground, hatch), word.as_str()));
            }
        }
        let line_words = match self.distribution.approved_line {
            Some(_) => say(language, "批准合格线", "approved line"),
            None => say(language, "默认合格线（未见批准）", "default line (none approved on record)"),
        };
        if self.held.is_some() {
            entries.push((Key::Line(Stroke::new(INK, 2.0).dashed(Dash::Long)), line_words));
        }
        if applied(self.distribution).is_some() {
            let key = Key::Fill(YELLOW.tint(0.55), None);
            entries.push((key, say(language, "实际执行线区间", "line as applied")));
        }
        let used = canvas.legend(MARGIN, TOP, &entries);
        let top = TOP + used + 50.0;
        let area = Area::new(MARGIN + 52.0, top, WIDTH - MARGIN - 8.0, top + 300.0);
        let highest = self.bars.highest().max(1) as f64;
        let panel = Panel::new(canvas, area, self.bars.start as f64..self.bars.end as f64, 0.0..highest * 1.06);
        let band = self.band(canvas, &panel);
        let y_ticks: Vec<f64> = panel.y_ticks(7).into_iter().filter(|tick| tick.fract() == 0.0).collect();
        panel.y_axis(&y_ticks, |tick| tick_text(&y_ticks, tick));
        self.bars.draw(canvas, &panel, true);
        let x_ticks: Vec<f64> = panel.x_ticks(11);
        for tick in &x_ticks {
            let x = panel.at(*tick, 0.0).0;
            canvas.line((x, area.bottom), (x, area.bottom + 4.0), Stroke::new(MUTED, 1.2));
            let label = tick_text(&x_ticks, *tick);
            canvas.text(x, area.bottom + 7.0, &label, Type::new(SMALL).centre().below().muted());
        }
        panel.base();
        if let Some(line) = self.held {
            let x = panel.at(line.to_f64(), 0.0).0;
            canvas.line((x, area.top - 20.0), (x, area.bottom), Stroke::new(INK, 2.0).dashed(Dash::Long));
            let text = format!("{line_words} {line}");
            label_at(canvas, x, area.top - 24.0, &text, Type::new(SMALL).bold());
        }
        if let Some((x, words)) = band {
            let text = words.get(language);
            let x = match self.held.map(|line| panel.at(line.to_f64(), 0.0).0) {
                Some(line) => beside(line, x, canvas.text_width(text, SMALL)),
                None => x,
            };
            label_at(canvas, x, area.top - 5.0, text, Type::new(SMALL));
        }
        panel.x_title(say(language, "成绩（分）", "score (points)"));
        panel.y_title(say(language, "考生人数", "candidates"), MARGIN + 4.0);
        area.bottom + 54.0
    }
}

impl HistogramPicture<'_> {
    /// Draws where the line as applied lies; returns where its label belongs, and the label.
    fn band(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>) -> Option<(f64, Bilingual)> {
        let words = applied(self.distribution)?;
        let ends: Vec<f64> = [self.distribution.highest_failed, self.distribution.lowest_passed]
            .into_iter()
            .flatten()
            .map(|line| panel.at(line.to_f64(), 0.0).0)
            .collect();
        let left = ends.iter().copied().fold(f64::INFINITY, f64::min);
        let right = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let area = panel.area();
        let wide = Area::new(left.min(right - 1.5), area.top - 2.0, right.max(left + 1.5), area.bottom);
        canvas.rect(wide, YELLOW.tint(0.55));
        let edge = Stroke::new(VERMILLION, 1.0).dashed(Dash::Dots);
        canvas.line((wide.left, wide.top), (wide.left, wide.bottom), edge);
        canvas.line((wide.right, wide.top), (wide.right, wide.bottom), edge);
        Some(((left + right) / 2.0, words))
    }
}

/// Where a text of that width is centred so that a line at `line` does not run through it.
fn beside(line: f64, wished: f64, width: f64) -> f64 {
    let half = width / 2.0 + 7.0;
    if (wished - line).abs() >= half {
        wished
    } else if wished > line {
        line + half
    } else {
        line - half
    }
}

/// A label above `y`, centred on `x` as far as the sheet allows.
fn label_at(canvas: &Canvas<'_>, x: f64, y: f64, text: &str, style: Type) {
    let half = canvas.text_width(text, SMALL) / 2.0;
    let x = x.clamp(MARGIN + half, (WIDTH - MARGIN - half).max(MARGIN + half));
    canvas.patch(x, y, text, style.centre().above());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(point: i64, passed: u64, failed: u64) -> ScoreCount {
        ScoreCount { point, passed, failed, unrecorded: 0 }
    }

    #[test]
    fn usual_scores_have_a_bar_a_point_up_to_100() {
        let bars = Bars::new(&[count(59, 0, 3), count(60, 5, 0)], &[Some(Points::whole(60))], MAXIMUM_BARS).unwrap();
        assert_eq!((bars.start, bars.end, bars.step), (50, 100, 1));
        assert_eq!(bars.bars, [count(59, 0, 3), count(60, 5, 0)]);
    }

    #[test]
    fn wide_ranges_share_bars_and_extremes_do_not_overflow() {
        let bars = Bars::new(&[count(0, 1, 0), count(748, 0, 1), count(745, 1, 0)], &[], MAXIMUM_BARS).unwrap();
        assert_eq!(bars.step, 7);
        assert_eq!(bars.highest(), 2);
        assert!(Bars::new(&[count(i64::MIN, 1, 0), count(i64::MAX, 1, u64::MAX)], &[], MAXIMUM_BARS).is_some());
        assert!(Bars::new(&[], &[Some(Points::whole(60))], MAXIMUM_BARS).is_none());
        assert!(Bars::new(&[count(5, 0, 0)], &[], MAXIMUM_BARS).is_none());
    }
}
