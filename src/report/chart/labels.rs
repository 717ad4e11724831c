//! Words and labels that several charts share. Every text from the data is masked here.

use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::{BatchId, BodyId};
use crate::model::text::{Bilingual, Language};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// How batches are called in charts.
pub struct BatchNames {
    entries: BTreeMap<BatchId, BatchName>,
    bodies: BTreeMap<BodyId, String>,
}

/// One batch's labels.
#[derive(Clone, Debug, Default)]
pub struct BatchName {
    /// Masked identifier.
    pub id: String,
    /// Masked name of the body, or its identifier; empty when not known.
    pub body: String,
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
}

impl BatchNames {
    /// Reads the data set once.
    pub fn new(dataset: &Dataset) -> Self {
        let mut bodies = BTreeMap::new();
        for body in &dataset.bodies {
            if let Some(name) = &body.body_name {
                bodies.entry(body.body_id.clone()).or_insert_with(|| masked(name));
            }
        }
        let mut entries = BTreeMap::new();
        for batch in &dataset.batches {
            let body = batch
                .body_id
                .as_ref()
                .map_or_else(String::new, |body| bodies.get(body).cloned().unwrap_or_else(|| masked(body.as_str())));
            let name = BatchName { id: masked(batch.batch_id.as_str()), body, exam_date: batch.exam_date };
            entries.entry(batch.batch_id.clone()).or_insert(name);
        }
        Self { entries, bodies }
    }

    /// The name of a body, or its identifier; empty for none.
    pub fn body(&self, body_id: Option<&BodyId>) -> String {
        let Some(body_id) = body_id else { return String::new() };
        self.bodies.get(body_id).cloned().unwrap_or_else(|| masked(body_id.as_str()))
    }

    /// The labels of a batch, also of one that the register does not list.
    pub fn get(&self, batch_id: &BatchId) -> BatchName {
        self.entries
            .get(batch_id)
            .cloned()
            .unwrap_or_else(|| BatchName { id: masked(batch_id.as_str()), ..BatchName::default() })
    }

    /// The day of a batch, where the register has it.
    pub fn exam_date(&self, batch_id: &BatchId) -> Option<NaiveDate> {
        self.entries.get(batch_id).and_then(|name| name.exam_date)
    }

    /// Adds the days of examination of some batches to a subtitle, where the register has them.
    pub fn dated<'b>(&self, mut subtitle: Bilingual, batches: impl Iterator<Item = &'b BatchId>) -> Bilingual {
        let dates = date_span(batches.filter_map(|batch| self.exam_date(batch)));
        if !dates.is_empty() {
            subtitle.zh.push_str(&format!(" · 考试日期 {dates}"));
            subtitle.en.push_str(&format!(" · exam dates {dates}"));
        }
        subtitle
    }
}

impl BatchName {
    /// `B001 · 某机构 · 考试日期 2026-05-12`, and what follows.
    pub fn subtitle(&self, rest: &Bilingual) -> Bilingual {
        let mut zh = vec![format!("批次 {}", self.id)];
        let mut en = vec![format!("Batch {}", self.id)];
        if !self.body.is_empty() {
            zh.push(self.body.clone());
            en.push(self.body.clone());
        }
        if let Some(date) = self.exam_date {
            zh.push(format!("考试日期 {date}"));
            en.push(format!("exam date {date}"));
        }
        if !rest.zh.is_empty() {
            zh.push(rest.zh.clone());
            en.push(rest.en.clone());
        }
        Bilingual::new(zh.join(" · "), en.join(" · "))
    }
}

/// Text from the data with identity numbers masked.
pub fn masked(text: &str) -> String {
    mask_embedded_numbers(text).into_owned()
}

/// A label is no longer, even where that leaves two alike.
const LONGEST_TAIL: usize = 24;

/// Ends of the masked identifiers of one chart, as long as it takes to tell them apart.
#[derive(Clone, Copy, Debug)]
pub struct Tails {
    characters: usize,
}

