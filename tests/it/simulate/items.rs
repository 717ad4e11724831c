//! Cases planted in test forms: items known beforehand, and items used after they were retired.

use kaojian::config::Config;
use kaojian::model::finding::{Finding, Verdict};
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, Plant, PlantKind, SimulateParameters};
use kaojian::simulate::truth::CityTruth;
use std::collections::BTreeSet;

fn found(mut parameters: SimulateParameters, plant: Plant) -> (CityTruth, Vec<Finding>) {
    let folder = tempfile::tempdir().expect("a folder");
    parameters.format = Format::Csv;
    parameters.plants = vec![plant];
    let truth = write_city(&parameters, folder.path(), &Silent).expect("a city");
    let rules = load_rules(&[]).expect("the built-in rules");
    let inspection = inspect(folder.path(), &Config::default(), &rules, &Silent).expect("an inspection");
    (truth, inspection.findings)
}

/// Articles that are met or indicated of batches, each with the batch.
fn flagged(findings: &[Finding]) -> Vec<(&str, &str)> {
    (findings.iter())
        .filter(|one| matches!(one.verdict, Verdict::Met | Verdict::Indication))
        .filter_map(|one| Some((one.article.as_str(), one.batch_id.as_ref()?.as_str())))
        .collect()
}

#[test]
fn items_known_beforehand_are_found_in_the_batch_that_knew_them() {
    let plant = Plant { batch: 6, kind: PlantKind::KnownItems { of_batch: 1, items: 8 } };
    let (truth, findings) = found(SimulateParameters::honest(4, 8, 120, 60), plant);
    let planted = truth.plants.first().expect("one plant");
    let batch_id = planted.batch_id.as_str();
    assert_eq!(flagged(&findings), [("20(6)", batch_id), ("22(2)", batch_id)]);
    let finding = findings.iter().find(|one| one.article == "22(2)" && !one.cases.is_empty()).expect("a finding");
    let named: BTreeSet<&String> = finding.cases.iter().flat_map(|case| &case.subjects).collect();
    let known = planted.subjects.iter().filter(|item| named.contains(item)).count();
    assert!(known >= 6 && named.iter().filter(|name| name.starts_with('T')).count() == known, "{known}: {named:?}");
    // The body sat that form itself half a year earlier: one paper, used twice.
    let twice: Vec<&Finding> =
        (findings.iter()).filter(|one| one.verdict == Verdict::Met && one.batch_id.is_none()).collect();
    assert_eq!(twice.iter().map(|one| one.article.as_str()).collect::<Vec<_>>(), ["20(4)"]);
}

#[test]
fn items_used_after_they_were_retired_are_found() {
    let plant = Plant { batch: 1, kind: PlantKind::RetiredItems { items: 3 } };
    let (truth, findings) = found(SimulateParameters::honest(1, 3, 20, 20), plant);
    let planted = truth.plants.first().expect("one plant");
    assert_eq!(flagged(&findings), [("20(6)", planted.batch_id.as_str())]);
    let finding = findings.iter().find(|one| one.article == "20(6)" && !one.cases.is_empty()).expect("a finding");
    let named: BTreeSet<&String> = finding.cases.iter().flat_map(|case| &case.subjects).collect();
    assert!(planted.subjects.iter().all(|item| named.contains(item)), "{named:?}");
}

#[test]
fn plants_in_forms_that_cannot_hold_them_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = [
        (SimulateParameters::honest(1, 3, 20, 20), PlantKind::KnownItems { of_batch: 0, items: 3 }),
        (SimulateParameters::honest(2, 4, 20, 20), PlantKind::KnownItems { of_batch: 3, items: 3 }),
        (SimulateParameters::honest(2, 4, 20, 20), PlantKind::RetiredItems { items: 3 }),
    ];
    for (mut parameters, kind) in cases {
        parameters.plants = vec![Plant { batch: 2, kind }];
        assert!(write_city(&parameters, folder.path(), &Silent).is_err(), "{kind:?}");
    }
}
