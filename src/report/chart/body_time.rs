//! The clauses of one body over time: a row an article, a mark a conclusion on its day, a bar a window that was
//! counted, and the measures taken.

use crate::model::credit::{CreditCard, CreditEventKind};
use crate::model::figure::Figure;
use crate::model::finding::{Finding, Verdict};
use crate::model::ids::BodyId;
use crate::model::run::Inspection;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, masked, optional, say};
use crate::report::chart::matrix::mark;
use crate::report::chart::palette::{Hatch, INK, MUTED, SKY};
use crate::report::chart::panel::Panel;
use crate::report::chart::rows::{self, Columns, ROW, RowLabel};
use crate::report::clause::Clause;
use crate::report::tally::Tally;
use crate::report::wording;
use chrono::{Datelike, Months, NaiveDate};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Bodies with a chart: those with most to look at.
const MAXIMUM_BODIES: usize = 6;
/// Of bodies without a condition met or a sign, so many are drawn as examples.
const CALM_EXAMPLES: usize = 1;
/// Labelled days along the axis.
const MOST_TICKS: u32 = 8;
/// Marks nearer than so many pixels are one.
const APART: f64 = 4.0;

/// A conclusion on its day.
struct Mark {
    row: usize,
    day: NaiveDate,
    verdict: Verdict,
}

/// A closed window that was counted.
struct Window {
    row: usize,
    from: NaiveDate,
    to: NaiveDate,
    verdict: Verdict,
}

/// Figures that name the two ends of a window.
const WINDOWS: [(&str, &str); 2] = [("window_from", "window_to"), ("absent_from", "absent_to")];

fn date(finding: &Finding, figure: &str) -> Option<NaiveDate> {
    match finding.figures.get(figure)? {
        Figure::Text(text) => text.parse().ok(),
        _ => None,
    }
}

/// One chart a body, those with most to look at first.
pub fn drafts<'a>(inspection: &'a Inspection, names: &BatchNames) -> Vec<Draft<'a>> {
    let mut of_body: BTreeMap<&BodyId, Vec<&Finding>> = BTreeMap::new();
    for finding in &inspection.findings {
        if let Some(body_id) = &finding.body_id {
            of_body.entry(body_id).or_default().push(finding);
        }
    }
    let number = |findings: &[&Finding]| {
        let tally = Tally::of(findings.iter().copied());
        [Verdict::Met, Verdict::Indication].map(|verdict| tally.number(verdict))
    };
    let mut bodies: Vec<(&BodyId, Vec<&Finding>)> = of_body.into_iter().collect();
    bodies.sort_by_cached_key(|(_, findings)| Reverse(number(findings)));
    let calls = |findings: &[&Finding]| number(findings) != [0, 0];
    let calling = bodies.iter().filter(|(_, findings)| calls(findings)).count();
    let most = MAXIMUM_BODIES.min(calling + CALM_EXAMPLES);
    let card = |body_id: &BodyId| inspection.credit.iter().find(|card| card.body_id == *body_id);
    let chosen = bodies.into_iter().take(most);
    chosen.filter_map(|(body_id, findings)| draft(body_id, &findings, card(body_id), names)).collect()
}

