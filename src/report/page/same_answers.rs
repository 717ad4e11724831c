//! Same answer, different mark, text beside text; and final marks replayed by the declared rule.

use crate::model::evidence::Evidence;
use crate::model::ids::RaterId;
use crate::model::run::Inspection;
use crate::model::same_answer_evidence::{
    AdjudicationReplay, ReplayedMark, SameAnswer, SameAnswerCluster, SameAnswerGroup,
};
use crate::model::text::Bilingual;
use crate::report::clean::shown;
use crate::report::page::clauses::places;
use crate::report::page::evidence::component_or_every;
use crate::report::page::markup::{Markup, both, filled, joined, line, marked, plain, word};
use crate::report::page::numbers::{count, percent, points_or_dash, real, real_or_dash};
use crate::report::page::table::Align::{Line, Number, Place, Text};
use crate::report::page::table::{MORE, Table, cell, non_empty};
use crate::report::parameters::ReportParameters;
use crate::report::view::source_row;

/// Answers of one cluster on the page; the workbook holds more.
const ANSWERS_SHOWN: usize = 4;
/// Characters of one answer on the page; the workbook holds more.
const CHARACTERS_SHOWN: usize = 240;
/// Clusters on the page beside those past a criterion.
const OTHERS_SHOWN: usize = 10;

/// Groups of the same answers in the run.
pub fn groups(inspection: &Inspection) -> impl Iterator<Item = &SameAnswerGroup> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::SameAnswers(group) => Some(group),
        _ => None,
    })
}

/// Replays of the run.
pub fn replays(inspection: &Inspection) -> impl Iterator<Item = &AdjudicationReplay> {
    inspection.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::Adjudication(replay) => Some(replay),
        _ => None,
    })
}

/// Both matters, as far as the data hold them.
pub fn tables(inspection: &Inspection, parameters: &ReportParameters) -> Vec<Table> {
    non_empty([clusters(inspection, parameters), replayed(inspection, parameters), differing(inspection, parameters)])
}

/// Whether a cluster is past a criterion.
pub fn is_past(cluster: &SameAnswerCluster) -> bool {
    cluster.flagged || cluster.one_rater
}

/// Keys of the words for the state of a cluster.
pub fn state_keys(cluster: &SameAnswerCluster) -> Vec<&'static str> {
    let mut keys = vec![if cluster.exact { "same_answers.exact" } else { "same_answers.near" }];
    if cluster.one_rater {
        keys.push("same_answers.one_rater");
    }
    if cluster.flagged {
        keys.push("same_answers.flagged");
    }
    if !is_past(cluster) {
        keys.push("same_answers.below");
    }
    keys
}

fn clusters(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut all: Vec<(&SameAnswerGroup, &SameAnswerCluster)> =
        groups(inspection).flat_map(|group| group.clusters.iter().map(move |cluster| (group, cluster))).collect();
    // Stable: within a batch the detector's order stays.
    all.sort_by_key(|(_, cluster)| (!is_past(cluster), cluster.straddles.is_none()));
    let past = all.iter().filter(|(_, cluster)| is_past(cluster)).count();
    all.truncate(past + OTHERS_SHOWN);
    let mut table = Table::new(
        Some("same_answers.title"),
        &[
            ("batch_id", Line),
            ("criterion", Text),
            ("state", Text),
            ("answers_found", Number),
            ("spread", Number),
            ("adjusted_p_value", Number),
            ("answers", Text),
            ("source", Place),
        ],
    );
    for (group, cluster) in all {
        table.rows.push(vec![
            cell(group.batch_id.as_str()),
            joined(&[component_or_every(Some(&cluster.component)), plain(&cluster.criterion)], " · "),
            state(cluster),
            cell(count(cluster.answers_found)),
            cell(format!("{} / {}", real(cluster.spread), cluster.maximum)),
            cell(real_or_dash(cluster.adjusted_p_value)),
            answers(cluster),
            places(cluster.answers.iter().map(|answer| source_row(inspection, answer.source))),
        ]);
    }
    let mut table = table.cut(parameters.maximum_table_rows, MORE);
    if !table.rows.is_empty() {
        let note = word("same_answers.note");
        table.note = Some(table.note.map_or(note.clone(), |more| joined(&[more, note], " ")));
    }
    table
}

fn state(cluster: &SameAnswerCluster) -> Markup {
    let class = if is_past(cluster) { "past" } else { "calm" };
    let mut states: Vec<Markup> = state_keys(cluster).into_iter().map(|key| line(class, &word(key))).collect();
    if let Some(passed) = cluster.straddles {
        states.push(line(class, &filled("same_answers.straddles", &[("line", &passed.to_string())])));
    }
    joined(&states, "")
}

/// The first and last answers, with what differs from the first of them marked.
fn answers(cluster: &SameAnswerCluster) -> Markup {
    let head = ANSWERS_SHOWN.div_ceil(2);
    let tail = cluster.answers.len().saturating_sub(ANSWERS_SHOWN - head);
    let first: Vec<char> = cluster.answers.first().map(head_of).unwrap_or_default();
    let mut pieces = Vec::new();
    for answer in cluster.answers.iter().enumerate().filter(|(place, _)| *place < head || *place >= tail) {
        pieces.push(one_answer(answer.1, &first, answer.0 == 0));
    }
    let left_out = cluster.answers_found.saturating_sub(pieces.len() as u64);
    if left_out > 0 {
        pieces.push(line("note", &filled("same_answers.more", &[("n", &count(left_out))])));
    }
    joined(&pieces, "")
}

/// The beginning of an answer as it is shown: masking and spelling out come before anything is cut or marked.
fn head_of(answer: &SameAnswer) -> Vec<char> {
    shown(&answer.text).chars().take(CHARACTERS_SHOWN).collect()
}

