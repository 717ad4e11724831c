//! Colours after Okabe and Ito (2008), told apart by colour-blind readers. Charts never rely on colour
//! alone: a hatch, a dash or a shape says the same, so that grey print stays readable.

/// An opaque colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// `#rrggbb`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// A mix with white: 0 gives white, 1 the colour.
    pub fn tint(self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let mix = |channel: u8| (255.0 - (255.0 - f64::from(channel)) * share).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }
}

/// Text and axes.
pub const INK: Colour = Colour(0x22, 0x22, 0x22);
/// Secondary text.
pub const MUTED: Colour = Colour(0x55, 0x55, 0x55);
/// Grid lines.
pub const GRID: Colour = Colour(0xdd, 0xdd, 0xdd);
/// Bands behind the data.
pub const BAND: Colour = Colour(0xee, 0xee, 0xee);
/// Background.
pub const PAPER: Colour = Colour(0xff, 0xff, 0xff);
/// Okabe–Ito blue.
pub const BLUE: Colour = Colour(0x00, 0x72, 0xb2);
/// Okabe–Ito sky blue.
pub const SKY: Colour = Colour(0x56, 0xb4, 0xe9);
/// Okabe–Ito bluish green.
pub const GREEN: Colour = Colour(0x00, 0x9e, 0x73);
/// Okabe–Ito yellow.
pub const YELLOW: Colour = Colour(0xf0, 0xe4, 0x42);
/// Okabe–Ito orange.
pub const ORANGE: Colour = Colour(0xe6, 0x9f, 0x00);
/// Okabe–Ito vermillion.
pub const VERMILLION: Colour = Colour(0xd5, 0x5e, 0x00);
/// Okabe–Ito reddish purple.
pub const PURPLE: Colour = Colour(0xcc, 0x79, 0xa7);

/// How a line is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dash {
    /// Unbroken.
    Solid,
    /// Long strokes.
    Long,
    /// Short strokes.
    Short,
    /// Dots.
    Dots,
}

impl Dash {
    /// Lengths of stroke and gap in pixels; `None` when unbroken.
    pub const fn lengths(self) -> Option<(i32, i32)> {
        match self {
            Self::Solid => None,
            Self::Long => Some((9, 5)),
            Self::Short => Some((5, 4)),
            Self::Dots => Some((2, 3)),
        }
    }
}

/// How an area is filled over its ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hatch {
    /// Lines rising to the right.
    Rising,
    /// Dots.
    Dotted,
}
