use super::*;
use kaojian::detect::archive::detector::ArchiveDetector;
use kaojian::detect::archive::parameters::TermStart;
use kaojian::model::answer::{AnswerSheet, AnswerTable};
use kaojian::model::candidate::{Candidate, CandidateStatus};
use kaojian::model::figure::Figure;
use kaojian::model::supervision::ArchiveDocument;

const TITLES: [&str; 13] = [
    "认定公告",
    "考生资格审核表",
    "准考人员名册",
    "考务实施方案",
    "试卷领取与回收登记表",
    "监考人员签到表",
    "考生签到表",
    "考评人员签到表",
    "考场记录",
    "成绩汇总表",
    "理论答题卡",
    "技能考核评分记录",
    "证书数据",
];

fn document(title: &str) -> ArchiveDocument {
    ArchiveDocument {
        batch_id: BATCH.into(),
        document: title.into(),
        electronic: Some(false),
        present: Some(true),
        archived_on: Some(day("2026-06-01")),
        destroyed_on: None,
        source: row(2),
    }
}

fn whole_list() -> Vec<ArchiveDocument> {
    TITLES.iter().map(|title| document(title)).collect()
}

fn state(seen: &Observation) -> &'static str {
    match (seen.cases.is_empty(), seen.evaluated) {
        (false, _) => "case",
        (true, true) => "none",
        (true, false) => "open",
    }
}

fn seen(data: &Dataset, measure: &str) -> &'static str {
    state(&observe(&ArchiveDetector, data, measure))
}

#[test]
fn every_document_needed_is_asked_for() {
    let mut data = dataset(4);
    data.archives = whole_list();
    assert_eq!(seen(&data, "incomplete"), "none");
    for (left_out, title) in TITLES.iter().enumerate() {
        let mut short = data.clone();
        short.archives.remove(left_out);
        let found = observe(&ArchiveDetector, &short, "incomplete");
        assert_eq!((state(&found), found.cases.len()), ("case", 1), "{title}");
        let mut absent = data.clone();
        absent.archives[left_out].present = Some(false);
        assert_eq!(seen(&absent, "incomplete"), "case");
        absent.archives[left_out].present = None;
        assert_eq!(seen(&absent, "incomplete"), "open");
    }
    // One list for all who signed in, and titles that nobody asks for.
    data.archives.retain(|row| !row.document.contains("签到"));
    data.archives.extend([document("签到表"), document("收费票据")]);
    let found = observe(&ArchiveDetector, &data, "incomplete");
    assert_eq!((state(&found), figure(&found, "titles_not_recognised")), ("none", 1));
    assert_eq!(seen(&dataset(4), "incomplete"), "open", "no list says nothing");
}

#[test]
fn a_review_is_on_record_for_the_two_highest_levels() {
    for (level, expected) in [(5, "none"), (3, "none"), (2, "case"), (1, "case")] {
        let mut data = dataset(level);
        data.archives = whole_list();
        assert_eq!(seen(&data, "incomplete"), expected, "{level}");
        data.archives.push(document("评审答辩记录"));
        assert_eq!(seen(&data, "incomplete"), "none", "{level}");
    }
    let mut data = dataset(5);
    data.archives = whole_list();
    data.batches[0].level = None;
    assert_eq!(seen(&data, "incomplete"), "open");
    // A batch that is examined in skill alone has no answer sheets to keep.
    let mut data = dataset(5);
    data.archives = whole_list();
    data.archives.retain(|row| row.document != "理论答题卡");
    data.scores = vec![score("c1", SKILL, "70", None)];
    assert_eq!(seen(&data, "incomplete"), "none");
}

