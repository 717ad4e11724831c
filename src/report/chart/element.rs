//! Elements that plotters lacks: dashed lines and hatched rectangles, in plotters' own terms.

use crate::report::chart::backend::SvgBackend;
use crate::report::chart::palette::{Dash, Hatch};
use plotters::element::{Drawable, PointCollection};
use plotters_backend::{BackendColor, BackendCoord, DrawingErrorKind};
use std::convert::Infallible;

/// A line broken into dashes.
pub struct DashedPath {
    /// Corners, backend units.
    pub points: Vec<BackendCoord>,
    /// Colour.
    pub colour: BackendColor,
    /// Thickness, backend units.
    pub width: u32,
    /// How it is broken.
    pub dash: Dash,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a DashedPath {
    type Point = &'a BackendCoord;
    type IntoIter = std::slice::Iter<'a, BackendCoord>;

    fn point_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

impl<'f> Drawable<SvgBackend<'f>> for DashedPath {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        points: I,
        backend: &mut SvgBackend<'f>,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let points: Vec<BackendCoord> = points.collect();
        backend.dashed_path(&points, self.colour, self.width, self.dash);
        Ok(())
    }
}

/// A rectangle filled with a hatch.
pub struct HatchedRectangle {
    /// Two opposite corners, backend units.
    pub corners: [BackendCoord; 2],
    /// Colour of the hatch.
    pub colour: BackendColor,
    /// Kind of hatch.
    pub hatch: Hatch,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a HatchedRectangle {
    type Point = &'a BackendCoord;
    type IntoIter = std::slice::Iter<'a, BackendCoord>;

    fn point_iter(self) -> Self::IntoIter {
        self.corners.iter()
    }
}

impl<'f> Drawable<SvgBackend<'f>> for HatchedRectangle {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut SvgBackend<'f>,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        if let (Some(from), Some(to)) = (points.next(), points.next()) {
            backend.hatched_rect(from, to, self.colour, self.hatch);
        }
        Ok(())
    }
}
