//! A person's theta under given right-or-wrong items: by maximum likelihood and by the mode of the posterior.

use crate::psychometrics::dichotomous_item::DichotomousItem;

/// Beyond this theta the likelihood is taken to have no maximum.
const FARTHEST: f64 = 30.0;
/// Steps of Fisher scoring.
const STEPS: usize = 200;
/// Longest step.
const LONGEST_STEP: f64 = 1.0;

/// The theta that makes the responses most probable.
///
/// **Input**: items, and for each right, wrong or `None` missing.
///
/// **Formula**: root of Σ (x − P) P′ / (P Q) by Fisher scoring; standard error 1/√Σ P′²/(P Q).
///
/// **Returns**: theta and its standard error; (±∞, NaN) when all responses are right or all wrong, (NaN, NaN) without any.
///
/// **Reference**: Lord, F. M. (1980). Applications of item response theory to practical testing problems, equation 4-20.
///
/// **Example**
/// ```
/// use kaojian::psychometrics::ability::maximum_likelihood;
/// use kaojian::psychometrics::dichotomous_item::DichotomousItem;
/// let items = [-1.0, 1.0].map(|difficulty| DichotomousItem::from_difficulty(1.0, difficulty, 0.0));
/// // The easy one right, the hard one wrong: in the middle.
/// assert!(maximum_likelihood(&items, &[Some(true), Some(false)]).0.abs() < 1e-12);
/// assert_eq!(maximum_likelihood(&items, &[Some(true), Some(true)]).0, f64::INFINITY);
/// ```
pub fn maximum_likelihood(items: &[DichotomousItem], responses: &[Option<bool>]) -> (f64, f64) {
    let given = || responses.iter().flatten();
    if given().next().is_none() {
        return (f64::NAN, f64::NAN);
    }
    if given().all(|right| *right) {
        return (f64::INFINITY, f64::NAN);
    }
    if given().all(|right| !right) {
        return (f64::NEG_INFINITY, f64::NAN);
    }
    let (theta, information) = climb(items, responses, 0.0);
    if theta.abs() >= FARTHEST { (theta.signum() * f64::INFINITY, f64::NAN) } else { (theta, 1.0 / information.sqrt()) }
}

/// The mode of the posterior with theta ~ N(0, σ²).
///
/// **Input**: as [`maximum_likelihood`]; the prior's standard deviation σ > 0.
///
/// **Returns**: theta, and 1/√(information + 1/σ²); zero and σ without responses.
///
/// **Reference**: Samejima (1969), Bayes modal estimate.
pub fn posterior_mode(items: &[DichotomousItem], responses: &[Option<bool>], deviation: f64) -> (f64, f64) {
    let (theta, information) = climb(items, responses, 1.0 / (deviation * deviation));
    (theta, 1.0 / information.sqrt())
}

/// Fisher scoring; theta and the information there, prior included.
fn climb(items: &[DichotomousItem], responses: &[Option<bool>], precision: f64) -> (f64, f64) {
    let at = |theta: f64| {
        let mut sums = (-precision * theta, precision);
        for (item, response) in items.iter().zip(responses) {
            if let Some(right) = response {
                let (score, information) = item.score_and_information(theta, *right);
                sums.0 += score;
                sums.1 += information;
            }
        }
        sums
    };
    let mut theta = 0.0f64;
    let mut longest = LONGEST_STEP;
    let mut before = 0.0f64;
    for _ in 0..STEPS {
        let (score, information) = at(theta);
        if information <= 0.0 {
            break;
        }
        let step = (score / information).clamp(-longest, longest);
        // Turning back means that the step was too long.
        if step * before < 0.0 {
            longest = (longest * 0.5).max(step.abs().min(before.abs()));
        }
        theta += step;
        before = step;
        if step.abs() < 1e-12 || theta.abs() > FARTHEST {
            break;
        }
    }
    (theta.clamp(-FARTHEST, FARTHEST), at(theta).1)
}

#[cfg(test)]
mod tests {
    use super::{maximum_likelihood, posterior_mode};
    use crate::psychometrics::dichotomous_item::DichotomousItem;

    #[test]
    fn nothing_answered() {
        let items = [DichotomousItem::from_difficulty(1.0, 0.0, 0.0)];
        assert!(maximum_likelihood(&items, &[None]).0.is_nan());
        assert_eq!(posterior_mode(&items, &[None], 2.0), (0.0, 2.0));
    }

    #[test]
    fn the_mode_lies_between_the_prior_and_the_data() {
        let items = [-1.0, 0.0, 0.4].map(|difficulty| DichotomousItem::from_difficulty(1.2, difficulty, 0.0));
        let responses = [Some(true), Some(true), Some(false)];
        let (mode, data) = (posterior_mode(&items, &responses, 1.0).0, maximum_likelihood(&items, &responses).0);
        assert!(0.0 < mode && mode < data);
    }
}
