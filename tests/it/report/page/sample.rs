//! An inspection made by hand: something of everything, and names that try to break out.

mod evidence;
mod hostile;

pub use hostile::{CDATA, IDENTITY, hostile};

use chrono::{NaiveDate, NaiveDateTime};
use kaojian::model::batch::{Batch, Body};
use kaojian::model::checklist::InspectionItem;
use kaojian::model::dataset::Dataset;
use kaojian::model::figure::Figures;
use kaojian::model::finding::{Finding, FindingCase, Measure, Verdict};
use kaojian::model::ids::{BatchId, BodyId};
use kaojian::model::level::Level;
use kaojian::model::missing::MissingFact;
use kaojian::model::observation::Nature;
use kaojian::model::provenance::{Provenance, SourceFile, SourceSheet};
use kaojian::model::quarantine::QuarantineEntry;
use kaojian::model::run::{Inspection, RunRecord};
use kaojian::model::text::Bilingual;

const BODIES: [(&str, &str); 3] = [
    ("91350100M000100Y43", "榕城职业培训学校"),
    ("52350100M000200X7A", "闽江技能评价中心"),
    ("91350100M000300W5T", "海峡机电集团有限公司"),
];

fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn time(month: u32, day: u32, hour: u32) -> NaiveDateTime {
    date(month, day).and_hms_opt(hour, 30, 0).unwrap()
}

fn both(zh: &str, en: &str) -> Bilingual {
    Bilingual::new(zh, en)
}

fn at(file: u32, row: u32) -> Provenance {
    Provenance { file, sheet: 0, row }
}

fn batch_id(number: usize) -> BatchId {
    BatchId::from(format!("FZ2026-{:04}", number + 1).as_str())
}

fn body_of(number: usize) -> BodyId {
    BodyId::from(BODIES[number % BODIES.len()].0)
}

/// An inspection of `batches` batches.
pub fn inspection(batches: usize) -> Inspection {
    let mut findings = Vec::new();
    for number in 0..batches {
        findings.extend(findings_of(number));
    }
    findings.sort_by(|a, b| (&a.article, &a.body_id, &a.batch_id).cmp(&(&b.article, &b.body_id, &b.batch_id)));
    Inspection {
        run: RunRecord {
            version: "0.1.0".to_owned(),
            settings: [
                ("similarity.significance_level", "0.01"),
                ("similarity.minimum_items", "10"),
                ("scoring.tolerance_share", "20/100"),
                ("policy.primary_denominator", "admitted"),
            ]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
            seed: 20_260_501,
            rule_packs: Vec::new(),
            rule_pack: "fuzhou-2021".to_owned(),
            rule_pack_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        },
        dataset: dataset(batches),
        quarantine: quarantine(),
        findings,
        evidence: evidence::evidence(batches),
        measure_names: kaojian::pipeline::measure_names(),
        credit: Vec::new(),
        inspection_items: vec![InspectionItem {
            rule_pack: "fuzhou-2021".to_owned(),
            article: "20(5)".to_owned(),
            related: vec!["20(1)".to_owned(), "21(6)".to_owned()],
        }],
    }
}

fn batch(number: usize) -> Batch {
    Batch {
        batch_id: batch_id(number),
        body_id: Some(body_of(number)),
        occupation_code: Some("6-31-01-03".into()),
        occupation: Some(["电工", "焊工", "养老护理员"][number % 3].into()),
        level: Level::new(u8::try_from(number % 3).unwrap() + 2),
        exam_date: Some(date(5, 10 + u32::try_from(number % 12).unwrap())),
        site: Some("一号考点".into()),
        region: None,
        published_on: Some(date(6, 1)),
        held: Some(true),
        source: at(0, 2),
    }
}

fn dataset(batches: usize) -> Dataset {
    let file =
        |path: &str, encoding: &str, table: Option<&str>, rows: u64, refused: u64, unmapped: &[&str]| SourceFile {
            path: path.to_owned(),
            sha256: format!("{:064x}", path.len() * 7_919),
            bytes: rows * 41,
            format: path.rsplit('.').next().unwrap().into(),
            encoding: encoding.into(),
            sheets: vec![SourceSheet {
                name: if path.ends_with("xlsx") { "Sheet1".to_owned() } else { String::new() },
                table: table.map(Into::into),
                rows_read: rows,
                rows_refused: refused,
                rows_skipped: 1,
                mapped_columns: vec![("准考证号".to_owned(), "candidate_id".to_owned())],
                unmapped_columns: unmapped.iter().map(|name| (*name).to_owned()).collect(),
            }],
            error: None,
        };
    let mut files = vec![
        file("2026-05/答题卡.csv", "GB18030", Some("answers"), 1_284, 3, &["扫描仪号", "批改状态"]),
        file("2026-05/成绩册.xlsx", "", Some("scores"), 1_284, 1, &["备注"]),
        file("2026-05/评分记录.csv", "UTF-8 with BOM", Some("ratings"), 7_704, 0, &[]),
        file("2026-05/成绩修改记录.csv", "UTF-8", Some("score_changes"), 18, 0, &[]),
        file("2026-05/花名册.xlsx", "", Some("candidates"), 1_302, 4, &["联系电话"]),
        file("2026-05/通讯录.xlsx", "", None, 40, 0, &["姓名", "电话"]),
    ];
    files.push(SourceFile {
        path: "2026-05/监控记录.xlsx".to_owned(),
        sha256: "ab".repeat(32),
        bytes: 1_024,
        format: "xlsx".into(),
        error: Some(both("压缩包已损坏，无法打开", "the archive is damaged and cannot be opened")),
        ..SourceFile::default()
    });
    Dataset {
        files,
        bodies: BODIES
            .iter()
            .map(|(id, name)| Body {
                body_id: BodyId::from(*id),
                body_name: Some((*name).into()),
                kind: None,
                filed_on: None,
                source: at(0, 2),
            })
            .collect(),
        batches: (0..batches).map(batch).collect(),
        ..Dataset::default()
    }
}

