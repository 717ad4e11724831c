//! Written answers that are alike, text beside text with the shared passages numbered.

use crate::model::evidence::Evidence;
use crate::model::run::Inspection;
use crate::model::written_evidence::{PartKind, TextPart, WrittenComparison, WrittenHolder, WrittenPair, WrittenSide};
use crate::report::page::clauses::places;
use crate::report::page::markup::{Markup, filled, joined, line, marked, passage, plain, word};
use crate::report::page::numbers::{count, percent};
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;
use crate::report::written_tables::question_name;

/// Characters of an own part that stand at either end of it; what is between is only counted.
const OWN_SHOWN: usize = 24;
/// Characters of a passage that are shown.
const PASSAGE_SHOWN: usize = 160;
/// Parts of one text on the page; the workbook and the files hold the rest.
const PARTS_SHOWN: usize = 40;
/// Candidates of one cluster that are named.
const MEMBERS_SHOWN: usize = 30;

/// Comparisons of the run.
pub fn comparisons(inspection: &Inspection) -> impl Iterator<Item = &WrittenComparison> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::WrittenComparison(found) => Some(&**found),
        _ => None,
    })
}

/// What was compared, and by which criteria.
pub fn remarks(inspection: &Inspection) -> Vec<Markup> {
    let sum = |of: &dyn Fn(&WrittenComparison) -> u64| count(comparisons(inspection).map(of).sum());
    let Some(first) = comparisons(inspection).next() else { return Vec::new() };
    let mut remarks = vec![filled(
        "written.compared",
        &[
            ("answers", &sum(&|one| one.counts.answers)),
            ("pairs", &sum(&|one| one.counts.pairs_compared)),
            ("sharing", &sum(&|one| one.counts.pairs_sharing)),
            ("alike", &sum(&|one| one.counts.pairs_alike)),
            ("passage", &first.criteria.passage.to_string()),
            ("share", &first.criteria.share_percent.to_string()),
            ("length", &first.criteria.minimum_length.to_string()),
        ],
    )];
    let cut: u64 = comparisons(inspection).map(|one| one.counts.cut).sum();
    let left_out: u64 = comparisons(inspection).map(|one| one.counts.pairs_left_out + one.counts.beyond_total).sum();
    if cut > 0 {
        remarks.push(filled("written.cut", &[("n", &count(cut))]));
    }
    if left_out > 0 {
        remarks.push(filled("written.left_out", &[("n", &count(left_out))]));
    }
    remarks
}

/// Everything about written answers.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    let most = parameters.maximum_table_rows;
    non_empty([
        pairs(inspection).cut(most, MORE),
        clusters(inspection).cut(most, MORE),
        earlier(inspection).cut(most, MORE),
        shared_by_many(inspection).cut(most, MORE),
        hidden(inspection).cut(most, MORE),
        questions(inspection).cut(most, MORE),
    ])
}

/// Keys of the words for the state of a pair.
pub fn state_keys(pair: &WrittenPair) -> Vec<&'static str> {
    let mut keys = vec![if pair.alike { "written.alike" } else { "written.below" }];
    if pair.identical {
        keys.push("written.identical");
    }
    if pair.other_order {
        keys.push("written.other_order");
    }
    keys
}

fn holder(holder: &WrittenHolder) -> Markup {
    joined(&[marked("seen", &plain(holder.candidate_id.as_str())), plain(holder.batch_id.as_str())], " ")
}

fn pairs(inspection: &Inspection) -> Table {
    let mut table = Table::new(
        Some("written.pairs"),
        &[("written_pair", Text), ("text_a", Text), ("text_b", Text), ("source", Place)],
    );
    let all = comparisons(inspection).flat_map(|found| found.pairs.iter().map(move |pair| (found, pair)));
    for (found, pair) in all {
        let class = if pair.alike { "past" } else { "calm" };
        let mut said: Vec<Markup> = state_keys(pair).into_iter().map(|key| line(class, &word(key))).collect();
        said.push(line(
            "note",
            &filled(
                "written.figures",
                &[
                    ("covered", &count(pair.covered.into())),
                    ("shorter", &count(pair.shorter.into())),
                    ("percent", &percent(pair.share())),
                    ("passages", &count(pair.passages.into())),
                    ("longest", &count(pair.longest.into())),
                    ("dice", &percent(pair.dice)),
                ],
            ),
        ));
        said.push(line("note", &plain(&question_name(&found.question))));
        if let Some(cluster) = pair.cluster {
            said.push(line("note", &filled("written.cluster", &[("n", &cluster.to_string())])));
        }
        table.rows.push(vec![
            joined(&said, ""),
            side(&pair.a),
            side(&pair.b),
            places([&pair.a, &pair.b].into_iter().map(|side| source_row(inspection, side.source))),
        ]);
    }
    table.note = Some(word("written.legend"));
    table
}

fn side(side: &WrittenSide) -> Markup {
    let head = joined(&[holder(&side.holder), filled("written.characters", &[("n", &count(side.characters))])], " ");
    let mut parts: Vec<Markup> = side.parts.iter().take(PARTS_SHOWN).map(part).collect();
    if side.parts.len() > PARTS_SHOWN {
        parts.push(filled("written.more_parts", &[("n", &count((side.parts.len() - PARTS_SHOWN) as u64))]));
    }
    joined(&[line("note", &head), line("answer", &joined(&parts, ""))], "")
}

