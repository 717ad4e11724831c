//! What the user typed after `kaojian draw`.

use clap::Args;
use std::path::PathBuf;

/// `kaojian draw`.
#[derive(Debug, Args)]
pub struct DrawArguments {
    /// List of bodies: body_id, body_name and the column that divides them
    #[arg(required_unless_present = "verify", requires = "inspector_list")]
    pub body_list: Option<PathBuf>,
    /// List of inspectors: person_id, name, employer, conflicts (identifiers or names of bodies)
    #[arg(required_unless_present = "verify")]
    pub inspector_list: Option<PathBuf>,
    /// Folder of the results
    #[arg(short, long, required_unless_present = "verify", conflicts_with = "verify")]
    pub out: Option<PathBuf>,
    /// Bodies to draw
    #[arg(long, required_unless_present = "verify", conflicts_with = "verify")]
    pub bodies: Option<u64>,
    /// Inspectors of each body
    #[arg(long, required_unless_present = "verify", conflicts_with = "verify")]
    pub inspectors_per_body: Option<u64>,
    /// Seed, one line of text; best a number that nobody can know before the lists are published
    #[arg(long, required_unless_present = "verify", conflicts_with = "verify")]
    pub seed: Option<String>,
    /// Column of the bodies that divides them; each part gets lots in proportion to its size
    #[arg(long, conflicts_with = "verify")]
    pub stratify: Option<String>,
    /// Further conflicts: body_id, person_id
    #[arg(long)]
    pub conflicts: Option<PathBuf>,
    /// Draw again what this draw.json says, and compare it with the files beside it and with the lists, where they are given; exit code 1 when something differs
    #[arg(long)]
    pub verify: Option<PathBuf>,
}
