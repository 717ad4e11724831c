//! Halo, centrality and restricted range of every rater, tested beside the raters of the same panel.

use crate::detect::parameters::{RaterEffectParameters, ScoringParameters};
use crate::detect::scoring::rater_model::design::NoFit;
use crate::detect::scoring::rater_model::fitted::{GroupFit, RATER};
use crate::psychometrics::facets::effects::{RaterEffect, centrality, halo, range_restriction};
use crate::stats::multiplicity::holm;
use rayon::prelude::*;

/// Raters that a panel needs, so that there is a usual ratio to compare with.
const SMALLEST_PANEL: usize = 3;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectKind {
    /// The criteria of one work get nearly one mark.
    Halo,
    /// Marks crowd into the middle.
    Centrality,
    /// Marks of different works lie close together.
    RangeRestriction,
}

impl EffectKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Halo, Self::Centrality, Self::RangeRestriction];

    /// Name of the measure and of the sign.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Halo => "halo",
            Self::Centrality => "centrality",
            Self::RangeRestriction => "range_restriction",
        }
    }

    /// Ratio to the panel's from which an effect is worth a sign: a smaller one may be significant and raises none.
    pub fn noticeable_ratio(self, settings: &RaterEffectParameters) -> f64 {
        let percent = match self {
            Self::Halo => settings.halo_percent,
            Self::Centrality => settings.centrality_percent,
            Self::RangeRestriction => settings.range_percent,
        };
        f64::from(percent) / 100.0
    }

    /// Whether a ratio is at least that far from 1.
    fn is_noticeable(self, ratio: f64, settings: &RaterEffectParameters) -> bool {
        match self {
            Self::Halo | Self::RangeRestriction => ratio <= self.noticeable_ratio(settings),
            Self::Centrality => ratio >= self.noticeable_ratio(settings),
        }
    }

    fn measure(self, group: &GroupFit) -> Vec<Option<RaterEffect>> {
        match self {
            Self::Halo => halo(&group.design.input, &group.fitted, RATER),
            Self::Centrality => centrality(&group.design.input, &group.fitted, RATER),
            Self::RangeRestriction => range_restriction(&group.design.input, &group.fitted, RATER),
        }
    }
}

/// One effect of one rater.
#[derive(Clone, Copy, Debug)]
pub struct EffectTest {
    /// Number of the group.
    pub group: usize,
    /// Number over all raters.
    pub rater: u32,
    /// Which effect.
    pub kind: EffectKind,
    /// Works it rests on.
    pub works: usize,
    /// Ratio to what the model expects, over the panel's median of it; 1 is usual.
    pub ratio: f64,
    /// One-sided p-value towards the effect, Holm-adjusted over all raters of all panels.
    pub adjusted_p_value: f64,
    /// Past the criteria.
    pub flagged: bool,
}

/// Tests every rater with enough works, by effect, group and rater.
pub fn effect_tests(fits: &[Result<GroupFit, NoFit>], parameters: &ScoringParameters) -> Vec<EffectTest> {
    let settings = &parameters.rater_effects;
    let mut tests = Vec::new();
    for kind in EffectKind::ALL {
        let of_group = |(number, fit): (usize, &Result<GroupFit, NoFit>)| -> Vec<(EffectTest, f64)> {
            let Ok(group) = fit else { return Vec::new() };
            let found = kind.measure(group);
            if found.iter().flatten().count() < SMALLEST_PANEL {
                return Vec::new();
            }
            let enough = found.iter().flatten().filter(|effect| effect.works >= settings.minimum_works as usize);
            enough
                .filter_map(|effect| {
                    let rater = *group.design.raters.get(effect.level)?;
                    let ratio = effect.ratio / effect.panel;
                    let test = EffectTest {
                        group: number,
                        rater,
                        kind,
                        works: effect.works,
                        ratio,
                        adjusted_p_value: 1.0,
                        flagged: false,
                    };
                    Some((test, effect.p_value))
                })
                .collect()
        };
        let parts: Vec<Vec<(EffectTest, f64)>> = fits.par_iter().enumerate().map(of_group).collect();
        let found: Vec<(EffectTest, f64)> = parts.into_iter().flatten().collect();
        let p_values: Vec<f64> = found.iter().map(|(_, p_value)| *p_value).collect();
        tests.extend(found.iter().zip(holm(&p_values)).map(|((test, _), adjusted)| EffectTest {
            adjusted_p_value: adjusted,
            flagged: adjusted < parameters.significance_level && kind.is_noticeable(test.ratio, settings),
            ..*test
        }));
    }
    tests
}
