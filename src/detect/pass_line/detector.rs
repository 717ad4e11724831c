//! The pass-line detector: batches through the audit of the log and the recovery from outcomes.

use crate::detect::batch_rows::{BatchRows, without_repeats};
use crate::detect::change_log::{by_time, stated};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::parameters::DetectParameters;
use crate::detect::pass_line::approved::{ApprovedLines, LineBasis};
use crate::detect::pass_line::configured::{BatchDates, audit};
use crate::detect::pass_line::outcomes::{Outcomes, recover};
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::dated::Dated;
use crate::model::evidence::{ApprovedLine, Evidence, PassLineEvent, PassLineTimeline, ScoreDistribution};
use crate::model::figure::Figures;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::pass_line::{PassLine, PassLineChange};
use crate::model::progress::Progress;
use crate::model::score::Score;
use crate::model::text::Bilingual;

const NAME: &str = "pass_line";

/// Pass lines moved in the log, and pass lines as applied.
pub struct PassLineDetector;

/// The tables by batch.
struct Tables<'a> {
    dataset: &'a Dataset,
    lines: BatchRows<'a, PassLine>,
    changes: BatchRows<'a, PassLineChange>,
    scores: BatchRows<'a, Score>,
    numbers_listed: bool,
    log_present: bool,
    approvals_recorded: bool,
}

impl Detector for PassLineDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![
                (
                    "configured_line",
                    Bilingual::new("日志中未见批准的合格线变更", "logged moves of the line without approval"),
                ),
                ("passed_below", Bilingual::new("低于合格线而记为合格", "recorded as passed below the line")),
                ("failed_above", Bilingual::new("达到合格线而记为不合格", "recorded as failed at or above the line")),
            ],
            looks_for: Bilingual::new(
                "合格线是否在没有审批记录的情况下被调低或调高。一是看日志（pass_line.configured_line）：按时间排列每次设定，\
                 缺原值的由顺序推出，逐条与在案批准线和批准文号核对，并注明是否在考试之后、成绩公布之后；日志前后矛盾、时钟倒退、\
                 有变更未入日志的也一并列明。二是看结果（pass_line.passed_below、pass_line.failed_above）：实际执行的合格线高于\
                 无其他原因的不合格者最高分、不高于合格者最低分；低于合格线而记为合格、达到合格线而记为不合格的逐人列出。",
                "Whether a pass line was lowered or raised without an approval on record. By the log (pass_line.configured_line): entries in \
                 order of time, a blank old line rebuilt from the sequence, each held against the approved lines and approval numbers \
                 on record, with whether it came after the examination or after publication; contradictions, clocks that run \
                 backwards and changes that are not in the log are named. By the outcomes (pass_line.passed_below, \
                 pass_line.failed_above): the line as applied lies in (highest score failed without another cause, lowest score passed]; \
                 everyone passed below the line or failed at or above it is listed.",
            ),
            honest_causes: Bilingual::new(
                "审批件存在但未提供或文号录错；考前初始化或改回批准线（不计）；系统只记新值、不记审批，这类数据的常态就是“未见审批记录”。\
                 结果方面：0 分被程序当作未录入（单独计数）；59.5 取整为 60（单独计数）；★技能项未通过、违纪作废、其他科目未通过会使\
                 达到合格线者不合格；保留的单科合格（免考）不参与比较；评价规范另定合格线而未提供批准记录。",
                "An approval exists but was not handed in, or its number was mistyped; setting up or restoring the approved line is no \
                 case; many systems log only the new value, so that \"no approval found\" is the normal state of such data. In the \
                 outcomes: a true 0 taken for \"not entered\" (counted apart); 59.5 rounded to 60 (counted apart); a failed key (★) \
                 skill, a void for misconduct or another component's failure fails a candidate at or above the line; a kept \
                 single-component pass (exempt) is left out; an own evaluation standard may set another line whose approval was not \
                 handed in.",
            ),
            settings: vec![(
                "pass_line.default_line",
                Bilingual::new(
                    "没有在案批准线时用来比对的合格线，默认 60；使用默认线时在数据项中注明。",
                    "Line to hold against where no approved line is on record, 60 by default; its use is said in the figures.",
                ),
            )],
            sources: vec![
                "Art. 21(6) 擅自降低或提高合格分数线",
                "GB/T 8170 rounding; decisions on unrounded values",
                "Recovery of the line from outcomes: (max failed, min passed]",
            ],
        }
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let tables = Tables {
            dataset,
            lines: BatchRows::new(
                &dataset.pass_lines,
                |row| &row.batch_id,
                |a, b| (&a.component, a.approved_on, a.source).cmp(&(&b.component, b.approved_on, b.source)),
            ),
            changes: BatchRows::new(
                &dataset.pass_line_changes,
                |row| &row.batch_id,
                |a, b| by_time((a.changed_at, a.source), (b.changed_at, b.source)),
            ),
            scores: BatchRows::new(
                &dataset.scores,
                |row| &row.batch_id,
                |a, b| (&a.candidate_id, &a.component, a.source).cmp(&(&b.candidate_id, &b.component, b.source)),
            ),
            numbers_listed: dataset.pass_lines.iter().any(|line| stated(&line.approval_no).is_some()),
            log_present: dataset.has_table("pass_line_changes") || !dataset.pass_line_changes.is_empty(),
            approvals_recorded: dataset.has_column("pass_line_changes", "approval_no")
                || dataset.pass_line_changes.iter().any(|change| change.approval_no.is_some()),
        };
        each_batch(dataset, NAME, progress, |batch_id, batch| look_at(batch_id, batch, &tables, parameters))
    }
}

