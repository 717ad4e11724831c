//! Items over time: how often they were used, how new the papers were, and which became easier.

use crate::model::evidence::Evidence;
use crate::model::item_evidence::{ItemExposure, ItemHistory};
use crate::model::run::Inspection;
use crate::report::chart::labels::{BatchNames, masked};
use crate::report::chart::renewal::group_name;
use crate::report::page::clauses::places;
use crate::report::page::markup::{Markup, both, filled, joined, line, plain, word};
use crate::report::page::numbers::count;
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;

/// Bodies, occupations and levels of the run.
pub fn exposures(inspection: &Inspection) -> impl Iterator<Item = &ItemExposure> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::ItemExposure(found) => Some(&**found),
        _ => None,
    })
}

/// What was compared over time.
pub fn remarks(inspection: &Inspection) -> Vec<Markup> {
    let (mut used, mut reused, mut compared, mut flagged) = (0, 0, 0, 0);
    for found in exposures(inspection) {
        used += found.items_used;
        reused += found.items_reused;
        compared += found.items_compared;
        flagged += found.items.iter().filter(|item| is_flagged(item)).count() as u64;
    }
    if used == 0 {
        return Vec::new();
    }
    let values = [count(used), count(reused), count(compared), count(flagged)];
    let names = ["used", "reused", "compared", "flagged"];
    let pairs: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
    vec![filled("item_exposure.summary", &pairs)]
}

fn is_flagged(item: &ItemHistory) -> bool {
    item.drift.is_some_and(|drift| drift.is_flagged)
}

/// Papers with their share of new items, and items by their uses.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let names = BatchNames::new(&inspection.dataset);
    non_empty([items(inspection, parameters, &names), papers(inspection, parameters, &names)])
}

fn items(inspection: &Inspection, parameters: &ReportParameters, names: &BatchNames) -> Table {
    let mut table = Table::new(
        Some("item_exposure.items"),
        &[
            ("body", Text),
            ("item", Text),
            ("batches_used", Number),
            ("first_used", Line),
            ("age_months", Number),
            ("first_share", Number),
            ("later_share", Number),
            ("difference", Number),
            ("delta", Number),
            ("p_adjusted", Number),
            ("state", Text),
            ("source", Place),
        ],
    );
    let mut all: Vec<(&ItemExposure, &ItemHistory)> =
        exposures(inspection).flat_map(|found| found.items.iter().map(move |item| (found, item))).collect();
    all.sort_by_key(|(_, item)| (!is_flagged(item), std::cmp::Reverse(item.batches)));
    for (found, item) in all {
        let none = || cell("—");
        let share = |right: u64, of: u64| cell(format!("{:.0} % ({of})", right as f64 * 100.0 / of.max(1) as f64));
        let signed = |value: f64| format!("{value:+.1}").replace('-', "−");
        let (first, later, difference, delta, adjusted) = match &item.drift {
            Some(drift) => (
                share(drift.first_right, drift.first),
                share(drift.later_right, drift.later),
                cell(signed(drift.difference * 100.0)),
                cell(format!("{} {}", format!("{:+.2}", drift.delta).replace('-', "−"), drift.class)),
                cell(format!("{:.1e}", drift.adjusted_p_value)),
            ),
            None => (none(), none(), none(), none(), none()),
        };
        let state = match &item.drift {
            Some(drift) if drift.is_flagged => line("past", &word("item_exposure.easier")),
            Some(_) => line("calm", &word("item_exposure.within")),
            None => line("calm", &word("item_exposure.not_compared")),
        };
        table.rows.push(vec![
            both(&group_name(found, names)),
            line("note", &plain(&format!("{} {}", masked(item.item_id.as_str()), item.stem))),
            cell(count(item.batches)),
            joined(&[item.first_used, item.last_used].map(|day| line("note", &plain(&day.to_string()))), ""),
            item.age_months.map_or_else(none, |months| cell(months.to_string())),
            first,
            later,
            difference,
            delta,
            adjusted,
            state,
            places([source_row(inspection, item.source)].into_iter()),
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

fn papers(inspection: &Inspection, parameters: &ReportParameters, names: &BatchNames) -> Table {
    let mut table = Table::new(
        Some("item_exposure.papers"),
        &[
            ("body", Text),
            ("batch", Line),
            ("exam_date", Line),
            ("items", Number),
            ("new_items", Number),
            ("new_share", Number),
            ("median_age", Number),
            ("oldest_age", Number),
        ],
    );
    table.folded = true;
    for found in exposures(inspection) {
        for paper in &found.papers {
            let none = || cell("—");
            table.rows.push(vec![
                both(&group_name(found, names)),
                plain(paper.batch_id.as_str()),
                cell(paper.exam_date.to_string()),
                cell(count(paper.items)),
                paper.new_items.map_or_else(none, |new| cell(count(new))),
                paper.new_items.map_or_else(none, |new| cell(format!("{} %", new * 100 / paper.items.max(1)))),
                paper.median_age_months.map_or_else(none, |months| cell(months.to_string())),
                paper.oldest_months.map_or_else(none, |months| cell(months.to_string())),
            ]);
        }
    }
    table.cut(parameters.maximum_table_rows, MORE)
}
