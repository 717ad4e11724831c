//! Cases planted in how an examination is held: each is found where it is, and nowhere else.

use kaojian::config::Config;
use kaojian::model::finding::Verdict;
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};
use kaojian::simulate::city::write_city;
use kaojian::simulate::parameters::{Format, Plant, PlantKind, SimulateParameters};

#[test]
fn each_planted_case_is_found_in_its_batch_alone() {
    let kinds = [
        PlantKind::ExpiredCertificate,
        PlantKind::OneInvigilator,
        PlantKind::DocumentMissing,
        PlantKind::DestroyedEarly,
    ];
    let mut parameters = SimulateParameters::honest(2, 12, 33, 40);
    parameters.format = Format::Csv;
    parameters.plants =
        kinds.into_iter().enumerate().map(|(batch, kind)| Plant { batch: 2 * batch + 1, kind }).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let truth = write_city(&parameters, folder.path(), &Silent).expect("a city");
    let rules = load_rules(&[]).expect("the built-in rules");
    let found = inspect(folder.path(), &Config::default(), &rules, &Silent).expect("an inspection").findings;
    for batch in &truth.batches {
        for (article, verdict) in &batch.verdicts {
            let one = found.iter().find(|finding| {
                finding.article == *article && finding.batch_id.as_ref().is_some_and(|id| id.as_str() == batch.batch_id)
            });
            let one = one.unwrap_or_else(|| panic!("no finding of {article} on {}", batch.batch_id));
            assert_eq!(one.verdict.as_str(), verdict, "{article} on {}: {:?}", batch.batch_id, one.missing);
        }
    }
    assert_eq!(truth.plants.len(), kinds.len());
    for plant in &truth.plants {
        for expected in &plant.expected {
            let named = found.iter().filter(|finding| finding.verdict == Verdict::Met).any(|finding| {
                let of_batch = finding.batch_id.as_ref().is_some_and(|id| id.as_str() == plant.batch_id);
                let cases = finding.cases.iter().filter(|case| case.measure == expected.measure);
                of_batch && cases.into_iter().any(|case| plant.subjects.iter().all(|who| case.subjects.contains(who)))
            });
            assert!(named && !plant.subjects.is_empty(), "{plant:?}");
        }
    }
}