impl Tails {
    /// At least so many characters of each.
    pub fn of<'t>(identifiers: impl Iterator<Item = &'t str>, least: usize) -> Self {
        let identifiers: BTreeSet<String> = identifiers.map(masked).collect();
        let longest = identifiers.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let told_apart = |characters: &usize| {
            let labels: BTreeSet<String> = identifiers.iter().map(|text| tail(text, *characters)).collect();
            labels.len() == identifiers.len()
        };
        let most = longest.min(LONGEST_TAIL).max(least);
        Self { characters: (least..most).find(told_apart).unwrap_or(most) }
    }

    /// The label of one of them.
    pub fn label(self, identifier: &str) -> String {
        tail(identifier, self.characters)
    }
}

/// The end of a masked identifier, for labels with little room.
fn tail(text: &str, characters: usize) -> String {
    let text = masked(text);
    let skip = text.chars().count().saturating_sub(characters);
    if skip <= 1 { text } else { format!("...{}", text.chars().skip(skip).collect::<String>()) }
}

/// A component's name.
pub fn component(component: &Component) -> Bilingual {
    match component {
        Component::Theory => Bilingual::new("理论", "theory"),
        Component::Skill => Bilingual::new("技能", "skill"),
        Component::Review => Bilingual::new("综合评审", "review"),
        Component::Other(name) => Bilingual::new(masked(name), masked(name)),
    }
}

/// The words of one language.
pub fn say<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// `2026-05-12`, or the earliest and the latest day; empty when there is none.
pub fn date_span(dates: impl Iterator<Item = NaiveDate>) -> String {
    let mut span: Option<(NaiveDate, NaiveDate)> = None;
    for date in dates {
        span = Some(span.map_or((date, date), |(first, last)| (first.min(date), last.max(date))));
    }
    match span {
        None => String::new(),
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => format!("{first} – {last}"),
    }
}

/// A share as per cent with two decimals, cut, not rounded: 4.999 % never prints as 5.00 %.
///
/// ```
/// use kaojian::report::chart::labels::percent_of;
/// assert_eq!(percent_of(1, 20), "5.00 %");
/// assert_eq!(percent_of(4999, 100_000), "4.99 %");
/// assert_eq!(percent_of(0, 0), "–");
/// ```
pub fn percent_of(part: u64, whole: u64) -> String {
    match (u128::from(part) * 10_000).checked_div(u128::from(whole)) {
        None => "–".to_owned(),
        Some(hundredths) => format!("{}.{:02} %", hundredths / 100, hundredths % 100),
    }
}

/// An integer with thin groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.len() > 4 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 pair`, `2 pairs`: a number and its English noun, whose plural ends in s.
pub fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(number as u64)) }
}

/// A real number for `charts/*.csv`: six decimals, `NaN` as nothing.
pub fn real(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.6}");
    if text.trim_start_matches('-').bytes().all(|byte| byte == b'0' || byte == b'.') {
        "0.000000".to_owned()
    } else {
        text
    }
}

/// An optional value for `charts/*.csv`.
pub fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_masked_first() {
        assert_eq!(tail("11010519491231002X", 6), "...**002X");
        assert_eq!(tail("C0017", 6), "C0017");
        assert_eq!(tail("2026050100017", 6), "...100017");
        let tails = Tails::of(["2026050100017", "2026060100017", "7"].into_iter(), 6);
        assert_eq!(
            ["2026050100017", "2026060100017", "7"].map(|id| tails.label(id)),
            ["...50100017", "...60100017", "7"]
        );
        assert_eq!(Tails::of([].into_iter(), 6).label("2026050100017"), "...100017");
    }

    #[test]
    fn numbers_print_in_one_way() {
        assert_eq!(grouped(1234), "1234");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(real(-0.000_000_01), "0.000000");
        assert_eq!(real(f64::NAN), "");
    }
}
