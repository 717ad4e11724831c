//! Unqualified candidates per batch against the 5 % of Art. 20(1).

use crate::model::evidence::{DenominatorCount, UnqualifiedRatio};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, date_span, grouped, optional, percent_of, real, say};
use crate::report::chart::palette::{BLUE, Colour, Dash, Hatch, INK, ORANGE, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};
use std::cmp::Ordering;

/// The denominator that the rule uses first.
const PRIMARY: &str = "admitted";
/// A whisker that is seen on the orange of an open part.
const BROWN: Colour = Colour(0x7a, 0x42, 0x00);
/// The threshold as a rate, where the line is drawn; no judgment rests on it.
const THRESHOLD: f64 = 0.05;

/// How a batch stands to the threshold, by whole numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Reached,
    Open,
    Below,
}

impl Standing {
    fn of(count: &DenominatorCount) -> Self {
        let reached = |part: u64| count.candidates > 0 && u128::from(part) * 20 >= u128::from(count.candidates);
        if reached(count.lower) {
            Self::Reached
        } else if reached(count.upper) {
            Self::Open
        } else {
            Self::Below
        }
    }

    fn mark(self) -> (Symbol, Colour) {
        match self {
            Self::Reached => (Symbol::Diamond, VERMILLION),
            Self::Open => (Symbol::TriangleDown, BROWN),
            Self::Below => (Symbol::Disc, BLUE),
        }
    }
}

/// The primary count of a batch, or the first one that has candidates.
fn primary(ratio: &UnqualifiedRatio) -> Option<&DenominatorCount> {
    let counted = || ratio.denominators.iter().filter(|count| count.candidates > 0);
    counted().find(|count| count.name == PRIMARY).or_else(|| counted().next())
}

/// Name of a denominator.
fn denominator(name: &str) -> Bilingual {
    match name {
        "registered" => Bilingual::new("报名", "registered"),
        "admitted" => Bilingual::new("准予参考", "admitted"),
        "sat" => Bilingual::new("参考", "sat"),
        other => Bilingual::new(other, other),
    }
}

