//! Similar answer sheets: the groups compared, the flagged pairs, and both answer strings side by side.

use crate::model::evidence::{Evidence, PairMember, SimilarPair, SimilarityGroup};
use crate::model::figure::Figure;
use crate::model::run::Inspection;
use crate::model::similarity_evidence::ItemPopularity;
use crate::report::clean::shown;
use crate::report::page::clauses::places;
use crate::report::page::figures;
use crate::report::page::likeness;
use crate::report::page::markup::{Markup, both, filled, folded, joined, marked, plain, word};
use crate::report::page::numbers::{count, real, two_decimals, two_or_dash};
use crate::report::page::table::Align::{Line, Number, Text};
use crate::report::page::table::{MORE, Table, cell};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;
use compact_str::CompactString;

/// Items in one block of an aligned pair; a block fits a phone.
const BLOCK: usize = 20;
/// Longest label shown in an item's cell.
const LABEL_LENGTH: usize = 4;

/// Two sheets item by item.
pub struct PairSheet {
    /// Who, and how much is alike.
    pub summary: Markup,
    /// Where both came from.
    pub a: Markup,
    /// The other sheet.
    pub b: Markup,
    /// Whether there is a key.
    pub keyed: bool,
    /// Whether shares of the options are known.
    pub with_shares: bool,
    /// Blocks of items.
    pub blocks: Vec<Vec<AlignedItem>>,
}

/// One item of an aligned pair.
pub struct AlignedItem {
    /// 1-based position.
    pub number: usize,
    /// Keyed label or empty.
    pub key: String,
    /// Response of one sheet or empty.
    pub a: String,
    /// Response of the other or empty.
    pub b: String,
    /// `✕` alike and wrong, `=` alike, `·` different, empty when one is missing.
    pub symbol: &'static str,
    /// Percent of those who answered that gave the response of both; empty where they differ.
    pub share: String,
    /// Class of the cells.
    pub class: &'static str,
}

/// Every similarity group of the run.
pub fn groups(inspection: &Inspection) -> Vec<&SimilarityGroup> {
    inspection
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::SimilarityGroup(group) => Some(group),
            _ => None,
        })
        .collect()
}

/// The groups compared and the pairs reported, flagged first.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let groups = groups(inspection);
    let mut tables = Vec::new();
    if !groups.is_empty() {
        tables.push(group_table(&groups).cut(parameters.maximum_table_rows, MORE));
    }
    let mut table = Table::new(
        Some("sheet.similar_pairs"),
        &[
            ("candidate_a", Line),
            ("candidate_b", Line),
            ("batch_id", Line),
            ("items_compared", Number),
            ("matches", Number),
            ("matches_incorrect", Number),
            ("longest_identical_run", Number),
            ("log10_p_value", Number),
            ("adjusted_p_value", Number),
            ("incorrect_log10_p_value", Number),
            ("cluster", Number),
            ("state", Text),
        ],
    );
    table.rows = most_extreme(&groups).into_iter().map(|(_, pair)| pair_row(pair)).collect();
    if !table.rows.is_empty() {
        tables.push(table.cut(parameters.maximum_table_rows, MORE));
    }
    tables.extend(likeness::tables(&groups, parameters));
    tables
}

/// What was compared, at what level, with how many false flags to expect, and the honest causes.
pub fn remarks(inspection: &Inspection) -> Vec<Markup> {
    let groups = groups(inspection);
    let Some(level) = groups.iter().map(|group| group.significance_level).max_by(f64::total_cmp) else {
        return Vec::new();
    };
    let sum = |number: fn(&SimilarityGroup) -> u64| {
        groups.iter().fold(0, |sum: u64, group| sum.saturating_add(number(group)))
    };
    let pairs =
        |kept: fn(&SimilarPair) -> bool| groups.iter().flat_map(|group| &group.pairs).filter(|pair| kept(pair)).count();
    let summary = filled(
        "similarity.summary",
        &[
            ("groups", &count(groups.len() as u64)),
            ("sheets", &count(sum(|group| group.sheets))),
            ("pairs", &count(sum(|group| group.pairs_compared))),
            ("level", &real(level)),
            ("expected", &real(groups.iter().map(|group| group.significance_level).sum())),
            ("flagged", &count(pairs(|pair| pair.flagged) as u64)),
            ("identical", &count(pairs(|pair| pair.identical) as u64)),
        ],
    );
    let mut remarks = vec![summary, word("similarity.causes")];
    remarks.extend(likeness::remarks(&groups));
    remarks
}

/// The model, and why it: in view where there is a pair to look at, folded elsewhere.
fn model(group: &SimilarityGroup) -> Markup {
    let name = both(&figures::value(&Figure::Text(group.model.to_owned())));
    let note = both(&group.model_note);
    if group.pairs.iter().any(|pair| pair.flagged || pair.identical) {
        joined(&[name, marked("note", &note)], " ")
    } else {
        joined(&[name, folded(&word("similarity.model_note"), &note)], " ")
    }
}

fn group_table(groups: &[&SimilarityGroup]) -> Table {
    let mut table = Table::new(
        None,
        &[
            ("batches", Line),
            ("form_id", Line),
            ("sheets", Number),
            ("items", Number),
            ("pairs_compared", Number),
            ("model", Text),
            ("false_flags", Text),
            ("flagged_pairs", Number),
        ],
    );
    let mut sorted = groups.to_vec();
    sorted.sort_by_key(|group| !group.pairs.iter().any(|pair| pair.flagged || pair.identical));
    for group in sorted {
        let batches: Vec<Markup> = group.batches.iter().map(|id| plain(id.as_str())).collect();
        let flagged = group.pairs.iter().filter(|pair| pair.flagged).count();
        table.rows.push(vec![
            joined(&batches, ", "),
            cell(group.form_id.as_ref().map_or("—", |id| id.as_str())),
            cell(count(group.sheets)),
            cell(count(group.items)),
            cell(count(group.pairs_compared)),
            model(group),
            filled(
                "similarity.false_flags",
                &[("level", &real(group.significance_level)), ("pairs", &count(group.pairs_compared))],
            ),
            cell(flagged.to_string()),
        ]);
    }
    table
}

