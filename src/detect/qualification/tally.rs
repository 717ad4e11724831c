//! One batch's candidates counted: qualified, unqualified, open, in each denominator.

use crate::detect::change_log::{join, quoted};
use crate::detect::qualification::conditions::{Recomputed, failed_atoms, level_name, recompute};
use crate::detect::qualification::facts::Facts;
use crate::detect::qualification::template::{Template, templates};
use crate::model::candidate::{Candidate, CandidateStatus, ReviewResult};
use crate::model::evidence::DenominatorCount;
use crate::model::figure::Figures;
use crate::model::identity::IdentityCheck;
use crate::model::ids::CandidateId;
use crate::model::level::Level;
use crate::model::observation::ObservedCase;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use crate::stats::intervals::wilson;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Level of the interval in charts.
const INTERVAL_LEVEL: f64 = 0.95;
/// Counts that are given also when they are nought.
const ALWAYS_SHOWN: [&str; 3] = ["recorded_unqualified", "recomputed_not_met", "recorded_qualified_conditions_not_met"];

/// What a batch is judged by.
#[derive(Clone, Copy)]
pub struct BatchRules<'a> {
    /// Level of the batch, where a row names none.
    pub level: Option<Level>,
    /// Examination date.
    pub exam_date: Option<NaiveDate>,
    /// Condition template; `None` when it cannot be chosen.
    pub template: Option<&'static Template>,
    /// Whether the register records how far a registration went, in this batch.
    pub status_recorded: bool,
    /// How it is known who sat.
    pub sitting: Sitting<'a>,
}

/// How it is known who sat the examination.
#[derive(Clone, Copy)]
pub enum Sitting<'a> {
    /// The register says.
    ByStatus,
    /// By marks and answer sheets, sorted; the register does not say.
    ByMarks(&'a [&'a CandidateId]),
    /// Nothing says.
    NotRecorded,
}

/// Whether a candidate may be counted as unqualified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Qualified,
    Open,
    Unqualified,
}

/// Counts of one batch.
pub struct Tally {
    /// Named counts.
    pub figures: Figures,
    /// Registered, admitted, sat (where known).
    pub denominators: Vec<DenominatorCount>,
    /// Every candidate known to be unqualified.
    pub cases: Vec<ObservedCase>,
    /// Candidates whose standing is open.
    pub open: usize,
}

#[derive(Default)]
struct Count {
    candidates: u64,
    lower: u64,
    upper: u64,
}

impl Count {
    fn add(&mut self, standing: Standing) {
        self.candidates += 1;
        self.lower += u64::from(standing == Standing::Unqualified);
        self.upper += u64::from(standing >= Standing::Open);
    }

    fn denominator(&self, name: &'static str) -> DenominatorCount {
        DenominatorCount {
            name,
            candidates: self.candidates,
            lower: self.lower,
            upper: self.upper,
            interval: wilson(self.lower, self.candidates, INTERVAL_LEVEL),
        }
    }
}

/// What one row gives.
struct Row<'a> {
    candidate: &'a Candidate,
    standing: Standing,
    recomputed: Recomputed,
    facts: Option<Facts>,
    level: Option<Level>,
}

