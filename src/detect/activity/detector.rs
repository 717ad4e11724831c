//! The activity detector: every body with the days of its evaluations and the terms of its filing.

use crate::detect::activity::coverage::coverage;
use crate::detect::activity::explanation::{NAME, explanation};
use crate::detect::activity::terms::terms;
use crate::detect::blank::{fact, lacking, of_body};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::parameters::DetectParameters;
use crate::model::batch::{Batch, Filing};
use crate::model::dataset::Dataset;
use crate::model::dated::{Dated, DatedEvent};
use crate::model::figure::Figure;
use crate::model::ids::BodyId;
use crate::model::last_day::with_results;
use crate::model::observation::{Detected, Observation};
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
        let bodies = dataset.body_ids();
        progress.begin(NAME, bodies.len() as u64);
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
        let mut filings: BTreeMap<&BodyId, Vec<&Filing>> = BTreeMap::new();
        for filing in &dataset.filings {
            filings.entry(&filing.body_id).or_default().push(filing);
        }
        let mut detected = Detected::default();
        for body_id in bodies {
            let mut days = events.remove(body_id).unwrap_or_default();
            days.sort_by(|a, b| (a.date, &a.subject).cmp(&(b.date, &b.subject)));
            let mut seen = of_body(fact(NAME, "held"), body_id);
            let certain = days.iter().filter(|day| day.is_certain).count();
            seen.figures.insert("activities".to_owned(), Figure::from(certain));
            seen.figures.insert("activities_open".to_owned(), Figure::from(days.len() - certain));
            seen.dated = Dated { events: days, covers };
            let missing = dataset.missing("batches", &["body_id", "exam_date"]);
            let has_batches = !dataset.batches.is_empty() || missing.is_empty();
            detected.observations.push(if has_batches { seen } else { lacking(seen, missing) });
            let own = filings.get(body_id).map_or(&[][..], Vec::as_slice);
            detected.observations.push(on_file(body_id, filed_on.get(body_id).copied(), own, dataset));
            progress.advance(1);
        }
        progress.finish();
        detected
    }
}

fn held(batch: &Batch, is_certain: bool) -> DatedEvent {
    let day = batch.exam_date.map_or_else(|| "—".to_owned(), |day| day.to_string());
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
    let mut seen = of_body(fact(NAME, "on_file"), body_id);
    let found = terms(body_id, filed_on, filings);
    if found.is_empty() {
        let mut missing = dataset.missing("bodies", &["filed_on"]);
        missing.extend(dataset.missing("filings", &["valid_from"]));
        return lacking(seen, missing);
    }
    seen.dated.events = found;
    seen
}
