//! What the user typed after `kaojian credit`.

use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;

/// `kaojian credit`.
#[derive(Debug, Args)]
pub struct CreditArguments {
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
    /// Folder of the results
    #[arg(short, long)]
    pub out: PathBuf,
    /// Only this body
    #[arg(long)]
    pub body: Option<String>,
    /// Day of the assessment; what is dated later does not count [default: the latest day on record]
    #[arg(long)]
    pub as_of: Option<NaiveDate>,
    /// Rule pack whose section `[credit]` has the weights; may be repeated [default: the pack built in, which has none]
    #[arg(long)]
    pub rules: Vec<PathBuf>,
}
