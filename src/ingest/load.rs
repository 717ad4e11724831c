//! Files to the data set: which sheet is which table, every row converted, everything sorted.

use crate::ingest::attachments::attach;
use crate::ingest::clean::comparable;
use crate::ingest::convert::answer_merge;
use crate::ingest::convert::answer_part::AnswerPart;
use crate::ingest::convert::answers::{AnswerShape, convert_answers, shape};
use crate::ingest::convert::item_notes::note_forms;
use crate::ingest::convert::rows::RowCounts;
use crate::ingest::convert::scores;
use crate::ingest::convert::table::{self, SheetPart, convert_sheet};
use crate::ingest::error::IngestError;
use crate::ingest::files::{FileList, SkippedFile, list_files, read_files};
use crate::ingest::fill;
use crate::ingest::header::ROWS_SEARCHED;
use crate::ingest::mapping_file::{self, MappingFile};
use crate::ingest::parameters::IngestParameters;
use crate::ingest::plan::{Place, Planned, SheetPlan, plan_sheet};
use crate::ingest::raw::{RawFile, RawSheet, ReadBlocks, RowBlock};
use crate::ingest::row::{PersonsByIdentity, shown};
use crate::ingest::tables;
use crate::model::dataset::Dataset;
use crate::model::identity::mask_embedded_numbers;
use crate::model::progress::Progress;
use crate::model::provenance::{Provenance, SourceFile, SourceSheet};
use crate::model::quarantine::QuarantineEntry;
use crate::model::text::Bilingual;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What a folder gave.
#[derive(Clone, Debug, Default)]
pub struct Ingested {
    /// The tables.
    pub dataset: Dataset,
    /// Refused rows and values, sorted by source.
    pub quarantine: Vec<QuarantineEntry>,
    /// Files that are known not to hold data and mapping rules that fit no file, with the reason.
    pub passed_over: Vec<SkippedFile>,
}

/// Reads a folder: its `kaojian.toml`, every file in it, every row of them. Only a folder that cannot be listed
/// and a wrong mapping file are errors; an unreadable file is named in the data set and the rest goes on.
pub fn read_folder(
    folder: &Path,
    parameters: &IngestParameters,
    progress: &dyn Progress,
) -> Result<Ingested, IngestError> {
    let list = list_files(folder, &parameters.limits)?;
    let mapping = MappingFile::load(folder)?;
    let mut passed_over = list.skipped.clone();
    passed_over.extend(mapping.iter().flat_map(|mapping| unused_rules(mapping, &list)));
    let files = read_files(&list, &parameters.limits, progress);
    let mut ingested = Ingested { passed_over, ..map_files(files, mapping.as_ref(), progress) };
    attach(&mut ingested.dataset, &list.attachments, None, &parameters.limits);
    Ok(ingested)
}

/// Rules of the mapping file that fit no file: most likely a mistyped name.
fn unused_rules(mapping: &MappingFile, list: &FileList) -> Vec<SkippedFile> {
    let unused = mapping.rules.iter().filter(|rule| !list.files.iter().any(|file| rule.fits_file(&file.relative)));
    unused
        .map(|rule| SkippedFile {
            relative: mapping_file::FILE_NAME.to_owned(),
            reason: Bilingual::new(
                format!("映射规则“{}”没有对应的文件；提示：请核对文件名", rule.file),
                format!("the rule for `{}` fits no file; hint: compare the names", rule.file),
            ),
        })
        .collect()
}

/// A sheet under way.
struct Task {
    file: u32,
    sheet: u16,
    raw: RawSheet,
    head: RowBlock,
    planned: Planned,
}

