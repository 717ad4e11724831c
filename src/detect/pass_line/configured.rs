//! The configured line: every entry of the log against the approvals on record, with before and
//! after rebuilt from the sequence where the log holds only "line set to".

use crate::detect::change_log::{
    actor, after_day, clock_reversals, component_name, join, mark, moment, quoted, stated,
};
use crate::detect::pass_line::approved::{Approval, ApprovedLines};
use crate::model::component::Component;
use crate::model::evidence::PassLineEvent;
use crate::model::figure::Figures;
use crate::model::observation::ObservedCase;
use crate::model::pass_line::PassLineChange;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What the log of one batch shows.
pub struct ConfiguredLine {
    /// Every entry, in order of time.
    pub events: Vec<PassLineEvent>,
    /// Counts.
    pub figures: Figures,
    /// Entries without an approval that covers them, those of one instant together.
    pub cases: Vec<ObservedCase>,
    /// Entries that lead away from the default line where nothing on record can approve any line.
    pub entries_without_anything_to_compare: usize,
}

/// Dates of a batch that a change is held against.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchDates {
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
    /// Date the results were published.
    pub published_on: Option<NaiveDate>,
}

/// Line in force while the log is walked through.
#[derive(Default)]
struct Sequence {
    everywhere: Option<Points>,
    by_component: BTreeMap<Component, Points>,
}

impl Sequence {
    fn logged(&self, component: Option<&Component>) -> Option<Points> {
        match component {
            Some(component) => self.by_component.get(component).copied().or(self.everywhere),
            None => {
                let mut lines = self.by_component.values().copied().chain(self.everywhere);
                let first = lines.next()?;
                lines.all(|line| line == first).then_some(first)
            }
        }
    }

    fn is_mixed(&self) -> bool {
        let mut lines = self.by_component.values().copied().chain(self.everywhere);
        lines.next().is_some_and(|first| !lines.all(|line| line == first))
    }

    fn set(&mut self, component: Option<&Component>, line: Points) {
        match component {
            Some(component) => {
                self.by_component.insert(component.clone(), line);
            }
            None => {
                self.by_component.clear();
                self.everywhere = Some(line);
            }
        }
    }
}

/// One entry with what was found about it.
struct Entry<'a> {
    change: &'a PassLineChange,
    old_line: Option<Points>,
    rebuilt: bool,
    approval: Approval,
    /// The recorded old line is not what the log had set before.
    contradicts: Option<Points>,
    /// The recorded old line stands in no entry and no approval.
    old_line_unlogged: bool,
    /// The log had already set this line.
    repeats: bool,
}

/// Walks through the log of one batch, `approved.changes`, in order of time.
pub fn audit(approved: &ApprovedLines<'_>, dates: BatchDates, approvals_recorded: bool) -> ConfiguredLine {
    let entries = walk(approved);
    let mut figures = Figures::new();
    let mut count = |name: &str, number: usize| figures.insert(name.to_owned(), number.into());
    count("changes", entries.len());
    count("rebuilt_old_lines", entries.iter().filter(|entry| entry.rebuilt).count());
    count("repeated_entries", entries.iter().filter(|entry| entry.repeats).count());
    count("undated", entries.iter().filter(|entry| entry.change.changed_at.is_none()).count());
    count("sequence_breaks", entries.iter().filter(|entry| entry.contradicts.is_some()).count());
    count(
        "clock_reversals",
        clock_reversals(entries.iter().map(|entry| (entry.change.source, entry.change.changed_at))),
    );
    count(
        "approval_dated_later",
        entries.iter().filter(|entry| entry.approval == (Approval::SameLine { dated_later: true })).count(),
    );

    // Without a column for approvals and without an approved line, an entry shows that the line was
    // set, and nothing can show whether that was approved.
    let comparable = |entry: &Entry<'_>| approvals_recorded || approved.on_record(entry.change.component.as_ref());
    let open: Vec<&Entry<'_>> = entries.iter().filter(|entry| !entry.approval.covers() && !entry.repeats).collect();
    let (unapproved, incomparable): (Vec<&Entry<'_>>, Vec<&Entry<'_>>) =
        open.into_iter().partition(|entry| comparable(entry));
    let unlogged: Vec<&Entry<'_>> =
        entries.iter().filter(|entry| entry.old_line_unlogged && comparable(entry)).collect();
    let after = |entry: &Entry<'_>, day| after_day(entry.change.changed_at, day) == Some(true);
    count("unapproved", unapproved.len());
    count("unlogged_lines", unlogged.len());
    count(
        "lowered",
        unapproved.iter().filter(|entry| entry.old_line.is_some_and(|old| entry.change.new_line < old)).count(),
    );
    count(
        "raised",
        unapproved.iter().filter(|entry| entry.old_line.is_some_and(|old| entry.change.new_line > old)).count(),
    );
    count("after_exam", unapproved.iter().filter(|entry| after(entry, dates.exam_date)).count());
    count("after_publication", unapproved.iter().filter(|entry| after(entry, dates.published_on)).count());
    count(
        "approval_not_on_record",
        unapproved.iter().filter(|entry| entry.approval == Approval::NumberNotOnRecord).count(),
    );

    let mut cases: Vec<ObservedCase> =
        unapproved.chunk_by(|a, b| same_instant(a, b)).map(|together| change_case(together, approved, dates)).collect();
    count("unapproved_events", cases.len());
    cases.extend(unlogged.iter().map(|entry| unlogged_case(entry)));
    cases.sort_by(|a, b| a.sources.cmp(&b.sources));
    let entries_without_anything_to_compare = incomparable.len();
    count("entries_without_approval_data", entries_without_anything_to_compare);
    let events = entries.iter().map(event).collect();
    ConfiguredLine { events, figures, cases, entries_without_anything_to_compare }
}

