//! Free responses among the answers of a long file: told from the texts of options by how often they repeat.

use crate::ingest::convert::answer_part::DraftSheet;
use crate::model::provenance::Provenance;
use crate::model::written_answer::WrittenAnswer;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Characters from which a response may be a written answer.
const FEWEST_CHARACTERS: usize = 20;
/// Responses to one item from which its texts may be those of options.
const FEWEST_FOR_OPTIONS: usize = 100;
/// Texts that repeat so often on average are options, which a system has exported in full.
const REPEATS_OF_OPTIONS: usize = 10;

/// One long response; person, item and text by number.
#[derive(Clone, Copy, Debug)]
struct WrittenRow {
    person: u32,
    item: u32,
    text: u32,
    row: u32,
}

/// Long responses met so far.
#[derive(Debug, Default)]
pub struct WrittenRows {
    numbers: HashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
    rows: Vec<WrittenRow>,
}

impl WrittenRows {
    /// Takes a response that is long enough.
    pub fn take(&mut self, raw: &str, person: u32, item: u32, row: u32) {
        let raw = raw.trim();
        if raw.len() >= FEWEST_CHARACTERS && raw.chars().nth(FEWEST_CHARACTERS - 1).is_some() {
            let text = self.number(raw);
            self.rows.push(WrittenRow { person, item, text, row });
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        number
    }

    /// Takes those of another block, whose persons and items have these numbers here.
    pub fn append(&mut self, part: &Self, persons: &[u32], items: &[u32]) {
        for row in &part.rows {
            let text = self.number(&part.texts[row.text as usize]);
            let (person, item) = (persons[row.person as usize], items[row.item as usize]);
            self.rows.push(WrittenRow { person, item, text, row: row.row });
        }
    }

    /// Items whose long responses are written answers and not options.
    pub fn items(&self) -> BTreeSet<u32> {
        let mut of_item: BTreeMap<u32, (usize, BTreeSet<u32>)> = BTreeMap::new();
        for row in &self.rows {
            let (responses, texts) = of_item.entry(row.item).or_default();
            *responses += 1;
            texts.insert(row.text);
        }
        let is_written = |(_, (responses, texts)): &(u32, (usize, BTreeSet<u32>))| {
            *responses < FEWEST_FOR_OPTIONS || *responses < texts.len() * REPEATS_OF_OPTIONS
        };
        of_item.into_iter().filter(is_written).map(|(item, _)| item).collect()
    }

    /// The written answers to those items, in the order of the rows; of one person's to one item the first.
    pub fn answers(
        &self,
        written: &BTreeSet<u32>,
        persons: &[DraftSheet],
        items: &[CompactString],
        place: Provenance,
    ) -> Vec<WrittenAnswer> {
        let mut seen: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut found = Vec::new();
        for row in self.rows.iter().filter(|row| written.contains(&row.item)) {
            let (Some(person), Some(item)) = (persons.get(row.person as usize), items.get(row.item as usize)) else {
                continue;
            };
            if seen.insert((row.person, row.item)) {
                found.push(WrittenAnswer {
                    batch_id: person.batch_id.clone(),
                    candidate_id: person.candidate_id.clone(),
                    question: item.clone(),
                    text: self.texts[row.text as usize].clone(),
                    source: Provenance { row: row.row, ..place },
                });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::WrittenRows;

    #[test]
    fn options_written_out_repeat_and_answers_do_not() {
        let mut rows = WrittenRows::default();
        for person in 0..200_u32 {
            rows.take(&format!("an option that is written out in full, number {}", person % 4), person, 0, person);
            rows.take(&format!("an answer of my own, and it is number {person}"), person, 1, person);
            rows.take("short", person, 2, person);
        }
        assert_eq!(rows.items().into_iter().collect::<Vec<_>>(), [1]);
    }
}
