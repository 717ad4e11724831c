//! What the detector reports at the edges: batches, keys, blanks, double entries.

use super::data::{batch, dataset, form_item, honest, sheet};
use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::similarity::detector::SimilarityDetector;
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::detect::similarity::matrix::build;
use kaojian::detect::similarity::response_model::{ModelKind, estimate_with};
use kaojian::model::dataset::Dataset;
use kaojian::model::evidence::{Evidence, SimilarityGroup};
use kaojian::model::figure::Figure;
use kaojian::model::identity::IdentityNumber;
use kaojian::model::observation::{Detected, Observation};
use kaojian::model::progress::Silent;
use kaojian::psychometrics::nominal::NominalSettings;

fn detect(data: &Dataset) -> Detected {
    SimilarityDetector.detect(data, &DetectParameters::default(), &Silent)
}

fn observation<'d>(detected: &'d Detected, batch_id: &str, measure: &str) -> &'d Observation {
    detected
        .observations
        .iter()
        .find(|found| found.measure == measure && found.batch_id.as_ref().is_some_and(|id| id.as_str() == batch_id))
        .unwrap()
}

fn integer(observation: &Observation, name: &str) -> i64 {
    observation.figures.get(name).and_then(Figure::integer).unwrap()
}

fn groups(detected: &Detected) -> Vec<&SimilarityGroup> {
    detected
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::SimilarityGroup(group) => Some(group),
            _ => None,
        })
        .collect()
}

#[test]
fn nought_one_and_two_sheets() {
    let mut empty = dataset(&[], 4);
    empty.batches = vec![batch("B1")];
    let detected = detect(&empty);
    let found = observation(&detected, "B1", "similar_pairs");
    assert!(!found.evaluated && !found.missing.is_empty());

    let one = detect(&dataset(&honest(1, 30, 1), 4));
    assert!(!observation(&one, "B1", "identical_sheets").evaluated);

    let row = honest(1, 30, 1).remove(0);
    let two = detect(&dataset(&[row.clone(), row], 4));
    let found = observation(&two, "B1", "identical_sheets");
    assert!(found.evaluated);
    assert_eq!((integer(found, "pairs_compared"), integer(found, "identical_pairs")), (1, 1));
    assert_eq!(found.cases[0].subjects, ["C000000", "C000001"]);
    assert!(found.cases[0].detail.en.contains("all 30 responses are the same"));
}

#[test]
fn a_batch_without_answers_is_reported_as_not_evaluated() {
    let mut data = dataset(&honest(30, 40, 2), 4);
    data.batches.push(batch("B2"));
    let detected = detect(&data);
    assert_eq!(detected.observations.len(), 6);
    assert!(!observation(&detected, "B2", "similar_pairs").evaluated);
    let found = observation(&detected, "B1", "similar_pairs");
    assert!(found.evaluated && found.cases.is_empty() && found.missing.is_empty());
    assert_eq!(integer(found, "pairs_compared"), 30 * 29 / 2);
}

#[test]
fn blank_sheets_are_named_and_not_compared() {
    let mut codes = honest(30, 40, 3);
    codes[4].fill(0);
    codes[5].fill(0);
    codes[6][5..].fill(0);
    let detected = detect(&dataset(&codes, 4));
    let group = groups(&detected)[0];
    assert_eq!((group.sheets, group.pairs_compared), (27, 27 * 26 / 2));
    let excluded: Vec<_> =
        group.exclusions.iter().map(|(candidate, reason)| (candidate.as_str(), reason.en.as_str())).collect();
    assert_eq!(excluded[0], ("C000004", "all responses are blank"));
    assert_eq!(excluded[2], ("C000006", "only 5 items answered, fewer than the minimum of 10"));
    assert!(observation(&detected, "B1", "identical_sheets").cases.is_empty());

    for row in &mut codes {
        row.fill(0);
    }
    let detected = detect(&dataset(&codes, 4));
    assert!(!observation(&detected, "B1", "similar_pairs").evaluated);
    assert_eq!(groups(&detected)[0].exclusions.len(), 30);
}

#[test]
fn the_same_sheet_entered_twice_is_told_apart() {
    let mut codes = honest(40, 60, 6);
    codes[1] = codes[0].clone();
    codes[3] = codes[2].clone();
    let mut data = dataset(&codes, 4);
    data.answers.sheets[1].candidate_id = data.answers.sheets[0].candidate_id.clone();
    let found = detect(&data);
    let cases = &observation(&found, "B1", "identical_sheets").cases;
    assert_eq!(cases.len(), 2);
    let entered_twice: Vec<bool> =
        cases.iter().map(|case| case.detail.en.contains("scanned or entered twice")).collect();
    assert_eq!(entered_twice.iter().filter(|twice| **twice).count(), 1);
    let twice = cases.iter().find(|case| case.detail.zh.contains("准考证号相同")).unwrap();
    assert_eq!(twice.subjects, ["C000000"]);
    assert_eq!(twice.sources.len(), 2);
}