/// Counts the register of one batch, sorted by candidate and source. Rows that repeat a candidate
/// number are one registration, which stands as its least favourable row.
pub fn count(candidates: &[&Candidate], rules: BatchRules<'_>) -> Tally {
    let mut counts: [Count; 3] = Default::default();
    let mut names: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut cases = Vec::new();
    let mut open = 0;
    let same = |a: &&Candidate, b: &&Candidate| a.candidate_id == b.candidate_id && !a.candidate_id.as_str().is_empty();
    for registration in candidates.chunk_by(same) {
        let rows: Vec<Row<'_>> = registration.iter().map(|candidate| judge(candidate, rules)).collect();
        let Some(row) = rows.iter().rev().max_by_key(|row| row.standing) else { continue };
        *names.entry("repeated_candidate_numbers").or_default() += rows.len() - 1;
        let status = registration.iter().filter_map(|candidate| candidate.status).max();
        counts[0].add(row.standing);
        let admitted = !rules.status_recorded || status.is_none_or(CandidateStatus::is_admitted);
        if admitted {
            counts[1].add(row.standing);
        }
        let sat = match rules.sitting {
            Sitting::ByStatus => status == Some(CandidateStatus::Sat),
            Sitting::ByMarks(sat) => sat.binary_search(&&row.candidate.candidate_id).is_ok(),
            Sitting::NotRecorded => false,
        };
        if sat {
            counts[2].add(row.standing);
        }
        open += usize::from(row.standing == Standing::Open);
        note(row, status, rules, &mut names);
        if row.standing == Standing::Unqualified {
            let sources = registration.iter().map(|candidate| candidate.source).collect();
            cases.push(case(row, status, rules, sources));
        }
    }
    // Remarks are made where there is something to remark; the counts that a verdict rests on always stand.
    names.retain(|name, number| *number > 0 || ALWAYS_SHOWN.contains(name));
    names.insert("open", open);
    names.insert("duplicate_registrations", duplicates(candidates));
    let mut figures: Figures = names.into_iter().map(|(name, number)| (name.to_owned(), number.into())).collect();
    figures.insert("template".to_owned(), rules.template.map_or("", |template| template.id.as_str()).into());
    let sat_known = !matches!(rules.sitting, Sitting::NotRecorded);
    let denominators: Vec<DenominatorCount> = ["registered", "admitted", "sat"]
        .into_iter()
        .zip(&counts)
        .filter(|(name, _)| *name != "sat" || sat_known)
        .map(|(name, count)| count.denominator(name))
        .collect();
    for denominator in &denominators {
        let name = denominator.name;
        let integer = |value: u64| i64::try_from(value).unwrap_or(i64::MAX).into();
        figures.insert(name.to_owned(), integer(denominator.candidates));
        figures.insert(format!("{name}_unqualified_lower"), integer(denominator.lower));
        figures.insert(format!("{name}_unqualified_upper"), integer(denominator.upper));
    }
    Tally { figures, denominators, cases, open }
}

fn judge<'a>(candidate: &'a Candidate, rules: BatchRules<'_>) -> Row<'a> {
    let level = candidate.applied_level.or(rules.level);
    let facts = rules.exam_date.map(|exam_date| Facts::of(candidate, exam_date));
    let recomputed = match (rules.template, level, &facts) {
        (Some(template), Some(level), Some(facts)) => recompute(template.conditions(level), facts),
        _ => Recomputed::Open,
    };
    let standing = match (candidate.review_result, recomputed) {
        (Some(ReviewResult::Unqualified), _) | (_, Recomputed::NotMet) => Standing::Unqualified,
        // What the review saw and the register does not hold stays with the review.
        (Some(ReviewResult::Qualified), _) | (None, Recomputed::Met { .. }) => Standing::Qualified,
        (None, Recomputed::Open) => Standing::Open,
    };
    Row { candidate, standing, recomputed, facts, level }
}

/// Counts that say what the standing rests on.
fn note(
    row: &Row<'_>,
    status: Option<CandidateStatus>,
    rules: BatchRules<'_>,
    names: &mut BTreeMap<&'static str, usize>,
) {
    let recorded = row.candidate.review_result;
    let not_met = row.recomputed == Recomputed::NotMet;
    let number = row.candidate.id_number.as_ref().map(|number| number.check());
    let notes = [
        ("recorded_unqualified", recorded == Some(ReviewResult::Unqualified)),
        ("recorded_unqualified_conditions_met", {
            recorded == Some(ReviewResult::Unqualified) && matches!(row.recomputed, Recomputed::Met { .. })
        }),
        ("recorded_qualified_conditions_not_met", recorded == Some(ReviewResult::Qualified) && not_met),
        ("recorded_qualified_not_recomputed", {
            recorded == Some(ReviewResult::Qualified) && row.recomputed == Recomputed::Open
        }),
        ("recomputed_not_met", not_met),
        ("review_not_recorded", recorded.is_none()),
        ("named_condition_fails", row.recomputed == Recomputed::Met { named_condition_fails: true }),
        ("birth_date_contradictions", row.facts.as_ref().is_some_and(Facts::birth_dates_contradict)),
        ("applied_level_differs_from_batch", {
            row.candidate.applied_level.is_some_and(|level| rules.level.is_some_and(|batch| batch != level))
        }),
        ("status_not_recorded", rules.status_recorded && status.is_none()),
        ("identity_number_digits_lost", number == Some(IdentityCheck::DigitsLost)),
        ("identity_number_wrong_check_digit", number == Some(IdentityCheck::WrongCheckDigit)),
    ];
    for (name, holds) in notes {
        *names.entry(name).or_default() += usize::from(holds);
    }
}

