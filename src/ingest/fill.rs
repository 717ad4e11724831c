//! What a file leaves to its surroundings: the batch that a sheet does not name, and candidate numbers
//! that lost their leading zeros.

use crate::ingest::assign;
use crate::ingest::clean::comparable;
use crate::ingest::plan::SheetPlan;
use crate::ingest::row::shown;
use crate::model::dataset::Dataset;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// The batch of files that nothing names a batch for.
const UNNAMED: &str = "-";

/// Gives every record without a batch the batch of its sheet: the known batch that the names of sheet, file or
/// folder hold; else the only batch of the data set; else the folder's name; else what the file's name holds
/// besides its table (`answers-2026-05` → `2026-05`); else `-`. Each sheet so treated is noted.
pub fn fill_batches(dataset: &mut Dataset, sheets: &[(&SheetPlan, &str)]) -> Vec<QuarantineEntry> {
    let lacks_batch =
        |plan: &SheetPlan| !plan.has("batch_id") && plan.table.column("batch_id").is_some_and(|column| column.required);
    let mut chosen: BTreeMap<(u32, u16), BatchId> = BTreeMap::new();
    let mut entries = Vec::new();
    let lacking: Vec<_> = sheets.iter().filter(|(plan, _)| lacks_batch(plan)).collect();
    if lacking.is_empty() {
        return entries;
    }
    let known: BTreeSet<BatchId> =
        dataset.batch_ids().into_keys().filter(|batch_id| !batch_id.as_str().is_empty()).collect();
    for (plan, sheet_name) in lacking {
        let (batch_id, why) = batch_of_sheet(plan, sheet_name, &known);
        dataset.columns.insert((plan.table.name.clone(), "batch_id".to_owned()));
        entries.push(QuarantineEntry {
            source: Provenance { file: plan.file, sheet: plan.sheet, row: plan.header.last_row },
            column: "batch_id".to_owned(),
            value: shown(&mask_embedded_numbers(batch_id.as_str())),
            rule: "batch-filled-in",
            row_refused: false,
            reason: why,
        });
        chosen.insert((plan.file, plan.sheet), batch_id);
    }
    let fill = |batch_id: &mut BatchId, source: Provenance| {
        if batch_id.as_str().is_empty()
            && let Some(batch) = chosen.get(&(source.file, source.sheet))
        {
            *batch_id = batch.clone();
        }
    };
    dataset.candidates.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.answers.sheets.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.written_answers.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.ratings.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.scores.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.score_changes.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.pass_lines.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.pass_line_changes.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.assignments.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.certificates.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    dataset.archives.iter_mut().for_each(|row| fill(&mut row.batch_id, row.source));
    entries
}

fn batch_of_sheet(plan: &SheetPlan, sheet_name: &str, known: &BTreeSet<BatchId>) -> (BatchId, Bilingual) {
    let stem = assign::stem(&plan.path);
    let mut folders = plan.path.rsplit('/');
    folders.next();
    let names = std::iter::once(sheet_name).chain(std::iter::once(stem)).chain(folders.clone());
    if let Some(batch_id) = names.map(comparable).find_map(|name| named_in(&name, known)) {
        let zh = format!("没有批次列；名称中含批次 {batch_id}，按此批次处理");
        return (
            batch_id.clone(),
            Bilingual::new(zh, format!("no batch column; its name holds the batch {batch_id}, which is used")),
        );
    }
    if let (1, Some(only)) = (known.len(), known.first()) {
        let zh = format!("没有批次列；数据中只有批次 {only}，按此批次处理");
        return (
            only.clone(),
            Bilingual::new(zh, format!("no batch column; {only} is the only batch of the data and is used")),
        );
    }
    let from_folder = folders.next().filter(|folder| !folder.is_empty()).map(str::to_owned);
    let rest = from_folder.unwrap_or_else(|| assign::rest_of_stem(stem, plan.table));
    let name = if rest.is_empty() { UNNAMED } else { rest.as_str() };
    let reason = Bilingual::new(
        format!(
            "没有批次列，也无法确定批次；暂以“{name}”为批次；提示：请加批次号列，或在 kaojian.toml 中写明 batch_id"
        ),
        format!(
            "no batch column and nothing that tells the batch; `{name}` stands for it; hint: add the column or a `batch_id` constant in kaojian.toml"
        ),
    );
    (BatchId::from(name), reason)
}

