//! The thin layer over plotters that every chart draws through: pixels as `f64`, text measured with the
//! real font, symbols, dashes and hatches.

use crate::report::chart::backend::{Sheet, SvgBackend, UNIT};
use crate::report::chart::element::{DashedPath, HatchedRectangle};
use crate::report::chart::font::FontFace;
use crate::report::chart::palette::{Colour, Dash, Hatch, INK, MUTED, PAPER};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle, Text};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord};
use std::cell::RefCell;
use std::rc::Rc;

/// Width of every chart, pixels.
pub const WIDTH: f64 = 900.0;
/// Space at the left and right edge.
pub const MARGIN: f64 = 24.0;
/// Where the space below the heading begins.
pub const TOP: f64 = 74.0;
/// Size of ordinary text, pixels at full width.
pub const TEXT: f64 = 13.0;
/// Size of the smallest text.
pub const SMALL: f64 = 12.0;

/// How a text is set.
#[derive(Clone, Copy)]
pub struct Type {
    size: f64,
    colour: Colour,
    bold: bool,
    across: HPos,
    down: VPos,
    turned: bool,
}

impl Type {
    /// Left-aligned on its middle height, in ink.
    pub const fn new(size: f64) -> Self {
        Self { size, colour: INK, bold: false, across: HPos::Left, down: VPos::Center, turned: false }
    }

    /// In another colour.
    pub const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    /// In grey.
    pub const fn muted(self) -> Self {
        self.colour(MUTED)
    }

    /// Bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// Ends at the point.
    pub const fn right(self) -> Self {
        Self { across: HPos::Right, ..self }
    }

    /// Centred on the point.
    pub const fn centre(self) -> Self {
        Self { across: HPos::Center, ..self }
    }

    /// Hangs below the point.
    pub const fn below(self) -> Self {
        Self { down: VPos::Top, ..self }
    }

    /// Stands on the point.
    pub const fn above(self) -> Self {
        Self { down: VPos::Bottom, ..self }
    }

    /// Reads upwards.
    pub const fn turned(self) -> Self {
        Self { turned: true, ..self }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    /// Colour.
    pub colour: Colour,
    /// Thickness, pixels.
    pub width: f64,
    /// How it is broken.
    pub dash: Dash,
}

impl Stroke {
    /// An unbroken line.
    pub const fn new(colour: Colour, width: f64) -> Self {
        Self { colour, width, dash: Dash::Solid }
    }

    /// Broken.
    pub const fn dashed(self, dash: Dash) -> Self {
        Self { dash, ..self }
    }
}

/// A mark that is told from others by its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symbol {
    /// Filled circle.
    Disc,
    /// Hollow circle.
    Ring,
    /// Filled square.
    Square,
    /// Filled diamond.
    Diamond,
    /// Hollow diamond.
    HollowDiamond,
    /// Filled triangle, tip up.
    Triangle,
    /// Filled triangle, tip down.
    TriangleDown,
    /// Ring with a question mark.
    Question,
    /// A pencil.
    Pencil,
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Area {
    /// From its edges.
    pub const fn new(left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self { left, top, right, bottom }
    }

    /// Whether two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// A sheet with plotters on it.
pub struct Canvas<'f> {
    sheet: Rc<RefCell<Sheet<'f>>>,
    area: DrawingArea<SvgBackend<'f>, Shift>,
}

/// Pixels to backend units. The cast saturates, and not a number becomes 0.
pub fn units(pixels: f64) -> i32 {
    // Far beyond any sheet, and far from the edge of the number range.
    (pixels * f64::from(UNIT)).round().clamp(-1e6, 1e6) as i32
}

fn thickness(pixels: f64) -> u32 {
    units(pixels).max(1).unsigned_abs()
}

fn backend_colour(colour: Colour) -> BackendColor {
    BackendColor { alpha: 1.0, rgb: (colour.0, colour.1, colour.2) }
}

fn shape(colour: Colour, width: f64, filled: bool) -> ShapeStyle {
    ShapeStyle { color: RGBColor(colour.0, colour.1, colour.2).into(), filled, stroke_width: thickness(width) }
}

impl<'f> Canvas<'f> {
    /// An empty white sheet of the common width. `prefix` starts every id in it.
    pub fn new(font: &'f FontFace, prefix: &str) -> Self {
        let sheet = Rc::new(RefCell::new(Sheet::new(font, prefix, units(WIDTH).unsigned_abs())));
        let area = SvgBackend::new(sheet.clone()).into_drawing_area();
        Self { sheet, area }
    }

