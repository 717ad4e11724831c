//! A plotters backend that writes SVG with text as outlines: the same picture in every browser and in
//! the rasteriser, with or without fonts on the machine.
//!
//! One pixel of plotters is a tenth of a pixel of the chart ([`UNIT`]), so that plotters' whole numbers
//! are fine enough for bars of equal width and for smooth curves.

use crate::report::chart::font::{FontFace, Glyphs};
use crate::report::chart::palette::{Dash, Hatch};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    FontTransform,
};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write;
use std::rc::Rc;

/// Backend units of one pixel of the chart.
pub const UNIT: i32 = 10;

/// Height that plotters is told, backend units.
const MAXIMUM_HEIGHT: u32 = 1_000_000;

/// Where the baseline lies below the top of a line of text, and the middle of capitals above the baseline, in ems.
const ASCENT: f64 = 0.88;
const MIDDLE: f64 = 0.365;
const DESCENT: f64 = 0.12;
/// Outline added for bold text, in ems: the one weight of the font is thickened.
const BOLD: f64 = 0.045;

/// The document as it grows.
pub struct Sheet<'f> {
    width: u32,
    prefix: String,
    glyphs: Glyphs<'f>,
    used: BTreeMap<u16, String>,
    body: String,
}

impl<'f> Sheet<'f> {
    /// An empty sheet, backend units wide; its height is known when all is drawn. `prefix` starts every
    /// id, so that many charts stand on one page.
    pub fn new(font: &'f FontFace, prefix: &str, width: u32) -> Self {
        Self { width, prefix: prefix.to_owned(), glyphs: font.glyphs(), used: BTreeMap::new(), body: String::new() }
    }

    /// Reads widths.
    pub fn glyphs(&self) -> &Glyphs<'f> {
        &self.glyphs
    }

    fn write(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(arguments);
    }

    /// The whole document on white, with a title and a description for readers who do not see it.
    pub fn document(&self, title: &str, description: &str, height: u32) -> String {
        let prefix = &self.prefix;
        let (shown_width, shown_height) =
            (f64::from(self.width) / f64::from(UNIT), f64::from(height) / f64::from(UNIT));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{shown_width}\" height=\"{shown_height}\" viewBox=\"0 0 {} {height}\" \
             role=\"img\" aria-labelledby=\"{prefix}t {prefix}d\">\n<title id=\"{prefix}t\">{}</title>\n\
             <desc id=\"{prefix}d\">{}</desc>\n<defs>\n",
            self.width,
            escape(title),
            escape(description)
        );
        for (glyph, outline) in self.used.iter().filter(|(_, outline)| !outline.is_empty()) {
            let _ = writeln!(text, "<path id=\"{prefix}{glyph}\" d=\"{outline}\"/>");
        }
        let _ = write!(text, "</defs>\n<rect width=\"{}\" height=\"{height}\" fill=\"#ffffff\"/>\n", self.width);
        text.push_str(&self.body);
        text.push_str("</svg>\n");
        text
    }
}

/// Text as XML content: markup escaped, characters that XML forbids replaced.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            control if control.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Plotters' view of a [`Sheet`].
pub struct SvgBackend<'f> {
    sheet: Rc<RefCell<Sheet<'f>>>,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'f> SvgBackend<'f> {
    /// Draws on this sheet.
    pub fn new(sheet: Rc<RefCell<Sheet<'f>>>) -> Self {
        Self { sheet }
    }

    /// A line broken into dashes, which plotters' own styles do not know.
    pub fn dashed_path(&mut self, points: &[BackendCoord], colour: BackendColor, width: u32, dash: Dash) {
        let paint = stroke(colour, width);
        let broken = dash
            .lengths()
            .map_or_else(String::new, |(on, off)| format!(" stroke-dasharray=\"{} {}\"", on * UNIT, off * UNIT));
        let data = path_data(points.iter().copied());
        self.sheet.borrow_mut().write(format_args!("<path d=\"{data}\" fill=\"none\"{paint}{broken}/>\n"));
    }

    /// A rectangle filled with a hatch. The marks are drawn one by one: an SVG pattern becomes a bitmap
    /// when a page is printed to PDF.
    pub fn hatched_rect(&mut self, from: BackendCoord, to: BackendCoord, colour: BackendColor, hatch: Hatch) {
        let (data, width, cap) = match hatch {
            Hatch::Rising => (rising_lines(from, to), 12, ""),
            Hatch::Dotted => (dots(from, to), 22, " stroke-linecap=\"round\""),
        };
        if !data.is_empty() {
            let paint = stroke(colour, width);
            self.sheet.borrow_mut().write(format_args!("<path d=\"{data}\" fill=\"none\"{paint}{cap}/>\n"));
        }
    }
}

