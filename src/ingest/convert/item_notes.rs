//! What is amiss with the items of forms: told with file, sheet, row, column and value; the rows are kept.

use crate::ingest::clean::{clean_text, is_hidden, is_missing};
use crate::ingest::row::{Cell, Row, shown};
use crate::model::dataset::Dataset;
use crate::model::form::FormItem;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::{BatchId, FormId};
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// A stem of more characters is no stem as people write them.
const LONGEST_STEM: usize = 4_000;

/// What a cell holds in the place of a picture.
const PICTURES: [&str; 16] = [
    "[图]",
    "【图】",
    "(图)",
    "（图）",
    "[图片]",
    "【图片】",
    "(图片)",
    "（图片）",
    "见图",
    "如图",
    "图片",
    "<img",
    "![",
    "=dispimg",
    "=image(",
    "[image",
];

/// Endings of picture files.
const PICTURE_FILES: [&str; 8] = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".emf", ".wmf"];

/// Notes what is amiss with one row of `forms`.
pub fn note_row(row: &mut Row<'_>, item: &FormItem) {
    for name in ["stem", "key"] {
        if let Some(cell) = row.cell(name) {
            note_hidden(row, name, &cell, item);
        }
    }
    note_stem(row, item);
    note_options(row, item);
}

/// Form and item as a reader looks them up.
fn place(item: &FormItem) -> Bilingual {
    let form = mask_embedded_numbers(item.form_id.as_str()).into_owned();
    let id = item.item_id.as_ref().map(|id| mask_embedded_numbers(id.as_str()).into_owned());
    match (item.item_no, id) {
        (Some(number), Some(id)) => {
            Bilingual::new(format!("试卷 {form} 第{number}题（{id}）"), format!("form {form}, item {number} ({id})"))
        }
        (Some(number), None) => {
            Bilingual::new(format!("试卷 {form} 第{number}题"), format!("form {form}, item {number}"))
        }
        (None, Some(id)) => Bilingual::new(format!("试卷 {form} 试题 {id}"), format!("form {form}, item {id}")),
        (None, None) => Bilingual::new(format!("试卷 {form}"), format!("form {form}")),
    }
}

/// Characters that show nothing, by code point and number.
fn hidden(text: &str) -> Vec<String> {
    let mut found: BTreeMap<char, usize> = BTreeMap::new();
    for character in text.chars().filter(|character| is_hidden(*character)) {
        *found.entry(character).or_default() += 1;
    }
    found.into_iter().map(|(character, times)| format!("U+{:04X} ×{times}", u32::from(character))).collect()
}

fn note_hidden(row: &mut Row<'_>, name: &str, cell: &Cell<'_>, item: &FormItem) {
    let found = hidden(cell.raw());
    if found.is_empty() {
        return;
    }
    let (found, at) = (found.join(", "), place(item));
    let reason = Bilingual::new(
        format!(
            "{}含有不显示的字符（{found}），比较前已去除；这类字符可使相同的试题看似不同；提示：请核对来源，去除后重新导出",
            at.zh
        ),
        format!(
            "{} holds characters that do not show ({found}), taken out before comparing; such characters can make one item look like two; hint: look where they come from, take them out and export again",
            at.en
        ),
    );
    row.note(name, cell, "hidden-characters", reason);
}

fn note_stem(row: &mut Row<'_>, item: &FormItem) {
    let Some(cell) = row.cell("stem") else { return };
    let text = cell.text.to_lowercase();
    let bare = text.trim_matches(|character: char| {
        character.is_whitespace() || character.is_ascii_digit() || ".、。:：".contains(character)
    });
    let is_file = PICTURE_FILES.iter().any(|ending| bare.ends_with(ending)) && bare.chars().count() <= 120;
    let is_sign =
        PICTURES.iter().any(|sign| bare == *sign || bare.starts_with(sign) && bare.starts_with(['<', '!', '=']));
    let at = place(item);
    if is_file || is_sign || bare == "[image]" {
        let reason = Bilingual::new(
            format!("{}的题干是图片，没有文字，只能按试题编号或答案比较；提示：请补充文字说明或试题编号", at.zh),
            format!(
                "the stem of {} is a picture without text, so it is compared by its identifier or key alone; hint: add a text or an identifier",
                at.en
            ),
        );
        row.note("stem", &cell, "stem-is-a-picture", reason);
    }
    if cell.text.contains('\u{FFFD}') {
        let reason = Bilingual::new(
            format!("{}的题干有无法解码的字符，可能按错误的编码保存；提示：请以 UTF-8 或 GB18030 重新导出", at.zh),
            format!(
                "the stem of {} holds characters that could not be decoded, so the file may have been saved in another encoding; hint: export it again as UTF-8 or GB18030",
                at.en
            ),
        );
        row.note("stem", &cell, "unreadable-characters", reason);
    }
    let length = cell.text.chars().count();
    if length > LONGEST_STEM {
        let reason = Bilingual::new(
            format!(
                "{}的题干有 {length} 个字符，过长的题干只比较是否完全相同；提示：请查看是否把多题或材料放进了一格",
                at.zh
            ),
            format!(
                "the stem of {} has {length} characters; one so long is only the same as another or not; hint: see whether several items or a whole text stand in one cell",
                at.en
            ),
        );
        row.note("stem", &cell, "stem-too-long", reason);
    }
}

