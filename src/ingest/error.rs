//! What stops the ingest of a whole folder, and how the text of a single refusal is put.

use crate::ingest::mapping_file::MappingFileError;
use crate::model::text::Bilingual;
use std::io;

/// A folder that cannot be taken in at all. A single bad file or row is never one of these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// Nothing stands at the path given.
    #[error("no such file or folder: `{path}`")]
    NotFound {
        /// The path as given.
        path: String,
    },
    /// The folder cannot be listed.
    #[error("cannot read the folder `{path}`")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// More files than [`Limits::max_files`](crate::ingest::limits::Limits::max_files).
    #[error("more than {limit} files in `{path}`\n\nhint: give a folder that holds only the examination's files")]
    TooManyFiles {
        /// The path as given.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// The mapping file is wrong: what it was meant to say cannot be guessed.
    #[error(transparent)]
    MappingFile(#[from] MappingFileError),
}

impl IngestError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::NotFound { path } => format!("文件或文件夹不存在：{path}"),
            Self::Unreadable { path, source } => format!("无法读取文件夹 {path}：{source}"),
            Self::TooManyFiles { path, limit } => {
                format!("{path} 中的文件超过 {limit} 个；提示：请指定只含考试数据的文件夹")
            }
            Self::MappingFile(error) => error.message().zh,
        };
        let en = match self {
            Self::Unreadable { source, .. } => format!("{self}: {source}"),
            Self::MappingFile(error) => error.message().en,
            _ => self.to_string(),
        };
        Bilingual::new(zh, en)
    }
}

/// One refusal with its way out, on one line, because it also stands in tables.
pub(crate) fn refusal(zh: &str, zh_hint: &str, en: &str, en_hint: &str) -> Bilingual {
    Bilingual::new(format!("{zh}；提示：{zh_hint}"), format!("{en}; hint: {en_hint}"))
}
