//! What should be found: by planted case, and by batch and article.

use crate::model::batch::BodyKind;
use crate::model::candidate::CandidateStatus;
use crate::model::finding::Verdict;
use crate::simulate::exam::BatchExam;
use crate::simulate::parameters::{CopyPattern, PlantKind};
use crate::simulate::plan::{BatchPlan, CityPlan};
use crate::simulate::truth::{BatchTruth, ExpectedFinding};
use std::collections::BTreeMap;

/// The articles that the truth speaks about, in the order of their letters.
pub const ARTICLES: [&str; 10] = ["20(1)", "20(2)", "20(3)", "20(4)", "20(5)", "20(7)", "21(6)", "22(3)", "7", "9"];

/// Numerator and denominator of Art. 20(1): met when `DENOMINATOR · u ≥ n`.
const UNQUALIFIED_DENOMINATOR: usize = 20;

/// Findings that a case alone should lead to: (article, verdict, measure). Unqualified candidates are left to
/// the ratio of the batch.
pub fn findings_of(kind: &PlantKind) -> &'static [(&'static str, Verdict, &'static str)] {
    use Verdict::{Indication, Met};
    match kind {
        PlantKind::LawfulRecheck { .. }
        | PlantKind::KeyCorrection
        | PlantKind::Resit { .. }
        | PlantKind::RoutineCorrections { .. }
        | PlantKind::WrittenAnswers
        | PlantKind::LongAnswers => &[],
        PlantKind::CopiedAnswers { .. } => &[("20(4)", Indication, "written.alike_answers")],
        PlantKind::SameAnswerOneRater { .. } => &[("20(5)", Met, "scoring.same_answer_one_rater")],
        PlantKind::SameAnswerRaters { .. } => &[("20(5)", Indication, "scoring.same_answer_raters")],
        PlantKind::CopiedSheets { pattern: CopyPattern::Pairs { .. }, .. } => {
            &[("20(4)", Indication, "similarity.similar_pairs")]
        }
        // Those who copy from one sit about it, in its room.
        PlantKind::CopiedSheets { .. } => &[
            ("20(4)", Indication, "similarity.similar_pairs"),
            ("22(3)", Indication, "similarity.room_clusters"),
        ],
        PlantKind::IdenticalSheets { .. } => {
            &[("20(4)", Indication, "similarity.identical_sheets"), ("20(4)", Indication, "similarity.similar_pairs")]
        }
        PlantKind::SevereRater { .. } => &[("20(5)", Indication, "scoring.severity")],
        PlantKind::DriftingRater { .. } => &[("20(5)", Indication, "scoring.drift")],
        PlantKind::HaloRater => &[("20(5)", Indication, "scoring.halo")],
        PlantKind::NarrowRater { .. } => &[("20(5)", Indication, "scoring.range_restriction")],
        PlantKind::MissingSecondRater { .. } => &[("20(5)", Met, "scoring.second_rater")],
        PlantKind::DifferenceWithoutThird { .. } => &[("20(5)", Met, "scoring.third_rater")],
        PlantKind::AdjudicationMistakes { .. } => &[("20(5)", Met, "scoring.adjudication")],
        PlantKind::MarksOffRubric { .. } => &[("20(5)", Met, "scoring.off_rubric")],
        PlantKind::TotalNotSum { .. } => &[("20(5)", Met, "scoring.component_total")],
        PlantKind::TheoryMarkDiffers { .. } => &[("20(5)", Met, "scoring.recomputed_mark")],
        PlantKind::LineLoweredInLog { .. } => {
            &[
                ("21(6)", Met, "pass_line.configured_line"),
                ("21(6)", Indication, "pass_line.passed_below"),
                ("20(2)", Met, "standard.passed_below"),
            ]
        }
        PlantKind::LineMovedWithoutLog { .. } => {
            &[("21(6)", Indication, "pass_line.passed_below"), ("20(2)", Met, "standard.passed_below")]
        }
        // The sheet still gives the mark before the change, so the register cannot be recomputed either.
        PlantKind::EditedScores { .. } => {
            &[("21(6)", Met, "score_change.unapproved"), ("20(5)", Met, "scoring.recomputed_mark")]
        }
        PlantKind::TargetedChanges { .. } => {
            &[("21(6)", Indication, "score_change.direction"), ("21(6)", Indication, "score_change.landing")]
        }
        PlantKind::LiftedToLine { .. } => {
            &[("20(5)", Indication, "pass_line.heaping"), ("21(6)", Indication, "pass_line.heaping")]
        }
        PlantKind::KnownItems { .. } => {
            &[("22(2)", Indication, "disorder.easier_items"), ("20(6)", Indication, "item_bank.easier_items")]
        }
        PlantKind::RetiredItems { .. } => &[("20(6)", Indication, "item_bank.retired_items")],
        PlantKind::ExpiredCertificate => &[("7", Met, "staff.certificate_term")],
        PlantKind::OneInvigilator => &[("20(3)", Met, "staff.invigilators")],
        PlantKind::DocumentMissing => &[("20(7)", Met, "archive.incomplete")],
        PlantKind::DestroyedEarly => {
            &[("9", Met, "archive.retention"), ("20(7)", Met, "archive.destroyed_early")]
        }
        PlantKind::UnqualifiedRecorded { .. }
        | PlantKind::UnqualifiedByConditions { .. }
        // Centrality is shown, and no rule counts it.
        | PlantKind::CentralRater
        | PlantKind::MissingTables => &[],
    }
}

