//! Item parameters that the user gives, by item and option as the files name them.

use compact_str::CompactString;

/// Parameters of a response model known beforehand.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemParameters {
    /// Nominal response model: one entry an option.
    Nominal(Vec<OptionParameters>),
    /// Right or wrong: one entry an item.
    Logistic(Vec<LogisticParameters>),
}

/// Slope and intercept of one option of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionParameters {
    /// The item.
    pub item: CompactString,
    /// The option's label, upper case.
    pub option: CompactString,
    /// Slope.
    pub slope: f64,
    /// Intercept.
    pub intercept: f64,
}

/// Discrimination, difficulty and guessing of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct LogisticParameters {
    /// The item.
    pub item: CompactString,
    /// Discrimination a.
    pub discrimination: f64,
    /// Difficulty b.
    pub difficulty: f64,
    /// Lower asymptote c; 0 where the file has none.
    pub guessing: f64,
}
