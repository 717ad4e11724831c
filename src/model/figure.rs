//! Named figures of observations and findings.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Figures by name, in byte order.
pub type Figures = BTreeMap<String, Figure>;

/// One figure: a count stays an integer, so that thresholds are judged exactly.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// An exact whole number.
    Integer(i64),
    /// A statistic. Not finite values are written as text (`"NaN"`).
    Real(f64),
    /// Anything else, such as a date or an exact decimal.
    Text(String),
}

impl Figure {
    /// The whole number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Real(value) if value.is_finite() => serializer.serialize_f64(*value),
            Self::Real(value) => serializer.serialize_str(&value.to_string()),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl From<i64> for Figure {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<usize> for Figure {
    fn from(value: usize) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Figure {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<&str> for Figure {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Figure {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
