//! Answers as one string a sheet: `ABCD…`, one character an item, or with separators.

use crate::ingest::clean::clean_text;
use crate::ingest::convert::answer_labels::ColumnLabels;
use crate::ingest::convert::answer_part::{AnswerPart, DraftGroup, DraftSheet, draft, header_place, string_column};
use crate::ingest::convert::rows::for_each_row;
use crate::ingest::plan::SheetPlan;
use crate::ingest::raw::ReadBlocks;
use crate::ingest::row::PersonsByIdentity;
use crate::model::answer::MISSING;
use crate::model::ids::{BatchId, FormId, ItemId};
use crate::model::progress::Progress;
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use compact_str::format_compact;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Most items of one string. A longer text is no answer string, and every sheet of its form would be filled
/// up to its length.
const MAXIMUM_ITEMS: usize = 2_000;

/// Sheets of one form of one batch have strings of one length.
type FormKey = (BatchId, Option<FormId>);

#[derive(Default)]
struct FormPart {
    columns: Vec<ColumnLabels>,
    sheets: Vec<DraftSheet>,
}

/// Converts the sheet. A string shorter than the longest of its form is filled up with missing answers and noted.
pub fn convert(
    plan: &SheetPlan,
    blocks: &dyn ReadBlocks,
    persons: &PersonsByIdentity,
    progress: &dyn Progress,
) -> AnswerPart {
    let name = string_column(plan).unwrap_or("answers");
    let column = plan.column(name).unwrap_or(usize::MAX);
    let mut whole = AnswerPart::default();
    let parts: Vec<(BTreeMap<FormKey, FormPart>, AnswerPart)> = (0..blocks.count())
        .into_par_iter()
        .map(|index| {
            let block = blocks.read(index);
            let mut part = AnswerPart::default();
            let mut forms: BTreeMap<FormKey, FormPart> = BTreeMap::new();
            part.counts = for_each_row(plan, &block, &mut part.entries, |row| {
                let Some(mut sheet) = draft(row, persons) else { return };
                let text = row.raw().cell(column).unwrap_or("");
                let mut length = 0;
                for_each_answer(text, |_| length += 1);
                if length > MAXIMUM_ITEMS {
                    row.refuse(name, "answer-string-too-long", too_long(length));
                    return;
                }
                let form = forms.entry((sheet.batch_id.clone(), sheet.form_id.clone())).or_default();
                let mut codes = Vec::with_capacity(length);
                for_each_answer(text, |answer| {
                    if form.columns.len() == codes.len() {
                        form.columns.push(ColumnLabels::default());
                    }
                    codes.push(form.columns[codes.len()].code(answer));
                });
                sheet.responses = codes.into();
                form.sheets.push(sheet);
            });
            progress.advance(part.counts.read);
            (forms, part)
        })
        .collect();
    let mut widths: BTreeMap<FormKey, usize> = BTreeMap::new();
    for (key, form) in parts.iter().flat_map(|(forms, _)| forms) {
        let width = widths.entry(key.clone()).or_default();
        *width = (*width).max(form.columns.len());
    }
    for (forms, mut part) in parts {
        whole.entries.append(&mut part.entries);
        whole.counts += part.counts;
        for (key, form) in forms {
            let width = widths.get(&key).copied().unwrap_or_default();
            whole.groups.push(group(plan, column, form, width, &mut whole.entries));
        }
    }
    whole
}

fn group(
    plan: &SheetPlan,
    column: usize,
    mut form: FormPart,
    width: usize,
    entries: &mut Vec<QuarantineEntry>,
) -> DraftGroup {
    for sheet in &mut form.sheets {
        let length = sheet.responses.len();
        if length == width {
            continue;
        }
        let mut codes = std::mem::take(&mut sheet.responses).into_vec();
        codes.resize(width, MISSING);
        sheet.responses = codes.into();
        entries.push(QuarantineEntry {
            source: sheet.source,
            column: plan.header_of(column).to_owned(),
            value: length.to_string(),
            rule: "answer-string-length",
            row_refused: false,
            reason: Bilingual::new(
                format!("作答串只有 {length} 题，同卷最长为 {width} 题，其余按空白处理；提示：请核对读卡结果"),
                format!("the answer string has {length} items, the longest of its form {width}, the rest counts as blank; hint: compare with the scan"),
            ),
        });
    }
    form.columns.resize_with(width, ColumnLabels::default);
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    DraftGroup {
        header: header_place(plan),
        items: (0..width).map(|index| (ItemId(format_compact!("q{}", index + 1)), number(index))).collect(),
        labels: form.columns.into_iter().map(ColumnLabels::into_labels).collect(),
        sheets: form.sheets,
    }
}

fn too_long(length: usize) -> Bilingual {
    Bilingual::new(
        format!("作答串有 {length} 题，超过 {MAXIMUM_ITEMS}，不像作答串；提示：请核对该列内容"),
        format!(
            "the answer string has {length} items, more than {MAXIMUM_ITEMS}, so it is none; hint: look at the column"
        ),
    )
}

/// Calls `visit` with each answer of a string. With separators (`A,B,AC` or `A B AC`) each part is an answer;
/// without, each character is one, and a blank among them is a missing answer.
fn for_each_answer(raw: &str, mut visit: impl FnMut(&str)) {
    // Spaces at the ends may be blank answers, so only what no card holds is trimmed.
    let text = raw.trim_matches(['\r', '\n', '\t', '\u{FEFF}', '\'']);
    let text: Cow<'_, str> = if text.is_ascii() { Cow::Borrowed(text) } else { half_width(text) };
    if let Some(separator) = [',', ';', '|', '、', '\t'].into_iter().find(|separator| text.contains(*separator)) {
        text.split(separator).for_each(visit);
    } else if is_spaced(&text) {
        text.split_whitespace().for_each(visit);
    } else {
        let mut buffer = [0; 4];
        text.chars().for_each(|character| visit(character.encode_utf8(&mut buffer)));
    }
}

/// Folds width character by character, so that an ideographic space stays one blank answer.
fn half_width(text: &str) -> Cow<'_, str> {
    let mut buffer = [0; 4];
    Cow::Owned(
        text.chars()
            .map(|character| {
                let cleaned = clean_text(character.encode_utf8(&mut buffer)).chars().next();
                cleaned.unwrap_or(' ')
            })
            .collect(),
    )
}

/// `A B AC D`: single spaces between parts, most of them one mark. `ABCAB DCA` is a string with one blank answer.
fn is_spaced(text: &str) -> bool {
    let parts = || text.trim().split(' ');
    let singles = parts().filter(|part| part.chars().count() == 1).count();
    parts().count() > 1 && parts().all(|part| !part.is_empty()) && singles * 2 > parts().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &[&str]) {
        let mut found = Vec::new();
        for_each_answer(raw, |answer| found.push(answer.to_owned()));
        assert_eq!(found, expected, "{raw:?}");
    }

    #[test]
    fn strings_with_and_without_separators() {
        check("ABCD", &["A", "B", "C", "D"]);
        check("AB D", &["A", "B", " ", "D"]);
        check("A*-D ", &["A", "*", "-", "D", " "]);
        check("A,B,,AC", &["A", "B", "", "AC"]);
        check("A B AC D", &["A", "B", "AC", "D"]);
        check("ＡＢ　Ｄ", &["A", "B", " ", "D"]);
        check("√×√", &["√", "×", "√"]);
        check("", &[]);
    }
}
