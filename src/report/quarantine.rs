//! `quarantine.csv`: refused rows and values, for Excel (UTF-8 with a byte-order mark, CR LF).

use crate::model::run::Inspection;
use crate::report::clean::{defused, shown};
use crate::report::error::ReportError;
use crate::report::excel_csv::excel_csv;
use crate::report::view::source_row;

/// The bytes of `quarantine.csv`: file, sheet, row, column, value, rule and the reason in both languages.
pub fn quarantine_csv(inspection: &Inspection) -> Result<Vec<u8>, ReportError> {
    let rows = inspection.quarantine.iter().map(|entry| {
        let place = source_row(inspection, entry.source);
        [
            defused(&place.file),
            defused(&place.sheet),
            place.row.to_string(),
            defused(&shown(&entry.column)),
            defused(&shown(&entry.value)),
            entry.rule.to_owned(),
            defused(&shown(&entry.reason.zh)),
            defused(&shown(&entry.reason.en)),
        ]
    });
    excel_csv(["file", "sheet", "row", "column", "value", "rule", "reason_zh", "reason_en"], rows)
}
