//! Cases planted in the duties of bodies: each is found, and of the honest body nothing is said.

use kaojian::config::Config;
use kaojian::model::finding::Verdict;
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use kaojian::simulate::body_plant::BodyPlantKind;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, SimulateParameters};

#[test]
fn planted_bodies_are_found_by_the_measure_that_sees_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut parameters = SimulateParameters::honest(6, 12, 20, 20).with_body_plants();
    parameters.format = Format::Csv;
    let truth = write_city(&parameters, folder.path(), &Silent).expect("a city");
    assert_eq!(truth.body_plants.len(), BodyPlantKind::ALL.len());
    let rules = load_rules(&[]).expect("the built-in rules");
    // The reports of 2025 came in after the last examination of the city.
    let config = Config { as_of: "2026-04-01".parse().ok(), ..Config::default() };
    let found = inspect(folder.path(), &config, &rules, &Silent).expect("an inspection").findings;
    for plant in &truth.body_plants {
        let finding = found
            .iter()
            .find(|finding| {
                finding.article == plant.expected.article
                    && finding.body_id.as_ref().is_some_and(|body_id| body_id.as_str() == plant.body_id)
            })
            .expect("a finding");
        assert_eq!(finding.verdict.as_str(), plant.expected.verdict, "{:?}", plant.kind);
        assert!(finding.cases.iter().any(|case| case.measure == plant.expected.measure), "{:?}", plant.kind);
    }
    // Beside what is planted nothing is met: of the unfiled site the batches held there, and no more.
    let planted = |article: &str, body: &str| {
        truth.body_plants.iter().any(|plant| {
            plant.body_id == body
                && (plant.expected.article == article || plant.kind == BodyPlantKind::UnfiledSite && article == "21(1)")
        })
    };
    for finding in found.iter().filter(|one| matches!(one.verdict, Verdict::Met | Verdict::Indication)) {
        let body = finding.body_id.as_ref().map(|body_id| body_id.as_str()).unwrap_or_default();
        assert!(planted(&finding.article, body), "{} of {body}: {}", finding.article, finding.text.en);
    }
    let outside = found.iter().filter(|one| one.article == "21(1)" && one.verdict == Verdict::Met).count();
    assert_eq!(outside, 1, "the second of the two batches of that body");
}
