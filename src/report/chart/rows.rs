//! Charts of one row a batch, rater or change: labels at the left, a note at the right, the plot between.

use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, MARGIN, SMALL, TEXT, Type, WIDTH};
use crate::report::chart::palette::Colour;

/// Height of a row, pixels.
pub const ROW: f64 = 26.0;
/// Rows that a chart shows at most; the rest is in its data file.
pub const MAXIMUM_ROWS: usize = 30;
/// Ground of every second row.
const STRIPE: Colour = Colour(0xf6, 0xf6, 0xf6);

/// The texts of one row.
#[derive(Clone, Debug, Default)]
pub struct RowLabel {
    /// What the row is about.
    pub main: String,
    /// More of it, in grey.
    pub detail: Bilingual,
    /// At the right of the plot.
    pub note: Bilingual,
}

/// Widths of the columns beside the plot.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// Labels.
    pub label: f64,
    /// Notes.
    pub note: f64,
}

/// Draws stripes and labels from `top` on and returns the plot area between them.
pub fn frame(canvas: &Canvas<'_>, rows: &[RowLabel], columns: Columns, top: f64, language: Language) -> Area {
    let bottom = top + rows.len() as f64 * ROW;
    let area = Area::new(MARGIN + columns.label, top, WIDTH - MARGIN - columns.note, bottom);
    for (index, row) in rows.iter().enumerate() {
        let y = middle(area, index);
        if index % 2 == 0 {
            canvas.rect(Area::new(MARGIN - 8.0, y - ROW / 2.0, WIDTH - MARGIN + 8.0, y + ROW / 2.0), STRIPE);
        }
        let room = columns.label - 16.0;
        let main = canvas.fit(&row.main, TEXT, room);
        canvas.text(MARGIN, y, &main, Type::new(TEXT));
        let left = room - canvas.text_width(&main, TEXT) - 10.0;
        // Fewer than two characters of a name say nothing.
        if left > 40.0 {
            let detail = canvas.fit(row.detail.get(language), SMALL, left);
            canvas.text(MARGIN + room - left, y, &detail, Type::new(SMALL).muted());
        }
        let note = canvas.fit(row.note.get(language), SMALL, columns.note - 10.0);
        canvas.text(WIDTH - MARGIN, y, &note, Type::new(SMALL).right());
    }
    area
}

/// The middle of a row.
pub fn middle(area: Area, index: usize) -> f64 {
    area.top + (index as f64 + 0.5) * ROW
}

/// What a caption says when rows were left out.
pub fn left_out(shown: usize, all: usize) -> Bilingual {
    if shown >= all {
        return Bilingual::default();
    }
    Bilingual::new(
        format!("图中只画 {shown} 行，共 {all} 行；其余见数据文件。"),
        format!(" {shown} of {all} rows are drawn; the data file has all."),
    )
}

/// What a caption says when columns of articles were left out.
pub fn columns_left_out(shown: usize, all: usize) -> Bilingual {
    if shown >= all {
        return Bilingual::default();
    }
    Bilingual::new(format!("图中只画 {shown} 条规定，共 {all} 条。"), format!(" {shown} of {all} articles are drawn."))
}

/// A caption and what is added to it.
pub fn joined(caption: Bilingual, more: &Bilingual) -> Bilingual {
    Bilingual::new(format!("{}{}", caption.zh, more.zh), format!("{}{}", caption.en, more.en))
}
