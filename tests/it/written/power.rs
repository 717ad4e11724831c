//! How many copied answers are found, and how many honest ones are named: over simulated cities, and over texts and
//! edits that no setting was chosen on.

use kaojian::detect::detector::Detector;
use kaojian::detect::parameters::DetectParameters;
use kaojian::detect::written::detector::WrittenDetector;
use kaojian::ingest::load::read_folder;
use kaojian::ingest::parameters::IngestParameters;
use kaojian::model::dataset::Dataset;
use kaojian::model::progress::Silent;
use kaojian::model::written_answer::WrittenAnswer;
use kaojian::simulate::city::write_city;
use kaojian::simulate::essay::{Vocabulary, copied, joined, sentences};
use kaojian::simulate::parameters::{CopyHow, Plant, PlantKind, SimulateParameters};
use kaojian::simulate::random::{Purpose, Random};
use std::collections::BTreeSet;

type Pairs = BTreeSet<(String, String)>;

/// Pairs that the detector calls alike, and candidates whose texts hold characters that do not show.
fn seen(dataset: &Dataset) -> (Pairs, BTreeSet<String>) {
    let detected = WrittenDetector.detect(dataset, &DetectParameters::default(), &Silent);
    let cases = |measure: &str| {
        let of = detected.observations.iter().filter(|found| found.measure == measure).flat_map(|found| &found.cases);
        of.map(|case| case.subjects.clone()).collect::<Vec<_>>()
    };
    let alike = cases("alike_answers").into_iter().map(|pair| (pair[0].clone(), pair[1].clone())).collect();
    (alike, cases("hidden_characters").concat().into_iter().collect())
}

fn ordered(a: &str, b: &str) -> (String, String) {
    (a.min(b).to_owned(), a.max(b).to_owned())
}

#[test]
fn copies_of_every_kind_are_found_in_a_city_and_honest_answers_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut planted, mut found, mut named) = (Pairs::new(), 0, 0);
    for seed in [1, 2] {
        let mut parameters = SimulateParameters::honest(2, 6, 40, 20);
        parameters.seed = seed;
        parameters.plants = (CopyHow::ALL.into_iter().enumerate())
            .map(|(batch, how)| Plant { batch, kind: PlantKind::CopiedAnswers { pairs: 4, how } })
            .chain([Plant { batch: 5, kind: PlantKind::LongAnswers }])
            .collect();
        let path = folder.path().join(format!("city{seed}"));
        let truth = write_city(&parameters, &path, &Silent).expect("a city");
        let dataset = read_folder(&path, &IngestParameters::default(), &Silent).expect("a readable city").dataset;
        let (alike, hidden) = seen(&dataset);
        let concerned: BTreeSet<&String> =
            truth.plants.iter().filter(|plant| !plant.lawful).flat_map(|plant| &plant.subjects).collect();
        named += alike.len();
        for (a, b) in &alike {
            assert!(concerned.contains(a) && concerned.contains(b), "honest answers are called alike: {a} {b}");
            found += 1;
        }
        for plant in truth.plants.iter().filter(|plant| !plant.lawful) {
            planted.extend(plant.subjects.chunks(2).map(|pair| ordered(&pair[0], &pair[1])));
            let named =
                plant.subjects.iter().filter(|subject| alike.iter().any(|(a, b)| a == *subject || b == *subject));
            assert_eq!(named.count(), plant.subjects.len(), "{plant:?}");
            let PlantKind::CopiedAnswers { how, .. } = plant.kind else { continue };
            let with_hidden = plant.subjects.iter().filter(|subject| hidden.contains(*subject)).count();
            // The copier's text, not the source's.
            assert_eq!(with_hidden, if how == CopyHow::HiddenCharacters { 4 } else { 0 }, "{how:?}");
        }
    }
    assert_eq!((planted.len(), found, named), (40, 40, 40));
}

/// Edits that nothing was tuned on.
fn held_back(text: &str, kind: usize, random: &mut Random) -> String {
    let full_width = |character: char| match character {
        '!'..='~' => char::from_u32(u32::from(character) + 0xFEE0).unwrap_or(character),
        other => other,
    };
    match kind {
        0 => text.chars().map(full_width).collect(),
        1 => text.chars().flat_map(|one| if one == '，' { vec![' ', '\n'] } else { vec![one] }).collect(),
        2 => format!("\u{202E}{}\u{202C}", text.replace('人', "\u{2F08}").replace('用', "\u{2F64}")),
        // Every forty characters one is lost.
        3 => text.chars().filter(|_| random.below(40) > 0).collect(),
        _ => text.split('。').map(|one| format!("答：{one}；")).collect(),
    }
}

#[test]
fn held_back_texts_and_edits_are_found_too() {
    let (mut planted, mut recalled, mut named, mut right) = (0, 0, 0, 0);
    for seed in 0..6 {
        let mut random = Random::new(7_700 + seed, Purpose::Responses, 3);
        let mut texts: Vec<String> = (0..80)
            .map(|_| {
                let count = 5 + random.below(8);
                joined(&sentences("数控车床主轴", count, Vocabulary::Other, &mut random))
            })
            .collect();
        let mut truth = Pairs::new();
        let id = |place: usize| format!("C{place:03}");
        for kind in 0..10 {
            let (source, copier) = (kind * 4, kind * 4 + 1);
            texts[copier] = match kind {
                0..5 => held_back(&texts[source], kind, &mut random),
                // Two thirds of another's sentences among one's own.
                5 => {
                    let of_source: Vec<String> = texts[source].split('。').map(str::to_owned).collect();
                    let own = sentences("数控车床主轴", of_source.len() / 3, Vocabulary::Other, &mut random);
                    joined(&[&of_source[..of_source.len() * 2 / 3], &own].concat())
                }
                _ => {
                    let of_source: Vec<String> = texts[source].split('。').map(str::to_owned).collect();
                    joined(&copied(&of_source, CopyHow::ALL[kind - 5], Vocabulary::Other, &mut random))
                }
            };
            truth.insert(ordered(&id(source), &id(copier)));
        }
        let answer = |(place, text): (usize, String)| WrittenAnswer {
            batch_id: "B".into(),
            candidate_id: id(place).as_str().into(),
            question: "Q".into(),
            text: text.into(),
            ..WrittenAnswer::default()
        };
        let written_answers = texts.into_iter().enumerate().map(answer).collect();
        let (alike, _) = seen(&Dataset { written_answers, ..Dataset::default() });
        planted += truth.len();
        recalled += truth.intersection(&alike).count();
        named += alike.len();
        right += alike.intersection(&truth).count();
    }
    assert_eq!(planted, 60);
    assert!(recalled * 100 >= planted * 95, "{recalled} of {planted}");
    assert!(right * 100 >= named * 99, "{right} of {named}");
}
