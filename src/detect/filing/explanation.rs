//! What `explain` prints of the filing detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Name of the detector.
pub(super) const NAME: &str = "filing";

/// The words.
pub(super) fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            (
                "scope",
                Bilingual::new("职业或等级不在当日有效的备案内", "occupation or level not in the filing in force"),
            ),
            ("site", Bilingual::new("考点不在当日有效的备案内", "site not in the filing in force")),
            ("region", Bilingual::new("地域不在当日有效的备案内", "region not in the filing in force")),
            ("combination", Bilingual::new("范围与地点未在同一行备案", "scope and place not in one row of the filing")),
            ("body_unknown", Bilingual::new("机构不在机构表与备案表中", "body in no register")),
            ("not_in_force", Bilingual::new("评价当日没有有效的备案", "no filing in force on the day")),
            ("future_date", Bilingual::new("考试日期不可能已到", "examination date that cannot have come")),
        ],
        looks_for: Bilingual::new(
            "每个批次的职业与等级（filing.scope）、考点（filing.site）、地域（filing.region）减去考试当日有效的备案，分别计。当日有效指备案起止\
             之内，首尾两日均含；没有备案止的视为未到期；没有备案起的以机构备案日期为准。职业以编码为准，缺编码时以名称为准；一个编码是\
             另一编码的延续、同名而编码不同、名称互相包含的，不下结论。考点名称互为延续的、地域级别不同而无从比较的，也不下结论。取消的\
             批次不计。范围与地点分别在不同备案行中的，另列（filing.combination），不单独作为结论。机构不在机构表与备案表中的\
             （filing.body_unknown）、考试当日没有任何有效备案的（filing.not_in_force）、考试日期晚于判断截至日或晚于成绩公布日期的\
             （filing.future_date），各自列明。",
            "Occupation and level (filing.scope), site (filing.site) and region (filing.region) of each batch, minus those of the filing in \
             force on the examination day, each by itself. In force means within the term, both ends included; an end not on record is open, \
             and without a first day the day of the body's filing stands for it. Occupations are compared by code, by name where there is no \
             code; nothing is concluded where one code continues the other, one name has two codes, or one name holds the other, nor where \
             one site's name continues the other's, or regions are of different rank. Cancelled batches do not count. Scope and place that \
             are on file in different rows only are shown beside (filing.combination) and decide nothing. Bodies that no register knows \
             (filing.body_unknown), days without any filing in force (filing.not_in_force) and examinations dated after the day of judgement \
             or after their own publication (filing.future_date) are each named.",
        ),
        honest_causes: Bilingual::new(
            "备案变更已获批而所提供的备案表是旧的；备案表只列了部分考点或只按最高等级登记；考点更名、搬迁、行政区划调整；临时借用考点经\
             主管部门同意；职业分类大典更新后编码改变；机构换证后信用代码改变；批次表中的机构代码、日期录错；计划中的批次已列入批次表。",
            "A change of the filing was approved and the table at hand is older; the table lists only some sites, or the highest level only; a \
             site was renamed or moved, or districts were redrawn; the authority agreed to a borrowed site; the classification of occupations \
             was renewed and codes changed; the body got a new credit code; the code or the date of the batch is mistyped; a batch that is \
             planned is in the table already.",
        ),
        settings: vec![(
            "as_of",
            Bilingual::new(
                "判断截至日；未设时以最近的考试日期为准。",
                "The day up to which the records are judged; the latest examination where it is not set.",
            ),
        )],
        sources: vec!["Art. 16(1), 16(2), 16(4)", "Art. 21(1) 未按规定范围和地点组织开展评价的"],
    }
}