/// The longest batch that a name holds; none when two of that length are in it. A batch of one or two
/// characters would be found anywhere.
fn named_in<'a>(name: &str, known: &'a BTreeSet<BatchId>) -> Option<&'a BatchId> {
    let mut found: Vec<(usize, &BatchId)> = known
        .iter()
        .filter(|batch_id| batch_id.as_str().chars().count() > 2)
        .map(|batch_id| (comparable(batch_id.as_str()), batch_id))
        .filter(|(batch, _)| stands_in(name, batch))
        .map(|(batch, batch_id)| (batch.len(), batch_id))
        .collect();
    found.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    match found.as_slice() {
        [(_, only)] => Some(only),
        [(first, batch_id), (second, _), ..] if first > second => Some(batch_id),
        _ => None,
    }
}

/// Whether a batch stands in a name, and not only as a part of a longer number (`B-1` in `B-19`).
fn stands_in(name: &str, batch: &str) -> bool {
    name.match_indices(batch).any(|(start, found)| {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let before = start.checked_sub(1).and_then(|index| name.as_bytes().get(index));
        let after = name.as_bytes().get(start + found.len());
        let (first, last) = (batch.as_bytes().first(), batch.as_bytes().last());
        !(is_digit(first) && is_digit(before) || is_digit(last) && is_digit(after))
    })
}

/// Notes each candidate number that, with zeros in front, is another candidate's of the same batch: a
/// spreadsheet has probably cut them. The numbers are not joined, since that would be a guess.
pub fn note_lost_zeros(dataset: &Dataset) -> Vec<QuarantineEntry> {
    let mut padded: BTreeMap<(&BatchId, &str), &CandidateId> = BTreeMap::new();
    for_each_candidate(dataset, |batch_id, candidate_id, _| {
        let text = candidate_id.as_str();
        let bare = text.trim_start_matches('0');
        if bare.len() < text.len() && !bare.is_empty() {
            padded.insert((batch_id, bare), candidate_id);
        }
    });
    let mut entries = Vec::new();
    if padded.is_empty() {
        return entries;
    }
    let mut noted: BTreeSet<(u32, u16, &BatchId, &CandidateId)> = BTreeSet::new();
    for_each_candidate(dataset, |batch_id, candidate_id, source| {
        let Some(twin) = padded.get(&(batch_id, candidate_id.as_str())) else { return };
        if !noted.insert((source.file, source.sheet, batch_id, candidate_id)) {
            return;
        }
        let twin = mask_embedded_numbers(twin.as_str());
        entries.push(QuarantineEntry {
            source,
            column: "candidate_id".to_owned(),
            value: shown(&mask_embedded_numbers(candidate_id.as_str())),
            rule: "leading-zeros-lost",
            row_refused: false,
            reason: Bilingual::new(
                format!("同批次另有准考证号 {twin}，此号可能丢失了前导零，未自动合并；提示：请把该列设为文本格式后重新导出"),
                format!("the batch also has the candidate number {twin}, so leading zeros may be lost here, the two are not joined; hint: export the column as text"),
            ),
        });
    });
    entries
}

fn for_each_candidate<'a>(dataset: &'a Dataset, mut visit: impl FnMut(&'a BatchId, &'a CandidateId, Provenance)) {
    dataset.candidates.iter().for_each(|row| visit(&row.batch_id, &row.candidate_id, row.source));
    dataset.answers.sheets.iter().for_each(|row| visit(&row.batch_id, &row.candidate_id, row.source));
    dataset.scores.iter().for_each(|row| visit(&row.batch_id, &row.candidate_id, row.source));
    dataset.ratings.iter().for_each(|row| visit(&row.batch_id, &row.candidate_id, row.source));
    dataset.score_changes.iter().for_each(|row| visit(&row.batch_id, &row.candidate_id, row.source));
}

/// Notes every answer sheet of a candidate, form and batch past the first. All are kept: that a sheet is there
/// twice is itself a fact. The sheets are sorted.
pub fn note_repeated_sheets(dataset: &Dataset) -> Vec<QuarantineEntry> {
    let same = dataset.answers.sheets.windows(2).filter(|pair| {
        let key = |index: usize| pair.get(index).map(|sheet| (&sheet.batch_id, &sheet.form_id, &sheet.candidate_id));
        key(0) == key(1)
    });
    same.filter_map(|pair| pair.last())
        .map(|sheet| QuarantineEntry {
            source: sheet.source,
            column: "candidate_id".to_owned(),
            value: shown(&mask_embedded_numbers(sheet.candidate_id.as_str())),
            rule: "answer-sheet-repeated",
            row_refused: false,
            reason: Bilingual::new(
                "同一批次同一试卷中该考生有不止一张答卷，均予保留；提示：请核对是否重复录入",
                "the candidate has more than one sheet for this form and batch, all are kept; hint: see whether one was entered twice",
            ),
        })
        .collect()
}