fn rate(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Greater ratios first, by cross multiplication.
fn by_ratio(a: &DenominatorCount, b: &DenominatorCount) -> Ordering {
    let compare = |first: u64, second: u64| {
        let left = u128::from(first) * u128::from(b.candidates);
        let right = u128::from(second) * u128::from(a.candidates);
        right.cmp(&left)
    };
    compare(a.lower, b.lower).then_with(|| compare(a.upper, b.upper))
}

/// The chart of all batches; `None` when no batch has a count.
pub fn draft<'a>(ratios: &[&'a UnqualifiedRatio], names: &BatchNames) -> Option<Draft<'a>> {
    let mut rows: Vec<(&UnqualifiedRatio, &DenominatorCount)> =
        ratios.iter().filter_map(|ratio| primary(ratio).map(|count| (*ratio, count))).collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|a, b| by_ratio(a.1, b.1).then_with(|| a.0.batch_id.cmp(&b.0.batch_id)));
    let mut data = ChartData::new(&[
        "batch_id",
        "exam_date",
        "denominator",
        "candidates",
        "unqualified_lower",
        "unqualified_upper",
        "interval_low",
        "interval_high",
    ]);
    for (ratio, _) in &rows {
        let name = names.get(&ratio.batch_id);
        for count in &ratio.denominators {
            data.rows.push(vec![
                name.id.clone(),
                optional(ratio.exam_date),
                count.name.to_owned(),
                count.candidates.to_string(),
                count.lower.to_string(),
                count.upper.to_string(),
                real(count.interval.0),
                real(count.interval.1),
            ]);
        }
    }
    let all = rows.len();
    let candidates = rows.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(count.candidates));
    let dates = date_span(rows.iter().filter_map(|(ratio, _)| ratio.exam_date));
    let one_denominator = rows.iter().all(|(_, count)| count.name == rows[0].1.name);
    rows.truncate(MAXIMUM_ROWS);
    let words = denominator(rows[0].1.name);
    let (unit_zh, unit_en) = if one_denominator {
        (format!("分母：{}考生", words.zh), format!("denominator: {} candidates", words.en))
    } else {
        ("分母：各批次可得的首选分母".to_owned(), "denominator: the first one that each batch allows".to_owned())
    };
    let n = grouped(candidates);
    let mut subtitle =
        Bilingual::new(format!("{unit_zh} · {all} 个批次，n = {n}"), format!("{unit_en} · {all} batches, n = {n}"));
    if !dates.is_empty() {
        subtitle.zh.push_str(&format!(" · 考试日期 {dates}"));
        subtitle.en.push_str(&format!(" · exam dates {dates}"));
    }
    let caption = Bilingual::new(
        format!(
            "每行一个批次：符号为已知不合格考生所占比例，横线为 95 % Wilson 区间，斜纹段为资料未能\
             确定的部分（下限至上限），伸出图外者以箭头示之。是否达到 5 % 只按整数人数判断（20 × 不合格人数 ≥ 总人数），百分数截取两位，不作四舍五入。\
             {unit_zh}，n = {n}。区间仅供读图，不改变判断；审核是否不严由人认定。"
        ),
        format!(
            "One row a batch: the mark is the share of candidates known to be unqualified, the line its 95 % Wilson \
             interval, the hatched part what the data leave open (lower to upper bound); an arrow where either leaves \
             the chart. Whether 5 % is reached is decided by whole numbers only (20 × unqualified ≥ candidates); \
             percentages are cut to two decimals, not rounded. {unit_en}, n = {n}. The interval helps reading and \
             changes no verdict; whether the review was lax is for a person to decide."
        ),
    );
    let labels = rows
        .iter()
        .map(|(ratio, count)| {
            let name = names.get(&ratio.batch_id);
            RowLabel {
                main: name.id,
                detail: Bilingual::new(name.body.clone(), name.body),
                note: note(count, one_denominator),
            }
        })
        .collect();
    let picture = RatioPicture { labels, counts: rows.iter().map(|(_, count)| *count).collect() };
    Some(Draft {
        name: "unqualified-ratio".to_owned(),
        title: Bilingual::new(
            "各批次不合格考生比例与 5 % 界限",
            "Unqualified candidates per batch against the 5 % threshold",
        ),
        subtitle,
        caption: rows::joined(caption, &rows::left_out(picture.counts.len(), all)),
        data,
        section: ChartSection::Qualification,
        batch_id: None,
        picture: Box::new(picture),
    })
}

/// `3/48 = 6.25 %`, with both bounds where they differ.
fn note(count: &DenominatorCount, one_denominator: bool) -> Bilingual {
    let text = if count.upper > count.lower {
        let (low, high) = (percent_of(count.lower, count.candidates), percent_of(count.upper, count.candidates));
        let low = low.trim_end_matches(" %");
        format!("{}–{}/{} = {low}–{high}", count.lower, count.upper, count.candidates)
    } else {
        format!("{}/{} = {}", count.lower, count.candidates, percent_of(count.lower, count.candidates))
    };
    if one_denominator {
        return Bilingual::new(text.clone(), text);
    }
    let words = denominator(count.name);
    Bilingual::new(format!("{text}（{}）", words.zh), format!("{text} ({})", words.en))
}

struct RatioPicture<'a> {
    labels: Vec<RowLabel>,
    counts: Vec<&'a DenominatorCount>,
}

