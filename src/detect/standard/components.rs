//! Components of one batch held against its norm.

use crate::detect::change_log::{component_name, quoted};
use crate::detect::pass_line::approved::ApprovedLines;
use crate::detect::standard::parameters::Norm;
use crate::model::component::Component;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::rating::Rating;
use crate::model::score::{Mark, Score};
use crate::model::text::Bilingual;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// What one batch has of results.
pub struct Results<'a> {
    /// Register of results.
    pub scores: &'a [&'a Score],
    /// Marks of raters.
    pub ratings: &'a [&'a Rating],
    /// Whether there are answer sheets, the trace of a theory component.
    pub has_sheets: bool,
    /// Approved lines.
    pub approved: ApprovedLines<'a>,
    /// Whether no row of the register can be lacking.
    pub is_whole: bool,
    /// Components of which any trace is on record.
    held: OnceCell<BTreeSet<&'a Component>>,
    /// By candidate, with whether the whole evaluation was passed.
    people: OnceCell<BTreeMap<&'a str, (Vec<&'a Score>, bool)>>,
}

impl<'a> Results<'a> {
    /// What the measures go through together is gathered when the first of them asks.
    pub fn new(
        scores: &'a [&'a Score],
        ratings: &'a [&'a Rating],
        has_sheets: bool,
        approved: ApprovedLines<'a>,
        is_whole: bool,
    ) -> Self {
        let (held, people) = (OnceCell::new(), OnceCell::new());
        Self { scores, ratings, has_sheets, approved, is_whole, held, people }
    }

    /// Components of which any trace is on record: a mark or what stands for one, or the mark of a rater.
    fn held(&self) -> &BTreeSet<&'a Component> {
        self.held.get_or_init(|| {
            let scores = self.scores.iter().filter(|score| score.mark != Mark::Missing).map(|score| &score.component);
            let ratings = self.ratings.iter().map(|rating| &rating.component);
            scores.chain(ratings).chain(self.has_sheets.then_some(&Component::Theory)).collect()
        })
    }

    /// By candidate, with whether the whole evaluation was passed.
    fn by_candidate(&self) -> &BTreeMap<&'a str, (Vec<&'a Score>, bool)> {
        self.people.get_or_init(|| {
            let mut people: BTreeMap<&str, (Vec<&Score>, bool)> = BTreeMap::new();
            for score in self.scores {
                let entry = people.entry(score.candidate_id.as_str()).or_default();
                entry.0.push(score);
                entry.1 |= score.overall_passed == Some(true);
            }
            people
        })
    }

    /// The line of a component: that of the norm, or a lower one that was approved for the batch.
    fn line(&self, component: &Component, norm: &Norm) -> Points {
        let approved =
            self.approved.lines.iter().filter(|line| line.component.as_ref().is_none_or(|of| of == component));
        approved.map(|line| line.approved_line).chain(std::iter::once(norm.line)).min().unwrap_or(norm.line)
    }
}

/// Components that the batch needs and of which there is no trace, though somebody passed the whole evaluation. Where no
/// result of the whole is on record, the register may be that of one component alone.
pub fn component_missing(blank: Observation, results: &Results<'_>, norm: Option<&Norm>) -> Observation {
    let (Some(norm), false) = (norm, results.scores.is_empty()) else { return unknown(blank, results, norm) };
    let held = results.held();
    let lacking: Vec<&Component> = norm.components.iter().filter(|component| !held.contains(component)).collect();
    let blank = blank
        .with("components_needed", norm.components.len())
        .with("components_held", norm.components.len() - lacking.len());
    let passes: Vec<Provenance> = results
        .scores
        .iter()
        .filter(|score| score.overall_passed == Some(true))
        .map(|score| score.source)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    if lacking.is_empty() || passes.is_empty() || !results.is_whole {
        let column = match (lacking.is_empty(), passes.is_empty()) {
            (true, _) => None,
            (_, true) => Some("overall_passed"),
            _ => Some("component"),
        };
        return blank
            .seen(Vec::new(), column.map(|column| MissingFact::column("scores", column)).into_iter().collect());
    }
    let case = |component: &&Component| {
        let name = component_name(Some(component));
        ObservedCase {
            subjects: vec![quoted(component.as_str())],
            sources: passes.clone(),
            detail: Bilingual::new(
                format!("该等级需要{}，没有该项的成绩、评分或答卷，而有人评定合格。", name.zh),
                format!("The level needs {}; there is no result, mark or sheet of it, and somebody passed.", name.en),
            ),
        }
    };
    blank.seen(lacking.iter().map(case).collect(), Vec::new())
}

