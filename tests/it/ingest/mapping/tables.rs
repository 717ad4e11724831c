//! Tables, values and the names of things.

use super::{answers, book, file, map, rules, sheet};
use kaojian::ingest::load::{Ingested, map_files};
use kaojian::ingest::mapping_file::MappingFile;
use kaojian::ingest::raw::RawFile;
use kaojian::model::candidate::{CandidateStatus, ReviewResult};
use kaojian::model::component::Component;
use kaojian::model::dataset::Dataset;
use kaojian::model::identity::IdentityCheck;
use kaojian::model::level::Level;
use kaojian::model::points::Points;
use kaojian::model::progress::Silent;
use kaojian::model::score::Mark;

#[test]
fn a_messy_chinese_workbook() {
    let ingested = map(vec![book(
        "荆州某公司.xlsx",
        vec![
            sheet(
                "考生花名册",
                &[
                    "荆州市某公司2026年5月职业技能等级认定考生花名册|||",
                    "单位盖章：|||填表日期：2026.5.1",
                    "认定批次|准考证号 |姓　名|身份证号码|申报等级|审核结果|考生状态|备注",
                    "ＪＺ01|００１|张　三|11010519491231002X|三级/高级工|合格|参考|",
                    "JZ01|002|李四|#110105194912310020|中级工|不合格|缺考|复审",
                    "|||||||",
                    "认定批次|准考证号|姓 名|身份证号码|申报等级|审核结果|考生状态|备注",
                    "JZ01||王五|110105194912310021|4|合格|参考|",
                    "合计|3||||||",
                    "制表人：赵六|||审核人：钱七",
                ],
                4,
            ),
            sheet(
                "成绩册",
                &[
                    "成绩册",
                    "批次号|准考证号|成绩||评定结果",
                    "||理论|技能|",
                    "JZ01|001|８５．５|59,5|不合格",
                    "JZ01|002|缺考|－|不合格",
                    "JZ01|003|免考|六十|合格",
                    "平均|||72.5|",
                ],
                3,
            ),
            sheet("说明", &["本工作簿由系统导出", "请勿修改"], 9),
        ],
    )]);
    let dataset = &ingested.dataset;
    assert_eq!(dataset.candidates.len(), 2);
    let first = &dataset.candidates[0];
    assert_eq!((first.batch_id.as_str(), first.candidate_id.as_str()), ("JZ01", "001"));
    assert_eq!(first.name.as_ref().map(|name| name.for_matching()), Some("张三"));
    assert_eq!(first.id_number.as_ref().map(|number| number.check()), Some(IdentityCheck::Valid));
    assert_eq!(first.applied_level, Level::new(3));
    assert_eq!(first.review_result, Some(ReviewResult::Qualified));
    assert_eq!(first.status, Some(CandidateStatus::Sat));
    assert_eq!(first.source.row, 4);
    let second = &dataset.candidates[1];
    assert_eq!(second.id_number.as_ref().map(|number| number.check()), Some(IdentityCheck::DigitsLost));
    assert_eq!(second.status, Some(CandidateStatus::Absent));

    let marks: Vec<(&str, &Component, Mark)> =
        dataset.scores.iter().map(|score| (score.candidate_id.as_str(), &score.component, score.mark)).collect();
    assert_eq!(
        marks,
        [
            ("001", &Component::Theory, Mark::Points(Points::parse("85.5").unwrap())),
            ("001", &Component::Skill, Mark::Points(Points::parse("59.5").unwrap())),
            ("002", &Component::Theory, Mark::Absent),
            ("002", &Component::Skill, Mark::Missing),
            ("003", &Component::Theory, Mark::Exempt),
            ("003", &Component::Skill, Mark::Missing),
        ]
    );
    assert_eq!(dataset.scores[0].overall_passed, Some(false));

    let sheets = &dataset.files[0].sheets;
    assert_eq!((sheets[0].rows_read, sheets[0].rows_refused, sheets[0].rows_skipped), (3, 1, 4));
    assert_eq!((sheets[1].rows_read, sheets[1].rows_refused, sheets[1].rows_skipped), (3, 0, 1));
    assert_eq!(sheets[0].unmapped_columns, ["备注"]);
    assert_eq!(sheets[2].table, None);
    let shown: Vec<(u16, u32, &str, &str, &str)> = ingested
        .quarantine
        .iter()
        .map(|entry| (entry.source.sheet, entry.source.row, entry.column.as_str(), entry.value.as_str(), entry.rule))
        .collect();
    assert_eq!(
        shown,
        [
            (0, 5, "身份证号码", "110105********0020", "identity-digits-lost"),
            (0, 8, "准考证号", "", "required-value-missing"),
            (1, 6, "技能成绩", "六十", "score-not-a-number"),
            (2, 1, "", "说明", "sheet-not-recognised"),
        ]
    );
    for entry in &ingested.quarantine {
        assert!(!entry.reason.zh.is_empty() && !entry.reason.en.is_empty());
        assert!(entry.reason.zh.contains("提示") && entry.reason.en.contains("hint"), "{}", entry.rule);
    }
}

