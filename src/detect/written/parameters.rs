//! Settings of the comparison of written answers.

/// Settings of the detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenParameters {
    /// Fewest characters of a passage, in normal form.
    pub passage: u32,
    /// Fewest characters of a run that counts as taken from the stem or the reference answer.
    pub given_passage: u32,
    /// Share of the shorter text that must lie in passages of the other, per cent.
    pub share_percent: u32,
    /// Fewest characters that must lie in passages.
    pub minimum_length: u32,
    /// Share of the persons from which a passage counts as what many wrote, per cent.
    pub common_percent: u32,
    /// Fewest persons for that, however few there are.
    pub common_least: u32,
    /// Characters of one text that are compared; the rest is cut off and said.
    pub maximum_length: usize,
    /// Most pairs of a question kept with both texts.
    pub maximum_pairs_reported: usize,
}

impl Default for WrittenParameters {
    fn default() -> Self {
        Self {
            passage: 20,
            given_passage: 10,
            share_percent: 50,
            minimum_length: 40,
            common_percent: 10,
            common_least: 5,
            maximum_length: 100_000,
            maximum_pairs_reported: 200,
        }
    }
}