fn look_at(batch_id: &BatchId, batch: Option<&Batch>, tables: &Tables<'_>, parameters: &DetectParameters) -> Detected {
    let logged = tables.changes.of(batch_id);
    let changes = without_repeats(logged, |change| {
        (&change.component, change.changed_at, change.old_line, change.new_line, &change.operator, &change.approval_no)
    });
    let approved = ApprovedLines {
        lines: tables.lines.of(batch_id),
        changes: &changes,
        numbers_listed: tables.numbers_listed,
        default_line: parameters.pass_line.default_line,
    };
    let body_id = batch.and_then(|batch| batch.body_id.clone());
    let new_observation = |measure: &'static str, nature: Nature, evaluated: bool| Observation {
        detector: NAME,
        measure,
        nature,
        body_id: body_id.clone(),
        batch_id: Some(batch_id.clone()),
        evaluated,
        figures: Figures::new(),
        cases: Vec::new(),
        missing: Vec::new(),
        dated: Dated::default(),
    };
    let dates = BatchDates {
        exam_date: batch.and_then(|batch| batch.exam_date),
        published_on: batch.and_then(|batch| batch.published_on),
    };
    let mut evidence = Vec::new();

    let audited = audit(&approved, dates, tables.approvals_recorded);
    let nothing_to_compare = audited.cases.is_empty() && audited.entries_without_anything_to_compare > 0;
    let mut configured = new_observation("configured_line", Nature::Fact, tables.log_present && !nothing_to_compare);
    configured.missing = configured_missing(tables, &approved, dates);
    if tables.log_present {
        configured.figures = audited.figures;
        configured.figures.insert("duplicate_rows".to_owned(), (logged.len() - changes.len()).into());
        configured.cases = audited.cases;
    }
    if tables.log_present || !approved.lines.is_empty() {
        evidence.push(Evidence::PassLineTimeline(timeline(batch_id, batch, &approved, audited.events)));
    }

    let scores = tables.scores.of(batch_id);
    let outcomes = recover(scores, &approved);
    let missing = outcome_missing(tables, scores, &outcomes);
    let outcome = |measure, cases: Vec<ObservedCase>, figures: &Figures| {
        let mut observation = new_observation(measure, Nature::Sign, outcomes.judged > 0);
        observation.missing = missing.clone();
        observation.figures = outcomes.common.clone();
        observation.figures.extend(figures.clone());
        observation.cases = cases;
        observation
    };
    let failed_above = outcome("failed_above", outcomes.failed_above.clone(), &outcomes.above);
    let passed_below = outcome("passed_below", outcomes.passed_below.clone(), &outcomes.below);
    for component in outcomes.components {
        if component.counts.is_empty() {
            continue;
        }
        evidence.push(Evidence::ScoreDistribution(ScoreDistribution {
            body_id: body_id.clone(),
            batch_id: batch_id.clone(),
            component: component.component,
            approved_line: (component.held.basis != LineBasis::Default).then_some(component.held.line),
            highest_failed: component.highest_failed,
            lowest_passed: component.lowest_passed,
            counts: component.counts,
        }));
    }
    Detected { observations: vec![configured, failed_above, passed_below], evidence }
}

fn configured_missing(tables: &Tables<'_>, approved: &ApprovedLines<'_>, dates: BatchDates) -> Vec<MissingFact> {
    if !tables.log_present {
        return vec![MissingFact::table("pass_line_changes")];
    }
    let mut missing = Vec::new();
    if approved.lines.is_empty() {
        missing.push(MissingFact::column("pass_lines", "approved_line"));
    }
    if !approved.changes.is_empty() {
        if !tables.approvals_recorded {
            missing.push(MissingFact::column("pass_line_changes", "approval_no"));
        }
        if approved.changes.iter().any(|change| change.changed_at.is_none()) {
            missing.push(MissingFact::column("pass_line_changes", "changed_at"));
        }
        if dates.exam_date.is_none() {
            missing.push(MissingFact::column("batches", "exam_date"));
        }
        if dates.published_on.is_none() {
            missing.push(MissingFact::column("batches", "published_on"));
        }
    }
    missing
}

fn outcome_missing(tables: &Tables<'_>, scores: &[&Score], outcomes: &Outcomes) -> Vec<MissingFact> {
    if scores.is_empty() && tables.dataset.scores.is_empty() {
        return vec![MissingFact::table("scores")];
    }
    let mut missing = Vec::new();
    if outcomes.scores == 0 {
        missing.push(MissingFact::column("scores", "score"));
    } else if outcomes.judged == 0 {
        missing.push(MissingFact::column("scores", "passed"));
    }
    if outcomes.default_lines > 0 {
        missing.push(MissingFact::column("pass_lines", "approved_line"));
    }
    missing
}

fn timeline(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    approved: &ApprovedLines<'_>,
    events: Vec<PassLineEvent>,
) -> PassLineTimeline {
    PassLineTimeline {
        body_id: batch.and_then(|batch| batch.body_id.clone()),
        batch_id: batch_id.clone(),
        exam_date: batch.and_then(|batch| batch.exam_date),
        published_on: batch.and_then(|batch| batch.published_on),
        approved: approved
            .lines
            .iter()
            .map(|line| ApprovedLine {
                component: line.component.clone(),
                line: line.approved_line,
                approval_no: line.approval_no.clone(),
                approved_on: line.approved_on,
            })
            .collect(),
        events,
    }
}
