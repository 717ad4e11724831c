//! Scores about the pass line: one row a body and component, then one a group that was tested.

use crate::model::evidence::Evidence;
use crate::model::pass_line_evidence::LineHeaping;
use crate::model::run::Inspection;
use crate::report::chart::heaping::rank;
use crate::report::page::evidence::component_or_every;
use crate::report::page::markup::{both, marked, plain, word};
use crate::report::page::numbers::{count, percent, points_or_dash, real_or_dash, two_decimals, two_or_dash};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::wording;

fn found(inspection: &Inspection) -> impl Iterator<Item = &LineHeaping> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::LineHeaping(found) => Some(found.as_ref()),
        _ => None,
    })
}

fn interval((low, high): (f64, f64)) -> String {
    format!("[{}, {}]", two_decimals(low), two_decimals(high))
}

fn body(found: &LineHeaping) -> &str {
    found.body_id.as_ref().map_or("—", |id| id.as_str())
}

/// The tables that have a row.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    non_empty([pools(inspection, parameters), groups(inspection, parameters)])
}

/// Bodies and components, smallest p-value first.
fn pools(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("pass_lines.heaping"),
        &[
            ("body_id", Line),
            ("component", Line),
            ("n", Number),
            ("held_line", Number),
            ("heaping_p_value", Number),
            ("placebo_rank", Number),
            ("heaping_excess", Number),
            ("heaping_missing", Number),
            ("heaping_moved", Number),
            ("heaping_interval", Number),
            ("heaping_withheld", Text),
        ],
    );
    let mut pools: Vec<&LineHeaping> = found(inspection).collect();
    let order = |found: &LineHeaping| found.p_value.unwrap_or(f64::INFINITY);
    pools.sort_by(|a, b| order(a).total_cmp(&order(b)));
    for found in pools {
        let moved = found.moved;
        table.rows.push(vec![
            cell(body(found)),
            component_or_every(Some(&found.component)),
            cell(count(found.scores)),
            cell(points_or_dash(Some(found.line))),
            cell(real_or_dash(found.p_value)),
            cell(rank(found).map_or_else(|| "—".to_owned(), |(smaller, of)| format!("{smaller} / {of}"))),
            cell(two_or_dash(moved.map(|moved| moved.excess))),
            cell(two_or_dash(moved.map(|moved| moved.missing))),
            cell(two_or_dash(moved.map(|moved| moved.moved))),
            cell(moved.and_then(|moved| moved.interval).map_or_else(|| "—".to_owned(), interval)),
            found.withheld.as_ref().map_or_else(|| plain("—"), both),
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

/// Groups that were tested, those past the criterion first.
fn groups(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("pass_lines.heaping_groups"),
        &[
            ("heaping_kind", Line),
            ("heaping_group", Line),
            ("body_id", Line),
            ("component", Line),
            ("heaping_below", Number),
            ("heaping_at", Number),
            ("heaping_above", Number),
            ("heaping_share", Number),
            ("heaping_p_value", Number),
            ("heaping_adjusted", Number),
            ("state", Text),
        ],
    );
    let mut rows: Vec<_> = found(inspection)
        .flat_map(|found| found.groups.iter().map(move |group| (found, group)))
        .filter_map(|(found, group)| Some((found, group, group.p_value?)))
        .collect();
    rows.sort_by(|(_, a, p), (_, b, q)| b.flagged.cmp(&a.flagged).then(p.total_cmp(q)));
    for (found, group, _) in rows {
        let [below, at, above] = group.counts;
        table.rows.push(vec![
            both(&wording::label("group_kind", group.kind.as_str())),
            cell(group.name.as_str()),
            cell(body(found)),
            component_or_every(Some(&found.component)),
            cell(count(below)),
            cell(count(at)),
            cell(count(above)),
            cell(group.shrunken_share.map_or_else(|| "—".to_owned(), percent)),
            cell(real_or_dash(group.p_value)),
            cell(real_or_dash(group.adjusted_p_value)),
            if group.flagged {
                marked("past", &word("pass_lines.heaping_flagged"))
            } else {
                marked("calm", &word("raters.none_flagged"))
            },
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}