/// A part of a text: passages nearly whole, the rest shortened to what stands beside them.
fn part(part: &TextPart) -> Markup {
    let (start, end) = match part.kind {
        PartKind::Passage(_) => (PASSAGE_SHOWN * 3 / 4, PASSAGE_SHOWN / 4),
        _ => (OWN_SHOWN, OWN_SHOWN),
    };
    let characters: Vec<char> = part.text.chars().collect();
    let inner = if characters.len() > start + end {
        let text = |characters: &[char]| plain(&characters.iter().collect::<String>());
        let between = characters.len() - start - end;
        joined(
            &[
                text(&characters[..start]),
                filled("written.between", &[("n", &count(between as u64))]),
                text(&characters[characters.len() - end..]),
            ],
            "",
        )
    } else {
        plain(&part.text)
    };
    match part.kind {
        PartKind::Passage(number) => passage(number, &inner),
        PartKind::Own => inner,
        PartKind::Given | PartKind::Common => marked("removed", &inner),
    }
}

fn members<'a>(holders: impl ExactSizeIterator<Item = &'a WrittenHolder>) -> Markup {
    let more = holders.len().saturating_sub(MEMBERS_SHOWN);
    let mut named: Vec<Markup> = holders.take(MEMBERS_SHOWN).map(holder).collect();
    if more > 0 {
        named.push(filled("written.more_members", &[("n", &count(more as u64))]));
    }
    joined(&named, "; ")
}

fn clusters(inspection: &Inspection) -> Table {
    let mut table = Table::new(
        Some("written.clusters"),
        &[("question", Text), ("cluster", Number), ("candidates", Number), ("members", Text)],
    );
    for found in comparisons(inspection) {
        for (number, cluster) in (1_u64..).zip(&found.clusters) {
            table.rows.push(vec![
                cell(question_name(&found.question)),
                cell(count(number)),
                cell(count(cluster.len() as u64)),
                members(cluster.iter()),
            ]);
        }
    }
    table
}

fn shared_by_many(inspection: &Inspection) -> Table {
    let mut table = Table::new(
        Some("written.shared_by_many"),
        &[("question", Text), ("candidates", Number), ("characters", Number), ("members", Text), ("source", Place)],
    );
    for found in comparisons(inspection) {
        for text in &found.shared_by_many {
            table.rows.push(vec![
                cell(question_name(&found.question)),
                cell(count(text.persons)),
                cell(count(text.characters)),
                members(text.holders.iter()),
                places(text.sources.iter().take(MEMBERS_SHOWN).map(|source| source_row(inspection, *source))),
            ]);
        }
    }
    table
}

fn hidden(inspection: &Inspection) -> Table {
    let mut table = Table::new(
        Some("written.hidden"),
        &[
            ("candidate_id", Line),
            ("batch_id", Line),
            ("question", Text),
            ("invisible", Number),
            ("direction", Number),
            ("look_alike", Number),
            ("source", Place),
        ],
    );
    for found in comparisons(inspection) {
        for text in &found.hidden {
            table.rows.push(vec![
                cell(text.holder.candidate_id.as_str()),
                cell(text.holder.batch_id.as_str()),
                cell(question_name(&found.question)),
                cell(count(text.invisible)),
                cell(count(text.direction)),
                cell(count(text.look_alike)),
                places(std::iter::once(source_row(inspection, text.source))),
            ]);
        }
    }
    table
}

fn earlier(inspection: &Inspection) -> Table {
    let mut table = Table::new(
        Some("written.earlier"),
        &[
            ("candidate_id", Line),
            ("batch_id", Line),
            ("earlier_candidate", Line),
            ("earlier_batch", Line),
            ("exam_date", Line),
            ("data_set", Text),
            ("fingerprints", Number),
            ("state", Text),
            ("source", Place),
        ],
    );
    for answer in comparisons(inspection).flat_map(|found| &found.earlier) {
        table.rows.push(vec![
            cell(answer.holder.candidate_id.as_str()),
            cell(answer.holder.batch_id.as_str()),
            cell(&answer.candidate_id),
            cell(&answer.batch_id),
            cell(answer.exam_date.as_deref().unwrap_or("—")),
            cell(&answer.run),
            cell(format!("{} / {}", answer.common, answer.fewest)),
            word(if answer.identical { "written.identical" } else { "written.alike" }),
            places(std::iter::once(source_row(inspection, answer.source))),
        ]);
    }
    table
}

fn questions(inspection: &Inspection) -> Table {
    let mut table = Table::new(
        Some("written.questions"),
        &[
            ("question", Text),
            ("batches", Number),
            ("answers", Number),
            ("without_text", Number),
            ("pairs_compared", Number),
            ("pairs_sharing", Number),
            ("alike_pairs", Number),
            ("common_from", Number),
        ],
    );
    for found in comparisons(inspection) {
        let counts = &found.counts;
        table.rows.push(vec![
            cell(question_name(&found.question)),
            cell(count(found.batches.len() as u64)),
            cell(count(counts.answers)),
            cell(count(counts.without_text)),
            cell(count(counts.pairs_compared)),
            cell(count(counts.pairs_sharing)),
            cell(count(counts.pairs_alike)),
            cell(count(found.criteria.common_from.into())),
        ]);
    }
    table.folded = true;
    table
}

#[cfg(test)]
mod tests {
    use super::part;
    use crate::model::written_evidence::{PartKind, TextPart};

    #[test]
    fn passages_are_numbered_and_escaped() {
        let shown = |text: &str, kind| part(&TextPart { text: text.into(), kind }).to_string();
        let passage = shown("<断>\u{200B}电", PartKind::Passage(2));
        assert_eq!(passage, "<mark><b>[2]</b>&#60;断&#62;[U+200B]电</mark>");
        assert_eq!(shown("题干", PartKind::Given), "<span class=\"removed\">题干</span>");
        let long = shown(&"电".repeat(1_000), PartKind::Own);
        assert!(long.matches('电').count() < 60 && long.contains("952"), "{long}");
    }
}
