//! `kaojian similarity`: published indices of likeness, pair by pair.

use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::progress::Bars;
use crate::cli::similarity_arguments::SimilarityArguments;
use crate::detect::similarity::study::Study;
use crate::detect::similarity::study_parameters::{INDICES, PairChoice, StudyParameters};
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Language;
use crate::pipeline::{self, LeftOut, SimilarityFiles};
use std::io::Write;
use std::path::PathBuf;

/// Most excluded persons that the summary names.
const NAMED_EXCLUSIONS: usize = 10;

/// Compares the sheets, writes the pairs, prints a summary.
///
/// # Errors
/// A table that is wrong, a study that is not possible, or an output that cannot be written.
pub fn similarity(arguments: &SimilarityArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let (pairs, pairs_file) = match arguments.pairs.as_str() {
        "flagged" => (PairChoice::Flagged, None),
        "all" => (PairChoice::All, None),
        file => (PairChoice::Flagged, Some(PathBuf::from(file))),
    };
    let indices = match arguments.indices.as_slice() {
        [] => INDICES.into_iter().collect(),
        asked => asked.iter().map(|&index| index.into()).collect(),
    };
    let parameters = StudyParameters {
        model: arguments.model.into(),
        indices,
        pairs,
        significance_level: arguments.significance_level,
        statistic: arguments.statistic.into(),
        control: arguments.control.into(),
        minimum_items: arguments.minimum_items,
        bootstrap: arguments.bootstrap,
        seed: arguments.seed,
        ..StudyParameters::default()
    };
    let files = SimilarityFiles {
        responses: arguments.responses.clone(),
        key: arguments.key.clone(),
        item_parameters: arguments.item_parameters.clone(),
        abilities: arguments.abilities.clone(),
        pairs: pairs_file,
        group: arguments.group.clone(),
    };
    let (study, left_out) = pipeline::similarity(&files, parameters, &arguments.out, &Bars::new(language))?;
    let text = summary(&study, &left_out, arguments, language);
    output.write_all(mask_embedded_numbers(&text).as_bytes())?;
    Ok(CLEAN)
}

fn summary(study: &Study, left_out: &LeftOut, arguments: &SimilarityArguments, language: Language) -> String {
    let level = arguments.significance_level;
    let out = arguments.out.to_string_lossy().replace('\\', "/");
    let (sheets, items, pairs) = (study.sheets, study.items, study.pairs_compared);
    let (flagged, clusters, model) = (study.flagged, study.clusters, study.model);
    let mut lines = match language {
        Language::Chinese => vec![
            format!("答卷 {sheets} 份，题目 {items} 道，比较 {pairs} 对，模型 {model}"),
            format!(
                "标记 {flagged} 对（水平 {level}，已按全部比较校正），构成 {clusters} 组；标记只是迹象，由人作出决定"
            ),
            "同一教师、同一培训材料造成的共同错误，或模型不拟合，也会产生标记".to_owned(),
        ],
        Language::English => vec![
            format!("{sheets} sheets, {items} items, {pairs} pairs compared, model {model}"),
            format!(
                "{flagged} pairs flagged at level {level} over all comparisons, in {clusters} clusters; a flag is an \
                 indication, a person decides"
            ),
            "a shared teacher, shared training material or misfit of the model can flag a pair too".to_owned(),
        ],
    };
    if let Some(log_likelihood) = study.log_likelihood {
        lines.push(match language {
            Language::Chinese => format!("边际对数似然 {log_likelihood:.4}"),
            Language::English => format!("marginal log-likelihood {log_likelihood:.4}"),
        });
    }
    if let Some(rate) = &study.false_flags {
        let (batches, with, (low, high)) = (rate.batches, rate.with_false_flag, rate.interval);
        let threshold = rate.calibrated_log10_p.map(|log10| format!("{log10:.2}"));
        lines.push(match language {
            Language::Chinese => format!(
                "模拟的诚实批次 {batches} 个，其中 {with} 个出现标记（95% 区间 {low:.4}–{high:.4})；达到该水平的 log10 p 阈值：{}",
                threshold.as_deref().unwrap_or("模拟批次不足")
            ),
            Language::English => format!(
                "{with} of {batches} simulated honest batches have a flag (95 % interval {low:.4} to {high:.4}); log10 p that \
                 would hold the level: {}",
                threshold.as_deref().unwrap_or("too few batches to say")
            ),
        });
    }
    if !left_out.without_key.is_empty() {
        lines.push(match language {
            Language::Chinese => format!("没有答案、未比较的列：{}", left_out.without_key.join("、")),
            Language::English => format!("columns without a key, not compared: {}", left_out.without_key.join(", ")),
        });
    }
    if !left_out.one_option.is_empty() {
        lines.push(match language {
            Language::Chinese => format!("只有一种作答、不含信息、未比较的题目：{}", left_out.one_option.join("、")),
            Language::English => {
                format!(
                    "items with one response only, which say nothing, not compared: {}",
                    left_out.one_option.join(", ")
                )
            }
        });
    }
    for (person, reason) in study.exclusions.iter().take(NAMED_EXCLUSIONS) {
        lines.push(match language {
            Language::Chinese => format!("未比较 {person}:{}", reason.zh),
            Language::English => format!("not compared, {person}: {}", reason.en),
        });
    }
    if let Some(more) = study.exclusions.len().checked_sub(NAMED_EXCLUSIONS).filter(|more| *more > 0) {
        lines.push(match language {
            Language::Chinese => format!("另有 {more} 人未比较"),
            Language::English => format!("and {more} more not compared"),
        });
    }
    lines.push(match language {
        Language::Chinese => format!("已写入 {out}"),
        Language::English => format!("written: {out}"),
    });
    lines.join("\n") + "\n"
}
