//! Ratings that cannot be used as they stand are named, in both languages.

use crate::support::kaojian;
use std::fs;

/// What a run gave: code, everything printed, the summary written.
struct Said {
    code: u8,
    text: String,
    json: String,
}

fn said(language: &str, command: &str, text: &str, more: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    fs::write(&path, text).unwrap();
    let out = folder.path().join("out.json");
    let words = ["--language", language, command, path.to_str().unwrap(), "-o", out.to_str().unwrap()];
    let ran = kaojian(words.into_iter().chain(more.iter().copied()));
    let json = [out.join("summary.json"), out].iter().find_map(|path| fs::read_to_string(path).ok());
    Said { code: ran.code, text: ran.errors + &ran.output, json: json.unwrap_or_default() }
}

/// The command says this in Chinese and that in English, and ends with the code.
fn names(command: &str, text: &str, more: &[&str], code: u8, [zh, en]: [&str; 2]) -> Said {
    let chinese = said("zh", command, text, more);
    assert!(chinese.code == code && chinese.text.contains(zh), "{}: {}", chinese.code, chinese.text);
    let english = said("en", command, text, more);
    assert!(english.code == code && english.text.contains(en), "{}: {}", english.code, english.text);
    assert_eq!(chinese.json, english.json);
    english
}

/// Eight persons by two raters on three criteria; `change` gives person, rater, criterion and score as they stand.
fn ratings(heading: &str, change: impl Fn(usize, usize, usize, usize) -> String) -> String {
    let mut text = format!("{heading}\n");
    for person in 0..8 {
        for rater in 0..2 {
            for criterion in 0..3 {
                text += &change(person, rater, criterion, (person * 2 + rater + criterion * (person + 1)) % 4);
                text.push('\n');
            }
        }
    }
    text
}

fn plain() -> String {
    ratings("person,rater,criterion,score", |person, rater, criterion, score| {
        format!("p{person},r{rater},c{criterion},{score}")
    })
}

#[test]
fn one_rater_only() {
    let text = "person,rater,criterion,score\na,r1,c,1\nb,r1,c,2\n";
    names(
        "raters",
        text,
        &[],
        2,
        ["只有 1 名考评员，宽严无从比较", "severity needs two raters or more; the file has 1"],
    );
    names("raters", text, &["--estimator", "mml"], 2, ["只有 1 名考评员", "needs two raters"]);
    names(
        "agreement",
        text,
        &[],
        2,
        ["只有 1 名考评员，无从比较", "agreement needs two raters or more; the file has 1"],
    );
}

#[test]
fn disconnected_designs() {
    let text = ratings("person,rater,criterion,score", |person, rater, criterion, score| {
        format!("p{person},r{},c{criterion},{score}", if person < 4 { rater } else { 2 + rater })
    });
    for estimator in ["jml", "mml"] {
        let found = names(
            "raters",
            &text,
            &["--estimator", estimator],
            0,
            [
                "分面 rater 分为 2 个互不相连的子集；不同子集之间的宽严不可比较",
                "facet rater falls into 2 disconnected subsets; severities of different subsets cannot be compared",
            ],
        );
        assert!(found.json.contains("互不相连") && found.json.contains("disconnected"), "{}", found.json);
    }
}

#[test]
fn constant_raters() {
    let mut text = plain();
    for person in 0..8 {
        text += &format!("p{person},flat,c0,2\np{person},flat,c1,2\np{person},flat,c2,2\n");
    }
    for command in ["raters", "agreement"] {
        let found =
            names(command, &text, &[], 0, ["考评员 flat 的评分全部相同", "rater flat gave one and the same score"]);
        let json: serde_json::Value = serde_json::from_str(&found.json).unwrap();
        assert_eq!(json["raters_with_constant_scores"], serde_json::json!(["flat"]));
        assert!(found.json.contains("全部相同") && found.json.contains("one and the same"), "{}", found.json);
    }
    let pairs: serde_json::Value = serde_json::from_str(&said("zh", "agreement", &text, &[]).json).unwrap();
    for pair in pairs["pairs"].as_array().unwrap() {
        // Beside a rater with one score kappa is 0 whatever the other does.
        let flat = pair["rater_a"] == "flat";
        assert!(!flat || pair["kappa"] == 0.0, "{pair}");
        assert_eq!(pair["kappa_standard_error"].is_null() && pair["kappa_lower"].is_null(), flat, "{pair}");
        assert_eq!(pair["no_standard_error"]["zh"].is_string(), flat, "{pair}");
    }
    let same = "person,rater,criterion,score\na,r1,c,1\nb,r2,c,1\na,r2,c,1\n";
    names("raters", same, &[], 2, ["所有评分都相同，宽严无法估计", "all ratings have one and the same score"]);
    let found = said("zh", "agreement", same, &[]);
    assert!(found.json.contains("所有评分相同") && found.json.contains("all ratings are the same"), "{}", found.json);
}

