//! What can go wrong with a history.

use crate::ledger::place::{Place, UnknownScheme};
use crate::model::text::Bilingual;

/// Why a history cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// A URL that is not PostgreSQL's.
    #[error(transparent)]
    Scheme(#[from] UnknownScheme),
    /// Nothing is there to be read.
    #[error("no history here yet: {place}\n\nhint: `kaojian history add` or `inspect --history` starts one")]
    Absent {
        /// Where.
        place: Place,
    },
    /// A folder, or a file of another kind.
    #[error("this is not a history: {place}")]
    Foreign {
        /// Where.
        place: Place,
    },
    /// A format that this program does not know.
    #[error(
        "the history {place} has format {found}, this program knows {known} at most: use the newer program (nothing was changed)"
    )]
    Newer {
        /// Where.
        place: Place,
        /// Its format.
        found: i64,
        /// The newest format known.
        known: i64,
    },
    /// It cannot be written.
    #[error("the history cannot be written: {place} (nothing was changed)")]
    ReadOnly {
        /// Where.
        place: Place,
    },
    /// Others kept writing for too long.
    #[error("the history {place} is in use by others for too long: try again (nothing was changed)")]
    Busy {
        /// Where.
        place: Place,
    },
    /// The database is gone, or was never reached.
    #[error("no connection to {place}: run the same command again, what was recorded already is not recorded twice")]
    Lost {
        /// Where.
        place: Place,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// Anything else that the database says.
    #[error("the history {place} refuses")]
    Database {
        /// Where.
        place: Place,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// The chain of records is broken.
    #[error("the history {place} is broken at record {seq}: {}", what.en)]
    Broken {
        /// Where.
        place: Place,
        /// The first record that does not fit.
        seq: i64,
        /// In what it does not fit.
        what: Bilingual,
    },
    /// A report that cannot be taken in.
    #[error("{file} cannot be taken into the history: {}", reason.en)]
    Document {
        /// Which file.
        file: String,
        /// Why.
        reason: Bilingual,
    },
    /// A date that has not come.
    #[error("{subject}: {date} lies in the future (nothing was changed)")]
    Future {
        /// Batch or command.
        subject: String,
        /// The date.
        date: String,
    },
    /// Neither a finding nor a batch nor a body of this history.
    #[error("not in the history {place}: {subject}\n\nhint: `kaojian history list` and `show` name what is")]
    Unknown {
        /// Where.
        place: Place,
        /// What was asked for.
        subject: String,
    },
    /// The system does not let the driver start.
    #[error("the database driver does not start")]
    Driver {
        /// What the system says.
        source: std::io::Error,
    },
}

impl LedgerError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Scheme(error) => return error.message(),
            Self::Absent { place } => {
                format!("此处尚无历史库：{place}\n\n提示：用 kaojian history add 或 inspect --history 建立")
            }
            Self::Foreign { place } => format!("这不是历史库：{place}"),
            Self::Newer { place, found, known } => {
                format!("历史库 {place} 的格式为 {found}，本程序最多认识 {known}：请用较新的程序（未作任何改动）")
            }
            Self::ReadOnly { place } => format!("历史库无法写入：{place}（未作任何改动）"),
            Self::Busy { place } => format!("历史库 {place} 长时间被他人占用：请重试（未作任何改动）"),
            Self::Lost { place, .. } => {
                format!("与 {place} 没有连接：请重新运行同一命令，已记录的内容不会重复记录")
            }
            Self::Database { place, .. } => format!("历史库 {place} 拒绝了操作"),
            Self::Broken { place, seq, what } => format!("历史库 {place} 在第{seq}条记录处断裂：{}", what.zh),
            Self::Document { file, reason } => format!("{file} 无法收入历史库：{}", reason.zh),
            Self::Future { subject, date } => format!("{subject}：日期 {date} 尚未到来（未作任何改动）"),
            Self::Unknown { place, subject } => {
                format!("历史库 {place} 中没有：{subject}\n\n提示：用 kaojian history list 与 show 查看")
            }
            Self::Driver { .. } => "数据库驱动无法启动".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
