//! OpenDocument writes repeated cells and rows as a number. A few bytes may so stand for millions of
//! cells; they are counted here while the part streams by, before a reader writes them all out.

use crate::ingest::archive;
use crate::ingest::limits::Limits;
use crate::model::text::Bilingual;

/// The reader keeps a value and a formula for each cell of the rectangle, about 56 bytes together.
const MAX_CELLS: u64 = 30_000_000;
/// Longest tag that is kept; attributes past it would have to be absurd.
const MAX_TAG_BYTES: usize = 1 << 20;
/// The reader's own bounds of a sheet.
const MAX_ROWS: u64 = 1_048_576;
const MAX_COLUMNS: u64 = 16_384;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Text,
    Tag,
    Quoted(u8),
    Comment,
    CharacterData,
}

/// Counts the cells of every table of a `content.xml` that is fed piece by piece.
pub(super) struct RepeatCounter<'a> {
    limits: &'a Limits,
    place: Place,
    tag: Vec<u8>,
    /// Cells kept for all rows as written, repetitions of rows left out.
    kept: u64,
    row_cells: u64,
    blank_cells: u64,
    row_repeats: u64,
    rows: u64,
    blank_rows: u64,
    widest: u64,
}

impl<'a> RepeatCounter<'a> {
    /// At the beginning of the part.
    pub fn new(limits: &'a Limits) -> Self {
        let (kept, row_cells, blank_cells, row_repeats, rows, blank_rows, widest) = Default::default();
        let tag = Vec::new();
        Self { limits, place: Place::Text, tag, kept, row_cells, blank_cells, row_repeats, rows, blank_rows, widest }
    }

    /// Takes the next piece; fails when the cells so far pass the limit.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), Bilingual> {
        for byte in piece {
            match (self.place, byte) {
                (Place::Text, b'<') => {
                    self.place = Place::Tag;
                    self.tag.clear();
                }
                (Place::Text, _) => {}
                (Place::Quoted(quote), _) => {
                    self.keep(*byte)?;
                    if *byte == quote {
                        self.place = Place::Tag;
                    }
                }
                (Place::Tag, b'>') => {
                    self.place = Place::Text;
                    self.on_tag()?;
                }
                (Place::Tag, b'"' | b'\'') => {
                    self.keep(*byte)?;
                    self.place = Place::Quoted(*byte);
                }
                (Place::Tag, _) => {
                    self.keep(*byte)?;
                    match &self.tag[..] {
                        b"!--" => self.enter(Place::Comment),
                        b"![CDATA[" => self.enter(Place::CharacterData),
                        _ => {}
                    }
                }
                (Place::Comment, _) => self.leave_at(*byte, *b"-->"),
                (Place::CharacterData, _) => self.leave_at(*byte, *b"]]>"),
            }
        }
        Ok(())
    }

    fn enter(&mut self, place: Place) {
        self.place = place;
        self.tag.clear();
    }

    /// Keeps the last bytes only, until they are the end of the section.
    fn leave_at(&mut self, byte: u8, end: [u8; 3]) {
        if self.tag.len() == end.len() {
            self.tag.remove(0);
        }
        self.tag.push(byte);
        if self.tag == end {
            self.enter(Place::Text);
        }
    }

    fn keep(&mut self, byte: u8) -> Result<(), Bilingual> {
        if self.tag.len() >= MAX_TAG_BYTES {
            return Err(archive::broken("a tag without an end"));
        }
        self.tag.push(byte);
        Ok(())
    }

    fn on_tag(&mut self) -> Result<(), Bilingual> {
        let tag = std::mem::take(&mut self.tag);
        let name_end = tag.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'/').unwrap_or(tag.len());
        match &tag[..name_end] {
            b"table:table" => (self.rows, self.blank_rows, self.widest) = (0, 0, 0),
            b"table:table-row" => {
                (self.row_cells, self.blank_cells) = (0, 0);
                self.row_repeats = attribute(&tag, b"table:number-rows-repeated").min(MAX_ROWS);
                if tag.ends_with(b"/") {
                    self.end_row();
                }
            }
            b"table:table-cell" | b"table:covered-table-cell" => {
                let repeats = attribute(&tag, b"table:number-columns-repeated").min(MAX_COLUMNS);
                let has_value = [&b"office:"[..], b"calcext:", b"table:formula"].iter().any(|key| contains(&tag, key));
                if has_value {
                    self.row_cells = (self.row_cells + self.blank_cells + repeats).min(MAX_COLUMNS);
                    self.blank_cells = 0;
                } else {
                    self.blank_cells = (self.blank_cells + repeats).min(MAX_COLUMNS);
                }
            }
            b"" if tag == b"/table:table-row" => self.end_row(),
            _ => {}
        }
        self.tag = tag;
        self.tag.clear();
        let limit = self.limits.max_cells.min(MAX_CELLS);
        if self.kept > limit || self.rows.saturating_mul(self.widest) > limit {
            return Err(archive::too_many_cells(&Limits { max_cells: limit, ..self.limits.clone() }));
        }
        Ok(())
    }

    fn end_row(&mut self) {
        if self.row_cells == 0 {
            self.blank_rows = self.blank_rows.saturating_add(self.row_repeats);
            return;
        }
        self.rows = self.rows.saturating_add(self.blank_rows).saturating_add(self.row_repeats).min(MAX_ROWS);
        self.blank_rows = 0;
        self.widest = self.widest.max(self.row_cells);
        self.kept = self.kept.saturating_add(self.row_cells);
    }
}

