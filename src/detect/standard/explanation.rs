//! What `explain` says of the standard detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Measures, honest causes, settings and sources.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("duration", Bilingual::new("考核时长少于评价规范", "components shorter than the norm asks")),
            ("key_skill", Bilingual::new("关键技能（★）不合格而记为合格", "passes with a failed key skill (★)")),
            (
                "component_missing",
                Bilingual::new("该等级所需而没有的考核项目", "components that the level needs and lacks"),
            ),
            ("passed_below", Bilingual::new("低于合格线而记为合格", "passes below the line")),
            ("passed_without", Bilingual::new("缺一科成绩而评定合格", "passes without a component")),
        ],
        looks_for: Bilingual::new(
            "国家职业标准要求的考核项目与合格线：五至三级为理论、技能，二级、一级另有综合评审，各项 60 分。有人评定合格，而成绩册、评分记录、答卷中都没有某项痕迹的\
             （standard.component_missing）；该项已举行，而评定合格者没有该项成绩，免考除外（standard.passed_without）；某项成绩低于合格线而该项或总评\
             记为合格（standard.passed_below）。用人单位可以有自己的评价规范：未在设置中声明的，所见只作为迹象；已声明的按所声明的判断。\
             批次另有经批准的较低合格线的，按该线。\
             成绩册记有关键技能（★）是否合格的，关键技能不合格而该项或总评记为合格者列出（standard.key_skill）；设置中声明了最少时长的，签到表各考场\
             该项自最早到场至最晚离场不足该时长者列出（standard.duration）。没有这些数据或设置的，由人查看。",
            "Components and line of the national standards: theory and skill for levels 5 to 3, and a review for levels 2 and 1, 60 in each. A component \
             of which there is no result, mark or sheet though somebody passed (standard.component_missing); a component that was held, without a \
             mark of somebody who passed, exemptions aside (standard.passed_without); a mark below the line where the component or the whole is \
             recorded as passed (standard.passed_below). An employer may have a norm of its own: where the settings declare none, what is seen is no \
             more than a sign; where they do, that norm counts. A lower line that was approved for the batch counts as its line. Where \
             the register says whether key skills (★) were passed, passes with a failed one are listed (standard.key_skill); where the settings \
             declare the least minutes of a component, so are rooms whose session was shorter, from the first person there to the last \
             (standard.duration). Without these data or settings both are for a person.",
        ),
        honest_causes: Bilingual::new(
            "某科成绩另册登记而没有提供；保留单科合格者只写“合格”而未写免考；新职业或专项能力考核只有技能一科（在设置中声明）；企业评价规范另定项目与合格线；\
             成绩为折算前的原始分；小数在登记时被四舍五入。",
            "Marks of a component stand in another register that was not handed in; a pass kept from an earlier batch is written as passed and not as exempt; \
             a new occupation or a single skill is examined in skill alone (to be declared in the settings); the norm of an employer has other components \
             and another line; marks are those before conversion; decimals were rounded when entered.",
        ),
        settings: vec![
            (
                "standard.body",
                Bilingual::new(
                    "某机构（按机构代码）自己的评价规范：components（如 [\"skill\"]）、line（如 \"60\"）、minutes（如 { theory = 90 }）；默认无",
                    "norm of a body (by its code): components (such as [\"skill\"]), line (such as \"60\"), minutes (such as { theory = 90 }); none by default",
                ),
            ),
            (
                "standard.occupation",
                Bilingual::new(
                    "某职业（按职业代码或其前段）的规范，键同上；默认无",
                    "norm of an occupation (by its code or the beginning of it), with the same keys; none by default",
                ),
            ),
        ],
        sources: vec![
            "《荆州市职业技能等级认定评价机构监督管理办法》第二十条第（二）项",
            "国家职业标准编制技术规程（鉴定方式：理论知识考试、技能考核、综合评审均实行百分制，成绩皆达60分以上者为合格）",
        ],
    }
}
