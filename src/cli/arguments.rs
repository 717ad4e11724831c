//! What the user typed, before anything is resolved.

use crate::model::text::Language;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Exam-integrity analysis: what the records show, held against a regulation. A flag is not guilt; a person decides.
#[derive(Debug, Parser)]
#[command(name = "kaojian", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    /// Language of help, messages and summary: zh or en. Reports always hold both.
    #[arg(long, global = true, value_enum)]
    pub language: Option<LanguageName>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A language as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LanguageName {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl From<LanguageName> for Language {
    fn from(name: LanguageName) -> Self {
        match name {
            LanguageName::Zh => Self::Chinese,
            LanguageName::En => Self::English,
        }
    }
}

/// Everything the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Inspect a folder of batches and write the report
    Inspect(InspectArguments),
    /// Make a city's data, honest or with planted cases, as the files people really have
    Simulate(SimulateArguments),
    /// Compare the answer sheets of one form, pair by pair, by the published indices
    Similarity(crate::cli::similarity_arguments::SimilarityArguments),
    /// Compare test forms with each other: papers used again, items that are the same or nearly so
    Forms(crate::cli::forms::FormsArguments),
    /// Compare written answers, pair by pair: shared passages, clusters, characters that do not show
    Written(crate::cli::written_answers::WrittenArguments),
    /// Explain a detector or an article: what it looks for, honest causes, settings, sources
    Explain(ExplainArguments),
    /// List the rules of the packs, show one whole, check packs or compare two
    Rules(RulesArguments),
    /// Agreement of raters: kappas, alpha, AC1/AC2, ICC, W, with standard errors
    Agreement(AgreementArguments),
    /// Severity of raters: many-facet Rasch model
    Raters(RatersArguments),
    /// Pass line: line as applied, heaping, moved scores, terminal digits
    Passline(PasslineArguments),
    /// Keep runs, findings, people's decisions and measures across batches and years
    History(crate::cli::history_arguments::HistoryArguments),
    /// Credit of the bodies of a history: decisions and measures by clause, weighted where the authority has weights (Art. 19)
    Credit(crate::cli::credit_arguments::CreditArguments),
    /// Draw bodies and inspectors by lot, so that anyone can draw again (Art. 15)
    Draw(crate::cli::draw_arguments::DrawArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
}

/// `kaojian inspect`.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Folder of the data set (or one file)
    pub folder: PathBuf,
    /// Folder of the report [default: out/ and the name of the data set]
    #[arg(short, long)]
    pub out: Option<PathBuf>,
    /// Rule pack: a folder with pack.toml and one TOML file a rule, one TOML file with both, or a folder of packs; may be repeated [default: the pack built in]
    #[arg(long)]
    pub rules: Vec<PathBuf>,
    /// Settings of the detectors (TOML)
    #[arg(long)]
    pub settings: Option<PathBuf>,
    /// History (SQLite file or postgres:// URL): earlier batches are read before judging, this run is added after
    #[arg(long)]
    pub history: Option<String>,
    /// Seed of everything random
    #[arg(long)]
    pub seed: Option<u64>,
    /// Threads to use; the result does not depend on it [default: one a core]
    #[arg(long)]
    pub threads: Option<usize>,
    /// Print the path of the report and nothing else
    #[arg(short, long)]
    pub quiet: bool,
}

/// `kaojian simulate`.
#[derive(Debug, Args)]
pub struct SimulateArguments {
    /// Folder to write to
    pub out: PathBuf,
    /// What to make
    #[arg(long, value_enum, default_value_t = Preset::Demo)]
    pub preset: Preset,
    /// Seed of everything random [default: that of the preset]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Certification bodies (city presets)
    #[arg(long)]
    pub bodies: Option<usize>,
    /// Batches of the whole city (city presets), or papers (item-bank)
    #[arg(long)]
    pub batches: Option<usize>,
    /// Years over which the batches are spread (city presets)
    #[arg(long)]
    pub years: Option<usize>,
    /// Candidates a batch has (not demo)
    #[arg(long)]
    pub candidates: Option<usize>,
    /// Items on a form (not demo)
    #[arg(long)]
    pub items: Option<usize>,
    /// Kind of files
    #[arg(long, value_enum)]
    pub format: Option<FormatName>,
}

/// What `simulate` makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// A few bodies, a dozen batches, something of everything
    Demo,
    /// A city without planted cases
    Honest,
    /// A city with planted cases
    Planted,
    /// Papers of one body over two years from a bank that is used again, changed items among them
    ItemBank,
}

/// Kind of files that `simulate` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// Chinese workbooks and GBK text, as people have them
    Chinese,
    /// UTF-8 text with English headers
    Csv,
    /// Parquet
    Parquet,
}

