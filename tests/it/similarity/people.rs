//! From pairs to people and places: clusters, likely source, rooms, control group, rules, and a report of it.

use super::data::{dataset, honest_at, items, normal, respond};
use kaojian::detect::similarity::flag_rule::FlagRule;
use kaojian::detect::similarity::study::{Study, study};
use kaojian::detect::similarity::study_parameters::{Blanks, Index, PairChoice, StudyParameters};
use kaojian::model::dataset::Dataset;
use kaojian::model::pair_table::{PairTable, PairValues};
use kaojian::model::progress::Silent;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Rooms of 20 in five columns.
fn seated(codes: &[Vec<u8>]) -> Dataset {
    let mut data = dataset(codes, 4);
    for (place, sheet) in data.answers.sheets.iter_mut().enumerate() {
        sheet.room = Some(format!("R{:02}", place / 20).into());
        sheet.seat = Some(format!("{}排{}列", place % 20 / 5 + 1, place % 5 + 1).into());
    }
    data
}

fn found(data: &Dataset, rule: FlagRule) -> Study {
    let parameters = StudyParameters { rule, indices: [Index::Gbt].into(), seed: 5, ..StudyParameters::default() };
    study(&data.answers, &data.form_items, &parameters, &Silent).unwrap()
}

fn text(table: &PairTable, name: &str) -> Vec<String> {
    match &table.columns.iter().find(|column| column.name == name).unwrap().values {
        PairValues::Text(values) => values.clone(),
        PairValues::Number(values) => values.iter().map(|value| format!("{:?}", value.unwrap())).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_weak_copier_beside_an_able_source_is_a_pair_of_neighbours_with_a_source() {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let form = items(80, &mut random);
    let mut codes: Vec<Vec<u8>> = (0..200).map(|_| respond(&form, normal(&mut random), &mut random)).collect();
    codes[21] = respond(&form, 0.7, &mut random);
    codes[22] = respond(&form, -2.0, &mut random);
    let source = codes[21].clone();
    codes[22][..52].copy_from_slice(&source[..52]);
    let data = seated(&codes);
    // The source has few wrong responses: enough for one statistic, not for both.
    assert_eq!(found(&data, FlagRule::Act).flagged, 0);
    for rule in [FlagRule::Single, FlagRule::Monitor] {
        let study = found(&data, rule);
        let (table, detail) = (&study.table, &study.evidence.detail);
        assert_eq!(text(table, "person_a"), ["C000021"], "{rule:?}");
        assert_eq!(text(table, "nearness"), ["neighbours"]);
        assert_eq!(text(table, "cluster_kind"), ["neighbours"]);
        assert_eq!(text(table, "likely_source"), ["C000021"]);
        assert_eq!(detail.rule, rule.as_str());
        let control = detail.control.as_ref().unwrap();
        // 200 persons in ten rooms of 20: 19,900 pairs, 10 · 190 within rooms.
        assert_eq!((control.pairs, control.within, control.flagged), (18_000, 1900, 0));
        // More alike than every one of the control pairs.
        let conformal: f64 = text(table, "control_p")[0].parse().unwrap();
        assert_eq!(conformal, 1.0 / 18_001.0);
        let places = detail.places.as_ref().unwrap();
        assert_eq!((places.flagged, places.within, places.rooms[0].room.as_str()), (1, 1, "B1 R01"));
        assert!((places.expected_within - 1900.0 / 19_900.0).abs() < 1e-12);
        let room = &detail.rooms[0];
        let seat = room.seats.iter().find(|seat| seat.likely_source).unwrap();
        assert_eq!((room.seats.len(), seat.row, seat.column, seat.cluster), (20, 1, 2, 1));
        assert_eq!(study.cluster_table.height(), 2);
    }
}

#[test]
fn a_key_with_errors_across_rooms_is_told_from_copying() {
    let mut codes = honest_at(-0.3, 200, 80, 12);
    // Five persons in five rooms hold one key, every fourth answer of it wrong, for nine items of ten.
    for member in 0..5 {
        for item in (0..80).filter(|item| (item + member) % 10 != 0) {
            codes[member * 40 + 3][item] = if item % 4 == 1 { 2 + (item % 3) as u8 } else { 1 };
        }
    }
    let study = found(&seated(&codes), FlagRule::Single);
    let [cluster] = &study.evidence.detail.clusters[..] else { panic!("{:?}", study.evidence.detail.clusters) };
    assert_eq!((cluster.kind, cluster.candidates.len(), cluster.rooms), ("shared-key", 5, 5));
    assert!(cluster.held_in_common_wrong >= 15 && cluster.likely_source.is_none(), "{cluster:?}");
    // Of ten pairs, some fall short where both left out many of the shared answers.
    assert!((8..=10).contains(&study.flagged), "{}", study.flagged);
}

#[test]
fn the_same_sheet_twice_is_named_as_such() {
    let mut codes = honest_at(0.0, 120, 60, 3);
    codes[90] = codes[10].clone();
    let study = found(&seated(&codes), FlagRule::Act);
    assert_eq!(text(&study.table, "cluster_kind"), ["same-sheet"]);
    assert_eq!(text(&study.table, "likely_source"), [""]);
    assert_eq!(text(&study.table, "nearness"), ["apart"]);
    assert_eq!(study.evidence.detail.control.as_ref().unwrap().flagged, 1);
}

#[test]
fn a_second_fit_from_remembered_pairs_flags_what_all_pairs_one_by_one_do() {
    // Enough sheets for the nominal model; copies whose removal moves it a little.
    let mut codes = honest_at(-1.0, 520, 60, 17);
    for place in 0..12 {
        codes[400 + place] = codes[place].clone();
        for item in 0..4 + place {
            codes[400 + place][item * 3] = 1 + (place + item) as u8 % 4;
        }
    }
    let data = dataset(&codes, 4);
    let screened = found(&data, FlagRule::Monitor);
    let name = |place: usize| format!("C{place:06}").as_str().into();
    let all = (0..520).flat_map(|a| (a + 1..520).map(move |b| (name(a), name(b)))).collect();
    let one_by_one = StudyParameters {
        rule: FlagRule::Monitor,
        indices: [Index::Gbt].into(),
        pairs: PairChoice::Listed(all),
        ..StudyParameters::default()
    };
    let one_by_one = study(&data.answers, &data.form_items, &one_by_one, &Silent).unwrap();
    assert!(screened.flagged >= 8 && screened.fitted_sheets < 520, "{} {}", screened.flagged, screened.fitted_sheets);
    assert_eq!((screened.model, screened.fitted_sheets), ("nominal", one_by_one.fitted_sheets));
    let pairs = |study: &Study| {
        let told = study.evidence.pairs.iter();
        told.map(|pair| (pair.a.candidate_id.clone(), pair.b.candidate_id.clone(), pair.gbt_log10_p_value))
            .collect::<Vec<_>>()
    };
    assert_eq!(pairs(&screened), pairs(&one_by_one));
}

#[test]
fn frequent_blanks_may_be_an_option() {
    let mut codes = honest_at(0.0, 120, 60, 4);
    for (place, row) in codes.iter_mut().enumerate() {
        // Half of all leave the first ten items blank, three persons the last one.
        if place % 2 == 0 {
            row[..10].fill(0);
        }
        if place < 3 {
            row[59] = 0;
        }
    }
    let data = dataset(&codes, 4);
    let parameters = |blanks| StudyParameters {
        blanks,
        indices: [Index::Gbt].into(),
        pairs: PairChoice::Listed(vec![("C000000".into(), "C000002".into())]),
        ..StudyParameters::default()
    };
    let items = |blanks| {
        let study = study(&data.answers, &data.form_items, &parameters(blanks), &Silent).unwrap();
        match &study.table.columns.iter().find(|column| column.name == "n_items").unwrap().values {
            PairValues::Integer(values) => values[0].unwrap(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((items(Blanks::Missing), items(Blanks::Option)), (49, 59));
}
