//! `same_response`: one response to one objective item that got different scores. No key is needed: whatever the
//! right answer is, the same response is worth the same.
//!
//! Where a key covers the item, every such score is held against it by `recomputed_mark` already, and the case is
//! said there.

use crate::detect::scoring::cases::{case, finish, listed, not_evaluated, observation, shown};
use crate::detect::scoring::key::{Keys, normalise};
use crate::model::answer::{AnswerSheet, ItemLayout, MISSING};
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, FormId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use std::collections::{BTreeMap, BTreeSet};

/// Stable name of the measure.
const MEASURE: &str = "same_response";
/// Candidates named in one sentence.
const NAMES: usize = 8;

/// Sheets by the score they got for one response.
type ByScore<'a> = BTreeMap<Points, Vec<&'a AnswerSheet>>;

/// What one item got over all sheets of a form.
#[derive(Default)]
struct Item<'a> {
    responses: BTreeMap<&'a str, ByScore<'a>>,
    /// Whether a key covers the item on every sheet.
    uncovered: bool,
}

/// Items by form (none where nothing names one) and name.
type Items<'a> = BTreeMap<(Option<&'a FormId>, &'a str), Item<'a>>;

/// Measures one batch. `rows` are indices of its sheets.
pub(super) fn measure(dataset: &Dataset, batch_id: &BatchId, rows: &[u32], keys: &Keys<'_>) -> Observation {
    let mut result = observation(MEASURE, Nature::Fact, dataset, batch_id);
    if rows.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("answers")]);
    }
    let mut by_form: BTreeMap<(Option<&FormId>, u32), Vec<&AnswerSheet>> = BTreeMap::new();
    let sheets = rows.iter().filter_map(|row| dataset.answers.sheets.get(*row as usize));
    for sheet in sheets.filter(|sheet| sheet.item_scores.is_some()) {
        by_form.entry((keys.form_of(sheet), sheet.layout)).or_default().push(sheet);
    }
    // The labels of every layout once, as a key is read.
    let labels: BTreeMap<u32, Vec<Vec<String>>> = by_form
        .keys()
        .filter_map(|(_, number)| Some((*number, dataset.answers.layouts.get(*number as usize)?)))
        .map(|(number, layout)| {
            (
                number,
                layout.items.iter().map(|item| item.labels.iter().map(|label| normalise(label)).collect()).collect(),
            )
        })
        .collect();
    let mut items: Items<'_> = BTreeMap::new();
    let (mut scores, mut blank, mut without_form) = (0_usize, 0_usize, 0_usize);
    for ((form, number), sheets) in &by_form {
        let (Some(layout), Some(labels)) = (dataset.answers.layouts.get(*number as usize), labels.get(number)) else {
            continue;
        };
        let covered = covered(keys, batch_id, *form, layout);
        for (column, (item, labels)) in layout.items.iter().zip(labels).enumerate() {
            let name = item.item_id.as_str();
            let scored = sheets.iter().filter_map(|sheet| Some((*sheet, score_at(sheet, column)?)));
            // The third question of one form is another one on the next: a bare number names no item.
            if form.is_none() && is_number(name) {
                without_form += scored.count();
                continue;
            }
            let entry = items.entry((*form, name)).or_default();
            entry.uncovered |= !covered.contains(&column);
            for (sheet, score) in scored {
                let code = sheet.responses.get(column).copied().unwrap_or(MISSING);
                match usize::from(code).checked_sub(1).and_then(|place| labels.get(place)) {
                    Some(label) => {
                        scores += 1;
                        entry.responses.entry(label).or_default().entry(score).or_default().push(sheet);
                    }
                    None => blank += 1,
                }
            }
        }
    }
    if without_form > 0 {
        result.missing.push(MissingFact::column("answers", "form_id"));
    }
    if scores == 0 {
        if result.missing.is_empty() {
            let column = if blank > 0 { "response" } else { "score" };
            result.missing.push(MissingFact::column("answers", column));
        }
        return not_evaluated(result, Vec::new());
    }
    let differing = |item: &Item<'_>| item.responses.values().any(|by_score| by_score.len() > 1);
    let (mut all, mut by_key) = (0_usize, 0_usize);
    for ((form, name), item) in items.iter().filter(|(_, item)| differing(item)) {
        all += 1;
        if item.uncovered {
            result.cases.push(item_case(*form, name, item));
        } else {
            by_key += 1;
        }
    }
    for (name, count) in [
        ("item_scores_compared", scores),
        ("items_with_responses", items.values().filter(|item| !item.responses.is_empty()).count()),
        ("items_differing", all),
        ("items_differing_from_key", by_key),
        ("blank_responses_left_out", blank),
        ("item_scores_without_form", without_form),
    ] {
        result.figures.insert(name.to_owned(), count.into());
    }
    finish(result)
}

