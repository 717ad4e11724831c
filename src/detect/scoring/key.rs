//! Answer keys: which responses an item accepts and what it is worth.

use crate::model::answer::{AnswerSheet, ItemLayout};
use crate::model::form::FormItem;
use crate::model::ids::{BatchId, FormId};
use crate::model::points::Points;
use std::collections::BTreeMap;

/// What a key accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Accepted {
    /// Everyone gets the item (`*`, 送分).
    Everything,
    /// One of these, each normalised.
    Labels(Vec<String>),
}

/// Reads a key. Labels that stand together (`AC`, `A,C`) are all needed; `/`, `|`, `;` and 或 separate
/// labels of which any one is right.
fn accepted(key: &str) -> Option<Accepted> {
    let key = key.trim();
    if matches!(key, "*" | "送分" | "全对") {
        return Some(Accepted::Everything);
    }
    let labels: Vec<String> =
        key.split(['/', '|', ';', '；', '或']).map(normalise).filter(|label| !label.is_empty()).collect();
    (!labels.is_empty()).then_some(Accepted::Labels(labels))
}

/// Upper case without separators; the letters of a multiple answer in order.
pub(super) fn normalise(label: &str) -> String {
    let mut letters: Vec<char> = label
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, ',' | '，' | '、'))
        .flat_map(char::to_uppercase)
        .collect();
    if letters.iter().all(char::is_ascii_uppercase) {
        letters.sort_unstable();
        letters.dedup();
    }
    letters.into_iter().collect()
}

/// One keyed item.
#[derive(Debug)]
pub(super) struct KeyItem<'a> {
    /// The row of the form.
    pub(super) item: &'a FormItem,
    accepted: Option<Accepted>,
    /// What it is worth, as numerator over [`FormKey::denominator`] in millionths.
    pub(super) weight: i128,
}

impl KeyItem<'_> {
    /// Whether the item has a key.
    pub(super) fn is_keyed(&self) -> bool {
        self.accepted.is_some()
    }

    /// Whether the response is right.
    pub(super) fn accepts(&self, label: Option<&str>) -> bool {
        match (&self.accepted, label) {
            (Some(Accepted::Everything), _) => true,
            (Some(Accepted::Labels(labels)), Some(label)) => labels.contains(&normalise(label)),
            _ => false,
        }
    }

    /// How the item is called in sentences.
    pub(super) fn name(&self) -> String {
        match (self.item.item_no, &self.item.item_id) {
            (Some(number), _) => number.to_string(),
            (None, Some(item_id)) => item_id.to_string(),
            (None, None) => "?".to_owned(),
        }
    }
}

/// The key of one form.
#[derive(Debug)]
pub(super) struct FormKey<'a> {
    /// Items in the order of the form.
    pub(super) items: Vec<KeyItem<'a>>,
    /// Common denominator of the weights.
    pub(super) denominator: i128,
    /// Whether the form states no maxima and equal shares of 100 were taken.
    pub(super) equal_shares: bool,
}

/// Why a form cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NoKey {
    /// No rows, or an item without a key.
    Key,
    /// Some items have a maximum and others not.
    Maximum,
}

impl<'a> FormKey<'a> {
    fn new(rows: &[&'a FormItem]) -> Result<Self, NoKey> {
        if rows.is_empty() || rows.iter().all(|row| row.key.as_deref().and_then(accepted).is_none()) {
            return Err(NoKey::Key);
        }
        let known = rows.iter().filter(|row| row.max_score.is_some()).count();
        if known != 0 && known != rows.len() {
            return Err(NoKey::Maximum);
        }
        let equal_shares = known == 0;
        let weight = |row: &FormItem| match row.max_score {
            Some(maximum) => i128::from(maximum.millionths()),
            None => i128::from(Points::whole(100).millionths()),
        };
        let items = rows
            .iter()
            .map(|row| KeyItem { item: row, accepted: row.key.as_deref().and_then(accepted), weight: weight(row) })
            .collect();
        let denominator = if equal_shares { rows.len() as i128 } else { 1 };
        Ok(Self { items, denominator, equal_shares })
    }

    /// Whether every item has a key.
    pub(super) fn is_complete(&self) -> bool {
        self.items.iter().all(KeyItem::is_keyed)
    }

    /// Column of the layout for each item: by item identifier where the names meet, else by number.
    pub(super) fn columns(&self, layout: &ItemLayout) -> Vec<Option<usize>> {
        let by_id: BTreeMap<&str, usize> =
            layout.items.iter().enumerate().map(|(column, item)| (item.item_id.as_str(), column)).collect();
        let column_by_id =
            |item: &KeyItem<'_>| item.item.item_id.as_ref().and_then(|item_id| by_id.get(item_id.as_str()).copied());
        if self.items.iter().any(|item| column_by_id(item).is_some()) {
            return self.items.iter().map(column_by_id).collect();
        }
        let by_number: BTreeMap<u32, usize> =
            layout.items.iter().enumerate().map(|(column, item)| (item.item_no, column)).collect();
        self.items
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let number = item.item.item_no.or_else(|| u32::try_from(place + 1).ok())?;
                by_number.get(&number).copied()
            })
            .collect()
    }
}

