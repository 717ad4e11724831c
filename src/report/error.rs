//! What can go wrong when a report is written.

use crate::model::text::Bilingual;
use std::path::PathBuf;

/// Why no report was written. The output folder is then as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The output folder holds something that is not an earlier report.
    #[error(
        "output folder is not empty and holds no earlier report (no `run.json`): `{0}`\n\nhint: choose a new or an empty folder; nothing in it was touched"
    )]
    ForeignFolder(PathBuf),
    /// The output path is a file.
    #[error("output path is a file, not a folder: `{0}`\n\nhint: choose a new or an empty folder")]
    NotAFolder(PathBuf),
    /// The output path names no folder at all.
    #[error("output path names no folder: `{0}`\n\nhint: name a folder such as `report`")]
    NoFolderName(PathBuf),
    /// Reading or writing a file.
    #[error("cannot {action}: `{path}`")]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The workbook.
    #[error("cannot write the workbook")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// JSON.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
    /// CSV.
    #[error("cannot write CSV")]
    Csv(#[from] csv::Error),
    /// A chart.
    #[error("cannot draw a chart")]
    Chart(#[from] crate::report::chart::error::ChartError),
    /// The page.
    #[error("cannot write the page")]
    Page(#[from] askama::Error),
}

impl ReportError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::ForeignFolder(path) => format!(
                "输出文件夹非空，且其中没有以前的报告（没有 `run.json`）：{}\n\n提示：请指定新的或空的文件夹；原有内容未动",
                path.display()
            ),
            Self::NotAFolder(path) => {
                format!("输出路径是文件，不是文件夹：{}\n\n提示：请指定新的或空的文件夹", path.display())
            }
            Self::NoFolderName(path) => {
                format!("输出路径没有文件夹名：{}\n\n提示：请写出文件夹名，如 `report`", path.display())
            }
            Self::File { path, .. } => format!("无法读写：{}", path.display()),
            Self::Workbook(_) => "无法写出工作簿".to_owned(),
            Self::Json(_) => "无法写出 JSON".to_owned(),
            Self::Csv(_) => "无法写出 CSV".to_owned(),
            Self::Chart(_) => "无法绘制图表".to_owned(),
            Self::Page(_) => "无法写出网页".to_owned(),
        };
        Bilingual { zh, en: self.to_string() }
    }
}