/// Pairs of all groups: flagged first, then by probability.
fn most_extreme<'a>(groups: &[&'a SimilarityGroup]) -> Vec<(&'a SimilarityGroup, &'a SimilarPair)> {
    let of_group = |group: &&'a SimilarityGroup| group.pairs.iter().map(|pair| (*group, pair)).collect::<Vec<_>>();
    let mut pairs: Vec<(&SimilarityGroup, &SimilarPair)> = groups.iter().flat_map(of_group).collect();
    pairs.sort_by(|(_, a), (_, b)| {
        (!a.flagged).cmp(&!b.flagged).then(a.gbt_log10_p_value.total_cmp(&b.gbt_log10_p_value))
    });
    pairs
}

fn pair_row(pair: &SimilarPair) -> Vec<Markup> {
    let batch = if pair.a.batch_id == pair.b.batch_id {
        plain(pair.a.batch_id.as_str())
    } else {
        plain(&format!("{} / {}", pair.a.batch_id, pair.b.batch_id))
    };
    vec![
        who(&pair.a),
        who(&pair.b),
        batch,
        cell(pair.items_compared.to_string()),
        cell(pair.matches.to_string()),
        cell(pair.matches_incorrect.to_string()),
        cell(pair.longest_identical_run.to_string()),
        cell(two_decimals(pair.gbt_log10_p_value)),
        cell(real(pair.adjusted_p_value)),
        cell(two_or_dash(pair.incorrect_log10_p_value)),
        cell(pair.cluster.to_string()),
        state(pair),
    ]
}

fn who(member: &PairMember) -> Markup {
    joined(&[plain(member.candidate_id.as_str()), marked("note", &plain(&place(member)))], " ")
}

fn state(pair: &SimilarPair) -> Markup {
    let mut states = Vec::new();
    if pair.flagged {
        states.push(marked("past", &word("similarity.flagged")));
    } else {
        states.push(marked("calm", &word("similarity.below")));
    }
    if pair.identical {
        states.push(marked("past", &word("similarity.identical")));
    }
    joined(&states, " ")
}

/// Room and seat as recorded.
pub fn place(member: &PairMember) -> String {
    let or_dash = |text: &Option<CompactString>| text.as_deref().unwrap_or("—").to_owned();
    format!("{} / {}", or_dash(&member.room), or_dash(&member.seat))
}

/// The most extreme reported pairs, item by item.
pub fn pair_sheets(inspection: &Inspection, parameters: &ReportParameters) -> Vec<PairSheet> {
    let groups = groups(inspection);
    most_extreme(&groups)
        .into_iter()
        .filter(|(_, pair)| pair.flagged || pair.identical)
        .take(parameters.maximum_pair_sheets)
        .map(|(group, pair)| pair_sheet(inspection, pair, &group.detail.items))
        .collect()
}

fn pair_sheet(inspection: &Inspection, pair: &SimilarPair, shares: &[ItemPopularity]) -> PairSheet {
    let member = |member: &PairMember| {
        joined(
            &[
                plain(member.candidate_id.as_str()),
                plain(&place(member)),
                places(std::iter::once(source_row(inspection, member.source))),
            ],
            " · ",
        )
    };
    let length = pair.a.responses.len().max(pair.b.responses.len());
    let items: Vec<AlignedItem> = (0..length).map(|index| aligned_item(pair, shares.get(index), index)).collect();
    let mut blocks = Vec::new();
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        blocks.push(items.by_ref().take(BLOCK).collect());
    }
    PairSheet {
        summary: filled(
            "similarity.pair_summary",
            &[
                ("a", &shown(pair.a.candidate_id.as_str())),
                ("b", &shown(pair.b.candidate_id.as_str())),
                ("matches", &pair.matches.to_string()),
                ("items", &pair.items_compared.to_string()),
                ("incorrect", &pair.matches_incorrect.to_string()),
            ],
        ),
        a: member(&pair.a),
        b: member(&pair.b),
        keyed: pair.key.iter().any(Option::is_some),
        with_shares: !shares.is_empty(),
        blocks,
    }
}

fn aligned_item(pair: &SimilarPair, popularity: Option<&ItemPopularity>, index: usize) -> AlignedItem {
    let at = |labels: &[Option<CompactString>]| labels.get(index).cloned().flatten();
    let (key, a, b) = (at(&pair.key), at(&pair.a.responses), at(&pair.b.responses));
    let (symbol, class) = match (&a, &b) {
        (Some(a), Some(b)) if a == b && key.as_ref().is_some_and(|key| key != a) => ("✕", "wrong"),
        (Some(a), Some(b)) if a == b => ("=", "alike"),
        (Some(_), Some(_)) => ("·", "different"),
        _ => ("", "blank"),
    };
    let share_of = |label: &CompactString| {
        let (_, share) = popularity?.options.iter().find(|(option, _)| option == label)?;
        Some(format!("{:.0}", share * 100.0))
    };
    let share = a.as_ref().filter(|a| b.as_ref() == Some(*a)).and_then(share_of).unwrap_or_default();
    AlignedItem { number: index + 1, key: label(key), a: label(a), b: label(b), symbol, share, class }
}

fn label(label: Option<CompactString>) -> String {
    label.map(|label| shown(&label).chars().take(LABEL_LENGTH).collect()).unwrap_or_default()
}