/// The reasons for which a row was left out.
fn reason(json: &str, row: u64) -> [String; 2] {
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let rows = json["left_out"].as_array().unwrap();
    let found = rows.iter().find(|found| found["row"] == row).unwrap_or_else(|| panic!("row {row}: {rows:?}"));
    ["zh", "en"].map(|language| found[language].as_str().unwrap().to_owned())
}

#[test]
fn scores_outside_the_scale() {
    let text = plain() + "p1,r2,c0,7\np2,r2,c0,-1\np3,r2,c0,2.5\np4,r2,c0,good\np5,r2,c0,\n";
    for command in ["raters", "agreement"] {
        let scaled = said("zh", command, &text, &["--scale", "0,5"]);
        assert_eq!(scaled.code, 0, "{}", scaled.text);
        for row in [50, 51] {
            assert_eq!(reason(&scaled.json, row), ["分数在量表之外", "the score is outside the scale"]);
        }
        for row in [53, 54] {
            assert_eq!(reason(&scaled.json, row), ["分数缺失或不是数字", "the score is missing or no number"]);
        }
        // Without a scale the highest score is unknown, but a score below nought still is no mark.
        let [zh, en] = reason(&said("zh", command, &text, &[]).json, 51);
        assert!(zh.contains("分数为负") && en.contains("below nought"), "{zh} {en}");
    }
    names(
        "raters",
        &text,
        &["--scale", "0,5"],
        0,
        ["1 行的分数不是整数（第 52 行等）", "1 rows have a score that is not whole (rows 52"],
    );
}

#[test]
fn duplicates_are_not_used() {
    let text = plain() + "p1,r1,c0,3\n";
    for command in ["raters", "agreement"] {
        let found = said("zh", command, &text, &[]);
        // Both are left out: the one that stood there and the one added.
        for row in [11, 50] {
            let [zh, en] = reason(&found.json, row);
            assert!(zh.contains("有多个评分，均不使用") && en.contains("more than once; none of these"), "{zh} {en}");
        }
        let json: serde_json::Value = serde_json::from_str(&found.json).unwrap();
        assert_eq!(json["left_out"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn missing_columns() {
    let text = "person,rater,criterion\na,r1,c\n";
    for command in ["raters", "agreement"] {
        names(
            command,
            text,
            &[],
            2,
            ["没有工作表含列 person、rater、score", "no sheet has the columns person, rater, score"],
        );
    }
    for more in [["--facets", "room"], ["--interaction", "rater:room"]] {
        names("raters", &plain(), &more, 2, ["person、rater、score、room", "person, rater, score, room"]);
    }
    names("raters", &plain(), &["--facets", "weather"], 2, ["没有这样的分面：weather", "no such facet: weather"]);
}

#[test]
fn clocks_and_times() {
    let heading = "person,rater,criterion,score,time,occasion";
    let back = ratings(heading, |person, rater, criterion, score| {
        let minute = if person == 3 { 10 - rater } else { 10 + rater };
        format!("p{person},r{rater},c{criterion},{score},2026-05-01 09:{minute:02},{}", rater + 1)
    });
    let found = names(
        "raters",
        &back,
        &[],
        0,
        [
            "3 行的评分时间早于前一评次（第 23, 24, 25 行等）：时钟倒走",
            "3 rows have a time before that of the mark they follow (rows 23, 24, 25, …): a clock runs back",
        ],
    );
    assert!(found.json.contains("时钟倒走") && found.json.contains("a clock runs back"), "{}", found.json);
    let heading = "person,rater,criterion,score,time";
    let more = ["--interaction", "rater:time"];
    let still = ratings(heading, |person, rater, criterion, score| {
        format!("p{person},r{rater},c{criterion},{score},2026-05-01 09:00")
    });
    names("raters", &still, &more, 2, ["所有评分时间相同，不能分时段", "all ratings have the same time"]);
    let mixed = ratings(heading, |person, rater, criterion, score| {
        let time = if person == 0 { "7" } else { "2026-05-01 09:00" };
        format!("p{person},r{rater},c{criterion},{score},{time}")
    });
    names("raters", &mixed, &more, 2, ["无法排序，不能分时段", "have no order and make no time bins"]);
}