/// The same as records, with the verdict of Art. 20(1) taken from the ratio of the batch.
pub fn expected_of(kind: &PlantKind, exam: &BatchExam, body: BodyKind) -> Vec<ExpectedFinding> {
    let finding = |article: &str, verdict: Verdict, measure: &str| ExpectedFinding {
        article: article.to_owned(),
        verdict: of_body(article, verdict, body).as_str().to_owned(),
        measure: measure.to_owned(),
    };
    match kind {
        PlantKind::UnqualifiedRecorded { .. } | PlantKind::UnqualifiedByConditions { .. } => {
            vec![finding("20(1)", ratio_verdict(exam), "qualification.unqualified")]
        }
        PlantKind::MissingTables => [
            ("20(1)", "qualification.unqualified"),
            ("20(4)", "similarity.similar_pairs"),
            ("20(5)", "scoring.recomputed_mark"),
            ("21(6)", "pass_line.passed_below"),
            ("20(2)", "standard.passed_below"),
            ("20(3)", "staff.invigilators"),
            ("20(7)", "archive.incomplete"),
            ("7", "staff.not_on_roster"),
            ("9", "archive.retention"),
            ("22(3)", "similarity.room_clusters"),
        ]
        .into_iter()
        .map(|(article, measure)| finding(article, Verdict::Undetermined, measure))
        .collect(),
        _ => findings_of(kind).iter().map(|(article, verdict, measure)| finding(article, *verdict, measure)).collect(),
    }
}

/// An employer may have a norm of its own, so that what is at odds with the national standard is a sign there.
fn of_body(article: &str, verdict: Verdict, body: BodyKind) -> Verdict {
    if article == "20(2)" && verdict == Verdict::Met && body == BodyKind::Employer {
        Verdict::Indication
    } else {
        verdict
    }
}

fn ratio_verdict(exam: &BatchExam) -> Verdict {
    let admitted = exam.candidates.iter().filter(|person| person.status.is_admitted());
    let (mut all, mut unqualified) = (0, 0);
    for person in admitted {
        all += 1;
        unqualified += usize::from(!person.qualified);
    }
    if all > 0 && UNQUALIFIED_DENOMINATOR * unqualified >= all { Verdict::Met } else { Verdict::NotMet }
}

/// What is expected of a batch.
pub fn batch_truth(plan: &CityPlan, batch: &BatchPlan, exam: &BatchExam) -> BatchTruth {
    let count = |wanted: &dyn Fn(&crate::simulate::exam::CandidateRecord) -> bool| {
        exam.candidates.iter().filter(|person| wanted(person)).count()
    };
    let mut verdicts: BTreeMap<String, Verdict> =
        ARTICLES.iter().map(|article| ((*article).to_owned(), Verdict::NotMet)).collect();
    if exam.tables_missing {
        verdicts.values_mut().for_each(|verdict| *verdict = Verdict::Undetermined);
    } else {
        verdicts.insert("20(1)".to_owned(), ratio_verdict(exam));
        for (article, verdict, _) in batch.plants.iter().flat_map(findings_of) {
            let entry = verdicts.entry((*article).to_owned()).or_insert(Verdict::NotMet);
            // The order of the words is the order of urgency.
            *entry = (*entry).min(of_body(article, *verdict, plan.bodies[batch.body].kind));
        }
    }
    BatchTruth {
        batch_id: batch.batch_id.clone(),
        body_id: plan.bodies[batch.body].body_id.clone(),
        exam_date: batch.exam_date.to_string(),
        registered: exam.candidates.len(),
        admitted: count(&|person| person.status.is_admitted()),
        sat: count(&|person| person.status == CandidateStatus::Sat),
        registered_unqualified: count(&|person| !person.qualified),
        admitted_unqualified: count(&|person| !person.qualified && person.status.is_admitted()),
        honest: batch.is_honest(),
        verdicts: verdicts.into_iter().map(|(article, verdict)| (article, verdict.as_str().to_owned())).collect(),
    }
}
