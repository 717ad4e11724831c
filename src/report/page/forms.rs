//! Papers that overlap, and items that stand on several papers.

use crate::model::evidence::Evidence;
use crate::model::form_evidence::{FormOverlap, ItemPlace, PaperOutline, PaperPair};
use crate::model::run::Inspection;
use crate::report::chart::forms::{group_name, label, percent};
use crate::report::clean::shown;
use crate::report::page::clauses::places;
use crate::report::page::markup::{Markup, filled, joined, line, marked, plain, word};
use crate::report::page::numbers::{count, date_or_dash};
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;

/// Places of one item on the page.
const PLACES_SHOWN: usize = 6;

/// Comparisons of papers in the run.
pub fn groups(inspection: &Inspection) -> impl Iterator<Item = &FormOverlap> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::FormOverlap(group) => Some(&**group),
        _ => None,
    })
}

/// What was compared, and by what.
pub fn remarks(inspection: &Inspection) -> Vec<Markup> {
    let (mut papers, mut pairs, mut alike) = (0, 0, 0);
    let mut by_basis = [0_usize; 3];
    for group in groups(inspection) {
        papers += group.papers.len();
        pairs += group.pairs_compared();
        alike += group.alike();
        group.papers.iter().for_each(|paper| by_basis[paper.basis as usize] += 1);
    }
    if papers == 0 {
        return Vec::new();
    }
    let said = |number: usize| count(number as u64);
    vec![filled(
        "forms.compared",
        &[
            ("papers", &said(papers)),
            ("pairs", &said(pairs)),
            ("alike", &said(alike)),
            ("text", &said(by_basis[0])),
            ("identifier", &said(by_basis[1])),
            ("key", &said(by_basis[2])),
        ],
    )]
}

/// Pairs of papers and items used again.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    non_empty([pairs(inspection, parameters), items(inspection, parameters)])
}

fn pairs(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut all: Vec<(&FormOverlap, &PaperPair)> =
        groups(inspection).flat_map(|group| group.pairs.iter().map(move |pair| (group, pair))).collect();
    all.retain(|(_, pair)| pair.identical + pair.near + pair.variants > 0 || pair.key_log10_probability.is_some());
    all.sort_by_key(|(_, pair)| (!pair.same_paper, !pair.alike, std::cmp::Reverse(percent(pair))));
    let mut table = Table::new(
        Some("forms.pairs"),
        &[
            ("occupation", Text),
            ("paper", Line),
            ("paper", Line),
            ("overlap", Number),
            ("identical_items", Number),
            ("near_items", Number),
            ("variant_items", Number),
            ("common_items", Number),
            ("same_order", Number),
            ("state", Text),
        ],
    );
    for (group, pair) in all {
        let order = pair.same_order.map_or_else(|| "—".to_owned(), |share| format!("{:.0} %", share * 100.0));
        table.rows.push(vec![
            cell(group_name(group)),
            paper(&group.papers[pair.a]),
            paper(&group.papers[pair.b]),
            cell(format!("{} / {} ({} %)", pair.identical + pair.near, pair.smaller, percent(pair))),
            cell(count(pair.identical)),
            cell(count(pair.near)),
            cell(count(pair.variants)),
            cell(count(pair.common)),
            cell(order),
            state(pair),
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

fn paper(paper: &PaperOutline) -> Markup {
    joined(&[plain(&label(paper)), plain(&date_or_dash(paper.exam_date))], " · ")
}

fn state(pair: &PaperPair) -> Markup {
    if pair.same_paper {
        line("past", &word("forms.same_paper"))
    } else if pair.alike {
        line("past", &word("forms.alike"))
    } else if let Some(log10) = pair.key_log10_probability {
        line("past", &filled("forms.same_keys", &[("log10", &format!("{log10:.1}"))]))
    } else {
        line("calm", &word("forms.within"))
    }
}

fn items(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("forms.items"),
        &[("item", Text), ("papers_used", Number), ("places", Text), ("source", Place)],
    );
    let mut left_out = 0;
    for group in groups(inspection) {
        left_out += group.items_found - group.items.len() as u64;
        for item in &group.items {
            let Some(first) = item.places.first() else { continue };
            let mut papers: Vec<usize> = item.places.iter().map(|place| place.paper).collect();
            papers.dedup();
            let mut lines: Vec<Markup> =
                item.places.iter().take(PLACES_SHOWN).map(|place| line("note", &one_place(group, place))).collect();
            if item.places.len() > PLACES_SHOWN {
                let more = count((item.places.len() - PLACES_SHOWN) as u64);
                lines.push(line("note", &filled("forms.more_places", &[("n", &more)])));
            }
            table.rows.push(vec![
                plain(&shown(&first.stem)),
                cell(count(papers.len() as u64)),
                joined(&lines, ""),
                places(item.places.iter().take(PLACES_SHOWN).map(|place| source_row(inspection, place.source))),
            ]);
        }
    }
    let mut table = table.cut(parameters.maximum_table_rows, MORE);
    if left_out > 0 {
        table.note = Some(filled("forms.more_items", &[("n", &count(left_out))]));
    }
    table
}

fn one_place(group: &FormOverlap, place: &ItemPlace) -> Markup {
    let number = place.item_no.map_or_else(|| "—".to_owned(), |number| number.to_string());
    let mut parts = vec![
        marked("seen", &plain(&label(&group.papers[place.paper]))),
        plain(&format!("{} #{number}", place.form_id)),
        word(&format!("forms.{}", place.likeness.as_str())),
    ];
    if let Some(id) = &place.item_id {
        parts.push(plain(id.as_str()));
    }
    joined(&parts, " ")
}
