//! Evidence a detector at a time: tables of what was measured, flagged or not.

use crate::model::component::Component;
use crate::model::evidence::{
    Evidence, PassLineTimeline, RaterPair, RaterProfile, ScoreChangeCase, ScoreDistribution, UnqualifiedRatio,
};
use crate::model::run::Inspection;
use crate::report::clean::shown_person;
use crate::report::page::clauses::places;
use crate::report::page::markup::{Markup, both, joined, marked, plain, word};
use crate::report::page::numbers::{
    count, date_or_dash, interval, percent, points_or_dash, real, real_or_dash, share_cut, time_or_dash, two_decimals,
    two_or_dash,
};
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;
use crate::report::wording;
use compact_str::CompactString;

/// Counts of Art. 20(1), a row a batch and denominator.
pub fn unqualified(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let mut table = Table::new(
        None,
        &[
            ("batch_id", Line),
            ("exam_date", Line),
            ("denominator", Line),
            ("candidates", Number),
            ("lower", Number),
            ("upper", Number),
            ("share", Number),
            ("interval", Number),
            ("twenty_times", Line),
        ],
    );
    for ratio in ratios(inspection) {
        for denominator in &ratio.denominators {
            let (lower, upper, of) = (denominator.lower, denominator.upper, denominator.candidates);
            let reached = of > 0 && u128::from(lower) * 20 >= u128::from(of);
            let shares = [share_cut(lower, of), share_cut(upper, of)];
            table.rows.push(vec![
                cell(ratio.batch_id.as_str()),
                cell(date_or_dash(ratio.exam_date)),
                both(&wording::label("denominator", denominator.name)),
                cell(count(of)),
                cell(count(lower)),
                cell(count(upper)),
                cell(if lower == upper { shares[0].clone() } else { shares.join(" – ") }),
                cell(interval(denominator.interval)),
                yes_no(reached, if reached { "past" } else { "calm" }),
            ]);
        }
    }
    non_empty([table.cut(parameters.maximum_table_rows * 3, MORE)])
}

fn ratios(inspection: &Inspection) -> impl Iterator<Item = &UnqualifiedRatio> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::UnqualifiedRatio(ratio) => Some(ratio),
        _ => None,
    })
}

/// Severity and drift a rater, then agreement a pair of raters; flagged raters and low agreement first.
pub fn raters(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let mut profiles: Vec<&RaterProfile> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::RaterProfile(profile) => Some(profile),
            _ => None,
        })
        .collect();
    profiles.sort_by_key(|profile| !(profile.severity_flagged || profile.drift_flagged));
    let mut table = Table::new(
        Some("raters.profiles"),
        &[
            ("rater_id", Line),
            ("body_id", Line),
            ("n", Number),
            ("mean_deviation_rate", Number),
            ("interval", Number),
            ("adjusted_p_value", Number),
            ("drift_rho", Number),
            ("drift_adjusted_p_value", Number),
            ("state", Text),
        ],
    );
    for profile in profiles {
        table.rows.push(vec![
            cell(profile.rater_id.as_str()),
            cell(profile.body_id.as_ref().map_or("—", |id| id.as_str())),
            cell(count(profile.n)),
            cell(percent(profile.mean_deviation_rate)),
            cell(interval(profile.interval)),
            cell(real(profile.adjusted_p_value)),
            cell(two_or_dash(profile.drift_rho)),
            cell(real_or_dash(profile.drift_adjusted_p_value)),
            profile_state(profile),
        ]);
    }
    non_empty([table.cut(parameters.maximum_table_rows, MORE), rater_pairs(inspection, parameters)])
}

fn profile_state(profile: &RaterProfile) -> Markup {
    let mut states = Vec::new();
    if profile.severity_flagged {
        states.push(marked("past", &word("raters.severity_flagged")));
    }
    if profile.drift_flagged {
        states.push(marked("past", &word("raters.drift_flagged")));
    }
    if states.is_empty() { marked("calm", &word("raters.none_flagged")) } else { joined(&states, " ") }
}

