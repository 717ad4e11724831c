//! SVG to PNG. Charts hold no text, links or images, so nothing outside the document is ever read.

use crate::report::chart::error::ChartError;
use resvg::{tiny_skia, usvg};
use std::collections::BTreeMap;

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
    encoded(&pixels).map_err(|error| ChartError::Png { detail: error.to_string() })
}

/// Colours of an indexed picture.
const PALETTE: usize = 256;

/// The picture with a palette: half the bytes of true colour. A chart has some hundred colours, most of
/// them shades at the edges of letters; past [`PALETTE`] the rarest take the nearest of the others.
fn encoded(pixels: &tiny_skia::Pixmap) -> Result<Vec<u8>, png::EncodingError> {
    let colours: Vec<[u8; 3]> =
        pixels.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    for colour in &colours {
        *counts.entry(*colour).or_default() += 1;
    }
    let mut palette: Vec<[u8; 3]> = counts.keys().copied().collect();
    palette.sort_by_key(|colour| std::cmp::Reverse(counts.get(colour)));
    palette.truncate(PALETTE);
    let indices: BTreeMap<[u8; 3], u8> = counts.keys().map(|colour| (*colour, nearest(&palette, *colour))).collect();
    let bytes: Vec<u8> = colours.iter().map(|colour| indices.get(colour).copied().unwrap_or(0)).collect();
    let mut data = Vec::new();
    let mut encoder = png::Encoder::new(&mut data, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(data)
}

/// Place of the nearest colour; the first of several.
fn nearest(palette: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let distance =
        |other: &[u8; 3]| -> u32 { other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let place = (0_u8..=u8::MAX).zip(palette).min_by_key(|(_, other)| distance(other));
    place.map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_palette_keeps_the_colours() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="#0072b2"/></svg>"##;
        let bytes = png(svg).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let palette = reader.info().palette.as_ref().unwrap();
        let first = usize::from(pixels[0]) * 3;
        assert_eq!(palette[first..first + 3], [0x00, 0x72, 0xb2]);
        assert_eq!(nearest(&[[0, 0, 0], [250, 250, 250]], [200, 210, 220]), 1);
    }

    #[test]
    fn refuses_what_is_no_chart() {
        assert!(matches!(png("no svg"), Err(ChartError::Svg { .. })));
        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="90000"/>"#;
        assert!(matches!(png(huge), Err(ChartError::Png { .. })));
    }
}
