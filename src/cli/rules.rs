//! `kaojian rules`: what the packs hold, whether they are right, and what differs between two.

use crate::cli::arguments::{CheckArguments, DiffArguments, RulesAction, RulesArguments};
use crate::cli::error::CliError;
use crate::cli::exit::{CLEAN, FOUND};
use crate::cli::explain::unknown;
use crate::cli::rule_text::{article, in_force, measure_word, write_rule};
use crate::model::text::{Bilingual, Language};
use crate::pipeline::load_rules;
use crate::policy::difference::differences;
use crate::policy::pack::RulePack;
use crate::report::width::padded;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Lists, shows, checks or compares rule packs.
///
/// # Errors
/// An unknown article, a rule pack that is refused, or a closed output.
pub fn rules(arguments: &RulesArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    match &arguments.action {
        None | Some(RulesAction::List) => list(&arguments.rules, language, output),
        Some(RulesAction::Show(show)) => {
            let packs = load_rules(&arguments.rules)?;
            let asked = article(&show.article);
            let found: Vec<_> =
                packs.all().iter().flat_map(|pack| pack.rules_of(&asked).map(move |rule| (pack, rule))).collect();
            for (pack, rule) in &found {
                write_rule(pack, rule, language, output)?;
            }
            if found.is_empty() { Err(unknown(&show.article, &packs)) } else { Ok(CLEAN) }
        }
        Some(RulesAction::Check(check)) => checked(check, &arguments.rules, language, output),
        Some(RulesAction::Diff(pair)) => compared(pair, language, output),
    }
}

fn list(paths: &[PathBuf], language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    for pack in load_rules(paths)?.all() {
        writeln!(output, "{} ({} {})", pack.title.get(language), pack.id, pack.version)?;
        writeln!(output, "{} · {}", pack.authority.get(language), in_force(pack, language))?;
        for rule in &pack.rules {
            let measure = measure_word(rule.measure, language);
            writeln!(output, "  {:<8}{}{}", rule.article, padded(measure, 11), rule.text.get(language))?;
        }
    }
    Ok(CLEAN)
}

fn checked(
    check: &CheckArguments,
    paths: &[PathBuf],
    language: Language,
    output: &mut dyn Write,
) -> Result<u8, CliError> {
    let packs = load_rules(if check.packs.is_empty() { paths } else { &check.packs })?;
    for pack in packs.all() {
        writeln!(
            output,
            "{} {}: {} ✓ · {}\nSHA-256 {}",
            pack.id,
            pack.version,
            pack.rules.len(),
            in_force(pack, language),
            pack.sha256
        )?;
        if let Some(source) = &pack.source_sha256 {
            let label = match language {
                Language::Chinese => "所引文本 SHA-256",
                Language::English => "SHA-256 of the text it quotes",
            };
            writeln!(output, "{label} {source}")?;
        }
    }
    Ok(CLEAN)
}

/// What the pack built in is called on the command line.
const BUILT_IN: &str = "built-in";

fn one_pack(path: &Path) -> Result<RulePack, CliError> {
    let paths = if path == Path::new(BUILT_IN) { Vec::new() } else { vec![path.to_owned()] };
    let packs = load_rules(&paths)?;
    match packs.all() {
        [pack] => Ok(pack.clone()),
        several => {
            let (path, found) = (path.display(), several.len());
            Err(CliError::Data(Bilingual::new(
                format!("比较须各为一个规则包：{path} 含 {found} 个"),
                format!("each side of a comparison must be one pack: {path} holds {found}"),
            )))
        }
    }
}

fn compared(pair: &DiffArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let (before, after) = (one_pack(&pair.before)?, one_pack(&pair.after)?);
    let found = differences(&before, &after);
    if found.is_empty() {
        let said = match language {
            Language::Chinese => "没有不同",
            Language::English => "no difference",
        };
        writeln!(output, "{said}")?;
        return Ok(CLEAN);
    }
    let mut heading = None;
    for difference in &found {
        let name = difference.article.as_deref().unwrap_or("pack.toml");
        if heading != Some(name) {
            writeln!(output, "{name}")?;
            heading = Some(name);
        }
        writeln!(output, "  {}", difference.what)?;
        for (sign, side) in [('-', &difference.before), ('+', &difference.after)] {
            if let Some(text) = side {
                writeln!(output, "    {sign} {text}")?;
            }
        }
    }
    Ok(FOUND)
}
