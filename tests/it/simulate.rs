//! Integration tests: simulate.

mod bodies;
mod conduct;
mod items;
mod similarity;

use kaojian::model::identity::{IdentityCheck, IdentityNumber, is_valid_credit_code};
use kaojian::model::points::Points;
use kaojian::model::progress::Silent;
use kaojian::simulate::city::write_city;
use kaojian::simulate::expectation::ARTICLES;
use kaojian::simulate::parameters::{Format, SimulateParameters};
use kaojian::simulate::truth::CityTruth;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every file below a folder with its bytes, by path with `/`.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read(&path).expect("file"));
            }
        }
    }
    found
}

fn simulate(parameters: &SimulateParameters, threads: usize) -> (CityTruth, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
    let truth = pool.install(|| write_city(parameters, folder.path(), &Silent)).expect("city");
    (truth, files(folder.path()))
}

fn with_format(mut parameters: SimulateParameters, format: Format) -> SimulateParameters {
    parameters.format = format;
    parameters
}

/// Rows of a canonical text file, each by column.
fn rows(city: &BTreeMap<String, Vec<u8>>, stem: &str) -> Vec<BTreeMap<String, String>> {
    let matches =
        |name: &str| name.strip_suffix(".csv").is_some_and(|own| own == stem || own.starts_with(&format!("{stem}-")));
    let mut all = Vec::new();
    for (_, bytes) in city.iter().filter(|(name, _)| matches(name)) {
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        all.extend(reader.deserialize().map(|row| row.expect("row")));
    }
    assert!(!all.is_empty(), "{stem}");
    all
}

fn points(text: &str) -> Points {
    Points::parse(text).unwrap_or_else(|| panic!("not a decimal: {text}"))
}

/// The demonstration as canonical text, made once for all tests.
fn demo_tables() -> &'static (CityTruth, BTreeMap<String, Vec<u8>>) {
    static DEMO: std::sync::OnceLock<(CityTruth, BTreeMap<String, Vec<u8>>)> = std::sync::OnceLock::new();
    DEMO.get_or_init(|| simulate(&with_format(SimulateParameters::demo(), Format::Csv), 2))
}

fn subjects_of(truth: &CityTruth, kind: &str) -> BTreeSet<String> {
    let plants = truth.plants.iter().filter(|plant| plant.kind.name() == kind);
    plants.flat_map(|plant| plant.subjects.iter().cloned()).collect()
}

#[test]
fn the_same_bytes_whatever_the_number_of_threads() {
    for format in [Format::Chinese, Format::Csv, Format::Parquet] {
        let parameters = with_format(SimulateParameters::demo(), format);
        let (one, two) = (simulate(&parameters, 1), simulate(&parameters, 5));
        assert_eq!(one.0, two.0);
        assert_eq!(one.1.keys().collect::<Vec<_>>(), two.1.keys().collect::<Vec<_>>());
        for (name, bytes) in &one.1 {
            assert!(*bytes == two.1[name], "{format:?} {name}");
        }
        let mut other = parameters.clone();
        other.seed += 1;
        assert_ne!(simulate(&other, 2).1, one.1, "another seed gives another city");
    }
}

#[test]
fn the_truth_covers_every_batch_and_article() {
    let (truth, city) = demo_tables();
    let listed: BTreeSet<String> = rows(city, "batches").into_iter().map(|row| row["batch_id"].clone()).collect();
    assert_eq!(listed, truth.batches.iter().map(|batch| batch.batch_id.clone()).collect());
    for batch in &truth.batches {
        assert_eq!(batch.verdicts.keys().map(String::as_str).collect::<Vec<_>>(), ARTICLES);
        assert!(!batch.honest || batch.verdicts.values().all(|verdict| verdict == "NOT_MET"), "{batch:?}");
    }
    assert!(truth.batches.iter().filter(|batch| batch.honest).count() >= 4);
    let seen: BTreeSet<&str> =
        truth.batches.iter().flat_map(|batch| batch.verdicts.values().map(String::as_str)).collect();
    assert_eq!(seen, BTreeSet::from(["INDICATION", "MET", "NOT_MET", "UNDETERMINED"]));
    for plant in &truth.plants {
        assert_eq!(plant.lawful, plant.expected.is_empty(), "{plant:?}");
        let batch = truth.batches.iter().find(|batch| batch.batch_id == plant.batch_id).expect("batch");
        for expected in &plant.expected {
            let verdict = &batch.verdicts[&expected.article];
            assert!(*verdict == expected.verdict || verdict == "MET", "{plant:?}");
        }
    }
    let bytes = &city["truth.json"];
    assert_eq!(serde_json::from_slice::<CityTruth>(bytes).expect("truth.json"), *truth);
}