fn note_options(row: &mut Row<'_>, item: &FormItem) {
    if item.options.is_empty() {
        return;
    }
    let raw = row.raw();
    let filled = |column: usize| raw.cell(column).is_some_and(|text| !is_missing(&clean_text(text)));
    let plan = row.plan();
    let last = plan.options.iter().rposition(|(_, column)| filled(*column)).unwrap_or(0);
    let gaps: Vec<&(CompactString, usize)> =
        plan.options.iter().take(last).filter(|(_, column)| !filled(*column)).collect();
    let at = place(item);
    let first = gaps.first().copied().or_else(|| plan.options.first());
    if let Some((_, column)) = first.filter(|_| !gaps.is_empty() || item.options.len() == 1) {
        let labels: Vec<&str> = gaps.iter().map(|(label, _)| label.as_str()).collect();
        let which = if labels.is_empty() { "—".to_owned() } else { labels.join(", ") };
        let number = item.options.len();
        let reason = Bilingual::new(
            format!("{}只有 {number} 个选项有文字（空缺：{which}），按现有选项比较；提示：请补齐选项", at.zh),
            format!(
                "{} has a text in {number} of its options only (blank: {which}) and is compared by those; hint: fill the options in",
                at.en
            ),
        );
        row.note_blank(plan.header_of(*column), "option-missing", reason);
    }
    let Some(cell) = row.cell("key") else { return };
    let key = item.key.as_deref().unwrap_or_default();
    let is_letters = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_uppercase());
    let unknown: String =
        key.chars().filter(|letter| !item.options.iter().any(|(label, _)| label.contains(*letter))).collect();
    if is_letters && !unknown.is_empty() {
        let reason = Bilingual::new(
            format!("{}的答案 {unknown} 没有对应的选项文字；提示：请核对答案与选项列", at.zh),
            format!("the key {unknown} of {} names no option with a text; hint: compare key and option columns", at.en),
        );
        row.note("key", &cell, "key-names-no-option", reason);
    }
}

/// Options of an item, labels and texts.
type OptionTexts<'a> = &'a [(CompactString, Box<str>)];

/// Notes what only a whole form shows: stems that are blank while others are not, and an item that stands twice.
pub fn note_forms(dataset: &Dataset) -> Vec<QuarantineEntry> {
    let mut forms: BTreeMap<(&FormId, Option<&BatchId>), Vec<&FormItem>> = BTreeMap::new();
    for item in &dataset.form_items {
        forms.entry((&item.form_id, item.batch_id.as_ref())).or_default().push(item);
    }
    let mut entries = Vec::new();
    for items in forms.into_values() {
        let has_stems = items.iter().any(|item| item.stem.is_some());
        let mut seen_ids: BTreeSet<&str> = BTreeSet::new();
        let mut seen_texts: BTreeSet<(&str, OptionTexts<'_>)> = BTreeSet::new();
        for item in items {
            let at = place(item);
            if has_stems && item.stem.is_none() {
                let reason = Bilingual::new(
                    format!("{}没有题干，只能按试题编号或答案比较；提示：请补填题干", at.zh),
                    format!(
                        "{} has no stem and is compared by its identifier or key alone; hint: fill the stem in",
                        at.en
                    ),
                );
                entries.push(entry(item, "stem", "", "stem-blank", reason));
            }
            let id = item.item_id.as_ref().map_or("", |id| id.as_str());
            let stem = item.stem.as_deref().unwrap_or_default();
            let by_id = !id.is_empty() && !seen_ids.insert(id);
            // Equal to the last character: a change of one is for the comparison of items to weigh.
            let by_stem = !stem.is_empty() && !seen_texts.insert((stem, &item.options));
            if by_id || by_stem {
                let (column, value) = if by_id { ("item_id", id) } else { ("stem", stem) };
                let reason = Bilingual::new(
                    format!(
                        "{}在同一份试卷中不是第一次出现，比较试卷时只计一次；提示：请核对是否重复录入或组卷重复",
                        at.zh
                    ),
                    format!(
                        "{} stands on this form before, and counts once when papers are compared; hint: see whether it was entered or drawn twice",
                        at.en
                    ),
                );
                entries.push(entry(item, column, value, "item-repeated-on-form", reason));
            }
        }
    }
    entries
}

fn entry(item: &FormItem, column: &str, value: &str, rule: &'static str, reason: Bilingual) -> QuarantineEntry {
    let value = shown(&mask_embedded_numbers(value));
    QuarantineEntry { source: item.source, column: column.to_owned(), value, rule, row_refused: false, reason }
}
