//! What can go wrong with charts.

/// Errors of the charts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// The font file cannot be read from disk.
    #[error("font file cannot be read: {path}")]
    FontFile {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The bytes are not a font with outlines.
    #[error("not a usable TrueType or OpenType font: {detail}")]
    Font {
        /// What the font reader says.
        detail: String,
    },
    /// An SVG cannot be parsed.
    #[error("chart cannot be parsed as SVG: {detail}")]
    Svg {
        /// What the SVG reader says.
        detail: String,
    },
    /// An SVG cannot be turned into pixels.
    #[error("chart cannot be drawn as PNG: {detail}")]
    Png {
        /// What the encoder says.
        detail: String,
    },
}
