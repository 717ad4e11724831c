//! Cases planted in the duties of bodies: each is found, and of the honest body nothing is said.

use kaojian::config::Config;
use kaojian::model::finding::{Finding, Verdict};
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use kaojian::simulate::body_plant::BodyPlantKind;
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, SimulateParameters};

#[test]
fn planted_bodies_are_found_by_the_measure_that_sees_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut parameters =
        SimulateParameters { years: 4, ..SimulateParameters::honest(8, 64, 20, 20) }.with_body_plants();
    parameters.format = Format::Csv;
    let truth = write_city(&parameters, folder.path(), &Silent).expect("a city");
    assert_eq!(truth.body_plants.len(), BodyPlantKind::ALL.len());
    let rules = load_rules(&[]).expect("the built-in rules");
    let config = Config::default();
    let found = inspect(folder.path(), &config, &rules, &Silent).expect("an inspection").findings;
    for plant in &truth.body_plants {
        for expected in &plant.expected {
            // Of a body that holds two batches, one is as planted.
            let is_expected = |finding: &&Finding| {
                finding.article == expected.article
                    && finding.body_id.as_ref().is_some_and(|body_id| body_id.as_str() == plant.body_id)
                    && finding.verdict.as_str() == expected.verdict
            };
            let finding = found.iter().find(is_expected);
            let finding =
                finding.unwrap_or_else(|| panic!("{:?}: no {} {}", plant.kind, expected.article, expected.verdict));
            // What was not held has no case of its own: the window says it.
            let is_seen =
                plant.kind.idle_months().is_some() || finding.cases.iter().any(|case| case.measure == expected.measure);
            assert!(is_seen, "{:?}: {}", plant.kind, expected.measure);
        }
    }
    // Beside what is planted nothing is met.
    let planted = |article: &str, body: &str| {
        let of_body = truth.body_plants.iter().filter(|plant| plant.body_id == body);
        of_body.flat_map(|plant| &plant.expected).any(|expected| expected.article == article)
    };
    for finding in found.iter().filter(|one| matches!(one.verdict, Verdict::Met | Verdict::Indication)) {
        let body = finding.body_id.as_ref().map(|body_id| body_id.as_str()).unwrap_or_default();
        assert!(planted(&finding.article, body), "{} of {body}: {}", finding.article, finding.text.en);
    }
    let outside = found.iter().filter(|one| one.article == "21(1)" && one.verdict == Verdict::Met).count();
    assert_eq!(outside, 8, "every second batch of either body");
}
