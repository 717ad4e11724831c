//! `kaojian similarity`: published indices of likeness, pair by pair.

use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::progress::Bars;
use crate::cli::similarity_arguments::SimilarityArguments;
use crate::cli::written::shown_path;
use crate::detect::similarity::flag_rule::FlagRule;
use crate::detect::similarity::study::Study;
use crate::detect::similarity::study_parameters::{INDICES, PairChoice, StudyParameters};
use crate::model::identity::mask_embedded_numbers;
use crate::model::similarity_evidence::SimilarityDetail;
use crate::model::text::Language;
use crate::pipeline::{self, LeftOut, SimilarityFiles};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

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
        rule: arguments.rule.into(),
        blanks: arguments.blanks.into(),
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
        seat: arguments.seat.clone(),
        out: arguments.out.clone(),
        clusters: arguments.clusters.clone(),
        places: arguments.places.clone(),
        options: arguments.options.clone(),
        report: arguments.report.clone(),
        command: command(arguments),
    };
    let (study, left_out) = pipeline::similarity(&files, parameters, &Bars::new(language))?;
    let text = summary(&study, &left_out, arguments, language);
    output.write_all(mask_embedded_numbers(&text).as_bytes())?;
    Ok(CLEAN)
}

fn summary(study: &Study, left_out: &LeftOut, arguments: &SimilarityArguments, language: Language) -> String {
    let level = arguments.significance_level;
    let out = shown_path(&arguments.out);
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
    lines.extend(people_and_places(&study.evidence.detail, language));
    if let Some(log_likelihood) = study.log_likelihood {
        let (sheets, iterations) = (study.fitted_sheets, study.iterations);
        lines.push(match language {
            Language::Chinese => {
                format!("参数由 {sheets} 份答卷估计，{iterations} 次迭代后收敛，边际对数似然 {log_likelihood:.4}")
            }
            Language::English => format!(
                "parameters from {sheets} sheets, converged after {iterations} iterations, marginal log-likelihood \
                 {log_likelihood:.4}"
            ),
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

/// Rule, clusters, groups and control group, in numbers.
fn people_and_places(detail: &SimilarityDetail, language: Language) -> Vec<String> {
    let mut lines = Vec::new();
    let (rule, bound) = (detail.rule, detail.false_flag_bound);
    lines.push(match language {
        Language::Chinese => format!("规则 {rule}：若各人独立作答且模型成立，出现任何错误标记的概率至多 {bound}"),
        Language::English => {
            format!(
                "rule {rule}: if all work alone and the model holds, the chance of any false flag is at most {bound}"
            )
        }
    });
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    detail.clusters.iter().for_each(|cluster| *kinds.entry(cluster.kind).or_default() += 1);
    if !kinds.is_empty() {
        let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        let named = detail.clusters.iter().filter(|cluster| cluster.likely_source.is_some()).count();
        lines.push(match language {
            Language::Chinese => format!(
                "组的形态：{}；{named} 组中有一人在不同作答上明显更接近答案（可能的来源，只作线索）",
                kinds.join("，")
            ),
            Language::English => format!(
                "clusters look like: {}; in {named} of them one person is clearly nearer to the key where they differ \
                 (likely source, a lead only)",
                kinds.join(", ")
            ),
        });
    }
    if let Some(places) = &detail.places {
        let (within, flagged, expected, p) = (places.within, places.flagged, places.expected_within, places.p_value);
        lines.push(match language {
            Language::Chinese => {
                format!("标记的 {flagged} 对中 {within} 对在同组之内，随机预期 {expected:.2} 对，置换检验 p = {p:.4}")
            }
            Language::English => format!(
                "{within} of {flagged} flagged pairs are within a group, {expected:.2} expected by chance, permutation p = {p:.4}"
            ),
        });
    }
    if let Some(control) = &detail.control {
        let (pairs, flagged, expected) = (control.pairs, control.flagged, control.expected_within);
        lines.push(match language {
            Language::Chinese => format!(
                "对照组：不同组的 {pairs} 对中标记 {flagged} 对；按此比例，同组之内预期错误标记 {expected:.3} 对（共用答案的配对也计入对照组）"
            ),
            Language::English => format!(
                "control group: {flagged} of {pairs} pairs of different groups flagged; at that rate {expected:.3} false flags \
                 are to be expected within groups (pairs with a shared key count among them)"
            ),
        });
    }
    lines
}

/// The command as the report repeats it; folders are named by their last part.
fn command(arguments: &SimilarityArguments) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let key = arguments.key.as_deref().map(|key| format!(" --key {}", name(key))).unwrap_or_default();
    let (rule, level) = (FlagRule::from(arguments.rule).as_str(), arguments.significance_level);
    format!(
        "kaojian similarity {}{key} --rule {rule} --significance-level {level} -o {}",
        name(&arguments.responses),
        name(&arguments.out)
    )
}
