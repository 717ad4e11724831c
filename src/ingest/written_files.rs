//! Written answers named one by one, for `kaojian written`: a data set, tables, or folders of documents.

use crate::ingest::assign::{stem as stem_of, table_of_name};
use crate::ingest::attachments::attach;
use crate::ingest::documents::is_document;
use crate::ingest::error::IngestError;
use crate::ingest::files::{ListedFile, list_files, read_file};
use crate::ingest::form_files::{stem, table_rule};
use crate::ingest::load::{Ingested, has_column, map_files, read_folder};
use crate::ingest::mapping_file::MappingFile;
use crate::ingest::parameters::IngestParameters;
use crate::model::form::FormItem;
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::quarantine::QuarantineEntry;
use std::path::{Path, PathBuf};

/// Reads a data set, when one folder of tables is named; else tables (long answers, or ratings with texts) and folders
/// of documents. `forms` are files of forms, for stems and reference answers.
///
/// A table without a column of batches is one batch, called by its file name; so is a folder of documents.
///
/// # Errors
/// A folder that cannot be read. A file that cannot is in the data set, named.
pub fn read_written(
    paths: &[PathBuf],
    forms: &[PathBuf],
    parameters: &IngestParameters,
    progress: &dyn Progress,
) -> Result<Ingested, IngestError> {
    let mut ingested = match paths {
        [folder] if folder.is_dir() && !holds_documents_alone(folder, parameters)? => {
            read_folder(folder, parameters, progress)?
        }
        _ => read_paths(paths, parameters, progress)?,
    };
    add_forms(&mut ingested, forms, parameters, progress);
    Ok(ingested)
}

fn read_paths(
    paths: &[PathBuf],
    parameters: &IngestParameters,
    progress: &dyn Progress,
) -> Result<Ingested, IngestError> {
    let limits = &parameters.limits;
    let mut rules = Vec::new();
    let mut files = Vec::new();
    let mut documents: Vec<(String, Vec<ListedFile>)> = Vec::new();
    let mut tables: Vec<(String, PathBuf)> = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Files of one name in several folders stay apart.
        let prefix = format!("{}/{name}", number + 1);
        if !path.is_dir() {
            if is_document(path) && !reads_as_table(path) {
                documents.push((
                    format!("{}/", number + 1),
                    vec![ListedFile { relative: prefix, path: path.clone(), refusal: None }],
                ));
            } else {
                tables.push((prefix, path.clone()));
            }
        } else if holds_documents_alone(path, parameters)? {
            let root = format!("{prefix}/");
            documents.push((root.clone(), documents_below(path, &root)?));
        } else {
            let listed = list_files(path, limits)?;
            let relative = |file: ListedFile| (format!("{prefix}/{}", file.relative), file.path);
            tables.extend(listed.files.into_iter().map(relative));
        }
    }
    for (relative, path) in tables {
        let file = read_file(&relative, &path, limits);
        let of = |table: &str, constants| table_rule(&relative, table, constants);
        let has =
            |table: &str, column: &str| has_column(&file, &MappingFile { rules: vec![of(table, Vec::new())] }, column);
        let table = if has("ratings", "response_text") { "ratings" } else { "answers" };
        let batch = if has(table, "batch_id") { Vec::new() } else { vec![("batch_id".to_owned(), stem(&path))] };
        rules.push(of(table, batch));
        files.push(file);
    }
    let mut ingested = map_files(files, Some(&MappingFile { rules }), progress);
    for (root, listed) in documents {
        attach(&mut ingested.dataset, &listed, Some(&root), limits);
    }
    Ok(ingested)
}

/// Adds the items of forms; a form given beside the answers holds for all of them.
fn add_forms(ingested: &mut Ingested, forms: &[PathBuf], parameters: &IngestParameters, progress: &dyn Progress) {
    let mut rules = Vec::new();
    let mut files = Vec::new();
    for (number, path) in forms.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let relative = format!("forms/{}/{name}", number + 1);
        let file = read_file(&relative, path, &parameters.limits);
        let own = table_rule(&relative, "forms", Vec::new());
        let names_forms = has_column(&file, &MappingFile { rules: vec![own.clone()] }, "form_id");
        let form = vec![("form_id".to_owned(), stem(path))];
        rules.push(if names_forms { own } else { table_rule(&relative, "forms", form) });
        files.push(file);
    }
    let read = map_files(files, Some(&MappingFile { rules }), progress);
    let before = u32::try_from(ingested.dataset.files.len()).unwrap_or(u32::MAX);
    let moved = |source: Provenance| Provenance { file: source.file.saturating_add(before), ..source };
    ingested.dataset.files.extend(read.dataset.files);
    for item in read.dataset.form_items {
        ingested.dataset.form_items.push(FormItem { batch_id: None, source: moved(item.source), ..item });
    }
    for entry in read.quarantine {
        ingested.quarantine.push(QuarantineEntry { source: moved(entry.source), ..entry });
    }
}

/// Text files may be tables; alone on the command line they are.
fn reads_as_table(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"))
}

/// Whether a folder holds documents and no table besides plain texts.
fn holds_documents_alone(folder: &Path, parameters: &IngestParameters) -> Result<bool, IngestError> {
    let listed = list_files(folder, &parameters.limits)?;
    if !listed.attachments.is_empty() {
        return Ok(false);
    }
    let is_text = |path: &Path| is_document(path) && table_of_name(stem_of(&path.to_string_lossy())).is_none();
    let tables = listed.files.iter().filter(|file| !is_text(&file.path)).count();
    let documents = listed.files.len() - tables;
    let skipped = listed.skipped.iter().filter(|file| is_document(Path::new(&file.relative))).count();
    Ok(tables == 0 && documents + skipped > 0)
}

/// The documents below a folder; links are not followed.
fn documents_below(folder: &Path, root: &str) -> Result<Vec<ListedFile>, IngestError> {
    let unreadable = |source| IngestError::Unreadable { path: folder.display().to_string(), source };
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), root.to_owned())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let relative = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{relative}/")));
            } else if kind.is_file() && is_document(&entry.path()) {
                found.push(ListedFile { relative, path: entry.path(), refusal: None });
            }
        }
    }
    found.sort_by(|a, b| a.relative.cmp(&b.relative));
    Ok(found)
}
