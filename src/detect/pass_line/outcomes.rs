//! The line as applied, recovered from outcomes: it lies in (highest failed, lowest passed]. Whoever
//! passed below the line, or failed at or above it without a recorded cause, is named.

use crate::detect::change_log::{component_name, join, quoted};
use crate::detect::pass_line::approved::{ApprovedLines, HeldLine, LineBasis};
use crate::model::component::Component;
use crate::model::evidence::ScoreCount;
use crate::model::figure::Figures;
use crate::model::observation::ObservedCase;
use crate::model::points::Points;
use crate::model::score::{Mark, Score};
use crate::model::text::Bilingual;
use std::collections::BTreeMap;

/// What the outcomes of one batch show.
#[derive(Default)]
pub struct Outcomes {
    /// Counts shared by both measures.
    pub common: Figures,
    /// Counts of passes below the line.
    pub below: Figures,
    /// Counts of failures at or above the line.
    pub above: Figures,
    /// Candidates recorded as passed below the line.
    pub passed_below: Vec<ObservedCase>,
    /// Candidates recorded as failed at or above the line without a recorded cause.
    pub failed_above: Vec<ObservedCase>,
    /// Scores with a number.
    pub scores: usize,
    /// Scores with a number and a recorded result.
    pub judged: usize,
    /// Components held against the default line.
    pub default_lines: usize,
    /// One entry a component, in order.
    pub components: Vec<ComponentOutcome>,
}

/// Scores of one component.
pub struct ComponentOutcome {
    /// Which.
    pub component: Component,
    /// The line held against.
    pub held: HeldLine,
    /// Highest score failed without another cause.
    pub highest_failed: Option<Points>,
    /// Lowest score passed; passes with exactly nought are set apart while there are others.
    pub lowest_passed: Option<Points>,
    /// Counts by whole point.
    pub counts: Vec<ScoreCount>,
}

impl ComponentOutcome {
    /// The interval (above, at most] of the line as applied, where the outcomes agree with one line.
    pub fn recovered(&self) -> Option<(Points, Points)> {
        let (failed, passed) = (self.highest_failed?, self.lowest_passed?);
        (failed < passed).then_some((failed, passed))
    }
}

struct Tally {
    held: HeldLine,
    highest_failed: Option<Points>,
    lowest_passed: Option<Points>,
    zero_passed: bool,
    counts: BTreeMap<i64, ScoreCount>,
}

/// Counts over the whole batch.
#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    unrecorded: usize,
    without_score: usize,
    exempt: usize,
    zero: usize,
    rounded: usize,
    overall_only: usize,
    voided: usize,
    key_skill: usize,
    other_component: usize,
}

/// Why a score below the line may have been passed.
#[derive(Clone, Copy, PartialEq)]
enum Below {
    Zero,
    Rounded,
    Other,
}

/// Reads the register of one batch, sorted by candidate, component and source.
pub fn recover(scores: &[&Score], approved: &ApprovedLines<'_>) -> Outcomes {
    let mut tallies: BTreeMap<&Component, Tally> = BTreeMap::new();
    for score in scores {
        if !tallies.contains_key(&score.component) {
            let held = approved.held(&score.component);
            let counts = BTreeMap::new();
            tallies.insert(
                &score.component,
                Tally { held, highest_failed: None, lowest_passed: None, zero_passed: false, counts },
            );
        }
    }
    let mut outcomes = Outcomes::default();
    let mut counts = Counts::default();
    for candidate in scores.chunk_by(|a, b| a.candidate_id == b.candidate_id) {
        judge_candidate(candidate, &mut tallies, &mut counts, &mut outcomes);
    }
    let common = &mut outcomes.common;
    for (name, number) in [
        ("scores", outcomes.scores),
        ("passed", counts.passed),
        ("failed", counts.failed),
        ("unrecorded", counts.unrecorded),
        ("exempt", counts.exempt),
    ] {
        common.insert(name.to_owned(), number.into());
    }
    outcomes.judged = counts.passed + counts.failed;
    outcomes.default_lines = tallies.values().filter(|tally| tally.held.basis == LineBasis::Default).count();
    common.insert("components_on_default_line".to_owned(), outcomes.default_lines.into());
    let lines: Vec<String> = tallies
        .iter()
        .map(|(component, tally)| format!("{} {}", quoted(component.as_str()), tally.held.line))
        .collect();
    common.insert("line".to_owned(), lines.join("; ").into());
    let below = outcomes.passed_below.len();
    for (name, number) in [
        ("passed_below", below),
        ("zero_passed", counts.zero),
        ("rounded_up_to_line", counts.rounded),
        ("passed_below_other", below.saturating_sub(counts.zero + counts.rounded)),
        ("passed_without_score", counts.without_score),
    ] {
        outcomes.below.insert(name.to_owned(), number.into());
    }
    for (name, number) in [
        ("failed_above", outcomes.failed_above.len()),
        ("failed_above_overall_only", counts.overall_only),
        ("failed_above_with_void", counts.voided),
        ("failed_above_with_key_skill", counts.key_skill),
        ("failed_above_other_component", counts.other_component),
    ] {
        outcomes.above.insert(name.to_owned(), number.into());
    }
    outcomes.components = tallies.into_iter().map(|(component, tally)| component_outcome(component, tally)).collect();
    recovered_figures(&mut outcomes);
    outcomes
}

