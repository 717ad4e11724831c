//! Raters measured together: the panels at a glance, then the raters of each.

use crate::model::evidence::Evidence;
use crate::model::rater_evidence::{RaterControlChart, RaterMeasure, RaterPanel};
use crate::model::run::Inspection;
use crate::report::chart::severity::{is_judged, subset_order};
use crate::report::page::clauses::body_names;
use crate::report::page::evidence::component_or_every;
use crate::report::page::markup::{Markup, both, filled, joined, marked, plain, word};
use crate::report::page::numbers::{count, percent, real, real_or_dash, two_decimals, two_or_dash};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{MORE, Table, cell};
use crate::report::parameters::ReportParameters;
use crate::report::wording;

/// Panels whose raters stand on the page; the workbook holds the raters of every panel.
const MAXIMUM_PANELS: usize = 8;
/// Panels whose raters stand open.
const OPEN_PANELS: usize = 1;

/// Every panel, those with signs first.
pub fn panels(inspection: &Inspection) -> Vec<&RaterPanel> {
    let mut panels: Vec<&RaterPanel> = inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::RaterPanel(panel) => Some(&**panel),
            _ => None,
        })
        .collect();
    panels.sort_by_cached_key(|panel| {
        (std::cmp::Reverse(raters_with_signs(panel)), panel.body_id.clone(), panel.component.clone())
    });
    panels
}

fn raters_with_signs(panel: &RaterPanel) -> usize {
    panel.raters.iter().filter(|rater| !rater.signs.is_empty()).count()
}

/// What is to be known before the tables: how many panels, and what connected subsets are.
pub fn remarks(inspection: &Inspection) -> Vec<Markup> {
    let panels = panels(inspection);
    if panels.is_empty() {
        return Vec::new();
    }
    let raters: usize = panels.iter().map(|panel| panel.raters.len()).sum();
    let signs: usize = panels.iter().map(|panel| raters_with_signs(panel)).sum();
    let values =
        [("panels", panels.len()), ("raters", raters), ("signs", signs)].map(|(name, n)| (name, count(n as u64)));
    let values: Vec<(&str, &str)> = values.iter().map(|(name, n)| (*name, n.as_str())).collect();
    let mut remarks = vec![filled("rater_panel.summary", &values), word("rater_panel.reading")];
    if panels.iter().any(|panel| panel.subsets > 1) {
        remarks.push(word("rater_panel.subsets"));
    }
    remarks
}

/// The panels, then the raters of those that come first.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let panels = panels(inspection);
    if panels.is_empty() {
        return Vec::new();
    }
    let bodies = body_names(inspection);
    let body = |panel: &RaterPanel| match panel.body_id.as_ref() {
        Some(id) => plain(bodies.get(id).map_or(id.as_str(), String::as_str)),
        None => plain("—"),
    };
    let mut overview = Table::new(
        Some("rater_panel.panels"),
        &[
            ("body_name", Text),
            ("component", Line),
            ("batches", Number),
            ("raters", Number),
            ("with_signs", Number),
            ("n", Number),
            ("persons", Number),
            ("criteria", Number),
            ("subsets", Number),
            ("separation", Number),
            ("reliability", Number),
            ("fixed_chi_square", Number),
            ("p_value", Number),
        ],
    );
    for panel in &panels {
        let signs = raters_with_signs(panel);
        let chi_square = panel
            .fixed_chi_square
            .filter(|value| value.is_finite())
            .map_or_else(|| "—".to_owned(), |value| format!("{} ({})", real(value), count(panel.degrees_of_freedom)));
        overview.rows.push(vec![
            body(panel),
            component_or_every(Some(&panel.component)),
            cell(count(panel.batches.len() as u64)),
            cell(count(panel.raters.len() as u64)),
            marked(if signs > 0 { "past" } else { "calm" }, &cell(count(signs as u64))),
            cell(count(panel.ratings)),
            cell(count(panel.persons)),
            cell(count(panel.criteria)),
            cell(count(panel.subsets)),
            cell(two_or_dash(panel.separation)),
            cell(two_or_dash(panel.reliability)),
            cell(chi_square),
            cell(real_or_dash(panel.chi_square_p_value)),
        ]);
    }
    let mut tables = vec![overview.cut(parameters.maximum_table_rows, MORE)];
    for (index, panel) in panels.iter().take(MAXIMUM_PANELS).enumerate() {
        let title = joined(&[body(panel), component_or_every(Some(&panel.component))], " · ");
        let mut table = rater_table(panel).cut(parameters.maximum_table_rows, MORE);
        table.folded = index >= OPEN_PANELS;
        table.title = Some(title);
        tables.push(table);
    }
    if let Some(last) = tables.last_mut().filter(|_| panels.len() > MAXIMUM_PANELS) {
        let (shown, n) = (MAXIMUM_PANELS.to_string(), count(panels.len() as u64));
        let said = filled("rater_panel.more", &[("shown", &shown), ("n", &n)]);
        let mut notes: Vec<Markup> = last.note.take().into_iter().collect();
        notes.push(said);
        // Said below the list, not inside a part that is folded.
        last.after = Some(joined(&notes, " "));
    }
    tables
}

