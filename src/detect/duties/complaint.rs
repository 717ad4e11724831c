//! The complaint detector: complaints of each body with the day they were received and whether they were verified.

use crate::detect::change_log::{or_dash, quoted};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_body::each_body;
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::dated::DatedEvent;
use crate::model::figure::Figure;
use crate::model::ids::BodyId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::supervision::Complaint;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::BTreeMap;

const NAME: &str = "complaint";

/// Complaints by the day they were received, and by the day they were verified.
pub struct ComplaintDetector;

/// One complaint, from all the rows that bear its number.
#[derive(Default)]
struct Joined {
    received_on: Option<NaiveDate>,
    verified_on: Option<NaiveDate>,
    says_true: bool,
    says_false: bool,
    says_nothing: bool,
    sources: Vec<Provenance>,
}

impl Joined {
    /// `Some(true)` verified, `Some(false)` found untrue, `None` open or contradictory.
    fn verified(&self) -> Option<bool> {
        match (self.says_true, self.says_false) {
            (true, false) => Some(true),
            (false, true) if !self.says_nothing => Some(false),
            _ => None,
        }
    }
}

impl Detector for ComplaintDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![
                (
                    "received",
                    Bilingual::new(
                        "经核实属实的投诉举报（按受理日期）",
                        "complaints verified as true, by the day received",
                    ),
                ),
                (
                    "verified",
                    Bilingual::new(
                        "经核实属实的投诉举报（按核实日期）",
                        "complaints verified as true, by the day verified",
                    ),
                ),
            ],
            looks_for: Bilingual::new(
                "每个机构的投诉举报：核实为属实的计数，按受理日期（complaint.received）与核实日期（complaint.verified）分别列出；核实为不属实的不计；\
                 核实结果空白的、同一编号各行相互矛盾的为未定，只影响上限。同一编号只计一次。",
                "Complaints of every body: those verified as true count, by the day received (complaint.received) and by the day verified \
                 (complaint.verified); those found untrue do not; those without a result, or whose rows of one number contradict each other, \
                 are open and touch the upper count only. One number counts once.",
            ),
            honest_causes: Bilingual::new(
                "同一事项被多人或多渠道重复投诉而编号不同；受理日期登记的是转办日期；核实结果在复查中被更改；投诉的是他人冒用机构名义的行为。",
                "One matter was complained of several times under different numbers; the day received is the day it was passed on; the result was \
                 changed on review; the complaint is about somebody who used the body's name.",
            ),
            settings: Vec::new(),
            sources: vec!["Art. 21(3) 半年内被投诉举报2次以上(含2次),经核实投诉举报情况属实的"],
        }
    }

    fn detect(&self, dataset: &Dataset, _: &DetectParameters, progress: &dyn Progress) -> Detected {
        let mut by_body: BTreeMap<&BodyId, BTreeMap<&str, Joined>> = BTreeMap::new();
        for row in &dataset.complaints {
            join(by_body.entry(&row.body_id).or_default().entry(&row.complaint_id).or_default(), row);
        }
        let mut missing = dataset.missing("complaints", &["received_on", "verified"]);
        if !dataset.complaints.is_empty() {
            missing.retain(|fact| !fact.column.is_empty());
        }
        let none = BTreeMap::new();
        each_body(dataset, NAME, progress, |body_id| {
            let own = by_body.get(body_id).unwrap_or(&none);
            [("received", true), ("verified", false)]
                .map(|(measure, by_receipt)| {
                    let seen = Observation::new(NAME, measure, Nature::Fact).of_body(body_id);
                    observe(seen, own, by_receipt, &missing)
                })
                .into()
        })
    }
}

/// Of several rows with one number the earliest days count.
fn join(joined: &mut Joined, row: &Complaint) {
    joined.received_on = joined.received_on.into_iter().chain(row.received_on).min();
    joined.verified_on = joined.verified_on.into_iter().chain(row.verified_on).min();
    match row.verified {
        Some(true) => joined.says_true = true,
        Some(false) => joined.says_false = true,
        None => joined.says_nothing = true,
    }
    joined.sources.push(row.source);
    joined.sources.sort();
}

