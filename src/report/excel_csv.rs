//! Tables for Excel: UTF-8 with a byte-order mark, CR LF.

use crate::report::clean::{defused, shown};
use crate::report::error::ReportError;

/// The bytes of a table of texts from data: every cell is cleaned and defused.
pub fn text_csv<R, C>(
    header: impl IntoIterator<Item = C>,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, ReportError>
where
    R: IntoIterator<Item: AsRef<str>>,
    C: AsRef<[u8]>,
{
    let clean = |row: R| row.into_iter().map(|cell| defused(&shown(cell.as_ref()))).collect::<Vec<String>>();
    excel_csv(header, rows.into_iter().map(clean))
}

/// The bytes of a table. Cells are put out as they are: text from data must have been defused.
pub fn excel_csv<R, C>(
    header: impl IntoIterator<Item = C>,
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, ReportError>
where
    R: IntoIterator<Item = String>,
    C: AsRef<[u8]>,
{
    let mut bytes = "\u{FEFF}".as_bytes().to_vec();
    {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush().map_err(csv::Error::from)?;
    }
    Ok(bytes)
}