fn rater_table(panel: &RaterPanel) -> Table {
    let several = panel.subsets > 1;
    let mut columns = vec![("rater_id", Line)];
    if several {
        columns.push(("subset", Number));
    }
    columns.extend([
        ("n", Number),
        ("severity_logit", Number),
        ("logit_interval", Number),
        ("fair_average", Number),
        ("infit", Number),
        ("outfit", Number),
        ("agreement_expected", Number),
        ("drift", Text),
        ("halo_ratio", Number),
        ("centrality_ratio", Number),
        ("range_ratio", Number),
        ("signs", Text),
    ]);
    let mut table = Table::new(None, &columns);
    let mut raters: Vec<&RaterMeasure> = panel.raters.iter().collect();
    raters.sort_by_key(|rater| subset_order(rater));
    for rater in raters {
        let mut row = vec![cell(rater.rater_id.as_str())];
        if several {
            row.push(cell(if rater.subset == 0 { "—".to_owned() } else { count(rater.subset) }));
        }
        row.push(cell(count(rater.ratings)));
        // Of few marks a figure would be read as a statement.
        let told = is_judged(panel, rater);
        let told_number = |value: Option<f64>| cell(two_or_dash(value.filter(|_| told)));
        let with_z = |value: Option<f64>, z: Option<f64>| match (value.filter(|value| told && value.is_finite()), z) {
            (None, _) => cell("—"),
            (Some(value), Some(z)) if z.is_finite() => cell(format!("{} ({})", two_decimals(value), one_decimal(z))),
            (Some(value), _) => cell(two_decimals(value)),
        };
        row.extend([
            told_number(rater.severity_logit),
            cell(rater.interval.filter(|_| told).map_or_else(|| "—".to_owned(), logits)),
            told_number(rater.fair_average),
            with_z(rater.infit, rater.infit_zstd),
            with_z(rater.outfit, rater.outfit_zstd),
            cell(match (rater.exact_agreement.filter(|_| told), rater.expected_agreement) {
                (Some(exact), Some(expected)) => format!("{} / {}", percent(exact), percent(expected)),
                (Some(exact), None) => percent(exact),
                _ => "—".to_owned(),
            }),
            if told { drift(panel, rater) } else { cell("—") },
            told_number(rater.halo_ratio),
            told_number(rater.centrality_ratio),
            told_number(rater.range_ratio),
            state(panel, rater, told),
        ]);
        table.rows.push(row);
    }
    table
}

fn one_decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    if text == "-0.0" { "0.0".to_owned() } else { text.replace('-', "−") }
}

fn logits((low, high): (f64, f64)) -> String {
    if low.is_finite() && high.is_finite() {
        format!("[{}, {}]", two_decimals(low), two_decimals(high))
    } else {
        "—".to_owned()
    }
}

/// The first signal of either control chart.
fn drift(panel: &RaterPanel, rater: &RaterMeasure) -> Markup {
    let Some(chart) = panel.control_charts.iter().find(|chart| chart.rater_id == rater.rater_id) else {
        return marked("calm", &word("rater_panel.no_times"));
    };
    match first_signal(chart) {
        Some(index) => filled("rater_panel.signal", &[("n", &count(index as u64 + 1))]),
        None => marked("calm", &word("rater_panel.no_signal")),
    }
}

/// The first work at which either control chart signals.
pub fn first_signal(chart: &RaterControlChart) -> Option<usize> {
    match (chart.ewma_signal, chart.cusum_signal) {
        (Some(ewma), Some(cusum)) => Some(ewma.min(cusum)),
        (one, other) => one.or(other),
    }
}

/// What can be said, or why nothing can.
fn state(panel: &RaterPanel, rater: &RaterMeasure, told: bool) -> Markup {
    if rater.constant_marks {
        return word("rater_panel.constant");
    }
    if !told {
        return filled("rater_panel.too_few", &[("n", &count(panel.minimum_ratings))]);
    }
    if rater.signs.is_empty() {
        return marked("calm", &word("raters.none_flagged"));
    }
    let signs: Vec<Markup> =
        rater.signs.iter().map(|sign| marked("past", &both(&wording::label("rater_sign", sign)))).collect();
    joined(&signs, ", ")
}
