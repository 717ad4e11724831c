//! Halo, centrality and restricted range: planted raters are found, honest ones flagged at no more than the level.

use kaojian::psychometrics::facets::categories::Categories;
use kaojian::psychometrics::facets::effects::{RaterEffect, centrality, halo, range_restriction};
use kaojian::psychometrics::facets::estimate::fit;
use kaojian::psychometrics::facets::input::FacetsInput;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const RATERS: usize = 12;
const STEPS: [f64; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

/// How a rater marks.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    Honest,
    /// The mark of the first criterion stands for all in 6 of 10 works.
    Halo,
    /// In 4 of 10 marks the middle is chosen over what was seen.
    Central,
    /// Sees only 3 tenths of the differences between persons.
    Restricted,
}

fn panel(persons: usize, a_person: usize, criteria: usize, habits: &[Habit; RATERS], seed: u64) -> FacetsInput {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut input = FacetsInput { persons, levels: vec![RATERS, criteria], ..FacetsInput::default() };
    let mut categories = Categories::default();
    for person in 0..persons {
        let ability = (0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0;
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < a_person {
            let rater = random.random_range(0..RATERS);
            if !chosen.contains(&rater) {
                chosen.push(rater);
            }
        }
        for rater in chosen {
            let severity = 0.1 * (rater as f64 - 5.5);
            let carried = habits[rater] == Habit::Halo && random.random::<f64>() < 0.6;
            let mut first = 0;
            for criterion in 0..criteria {
                let seen = if habits[rater] == Habit::Restricted { 0.3 * ability } else { ability };
                let difficulty = 0.3 * (criterion as f64 - (criteria - 1) as f64 / 2.0);
                categories.compute(seen - severity - difficulty, &STEPS);
                let mut left = random.random::<f64>();
                let mut score = 0;
                while score < 5 && left > categories.probabilities[score as usize] {
                    left -= categories.probabilities[score as usize];
                    score += 1;
                }
                if habits[rater] == Habit::Central && random.random::<f64>() < 0.4 {
                    score = 2 + random.random_range(0..2);
                }
                if criterion == 0 {
                    first = score;
                }
                input.person.push(person);
                input.level.extend([rater, criterion]);
                input.score.push(if carried { first } else { score });
            }
        }
    }
    input
}

type Effect = fn(&FacetsInput, &kaojian::psychometrics::facets::estimate::FacetsFit, usize) -> Vec<Option<RaterEffect>>;

const EFFECTS: [(&str, Effect); 3] = [("halo", halo), ("centrality", centrality), ("range", range_restriction)];

#[test]
fn honest_raters_are_flagged_at_no_more_than_the_level() {
    for (persons, a_person, criteria) in [(300, 2, 3), (200, 3, 6), (600, 2, 2), (120, 2, 8)] {
        let mut ps: [Vec<RaterEffect>; 3] = Default::default();
        for seed in 0..40 {
            let input = panel(persons, a_person, criteria, &[Habit::Honest; RATERS], seed);
            let fitted = fit(&input, &[]).unwrap();
            for (found, (_, effect)) in ps.iter_mut().zip(EFFECTS) {
                found.extend(effect(&input, &fitted, 0).into_iter().flatten());
            }
        }
        for (found, (name, _)) in ps.iter().zip(EFFECTS) {
            let n = found.len() as f64;
            let share = |level: f64| found.iter().filter(|e| e.p_value < level).count() as f64 / n;
            let allowed = |level: f64| level + 2.5 * (level * (1.0 - level) / n).sqrt();
            for level in [0.05, 0.01, 0.001] {
                assert!(share(level) <= allowed(level), "{name}: {} at {level}", share(level));
            }
        }
    }
}

#[test]
fn planted_raters_are_found_and_the_others_are_not() {
    let mut habits = [Habit::Honest; RATERS];
    (habits[2], habits[6], habits[9]) = (Habit::Halo, Habit::Central, Habit::Restricted);
    let planted = [2, 6, 9];
    for (persons, a_person, criteria) in [(200, 3, 6), (400, 3, 4)] {
        let (mut found, mut wrong, mut honest) = ([0usize; 3], 0usize, 0usize);
        for seed in 100..120 {
            let input = panel(persons, a_person, criteria, &habits, seed);
            let fitted = fit(&input, &[]).unwrap();
            for (at, (_, effect)) in EFFECTS.iter().enumerate() {
                for effect in effect(&input, &fitted, 0).into_iter().flatten() {
                    let low = effect.p_value < 0.01;
                    if effect.level == planted[at] {
                        found[at] += usize::from(low);
                    } else if !planted.contains(&effect.level) {
                        honest += 1;
                        wrong += usize::from(low);
                    }
                }
            }
        }
        // Measured: halo and centrality in 20 of 20 panels, the restricted range (seen through half or a third of all
        // marks on the person being the rater's own) in fewer.
        assert!(found[0] >= 19 && found[1] >= 19 && found[2] >= 14, "{persons}: {found:?}");
        assert!(
            wrong as f64 / honest as f64 <= 0.01 + 2.5 * (0.01f64 * 0.99 / honest as f64).sqrt(),
            "{wrong} of {honest}"
        );
    }
}