#[test]
fn records_are_kept_so_many_civil_years() {
    // Examined on 2 May 2026, published on 20 May, archived on 1 June.
    for (start, electronic, destroyed, expected) in [
        (TermStart::Latest, Some(false), "2029-05-31", "case"),
        (TermStart::Latest, Some(false), "2029-06-01", "none"),
        (TermStart::Latest, Some(true), "2031-05-31", "case"),
        (TermStart::Latest, Some(true), "2031-06-01", "none"),
        (TermStart::Latest, None, "2029-05-31", "case"),
        (TermStart::Latest, None, "2029-06-01", "open"),
        (TermStart::Latest, None, "2031-05-31", "open"),
        (TermStart::Latest, None, "2031-06-01", "none"),
        (TermStart::Examination, Some(false), "2029-05-01", "case"),
        (TermStart::Examination, Some(false), "2029-05-02", "none"),
        (TermStart::Published, Some(false), "2029-05-19", "case"),
        (TermStart::Published, Some(false), "2029-05-20", "none"),
        (TermStart::Archived, Some(false), "2029-05-31", "case"),
    ] {
        let mut data = dataset(4);
        let kept = ArchiveDocument { electronic, destroyed_on: Some(day(destroyed)), ..document("考场记录") };
        data.archives = vec![kept];
        let mut parameters = DetectParameters::default();
        parameters.archive.term_start = start;
        let found = ArchiveDetector.detect(&data, &parameters, &Silent).observations;
        let of = |measure: &str| found.iter().find(|seen| seen.measure == measure).expect("the measure");
        assert_eq!(state(of("destroyed_early")), expected, "{start:?} {electronic:?} {destroyed}");
        let clock = of("retention");
        assert_eq!((state(clock), clock.dated.events.len()), ("none", 1));
        assert_eq!(clock.dated.events[0].is_certain, expected != "open");
    }
    // 29 February and three years is 28 February.
    let mut data = dataset(4);
    (data.batches[0].exam_date, data.batches[0].published_on) = (Some(day("2024-02-29")), None);
    for (destroyed, expected) in [("2027-02-27", "case"), ("2027-02-28", "none")] {
        let gone =
            ArchiveDocument { archived_on: None, destroyed_on: Some(day(destroyed)), ..document("考场记录") };
        data.archives = vec![gone];
        assert_eq!(seen(&data, "destroyed_early"), expected);
    }
    // The clock runs without a list of records too.
    let found = observe(&ArchiveDetector, &dataset(4), "retention");
    assert_eq!(state(&found), "open");
    assert_eq!(found.figures.get("paper_free_from"), Some(&Figure::from("2029-05-20")));
    assert_eq!(found.figures.get("electronic_free_from"), Some(&Figure::from("2031-05-20")));
}

fn candidate(number: &str, status: CandidateStatus) -> Candidate {
    Candidate {
        batch_id: BATCH.into(),
        candidate_id: number.into(),
        status: Some(status),
        source: row(2),
        ..Candidate::default()
    }
}

fn sheet(number: &str, response: u8) -> AnswerSheet {
    AnswerSheet {
        batch_id: BATCH.into(),
        candidate_id: number.into(),
        layout: 0,
        responses: Box::new([response]),
        source: row(4),
        ..AnswerSheet::default()
    }
}

/// Two candidates who sat, with sheets and two marks each.
fn in_order() -> Dataset {
    let mut data = dataset(4);
    data.candidates = ["c1", "c2"].map(|number| candidate(number, CandidateStatus::Sat)).into();
    data.answers = AnswerTable { layouts: Vec::new(), sheets: ["c1", "c2"].map(|number| sheet(number, 1)).into() };
    data.scores = ["c1", "c2"]
        .iter()
        .flat_map(|number| [THEORY, SKILL].map(|component| score(number, component, "70", Some(true))))
        .collect();
    data
}

const MEASURES: [&str; 4] = ["not_on_roster", "without_sitting", "marks_without_sheets", "passes_without_marks"];

fn states(data: &Dataset) -> [&'static str; 4] {
    MEASURES.map(|measure| seen(data, measure))
}

#[test]
fn documents_that_agree_show_nothing() {
    assert_eq!(states(&in_order()), ["none"; 4]);
    assert_order_does_not_matter(&ArchiveDetector, &in_order());
    assert_eq!(states(&dataset(4)), ["open"; 4]);
}

#[test]
fn each_document_stands_within_the_one_before() {
    let mut data = in_order();
    data.candidates.pop();
    assert_eq!(states(&data), ["case", "none", "none", "none"]);
    // Numbers that never meet are two ways of numbering.
    data.candidates[0].candidate_id = "0001".into();
    assert_eq!(seen(&data, "not_on_roster"), "open");

    for (status, expected) in
        [(CandidateStatus::Absent, "case"), (CandidateStatus::Registered, "case"), (CandidateStatus::Admitted, "none")]
    {
        let mut data = in_order();
        data.candidates[1].status = Some(status);
        assert_eq!(seen(&data, "without_sitting"), expected, "{status:?}");
        // A blank sheet is one of somebody who did not come; a mark in one component alone proves little.
        data.answers.sheets[1] = sheet("c2", 0);
        data.scores[2] = score("c2", THEORY, "absent", None);
        assert_eq!(seen(&data, "without_sitting"), "none", "{status:?}");
    }

    let mut data = in_order();
    data.answers.sheets.pop();
    assert_eq!(states(&data), ["none", "none", "case", "none"]);
    data.scores[2] = score("c2", THEORY, "exempt", Some(true));
    assert_eq!(states(&data), ["none"; 4], "a kept pass");
    data.scores[2] = score("c2", THEORY, "absent", Some(true));
    assert_eq!(states(&data), ["none", "none", "none", "case"]);
}