fn quarantine() -> Vec<QuarantineEntry> {
    (0..7_u32)
        .map(|index| QuarantineEntry {
            source: at(index % 2, 12 + index * 31),
            column: if index % 2 == 0 { "q17".to_owned() } else { "理论成绩".to_owned() },
            value: if index % 2 == 0 { "ABCDE?".to_owned() } else { "六十五".to_owned() },
            rule: if index % 2 == 0 { "response-too-long" } else { "score-not-a-number" },
            row_refused: index % 3 == 0,
            reason: both(
                "不是数字；请改成阿拉伯数字或标为缺考",
                "not a number; write digits or mark the candidate absent",
            ),
        })
        .collect()
}

fn finding(article: &str, detector: &str, verdict: Verdict, number: usize) -> Finding {
    Finding {
        id: format!("{article}:{}:{}:-", body_of(number), batch_id(number)),
        basis: kaojian::model::basis::Basis::default(),
        rule_pack: "fuzhou-2021".to_owned(),
        article: article.to_owned(),
        detector: detector.to_owned(),
        verdict,
        body_id: Some(body_of(number)),
        batch_id: Some(batch_id(number)),
        subjects: Vec::new(),
        figures: Figures::new(),
        threshold: both("达到或超过5%", "reaches or exceeds 5 %"),
        missing: Vec::new(),
        measure: Some(Measure::Interview),
        text: Bilingual::default(),
        article_text: Bilingual::default(),
        human_element: Bilingual::default(),
        readings: Vec::new(),
        cases: Vec::new(),
    }
}

