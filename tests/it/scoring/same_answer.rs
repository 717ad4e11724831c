//! Same answer, different mark: what is found, what is left alone, and at what rate honest marks are flagged.

use super::build::{Build, figure, missing, subjects, text};
use super::panels::normal;
use kaojian::detect::parameters::DetectParameters;
use kaojian::model::component::Component;
use kaojian::model::evidence::Evidence;
use kaojian::model::points::Points;
use kaojian::model::same_answer_evidence::SameAnswerGroup;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const ANSWER: &str = "先切断电源，再验电并悬挂标示牌，最后设专人监护";

/// Works of two raters on one criterion of 20, with own texts and honest marks.
fn honest(works: usize, seed: u64) -> Build {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut build = Build::new();
    for work in 0..works {
        let level = 0.7 + 0.1 * normal(&mut random);
        for mark_no in [1, 2] {
            let rater = format!("R{}", (work + usize::from(mark_no)) % 3);
            let mark = (40.0 * (level + 0.03 * normal(&mut random))).round().clamp(0.0, 40.0) / 2.0;
            let answer =
                format!("第{work}份作答：按规程检查设备{}后记录", char::from_u32(0x7532 + work as u32).unwrap());
            answered(&mut build, &format!("C{work:03}"), &rater, mark_no, &mark.to_string(), &answer);
        }
    }
    build
}

fn answered(build: &mut Build, candidate: &str, rater: &str, mark_no: u8, score: &str, answer: &str) {
    build.rating(candidate, "简答", rater, mark_no, score, "20").response_text = Some(answer.into());
    build.dataset.columns.insert(("ratings".to_owned(), "response_text".to_owned()));
}

fn group(build: &Build) -> SameAnswerGroup {
    let found =
        build.detect_with(&DetectParameters::default()).evidence.into_iter().find_map(|evidence| match evidence {
            Evidence::SameAnswers(group) => Some(group),
            _ => None,
        });
    found.expect("a group")
}

#[test]
fn one_rater_with_two_marks_for_one_text_is_a_fact() {
    let mut build = honest(30, 1);
    for (candidate, score) in [("X1", "16"), ("X2", "12")] {
        answered(&mut build, candidate, "R0", 1, score, ANSWER);
        answered(&mut build, candidate, "R1", 2, "14", "先切断电源 再验电并悬挂标示牌 最后设专人监护。");
    }
    build.score("X1", Component::Skill, "61");
    build.score("X2", Component::Skill, "58");
    let found = build.look("same_answer_one_rater");
    assert_eq!(found.cases.len(), 1);
    assert_eq!(found.cases[0].subjects, ["X1", "X2", "R0"]);
    assert_eq!(found.cases[0].sources.len(), 2);
    let detail = &found.cases[0].detail;
    assert!(detail.en.contains("differ by 4") && detail.en.contains("both sides of the pass line 60"), "{}", detail.en);
    assert!(detail.zh.contains("相差 4") && detail.zh.contains("合格线 60"), "{}", detail.zh);
    assert_eq!((figure(&found, "one_rater_differing"), figure(&found, "straddling_the_line")), (1, 1));
    // The same spread is not counted again as a sign.
    assert!(build.look("same_answer_raters").cases.is_empty());
    let cluster = &group(&build).clusters[0];
    assert!(cluster.one_rater && cluster.exact && cluster.straddles == Some(Points::whole(60)));
}

#[test]
fn the_declared_difference_is_exact() {
    for (low, cases) in [("12.5", 0), ("12", 1), ("11.5", 1)] {
        let mut build = honest(30, 2);
        for (candidate, score) in [("X1", "16"), ("X2", low)] {
            answered(&mut build, candidate, "R0", 1, score, ANSWER);
        }
        let found = build.look("same_answer_one_rater");
        assert_eq!(found.cases.len(), cases, "16 and {low}");
        assert_eq!(figure(&found, "one_rater_differing"), 1);
    }
}

