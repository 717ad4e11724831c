//! Changes of scores without an approval on record, those for everyone in one run as one case.

use crate::detect::change_log::{actor, clock_reversals, component_name, join, mark, moment, quoted, stated};
use crate::detect::score_change::entries::{Act, Entry};
use crate::model::evidence::ScoreChangeCase;
use crate::model::figure::Figures;
use crate::model::observation::ObservedCase;
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// Counts over the entries of one batch.
pub fn figures(entries: &[Entry<'_>]) -> Figures {
    let changes: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.is_change()).collect();
    let count = |keep: &dyn Fn(&Entry<'_>) -> bool| changes.iter().filter(|entry| keep(entry)).count();
    let open = |entry: &Entry<'_>| !entry.approved;
    let published = |entry: &Entry<'_>| entry.after_publication == Some(true);
    let mut figures = Figures::new();
    for (name, number) in [
        ("entries", entries.len()),
        ("changes", changes.len()),
        ("first_recordings", entries.iter().filter(|entry| entry.first_recording).count()),
        ("unchanged", entries.iter().filter(|entry| entry.unchanged).count()),
        ("undated", count(&|entry| entry.change.changed_at.is_none())),
        (
            "clock_reversals",
            clock_reversals(entries.iter().map(|entry| (entry.change.source, entry.change.changed_at))),
        ),
        ("without_reason", count(&|entry| stated(&entry.change.reason).is_none())),
        ("approver_is_operator", count(&|entry| entry.approver_is_operator())),
        ("unapproved", count(&open)),
        ("after_publication", count(&published)),
        ("failed_to_passed", count(&|entry| entry.failed_to_passed())),
        ("passed_to_failed", count(&|entry| entry.passed_to_failed())),
        ("landing_on_line", count(&|entry| entry.lands_on_line())),
        ("unapproved_after_publication", count(&|entry| open(entry) && published(entry))),
        ("unapproved_failed_to_passed", count(&|entry| open(entry) && entry.failed_to_passed())),
        ("unapproved_passed_to_failed", count(&|entry| open(entry) && entry.passed_to_failed())),
        ("unapproved_landing_on_line", count(&|entry| open(entry) && entry.lands_on_line())),
        ("approved_rechecks", count(&|entry| entry.approved && entry.act == Act::Recheck)),
        ("approved_resits", count(&|entry| entry.approved && entry.act == Act::Resit)),
        ("approved_changes_for_everyone", count(&|entry| entry.approved && matches!(entry.act, Act::Everyone(_)))),
        ("approved_corrections", count(&|entry| entry.approved && matches!(entry.act, Act::Correction(_)))),
        ("approved_kept_passes", count(&|entry| entry.approved && entry.act == Act::KeptPass)),
        ("approved_events", approved_events(&changes)),
    ] {
        figures.insert(name.to_owned(), number.into());
    }
    figures
}

/// Approved changes as acts: one run for everyone is one, and so is everything of one kind under one approval.
fn approved_events(changes: &[&Entry<'_>]) -> usize {
    let acts: BTreeSet<(Act, &str, &str)> = changes
        .iter()
        .filter(|entry| entry.approved)
        .map(|entry| match entry.act {
            act @ (Act::Everyone(_) | Act::Correction(_)) => (act, "", ""),
            act => {
                let number = stated(&entry.change.approval_no).unwrap_or_default();
                let approver = if number.is_empty() { stated(&entry.change.approver).unwrap_or_default() } else { "" };
                (act, number, approver)
            }
        })
        .collect();
    acts.len()
}

/// Every change without an approval: one case each, a run for everyone together.
pub fn cases(entries: &[Entry<'_>]) -> Vec<ObservedCase> {
    let open = || entries.iter().filter(|entry| entry.is_change() && !entry.approved);
    let mut runs: BTreeMap<usize, Vec<&Entry<'_>>> = BTreeMap::new();
    let mut cases: Vec<ObservedCase> = Vec::new();
    for entry in open() {
        match entry.act {
            Act::Everyone(number) => runs.entry(number).or_default().push(entry),
            _ => cases.push(single_case(entry)),
        }
    }
    cases.extend(runs.values().filter_map(|run| everyone_case(run)));
    cases.sort_by(|a, b| a.sources.cmp(&b.sources));
    cases
}

fn reason_words(entry: &Entry<'_>) -> Bilingual {
    match stated(&entry.change.reason) {
        Some(reason) => Bilingual::new(format!("原因：{}。", quoted(reason)), format!("Reason: {}.", quoted(reason))),
        None => Bilingual::new("原因：未记录。", "Reason: not recorded."),
    }
}

fn approval_words(entry: &Entry<'_>) -> Bilingual {
    let change = entry.change;
    match (stated(&change.approval_no), stated(&change.approver)) {
        (Some(number), _) => {
            Bilingual::new(format!("审批：{}。", quoted(number)), format!("Approval: {}.", quoted(number)))
        }
        (None, Some(_)) if entry.approver_is_operator() => Bilingual::new(
            "审批人与操作人为同一人，无审批文号。",
            "The approver is the operator, and there is no approval number.",
        ),
        (None, Some(_)) => {
            Bilingual::new("有审批人，无审批文号。", "An approver is on record, an approval number is not.")
        }
        (None, None) => Bilingual::new("审批：未见记录。", "Approval: none found."),
    }
}

/// One change with everything known about it.
pub fn single_case(entry: &Entry<'_>) -> ObservedCase {
    let change = entry.change;
    let candidate = quoted(change.candidate_id.as_str());
    let (when, who, name) =
        (moment(change.changed_at), actor(&change.operator), component_name(Some(&change.component)));
    let (old, new) = (mark(entry.old_score), mark(change.new_score));
    let rebuilt = if entry.rebuilt {
        Bilingual::new("（由记录顺序推得）", " (rebuilt from the sequence)")
    } else {
        Bilingual::new(" ", "")
    };
    let mut parts = vec![
        Bilingual::new(
            format!(
                "{}，{}：考生 {candidate} {}成绩由 {}{}改为 {}。",
                when.zh, who.zh, name.zh, old.zh, rebuilt.zh, new.zh
            ),
            format!(
                "{}, {}: {} score of candidate {candidate} changed from {}{} to {}.",
                when.en, who.en, name.en, old.en, rebuilt.en, new.en
            ),
        ),
        reason_words(entry),
        approval_words(entry),
    ];
    let line = entry.held.line;
    if entry.failed_to_passed() {
        parts.push(Bilingual::new(
            format!("由不合格变为合格（合格线 {line}）。"),
            format!("From below to at or above the line {line}."),
        ));
    } else if entry.passed_to_failed() {
        parts.push(Bilingual::new(
            format!("由合格变为不合格（合格线 {line}）。"),
            format!("From at or above to below the line {line}."),
        ));
    }
    if entry.lands_on_line() {
        parts.push(Bilingual::new("改后恰为合格线。", "It lands exactly on the line."));
    }
    if entry.after_publication == Some(true) {
        parts.push(Bilingual::new("时间在成绩公布之后。", "This is after the results were published."));
    }
    ObservedCase { subjects: vec![candidate], sources: vec![change.source], detail: join(parts) }
}

fn everyone_case(run: &[&Entry<'_>]) -> Option<ObservedCase> {
    let (first, last) = (run.first()?, run.last()?);
    let (from, to) = (moment(first.change.changed_at), moment(last.change.changed_at));
    let (who, name) = (actor(&first.change.operator), component_name(Some(&first.change.component)));
    let passed = run.iter().filter(|entry| entry.failed_to_passed()).count();
    let difference = first.change.new_score.zip(first.old_score).map(|(new, old)| new - old);
    let difference = mark(difference);
    let n = run.len();
    let mut subjects: Vec<String> = run.iter().map(|entry| quoted(entry.change.candidate_id.as_str())).collect();
    subjects.sort();
    subjects.dedup();
    let detail = join([
        Bilingual::new(
            format!(
                "{} 至 {}，{}：{}成绩对全体（或九成以上）考生同幅变更，共 {n} 项，首项 {} 分，其中 {passed} 项由不合格变为合格。",
                from.zh, to.zh, who.zh, name.zh, difference.zh
            ),
            format!(
                "{} to {}, {}: {} scores of all (or nine in ten or more) candidates changed by the same difference, {n} entries, the \
                 first by {}; {passed} went from below to at or above the line.",
                from.en, to.en, who.en, name.en, difference.en
            ),
        ),
        reason_words(first),
        Bilingual::new(
            "全体成绩变更未见审批记录（更正标准答案等属正当变更，但应有审批）。",
            "Change of all scores without an approval on record (a corrected key is a lawful cause, with an approval).",
        ),
    ]);
    Some(ObservedCase { subjects, sources: run.iter().map(|entry| entry.change.source).collect(), detail })
}

/// An entry as shown in tables and charts.
pub fn evidence(entry: &Entry<'_>) -> ScoreChangeCase {
    let change = entry.change;
    ScoreChangeCase {
        candidate_id: change.candidate_id.clone(),
        component: change.component.clone(),
        changed_at: change.changed_at,
        old_score: entry.old_score,
        new_score: change.new_score,
        pass_line: Some(entry.held.line),
        operator: change.operator.clone(),
        approval_no: stated(&change.approval_no).or(stated(&change.approver)).map(Into::into),
        reason: change.reason.clone(),
        approved: entry.approved,
        after_publication: entry.after_publication,
        source: change.source,
    }
}