fn walk<'a>(approved: &ApprovedLines<'a>) -> Vec<Entry<'a>> {
    let mut sequence = Sequence::default();
    let mut entries = Vec::with_capacity(approved.changes.len());
    for change in approved.changes {
        let component = change.component.as_ref();
        let logged = sequence.logged(component);
        let starting = if sequence.is_mixed() && component.is_none() { None } else { approved.starting(component) };
        let before = logged.or(starting);
        let contradicts = before.filter(|before| change.old_line.is_some_and(|old| old != *before));
        // Another entry or an approval may explain the old line: then the order is in doubt, not the log.
        let old_line_unlogged = contradicts.is_some()
            && change.old_line.is_some_and(|old| {
                !approved.changes.iter().any(|other| {
                    other.source != change.source
                        && other.new_line == old
                        && (other.component.is_none() || component.is_none() || other.component == change.component)
                }) && !approved.lines.iter().any(|line| line.approved_line == old)
                    && old != approved.default_line
            });
        entries.push(Entry {
            change,
            old_line: change.old_line.or(before),
            rebuilt: change.old_line.is_none() && before.is_some(),
            approval: approved.approval_of(change),
            contradicts,
            old_line_unlogged,
            repeats: logged == Some(change.new_line) && change.old_line.is_none_or(|old| old == change.new_line),
        });
        sequence.set(component, change.new_line);
    }
    entries
}

/// One act on several components: same time, operator, line and approval.
fn same_instant(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    a.change.changed_at.is_some()
        && a.change.changed_at == b.change.changed_at
        && a.change.operator == b.change.operator
        && a.change.new_line == b.change.new_line
        && a.approval == b.approval
        && a.change.component != b.change.component
}

fn event(entry: &Entry<'_>) -> PassLineEvent {
    let change = entry.change;
    PassLineEvent {
        component: change.component.clone(),
        changed_at: change.changed_at,
        old_line: entry.old_line,
        old_line_rebuilt: entry.rebuilt,
        new_line: change.new_line,
        operator: change.operator.clone(),
        approval_no: stated(&change.approval_no).map(Into::into),
        approved: entry.approval.covers(),
        source: change.source,
    }
}