fn rater_pairs(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut pairs: Vec<&RaterPair> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::RaterPair(pair) => Some(pair),
            _ => None,
        })
        .collect();
    // Undefined kappa last; a stable sort keeps the detector's order within ties.
    let key = |pair: &RaterPair| pair.weighted_kappa.filter(|kappa| !kappa.is_nan()).unwrap_or(f64::INFINITY);
    pairs.sort_by(|a, b| key(a).total_cmp(&key(b)));
    let mut table = Table::new(
        Some("raters.pairs"),
        &[
            ("rater_a", Line),
            ("rater_b", Line),
            ("batch_id", Line),
            ("n", Number),
            ("exact_agreement", Number),
            ("adjacent_agreement", Number),
            ("weighted_kappa", Number),
            ("mean_difference", Number),
            ("standard_deviation", Number),
        ],
    );
    for pair in pairs {
        table.rows.push(vec![
            cell(pair.rater_a.as_str()),
            cell(pair.rater_b.as_str()),
            pair.batch_id.as_ref().map_or_else(|| word("filter.all"), |id| plain(id.as_str())),
            cell(count(pair.n)),
            cell(percent(pair.exact_agreement)),
            cell(percent(pair.adjacent_agreement)),
            cell(two_or_dash(pair.weighted_kappa)),
            cell(two_decimals(pair.mean_difference)),
            cell(two_or_dash(pair.standard_deviation_of_difference)),
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

/// The log of configured lines, then the line as applied.
pub fn pass_lines(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    non_empty([configured_lines(inspection, parameters), applied_lines(inspection, parameters)])
}

fn configured_lines(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("pass_lines.events"),
        &[
            ("batch_id", Line),
            ("component", Line),
            ("approved_line", Text),
            ("changed_at", Line),
            ("old_line", Number),
            ("new_line", Number),
            ("operator", Line),
            ("approved", Text),
            ("source", Place),
        ],
    );
    let timelines = inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::PassLineTimeline(timeline) => Some(timeline),
        _ => None,
    });
    for timeline in timelines {
        for event in &timeline.events {
            let old_line = plain(&points_or_dash(event.old_line));
            table.rows.push(vec![
                cell(timeline.batch_id.as_str()),
                component_or_every(event.component.as_ref()),
                approved_lines(timeline, event.component.as_ref()),
                cell(time_or_dash(event.changed_at)),
                if event.old_line_rebuilt {
                    joined(&[old_line, marked("hint", &word("pass_lines.rebuilt"))], " ")
                } else {
                    old_line
                },
                cell(points_or_dash(Some(event.new_line))),
                cell(event.operator.as_deref().map_or_else(|| "—".to_owned(), shown_person)),
                approval(event.approved, event.approval_no.as_ref()),
                places(std::iter::once(source_row(inspection, event.source))),
            ]);
        }
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

/// Approved lines that hold for a component, with their numbers.
fn approved_lines(timeline: &PassLineTimeline, component: Option<&Component>) -> Markup {
    let lines: Vec<Markup> = timeline
        .approved
        .iter()
        .filter(|line| line.component.is_none() || component.is_none() || line.component.as_ref() == component)
        .map(|line| {
            let mut parts = vec![line.line.to_string()];
            parts.extend(line.approval_no.as_ref().map(ToString::to_string));
            parts.extend(line.approved_on.map(|date| date_or_dash(Some(date))));
            plain(&parts.join(" · "))
        })
        .collect();
    if lines.is_empty() { plain("—") } else { joined(&lines, "; ") }
}

fn applied_lines(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("pass_lines.applied"),
        &[
            ("batch_id", Line),
            ("component", Line),
            ("approved_line", Number),
            ("highest_failed", Number),
            ("lowest_passed", Number),
            ("passed", Number),
            ("failed", Number),
        ],
    );
    let mut distributions: Vec<&ScoreDistribution> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::ScoreDistribution(distribution) => Some(distribution),
            _ => None,
        })
        .collect();
    distributions.sort_by_key(|distribution| !passes_below(distribution));
    for distribution in distributions {
        let lowest = plain(&points_or_dash(distribution.lowest_passed));
        table.rows.push(vec![
            cell(distribution.batch_id.as_str()),
            component_or_every(Some(&distribution.component)),
            cell(points_or_dash(distribution.approved_line)),
            cell(points_or_dash(distribution.highest_failed)),
            if passes_below(distribution) { marked("past", &lowest) } else { lowest },
            cell(count(distribution.counts.iter().map(|count| count.passed).sum())),
            cell(count(distribution.counts.iter().map(|count| count.failed).sum())),
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

fn passes_below(distribution: &ScoreDistribution) -> bool {
    matches!((distribution.lowest_passed, distribution.approved_line), (Some(lowest), Some(line)) if lowest < line)
}

/// Every change of a score, those without approval first.
pub fn score_changes(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let mut changes: Vec<(&str, &ScoreChangeCase)> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::ScoreChangeSummary(summary) => Some(summary),
            _ => None,
        })
        .flat_map(|summary| summary.changes.iter().map(|change| (summary.batch_id.as_str(), change)))
        .collect();
    changes.sort_by_key(|(_, change)| change.approved);
    let mut table = Table::new(
        None,
        &[
            ("batch_id", Line),
            ("candidate_id", Line),
            ("component", Line),
            ("changed_at", Line),
            ("old_score", Number),
            ("new_score", Number),
            ("crossing", Line),
            ("operator", Line),
            ("approved", Text),
            ("after_publication", Line),
            ("reason", Text),
            ("source", Place),
        ],
    );
    for (batch_id, change) in changes {
        table.rows.push(vec![
            cell(batch_id),
            cell(change.candidate_id.as_str()),
            component_or_every(Some(&change.component)),
            cell(time_or_dash(change.changed_at)),
            cell(points_or_dash(change.old_score)),
            cell(points_or_dash(change.new_score)),
            crossing(change),
            cell(change.operator.as_deref().map_or_else(|| "—".to_owned(), shown_person)),
            approval(change.approved, change.approval_no.as_ref()),
            change.after_publication.map_or_else(|| word("word.unknown"), |after| yes_no(after, "plain")),
            cell(change.reason.as_deref().unwrap_or("—")),
            places(std::iter::once(source_row(inspection, change.source))),
        ]);
    }
    non_empty([table.cut(parameters.maximum_table_rows, MORE)])
}

/// Key of the words for which way a change crosses the line.
pub fn crossing_key(change: &ScoreChangeCase) -> Option<&'static str> {
    let (old, new, line) = (change.old_score?, change.new_score?, change.pass_line?);
    Some(match (old >= line, new >= line) {
        (false, true) => "score_changes.to_passed",
        (true, false) => "score_changes.to_failed",
        _ => "score_changes.no_crossing",
    })
}

fn crossing(change: &ScoreChangeCase) -> Markup {
    crossing_key(change).map_or_else(|| word("word.unknown"), word)
}

fn approval(approved: bool, approval_no: Option<&CompactString>) -> Markup {
    let state = if approved {
        marked("calm", &word("pass_lines.approved"))
    } else {
        marked("past", &word("pass_lines.unapproved"))
    };
    match approval_no {
        Some(number) => joined(&[state, plain(number)], " "),
        None => state,
    }
}

fn yes_no(yes: bool, class: &'static str) -> Markup {
    marked(class, &word(if yes { "word.yes" } else { "word.no" }))
}

/// A component in words; `None` means every one.
pub fn component_or_every(component: Option<&Component>) -> Markup {
    component
        .map_or_else(|| word("pass_lines.every"), |component| both(&wording::label("component", component.as_str())))
}