fn observe(
    mut seen: Observation,
    complaints: &BTreeMap<&str, Joined>,
    by_receipt: bool,
    missing: &[MissingFact],
) -> Observation {
    if missing.iter().any(|fact| fact.column.is_empty()) {
        return seen.lacking(missing.to_vec());
    }
    let count = |wanted: Option<bool>| complaints.values().filter(|one| one.verified() == wanted).count();
    // The counts are the same for both days; they are said once.
    if by_receipt {
        seen.figures.insert("complaints".to_owned(), Figure::from(complaints.len()));
        seen.figures.insert("complaints_verified".to_owned(), Figure::from(count(Some(true))));
        seen.figures.insert("complaints_open".to_owned(), Figure::from(count(None)));
    }
    let counted = complaints.iter().filter(|(_, one)| one.verified() != Some(false));
    seen.dated.events = counted
        .map(|(number, one)| {
            let is_verified = one.verified() == Some(true);
            let (received, verified) = (or_dash(one.received_on), or_dash(one.verified_on));
            let (zh, en) = if is_verified {
                (format!("{verified} 核实属实"), format!("verified as true on {verified}"))
            } else {
                ("核实结果未定".to_owned(), "result open".to_owned())
            };
            DatedEvent {
                date: if by_receipt { one.received_on } else { one.verified_on },
                is_certain: is_verified,
                subject: quoted(number),
                sources: one.sources.clone(),
                detail: Bilingual::new(format!("{received} 受理，{zh}。"), format!("Received on {received}, {en}.")),
                ..DatedEvent::default()
            }
        })
        .collect();
    seen.dated.events.sort_by(|a, b| (a.date, &a.subject).cmp(&(b.date, &b.subject)));
    if !complaints.is_empty() {
        seen.missing = missing.to_vec();
    }
    let is_undated = seen.dated.events.iter().any(|event| event.date.is_none() && event.is_certain);
    if is_undated || count(None) > 0 {
        let column = match (count(None) > 0, by_receipt) {
            (true, _) => "verified",
            (false, true) => "received_on",
            (false, false) => "verified_on",
        };
        seen.missing.push(MissingFact::column("complaints", column));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::progress::Silent;

    fn row(number: &str, received: &str, verified: Option<bool>, line: u32) -> Complaint {
        Complaint {
            complaint_id: number.into(),
            body_id: "A".into(),
            received_on: received.parse().ok(),
            verified,
            verified_on: None,
            source: Provenance { file: 0, sheet: 0, row: line },
        }
    }

    fn events(rows: &[Complaint]) -> Vec<(String, bool)> {
        let dataset = Dataset { complaints: rows.to_vec(), ..Dataset::default() };
        let seen = ComplaintDetector.detect(&dataset, &DetectParameters::default(), &Silent);
        let received = seen.observations.iter().find(|seen| seen.measure == "received").expect("it is measured");
        received.dated.events.iter().map(|event| (event.subject.clone(), event.is_certain)).collect()
    }

    #[test]
    fn a_number_counts_once_and_what_is_open_stays_open() {
        let certain = |number: &str, certain: bool| (number.to_owned(), certain);
        assert_eq!(
            events(&[
                row("T1", "2026-01-01", Some(true), 2),
                row("T1", "2026-01-01", Some(true), 9),
                row("T2", "2026-02-01", Some(false), 3),
                row("T3", "2026-03-01", None, 4),
                row("T4", "2026-04-01", Some(true), 5),
                row("T4", "2026-04-01", Some(false), 6),
                // The same number handed in again before its result was known: it has one.
                row("T5", "2026-05-01", None, 7),
                row("T5", "2026-05-01", Some(true), 8),
            ]),
            [certain("T1", true), certain("T3", false), certain("T4", false), certain("T5", true)]
        );
    }
}
