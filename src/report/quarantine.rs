//! `quarantine.csv`: refused rows and values, for Excel (UTF-8 with a byte-order mark, CR LF).

use crate::model::run::Inspection;
use crate::report::clean::{defused, shown};
use crate::report::error::ReportError;
use crate::report::view::source_row;

/// The bytes of `quarantine.csv`: file, sheet, row, column, value, rule and the reason in both languages.
pub fn quarantine_csv(inspection: &Inspection) -> Result<Vec<u8>, ReportError> {
    let mut bytes = "\u{FEFF}".as_bytes().to_vec();
    {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
        writer.write_record(["file", "sheet", "row", "column", "value", "rule", "reason_zh", "reason_en"])?;
        for entry in &inspection.quarantine {
            let place = source_row(inspection, entry.source);
            writer.write_record([
                defused(&place.file),
                defused(&place.sheet),
                place.row.to_string(),
                defused(&shown(&entry.column)),
                defused(&shown(&entry.value)),
                entry.rule.to_owned(),
                defused(&shown(&entry.reason.zh)),
                defused(&shown(&entry.reason.en)),
            ])?;
        }
        writer.flush().map_err(csv::Error::from)?;
    }
    Ok(bytes)
}