/// Names of the components of entries, as identifiers for subjects.
fn subjects(entries: &[&Entry<'_>]) -> Vec<String> {
    let mut names: Vec<String> = entries
        .iter()
        .map(|entry| entry.change.component.as_ref().map_or("all".to_owned(), |component| quoted(component.as_str())))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn change_case(together: &[&Entry<'_>], approved: &ApprovedLines<'_>, dates: BatchDates) -> ObservedCase {
    let first = together[0];
    let change = first.change;
    let (when, who) = (moment(change.changed_at), actor(&change.operator));
    let mut parts = vec![Bilingual::new(format!("{}，{}：", when.zh, who.zh), format!("{}, {}:", when.en, who.en))];
    for entry in together {
        parts.push(movement(entry, approved));
    }
    if together.len() > 1 {
        parts.push(Bilingual::new(
            format!("以上 {} 项为同一时刻的一次操作。", together.len()),
            format!("These {} entries are one act at one time.", together.len()),
        ));
    }
    parts.push(approval_sentence(first));
    parts.extend(timing(change, dates));
    ObservedCase {
        subjects: subjects(together),
        sources: together.iter().map(|entry| entry.change.source).collect(),
        detail: join(parts),
    }
}

fn movement(entry: &Entry<'_>, approved: &ApprovedLines<'_>) -> Bilingual {
    let name = component_name(entry.change.component.as_ref());
    let (old, new) = (mark(entry.old_line), entry.change.new_line);
    let rebuilt = if entry.rebuilt {
        Bilingual::new("（由记录顺序推得）", " (rebuilt from the sequence)")
    } else {
        Bilingual::new(" ", "")
    };
    let direction = match entry.old_line.map(|old| new.cmp(&old)) {
        Some(std::cmp::Ordering::Less) => Bilingual::new("降至", "lowered to"),
        Some(std::cmp::Ordering::Greater) => Bilingual::new("升至", "raised to"),
        _ => Bilingual::new("设为", "set to"),
    };
    let held = match entry.change.component.as_ref() {
        Some(component) => Some(approved.held(component).line),
        None => approved.starting(None),
    };
    let against = if approved.on_record(entry.change.component.as_ref()) {
        let line = mark(held);
        Bilingual::new(format!("在案批准线 {}", line.zh), format!("approved line on record {}", line.en))
    } else {
        Bilingual::new(
            format!("无在案批准线，按默认线 {} 比对", approved.default_line),
            format!("no approved line on record, held against the default line {}", approved.default_line),
        )
    };
    let mut parts = vec![Bilingual::new(
        format!("{}合格线由 {}{}{} {new}（{}）。", name.zh, old.zh, rebuilt.zh, direction.zh, against.zh),
        format!("line for {} {} {new} from {}{} ({}).", name.en, direction.en, old.en, rebuilt.en, against.en),
    )];
    if let Some(before) = entry.contradicts {
        parts.push(Bilingual::new(
            format!("该条记录所载原线 {} 与此前的 {before} 不一致。", old.zh),
            format!("The old line {} in this entry contradicts the {before} before it.", old.en),
        ));
    }
    join(parts)
}

fn approval_sentence(entry: &Entry<'_>) -> Bilingual {
    let number = stated(&entry.change.approval_no).map(quoted).unwrap_or_default();
    match entry.approval {
        Approval::NumberNotOnRecord => Bilingual::new(
            format!("审批文号 {number}：本批次批准记录中查无此号。"),
            format!("Approval number {number}: not on record among the approvals of this batch."),
        ),
        Approval::NumberNamesAnotherLine(line) => Bilingual::new(
            format!("审批文号 {number} 在案，但批准的合格线为 {line}。"),
            format!("Approval number {number} is on record, but approves the line {line}."),
        ),
        _ => Bilingual::new("审批：未见记录。", "Approval: none found."),
    }
}

/// Whether marks were known when the line was changed.
fn timing(change: &PassLineChange, dates: BatchDates) -> Vec<Bilingual> {
    let mut parts = Vec::new();
    if let Some(day) = dates.exam_date {
        match after_day(change.changed_at, Some(day)) {
            Some(true) => parts.push(Bilingual::new(
                format!("时间在考试日 {day} 之后。"),
                format!("This is after the examination date {day}."),
            )),
            None if change.changed_at.is_some() => parts.push(Bilingual::new(
                format!("时间在考试当日 {day}。"),
                format!("This is on the examination date {day}."),
            )),
            _ => {}
        }
    }
    if let Some(day) = dates.published_on.filter(|day| after_day(change.changed_at, Some(*day)) == Some(true)) {
        parts.push(Bilingual::new(
            format!("时间在成绩公布日 {day} 之后，成绩已知。"),
            format!("This is after the results were published on {day}, with the marks known."),
        ));
    }
    parts
}

fn unlogged_case(entry: &Entry<'_>) -> ObservedCase {
    let (name, when, old) =
        (component_name(entry.change.component.as_ref()), moment(entry.change.changed_at), mark(entry.change.old_line));
    let before = mark(entry.contradicts);
    ObservedCase {
        subjects: subjects(&[entry]),
        sources: vec![entry.change.source],
        detail: Bilingual::new(
            format!(
                "{} 的记录称{}合格线此前为 {}，而日志此前为 {}，且没有任何记录或批准设过 {}：有一次变更未入日志。",
                when.zh, name.zh, old.zh, before.zh, old.zh
            ),
            format!(
                "The entry of {} says that the line for {} was {} before it, while the log has {} there and no entry or approval \
                 ever set {}: one change is not in the log.",
                when.en, name.en, old.en, before.en, old.en
            ),
        ),
    }
}
