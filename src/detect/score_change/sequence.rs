//! What the order of a log says about its completeness: numbers left out or used twice, clocks that run back, two
//! entries of one moment. Facts to look at: a log of some batches alone has gaps as well.

use crate::detect::change_log::{component_name, moment, quoted, stated};
use crate::model::component::Component;
use crate::model::figure::Figures;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::observation::ObservedCase;
use crate::model::score_change::ScoreChange;
use crate::model::text::Bilingual;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Numbers that tell of a sequence: at least so many, …
const FEWEST_NUMBERS: usize = 3;
/// … and at least one in so many of those between the first and the last.
const SPARSEST: u64 = 2;
/// A numbering follows the clock when at most one step in so many goes back.
const RAREST_STEP_BACK: usize = 4;

/// What is seen in one batch.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    numbered: usize,
    left_out: u64,
    repeated: usize,
    backwards: usize,
    one_moment: usize,
    /// Everything to look at.
    pub cases: Vec<ObservedCase>,
}

impl Sequence {
    /// Counts of one batch.
    pub fn figures(&self) -> Figures {
        let mut figures = Figures::new();
        for (name, number) in [
            ("numbered_entries", self.numbered),
            ("numbers_left_out", usize::try_from(self.left_out).unwrap_or(usize::MAX)),
            ("numbers_used_twice", self.repeated),
            ("steps_back_in_time", self.backwards),
            ("entries_of_one_moment", self.one_moment),
        ] {
            figures.insert(name.to_owned(), number.into());
        }
        figures
    }
}

/// The letters before and the number at the end of an entry's number; `None` without a number.
fn parts(change: &ScoreChange) -> Option<(&str, u64)> {
    let text = stated(&change.change_id)?;
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[head.len()..];
    // Longer runs of digits are moments or random, not numbers that count.
    (digits.len() <= 12).then(|| digits.parse().ok()).flatten().map(|number| (head, number))
}

/// Looks at the whole log, because numbers may run over batches; what is seen is put to the batch of the later entry.
pub fn sequences(changes: &[ScoreChange]) -> BTreeMap<&BatchId, Sequence> {
    let mut found: BTreeMap<&BatchId, Sequence> = BTreeMap::new();
    let mut numbered: BTreeMap<&str, Vec<(u64, &ScoreChange)>> = BTreeMap::new();
    for change in changes {
        if let Some((head, number)) = parts(change) {
            numbered.entry(head).or_default().push((number, change));
        }
    }
    for entries in numbered.values_mut() {
        entries.sort_by_key(|(number, change)| (*number, change.source));
        // A log handed in twice says nothing new.
        entries.dedup_by(|b, a| b.0 == a.0 && content(b.1) == content(a.1));
        for (_, change) in entries.iter() {
            found.entry(&change.batch_id).or_default().numbered += 1;
        }
        numbers(entries, &mut found);
    }
    same_moments(changes, &mut found);
    for sequence in found.values_mut() {
        sequence.cases.sort_by(|a, b| a.sources.cmp(&b.sources));
    }
    found
}

type Content<'a> = (&'a BatchId, &'a CandidateId, &'a Component, Option<NaiveDateTime>, Option<i64>, Option<i64>);

fn content(change: &ScoreChange) -> Content<'_> {
    let millionths = |points: Option<crate::model::points::Points>| points.map(|points| points.millionths());
    (
        &change.batch_id,
        &change.candidate_id,
        &change.component,
        change.changed_at,
        millionths(change.old_score),
        millionths(change.new_score),
    )
}

fn numbers<'a>(entries: &[(u64, &'a ScoreChange)], found: &mut BTreeMap<&'a BatchId, Sequence>) {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
    let distinct = entries.chunk_by(|a, b| a.0 == b.0).count();
    if distinct < FEWEST_NUMBERS || last.0 - first.0 >= SPARSEST * distinct as u64 {
        return;
    }
    let steps: Vec<_> = entries.iter().zip(entries.iter().skip(1)).collect();
    let back = |earlier: &ScoreChange, later: &ScoreChange| {
        earlier.changed_at.zip(later.changed_at).is_some_and(|(before, after)| after < before)
    };
    let backwards = steps.iter().filter(|(a, b)| back(a.1, b.1)).count();
    let follows_clock = backwards * RAREST_STEP_BACK <= steps.len();
    for (earlier, later) in steps {
        let sequence = found.entry(&later.1.batch_id).or_default();
        let (before, after) = (number(earlier.1), number(later.1));
        let sources = vec![earlier.1.source, later.1.source];
        let mut add = |zh: String, en: String| {
            sequence.cases.push(ObservedCase {
                subjects: vec![quoted(later.1.candidate_id.as_str())],
                sources: sources.clone(),
                detail: Bilingual::new(zh, en),
            });
        };
        if later.0 == earlier.0 {
            add(
                format!("修改编号 {after} 用于两条内容不同的记录。"),
                format!("Number {after} stands on two entries that differ."),
            );
            sequence.repeated += 1;
        } else if later.0 > earlier.0 + 1 {
            let left_out = later.0 - earlier.0 - 1;
            add(
                format!("修改编号 {before} 与 {after} 之间缺 {left_out} 个编号：所收材料中没有这些记录。"),
                format!(
                    "{left_out} numbers are left out between {before} and {after}: the data handed in have no such entries."
                ),
            );
            sequence.left_out += left_out;
        }
        if follows_clock && back(earlier.1, later.1) {
            let (was, is) = (moment(earlier.1.changed_at), moment(later.1.changed_at));
            let sequence = found.entry(&later.1.batch_id).or_default();
            sequence.cases.push(ObservedCase {
                subjects: vec![quoted(later.1.candidate_id.as_str())],
                sources,
                detail: Bilingual::new(
                    format!("编号 {after} 的时间（{}）早于编号 {before}（{}）：时钟有倒退，或时间有改动。", is.zh, was.zh),
                    format!(
                        "Number {after} is timed {}, before number {before} ({}): the clock ran back, or a time was altered.",
                        is.en, was.en
                    ),
                ),
            });
            sequence.backwards += 1;
        }
    }
}

