//! SVG to PNG. Charts hold no text, links or images, so nothing outside the document is ever read.

use crate::report::chart::error::ChartError;
use resvg::{tiny_skia, usvg};

/// Pixels of the PNG for one pixel of the SVG: sharp enough for print at half a page's width.
const SCALE: f32 = 1.5;
/// No chart is larger; a larger document is refused rather than given gigabytes of memory.
const MAXIMUM_SIDE: f32 = 20_000.0;

/// Draws an SVG document as PNG on its own (white) ground.
///
/// # Errors
/// [`ChartError::Svg`] when the text is no SVG, [`ChartError::Png`] when it is too large or cannot be encoded.
pub fn png(svg: &str) -> Result<Vec<u8>, ChartError> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())
        .map_err(|error| ChartError::Svg { detail: error.to_string() })?;
    let size = tree.size();
    let (width, height) = (size.width() * SCALE, size.height() * SCALE);
    if width > MAXIMUM_SIDE || height > MAXIMUM_SIDE {
        return Err(ChartError::Png { detail: format!("{width} x {height} pixels") });
    }
    let mut pixels = tiny_skia::Pixmap::new(width.ceil() as u32, height.ceil() as u32)
        .ok_or_else(|| ChartError::Png { detail: format!("{width} x {height} pixels") })?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| ChartError::Png { detail: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_chart() {
        assert!(matches!(png("no svg"), Err(ChartError::Svg { .. })));
        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="90000"/>"#;
        assert!(matches!(png(huge), Err(ChartError::Png { .. })));
    }
}