/// One row of each table: canonical headers and Chinese ones give the same record.
#[test]
fn every_table_in_both_languages() {
    const CREDIT: &str = "91350100M000100Y43";
    let cases: [(&str, &str, &str, &str, &str); 19] = [
        (
            "bodies",
            "评价机构",
            "body_id|body_name|kind|filed_on",
            "统一社会信用代码|机构名称|机构类别|备案日期",
            "91350100M000100Y43|某公司|用人单位|2025年3月1日",
        ),
        (
            "filings",
            "备案范围",
            "body_id|occupation_code|occupation|level|site|region|valid_from|valid_to",
            "机构代码|职业编码|职业名称|等级|考点|地域|备案起|备案止",
            "91350100M000100Y43|6-18-01-01|车工|三级|一号楼|荆州|2025/1/1|长期",
        ),
        (
            "batches",
            "认定批次",
            "batch_id|body_id|occupation_code|occupation|level|exam_date|site|region|published_on|activity",
            "批次号|统一社会信用代码|职业编码|职业名称|等级|考试日期|考点|地域|成绩公布日期|开展情况",
            "B1|91350100M000100Y43|6-18-01-01|车工|3|#46143|一号楼|荆州|20260520|已开展",
        ),
        (
            "candidates",
            "花名册",
            "batch_id|candidate_id|name|id_number|birth_date|applied_level|condition_no|education|certificate_no|certificate_level|certificate_date|certificate_occupation|work_years|title|review_result|reviewer|status",
            "批次号|准考证号|姓名|身份证号|出生日期|申报等级|申报条件|学历|原证书编号|原证书等级|发证日期|原证书职业|从业年限|职称|审核结果|审核人|考生状态",
            "B1|001|张三|11010519491231002X|1949-12-31|3|2|大专|Y001|4|2020-1-1|车工|6.5年|无|合格|李四|参考",
        ),
        (
            "forms",
            "试卷",
            "form_id|batch_id|item_no|item_id|stem|option_a|option_b|key|max_score|domain",
            "试卷编号|批次号|题号|试题编号|题干|选项A|选项B|答案|分值|知识领域",
            "F1|B1|第1题|I1|题目？|甲|乙|ba|2|安全",
        ),
        (
            "ratings",
            "评分记录",
            "batch_id|candidate_id|component|criterion|rater_id|mark_no|score|max_score|marked_at|response_text",
            "批次号|准考证号|考核项目|评分要素|考评员编号|评次|得分|配分|评分时间|作答内容",
            "B1|001|技能|步骤一|R1|2|8.5|10|2026-5-1 9:30|答：是。",
        ),
        (
            "scores",
            "成绩册",
            "batch_id|candidate_id|component|score|passed|void",
            "批次号|准考证号|科目|成绩|是否合格|作废原因",
            "B1|001|理论|60|合格|",
        ),
        (
            "score_changes",
            "成绩修改记录",
            "change_id|batch_id|candidate_id|component|changed_at|old_score|new_score|operator|approver|approval_no|reason",
            "修改编号|批次号|准考证号|科目|修改时间|原成绩|新成绩|操作人|审批人|审批文号|原因",
            "1|B1|001|理论|2026-05-02 10:00:00|59|60|王五|赵六|文1|复核",
        ),
        (
            "pass_lines",
            "合格线",
            "batch_id|component|approved_line|approval_no|approved_on",
            "批次号|科目|批准合格线|审批文号|批准日期",
            "B1|理论|60|文1|2026-4-1",
        ),
        (
            "pass_line_changes",
            "合格线修改记录",
            "batch_id|component|changed_at|old_line|new_line|operator|approval_no",
            "批次号|科目|修改时间|原合格线|新合格线|操作人|审批文号",
            "B1|理论|2026-05-01 10:00|60|55|王五|",
        ),
        (
            "staff",
            "考务人员",
            "person_id|name|role|certificate_no|certificate_occupation|certificate_level|valid_from|valid_to|contract_from|contract_to",
            "人员编号|姓名|岗位|资格证号|资格证职业|资格证等级|有效期起|有效期止|合同起|合同止",
            "S1|张三|考评员|K1|车工|2|2024-1-1|2027-1-1|2024-1-1|2027-1-1",
        ),
        (
            "assignments",
            "签到表",
            "batch_id|room|session_start|session_end|person_id|role|signed_in",
            "批次号|考场|开始时间|结束时间|人员编号|岗位|是否签到",
            "B1|1|2026-5-1 9:00|2026-5-1 11:00|S1|监考|√",
        ),
        (
            "archives",
            "档案目录",
            "batch_id|document|medium|present|archived_on|destroyed_on",
            "批次号|材料名称|介质|是否归档|归档日期|销毁日期",
            "B1|签到表|纸质|是|2026-6-1|",
        ),
        (
            "complaints",
            "投诉举报",
            "complaint_id|body_id|received_on|verified|verified_on",
            "投诉编号|统一社会信用代码|受理日期|是否属实|核实日期",
            "T1|91350100M000100Y43|2026-6-1|不属实|2026-6-9",
        ),
        (
            "annual_reports",
            "年度报告",
            "body_id|year|submitted_on",
            "统一社会信用代码|年度|提交日期",
            "91350100M000100Y43|2025年|2026-1-9",
        ),
        (
            "fees",
            "收费",
            "body_id|occupation_code|level|date|published_fee|charged_fee",
            "统一社会信用代码|职业编码|等级|日期|公示标准|实收",
            "91350100M000100Y43|6-18-01-01|3|2026-5-1|300元|1,300",
        ),
        (
            "rectifications",
            "整改",
            "body_id|ordered_on|deadline|closed_on|evidence",
            "统一社会信用代码|整改通知日期|整改期限|完成日期|整改材料",
            "91350100M000100Y43|2026-5-1|2026-6-1||照片",
        ),
        (
            "measures",
            "处理记录",
            "body_id|measure|article|decided_on|ended_on",
            "统一社会信用代码|处理措施|条款|决定日期|解除日期",
            "91350100M000100Y43|约谈|20(1)|2026-5-1|",
        ),
        (
            "item_bank",
            "题库",
            "item_id|created_on|revised_on|retired_on|occupation_code|level",
            "试题编号|创建日期|修订日期|停用日期|职业编码|等级",
            "I1|2020-1-1|2024-1-1||6-18-01-01|3",
        ),
    ];
    assert!(kaojian::model::identity::is_valid_credit_code(CREDIT));
    for (table, chinese, english_header, chinese_header, row) in cases {
        let english = map(vec![file(&format!("{table}.csv"), &[english_header, row])]);
        let other = map(vec![file(&format!("{chinese}.csv"), &[chinese_header, row])]);
        let by_content = map(vec![book("导出.xlsx", vec![sheet(chinese, &[chinese_header, row], 1)])]);
        for ingested in [&english, &other, &by_content] {
            let sheet = &ingested.dataset.files[0].sheets[0];
            assert_eq!(sheet.table.as_deref(), Some(table));
            assert_eq!((sheet.rows_read, sheet.rows_refused), (1, 0), "{table}: {:?}", ingested.quarantine);
            assert!(sheet.unmapped_columns.is_empty(), "{table}: {:?}", sheet.unmapped_columns);
            assert!(ingested.quarantine.is_empty(), "{table}: {:?}", ingested.quarantine);
        }
        let without_files = |ingested: &Ingested| {
            let dataset = Dataset { files: Vec::new(), ..ingested.dataset.clone() };
            format!("{dataset:?}")
        };
        assert_eq!(without_files(&english), without_files(&other), "{table}");
        assert!(english.dataset.has_table(table));
        assert!(!without_files(&english).contains("11010519491231002X"));
    }
}

