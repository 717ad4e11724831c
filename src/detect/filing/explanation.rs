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
            ("credit_code", Bilingual::new("统一社会信用代码校验位不符", "check character of the credit code")),
            ("dates", Bilingual::new("备案期间颠倒或重叠", "terms inverted or overlapping")),
            ("entries", Bilingual::new("备案信息各行互相矛盾", "rows on file that contradict each other")),
            ("foreign_site", Bilingual::new("在他机构备案而本机构未备案的考点开展", "held at a site of another body")),
            ("foreign_team", Bilingual::new("签到人员全属他机构", "team of another body")),
            ("shared_site", Bilingual::new("考点同时由两个机构备案", "site on file of two bodies")),
            ("shared_staff", Bilingual::new("人员在两个机构的批次中签到", "people who signed in for two bodies")),
        ],
        looks_for: Bilingual::new(
            "每个批次的职业与等级（filing.scope）、考点（filing.site）、地域（filing.region）减去考试当日有效的备案，分别计。当日有效指备案起止\
             之内，首尾两日均含；没有备案止的视为未到期；没有备案起的以机构备案日期为准。职业以编码为准，缺编码时以名称为准；一个编码是\
             另一编码的延续、同名而编码不同、名称互相包含的，不下结论。考点名称互为延续的、地域级别不同而无从比较的，也不下结论。取消的\
             批次不计。范围与地点分别在不同备案行中的，另列（filing.combination），不单独作为结论。机构不在机构表与备案表中的\
             （filing.body_unknown）、考试当日没有任何有效备案的（filing.not_in_force）、考试日期晚于判断截至日或晚于成绩公布日期的\
             （filing.future_date），各自列明。备案信息自身的矛盾：信用代码校验位不符（filing.credit_code）；备案止早于备案起，或同一职业、等级、\
             考点与地域的两段期间重叠（filing.dates，相接不算重叠，重复录入不算）；同一机构在机构表中各行不一，在备案表而不在机构表，同一编码多个\
             名称、同一名称多个编码、同一考点多个地域（filing.entries）。他机构的考点与人员：批次的考点不在本机构的备案而在他机构的备案中\
             （filing.foreign_site）；签到的两人以上全部在同一他机构的批次中签到而从未在本机构的其他批次中出现（filing.foreign_team）；两个机构共有\
             的考点与人员另列（filing.shared_site、filing.shared_staff），属常见的合法情形。",
            "Occupation and level (filing.scope), site (filing.site) and region (filing.region) of each batch, minus those of the filing in \
             force on the examination day, each by itself. In force means within the term, both ends included; an end not on record is open, \
             and without a first day the day of the body's filing stands for it. Occupations are compared by code, by name where there is no \
             code; nothing is concluded where one code continues the other, one name has two codes, or one name holds the other, nor where \
             one site's name continues the other's, or regions are of different rank. Cancelled batches do not count. Scope and place that \
             are on file in different rows only are shown beside (filing.combination) and decide nothing. Bodies that no register knows \
             (filing.body_unknown), days without any filing in force (filing.not_in_force) and examinations dated after the day of judgement \
             or after their own publication (filing.future_date) are each named. Entries that contradict each other: a credit code with a wrong \
             check character (filing.credit_code); a term that ends before it begins, or two terms of one occupation, level, site and region that \
             overlap (filing.dates; touching or entered twice is not overlapping); rows of one body that differ in the table of bodies, a body \
             with filings that this table lacks, one code with several names, one name with several codes, one site in several regions \
             (filing.entries). Sites and people of another body: a batch at a site that its body has not on file and another one has \
             (filing.foreign_site); two or more people who signed in, all of them for one other body too and for no other batch of this one \
             (filing.foreign_team). What two bodies share (filing.shared_site, filing.shared_staff) is common and lawful, and only shown beside.",
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
        sources: vec![
            "Art. 16(1), 16(2), 16(4)",
            "Art. 21(1) 未按规定范围和地点组织开展评价的",
            "Art. 22(1) 备案申请中提供虚假承诺、虚假资料的",
            "Art. 22(4) 擅自将评价管理权随意委托或转让的",
            "GB 32100 统一社会信用代码",
        ],
    }
}
