//! A paper used again: twelve civil months to the day, and what one use is.

use kaojian::config::Config;
use kaojian::model::finding::Verdict;
use kaojian::model::progress::Silent;
use kaojian::pipeline::{inspect, load_rules};

const BODY: &str = "52990100MA0000015Y";

/// One use: batch, day, form, and which of the two papers it is (`x`, or `y` with its items in another order).
type Use<'a> = (&'a str, &'a str, &'a str, char);

fn items(paper: char) -> Vec<(String, [String; 4], char)> {
    let topics = ["断电验电", "挂接地线", "安全距离", "工具检查", "票证核对", "现场清理", "应急处置", "交接记录"];
    let of = |topic: &&str| {
        let options = ["先做", "省去", "代做", "补做"].map(|word| format!("{word}{topic}"));
        (format!("作业人员在进行{topic}这一工序时应当怎样做"), options, 'A')
    };
    let mut items: Vec<_> = topics.iter().map(of).collect();
    match paper {
        'x' => items,
        // The B form: the same items and options in another order.
        'y' => {
            items.rotate_left(3);
            items.into_iter().map(|(stem, [a, b, c, d], _)| (stem, [d, a, b, c], 'B')).collect()
        }
        other => items
            .into_iter()
            .map(|(stem, options, key)| (stem.replace("工序", &format!("步骤{other}")), options, key))
            .collect(),
    }
}

fn verdict(uses: &[Use<'_>], domain: &str) -> Verdict {
    let folder = tempfile::tempdir().expect("a folder");
    let mut batches = "batch_id,body_id,occupation_code,occupation,level,exam_date,activity\n".to_owned();
    let mut forms =
        "form_id,batch_id,item_no,stem,option_a,option_b,option_c,option_d,key,max_score,domain\n".to_owned();
    let mut seen = Vec::new();
    for (batch, day, form, paper) in uses {
        if !seen.contains(batch) {
            batches.push_str(&format!("{batch},{BODY},6-29-02-06,电工,5,{day},held\n"));
            seen.push(*batch);
        }
        for (place, (stem, [a, b, c, d], key)) in items(*paper).into_iter().enumerate() {
            forms.push_str(&format!("{form},{batch},{},{stem},{a},{b},{c},{d},{key},10,{domain}\n", place + 1));
        }
    }
    std::fs::write(folder.path().join("batches.csv"), batches).expect("a file");
    std::fs::write(folder.path().join("forms.csv"), forms).expect("a file");
    let rules = load_rules(&[]).expect("the built-in rules");
    let inspection = inspect(folder.path(), &Config::default(), &rules, &Silent).expect("an inspection");
    let found: Vec<Verdict> = inspection
        .findings
        .iter()
        .filter(|finding| finding.article == "20(4)" && finding.batch_id.is_none())
        .map(|finding| finding.verdict)
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]
}

#[test]
fn twelve_months_end_on_their_last_day() {
    for (first, second, expected) in [
        ("2025-03-10", "2026-03-09", Verdict::Met),
        ("2025-03-10", "2026-03-10", Verdict::Met),
        ("2025-03-10", "2026-03-11", Verdict::NotMet),
        // A day that the later year does not have: its month ends the window.
        ("2024-02-29", "2025-02-28", Verdict::Met),
        ("2024-02-29", "2025-03-01", Verdict::NotMet),
        ("2023-02-28", "2024-02-28", Verdict::Met),
        ("2023-02-28", "2024-02-29", Verdict::NotMet),
    ] {
        let uses = [("B1", first, "F1", 'x'), ("B2", second, "F2", 'y')];
        assert_eq!(verdict(&uses, "专业知识"), expected, "{first} {second}");
    }
}

#[test]
fn rooms_forms_and_batches_of_one_day_are_one_use() {
    // A and B forms of one batch.
    assert_eq!(verdict(&[("B1", "2025-03-10", "A", 'x'), ("B1", "2025-03-10", "B", 'y')], "专业知识"), Verdict::NotMet);
    // Parallel rooms entered as batches of one day.
    assert_eq!(verdict(&[("B1", "2025-03-10", "F", 'x'), ("B2", "2025-03-10", "G", 'x')], "专业知识"), Verdict::NotMet);
    // The B form of one day is the A form of another.
    let uses = [("B1", "2025-03-10", "A", 'x'), ("B1", "2025-03-10", "B", 'y'), ("B2", "2025-06-10", "A", 'y')];
    assert_eq!(verdict(&uses, "专业知识"), Verdict::Met);
    // Different papers.
    assert_eq!(verdict(&[("B1", "2025-03-10", "A", 'x'), ("B2", "2025-06-10", "A", 'z')], "专业知识"), Verdict::NotMet);
}
