//! What `explain` says of the score-change detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Measures, honest causes, settings and sources.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("after_publication", Bilingual::new("公布之后的成绩修改", "score changes after publication")),
            ("burst", Bilingual::new("不合格改合格集中于一段时间", "changes to passed crowded in time")),
            ("direction", Bilingual::new("成绩修改偏向改为合格", "changes that run from failed to passed")),
            ("landing", Bilingual::new("修改后恰好落在合格线上", "changes that land on the line")),
            ("operators", Bilingual::new("不合格改合格集中于个别操作人", "changes to passed by one operator")),
            ("register_differs", Bilingual::new("成绩册与修改记录不符", "register at odds with the log of changes")),
            ("sequence", Bilingual::new("修改记录的编号与时间次序", "numbers and times of the log")),
            ("unapproved", Bilingual::new("未见批准的成绩修改", "score changes without approval")),
            ("without_reason", Bilingual::new("未记原因的成绩修改", "score changes without a reason")),
            (
                "without_second_person",
                Bilingual::new("无第二人审批的成绩修改", "score changes without a second person"),
            ),
        ],
        looks_for: Bilingual::new(
            "成绩在首次登记之后的每一次变更（score_change.unapproved）：改前、改后、操作人、时间、原因、审批，既无审批人又无审批文号的\
             记为“未见记录”。由各条记录重建成绩（score_change.register_differs）：后一条的原成绩应等于前一条的新成绩，最后的新成绩应等于\
             成绩册。程序事实另列，单独均不说明“擅自”：公布之后的修改（after_publication）、审批人即操作人且无文号（without_second_person）、\
             未记原因（without_reason）、编号缺漏或重复、时间倒退、同一时刻多条（sequence；记录按时间排列，同一时刻按行序，无时间者在后）。\
             统计迹象：改为合格与改为不合格之比（direction，精确 McNemar，每人每科只计净变化）；某操作人改为合格的比例高于他人\
             （operators，Fisher 精确检验，附 mid-p、Holm、BH）；恰好落在线上或线上一步以内的多于改幅随机重排所预期\
             （landing，按原在线上线下、改高改低分层）；改为合格的集中于某一时段，甚于全部修改的集中（burst，扫描统计量）。\
             各迹象在全部数据的批次（或操作人）间作 Holm 校正；少于最少项数的不检验。复核、补考、保留单科、答案更正等成组的正当修改\
             各作一项，不计入统计，数目列出。",
            "Every change of a score after it was first recorded (score_change.unapproved): before, after, actor, time, reason and \
             approval; an entry with neither approver nor approval number is \"none found\". Scores are rebuilt from their entries \
             (score_change.register_differs): each old score should be the new score of the entry before, the last new score the one in the \
             register. Procedural facts stand apart, and none of them alone says \"without authority\": changes after publication \
             (after_publication), an approver who is the operator with no number (without_second_person), no reason (without_reason), \
             numbers left out or used twice, times that run back, entries of one moment (sequence; entries are followed by time, those of \
             one moment by row, undated ones last). Signs: failed to passed against passed to failed (direction, exact McNemar, net change \
             of each score); one operator with more changes to passed than the others (operators, Fisher's exact test with mid-p, Holm and BH); \
             more changes on the line or within a step above it than increments dealt out anew give (landing, in strata of side and way); \
             changes to passed that crowd in time more than all changes do (burst, scan statistic). Each sign is adjusted by Holm over the \
             batches (or operators) of the data set; fewer changes than the minimum are not tested. Re-checks, resits, kept passes and \
             corrections for many are one event each and left out of the tests, with their number stated.",
        ),
        honest_causes: Bilingual::new(
            "经审批的复核、补考、保留单科合格、对全体考生的标准答案更正（同一操作人连续操作、同幅增减、同一审批，或覆盖九成以上考生，合并为一项）\
             均属正当；审批件存在但未录入日志；日志按首次登记写入（不计）；改前改后相同（不计）。成绩册为旧版或复核结果尚未回写时，会与日志不一致；\
             时钟倒退时按书写顺序核对并注明。申请更正的多为不合格考生，改为合格的自然较多；一人专办复核，其比例自然较高；\
             只交部分批次的日志，编号自然有缺。",
            "Approved re-checks, resits, kept single-component passes, and an approved correction of the key for everyone (one operator, one run, \
             equal amounts and one approval, or nine in ten candidates: taken as one act) are lawful; an approval may exist without being entered \
             in the log; first records and entries that change nothing are not counted. A register of an older date, or a re-check not \
             yet written back, differs from the log; where the clock ran back, entries are followed in the order of writing, which is said. \
             Those who failed ask for corrections more often, so that more go up; somebody who alone handles them has more of them; a log of \
             some batches has gaps in its numbers.",
        ),
        settings: vec![
            (
                "pass_line.default_line",
                Bilingual::new(
                    "没有在案批准线时用来判断合格与否的合格线，默认 60。",
                    "Line that decides passed or failed where no approved line is on record, 60 by default.",
                ),
            ),
            (
                "score_change.significance_level",
                Bilingual::new(
                    "每种迹象在全部数据上的显著性水平（Holm 校正之后），默认 0.01。",
                    "Level of each sign over the whole data set, after Holm, 0.01 by default.",
                ),
            ),
            (
                "score_change.minimum_changes",
                Bilingual::new(
                    "检验所需的最少项数（越线的成绩、操作人的修改、批次的修改），默认 5。",
                    "Fewest changes that are tested (scores over the line, changes of an operator, of a batch), 5 by default.",
                ),
            ),
            (
                "score_change.minimum_group",
                Bilingual::new(
                    "同一审批下连续同幅增减，至少涉及多少考生才合并为一项更正，默认 5。",
                    "Fewest candidates of a run of equal amounts under one approval that is taken as one correction, 5 by default.",
                ),
            ),
            (
                "score_change.second_person_required",
                Bilingual::new(
                    "是否要求每项修改都有操作人以外的审批人，默认否。",
                    "Whether every change needs an approver other than the operator, no by default.",
                ),
            ),
            (
                "score_change.landing_step",
                Bilingual::new(
                    "线上多少分以内视为落在线上，默认 0.5。",
                    "How far above the line still counts as landing on it, 0.5 by default.",
                ),
            ),
        ],
        sources: vec![
            "Art. 21(6) 擅自更改评价成绩",
            "Art. 20(7) records complete and accurate (chain of the log)",
            "McNemar (1947); Fisher (1935); Holm (1979); Benjamini & Hochberg (1995)",
            "Kulldorff (1997), scan statistic; Besag & Clifford (1991), drawn p-values",
        ],
    }
}
