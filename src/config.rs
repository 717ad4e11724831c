//! Resolved, checked settings of a run. Only what passed the checks here can run.

mod bodies;
pub mod checked;
mod conduct;
mod forms;
pub(crate) mod written;

use crate::config::bodies::{ActivitySettings, AnnualReportSettings, DisorderSettings};
use crate::config::checked::{ConfigError, level, points, set, within};
use crate::config::forms::FormReuseSettings;
use crate::config::written::WrittenSettings;
use crate::detect::parameters::{DetectParameters, RaterEffectParameters, ScoreChangeParameters};
use crate::detect::scoring::declared::{AdjudicationRule, RoundingRule, SameAnswerParameters, ThirdRule};
use crate::detect::similarity::flag_rule::FLAG_RULES;
use crate::ingest::parameters::IngestParameters;
use crate::model::component::Component;
use crate::model::points::Points;
use crate::report::parameters::ReportParameters;
use chrono::NaiveDate;
use conduct::{ArchiveSettings, ItemBankSettings, StaffSettings, StandardSettings};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Everything that can change a result or its form.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// How files are read.
    pub ingest: IngestParameters,
    /// How detectors look.
    pub detect: DetectParameters,
    /// How much the page shows.
    pub report: ReportParameters,
    /// The day up to which bodies are judged; without it the latest examination date.
    pub as_of: Option<NaiveDate>,
}