/// The whole number of an attribute, 1 where it is absent or no number.
fn attribute(tag: &[u8], name: &[u8]) -> u64 {
    let Some(at) = memchr::memmem::find(tag, name) else { return 1 };
    let digits: Vec<u8> = tag[at + name.len()..]
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''))
        .take_while(u8::is_ascii_digit)
        .collect();
    // Too many digits for a number are the largest.
    std::str::from_utf8(&digits).map_or(1, |text| if text.is_empty() { 1 } else { text.parse().unwrap_or(u64::MAX) })
}

fn contains(tag: &[u8], key: &[u8]) -> bool {
    memchr::memmem::find(tag, key).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(content: &str) -> bool {
        let limits = Limits { max_cells: 1000, ..Limits::default() };
        let whole = RepeatCounter::new(&limits).feed(content.as_bytes()).is_ok();
        let mut counter = RepeatCounter::new(&limits);
        let single = content.as_bytes().chunks(1).try_for_each(|piece| counter.feed(piece)).is_ok();
        assert_eq!(whole, single);
        whole
    }

    #[test]
    fn blank_tails_are_free_and_repeated_values_are_not() {
        let value = r#"<table:table-cell office:value-type="float" office:value="1"/>"#;
        let table = |rows: &str| format!("<table:table table:name=\"a\">{rows}</table:table>");
        let row = |attributes: &str, cells: &str| format!("<table:table-row{attributes}>{cells}</table:table-row>");
        let blanks = r#"<table:table-cell table:number-columns-repeated="16383"/>"#;
        let many = r#"<table:table-cell table:number-columns-repeated="1001" office:value="1"/>"#;
        assert!(verdict(&table(&row("", &format!("{value}{blanks}")))));
        assert!(!verdict(&table(&row("", &format!("{value}{blanks}{value}")))));
        assert!(!verdict(&table(&row("", many))));
        assert!(!verdict(&table(&row(" table:number-rows-repeated=\"1001\"", value))));
        let far = format!("{}{}", row(" table:number-rows-repeated=\"2000\"", blanks), row("", value));
        assert!(!verdict(&table(&far)));
        assert!(verdict(&table(&row(" table:number-rows-repeated=\"2000\"", blanks))));
        // Neither a comment nor a bracket inside quotes hides a tag.
        assert!(!verdict(&table(&row("", &format!("<!-- ' > -->{many}")))));
        assert!(!verdict(&table(&row("", &many.replace("office:value=", "a='>' office:value=")))));
    }
}
