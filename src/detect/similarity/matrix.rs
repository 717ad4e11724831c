//! The sheets of one form on one set of items with common option codes.

use crate::detect::similarity::grouping::FormGroup;
use crate::model::answer::{AnswerSheet, AnswerTable, ItemLayout};
use crate::model::form::FormItem;
use crate::model::ids::{CandidateId, ItemId};
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// Most labels of an item: codes are bytes and 0 is the blank.
const MAXIMUM_LABELS: usize = 254;

/// One item of a form.
#[derive(Clone, Debug)]
pub struct MatrixItem {
    /// Its name: from the form where known, else from the file.
    pub item_id: ItemId,
    /// Labels in byte order: code k is `labels[k - 1]`. Options of the form that nobody chose are among them.
    pub labels: Vec<CompactString>,
    /// Keyed label as the form gives it.
    pub key: Option<CompactString>,
}

/// Persons × items.
#[derive(Clone, Debug)]
pub struct SheetMatrix<'a> {
    /// Items compared.
    pub items: Vec<MatrixItem>,
    /// Sheets compared, by batch, candidate and source.
    pub sheets: Vec<&'a AnswerSheet>,
    /// Codes, row-major; 0 = missing.
    pub codes: Vec<u8>,
    /// Code of the keyed response, or, without a key, of the commonest response (0 when there is none).
    pub key: Vec<u8>,
    /// Whether `key` comes from the form.
    pub key_given: bool,
    /// Columns left out because the form has no key for them, and keyed items that no sheet has a column for.
    pub columns_left_out: usize,
    /// Sheets that cannot be compared, with the reason.
    pub exclusions: Vec<(&'a AnswerSheet, Bilingual)>,
}

/// Fewest blanks of an item for them to be an option of their own: fewer are too rare for their share to be known.
pub const BLANK_OPTION_SHEETS: usize = 20;
/// The label of a blank that is an option of its own.
pub const BLANK_LABEL: &str = "∅";

impl SheetMatrix<'_> {
    /// Makes blanks an option of their own, as wrong as any other, in every item that [`BLANK_OPTION_SHEETS`] or more
    /// sheets leave blank. Two sheets then agree where both are blank; other items stay dropped for the pair.
    pub fn blanks_as_option(&mut self) {
        let width = self.items.len();
        for (place, item) in self.items.iter_mut().enumerate() {
            let blanks = || self.codes[place..].iter().step_by(width).filter(|code| **code == 0);
            if blanks().count() < BLANK_OPTION_SHEETS || item.labels.len() >= MAXIMUM_LABELS {
                continue;
            }
            item.labels.push(BLANK_LABEL.into());
            let code = u8::try_from(item.labels.len()).unwrap_or(0);
            let own = self.codes[place..].iter_mut().step_by(width);
            own.filter(|own| **own == 0).for_each(|own| *own = code);
        }
    }

    /// Codes of one sheet.
    pub fn row(&self, sheet: usize) -> &[u8] {
        let width = self.items.len();
        &self.codes[sheet * width..(sheet + 1) * width]
    }

    /// Number of options of each item.
    pub fn options(&self) -> Vec<usize> {
        self.items.iter().map(|item| item.labels.len()).collect()
    }

    /// Excluded candidates with the reason, for the report.
    pub fn excluded_candidates(&self) -> Vec<(CandidateId, Bilingual)> {
        self.exclusions.iter().map(|(sheet, reason)| (sheet.candidate_id.clone(), reason.clone())).collect()
    }
}

