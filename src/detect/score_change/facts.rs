//! Procedural facts of single changes: after publication, without a second person, without a reason. None of them alone
//! says that a change was without authority.

use crate::detect::change_log::stated;
use crate::detect::score_change::entries::Entry;
use crate::detect::score_change::unapproved::single_case;
use crate::model::figure::Figures;
use crate::model::observation::ObservedCase;

/// Counts and cases of one fact.
pub struct Fact {
    /// Counts.
    pub figures: Figures,
    /// One case a change.
    pub cases: Vec<ObservedCase>,
}

fn fact(entries: &[Entry<'_>], is_case: impl Fn(&Entry<'_>) -> bool, counted: &'static str) -> Fact {
    let changes: Vec<&Entry<'_>> = entries.iter().filter(|entry| entry.is_change()).collect();
    let found: Vec<&Entry<'_>> = changes.iter().copied().filter(|entry| is_case(entry)).collect();
    let set_aside = found.iter().filter(|entry| entry.is_set_aside()).count();
    let mut figures = Figures::new();
    for (name, number) in [
        ("changes", changes.len()),
        (counted, found.len()),
        ("in_lawful_acts", set_aside),
        ("without_any_approval", found.iter().filter(|entry| !entry.approved).count()),
    ] {
        figures.insert(name.to_owned(), number.into());
    }
    // A re-check, a resit or a key corrected for everyone comes after publication as a rule: counted, not listed.
    let cases = found.into_iter().filter(|entry| !entry.is_set_aside()).map(single_case).collect();
    Fact { figures, cases }
}

/// Changes after the day of publication.
pub fn after_publication(entries: &[Entry<'_>]) -> Fact {
    fact(entries, |entry| entry.after_publication == Some(true), "after_publication")
}

/// Changes whose only approval is by the operator; where a second person is required, also those without an approver.
pub fn without_second_person(entries: &[Entry<'_>], required: bool) -> Fact {
    let alone = |entry: &Entry<'_>| {
        let (operator, approver) = (stated(&entry.change.operator), stated(&entry.change.approver));
        entry.approver_is_operator() || required && (approver.is_none() || approver == operator)
    };
    fact(entries, alone, "without_second_person")
}

/// Changes without a reason.
pub fn without_reason(entries: &[Entry<'_>]) -> Fact {
    fact(entries, |entry| stated(&entry.change.reason).is_none(), "without_reason")
}
