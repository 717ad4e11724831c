//! Which statistics a flag rests on: one, both, or either.

use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::pair_tails::identical_incorrect;
use crate::detect::similarity::response_model::ResponseModel;
use crate::detect::similarity::screening::{RetainedPair, ScreenStatistic};
use crate::detect::similarity::significance::Screened;
use std::collections::BTreeMap;

/// A flag needs identical *wrong* responses that are themselves this improbable (one pair, not adjusted): two
/// able persons agree on right answers without any other cause, and no model makes that evidence.
pub const INCORRECT_EVIDENCE_LEVEL: f64 = 0.05;

/// How statistics are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FlagRule {
    /// One statistic.
    #[default]
    Single,
    /// All must be past the level: for cases that are to be acted on.
    Act,
    /// One past the level is enough: for watching. The chances of a false flag add up.
    Monitor,
}

/// Every rule.
pub const FLAG_RULES: [FlagRule; 3] = [FlagRule::Single, FlagRule::Act, FlagRule::Monitor];

impl FlagRule {
    /// Stable name, as typed and in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Act => "act",
            Self::Monitor => "monitor",
        }
    }

    /// The statistics that the rule looks at; `one` is that of a single rule.
    pub fn statistics(self, one: ScreenStatistic) -> Vec<ScreenStatistic> {
        match self {
            Self::Single => vec![one],
            Self::Act | Self::Monitor => vec![ScreenStatistic::Identical, ScreenStatistic::IdenticalIncorrect],
        }
    }

    /// The most that the chance of a false flag can be, for a level that each statistic holds.
    ///
    /// **Example**
    /// ```
    /// use kaojian::detect::similarity::flag_rule::FlagRule;
    /// assert_eq!(FlagRule::Act.false_flag_bound(0.01), 0.01);
    /// assert_eq!(FlagRule::Monitor.false_flag_bound(0.01), 0.02);
    /// ```
    pub fn false_flag_bound(self, level: f64) -> f64 {
        match self {
            Self::Single | Self::Act => level,
            Self::Monitor => (2.0 * level).min(1.0),
        }
    }
}

/// A pair past the criterion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlaggedPair {
    /// What was counted, and the tails; `a < b`.
    pub pair: RetainedPair,
    /// p-value after the control: the largest of those that the rule needs, the smallest of those that would do.
    pub adjusted_p_value: f64,
}

/// Whether the identical wrong responses of a pair are beyond chance by themselves.
pub(super) fn has_incorrect_evidence(matrix: &SheetMatrix<'_>, model: &ResponseModel, pair: &RetainedPair) -> bool {
    let wrong = identical_incorrect(matrix, model, pair.a, pair.b, pair.counts.matches_incorrect);
    wrong.probability <= INCORRECT_EVIDENCE_LEVEL
}

/// The flagged pairs, most extreme GBT first.
///
/// Identical responses count only where the identical wrong ones among them are beyond chance too.
pub(super) fn flagged(
    matrix: &SheetMatrix<'_>,
    model: &ResponseModel,
    screened: &[Screened],
    rule: FlagRule,
    level: f64,
) -> Vec<FlaggedPair> {
    let mut found: BTreeMap<(usize, usize), (FlaggedPair, usize)> = BTreeMap::new();
    for statistic in screened {
        for (pair, adjusted) in statistic.significant(level) {
            if !has_incorrect_evidence(matrix, model, pair) {
                continue;
            }
            let entry = found.entry((pair.a, pair.b));
            let (flag, times) = entry.or_insert((FlaggedPair { pair: *pair, adjusted_p_value: *adjusted }, 0));
            *times += 1;
            flag.adjusted_p_value = match rule {
                FlagRule::Act => flag.adjusted_p_value.max(*adjusted),
                FlagRule::Single | FlagRule::Monitor => flag.adjusted_p_value.min(*adjusted),
            };
        }
    }
    let needed = if rule == FlagRule::Act { screened.len() } else { 1 };
    let mut flags: Vec<FlaggedPair> =
        found.into_values().filter(|(_, times)| *times >= needed).map(|(flag, _)| flag).collect();
    flags.sort_by(|x, y| {
        let place = |flag: &FlaggedPair| (flag.pair.a, flag.pair.b);
        x.pair.gbt.log10.total_cmp(&y.pair.gbt.log10).then(place(x).cmp(&place(y)))
    });
    flags
}