/// Keys of all forms, found by batch and form.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    by_form: BTreeMap<&'a FormId, Vec<&'a FormItem>>,
    by_batch: BTreeMap<&'a BatchId, Vec<&'a FormId>>,
}

impl<'a> Keys<'a> {
    /// From all rows of `forms`.
    pub(super) fn new(rows: &'a [FormItem]) -> Self {
        let mut keys = Self::default();
        for row in rows {
            keys.by_form.entry(&row.form_id).or_default().push(row);
            if let Some(batch_id) = &row.batch_id {
                let forms = keys.by_batch.entry(batch_id).or_default();
                if forms.last() != Some(&&row.form_id) && !forms.contains(&&row.form_id) {
                    forms.push(&row.form_id);
                }
            }
        }
        keys
    }

    /// The form that a sheet was written on: as the sheet says, else the only form of the batch, else
    /// the only form of all.
    pub(super) fn form_of(&self, sheet: &'a AnswerSheet) -> Option<&'a FormId> {
        if let Some(form_id) = &sheet.form_id {
            return Some(form_id);
        }
        match self.by_batch.get(&sheet.batch_id).map(Vec::as_slice) {
            Some([form_id]) => Some(form_id),
            Some(_) => None,
            None if self.by_form.len() == 1 => self.by_form.keys().next().copied(),
            None => None,
        }
    }

    /// The key of a form in a batch: rows that name the batch, else rows that name none, else the rows of
    /// another batch when every batch that lists the form lists the same (a shared form is often listed once).
    pub(super) fn find(&self, batch_id: &BatchId, form_id: &FormId) -> Result<FormKey<'a>, NoKey> {
        let rows = self.by_form.get(form_id).map(Vec::as_slice).unwrap_or_default();
        let of = |wanted: Option<&BatchId>| -> Vec<&'a FormItem> {
            rows.iter().filter(|row| row.batch_id.as_ref() == wanted).copied().collect()
        };
        let mut found = of(Some(batch_id));
        if found.is_empty() {
            found = of(None);
        }
        if found.is_empty() {
            found = agreed(rows);
        }
        found.sort_by_key(|row| (row.item_no.unwrap_or(u32::MAX), row.source));
        FormKey::new(&found)
    }
}

/// The rows of one batch when all batches that list the form agree on items, keys and marks.
fn agreed<'a>(rows: &[&'a FormItem]) -> Vec<&'a FormItem> {
    let mut by_batch: BTreeMap<Option<&BatchId>, Vec<&'a FormItem>> = BTreeMap::new();
    for row in rows {
        by_batch.entry(row.batch_id.as_ref()).or_default().push(*row);
    }
    let mut listings = by_batch.into_values().map(|mut listing| {
        listing.sort_by_key(|row| (row.item_no.unwrap_or(u32::MAX), row.source));
        listing
    });
    let Some(first) = listings.next() else { return Vec::new() };
    let content = |listing: &[&'a FormItem]| -> Vec<_> {
        listing.iter().map(|row| (row.item_no, &row.item_id, &row.key, row.max_score)).collect()
    };
    let is_same = listings.all(|listing| content(&listing) == content(&first));
    if is_same { first } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(key: &str, label: &str) -> bool {
        match accepted(key) {
            Some(Accepted::Everything) => true,
            Some(Accepted::Labels(labels)) => labels.contains(&normalise(label)),
            None => false,
        }
    }

    #[test]
    fn keys_of_every_kind() {
        assert!(right("AC", "CA") && right("A,C", "AC") && right("ac", "AC"));
        assert!(!right("AC", "A") && !right("A", "AC"));
        assert!(right("A/C", "A") && right("A或C", "C") && !right("A|C", "AC"));
        assert!(right("*", "D") && right("送分", ""));
        assert!(right("√", "√") && !right("√", "×"));
        assert!(!right("", "A") && !right("A", ""));
    }
}
