//! What can stop a command, said in both languages.

use crate::config::checked::ConfigError;
use crate::draw::error::DrawError;
use crate::ingest::draw_lists::DrawListError;
use crate::ingest::long_file::LongFileError;
use crate::ledger::error::LedgerError;
use crate::model::text::Bilingual;
use crate::pipeline::PipelineError;
use crate::policy::error::PolicyError;
use crate::simulate::error::SimulateError;
use std::error::Error;
use std::fmt;

/// Why a command ended without doing its work.
#[derive(Debug)]
#[non_exhaustive]
pub enum CliError {
    /// A stage of the inspection.
    Pipeline(PipelineError),
    /// Settings.
    Config(ConfigError),
    /// Rule pack.
    Policy(PolicyError),
    /// Simulation.
    Simulate(SimulateError),
    /// A table file given by itself.
    LongFile(LongFileError),
    /// The history.
    Ledger(LedgerError),
    /// A list of a draw.
    DrawList(DrawListError),
    /// A draw that is not possible.
    Draw(DrawError),
    /// Records from which nothing can be computed, and why.
    Data(Bilingual),
    /// A result that cannot be written.
    Write {
        /// Where to, as typed.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Standard output is closed or full.
    Output(std::io::Error),
    /// Neither a detector nor an article.
    UnknownSubject {
        /// What was asked for.
        subject: String,
        /// What there is.
        known: Vec<String>,
    },
}

impl CliError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::Pipeline(error) => error.message(),
            Self::Config(error) => error.message(),
            Self::Policy(error) => error.message(),
            Self::Simulate(error) => error.message(),
            Self::LongFile(error) => error.message(),
            Self::Ledger(error) => error.message(),
            Self::DrawList(error) => error.message(),
            Self::Draw(error) => error.message(),
            Self::Data(reason) => reason.clone(),
            Self::Write { path, .. } => {
                Bilingual::new(format!("无法写入 {path}"), format!("cannot be written: {path}"))
            }
            Self::Output(_) => Bilingual::new("无法写到标准输出", "standard output cannot be written"),
            Self::UnknownSubject { subject, known } => Bilingual::new(
                format!("既不是检测器也不是条文：{subject}\n\n提示：可选 {}", known.join("、")),
                format!("neither a detector nor an article: {subject}\n\nhint: one of {}", known.join(", ")),
            ),
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message().en)
    }
}

impl Error for CliError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The text above is that of the inner error already, so its cause comes next.
        match self {
            Self::Pipeline(error) => error.source(),
            Self::Config(error) => error.source(),
            Self::Policy(error) => error.source(),
            Self::Simulate(error) => error.source(),
            Self::LongFile(error) => error.source(),
            Self::Ledger(error) => error.source(),
            // Its text is that of the file's error already.
            Self::DrawList(_) | Self::Draw(_) => None,
            Self::Write { source, .. } => Some(source),
            Self::Output(error) => Some(error),
            Self::Data(_) => None,
            Self::UnknownSubject { .. } => None,
        }
    }
}

macro_rules! from_errors {
    ($($variant:ident($error:ty)),* $(,)?) => {$(
        impl From<$error> for CliError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from_errors! {
    Pipeline(PipelineError),
    Config(ConfigError),
    Policy(PolicyError),
    Simulate(SimulateError),
    Output(std::io::Error),
    LongFile(LongFileError),
    Ledger(LedgerError),
    DrawList(DrawListError),
    Draw(DrawError),
}
