//! A plot area with plotters' Cartesian coordinates, its grid and its axis labels.

use crate::report::chart::backend::{SvgBackend, UNIT};
use crate::report::chart::canvas::{Area, Canvas, SMALL, Stroke, Type, units};
use crate::report::chart::palette::{GRID, MUTED};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingArea;
use std::ops::Range;

/// Coordinates over one part of a canvas.
pub struct Panel<'c, 'f> {
    canvas: &'c Canvas<'f>,
    plot: DrawingArea<SvgBackend<'f>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
    area: Area,
    x: Range<f64>,
    y: Range<f64>,
}

/// A range that can be drawn: finite, and not empty.
pub fn drawable(range: Range<f64>) -> Range<f64> {
    let start = if range.start.is_finite() { range.start } else { 0.0 };
    let end = if range.end.is_finite() { range.end } else { start + 1.0 };
    // Wide enough that ticks differ in binary arithmetic.
    let least = start.abs().max(end.abs()).max(1.0) * 1e-9;
    if end - start > least { start..end } else { start..start + least.max(1.0) }
}

impl<'c, 'f> Panel<'c, 'f> {
    /// Coordinates `x` (rightwards) and `y` (upwards) over an area.
    pub fn new(canvas: &'c Canvas<'f>, area: Area, x: Range<f64>, y: Range<f64>) -> Self {
        let (x, y) = (drawable(x), drawable(y));
        let pixels = (units(area.left)..units(area.right), units(area.bottom)..units(area.top));
        let plot = canvas.area().apply_coord_spec(Cartesian2d::new(x.clone(), y.clone(), pixels));
        Self { canvas, plot, area, x, y }
    }

    /// The plot area.
    pub fn area(&self) -> Area {
        self.area
    }

    /// The pixel of a point; points outside the range are moved to its edge.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let inside = |value: f64, range: &Range<f64>| {
            if value.is_nan() { range.start } else { value.clamp(range.start, range.end) }
        };
        let (x, y) = self.plot.map_coordinate(&(inside(x, &self.x), inside(y, &self.y)));
        (f64::from(x) / f64::from(UNIT), f64::from(y) / f64::from(UNIT))
    }

    /// Round values along x, at most `most`.
    pub fn x_ticks(&self, most: usize) -> Vec<f64> {
        ticks(&self.x, most)
    }

    /// Round values along y, at most `most`.
    pub fn y_ticks(&self, most: usize) -> Vec<f64> {
        ticks(&self.y, most)
    }

    /// Vertical grid lines with labels below.
    pub fn x_axis(&self, ticks: &[f64], label: impl Fn(f64) -> String) {
        for tick in ticks {
            let (x, _) = self.at(*tick, self.y.start);
            self.canvas.line((x, self.area.top), (x, self.area.bottom), Stroke::new(GRID, 1.0));
            self.canvas.text(x, self.area.bottom + 6.0, &label(*tick), Type::new(SMALL).centre().below().muted());
        }
    }

    /// Horizontal grid lines with labels at the left.
    pub fn y_axis(&self, ticks: &[f64], label: impl Fn(f64) -> String) {
        for tick in ticks {
            let (_, y) = self.at(self.x.start, *tick);
            self.canvas.line((self.area.left, y), (self.area.right, y), Stroke::new(GRID, 1.0));
            self.canvas.text(self.area.left - 7.0, y, &label(*tick), Type::new(SMALL).right().muted());
        }
    }

    /// The base line of the plot.
    pub fn base(&self) {
        let (left, right, bottom) = (self.area.left, self.area.right, self.area.bottom);
        self.canvas.line((left, bottom), (right, bottom), Stroke::new(MUTED, 1.2));
    }

    /// Title of the horizontal axis, below its labels.
    pub fn x_title(&self, title: &str) {
        let middle = (self.area.left + self.area.right) / 2.0;
        self.canvas.text(middle, self.area.bottom + 26.0, title, Type::new(SMALL).centre().below());
    }

    /// Title of the vertical axis, reading upwards.
    pub fn y_title(&self, title: &str, x: f64) {
        let middle = (self.area.top + self.area.bottom) / 2.0;
        self.canvas.text(x, middle, title, Type::new(SMALL).centre().turned());
    }
}

fn ticks(range: &Range<f64>, most: usize) -> Vec<f64> {
    RangedCoordf64::from(range.clone())
        .key_points(most)
        .into_iter()
        .filter(|tick| *tick >= range.start && *tick <= range.end)
        // Adding nought turns −0 into 0, which would print as "-0".
        .map(|tick| tick + 0.0)
        .collect()
}

/// A tick as text: as many decimals as the step needs, at most two.
pub fn tick_text(ticks: &[f64], tick: f64) -> String {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let decimals = if step >= 1.0 && step.fract() == 0.0 || ticks.len() < 2 && tick.fract() == 0.0 {
        0
    } else if step >= 0.0999 && (step * 10.0 - (step * 10.0).round()).abs() < 1e-6 {
        1
    } else {
        2
    };
    let text = format!("{tick:.decimals$}");
    // The minus sign proper is as wide as a digit; nought has none, however it came about.
    let nought = text.chars().all(|character| matches!(character, '-' | '0' | '.'));
    match text.strip_prefix('-') {
        Some(digits) if nought => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::font::FontFace;

    #[test]
    fn maps_corners_and_clamps() {
        let font = FontFace::builtin();
        let canvas = Canvas::new(&font, "c0z");
        let panel = Panel::new(&canvas, Area::new(100.0, 50.0, 500.0, 250.0), 0.0..10.0, 0.0..4.0);
        assert_eq!(panel.at(0.0, 0.0), (100.0, 250.0));
        assert_eq!(panel.at(10.0, 4.0), (500.0, 50.0));
        assert_eq!(panel.at(f64::INFINITY, f64::NAN), (500.0, 250.0));
    }

    #[test]
    fn every_range_can_be_drawn() {
        for range in [f64::NAN..1.0, 1.0..1.0, 5.0..-5.0, f64::NEG_INFINITY..f64::INFINITY, 1e300..1e300] {
            let range = drawable(range);
            assert!(range.start < range.end && range.start.is_finite() && range.end.is_finite());
            assert!(ticks(&range, 8).len() <= 12);
        }
    }

    #[test]
    fn ticks_have_the_decimals_they_need() {
        assert_eq!(tick_text(&[0.0, 20.0, 40.0], 20.0), "20");
        assert_eq!(tick_text(&[-0.5, 0.0, 0.5], -0.5), "−0.5");
        assert_eq!(tick_text(&[0.0, 0.05, 0.1], 0.05), "0.05");
    }
}