/// Registrations beyond the first of one valid identity number.
fn duplicates(candidates: &[&Candidate]) -> usize {
    let mut people: Vec<(&str, &CandidateId)> = candidates
        .iter()
        .filter_map(|candidate| {
            let number = candidate.id_number.as_ref().filter(|number| number.check() == IdentityCheck::Valid)?;
            Some((number.for_matching()?, &candidate.candidate_id))
        })
        .collect();
    people.sort_unstable();
    people.dedup();
    people.chunk_by(|a, b| a.0 == b.0).map(|registrations| registrations.len() - 1).sum()
}

fn case(
    row: &Row<'_>,
    status: Option<CandidateStatus>,
    rules: BatchRules<'_>,
    sources: Vec<Provenance>,
) -> ObservedCase {
    let candidate = quoted(row.candidate.candidate_id.as_str());
    let mut parts = vec![match row.candidate.review_result {
        Some(ReviewResult::Unqualified) => Bilingual::new(
            format!("考生 {candidate}：审核结果记为不合格。"),
            format!("Candidate {candidate}: recorded as unqualified by the review."),
        ),
        Some(ReviewResult::Qualified) => Bilingual::new(
            format!("考生 {candidate}：审核结果记为合格，但按申报条件推算不满足。"),
            format!("Candidate {candidate}: recorded as qualified; recomputed conditions not met."),
        ),
        None => Bilingual::new(
            format!("考生 {candidate}：无审核结果，按申报条件推算不满足。"),
            format!("Candidate {candidate}: no review result; recomputed conditions not met."),
        ),
    }];
    if let (Some(template), Some(level), Some(facts)) = (rules.template, row.level, &row.facts) {
        match row.recomputed {
            Recomputed::NotMet => {
                let failed = failed_atoms(template.conditions(level), facts);
                parts.push(Bilingual::new(
                    format!("{}（{} 模板）：{}。", level_name(level), template.id, failed.zh),
                    format!("Level {level} (template {}): {}.", template.id, failed.en),
                ));
                parts.extend(met_elsewhere(template, level, facts));
            }
            Recomputed::Met { .. } => parts.push(Bilingual::new(
                format!("但按 {} 模板推算满足条件，由人核实。", template.id),
                format!("By template {} a condition would be met; for a person to check.", template.id),
            )),
            Recomputed::Open => {}
        }
        if facts.birth_dates_contradict() {
            parts.push(Bilingual::new(
                "证件号码所含出生日期与登记的出生日期不一致。",
                "The birth date in the identity number contradicts the one filed.",
            ));
        }
    }
    parts.push(match status {
        _ if !rules.status_recorded => Bilingual::default(),
        Some(CandidateStatus::Registered) => Bilingual::new("未获准参考。", "Not admitted."),
        Some(CandidateStatus::Admitted) => Bilingual::new("已获准参考。", "Admitted."),
        Some(CandidateStatus::Absent) => Bilingual::new("已获准参考，缺考。", "Admitted, absent."),
        Some(CandidateStatus::Sat) => Bilingual::new("已参考。", "Sat the examination."),
        None => Bilingual::new("报名状态未记录。", "Status not recorded."),
    });
    parts.retain(|part| !part.en.is_empty());
    ObservedCase { subjects: vec![candidate], sources, detail: join(parts) }
}

/// Another template under which a condition would be met: the occupation's own standard decides.
fn met_elsewhere(used: &Template, level: Level, facts: &Facts) -> Option<Bilingual> {
    let other = templates().iter().find(|template| {
        template.id != used.id && matches!(recompute(template.conditions(level), facts), Recomputed::Met { .. })
    })?;
    Some(Bilingual::new(
        format!("若该职业适用 {} 模板的标准，则满足条件：以该职业标准为准。", other.id),
        format!("Under template {} a condition would be met: the standard of the occupation decides.", other.id),
    ))
}
