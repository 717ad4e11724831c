//! Why a rule pack cannot be used.

use crate::model::text::Bilingual;
use std::path::PathBuf;

/// A rule pack that is refused. Each variant names the file, and the line where there is one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The folder or a file of it cannot be read.
    #[error("rule pack cannot be read: {path}\n\nhint: `--rules` takes a folder that holds `pack.toml` and one TOML file a rule", path = path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what a pack holds.
    #[error("rule pack is refused at {file}:{line}: {reason}")]
    Malformed {
        /// File within the pack.
        file: String,
        /// 1-based line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// A rule that reads well but means nothing.
    #[error("rule pack is refused: {file}: {reason}")]
    Meaningless {
        /// File within the pack.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A rule asks for something that no detector measures: it would be undetermined for ever.
    #[error("rule pack is refused: article {article} rests on `{name}`, which no detector measures\n\nhint: one of {}", known.join(", "))]
    UnknownMeasure {
        /// Article of the rule.
        article: String,
        /// What it asks for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
}

impl PolicyError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Unreadable { path, .. } => format!(
                "规则包无法读取：{}\n\n提示：`--rules` 应为含 `pack.toml` 与每条规则一个 TOML 文件的文件夹",
                path.display()
            ),
            Self::Malformed { file, line, reason } => format!("规则包被拒绝，{file} 第 {line} 行：{reason}"),
            Self::UnknownMeasure { article, name, known } => format!(
                "规则包被拒绝，条文 {article} 依据 `{name}`，没有检测器给出该量度\n\n提示：可选 {}",
                known.join("、")
            ),
            Self::Meaningless { file, reason } => format!("规则包被拒绝，{file}：{reason}"),
        };
        Bilingual { zh, en: self.to_string() }
    }
}
