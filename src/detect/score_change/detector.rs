//! The score-change detector: batches through the log of changed scores and the register.

use crate::detect::batch_rows::{BatchRows, without_repeats};
use crate::detect::change_log::{by_time, stated};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::parameters::DetectParameters;
use crate::detect::pass_line::approved::ApprovedLines;
use crate::detect::score_change::chain::compare;
use crate::detect::score_change::entries::{population, read};
use crate::detect::score_change::unapproved::{cases, evidence, figures};
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::dated::Dated;
use crate::model::evidence::{Evidence, ScoreChangeSummary};
use crate::model::figure::Figures;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::pass_line::{PassLine, PassLineChange};
use crate::model::progress::Progress;
use crate::model::score::Score;
use crate::model::score_change::ScoreChange;
use crate::model::text::Bilingual;

const NAME: &str = "score_change";

/// Scores changed without an approval on record, and registers that differ from the log.
pub struct ScoreChangeDetector;

/// The tables by batch.
struct Tables<'a> {
    changes: BatchRows<'a, ScoreChange>,
    scores: BatchRows<'a, Score>,
    lines: BatchRows<'a, PassLine>,
    line_changes: BatchRows<'a, PassLineChange>,
    numbers_listed: bool,
    log_present: bool,
    register_present: bool,
    approvals_recorded: bool,
    old_scores_recorded: bool,
}

impl Detector for ScoreChangeDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![
                ("unapproved", Bilingual::new("未见批准的成绩修改", "score changes without approval")),
                (
                    "register_differs",
                    Bilingual::new("成绩册与修改记录不符", "register at odds with the log of changes"),
                ),
            ],
            looks_for: Bilingual::new(
                "成绩在首次登记之后的每一次变更（score_change.unapproved）：改前、改后、操作人、时间、原因、审批，既无审批人又无审批文号的\
                 记为“未见记录”；并计数公布之后的变更、由不合格变合格、由合格变不合格、恰好落在合格线上的变更。另查（score_change.register_differs）：\
                 后一条记录的原成绩是否等于前一条的新成绩，日志最后的新成绩是否等于成绩册。",
                "Every change of a score after it was first recorded (score_change.unapproved): before, after, actor, time, reason and \
                 approval; an entry with neither approver nor approval number is \"none found\". Changes after publication, from failed \
                 to passed, from passed to failed and landing exactly on the line are counted. Also (score_change.register_differs): \
                 whether each old score is the new score of the entry before, and whether the last new score is the one in the register.",
            ),
            honest_causes: Bilingual::new(
                "经审批的复核、补考、对全体考生的标准答案更正（同一操作人连续操作、同幅变更、覆盖九成以上考生，合并为一项）均属正当；\
                 审批件存在但未录入日志；日志按首次登记写入（不计）；改前改后相同（不计）。成绩册为旧版或复核结果尚未回写时，会与日志不一致；\
                 时钟倒退时按书写顺序核对并注明。",
                "Approved re-checks and resits, and an approved correction of the key for everyone (one operator, one run, the same \
                 difference, nine in ten candidates or more: taken as one act) are lawful; an approval may exist without being entered \
                 in the log; first records and entries that change nothing are not counted. A register of an older date, or a re-check not \
                 yet written back, differs from the log; where the clock ran back, entries are followed in the order of writing, which is said.",
            ),
            settings: vec![(
                "pass_line.default_line",
                Bilingual::new(
                    "没有在案批准线时用来判断合格与否的合格线，默认 60。",
                    "Line that decides passed or failed where no approved line is on record, 60 by default.",
                ),
            )],
            sources: vec!["Art. 21(6) 擅自更改评价成绩", "Art. 20(7) records complete and accurate (chain of the log)"],
        }
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let recorded = |column: &str| dataset.has_column("score_changes", column);
        let tables = Tables {
            changes: BatchRows::new(
                &dataset.score_changes,
                |row| &row.batch_id,
                |a, b| by_time((a.changed_at, a.source), (b.changed_at, b.source)),
            ),
            scores: BatchRows::new(&dataset.scores, |row| &row.batch_id, |a, b| a.source.cmp(&b.source)),
            lines: BatchRows::new(&dataset.pass_lines, |row| &row.batch_id, |a, b| a.source.cmp(&b.source)),
            line_changes: BatchRows::new(
                &dataset.pass_line_changes,
                |row| &row.batch_id,
                |a, b| by_time((a.changed_at, a.source), (b.changed_at, b.source)),
            ),
            numbers_listed: dataset.pass_lines.iter().any(|line| stated(&line.approval_no).is_some()),
            log_present: dataset.has_table("score_changes") || !dataset.score_changes.is_empty(),
            register_present: !dataset.scores.is_empty(),
            approvals_recorded: recorded("approval_no")
                || recorded("approver")
                || dataset.score_changes.iter().any(|change| change.approval_no.is_some() || change.approver.is_some()),
            old_scores_recorded: recorded("old_score")
                || dataset.score_changes.iter().any(|change| change.old_score.is_some()),
        };
        each_batch(dataset, NAME, progress, |batch_id, batch| look_at(batch_id, batch, &tables, parameters))
    }
}

