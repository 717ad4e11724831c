//! The files of a draw.

use crate::cli::draw_text::printable;
use crate::cli::error::CliError;
use crate::cli::written::Named;
use crate::draw::document::DrawDocument;
use crate::draw::lists::{Lists, Terms};
use crate::report::excel_csv::text_csv;

/// The file with everything in it.
pub(super) const DOCUMENT: &str = "draw.json";

/// Everything that is published: the document, the lots as a table, the text to print, and the list that is hashed.
pub(super) fn files_of(document: &DrawDocument, lists: &Lists, terms: &Terms) -> Result<Vec<Named>, CliError> {
    let csv = lots(document).map_err(|error| CliError::Data(error.message()))?;
    Ok(vec![
        (DOCUMENT, document.json().into_bytes()),
        ("draw.csv", csv),
        ("draw.txt", printable(document).into_bytes()),
        ("draw-list.txt", lists.text(terms).into_bytes()),
    ])
}

const HEADER: [&str; 6] = ["order", "body_id", "body_name", "stratum", "person_id", "name"];

fn lots(document: &DrawDocument) -> Result<Vec<u8>, crate::report::error::ReportError> {
    let rows = document.drawn.iter().flat_map(|drawn| {
        drawn.inspectors.iter().map(|person| {
            [
                drawn.order.to_string(),
                drawn.body_id.clone(),
                drawn.body_name.clone().unwrap_or_default(),
                drawn.stratum.clone(),
                person.person_id.clone(),
                person.name.clone().unwrap_or_default(),
            ]
        })
    });
    text_csv(HEADER, rows)
}
