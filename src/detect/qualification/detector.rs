//! The qualification detector: batches through the count of unqualified candidates.

use crate::detect::batch_rows::BatchRows;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::funnel::of_ratios;
use crate::detect::parameters::DetectParameters;
use crate::detect::qualification::tally::{BatchRules, Sitting, count};
use crate::detect::qualification::template::resolve;
use crate::model::answer::AnswerSheet;
use crate::model::batch::Batch;
use crate::model::candidate::{Candidate, CandidateStatus};
use crate::model::dataset::Dataset;
use crate::model::evidence::{Evidence, UnqualifiedRatio};
use crate::model::ids::{BatchId, CandidateId};
use crate::model::level::Level;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use crate::model::score::Score;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use rayon::prelude::*;

const NAME: &str = "qualification";
/// Columns from which a condition can be recomputed.
const CONDITION_COLUMNS: [&str; 5] = ["certificate_level", "certificate_date", "work_years", "education", "title"];

/// Candidates who did not meet the conditions to apply.
pub struct QualificationDetector;

/// The tables by batch.
struct Tables<'a> {
    dataset: &'a Dataset,
    candidates: BatchRows<'a, Candidate>,
    scores: BatchRows<'a, Score>,
    sheets: BatchRows<'a, AnswerSheet>,
}

impl Detector for QualificationDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![("unqualified", Bilingual::new("资质不合格的考生", "unqualified candidates"))],
            looks_for: Bilingual::new(
                "单批次中资质不合格的考生（qualification.unqualified）。审核结果记为不合格的直接计数；资料允许时按等级重新推算申报条件：\
                 若干编号条件满足其一即可，每个条件内各要素须同时满足（年龄、原证书等级及取得后满整年数、从业年限、学历、职称）。\
                 每个要素分满足、不满足、无记载三种；只有全部条件均已知不满足才计为不合格，否则为待定。对报名、获准参考、实际参考三个分母\
                 分别给出下限（已知不合格）与上限（加待定），均为整数。",
                "Unqualified candidates of one batch (qualification.unqualified). A review result of unqualified counts as recorded; where the \
                 data allow, the conditions of the level are recomputed: numbered alternatives, each of atoms that must hold together (age, \
                 level of an earlier certificate and whole civil years since, years of work, diploma, title). Each atom holds, does not hold, \
                 or is not on record; a candidate counts as unqualified only when every condition is known not to hold, and is open \
                 otherwise. For each denominator, registered, admitted and sat, a lower bound (known) and an upper bound (known and open) \
                 are given as integers.",
            ),
            honest_causes: Bilingual::new(
                "该职业的标准或企业评价规范所定条件与模板不同（以职业标准为准；若按另一代模板满足，会注明）；佐证材料在纸质档案中而未录入；\
                 证书日期、从业年限录错；持有多本证书只登记一本；学历所学专业、职称取得日期不在登记表中；审核记为不合格且未获准参考的，\
                 正是审核尽责的结果，只计入报名分母；同一人重复报名按报名数计并注明。",
                "The standard of the occupation, or an employer's own evaluation standard, may set other conditions than the template (the \
                 occupation's standard decides; where the other template would be met, this is said); proof may be on paper only; dates and \
                 years may be mistyped; one of several certificates is registered; the major of a diploma and the date of a title are in no \
                 register; a candidate whom the review rejected and who was not admitted shows a review that worked, and counts among the \
                 registered only; a person who registered twice counts twice, which is said.",
            ),
            settings: vec![(
                "qualification.template",
                Bilingual::new(
                    "申报条件模板：auto（按考试日期，2023-10-01 起用 2023 模板，之前用 2018 模板；该切换日是默认设置而非法定日期，\
                     实际以各职业标准颁布为准）、2018、2023。",
                    "Condition template: auto (by examination date: 2023 from 2023-10-01, 2018 before; this day is a default setting and no \
                     legal date, since the standard issued for each occupation decides), 2018 or 2023.",
                ),
            )],
            sources: vec![
                "Art. 20(1) 单批次考生资质不合格者达到或超过5%",
                "国家职业技能标准编制技术规程 (2018), 国家职业标准编制技术规程 (2023): condition templates",
                "GB 11643 identity numbers",
                "Wilson, E. B. (1927), JASA 22, 209-212: interval in charts",
            ],
        }
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let tables = Tables {
            dataset,
            candidates: BatchRows::new(
                &dataset.candidates,
                |row| &row.batch_id,
                |a, b| (&a.candidate_id, a.source).cmp(&(&b.candidate_id, b.source)),
            ),
            scores: BatchRows::new(&dataset.scores, |row| &row.batch_id, |_, _| std::cmp::Ordering::Equal),
            sheets: BatchRows::new(&dataset.answers.sheets, |row| &row.batch_id, |_, _| std::cmp::Ordering::Equal),
        };
        let batches: Vec<(BatchId, Option<&Batch>)> = dataset.batch_ids().into_iter().collect();
        progress.begin(NAME, batches.len() as u64);
        let detected: Vec<(Observation, Option<UnqualifiedRatio>)> = batches
            .par_iter()
            .map(|(batch_id, batch)| {
                let detected = look_at(batch_id, *batch, &tables, parameters);
                progress.advance(1);
                detected
            })
            .collect();
        progress.finish();
        let mut all = Detected::default();
        for (observation, ratio) in detected {
            all.observations.push(observation);
            all.evidence.extend(ratio.map(Evidence::UnqualifiedRatio));
        }
        let funnel = of_ratios(&all.evidence);
        all.evidence.extend(funnel);
        all
    }
}