#[test]
fn the_boundary_of_five_percent_is_there_on_both_sides() {
    let (truth, _) = demo_tables();
    let ratio = |admitted: usize, unqualified: usize| {
        let batch = truth
            .batches
            .iter()
            .find(|batch| (batch.admitted, batch.admitted_unqualified) == (admitted, unqualified))
            .unwrap_or_else(|| panic!("no batch with {unqualified} of {admitted}"));
        batch.verdicts["20(1)"].as_str()
    };
    assert_eq!(ratio(20, 1), "MET");
    assert_eq!(ratio(21, 1), "NOT_MET");
    assert_eq!(ratio(40, 3), "MET");
    assert_eq!(ratio(60, 4), "MET");
}

#[test]
fn every_number_checks_and_belongs_to_nobody() {
    let (_, city) = demo_tables();
    for row in rows(city, "bodies") {
        assert!(is_valid_credit_code(&row["body_id"]), "{row:?}");
    }
    let mut seen = BTreeSet::new();
    for row in rows(city, "candidates").iter().filter(|row| !row["id_number"].is_empty()) {
        let number = IdentityNumber::new(&row["id_number"]);
        assert_eq!(number.check(), IdentityCheck::Valid);
        assert_eq!(number.birth_date().expect("date").to_string(), row["birth_date"]);
        assert!(row["id_number"].starts_with("99") && seen.insert(row["id_number"].clone()));
    }
}