/// Brings the sheets of a form to one matrix.
///
/// Columns are matched to the form's items by identifier, or, when no identifier agrees, by number. In a form
/// with a key, columns without one are left out. Several right letters are compared in alphabetical order
/// (`CA` = `AC`). Sheets with fewer than `minimum_items` responses are excluded by name.
pub fn build<'a>(group: &FormGroup<'a>, answers: &AnswerTable, minimum_items: u32) -> SheetMatrix<'a> {
    let layouts: BTreeSet<u32> = group.sheets.iter().map(|sheet| sheet.layout).collect();
    let has_key = group.form_items.iter().any(|row| row.key.is_some());
    let mut items = if has_key { keyed_items(&group.form_items) } else { Vec::new() };
    let mut columns_left_out = 0;
    let mut columns: BTreeMap<u32, Vec<Option<usize>>> = BTreeMap::new();
    for &index in &layouts {
        let Some(layout) = answers.layouts.get(index as usize) else { continue };
        let matched = match_columns(layout, &mut items, has_key);
        columns_left_out += matched.iter().filter(|column| column.is_none()).count();
        for (column, target) in layout.items.iter().zip(&matched) {
            if let Some(target) = target {
                items[*target].labels.extend(column.labels.iter().map(|label| ordered_letters(label)));
            }
        }
        columns.insert(index, matched);
    }
    let used: BTreeSet<usize> = columns.values().flatten().flatten().copied().collect();
    columns_left_out += (0..items.len()).filter(|item| !used.contains(item)).count();
    for item in &mut items {
        item.item.labels = item.labels.iter().take(MAXIMUM_LABELS).cloned().collect();
    }
    // Old place → new place, items without a column dropped.
    let places: BTreeMap<usize, usize> = used.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let kept: Vec<MatrixItem> = used.iter().map(|&old| items[old].item.clone()).collect();
    let recode = recoding(answers, &columns, &items);

    let mut matrix = SheetMatrix {
        key: vec![0; kept.len()],
        items: kept,
        sheets: Vec::new(),
        codes: Vec::new(),
        key_given: has_key,
        columns_left_out,
        exclusions: Vec::new(),
    };
    let unchanged: BTreeMap<u32, Vec<u8>> = columns
        .iter()
        .filter_map(|(&layout, targets)| Some((layout, unchanged_codes(targets, &places, recode.get(&layout)?)?)))
        .collect();
    let mut row = vec![0u8; matrix.items.len()];
    matrix.codes.reserve(group.sheets.len() * row.len());
    for &sheet in &group.sheets {
        row.fill(0);
        let known = unchanged.get(&sheet.layout).filter(|known| {
            known.len() == sheet.responses.len() && sheet.responses.iter().zip(*known).all(|(code, last)| code <= last)
        });
        if known.is_some() {
            row.copy_from_slice(&sheet.responses);
        } else if let (Some(targets), Some(codes)) = (columns.get(&sheet.layout), recode.get(&sheet.layout)) {
            for ((&code, target), map) in sheet.responses.iter().zip(targets).zip(codes) {
                if let Some(place) = target.and_then(|old| places.get(&old)) {
                    row[*place] = map.get(usize::from(code)).copied().unwrap_or(0);
                }
            }
        }
        let answered = row.iter().filter(|code| **code > 0).count();
        if answered < minimum_items.max(1) as usize {
            matrix.exclusions.push((sheet, exclusion(answered, minimum_items)));
        } else {
            matrix.sheets.push(sheet);
            matrix.codes.extend_from_slice(&row);
        }
    }
    set_key(&mut matrix);
    matrix
}

/// An item while labels are still being gathered.
struct Gathered {
    item: MatrixItem,
    item_no: Option<u32>,
    labels: BTreeSet<CompactString>,
}

/// Items that the form has a key for, each once.
fn keyed_items(rows: &[&FormItem]) -> Vec<Gathered> {
    let mut seen: BTreeSet<(Option<u32>, Option<&ItemId>)> = BTreeSet::new();
    let mut items = Vec::new();
    for row in rows {
        let Some(key) = row.key.as_ref().map(|key| ordered_letters(key)) else { continue };
        if !seen.insert((row.item_no, row.item_id.as_ref())) {
            continue;
        }
        let mut labels: BTreeSet<CompactString> = row.options.iter().map(|(label, _)| ordered_letters(label)).collect();
        labels.insert(key.clone());
        let item_id = row.item_id.clone().unwrap_or_else(|| {
            ItemId(row.item_no.map(|number| CompactString::from(number.to_string())).unwrap_or_default())
        });
        items.push(Gathered {
            item: MatrixItem { item_id, labels: Vec::new(), key: Some(key) },
            item_no: row.item_no,
            labels,
        });
    }
    items
}

/// The item of each column. Without a key, columns that match no item yet become items.
fn match_columns(layout: &ItemLayout, items: &mut Vec<Gathered>, keyed: bool) -> Vec<Option<usize>> {
    let by_id: BTreeMap<CompactString, usize> = items
        .iter()
        .enumerate()
        .rev()
        .map(|(place, item)| (CompactString::from(item.item.item_id.as_str().to_uppercase()), place))
        .collect();
    let by_no: BTreeMap<u32, usize> =
        items.iter().enumerate().rev().filter_map(|(place, item)| item.item_no.map(|number| (number, place))).collect();
    let identified: Vec<Option<usize>> = layout
        .items
        .iter()
        .map(|column| by_id.get(&CompactString::from(column.item_id.as_str().to_uppercase())).copied())
        .collect();
    let any_identified = identified.iter().any(Option::is_some);
    let mut taken = BTreeSet::new();
    let mut matched = Vec::with_capacity(layout.items.len());
    for (column, identified) in layout.items.iter().zip(identified) {
        let place = if any_identified { identified } else { by_no.get(&column.item_no).copied() };
        // Two columns for one item: the first counts.
        let place = place.filter(|place| taken.insert(*place));
        matched.push(match place {
            None if !keyed => {
                items.push(Gathered {
                    item: MatrixItem { item_id: column.item_id.clone(), labels: Vec::new(), key: None },
                    item_no: Some(column.item_no),
                    labels: BTreeSet::new(),
                });
                Some(items.len() - 1)
            }
            place => place,
        });
    }
    matched
}

