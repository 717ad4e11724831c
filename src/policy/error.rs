//! Why rule packs cannot be used.

use crate::model::text::Bilingual;
use std::path::PathBuf;

/// A rule pack that is refused. Each variant names the file, and the line where there is one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The folder or a file of it cannot be read.
    #[error("rule pack cannot be read: {path}\n\nhint: `--rules` takes a folder that holds `pack.toml` and one TOML file a rule, one TOML file with a whole pack, or a folder of such packs", path = path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what a pack holds, or a rule means nothing.
    #[error("rule pack is refused at {file}:{line}: {}", reason.en)]
    Malformed {
        /// File within the pack.
        file: String,
        /// 1-based line.
        line: usize,
        /// What is wrong.
        reason: Bilingual,
    },
    /// A pack that reads well but is no pack.
    #[error("rule pack is refused: {file}: {}", reason.en)]
    Meaningless {
        /// File within the pack.
        file: String,
        /// What is wrong.
        reason: Bilingual,
    },
    /// A rule asks for something that no detector measures: it would be undetermined for ever.
    #[error("rule pack is refused at {file}:{line}: no detector measures `{name}`\n\nhint: one of {}", known.join(", "))]
    UnknownMeasure {
        /// File within the pack.
        file: String,
        /// 1-based line.
        line: usize,
        /// What it asks for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// Two packs for the same place and days.
    #[error(
        "rule packs are refused: {first} and {second} are in force for the same place on the same days\n\nhint: let `effective_to` of the older one end on the day before `effective_from` of the newer one, or give each its `region`"
    )]
    Overlap {
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// Two packs bear one name, so that findings could not say which they rest on.
    #[error("rule packs are refused: {first} and {second} have the same id: {id}")]
    SameId {
        /// The name.
        id: String,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
}

impl PolicyError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Unreadable { path, .. } => format!(
                "规则包无法读取：{}\n\n提示：`--rules` 应为含 `pack.toml` 与每条规则一个 TOML 文件的文件夹，或含整个规则包的一个 TOML 文件，或若干规则包所在的文件夹",
                path.display()
            ),
            Self::Malformed { file, line, reason } => format!("规则包被拒绝，{file} 第 {line} 行：{}", reason.zh),
            Self::UnknownMeasure { file, line, name, known } => format!(
                "规则包被拒绝，{file} 第 {line} 行：没有检测器给出量度 `{name}`\n\n提示：可选 {}",
                known.join("、")
            ),
            Self::Meaningless { file, reason } => format!("规则包被拒绝，{file}：{}", reason.zh),
            Self::Overlap { first, second } => format!(
                "规则包被拒绝：{first} 与 {second} 对同一地域在相同日期内同时施行\n\n提示：较早者的 `effective_to` 应止于较新者 `effective_from` 的前一日，或分别写明 `region`"
            ),
            Self::SameId { id, first, second } => format!("规则包被拒绝：{first} 与 {second} 的 id 相同：{id}"),
        };
        Bilingual { zh, en: self.to_string() }
    }
}
