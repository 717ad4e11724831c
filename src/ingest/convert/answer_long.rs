//! Answers with one row an answer: exports of exam systems.

use crate::ingest::convert::answer_labels::MAXIMUM_LABELS;
use crate::ingest::convert::answer_part::{AnswerPart, DraftGroup, DraftSheet, draft, header_place};
use crate::ingest::convert::rows::{RowCounts, for_each_row};
use crate::ingest::convert::written::WrittenRows;
use crate::ingest::header::item_number;
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::ReadBlocks;
use crate::ingest::row::{PersonsByIdentity, Row};
use crate::ingest::values::answer_label;
use crate::model::answer::MISSING;
use crate::model::ids::{BatchId, CandidateId, FormId, ItemId};
use crate::model::points::Points;
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use compact_str::{CompactString, format_compact};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Numbers of things in the order of first appearance.
#[derive(Default)]
struct Numbered<K> {
    index: HashMap<K, u32>,
    things: Vec<K>,
}

impl<K: Clone + Eq + std::hash::Hash> Numbered<K> {
    fn number(&mut self, thing: &K) -> u32 {
        if let Some(number) = self.index.get(thing) {
            return *number;
        }
        let number = u32::try_from(self.things.len()).unwrap_or(u32::MAX);
        self.index.insert(thing.clone(), number);
        self.things.push(thing.clone());
        number
    }
}

/// Most places (candidates times items, over all forms) that a long file may need. Sheets are held whole, so a
/// file whose candidates share hardly any item would need far more memory than it has rows.
const MAXIMUM_PLACES: usize = 1 << 30;

type PersonKey = (BatchId, CandidateId, Option<FormId>);

/// One answer; persons, items and labels by number. Label 0 is a missing answer.
#[derive(Clone, Copy)]
struct Answer {
    person: u32,
    item: u32,
    label: u32,
    first: u32,
    score: Option<Points>,
    seconds: f32,
    row: u32,
}

/// The answers of a block or of the sheet.
#[derive(Default)]
struct Answers {
    persons: Numbered<PersonKey>,
    drafts: Vec<DraftSheet>,
    items: Numbered<CompactString>,
    item_numbers: Vec<Option<u32>>,
    labels: Numbered<CompactString>,
    answers: Vec<Answer>,
    written: WrittenRows,
}

/// Converts the sheet: blocks in parallel, then one pass that brings each candidate's answers together.
pub fn convert(
    plan: &SheetPlan,
    blocks: &dyn ReadBlocks,
    persons: &PersonsByIdentity,
    progress: &dyn Progress,
) -> AnswerPart {
    let mut whole = AnswerPart::default();
    let parts: Vec<(Answers, Vec<QuarantineEntry>, RowCounts)> = (0..blocks.count())
        .into_par_iter()
        .map(|index| {
            let block = blocks.read(index);
            let mut entries = Vec::new();
            let mut answers = Answers::default();
            let counts = for_each_row(plan, &block, &mut entries, |row| answers.take(row, persons));
            progress.advance(counts.read);
            (answers, entries, counts)
        })
        .collect();
    let mut all = Answers::default();
    for (part, mut entries, counts) in parts {
        all.append(part);
        whole.entries.append(&mut entries);
        whole.counts += counts;
    }
    let written = all.written.items();
    whole.written = all.written.answers(&written, &all.drafts, &all.items.things, header_place(plan));
    // A text is no option: it must not be compared as one.
    all.answers.iter_mut().filter(|answer| written.contains(&answer.item)).for_each(|answer| answer.label = 0);
    whole.groups = all.into_groups(plan, &mut whole.entries, &mut whole.counts);
    whole
}

impl Answers {
    fn take(&mut self, row: &mut Row<'_>, persons: &PersonsByIdentity) {
        let item_no = row.integer("item_no");
        let item_id = row.id("item_id").or_else(|| item_no.map(|number| format_compact!("q{number}")));
        let Some(sheet) = draft(row, persons) else { return };
        let Some(item_id) = item_id else {
            row.refuse_missing("item_id");
            return;
        };
        let key = (sheet.batch_id.clone(), sheet.candidate_id.clone(), sheet.form_id.clone());
        let person = self.persons.number(&key);
        if person as usize == self.drafts.len() {
            self.drafts.push(sheet);
        }
        let item = self.items.number(&item_id);
        if item as usize == self.item_numbers.len() {
            self.item_numbers.push(item_no);
        }
        let response = row.cell("response").and_then(|cell| {
            self.written.take(cell.raw, person, item, row.source().row);
            answer_label(&cell.text)
        });
        let first = row.cell("first_response").and_then(|cell| answer_label(&cell.text));
        let seconds = row.points("seconds").map_or(f32::NAN, |seconds| seconds.to_f64() as f32);
        let answer = Answer {
            person,
            item,
            label: self.label(response.as_ref()),
            first: self.label(first.as_ref()),
            score: row.points_or_mark("score"),
            seconds,
            row: row.source().row,
        };
        self.answers.push(answer);
    }

