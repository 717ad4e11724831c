//! Settings of the item-bank detector.

/// What is required of an item bank. The regulation has no number, so nothing is required unless it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemBankParameters {
    /// Fewest new items of a form, percent.
    pub new_share_percent: Option<u32>,
    /// Most civil months since an item was made or revised.
    pub maximum_age_months: Option<u32>,
    /// Most batches of one body that an item may have stood in.
    pub maximum_exposure: Option<u32>,
}

impl ItemBankParameters {
    /// Whether anything is required.
    pub fn is_set(&self) -> bool {
        self.new_share_percent.or(self.maximum_age_months).or(self.maximum_exposure).is_some()
    }
}