    /// The plotters area of the whole sheet, in backend units.
    pub fn area(&self) -> &DrawingArea<SvgBackend<'f>, Shift> {
        &self.area
    }

    /// The finished document of that height in pixels.
    pub fn finish(self, title: &str, description: &str, height: f64) -> String {
        self.sheet.borrow().document(title, description, units(height.max(1.0)).unsigned_abs())
    }

    fn put<E>(&self, element: &E)
    where
        for<'a> &'a E: PointCollection<'a, BackendCoord>,
        E: Drawable<SvgBackend<'f>>,
    {
        // The backend writes to memory: its error type has no values.
        let _ = self.area.draw(element);
    }

    /// Writes a line of text at a point.
    pub fn text(&self, x: f64, y: f64, text: &str, style: Type) {
        let font_style = if style.bold { FontStyle::Bold } else { FontStyle::Normal };
        let mut font = FontDesc::new(FontFamily::SansSerif, style.size * f64::from(UNIT), font_style);
        if style.turned {
            font = font.transform(FontTransform::Rotate270);
        }
        let style = TextStyle { font, color: backend_colour(style.colour), pos: Pos::new(style.across, style.down) };
        self.put(&Text::new(text.to_owned(), (units(x), units(y)), style));
    }

    /// Writes a line of text on a patch of paper, so that lines behind it do not run through the letters.
    pub fn patch(&self, x: f64, y: f64, text: &str, style: Type) {
        let area = self.text_area(x, y, text, style);
        self.rect(Area::new(area.left - 2.0, area.top, area.right + 2.0, area.bottom), PAPER);
        self.text(x, y, text, style);
    }

    /// The rectangle that a text (not turned) covers.
    pub fn text_area(&self, x: f64, y: f64, text: &str, style: Type) -> Area {
        let width = self.text_width(text, style.size);
        let left = match style.across {
            HPos::Left => x,
            HPos::Center => x - width / 2.0,
            HPos::Right => x - width,
        };
        let top = match style.down {
            VPos::Top => y,
            VPos::Center => y - style.size / 2.0,
            VPos::Bottom => y - style.size,
        };
        Area::new(left, top, left + width, top + style.size)
    }

    /// Width of a line of text.
    pub fn text_width(&self, text: &str, size: f64) -> f64 {
        self.sheet.borrow().glyphs().width(text, size)
    }

    /// The text, or its beginning with an ellipsis when it is wider than `width`.
    pub fn fit(&self, text: &str, size: f64, width: f64) -> String {
        if self.text_width(text, size) <= width {
            return text.to_owned();
        }
        // Chinese dots stand in the middle of the line, Latin ones on it.
        let dots = if text.is_ascii() { "..." } else { "…" };
        let room = width - self.text_width(dots, size);
        let sheet = self.sheet.borrow();
        let mut kept = String::new();
        let mut used = 0.0;
        for character in text.chars() {
            used += sheet.glyphs().width(character.encode_utf8(&mut [0; 4]), size);
            if used > room {
                break;
            }
            kept.push(character);
        }
        kept.push_str(dots);
        kept
    }

    /// A straight line.
    pub fn line(&self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        self.polyline(&[from, to], stroke);
    }

