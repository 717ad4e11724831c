//! Chances, counted over many seeds. Seeds are fixed, so a test that passes once passes always.

use kaojian::draw::lists::{Conflict, ListedBody, ListedInspector, Lists, Terms};
use kaojian::draw::lots::draw;
use std::collections::{BTreeMap, BTreeSet};

const SEEDS: u64 = 6_000;

fn lists(strata: &[&str], inspectors: usize, conflicts: &[(&str, &str)], terms: &Terms) -> Lists {
    let body = |(at, stratum): (usize, &&str)| ListedBody {
        body_id: format!("B{at:02}"),
        body_name: None,
        stratum: (*stratum).to_owned(),
    };
    let bodies = strata.iter().enumerate().map(body).collect();
    let people = (0..inspectors).map(|at| ListedInspector { person_id: format!("P{at:02}"), name: None }).collect();
    let conflicts: BTreeSet<Conflict> = conflicts
        .iter()
        .map(|(body, person)| Conflict { body_id: (*body).to_owned(), person_id: (*person).to_owned() })
        .collect();
    Lists::new(bodies, people, conflicts, terms).expect("it can be drawn from")
}

fn terms(bodies: u64, inspectors_per_body: u64, seed: u64) -> Terms {
    Terms { bodies, inspectors_per_body, stratify: None, seed: seed.to_string() }
}

/// Pearson's statistic against equal chances.
fn chi_square(counts: &[u64]) -> f64 {
    let expected = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
    counts.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum()
}

#[test]
fn every_body_every_order_and_every_set_is_as_likely() {
    let mut first = [0_u64; 8];
    let mut within = [0_u64; 8];
    let mut sets: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let terms = terms(3, 1, seed);
        let lots = draw(&lists(&[""; 8], 4, &[], &terms), &terms).lots;
        let mut drawn: Vec<usize> = lots.iter().map(|lot| lot.body).collect();
        first[drawn[0]] += 1;
        drawn.sort_unstable();
        drawn.iter().for_each(|body| within[*body] += 1);
        *sets.entry(drawn).or_default() += 1;
    }
    // 99.9 % points of chi-square: 24.32 with 7 degrees of freedom, 93.17 with 55.
    assert!(chi_square(&first) < 24.32, "{first:?}");
    // Three different bodies a draw: the counts vary less than independent ones, by (8 - 3) / (8 - 1).
    assert!(chi_square(&within) * 7.0 / 5.0 < 24.32, "{within:?}");
    assert_eq!(sets.len(), 56);
    let sets: Vec<u64> = sets.into_values().collect();
    assert!(chi_square(&sets) < 93.17, "{sets:?}");
    // The statistic sees a lottery in which one body of eight has a tenth more than its chance.
    let mut biased = [SEEDS / 8; 8];
    biased[0] += SEEDS / 8 / 5;
    assert!(chi_square(&biased) > 24.32);
}

#[test]
fn inspectors_without_a_conflict_are_as_likely_and_share_the_work() {
    let mut chosen = [0_u64; 5];
    for seed in 0..SEEDS {
        let terms = terms(4, 2, seed);
        let lists = lists(&[""; 4], 5, &[("B00", "P03")], &terms);
        let lots = draw(&lists, &terms).lots;
        let mut times = [0_u64; 5];
        for lot in &lots {
            assert_eq!(lot.inspectors.iter().collect::<BTreeSet<_>>().len(), 2);
            assert!(lot.body != 0 || !lot.inspectors.contains(&3), "the conflict stands");
            lot.inspectors.iter().for_each(|person| times[*person] += 1);
        }
        // Eight places, five people: nobody more than two times, as the one conflict allows.
        assert!(times.iter().all(|times| (1..=2).contains(times)), "{times:?}");
        if lots[0].body == 0 {
            lots[0].inspectors.iter().for_each(|person| chosen[*person] += 1);
        }
    }
    assert_eq!(chosen[3], 0);
    let free = [chosen[0], chosen[1], chosen[2], chosen[4]];
    // Two of four: the counts vary less by (4 - 2) / (4 - 1). 99.9 % point with 3 degrees of freedom.
    assert!(chi_square(&free) * 3.0 / 2.0 < 16.27, "{free:?}");
}

#[test]
fn a_stratum_gets_its_lots_and_is_drawn_evenly() {
    let strata = ["x", "y", "x", "y", "y", "x", "y", "y", "x", "y"];
    let mut within = [0_u64; 10];
    for seed in 0..SEEDS {
        let terms = terms(5, 1, seed);
        let drawn = draw(&lists(&strata, 3, &[], &terms), &terms);
        assert_eq!(drawn.shares.iter().map(|share| share.drawn).collect::<Vec<_>>(), [2, 3]);
        for lot in &drawn.lots {
            within[lot.body] += 1;
        }
    }
    let of = |name: &str| -> Vec<u64> {
        strata.iter().zip(within).filter(|(stratum, _)| **stratum == name).map(|(_, count)| count).collect()
    };
    assert!(chi_square(&of("x")) * 3.0 / 2.0 < 16.27, "{within:?}");
    assert!(chi_square(&of("y")) * 5.0 / 3.0 < 20.52, "{within:?}");
}

/// What a program of its own, with OpenSSL 3.0's ChaCha20 and the printed procedure, draws from the same list:
/// `kaojian draw` with this list writes the same `draw-list.txt`, from which the program read.
#[test]
fn another_program_draws_the_same() {
    let names = [
        ("B01", "employer"),
        ("B02", "social"),
        ("B03", "social"),
        ("B04", "employer"),
        ("B05", "social"),
        ("B06", "social"),
        ("B07", "social"),
        ("B08", ""),
        ("B09", "employer"),
    ];
    let bodies =
        names.map(|(id, stratum)| ListedBody { body_id: id.to_owned(), body_name: None, stratum: stratum.to_owned() });
    let people = (1..=5).map(|at| ListedInspector { person_id: format!("P{at}"), name: None }).collect();
    let pairs = ["B01 P1", "B02 P2", "B03 P2", "B04 P3", "B05 P4", "B06 P1", "B07 P5", "B99 P1"];
    let conflict = |pair: &str| {
        let (body, person) = pair.split_once(' ').expect("two words");
        Conflict { body_id: body.to_owned(), person_id: person.to_owned() }
    };
    let terms = Terms {
        bodies: 5,
        inspectors_per_body: 2,
        stratify: Some("kind".to_owned()),
        seed: "福彩3D 2026318期 5 0 7".to_owned(),
    };
    let lists = Lists::new(bodies.to_vec(), people, pairs.iter().copied().map(conflict).collect(), &terms).unwrap();
    assert_eq!(lists.sha256(&terms), "7bd248e7b7006ceae5d2989f7415fa6c0a1cf79a55f26295dc8bc88c0f4deb19");
    let drawn = draw(&lists, &terms);
    assert_eq!(drawn.key, "b167d310b0b0bc21de6414b3c4afe232b97bc0e52be549a3957580663351762a");
    let said: Vec<String> = (drawn.lots.iter())
        .map(|lot| {
            let people = lot.inspectors.iter().map(|person| lists.inspectors()[*person].person_id.as_str());
            std::iter::once(lists.bodies()[lot.body].body_id.as_str()).chain(people).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(said, ["B01 P5 P2", "B09 P3 P1", "B06 P4 P5", "B02 P3 P4", "B07 P1 P2"]);
}