fn component_outcome(component: &Component, tally: Tally) -> ComponentOutcome {
    let only_zero = tally.lowest_passed.is_none() && tally.zero_passed;
    ComponentOutcome {
        component: component.clone(),
        held: tally.held,
        highest_failed: tally.highest_failed,
        lowest_passed: if only_zero { Some(Points::ZERO) } else { tally.lowest_passed },
        counts: tally.counts.into_values().collect(),
    }
}

/// Names the recovered interval of every component whose outcomes agree with one line other than the
/// one held: below it beside the passes, above it beside the failures.
fn recovered_figures(outcomes: &mut Outcomes) {
    let mut texts: [Vec<(String, String)>; 2] = Default::default();
    for component in &outcomes.components {
        let Some((above, at_most)) = component.recovered() else { continue };
        let name = quoted(component.component.as_str());
        let pair = (format!("{name} {above}"), format!("{name} {at_most}"));
        if at_most < component.held.line {
            texts[0].push(pair);
        } else if above >= component.held.line {
            texts[1].push(pair);
        }
    }
    for (figures, pairs) in [&mut outcomes.below, &mut outcomes.above].into_iter().zip(texts) {
        if !pairs.is_empty() {
            let (above, at_most): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
            figures.insert("recovered_line_above".to_owned(), above.join("; ").into());
            figures.insert("recovered_line_at_most".to_owned(), at_most.join("; ").into());
        }
    }
}

/// Whether a record does not count.
pub fn is_void(score: &Score) -> bool {
    score.void.as_deref().is_some_and(|cause| !cause.trim().is_empty()) || score.mark == Mark::Void
}

/// Whether a record by itself lets its component pass the line held.
fn clears(score: &Score, line: Points) -> bool {
    match score.mark {
        Mark::Points(points) => points >= line && !is_void(score) && score.key_skill_passed != Some(false),
        Mark::Exempt => true,
        _ => false,
    }
}

fn judge_candidate<'a>(
    records: &[&'a Score],
    tallies: &mut BTreeMap<&'a Component, Tally>,
    counts: &mut Counts,
    outcomes: &mut Outcomes,
) {
    let overall = records.iter().find_map(|record| record.overall_passed);
    let line_of = |component: &Component, tallies: &BTreeMap<&Component, Tally>| {
        tallies.get(component).map_or(HeldLine { line: Points::ZERO, basis: LineBasis::Default }, |tally| tally.held)
    };
    // Components in which some record (a resit counts) clears the line.
    let cleared: Vec<&Component> = records
        .iter()
        .filter(|record| clears(record, line_of(&record.component, tallies).line))
        .map(|record| &record.component)
        .collect();
    let mut failed_overall: Vec<(&Score, Points, HeldLine)> = Vec::new();
    for record in records {
        let Some(points) = record.mark.points() else {
            match record.mark {
                Mark::Exempt => counts.exempt += 1,
                _ if record.passed == Some(true) => counts.without_score += 1,
                _ => {}
            }
            continue;
        };
        outcomes.scores += 1;
        let held = line_of(&record.component, tallies);
        // Of several records of one component, an overall result speaks of the best.
        let superseded = records.iter().any(|other| {
            other.component == record.component && other.mark.points().is_some_and(|other| other > points)
        });
        let others_fail =
            records.iter().any(|other| other.component != record.component && !cleared.contains(&&other.component));
        let passed = match record.passed {
            None if overall == Some(true) => !superseded,
            own => own == Some(true),
        };
        let failed = match record.passed {
            // A failure as a whole says nothing of a component while another one fails.
            None if overall == Some(false) => !others_fail || points < held.line,
            own => own == Some(false),
        };
        let Some(tally) = tallies.get_mut(&record.component) else { continue };
        let point = points.millionths().div_euclid(Points::SCALE);
        let bin = tally.counts.entry(point).or_insert(ScoreCount { point, passed: 0, failed: 0, unrecorded: 0 });
        match (passed, failed) {
            (true, _) => (bin.passed, counts.passed) = (bin.passed + 1, counts.passed + 1),
            (_, true) => (bin.failed, counts.failed) = (bin.failed + 1, counts.failed + 1),
            _ => (bin.unrecorded, counts.unrecorded) = (bin.unrecorded + 1, counts.unrecorded + 1),
        }
        if is_void(record) {
            if failed && points >= held.line {
                counts.voided += 1;
            }
            continue;
        }
        // A failed key skill (★) fails the component, whatever its mark.
        if failed && record.key_skill_passed == Some(false) {
            if points >= held.line {
                counts.key_skill += 1;
            }
            continue;
        }
        if passed && points == Points::ZERO && held.line > Points::ZERO {
            tally.zero_passed = true;
        } else if passed {
            tally.lowest_passed = Some(tally.lowest_passed.map_or(points, |lowest| lowest.min(points)));
        }
        if failed && !others_fail {
            tally.highest_failed = Some(tally.highest_failed.map_or(points, |highest| highest.max(points)));
        }
        let passed_as_a_whole = overall == Some(true) && !superseded;
        if points < held.line && (passed || passed_as_a_whole) {
            let kind = below(points, held.line);
            match kind {
                Below::Zero => counts.zero += 1,
                Below::Rounded => counts.rounded += 1,
                Below::Other => {}
            }
            outcomes.passed_below.push(below_case(record, points, held, kind));
        }
        if failed && points >= held.line {
            if others_fail {
                counts.other_component += 1;
            } else if record.passed.is_some() {
                outcomes.failed_above.push(above_case(&[(record, points, held)]));
            } else {
                failed_overall.push((record, points, held));
            }
        } else if !failed && record.passed.is_none() && overall == Some(false) && points >= held.line {
            counts.other_component += 1;
        }
    }
    if !failed_overall.is_empty() {
        counts.overall_only += 1;
        outcomes.failed_above.push(above_case(&failed_overall));
    }
}

