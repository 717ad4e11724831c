//! A simulated city with written answers: planted pairs are found, honest batches stay quiet.

use crate::support::kaojian;
use kaojian::model::progress::Silent;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, Plant, PlantKind, SimulateParameters};
use serde_json::Value;

#[test]
fn planted_pairs_are_found_and_honest_texts_stay_quiet() {
    let folder = tempfile::tempdir().expect("a folder");
    let (city, out) = (folder.path().join("city"), folder.path().join("out"));
    let mut parameters = SimulateParameters::honest(2, 8, 60, 20);
    parameters.format = Format::Csv;
    let kinds = [
        PlantKind::WrittenAnswers,
        PlantKind::SameAnswerOneRater { pairs: 2 },
        PlantKind::WrittenAnswers,
        PlantKind::SameAnswerRaters { pairs: 1 },
    ];
    parameters.plants = (0..8).map(|batch| Plant { batch, kind: kinds[batch % kinds.len()] }).collect();
    let truth = write_city(&parameters, &city, &Silent).expect("a city");
    let ran = kaojian(["inspect".into(), city.into_os_string(), "--out".into(), out.clone().into_os_string()]);
    assert_eq!((ran.code, ran.errors.as_str()), (1, ""));
    let text = std::fs::read_to_string(out.join("findings.json")).expect("findings");
    let findings: Value = serde_json::from_str(&text).expect("JSON");
    for plant in &truth.plants {
        let cases: Vec<&Value> = findings["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|finding| finding["batch_id"] == *plant.batch_id)
            .flat_map(|finding| finding["cases"].as_array().into_iter().flatten())
            .filter(|case| case["measure"].as_str().is_some_and(|measure| measure.starts_with("scoring.same_answer")))
            .collect();
        let named = |subject: &String| {
            cases.iter().any(|case| case["subjects"].as_array().into_iter().flatten().any(|found| *found == **subject))
        };
        assert!(plant.subjects.iter().all(named), "{plant:?} {cases:#?}");
        for case in &cases {
            assert_eq!(plant.expected.first().map(|expected| expected.measure.as_str()), case["measure"].as_str());
        }
    }
    let page = std::fs::read_to_string(out.join("report.html")).expect("the page");
    assert!(page.contains("相同或相近的作答及其评分") && page.contains("one rater, different marks"));
}
