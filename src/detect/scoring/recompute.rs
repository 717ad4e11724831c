//! `recomputed_mark`: the objective mark of every sheet, computed again from answers and key, against
//! the recorded item scores and the recorded theory mark.

use crate::detect::scoring::cases::{case, finish, listed, not_evaluated, observation, shown};
use crate::detect::scoring::correction::{self, Correction};
use crate::detect::scoring::exact::{Exact, Likeness, RoundingTally, compare};
use crate::detect::scoring::key::{FormKey, Keys, NoKey};
use crate::detect::scoring::register::{Recorded, Register};
use crate::detect::scoring::sheets::{MarkedSheet, SheetGroup};
use crate::model::answer::AnswerSheet;
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, FormId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use std::collections::{BTreeMap, BTreeSet};

/// Stable name of the measure.
const MEASURE: &str = "recomputed_mark";

/// Scale of the recorded mark.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// The items' own points.
    Points,
    /// Share of the form's maximum × 100.
    Hundred,
}

struct Tally {
    sheets: i64,
    differing: i64,
    explained_by_grouped: i64,
    explained_by_approved_change: i64,
    several_sheets: i64,
    without_key: i64,
    scale_hundred: bool,
    equal_shares: bool,
    incomplete_key: bool,
    rounding: RoundingTally,
}

/// Measures one batch. `rows` are indices of its sheets.
pub(super) fn measure(
    dataset: &Dataset,
    batch_id: &BatchId,
    rows: &[u32],
    keys: &Keys<'_>,
    register: &Register<'_>,
    theory_is_rated: bool,
) -> Observation {
    let mut result = observation(MEASURE, Nature::Fact, dataset, batch_id);
    if rows.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("answers")]);
    }
    if !dataset.has_table("forms") && dataset.form_items.is_empty() {
        return not_evaluated(result, vec![MissingFact::table("forms")]);
    }
    let mut missing = BTreeSet::new();
    let mut tally = Tally {
        sheets: 0,
        differing: 0,
        explained_by_grouped: 0,
        explained_by_approved_change: 0,
        several_sheets: 0,
        without_key: 0,
        scale_hundred: false,
        equal_shares: false,
        incomplete_key: false,
        rounding: RoundingTally::default(),
    };
    let groups = sheet_groups(dataset, batch_id, rows, keys, &mut missing, &mut tally);
    let several = candidates_with_several_sheets(dataset, rows);
    tally.several_sheets = several.len() as i64;
    let mut cases = Vec::new();
    for mut group in groups {
        tally.equal_shares |= group.key.equal_shares;
        tally.incomplete_key |= !group.key.is_complete();
        if group.key.is_complete() && !theory_is_rated {
            for marked in &mut group.sheets {
                if several.contains(marked.sheet.candidate_id.as_str()) {
                    continue;
                }
                if let Recorded::Mark(points, score) = register.find(&marked.sheet.candidate_id, &Component::Theory) {
                    marked.recorded = Some((points, score));
                }
            }
        }
        if !is_whole_mark(&group) {
            // The register's mark holds more than these items, so it says nothing about them.
            missing.insert(MissingFact::column("forms", "max_score"));
            group.sheets.iter_mut().for_each(|marked| marked.recorded = None);
        }
        compare_group(&mut group, register, &mut tally, &mut cases);
    }
    if tally.sheets == 0 {
        if missing.is_empty() {
            let rated = theory_is_rated || tally.incomplete_key;
            missing.insert(if rated {
                MissingFact::column("answers", "score")
            } else if dataset.has_table("scores") {
                MissingFact::column("scores", "score")
            } else {
                MissingFact::table("scores")
            });
        }
        return not_evaluated(result, missing.into_iter().collect());
    }
    let figures = &mut result.figures;
    figures.insert("sheets_recomputed".to_owned(), tally.sheets.into());
    figures.insert("differing".to_owned(), tally.differing.into());
    figures.insert("differing_by_a_change_for_everyone".to_owned(), tally.explained_by_grouped.into());
    figures.insert("approved_changes_not_counted".to_owned(), tally.explained_by_approved_change.into());
    figures.insert("sheets_without_key".to_owned(), tally.without_key.into());
    figures.insert("candidates_with_several_sheets".to_owned(), tally.several_sheets.into());
    figures.insert("item_maxima".to_owned(), if tally.equal_shares { "equal shares of 100" } else { "stated" }.into());
    figures
        .insert("recorded_scale".to_owned(), if tally.scale_hundred { "share of 100" } else { "item points" }.into());
    tally.rounding.write(figures);
    result.cases = cases;
    result.missing = missing.into_iter().collect();
    finish(result)
}

