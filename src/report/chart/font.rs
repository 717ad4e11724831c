//! The font behind every chart: advance widths to measure with, outlines to draw with.

use crate::report::chart::error::ChartError;
use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Noto Sans SC, cut down to GB 2312 and Latin (SIL Open Font Licence, see `src/report/fonts/OFL.txt`).
const BUILTIN: &[u8] = include_bytes!("../fonts/KaojianSans-Regular.ttf");

/// The bytes of one checked font.
#[derive(Clone, Debug)]
pub struct FontFace {
    bytes: Cow<'static, [u8]>,
}

impl FontFace {
    /// The font that comes with the program.
    pub fn builtin() -> Self {
        Self { bytes: Cow::Borrowed(BUILTIN) }
    }

    /// Another font, such as one that has the rare characters of a person's name.
    ///
    /// # Errors
    /// [`ChartError::FontFile`] when the file cannot be read, [`ChartError::Font`] when it is no font.
    pub fn from_file(path: &Path) -> Result<Self, ChartError> {
        let bytes =
            std::fs::read(path).map_err(|source| ChartError::FontFile { path: path.display().to_string(), source })?;
        Self::from_bytes(bytes)
    }

    /// Another font from its bytes; of a collection the first face is taken.
    ///
    /// # Errors
    /// [`ChartError::Font`] when the bytes are no font.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, ChartError> {
        Face::parse(&bytes, 0).map_err(|error| ChartError::Font { detail: error.to_string() })?;
        Ok(Self { bytes: Cow::Owned(bytes) })
    }

    /// A reader of glyphs. The bytes were checked when the font was made, so there is one.
    pub fn glyphs(&self) -> Glyphs<'_> {
        Glyphs { face: Face::parse(&self.bytes, 0).ok() }
    }
}

/// Reads widths and outlines. Without a readable face it has no glyphs and widths of half an em.
pub struct Glyphs<'f> {
    face: Option<Face<'f>>,
}

/// Characters outside GB 2312 that charts need, and what stands in for them.
const fn look_alike(character: char) -> Option<char> {
    match character {
        // The minus sign and the figure dash.
        '\u{2212}' | '\u{2012}' => Some('–'),
        '\u{2010}' | '\u{2011}' => Some('-'),
        '\u{a0}' | '\u{202f}' | '\u{2009}' => Some(' '),
        _ => None,
    }
}

/// Units of an em when a font does not say.
const FALLBACK_UNITS: u16 = 1000;

impl Glyphs<'_> {
    /// Font units of one em.
    pub fn units_per_em(&self) -> f64 {
        f64::from(self.face.as_ref().map_or(FALLBACK_UNITS, |face| face.units_per_em().max(1)))
    }

    /// The glyph of a character, or of one that looks the same; glyph 0, the box, when the font has neither.
    pub fn glyph(&self, character: char) -> u16 {
        let Some(face) = &self.face else { return 0 };
        let found = face.glyph_index(character).or_else(|| face.glyph_index(look_alike(character)?));
        found.map_or(0, |glyph| glyph.0)
    }

    /// Whether the font draws the character.
    pub fn has(&self, character: char) -> bool {
        self.glyph(character) != 0
    }

    /// How far the pen moves after a glyph, font units.
    pub fn advance(&self, glyph: u16) -> u32 {
        let advance = self.face.as_ref().and_then(|face| face.glyph_hor_advance(GlyphId(glyph)));
        u32::from(advance.unwrap_or(FALLBACK_UNITS / 2))
    }

    /// Width of a line of text at a size, in the unit of the size.
    pub fn width(&self, text: &str, size: f64) -> f64 {
        let units: u64 = text.chars().map(|character| u64::from(self.advance(self.glyph(character)))).sum();
        units as f64 * size / self.units_per_em()
    }

    /// The outline as SVG path data in font units, y upwards; empty for a blank glyph.
    pub fn outline(&self, glyph: u16) -> String {
        let mut path = PathData::default();
        if let Some(face) = &self.face {
            face.outline_glyph(GlyphId(glyph), &mut path);
        }
        path.data
    }
}

/// Writes path data with relative integer coordinates, one-coordinate commands for upright and level
/// lines, and no repeated letters: the shortest form. Half of a chart's bytes are outlines.
#[derive(Default)]
struct PathData {
    data: String,
    x: i32,
    y: i32,
    start: (i32, i32),
    last: char,
}

impl PathData {
    fn command(&mut self, letter: char, points: &[(f32, f32)]) {
        let (from_x, from_y) = (self.x, self.y);
        let mut steps = Vec::with_capacity(6);
        for (x, y) in points {
            let (x, y) = (x.round() as i32, y.round() as i32);
            steps.extend([x.saturating_sub(from_x), y.saturating_sub(from_y)]);
            (self.x, self.y) = (x, y);
        }
        let (letter, steps) = match (letter, steps.as_slice()) {
            ('l', [step, 0]) => ('h', vec![*step]),
            ('l', [0, step]) => ('v', vec![*step]),
            _ => (letter, steps),
        };
        // A repeated letter may be left out, but for m, after which it would mean l.
        let mut separated = letter != self.last || letter == 'm';
        if separated {
            self.data.push(letter);
        }
        for step in steps {
            // A letter or a minus sign separates numbers by itself.
            if step >= 0 && !separated {
                self.data.push(' ');
            }
            // Writing to a string cannot fail.
            let _ = write!(self.data, "{step}");
            separated = false;
        }
        self.last = letter;
    }
}

impl OutlineBuilder for PathData {
    fn move_to(&mut self, x: f32, y: f32) {
        self.command('m', &[(x, y)]);
        self.start = (self.x, self.y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.command('l', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.command('q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.command('c', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('z');
        self.last = 'z';
        (self.x, self.y) = self.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_has_chinese_and_latin() {
        let font = FontFace::builtin();
        let glyphs = font.glyphs();
        for character in "考鉴合格线第二十条（一）5 %≥≤−–—·…“”《》Aaz→κ".chars() {
            assert!(glyphs.has(character), "{character} is not in the font");
        }
        assert!(!glyphs.has('\u{20BB7}'));
        assert!(glyphs.outline(glyphs.glyph('考')).starts_with('m'));
        assert!(!glyphs.outline(0).is_empty(), "a missing character is drawn as a box");
    }

    #[test]
    fn width_is_the_sum_of_advances() {
        let font = FontFace::builtin();
        let glyphs = font.glyphs();
        // A Chinese character is one em wide.
        assert!((glyphs.width("考鉴", 13.0) - 26.0).abs() < 1e-9);
        assert!(glyphs.width("ii", 13.0) < glyphs.width("mm", 13.0));
        assert_eq!(glyphs.width("", 13.0), 0.0);
    }

    #[test]
    fn refuses_what_is_no_font() {
        assert!(matches!(FontFace::from_bytes(b"no font".to_vec()), Err(ChartError::Font { .. })));
        assert!(matches!(FontFace::from_file(Path::new("no such file")), Err(ChartError::FontFile { .. })));
    }

    #[test]
    fn relative_path_data_is_exact() {
        let mut path = PathData::default();
        path.move_to(10.0, 20.0);
        path.line_to(5.0, 20.0);
        path.line_to(4.0, 21.0);
        path.line_to(5.0, 20.0);
        path.quad_to(0.0, 0.0, 7.0, -3.0);
        path.close();
        path.move_to(11.0, 21.0);
        assert_eq!(path.data, "m10 20h-5l-1 1 1-1q-5-20 2-23zm1 1");
    }
}