/// `kaojian explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Detector (such as similarity) or article (such as 20(1)); without it, what can be explained is listed
    pub subject: Option<String>,
    /// Rule pack to take articles from; may be repeated
    #[arg(long)]
    pub rules: Vec<PathBuf>,
}

/// `kaojian rules`.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// What to do; without it, the rules are listed
    #[command(subcommand)]
    pub action: Option<RulesAction>,
    /// Rule pack: a folder with pack.toml and one TOML file a rule, one TOML file with both, or a folder of packs; may be repeated [default: the pack built in]
    #[arg(long, global = true)]
    pub rules: Vec<PathBuf>,
}

/// What `kaojian rules` does.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// List the rules, a line each
    List,
    /// Show one rule whole, in both languages
    Show(ShowArguments),
    /// Check packs and say what is wrong with them
    Check(CheckArguments),
    /// Say what differs between two packs: dates, texts, thresholds, measures; exit code 1 when something does
    Diff(DiffArguments),
}

/// `kaojian rules show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Article, such as 20(1)
    pub article: String,
}

/// `kaojian rules check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Packs to check [default: those of --rules, or the pack built in]
    pub packs: Vec<PathBuf>,
}

/// `kaojian rules diff`.
#[derive(Debug, Args)]
pub struct DiffArguments {
    /// The first pack; built-in stands for the pack built in
    pub before: PathBuf,
    /// The second pack
    pub after: PathBuf,
}

/// `kaojian completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// Which shell
    pub shell: clap_complete::Shell,
}

/// `kaojian agreement`.
#[derive(Debug, Args)]
pub struct AgreementArguments {
    /// Long table of ratings: person, rater, criterion, score
    pub ratings: PathBuf,
    /// File of the result (JSON)
    #[arg(short, long)]
    pub out: PathBuf,
    /// Lowest and highest possible score, such as 0,5; scores outside are left out and listed
    #[arg(long)]
    pub scale: Option<String>,
}

/// `kaojian raters`.
#[derive(Debug, Args)]
pub struct RatersArguments {
    /// Long table of ratings: person, rater, criterion, score; or the ratings table
    pub ratings: PathBuf,
    /// Folder of the results
    #[arg(short, long)]
    pub out: PathBuf,
    /// Steps shared by all criteria, or of each criterion
    #[arg(long, value_enum, default_value_t = StepModel::RatingScale)]
    pub model: StepModel,
    /// Joint estimate of persons and levels, or marginal with a normal distribution of persons
    #[arg(long, value_enum, default_value_t = RatersEstimator::Jml)]
    pub estimator: RatersEstimator,
    /// Facets beside rater and criterion: time, room, occasion
    #[arg(long, value_delimiter = ',')]
    pub facets: Vec<String>,
    /// Interactions of raters beside those with the facets: rater:time, rater:room, rater:occasion; the column need not be a facet
    #[arg(long, value_delimiter = ',', value_parser = ["rater:criterion", "rater:time", "rater:room", "rater:occasion"])]
    pub interaction: Vec<String>,
    /// Bins of time: days if there are no more of them, else equal numbers of ratings
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(2..=99))]
    pub time_bins: u16,
    /// Multiply joint measures by (L - 1)/L, L ratings a person
    #[arg(long)]
    pub bias_correction: bool,
    /// Lowest and highest possible score, such as 0,5; scores outside are left out and listed
    #[arg(long)]
    pub scale: Option<String>,
    /// Fixed severities: a table with facet, level and severity_logit
    #[arg(long)]
    pub anchors: Option<PathBuf>,
}

/// How the parameters are estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RatersEstimator {
    /// Joint maximum likelihood
    Jml,
    /// Marginal maximum likelihood
    Mml,
}

/// Whose steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StepModel {
    /// One set of steps
    RatingScale,
    /// Steps of each criterion
    PartialCredit,
}

/// `kaojian passline`.
#[derive(Debug, Args)]
pub struct PasslineArguments {
    /// Table of scores: score; optional passed, body, batch, room, rater
    pub scores: PathBuf,
    /// The approved pass line
    #[arg(long, default_value = "60")]
    pub line: String,
    /// File of the result (JSON)
    #[arg(short, long)]
    pub out: PathBuf,
    /// Scores just below the line that may have been lifted
    #[arg(long, default_value_t = 3)]
    pub below: u32,
    /// Columns whose groups are tested beside each other [default: every one the table has]
    #[arg(long, value_parser = ["body", "batch", "room", "rater"])]
    pub group: Vec<String>,
    /// Seed of the bootstrap
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}