/// Candidates with more than one sheet: no single sheet makes their theory mark.
fn candidates_with_several_sheets<'a>(dataset: &'a Dataset, rows: &[u32]) -> BTreeSet<&'a str> {
    let mut names: Vec<&str> =
        rows.iter().map(|row| dataset.answers.sheets[*row as usize].candidate_id.as_str()).collect();
    names.sort_unstable();
    names.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).filter_map(|same| same.first().copied()).collect()
}

/// Marks every sheet whose form has a key.
fn sheet_groups<'a>(
    dataset: &'a Dataset,
    batch_id: &BatchId,
    rows: &[u32],
    keys: &Keys<'a>,
    missing: &mut BTreeSet<MissingFact>,
    tally: &mut Tally,
) -> Vec<SheetGroup<'a>> {
    let mut by_form: BTreeMap<(&FormId, u32), Vec<&AnswerSheet>> = BTreeMap::new();
    for sheet in rows.iter().map(|row| &dataset.answers.sheets[*row as usize]) {
        let Some(form_id) = keys.form_of(sheet) else {
            tally.without_key += 1;
            missing.insert(MissingFact::column("answers", "form_id"));
            continue;
        };
        by_form.entry((form_id, sheet.layout)).or_default().push(sheet);
    }
    let mut groups = Vec::new();
    for ((form_id, layout), sheets) in by_form {
        let key = match keys.find(batch_id, form_id) {
            Ok(key) => key,
            Err(reason) => {
                tally.without_key += sheets.len() as i64;
                let column = if reason == NoKey::Key { "key" } else { "max_score" };
                missing.insert(MissingFact::column("forms", column));
                continue;
            }
        };
        if !key.is_complete() {
            missing.insert(MissingFact::column("forms", "key"));
        }
        let Some(layout) = dataset.answers.layouts.get(layout as usize) else { continue };
        let columns: Option<Vec<usize>> = key.columns(layout).into_iter().collect();
        let Some(columns) = columns else {
            tally.without_key += sheets.len() as i64;
            missing.insert(MissingFact::column("answers", "response"));
            continue;
        };
        // For each item, whether each response code (0 = blank) is right: labels are read once.
        let right_codes: Vec<Vec<bool>> = key
            .items
            .iter()
            .zip(&columns)
            .map(|(item, column)| {
                let labels = layout.items.get(*column).map(|item| item.labels.as_slice()).unwrap_or_default();
                std::iter::once(item.accepts(None))
                    .chain(labels.iter().map(|label| item.accepts(Some(label))))
                    .collect()
            })
            .collect();
        let marked = sheets.into_iter().map(|sheet| mark(sheet, &key, &columns, &right_codes)).collect();
        groups.push(SheetGroup { form_id, key, columns, sheets: marked, layout });
    }
    groups
}

fn mark<'a>(
    sheet: &'a AnswerSheet,
    key: &FormKey<'_>,
    columns: &[usize],
    right_codes: &[Vec<bool>],
) -> MarkedSheet<'a> {
    let mut total = 0;
    let mut right = Vec::with_capacity(columns.len());
    for ((column, codes), item) in columns.iter().zip(right_codes).zip(&key.items) {
        let code = sheet.responses.get(*column).copied().unwrap_or_default();
        let is_right = codes.get(usize::from(code)).copied().unwrap_or(false);
        if is_right {
            total += item.weight;
        }
        right.push(is_right);
    }
    MarkedSheet { sheet, right, total, recorded: None, item_differences: Vec::new() }
}

