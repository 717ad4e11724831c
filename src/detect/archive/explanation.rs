//! What `explain` says of the archive detector.

use crate::detect::detector::Explanation;
use crate::model::text::Bilingual;

/// Measures, honest causes, settings and sources.
pub fn explanation() -> Explanation {
    Explanation {
        measures: vec![
            ("certificates_without_pass", Bilingual::new("未合格而发证", "certificates without a pass")),
            ("destroyed_early", Bilingual::new("保管期满前销毁的材料", "documents destroyed before their term ended")),
            ("incomplete", Bilingual::new("档案目录中缺少的材料", "documents that the archive lacks")),
            ("marks_without_sheets", Bilingual::new("有理论成绩而无答题卡", "theory marks without an answer sheet")),
            ("not_on_roster", Bilingual::new("花名册中没有的考生", "candidates whom the roster does not name")),
            ("passes_without_marks", Bilingual::new("评定合格而无成绩", "passes without a mark")),
            ("retention", Bilingual::new("保管期限与销毁日期", "terms of keeping and days of destruction")),
            ("without_sitting", Bilingual::new("未参考而有答卷或成绩", "work of candidates who did not sit")),
        ],
        looks_for: Bilingual::new(
            "齐全（archive.incomplete）：档案目录与一个批次应有的材料清单逐项对照（认定公告、资格审核、准考名册、方案、试卷领取与回收登记、监考/考生/\
             考评人员签到、考场记录、成绩汇总、答题卡、技能评分记录、评审答辩记录、证书数据；清单为数据，按材料名称中的词识别），目录中没有或载明未归档的\
             列出；评审答辩记录只对二级、一级要求。准确：花名册 ⊇ 参考 ⊇ 答卷 ⊇ 成绩 ⊇ 合格 ⊇ 证书，按准考证号逐人核对：有答卷、评分或成绩而花名册中没有\
             （archive.not_on_roster）；记为未获准或缺考而有答卷，或各科均有成绩（archive.without_sitting）；有理论成绩而没有答卷\
             （archive.marks_without_sheets，单科保留也会如此，只作为需查证的情形）；评定合格而某科没有成绩（archive.passes_without_marks）；有发证名册的，未合格或成绩册中没有而发证（archive.certificates_without_pass）。\
             保管（archive.retention）：每份材料最早可销毁的日期（纸质 3 年、电子 5 年，按历年整年计，2 月 29 日取月末），早于该日销毁的列出（archive.destroyed_early）；\
             起算日条文未写，默认取考试、公布、归档三日中在案的最晚一日。",
            "Complete (archive.incomplete): the list of records held against what a batch has to have (notice, qualification review, roster, plan, \
             register of papers, sign-ins of invigilators, candidates and assessors, record of rooms, summary of results, answer sheets, scoring \
             records, review records, certificate data; the checklist is data, and titles are known by their words); what is not on the list, or is \
             said not to be there, is listed; review records are asked of levels 2 and 1 only. Accurate: roster, sitting, sheets, marks, passes and certificates, \
             each within the one before, by candidate number: work or results without a row of the roster (archive.not_on_roster); not admitted or \
             absent, with a sheet or with marks in every component (archive.without_sitting); a theory mark without a sheet \
             (archive.marks_without_sheets; a kept pass looks the same, so it is to be looked into); a pass without a mark \
             (archive.passes_without_marks); where there is a list of certificates, one without a pass or without a result \
             (archive.certificates_without_pass). Keeping (archive.retention): the first day on which each record may be destroyed (paper 3 years, \
             electronic 5, in civil years, 29 February clamped), and records destroyed before it (archive.destroyed_early); the text does not say from which day, by default \
             the latest on record of examination, publication and archiving.",
        ),
        honest_causes: Bilingual::new(
            "材料在库而目录未登记；材料用了清单没有的名称（未识别的名称另列数目）；几项材料合订为一册；目录尚未编完；纸质原件扫描后改以电子形式保管；\
             花名册是增补前的版本；准考证号录错一位；补考、保留单科的考生没有本次答卷；缺考一科的考生被记为缺考；销毁日期误填为移交日期。",
            "A record is in store and not entered; it goes by a title that the checklist does not have (such titles are counted apart); several are bound as \
             one; the list is not finished; paper was scanned and is kept as files; the roster is older than an addition to it; one digit of a number \
             is mistyped; a candidate of a resit or with a kept pass has no sheet this time; somebody absent from one component is recorded as \
             absent; a day of handing over was entered as one of destruction.",
        ),
        settings: vec![
            (
                "archive.term_start",
                Bilingual::new(
                    "保管期起算日：latest（默认）、exam_date、archived_on、published_on",
                    "first day of the term: latest (default), exam_date, archived_on, published_on",
                ),
            ),
            ("archive.paper_years", Bilingual::new("纸质资料保管年数，默认 3", "years to keep paper, 3 by default")),
            (
                "archive.electronic_years",
                Bilingual::new("电子资料保管年数，默认 5", "years to keep electronic files, 5 by default"),
            ),
        ],
        sources: vec!["《荆州市职业技能等级认定评价机构监督管理办法》第九条、第二十条第（七）项"],
    }
}
