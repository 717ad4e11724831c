//! The rectification detector: orders to rectify with their deadline and the day they were closed.

use crate::detect::change_log::{or_dash, stated};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_body::{by_body, each_body};
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::dated::{DatedEvent, Period};
use crate::model::figure::Figure;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use crate::model::supervision::Rectification;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::BTreeMap;

const NAME: &str = "rectification";

/// Orders to rectify.
pub struct RectificationDetector;

impl Detector for RectificationDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![("order", Bilingual::new("整改期限", "deadline of a rectification"))],
            looks_for: Bilingual::new(
                "每一项责令整改（rectification.order）的期限与办结日期：办结晚于期限的，或未办结而期限已过判断截至日的，为逾期；期限当日仍为按期。\
                 期限空白的为未定；已交整改材料而未记办结日期的为未定，由人核实；同一次责令的重复行只计一次。",
                "The deadline of every order to rectify (rectification.order) and the day it was closed: closed after the deadline, or not closed \
                 while the deadline lies before the day of judgement, is late; the deadline itself is in time. Without a deadline it is open, \
                 and so is an order with evidence handed in and no day of closing, which a person verifies. A row handed in twice counts once.",
            ),
            honest_causes: Bilingual::new(
                "期限经批准延长而台账未更新；整改已按期完成，主管部门验收或登记较晚；办结日期漏填；责令被撤销。",
                "The deadline was extended and the register not updated; the work was done in time and accepted or entered later; the day of closing \
                 was not filled in; the order was withdrawn.",
            ),
            settings: vec![(
                "as_of",
                Bilingual::new(
                    "判断截至日；未设时以最近的考试日期为准。",
                    "The day up to which the records are judged; the latest examination where it is not set.",
                ),
            )],
            sources: vec!["Art. 21(7) 对监督检查中发现的问题或对反映的违规问题未按期完成整改的"],
        }
    }

    fn detect(&self, dataset: &Dataset, _: &DetectParameters, progress: &dyn Progress) -> Detected {
        let by_body = by_body(&dataset.rectifications, |row| &row.body_id);
        let without_closing = dataset.missing("rectifications", &["closed_on"]);
        each_body(dataset, NAME, progress, |body_id| {
            let seen = Observation::new(NAME, "order", Nature::Fact).of_body(body_id);
            let own = by_body.get(body_id).map_or(&[][..], Vec::as_slice);
            vec![match own {
                [] if !dataset.has_table("rectifications") && dataset.rectifications.is_empty() => {
                    seen.lacking(dataset.missing("rectifications", &[]))
                }
                _ => observe(seen, own, without_closing.iter().all(|fact| fact.column.is_empty())),
            }]
        })
    }
}

fn observe(mut seen: Observation, orders: &[&Rectification], closing_is_recorded: bool) -> Observation {
    // A state that was entered later under the same order and deadline is the later state of one order.
    let mut joined: BTreeMap<(Option<NaiveDate>, Option<NaiveDate>), Vec<&Rectification>> = BTreeMap::new();
    for order in orders {
        joined.entry((order.ordered_on, order.deadline)).or_default().push(order);
    }
    let mut open = 0_usize;
    for ((ordered_on, deadline), rows) in &joined {
        // Rows without a day of order may be different orders: each counts by itself.
        let groups: Vec<Vec<&Rectification>> =
            if ordered_on.is_none() { rows.iter().map(|row| vec![*row]).collect() } else { vec![rows.clone()] };
        for group in groups {
            let closed_on = group.iter().filter_map(|row| row.closed_on).min();
            let has_evidence = group.iter().any(|row| stated(&row.evidence).is_some());
            let is_certain = closed_on.is_some() || (closing_is_recorded && !has_evidence);
            open += usize::from(!is_certain || deadline.is_none());
            if deadline.is_none() {
                seen.missing.push(MissingFact::column("rectifications", "deadline"));
            }
            if !is_certain {
                seen.missing.push(MissingFact::column("rectifications", "closed_on"));
            }
            seen.dated.events.push(event(*ordered_on, *deadline, closed_on, is_certain, &group));
        }
    }
    seen.dated.events.sort_by(|a, b| (a.term.to, a.date, &a.sources).cmp(&(b.term.to, b.date, &b.sources)));
    seen.figures.insert("orders".to_owned(), Figure::from(seen.dated.events.len()));
    seen.figures.insert("orders_open".to_owned(), Figure::from(open));
    seen.missing.sort();
    seen.missing.dedup();
    seen
}

fn event(
    ordered_on: Option<NaiveDate>,
    deadline: Option<NaiveDate>,
    closed_on: Option<NaiveDate>,
    is_certain: bool,
    rows: &[&Rectification],
) -> DatedEvent {
    let (zh, en) = match (closed_on, is_certain) {
        (Some(day), _) => (format!("{day} 办结"), format!("closed on {day}")),
        (None, true) => ("未办结".to_owned(), "not closed".to_owned()),
        (None, false) => ("办结日期未载明".to_owned(), "the day of closing is not on record".to_owned()),
    };
    let mut sources: Vec<_> = rows.iter().map(|row| row.source).collect();
    sources.sort();
    DatedEvent {
        date: closed_on,
        term: Period { from: ordered_on, to: deadline },
        is_certain,
        subject: rows.first().map(|row| row.body_id.to_string()).unwrap_or_default(),
        sources,
        detail: Bilingual::new(
            format!("{} 责令整改，期限 {}，{zh}。", or_dash(ordered_on), or_dash(deadline)),
            format!("Ordered on {}, due by {}, {en}.", or_dash(ordered_on), or_dash(deadline)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::progress::Silent;
    use crate::model::provenance::Provenance;

    fn order(deadline: &str, closed: &str, evidence: Option<&str>, line: u32) -> Rectification {
        Rectification {
            body_id: "A".into(),
            ordered_on: "2026-01-05".parse().ok(),
            deadline: deadline.parse().ok(),
            closed_on: closed.parse().ok(),
            evidence: evidence.map(Into::into),
            source: Provenance { file: 0, sheet: 0, row: line },
        }
    }

    fn events(orders: &[Rectification]) -> Vec<(Option<NaiveDate>, bool)> {
        let dataset = Dataset { rectifications: orders.to_vec(), ..Dataset::default() };
        let seen = RectificationDetector.detect(&dataset, &DetectParameters::default(), &Silent);
        seen.observations[0].dated.events.iter().map(|event| (event.date, event.is_certain)).collect()
    }

    #[test]
    fn an_order_is_late_only_where_the_register_says_enough() {
        let closed = "2026-02-01".parse().ok();
        assert_eq!(events(&[order("2026-02-01", "2026-02-01", None, 2)]), [(closed, true)]);
        assert_eq!(events(&[order("2026-02-01", "", None, 2)]), [(None, true)]);
        assert_eq!(events(&[order("2026-02-01", "", Some("报告"), 2)]), [(None, false)]);
        assert_eq!(events(&[order("2026-02-01", "", Some("无"), 2)]), [(None, true)]);
        // The same order, entered when it was made and again when it was closed.
        let twice = [order("2026-02-01", "", None, 2), order("2026-02-01", "2026-02-01", Some("报告"), 3)];
        assert_eq!(events(&twice), [(closed, true)]);
        assert_eq!(events(&[order("2026-02-01", "", None, 2), order("2026-03-01", "", None, 3)]).len(), 2);
    }
}
