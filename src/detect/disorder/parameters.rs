//! Settings of the disorder detector.

/// Criteria of its signs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DisorderParameters {
    /// False discovery rate over all tests of a kind in the data set.
    pub significance_level: f64,
    /// Least shift of an item, in hundredths of the delta scale (−2.35 times the logarithm of the odds ratio).
    pub minimum_delta_hundredths: u32,
    /// Fewest items that two uses must have in common for scores on them to make people comparable.
    pub minimum_common_items: u32,
}

impl Default for DisorderParameters {
    /// 1.5 on the delta scale is the border of a large difference (class C): Zieky, M. (1993), Practical questions in
    /// the use of DIF statistics in test development, in Holland & Wainer (eds.), Differential Item Functioning.
    fn default() -> Self {
        Self { significance_level: 0.01, minimum_delta_hundredths: 150, minimum_common_items: 10 }
    }
}
