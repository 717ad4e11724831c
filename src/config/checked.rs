//! Settings that are refused, and the checks that every section shares.

use crate::model::points::Points;
use crate::model::text::Bilingual;
use std::path::PathBuf;

/// Settings that are refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("settings cannot be read: {path}", path = path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML of the right form.
    #[error("settings are refused at {path}:{line}: {reason}", path = path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A value outside its range.
    #[error("setting `{name}` must be {range}: {value}")]
    OutOfRange {
        /// Dotted name.
        name: &'static str,
        /// What it may be.
        range: &'static str,
        /// What it is.
        value: String,
    },
}

impl ConfigError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Unreadable { path, .. } => format!("设置文件无法读取：{}", path.display()),
            Self::Malformed { path, line, reason } => {
                format!("设置被拒绝，{} 第 {line} 行：{reason}", path.display())
            }
            Self::OutOfRange { name, range, value } => format!("设置 `{name}` 应为 {range}:{value}"),
        };
        Bilingual { zh, en: self.to_string() }
    }
}

/// Puts a value that is given in its place.
pub(super) fn set<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}

/// The value, where it is allowed.
///
/// # Errors
/// Where it is not, by its dotted name, what it may be, and what it is.
pub(super) fn within<T: ToString>(
    name: &'static str,
    range: &'static str,
    value: T,
    allowed: bool,
) -> Result<T, ConfigError> {
    if allowed { Ok(value) } else { Err(ConfigError::OutOfRange { name, range, value: value.to_string() }) }
}

/// A level of significance.
///
/// # Errors
/// One that is not between 0 and 1.
pub(super) fn level(name: &'static str, value: Option<f64>) -> Result<Option<f64>, ConfigError> {
    value.map(|value| within(name, "> 0, < 1", value, value > 0.0 && value < 1.0)).transpose()
}

/// Marks.
///
/// # Errors
/// A text that is none.
pub(super) fn points(name: &'static str, text: Option<String>) -> Result<Option<Points>, ConfigError> {
    let parse =
        |text: String| Points::parse(&text).ok_or(ConfigError::OutOfRange { name, range: "\"59.5\"", value: text });
    text.map(parse).transpose()
}