    /// A line through points.
    pub fn polyline(&self, points: &[(f64, f64)], stroke: Stroke) {
        let points: Vec<BackendCoord> = points.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        if stroke.dash == Dash::Solid {
            self.put(&PathElement::new(points, shape(stroke.colour, stroke.width, false)));
        } else {
            let width = thickness(stroke.width);
            self.put(&DashedPath { points, colour: backend_colour(stroke.colour), width, dash: stroke.dash });
        }
    }

    /// A filled rectangle.
    pub fn rect(&self, area: Area, colour: Colour) {
        let corners = [(units(area.left), units(area.top)), (units(area.right), units(area.bottom))];
        self.put(&Rectangle::new(corners, shape(colour, 1.0, true)));
    }

    /// The edge of a rectangle.
    pub fn outline(&self, area: Area, stroke: Stroke) {
        let corners = [(units(area.left), units(area.top)), (units(area.right), units(area.bottom))];
        self.put(&Rectangle::new(corners, shape(stroke.colour, stroke.width, false)));
    }

    /// A hatch over what is there already.
    pub fn hatch(&self, area: Area, colour: Colour, hatch: Hatch) {
        let corners = [(units(area.left), units(area.top)), (units(area.right), units(area.bottom))];
        self.put(&HatchedRectangle { corners, colour: backend_colour(colour), hatch });
    }

    /// A filled polygon.
    pub fn polygon(&self, points: &[(f64, f64)], colour: Colour) {
        let points: Vec<BackendCoord> = points.iter().map(|(x, y)| (units(*x), units(*y))).collect();
        self.put(&Polygon::new(points, shape(colour, 1.0, true)));
    }

    fn circle(&self, x: f64, y: f64, radius: f64, style: ShapeStyle) {
        self.put(&Circle::new((units(x), units(y)), units(radius), style));
    }

    /// A mark of the given radius.
    pub fn symbol(&self, symbol: Symbol, x: f64, y: f64, radius: f64, colour: Colour) {
        let diamond = [(x, y - radius * 1.2), (x + radius * 1.2, y), (x, y + radius * 1.2), (x - radius * 1.2, y)];
        match symbol {
            Symbol::Disc => self.circle(x, y, radius, shape(colour, 1.0, true)),
            Symbol::Ring | Symbol::Question => {
                self.circle(x, y, radius, shape(PAPER, 1.0, true));
                self.circle(x, y, radius - 0.7, shape(colour, 1.6, false));
                if symbol == Symbol::Question {
                    self.text(x, y, "?", Type::new(radius * 1.7).bold().centre().colour(colour));
                }
            }
            Symbol::Square => {
                let half = radius * 0.9;
                self.rect(Area::new(x - half, y - half, x + half, y + half), colour);
            }
            Symbol::Diamond => self.polygon(&diamond, colour),
            Symbol::HollowDiamond => {
                self.polygon(&diamond, colour);
                let inner = diamond.map(|(px, py)| (x + (px - x) * 0.6, y + (py - y) * 0.6));
                self.polygon(&inner, PAPER);
            }
            Symbol::Triangle => {
                let points = [
                    (x, y - radius * 1.15),
                    (x + radius * 1.1, y + radius * 0.85),
                    (x - radius * 1.1, y + radius * 0.85),
                ];
                self.polygon(&points, colour);
            }
            Symbol::TriangleDown => {
                let points = [
                    (x, y + radius * 1.15),
                    (x + radius * 1.1, y - radius * 0.85),
                    (x - radius * 1.1, y - radius * 0.85),
                ];
                self.polygon(&points, colour);
            }
            Symbol::Pencil => self.pencil(x, y, radius, colour),
        }
    }

    /// A pencil that points to the lower left.
    fn pencil(&self, x: f64, y: f64, radius: f64, colour: Colour) {
        // Along the pencil and across it, in parts of the radius.
        let at = |along: f64, across: f64| {
            let (u, v) = (along * radius, across * radius);
            (x + (u + v) * std::f64::consts::FRAC_1_SQRT_2, y - (u - v) * std::f64::consts::FRAC_1_SQRT_2)
        };
        self.polygon(&[at(-1.2, 0.0), at(-0.6, -0.36), at(-0.6, 0.36)], colour);
        self.polygon(&[at(-0.42, -0.36), at(0.75, -0.36), at(0.75, 0.36), at(-0.42, 0.36)], colour);
        self.polygon(&[at(0.92, -0.36), at(1.2, -0.36), at(1.2, 0.36), at(0.92, 0.36)], colour);
    }