#[test]
fn one_person_registered_twice_is_said_without_showing_the_number() {
    let mut codes = honest(40, 60, 6);
    codes[1] = codes[0].clone();
    let mut data = dataset(&codes, 4);
    for place in 0..2 {
        data.candidates.push(kaojian::model::candidate::Candidate {
            batch_id: "B1".into(),
            candidate_id: data.answers.sheets[place].candidate_id.clone(),
            id_number: Some(IdentityNumber::new("11010519491231002X")),
            ..kaojian::model::candidate::Candidate::default()
        });
    }
    let detected = detect(&data);
    let case = &observation(&detected, "B1", "identical_sheets").cases[0];
    assert!(case.detail.en.contains("same identity number") && !case.detail.en.contains("19491231"));
}

#[test]
fn batches_that_used_one_form_are_compared_and_both_told() {
    let mut codes = honest(60, 60, 7);
    codes[40] = codes[0].clone();
    let mut data = dataset(&codes, 4);
    data.batches.push(batch("B2"));
    for place in 30..60 {
        data.answers.sheets[place].batch_id = "B2".into();
    }
    let detected = detect(&data);
    assert_eq!(groups(&detected).len(), 1);
    for batch_id in ["B1", "B2"] {
        let found = observation(&detected, batch_id, "identical_sheets");
        assert_eq!((integer(found, "sheets"), integer(found, "identical_pairs")), (30, 1));
        // 435 pairs within, 900 across.
        assert_eq!((integer(found, "pairs_compared"), integer(found, "pairs_in_family")), (1335, 1770));
        assert!(found.cases[0].detail.en.contains("belongs to batch"));
        assert_eq!(integer(observation(&detected, batch_id, "similar_pairs"), "flagged_candidates"), 1);
    }

    // The same form name with another key is another form.
    let mut other = data.clone();
    other.form_items.iter_mut().for_each(|row| row.batch_id = Some("B1".into()));
    other.form_items.extend((1..=60).map(|number| {
        let mut row = form_item("F1", number, "B");
        row.batch_id = Some("B2".into());
        row
    }));
    let detected = detect(&other);
    assert_eq!(groups(&detected).len(), 2);
    assert!(observation(&detected, "B1", "identical_sheets").cases.is_empty());
}

#[test]
fn a_form_name_alone_does_not_join_batches() {
    // Two papers, both called F1, with other right answers, and nothing that says what is on them.
    let mut codes = honest(40, 50, 21);
    codes.extend(honest(40, 50, 22).into_iter().map(|row| row.into_iter().map(|code| code % 4 + 1).collect()));
    let mut data = dataset(&codes, 4);
    data.form_items.clear();
    data.batches.push(batch("B2"));
    for place in 40..80 {
        data.answers.sheets[place].batch_id = "B2".into();
    }
    let detected = detect(&data);
    assert_eq!(groups(&detected).len(), 2);
    for batch_id in ["B1", "B2"] {
        let found = observation(&detected, batch_id, "similar_pairs");
        assert_eq!((integer(found, "pairs_compared"), integer(found, "flagged_pairs")), (780, 0));
    }
}

#[test]
fn without_a_key_sheets_are_still_compared() {
    let mut codes = honest(60, 60, 8);
    codes[1] = codes[0].clone();
    // All the commonest answers: no evidence without a key.
    codes[2].fill(1);
    codes[3].fill(1);
    let mut data = dataset(&codes, 4);
    data.form_items.clear();
    for place in 0..60 {
        data.answers.sheets[place].form_id = None;
    }
    let detected = detect(&data);
    let found = observation(&detected, "B1", "similar_pairs");
    assert_eq!(integer(found, "flagged_pairs"), 1);
    assert_eq!(found.missing.len(), 1);
    let group = groups(&detected)[0];
    assert!(group.pairs[0].incorrect_log10_p_value.is_none() && group.pairs[0].a.correct.is_none());
    assert!(group.pairs[0].key.iter().all(Option::is_none));
    assert!(group.model_note.en.contains("No usable key"));
}

