//! Similar answer sheets, from pairs to people and places: clusters, rooms, the control group.

use crate::model::evidence::SimilarityGroup;
use crate::model::similarity_evidence::{ControlGroup, SimilarCluster, SimilarPlaces};
use crate::report::page::markup::{Markup, filled, joined, plain, word};
use crate::report::page::numbers::{count, real};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;

/// Persons of a cluster that are named in the table.
const NAMED_PERSONS: usize = 12;

/// Clusters and rooms of all groups.
pub fn tables(groups: &[&SimilarityGroup], parameters: &ReportParameters) -> Vec<Table> {
    let mut clusters = Table::new(
        Some("similarity.clusters"),
        &[
            ("form_id", Line),
            ("cluster", Number),
            ("cluster_kind", Text),
            ("cluster_persons", Number),
            ("flagged_pairs", Number),
            ("rooms", Number),
            ("held_in_common", Number),
            ("held_in_common_wrong", Number),
            ("likely_source", Text),
            ("candidates", Text),
        ],
    );
    let mut rooms = Table::new(
        Some("similarity.rooms"),
        &[
            ("form_id", Line),
            ("room", Line),
            ("sheets", Number),
            ("flagged_pairs", Number),
            ("expected", Number),
            ("adjusted_p_value", Number),
        ],
    );
    for group in groups {
        let form = || cell(group.form_id.as_ref().map_or("—", |id| id.as_str()));
        clusters.rows.extend(group.detail.clusters.iter().map(|cluster| cluster_row(form(), cluster)));
        rooms.rows.extend(group.detail.places.iter().flat_map(|places| &places.rooms).map(|room| {
            vec![
                form(),
                plain(&room.room),
                cell(count(room.sheets)),
                cell(count(room.flagged)),
                cell(real(room.expected)),
                cell(real(room.adjusted_p_value)),
            ]
        }));
    }
    clusters.after = Some(word("similarity.clusters_rule"));
    rooms.after = Some(word("similarity.rooms_rule"));
    non_empty([clusters, rooms].map(|table| table.cut(parameters.maximum_table_rows, MORE)))
}

fn cluster_row(form: Markup, cluster: &SimilarCluster) -> Vec<Markup> {
    let mut candidates: Vec<Markup> =
        cluster.candidates.iter().take(NAMED_PERSONS).map(|candidate| plain(candidate.as_str())).collect();
    if cluster.candidates.len() > NAMED_PERSONS {
        candidates.push(plain("…"));
    }
    let source = match &cluster.likely_source {
        Some((candidate, p_value)) => {
            joined(&[plain(candidate.as_str()), filled("similarity.lead", &[("p", &real(*p_value))])], " ")
        }
        None => plain("—"),
    };
    vec![
        form,
        cell(cluster.number.to_string()),
        word(&format!("cluster_kind.{}", cluster.kind)),
        cell(count(cluster.candidates.len() as u64)),
        cell(count(cluster.pairs)),
        cell(count(cluster.rooms)),
        cell(count(cluster.held_in_common)),
        cell(count(cluster.held_in_common_wrong)),
        source,
        joined(&candidates, ", "),
    ]
}

/// The rule, rooms and the control group of every group with a flagged pair, in sentences.
pub fn remarks(groups: &[&SimilarityGroup]) -> Vec<Markup> {
    let mut remarks = Vec::new();
    if let Some(detail) = groups.iter().map(|group| &group.detail).find(|detail| !detail.rule.is_empty()) {
        remarks.push(word(&format!("similarity.rule_{}", detail.rule)));
    }
    for group in groups.iter().filter(|group| group.pairs.iter().any(|pair| pair.flagged)) {
        let form = group.form_id.as_ref().map_or("—", |id| id.as_str());
        remarks.extend(group.detail.places.as_ref().map(|places| places_sentence(form, places)));
        remarks.extend(group.detail.control.as_ref().map(|control| control_sentence(form, control)));
    }
    remarks
}

fn places_sentence(form: &str, places: &SimilarPlaces) -> Markup {
    filled(
        "similarity.places",
        &[
            ("form", form),
            ("within", &count(places.within)),
            ("flagged", &count(places.flagged)),
            ("expected", &real(places.expected_within)),
            ("p", &real(places.p_value)),
            ("draws", &count(u64::from(places.draws))),
            ("rooms", &count(places.compared)),
        ],
    )
}

fn control_sentence(form: &str, control: &ControlGroup) -> Markup {
    filled(
        "similarity.control",
        &[
            ("form", form),
            ("pairs", &count(control.pairs)),
            ("flagged", &count(control.flagged)),
            ("within", &count(control.within)),
            ("expected", &real(control.expected_within)),
        ],
    )
}
