//! The audit of score changes on the page: acts, which way changes run, operators and tests.

use crate::model::evidence::Evidence;
use crate::model::run::Inspection;
use crate::model::score_change_evidence::{ScoreChangeAct, ScoreChangeAudit};
use crate::report::clean::shown_person;
use crate::report::page::clauses::places;
use crate::report::page::evidence::component_or_every;
use crate::report::page::markup::{Markup, joined, marked, plain, word};
use crate::report::page::numbers::{count, interval, points_or_dash, real, time_or_dash, two_decimals};
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;

/// Source rows that a cell names; the others are in the workbook.
const ROWS_NAMED: usize = 3;

/// The tables of the section, those without rows left out.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let audits: Vec<&ScoreChangeAudit> = audits(inspection).collect();
    let all = [acts(inspection, &audits), directions(&audits), operators(&audits), tests(&audits)];
    non_empty(all.map(|table| table.cut(parameters.maximum_table_rows, MORE)))
}

/// The audits of an inspection.
pub fn audits(inspection: &Inspection) -> impl Iterator<Item = &ScoreChangeAudit> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::ScoreChangeAudit(audit) => Some(audit.as_ref()),
        _ => None,
    })
}

/// Before and after of one change; the range of differences of several.
pub fn difference(act: &ScoreChangeAct) -> String {
    match (act.old_score, act.new_score, act.differences) {
        (None, None, Some((low, high))) if low == high => format!("Δ {low}"),
        (None, None, Some((low, high))) => format!("Δ {low} – {high}"),
        (old, new, _) => format!("{} → {}", points_or_dash(old), points_or_dash(new)),
    }
}

/// Key of the words for what an act is and whether it is counted.
pub fn counted_key(act: &ScoreChangeAct) -> &'static str {
    if act.set_aside { "score_audit.set_aside" } else { "score_audit.counted" }
}

fn acts(inspection: &Inspection, audits: &[&ScoreChangeAudit]) -> Table {
    let mut table = Table::new(
        Some("score_audit.acts"),
        &[
            ("batch_id", Line),
            ("audit_act", Text),
            ("component", Line),
            ("audit_entries", Number),
            ("changed_at", Line),
            ("audit_difference", Line),
            ("audit_to_passed", Number),
            ("audit_to_failed", Number),
            ("audit_on_line", Number),
            ("operator", Line),
            ("audit_approver", Line),
            ("approval_no", Text),
            ("audit_after", Number),
            ("source", Place),
        ],
    );
    for audit in audits {
        for act in &audit.acts {
            let kind = word(&format!("score_audit.{}", act.kind.name()));
            let state = marked(if act.set_aside { "calm" } else { "plain" }, &word(counted_key(act)));
            let times = if act.first_at == act.last_at {
                time_or_dash(act.first_at)
            } else {
                format!("{} – {}", time_or_dash(act.first_at), time_or_dash(act.last_at))
            };
            let people = |names: &[compact_str::CompactString]| {
                if names.is_empty() {
                    "—".to_owned()
                } else {
                    names.iter().map(|name| shown_person(name)).collect::<Vec<_>>().join(", ")
                }
            };
            let approval = if act.approved {
                if act.approval_numbers.is_empty() { plain("—") } else { plain(&act.approval_numbers.join(", ")) }
            } else {
                marked("past", &word("pass_lines.unapproved"))
            };
            table.rows.push(vec![
                cell(audit.batch_id.as_str()),
                joined(&[kind, state], " · "),
                component_or_every(act.component.as_ref()),
                cell(count(act.changes)),
                cell(times),
                cell(difference(act)),
                cell(count(act.to_passed)),
                cell(count(act.to_failed)),
                cell(count(act.on_line)),
                cell(people(&act.operators)),
                cell(people(&act.approvers)),
                approval,
                act.after_publication.map_or_else(|| word("word.unknown"), |after| plain(&count(after))),
                places(act.sources.iter().take(ROWS_NAMED).map(|source| source_row(inspection, *source))),
            ]);
        }
    }
    table
}

fn directions(audits: &[&ScoreChangeAudit]) -> Table {
    let mut table = Table::new(
        Some("score_audit.directions"),
        &[
            ("batch_id", Line),
            ("audit_counted", Line),
            ("audit_stay_failed", Number),
            ("audit_to_passed", Number),
            ("audit_to_failed", Number),
            ("audit_stay_passed", Number),
        ],
    );
    for audit in audits {
        for found in &audit.directions {
            let all = found.stay_failed + found.to_passed + found.to_failed + found.stay_passed;
            if all == 0 {
                continue;
            }
            let key = if found.counted { "score_audit.counted" } else { "score_audit.set_aside" };
            table.rows.push(vec![
                cell(audit.batch_id.as_str()),
                word(key),
                cell(count(found.stay_failed)),
                cell(count(found.to_passed)),
                cell(count(found.to_failed)),
                cell(count(found.stay_passed)),
            ]);
        }
    }
    table
}