fn below(points: Points, line: Points) -> Below {
    let half = Points::from_millionths(Points::SCALE / 2);
    let rounded = Points::whole((points + half).millionths().div_euclid(Points::SCALE));
    if points == Points::ZERO {
        Below::Zero
    } else if rounded >= line {
        Below::Rounded
    } else {
        Below::Other
    }
}

fn line_words(held: HeldLine) -> Bilingual {
    let line = held.line;
    match held.basis {
        LineBasis::OnRecord => Bilingual::new(format!("批准线 {line}"), format!("the approved line {line}")),
        LineBasis::ApprovedChange => {
            Bilingual::new(format!("经审批变更的合格线 {line}"), format!("the line {line} of an approved change"))
        }
        LineBasis::Default => Bilingual::new(
            format!("默认线 {line}（无在案批准线）"),
            format!("the default line {line} (no approved line on record)"),
        ),
    }
}

fn below_case(record: &Score, points: Points, held: HeldLine, kind: Below) -> ObservedCase {
    let (name, line) = (component_name(Some(&record.component)), line_words(held));
    let candidate = quoted(record.candidate_id.as_str());
    let result = match record.passed {
        Some(true) => Bilingual::new("记为合格", "is recorded as passed"),
        Some(false) => Bilingual::new(
            "单科记为不合格、总评却为合格",
            "is recorded as failed, yet the evaluation as a whole as passed",
        ),
        None => Bilingual::new("总评记为合格", "belongs to an evaluation recorded as passed as a whole"),
    };
    let mut parts = vec![Bilingual::new(
        format!("考生 {candidate} {}成绩 {points} 低于{}，{}。", name.zh, line.zh, result.zh),
        format!("Candidate {candidate}: {} score {points} is below {} and {}.", name.en, line.en, result.en),
    )];
    match kind {
        Below::Zero => parts.push(Bilingual::new(
            "成绩恰为 0：已知有程序把 0 分当作未录入而判为合格，单独计数。",
            "The score is exactly 0: some programs are known to take a true 0 for \"not entered\" and pass it; counted apart.",
        )),
        Below::Rounded => parts.push(Bilingual::new(
            "取整后达到合格线：是否允许取整由人核实，单独计数。",
            "Rounded to a whole point it reaches the line: whether rounding is allowed is for a person to check; counted apart.",
        )),
        Below::Other => {}
    }
    ObservedCase { subjects: vec![candidate], sources: vec![record.source], detail: join(parts) }
}

fn above_case(records: &[(&Score, Points, HeldLine)]) -> ObservedCase {
    let candidate = records.first().map(|(record, ..)| quoted(record.candidate_id.as_str())).unwrap_or_default();
    let marks: Vec<Bilingual> = records
        .iter()
        .map(|(record, points, held)| {
            let (name, line) = (component_name(Some(&record.component)), line_words(*held));
            Bilingual::new(
                format!("{}成绩 {points} 达到{}", name.zh, line.zh),
                format!("{} score {points} reaches {}", name.en, line.en),
            )
        })
        .collect();
    let zh: Vec<String> = marks.iter().map(|mark| mark.zh.clone()).collect();
    let en: Vec<String> = marks.into_iter().map(|mark| mark.en).collect();
    let as_a_whole = records.iter().all(|(record, ..)| record.passed.is_none());
    let result = if as_a_whole {
        Bilingual::new("总评记为不合格", "the evaluation as a whole is recorded as failed")
    } else {
        Bilingual::new("记为不合格", "it is recorded as failed")
    };
    let detail = Bilingual::new(
        format!(
            "考生 {candidate} {}，{}，未见其他原因的记录（★项未通过、成绩作废、其他科目未通过等属正当原因，由人核实）。",
            zh.join("，"),
            result.zh
        ),
        format!(
            "Candidate {candidate}: {}, but {}, with no other cause on record (a failed key ★ skill, a void for misconduct or \
             another component's failure would be lawful causes; for a person to check).",
            en.join(", "),
            result.en
        ),
    );
    ObservedCase {
        subjects: vec![candidate],
        sources: records.iter().map(|(record, ..)| record.source).collect(),
        detail,
    }
}