/// Maps files that are read as far as cells. Pure: the same files give the same result whatever the thread count.
pub fn map_files(files: Vec<RawFile>, mapping: Option<&MappingFile>, progress: &dyn Progress) -> Ingested {
    let mut sources: Vec<SourceFile> = Vec::with_capacity(files.len());
    let mut raw_sheets: Vec<(u32, u16, RawSheet)> = Vec::new();
    for (file, raw) in files.into_iter().enumerate() {
        let file = u32::try_from(file).unwrap_or(u32::MAX);
        sources.push(raw.source);
        for (sheet, raw) in raw.sheets.into_iter().enumerate() {
            raw_sheets.push((file, u16::try_from(sheet).unwrap_or(u16::MAX), raw));
        }
    }
    progress.begin("finding tables", raw_sheets.len() as u64);
    let mut tasks: Vec<Task> = raw_sheets
        .into_par_iter()
        .map(|(file, sheet, raw)| {
            let head = head(raw.blocks.as_ref(), mapping, &sources[file as usize].path, &raw.name);
            let mut task = Task { file, sheet, raw, head, planned: Planned::Empty };
            task.plan(&sources, mapping, &BTreeSet::new());
            progress.advance(1);
            task
        })
        .collect();
    progress.finish();

    progress.begin("converting rows", 0);
    let mut state = State::default();
    // Forms name the items that answers may have as columns; candidates tell who an identity number is.
    state.convert(&tasks, &["bodies", "batches", "forms", "candidates"], progress);
    let known_items = state.known_items();
    if !known_items.is_empty() {
        tasks
            .par_iter_mut()
            .filter(|task| task.table().is_none_or(|table| table == "answers"))
            .for_each(|task| task.plan(&sources, mapping, &known_items));
    }
    tasks.iter_mut().for_each(Task::refuse_without_answers);
    state.persons = state.persons_by_identity();
    let rest: Vec<&str> = tables::all()
        .iter()
        .map(|table| table.name.as_str())
        .filter(|name| !matches!(*name, "bodies" | "batches" | "forms" | "candidates"))
        .collect();
    state.convert(&tasks, &rest, progress);
    progress.finish();
    state.finish(tasks, sources)
}

/// Whether any sheet of a file has a canonical column of the table that it is mapped to.
pub fn has_column(file: &RawFile, mapping: &MappingFile, column: &str) -> bool {
    let path = &file.source.path;
    file.sheets.iter().any(|sheet| {
        let head = head(sheet.blocks.as_ref(), Some(mapping), path, &sheet.name);
        let place = Place { file: 0, sheet: 0, path, sheet_name: &sheet.name, delimited: is_delimited(&file.source) };
        let planned = plan_sheet(place, &head, Some(mapping), &BTreeSet::new());
        matches!(planned, Planned::Sheet(plan) if plan.column(column).is_some())
    })
}

fn is_delimited(source: &SourceFile) -> bool {
    matches!(source.format.as_str(), "csv" | "tsv" | "txt")
}

/// The rows that may hold the header, even when the first block is small.
fn head(blocks: &dyn ReadBlocks, mapping: Option<&MappingFile>, path: &str, sheet: &str) -> RowBlock {
    let rule = mapping.and_then(|mapping| mapping.rule_for(path, sheet));
    let wanted = rule.and_then(|rule| rule.header_row).map_or(0, |row| row as usize).max(ROWS_SEARCHED) + 2;
    let mut head = RowBlock::default();
    for index in 0..blocks.count() {
        let block = blocks.read(index);
        for row in block.rows() {
            (0..row.len()).for_each(|column| head.push_cell(row.cell(column).unwrap_or(""), row.kind(column)));
            head.end_row(row.number());
            if head.len() >= wanted {
                return head;
            }
        }
    }
    head
}

impl Task {
    fn plan(&mut self, sources: &[SourceFile], mapping: Option<&MappingFile>, known_items: &BTreeSet<String>) {
        let source = sources.get(self.file as usize);
        let path = source.map_or("", |source| source.path.as_str());
        let delimited = source.is_some_and(is_delimited);
        let place = Place { file: self.file, sheet: self.sheet, path, sheet_name: &self.raw.name, delimited };
        self.planned = plan_sheet(place, &self.head, mapping, known_items);
    }