/// Distance of the marks of a hatch, backend units.
const HATCH: i32 = 60;

/// The rectangle between two corners without a rim that the width of a mark would cross: left, top, right, bottom.
fn inside(from: BackendCoord, to: BackendCoord, rim: i32) -> (i32, i32, i32, i32) {
    let low = |a: i32, b: i32| a.min(b).saturating_add(rim);
    let high = |a: i32, b: i32| a.max(b).saturating_sub(rim);
    (low(from.0, to.0), low(from.1, to.1), high(from.0, to.0), high(from.1, to.1))
}

/// Whole multiples of the distance between two numbers.
fn multiples(low: i32, high: i32) -> impl Iterator<Item = i32> {
    let first = low.div_euclid(HATCH).saturating_add(i32::from(low.rem_euclid(HATCH) > 0));
    (first..=high.div_euclid(HATCH)).map(|step| step.saturating_mul(HATCH))
}

/// Lines that rise to the right, in step with those of every other rectangle.
fn rising_lines(from: BackendCoord, to: BackendCoord) -> String {
    let (left, top, right, bottom) = inside(from, to, 4);
    let mut data = String::new();
    if left < right && top < bottom {
        for sum in multiples(left.saturating_add(top), right.saturating_add(bottom)) {
            let (start, end) = (left.max(sum - bottom), right.min(sum - top));
            if start < end {
                let _ = write!(data, "M{start} {}l{} -{}", sum - start, end - start, end - start);
            }
        }
    }
    data
}

/// Dots in step with those of every other rectangle.
fn dots(from: BackendCoord, to: BackendCoord) -> String {
    let (left, top, right, bottom) = inside(from, to, 11);
    let mut data = String::new();
    for y in multiples(top, bottom) {
        for x in multiples(left, right) {
            let _ = write!(data, "M{x} {y}h1");
        }
    }
    data
}

fn corners(from: BackendCoord, to: BackendCoord) -> (i32, i32, i64, i64) {
    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
    let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
    (left, top, i64::from(right) - i64::from(left), i64::from(bottom) - i64::from(top))
}

fn hex(colour: BackendColor) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.rgb.0, colour.rgb.1, colour.rgb.2)
}

fn fill(colour: BackendColor) -> String {
    if colour.alpha < 1.0 {
        format!(" fill=\"{}\" fill-opacity=\"{:.2}\"", hex(colour), colour.alpha)
    } else {
        format!(" fill=\"{}\"", hex(colour))
    }
}

fn stroke(colour: BackendColor, width: u32) -> String {
    format!(" stroke=\"{}\" stroke-width=\"{width}\"", hex(colour))
}

fn path_data(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        let _ = write!(data, "{}{x} {y}", if index == 0 { 'M' } else { 'L' });
    }
    data
}

