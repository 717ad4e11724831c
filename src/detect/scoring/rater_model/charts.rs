//! Control charts of one rater's marks of one component, in the order of marking.
//!
//! What is charted is the rater's mark of a work minus what the joint model of works and raters expects with the
//! partners' own severity and movement taken into account. A chart is centred on the rater's own mean, so that a
//! steady severity is no signal, and its unit is the rater's own spread from one work to the next, which a slow
//! movement does not widen.

use crate::stats::control_charts::{cusum, cusum_signal_probability};

/// Weight λ of the EWMA.
pub const EWMA_WEIGHT: f64 = 0.2;
/// Width L of the EWMA limits: one false signal in 500 works.
pub const EWMA_WIDTH: f64 = 2.962;
/// Reference value k of the CUSUM: looks for a shift of one standard deviation.
pub const CUSUM_REFERENCE: f64 = 0.5;
/// Decision interval h of the CUSUM: one false signal in 465 works.
pub const CUSUM_LIMIT: f64 = 5.0;

/// Values further out count as this many standard deviations: one odd work is no drift.
const CLIP: f64 = 2.5;
/// Mean of a normal moving range of two, in standard deviations (Montgomery 2013, appendix VI).
const MEAN_RANGE: f64 = 1.128;
/// Median of the same.
const MEDIAN_RANGE: f64 = 0.954;
/// The spread is estimated: it is taken larger by this over the number of works, which keeps the stated rate.
const SMALL_SAMPLE: f64 = 2.0;

/// Values of one chart, and what its CUSUM comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardised {
    /// In order, mean 0, in standard deviations.
    pub values: Vec<f64>,
    /// Largest height of the CUSUM, either side.
    pub height: f64,
    /// Value at which it is reached.
    pub at: usize,
    /// Mean shift since the CUSUM left nought, in the unit of the input; + is upward.
    pub shift: f64,
    /// Probability of such a height in this many works when nothing moves.
    pub p_value: f64,
}

/// Standardises values in order of time and runs the CUSUM; `None` when they do not vary.
pub fn standardise(values: &[f64]) -> Option<Standardised> {
    let spread = |values: &[f64], middle: &dyn Fn(Vec<f64>) -> f64| {
        middle(values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect())
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let rough = spread(values, &median) / MEDIAN_RANGE;
    let centre = median(values.to_vec());
    let within = |value: &f64| (value - centre).clamp(-CLIP * rough, CLIP * rough);
    // More than half of the steps are nought: the median says nothing of the spread.
    let clipped: Vec<f64> = if rough > 0.0 { values.iter().map(within).collect() } else { values.to_vec() };
    let own = spread(&clipped, &|ranges| mean(&ranges)) / MEAN_RANGE;
    let sigma = own * (1.0 + SMALL_SAMPLE / values.len().max(1) as f64);
    if sigma.is_nan() || sigma <= 0.0 {
        return None;
    }
    let level = mean(&clipped);
    let values: Vec<f64> = clipped.iter().map(|value| (value - level) / sigma).collect();
    let chart = cusum(&values, 1.0, CUSUM_REFERENCE, CUSUM_LIMIT)?;
    let height = |place: usize| chart.get(place).map_or(0.0, |point| point.up.max(-point.down));
    let at = (0..chart.len()).fold(0, |best, place| if height(place) > height(best) { place } else { best });
    let upward = chart.get(at).is_some_and(|point| point.up >= -point.down);
    let side = |place: usize| if upward { chart[place].up } else { chart[place].down };
    let run = (0..=at).rev().take_while(|place| side(*place) != 0.0).count().max(1) as f64;
    let shift = (height(at) / run + CUSUM_REFERENCE) * sigma * if upward { 1.0 } else { -1.0 };
    let p_value = cusum_signal_probability(values.len(), height(at), CUSUM_REFERENCE);
    Some(Standardised { height: height(at), at, shift, p_value, values })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => 0.5 * (values[n / 2 - 1] + values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::scoring::test_noise::normal;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// Centring on the own mean, clipping and the estimated spread keep the stated probability: of honest charts of
    /// any length no more than 1 % are below 0.01 (measured over 40,000: 0.2 % of 20 works, 0.6 % of 500).
    #[test]
    fn probabilities_of_heights_are_not_too_small() {
        /// The 99.9 % point of Bin(2000, 0.01).
        const MOST: usize = 35;
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for works in [20, 80, 500] {
            let mut small = 0;
            for _ in 0..2_000 {
                let values: Vec<f64> = (0..works).map(|_| normal(&mut random)).collect();
                small += usize::from(standardise(&values).unwrap().p_value < 0.01);
            }
            assert!(small <= MOST, "{small} of 2000 charts of {works} works");
        }
    }

    #[test]
    fn one_odd_work_is_no_signal_and_a_stretch_is() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        let mut values: Vec<f64> = (0..60).map(|_| normal(&mut random)).collect();
        values[30] = 40.0;
        assert!(standardise(&values).unwrap().p_value > 0.01);
        values[20..40].iter_mut().for_each(|value| *value += 3.0);
        let found = standardise(&values).unwrap();
        assert!(found.p_value < 1e-4 && found.shift > 1.0 && (25..45).contains(&found.at), "{found:?}");
        assert_eq!(standardise(&[1.0; 30]), None);
    }
}
