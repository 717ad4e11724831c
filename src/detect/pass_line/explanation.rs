//! What `explain` prints of the pass-line detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// The words.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            (
                "configured_line",
                Bilingual::new("日志中未见批准的合格线变更", "logged moves of the line without approval"),
            ),
            ("passed_below", Bilingual::new("低于合格线而记为合格", "recorded as passed below the line")),
            ("failed_above", Bilingual::new("达到合格线而记为不合格", "recorded as failed at or above the line")),
            ("heaping", Bilingual::new("成绩在合格线处堆积", "scores heap at the line")),
        ],
        looks_for: Bilingual::new(
            "合格线是否在没有审批记录的情况下被调低或调高。一是看日志（pass_line.configured_line）：按时间排列每次设定，\
             缺原值的由顺序推出，逐条与在案批准线和批准文号核对，并注明是否在考试之后、成绩公布之后；日志前后矛盾、时钟倒退、\
             有变更未入日志的也一并列明。二是看结果（pass_line.passed_below、pass_line.failed_above）：实际执行的合格线高于\
             无其他原因的不合格者最高分、不高于合格者最低分；低于合格线而记为合格、达到合格线而记为不合格的逐人列出。\
             三是看堆积（pass_line.heaping）：按机构、批次、考场、考评员，合格线上的人数是否多于相邻分数所能解释（Frandsen 精确检验，\
             单侧），对数据集中同类的全部分组控制错误发现率（BH）；折算造成的空档或成倍的分数处不作检验。",
            "Whether a pass line was lowered or raised without an approval on record. By the log (pass_line.configured_line): entries in \
             order of time, a blank old line rebuilt from the sequence, each held against the approved lines and approval numbers \
             on record, with whether it came after the examination or after publication; contradictions, clocks that run \
             backwards and changes that are not in the log are named. By the outcomes (pass_line.passed_below, \
             pass_line.failed_above): the line as applied lies in (highest score failed without another cause, lowest score passed]; \
             everyone passed below the line or failed at or above it is listed. By heaping (pass_line.heaping): by body, batch, room and rater, \
             whether more stand at the line than the scores beside it explain (Frandsen's exact test, one-sided), with the false \
             discovery rate (BH) held over all groups of the kind in the data set; where a conversion leaves gaps or doubled scores \
             at the line, nothing is tested.",
        ),
        honest_causes: Bilingual::new(
            "审批件存在但未提供或文号录错；考前初始化或改回批准线（不计）；系统只记新值、不记审批，这类数据的常态就是“未见审批记录”。\
             结果方面：0 分被程序当作未录入（单独计数）；59.5 取整为 60（单独计数）；★技能项未通过、违纪作废、其他科目未通过会使\
             达到合格线者不合格；保留的单科合格（免考）不参与比较；评价规范另定合格线而未提供批准记录。\
             堆积方面：59.5 取整为 60 的成绩并入线上；复核、补考集中在线下不远的考生；两部分合并计分；阅卷人对临界卷重审。",
            "An approval exists but was not handed in, or its number was mistyped; setting up or restoring the approved line is no \
             case; many systems log only the new value, so that \"no approval found\" is the normal state of such data. In the \
             outcomes: a true 0 taken for \"not entered\" (counted apart); 59.5 rounded to 60 (counted apart); a failed key (★) \
             skill, a void for misconduct or another component's failure fails a candidate at or above the line; a kept \
             single-component pass (exempt) is left out; an own evaluation standard may set another line whose approval was not \
             handed in. Heaping: marks of 59.5 rounded to 60 join those at the line; re-checks and resits concern candidates a little \
             below it; marks made of two parts; border-line papers that are marked again.",
        ),
        settings: vec![
            (
                "pass_line.default_line",
                Bilingual::new(
                    "没有在案批准线时用来比对的合格线，默认 60；使用默认线时在数据项中注明。",
                    "Line to hold against where no approved line is on record, 60 by default; its use is said in the figures.",
                ),
            ),
            (
                "pass_line.heaping_curvature_percent",
                Bilingual::new(
                    "相邻分数的人数允许弯曲的百分比 k，默认 2。",
                    "How far honest counts beside the line may bend (k), percent, 2 by default.",
                ),
            ),
            (
                "pass_line.heaping_significance_level",
                Bilingual::new(
                    "数据集中每一类分组（机构、批次、考场、考评员）的错误发现率，默认 0.005。",
                    "False discovery rate over the groups of each kind (body, batch, room, rater) in the data set, 0.005 by default.",
                ),
            ),
            (
                "pass_line.heaping_minimum",
                Bilingual::new(
                    "合格线及上下各一档合计至少多少人才检验，默认 10。",
                    "Fewest candidates at the three scores about the line for a group to be tested, 10 by default.",
                ),
            ),
            (
                "pass_line.heaping_window",
                Bilingual::new(
                    "估计被提高人数时，线下可能流失的分数档数，默认 3。",
                    "Scores below the line that may have lost candidates, for the estimate of moved scores, 3 by default.",
                ),
            ),
        ],
        sources: vec![
            "Art. 21(6) 擅自降低或提高合格分数线",
            "GB/T 8170 rounding; decisions on unrounded values",
            "Recovery of the line from outcomes: (max failed, min passed]",
            "Frandsen (2017), Advances in Econometrics 38, 281–315",
            "Dee, Dobbie, Jacob & Rockoff (2019), American Economic Journal: Applied Economics 11(3), 382–423",
        ],
    }
}