/// Theory marks counted again from the files: (candidate) → mark.
fn recomputed_theory(city: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Points> {
    let mut keys: BTreeMap<(String, String), (String, Points)> = BTreeMap::new();
    let mut totals: BTreeMap<String, Points> = BTreeMap::new();
    for row in rows(city, "forms") {
        let item = (row["form_id"].clone(), format!("q{}", row["item_no"]));
        let total = totals.entry(row["form_id"].clone()).or_default();
        *total = *total + points(&row["max_score"]);
        keys.insert(item, (row["key"].clone(), points(&row["max_score"])));
    }
    assert!(totals.values().all(|total| *total == Points::whole(100)));
    let mut marks = BTreeMap::new();
    for row in rows(city, "answers") {
        let items = row.iter().filter(|(column, _)| column.starts_with('q'));
        let mark = items
            .filter_map(|(column, label)| {
                let (key, mark) = &keys[&(row["form_id"].clone(), column.clone())];
                (key == label).then_some(*mark)
            })
            .sum();
        assert!(marks.insert(row["candidate_id"].clone(), mark).is_none());
    }
    marks
}

#[test]
fn theory_marks_are_the_sum_of_the_items_but_where_planted() {
    let (truth, city) = demo_tables();
    let mut planted = subjects_of(truth, "theory_mark_differs");
    planted.extend(subjects_of(truth, "edited_scores"));
    let marks = recomputed_theory(city);
    let mut differing = BTreeSet::new();
    for row in rows(city, "scores").iter().filter(|row| row["component"] == "theory") {
        match marks.get(&row["candidate_id"]) {
            Some(mark) if *mark == points(&row["score"]) => {}
            Some(_) => {
                differing.insert(row["candidate_id"].clone());
            }
            None => assert_eq!(row["score"], "absent"),
        }
    }
    assert_eq!(differing, planted);
}

/// Marks by (candidate, component) → criterion → mark number → mark and maximum.
type Works = BTreeMap<(String, String), BTreeMap<String, BTreeMap<u8, (Points, Points)>>>;

fn works(city: &BTreeMap<String, Vec<u8>>) -> Works {
    let mut works: Works = BTreeMap::new();
    for row in rows(city, "ratings") {
        let work = works.entry((row["candidate_id"].clone(), row["component"].clone())).or_default();
        let marks = work.entry(row["criterion"].clone()).or_default();
        let number = row["mark_no"].parse().expect("mark_no");
        assert!(marks.insert(number, (points(&row["score"]), points(&row["max_score"]))).is_none());
    }
    works
}

#[test]
fn the_marking_rule_holds_but_where_planted() {
    let (truth, city) = demo_tables();
    let (mut single, mut without_third, mut off, mut third) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), 0);
    let mut finals: BTreeMap<(String, String), i64> = BTreeMap::new();
    for ((candidate, component), criteria) in works(city) {
        let mut disputed = false;
        let mut total = 0;
        for marks in criteria.values() {
            let mark = |number: u8| marks.get(&number).map(|(mark, _)| mark.millionths());
            let maximum = marks[&1].1.millionths();
            assert!(marks.values().all(|(mark, _)| (0..=maximum).contains(&mark.millionths())), "{candidate}");
            if marks.values().any(|(mark, _)| mark.millionths() % 500_000 != 0) {
                off.insert(candidate.clone());
            }
            let first = mark(1).expect("first mark");
            total += match (mark(2), mark(3)) {
                (None, None) => {
                    single.insert(candidate.clone());
                    first
                }
                (Some(second), None) => {
                    disputed |= (first - second).abs() * 5 >= maximum;
                    (first + second) / 2
                }
                (Some(second), Some(upheld)) => {
                    // The third mark upholds one of the two, so every rule gives the same final mark.
                    assert!((first - second).abs() * 5 >= maximum, "{candidate}");
                    assert!(upheld == first || upheld == second);
                    third += 1;
                    upheld
                }
                (None, Some(_)) => panic!("a third mark without a second: {candidate}"),
            };
        }
        if disputed {
            assert!(
                criteria
                    .values()
                    .all(|marks| (marks[&1].0 - marks[&2].0).millionths().abs() * 5 >= marks[&1].1.millionths()),
                "a disputed work is disputed by any reading of the tolerance"
            );
            without_third.insert(candidate.clone());
        }
        finals.insert((candidate, component), total);
    }
    assert_eq!(single, subjects_of(truth, "missing_second_rater"));
    assert_eq!(without_third, subjects_of(truth, "difference_without_third"));
    assert_eq!(off, subjects_of(truth, "marks_off_rubric"));
    assert!(third > 0, "some works have a third mark");
    let mut differing = BTreeSet::new();
    for row in rows(city, "scores").iter().filter(|row| row["component"] != "theory") {
        match finals.get(&(row["candidate_id"].clone(), row["component"].clone())) {
            Some(total) if *total == points(&row["score"]).millionths() => {}
            Some(_) => {
                differing.insert(row["candidate_id"].clone());
            }
            None => assert_eq!(row["score"], "absent"),
        }
    }
    assert_eq!(differing, subjects_of(truth, "total_not_sum"));
}

#[test]
fn outcomes_follow_the_line_but_where_planted() {
    let (truth, city) = demo_tables();
    let mut below = BTreeSet::new();
    for row in rows(city, "scores") {
        let passed = row["passed"] == "true";
        let reaches = row["score"] != "absent" && points(&row["score"]) >= Points::whole(60);
        if passed && !reaches {
            assert_eq!(row["component"], "theory");
            below.insert(row["candidate_id"].clone());
        }
        assert!(passed || !reaches, "{row:?}");
    }
    let mut planted = subjects_of(truth, "line_lowered_in_log");
    planted.extend(subjects_of(truth, "line_moved_without_log"));
    assert!(planted.len() >= 8);
    assert_eq!(below, planted);
    // They fail in no other component, which a register with one result a candidate would hide.
    assert!(rows(city, "scores").iter().all(|row| row["passed"] == "true" || !planted.contains(&row["candidate_id"])));
}