/// For each layout and column: the common code of each of the layout's codes, blank included.
fn recoding(
    answers: &AnswerTable,
    columns: &BTreeMap<u32, Vec<Option<usize>>>,
    items: &[Gathered],
) -> BTreeMap<u32, Vec<Vec<u8>>> {
    let mut recode = BTreeMap::new();
    for (&index, targets) in columns {
        let Some(layout) = answers.layouts.get(index as usize) else { continue };
        let maps = layout
            .items
            .iter()
            .zip(targets)
            .map(|(column, target)| {
                let mut map = vec![0u8];
                let labels = target.map(|target| items[target].item.labels.as_slice()).unwrap_or(&[]);
                map.extend(column.labels.iter().map(|label| code_of(labels, &ordered_letters(label))));
                map
            })
            .collect();
        recode.insert(index, maps);
    }
    recode
}

/// The last code of each item, when a layout's columns and codes are those of the matrix: its sheets are then copied.
fn unchanged_codes(targets: &[Option<usize>], places: &BTreeMap<usize, usize>, maps: &[Vec<u8>]) -> Option<Vec<u8>> {
    let in_place = targets
        .iter()
        .enumerate()
        .all(|(column, target)| target.and_then(|old| places.get(&old)).is_some_and(|place| *place == column));
    let same_codes = maps.iter().flat_map(|map| map.iter().enumerate()).all(|(code, new)| code == usize::from(*new));
    let last = |map: &Vec<u8>| map.last().copied().unwrap_or(0);
    (in_place && same_codes && places.len() == targets.len()).then(|| maps.iter().map(last).collect())
}

/// The code of a label, 0 when it is not among them.
fn code_of(labels: &[CompactString], label: &str) -> u8 {
    labels
        .binary_search_by(|known| known.as_str().cmp(label))
        .ok()
        .and_then(|place| u8::try_from(place + 1).ok())
        .unwrap_or(0)
}

/// Upper case, and several letters in alphabetical order: the order in which boxes were ticked means nothing.
fn ordered_letters(label: &str) -> CompactString {
    let upper = label.trim().to_uppercase();
    if upper.len() > 1 && upper.len() <= 12 && upper.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let mut letters = upper.clone().into_bytes();
        letters.sort_unstable();
        let distinct = letters.windows(2).all(|pair| pair[0] != pair[1]);
        // Words such as `TRUE` have letters past H; they are labels as they stand.
        if distinct && letters.iter().all(|letter| *letter <= b'H') {
            return letters.iter().map(|letter| char::from(*letter)).collect();
        }
    }
    CompactString::from(upper)
}

/// Codes of the key; the commonest response where no key is known or the key fits nothing.
fn set_key(matrix: &mut SheetMatrix<'_>) {
    let width = matrix.items.len();
    let given: Vec<u8> =
        matrix.items.iter().map(|item| item.key.as_ref().map_or(0, |key| code_of(&item.labels, key))).collect();
    let right = matrix.codes.chunks_exact(width.max(1)).flatten().zip(given.iter().cycle());
    let any_right = right.into_iter().any(|(code, key)| *code > 0 && code == key);
    if matrix.key_given && any_right {
        matrix.key = given;
        return;
    }
    matrix.key_given = false;
    for place in 0..width {
        let mut counts = [0u32; MAXIMUM_LABELS + 2];
        for row in matrix.codes.chunks_exact(width) {
            counts[usize::from(row[place])] += 1;
        }
        // The smallest code among the commonest; 0 stays when nobody answered.
        let best = (1..counts.len()).rev().max_by_key(|&code| counts[code]).filter(|&code| counts[code] > 0);
        matrix.key[place] = best.and_then(|code| u8::try_from(code).ok()).unwrap_or(0);
    }
    for item in &mut matrix.items {
        item.key = None;
    }
}

fn exclusion(answered: usize, minimum_items: u32) -> Bilingual {
    if answered == 0 {
        Bilingual::new("全部空白", "all responses are blank")
    } else {
        Bilingual::new(
            format!("仅作答 {answered} 题，少于最低 {minimum_items} 题"),
            format!("only {answered} items answered, fewer than the minimum of {minimum_items}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::ordered_letters;

    #[test]
    fn letters_are_ordered_and_words_are_not() {
        assert_eq!(ordered_letters("ca"), "AC");
        assert_eq!(ordered_letters(" B "), "B");
        assert_eq!(ordered_letters("TRUE"), "TRUE");
        assert_eq!(ordered_letters("10"), "10");
        assert_eq!(ordered_letters("√"), "√");
    }
}