impl DrawingBackend for SvgBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        // The sheet grows downwards as far as the drawing needs.
        (self.sheet.borrow().width, MAXIMUM_HEIGHT)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect(point, (point.0.saturating_add(UNIT), point.1.saturating_add(UNIT)), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S, filled: bool) -> Drawn {
        let (x, y, width, height) = corners(from, to);
        let paint = if filled {
            fill(style.color())
        } else {
            format!(" fill=\"none\"{}", stroke(style.color(), style.stroke_width()))
        };
        self.sheet
            .borrow_mut()
            .write(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{paint}/>\n"));
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Drawn {
        let paint = stroke(style.color(), style.stroke_width());
        let data = path_data(path);
        self.sheet.borrow_mut().write(format_args!("<path d=\"{data}\" fill=\"none\"{paint}/>\n"));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, filled: bool) -> Drawn {
        let paint = if filled {
            fill(style.color())
        } else {
            format!(" fill=\"none\"{}", stroke(style.color(), style.stroke_width()))
        };
        self.sheet.borrow_mut().write(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{paint}/>\n"));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        let data = path_data(points);
        let paint = fill(style.color());
        self.sheet.borrow_mut().write(format_args!("<path d=\"{data}Z\"{paint}/>\n"));
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, position: BackendCoord) -> Drawn {
        let mut sheet = self.sheet.borrow_mut();
        let size = style.size();
        let width = sheet.glyphs.width(text, size);
        let across = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => -width / 2.0,
            HPos::Right => -width,
        };
        let down = match style.anchor().v_pos {
            VPos::Top => ASCENT * size,
            VPos::Center => MIDDLE * size,
            VPos::Bottom => -DESCENT * size,
        };
        let (x, y) = (f64::from(position.0), f64::from(position.1));
        let place = match style.transform() {
            FontTransform::None => format!("translate({:.0} {:.0})", x + across, y + down),
            FontTransform::Rotate90 => format!("translate({:.0} {:.0}) rotate(90)", x - down, y + across),
            FontTransform::Rotate180 => format!("translate({:.0} {:.0}) rotate(180)", x - across, y - down),
            FontTransform::Rotate270 => format!("translate({:.0} {:.0}) rotate(-90)", x + down, y - across),
        };
        let scale = size / sheet.glyphs.units_per_em();
        let mut paint = fill(style.color());
        if matches!(style.style(), FontStyle::Bold) {
            let thickness = (BOLD * sheet.glyphs.units_per_em()).round() as u32;
            paint.push_str(&stroke(style.color(), thickness));
        }
        sheet.write(format_args!("<g transform=\"{place} scale({scale:.4} -{scale:.4})\"{paint}>"));
        let mut pen: u64 = 0;
        for character in text.chars() {
            let glyph = sheet.glyphs.glyph(character);
            if !sheet.used.contains_key(&glyph) {
                let outline = sheet.glyphs.outline(glyph);
                sheet.used.insert(glyph, outline);
            }
            if sheet.used.get(&glyph).is_some_and(|outline| !outline.is_empty()) {
                let prefix = sheet.prefix.clone();
                if pen == 0 {
                    sheet.write(format_args!("<use href=\"#{prefix}{glyph}\"/>"));
                } else {
                    sheet.write(format_args!("<use href=\"#{prefix}{glyph}\" x=\"{pen}\"/>"));
                }
            }
            pen += u64::from(sheet.glyphs.advance(glyph));
        }
        sheet.body.push_str("</g>\n");
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = self.sheet.borrow().glyphs.width(text, style.size());
        Ok((width.ceil() as u32, style.size().ceil() as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_markup_and_controls() {
        assert_eq!(escape("<a b=\"c\">&'\u{1}\n"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd} ");
    }

    /// One definition a glyph, one use a character, at the advance widths of the font.
    #[test]
    fn text_is_outlines() {
        let font = FontFace::builtin();
        let sheet = Rc::new(RefCell::new(Sheet::new(&font, "c7e", 1000)));
        let style = plotters::style::TextStyle::from(("sans-serif", 100.0));
        SvgBackend::new(sheet.clone()).draw_text("考 考", &style, (50, 20)).unwrap();
        let glyphs = font.glyphs();
        let (glyph, space) = (glyphs.glyph('考'), glyphs.advance(glyphs.glyph(' ')));
        let text = sheet.borrow().document("", "", 300);
        assert_eq!(text.matches("<path id=").count(), 1, "a blank needs no definition");
        assert!(text.contains(&format!(
            "<g transform=\"translate(50 108) scale(0.1000 -0.1000)\" fill=\"#000000\"><use href=\"#c7e{glyph}\"/>\
             <use href=\"#c7e{glyph}\" x=\"{}\"/></g>",
            1000 + space
        )));
    }

    #[test]
    fn hatches_stay_inside_their_rectangle() {
        assert_eq!(rising_lines((0, 0), (104, 64)), "M4 56l52 -52M60 60l40 -40");
        assert_eq!(dots((0, 0), (140, 80)), "M60 60h1M120 60h1");
        assert_eq!(rising_lines((0, 0), (6, 6)), "");
        assert_eq!(dots((i32::MAX, 0), (i32::MAX, 9)), "");
    }

    #[test]
    fn a_sheet_is_small_and_complete() {
        let font = FontFace::builtin();
        let sheet = Rc::new(RefCell::new(Sheet::new(&font, "c0z", 1000)));
        let mut backend = SvgBackend::new(sheet.clone());
        let black = BackendColor { alpha: 1.0, rgb: (0, 0, 0) };
        backend.draw_line((0, 0), (100, 50), &black).unwrap();
        backend.draw_rect((100, 50), (0, 0), &black, true).unwrap();
        backend.dashed_path(&[(0, 0), (9, 9)], black, 15, Dash::Short);
        let text = sheet.borrow().document("a<b", "c&d", 500);
        assert_eq!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50\" viewBox=\"0 0 1000 500\" role=\"img\" \
             aria-labelledby=\"c0zt c0zd\">\n<title id=\"c0zt\">a&lt;b</title>\n<desc id=\"c0zd\">c&amp;d</desc>\n<defs>\n\
             </defs>\n<rect width=\"1000\" height=\"500\" fill=\"#ffffff\"/>\n<path d=\"M0 0L100 50\" fill=\"none\" stroke=\"#000000\" stroke-width=\"1\"/>\n\
             <rect x=\"0\" y=\"0\" width=\"100\" height=\"50\" fill=\"#000000\"/>\n\
             <path d=\"M0 0L9 9\" fill=\"none\" stroke=\"#000000\" stroke-width=\"15\" stroke-dasharray=\"50 40\"/>\n</svg>\n"
        );
    }
}