#[test]
fn the_log_of_marks_ends_in_the_register_and_says_who_approved() {
    let (truth, city) = demo_tables();
    let register: BTreeMap<(String, String), Points> = rows(city, "scores")
        .iter()
        .filter(|row| row["score"] != "absent")
        .map(|row| ((row["candidate_id"].clone(), row["component"].clone()), points(&row["score"])))
        .collect();
    let mut unapproved = BTreeSet::new();
    for row in rows(city, "score_changes") {
        let key = (row["candidate_id"].clone(), row["component"].clone());
        assert_eq!(register[&key], points(&row["new_score"]), "{row:?}");
        assert_ne!(points(&row["old_score"]), points(&row["new_score"]));
        if row["approval_no"].is_empty() {
            assert!(points(&row["old_score"]) < Points::whole(60) && points(&row["new_score"]) >= Points::whole(60));
            unapproved.insert(row["candidate_id"].clone());
        }
    }
    assert_eq!(unapproved, subjects_of(truth, "edited_scores"));
    for kind in ["lawful_recheck", "key_correction", "resit"] {
        assert!(!subjects_of(truth, kind).is_empty(), "{kind}");
    }
    let lowered: Vec<_> =
        rows(city, "pass_line_changes").into_iter().filter(|row| row["approval_no"].is_empty()).collect();
    assert_eq!(lowered.len(), 1);
    assert_eq!((lowered[0]["old_line"].as_str(), lowered[0]["new_line"].as_str()), ("60", "55"));
}

#[test]
fn planted_raters_stand_out_and_no_other_does() {
    let (truth, city) = demo_tables();
    // (batch, rater) → deviations from the other first or second mark, as share of the maximum, in order of time.
    let mut deviations: BTreeMap<(String, String), Vec<(String, f64)>> = BTreeMap::new();
    let mut marks: BTreeMap<(String, String, String), Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for row in rows(city, "ratings") {
        let key = (row["batch_id"].clone(), row["candidate_id"].clone(), row["component"].clone() + &row["criterion"]);
        marks.entry(key).or_default().push(row);
    }
    for ((batch, _, _), pair) in marks.into_iter().filter(|(_, pair)| pair.len() == 2) {
        for (own, other) in [(0, 1), (1, 0)] {
            let deviation = (points(&pair[own]["score"]) - points(&pair[other]["score"])).to_f64()
                / points(&pair[own]["max_score"]).to_f64();
            let key = (batch.clone(), pair[own]["rater_id"].clone());
            deviations.entry(key).or_default().push((pair[own]["marked_at"].clone(), deviation));
        }
    }
    let severe = subjects_of(truth, "severe_rater");
    let drifting = subjects_of(truth, "drifting_rater");
    for ((batch, rater), mut deviations) in deviations {
        deviations.sort_by(|a, b| a.partial_cmp(b).expect("finite"));
        let mean = |part: &[(String, f64)]| part.iter().map(|(_, value)| value).sum::<f64>() / part.len() as f64;
        let all = mean(&deviations);
        if severe.contains(&rater) {
            assert!(deviations.len() >= 30 * 4 && all < -0.09, "{rater} {all}");
        } else {
            assert!(all.abs() < 0.05, "{batch} {rater} {all}");
        }
        if drifting.contains(&rater) {
            let third = deviations.len() / 3;
            let change = mean(&deviations[2 * third..]) - mean(&deviations[..third]);
            assert!(deviations.len() >= 40 * 4 && change < -0.08, "{rater} {change}");
        }
    }
}

