//! Overlapping papers and items used again, as tables for programs.

use crate::model::dataset::Dataset;
use crate::model::form_evidence::{FormOverlap, PaperOutline};
use crate::model::item_evidence::{ItemDrift, ItemExposure, ItemHistory, PaperRenewal};
use crate::model::pair_table::{PairTable, PairValues};
use crate::model::quarantine::QuarantineEntry;
use crate::report::chart::forms::{group_name, label, percent};
use crate::report::clean::shown;

/// A row a pair of papers that share something.
pub fn overlaps(groups: &[FormOverlap]) -> PairTable {
    let all = || groups.iter().flat_map(|group| group.pairs.iter().map(move |pair| (group, pair)));
    let text = |of: &dyn Fn(&FormOverlap, &PaperOutline, &PaperOutline) -> String| {
        PairValues::Text(all().map(|(group, pair)| of(group, &group.papers[pair.a], &group.papers[pair.b])).collect())
    };
    let day = |paper: &PaperOutline| paper.exam_date.map(|day| day.to_string()).unwrap_or_default();
    let number = |of: &dyn Fn(&crate::model::form_evidence::PaperPair) -> u64| {
        PairValues::Integer(all().map(|(_, pair)| u32::try_from(of(pair)).ok()).collect())
    };
    PairTable::of(vec![
        ("occupation_level", text(&|group, _, _| group_name(group))),
        ("paper_a", text(&|_, a, _| shown(&label(a)))),
        ("paper_b", text(&|_, _, b| shown(&label(b)))),
        ("exam_date_a", text(&|_, a, _| day(a))),
        ("exam_date_b", text(&|_, _, b| day(b))),
        ("basis", text(&|_, a, b| a.basis.max(b.basis).as_str().to_owned())),
        ("items_a", PairValues::Integer(all().map(|(g, p)| u32::try_from(g.papers[p.a].items).ok()).collect())),
        ("items_b", PairValues::Integer(all().map(|(g, p)| u32::try_from(g.papers[p.b].items).ok()).collect())),
        ("identical", number(&|pair| pair.identical)),
        ("near", number(&|pair| pair.near)),
        ("variants", number(&|pair| pair.variants)),
        ("common", number(&|pair| pair.common)),
        ("smaller", number(&|pair| pair.smaller)),
        ("overlap_percent", number(&|pair| u64::from(percent(pair)))),
        ("same_order", PairValues::Number(all().map(|(_, pair)| pair.same_order).collect())),
        ("key_log10_p", PairValues::Number(all().map(|(_, pair)| pair.key_log10_probability).collect())),
        ("same_paper", PairValues::Flag(all().map(|(_, pair)| pair.same_paper).collect())),
        ("alike", PairValues::Flag(all().map(|(_, pair)| pair.alike).collect())),
    ])
}

/// A row a place of an item that stands on several papers.
pub fn items(groups: &[FormOverlap]) -> PairTable {
    let mut number = 0_u32;
    let mut rows = Vec::new();
    for group in groups {
        for item in &group.items {
            number += 1;
            rows.extend(item.places.iter().map(|place| (number, group, place)));
        }
    }
    let text = |of: &dyn Fn(&FormOverlap, &crate::model::form_evidence::ItemPlace) -> String| {
        PairValues::Text(rows.iter().map(|(_, group, place)| of(group, place)).collect())
    };
    PairTable::of(vec![
        ("item", PairValues::Integer(rows.iter().map(|(number, ..)| Some(*number)).collect())),
        ("occupation_level", text(&|group, _| group_name(group))),
        ("paper", text(&|group, place| shown(&label(&group.papers[place.paper])))),
        ("form_id", text(&|_, place| shown(place.form_id.as_str()))),
        ("item_no", PairValues::Integer(rows.iter().map(|(.., place)| place.item_no).collect())),
        ("item_id", text(&|_, place| place.item_id.as_ref().map(|id| shown(id.as_str())).unwrap_or_default())),
        ("likeness", text(&|_, place| place.likeness.as_str().to_owned())),
        ("stem", text(&|_, place| shown(&place.stem))),
    ])
}

/// Body, occupation and level of items.
fn field(found: &ItemExposure) -> [String; 3] {
    let level = found.level.map(|level| level.to_string()).unwrap_or_default();
    let body = found.body_id.as_ref().map(|body| shown(body.as_str())).unwrap_or_default();
    [body, found.occupation.as_deref().map(shown).unwrap_or_default(), level]
}