fn number(change: &ScoreChange) -> String {
    quoted(stated(&change.change_id).unwrap_or_default())
}

/// Entries of one score at one moment: which came first, only the order of the rows says.
fn same_moments<'a>(changes: &'a [ScoreChange], found: &mut BTreeMap<&'a BatchId, Sequence>) {
    let mut by_score: BTreeMap<(&BatchId, &CandidateId, &Component, NaiveDateTime), Vec<&ScoreChange>> =
        BTreeMap::new();
    for change in changes {
        if let Some(time) = change.changed_at {
            by_score.entry((&change.batch_id, &change.candidate_id, &change.component, time)).or_default().push(change);
        }
    }
    for ((batch_id, candidate_id, component, time), mut entries) in by_score {
        entries.sort_by_key(|change| change.source);
        entries.dedup_by(|b, a| content(b) == content(a));
        if entries.len() < 2 {
            continue;
        }
        let sequence = found.entry(batch_id).or_default();
        sequence.one_moment += entries.len();
        let (candidate, name) = (quoted(candidate_id.as_str()), component_name(Some(component)));
        let (when, n) = (moment(Some(time)), entries.len());
        sequence.cases.push(ObservedCase {
            subjects: vec![candidate.clone()],
            sources: entries.iter().map(|change| change.source).collect(),
            detail: Bilingual::new(
                format!("考生 {candidate} {}：同一时刻（{}）有 {n} 条记录，先后按文件行序。", name.zh, when.zh),
                format!(
                    "Candidate {candidate}, {}: {n} entries of one moment ({}); they are followed in the order of their rows.",
                    name.en, when.en
                ),
            ),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::points::Points;
    use crate::model::provenance::Provenance;

    fn entry(row: u32, id: &str, minute: u32) -> ScoreChange {
        ScoreChange {
            change_id: Some(id.into()),
            batch_id: "B".into(),
            candidate_id: format!("c{row}").as_str().into(),
            component: Component::Theory,
            changed_at: chrono::NaiveDate::from_ymd_opt(2026, 5, 2).and_then(|day| day.and_hms_opt(9, minute, 0)),
            old_score: Some(Points::whole(50)),
            new_score: Some(Points::whole(51)),
            operator: None,
            approver: None,
            approval_no: None,
            reason: None,
            source: Provenance { file: 0, sheet: 0, row },
        }
    }

    fn of(ids: &[(&str, u32)]) -> Sequence {
        let changes: Vec<ScoreChange> = (2..).zip(ids).map(|(row, (id, minute))| entry(row, id, *minute)).collect();
        sequences(&changes).remove(&BatchId::from("B")).unwrap_or_default()
    }

    #[test]
    fn numbers_left_out_and_used_twice_are_named() {
        let seen = of(&[("X-01", 1), ("X-02", 2), ("X-05", 3), ("X-05", 4), ("X-06", 5)]);
        assert_eq!((seen.numbered, seen.left_out, seen.repeated, seen.cases.len()), (5, 2, 1, 2));
        assert!(seen.cases[0].detail.en.contains("between X-02 and X-05"), "{:?}", seen.cases[0]);
    }

    #[test]
    fn numbers_that_do_not_count_are_no_sequence() {
        for ids in [&[("a9f3", 1), ("17", 2)][..], &[("1", 1), ("900", 2), ("5000", 3)], &[("abc", 1)], &[]] {
            assert!(of(ids).cases.is_empty(), "{ids:?}");
        }
    }

    #[test]
    fn a_step_back_in_time_is_named_unless_numbers_never_follow_the_clock() {
        let seen = of(&[("1", 1), ("2", 2), ("3", 9), ("4", 4), ("5", 5)]);
        assert_eq!((seen.backwards, seen.cases.len()), (1, 1));
        assert!(of(&[("1", 9), ("2", 2), ("3", 8), ("4", 4), ("5", 5)]).cases.is_empty());
    }
}