fn draft<'a>(
    body_id: &BodyId,
    findings: &[&Finding],
    card: Option<&CreditCard>,
    names: &BatchNames,
) -> Option<Draft<'a>> {
    let exam_date = |finding: &Finding| finding.batch_id.as_ref().and_then(|batch| names.exam_date(batch));
    let day_of = |finding: &Finding| match finding.batch_id {
        Some(_) => exam_date(finding),
        None => finding.basis.judged_on,
    };
    // A clause that nothing but a person can look at has no place in time.
    let clauses: BTreeSet<Clause<'_>> = (findings.iter())
        .filter(|finding| finding.verdict != Verdict::Human && day_of(finding).is_some())
        .map(|finding| Clause::of(finding))
        .collect();
    let articles: Vec<Clause<'_>> = clauses.iter().copied().collect();
    if articles.is_empty() {
        return None;
    }
    let mut data = ChartData::new(&["body_id", "article", "kind", "batch_id", "from", "to", "verdict"]);
    let (mut marks, mut windows) = (Vec::<Mark>::new(), BTreeMap::new());
    let mut numbers = vec![Tally::default(); articles.len()];
    for finding in findings {
        let Some(row) = articles.binary_search(&Clause::of(finding)).ok() else { continue };
        let batch = finding.batch_id.as_ref().map_or_else(String::new, |batch| masked(batch.as_str()));
        let cells = |kind: &str, from: Option<NaiveDate>, to: Option<NaiveDate>| {
            let [body, article] = [body_id.as_str(), finding.article.as_str()].map(masked);
            let verdict = finding.verdict.as_str().to_owned();
            vec![body, article, kind.to_owned(), batch.clone(), optional(from), optional(to), verdict]
        };
        numbers[row].add(finding.verdict);
        if let Some(day) = day_of(finding) {
            marks.push(Mark { row, day, verdict: finding.verdict });
            data.rows.push(cells("conclusion", Some(day), None));
        }
        for (from, to) in WINDOWS {
            if let Some((from, to)) = date(finding, from).zip(date(finding, to)) {
                data.rows.push(cells("window", Some(from), Some(to)));
                // Batches of one window share it; the most urgent verdict stands for it.
                let known = windows.entry((row, from, to)).or_insert(finding.verdict);
                *known = finding.verdict.min(*known);
            }
        }
    }
    let windows: Vec<Window> =
        windows.into_iter().map(|((row, from, to), verdict)| Window { row, from, to, verdict }).collect();
    let mut events: BTreeSet<(NaiveDate, Bilingual)> = BTreeSet::new();
    for event in card.iter().flat_map(|card| &card.events).filter(|event| event.kind == CreditEventKind::Measure) {
        events.insert((event.on, wording::text(&event.of)));
        let [body, of] = [body_id.as_str(), event.of.as_str()].map(masked);
        let on = event.on.to_string();
        data.rows.push(vec![body, of, "measure".to_owned(), String::new(), on, String::new(), String::new()]);
    }
    let n = marks.len();
    let [met, signs] =
        [Verdict::Met, Verdict::Indication].map(|verdict| marks.iter().filter(|mark| mark.verdict == verdict).count());
    let name = names.body(Some(body_id));
    let days = marks.iter().map(|mark| mark.day);
    let (first, last) = days.clone().min().zip(days.max())?;
    let subtitle = Bilingual::new(
        format!("机构 {name} · {first} – {last} · 结论 n = {n}，其中条件成立 {met}，统计迹象 {signs}"),
        format!("Body {name} · {first} – {last} · n = {n} conclusions, of these {met} met, {signs} indications"),
    );
    let caption = Bilingual::new(
        format!(
            "每行一条规定，每个符号一项结论：批次的结论画在考试日，机构层面的结论画在判断所截至的一天。条带为所计数的时间窗，首末两日均计入；\
             斜纹条带为条件成立或有迹象的窗口。竖线为已采取的措施。同日的多项结论重叠时，最需处理的在上；各自的批次见数据文件。右侧为次数：成立 / 迹象 / 资料不足 / 不成立。n = {n}。"
        ),
        format!(
            "One row an article, one mark a conclusion: of a batch on its examination date, of the body on the day up to \
             which it is judged. A band is a window that was counted, first and last day included; hatched where its \
             condition is met or indicated. Upright lines are measures taken. Conclusions of one day lie on each other, \
             the most urgent on top; the data file names the batches. At the right: met / indicated / undetermined / not \
             met. n = {n}."
        ),
    );
    let labels = (articles.iter().zip(&numbers))
        .map(|(article, numbers)| {
            let [met, indication, _, undetermined, not_met] = numbers.numbers();
            let note = format!("{met} / {indication} / {undetermined} / {not_met}");
            RowLabel { main: String::new(), detail: article.name(&clauses), note: Bilingual::new(note.clone(), note) }
        })
        .collect();
    Some(Draft {
        name: format!("clauses-over-time-{}", body_id.as_str()),
        title: Bilingual::new("机构历次条款情况", "Clauses of a body over time"),
        subtitle,
        caption,
        data,
        section: ChartSection::Bodies,
        batch_id: None,
        picture: Box::new(BodyPicture { labels, marks, windows, events: events.into_iter().collect() }),
    })
}

struct BodyPicture {
    labels: Vec<RowLabel>,
    marks: Vec<Mark>,
    windows: Vec<Window>,
    events: Vec<(NaiveDate, Bilingual)>,
}

fn days(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce())
}

impl BodyPicture {
    /// First and last day of everything that is drawn.
    fn span(&self) -> (f64, f64) {
        let all = (self.marks.iter().map(|mark| mark.day))
            .chain(self.windows.iter().flat_map(|window| [window.from, window.to]))
            .chain(self.events.iter().map(|(day, _)| *day))
            .map(days);
        let (first, last) =
            all.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), day| (first.min(day), last.max(day)));
        let pad = ((last - first) * 0.03).max(5.0);
        (first - pad, last + pad)
    }
}

