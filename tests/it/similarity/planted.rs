//! Known truth: honest data are not flagged more often than stated, planted copies are found.

use super::data::{dataset, honest, honest_at};
use kaojian::detect::parameters::SimilarityParameters;
use kaojian::detect::similarity::analysis::{FormAnalysis, analyse};
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::model::dataset::Dataset;
use kaojian::model::progress::Silent;
use kaojian::psychometrics::wesolowsky::{match_probability, probability_correct, solve_ability};
use kaojian::stats::binomial;
use kaojian::stats::poisson_binomial::upper_tail;
use rayon::prelude::*;

const LEVEL: f64 = 0.05;

fn parameters() -> SimilarityParameters {
    SimilarityParameters { significance_level: LEVEL, ..SimilarityParameters::default() }
}

/// Runs the engine on one form and hands the analysis to `look`.
fn analysed<T>(data: &Dataset, look: impl Fn(&FormAnalysis<'_>) -> T) -> T {
    let groups = form_groups(data);
    look(&analyse(&groups[0], &data.answers, &parameters(), 0, &Silent))
}

/// In how many of the seeded honest batches anything is flagged.
fn false_flags(sheets: usize, items: usize, repeats: u64) -> u64 {
    (0..repeats)
        .into_par_iter()
        .map(|repeat| {
            let data = dataset(&honest(sheets, items, 1000 * sheets as u64 + repeat), 4);
            u64::from(analysed(&data, |analysis| analysis.pairs.iter().any(|pair| pair.flagged)))
        })
        .sum()
}

#[test]
fn honest_batches_are_flagged_no_more_often_than_stated() {
    for (sheets, items, repeats) in [(20, 60, 200), (40, 60, 200), (100, 60, 100)] {
        let flagged = false_flags(sheets, items, repeats);
        eprintln!("honest, {sheets} sheets × {items} items: {flagged} of {repeats} batches with a flag at {LEVEL}");
        // So many flagged batches would be a chance of one in a thousand if the rate held.
        let chance = binomial::upper_tail(flagged, repeats, LEVEL).probability;
        assert!(chance > 1e-3, "{flagged} of {repeats}");
    }
}

#[test]
fn a_large_honest_form_is_not_flagged_under_the_nominal_model() {
    let flagged: Vec<usize> = (0..4u64)
        .map(|seed| {
            let data = dataset(&honest(600, 60, 77 + seed), 4);
            analysed(&data, |analysis| {
                assert_eq!(analysis.model.as_ref().unwrap().kind.as_str(), "nominal");
                // The observed share of p-values must not exceed the nominal one where it can be measured.
                for point in analysis.calibration.iter().filter(|point| point.p_value >= 1e-3) {
                    let allowed = 1.3 * point.p_value;
                    assert!(point.observed_rate <= allowed, "{point:?}");
                }
                analysis.pairs.iter().filter(|pair| pair.flagged).count()
            })
        })
        .collect();
    eprintln!("flagged pairs in honest forms of 600: {flagged:?}");
    assert!(flagged.iter().filter(|count| **count > 0).count() <= 1);
}

/// Copies this share of the answers of sheet 0 to sheet 1, spread evenly over the items.
fn plant(codes: &mut [Vec<u8>], share: f64) {
    let source = codes[0].clone();
    let mut copied = 0.0;
    for (response, copy) in codes[1].iter_mut().zip(source) {
        copied += share;
        if copied >= 1.0 {
            copied -= 1.0;
            *response = copy;
        }
    }
}

#[test]
fn a_planted_copy_is_found() {
    for (sheets, items, share, least) in
        [(40, 60, 0.8, 0.7), (40, 60, 0.5, 0.3), (100, 100, 0.5, 0.6), (600, 60, 0.8, 0.7)]
    {
        let repeats = if sheets > 500 { 6 } else { 40 };
        let found: u64 = (0..repeats)
            .into_par_iter()
            .map(|repeat| {
                let mut codes = honest(sheets, items, 5000 * sheets as u64 + repeat);
                plant(&mut codes, share);
                analysed(&dataset(&codes, 4), |analysis| {
                    u64::from(analysis.pairs.iter().any(|pair| pair.flagged && (pair.pair.a, pair.pair.b) == (0, 1)))
                })
            })
            .sum();
        eprintln!("{sheets} sheets × {items} items, {share} copied: found {found} of {repeats}");
        assert!(found as f64 >= least * repeats as f64, "{found} of {repeats}");
    }
}

/// Exact tail of the pair (0, 1) under Wesolowsky's model with plain proportions and shares.
fn plug_in_p_value(codes: &[Vec<u8>]) -> f64 {
    let count = |item: usize, code: u8| codes.iter().filter(|row| row[item] == code).count() as f64;
    let items = codes[0].len();
    let proportions: Vec<f64> = (0..items).map(|item| count(item, 1) / codes.len() as f64).collect();
    let ability = |row: &[u8]| solve_ability(&proportions, row.iter().filter(|code| **code == 1).count() as f64);
    let (a, b) = (ability(&codes[0]), ability(&codes[1]));
    let match_probabilities: Vec<f64> = (0..items)
        .map(|item| {
            let wrong: f64 = (2..=4).map(|code| count(item, code)).sum();
            let squares = (2..=4).map(|code| (count(item, code) / wrong.max(1.0)).powi(2)).sum();
            let right = |ability| probability_correct(proportions[item], ability);
            match_probability(right(a), right(b), squares)
        })
        .collect();
    let matches = codes[0].iter().zip(&codes[1]).filter(|(left, right)| left == right).count();
    upper_tail(&match_probabilities, matches).probability
}

#[test]
fn no_weaker_than_the_plug_in_baseline_on_the_same_data() {
    for (sheets, items) in [(40, 60), (100, 100)] {
        let pairs = (sheets * (sheets - 1) / 2) as f64;
        let found: Vec<(bool, bool)> = (0..60u64)
            .into_par_iter()
            .map(|repeat| {
                let mut codes = honest(sheets, items, 5000 * sheets as u64 + repeat);
                plant(&mut codes, 0.5);
                let ours = analysed(&dataset(&codes, 4), |analysis| {
                    analysis.pairs.iter().any(|pair| pair.flagged && (pair.pair.a, pair.pair.b) == (0, 1))
                });
                (ours, plug_in_p_value(&codes) <= LEVEL / pairs)
            })
            .collect();
        let ours = found.iter().filter(|(ours, _)| *ours).count();
        let baseline = found.iter().filter(|(_, baseline)| *baseline).count();
        eprintln!(
            "{sheets} sheets × {items} items, half copied: {ours} found, baseline {baseline}, of {}",
            found.len()
        );
        assert!(ours + 1 >= baseline);
    }
}

#[test]
fn a_ring_becomes_one_cluster_and_is_named_whole() {
    let mut codes = honest(60, 80, 9);
    for copier in 1..6 {
        let source = codes[0].clone();
        codes[copier][..70].copy_from_slice(&source[..70]);
    }
    analysed(&dataset(&codes, 4), |analysis| {
        let ring: Vec<_> = analysis.pairs.iter().filter(|pair| pair.pair.b < 6).collect();
        assert_eq!(ring.len(), 15);
        assert!(ring.iter().all(|pair| pair.flagged && pair.cluster == 1));
        assert!(analysis.pairs.iter().all(|pair| pair.pair.b < 6), "nobody outside the ring");
        // The model was estimated again with one of the six.
        assert_eq!(analysis.model.as_ref().unwrap().fitted_sheets, 55);
    });
}

#[test]
fn perfect_scorers_never_flag() {
    for sheets in [30, 700] {
        // Hard for most, yet some are right throughout: the worst case for a model that shrinks ability.
        let mut codes = honest(sheets, 60, 4);
        for row in codes.iter_mut().take(6) {
            row.fill(1);
        }
        // Nearly perfect, with different slips.
        for (place, row) in codes.iter_mut().enumerate().skip(6).take(6) {
            row.fill(1);
            row[place] = 3;
        }
        analysed(&dataset(&codes, 4), |analysis| {
            assert!(analysis.pairs.is_empty(), "{sheets}: {:?}", analysis.pairs.first());
        });
    }
}

#[test]
fn two_perfect_scorers_on_a_hard_test_are_significant_by_count_and_still_not_flagged() {
    let mut codes = honest_at(-2.0, 700, 150, 4);
    for row in codes.iter_mut().take(2) {
        row.fill(1);
    }
    analysed(&dataset(&codes, 4), |analysis| {
        // The count of identical responses alone would have flagged them: the demand for wrong ones decides.
        assert_eq!(analysis.pairs_without_incorrect_evidence, 1);
        assert!(analysis.pairs.is_empty(), "{:?}", analysis.pairs.first());
    });
}
