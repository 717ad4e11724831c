//! Sheets of one form with what the key makes of them.

use crate::detect::scoring::cases::shown;
use crate::detect::scoring::key::FormKey;
use crate::model::answer::{AnswerSheet, ItemLayout};
use crate::model::ids::FormId;
use crate::model::points::Points;
use crate::model::score::Score;

/// All sheets of one form and layout in a batch, with their key.
pub(super) struct SheetGroup<'a> {
    pub(super) form_id: &'a FormId,
    pub(super) key: FormKey<'a>,
    /// Column of each item of the key.
    pub(super) columns: Vec<usize>,
    pub(super) sheets: Vec<MarkedSheet<'a>>,
    pub(super) layout: &'a ItemLayout,
}

/// One sheet with what the key makes of it.
pub(super) struct MarkedSheet<'a> {
    pub(super) sheet: &'a AnswerSheet,
    /// For each item of the key: whether the response is right.
    pub(super) right: Vec<bool>,
    /// Σ of the weights of right items.
    pub(super) total: i128,
    /// The recorded theory mark, where it can be compared.
    pub(super) recorded: Option<(Points, &'a Score)>,
    /// Items whose recorded score is not the key's, and that no correction for everyone explains.
    pub(super) item_differences: Vec<(usize, Points, Points)>,
}

impl SheetGroup<'_> {
    /// Code of a sheet's response to an item of the key.
    pub(super) fn code(&self, sheet: &MarkedSheet<'_>, item: usize) -> u8 {
        self.columns.get(item).and_then(|column| sheet.sheet.responses.get(*column)).copied().unwrap_or_default()
    }

    /// Recorded score of a sheet's item.
    pub(super) fn item_score(&self, sheet: &MarkedSheet<'_>, item: usize) -> Option<Points> {
        sheet.sheet.item_scores.as_ref()?.get(*self.columns.get(item)?).copied().flatten()
    }

    /// The label behind a code of an item's responses.
    pub(super) fn label(&self, item: usize, code: u8) -> String {
        let labels = self.columns.get(item).and_then(|column| self.layout.items.get(*column)).map(|item| &item.labels);
        let label = usize::from(code).checked_sub(1).and_then(|index| labels?.get(index));
        label.map_or_else(|| "–".to_owned(), |label| shown(label).into_owned())
    }

    /// Σ of the weights of all items.
    pub(super) fn full_total(&self) -> i128 {
        self.key.items.iter().map(|item| item.weight).sum()
    }
}
