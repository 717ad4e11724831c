//! The activity detector: every body with the days of its evaluations and the terms of its filing.

use crate::detect::activity::coverage::coverage;
use crate::detect::activity::explanation::{NAME, explanation};
use crate::detect::activity::terms::terms;
use crate::detect::change_log::or_dash;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_body::{by_body, each_body};
use crate::detect::parameters::DetectParameters;
use crate::model::batch::{Batch, Filing};
use crate::model::dataset::Dataset;
use crate::model::dated::{Dated, DatedEvent};
use crate::model::figure::Figure;
use crate::model::ids::BodyId;
use crate::model::last_day::with_results;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Days of activity and terms of filing.
pub struct ActivityDetector;

impl Detector for ActivityDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let covers = coverage(dataset, &parameters.activity);
        let has_results = with_results(dataset);
        let mut events: BTreeMap<&BodyId, Vec<DatedEvent>> = BTreeMap::new();
        for batch in &dataset.batches {
            let Some(body_id) = &batch.body_id else { continue };
            let is_certain = batch.held == Some(true) || has_results.contains(&batch.batch_id);
            if batch.held != Some(false) {
                events.entry(body_id).or_default().push(held(batch, is_certain));
            }
        }
        let mut filed_on: BTreeMap<&BodyId, (NaiveDate, Provenance)> = BTreeMap::new();
        for body in &dataset.bodies {
            if let Some(day) = body.filed_on {
                let filed = (day, body.source);
                filed_on.entry(&body.body_id).and_modify(|known| *known = filed.min(*known)).or_insert(filed);
            }
        }
        let filings = by_body(&dataset.filings, |filing| &filing.body_id);
        let missing = dataset.missing("batches", &["body_id", "exam_date"]);
        let has_batches = !dataset.batches.is_empty() || missing.is_empty();
        each_body(dataset, NAME, progress, |body_id| {
            let mut days = events.remove(body_id).unwrap_or_default();
            days.sort_by(|a, b| (a.date, &a.subject).cmp(&(b.date, &b.subject)));
            let mut seen = Observation::new(NAME, "held", Nature::Fact).of_body(body_id);
            let certain = days.iter().filter(|day| day.is_certain).count();
            seen.figures.insert("activities".to_owned(), Figure::from(certain));
            seen.figures.insert("activities_open".to_owned(), Figure::from(days.len() - certain));
            seen.dated = Dated { events: days, covers };
            let held = if has_batches { seen } else { seen.lacking(missing.clone()) };
            let own = filings.get(body_id).map_or(&[][..], Vec::as_slice);
            vec![held, on_file(body_id, filed_on.get(body_id).copied(), own, dataset)]
        })
    }
}

fn held(batch: &Batch, is_certain: bool) -> DatedEvent {
    let day = or_dash(batch.exam_date);
    DatedEvent {
        date: batch.exam_date,
        is_certain,
        subject: batch.batch_id.to_string(),
        sources: vec![batch.source],
        detail: Bilingual::new(format!("{day} 开展评价。"), format!("Evaluation held on {day}.")),
        ..DatedEvent::default()
    }
}

fn on_file(
    body_id: &BodyId,
    filed_on: Option<(NaiveDate, Provenance)>,
    filings: &[&Filing],
    dataset: &Dataset,
) -> Observation {
    let mut seen = Observation::new(NAME, "on_file", Nature::Fact).of_body(body_id);
    let found = terms(body_id, filed_on, filings);
    if found.is_empty() {
        let mut missing = dataset.missing("bodies", &["filed_on"]);
        missing.extend(dataset.missing("filings", &["valid_from"]));
        return seen.lacking(missing);
    }
    seen.dated.events = found;
    seen
}
