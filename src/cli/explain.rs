//! `kaojian explain` and `kaojian rules`: what is looked for, and by which text.

use crate::cli::arguments::{ExplainArguments, RulesAction, RulesArguments};
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::detect::detector::Detector;
use crate::detect::registry::DETECTORS;
use crate::model::finding::Measure;
use crate::model::text::{Bilingual, Language};
use crate::pipeline::load_rules;
use crate::policy::pack::RulePack;
use crate::policy::rule::{Rule, Test};
use crate::report::width::padded;
use std::io::Write;

/// Explains a detector or an article, or lists what can be explained.
///
/// # Errors
/// An unknown subject, a rule pack that is refused, or a closed output.
pub fn explain(arguments: &ExplainArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let pack = load_rules(arguments.rules.as_deref())?;
    let Some(subject) = &arguments.subject else {
        let (detectors, articles) = match language {
            Language::Chinese => ("检测器", "条文"),
            Language::English => ("detectors", "articles"),
        };
        writeln!(output, "{detectors}:")?;
        for detector in DETECTORS {
            writeln!(
                output,
                "  {:<16}{}",
                detector.name(),
                first_sentence(detector.explanation().looks_for.get(language))
            )?;
        }
        writeln!(output, "{articles}:")?;
        for rule in &pack.rules {
            writeln!(output, "  {:<16}{}", rule.article, rule.title.get(language))?;
        }
        return Ok(CLEAN);
    };
    if let Some(detector) = DETECTORS.iter().find(|detector| detector.name() == subject) {
        write_detector(*detector, language, output)?;
    } else if let Some(rule) = pack.rule(&article(subject)) {
        write_rule(&pack, rule, language, output)?;
        write_what_it_rests_on(rule, language, output)?;
    } else {
        return Err(unknown(subject, &pack));
    }
    Ok(CLEAN)
}

/// Lists, shows or checks the rules of a pack.
///
/// # Errors
/// An unknown article, a rule pack that is refused, or a closed output.
pub fn rules(arguments: &RulesArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let pack = load_rules(arguments.rules.as_deref())?;
    match &arguments.action {
        None | Some(RulesAction::List) => {
            writeln!(output, "{} ({} {})", pack.title.get(language), pack.id, pack.version)?;
            for rule in &pack.rules {
                let measure = measure_word(rule.measure, language);
                writeln!(output, "  {:<8}{}{}", rule.article, padded(measure, 11), rule.text.get(language))?;
            }
        }
        Some(RulesAction::Show(show)) => match pack.rule(&article(&show.article)) {
            Some(rule) => write_rule(&pack, rule, language, output)?,
            None => return Err(unknown(&show.article, &pack)),
        },
        Some(RulesAction::Check) => {
            writeln!(output, "{} {}: {} ✓\nSHA-256 {}", pack.id, pack.version, pack.rules.len(), pack.sha256)?;
        }
    }
    Ok(CLEAN)
}

fn unknown(subject: &str, pack: &RulePack) -> CliError {
    let detectors = DETECTORS.iter().map(|detector| detector.name().to_owned());
    let known = detectors.chain(pack.rules.iter().map(|rule| rule.article.clone())).collect();
    CliError::UnknownSubject { subject: subject.to_owned(), known }
}

/// An article as people write it: `20（1）`, `第20条(1)` and `20.1` are all `20(1)`.
fn article(written: &str) -> String {
    let plain: String = written
        .chars()
        .filter(|character| !character.is_whitespace() && !"第条款项".contains(*character))
        .map(|character| match character {
            '（' => '(',
            '）' => ')',
            '０'..='９' => char::from_u32(character as u32 - '０' as u32 + '0' as u32).unwrap_or(character),
            other => other,
        })
        .collect();
    match plain.split_once(['.', '-']) {
        Some((article, item)) => format!("{article}({item})"),
        None => plain,
    }
}

