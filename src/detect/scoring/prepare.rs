//! Rows of ratings put in order: batches, works (one candidate's component), markings (one rater's
//! pass over a work) and marks, with identifiers as small numbers.

use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId, RaterId};
use crate::model::points::Points;
use crate::model::rating::Rating;
use chrono::NaiveDateTime;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// One mark on one criterion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Index into [`BatchMarks::raters`].
    pub(super) rater: Option<u32>,
    /// First, second, third marking, as recorded.
    pub(super) mark_no: Option<u8>,
    /// Index into [`BatchMarks::criteria`].
    pub(super) criterion: u32,
    /// The mark.
    pub(super) score: Option<Points>,
    /// The most that the criterion can give.
    pub(super) maximum: Option<Points>,
    /// When.
    pub(super) marked_at: Option<NaiveDateTime>,
    /// Index into `Dataset::ratings`.
    pub(super) row: u32,
}

/// One rater's pass over one work.
#[derive(Clone, Debug)]
pub(super) struct Marking {
    /// Index into [`BatchMarks::raters`].
    pub(super) rater: Option<u32>,
    /// First, second, third marking, as recorded.
    pub(super) mark_no: Option<u8>,
    /// Its marks in [`BatchMarks::marks`], by criterion, each criterion once.
    pub(super) marks: Range<usize>,
    /// Sum of the marks; `None` when one is missing or recorded twice with different values.
    pub(super) total: Option<Points>,
    /// Sum of the maxima, when all are known.
    pub(super) maximum: Option<Points>,
    /// The total that the rater's own row states, with its row.
    pub(super) stated_total: Option<(Points, u32)>,
    /// Earliest time of its marks.
    pub(super) marked_at: Option<NaiveDateTime>,
}

/// One candidate's work in one component.
#[derive(Clone, Debug)]
pub(super) struct Work<'a> {
    /// Whose.
    pub(super) candidate: &'a CandidateId,
    /// Which component.
    pub(super) component: &'a Component,
    /// Its markings in [`BatchMarks::markings`], by mark number and rater.
    pub(super) markings: Range<usize>,
}

/// Two rows of one rater for the same criterion and marking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Duplicate {
    /// Index into [`BatchMarks::works`].
    pub(super) work: u32,
    /// Row that is kept.
    pub(super) kept: u32,
    /// Row that is not used.
    pub(super) unused: u32,
    /// Whether both rows state the same mark.
    pub(super) same: bool,
}

/// All marks of one batch.
#[derive(Debug, Default)]
pub(super) struct BatchMarks<'a> {
    /// Rater identifiers in byte order.
    pub(super) raters: Vec<&'a RaterId>,
    /// Criterion names in byte order.
    pub(super) criteria: Vec<&'a str>,
    /// Marks by work, marking and criterion, without the rows that state totals or repeat a mark.
    pub(super) marks: Vec<Mark>,
    /// Markings by work.
    pub(super) markings: Vec<Marking>,
    /// Works by candidate and component.
    pub(super) works: Vec<Work<'a>>,
    /// Repeated rows.
    pub(super) duplicates: Vec<Duplicate>,
    /// Every row of the batch as an index into `Dataset::ratings`.
    pub(super) rows: Vec<u32>,
}

impl BatchMarks<'_> {
    /// The markings of a work.
    pub(super) fn markings_of(&self, work: &Work<'_>) -> &[Marking] {
        self.markings.get(work.markings.clone()).unwrap_or_default()
    }

    /// The marks of a marking.
    pub(super) fn marks_of(&self, marking: &Marking) -> &[Mark] {
        self.marks.get(marking.marks.clone()).unwrap_or_default()
    }

    /// Identifier of a rater number.
    pub(super) fn rater_name(&self, rater: Option<u32>) -> &str {
        rater.and_then(|rater| self.raters.get(rater as usize)).map_or("?", |rater| rater.as_str())
    }

    /// Whether the two markings cover the same criteria.
    pub(super) fn same_criteria(&self, a: &Marking, b: &Marking) -> bool {
        let criteria = |marking| self.marks_of(marking).iter().map(|mark| mark.criterion);
        criteria(a).eq(criteria(b))
    }
}

/// Indices 0..n grouped by batch and, inside a batch, in the order of `compare`; ties keep their order.
pub(super) fn group_by_batch<'a, Row: Sync>(
    rows: &'a [Row],
    batch_of: impl Fn(&'a Row) -> &'a BatchId + Sync,
    compare: impl Fn(&Row, &Row) -> std::cmp::Ordering + Sync,
) -> BTreeMap<&'a BatchId, Vec<u32>> {
    let full = |a: &u32, b: &u32| {
        let (a, b) = (&rows[*a as usize], &rows[*b as usize]);
        batch_of(a).cmp(batch_of(b)).then_with(|| compare(a, b))
    };
    let mut order: Vec<u32> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect();
    // Tables usually come sorted; looking is far cheaper than sorting again.
    if !order.is_sorted_by(|a, b| full(a, b).is_le()) {
        order.par_sort_by(full);
    }
    let mut groups: BTreeMap<&BatchId, Vec<u32>> = BTreeMap::new();
    for group in order.chunk_by(|a, b| batch_of(&rows[*a as usize]) == batch_of(&rows[*b as usize])) {
        if let Some(first) = group.first() {
            groups.insert(batch_of(&rows[*first as usize]), group.to_vec());
        }
    }
    groups
}