fn operators(audits: &[&ScoreChangeAudit]) -> Table {
    let mut table = Table::new(
        Some("score_audit.operators"),
        &[
            ("batch_id", Line),
            ("operator", Line),
            ("audit_entries", Number),
            ("audit_to_passed", Number),
            ("audit_to_failed", Number),
            ("audit_on_line", Number),
            ("interval", Number),
            ("audit_odds_ratio", Number),
            ("p_value", Number),
            ("audit_mid_p", Number),
            ("adjusted_p_value", Number),
            ("audit_bh", Number),
            ("state", Text),
        ],
    );
    for audit in audits {
        for one in &audit.operators {
            let test = |pick: fn(&crate::model::score_change_evidence::OperatorTest) -> f64| {
                cell(one.test.as_ref().map_or_else(|| "—".to_owned(), |test| real(pick(test))))
            };
            let odds = one.odds_ratio.map_or_else(
                || "—".to_owned(),
                |(estimate, low, high)| format!("{} [{}, {}]", odds(estimate), odds(low), odds(high)),
            );
            table.rows.push(vec![
                cell(audit.batch_id.as_str()),
                cell(shown_person(&one.operator)),
                cell(count(one.changes)),
                cell(count(one.to_passed)),
                cell(count(one.to_failed)),
                cell(count(one.on_line)),
                cell(interval(one.interval)),
                cell(odds),
                test(|test| test.p_value),
                test(|test| test.mid_p_value),
                test(|test| test.adjusted_p_value),
                test(|test| test.false_discovery_rate),
                one.test.as_ref().map_or_else(|| word("score_audit.not_tested"), |test| state(test.flagged)),
            ]);
        }
    }
    table
}

fn odds(value: f64) -> String {
    if value.is_infinite() { "∞".to_owned() } else { two_decimals(value) }
}

fn state(flagged: bool) -> Markup {
    if flagged { marked("past", &word("score_audit.past")) } else { marked("calm", &word("score_audit.within")) }
}

fn tests(audits: &[&ScoreChangeAudit]) -> Table {
    let mut table = Table::new(
        Some("score_audit.tests"),
        &[
            ("batch_id", Line),
            ("audit_test", Text),
            ("audit_seen", Text),
            ("p_value", Number),
            ("adjusted_p_value", Number),
            ("state", Text),
        ],
    );
    for audit in audits {
        let mut add = |name: &str, seen: String, p: f64, adjusted: Option<(f64, bool)>| {
            table.rows.push(vec![
                cell(audit.batch_id.as_str()),
                word(&format!("score_audit.test_{name}")),
                cell(seen),
                cell(real(p)),
                cell(adjusted.map_or_else(|| "—".to_owned(), |(adjusted, _)| real(adjusted))),
                adjusted.map_or_else(|| word("score_audit.described"), |(_, flagged)| state(flagged)),
            ]);
        };
        if let Some(test) = audit.direction {
            let seen = format!("{} : {}", test.to_passed, test.to_failed);
            add("direction", seen, test.p_value, Some((test.adjusted_p_value, test.flagged)));
        }
        if let Some(test) = audit.operators_overall {
            let seen = format!("χ² = {}, df = {}", two_decimals(test.chi_square), test.degrees_of_freedom);
            add("operators", seen, test.exact_p_value.unwrap_or(test.chi_square_p_value), None);
        }
        if let Some(test) = audit.landing {
            let seen = format!("{} / {} ({})", test.landed, test.changes, two_decimals(test.expected));
            add("landing", seen, test.p_value, Some((test.adjusted_p_value, test.flagged)));
        }
        if let Some(test) = audit.burst {
            let window = format!("{} – {}", time_or_dash(Some(test.from)), time_or_dash(Some(test.to)));
            let seen = format!(
                "{window}: {} / {} ({} / {})",
                test.inside_to_passed, test.inside, test.to_passed, test.changes
            );
            add("burst", seen, test.p_value, Some((test.adjusted_p_value, test.flagged)));
        }
        if let Some(rates) = audit.publication {
            table.rows.push(vec![
                cell(audit.batch_id.as_str()),
                word("score_audit.test_publication"),
                cell(format!(
                    "{} / {} d : {} / {} d = {} [{}, {}]",
                    rates.after,
                    rates.days_after,
                    rates.before,
                    rates.days_before,
                    odds(rates.ratio),
                    odds(rates.interval.0),
                    odds(rates.interval.1)
                )),
                cell("—"),
                cell("—"),
                word("score_audit.described"),
            ]);
        }
    }
    table
}
