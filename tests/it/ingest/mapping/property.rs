//! No row is lost, whatever stands in it.

use super::{book, map, sheet};
use proptest::prelude::*;

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[A-D]{1,2}",
        "[0-9]{1,4}",
        Just("缺考".to_owned()),
        Just("合计".to_owned()),
        Just("-".to_owned()),
        Just("　".to_owned()),
        Just("4.2E+17".to_owned()),
        "[ -~]{0,6}".prop_map(|text| text.replace('|', "")),
        "\\PC{0,4}".prop_map(|text| text.replace('|', "")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every row below the header is in the data set, in the quarantine, or counted as skipped.
    #[test]
    fn no_row_is_lost(
        rows in proptest::collection::vec(proptest::collection::vec(any_cell(), 0..7), 0..30),
        which in 0_usize..4,
        block in 1_usize..9,
    ) {
        let (path, header) = [
            ("scores.csv", "batch_id|candidate_id|component|score|passed"),
            ("answers.csv", "batch_id|candidate_id|q1|q2|q3"),
            ("candidates.csv", "batch_id|candidate_id|id_number|birth_date|status"),
            ("answers.csv", "batch_id|candidate_id|item_id|response|score"),
        ][which];
        let mut lines = vec![header.to_owned()];
        lines.extend(rows.iter().map(|cells| cells.join("|")));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let ingested = map(vec![book(path, vec![sheet("", &lines, block)])]);
        let seen = &ingested.dataset.files[0].sheets[0];
        prop_assert_eq!(seen.rows_read + seen.rows_skipped, rows.len() as u64);
        let mut refused: Vec<u32> = ingested
            .quarantine
            .iter()
            .filter(|entry| entry.row_refused)
            .map(|entry| entry.source.row)
            .collect();
        refused.dedup();
        prop_assert_eq!(refused.len() as u64, seen.rows_refused);
        let kept = match which {
            0 => ingested.dataset.scores.len() as u64,
            1 => ingested.dataset.answers.sheets.len() as u64,
            2 => ingested.dataset.candidates.len() as u64,
            // A long row is kept when it gave its sheet an item, answered or not.
            _ => seen.rows_read - seen.rows_refused,
        };
        prop_assert_eq!(kept, seen.rows_read - seen.rows_refused);
        if which == 3 {
            let given: usize = ingested.dataset.answers.sheets.iter().map(|sheet| sheet.responses.len()).sum();
            prop_assert!(given as u64 >= kept);
        }
    }
}
