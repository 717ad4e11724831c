//! Groups of answer sheets with codes of their own to one table with shared layouts.

use crate::ingest::convert::answer_labels::MAXIMUM_LABELS;
use crate::ingest::convert::answer_part::{DraftGroup, DraftSheet};
use crate::model::answer::{AnswerSheet, AnswerTable, ItemColumn, ItemLayout, MISSING};
use crate::model::ids::ItemId;
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// New code of each old one, or `None` for a column that is left out.
type ColumnCodes = Option<Box<[u8; 256]>>;

/// Merges the groups: those with the same items share one layout, whose labels are in byte order. A column
/// with too many labels is left out and named. The sheets keep the order of the groups.
pub fn merge(groups: Vec<DraftGroup>) -> (AnswerTable, Vec<QuarantineEntry>) {
    let mut numbers: BTreeMap<Vec<(ItemId, u32)>, usize> = BTreeMap::new();
    let mut shared: Vec<Shared> = Vec::new();
    let mut layout_of = Vec::with_capacity(groups.len());
    for group in groups.iter() {
        let number = *numbers.entry(group.items.clone()).or_insert_with(|| {
            shared.push(Shared::new(&group.items));
            shared.len() - 1
        });
        shared[number].take(group);
        layout_of.push(number);
    }
    let mut entries = Vec::new();
    let mut layouts = Vec::with_capacity(shared.len());
    for layout in &shared {
        layouts.push(layout.finish(&mut entries));
    }
    let sheets: Vec<Vec<AnswerSheet>> = groups
        .into_par_iter()
        .zip(layout_of)
        .map(|(group, number)| {
            let codes = shared[number].codes(&group);
            let layout = u32::try_from(number).unwrap_or(u32::MAX);
            group.sheets.into_iter().map(|sheet| finish_sheet(sheet, layout, &codes)).collect()
        })
        .collect();
    let mut table = AnswerTable { layouts, sheets: Vec::with_capacity(sheets.iter().map(Vec::len).sum()) };
    for mut part in sheets {
        table.sheets.append(&mut part);
    }
    (table, entries)
}

/// A layout while the labels of its groups come together.
struct Shared {
    items: Vec<(ItemId, u32)>,
    /// Labels of each column; `None` when there are too many.
    labels: Vec<Option<BTreeSet<CompactString>>>,
    headers: BTreeSet<Provenance>,
}

impl Shared {
    fn new(items: &[(ItemId, u32)]) -> Self {
        Self { items: items.to_vec(), labels: vec![Some(BTreeSet::new()); items.len()], headers: BTreeSet::new() }
    }

    fn take(&mut self, group: &DraftGroup) {
        self.headers.insert(group.header);
        for (known, found) in self.labels.iter_mut().zip(&group.labels) {
            match (known.as_mut(), found) {
                (Some(known), Some(found)) => known.extend(found.iter().cloned()),
                _ => *known = None,
            }
            if known.as_ref().is_some_and(|known| known.len() > MAXIMUM_LABELS) {
                *known = None;
            }
        }
    }

    fn finish(&self, entries: &mut Vec<QuarantineEntry>) -> ItemLayout {
        let mut items = Vec::with_capacity(self.items.len());
        for ((item_id, item_no), labels) in self.items.iter().zip(&self.labels) {
            match labels {
                Some(labels) => items.push(ItemColumn {
                    item_id: item_id.clone(),
                    item_no: *item_no,
                    labels: labels.iter().cloned().collect(),
                }),
                None => entries.extend(self.headers.iter().map(|header| too_many_labels(*header, item_id))),
            }
        }
        ItemLayout { items }
    }

    fn codes(&self, group: &DraftGroup) -> Vec<ColumnCodes> {
        let columns = self.labels.iter().zip(&group.labels);
        columns
            .map(|(known, found)| {
                let known: Vec<&CompactString> = known.as_ref()?.iter().collect();
                let mut codes = Box::new([MISSING; 256]);
                for (old, label) in found.as_ref()?.iter().enumerate().take(MAXIMUM_LABELS) {
                    let place = known.binary_search(&label).ok()?;
                    codes[old + 1] = u8::try_from(place + 1).unwrap_or(MISSING);
                }
                Some(codes)
            })
            .collect()
    }
}

fn finish_sheet(sheet: DraftSheet, layout: u32, codes: &[ColumnCodes]) -> AnswerSheet {
    let is_whole = codes.iter().all(Option::is_some);
    let recode = |mut old: Box<[u8]>| -> Box<[u8]> {
        if is_whole {
            for (code, column) in old.iter_mut().zip(codes) {
                *code = column.as_ref().map_or(MISSING, |column| column[usize::from(*code)]);
            }
            return old;
        }
        let columns = old.iter().zip(codes);
        columns.filter_map(|(code, column)| column.as_ref().map(|column| column[usize::from(*code)])).collect()
    };
    AnswerSheet {
        batch_id: sheet.batch_id,
        candidate_id: sheet.candidate_id,
        form_id: sheet.form_id,
        room: sheet.room,
        seat: sheet.seat,
        layout,
        responses: recode(sheet.responses),
        item_scores: sheet.item_scores.map(|scores| kept(scores, codes)),
        seconds: sheet.seconds.map(|seconds| kept(seconds, codes)),
        first_responses: sheet.first_responses.map(recode),
        source: sheet.source,
    }
}

fn kept<T: Copy>(values: Box<[T]>, codes: &[ColumnCodes]) -> Box<[T]> {
    if codes.iter().all(Option::is_some) {
        return values;
    }
    values.iter().zip(codes).filter(|(_, column)| column.is_some()).map(|(value, _)| *value).collect()
}

fn too_many_labels(header: Provenance, item: &ItemId) -> QuarantineEntry {
    QuarantineEntry {
        source: header,
        column: item.to_string(),
        value: String::new(),
        rule: "answer-too-many-labels",
        row_refused: false,
        reason: Bilingual::new(
            format!(
                "题目列“{item}”的不同作答超过 {MAXIMUM_LABELS} 种，不像选择题，该列未采用；提示：主观题请放入评分记录的作答内容"
            ),
            format!(
                "the item column `{item}` has more than {MAXIMUM_LABELS} different answers, so it is no choice item and is left out; hint: give texts as `response_text` of the ratings"
            ),
        ),
    }
}