impl Picture for RatioPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let mark = |standing: Standing| {
            let (symbol, colour) = standing.mark();
            Key::Whisker(symbol, colour)
        };
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (mark(Standing::Reached), say(language, "已知人数达到或超过 5 %", "known number reaches 5 %")),
                (mark(Standing::Open), say(language, "上限达到，下限未达到", "upper bound reaches it, lower does not")),
                (mark(Standing::Below), say(language, "未达到", "below")),
                (
                    Key::Fill(ORANGE.tint(0.3), Some((ORANGE, Hatch::Rising))),
                    say(language, "资格未定", "qualification open"),
                ),
            ],
        );
        let top = TOP + used + 30.0;
        let area = rows::frame(canvas, &self.labels, Columns { label: 330.0, note: 190.0 }, top, language);
        // What is known sets the scale; what is open beyond it leaves the chart, so that 5 % stays easy to read.
        let most = self.counts.iter().map(|count| rate(count.lower, count.candidates)).fold(0.0, f64::max);
        let end = (most * 3.2).clamp(0.25, 1.0).max(most);
        // A little room at the left, so that marks at nought are whole.
        let panel = Panel::new(canvas, area, -end * 2.0..end * 100.0, 0.0..1.0);
        let ticks = panel.x_ticks(8);
        panel.x_axis(&ticks, |tick| format!("{} %", tick_text(&ticks, tick)));
        panel.base();
        for (index, count) in self.counts.iter().enumerate() {
            self.row(canvas, &panel, rows::middle(area, index), count, end);
        }
        let (x, _) = panel.at(THRESHOLD * 100.0, 0.0);
        canvas.line((x, area.top - 6.0), (x, area.bottom), Stroke::new(INK, 1.8).dashed(Dash::Long));
        let label = say(language, "5 %（第二十条（一））", "5 % (Art. 20(1))");
        canvas.text(x, area.top - 12.0, label, Type::new(SMALL).centre().above().bold());
        panel.x_title(say(language, "不合格考生所占比例", "share of unqualified candidates"));
        area.bottom + 52.0
    }
}

impl RatioPicture<'_> {
    fn row(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, y: f64, count: &DenominatorCount, end: f64) {
        let (symbol, colour) = Standing::of(count).mark();
        let x_of = |rate: f64| panel.at(rate * 100.0, 0.0).0;
        let (lower, upper) = (rate(count.lower, count.candidates), rate(count.upper, count.candidates));
        if count.upper > count.lower {
            let open = Area::new(x_of(lower), y - 5.0, x_of(upper.min(end)), y + 5.0);
            canvas.rect(open, ORANGE.tint(0.3));
            canvas.hatch(open, ORANGE, Hatch::Rising);
            canvas.outline(open, Stroke::new(ORANGE, 0.8));
            if upper > end {
                let tip = panel.area().right;
                canvas.polygon(&[(tip + 12.0, y), (tip + 1.0, y - 8.0), (tip + 1.0, y + 8.0)], ORANGE);
            }
        }
        let (low, high) = count.interval;
        if low.is_finite() && high.is_finite() && low <= high {
            let stroke = Stroke::new(colour, 1.8);
            canvas.line((x_of(low), y), (x_of(high.min(end)), y), stroke);
            canvas.line((x_of(low), y - ROW * 0.15), (x_of(low), y + ROW * 0.15), stroke);
            if high > end {
                let tip = panel.area().right;
                canvas.polygon(&[(tip + 7.0, y), (tip, y - 4.5), (tip, y + 4.5)], colour);
            } else {
                canvas.line((x_of(high), y - ROW * 0.15), (x_of(high), y + ROW * 0.15), stroke);
            }
        }
        canvas.symbol(symbol, x_of(lower), y, 6.0, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(lower: u64, upper: u64, candidates: u64) -> DenominatorCount {
        DenominatorCount { name: "admitted", candidates, lower, upper, interval: (0.0, 0.1) }
    }

    #[test]
    fn stands_by_whole_numbers() {
        assert!(Standing::of(&count(1, 1, 20)) == Standing::Reached);
        assert!(Standing::of(&count(1, 1, 21)) == Standing::Below);
        assert!(Standing::of(&count(1, 2, 21)) == Standing::Open);
        assert!(Standing::of(&count(0, 0, 0)) == Standing::Below);
    }

    #[test]
    fn greater_ratios_come_first() {
        assert_eq!(by_ratio(&count(1, 1, 10), &count(1, 1, 20)), Ordering::Less);
        assert_eq!(by_ratio(&count(1, 1, 10), &count(2, 2, 20)), Ordering::Equal);
        assert_eq!(by_ratio(&count(0, 1, 10), &count(0, 0, 10)), Ordering::Less);
    }

    #[test]
    fn notes_show_both_bounds() {
        assert_eq!(note(&count(3, 3, 48), true).en, "3/48 = 6.25 %");
        assert_eq!(note(&count(3, 5, 48), true).en, "3–5/48 = 6.25–10.41 %");
    }
}
