//! What can stop a simulation.

use crate::model::text::Bilingual;
use std::path::PathBuf;
use thiserror::Error;

/// Why a city was not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// A setting that no city can be made from.
    #[error("cannot simulate with {name} = {value}\n\nhint: {hint}")]
    Parameter {
        /// Name of the setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What is possible.
        hint: &'static str,
    },
    /// A planted case that does not fit into its batch.
    #[error("batch {batch} has too few suitable candidates for the planted case `{kind}`\n\nhint: use larger batches")]
    PlantDoesNotFit {
        /// Identifier of the batch.
        batch: String,
        /// Kind of the case.
        kind: &'static str,
    },
    /// A file or folder that could not be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A workbook that could not be made.
    #[error("cannot write workbook `{}`", path.display())]
    Workbook {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: rust_xlsxwriter::XlsxError,
    },
    /// A Parquet file that could not be made.
    #[error("cannot write Parquet file `{}`", path.display())]
    Parquet {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: polars::error::PolarsError,
    },
    /// The catalogue of occupations is not what it should be.
    #[error("the catalogue of occupations cannot be read")]
    Catalogue(#[from] toml::de::Error),
    /// The truth could not be written as JSON.
    #[error("the truth cannot be written")]
    Truth(#[from] serde_json::Error),
}

impl SimulateError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Parameter { name, value, hint } => format!("无法按 {name} = {value} 生成数据\n\n提示：{hint}"),
            Self::PlantDoesNotFit { batch, kind } => {
                format!("批次 {batch} 中适合埋设案例 `{kind}` 的考生太少\n\n提示：请用更大的批次")
            }
            Self::Write { path, .. } => format!("无法写出 `{}`", path.display()),
            Self::Workbook { path, .. } => format!("无法写出工作簿 `{}`", path.display()),
            Self::Parquet { path, .. } => format!("无法写出 Parquet 文件 `{}`", path.display()),
            Self::Catalogue(_) => "无法读取职业目录".to_owned(),
            Self::Truth(_) => "无法写出真相文件".to_owned(),
        };
        Bilingual { zh, en: self.to_string() }
    }
}