#[test]
fn layouts_with_other_labels_and_columns_meet_by_item() {
    use kaojian::model::answer::{ItemColumn, ItemLayout};
    let codes = honest(40, 50, 12);
    let mut data = dataset(&codes, 4);
    // A second file of the same form: columns backwards, and the labels D, C, B, A take the codes 1 to 4.
    let columns = (1..=50u32)
        .rev()
        .map(|number| ItemColumn {
            item_id: format!("第{number}题").as_str().into(),
            item_no: number,
            labels: ["D", "C", "B", "A"].map(Into::into).into(),
        })
        .collect();
    data.answers.layouts.push(ItemLayout { items: columns });
    let backwards: Vec<u8> = codes[0].iter().rev().map(|code| 5 - code).collect();
    let mut copy = sheet("B1", "Z1", Some("F1"), &backwards, 99);
    copy.layout = 1;
    data.answers.sheets.push(copy);
    let detected = detect(&data);
    let found = observation(&detected, "B1", "identical_sheets");
    assert_eq!(found.cases.len(), 1);
    assert_eq!(found.cases[0].subjects, ["C000000", "Z1"]);
    let pair = &groups(&detected)[0].pairs[0];
    assert_eq!(pair.a.responses, pair.b.responses);
    assert_eq!(pair.longest_identical_run, 50);
}

#[test]
fn pairs_kept_are_capped_and_counts_are_not() {
    let mut codes = honest(60, 60, 13);
    for place in 1..12 {
        codes[place] = codes[0].clone();
    }
    let data = dataset(&codes, 4);
    let mut parameters = DetectParameters::default();
    parameters.similarity.maximum_pairs_reported = 5;
    let detected = SimilarityDetector.detect(&data, &parameters, &Silent);
    assert_eq!(groups(&detected)[0].pairs.len(), 5);
    let found = observation(&detected, "B1", "similar_pairs");
    assert_eq!((integer(found, "flagged_pairs"), found.cases.len()), (66, 5));
    assert_eq!(integer(found, "flagged_candidates"), 12);
}

#[test]
fn both_languages_are_filled_and_neutral() {
    let explanation = SimilarityDetector.explanation();
    let mut texts = vec![explanation.looks_for, explanation.honest_causes];
    texts.extend(explanation.settings.into_iter().map(|(_, text)| text));
    let mut codes = honest(30, 40, 2);
    codes[1] = codes[0].clone();
    let detected = detect(&dataset(&codes, 4));
    texts.extend(detected.observations.iter().flat_map(|found| found.cases.iter().map(|case| case.detail.clone())));
    texts.extend(groups(&detected).iter().map(|group| group.model_note.clone()));
    for text in texts {
        assert!(!text.zh.is_empty() && !text.en.is_empty());
        for word in ["cheat", "violation", "作弊", "违规"] {
            assert!(!text.zh.contains(word) && !text.en.to_lowercase().contains(word), "{text:?}");
        }
    }
}

#[test]
fn when_the_nominal_model_does_not_converge_the_other_is_used_and_named() {
    let data = dataset(&honest(600, 30, 14), 4);
    let groups = form_groups(&data);
    let matrix = build(&groups[0], &data.answers, 10);
    let hurried = NominalSettings { maximum_iterations: 1, ..NominalSettings::default() };
    assert_eq!(estimate_with(&matrix, &[], &[], &hurried).kind, ModelKind::WesolowskyAfterNominal);
    assert_eq!(estimate_with(&matrix, &[], &[], &NominalSettings::default()).kind, ModelKind::Nominal);
    // One sheet below the bound.
    let mut kept = vec![true; 600];
    kept[..101].fill(false);
    assert_eq!(estimate_with(&matrix, &kept, &[], &NominalSettings::default()).kind, ModelKind::Wesolowsky);
}

#[test]
fn identity_that_chance_explains_is_counted_and_is_no_case() {
    // Ten easy items: many sheets are alike with one slip.
    let mut codes: Vec<Vec<u8>> = honest(200, 10, 15);
    for (place, row) in codes.iter_mut().enumerate() {
        row.fill(1);
        row[place % 10] = 2;
    }
    let detected = detect(&dataset(&codes, 4));
    let found = observation(&detected, "B1", "identical_sheets");
    // Ten groups of twenty sheets each.
    assert_eq!(integer(found, "identical_pairs_expected_by_chance") + integer(found, "identical_pairs"), 10 * 190);
    assert!(found.cases.is_empty() && integer(found, "identical_pairs") == 0);
}

#[test]
fn a_crowd_of_equal_sheets_is_listed_as_a_chain() {
    let mut codes = honest(700, 40, 16);
    let filled = vec![3; 40];
    for row in codes.iter_mut().skip(100).take(300) {
        row.clone_from(&filled);
    }
    let mut parameters = DetectParameters::default();
    parameters.similarity.maximum_pairs_reported = 10_000;
    let detected = SimilarityDetector.detect(&dataset(&codes, 4), &parameters, &Silent);
    let group = groups(&detected)[0];
    assert_eq!(group.pairs.iter().filter(|pair| pair.identical).count(), 299);
    assert!(group.pairs.iter().all(|pair| pair.cluster == 1));
    assert!(group.model_note.en.contains("only successive pairs are listed"));
    assert_eq!(group.pairs_compared, 700 * 699 / 2);
    assert_eq!(observation(&detected, "B1", "identical_sheets").cases.len(), 299);
}
