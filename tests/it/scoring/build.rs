//! Small data sets by hand, and one look at them.

use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::scoring::detector::ScoringDetector;
use kaojian::model::answer::{AnswerSheet, ItemColumn, ItemLayout};
use kaojian::model::component::Component;
use kaojian::model::dataset::Dataset;
use kaojian::model::form::FormItem;
use kaojian::model::observation::{Detected, Observation};
use kaojian::model::points::Points;
use kaojian::model::progress::Silent;
use kaojian::model::provenance::Provenance;
use kaojian::model::rating::Rating;
use kaojian::model::score::{Mark, Score};

/// The batch that single-batch tests use.
pub const BATCH: &str = "B1";

/// Points from text.
pub fn points(text: &str) -> Points {
    Points::parse(text).unwrap_or_else(|| panic!("`{text}` is no mark"))
}

/// A data set under construction; every row gets the next row number.
#[derive(Default)]
pub struct Build {
    pub dataset: Dataset,
    row: u32,
}

impl Build {
    pub fn new() -> Self {
        Self::default()
    }

    fn source(&mut self) -> Provenance {
        self.row += 1;
        Provenance { file: 0, sheet: 0, row: self.row }
    }

    fn column(&mut self, table: &str, column: &str) {
        self.dataset.columns.insert((table.to_owned(), column.to_owned()));
    }

    /// One mark on one criterion of the skill component; rater `""` = none, mark number 0 = none.
    /// Returns the row for further changes.
    pub fn rating(
        &mut self,
        candidate: &str,
        criterion: &str,
        rater: &str,
        mark_no: u8,
        score: &str,
        max: &str,
    ) -> &mut Rating {
        self.column("ratings", "score");
        let source = self.source();
        self.dataset.ratings.push(Rating {
            batch_id: BATCH.into(),
            candidate_id: candidate.into(),
            component: Component::Skill,
            criterion: criterion.into(),
            rater_id: (!rater.is_empty()).then(|| rater.into()),
            mark_no: (mark_no > 0).then_some(mark_no),
            score: Points::parse(score),
            max_score: Points::parse(max),
            marked_at: None,
            response_text: None,
            source,
        });
        self.dataset.ratings.last_mut().unwrap()
    }

    /// Two raters' totals of one candidate, as one criterion of 100.
    pub fn marks(&mut self, candidate: &str, first: &str, second: &str) {
        self.rating(candidate, "", "R1", 1, first, "100");
        self.rating(candidate, "", "R2", 2, second, "100");
    }

    /// A recorded mark; text that is no number stands for an absent candidate.
    pub fn score(&mut self, candidate: &str, component: Component, score: &str) {
        self.column("scores", "score");
        let source = self.source();
        self.dataset.scores.push(Score {
            batch_id: BATCH.into(),
            candidate_id: candidate.into(),
            component,
            mark: Points::parse(score).map_or(Mark::Absent, Mark::Points),
            passed: None,
            overall_passed: None,
            key_skill_passed: None,
            void: None,
            source,
        });
    }

    /// A form, one key an item, each item worth `max` (`""` = not stated).
    pub fn form(&mut self, form: &str, keys: &[&str], max: &str) {
        self.column("forms", "key");
        for (index, key) in keys.iter().enumerate() {
            let source = self.source();
            self.dataset.form_items.push(FormItem {
                form_id: form.into(),
                item_no: Some(index as u32 + 1),
                key: (!key.is_empty()).then(|| (*key).into()),
                max_score: Points::parse(max),
                source,
                ..FormItem::default()
            });
        }
    }

    /// A layout of items with the labels A–D and AC; returns its number.
    pub fn layout(&mut self, items: u32) -> u32 {
        let labels: Vec<_> = ["A", "AC", "B", "C", "D"].into_iter().map(Into::into).collect();
        let column = |number: u32| ItemColumn {
            item_id: format!("q{number}").as_str().into(),
            item_no: number,
            labels: labels.clone(),
        };
        self.dataset.answers.layouts.push(ItemLayout { items: (1..=items).map(column).collect() });
        self.dataset.answers.layouts.len() as u32 - 1
    }

    /// A sheet; responses by label, `-` = blank; item scores by text, empty slice = none recorded.
    pub fn sheet(&mut self, candidate: &str, form: &str, layout: u32, responses: &[&str], item_scores: &[&str]) {
        self.column("answers", "response");
        let labels = self.dataset.answers.layouts[layout as usize].items[0].labels.clone();
        let code = |label: &&str| labels.iter().position(|known| known == label).map_or(0, |index| index as u8 + 1);
        let source = self.source();
        self.dataset.answers.sheets.push(AnswerSheet {
            batch_id: BATCH.into(),
            candidate_id: candidate.into(),
            form_id: (!form.is_empty()).then(|| form.into()),
            layout,
            responses: responses.iter().map(code).collect(),
            item_scores: (!item_scores.is_empty())
                .then(|| item_scores.iter().map(|text| Points::parse(text)).collect()),
            source,
            ..AnswerSheet::default()
        });
    }

    pub fn detect_with(&self, parameters: &DetectParameters) -> Detected {
        ScoringDetector.detect(&self.dataset, parameters, &Silent)
    }

    /// The one observation of a measure in the one batch, with these parameters.
    pub fn look_with(&self, measure: &str, parameters: &DetectParameters) -> Observation {
        let mut found: Vec<Observation> =
            self.detect_with(parameters).observations.into_iter().filter(|found| found.measure == measure).collect();
        assert_eq!(found.len(), 1, "one observation of {measure}");
        found.remove(0)
    }

    /// The same with default parameters.
    pub fn look(&self, measure: &str) -> Observation {
        self.look_with(measure, &DetectParameters::default())
    }
}

/// An integer figure.
pub fn figure(observation: &Observation, name: &str) -> i64 {
    let found = observation.figures.get(name).and_then(|figure| figure.integer());
    found.unwrap_or_else(|| panic!("no integer figure `{name}` in {:?}", observation.figures))
}

/// A text figure.
pub fn text<'a>(observation: &'a Observation, name: &str) -> &'a str {
    match observation.figures.get(name) {
        Some(kaojian::model::figure::Figure::Text(text)) => text,
        other => panic!("no text figure `{name}`: {other:?}"),
    }
}

/// First subject of every case.
pub fn subjects(observation: &Observation) -> Vec<&str> {
    observation.cases.iter().map(|case| case.subjects[0].as_str()).collect()
}

/// `table.column` of everything missing.
pub fn missing(observation: &Observation) -> Vec<String> {
    observation.missing.iter().map(|fact| format!("{}.{}", fact.table, fact.column)).collect()
}