    fn sheet_plan(&self) -> Option<&SheetPlan> {
        match &self.planned {
            Planned::Sheet(plan) => Some(plan),
            _ => None,
        }
    }

    fn table(&self) -> Option<&'static str> {
        self.sheet_plan().map(|plan| plan.table.name.as_str())
    }

    fn shape(&self) -> Option<AnswerShape> {
        self.sheet_plan().and_then(shape)
    }

    /// An `answers` sheet without answers fits no table.
    fn refuse_without_answers(&mut self) {
        if self.table() == Some("answers") && self.shape().is_none() {
            self.planned = Planned::Unknown(Bilingual::new(
                "像答题卡，但没有题目列、作答串列或逐题作答；提示：请在 kaojian.toml 中用 items 说明哪些列是题目",
                "looks like answers, but has no item columns, no answer string and no answer a row; hint: say in kaojian.toml with `items` which columns are items",
            ));
        }
    }

    fn rows(&self) -> u64 {
        (0..self.raw.blocks.count()).map(|index| self.raw.blocks.read(index).len() as u64).sum()
    }
}

/// What has been converted so far.
#[derive(Default)]
struct State {
    dataset: Dataset,
    quarantine: Vec<QuarantineEntry>,
    answers: AnswerPart,
    counts: BTreeMap<(u32, u16), RowCounts>,
    persons: PersonsByIdentity,
}

impl State {
    /// Converts the sheets of some tables, in parallel, and takes the results in the order of the files.
    fn convert(&mut self, tasks: &[Task], tables: &[&str], progress: &dyn Progress) {
        let persons = &self.persons;
        let parts: Vec<(&Task, SheetPart, AnswerPart)> = tasks
            .par_iter()
            .filter(|task| task.table().is_some_and(|table| tables.contains(&table)))
            .filter_map(|task| {
                let plan = task.sheet_plan()?;
                let blocks = task.raw.blocks.as_ref();
                Some(match task.shape().filter(|_| plan.table.name == "answers") {
                    Some(shape) => {
                        (task, SheetPart::default(), convert_answers(plan, shape, blocks, persons, progress))
                    }
                    None => (task, convert_sheet(plan, blocks, persons, progress), AnswerPart::default()),
                })
            })
            .collect();
        for (task, mut part, mut answers) in parts {
            let counts = self.counts.entry((task.file, task.sheet)).or_default();
            *counts += part.counts;
            *counts += answers.counts;
            table::append(&mut self.dataset, &mut part.dataset);
            self.quarantine.append(&mut part.entries);
            self.quarantine.append(&mut answers.entries);
            self.answers.groups.append(&mut answers.groups);
            self.dataset.written_answers.append(&mut answers.written);
        }
    }

    /// Item ids of the forms, as headers are compared.
    fn known_items(&self) -> BTreeSet<String> {
        let items = self.dataset.form_items.iter().filter_map(|item| item.item_id.as_ref());
        items.map(|item| comparable(item.as_str())).filter(|item| !item.is_empty()).collect()
    }

    fn persons_by_identity(&self) -> PersonsByIdentity {
        let mut persons = PersonsByIdentity::new();
        for candidate in &self.dataset.candidates {
            if let Some(digits) = candidate.id_number.as_ref().and_then(|number| number.for_matching()) {
                let known = persons.entry(digits.to_owned()).or_default();
                known.push((candidate.batch_id.clone(), candidate.candidate_id.clone()));
            }
        }
        persons
    }