#[test]
fn planted_pairs_share_their_answers_and_no_other_pair_comes_near() {
    let (truth, city) = demo_tables();
    let planted: BTreeSet<(String, String)> =
        truth.plants.iter().flat_map(|plant| plant.similar_pairs.iter().cloned()).collect();
    let keys: BTreeMap<(String, String), String> = rows(city, "forms")
        .iter()
        .map(|row| ((row["form_id"].clone(), format!("q{}", row["item_no"])), row["key"].clone()))
        .collect();
    let mut sheets: BTreeMap<String, Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for row in rows(city, "answers") {
        sheets.entry(row["batch_id"].clone()).or_default().push(row);
    }
    for sheets in sheets.values() {
        for (place, a) in sheets.iter().enumerate() {
            for b in &sheets[place + 1..] {
                let (mut both_wrong, mut same_wrong, mut same, mut items) = (0, 0, 0, 0);
                for (column, label) in a.iter().filter(|(column, _)| column.starts_with('q')) {
                    let key = &keys[&(a["form_id"].clone(), column.clone())];
                    items += 1;
                    same += usize::from(*label == b[column]);
                    if label != key && b[column] != *key {
                        both_wrong += 1;
                        same_wrong += usize::from(*label == b[column]);
                    }
                }
                let pair = (a["candidate_id"].clone(), b["candidate_id"].clone());
                if planted.contains(&pair) {
                    assert!(same * 100 >= items * 80, "{pair:?} {same}/{items}");
                    assert!(same_wrong >= 15 && same_wrong * 4 >= both_wrong * 3, "{pair:?} {same_wrong}/{both_wrong}");
                } else {
                    // Whether they are alike beyond chance is asked of the exact model in `similarity`.
                    assert!(same < items);
                }
            }
        }
    }
    assert_eq!(planted.len(), 3 + 3 + 6 + 2);
}

/// Cells of a sheet (of a GBK file where the sheet has no name), from the first row.
fn read_sheet(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    use calamine::Reader;
    if sheet.is_empty() {
        let (text, _, _) = encoding_rs::GBK.decode(bytes);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        return reader.records().map(|row| row.expect("row").iter().map(str::to_owned).collect()).collect();
    }
    let mut workbook = calamine::Xlsx::new(std::io::Cursor::new(bytes)).expect("workbook");
    let range = workbook.worksheet_range(sheet).expect("sheet");
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

#[test]
fn chinese_files_are_what_people_have() {
    let (truth, city) = simulate(&SimulateParameters::demo(), 2);
    for expected in &truth.expected_quarantine {
        let rows = read_sheet(&city[&expected.file], &expected.sheet);
        let row = &rows[expected.row as usize - 1];
        let header = rows.iter().find(|row| row.contains(&expected.column)).expect("header");
        let value = &row[header.iter().position(|name| *name == expected.column).expect("column")];
        let blank = value.is_empty() && expected.row_refused;
        let bad = ["去年七月", "三百二十", "2028-02-30"].contains(&value.as_str()) || value.ends_with("000");
        assert!(blank || bad && !expected.row_refused, "{expected:?} {value}");
    }
    assert_eq!(truth.expected_quarantine.len(), 6);
    let batch = &truth.batches[0].batch_id;
    let register = &city[&format!("{batch}/成绩册.csv")];
    assert!(std::str::from_utf8(register).is_err(), "not UTF-8");
    let (text, _, failed) = encoding_rs::GBK.decode(register);
    assert!(!failed && text.starts_with("批次号,准考证号,姓名,理论成绩,技能成绩,评定结果\r\n"), "{text}");
    assert!(text.contains("缺考") && text.contains("平均,"));
    for (name, bytes) in city.iter().filter(|(name, _)| name.ends_with(".csv")) {
        // The encoder writes a numeric reference where GBK has no character.
        assert!(!bytes.windows(2).any(|pair| pair == b"&#"), "{name}");
    }
    assert!(city["成绩修改记录.csv"].starts_with(&[0xEF, 0xBB, 0xBF]));
    let roster = read_sheet(&city[&format!("{batch}/花名册.xlsx")], "花名册");
    assert!(roster[0][0].contains("花名册（") && roster[1][0] == "批次号" && roster[2][0] == *batch);
    assert_eq!(roster.last().expect("footer")[0], "合计");
    let total: usize = city.values().map(Vec::len).sum();
    assert!(total < 2_500_000, "{total} bytes");
}

#[test]
fn parquet_holds_the_same_as_text() {
    use polars::prelude::DataType;
    use polars_io::SerReader;
    let text = demo_tables();
    let (truth, parquet) = simulate(&with_format(SimulateParameters::demo(), Format::Parquet), 2);
    assert_eq!(truth.plants, text.0.plants);
    let stems: Vec<&str> = parquet.keys().filter_map(|name| name.strip_suffix(".parquet")).collect();
    assert_eq!(stems, text.1.keys().filter_map(|name| name.strip_suffix(".csv")).collect::<Vec<_>>());
    for stem in stems {
        let bytes = std::io::Cursor::new(parquet[&format!("{stem}.parquet")].clone());
        let frame = polars_io::parquet::read::ParquetReader::new(bytes).finish().expect("readable");
        let mut reader = csv::Reader::from_reader(text.1[&format!("{stem}.csv")].as_slice());
        let header: Vec<String> = reader.headers().expect("header").iter().map(str::to_owned).collect();
        let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("record")).collect();
        assert_eq!(frame.height(), records.len(), "{stem}");
        for (place, name) in header.iter().enumerate() {
            let column = frame.column(name).expect("column").as_materialized_series().clone();
            for (row, record) in records.iter().enumerate() {
                let value = column.get(row).expect("value");
                let expected = record.get(place).expect("cell");
                let same = match (value.dtype(), value.extract_str()) {
                    (DataType::Null, _) => expected.is_empty(),
                    (_, Some(text)) => text == expected,
                    _ => value.extract::<f64>() == expected.parse::<f64>().ok(),
                };
                assert!(same, "{stem} {name} {row}: {value} {expected}");
            }
        }
    }
}