fn score_at(sheet: &AnswerSheet, column: usize) -> Option<Points> {
    sheet.item_scores.as_ref()?.get(column).copied().flatten()
}

/// Whether a name is a place on a form (`7`, `q7`, `第7题`), not an item of a bank.
fn is_number(name: &str) -> bool {
    let rest = name.trim_start_matches(['q', 'Q', '第']).trim_end_matches('题');
    !rest.is_empty() && rest.chars().all(|character| character.is_ascii_digit())
}

/// Columns of a layout that the key of the form holds the scores against: as `recomputed_mark` does.
fn covered(keys: &Keys<'_>, batch_id: &BatchId, form: Option<&FormId>, layout: &ItemLayout) -> BTreeSet<usize> {
    let Some(Ok(key)) = form.map(|form| keys.find(batch_id, form)) else { return BTreeSet::new() };
    let columns: Option<Vec<usize>> = key.columns(layout).into_iter().collect();
    let keyed = key.items.iter().zip(columns.unwrap_or_default()).filter(|(item, _)| item.is_keyed());
    keyed.map(|(_, column)| column).collect()
}

/// One item: all its responses with more than one score.
fn item_case(form: Option<&FormId>, name: &str, item: &Item<'_>) -> ObservedCase {
    let (mut subjects, mut others): (Vec<(&str, Provenance)>, Vec<Provenance>) = (Vec::new(), Vec::new());
    let (mut parts_zh, mut parts_en) = (Vec::new(), Vec::new());
    for (label, by_score) in item.responses.iter().filter(|(_, by_score)| by_score.len() > 1) {
        let most = by_score.values().map(Vec::len).max().unwrap_or_default();
        let usual = by_score.values().filter(|sheets| sheets.len() == most).count() == 1;
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for (score, sheets) in by_score.iter().rev() {
            let n = sheets.len();
            // Where one score is the usual one, those who got another are named; one row stands for the rest.
            if usual && n == most {
                others.extend(sheets.first().map(|sheet| sheet.source));
                zh.push(format!("{score} 分 {n} 份"));
                en.push(format!("{score} on {n} sheet(s)"));
            } else {
                subjects.extend(sheets.iter().map(|sheet| (sheet.candidate_id.as_str(), sheet.source)));
                let names = listed(sheets.iter().map(|sheet| sheet.candidate_id.as_str()), NAMES);
                zh.push(format!("{score} 分 {n} 份（{names}）"));
                en.push(format!("{score} on {n} sheet(s) ({names})"));
            }
        }
        let label = shown(label);
        parts_zh.push(format!("作答 {label}：{}", zh.join("，")));
        parts_en.push(format!("response {label}: {}", en.join(", ")));
    }
    subjects.sort_unstable();
    let mut names: Vec<String> = subjects.iter().map(|(candidate, _)| (*candidate).to_owned()).collect();
    names.dedup();
    // An example of the usual score first: the list of rows may be cut.
    others.extend(subjects.iter().map(|(_, source)| *source));
    let name = shown(name);
    let (form_zh, form_en) = form.map_or_else(
        || ("未注明试卷".to_owned(), "No form named".to_owned()),
        |form| (format!("试卷 {}", shown(form.as_str())), format!("Form {}", shown(form.as_str()))),
    );
    case(
        names,
        others,
        format!("{form_zh}，试题 {name}：相同作答的记录得分不同：{}。", parts_zh.join("；")),
        format!("{form_en}, item {name}: the same response has different recorded scores: {}.", parts_en.join("; ")),
    )
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn places_are_told_from_items() {
        assert!(is_number("7") && is_number("q12") && is_number("第3题") && is_number("Q1"));
        assert!(!is_number("DG-0031") && !is_number("q") && !is_number("7a") && !is_number(""));
    }
}