#[test]
fn values_of_the_other_tables_are_read() {
    let ingested = map(vec![
        file("fees.csv", &["body_id|level|date|charged_fee", "1|五级|2026-5-1|1,300"]),
        file("forms.csv", &["form_id|item_no|key|A|B", "F1|#2|ba|甲|乙"]),
        file("assignments.csv", &["batch_id|person_id|signed_in|session_start", "B|S1|未签到|2026-5-1 9:00"]),
    ]);
    let dataset = &ingested.dataset;
    assert_eq!(dataset.fees[0].charged_fee, Some(Points::whole(1300)));
    assert_eq!(dataset.form_items[0].key.as_deref(), Some("AB"));
    assert_eq!(dataset.form_items[0].item_no, Some(2));
    assert_eq!(dataset.form_items[0].options[1], ("B".into(), "乙".into()));
    assert_eq!(dataset.assignments[0].signed_in, Some(false));
    assert!(ingested.quarantine.is_empty(), "{:?}", ingested.quarantine);
}

#[test]
fn identity_numbers() {
    let ingested = map(vec![file(
        "candidates.csv",
        &[
            "batch_id|candidate_id|id_number",
            "B|1|11010519491231002x",
            "B|2|110105194912310021",
            "B|3|4.20101E+17",
            "B|4|#420101199001010000",
            "B|5|420101199001010000",
            "B|6|E12345678",
            "B|7|-",
            "B|8|#420101900101001",
        ],
    )]);
    let checks: Vec<Option<IdentityCheck>> = ingested
        .dataset
        .candidates
        .iter()
        .map(|candidate| candidate.id_number.as_ref().map(|number| number.check()))
        .collect();
    use IdentityCheck::{DigitsLost, OtherDocument, Valid, WrongCheckDigit};
    assert_eq!(
        checks,
        [
            Some(Valid),
            Some(WrongCheckDigit),
            Some(DigitsLost),
            Some(DigitsLost),
            Some(DigitsLost),
            Some(OtherDocument),
            None,
            Some(OtherDocument)
        ]
    );
    assert_eq!(
        rules(&ingested),
        ["identity-check-digit", "identity-digits-lost", "identity-digits-lost", "identity-digits-lost"]
    );
    assert!(ingested.quarantine.iter().all(|entry| !entry.row_refused && entry.value.contains('*')));
}