    fn label(&mut self, label: Option<&CompactString>) -> u32 {
        label.map_or(0, |label| self.labels.number(label) + 1)
    }

    fn append(&mut self, part: Self) {
        let persons: Vec<u32> = part.persons.things.iter().map(|key| self.persons.number(key)).collect();
        for (number, draft) in persons.iter().zip(part.drafts) {
            if *number as usize == self.drafts.len() {
                self.drafts.push(draft);
            }
        }
        let items: Vec<u32> = part.items.things.iter().map(|item| self.items.number(item)).collect();
        for (number, item_no) in items.iter().zip(part.item_numbers) {
            if *number as usize == self.item_numbers.len() {
                self.item_numbers.push(item_no);
            }
        }
        self.written.append(&part.written, &persons, &items);
        let labels: Vec<u32> = part.labels.things.iter().map(|label| self.labels.number(label) + 1).collect();
        let renumbered = |label: u32| label.checked_sub(1).map_or(0, |place| labels[place as usize]);
        self.answers.extend(part.answers.into_iter().map(|answer| Answer {
            person: persons[answer.person as usize],
            item: items[answer.item as usize],
            label: renumbered(answer.label),
            first: renumbered(answer.first),
            ..answer
        }));
    }

    /// One group for each form of each batch: its items are those that any of its candidates has a row for.
    fn into_groups(
        mut self,
        plan: &SheetPlan,
        entries: &mut Vec<QuarantineEntry>,
        counts: &mut RowCounts,
    ) -> Vec<DraftGroup> {
        let mut numbers: BTreeMap<(BatchId, Option<FormId>), usize> = BTreeMap::new();
        let mut group_of = Vec::with_capacity(self.drafts.len());
        for draft in &self.drafts {
            let next = numbers.len();
            group_of.push(*numbers.entry((draft.batch_id.clone(), draft.form_id.clone())).or_insert(next));
        }
        let ranks = self.item_ranks();
        let mut groups: Vec<GroupColumns> = vec![GroupColumns::default(); numbers.len()];
        for answer in &self.answers {
            groups[group_of[answer.person as usize]].column_of.insert(answer.item, 0);
        }
        groups.iter_mut().for_each(|group| group.settle(&ranks));
        let places = group_of.iter().fold(0, |sum: usize, group| sum.saturating_add(groups[*group].items.len()));
        if places > MAXIMUM_PLACES {
            counts.refused = counts.read;
            entries.push(too_many_places(plan, places));
            return Vec::new();
        }
        let has = |name: &str| plan.column(name).is_some();
        let (has_score, has_seconds, has_first) = (has("score"), has("seconds"), has("first_response"));
        for (draft, group) in self.drafts.iter_mut().zip(&group_of) {
            let width = groups[*group].items.len();
            draft.responses = vec![MISSING; width].into();
            draft.item_scores = has_score.then(|| vec![None; width].into());
            draft.seconds = has_seconds.then(|| vec![f32::NAN; width].into());
            draft.first_responses = has_first.then(|| vec![MISSING; width].into());
        }
        let mut seen: Vec<Box<[bool]>> =
            group_of.iter().map(|group| vec![false; groups[*group].items.len()].into()).collect();
        for answer in &self.answers {
            let person = answer.person as usize;
            let group = &mut groups[group_of[person]];
            let column = group.column_of.get(&answer.item).map_or(0, |column| *column as usize);
            if std::mem::replace(&mut seen[person][column], true) {
                counts.refused += 1;
                entries.push(self.repeated(plan, answer));
                continue;
            }
            let draft = &mut self.drafts[person];
            draft.responses[column] = group.code(column, answer.label);
            if let Some(scores) = &mut draft.item_scores {
                scores[column] = answer.score;
            }
            if let Some(seconds) = &mut draft.seconds {
                seconds[column] = answer.seconds;
            }
            if let Some(first) = &mut draft.first_responses {
                first[column] = group.code(column, answer.first);
            }
        }
        let mut finished: Vec<DraftGroup> = groups
            .into_iter()
            .map(|group| group.finish(plan, &self.items.things, &self.item_numbers, &self.labels.things))
            .collect();
        for (draft, group) in self.drafts.into_iter().zip(group_of) {
            finished[group].sheets.push(draft);
        }
        finished
    }