fn findings_of(number: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    // 20(1)
    let unqualified: i64 = [3, 0, 1, 0][number % 4];
    let mut one =
        finding("20(1)", "qualification", if unqualified == 3 { Verdict::Met } else { Verdict::NotMet }, number);
    for (name, value) in
        [("admitted", 60_i64), ("admitted_unqualified_lower", unqualified), ("admitted_unqualified_upper", unqualified)]
    {
        one.figures.insert(name.to_owned(), value.into());
    }
    one.text = both(
        &format!(
            "审核通过的 60 名考生中有 {unqualified} 名不符合申报条件；20 × {unqualified} = {} ，与 60 比较。",
            20 * unqualified
        ),
        &format!(
            "{unqualified} of 60 admitted candidates do not meet the conditions to apply; 20 × {unqualified} = {} is held against 60.",
            20 * unqualified
        ),
    );
    one.article_text = both(
        "考生资质审核不严，单批次考生资质不合格者达到或超过5%的；",
        "Candidates' qualifications are not strictly reviewed, and unqualified candidates in one batch reach or exceed 5 %;",
    );
    one.human_element = both("“审核不严”由人判断。", "Whether the review was \"not strict\" is for a person.");
    for case in 0..unqualified {
        let id = format!("350100{:04}{case:02}", number + 1);
        one.subjects.push(id.clone());
        one.cases.push(FindingCase {
            measure: "qualification.unqualified".to_owned(),
 nature: Nature::Fact,
            subjects: vec![id],
            detail: both(
                "申报三级：原证书四级满 4 年的条件不满足（发证 2024-03-02，考试 2026-05-10，相差 2 年）。",
                "Applied for level 3: \"level 4 certificate + 4 years\" does not hold (issued 2024-03-02, exam 2026-05-10: 2 years).",
            ),
            sources: vec![at(4, 14 + u32::try_from(case).unwrap()), at(1, 30)],
        });
    }
    found.push(one);
    // 20(4)
    let mut one =
        finding("20(4)", "similarity", if number == 1 { Verdict::Indication } else { Verdict::NotMet }, number);
    one.threshold = both(
        "12个月内使用雷同卷进行评价达2次以上（含2次）",
        "near-identical papers used 2 times or more within 12 months",
    );
    one.text = both(
        "6 对答卷的相似程度超过标准；是否雷同须由阅卷专家组认定。",
        "6 pairs of sheets are past the criterion; whether they are alike is for the marking expert group.",
    );
    one.article_text = both(
        "12个月内使用雷同卷进行评价达2次以上(含2次)的；",
        "Near-identical papers are used for evaluation 2 times or more (2 included) within 12 months;",
    );
    one.human_element = both("相似须由专家组确认。", "Likeness is confirmed by the expert group.");
    one.figures.insert("sheets".to_owned(), 107_i64.into());
    one.figures.insert("pairs_compared".to_owned(), 5_671_i64.into());
    one.figures.insert("flagged_pairs".to_owned(), if number == 1 { 6_i64 } else { 0 }.into());
    one.figures.insert("smallest_log10_p_value".to_owned(), (-14.07).into());
    one.figures.insert("significance_level".to_owned(), 0.01.into());
    if number == 1 {
        one.readings = vec![
            (both("机构重复使用同一试卷", "the body uses one paper again"), Verdict::Undetermined),
            (both("考生答卷相同或相近", "sheets of candidates are alike"), Verdict::Indication),
        ];
        one.cases = (0..6)
            .map(|case| FindingCase {
                measure: "similarity.similar_pairs".to_owned(),
                nature: Nature::Sign,
                subjects: vec![format!("3501000002{case:02}"), format!("3501000002{:02}", case + 20)],
                detail: both(
                    "71 / 80 题相同，其中 19 题相同且错误，log₁₀ p = −14.1。",
                    "71 of 80 items alike, 19 of them alike and wrong, log₁₀ p = −14.1.",
                ),
                sources: vec![at(0, 40 + case), at(0, 60 + case)],
            })
            .collect();
    }
    found.push(one);
    // 20(5)
    let verdict = [Verdict::NotMet, Verdict::NotMet, Verdict::Met, Verdict::Undetermined][number % 4];
    let mut one = finding("20(5)", "scoring", verdict, number);
    one.threshold = both("阅卷管理不规范，评分标准不统一", "marking irregular, standards not uniform");
    one.article_text =
        both("阅卷管理不规范，评分标准不统一的；", "Marking is irregular and standards are not uniform;");
    one.human_element = both("“不统一”由人判断。", "\"Not uniform\" is for a person.");
    match verdict {
        Verdict::Undetermined => {
            one.text = both("缺少评分记录，无法判断。", "The rating records are missing.");
            one.missing = vec![MissingFact::table("ratings"), MissingFact::column("scores", "component")];
        }
        Verdict::Met => {
            one.text = both(
                "128 份作品缺少第二评，4 份分差达到容差而无第三评。",
                "128 works have no second rater; 4 differ by the tolerance or more and have no third mark.",
            );
            one.figures.insert("works_checked".to_owned(), 214_i64.into());
            one.figures.insert("without_second_rater".to_owned(), 128_i64.into());
            one.figures.insert("without_third_rater".to_owned(), 4_i64.into());
            one.cases = (0..128)
                .map(|case| FindingCase {
                    measure: "scoring.second_rater".to_owned(),
                    nature: Nature::Fact,
                    subjects: vec![format!("35010000{:02}{case:03}", number)],
                    detail: both(
                        "“接线工艺”只有考评员 R03 的一次评分。",
                        "\"Wiring\" has one mark only, by rater R03.",
                    ),
                    sources: vec![at(2, 100 + case)],
                })
                .collect();
            one.cases.push(FindingCase {
                measure: "scoring.severity".to_owned(),
                nature: Nature::Sign,
                subjects: vec!["R03".to_owned()],
                detail: both(
                    "考评员 R03 比其他考评员严 1.42 logit。",
                    "Rater R03 is 1.42 logits more severe than the others.",
                ),
                sources: vec![at(2, 240)],
            });
        }
        _ => {
            one.text = both(
                "214 份作品均有两名考评员，无分差达到容差者。",
                "All 214 works have two raters; no difference reaches the tolerance.",
            )
        }
    }
    found.push(one);
    // 21(6)
    let verdict = [Verdict::Met, Verdict::NotMet, Verdict::Indication, Verdict::NotMet, Verdict::Human][number % 5];
    let mut one = finding("21(6)", "pass_line+score_change", verdict, number);
    one.measure = Some(Measure::Warning);
    one.threshold = both("任何一次", "any single one");
    one.article_text = both(
        "擅自降低或提高合格分数线或擅自更改评价成绩的；",
        "The pass line is lowered or raised, or a score changed, without authority;",
    );
    one.human_element = both("是否“擅自”由人判断。", "Whether it was without authority is for a person.");
    one.text = both(
        "3 次成绩修改未见批准，其中 2 次由不合格改为合格。",
        "3 changes of scores have no approval on record; 2 of them turn a fail into a pass.",
    );
    one.figures.insert("changes".to_owned(), 4_i64.into());
    one.figures.insert("unapproved".to_owned(), 3_i64.into());
    if verdict != Verdict::NotMet {
        one.cases = vec![FindingCase {
            measure: "score_change.unapproved".to_owned(),
            nature: Nature::Fact,
            subjects: vec!["350100000117".to_owned()],
            detail: both("理论成绩由 54 改为 61，未见批准。", "Theory score changed from 54 to 61; no approval found."),
            sources: vec![at(3, 5)],
        }];
    }
    found.push(one);
    found
}
