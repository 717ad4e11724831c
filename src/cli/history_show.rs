//! `kaojian history list` and `show`.

use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::history_arguments::{ListArguments, ShowHistoryArguments};
use crate::cli::history_record::opened;
use crate::ledger::error::LedgerError;
use crate::ledger::open::{Access, Ledger};
use crate::ledger::read::{Record, current};
use crate::ledger::tables::Kind;
use crate::model::text::Language;
use crate::report::clean::shown;
use crate::report::width::padded;
use crate::report::wording::text;
use std::io::Write;

fn word(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

fn verdict(word: &str, language: Language) -> String {
    text(&format!("verdict.{word}")).get(language).to_owned()
}

/// Lists the current version of every batch, by examination date, body and batch.
///
/// # Errors
/// A history that cannot be read.
pub fn list(arguments: &ListArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let mut ledger = opened(&arguments.history, Access::Read)?;
    let mut batches = current(ledger.versions(arguments.body.as_deref())?);
    batches.retain(|record| {
        let date = record.text("exam_date").parse().ok();
        let is_dated = arguments.from.is_none() && arguments.to.is_none() || date.is_some();
        is_dated
            && arguments.from.is_none_or(|from| date.is_none_or(|date| from <= date))
            && arguments.to.is_none_or(|to| date.is_none_or(|date| date <= to))
    });
    let key =
        |record: &Record| ["exam_date", "body_id", "batch_id", "rule_pack"].map(|name| record.text(name).to_owned());
    batches.sort_by_key(key);
    if batches.is_empty() {
        writeln!(output, "{}", word(language, "没有这样的批次", "no such batch is on record"))?;
        return Ok(CLEAN);
    }
    writeln!(
        output,
        "{} {} {} {} {} {}",
        padded(word(language, "考试日期", "examined"), 10),
        padded(word(language, "批次", "batch"), 16),
        padded(word(language, "机构", "body"), 18),
        padded(word(language, "版本", "version"), 7),
        padded(&verdict("MET", language), 13),
        verdict("INDICATION", language),
    )?;
    for record in &batches {
        let number = |name: &str| record.integer(name).unwrap_or(0).to_string();
        let batch = if record.text("batch_id").is_empty() { "-" } else { record.text("batch_id") };
        writeln!(
            output,
            "{} {} {} {} {} {}",
            padded(record.text("exam_date"), 10),
            padded(&shown(batch), 16),
            padded(&shown(record.text("body_id")), 18),
            padded(&number("version"), 7),
            padded(&number("met"), 13),
            number("indication"),
        )?;
    }
    Ok(CLEAN)
}

/// Shows what a name stands for: a finding, a batch or a body.
///
/// # Errors
/// A history that cannot be read, or a name that is not in it.
pub fn show(arguments: &ShowHistoryArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let mut ledger = opened(&arguments.history, Access::Read)?;
    let subject = arguments.subject.as_str();
    let findings = ledger.finding(subject)?;
    for record in &findings {
        write_finding(&mut ledger, record, language, output)?;
    }
    let mut versions = ledger.versions_of(subject)?;
    let body = ledger.versions(Some(subject))?;
    let measures = ledger.of_body(Kind::Measure, subject)?;
    let orders = ledger.of_body(Kind::Rectification, subject)?;
    let parts = [findings.len(), versions.len(), body.len(), measures.len(), orders.len()];
    if parts.iter().all(|found| *found == 0) {
        let place = ledger.place().clone();
        return Err(LedgerError::Unknown { place, subject: shown(subject) }.into());
    }
    versions.extend(current(body));
    for record in &versions {
        write_version(&mut ledger, record, arguments.all, language, output)?;
    }
    for record in &measures {
        let measure = text(&format!("measure.{}", record.text("measure")));
        let until = match record.text("ends_on") {
            "" => String::new(),
            date => format!(" {} {date}", word(language, "至", "to")),
        };
        let [date, article, terms] = ["decided_on", "article", "terms"].map(|name| shown(record.text(name)));
        writeln!(output, "{date} {}{until} {article} {terms}", measure.get(language))?;
    }
    for record in &orders {
        let [ordered, deadline, closed] = ["ordered_on", "deadline", "closed_on"].map(|name| match record.text(name) {
            "" => "-",
            date => date,
        });
        let line = match language {
            Language::Chinese => format!("{ordered} 要求整改，期限 {deadline}，办结 {closed}"),
            Language::English => format!("{ordered} ordered to rectify, deadline {deadline}, closed {closed}"),
        };
        writeln!(output, "{line}")?;
    }
    Ok(CLEAN)
}

fn write_version(
    ledger: &mut Ledger,
    record: &Record,
    all: bool,
    language: Language,
    output: &mut dyn Write,
) -> Result<(), CliError> {
    let [batch, body, occupation, date] =
        ["batch_id", "body_id", "occupation", "exam_date"].map(|name| shown(record.text(name)));
    let version = record.integer("version").unwrap_or(0);
    let heading = match language {
        Language::Chinese => {
            format!("批次 {batch}｜机构 {body}｜{occupation}｜考试日期 {date}｜版本 {version}｜第{}条", record.seq)
        }
        Language::English => {
            format!(
                "batch {batch} | body {body} | {occupation} | examined {date} | version {version} | record {}",
                record.seq
            )
        }
    };
    writeln!(output, "{heading}")?;
    for finding in ledger.findings_of(record.seq)? {
        if all || matches!(finding.text("verdict"), "MET" | "INDICATION") {
            write_finding(ledger, &finding, language, output)?;
        }
    }
    Ok(())
}

fn write_finding(
    ledger: &mut Ledger,
    record: &Record,
    language: Language,
    output: &mut dyn Write,
) -> Result<(), CliError> {
    let said = record.text(word(language, "text_zh", "text_en"));
    let verdict = verdict(record.text("verdict"), language);
    writeln!(output, "  {} {verdict}\n    {}", shown(record.text("finding_id")), shown(said))?;
    for decision in ledger.decisions_on(record.seq)? {
        let outcome = match (decision.text("outcome"), language) {
            ("confirmed", Language::Chinese) => "确认",
            ("dismissed", Language::Chinese) => "不予认定",
            ("needs_evidence", Language::Chinese) => "需补充证据",
            ("needs_evidence", Language::English) => "needs evidence",
            (other, _) => other,
        };
        let [on, by, reason] = ["decided_on", "decided_by", "reason"].map(|name| shown(decision.text(name)));
        writeln!(output, "    {on} {outcome} | {by} | {reason}")?;
    }
    Ok(())
}
