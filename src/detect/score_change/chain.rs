//! Whether the log of a score is one chain that ends at the register: each old score is the new one
//! before it, and the last new score is the recorded one.

use crate::detect::change_log::{component_name, moment, quoted};
use crate::model::component::Component;
use crate::model::figure::Figures;
use crate::model::ids::CandidateId;
use crate::model::observation::ObservedCase;
use crate::model::points::Points;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// What the chains of one batch show.
#[derive(Default)]
pub struct Chains {
    /// Counts.
    pub figures: Figures,
    /// Breaks and differences.
    pub cases: Vec<ObservedCase>,
    /// Scores whose entries fit in the order of writing only: the clock ran back.
    pub clock_cases: Vec<ObservedCase>,
}

/// Holds the chains against the register. `changes` are in order of time.
pub fn compare(changes: &[&ScoreChange], scores: &[&Score]) -> Chains {
    let mut chains: BTreeMap<(&CandidateId, &Component), Vec<&ScoreChange>> = BTreeMap::new();
    for change in changes {
        chains.entry((&change.candidate_id, &change.component)).or_default().push(change);
    }
    let mut register: BTreeMap<(&CandidateId, &Component), Vec<&Score>> = BTreeMap::new();
    for score in scores {
        let key = (&score.candidate_id, &score.component);
        if chains.contains_key(&key) {
            register.entry(key).or_default().push(score);
        }
    }
    let (mut cases, mut clock_cases) = (Vec::new(), Vec::new());
    let (mut breaks, mut differs, mut absent, mut without_number, mut checked, mut clocks) = (0, 0, 0, 0, 0, 0);
    let total = chains.len();
    for (key, mut chain) in chains {
        if count_breaks(&chain) > 0 {
            // Entries of one sheet stand in the order of writing: when they fit so, the clock ran back.
            let mut written = chain.clone();
            written.sort_by_key(|change| change.source);
            if count_breaks(&written) == 0 {
                clocks += 1;
                clock_cases.push(clock_case(&written));
                chain = written;
            }
        }
        for pair in chain.windows(2) {
            if is_break(pair[0], pair[1]) {
                breaks += 1;
                cases.push(break_case(pair[0], pair[1]));
            }
        }
        let Some(last) = chain.last() else { continue };
        let records = register.get(&key).map(Vec::as_slice).unwrap_or_default();
        let recorded: Vec<Points> = records.iter().filter_map(|score| score.mark.points()).collect();
        match last.new_score {
            _ if records.is_empty() => absent += 1,
            None => without_number += 1,
            Some(_) if recorded.is_empty() => without_number += 1,
            Some(new) => {
                checked += 1;
                if !recorded.contains(&new) {
                    differs += 1;
                    cases.push(differs_case(&chain, records, &recorded));
                }
            }
        }
    }
    cases.sort_by(|a, b| a.sources.cmp(&b.sources));
    let mut figures = Figures::new();
    for (name, number) in [
        ("scores_changed", total),
        ("checked", checked),
        ("differing", differs),
        ("chain_breaks", breaks),
        ("clock_reversals", clocks),
        ("not_in_register", absent),
        ("register_without_number", without_number),
    ] {
        figures.insert(name.to_owned(), number.into());
    }
    Chains { figures, cases, clock_cases }
}

fn is_break(earlier: &ScoreChange, later: &ScoreChange) -> bool {
    earlier.new_score.zip(later.old_score).is_some_and(|(new, old)| new != old)
}

fn count_breaks(chain: &[&ScoreChange]) -> usize {
    chain.windows(2).filter(|pair| is_break(pair[0], pair[1])).count()
}

fn break_case(earlier: &ScoreChange, later: &ScoreChange) -> ObservedCase {
    let candidate = quoted(later.candidate_id.as_str());
    let (name, when) = (component_name(Some(&later.component)), moment(later.changed_at));
    let new = earlier.new_score.unwrap_or_default();
    let old = later.old_score.unwrap_or_default();
    ObservedCase {
        subjects: vec![candidate.clone()],
        sources: vec![earlier.source, later.source],
        detail: Bilingual::new(
            format!(
                "考生 {candidate} {}：{} 的记录称原成绩为 {old}，而前一条记录改后为 {new}：其间有变更未入日志，或日志有误。",
                name.zh, when.zh
            ),
            format!(
                "Candidate {candidate}, {}: the entry of {} says that the score was {old}, while the entry before it left {new}: a \
                 change between them is not in the log, or the log is in error.",
                name.en, when.en
            ),
        ),
    }
}

fn clock_case(written: &[&ScoreChange]) -> ObservedCase {
    let candidate = written.first().map(|change| quoted(change.candidate_id.as_str())).unwrap_or_default();
    let name = component_name(written.first().map(|change| &change.component));
    ObservedCase {
        subjects: vec![candidate.clone()],
        sources: written.iter().map(|change| change.source).collect(),
        detail: Bilingual::new(
            format!(
                "考生 {candidate} {}：{} 条记录只有按书写顺序才前后衔接，按时间顺序则不衔接：时钟有倒退，核对按书写顺序进行。",
                name.zh,
                written.len()
            ),
            format!(
                "Candidate {candidate}, {}: {} entries join on in the order of writing only, not in the order of time: the clock ran \
                 back, and they are followed in the order of writing.",
                name.en,
                written.len()
            ),
        ),
    }
}

/// The score that the chain starts from, every step, and what the register has.
fn differs_case(chain: &[&ScoreChange], records: &[&Score], recorded: &[Points]) -> ObservedCase {
    let Some(last) = chain.last() else {
        return ObservedCase { subjects: Vec::new(), sources: Vec::new(), detail: Bilingual::default() };
    };
    let candidate = quoted(last.candidate_id.as_str());
    let (name, when) = (component_name(Some(&last.component)), moment(last.changed_at));
    let new = last.new_score.unwrap_or_default();
    let register = recorded.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ");
    let start = chain.first().and_then(|change| change.old_score);
    let steps: Vec<String> = start
        .into_iter()
        .chain(chain.iter().filter_map(|change| change.new_score))
        .map(|points| points.to_string())
        .collect();
    let steps = steps.join(" → ");
    // The entry that the register has not followed, where it stands at an earlier score of the chain.
    let behind =
        start.into_iter().chain(chain.iter().filter_map(|change| change.new_score)).any(|at| recorded.contains(&at));
    let behind = if behind {
        Bilingual::new("成绩册停在其中较早的一个成绩。", " The register stands at an earlier score of these.")
    } else {
        Bilingual::default()
    };
    let mut sources: Vec<_> = chain.iter().map(|change| change.source).collect();
    sources.extend(records.iter().map(|score| score.source));
    ObservedCase {
        subjects: vec![candidate.clone()],
        sources,
        detail: Bilingual::new(
            format!(
                "考生 {candidate} {}：日志最后一次（{}）改后成绩为 {new}，成绩册为 {register}。重建：{steps}。{}",
                name.zh, when.zh, behind.zh
            ),
            format!(
                "Candidate {candidate}, {}: the last entry of the log ({}) leaves {new}, the register has {register}. Rebuilt: {steps}.{}",
                name.en, when.en, behind.en
            ),
        ),
    }
}
