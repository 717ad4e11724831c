//! Written answers that are alike, as tables for programs.

use crate::model::pair_table::{PairTable, PairValues};
use crate::model::written_evidence::{Question, WrittenComparison, WrittenHolder, WrittenPair};
use crate::report::clean::shown;

/// The name of a question: occupation, level, component and criterion or item, as far as they are known.
pub fn question_name(question: &Question) -> String {
    let level = question.level.map(|level| level.code().to_string());
    let component = question.component.as_ref().map(ToString::to_string);
    let occupation = question.occupation.as_ref().map(ToString::to_string);
    let parts = [occupation, level, component, Some(question.name.to_string())];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "-".to_owned() } else { shown(&parts.join(" · ")) }
}

/// A row a pair that shares a passage.
pub fn pairs(questions: &[WrittenComparison]) -> PairTable {
    let all = || questions.iter().flat_map(|question| question.pairs.iter().map(move |pair| (question, pair)));
    let text = |of: &dyn Fn(&WrittenComparison, &WrittenPair) -> String| {
        PairValues::Text(all().map(|(question, pair)| of(question, pair)).collect())
    };
    let number =
        |of: &dyn Fn(&WrittenPair) -> u32| PairValues::Integer(all().map(|(_, pair)| Some(of(pair))).collect());
    let flag = |of: &dyn Fn(&WrittenPair) -> bool| PairValues::Flag(all().map(|(_, pair)| of(pair)).collect());
    let real = |of: &dyn Fn(&WrittenPair) -> Option<f64>| PairValues::Number(all().map(|(_, pair)| of(pair)).collect());
    PairTable::of(vec![
        ("question", text(&|question, _| question_name(&question.question))),
        ("batch_a", text(&|_, pair| shown(pair.a.holder.batch_id.as_str()))),
        ("candidate_a", text(&|_, pair| shown(pair.a.holder.candidate_id.as_str()))),
        ("batch_b", text(&|_, pair| shown(pair.b.holder.batch_id.as_str()))),
        ("candidate_b", text(&|_, pair| shown(pair.b.holder.candidate_id.as_str()))),
        ("characters_covered", number(&|pair| pair.covered)),
        ("characters_shorter", number(&|pair| pair.shorter)),
        ("share", real(&|pair| Some(pair.share()))),
        ("longest_passage", number(&|pair| pair.longest)),
        ("passages", number(&|pair| pair.passages)),
        ("other_order", flag(&|pair| pair.other_order)),
        ("dice", real(&|pair| Some(pair.dice))),
        ("likeness", real(&|pair| pair.likeness)),
        ("identical", flag(&|pair| pair.identical)),
        ("alike", flag(&|pair| pair.alike)),
        ("cluster", PairValues::Integer(all().map(|(_, pair)| pair.cluster).collect())),
    ])
}

/// A row a candidate of a cluster.
pub fn clusters(questions: &[WrittenComparison]) -> PairTable {
    let mut rows: Vec<(&WrittenComparison, u32, &WrittenHolder)> = Vec::new();
    for question in questions {
        for (number, cluster) in (1..).zip(&question.clusters) {
            rows.extend(cluster.iter().map(|holder| (question, number, holder)));
        }
    }
    PairTable::of(vec![
        ("question", PairValues::Text(rows.iter().map(|(question, ..)| question_name(&question.question)).collect())),
        ("cluster", PairValues::Integer(rows.iter().map(|(_, number, _)| Some(*number)).collect())),
        ("batch_id", PairValues::Text(rows.iter().map(|(.., holder)| shown(holder.batch_id.as_str())).collect())),
        (
            "candidate_id",
            PairValues::Text(rows.iter().map(|(.., holder)| shown(holder.candidate_id.as_str())).collect()),
        ),
    ])
}

/// A row a text with characters that do not show.
pub fn hidden(questions: &[WrittenComparison]) -> PairTable {
    let all = || questions.iter().flat_map(|question| question.hidden.iter().map(move |text| (question, text)));
    let count = |of: &dyn Fn(&crate::model::written_evidence::HiddenText) -> u64| {
        PairValues::Integer(all().map(|(_, text)| u32::try_from(of(text)).ok()).collect())
    };
    PairTable::of(vec![
        ("question", PairValues::Text(all().map(|(question, _)| question_name(&question.question)).collect())),
        ("batch_id", PairValues::Text(all().map(|(_, text)| shown(text.holder.batch_id.as_str())).collect())),
        ("candidate_id", PairValues::Text(all().map(|(_, text)| shown(text.holder.candidate_id.as_str())).collect())),
        ("invisible", count(&|text| text.invisible)),
        ("direction", count(&|text| text.direction)),
        ("look_alike", count(&|text| text.look_alike)),
    ])
}
