//! A worksheet written row by row: headers in both languages, texts as texts, a cap on rows.

use crate::report::clean::{defused, shown};
use crate::report::error::ReportError;
use crate::report::wording;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet};

/// Most characters that a cell of the format holds.
const MAXIMUM_CELL: usize = 32_767;
/// Whole numbers past this are not exact as binary numbers and are written as text.
const MAXIMUM_EXACT: u64 = 1 << 53;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text: never a formula, whatever it begins with.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A statistic.
    Real(f64),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text from the data.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(shown(text.as_ref()))
    }

    /// A text that may be absent.
    pub fn optional(text: Option<impl AsRef<str>>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }

    /// A count.
    pub fn count(value: u64) -> Self {
        i64::try_from(value).map_or_else(|_| Self::Text(value.to_string()), Self::Whole)
    }

    /// A statistic that may be absent.
    pub fn real(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Real)
    }

    /// A fixed text of the program, Chinese and English in one cell.
    pub fn word(key: &str) -> Self {
        let text = wording::text(key);
        Self::Text(if text.zh == text.en { text.zh } else { format!("{} {}", text.zh, text.en) })
    }
}

/// A column: its canonical name, whose Chinese label is `column.<name>` of the wording, and its width in characters.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Canonical name.
    pub name: &'static str,
    /// Width.
    pub width: f64,
}

/// A column of a worksheet.
pub const fn column(name: &'static str, width: u32) -> Column {
    Column { name, width: width as f64 }
}

/// Name of a worksheet, in Chinese: most readers of the workbook have a Chinese spreadsheet.
pub fn sheet_name(key: &str) -> String {
    wording::text(key).zh
}

/// A worksheet under way.
pub struct Grid<'a> {
    worksheet: &'a mut Worksheet,
    formats: Formats,
    columns: usize,
    next_row: u32,
    maximum_rows: u32,
    left_out: u64,
}

struct Formats {
    head: Format,
    text: Format,
    quoted: Format,
    number: Format,
    note: Format,
}

impl<'a> Grid<'a> {
    /// A new worksheet with a frozen header.
    pub fn new(
        workbook: &'a mut Workbook,
        name: &str,
        columns: &[Column],
        maximum_rows: u32,
    ) -> Result<Self, ReportError> {
        let formats = Formats::new();
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(name)?;
        for (index, column) in columns.iter().enumerate() {
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let label = wording::text(&format!("column.{}", column.name));
            worksheet.write_string_with_format(0, index, format!("{} {}", label.zh, column.name), &formats.head)?;
            worksheet.set_column_width(index, column.width)?;
        }
        worksheet.set_freeze_panes(1, 0)?;
        worksheet.set_landscape();
        worksheet.set_repeat_rows(0, 0)?;
        Ok(Self { worksheet, formats, columns: columns.len(), next_row: 1, maximum_rows, left_out: 0 })
    }

    /// Appends a row; past the cap it is only counted.
    pub fn push(&mut self, cells: &[Cell]) -> Result<(), ReportError> {
        if self.next_row > self.maximum_rows {
            self.left_out += 1;
            return Ok(());
        }
        for (index, cell) in cells.iter().enumerate() {
            let column = u16::try_from(index).unwrap_or(u16::MAX);
            self.write(column, cell)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn write(&mut self, column: u16, cell: &Cell) -> Result<(), ReportError> {
        let row = self.next_row;
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => {
                let text: String = text.chars().take(MAXIMUM_CELL).collect();
                // Editing such a cell in a spreadsheet must not turn it into a formula either.
                let format = if defused(&text) == text { &self.formats.text } else { &self.formats.quoted };
                self.worksheet.write_string_with_format(row, column, text, format)?;
            }
            Cell::Whole(value) if value.unsigned_abs() < MAXIMUM_EXACT => {
                self.worksheet.write_number_with_format(row, column, *value as f64, &self.formats.number)?;
            }
            Cell::Real(value) if value.is_finite() => {
                self.worksheet.write_number_with_format(row, column, *value, &self.formats.number)?;
            }
            Cell::Whole(value) => {
                self.worksheet.write_string_with_format(row, column, value.to_string(), &self.formats.text)?;
            }
            Cell::Real(value) => {
                self.worksheet.write_string_with_format(row, column, value.to_string(), &self.formats.text)?;
            }
        }
        Ok(())
    }

    /// Adds the filter buttons and, when rows were left out, says how many.
    pub fn finish(self) -> Result<(), ReportError> {
        let last_column = u16::try_from(self.columns.saturating_sub(1)).unwrap_or(u16::MAX);
        if self.next_row > 1 {
            self.worksheet.autofilter(0, 0, self.next_row - 1, last_column)?;
        }
        if self.left_out > 0 {
            let note = wording::fill("workbook.truncated", &[("n", &self.left_out.to_string())]);
            let text = format!("{} {}", note.zh, note.en);
            self.worksheet.write_string_with_format(self.next_row, 0, text, &self.formats.note)?;
        }
        Ok(())
    }
}

impl Formats {
    fn new() -> Self {
        let top = Format::new().set_align(FormatAlign::Top);
        let text = top.clone().set_text_wrap();
        Self {
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color("#E8EEF4")
                .set_border_bottom(FormatBorder::Thin),
            quoted: text.clone().set_quote_prefix(),
            number: top.clone(),
            note: Format::new().set_bold(),
            text,
        }
    }
}