#[test]
fn raters_apart_on_one_answer_are_a_sign() {
    let mut build = honest(30, 3);
    for (candidate, rater, score) in [("X1", "R1", "20"), ("X2", "R2", "10")] {
        answered(&mut build, candidate, "R0", 1, "15", ANSWER);
        answered(&mut build, candidate, rater, 2, score, ANSWER);
        // A near-duplicate of four more works with middling marks joins them.
        answered(&mut build, &format!("{candidate}b"), "R0", 1, "15", &format!("{ANSWER}。好"));
    }
    // R0 alone marked X1b and X2b: two works of one mark each. At the default one character more is another answer here.
    let mut parameters = DetectParameters::default();
    parameters.scoring.same_answer.similarity_percent = 90;
    let found = build.look_with("same_answer_raters", &parameters);
    assert!(build.look("same_answer_one_rater").cases.is_empty());
    assert_eq!(figure(&found, "answer_clusters"), 1);
    assert_eq!(figure(&found, "near_clusters"), 1);
    assert_eq!(found.cases.len(), 1, "{:?}", found.figures);
    assert!(found.cases[0].subjects.contains(&"X1".to_owned()) && found.cases[0].subjects.contains(&"R2".to_owned()));
    assert!(found.cases[0].detail.en.contains("nearly the same"), "{}", found.cases[0].detail.en);
    assert_eq!(text(&found, "difference_share"), "20/100");
}

#[test]
fn another_number_another_question_and_short_answers_are_kept_apart() {
    let mut build = honest(30, 4);
    for (candidate, score, answer) in [
        ("X1", "18", "停机 3 分钟后复查轴承温度并做好记录"),
        ("X2", "6", "停机 5 分钟后复查轴承温度并做好记录"),
        ("X3", "18", "停机 8 mV 后复查轴承温度并做好记录"),
        ("X4", "6", "停机 8 MV 后复查轴承温度并做好记录"),
        ("X5", "18", "断电"),
        ("X6", "6", "断点"),
        ("X7", "18", "略"),
        ("X8", "6", "略"),
        ("X9", "18", "IMG_01.jpg"),
        ("XA", "6", "IMG_01.jpg"),
        ("XB", "18", "\u{FFFD}\u{FFFD}\u{FFFD}电源"),
        ("XC", "6", "\u{FFFD}\u{FFFD}\u{FFFD}电源"),
    ] {
        answered(&mut build, candidate, "R0", 1, score, answer);
    }
    build.rating("XD", "论述", "R0", 1, "20", "20").response_text = Some(ANSWER.into());
    answered(&mut build, "XE", "R0", 1, "6", ANSWER);
    let found = build.look("same_answer_one_rater");
    assert!(found.cases.is_empty(), "{:?}", found.cases);
    assert_eq!(figure(&found, "answers_without_content"), 2);
    assert_eq!(figure(&found, "answers_that_are_files"), 2);
    assert_eq!(figure(&found, "answers_unreadable"), 2);
    assert_eq!(figure(&build.look("same_answer_raters"), "answer_clusters"), 0);
}

#[test]
fn a_short_answer_that_is_the_same_counts() {
    let mut build = honest(30, 5);
    answered(&mut build, "X1", "R0", 1, "18", "断电");
    answered(&mut build, "X2", "R0", 1, "6", "断电。");
    assert_eq!(subjects(&build.look("same_answer_one_rater")), ["X1"]);
}

#[test]
fn forms_keep_their_answers_apart() {
    let mut build = honest(30, 6);
    let layout = build.layout(1);
    for (candidate, form, score) in [("X1", "A", "18"), ("X2", "B", "6")] {
        build.sheet(candidate, form, layout, &["A"], &[]);
        answered(&mut build, candidate, "R0", 1, score, ANSWER);
    }
    assert!(build.look("same_answer_one_rater").cases.is_empty());
}

#[test]
fn without_texts_nothing_is_said() {
    let mut build = Build::new();
    build.marks("C1", "80", "70");
    let found = build.look("same_answer_one_rater");
    assert!(!found.evaluated);
    assert_eq!(missing(&found), ["ratings.response_text"]);
    let mut build = Build::new();
    build.rating("C1", "简答", "R0", 1, "5", "").response_text = Some(ANSWER.into());
    assert_eq!(missing(&build.look("same_answer_raters")), ["ratings.max_score"]);
}

#[test]
fn answers_without_content_are_looked_at_and_show_nothing() {
    let mut build = Build::new();
    answered(&mut build, "C1", "R0", 1, "5", "略");
    let found = build.look("same_answer_one_rater");
    assert!(found.evaluated && found.cases.is_empty());
    assert_eq!(figure(&found, "answers_without_content"), 1);
}

#[test]
fn rows_of_one_work_with_two_texts_are_named() {
    let mut build = honest(30, 7);
    answered(&mut build, "X1", "R0", 1, "18", ANSWER);
    answered(&mut build, "X1", "R1", 2, "18", "合上开关后再验电");
    let found = build.look("same_answer_one_rater");
    assert_eq!(figure(&found, "answers_with_two_texts"), 1);
    assert_eq!(figure(&found, "answers_compared"), 30);
}

