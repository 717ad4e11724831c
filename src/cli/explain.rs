//! `kaojian explain`: what is looked for, and by which text.

use crate::cli::arguments::ExplainArguments;
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::rule_text::{article, write_rule};
use crate::detect::detector::Detector;
use crate::detect::registry::DETECTORS;
use crate::model::text::{Bilingual, Language};
use crate::pipeline::load_rules;
use crate::policy::packs::RulePacks;
use crate::policy::rule::Rule;
use std::io::Write;

/// Explains a detector or an article, or lists what can be explained.
///
/// # Errors
/// An unknown subject, a rule pack that is refused, or a closed output.
pub fn explain(arguments: &ExplainArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let packs = load_rules(&arguments.rules)?;
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
        for rule in packs.all().iter().flat_map(|pack| &pack.rules) {
            writeln!(output, "  {:<16}{}", rule.article, rule.title.get(language))?;
        }
        return Ok(CLEAN);
    };
    if let Some(detector) = DETECTORS.iter().find(|detector| detector.name() == subject) {
        write_detector(*detector, language, output)?;
        return Ok(CLEAN);
    }
    let mut found = false;
    let asked = article(subject);
    for (pack, rule) in packs.all().iter().flat_map(|pack| pack.rules_of(&asked).map(move |rule| (pack, rule))) {
        write_rule(pack, rule, language, output)?;
        write_what_it_rests_on(rule, language, output)?;
        found = true;
    }
    if found { Ok(CLEAN) } else { Err(unknown(subject, &packs)) }
}

/// What there is, where something unknown was asked for.
pub fn unknown(subject: &str, packs: &RulePacks) -> CliError {
    let detectors = DETECTORS.iter().map(|detector| detector.name().to_owned());
    let articles = packs.all().iter().flat_map(|pack| &pack.rules).map(|rule| rule.article.clone());
    CliError::UnknownSubject { subject: subject.to_owned(), known: detectors.chain(articles).collect() }
}

/// The honest causes, settings and sources of the detectors that an article rests on.
fn write_what_it_rests_on(rule: &Rule, language: Language, output: &mut dyn Write) -> std::io::Result<()> {
    let (causes, settings, sources) = match language {
        Language::Chinese => ("可能的正当原因", "设置", "出处"),
        Language::English => ("Honest causes that look the same", "Settings", "Sources"),
    };
    let names: Vec<&str> = rule.readings.iter().flat_map(|reading| reading.test.observations()).collect();
    if names.is_empty() {
        let none = match language {
            Language::Chinese => "没有检测器：由人查看，或依据先前的结论",
            Language::English => "no detector: a person looks, or it rests on earlier findings",
        };
        writeln!(output, "\n{none}")?;
    }
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
