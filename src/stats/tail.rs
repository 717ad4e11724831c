//! A tail probability that stays exact where a double underflows.

/// A probability with its decimal logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// The probability, 0–1; 0 when it is below about 1e-308.
    pub probability: f64,
    /// Its decimal logarithm, ≤ 0; finite also where `probability` underflows, −∞ when impossible.
    pub log10: f64,
}

impl Tail {
    /// A certain event.
    pub const CERTAIN: Self = Self { probability: 1.0, log10: 0.0 };
    /// An impossible event.
    pub const IMPOSSIBLE: Self = Self { probability: 0.0, log10: f64::NEG_INFINITY };

    /// From a probability that did not underflow; what rounding put above 1 is taken as 1.
    pub fn from_probability(probability: f64) -> Self {
        let probability = probability.clamp(0.0, 1.0);
        Self { probability, log10: probability.log10() }
    }

    /// From 1 − `complement`, precise in the logarithm also when the complement is tiny.
    pub fn from_complement(complement: f64) -> Self {
        let complement = complement.clamp(0.0, 1.0);
        Self { probability: 1.0 - complement, log10: (-complement).ln_1p() / std::f64::consts::LN_10 }
    }

    /// From a natural logarithm.
    pub fn from_ln(ln: f64) -> Self {
        let ln = ln.min(0.0);
        Self { probability: ln.exp(), log10: ln / std::f64::consts::LN_10 }
    }
}