fn look_at(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    tables: &Tables<'_>,
    parameters: &DetectParameters,
) -> (Observation, Option<UnqualifiedRatio>) {
    let candidates = tables.candidates.of(batch_id);
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let blank = Observation::new(NAME, "unqualified", Nature::Fact).of_batch(batch_id, body_id);
    let mut observation = blank.lacking(Vec::new());
    if candidates.is_empty() {
        observation.missing.push(MissingFact::table("candidates"));
        return (observation, None);
    }

    let level = batch.and_then(|batch| batch.level);
    let exam_date = batch.and_then(|batch| batch.exam_date);
    let status_recorded = candidates.iter().any(|candidate| candidate.status.is_some());
    let sitting_recorded = candidates
        .iter()
        .any(|candidate| matches!(candidate.status, Some(CandidateStatus::Sat | CandidateStatus::Absent)));
    let sat = if sitting_recorded { Vec::new() } else { sat_by_marks(batch_id, tables) };
    let sitting = match sitting_recorded {
        true => Sitting::ByStatus,
        false if sat.is_empty() => Sitting::NotRecorded,
        false => Sitting::ByMarks(&sat),
    };
    let template = resolve(&parameters.qualification.template, exam_date);
    let tally = count(candidates, BatchRules { level, exam_date, template, status_recorded, sitting });
    observation.figures = tally.figures;
    observation.evaluated = anything_recorded(candidates, level, tables.dataset);
    if tally.open > 0 || !observation.evaluated {
        observation.missing = missing(candidates, level, exam_date);
    }
    // Where nobody counts as admitted there is no ratio, and only the register can say that this is right.
    let nobody_admitted = tally.denominators.iter().any(|count| count.name == "admitted" && count.candidates == 0);
    if nobody_admitted || candidates.iter().any(|candidate| candidate.status.is_none()) {
        observation.missing.push(MissingFact::column("candidates", "status"));
    }
    if !observation.evaluated {
        return (observation, None);
    }
    observation.cases = tally.cases;
    let ratio = UnqualifiedRatio {
        body_id: observation.body_id.clone(),
        batch_id: batch_id.clone(),
        exam_date,
        denominators: tally.denominators,
    };
    (observation, Some(ratio))
}

/// Who has a mark or an answer sheet, sorted.
fn sat_by_marks<'a>(batch_id: &BatchId, tables: &Tables<'a>) -> Vec<&'a CandidateId> {
    let marks = tables.scores.of(batch_id).iter().filter(|score| score.mark.points().is_some());
    let sheets = tables.sheets.of(batch_id).iter();
    let mut sat: Vec<&CandidateId> =
        marks.map(|score| &score.candidate_id).chain(sheets.map(|sheet| &sheet.candidate_id)).collect();
    sat.sort_unstable();
    sat.dedup();
    sat
}

/// Whether the row has anything from which a condition column could be read.
fn states(candidate: &Candidate, column: &str) -> bool {
    match column {
        "certificate_level" => candidate.certificate_level.is_some(),
        "certificate_date" => candidate.certificate_date.is_some(),
        "work_years" => candidate.work_years.is_some(),
        "education" => candidate.education.is_some(),
        "title" => candidate.title.is_some(),
        "birth_date" => candidate.birth_date.or(candidate.id_number.as_ref().and_then(|id| id.birth_date())).is_some(),
        _ => candidate.review_result.is_some(),
    }
}

/// Columns that bear on a level: age only where a condition asks for it.
fn bearing(level: Option<Level>) -> impl Iterator<Item = &'static str> {
    let lowest = level.is_none_or(|level| level.code() == 5);
    std::iter::once("review_result").chain(CONDITION_COLUMNS).chain(lowest.then_some("birth_date"))
}

fn anything_recorded(candidates: &[&Candidate], level: Option<Level>, dataset: &Dataset) -> bool {
    bearing(level).any(|column| {
        dataset.has_column("candidates", column) || candidates.iter().any(|candidate| states(candidate, column))
    })
}

/// What would settle the candidates that are open: review results blank for somebody, conditions blank for all.
fn missing(candidates: &[&Candidate], level: Option<Level>, exam_date: Option<NaiveDate>) -> Vec<MissingFact> {
    let mut missing: Vec<MissingFact> = bearing(level)
        // One blank review result leaves its candidate open; of the conditions, any one may be the one that holds.
        .filter(|column| match *column {
            "review_result" => candidates.iter().any(|candidate| !states(candidate, column)),
            _ => candidates.iter().all(|candidate| !states(candidate, column)),
        })
        .map(|column| MissingFact::column("candidates", column))
        .collect();
    if missing.is_empty() {
        missing.push(MissingFact::column("candidates", "review_result"));
    }
    if exam_date.is_none() {
        missing.push(MissingFact::column("batches", "exam_date"));
    }
    if level.is_none() && candidates.iter().any(|candidate| candidate.applied_level.is_none()) {
        missing.push(MissingFact::column("batches", "level"));
    }
    missing
}
