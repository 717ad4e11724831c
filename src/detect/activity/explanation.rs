//! What `explain` prints of the activity detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Name of the detector.
pub(super) const NAME: &str = "activity";

/// The words.
pub(super) fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("held", Bilingual::new("开展评价的日期", "days on which evaluations were held")),
            ("on_file", Bilingual::new("备案期间", "terms of the filing")),
        ],
        looks_for: Bilingual::new(
            "每个机构开展评价的日期（activity.held）与备案期间（activity.on_file）。批次标为已开展或有答卷、评分、成绩的计为活动；标为取消的\
             不计；两者都没有的为未定，不据以下结论。备案各行相接或重叠的合为一段，没有备案行的自机构备案日期起算。只有在批次登记完整的期间\
             内才能说“没有活动”：由设置 activity.whole_from 声明；未声明时，仅当批次表是一张登记表（同一工作表、列有两个以上机构、每一行均\
             注明机构、日期与是否开展）才视为自其首个至末个考试日期完整。收集来的若干批次不是登记表，不能据以断定没有活动。备案之日至登记\
             首日之间不下结论。",
            "For every body the days on which it held evaluations (activity.held) and the terms of its filing (activity.on_file). A batch counts \
             when it is marked as held or has answers, ratings or scores; cancelled ones do not count, and what is neither is open, so that \
             nothing is concluded from it. Rows of a filing that touch or overlap are one term; without rows the day of the body's filing \
             begins it. \"No activity\" can be said only of days for which the register of batches is whole: as declared by the setting \
             activity.whole_from; else only where the table of batches is one register (a single sheet, of two bodies or more, with body, day \
             and whether it was held in every row), from its first to its last examination. A few batches put together are no register, and \
             no absence follows from them. Nothing is concluded on the time between the filing and the first entry.",
        ),
        honest_causes: Bilingual::new(
            "批次登记不全、其他年度或其他系统的批次未提供；被暂停工作或限期整改期间不能开展；备案已注销而备案表未更新；疫情、灾害、生源不足等\
             正当理由（第二十一条（二））；批次已取消但如期另行组织。",
            "The register is not whole, or batches of other years or systems were not handed in; the body was suspended or ordered to rectify; the \
             filing was withdrawn and the table is older; an epidemic, a disaster, too few applicants or another good reason (Art. 21(2)); a \
             batch was cancelled and held again under another number.",
        ),
        settings: vec![
            (
                "activity.whole_from",
                Bilingual::new(
                    "批次登记自何日起完整（YYYY-MM-DD）；默认不声明。",
                    "From which day on the register of batches is whole (YYYY-MM-DD); not declared by default.",
                ),
            ),
            (
                "activity.whole_to",
                Bilingual::new(
                    "至何日完整；默认至判断截至日。须与 whole_from 同用。",
                    "Up to which day; by default the day of judgement. Only together with whole_from.",
                ),
            ),
        ],
        sources: vec!["Art. 21(2) 一年内无正当理由不开展评价活动的", "Art. 22(5) 连续两年不开展评价工作的"],
    }
}