    /// The heading of a chart.
    pub fn heading(&self, title: &str, subtitle: &str) {
        let room = WIDTH - 2.0 * MARGIN;
        self.text(MARGIN, 28.0, &self.fit(title, 18.0, room), Type::new(18.0).bold());
        self.text(MARGIN, 52.0, &self.fit(subtitle, TEXT, room), Type::new(TEXT).muted());
    }

    /// A row of keys: each a small drawing 22 pixels wide and its words. Starts a new line where the room
    /// ends. Returns the height used.
    pub fn legend(&self, left: f64, top: f64, entries: &[(Key, &str)]) -> f64 {
        const LINE: f64 = 22.0;
        let (mut x, mut y) = (left, top + LINE / 2.0);
        for (key, words) in entries {
            let width = 28.0 + self.text_width(words, SMALL);
            if x > left && x + width > WIDTH - MARGIN {
                (x, y) = (left, y + LINE);
            }
            self.key(*key, x, y);
            self.text(x + 28.0, y, words, Type::new(SMALL));
            x += width + 22.0;
        }
        y + LINE / 2.0 - top
    }

    fn key(&self, key: Key, x: f64, y: f64) {
        match key {
            Key::Symbol(symbol, colour) => self.symbol(symbol, x + 11.0, y, 6.0, colour),
            Key::Line(stroke) => self.line((x, y), (x + 22.0, y), stroke),
            Key::DoubleLine(colour) => {
                self.line((x, y), (x + 22.0, y), Stroke::new(colour, 5.0));
                self.line((x, y), (x + 22.0, y), Stroke::new(PAPER, 1.7));
            }
            Key::Fill(colour, hatch) => {
                let area = Area::new(x + 2.0, y - 6.5, x + 22.0, y + 6.5);
                self.rect(area, colour);
                if let Some((line, hatch)) = hatch {
                    self.hatch(area, line, hatch);
                }
                self.outline(area, Stroke::new(MUTED, 0.8));
            }
            Key::Whisker(symbol, colour) => {
                self.line((x, y), (x + 22.0, y), Stroke::new(colour, 1.6));
                self.symbol(symbol, x + 11.0, y, 5.0, colour);
            }
        }
    }
}

/// The drawing of a legend's entry.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// A mark.
    Symbol(Symbol, Colour),
    /// A line.
    Line(Stroke),
    /// Two lines side by side.
    DoubleLine(Colour),
    /// An area with an optional hatch.
    Fill(Colour, Option<(Colour, Hatch)>),
    /// A mark on its interval.
    Whisker(Symbol, Colour),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_to_the_room() {
        let font = FontFace::builtin();
        let canvas = Canvas::new(&font, "c0z");
        let cut = canvas.fit("福州市鼓楼区职业技能评价中心有限公司", 13.0, 100.0);
        assert_eq!(cut, "福州市鼓楼区…");
        assert!(canvas.text_width(&cut, 13.0) <= 100.0);
        assert_eq!(canvas.fit("B001", 13.0, 100.0), "B001");
    }

    #[test]
    fn numbers_beyond_the_sheet_are_clamped() {
        assert_eq!(units(f64::NAN), 0);
        assert_eq!(units(f64::INFINITY), 1_000_000);
        assert_eq!(units(1.25), 13);
    }

    #[test]
    fn touching_areas_do_not_overlap() {
        let area = Area::new(0.0, 0.0, 10.0, 10.0);
        assert!(!area.overlaps(&Area::new(10.0, 0.0, 20.0, 10.0)));
        assert!(area.overlaps(&Area::new(9.0, 9.0, 20.0, 20.0)));
    }
}