/// Who passed the whole evaluation without a mark in a component that the batch held. An exemption counts as a mark.
pub fn passed_without(blank: Observation, results: &Results<'_>, norm: Option<&Norm>) -> Observation {
    let (Some(norm), false) = (norm, results.scores.is_empty()) else { return unknown(blank, results, norm) };
    if results.scores.iter().all(|score| score.overall_passed.is_none()) {
        return blank.seen(Vec::new(), vec![MissingFact::column("scores", "overall_passed")]);
    }
    let held = results.held();
    let mut passed = 0;
    let mut cases = Vec::new();
    for (number, (scores, has_passed)) in results.by_candidate() {
        if !*has_passed {
            continue;
        }
        passed += 1;
        let has_mark = |component: &Component| {
            scores
                .iter()
                .any(|score| score.component == *component && matches!(score.mark, Mark::Points(_) | Mark::Exempt))
        };
        let lacking: Vec<&Component> =
            norm.components.iter().filter(|component| held.contains(component) && !has_mark(component)).collect();
        if !lacking.is_empty() {
            let names = list(&lacking);
            cases.push(case(
                number,
                scores,
                Bilingual::new(
                    format!("评定合格，而{}没有成绩。", names.zh),
                    format!("passed, without a mark in {}.", names.en),
                ),
            ));
        }
    }
    blank.seen(cases, Vec::new()).with("passed", passed)
}

/// Who passed, a component or the whole, with a mark below the line.
pub fn passed_below(blank: Observation, results: &Results<'_>, norm: Option<&Norm>) -> Observation {
    let (Some(norm), false) = (norm, results.scores.is_empty()) else { return unknown(blank, results, norm) };
    let has_results = |score: &&Score| score.passed.is_some() || score.overall_passed.is_some();
    if !results.scores.iter().any(has_results) {
        return blank.seen(Vec::new(), vec![MissingFact::column("scores", "passed")]);
    }
    let mut passed = 0;
    let mut cases = Vec::new();
    for (number, (scores, has_passed)) in results.by_candidate() {
        for score in scores {
            let Mark::Points(points) = score.mark else { continue };
            if !norm.components.contains(&score.component) || !(*has_passed || score.passed == Some(true)) {
                continue;
            }
            passed += 1;
            let line = results.line(&score.component, norm);
            if points < line {
                let name = component_name(Some(&score.component));
                cases.push(case(
                    number,
                    &[score],
                    Bilingual::new(
                        format!("{}成绩 {points}，低于 {line}，记为合格。", name.zh),
                        format!("{} {points}, below {line}, recorded as passed.", name.en),
                    ),
                ));
            }
        }
    }
    blank.seen(cases, Vec::new()).with("passed_marks", passed)
}

fn unknown(blank: Observation, results: &Results<'_>, norm: Option<&Norm>) -> Observation {
    let mut missing = Vec::new();
    if results.scores.is_empty() {
        missing.push(MissingFact::table("scores"));
    }
    if norm.is_none() {
        missing.push(MissingFact::column("batches", "level"));
    }
    blank.seen(Vec::new(), missing)
}

fn list(components: &[&Component]) -> Bilingual {
    let names: Vec<Bilingual> = components.iter().map(|component| component_name(Some(component))).collect();
    let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
    Bilingual::new(zh.join("、"), en.join(", "))
}

fn case(number: &str, scores: &[&Score], said: Bilingual) -> ObservedCase {
    let number = quoted(number);
    let mut sources: Vec<Provenance> = scores.iter().map(|score| score.source).collect();
    sources.sort();
    sources.dedup();
    let detail = Bilingual::new(format!("考生 {number}：{}", said.zh), format!("Candidate {number}: {}", said.en));
    ObservedCase { subjects: vec![number], sources, detail }
}