#[test]
fn a_larger_city_takes_every_plant() {
    let parameters = SimulateParameters::honest(4, 64, 60, 60).with_plants_every(4);
    let (truth, city) = simulate(&with_format(parameters, Format::Csv), 2);
    assert_eq!((truth.batches.len(), truth.plants.len()), (64, 16));
    let forms: BTreeSet<String> = rows(&city, "forms").into_iter().map(|row| row["form_id"].clone()).collect();
    assert_eq!(forms.len(), 16);
    let sheets = rows(&city, "answers").len();
    assert_eq!(sheets, truth.batches.iter().map(|batch| batch.sat).sum::<usize>());
}

#[test]
fn sizes_at_the_edges_work() {
    for (bodies, batches, candidates, items) in [(1, 1, 6, 10), (5, 3, 7, 1000), (2, 3, 700, 12)] {
        let parameters = with_format(SimulateParameters::honest(bodies, batches, candidates, items), Format::Csv);
        let (truth, city) = simulate(&parameters, 2);
        assert_eq!(truth.batches.len(), batches);
        assert!(truth.batches.iter().all(|batch| batch.honest && batch.admitted == candidates));
        let staff: BTreeSet<String> = rows(&city, "staff").into_iter().map(|row| row["person_id"].clone()).collect();
        let mut assessors: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows(&city, "assignments") {
            assert!(staff.contains(&row["person_id"]), "{row:?}");
            *assessors.entry(row["batch_id"].clone()).or_default() += usize::from(row["role"] == "assessor");
        }
        assert!(assessors.values().all(|count| count % 2 == 1 && *count >= 3 && count * 5 >= candidates));
    }
}

#[test]
fn the_committed_demonstration_is_what_the_tool_makes() {
    let committed = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo"));
    let (_, made) = simulate(&SimulateParameters::demo(), 2);
    assert_eq!(committed.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (name, bytes) in &made {
        assert!(
            committed[name] == *bytes,
            "{name} differs: make it again with `cargo run --release -- simulate datasets/demo --preset demo`"
        );
    }
}