/// The settings file. Every key is optional; an unknown one is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SettingsFile {
    seed: Option<u64>,
    as_of: Option<String>,
    similarity: SimilaritySettings,
    scoring: ScoringSettings,
    pass_line: PassLineSettings,
    score_change: ScoreChangeSettings,
    qualification: QualificationSettings,
    activity: ActivitySettings,
    form_reuse: FormReuseSettings,
    written: WrittenSettings,
    annual_report: AnnualReportSettings,
    disorder: DisorderSettings,
    staff: StaffSettings,
    archive: ArchiveSettings,
    standard: StandardSettings,
    item_bank: ItemBankSettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SimilaritySettings {
    significance_level: Option<f64>,
    minimum_items: Option<u32>,
    rule: Option<String>,
    maximum_pairs_reported: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ScoringSettings {
    required_raters: Option<u8>,
    tolerance_percent: Option<i64>,
    mark_step: Option<String>,
    significance_level: Option<f64>,
    minimum_deviation_rate: Option<f64>,
    remark_minimum_percent: Option<u32>,
    rater_effects: RaterEffectSettings,
    same_answer: SameAnswerSettings,
    /// By component: `every`, `theory`, `skill`, `review` or the name of another.
    adjudication: BTreeMap<String, AdjudicationSettings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RaterEffectSettings {
    minimum_works: Option<u32>,
    halo_percent: Option<u32>,
    centrality_percent: Option<u32>,
    range_percent: Option<u32>,
    misfit_percent: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SameAnswerSettings {
    similarity_percent: Option<u32>,
    minimum_length: Option<u32>,
    difference_percent: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdjudicationSettings {
    third: String,
    #[serde(default)]
    expert_needed: bool,
    rounding: Option<String>,
    decimals: Option<u8>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PassLineSettings {
    default_line: Option<String>,
    heaping_curvature_percent: Option<u32>,
    heaping_significance_level: Option<f64>,
    heaping_minimum: Option<u64>,
    heaping_window: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ScoreChangeSettings {
    significance_level: Option<f64>,
    minimum_changes: Option<u64>,
    minimum_group: Option<u64>,
    second_person_required: Option<bool>,
    landing_step: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct QualificationSettings {
    template: Option<String>,
}

impl Config {
    /// Defaults, then a settings file, then the seed of the command line.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key (with its line), or a value outside its range.
    pub fn resolve(settings: Option<&Path>, seed: Option<u64>) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if let Some(path) = settings {
            let text = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
            config.apply(parse(path, &text)?)?;
        }
        if let Some(seed) = seed {
            config.detect.seed = seed;
        }
        Ok(config)
    }

    fn apply(&mut self, file: SettingsFile) -> Result<(), ConfigError> {
        let detect = &mut self.detect;
        set(&mut detect.seed, file.seed);
        if let Some(day) = file.as_of {
            let wrong = |_| ConfigError::OutOfRange { name: "as_of", range: "\"2026-06-30\"", value: day.clone() };
            self.as_of = Some(day.parse().map_err(wrong)?);
        }
        let similarity = &mut detect.similarity;
        set(
            &mut similarity.significance_level,
            level("similarity.significance_level", file.similarity.significance_level)?,
        );
        set(&mut similarity.minimum_items, file.similarity.minimum_items);
        if let Some(rule) = file.similarity.rule {
            let known = FLAG_RULES.into_iter().find(|known| known.as_str() == rule);
            similarity.rule = known.ok_or(ConfigError::OutOfRange {
                name: "similarity.rule",
                range: "single | act | monitor",
                value: rule,
            })?;
        }
        set(&mut similarity.maximum_pairs_reported, file.similarity.maximum_pairs_reported);
        let scoring = &mut detect.scoring;
        set(&mut scoring.required_raters, file.scoring.required_raters);
        if let Some(percent) = file.scoring.tolerance_percent {
            let name = "scoring.tolerance_percent";
            scoring.tolerance_share = (within(name, "1–100", percent, (1..=100).contains(&percent))?, 100);
        }
        if let Some(step) = points("scoring.mark_step", file.scoring.mark_step)? {
            scoring.mark_step = within("scoring.mark_step", "> 0", step, step > Points::ZERO)?;
        }
        set(&mut scoring.significance_level, level("scoring.significance_level", file.scoring.significance_level)?);
        if let Some(rate) = file.scoring.minimum_deviation_rate {
            let name = "scoring.minimum_deviation_rate";
            scoring.minimum_deviation_rate = within(name, "0–1", rate, (0.0..=1.0).contains(&rate))?;
        }
        if let Some(percent) = file.scoring.remark_minimum_percent {
            let name = "scoring.remark_minimum_percent";
            scoring.remark_minimum_percent = within(name, "1–100", percent, (1..=100).contains(&percent))?;
        }
        rater_effects(&mut scoring.rater_effects, &file.scoring.rater_effects)?;
        same_answer(&mut scoring.same_answer, file.scoring.same_answer)?;
        if !file.scoring.adjudication.is_empty() {
            scoring.adjudication =
                file.scoring.adjudication.into_iter().map(adjudication).collect::<Result<_, ConfigError>>()?;
        }
        set(&mut detect.pass_line.default_line, points("pass_line.default_line", file.pass_line.default_line)?);
        apply_score_change(&mut detect.score_change, file.score_change)?;
        let pass_line = &mut detect.pass_line;
        if let Some(percent) = file.pass_line.heaping_curvature_percent {
            let name = "pass_line.heaping_curvature_percent";
            pass_line.heaping_curvature_percent = within(name, "0–50", percent, percent <= 50)?;
        }
        let name = "pass_line.heaping_significance_level";
        set(&mut pass_line.heaping_significance_level, level(name, file.pass_line.heaping_significance_level)?);
        if let Some(minimum) = file.pass_line.heaping_minimum {
            pass_line.heaping_minimum = within("pass_line.heaping_minimum", "≥ 3", minimum, minimum >= 3)?;
        }
        if let Some(window) = file.pass_line.heaping_window {
            let range = (1..=20).contains(&window);
            pass_line.heaping_window = within("pass_line.heaping_window", "1–20", window, range)?;
        }
        if let Some(template) = file.qualification.template {
            let known = ["auto", "2018", "2023"].contains(&template.as_str());
            detect.qualification.template = within("qualification.template", "auto | 2018 | 2023", template, known)?;
        }
        detect.activity = file.activity.resolve()?;
        detect.form_reuse = file.form_reuse.resolve()?;
        detect.written = file.written.resolve()?;
        detect.annual_report = file.annual_report.resolve()?;
        detect.disorder = file.disorder.resolve()?;
        file.staff.apply(detect)?;
        file.archive.apply(detect)?;
        file.standard.apply(detect)?;
        file.item_bank.apply(detect)?;
        Ok(())
    }

    /// Every setting that can change a result, by its dotted name, for `run.json`.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let detect = &self.detect;
        let (share, of) = detect.scoring.tolerance_share;
        let (effects, same_answer) = (&detect.scoring.rater_effects, &detect.scoring.same_answer);
        let (difference, difference_of) = same_answer.difference_share;
        let rules: Vec<String> = detect.scoring.adjudication.iter().map(declared).collect();
        [
            ("similarity.significance_level", detect.similarity.significance_level.to_string()),
            ("similarity.minimum_items", detect.similarity.minimum_items.to_string()),
            ("similarity.rule", detect.similarity.rule.as_str().to_owned()),
            ("similarity.maximum_pairs_reported", detect.similarity.maximum_pairs_reported.to_string()),
            ("scoring.required_raters", detect.scoring.required_raters.to_string()),
            ("scoring.tolerance_share", format!("{share}/{of}")),
            ("scoring.mark_step", detect.scoring.mark_step.to_string()),
            ("scoring.significance_level", detect.scoring.significance_level.to_string()),
            ("scoring.minimum_deviation_rate", detect.scoring.minimum_deviation_rate.to_string()),
            ("scoring.remark_minimum_percent", detect.scoring.remark_minimum_percent.to_string()),
            ("scoring.rater_effects.minimum_works", effects.minimum_works.to_string()),
            ("scoring.rater_effects.halo_percent", effects.halo_percent.to_string()),
            ("scoring.rater_effects.centrality_percent", effects.centrality_percent.to_string()),
            ("scoring.rater_effects.range_percent", effects.range_percent.to_string()),
            ("scoring.rater_effects.misfit_percent", effects.misfit_percent.to_string()),
            ("scoring.same_answer.similarity_percent", same_answer.similarity_percent.to_string()),
            ("scoring.same_answer.minimum_length", same_answer.minimum_length.to_string()),
            ("scoring.same_answer.difference_share", format!("{difference}/{difference_of}")),
            ("scoring.adjudication", if rules.is_empty() { "none".to_owned() } else { rules.join("; ") }),
            ("pass_line.default_line", detect.pass_line.default_line.to_string()),
            ("score_change.significance_level", detect.score_change.significance_level.to_string()),
            ("score_change.minimum_changes", detect.score_change.minimum_changes.to_string()),
            ("score_change.minimum_group", detect.score_change.minimum_group.to_string()),
            ("score_change.second_person_required", detect.score_change.second_person_required.to_string()),
            ("score_change.landing_step", detect.score_change.landing_step.to_string()),
            ("pass_line.heaping_curvature_percent", detect.pass_line.heaping_curvature_percent.to_string()),
            ("pass_line.heaping_significance_level", detect.pass_line.heaping_significance_level.to_string()),
            ("pass_line.heaping_minimum", detect.pass_line.heaping_minimum.to_string()),
            ("pass_line.heaping_window", detect.pass_line.heaping_window.to_string()),
            ("qualification.template", detect.qualification.template.clone()),
            ("as_of", self.as_of.map_or_else(|| "latest examination".to_owned(), |day| day.to_string())),
        ]
        .into_iter()
        .chain(conduct::shown(detect))
        .map(|(name, value)| (name.to_owned(), value))
        .chain(forms::settings(&detect.form_reuse))
        .chain(written::settings(&detect.written))
        .chain(bodies::settings(&detect.activity, &detect.annual_report, &detect.disorder))
        .collect()
    }
}

fn apply_score_change(target: &mut ScoreChangeParameters, file: ScoreChangeSettings) -> Result<(), ConfigError> {
    set(&mut target.significance_level, level("score_change.significance_level", file.significance_level)?);
    for (name, value, place) in [
        ("score_change.minimum_changes", file.minimum_changes, &mut target.minimum_changes),
        ("score_change.minimum_group", file.minimum_group, &mut target.minimum_group),
    ] {
        if let Some(value) = value {
            *place = within(name, "3–10000", value, (3..=10_000).contains(&value))?;
        }
    }
    set(&mut target.second_person_required, file.second_person_required);
    if let Some(step) = points("score_change.landing_step", file.landing_step)? {
        target.landing_step = within("score_change.landing_step", ">= 0", step, step >= Points::ZERO)?;
    }
    Ok(())
}

fn rater_effects(target: &mut RaterEffectParameters, file: &RaterEffectSettings) -> Result<(), ConfigError> {
    for (name, range, allowed, value, place) in [
        ("scoring.rater_effects.minimum_works", "2–10000", 2..=10_000, file.minimum_works, &mut target.minimum_works),
        ("scoring.rater_effects.halo_percent", "1–99", 1..=99, file.halo_percent, &mut target.halo_percent),
        (
            "scoring.rater_effects.centrality_percent",
            "101–1000",
            101..=1000,
            file.centrality_percent,
            &mut target.centrality_percent,
        ),
        ("scoring.rater_effects.range_percent", "1–99", 1..=99, file.range_percent, &mut target.range_percent),
        (
            "scoring.rater_effects.misfit_percent",
            "101–1000",
            101..=1000,
            file.misfit_percent,
            &mut target.misfit_percent,
        ),
    ] {
        if let Some(value) = value {
            *place = within(name, range, value, allowed.contains(&value))?;
        }
    }
    Ok(())
}

fn same_answer(target: &mut SameAnswerParameters, settings: SameAnswerSettings) -> Result<(), ConfigError> {
    if let Some(percent) = settings.similarity_percent {
        let name = "scoring.same_answer.similarity_percent";
        target.similarity_percent = within(name, "50–100", percent, (50..=100).contains(&percent))?;
    }
    if let Some(length) = settings.minimum_length {
        target.minimum_length = within("scoring.same_answer.minimum_length", "> 1", length, length > 1)?;
    }
    if let Some(percent) = settings.difference_percent {
        let name = "scoring.same_answer.difference_percent";
        target.difference_share = (within(name, "1–100", percent, (1..=100).contains(&percent))?, 100);
    }
    Ok(())
}

fn adjudication((component, settings): (String, AdjudicationSettings)) -> Result<AdjudicationRule, ConfigError> {
    let unknown =
        |name: &'static str, range: &'static str, value: String| ConfigError::OutOfRange { name, range, value };
    let component = (component != "every").then(|| Component::parse(&component));
    let third = ThirdRule::parse(&settings.third).ok_or_else(|| {
        unknown("scoring.adjudication.third", "closest_pair | third | mean_of_all", settings.third.clone())
    })?;
    let mut rule = AdjudicationRule::new(component, third, settings.expert_needed);
    if let Some(rounding) = settings.rounding {
        rule.rounding = RoundingRule::parse(&rounding)
            .ok_or_else(|| unknown("scoring.adjudication.rounding", "none | half_up | half_even", rounding))?;
    }
    if let Some(decimals) = settings.decimals {
        rule.decimals = within("scoring.adjudication.decimals", "0–6", decimals, decimals <= 6)?;
    }
    Ok(rule)
}

/// A declared rule of adjudication in one line, for `run.json`.
fn declared(rule: &AdjudicationRule) -> String {
    let component = rule.component.as_ref().map_or("every", Component::as_str);
    let expert = if rule.expert_needed { ", expert_needed" } else { "" };
    format!("{component}: {}{expert}, rounding {}, decimals {}", rule.third.name(), rule.rounding.name(), rule.decimals)
}

fn parse(path: &Path, text: &str) -> Result<SettingsFile, ConfigError> {
    toml::from_str(text).map_err(|error| ConfigError::Malformed {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1),
        reason: error.message().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        config.apply(parse(Path::new("settings.toml"), text)?)?;
        Ok(config)
    }

    #[test]
    fn a_settings_file_changes_what_it_names() {
        let config =
            resolved("seed = 7\n[scoring]\ntolerance_percent = 15\nmark_step = \"0.25\"\n").expect("it is right");
        assert_eq!(config.detect.seed, 7);
        assert_eq!(config.detect.scoring.tolerance_share, (15, 100));
        assert_eq!(config.settings()["scoring.mark_step"], "0.25");
        assert_eq!(config.settings()["pass_line.default_line"], "60");
    }

    #[test]
    fn a_declared_rule_of_adjudication_is_read() {
        let text = "[scoring.adjudication.skill]\nthird = \"closest_pair\"\nexpert_needed = true\n\
                    [scoring.adjudication.every]\nthird = \"third\"\nrounding = \"half_even\"\ndecimals = 1\n";
        let config = resolved(text).expect("it is right");
        assert_eq!(
            config.settings()["scoring.adjudication"],
            "every: third, rounding half_even, decimals 1; skill: closest_pair, expert_needed, rounding none, decimals 0"
        );
        assert_eq!(Config::default().settings()["scoring.adjudication"], "none");
    }

    #[test]
    fn a_wrong_setting_is_named() {
        let said = |text: &str| resolved(text).unwrap_err().to_string();
        assert!(said("seed = 1\n[similarity]\nlevel = 0.1\n").contains("settings.toml:3"));
        assert!(said("[similarity]\nsignificance_level = 1.5\n").contains("`similarity.significance_level`"));
        assert!(said("[scoring]\nmark_step = \"0\"\n").contains("`scoring.mark_step`"));
        assert!(said("[qualification]\ntemplate = \"2019\"\n").contains("2019"));
        assert!(said("[scoring.adjudication.skill]\nthird = \"fourth\"\n").contains("closest_pair"));
        assert!(said("[scoring.rater_effects]\nhalo_percent = 130\n").contains("1–99"));
        assert!(said("[scoring.same_answer]\nsimilarity_percent = 10\n").contains("50–100"));
        assert!(said("[pass_line]\ndefault_line = \"sixty\"\n").contains("sixty"));
    }
}
