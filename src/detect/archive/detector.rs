//! The archive detector: batches through the list of records and the documents themselves.

use crate::detect::archive::accuracy::{
    Documents, People, certificates_without_pass, marks_without_sheets, not_on_roster, passes_without_marks,
    without_sitting,
};
use crate::detect::archive::checklist::{Needs, incomplete};
use crate::detect::archive::explanation::explanation;
use crate::detect::archive::retention::retention;
use crate::detect::batch_rows::BatchRows;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::parameters::DetectParameters;
use crate::detect::wholeness::Refusals;
use crate::model::dataset::Dataset;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use std::cmp::Ordering;

const NAME: &str = "archive";

/// Whether the archive of a batch is complete, accurate and kept long enough.
pub struct ArchiveDetector;

impl Detector for ArchiveDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let archives = BatchRows::new(
            &dataset.archives,
            |row| &row.batch_id,
            |a, b| (&a.document, a.source).cmp(&(&b.document, b.source)),
        );
        let candidates = BatchRows::new(&dataset.candidates, |row| &row.batch_id, |a, b| a.source.cmp(&b.source));
        // The large tables stay in their order: what is gathered of them does not depend on it.
        let sheets = BatchRows::new(&dataset.answers.sheets, |row| &row.batch_id, |_, _| Ordering::Equal);
        let ratings = BatchRows::new(&dataset.ratings, |row| &row.batch_id, |_, _| Ordering::Equal);
        let scores = BatchRows::new(&dataset.scores, |row| &row.batch_id, |_, _| Ordering::Equal);
        let certificates = BatchRows::new(&dataset.certificates, |row| &row.batch_id, |_, _| Ordering::Equal);
        let [of_list, of_roster, of_sheets] =
            ["archives", "candidates", "answers"].map(|table| Refusals::of(dataset, table));
        let has_present =
            dataset.archives.iter().any(|row| row.present.is_some()) || dataset.has_column("archives", "present");
        each_batch(dataset, NAME, progress, |batch_id, batch| {
            let body_id = batch.and_then(|batch| batch.body_id.as_ref());
            let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
            let listed = archives.of(batch_id);
            let documents = Documents {
                candidates: candidates.of(batch_id),
                sheets: sheets.of(batch_id),
                ratings: ratings.of(batch_id),
                scores: scores.of(batch_id),
                certificates: certificates.of(batch_id),
                is_roster_whole: !of_roster.touch(candidates.of(batch_id).iter().map(|row| row.source)),
                are_sheets_whole: !of_sheets.touch(sheets.of(batch_id).iter().map(|row| row.source)),
            };
            let needs = Needs {
                level: batch.and_then(|batch| batch.level),
                components: documents.scores.iter().map(|score| &score.component).collect(),
            };
            let is_list_whole = !of_list.touch(listed.iter().map(|row| row.source));
            let people = People::new(&documents);
            let [clock, early] =
                retention((blank("retention"), blank("destroyed_early")), listed, batch, &parameters.archive);
            let observations = vec![
                certificates_without_pass(blank("certificates_without_pass"), &documents, &people),
                early,
                incomplete(blank("incomplete"), listed, &needs, has_present, is_list_whole),
                marks_without_sheets(blank("marks_without_sheets"), &documents, &people),
                not_on_roster(blank("not_on_roster"), &documents, &people),
                passes_without_marks(blank("passes_without_marks"), &documents, &people),
                clock,
                without_sitting(blank("without_sitting"), &documents, &people),
            ];
            Detected { observations, evidence: Vec::new() }
        })
    }
}
