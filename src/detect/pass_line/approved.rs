//! Which line holds for a component of a batch, and what the approvals on record cover.

use crate::detect::change_log::stated;
use crate::model::component::Component;
use crate::model::pass_line::{PassLine, PassLineChange};
use crate::model::points::Points;
use chrono::{NaiveDate, NaiveDateTime};

/// What a line rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineBasis {
    /// An approved line on record.
    OnRecord,
    /// No approved line on record, but a logged change that carries an approval number.
    ApprovedChange,
    /// Neither: the configured default.
    Default,
}

/// The line that holds for a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldLine {
    /// The line.
    pub line: Points,
    /// What it rests on.
    pub basis: LineBasis,
}

/// What the approvals say about one logged change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The new line is an approved line (or the default line, where none is on record).
    SameLine {
        /// The approval is dated after the change.
        dated_later: bool,
    },
    /// The entry carries an approval number, and there is no list of approvals to hold it against.
    NumberOnly,
    /// The number is on record for this batch, but names another line.
    NumberNamesAnotherLine(Points),
    /// Approvals are on record, but not this number for this batch and component.
    NumberNotOnRecord,
    /// No approval number in the entry.
    NoneFound,
}

impl Approval {
    /// Whether the change is covered.
    pub fn covers(self) -> bool {
        matches!(self, Self::SameLine { .. } | Self::NumberOnly)
    }
}

/// The approvals of one batch.
#[derive(Clone, Copy)]
pub struct ApprovedLines<'a> {
    /// Approved lines of the batch.
    pub lines: &'a [&'a PassLine],
    /// Logged changes of the batch, in order of time.
    pub changes: &'a [&'a PassLineChange],
    /// Whether the data set lists approval numbers at all, so that a number can be looked up.
    pub numbers_listed: bool,
    /// Line that holds where no approval names another.
    pub default_line: Points,
}

impl<'a> ApprovedLines<'a> {
    /// Approved lines that apply to a component: those that name it, else those for every component.
    fn applicable(&self, component: Option<&Component>) -> Vec<&'a PassLine> {
        let named: Vec<&PassLine> = match component {
            Some(_) => self.lines.iter().copied().filter(|line| line.component.as_ref() == component).collect(),
            None => Vec::new(),
        };
        if named.is_empty() {
            self.lines.iter().copied().filter(|line| line.component.is_none()).collect()
        } else {
            named
        }
    }

    /// The line that holds for a component: the approval with the latest date, else the last logged
    /// change that carries an approval, else the default.
    pub fn held(&self, component: &Component) -> HeldLine {
        let latest = self.applicable(Some(component)).into_iter().max_by_key(|line| (line.approved_on, line.source));
        if let Some(line) = latest {
            return HeldLine { line: line.approved_line, basis: LineBasis::OnRecord };
        }
        let change = self.changes.iter().rev().find(|change| {
            !self.numbers_listed
                && stated(&change.approval_no).is_some()
                && change.component.as_ref().is_none_or(|named| named == component)
        });
        match change {
            Some(change) => HeldLine { line: change.new_line, basis: LineBasis::ApprovedChange },
            None => HeldLine { line: self.default_line, basis: LineBasis::Default },
        }
    }

    /// Line before the first logged change; `None` where the components differ. Where approvals
    /// followed one another, the earliest is the one to start from.
    pub fn starting(&self, component: Option<&Component>) -> Option<Points> {
        let earliest = |lines: Vec<&PassLine>| {
            lines.into_iter().min_by_key(|line| (line.approved_on, line.source)).map(|line| line.approved_line)
        };
        match (earliest(self.applicable(component)), component) {
            (Some(line), _) => Some(line),
            (None, Some(_)) => Some(self.default_line),
            (None, None) => {
                let mut lines = self.lines.iter().map(|line| line.approved_line);
                match lines.next() {
                    None => Some(self.default_line),
                    Some(first) => lines.all(|line| line == first).then_some(first),
                }
            }
        }
    }

    /// Whether an approved line for the component is on record.
    pub fn on_record(&self, component: Option<&Component>) -> bool {
        match component {
            Some(_) => !self.applicable(component).is_empty(),
            None => !self.lines.is_empty(),
        }
    }

    /// Dates of the approvals of exactly this line; `None` when it is not an approved one. A change of
    /// every component needs the line to be approved for each component on record.
    fn approvals_of(&self, component: Option<&Component>, line: Points) -> Option<Vec<Option<NaiveDate>>> {
        let mut candidates = self.applicable(component);
        if candidates.is_empty() && component.is_none() && !self.lines.is_empty() {
            let components: std::collections::BTreeSet<&Component> =
                self.lines.iter().filter_map(|row| row.component.as_ref()).collect();
            let everywhere = components.iter().all(|component| {
                self.lines.iter().any(|row| row.component.as_ref() == Some(component) && row.approved_line == line)
            });
            if !everywhere {
                return None;
            }
            candidates = self.lines.to_vec();
        }
        if candidates.is_empty() {
            return (line == self.default_line).then(Vec::new);
        }
        let dates: Vec<_> =
            candidates.iter().filter(|row| row.approved_line == line).map(|row| row.approved_on).collect();
        (!dates.is_empty()).then_some(dates)
    }

    /// What the approvals on record say about a change.
    pub fn approval_of(&self, change: &PassLineChange) -> Approval {
        if let Some(dates) = self.approvals_of(change.component.as_ref(), change.new_line) {
            return Approval::SameLine { dated_later: all_later(&dates, change.changed_at) };
        }
        let Some(number) = stated(&change.approval_no) else {
            return Approval::NoneFound;
        };
        if !self.numbers_listed {
            return Approval::NumberOnly;
        }
        let named = self.lines.iter().find(|row| {
            stated(&row.approval_no) == Some(number)
                && (row.component.is_none() || change.component.is_none() || row.component == change.component)
        });
        match named {
            Some(row) => Approval::NumberNamesAnotherLine(row.approved_line),
            None => Approval::NumberNotOnRecord,
        }
    }
}

/// Whether there are dates, and every one is later than the change.
fn all_later(dates: &[Option<NaiveDate>], changed_at: Option<NaiveDateTime>) -> bool {
    let Some(changed_at) = changed_at else { return false };
    !dates.is_empty() && dates.iter().all(|date| date.is_some_and(|date| date > changed_at.date()))
}