fn look_at(batch_id: &BatchId, batch: Option<&Batch>, tables: &Tables<'_>, parameters: &DetectParameters) -> Detected {
    let body_id = batch.and_then(|batch| batch.body_id.clone());
    let logged = tables.changes.of(batch_id);
    let distinct = without_repeats(logged, |change| {
        let scores = (change.old_score, change.new_score);
        let approval = (&change.operator, &change.approver, &change.approval_no, &change.reason);
        (change.changed_at, &change.candidate_id, &change.component, scores, &change.change_id, approval)
    });
    let changes = distinct.as_slice();
    let scores = tables.scores.of(batch_id);
    let observation = |measure: &'static str| Observation {
        detector: NAME,
        measure,
        nature: Nature::Fact,
        body_id: body_id.clone(),
        batch_id: Some(batch_id.clone()),
        evaluated: false,
        figures: Figures::new(),
        cases: Vec::new(),
        missing: Vec::new(),
        dated: Dated::default(),
    };
    let mut register_differs = observation("register_differs");
    let mut unapproved = observation("unapproved");
    if !tables.log_present {
        register_differs.missing.push(MissingFact::table("score_changes"));
        unapproved.missing.push(MissingFact::table("score_changes"));
        return Detected { observations: vec![register_differs, unapproved], evidence: Vec::new() };
    }

    let chains = compare(changes, scores);
    if changes.is_empty() || !scores.is_empty() || !chains.cases.is_empty() {
        register_differs.evaluated = true;
    }
    if scores.is_empty() && !changes.is_empty() {
        let fact =
            if tables.register_present { MissingFact::column("scores", "score") } else { MissingFact::table("scores") };
        register_differs.missing.push(fact);
    }
    register_differs.figures = chains.figures;
    register_differs.cases = chains.cases;

    let approved = ApprovedLines {
        lines: tables.lines.of(batch_id),
        changes: tables.line_changes.of(batch_id),
        numbers_listed: tables.numbers_listed,
        default_line: parameters.pass_line.default_line,
    };
    let published_on = batch.and_then(|batch| batch.published_on);
    let population = if changes.is_empty() { Default::default() } else { population(scores) };
    let entries = read(changes, &approved, published_on, &population, tables.old_scores_recorded);
    unapproved.figures = figures(&entries);
    unapproved.figures.insert("duplicate_rows".to_owned(), (logged.len() - changes.len()).into());
    // A log without any column for approvals shows the changes; whether they were approved it cannot show.
    unapproved.evaluated = tables.approvals_recorded || !entries.iter().any(|entry| entry.is_change());
    if unapproved.evaluated {
        unapproved.cases = cases(&entries);
    } else {
        unapproved.missing.push(MissingFact::column("score_changes", "approval_no"));
    }
    if published_on.is_none() && !changes.is_empty() {
        unapproved.missing.push(MissingFact::column("batches", "published_on"));
    }
    let evidence = if entries.is_empty() {
        Vec::new()
    } else {
        let changes = entries.iter().map(evidence).collect();
        vec![Evidence::ScoreChangeSummary(ScoreChangeSummary { body_id, batch_id: batch_id.clone(), changes })]
    };
    Detected { observations: vec![register_differs, unapproved], evidence }
}
