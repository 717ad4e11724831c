//! Joint maximum likelihood by Newton on levels and steps, with the persons profiled out.

use crate::psychometrics::facets::design::{FacetsDesign, FacetsError, prepare};
use crate::psychometrics::facets::input::FacetsInput;
use crate::psychometrics::facets::packed::Packed;
use crate::psychometrics::facets::parameters::Layout;
use crate::psychometrics::facets::profile::Profile;
use crate::stats::cholesky::Cholesky;

/// Largest score residual that counts as converged.
pub const RESIDUAL: f64 = 1e-9;
/// Newton steps before giving up; six or seven are usual.
const MOST_ITERATIONS: usize = 100;

/// Estimates of one fit.
#[derive(Clone, Debug)]
pub struct FacetsFit {
    /// What took part.
    pub design: FacetsDesign,
    /// Where the parameters stand.
    pub layout: Layout,
    /// Severities and steps, in logits, by [`FacetsFit::layout`].
    pub structural: Vec<f64>,
    /// Their joint covariance, size × size, row-major.
    pub covariance: Vec<f64>,
    /// Ability of each person in logits; `None` for persons who did not take part.
    pub abilities: Vec<Option<f64>>,
    /// Joint standard error of each ability.
    pub ability_errors: Vec<Option<f64>>,
    /// Maximum of the log-likelihood.
    pub log_likelihood: f64,
    /// Largest absolute score residual over all parameters at the end.
    pub residual: f64,
    /// Newton steps.
    pub iterations: usize,
}

impl FacetsFit {
    /// Severity of a level in logits; `None` when it did not take part.
    pub fn severity(&self, facet: usize, level: usize) -> Option<f64> {
        self.design.subsets[facet][level].map(|_| self.structural[self.layout.facets[facet] + level])
    }

    /// Joint standard error of a severity: the square root of its diagonal of the inverse of the information with
    /// the persons profiled out. Larger than 1/√ΣV, which pretends that abilities and other levels are known.
    pub fn severity_error(&self, facet: usize, level: usize) -> Option<f64> {
        let at = self.layout.facets[facet] + level;
        self.design.subsets[facet][level].map(|_| self.covariance[at * (self.layout.size + 1)].max(0.0).sqrt())
    }

    /// Steps of a group.
    pub fn steps(&self, group: usize) -> &[f64] {
        let start = self.layout.groups[group];
        &self.structural[start..start + self.design.steps(group)]
    }

    /// Σ severities of a rating's levels.
    pub fn severities(&self, input: &FacetsInput, rating: usize) -> f64 {
        let levels = input.levels_of(rating).iter().zip(&self.layout.facets);
        levels.map(|(level, start)| self.structural[start + level]).sum()
    }
}

/// Fits the model by joint maximum likelihood.
///
/// **Input**: ratings of persons under any number of facets; `anchors` are (facet, level, severity) that stay
/// fixed. Persons and levels with only lowest or only highest scores are set apart first.
///
/// **Formula**: log P(k)/P(k − 1) = θ_n − Σ_f α_f − τ_k, each facet's (subset's) severities and each group's steps
/// summing to 0. At given α, τ every θ_n solves Σ(x − E) = 0; α, τ move by S⁻¹g with
/// S = H_ss − Σ_n h_n h_nᵀ/H_nn.
///
/// **Returns**: estimates with joint standard errors; + is severe. The joint estimate is biased outward by about
/// L/(L − 1), L ratings a person; it is not corrected here.
///
/// **Errors**: see [`FacetsError`]; confounded facets are named.
///
/// **Reference**: Linacre (1989), Many-Facet Rasch Measurement; Wright & Masters (1982), Rating Scale Analysis,
/// chapter 4 (joint estimation); profiling: Pawitan (2001), In All Likelihood, section 9.11.
///
/// **Example**: two raters of equal ratings are equally severe.
/// ```
/// use kaojian::psychometrics::facets::{estimate::fit, input::FacetsInput};
/// let input = FacetsInput { persons: 4, levels: vec![2], step_facet: None, person: vec![0, 0, 1, 1, 2, 2, 3, 3],
///     level: vec![0, 1, 0, 1, 0, 1, 0, 1], score: vec![0, 1, 1, 0, 1, 2, 2, 1] };
/// let fitted = fit(&input, &[]).unwrap();
/// assert!(fitted.severity(0, 0).unwrap().abs() < 1e-9 && fitted.residual < 1e-9);
/// ```
pub fn fit(input: &FacetsInput, anchors: &[(usize, usize, f64)]) -> Result<FacetsFit, FacetsError> {
    let design = prepare(input)?;
    let anchored: Vec<(usize, usize)> = anchors.iter().map(|(facet, level, _)| (*facet, *level)).collect();
    let layout = Layout::new(input, &design, &anchored);
    let mut structural = vec![0.0; layout.size];
    for (facet, level, severity) in anchors {
        if let Some(start) = layout.facets.get(*facet).filter(|_| input.levels[*facet] > *level) {
            structural[start + level] = *severity;
        }
    }
    let mut abilities = vec![0.0; input.persons];
    let packed = Packed::new(input, &design, &layout);
    let model = Profile { design: &design, layout: &layout, packed: &packed };
    let mut sums = model.sums(&structural, &mut abilities);
    let mut iterations = 0;
    let mut before = f64::INFINITY;
    loop {
        let gradient = layout.reduce(&sums.gradient);
        let residual = gradient.iter().fold(sums.person_residual, |highest, value| highest.max(value.abs()));
        let information = layout.reduce_matrix(&sums.information);
        let factor = Cholesky::new(&information, layout.free()).map_err(|free| layout.confounded(free))?;
        // Newton goes on past the criterion until rounding stops it: with millions of ratings that is near 1e-9.
        let stalled = residual > 0.1 * before;
        before = residual;
        if residual < RESIDUAL * 1e-2 || (residual < RESIDUAL && stalled) || iterations >= MOST_ITERATIONS {
            if residual >= RESIDUAL {
                return Err(FacetsError::NoConvergence { residual, iterations });
            }
            let covariance = layout.expand_covariance(&factor.inverse());
            let errors = model.ability_errors(&structural, &abilities, &covariance);
            let took_part = |person: usize| !design.of_person(person).is_empty();
            return Ok(FacetsFit {
                abilities: (0..input.persons).map(|p| took_part(p).then(|| abilities[p])).collect(),
                ability_errors: errors,
                structural,
                covariance,
                log_likelihood: sums.log_likelihood,
                residual,
                iterations,
                design,
                layout,
            });
        }
        let step = layout.expand(&factor.solve(&gradient));
        let mut share = 1.0;
        loop {
            let trial: Vec<f64> = structural.iter().zip(&step).map(|(value, step)| value + share * step).collect();
            let mut trial_abilities = abilities.clone();
            let trial_sums = model.sums(&trial, &mut trial_abilities);
            let slack = 1e-12 * sums.log_likelihood.abs().max(1.0);
            if trial_sums.log_likelihood >= sums.log_likelihood - slack || share < 1e-6 {
                (structural, abilities, sums) = (trial, trial_abilities, trial_sums);
                break;
            }
            share *= 0.5;
        }
        iterations += 1;
    }
}
