//! The summary that the command prints: one screen of 24 lines and 80 columns, plain text.

use crate::model::finding::{Finding, Verdict};
use crate::model::run::Inspection;
use crate::model::text::Language;
use crate::report::clean::shown;
use crate::report::order::by_urgency;
use crate::report::page::clauses::body_names;
use crate::report::page::numbers::count;
use crate::report::page::remark;
use crate::report::view::Totals;
use crate::report::width::{cut, padded, width};
use crate::report::wording::{fill, text};

/// Columns of the screen; one is left free, since some terminals wrap a full line.
const COLUMNS: usize = 79;
/// Findings listed before the rest is only counted.
const MAXIMUM_LISTED: usize = 9;

/// Exit code of a run: 0 nothing met or indicated, 1 something met or indicated, 2 some input could not
/// be read or nothing could be inspected.
pub fn exit_code(inspection: &Inspection) -> u8 {
    if inspection.dataset.files.iter().any(|file| file.error.is_some()) || inspection.findings.is_empty() {
        return 2;
    }
    u8::from(inspection.findings.iter().any(is_flagged))
}

fn is_flagged(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Met | Verdict::Indication)
}

/// What was read, the verdicts, the batches to look at, where the report is, and what the exit code means.
/// `out_shown` is the output folder as the user wrote it.
pub fn summary(inspection: &Inspection, out_shown: &str, language: Language) -> String {
    let say = |key: &str| text(key).get(language).to_owned();
    let fill = |key: &str, values: &[(&str, &str)]| fill(key, values).get(language).to_owned();
    let totals = Totals::of(inspection);
    let run = &inspection.run;
    let mut lines = vec![
        format!(
            "{} {} | {} {}",
            say("terminal.name"),
            shown(&run.version),
            say("facts.rule_pack"),
            shown(&run.rule_pack)
        ),
        fill(
            "terminal.input",
            &[
                ("files", &count(totals.files as u64)),
                ("rows", &count(totals.rows_read)),
                ("quarantined", &count(totals.quarantine_entries as u64)),
                ("unreadable", &count(totals.files_unreadable as u64)),
            ],
        ),
        String::new(),
        say("terminal.verdicts"),
    ];
    let findings = by_urgency(inspection);
    let counted: Vec<String> = Verdict::ALL
        .iter()
        .map(|verdict| {
            let found = findings.iter().filter(|finding| finding.verdict == *verdict).count();
            format!("{} {}", say(&format!("verdict.{}", verdict.as_str())), count(found as u64))
        })
        .collect();
    lines.extend(counted.chunks(3).map(|part| format!("  {}", part.join(" | "))));
    lines.push(String::new());
    let flagged: Vec<&Finding> = findings.into_iter().filter(|finding| is_flagged(finding)).collect();
    if flagged.is_empty() {
        lines.push(say("terminal.nothing"));
    } else {
        lines.push(say("terminal.flagged"));
        lines.extend(flagged.iter().take(MAXIMUM_LISTED).map(|finding| listed(inspection, finding, language)));
        if flagged.len() > MAXIMUM_LISTED {
            lines.push(format!(
                "  {}",
                fill("terminal.more", &[("n", &count((flagged.len() - MAXIMUM_LISTED) as u64))])
            ));
        }
    }
    lines.push(String::new());
    let queues = remark::queues(inspection);
    if !queues.is_empty() {
        let works: usize = queues.iter().map(|queue| queue.entries.len()).sum();
        let (works, batches) = (count(works as u64), count(queues.len() as u64));
        lines.push(fill("terminal.remark", &[("works", &works), ("batches", &batches)]));
    }
    let mut lines: Vec<String> = lines.iter().map(|line| cut(line, COLUMNS)).collect();
    // The address of the report is never cut: a reader copies it.
    let path = format!("{}/report.html", shown(out_shown.trim_end_matches(['/', '\\'])));
    let address = fill("terminal.report", &[("path", &path)]);
    if width(&address) <= COLUMNS {
        lines.push(address);
    } else {
        lines.push(fill("terminal.report", &[("path", "")]));
        lines.push(path);
    }
    lines.push(cut(&say("terminal.principle"), COLUMNS));
    lines.push(cut(&say(&format!("terminal.exit_{}", exit_code(inspection))), COLUMNS));
    let mut output = lines.join("\n");
    output.push('\n');
    output
}

/// `  batch  article  verdict  body`.
fn listed(inspection: &Inspection, finding: &Finding, language: Language) -> String {
    let names = body_names(inspection);
    let body_id = finding.body_id.as_ref().map(|id| shown(id.as_str())).unwrap_or_default();
    let body = finding.body_id.as_ref().and_then(|id| names.get(id)).cloned().unwrap_or(body_id);
    let batch = finding
        .batch_id
        .as_ref()
        .map_or_else(|| text("clauses.no_batch").get(language).to_owned(), |id| shown(id.as_str()));
    let verdict = text(&format!("verdict.{}", finding.verdict.as_str()));
    format!(
        "  {} {} {} {}",
        padded(&batch, 20),
        padded(&shown(&finding.article), 7),
        padded(verdict.get(language), 14),
        cut(&body, COLUMNS - 47)
    )
}