fn one_answer(answer: &SameAnswer, first: &[char], is_first: bool) -> Markup {
    let marks: Vec<String> =
        answer.marks.iter().map(|(rater, mark)| format!("{} {mark}", name(rater.as_ref()))).collect();
    let mut head = vec![
        marked("seen", &plain(answer.candidate_id.as_str())),
        plain(&marks.join(" / ")),
        plain(&format!("→ {}", points_or_dash(answer.recorded))),
    ];
    if answer.likeness < 1.0 {
        head.push(filled("same_answers.like_leader", &[("percent", &percent(answer.likeness))]));
    }
    let own = head_of(answer);
    let mut text = if is_first { vec![plain(&own.iter().collect::<String>())] } else { compared(&own, first) };
    if answer.characters > CHARACTERS_SHOWN as u64 {
        text.push(filled("same_answers.cut", &[("n", &count(answer.characters))]));
    }
    joined(&[line("note", &joined(&head, " ")), line("answer", &joined(&text, ""))], "")
}

fn name(rater: Option<&RaterId>) -> &str {
    rater.map_or("—", RaterId::as_str)
}

/// The characters of a text, those that the other does not have in this order marked.
fn compared(own: &[char], other: &[char]) -> Vec<Markup> {
    let kept = common_subsequence(own, other);
    let marked_characters: Vec<(char, bool)> = own.iter().copied().zip(kept).collect();
    marked_characters
        .chunk_by(|a, b| a.1 == b.1)
        .map(|run| {
            let text = plain(&run.iter().map(|(character, _)| *character).collect::<String>());
            if run.first().is_some_and(|(_, common)| *common) { text } else { marked("apart", &text) }
        })
        .collect()
}

/// For each character of `own` whether it belongs to the longest common subsequence (Wagner & Fischer 1974).
/// Both are at most [`CHARACTERS_SHOWN`] and the few characters that spelling out adds.
fn common_subsequence(own: &[char], other: &[char]) -> Vec<bool> {
    let width = other.len() + 1;
    let mut lengths = vec![0_u32; (own.len() + 1) * width];
    for (i, left) in own.iter().enumerate().rev() {
        for (j, right) in other.iter().enumerate().rev() {
            lengths[i * width + j] = if left == right {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut kept = vec![false; own.len()];
    while i < own.len() && j < other.len() {
        if own[i] == other[j] {
            kept[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}

/// What the declared rule gives over the components, and which rule the marks follow.
fn replayed(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("adjudication.title"),
        &[
            ("batch_id", Line),
            ("component", Line),
            ("declared_rule", Text),
            ("replayed", Number),
            ("differing", Number),
            ("telling", Number),
            ("given_by_rule", Text),
        ],
    );
    let mut all: Vec<&AdjudicationReplay> = replays(inspection).filter(|replay| replay.telling > 0).collect();
    all.sort_by_key(|replay| std::cmp::Reverse(replay.differing.len()));
    for replay in all {
        let given: Vec<Markup> = replay
            .given_by_rule
            .iter()
            .take(3)
            .map(|(rule, marks)| {
                line("plain", &both(&Bilingual::new(format!("{}：{marks}", rule.zh), format!("{}: {marks}", rule.en))))
            })
            .collect();
        table.rows.push(vec![
            cell(replay.batch_id.as_str()),
            component_or_every(Some(&replay.component)),
            replay.rule.as_ref().map_or_else(|| word("adjudication.none"), both),
            cell(count(replay.replayed)),
            cell(count(replay.differing.len() as u64)),
            cell(count(replay.telling)),
            joined(&given, ""),
        ]);
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

fn differing(inspection: &Inspection, parameters: &ReportParameters) -> Table {
    let mut table = Table::new(
        Some("adjudication.differing_title"),
        &[
            ("batch_id", Line),
            ("candidate_id", Line),
            ("component", Line),
            ("marks", Text),
            ("recorded", Number),
            ("expected", Text),
            ("step", Text),
            ("other_rule", Text),
            ("source", Place),
        ],
    );
    for replay in replays(inspection) {
        for mark in &replay.differing {
            table.rows.push(vec![
                cell(replay.batch_id.as_str()),
                cell(mark.candidate_id.as_str()),
                component_or_every(Some(&replay.component)),
                cell(marks_in_order(mark)),
                cell(mark.recorded.to_string()),
                if mark.expected.is_empty() {
                    word("adjudication.missing_mark")
                } else {
                    cell(mark.expected.join(" / "))
                },
                both(&mark.step),
                mark.other_rule.as_ref().map_or_else(|| word("adjudication.no_rule"), both),
                places(std::iter::once(source_row(inspection, mark.source))),
            ]);
        }
    }
    table.cut(parameters.maximum_table_rows, MORE)
}

/// `W01 #1 79, W02 #2 80`.
pub fn marks_in_order(mark: &ReplayedMark) -> String {
    let one = |(rater, number, total): &(Option<RaterId>, Option<u8>, Option<_>)| {
        let number = number.map(|number| format!(" #{number}")).unwrap_or_default();
        format!("{}{number} {}", name(rater.as_ref()), points_or_dash(*total))
    };
    mark.marks.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{common_subsequence, compared};
    use crate::report::page::markup::joined;

    fn characters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn what_differs_is_marked_and_escaped() {
        let shown = joined(&compared(&characters("切断<电>源"), &characters("切断电源")), "").to_string();
        assert_eq!(shown, "切断<span class=\"apart\">&#60;</span>电<span class=\"apart\">&#62;</span>源");
        assert_eq!(common_subsequence(&characters("ab"), &[]), [false, false]);
        assert!(common_subsequence(&[], &characters("ab")).is_empty());
    }
}
