//! Candidates and raters whose numbers look the same once they are masked. A candidate number may be an identity number; its
//! middle is hidden in every output, and two people born in one district can then share what is left. Each of them
//! gets a running number behind the mask, the same in every output.

use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::identity::mask_embedded_numbers;
use crate::model::written_evidence::WrittenHolder;
use compact_str::CompactString;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Whole numbers of those that share a mask, and what stands for each.
type Labels = BTreeMap<String, String>;

/// Gives everybody whose masked number is shared one of his or her own: `110105********002X#2`.
pub fn tell_apart(findings: &mut [Finding], evidence: &mut [Evidence]) {
    let mut shared: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut note = |number: &str| {
        if let Cow::Owned(masked) = mask_embedded_numbers(number) {
            shared.entry(masked).or_default().insert(number.to_owned());
        }
    };
    for finding in &*findings {
        finding.cases.iter().flat_map(|case| &case.subjects).for_each(|subject| note(subject));
    }
    people(evidence, &mut |number| note(number));
    let labels = labels(shared);
    if labels.is_empty() {
        return;
    }
    people(evidence, &mut |number| {
        if let Some(label) = labels.get(number.as_str()) {
            *number = label.into();
        }
    });
    for finding in findings {
        finding.subjects.iter_mut().for_each(|subject| relabel(subject, &labels));
        for case in &mut finding.cases {
            for subject in &mut case.subjects {
                if let Some(label) = labels.get(subject.as_str()) {
                    case.detail.zh = case.detail.zh.replace(subject.as_str(), label);
                    case.detail.en = case.detail.en.replace(subject.as_str(), label);
                    subject.clone_from(label);
                }
            }
        }
    }
}

fn relabel(subject: &mut String, labels: &Labels) {
    if let Some(label) = labels.get(subject.as_str()) {
        subject.clone_from(label);
    }
}

/// Numbers those of one mask. Their order is that of a hash: the order of the numbers themselves would tell who is
/// the elder.
fn labels(shared: BTreeMap<String, BTreeSet<String>>) -> Labels {
    let mut labels = Labels::new();
    for (masked, numbers) in shared.into_iter().filter(|(_, numbers)| numbers.len() > 1) {
        let mut numbers: Vec<String> = numbers.into_iter().collect();
        numbers.sort_by_cached_key(|number| Sha256::digest(number.as_bytes()));
        for (index, number) in numbers.into_iter().enumerate() {
            labels.insert(number, format!("{masked}#{}", index + 1));
        }
    }
    labels
}

/// Every candidate and rater that the evidence names.
fn people(evidence: &mut [Evidence], each: &mut impl FnMut(&mut CompactString)) {
    for evidence in evidence {
        match evidence {
            Evidence::SimilarityGroup(group) => {
                for pair in &mut group.pairs {
                    each(&mut pair.a.candidate_id.0);
                    each(&mut pair.b.candidate_id.0);
                }
                group.exclusions.iter_mut().for_each(|(candidate, _)| each(&mut candidate.0));
            }
            Evidence::ScoreChangeSummary(summary) => {
                summary.changes.iter_mut().for_each(|change| each(&mut change.candidate_id.0));
            }
            Evidence::ScoreChangeAudit(audit) => {
                audit.acts.iter_mut().flat_map(|act| &mut act.candidates).for_each(|candidate| each(&mut candidate.0));
            }
            Evidence::SameAnswers(group) => {
                for answer in group.clusters.iter_mut().flat_map(|cluster| &mut cluster.answers) {
                    each(&mut answer.candidate_id.0);
                    answer
                        .marks
                        .iter_mut()
                        .filter_map(|(rater, _)| rater.as_mut())
                        .for_each(|rater| each(&mut rater.0));
                }
            }
            Evidence::Adjudication(replay) => {
                for mark in &mut replay.differing {
                    each(&mut mark.candidate_id.0);
                    mark.marks.iter_mut().filter_map(|(rater, ..)| rater.as_mut()).for_each(|rater| each(&mut rater.0));
                }
            }
            Evidence::RemarkQueue(queue) => {
                for entry in &mut queue.entries {
                    each(&mut entry.candidate_id.0);
                    entry.raters.iter_mut().for_each(|rater| each(&mut rater.0));
                }
            }
            Evidence::RaterPair(pair) => {
                each(&mut pair.rater_a.0);
                each(&mut pair.rater_b.0);
            }
            Evidence::RaterProfile(profile) => each(&mut profile.rater_id.0),
            Evidence::RaterPanel(panel) => {
                panel.raters.iter_mut().for_each(|rater| each(&mut rater.rater_id.0));
                panel.control_charts.iter_mut().for_each(|chart| each(&mut chart.rater_id.0));
            }
            Evidence::WrittenComparison(found) => {
                let mut holder = |holder: &mut WrittenHolder| each(&mut holder.candidate_id.0);
                for pair in &mut found.pairs {
                    holder(&mut pair.a.holder);
                    holder(&mut pair.b.holder);
                }
                found.clusters.iter_mut().flatten().for_each(&mut holder);
                found.hidden.iter_mut().for_each(|text| holder(&mut text.holder));
                found.shared_by_many.iter_mut().flat_map(|text| &mut text.holders).for_each(&mut holder);
                found.earlier.iter_mut().for_each(|answer| holder(&mut answer.holder));
            }
            Evidence::UnqualifiedRatio(_)
            | Evidence::Funnel(_)
            | Evidence::ScoreDistribution(_)
            | Evidence::PassLineTimeline(_)
            | Evidence::LineHeaping(_)
            | Evidence::FormOverlap(_)
            | Evidence::ItemExposure(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::tell_apart;
    use crate::model::component::Component;
    use crate::model::evidence::Evidence;
    use crate::model::points::Points;
    use crate::model::rater_evidence::{RemarkEntry, RemarkQueue};

    fn queue(numbers: &[&str]) -> Evidence {
        let entries = numbers.iter().map(|number| RemarkEntry {
            candidate_id: (*number).into(),
            component: Component::Skill,
            score: Points::whole(59),
            pass_line: Points::whole(60),
            fair_score: 59.5,
            standard_error: 2.0,
            probability_of_flip: 0.4,
            passes: false,
            raters: Vec::new(),
        });
        Evidence::RemarkQueue(RemarkQueue {
            body_id: None,
            batch_id: "B1".into(),
            works: 1,
            left_out: 0,
            entries: entries.collect(),
        })
    }

    fn shown(numbers: &[&str]) -> Vec<String> {
        let mut evidence = vec![queue(numbers)];
        tell_apart(&mut [], &mut evidence);
        let Some(Evidence::RemarkQueue(queue)) = evidence.pop() else { return Vec::new() };
        queue.entries.iter().map(|entry| crate::report::clean::shown(entry.candidate_id.as_str())).collect()
    }

    #[test]
    fn shared_masks_are_numbered_and_others_left() {
        // Born on different days of one district, with the same last four characters.
        let [first, second] = ["11010519491231002X", "11010519500115002X"];
        let found = shown(&[first, second, first, "C001"]);
        assert_eq!(found[0], found[2]);
        assert_eq!(found[3], "C001");
        let mut pair = [found[0].as_str(), found[1].as_str()];
        pair.sort_unstable();
        assert_eq!(pair, ["110105********002X#1", "110105********002X#2"]);
        assert_eq!(shown(&[first, "C001"]), ["110105********002X", "C001"]);
    }
}
