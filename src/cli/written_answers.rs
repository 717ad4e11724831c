//! `kaojian written`: written answers that are alike.

use crate::cli::error::CliError;
use crate::cli::exit::{CLEAN, FAILED};
use crate::cli::progress::Bars;
use crate::cli::written::shown_path;
use crate::config::Config;
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Language;
use crate::model::written_evidence::WrittenComparison;
use crate::pipeline::{self, WrittenFiles};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `kaojian written`.
#[derive(Debug, Args)]
pub struct WrittenArguments {
    /// A folder of a data set; tables of long answers or ratings with texts; or folders with one document a candidate
    #[arg(required = true)]
    pub answers: Vec<PathBuf>,
    /// Forms with stems and reference answers (column `key`), which do not count as shared
    #[arg(long)]
    pub forms: Vec<PathBuf>,
    /// Folder for pairs.csv, clusters.csv and hidden.csv, or a .csv, .json or .parquet file for the pairs alone
    #[arg(short, long)]
    pub out: PathBuf,
    /// Fewest characters of a passage [default: 20]
    #[arg(long, value_parser = clap::value_parser!(u32).range(8..=1_000))]
    pub passage: Option<u32>,
    /// Share of the shorter text from which a pair is alike, per cent [default: 50]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub share: Option<u32>,
    /// Fewest characters in common of an alike pair [default: 40]
    #[arg(long, value_parser = clap::value_parser!(u32).range(8..=100_000))]
    pub minimum_length: Option<u32>,
    /// Share of the candidates from which a passage counts as a stock phrase, per cent [default: 10]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub common: Option<u32>,
    /// Most pairs of a question that are written
    #[arg(long, default_value_t = 100_000)]
    pub pairs: usize,
    /// Folder of a report with the pairs side by side
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// Settings (TOML), such as `[written] common_least = 8`
    #[arg(long)]
    pub settings: Option<PathBuf>,
}

/// Compares all pairs of each question, writes the tables, prints a summary.
///
/// # Errors
/// Settings that are refused, a folder that cannot be read, or an output that cannot be written.
pub fn written(arguments: &WrittenArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let mut config = Config::resolve(arguments.settings.as_deref(), None)?;
    let settings = &mut config.detect.written;
    for (value, place) in [
        (arguments.passage, &mut settings.passage),
        (arguments.share, &mut settings.share_percent),
        (arguments.minimum_length, &mut settings.minimum_length),
        (arguments.common, &mut settings.common_percent),
    ] {
        if let Some(value) = value {
            *place = value;
        }
    }
    let files = WrittenFiles {
        answers: arguments.answers.clone(),
        forms: arguments.forms.clone(),
        out: arguments.out.clone(),
        report: arguments.report.clone(),
        command: command(arguments),
    };
    let found = pipeline::written(&files, &config, arguments.pairs, &Bars::new(language))?;
    let mut text = summary(&found.questions, arguments.pairs, language);
    for (place, reason) in &found.refused {
        text.push_str(&match language {
            Language::Chinese => format!("未读入 {place}：{}\n", reason.zh),
            Language::English => format!("not read, {place}: {}\n", reason.en),
        });
    }
    let report = arguments.report.as_ref().map(|folder| folder.join("report.html"));
    for out in std::iter::once(&arguments.out).chain(&report) {
        let out = shown_path(out);
        text.push_str(&match language {
            Language::Chinese => format!("已写入 {out}\n"),
            Language::English => format!("written: {out}\n"),
        });
    }
    output.write_all(mask_embedded_numbers(&text).as_bytes())?;
    Ok(if found.refused.is_empty() { CLEAN } else { FAILED })
}

fn summary(questions: &[WrittenComparison], most: usize, language: Language) -> String {
    let sum = |of: &dyn Fn(&WrittenComparison) -> u64| questions.iter().map(of).sum::<u64>();
    let (answers, pairs) = (sum(&|one| one.counts.answers), sum(&|one| one.counts.pairs_compared));
    let (sharing, alike) = (sum(&|one| one.counts.pairs_sharing), sum(&|one| one.counts.pairs_alike));
    let clusters = sum(&|one| one.clusters.len() as u64);
    let hidden = sum(&|one| one.hidden.len() as u64);
    let (cut, without) = (sum(&|one| one.counts.cut), sum(&|one| one.counts.without_text));
    let left_out = sum(&|one| one.counts.pairs_left_out + one.counts.beyond_total);
    let passage = questions.first().map_or(0, |one| one.criteria.passage);
    let mut text = match language {
        Language::Chinese => format!(
            "题目 {} 道，作答 {answers} 份（另有 {without} 份没有可比较的文字），比较 {pairs} 对：{sharing} 对有不少于 {passage} 字的相同段落，其中 {alike} 对达到标准，{clusters} 组；{hidden} 份含不可见或形近字符\n题干、参考答案和多人共有的段落不计入；相同的培训材料、背诵的范文也可使作答相同，由人作出决定\n",
            questions.len()
        ),
        Language::English => format!(
            "{} questions, {answers} answers ({without} more without a text that can be compared), {pairs} pairs compared: {sharing} share a passage of {passage} characters or more, {alike} of them past the criteria, {clusters} clusters; {hidden} texts hold characters that do not show or look alike\nstems, reference answers and what many wrote do not count; common training material or a model text learnt by heart can make answers the same; a person decides\n",
            questions.len()
        ),
    };
    if cut > 0 {
        text.push_str(&match language {
            Language::Chinese => format!("{cut} 份作答过长，只比较开头部分（written.maximum_length）\n"),
            Language::English => {
                format!(
                    "{cut} answers are longer than what is compared (written.maximum_length); their beginnings were\n"
                )
            }
        });
    }
    if left_out > 0 {
        text.push_str(&match language {
            Language::Chinese => format!("另有 {left_out} 项因数量过多未逐一比较\n"),
            Language::English => format!("{left_out} more were not looked at one by one, there being too many\n"),
        });
    }
    if sharing > most as u64 {
        text.push_str(&match language {
            Language::Chinese => format!("每题最多写出 {most} 对（--pairs）\n"),
            Language::English => format!("at most {most} pairs of a question are written (--pairs)\n"),
        });
    }
    text
}

/// The command as the report repeats it; folders are named by their last part.
fn command(arguments: &WrittenArguments) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut words = vec!["kaojian written".to_owned()];
    words.extend(arguments.answers.iter().map(|path| name(path)));
    words.extend(arguments.forms.iter().map(|path| format!("--forms {}", name(path))));
    words.push(format!("-o {}", name(&arguments.out)));
    words.join(" ")
}
