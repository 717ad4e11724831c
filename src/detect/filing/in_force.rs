//! The rows of a body's filing, and which of them are in force on a day.

use crate::detect::filing::agreement::{Agreement, level, occupation, region, site};
use crate::model::batch::{Batch, Body, Filing};
use crate::model::dataset::Dataset;
use crate::model::dated::Period;
use crate::model::ids::BodyId;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What is on file of one body.
#[derive(Clone, Debug, Default)]
pub(super) struct OnFile<'a> {
    /// 备案日期, the earliest where several rows have one.
    pub filed_on: Option<NaiveDate>,
    /// Rows of `bodies`, by source.
    pub bodies: Vec<&'a Body>,
    /// Rows of `filings`, by source.
    pub filings: Vec<&'a Filing>,
}

/// Bodies by identifier, as `bodies` and `filings` have them.
pub(super) fn by_body(dataset: &Dataset) -> BTreeMap<&BodyId, OnFile<'_>> {
    let mut found: BTreeMap<&BodyId, OnFile<'_>> = BTreeMap::new();
    for body in &dataset.bodies {
        let entry = found.entry(&body.body_id).or_default();
        entry.filed_on = entry.filed_on.into_iter().chain(body.filed_on).min();
        entry.bodies.push(body);
    }
    for filing in &dataset.filings {
        found.entry(&filing.body_id).or_default().filings.push(filing);
    }
    for entry in found.values_mut() {
        entry.bodies.sort_by_key(|body| body.source);
        entry.filings.sort_by_key(|filing| filing.source);
    }
    found
}

/// One row beside one batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared<'a> {
    /// The row.
    pub filing: &'a Filing,
    /// Whether it is in force on the day of the batch.
    pub in_force: Agreement,
    /// Occupation and level together.
    pub scope: Agreement,
    /// The occupation alone.
    pub occupation: Agreement,
    /// 考点.
    pub site: Agreement,
    /// 地域.
    pub region: Agreement,
}

/// Every row of the body beside a batch.
pub(super) fn compared<'a>(batch: &Batch, on_file: &OnFile<'a>) -> Vec<Compared<'a>> {
    let compare = |filing: &&'a Filing| {
        let held = (batch.occupation_code.as_deref(), batch.occupation.as_deref());
        let occupation = occupation(held, (filing.occupation_code.as_deref(), filing.occupation.as_deref()));
        Compared {
            filing,
            in_force: in_force(filing, on_file.filed_on, batch.exam_date),
            scope: occupation.min(level(batch.level, filing.level)),
            occupation,
            site: site(batch.site.as_deref(), filing.site.as_deref()),
            region: region(batch.region.as_deref(), filing.region.as_deref()),
        }
    };
    on_file.filings.iter().map(compare).collect()
}

/// Whether a row is in force on a day, both ends included.
///
/// An end that is not on record is open. Without a first day, the day of the body's filing stands for it; a row
/// without any day, or whose last day is before its first, leaves it open.
pub(super) fn in_force(filing: &Filing, filed_on: Option<NaiveDate>, day: Option<NaiveDate>) -> Agreement {
    let from = filing.valid_from.or(filed_on);
    let is_inverted = from.zip(filing.valid_to).is_some_and(|(from, to)| to < from);
    match day {
        Some(day) if !is_inverted && (from.is_some() || filing.valid_to.is_some()) => {
            if (Period { from, to: filing.valid_to }).holds(day) { Agreement::Agrees } else { Agreement::Differs }
        }
        _ => Agreement::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        (!text.is_empty()).then(|| text.parse().expect("a date"))
    }

    #[test]
    fn a_filing_is_in_force_on_its_first_and_on_its_last_day() {
        use Agreement::{Agrees, Differs, Open};
        for (from, to, filed_on, held, expected) in [
            ("2024-03-01", "2027-02-28", "", "2024-03-01", Agrees),
            ("2024-03-01", "2027-02-28", "", "2024-02-29", Differs),
            ("2024-03-01", "2027-02-28", "", "2027-02-28", Agrees),
            ("2024-03-01", "2027-02-28", "", "2027-03-01", Differs),
            ("2024-03-01", "", "", "2030-01-01", Agrees),
            ("", "2027-02-28", "2024-03-01", "2024-02-29", Differs),
            ("", "2027-02-28", "", "2020-01-01", Agrees),
            ("", "", "2024-03-01", "2024-03-01", Agrees),
            ("", "", "", "2024-03-01", Open),
            ("2024-03-01", "2023-02-28", "", "2024-03-01", Open),
            ("2024-03-01", "2027-02-28", "", "", Open),
        ] {
            let filing = Filing { body_id: "A".into(), valid_from: day(from), valid_to: day(to), ..Filing::default() };
            assert_eq!(in_force(&filing, day(filed_on), day(held)), expected, "{from}..{to} {held}");
        }
    }
}
