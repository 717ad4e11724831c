//! Overlapping papers and items used again, as tables for programs.

use crate::model::form_evidence::{FormOverlap, PaperOutline};
use crate::model::pair_table::{PairTable, PairValues};
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