/// Compares one group and adds its cases.
fn compare_group(
    group: &mut SheetGroup<'_>,
    register: &Register<'_>,
    tally: &mut Tally,
    cases: &mut Vec<ObservedCase>,
) {
    let corrections = correction::by_item_scores(group);
    let scale = scale_of(group);
    tally.scale_hundred |= scale == Scale::Hundred;
    let full_total = group.full_total();
    let exact = |total: i128| match scale {
        Scale::Points => Exact::new(total, group.key.denominator),
        Scale::Hundred => Exact::new(total.saturating_mul(100_000_000), full_total),
    };
    let corrected_total = |marked: &MarkedSheet<'_>| {
        let mut total = marked.total;
        for correction in &corrections {
            if let Some(score) = group.item_score(marked, correction.item).filter(|_| !group.key.equal_shares) {
                let by_key = if marked.right[correction.item] { group.key.items[correction.item].weight } else { 0 };
                total += i128::from(score.millionths()) - by_key;
            }
        }
        total
    };
    let mut differences: Vec<(usize, Points, Exact)> = Vec::new();
    let mut approved: BTreeSet<usize> = BTreeSet::new();
    for (index, marked) in group.sheets.iter().enumerate() {
        let Some((recorded, _)) = marked.recorded else { continue };
        let Some(recomputed) = exact(corrected_total(marked)) else { continue };
        let likeness = compare(recorded, recomputed);
        tally.rounding.add(likeness, recomputed);
        if likeness != Likeness::Differs {
            continue;
        }
        if register.approved_change(&marked.sheet.candidate_id, &Component::Theory, recorded).is_some() {
            tally.explained_by_approved_change += 1;
            approved.insert(index);
        } else {
            differences.push((index, recorded, recomputed));
        }
    }
    let mut grouped: BTreeSet<usize> = corrections.iter().flat_map(|found| found.sheets.iter().copied()).collect();
    cases.extend(corrections.iter().map(|correction| correction_case(group, correction)));
    if corrections.is_empty() && approved.is_empty() && scale == Scale::Points {
        let totals: Vec<(usize, i128)> =
            differences.iter().map(|(index, recorded, recomputed)| (*index, recomputed.excess_of(*recorded))).collect();
        if let Some(correction) = correction::by_totals(group, &totals) {
            grouped.extend(correction.sheets.iter().copied());
            cases.push(correction_case(group, &correction));
            differences.clear();
        }
    }
    let by_sheet: BTreeMap<usize, (Points, Exact)> =
        differences.into_iter().map(|(index, recorded, recomputed)| (index, (recorded, recomputed))).collect();
    for (index, marked) in group.sheets.iter().enumerate() {
        let has_item_scores = marked.sheet.item_scores.is_some();
        if marked.recorded.is_none() && !has_item_scores {
            continue;
        }
        tally.sheets += 1;
        let total = by_sheet.get(&index);
        if total.is_some() || !marked.item_differences.is_empty() {
            tally.differing += 1;
            cases.push(sheet_case(group, marked, total));
        } else if grouped.contains(&index) {
            tally.differing += 1;
        }
        tally.explained_by_grouped += i64::from(grouped.contains(&index));
    }
}

/// Marks may be recorded in the items' points or out of 100: the scale under which more sheets agree.
fn scale_of(group: &SheetGroup<'_>) -> Scale {
    let full_total = group.full_total();
    let hundred = i128::from(Points::whole(100).millionths());
    if group.key.equal_shares || full_total <= 0 || full_total == hundred * group.key.denominator {
        return Scale::Points;
    }
    let (as_points, as_share) = agreeing(group);
    if as_share > as_points { Scale::Hundred } else { Scale::Points }
}

/// Whether the recorded marks can be made of the items listed alone. A form whose items do not add up to 100 may
/// be the objective part of a longer paper: then the marks of most sheets agree under no scale.
fn is_whole_mark(group: &SheetGroup<'_>) -> bool {
    let hundred = i128::from(Points::whole(100).millionths());
    if group.full_total() >= hundred * group.key.denominator {
        return true;
    }
    let recorded = group.sheets.iter().filter(|marked| marked.recorded.is_some()).count();
    let (as_points, as_share) = agreeing(group);
    2 * as_points.max(as_share) >= recorded
}

/// How many recorded marks agree in the items' own points, and as a share of 100.
fn agreeing(group: &SheetGroup<'_>) -> (usize, usize) {
    let hundred = i128::from(Points::whole(100).millionths());
    let full_total = group.full_total();
    let count = |exact: &dyn Fn(i128) -> Option<Exact>| {
        let like = |marked: &&MarkedSheet<'_>| match (marked.recorded, exact(marked.total)) {
            (Some((recorded, _)), Some(recomputed)) => compare(recorded, recomputed) != Likeness::Differs,
            _ => false,
        };
        group.sheets.iter().filter(like).count()
    };
    let as_points = count(&|total| Exact::new(total, group.key.denominator));
    (as_points, count(&|total| Exact::new(total.saturating_mul(hundred), full_total)))
}