    /// The place of each item: by its number where it has one (`q2` before `q10`), then by name.
    fn item_ranks(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..u32::try_from(self.items.things.len()).unwrap_or(u32::MAX)).collect();
        let key = |item: &u32| {
            let name = &self.items.things[*item as usize];
            let number = self.item_numbers[*item as usize].or_else(|| item_number(name)).unwrap_or(u32::MAX);
            (number, name)
        };
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut ranks = vec![0; order.len()];
        for (rank, item) in (0..).zip(order) {
            ranks[item as usize] = rank;
        }
        ranks
    }

    fn repeated(&self, plan: &SheetPlan, answer: &Answer) -> QuarantineEntry {
        let column = plan.column("item_id").or_else(|| plan.column("item_no"));
        QuarantineEntry {
            source: Provenance { file: plan.file, sheet: plan.sheet, row: answer.row },
            column: column.map_or("item_id", |column| plan.header_of(column)).to_owned(),
            value: self.items.things[answer.item as usize].to_string(),
            rule: "answer-repeated",
            row_refused: true,
            reason: Bilingual::new(
                "该考生此题已有一行作答，只采用第一行；提示：请核对重复的记录",
                "the candidate has an earlier row for this item, only the first is used; hint: compare the repeated rows",
            ),
        }
    }
}

fn too_many_places(plan: &SheetPlan, places: usize) -> QuarantineEntry {
    QuarantineEntry {
        source: header_place(plan),
        column: String::new(),
        value: places.to_string(),
        rule: "answers-too-sparse",
        row_refused: true,
        reason: Bilingual::new(
            "考生数乘以题目数过大，同一试卷的考生几乎没有共同的题，全表未采用；提示：请填写试卷编号，或按试卷拆分",
            "candidates times items are too many, candidates of one form share hardly any item, the sheet is left out; hint: give form ids or split the file by form",
        ),
    }
}

/// The columns of one group while they are being filled.
#[derive(Clone, Default)]
struct GroupColumns {
    column_of: BTreeMap<u32, u32>,
    items: Vec<u32>,
    /// Of each column: the labels by number, in the order of their codes; `None` when there were too many.
    labels: Vec<Option<Vec<u32>>>,
}

impl GroupColumns {
    /// Puts the items into order, where `ranks` has the place of each.
    fn settle(&mut self, ranks: &[u32]) {
        self.items = self.column_of.keys().copied().collect();
        self.items.sort_by_key(|item| ranks[*item as usize]);
        for (column, item) in (0..).zip(&self.items) {
            self.column_of.insert(*item, column);
        }
        self.labels = vec![Some(Vec::new()); self.items.len()];
    }

    fn code(&mut self, column: usize, label: u32) -> u8 {
        let Some(labels) = &mut self.labels[column] else { return MISSING };
        if label == 0 {
            return MISSING;
        }
        let place = labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            labels.push(label);
            labels.len() - 1
        });
        if place >= MAXIMUM_LABELS {
            self.labels[column] = None;
            return MISSING;
        }
        u8::try_from(place + 1).unwrap_or(MISSING)
    }

    fn finish(
        self,
        plan: &SheetPlan,
        items: &[CompactString],
        item_numbers: &[Option<u32>],
        labels: &[CompactString],
    ) -> DraftGroup {
        let named = |(place, item): (usize, &u32)| {
            let name = &items[*item as usize];
            let number = item_numbers[*item as usize].or_else(|| item_number(name));
            (ItemId(name.clone()), number.unwrap_or_else(|| u32::try_from(place + 1).unwrap_or(u32::MAX)))
        };
        let text = |label: &u32| labels[*label as usize - 1].clone();
        DraftGroup {
            header: header_place(plan),
            items: self.items.iter().enumerate().map(named).collect(),
            labels: self
                .labels
                .iter()
                .map(|column| column.as_ref().map(|labels| labels.iter().map(text).collect()))
                .collect(),
            sheets: Vec::new(),
        }
    }
}