#[test]
fn a_candidate_number_that_lost_digits_joins_nobody() {
    let ingested = map(vec![file(
        "scores.csv",
        &[
            "batch_id|candidate_id|component|score",
            "B|#202605010000000000|theory|60",
            "B|2.02605E+17|theory|60",
            "B|202605010000000001|theory|60",
            "B|12E45|theory|60",
        ],
    )]);
    assert_eq!(rules(&ingested), ["id-digits-lost", "id-digits-lost"]);
    assert_eq!(ingested.dataset.scores.len(), 2);
}

#[test]
fn scores_that_name_persons_by_identity_number() {
    let ingested = map(vec![
        file("candidates.csv", &["batch_id|candidate_id|id_number", "B|001|11010519491231002X"]),
        file(
            "成绩.csv",
            &["姓名|身份证号码|理论成绩|实操成绩|综合成绩", "张三|11010519491231002X|80|70|", "李四|4.2E+17|60|60|"],
        ),
    ]);
    assert_eq!(ingested.dataset.scores.len(), 2);
    assert!(ingested.dataset.scores.iter().all(|score| score.candidate_id.as_str() == "001"));
    assert!(ingested.dataset.scores.iter().all(|score| score.batch_id.as_str() == "B"));
    assert_eq!(rules(&ingested), ["batch-filled-in", "identity-digits-lost", "person-not-identified"]);
}

#[test]
fn a_batch_that_no_column_names() {
    let batch_of = |files: Vec<RawFile>| {
        let ingested = map(files);
        assert!(rules(&ingested).contains(&"batch-filled-in"));
        ingested.dataset.scores[0].batch_id.to_string()
    };
    let scores = |path: &str| file(path, &["candidate_id|component|score", "001|theory|60"]);
    assert_eq!(batch_of(vec![scores("scores.csv")]), "-");
    assert_eq!(batch_of(vec![scores("scores-2026-05.csv")]), "2026-05");
    assert_eq!(batch_of(vec![scores("JZ-0501/scores.csv")]), "JZ-0501");
    let one = || file("batches.csv", &["batch_id|exam_date", "B-1|2026-5-1"]);
    assert_eq!(batch_of(vec![one(), scores("scores.csv")]), "B-1");
    let two = || file("batches.csv", &["batch_id|exam_date", "B-1|2026-5-1", "B-12|2026-6-1"]);
    assert_eq!(batch_of(vec![two(), scores("b-12/scores.csv")]), "B-12");
    assert_eq!(batch_of(vec![two(), scores("b_1 scores.csv")]), "B-1");
    assert_eq!(batch_of(vec![two(), scores("b-19/scores.csv")]), "b-19");
}

#[test]
fn leading_zeros_that_a_workbook_cut_are_said_and_not_guessed() {
    let ingested = map(vec![
        file("candidates.csv", &["batch_id|candidate_id|name", "B|00123|张三"]),
        file("scores.xlsx", &["batch_id|candidate_id|component|score", "B|#123|theory|#60"]),
    ]);
    assert_eq!(ingested.dataset.scores[0].candidate_id.as_str(), "123");
    assert_eq!(rules(&ingested), ["leading-zeros-lost"]);
    assert_eq!(ingested.quarantine[0].source.file, 1);
}

