//! Answers in every shape.

use super::{answers, book, file, map, rules, sheet};

#[test]
fn three_shapes_of_answers_are_the_same_sheets() {
    let wide = ["batch_id|candidate_id|form_id|q1|q2|q3", "B1|001|F1|A|b|ca", "B1|002|F1||Ｂ|-", "B1|003|F1|D|A|A"];
    let string = ["batch_id|candidate_id|form_id|answers", "B1|001|F1|A,B,AC", "B1|002|F1| B-", "B1|003|F1|DAA"];
    let long = [
        "batch_id|candidate_id|form_id|item_id|response|seconds",
        "B1|001|F1|q1|A|12.5",
        "B1|001|F1|q3|C,A|",
        "B1|002|F1|q2|B|3",
        "B1|003|F1|q3|A|3",
        "B1|001|F1|q2|b|3",
        "B1|003|F1|q1|D|3",
        "B1|003|F1|q2|A|3",
    ];
    let expected: Vec<(String, String, String, Vec<String>)> =
        [("001", ["A", "B", "AC"]), ("002", ["", "B", ""]), ("003", ["D", "A", "A"])]
            .into_iter()
            .map(|(candidate, labels)| {
                ("B1".to_owned(), candidate.to_owned(), "F1".to_owned(), labels.map(str::to_owned).to_vec())
            })
            .collect();
    for rows in [&wide[..], &string[..], &long[..]] {
        for block in [1, 2, 100] {
            let ingested = map(vec![book("answers.csv", vec![sheet("", rows, block)])]);
            assert_eq!(answers(&ingested.dataset), expected, "{rows:?} in blocks of {block}");
            let table = &ingested.dataset.answers;
            assert_eq!(table.layouts.len(), 1);
            let items: Vec<(&str, u32)> =
                table.layouts[0].items.iter().map(|item| (item.item_id.as_str(), item.item_no)).collect();
            assert_eq!(items, [("q1", 1), ("q2", 2), ("q3", 3)]);
            assert_eq!(table.layouts[0].items[2].labels, ["A", "AC"]);
            assert_eq!(table.sheets[0].responses.as_ref(), [1, 2, 2]);
            assert!(ingested.quarantine.is_empty(), "{:?}", ingested.quarantine);
        }
    }
    let ingested = map(vec![file("answers.csv", &long)]);
    let seconds = ingested.dataset.answers.sheets[0].seconds.as_ref().unwrap();
    assert_eq!((seconds[0], seconds[1]), (12.5, 3.0));
    assert!(seconds[2].is_nan());
}

#[test]
fn answer_strings_of_odd_lengths() {
    let endless = format!("B1|003|{}", "A".repeat(2_001));
    let ingested =
        map(vec![file("answers.csv", &["batch_id|candidate_id|answers", "B1|001|ABCD", "B1|002|AB", &endless])]);
    let labels: Vec<Vec<String>> = answers(&ingested.dataset).into_iter().map(|(_, _, _, labels)| labels).collect();
    assert_eq!(labels, [["A", "B", "C", "D"], ["A", "B", "", ""]]);
    assert_eq!(rules(&ingested), ["answer-string-length", "answer-string-too-long"]);
    assert_eq!(ingested.dataset.files[0].sheets[0].rows_refused, 1);
}

#[test]
fn a_long_file_whose_candidates_share_no_item_is_refused_whole() {
    let mut rows = vec!["batch_id|candidate_id|item_id|response".to_owned()];
    rows.extend((0..40_000).map(|number| format!("B1|{number}|item {number}|A")));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let ingested = map(vec![book("answers.csv", vec![sheet("", &rows, 10_000)])]);
    assert!(ingested.dataset.answers.sheets.is_empty());
    assert_eq!(rules(&ingested), ["answers-too-sparse"]);
    let seen = &ingested.dataset.files[0].sheets[0];
    assert_eq!((seen.rows_read, seen.rows_refused), (40_000, 40_000));
}

#[test]
fn sheets_of_several_files_share_a_layout_and_repeats_are_kept() {
    let ingested = map(vec![
        file("answers-1.csv", &["batch_id|candidate_id|第1题|第2题", "B1|001|B|C", "B1|001|B|C"]),
        file("answers-2.csv", &["batch_id|candidate_id|第1题|第2题", "B1|002|A|D"]),
    ]);
    let table = &ingested.dataset.answers;
    assert_eq!(table.layouts.len(), 1);
    assert_eq!(table.layouts[0].items[0].labels, ["A", "B"]);
    assert_eq!(table.sheets.len(), 3);
    assert_eq!(table.label(&table.sheets[0], 1), Some("C"));
    assert_eq!(table.label(&table.sheets[2], 0), Some("A"));
    assert_eq!(rules(&ingested), ["answer-sheet-repeated"]);
}

#[test]
fn item_columns_are_known_from_the_forms() {
    let ingested = map(vec![
        file("answers.csv", &["batch_id|candidate_id|AX-17|AX-18|remark", "B1|001|A|C|late"]),
        file("forms.csv", &["form_id|item_id|item_no|key", "F1|AX-17|1|A", "F1|AX-18|2|B"]),
    ]);
    assert_eq!(answers(&ingested.dataset)[0].3, ["A", "C"]);
    assert_eq!(ingested.dataset.files[0].sheets[0].unmapped_columns, ["remark"]);
}

#[test]
fn free_text_in_an_item_column_is_left_out_by_name() {
    let mut rows = vec!["batch_id|candidate_id|q1|q2|q3".to_owned()];
    rows.extend((0..300).map(|number| format!("B1|{number:03}|A|text number {number}|B")));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    for block in [50, 1000] {
        let ingested = map(vec![book("answers.csv", vec![sheet("", &rows, block)])]);
        let table = &ingested.dataset.answers;
        assert_eq!(table.sheets.len(), 300);
        assert_eq!(table.layouts[0].items.len(), 2);
        assert_eq!(table.label(&table.sheets[299], 1), Some("B"));
        assert_eq!(rules(&ingested), ["answer-too-many-labels"]);
        assert_eq!(ingested.quarantine[0].column, "q2");
    }
}
