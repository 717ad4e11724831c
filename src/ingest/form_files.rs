//! Forms named one by one, for `kaojian forms`: every file is a form unless it names its forms itself.

use crate::ingest::error::IngestError;
use crate::ingest::files::read_file;
use crate::ingest::load::{Ingested, has_column, map_files, read_folder};
use crate::ingest::mapping_file::{MappingFile, MappingRule};
use crate::ingest::parameters::IngestParameters;
use crate::ingest::tables;
use crate::model::progress::Progress;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Reads a data set, when one folder is named, or files that each hold one form or several.
///
/// A file without a column of form identifiers is one form, called by its file name.
///
/// # Errors
/// A folder that cannot be read. A file that cannot is in the data set, named.
pub fn read_forms(
    paths: &[PathBuf],
    parameters: &IngestParameters,
    progress: &dyn Progress,
) -> Result<Ingested, IngestError> {
    if let [folder] = paths
        && folder.is_dir()
    {
        return read_folder(folder, parameters, progress);
    }
    let mut rules = Vec::new();
    let mut files = Vec::new();
    for (number, path) in paths.iter().enumerate() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Files of one name in several folders stay apart.
        let relative = format!("{}/{name}", number + 1);
        let rule = |constants| table_rule(&relative, "forms", constants);
        let file = read_file(&relative, path, &parameters.limits);
        let own = rule(Vec::new());
        let names_forms = has_column(&file, &MappingFile { rules: vec![own.clone()] }, "form_id");
        rules.push(if names_forms { own } else { rule(vec![("form_id".to_owned(), stem(path))]) });
        files.push(file);
    }
    Ok(map_files(files, Some(&MappingFile { rules }), progress))
}

/// A rule that takes a file for a table, with values for columns that it lacks.
pub(super) fn table_rule(file: &str, table: &str, constants: Vec<(String, String)>) -> MappingRule {
    MappingRule {
        file: file.to_owned(),
        sheet: None,
        table: tables::table(table),
        skip: false,
        header_row: None,
        skip_columns: Vec::new(),
        items: None,
        columns: Vec::new(),
        constants,
        filters: Vec::new(),
        values: BTreeMap::new(),
    }
}

/// The name of a file without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::read_forms;
    use crate::ingest::parameters::IngestParameters;
    use crate::model::progress::Silent;

    #[test]
    fn a_file_is_a_form_unless_it_names_its_forms() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let one = write("A卷.csv", "题号,题干,选项A,选项B,答案\n1,断电之后应当做什么,验电,合闸,A\n");
        let two = write("all.csv", "form_id,item_no,stem,key\nX,1,first,A\nY,1,second,B\n");
        let read = read_forms(&[one, two], &IngestParameters::default(), &Silent).unwrap();
        let forms: Vec<&str> = read.dataset.form_items.iter().map(|item| item.form_id.as_str()).collect();
        assert_eq!(forms, ["A卷", "X", "Y"]);
        assert!(read.quarantine.is_empty(), "{:?}", read.quarantine);
        assert_eq!(read.dataset.form_items[0].options.len(), 2);
    }
}