impl Picture for BodyPicture {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let marks = Verdict::ALL.map(mark);
        let mut entries: Vec<(Key, &str)> = (Verdict::ALL.iter().zip(&marks))
            .filter(|(verdict, _)| self.marks.iter().any(|mark| mark.verdict == **verdict))
            .map(|(_, (symbol, colour, words))| (Key::Symbol(*symbol, *colour), words.get(language)))
            .collect();
        if !self.windows.is_empty() {
            let words = say(language, "所计数的时间窗", "window that was counted");
            entries.push((Key::Fill(SKY.tint(0.3), None), words));
        }
        if !self.events.is_empty() {
            entries.push((Key::Line(Stroke::new(INK, 2.0)), say(language, "措施", "measure")));
        }
        let used = canvas.legend(MARGIN, TOP, &entries);
        let top = TOP + used + if self.events.is_empty() { 14.0 } else { 40.0 };
        let area = rows::frame(canvas, &self.labels, Columns { label: 140.0, note: 110.0 }, top, language);
        let (first, last) = self.span();
        let panel = Panel::new(canvas, area, first..last, 0.0..1.0);
        panel.x_axis(&ticks(first, last), moment);
        panel.base();
        let x_of = |day: NaiveDate| panel.at(days(day), 0.0).0;
        for window in &self.windows {
            let y = rows::middle(area, window.row);
            let band = Area::new(x_of(window.from), y - ROW * 0.36, x_of(window.to), y + ROW * 0.36);
            canvas.rect(band, SKY.tint(0.3));
            if matches!(window.verdict, Verdict::Met | Verdict::Indication) {
                canvas.hatch(band, SKY, Hatch::Rising);
            }
            canvas.outline(band, Stroke::new(SKY, 1.0));
        }
        let mut end_of_label = f64::NEG_INFINITY;
        for (day, words) in &self.events {
            let x = x_of(*day);
            canvas.line((x, area.top - 6.0), (x, area.bottom), Stroke::new(INK, 2.0));
            let text = words.get(language);
            let half = canvas.text_width(text, SMALL) / 2.0;
            if x - half > end_of_label + 6.0 {
                canvas.text(x, area.top - 10.0, text, Type::new(SMALL).centre().above());
                end_of_label = x + half;
            }
        }
        // Marks that would lie on each other are drawn once, the most urgent of them: a body may have hundreds of batches.
        let mut places: BTreeMap<(usize, i64), &Mark> = BTreeMap::new();
        for one in &self.marks {
            let place = (one.row, (x_of(one.day) / APART).round() as i64);
            let known = places.entry(place).or_insert(one);
            if one.verdict < known.verdict {
                *known = one;
            }
        }
        let mut drawn: Vec<&Mark> = places.into_values().collect();
        drawn.sort_by_key(|mark| Reverse(mark.verdict));
        for one in drawn {
            let (symbol, colour, _) = mark(one.verdict);
            let radius = match one.verdict {
                Verdict::Met | Verdict::Indication => 6.5,
                _ => 4.5,
            };
            let colour = if symbol == Symbol::Question { MUTED } else { colour };
            canvas.symbol(symbol, x_of(one.day), rows::middle(area, one.row), radius, colour);
        }
        area.bottom + 34.0
    }
}

/// First days of months, quarters or years, so that there are not too many.
fn ticks(first: f64, last: f64) -> Vec<f64> {
    let date = |day: f64| NaiveDate::from_num_days_from_ce_opt(day.ceil() as i32);
    let (Some(from), Some(to)) = (date(first), date(last)) else { return Vec::new() };
    let months = |date: NaiveDate| date.year() * 12 + date.month0() as i32;
    let span = u32::try_from(months(to) - months(from)).unwrap_or(0);
    let step = [1, 2, 3, 6, 12, 24, 60].into_iter().find(|step| span / step < MOST_TICKS).unwrap_or(120);
    // From the first January on, so that a year always begins at a tick.
    let start = NaiveDate::from_ymd_opt(from.year(), 1, 1);
    let steps = (0..).map_while(|index: u32| start?.checked_add_months(Months::new(index * step)));
    steps.take_while(|tick| *tick <= to).filter(|tick| *tick >= from).map(days).collect()
}

fn moment(day: f64) -> String {
    NaiveDate::from_num_days_from_ce_opt(day as i32).map_or_else(String::new, |date| date.format("%Y-%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_first_days_and_not_too_many() {
        let of = |from: &str, to: &str| {
            let [from, to] = [from, to].map(|text| days(text.parse().expect("a date")));
            ticks(from, to).into_iter().map(moment).collect::<Vec<_>>()
        };
        assert_eq!(of("2025-05-10", "2025-08-02"), ["2025-06", "2025-07", "2025-08"]);
        assert_eq!(of("2024-11-01", "2026-04-30"), ["2025-01", "2025-04", "2025-07", "2025-10", "2026-01", "2026-04"]);
        assert_eq!(of("2015-03-01", "2026-01-01").len(), 5);
        assert!(of("2025-05-10", "2025-05-11").is_empty());
    }
}