fn measure_word(measure: Measure, language: Language) -> &'static str {
    match (measure, language) {
        (Measure::Interview, Language::Chinese) => "约谈",
        (Measure::Warning, Language::Chinese) => "警示",
        (Measure::Ban, Language::Chinese) => "市场禁入",
        (_, Language::English) => measure.as_str(),
    }
}

/// The honest causes, settings and sources of the detectors that an article rests on.
fn write_what_it_rests_on(rule: &Rule, language: Language, output: &mut dyn Write) -> std::io::Result<()> {
    let (causes, settings, sources) = match language {
        Language::Chinese => ("可能的正当原因", "设置", "出处"),
        Language::English => ("Honest causes that look the same", "Settings", "Sources"),
    };
    let names: Vec<&str> = rule.readings.iter().flat_map(|reading| reading.test.observations()).collect();
    for detector in DETECTORS {
        let is_asked = names.iter().any(|name| name.split('.').next() == Some(detector.name()));
        if !is_asked {
            continue;
        }
        let explanation = detector.explanation();
        writeln!(output, "\n{} (kaojian explain {})", detector.name(), detector.name())?;
        writeln!(output, "{causes}: {}", explanation.honest_causes.get(language))?;
        let names: Vec<&str> = explanation.settings.iter().map(|(name, _)| *name).collect();
        writeln!(output, "{settings}: {}", names.join(", "))?;
        writeln!(output, "{sources}: {}", explanation.sources.join("; "))?;
    }
    Ok(())
}

fn first_sentence(text: &str) -> &str {
    let end = text.char_indices().find(|(index, character)| {
        matches!(character, '。' | '；' | '：') || *character == '.' && text[index + 1..].starts_with(' ')
    });
    end.map_or(text, |(index, _)| &text[..index])
}

fn write_detector(detector: &dyn Detector, language: Language, output: &mut dyn Write) -> std::io::Result<()> {
    let explanation = detector.explanation();
    let heading = |zh: &'static str, en: &'static str| match language {
        Language::Chinese => zh,
        Language::English => en,
    };
    writeln!(output, "{}\n\n{}", detector.name(), explanation.looks_for.get(language))?;
    writeln!(
        output,
        "\n{}\n{}",
        heading("可能的正当原因", "Honest causes that look the same"),
        explanation.honest_causes.get(language)
    )?;
    let lists: [(&str, &[(&'static str, Bilingual)]); 2] =
        [(heading("量度", "Measures"), &explanation.measures), (heading("设置", "Settings"), &explanation.settings)];
    for (title, entries) in lists {
        writeln!(output, "\n{title}")?;
        for (name, meaning) in entries {
            writeln!(output, "  {name}: {}", meaning.get(language))?;
        }
    }
    writeln!(output, "\n{}", heading("出处", "Sources"))?;
    for source in &explanation.sources {
        writeln!(output, "  {source}")?;
    }
    Ok(())
}

fn write_rule(pack: &RulePack, rule: &Rule, language: Language, output: &mut dyn Write) -> std::io::Result<()> {
    let labels = match language {
        Language::Chinese => ["条文", "阈值", "措施", "留给人判断", "读法", "依据", "机器不判断，由人查看"],
        Language::English => [
            "text",
            "threshold",
            "measure",
            "stays with a person",
            "readings",
            "rests on",
            "no machine test: a person looks",
        ],
    };
    writeln!(output, "{} {} — {}", pack.title.get(language), rule.article, rule.title.get(language))?;
    writeln!(output, "{}: {}", labels[0], rule.text.get(language))?;
    writeln!(output, "{}: {}", labels[1], rule.threshold.get(language))?;
    writeln!(output, "{}: {}", labels[2], measure_word(rule.measure, language))?;
    writeln!(output, "{}: {}", labels[3], rule.human.get(language))?;
    writeln!(output, "{}:", labels[4])?;
    for reading in &rule.readings {
        let rests_on = match &reading.test {
            Test::Human => labels[6].to_owned(),
            test => format!("{} {}", labels[5], test.observations().join(", ")),
        };
        writeln!(output, "  {} — {} ({rests_on})", reading.id, reading.name.get(language))?;
    }
    Ok(())
}
