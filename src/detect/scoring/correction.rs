//! Differences that are the same for every sheet: the mark of a corrected key, not of one candidate.

use crate::detect::scoring::cases::shown;
use crate::detect::scoring::sheets::SheetGroup;
use crate::model::points::Points;
use std::collections::BTreeMap;

/// Fewest sheets of a form in which "the same for everyone" means anything.
const MINIMUM_SHEETS: usize = 5;

/// Fewest differing sheets of one correction.
const MINIMUM_DIFFERING: usize = 2;

/// One difference that holds for all sheets alike.
#[derive(Debug)]
pub(super) struct Correction {
    /// Index of the item in the key.
    pub(super) item: usize,
    /// Indices of the sheets whose mark differs.
    pub(super) sheets: Vec<usize>,
    /// For each response code that is marked otherwise than the key says: by how much
    /// (numerator over the key's denominator). Empty when every sheet differs by the same amount.
    by_code: BTreeMap<u8, i128>,
    layout_labels: Vec<(u8, String)>,
}

impl Correction {
    /// Whether it is about one item (else about the whole mark).
    pub(super) fn is_of_one_item(&self) -> bool {
        !self.by_code.is_empty()
    }

    /// What is different, in both languages; `None` when it is not about one item.
    pub(super) fn description(&self, group: &SheetGroup<'_>) -> Option<(String, String)> {
        let item = group.key.items.get(self.item).filter(|_| self.is_of_one_item())?;
        let parts: Vec<String> = self
            .layout_labels
            .iter()
            .filter_map(|(code, label)| {
                let change = self.by_code.get(code)?;
                let points = Points::from_millionths(i64::try_from(change / group.key.denominator).ok()?);
                let sign = if *change > 0 { "+" } else { "" };
                Some(format!("{label} {sign}{points}"))
            })
            .collect();
        let parts = parts.join(", ");
        let (name, key) = (item.name(), shown(item.item.key.as_deref().unwrap_or_default()).into_owned());
        Some((
            format!("第 {name} 题（答案 {key}），作答 → 分差：{parts}"),
            format!("item {name} (key {key}), response → difference: {parts}"),
        ))
    }

    fn new(group: &SheetGroup<'_>, item: usize, sheets: Vec<usize>, by_code: BTreeMap<u8, i128>) -> Self {
        let layout_labels = by_code.keys().map(|code| (*code, group.label(item, *code))).collect::<Vec<(u8, String)>>();
        Self { item, sheets, by_code, layout_labels }
    }
}

/// From recorded item scores: items where the score is one function of the response over all sheets,
/// but not the key's. Differences that follow no such function are noted on the single sheets.
pub(super) fn by_item_scores(group: &mut SheetGroup<'_>) -> Vec<Correction> {
    let mut corrections = Vec::new();
    if group.sheets.iter().all(|marked| marked.sheet.item_scores.is_none()) {
        return corrections;
    }
    for item in 0..group.key.items.len() {
        if !group.key.items[item].is_keyed() {
            continue;
        }
        let scores: Vec<(usize, u8, Points)> = group
            .sheets
            .iter()
            .enumerate()
            .filter_map(|(index, marked)| Some((index, group.code(marked, item), group.item_score(marked, item)?)))
            .collect();
        // Without maxima in the form the highest score given says what the item is worth.
        let full = if group.key.equal_shares {
            scores.iter().map(|(_, _, score)| *score).max().unwrap_or_default()
        } else {
            Points::from_millionths(i64::try_from(group.key.items[item].weight).unwrap_or(i64::MAX))
        };
        let by_key = |index: usize| if group.sheets[index].right[item] { full } else { Points::ZERO };
        let differing: Vec<(usize, Points, Points)> = scores
            .iter()
            .map(|(index, _, score)| (*index, *score, by_key(*index)))
            .filter(|(_, score, expected)| score != expected)
            .collect();
        if differing.is_empty() {
            continue;
        }
        let changes = scores.iter().map(|(index, code, score)| {
            let change = i128::from(score.millionths()) - i128::from(by_key(*index).millionths());
            (*code, change * group.key.denominator)
        });
        let enough = scores.len() >= MINIMUM_SHEETS && differing.len() >= MINIMUM_DIFFERING;
        match function_of_code(changes).filter(|_| enough) {
            Some(by_code) => {
                let sheets = differing.iter().map(|(index, ..)| *index).collect();
                corrections.push(Correction::new(group, item, sheets, by_code));
            }
            None => {
                for (index, score, expected) in differing {
                    group.sheets[index].item_differences.push((item, score, expected));
                }
            }
        }
    }
    corrections
}

/// From totals alone: one item whose response decides over all sheets by how much the mark differs, or
/// one and the same amount for every sheet. `differences` are (sheet, recorded − recomputed).
pub(super) fn by_totals(group: &SheetGroup<'_>, differences: &[(usize, i128)]) -> Option<Correction> {
    let compared = group.sheets.iter().filter(|marked| marked.recorded.is_some()).count();
    if compared < MINIMUM_SHEETS || differences.len() < MINIMUM_DIFFERING {
        return None;
    }
    let sheets: Vec<usize> = differences.iter().map(|(index, _)| *index).collect();
    let first = differences.first()?.1;
    if differences.len() == compared && differences.iter().all(|(_, change)| *change == first) {
        return Some(Correction { item: 0, sheets, by_code: BTreeMap::new(), layout_labels: Vec::new() });
    }
    let changes: BTreeMap<usize, i128> = differences.iter().copied().collect();
    (0..group.key.items.len()).find_map(|item| {
        let weight = group.key.items[item].weight;
        if differences.iter().any(|(_, change)| change.abs() != weight) {
            return None;
        }
        let recorded = group.sheets.iter().enumerate().filter(|(_, marked)| marked.recorded.is_some());
        let by_code = function_of_code(
            recorded
                .map(|(index, marked)| (group.code(marked, item), changes.get(&index).copied().unwrap_or_default())),
        )?;
        Some(Correction::new(group, item, sheets.clone(), by_code))
    })
}

/// The change each code gets, without the codes that get none; `None` when one code gets two different ones.
fn function_of_code(changes: impl Iterator<Item = (u8, i128)>) -> Option<BTreeMap<u8, i128>> {
    let mut by_code = BTreeMap::new();
    for (code, change) in changes {
        if *by_code.entry(code).or_insert(change) != change {
            return None;
        }
    }
    by_code.retain(|_, change| *change != 0);
    (!by_code.is_empty()).then_some(by_code)
}
