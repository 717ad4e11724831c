//! What an inspection of a body has to look at (Art. 16).

/// One content of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionItem {
    /// Rule pack that has it.
    pub rule_pack: String,
    /// The article that asks, such as `16(4)`.
    pub article: String,
    /// Articles whose findings say something about it.
    pub related: Vec<String>,
}