/// Batches in which groups of works hold one text and every rater marks by one standard with errors.
#[test]
fn honest_marks_of_one_answer_are_flagged_at_the_stated_rate() {
    /// The 99.9 % point of Bin(100, 0.05).
    const MOST: usize = 13;
    let repeats = 100;
    let mut by_level = 0;
    for seed in 0..repeats {
        let mut random = ChaCha8Rng::seed_from_u64(90_000 + seed);
        let mut build = honest(40, 70_000 + seed);
        for cluster in 0..6 {
            let level = 0.7 + 0.1 * normal(&mut random);
            let own = char::from_u32(0x5B50 + 0x111 * cluster as u32).unwrap().to_string().repeat(20);
            for work in 0..random.random_range(2..5) {
                let candidate = format!("X{cluster}{work}");
                for mark_no in [1, 2] {
                    let rater = format!("R{}", (cluster + work + usize::from(mark_no)) % 3);
                    let mark = (40.0 * (level + 0.03 * normal(&mut random))).round().clamp(0.0, 40.0) / 2.0;
                    answered(&mut build, &candidate, &rater, mark_no, &mark.to_string(), &format!("{ANSWER}{own}"));
                }
            }
        }
        // The default difference keeps every honest batch quiet.
        let detected = build.detect_with(&DetectParameters::default());
        for found in detected.observations.iter().filter(|found| found.measure.starts_with("same_answer")) {
            assert!(found.cases.is_empty(), "seed {seed}: {:?}", found.cases);
        }
        // Here nothing but the level protects.
        let mut parameters = DetectParameters::default();
        parameters.scoring.significance_level = 0.05;
        parameters.scoring.same_answer.difference_share = (0, 100);
        let found = build.look_with("same_answer_raters", &parameters);
        assert_eq!(figure(&found, "clusters_tested"), 6);
        by_level += usize::from(figure(&found, "clusters_flagged") > 0);
    }
    assert!(by_level <= MOST, "{by_level} of {repeats} at level 0.05");
}

/// What the report shows of a text is masked before it is cut.
#[test]
fn identity_numbers_in_answers_are_masked_wherever_the_text_is_cut() {
    for before in (575..605).step_by(3) {
        let mut build = honest(30, 9);
        let answer = format!("{}11010519491231002X按规程检查", "甲".repeat(before));
        answered(&mut build, "X1", "R0", 1, "18", &answer);
        answered(&mut build, "X2", "R0", 1, "9", &answer);
        let group = group(&build);
        let shown = &group.clusters[0].answers[0];
        assert!(!shown.text.contains("1949") && shown.characters == answer.chars().count() as u64, "{}", shown.text);
        assert!(!build.look("same_answer_one_rater").cases[0].detail.zh.contains("1949"));
    }
}

#[test]
fn order_of_rows_and_threads_change_nothing() {
    let mut build = honest(40, 8);
    for (work, score) in [(1, "18"), (2, "9"), (3, "14"), (4, "15")] {
        answered(&mut build, &format!("X{work}"), "R0", 1, score, ANSWER);
    }
    let look = |build: &Build, threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        format!("{:?}", pool.install(|| build.detect_with(&DetectParameters::default())))
    };
    let mut turned = Build::new();
    turned.dataset = build.dataset.clone();
    turned.dataset.ratings.reverse();
    let expected = look(&build, 1);
    assert!(expected.contains("one_rater: true"));
    assert_eq!(look(&build, 4), expected);
    assert_eq!(look(&turned, 3), expected);
}

/// A text of ten megabytes in a cell, blank texts and texts told apart by what does not show.
#[test]
fn long_blank_and_disguised_texts_are_borne() {
    let mut build = honest(30, 10);
    let long = "按规程检查设备后记录".repeat(10_000_000 / 30);
    for (candidate, score, answer) in [
        ("X1", "18", long.as_str()),
        ("X2", "9", long.as_str()),
        ("X3", "18", ""),
        ("X4", "9", " \u{3000} "),
        ("X5", "18", ANSWER),
        ("X6", "9", &ANSWER.chars().flat_map(|character| [character, '\u{200B}', '\u{202E}']).collect::<String>()),
    ] {
        answered(&mut build, candidate, "R0", 1, score, answer);
    }
    let found = build.look("same_answer_one_rater");
    let mut named = subjects(&found);
    named.sort_unstable();
    assert_eq!(named, ["X1", "X5"]);
    assert_eq!((figure(&found, "answers_blank"), figure(&found, "answers_compared_only_for_equality")), (2, 2));
    let shown = group(&build);
    let texts = shown.clusters.iter().flat_map(|cluster| &cluster.answers);
    assert!(texts.into_iter().all(|answer| answer.text.chars().count() <= 600));
}
