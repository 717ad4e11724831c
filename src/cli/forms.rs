//! `kaojian forms`: papers that overlap and items used again.

use crate::cli::error::CliError;
use crate::cli::exit::{CLEAN, FAILED};
use crate::cli::progress::Bars;
use crate::cli::written::shown_path;
use crate::config::Config;
use crate::model::form_evidence::FormOverlap;
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Language;
use crate::pipeline;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// `kaojian forms`.
#[derive(Debug, Args)]
pub struct FormsArguments {
    /// Files of forms (each is one form unless it has a column `form_id`), or one folder of a data set
    #[arg(required = true)]
    pub forms: Vec<PathBuf>,
    /// Folder for the tables (overlap, items, exposure, renewal, notes), or a .csv, .json or .parquet file for the overlaps alone
    #[arg(short, long)]
    pub out: PathBuf,
    /// Settings (TOML), such as `[form_reuse] overlap_percent = 80`
    #[arg(long)]
    pub settings: Option<PathBuf>,
}

/// Compares the papers, writes the tables, prints a summary.
///
/// # Errors
/// Settings that are refused, a folder that cannot be read, or an output that cannot be written.
pub fn forms(arguments: &FormsArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let config = Config::resolve(arguments.settings.as_deref(), None)?;
    let found = pipeline::forms(&arguments.forms, &config, &arguments.out, &Bars::new(language))?;
    let mut text = summary(&found.groups, language);
    for (place, reason) in &found.refused {
        text.push_str(&match language {
            Language::Chinese => format!("未读入 {place}：{}\n", reason.zh),
            Language::English => format!("not read, {place}: {}\n", reason.en),
        });
    }
    for (place, reason) in &found.noted {
        text.push_str(&match language {
            Language::Chinese => format!("请查看 {place}：{}\n", reason.zh),
            Language::English => format!("look at {place}: {}\n", reason.en),
        });
    }
    let more = found.notes.saturating_sub(found.noted.len());
    if more > 0 {
        text.push_str(&match language {
            Language::Chinese => format!("另有 {more} 处，见 notes.csv\n"),
            Language::English => format!("{more} more are in notes.csv\n"),
        });
    }
    let out = shown_path(&arguments.out);
    text.push_str(&match language {
        Language::Chinese => format!("已写入 {out}\n"),
        Language::English => format!("written: {out}\n"),
    });
    output.write_all(mask_embedded_numbers(&text).as_bytes())?;
    Ok(if found.refused.is_empty() { CLEAN } else { FAILED })
}

fn summary(groups: &[FormOverlap], language: Language) -> String {
    let papers: usize = groups.iter().map(|group| group.papers.len()).sum();
    let pairs: usize = groups.iter().map(FormOverlap::pairs_compared).sum();
    let same = groups.iter().flat_map(|group| &group.pairs).filter(|pair| pair.same_paper).count();
    let alike = groups.iter().flat_map(|group| &group.pairs).filter(|pair| pair.alike && !pair.same_paper).count();
    let items: u64 = groups.iter().map(|group| group.items_found).sum();
    match language {
        Language::Chinese => format!(
            "试卷 {papers} 份，比较 {pairs} 对：{same} 对为同一份试卷，另 {alike} 对高度重合；用于多份试卷的试题 {items} 道\n统一命题、备用卷或导出差错均可使试卷相同，由人作出决定\n"
        ),
        Language::English => format!(
            "{papers} papers, {pairs} pairs compared: {same} are one paper, {alike} more overlap widely; {items} items stand on several papers\na central or spare paper or a slip of the export can make papers the same; a person decides\n"
        ),
    }
}
