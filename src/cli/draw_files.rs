//! The files of a draw.

use crate::cli::draw_text::printable;
use crate::cli::error::CliError;
use crate::draw::document::DrawDocument;
use crate::draw::lists::{Lists, Terms};
use crate::report::clean::{defused, shown};
use crate::report::excel_csv::excel_csv;
use std::io::Write;
use std::path::Path;

/// A file by name and content.
pub(super) type Named = (&'static str, Vec<u8>);

/// Everything that is published: the document, the lots as a table, the text to print, and the list that is hashed.
pub(super) fn files_of(document: &DrawDocument, lists: &Lists, terms: &Terms) -> Result<Vec<Named>, CliError> {
    let csv = lots(document).map_err(|error| CliError::Data(error.message()))?;
    Ok(vec![
        ("draw.json", document.json().into_bytes()),
        ("draw.csv", csv),
        ("draw.txt", printable(document).into_bytes()),
        ("draw-list.txt", lists.text(terms).into_bytes()),
    ])
}

const HEADER: [&str; 6] = ["order", "body_id", "body_name", "stratum", "person_id", "name"];

fn lots(document: &DrawDocument) -> Result<Vec<u8>, crate::report::error::ReportError> {
    let rows = document.drawn.iter().flat_map(|drawn| {
        drawn.inspectors.iter().map(|person| {
            let cells = [
                drawn.order.to_string(),
                drawn.body_id.clone(),
                drawn.body_name.clone().unwrap_or_default(),
                drawn.stratum.clone(),
                person.person_id.clone(),
                person.name.clone().unwrap_or_default(),
            ];
            cells.map(|cell| defused(&shown(&cell)))
        })
    });
    excel_csv(HEADER, rows)
}

/// Writes the files beside their place and moves them in, the document last.
pub(super) fn written(out: &Path, files: &[Named]) -> Result<(), CliError> {
    let refused = |source| CliError::Write { path: out.to_string_lossy().replace('\\', "/"), source };
    std::fs::create_dir_all(out).map_err(refused)?;
    let mut ready = Vec::new();
    for (name, bytes) in files {
        let mut file = tempfile::NamedTempFile::new_in(out).map_err(refused)?;
        file.write_all(bytes).map_err(refused)?;
        ready.push((file, out.join(name)));
    }
    for (file, path) in ready.into_iter().rev() {
        file.persist(path).map_err(|error| refused(error.error))?;
    }
    Ok(())
}
