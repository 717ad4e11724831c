//! `kaojian history`: what was typed.

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// `kaojian history`.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// What to do
    #[command(subcommand)]
    pub action: HistoryAction,
}

/// What `kaojian history` does.
#[derive(Debug, Subcommand)]
pub enum HistoryAction {
    /// Take the report of an inspection into the history; the same report again changes nothing
    Add(AddArguments),
    /// List the batches on record
    List(ListArguments),
    /// Show a batch, a body or a finding with its versions, decisions and measures
    Show(ShowHistoryArguments),
    /// Walk the chain of records and name the first that does not fit
    Verify(VerifyArguments),
    /// Write one table of the history to a file
    Export(ExportArguments),
    /// Record a person's decision on a finding
    Decide(DecideArguments),
    /// Record a measure that the authority took
    Measure(MeasureArguments),
    /// Record an order to rectify, or that it was closed
    Rectify(RectifyArguments),
}

/// `kaojian history add`.
#[derive(Debug, Args)]
pub struct AddArguments {
    /// Folder of the report (with findings.json and run.json), or its findings.json
    pub report: PathBuf,
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
    /// Name of the data set [default: the folder's]
    #[arg(long)]
    pub name: Option<String>,
}

/// `kaojian history list`.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
    /// Only the batches of this body
    #[arg(long)]
    pub body: Option<String>,
    /// Only batches examined on this day or later
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// Only batches examined on this day or earlier
    #[arg(long)]
    pub to: Option<NaiveDate>,
}

/// `kaojian history show`.
#[derive(Debug, Args)]
pub struct ShowHistoryArguments {
    /// A batch, a body, or a finding by its id
    pub subject: String,
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
    /// Of batches also the findings that are neither met nor indicated
    #[arg(long)]
    pub all: bool,
}

/// `kaojian history verify`.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
    /// End of the chain as noted earlier (SHA-256): fails when the history no longer holds it
    #[arg(long)]
    pub expect: Option<String>,
}

/// `kaojian history export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
    /// File to write; .csv gives a table, .jsonl one JSON object a line
    #[arg(short, long)]
    pub out: PathBuf,
    /// Which table
    #[arg(long, value_enum, default_value_t = ExportedTable::Findings)]
    pub table: ExportedTable,
}

/// A table to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportedTable {
    /// Inspections
    Runs,
    /// Versions of batches
    Batches,
    /// Findings
    Findings,
    /// People's decisions
    Decisions,
    /// Measures taken
    Measures,
    /// Orders to rectify
    Rectifications,
    /// Fingerprints of written answers
    Written,
}

/// `kaojian history decide`.
#[derive(Debug, Args)]
pub struct DecideArguments {
    /// The finding by its id, as findings.json and `history show` have it
    pub finding: String,
    /// What was decided
    #[arg(long, value_enum)]
    pub outcome: OutcomeName,
    /// By whom
    #[arg(long)]
    pub by: String,
    /// Why
    #[arg(long)]
    pub reason: String,
    /// When [default: today]
    #[arg(long)]
    pub on: Option<NaiveDate>,
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
}

/// An outcome as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutcomeName {
    /// The finding stands
    Confirmed,
    /// The finding does not stand
    Dismissed,
    /// Not to be decided without more evidence
    NeedsEvidence,
}

/// `kaojian history measure`.
#[derive(Debug, Args)]
pub struct MeasureArguments {
    /// The body that the measure is taken against
    pub body: String,
    /// Which measure
    #[arg(long, value_enum)]
    pub measure: MeasureName,
    /// Date of the decision
    #[arg(long)]
    pub on: NaiveDate,
    /// Last day of its term [default of a ban: three years after the decision]
    #[arg(long)]
    pub until: Option<NaiveDate>,
    /// Article it rests on, such as 21(6)
    #[arg(long)]
    pub article: Option<String>,
    /// What was imposed, in words
    #[arg(long, default_value = "")]
    pub terms: String,
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
}

/// A measure as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MeasureName {
    /// Art. 20
    Interview,
    /// Art. 21
    Warning,
    /// Art. 22
    Ban,
}

/// `kaojian history rectify`.
#[derive(Debug, Args)]
pub struct RectifyArguments {
    /// The body that has to rectify
    pub body: String,
    /// Date of the order
    #[arg(long)]
    pub ordered: NaiveDate,
    /// Last day to do it
    #[arg(long)]
    pub deadline: Option<NaiveDate>,
    /// Date it was closed
    #[arg(long)]
    pub closed: Option<NaiveDate>,
    /// The history: an SQLite file, or a postgres:// URL
    #[arg(long)]
    pub history: String,
}