fn correction_case(group: &SheetGroup<'_>, correction: &Correction) -> ObservedCase {
    let sheets: Vec<&MarkedSheet<'_>> = correction.sheets.iter().filter_map(|index| group.sheets.get(*index)).collect();
    let mut subjects: Vec<String> = sheets.iter().map(|marked| marked.sheet.candidate_id.to_string()).collect();
    subjects.sort();
    let mut sources = sources_of_item(group, correction);
    sources.extend(sheets.iter().flat_map(|marked| sources_of_sheet(marked)));
    let (n, all) = (sheets.len(), group.sheets.len());
    let form = shown(group.form_id.as_str());
    match correction.description(group) {
        Some((zh, en)) => case(
            subjects,
            sources,
            format!(
                "试卷 {form}：{all} 份答卷中有 {n} 份的记录得分与按答案复算不同，且差别对所有答卷一致：{zh}。合法原因可能是对全体考生更正答案或多选题部分给分规则；是否经批准由人核实。"
            ),
            format!(
                "Form {form}: the recorded marks of {n} of {all} sheets differ from the key in one way that is the same for every sheet: {en}. A lawful cause may be a key correction applied to everyone or a partial-credit rule; whether it was approved is for a person to check."
            ),
        ),
        None => case(
            subjects,
            sources,
            format!(
                "试卷 {form}：全部 {n} 份答卷的记录成绩与复算成绩相差同一数值。合法原因可能是对全体考生的统一加分或答案更正；是否经批准由人核实。"
            ),
            format!(
                "Form {form}: the recorded marks of all {n} sheets differ from the recomputed ones by one and the same amount. A lawful cause may be a correction applied to everyone; whether it was approved is for a person to check."
            ),
        ),
    }
}

fn sources_of_item(group: &SheetGroup<'_>, correction: &Correction) -> Vec<Provenance> {
    let item = correction.is_of_one_item().then(|| group.key.items.get(correction.item)).flatten();
    item.map(|item| item.item.source).into_iter().collect()
}

fn sources_of_sheet(marked: &MarkedSheet<'_>) -> Vec<Provenance> {
    std::iter::once(marked.sheet.source).chain(marked.recorded.map(|(_, score)| score.source)).collect()
}

fn sheet_case(group: &SheetGroup<'_>, marked: &MarkedSheet<'_>, total: Option<&(Points, Exact)>) -> ObservedCase {
    let candidate = shown(marked.sheet.candidate_id.as_str()).into_owned();
    let form = shown(group.form_id.as_str());
    let mut zh = format!("考生 {candidate}，试卷 {form}：");
    let mut en = format!("Candidate {candidate}, form {form}: ");
    if let Some((recorded, recomputed)) = total {
        let difference = difference_text(*recorded, *recomputed);
        zh.push_str(&format!("记录理论成绩 {recorded}，按答案复算为 {recomputed}（相差 {difference}）。"));
        en.push_str(&format!(
            "theory mark recorded as {recorded}, recomputed from the key as {recomputed} (difference {difference}). "
        ));
    }
    if !marked.item_differences.is_empty() {
        let parts: Vec<String> = marked
            .item_differences
            .iter()
            .map(|(item, recorded, by_key)| format!("{}: {recorded} ≠ {by_key}", group.key.items[*item].name()))
            .collect();
        let parts = listed(parts.iter().map(String::as_str), 10);
        let n = marked.item_differences.len();
        zh.push_str(&format!("{n} 道题的记录得分与答案不符（题号: 记录 ≠ 复算）：{parts}。"));
        en.push_str(&format!("{n} item(s) whose recorded score is not the key's (item: recorded ≠ by key): {parts}."));
    }
    case(vec![marked.sheet.candidate_id.to_string()], sources_of_sheet(marked), zh, en.trim_end().to_owned())
}

/// recorded − recomputed with its sign.
pub(super) fn difference_text(recorded: Points, recomputed: Exact) -> String {
    let excess = recomputed.excess_of(recorded);
    let sign = if excess > 0 { "+" } else { "" };
    format!("{sign}{}", recomputed.difference(recorded))
}
