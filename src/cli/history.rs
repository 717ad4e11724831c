//! `kaojian history`: what earlier runs and people left on record.

use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::history_arguments::{
    AddArguments, DecideArguments, HistoryAction, HistoryArguments, MeasureArguments, MeasureName, OutcomeName,
    RectifyArguments, VerifyArguments,
};
use crate::cli::history_export::export;
use crate::cli::history_record::{opened, told};
use crate::cli::history_show::{list, show};
use crate::cli::written::shown_path;
use crate::ledger::decide::{Entered, NewDecision, NewMeasure, NewRectification};
use crate::ledger::document;
use crate::ledger::error::LedgerError;
use crate::ledger::open::Access;
use crate::ledger::tables::Kind;
use crate::model::finding::Measure;
use crate::model::history::Outcome;
use crate::model::text::{Bilingual, Language};
use crate::report::clean::shown;
use std::io::Write;
use std::path::Path;

/// Runs a command on a history.
///
/// # Errors
/// A history, a report or an output that cannot be used.
pub fn history(arguments: &HistoryArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    match &arguments.action {
        HistoryAction::Add(arguments) => add(arguments, language, output),
        HistoryAction::List(arguments) => list(arguments, language, output),
        HistoryAction::Show(arguments) => show(arguments, language, output),
        HistoryAction::Verify(arguments) => verify(arguments, language, output),
        HistoryAction::Export(arguments) => export(arguments, language, output),
        HistoryAction::Decide(arguments) => decide(arguments, language, output),
        HistoryAction::Measure(arguments) => measure(arguments, language, output),
        HistoryAction::Rectify(arguments) => rectify(arguments, language, output),
    }
}

fn add(arguments: &AddArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let folder = match arguments.report.file_name() {
        Some(name) if name == "findings.json" => arguments.report.parent().unwrap_or(Path::new("")),
        _ => &arguments.report,
    };
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|error| LedgerError::Document {
            file: shown_path(&path),
            reason: Bilingual::new(format!("无法读取（{error}）"), format!("it cannot be read ({error})")),
        })
    };
    let report = document::read(&read("findings.json")?, &read("run.json")?)?;
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = absolute.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut ledger = opened(&arguments.history, Access::Append)?;
    let added = ledger.add(&report, &shown(arguments.name.as_deref().unwrap_or(&name)))?;
    writeln!(output, "{}", told(&added, &ledger.place().to_string()).get(language))?;
    Ok(CLEAN)
}

fn verify(arguments: &VerifyArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let mut ledger = opened(&arguments.history, Access::Read)?;
    let noted = arguments.expect.as_deref().map(|text| text.trim().to_ascii_lowercase());
    let verified = ledger.verify(noted.as_deref())?;
    let place = ledger.place().to_string();
    if let (Some(noted), None) = (&noted, verified.noted_at) {
        let noted = shown(noted);
        return Err(CliError::Data(Bilingual::new(
            format!("历史库 {place} 中没有链尾 {noted}：它被截短，或被重写过"),
            format!("the history {place} does not hold {noted}: it was cut short, or written anew"),
        )));
    }
    let count = |kind: Kind| verified.records.get(&kind).copied().unwrap_or(0);
    let [runs, batches, findings, decisions, measures, rectifications, written] = Kind::ALL.map(count);
    let said = Bilingual::new(
        format!(
            "历史库 {place} 完好：共{}条记录（运行{runs}，批次{batches}，认定{findings}，决定{decisions}，处理{measures}，整改{rectifications}，书面作答指纹{written}）\n链尾 SHA-256 {}",
            verified.head.seq, verified.head.sha256
        ),
        format!(
            "history {place} is whole: {} records (runs {runs}, batches {batches}, findings {findings}, decisions {decisions}, measures {measures}, rectifications {rectifications}, fingerprints of written answers {written})\nend of the chain: SHA-256 {}",
            verified.head.seq, verified.head.sha256
        ),
    );
    writeln!(output, "{}", said.get(language))?;
    Ok(CLEAN)
}

fn decide(arguments: &DecideArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let outcome = match arguments.outcome {
        OutcomeName::Confirmed => Outcome::Confirmed,
        OutcomeName::Dismissed => Outcome::Dismissed,
        OutcomeName::NeedsEvidence => Outcome::NeedsEvidence,
    };
    // It must be there: a decision needs a finding.
    drop(opened(&arguments.history, Access::Read)?);
    let entered = opened(&arguments.history, Access::Append)?.decide(&NewDecision {
        finding_id: &arguments.finding,
        outcome,
        decided_by: &shown(&arguments.by),
        decided_on: arguments.on,
        reason: &shown(&arguments.reason),
    })?;
    entry(&entered, language, output)
}

fn measure(arguments: &MeasureArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    if arguments.until.is_some_and(|until| until < arguments.on) {
        return Err(CliError::Data(Bilingual::new("--until 早于 --on", "--until is before --on")));
    }
    let entered = opened(&arguments.history, Access::Append)?.measure(&NewMeasure {
        body_id: &shown(&arguments.body),
        measure: match arguments.measure {
            MeasureName::Interview => Measure::Interview,
            MeasureName::Warning => Measure::Warning,
            MeasureName::Ban => Measure::Ban,
        },
        article: arguments.article.as_deref(),
        decided_on: arguments.on,
        ends_on: arguments.until,
        terms: &shown(&arguments.terms),
    })?;
    entry(&entered, language, output)
}

fn rectify(arguments: &RectifyArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let is_before = |date: Option<chrono::NaiveDate>| date.is_some_and(|date| date < arguments.ordered);
    if is_before(arguments.deadline) || is_before(arguments.closed) {
        return Err(CliError::Data(Bilingual::new(
            "--deadline 或 --closed 早于 --ordered",
            "--deadline or --closed is before --ordered",
        )));
    }
    let entered = opened(&arguments.history, Access::Append)?.rectify(&NewRectification {
        body_id: &shown(&arguments.body),
        ordered_on: arguments.ordered,
        deadline: arguments.deadline,
        closed_on: arguments.closed,
    })?;
    entry(&entered, language, output)
}

fn entry(entered: &Entered, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let Entered { seq, on, head, .. } = entered;
    let mut said = if entered.known {
        Bilingual::new(
            format!("第{seq}条记录已如此记载，未作任何改动"),
            format!("record {seq} says so already, nothing was changed"),
        )
    } else {
        Bilingual::new(format!("已记为第{seq}条，日期 {on}"), format!("recorded as record {seq}, dated {on}"))
    };
    if let Some(ends_on) = entered.ends_on {
        said.zh.push_str(&format!("，期限至 {ends_on}（含当日）"));
        said.en.push_str(&format!(", in force to {ends_on} (that day included)"));
    }
    said.zh.push_str(&format!("\n链尾 SHA-256 {}", head.sha256));
    said.en.push_str(&format!("\nend of the chain: SHA-256 {}", head.sha256));
    writeln!(output, "{}", said.get(language))?;
    Ok(CLEAN)
}