/// Whether a criterion's name says that its row is the total of the others.
fn states_total(criterion: &str) -> bool {
    let name = criterion.trim().to_lowercase();
    name.is_empty() || matches!(name.as_str(), "total" | "sum" | "总分" | "合计" | "总计" | "总成绩" | "总得分")
}

/// Distinct values in order. The lists are short (raters, criteria of one batch).
fn intern<'a, T: Ord + ?Sized>(values: impl Iterator<Item = &'a T>) -> Vec<&'a T> {
    let mut found: Vec<&T> = Vec::new();
    let mut last: Option<&T> = None;
    for value in values {
        if last.is_some_and(|last| last == value) {
            continue;
        }
        last = Some(value);
        if let Err(place) = found.binary_search(&value) {
            found.insert(place, value);
        }
    }
    found
}

/// Puts the rows of one batch in order. `rows` are sorted by candidate and component.
pub(super) fn prepare<'a>(ratings: &'a [Rating], rows: Vec<u32>) -> BatchMarks<'a> {
    let at = |row: u32| &ratings[row as usize];
    let raters = intern(rows.iter().filter_map(|row| at(*row).rater_id.as_ref()));
    let criteria = intern(rows.iter().map(|row| at(*row).criterion.as_str()));
    let totals: Vec<bool> = criteria.iter().map(|name| states_total(name)).collect();
    let mut batch = BatchMarks { raters, criteria, ..BatchMarks::default() };
    batch.marks.reserve(rows.len());
    let mut scratch: Vec<Mark> = Vec::new();
    for group in rows.chunk_by(|a, b| {
        let (a, b) = (at(*a), at(*b));
        a.candidate_id == b.candidate_id && a.component == b.component
    }) {
        let Some(first) = group.first().map(|row| at(*row)) else { continue };
        scratch.clear();
        scratch.extend(group.iter().map(|row| {
            let rating = at(*row);
            Mark {
                rater: rating
                    .rater_id
                    .as_ref()
                    .and_then(|rater| batch.raters.binary_search(&rater).ok())
                    .and_then(|index| u32::try_from(index).ok()),
                mark_no: rating.mark_no,
                criterion: batch.criteria.binary_search(&rating.criterion.as_str()).unwrap_or_default() as u32,
                score: rating.score,
                maximum: rating.max_score,
                marked_at: rating.marked_at,
                row: *row,
            }
        }));
        scratch.sort_by_key(|mark| (mark.mark_no, mark.rater, mark.criterion, mark.row));
        let start = batch.markings.len();
        for pass in scratch.chunk_by(|a, b| (a.mark_no, a.rater) == (b.mark_no, b.rater)) {
            add_marking(&mut batch, pass, &totals);
        }
        let markings = start..batch.markings.len();
        batch.works.push(Work { candidate: &first.candidate_id, component: &first.component, markings });
    }
    batch.rows = rows;
    batch
}

/// Adds one rater's pass. `pass` is sorted by criterion.
fn add_marking(batch: &mut BatchMarks<'_>, pass: &[Mark], totals: &[bool]) {
    let Some(first) = pass.first() else { return };
    let is_total = |mark: &Mark| totals.get(mark.criterion as usize).copied().unwrap_or(false);
    let has_criteria = pass.iter().any(|mark| !is_total(mark));
    let start = batch.marks.len();
    let mut usable = true;
    let mut stated_total = None;
    for group in pass.chunk_by(|a, b| a.criterion == b.criterion) {
        let Some(kept) = group.first() else { continue };
        for repeated in group.iter().skip(1) {
            let same = repeated.score == kept.score;
            // Rows without a rater may come from different raters: they are not repeats, but neither
            // can a total be formed from them.
            usable &= same && kept.rater.is_some();
            if kept.rater.is_some() {
                let work = batch.works.len() as u32;
                batch.duplicates.push(Duplicate { work, kept: kept.row, unused: repeated.row, same });
            }
        }
        if has_criteria && is_total(kept) {
            stated_total = kept.score.map(|score| (score, kept.row));
        } else {
            batch.marks.push(*kept);
        }
    }
    let marks = &batch.marks[start..];
    let total = marks.iter().map(|mark| mark.score).sum::<Option<Points>>().filter(|_| usable);
    let maximum = marks.iter().map(|mark| mark.maximum).sum::<Option<Points>>();
    batch.markings.push(Marking {
        rater: first.rater,
        mark_no: first.mark_no,
        marks: start..batch.marks.len(),
        total,
        maximum,
        stated_total,
        marked_at: pass.iter().filter_map(|mark| mark.marked_at).min(),
    });
}

/// Whether a marking is one of those every work needs (not an arbitration or an expert's).
pub(super) fn is_regular(marking: &Marking, required_raters: u8) -> bool {
    marking.mark_no.is_none_or(|mark_no| mark_no <= required_raters)
}

/// The most that a work can give: the largest sum of its markings' maxima, else 100 for the three
/// components whose scale is fixed. The second value says whether it was assumed.
pub(super) fn work_maximum(markings: &[Marking], component: &Component) -> Option<(Points, bool)> {
    let known = markings.iter().filter_map(|marking| marking.maximum).max().filter(|maximum| *maximum > Points::ZERO);
    let assumed = || (!matches!(component, Component::Other(_))).then_some((Points::whole(100), true));
    known.map(|maximum| (maximum, false)).or_else(assumed)
}