#[test]
fn tables_by_header_alone_and_ambiguity() {
    let table = |rows: &[&str]| {
        let ingested = map(vec![file("export.csv", rows)]);
        (ingested.dataset.files[0].sheets[0].table.as_ref().map(ToString::to_string), rules(&ingested))
    };
    assert_eq!(
        table(&["姓名|身份证号码|理论成绩|实操成绩|综合成绩", "张三|11010519491231002X|1|2|"]).0.as_deref(),
        Some("scores")
    );
    assert_eq!(table(&["candidate_id|form_id|room|seat|q1|q2", "1|F|1|1|A|B"]).0.as_deref(), Some("answers"));
    assert_eq!(table(&["准考证号|考评员编号|评次|得分", "1|R1|1|8"]).0.as_deref(), Some("ratings"));
    assert_eq!(table(&["准考证号|姓名|科目|分数", "1|张三|理论|60"]).0.as_deref(), Some("scores"));
    assert_eq!(table(&["a|b", "1|2"]), (None, vec!["sheet-not-recognised"]));
    assert_eq!(table(&["统一社会信用代码|等级", "1|2"]).0, None);
}

#[test]
fn a_mapping_file_says_what_foreign_columns_mean() {
    let mapping = MappingFile::parse(
        r#"
        [[file]]
        match = "notes.csv"
        skip = true

        [[file]]
        match = "resp*.csv"
        table = "answers"
        skip_columns = ["iresp.3"]
        items = { prefix = "iresp.", numbers = "1-10" }
        [file.columns]
        eid = "candidate_id"
        absent = "room"
        [file.constants]
        batch_id = "credential-1"
        form_id = 1

        [[file]]
        match = "key.csv"
        table = "forms"
        [file.columns]
        item = "item_no"
        [file.constants]
        form_id = "1"
        [file.where]
        type = ["scored", "core"]

        [[file]]
        match = "people.csv"
        table = "candidates"
        header_row = 2
        [file.columns]
        who = "candidate_id"
        ok = "review_result"
        [file.constants]
        batch_id = "credential-1"
        [file.values.review_result]
        fine = "qualified"
        "#,
    )
    .unwrap();
    let ingested = map_files(
        vec![
            file("responses.csv", &["eid|iresp.1|iresp.2|iresp.3|iresp.11", "e1|1|3|2|4"]),
            file("key.csv", &["item|key|type", "1|4|scored", "2|3|pilot", "3|2|core"]),
            file("notes.csv", &["x", "y"]),
            file("people.csv", &["batch_id|status", "who|ok", "e1|Fine"]),
        ],
        Some(&mapping),
        &Silent,
    );
    let dataset = &ingested.dataset;
    assert_eq!(answers(dataset), [("credential-1".into(), "e1".into(), "1".into(), vec!["1".into(), "3".into()])]);
    assert_eq!(dataset.form_items.iter().map(|item| item.item_no).collect::<Vec<_>>(), [Some(1), Some(3)]);
    assert_eq!(dataset.form_items[0].form_id.as_str(), "1");
    assert_eq!(dataset.candidates[0].review_result, Some(ReviewResult::Qualified));
    assert_eq!(rules(&ingested), ["mapped-column-absent"]);
    assert_eq!(dataset.files[0].sheets[0].unmapped_columns, ["iresp.3", "iresp.11"]);
    assert_eq!(dataset.files[1].sheets[0].rows_skipped, 1);
    assert_eq!(dataset.files[2].sheets[0].rows_skipped, 2);
    assert!(dataset.has_column("answers", "batch_id") && dataset.has_column("answers", "response"));
}

#[test]
fn the_first_of_two_columns_wins_and_it_is_said() {
    let ingested = map(vec![file("scores.csv", &["batch_id|candidate_id|component|score|成绩", "B|1|theory|60|70"])]);
    assert_eq!(ingested.dataset.scores[0].mark, Mark::Points(Points::whole(60)));
    assert_eq!(rules(&ingested), ["duplicate-column"]);
}

#[test]
fn the_order_of_threads_and_blocks_does_not_show() {
    let mut rows = vec!["batch_id|candidate_id|component|score".to_owned()];
    rows.extend((0..500).map(|number| format!("B{}|{:03}|theory|{}", number % 3, 499 - number, number % 100)));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let results: Vec<String> = [1, 7, 1000]
        .into_iter()
        .map(|block| format!("{:?}", map(vec![book("scores.csv", vec![sheet("", &rows, block)])])))
        .collect();
    assert!(results.iter().all(|result| *result == results[0]));
}
