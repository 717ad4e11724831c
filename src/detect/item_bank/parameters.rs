//! Settings of the item-bank detector.

/// What is required of an item bank. The regulation has no number, so nothing is required unless it is set.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemBankParameters {
    /// Fewest new items of a form, percent.
    pub new_share_percent: Option<u32>,
    /// Most civil months since an item was made or revised.
    pub maximum_age_months: Option<u32>,
    /// Most batches of one body that an item may have stood in.
    pub maximum_exposure: Option<u32>,
    /// False discovery rate over all items whose first and later uses are compared.
    pub drift_significance_level: f64,
    /// Least gain of an item, in hundredths of the delta scale (2.35 times the logarithm of the odds ratio).
    pub drift_minimum_delta_hundredths: u32,
    /// Fewest sheets of the first use, and of later uses together.
    pub drift_minimum_candidates: u32,
    /// Fewest items that uses have in common for scores on them to make people comparable.
    pub drift_minimum_common_items: u32,
    /// Most items of a body, occupation and level listed.
    pub maximum_items_reported: usize,
}

impl Default for ItemBankParameters {
    /// Nothing is required of a bank; what is looked for in answers is a large difference (class C, 1.5 on the delta scale).
    fn default() -> Self {
        Self {
            new_share_percent: None,
            maximum_age_months: None,
            maximum_exposure: None,
            drift_significance_level: 0.01,
            drift_minimum_delta_hundredths: 150,
            drift_minimum_candidates: 30,
            drift_minimum_common_items: 10,
            maximum_items_reported: 500,
        }
    }
}

impl ItemBankParameters {
    /// Whether anything is required.
    pub fn is_set(&self) -> bool {
        self.new_share_percent.or(self.maximum_age_months).or(self.maximum_exposure).is_some()
    }
}