    fn finish(mut self, tasks: Vec<Task>, mut sources: Vec<SourceFile>) -> Ingested {
        let (answers, mut dropped) = answer_merge::merge(std::mem::take(&mut self.answers.groups));
        self.dataset.answers = answers;
        self.quarantine.append(&mut dropped);
        for task in &tasks {
            let (sheet, mut entries) = self.describe(task);
            self.quarantine.append(&mut entries);
            if let Some(source) = sources.get_mut(task.file as usize) {
                source.sheets.push(sheet);
            }
        }
        let planned: Vec<(&SheetPlan, &str)> =
            tasks.iter().filter_map(|task| Some((task.sheet_plan()?, task.raw.name.as_str()))).collect();
        self.quarantine.append(&mut fill::fill_batches(&mut self.dataset, &planned));
        table::sort(&mut self.dataset);
        self.dataset.answers.sheets.par_sort_by(|a, b| {
            (&a.batch_id, &a.form_id, &a.candidate_id, a.source).cmp(&(
                &b.batch_id,
                &b.form_id,
                &b.candidate_id,
                b.source,
            ))
        });
        self.quarantine.append(&mut fill::note_repeated_sheets(&self.dataset));
        self.quarantine.append(&mut note_forms(&self.dataset));
        self.quarantine.append(&mut fill::note_lost_zeros(&self.dataset));
        self.dataset.files = sources;
        self.quarantine.par_sort_by(|a, b| (a.source, &a.column, a.rule).cmp(&(b.source, &b.column, b.rule)));
        Ingested { dataset: self.dataset, quarantine: self.quarantine, passed_over: Vec::new() }
    }

    /// The sheet as it is listed, and what is to be said of it as a whole.
    fn describe(&mut self, task: &Task) -> (SourceSheet, Vec<QuarantineEntry>) {
        let mut sheet = SourceSheet { name: task.raw.name.clone(), ..SourceSheet::default() };
        let mut entries = Vec::new();
        let place = |row: u32| Provenance { file: task.file, sheet: task.sheet, row };
        match &task.planned {
            Planned::Sheet(plan) => {
                let counts = self.counts.get(&(task.file, task.sheet)).copied().unwrap_or_default();
                sheet.table = Some(plan.table.name.as_str().into());
                sheet.rows_read = counts.read;
                sheet.rows_refused = counts.refused;
                sheet.rows_skipped = counts.skipped;
                sheet.mapped_columns = plan.mapped.clone();
                sheet.unmapped_columns = plan.unmapped.clone();
                self.register_columns(plan);
                for (column, rule, reason) in &plan.notes {
                    entries.push(QuarantineEntry {
                        source: place(plan.header.last_row),
                        column: column.clone(),
                        value: String::new(),
                        rule,
                        row_refused: false,
                        reason: reason.clone(),
                    });
                }
            }
            Planned::LeftOut => sheet.rows_skipped = task.rows(),
            Planned::Empty => {}
            Planned::Unknown(reason) => {
                sheet.rows_read = task.rows();
                sheet.rows_refused = sheet.rows_read;
                entries.push(QuarantineEntry {
                    source: place(1),
                    column: String::new(),
                    value: shown(&mask_embedded_numbers(&task.raw.name)),
                    rule: "sheet-not-recognised",
                    row_refused: true,
                    reason: reason.clone(),
                });
            }
        }
        (sheet, entries)
    }

    fn register_columns(&mut self, plan: &SheetPlan) {
        let table = plan.table.name.as_str();
        let constants = plan.constants.iter().map(|(column, _)| column.as_str());
        let mut columns: BTreeSet<&str> =
            plan.mapped.iter().map(|(_, column)| column.as_str()).chain(constants).collect();
        // The same facts under the name that the rules ask for, whatever the shape of the file.
        if table == "scores" && scores::is_wide(plan) {
            columns.extend(["component", "score"]);
        }
        if table == "answers" {
            columns.insert("response");
        }
        if plan.names_persons_by_identity() && plan.table.column("candidate_id").is_some() {
            columns.insert("candidate_id");
        }
        self.dataset.columns.extend(columns.into_iter().map(|column| (table.to_owned(), column.to_owned())));
    }
}
