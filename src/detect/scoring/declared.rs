//! What an institution declares of its marking: how alike two answers are for their marks to be compared, and
//! by which rule the final mark comes of several.

use crate::model::component::Component;
use crate::model::points::Points;

/// Settings of "same answer, different mark".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameAnswerParameters {
    /// Likeness, in per cent of the longer answer, from which two answers count as near-duplicates. High by default:
    /// an answer that says one thing more deserves more marks, so a phrase must make it another answer.
    pub similarity_percent: u32,
    /// Fewest characters of an answer that may be a near-duplicate; shorter ones are the same or not.
    pub minimum_length: u32,
    /// Difference between the marks of one answer that is worth a case, as share of the criterion's maximum
    /// (numerator, denominator).
    pub difference_share: (i64, i64),
}

impl Default for SameAnswerParameters {
    fn default() -> Self {
        Self { similarity_percent: 97, minimum_length: 10, difference_share: (20, 100) }
    }
}

/// What decides where the raters differ by the tolerance or more and there is a third mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThirdRule {
    /// The third mark itself.
    Third,
    /// The mean of the two closest marks (of two equally close pairs either).
    ClosestPair,
    /// The mean of all three.
    MeanOfAll,
}

impl ThirdRule {
    /// All, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::ClosestPair, Self::Third, Self::MeanOfAll];

    /// As in the settings file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Third => "third",
            Self::ClosestPair => "closest_pair",
            Self::MeanOfAll => "mean_of_all",
        }
    }

    /// From the settings file.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == text)
    }
}

/// How a final mark is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoundingRule {
    /// Not at all.
    None,
    /// Halves up, as office software does.
    HalfUp,
    /// Halves to even (GB/T 8170).
    HalfEven,
}

impl RoundingRule {
    /// All.
    pub const ALL: [Self; 3] = [Self::None, Self::HalfUp, Self::HalfEven];

    /// As in the settings file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::HalfUp => "half_up",
            Self::HalfEven => "half_even",
        }
    }

    /// From the settings file.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == text)
    }
}

/// The declared rule of one component. Below the tolerance the mean of the regular marks counts in every rule,
/// and an expert's mark decides wherever there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjudicationRule {
    /// Which component; `None` = every one without a rule of its own.
    pub component: Option<Component>,
    /// What a third mark does.
    pub third: ThirdRule,
    /// Whether an expert has to decide where the third mark is as far from both others.
    pub expert_needed: bool,
    /// Rounding of the final mark.
    pub rounding: RoundingRule,
    /// Decimals that rounding leaves, 0–6.
    pub decimals: u8,
}

impl AdjudicationRule {
    /// A rule with these decisions and no rounding.
    pub fn new(component: Option<Component>, third: ThirdRule, expert_needed: bool) -> Self {
        Self { component, third, expert_needed, rounding: RoundingRule::None, decimals: 0 }
    }
}

/// The rule that holds for a component.
pub fn rule_of<'a>(rules: &'a [AdjudicationRule], component: &Component) -> Option<&'a AdjudicationRule> {
    let named = rules.iter().find(|rule| rule.component.as_ref() == Some(component));
    named.or_else(|| rules.iter().find(|rule| rule.component.is_none()))
}

/// Whether a difference reaches a share of a maximum, in whole numbers.
pub(super) fn reaches_share(difference: Points, maximum: Points, (numerator, denominator): (i64, i64)) -> bool {
    i128::from(difference.millionths()) * i128::from(denominator)
        >= i128::from(numerator) * i128::from(maximum.millionths())
}
