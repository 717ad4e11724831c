//! Writing results, and numbering names.

use crate::cli::error::CliError;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// A row that was not used, and why.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    /// Row in the file.
    pub row: u32,
    /// Reason in Chinese.
    pub zh: String,
    /// Reason in English.
    pub en: String,
}

impl LeftOut {
    /// From what the reader set aside.
    pub fn list(left_out: &[(u32, Bilingual)]) -> Vec<Self> {
        left_out.iter().map(|(row, why)| Self { row: *row, zh: why.zh.clone(), en: why.en.clone() }).collect()
    }
}

/// A path as it was typed, with `/` on every system.
pub fn shown_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A file by name and content.
pub(super) type Named = (&'static str, Vec<u8>);

/// Writes the files into a folder beside their place and moves them in, the first one last.
///
/// # Errors
/// A folder or file that cannot be written.
pub(super) fn written(out: &Path, files: &[Named]) -> Result<(), CliError> {
    let refused = |source| CliError::Write { path: shown_path(out), source };
    std::fs::create_dir_all(out).map_err(refused)?;
    let mut ready = Vec::new();
    for (name, bytes) in files {
        let mut file = tempfile::NamedTempFile::new_in(out).map_err(refused)?;
        file.write_all(bytes).map_err(refused)?;
        ready.push((file, out.join(name)));
    }
    for (file, path) in ready.into_iter().rev() {
        file.persist(path).map_err(|error| refused(error.error))?;
    }
    Ok(())
}

/// Writes pretty JSON, ending with a line break.
///
/// # Errors
/// A file that cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), CliError> {
    let refused = |source| CliError::Write { path: shown_path(path), source };
    let mut text = serde_json::to_string_pretty(value).map_err(|error| refused(std::io::Error::other(error)))?;
    text.push('\n');
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    std::fs::write(path, text).map_err(refused)
}

/// Numbers for names: sorted, so that the order of the file does not show.
#[derive(Debug, Default)]
pub struct Numbered {
    /// The names by number.
    pub names: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Numbered {
    /// Numbers the different names in their order.
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for name in names {
            if !numbers.contains_key(name) {
                numbers.insert(name.to_owned(), 0);
            }
        }
        numbers.values_mut().enumerate().for_each(|(number, value)| *value = number);
        Self { names: numbers.keys().cloned().collect(), numbers }
    }

    /// The number of a name that was given to [`Numbered::new`].
    pub fn number(&self, name: &str) -> usize {
        self.numbers.get(name).copied().unwrap_or(0)
    }
}

/// Reads `LOW,HIGH`.
///
/// # Errors
/// Anything else.
pub fn scale(text: Option<&str>) -> Result<Option<(Points, Points)>, CliError> {
    let Some(text) = text else { return Ok(None) };
    let both =
        text.split_once(',').and_then(|(low, high)| Some((Points::parse(low.trim())?, Points::parse(high.trim())?)));
    both.filter(|(low, high)| low < high).map(Some).ok_or_else(|| {
        CliError::Data(Bilingual::new(
            format!("--scale 应为 最低分，最高分：{text}"),
            format!("--scale wants LOWEST,HIGHEST: {text}"),
        ))
    })
}