/// A row an item used in more than one batch: its uses, its age, and its first beside its later uses.
pub fn exposures(found: &[ItemExposure]) -> PairTable {
    let rows: Vec<(&ItemExposure, &ItemHistory)> =
        found.iter().flat_map(|one| one.items.iter().map(move |item| (one, item))).collect();
    let text = |of: &dyn Fn(&ItemExposure, &ItemHistory) -> String| {
        PairValues::Text(rows.iter().map(|(one, item)| of(one, item)).collect())
    };
    let number =
        |of: &dyn Fn(&ItemHistory) -> Option<u32>| PairValues::Integer(rows.iter().map(|(_, item)| of(item)).collect());
    let count = |of: fn(&ItemDrift) -> u64| {
        let value = |item: &ItemHistory| item.drift.as_ref().and_then(|drift| u32::try_from(of(drift)).ok());
        PairValues::Integer(rows.iter().map(|(_, item)| value(item)).collect())
    };
    let real = |of: fn(&ItemDrift) -> f64| {
        let finite = |item: &ItemHistory| item.drift.as_ref().map(of).filter(|value| value.is_finite());
        PairValues::Number(rows.iter().map(|(_, item)| finite(item)).collect())
    };
    PairTable::of(vec![
        ("body_id", text(&|one, _| field(one)[0].clone())),
        ("occupation", text(&|one, _| field(one)[1].clone())),
        ("level", text(&|one, _| field(one)[2].clone())),
        ("item_id", text(&|_, item| shown(item.item_id.as_str()))),
        ("stem", text(&|_, item| shown(&item.stem))),
        ("batches", number(&|item| u32::try_from(item.batches).ok())),
        ("first_used", text(&|_, item| item.first_used.to_string())),
        ("last_used", text(&|_, item| item.last_used.to_string())),
        ("age_months", number(&|item| item.age_months)),
        ("first_right", count(|drift| drift.first_right)),
        ("first_sheets", count(|drift| drift.first)),
        ("later_right", count(|drift| drift.later_right)),
        ("later_sheets", count(|drift| drift.later)),
        ("difference", real(|drift| drift.difference)),
        ("interval_low", real(|drift| drift.interval.0)),
        ("interval_high", real(|drift| drift.interval.1)),
        ("p_value_of_difference", real(|drift| drift.plain_p_value)),
        ("delta", real(|drift| drift.delta)),
        ("delta_error", real(|drift| drift.delta_error)),
        ("class", text(&|_, item| item.drift.map_or_else(String::new, |drift| drift.class.to_owned()))),
        ("adjusted_p_value", real(|drift| drift.adjusted_p_value)),
        ("common_items", count(|drift| drift.common_items)),
        (
            "flagged",
            PairValues::Flag(rows.iter().map(|(_, item)| item.drift.is_some_and(|drift| drift.is_flagged)).collect()),
        ),
    ])
}

/// A row a paper: new items and the age of items.
pub fn renewals(found: &[ItemExposure]) -> PairTable {
    let rows: Vec<(&ItemExposure, &PaperRenewal)> =
        found.iter().flat_map(|one| one.papers.iter().map(move |paper| (one, paper))).collect();
    let text = |of: &dyn Fn(&ItemExposure, &PaperRenewal) -> String| {
        PairValues::Text(rows.iter().map(|(one, paper)| of(one, paper)).collect())
    };
    let number = |of: &dyn Fn(&PaperRenewal) -> Option<u32>| {
        PairValues::Integer(rows.iter().map(|(_, paper)| of(paper)).collect())
    };
    PairTable::of(vec![
        ("body_id", text(&|one, _| field(one)[0].clone())),
        ("occupation", text(&|one, _| field(one)[1].clone())),
        ("level", text(&|one, _| field(one)[2].clone())),
        ("batch_id", text(&|_, paper| shown(paper.batch_id.as_str()))),
        ("exam_date", text(&|_, paper| paper.exam_date.to_string())),
        ("items", number(&|paper| u32::try_from(paper.items).ok())),
        ("new_items", number(&|paper| paper.new_items.and_then(|new| u32::try_from(new).ok()))),
        ("items_dated", number(&|paper| u32::try_from(paper.items_dated).ok())),
        ("median_age_months", number(&|paper| paper.median_age_months)),
        ("oldest_months", number(&|paper| paper.oldest_months)),
    ])
}

/// A row a value that was refused or is to be looked at.
pub fn notes(dataset: &Dataset, entries: &[QuarantineEntry]) -> PairTable {
    let text = |of: &dyn Fn(&QuarantineEntry) -> String| PairValues::Text(entries.iter().map(of).collect());
    PairTable::of(vec![
        ("file", text(&|entry| shown(&dataset.source_row(entry.source).file))),
        ("sheet", text(&|entry| shown(&dataset.source_row(entry.source).sheet))),
        ("row", PairValues::Integer(entries.iter().map(|entry| Some(entry.source.row)).collect())),
        ("column", text(&|entry| shown(&entry.column))),
        ("value", text(&|entry| shown(&entry.value))),
        ("rule", text(&|entry| entry.rule.to_owned())),
        ("row_refused", PairValues::Flag(entries.iter().map(|entry| entry.row_refused).collect())),
        ("reason_zh", text(&|entry| shown(&entry.reason.zh))),
        ("reason_en", text(&|entry| shown(&entry.reason.en))),
    ])
}
