//! `kaojian similarity` from files to a table, against two R packages, planted copying and bad input.

use super::data::{golden, honest, number, rows};
use crate::support::{Ran, kaojian};
use polars::prelude::{DataFrame, IntoColumn, NamedFrom, Series};
use polars_io::prelude::ParquetWriter;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PEER_TOLERANCE: f64 = 1e-6;

fn write(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn run(responses: &Path, out: &Path, more: &[&str]) -> Ran {
    let mut words = vec!["similarity".to_owned(), responses.to_string_lossy().into_owned()];
    words.extend(["--language".to_owned(), "en".to_owned(), "--out".to_owned(), out.to_string_lossy().into_owned()]);
    words.extend(more.iter().map(|word| (*word).to_owned()));
    kaojian(words)
}

#[track_caller]
fn done(ran: &Ran) {
    assert_eq!((ran.code, ran.errors.as_str()), (0, ""), "{}", ran.output);
}

/// Rows of an output, by column.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[track_caller]
fn close(found: &str, expected: &str, what: &str) {
    let (found, expected) = (number(found), number(expected));
    assert!(
        (found - expected).abs() <= PEER_TOLERANCE * expected.abs(),
        "{what}: found {found:e}, expected {expected:e}"
    );
}

/// Rows as CSV, the first cell a person.
fn wide(codes: &[Vec<u8>], label: impl Fn(u8) -> String) -> String {
    let mut text = "person".to_owned();
    (1..=codes[0].len()).for_each(|item| text.push_str(&format!(",q{item}")));
    for (person, row) in codes.iter().enumerate() {
        text.push_str(&format!("\np{:04}", person + 1));
        row.iter().for_each(|code| text.push_str(&format!(",{}", label(*code))));
    }
    text + "\n"
}

fn key_file(items: usize, key: &str) -> String {
    let mut text = "item,key\n".to_owned();
    (1..=items).for_each(|item| text.push_str(&format!("q{item},{key}\n")));
    text
}

#[test]
fn given_nominal_parameters_reproduce_aberrance() {
    let Some(source) = golden("aberrance_similarity") else { return };
    let folder = tempfile::tempdir().unwrap();
    let codes: Vec<Vec<u8>> = rows(&source.join("resp_responses.csv"))
        .iter()
        .map(|row| row.iter().map(|text| text.parse().unwrap()).collect())
        .collect();
    let responses = write(&folder, "responses.csv", &wide(&codes, |code| code.to_string()));
    let key = write(&folder, "key.csv", &key_file(codes[0].len(), "4"));
    let mut parameters = "item,option,slope,intercept\n".to_owned();
    for (item, row) in rows(&source.join("resp_items.csv")).iter().enumerate() {
        for option in 0..4 {
            parameters.push_str(&format!("q{},{},{},{}\n", item + 1, option + 1, row[option], row[4 + option]));
        }
    }
    let mut abilities = "person,theta\n".to_owned();
    for (person, row) in rows(&source.join("resp_xi.csv")).iter().enumerate() {
        abilities.push_str(&format!("p{:04},{}\n", person + 1, row[0]));
    }
    let (parameters, abilities) =
        (write(&folder, "items.csv", &parameters), write(&folder, "abilities.csv", &abilities));
    let out = folder.path().join("out.csv");
    let more = ["--key", key.to_str().unwrap(), "--item-parameters", parameters.to_str().unwrap()];
    let more = [&more[..], &["--abilities", abilities.to_str().unwrap(), "--pairs", "all", "--index", "gbt,omega,m4"]];
    done(&run(&responses, &out, &more.concat()));
    let found = table(&out);
    let expected = rows(&source.join("resp_expected.csv"));
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        let what = format!("{} and {}", found["person_a"], found["person_b"]);
        assert_eq!(found["person_a"], format!("p{:0>4}", expected[0]));
        assert_eq!(found["person_b"], format!("p{:0>4}", expected[1]));
        close(&found["omega"], &expected[2], &what);
        close(&found["gbt_p"], &expected[8], &what);
        close(&found["m4_p"], &expected[9], &what);
        assert!((number(&found["gbt_log10_p"]) - number(&found["gbt_p"]).log10()).abs() < 1e-9);
        assert!(!found.contains_key("k_ab_p"));
    }
}

#[test]
fn scored_data_with_given_parameters_reproduce_copydetect() {
    let Some(source) = golden("copydetect_dich_form1") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut items = "item,a,b,c\n".to_owned();
    rows(&source.join("items_2pl.csv")).iter().for_each(|row| items.push_str(&format!("{}\n", row.join(","))));
    let expected = rows(&source.join("expected_pairs.csv"));
    let mut pairs = "person_a,person_b\n".to_owned();
    expected.iter().for_each(|row| pairs.push_str(&format!("{},{}\n", row[0], row[1])));
    let (items, pairs) = (write(&folder, "items.csv", &items), write(&folder, "pairs.csv", &pairs));
    let thetas = source.join("thetas.csv");
    let out = folder.path().join("out.csv");
    let more = ["--item-parameters", items.to_str().unwrap(), "--abilities", thetas.to_str().unwrap()];
    done(&run(&source.join("responses.csv"), &out, &[&more[..], &["--pairs", pairs.to_str().unwrap()]].concat()));
    let header: Vec<String> = csv::Reader::from_path(source.join("expected_pairs.csv"))
        .unwrap()
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let found = table(&out);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        let of = |name: &str| &expected[header.iter().position(|column| column == name).expect(name)];
        let what = format!("{} and {}", found["person_a"], found["person_b"]);
        assert_eq!((&found["person_a"], &found["match"]), (of("copier"), of("obs_match")));
        for (ours, theirs) in [
            ("omega_ab", "omega_W"),
            ("gbt_p", "GBT_cran13_p"),
            ("m4_p", "M4_cran13_p"),
            ("k_ab_p", "K_gh14_p"),
            ("k1_ab_p", "K1_cran13_p"),
            ("k2_ab_p", "K2_cran13_p"),
            ("s1_ab_p", "S1_cran13_p"),
            ("s2_ab_p", "S2_cran13_p"),
        ] {
            close(&found[ours], of(theirs), &format!("{what}, {ours}"));
        }
    }
}

/// Honest sheets of which the last copied most items of the first, with letters.
fn planted(folder: &TempDir) -> (PathBuf, PathBuf) {
    let mut codes = honest(80, 60, 5);
    let copied = codes[0][..45].to_vec();
    codes[79][..45].copy_from_slice(&copied);
    codes[40] = vec![0; 60];
    let letter = |code: u8| if code == 0 { "NA".to_owned() } else { char::from(b'a' + code - 1).to_string() };
    (write(folder, "responses.csv", &wide(&codes, letter)), write(folder, "key.csv", &key_file(60, "A")))
}

#[test]
fn a_planted_copy_is_flagged_by_every_model_and_control() {
    let folder = tempfile::tempdir().unwrap();
    let (responses, key) = planted(&folder);
    let key = key.to_str().unwrap();
    for model in ["auto", "two-pl", "rasch", "wesolowsky"] {
        for control in ["holm", "bh"] {
            let out = folder.path().join(format!("{model}-{control}.csv"));
            let ran = run(&responses, &out, &["--key", key, "--model", model, "--control", control]);
            done(&ran);
            assert!(ran.output.contains("p0041: all responses are blank"), "{}", ran.output);
            assert!(ran.output.contains(&format!("{} pairs compared", 79 * 78 / 2)), "{}", ran.output);
            let found = table(&out);
            assert_eq!(found.len(), 1, "{model}, {control}: {}", ran.output);
            assert_eq!((found[0]["person_a"].as_str(), found[0]["person_b"].as_str()), ("p0001", "p0080"));
            assert_eq!((found[0]["flagged"].as_str(), found[0]["cluster"].as_str()), ("true", "1"));
            // Both know as much: nobody is named as the source.
            let is_told = |(name, value): (&String, &String)| !value.is_empty() || name == "likely_source";
            assert!(found[0].iter().all(is_told), "{found:?}");
        }
    }
}

#[test]
fn the_three_kinds_of_files_hold_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (responses, key) = planted(&folder);
    let more = ["--key", key.to_str().unwrap(), "--pairs", "all", "--index", "gbt"];
    for name in ["out.csv", "out.json", "out.parquet"] {
        done(&run(&responses, &folder.path().join(name), &more));
    }
    let found = table(&folder.path().join("out.csv"));
    let json: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(folder.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(found.len(), json.len());
    for (found, json) in found.iter().zip(&json) {
        assert_eq!(found["person_b"], json["person_b"].as_str().unwrap());
        assert_eq!(number(&found["gbt_p"]), json["gbt_p"].as_f64().unwrap());
    }
    assert_eq!(&std::fs::read(folder.path().join("out.parquet")).unwrap()[..4], b"PAR1");
}

#[test]
fn groups_are_put_out_and_the_bootstrap_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let (responses, key) = planted(&folder);
    let text = std::fs::read_to_string(&responses).unwrap();
    let with_room: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(row, line)| format!("{line},{}", if row == 0 { "room".to_owned() } else { format!("R{}", row % 3) }))
        .collect();
    let responses = write(&folder, "rooms.csv", &with_room.join("\n"));
    let more = ["--key", key.to_str().unwrap(), "--group", "room", "--bootstrap", "20", "--seed", "3"];
    let (first, second) = (folder.path().join("1.csv"), folder.path().join("2.csv"));
    let (one, two) = (run(&responses, &first, &more), run(&responses, &second, &more));
    done(&one);
    done(&two);
    let sentence =
        |ran: &Ran| ran.output.lines().find(|line| line.contains("simulated honest batches")).unwrap().to_owned();
    assert_eq!(sentence(&one), sentence(&two));
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    assert_eq!((table(&first)[0]["group_a"].as_str(), table(&first)[0]["group_b"].as_str()), ("R1", "R2"));
}

#[test]
fn perfect_scorers_are_not_flagged_on_right_answers_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut codes = honest(60, 60, 8);
    codes[3] = vec![1; 60];
    codes[4] = vec![1; 60];
    let letter = |code: u8| char::from(b'A' + code - 1).to_string();
    let responses = write(&folder, "responses.csv", &wide(&codes, letter));
    let key = write(&folder, "key.csv", &key_file(60, "A"));
    let out = folder.path().join("out.csv");
    done(&run(&responses, &out, &["--key", key.to_str().unwrap(), "--significance-level", "0.5", "--control", "bh"]));
    assert!(table(&out).iter().all(|row| row["match"] != row["n_items"]));
}

#[test]
fn bad_input_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(&folder, "good.csv", "person,q1,q2\na,A,B\nb,A,C\nc,B,B\n");
    let key = write(&folder, "key.csv", "item,key\nq1,A\nq2,B\n");
    let key = key.to_str().unwrap();
    let out = folder.path().join("out.csv");
    let file = |name: &str, text: &str| write(&folder, name, text).to_str().unwrap().to_owned();
    let absent = file("absent.csv", "item,key\nq1,A\nq7,B\n");
    let strange = file("strange.csv", "item,key\nq1,Z\nq2,Z\n");
    let parameters = file("parameters.csv", "item,a,b,c\nq1,1,0,0\n");
    let options = file("options.csv", "item,option,slope,intercept\nq1,A,1,0\nq1,B,-1,0\nq2,B,1,0\n");
    let no_number = file("number.csv", "item,a,b,c\nq1,1,0,0\nq2,NaN,0,0\n");
    let abilities = file("abilities.csv", "person,theta\na,0\n");
    let whole = file("whole.csv", "item,a,b\nq1,1,0\nq2,1,0\n");
    let pairs = file("pairs.csv", "person_a,person_b\na,nobody\n");
    let rooms = write(&folder, "rooms.csv", "person,room,q1,q2\na,R1,A,B\nb,R2,A,C\nc,R2,B,B\n");
    let ragged = write(&folder, "ragged.csv", "person,q1,q2\na,A,B\nb,A\nc,B,B\n");
    let twice = write(&folder, "twice.csv", "person,q1,q2\na,A,B\nb,A,C\na,B,B\n");
    let nameless = write(&folder, "nameless.csv", "person,q1,q2\na,A,B\n,A,C\nc,B,B\n");
    let no_ability = file("nan.csv", "person,theta\na,0\nb,NaN\nc,1\n");
    let cases: [(&Path, Vec<&str>, &str); 18] = [
        (&rooms, vec!["--key", key, "--group", "person"], "`person` is asked for twice"),
        (&rooms, vec!["--key", key, "--group", "room", "--seat", "room"], "`room` is asked for twice"),
        (&ragged, vec!["--key", key], "row 3: 2 cells where the header has 3"),
        (&twice, vec!["--key", key], "row 4: the same person stands in row 2"),
        (&nameless, vec!["--key", key], "row 3: the person's id is blank"),
        (
            &good,
            vec!["--key", key, "--item-parameters", &whole, "--abilities", &no_ability],
            "row 3, column `theta`: `NaN` is no finite number",
        ),
        (&good, vec![], "a key is needed"),
        (&good, vec!["--key", &absent], "q7"),
        (&good, vec!["--key", &strange], "no response agrees with the key"),
        (&good, vec!["--key", key, "--item-parameters", &parameters], "no parameters for items: q2"),
        (&good, vec!["--key", key, "--item-parameters", &options], "no parameters for options: q2 C"),
        (&good, vec!["--key", key, "--item-parameters", &no_number], "row 3, column `a`"),
        (&good, vec!["--key", key, "--abilities", &abilities], "need item parameters"),
        (&good, vec!["--key", key, "--item-parameters", &whole, "--abilities", &abilities], "no ability for 2 persons"),
        (&good, vec!["--key", key, "--item-parameters", &whole, "--model", "wesolowsky"], "do not belong"),
        (&good, vec!["--key", key, "--pairs", &pairs], "`nobody`"),
        (&good, vec!["--key", key, "--significance-level", "2"], "between 0 and 1"),
        (&good, vec!["--key", key, "--group", "room"], "no column `room`"),
    ];
    for (responses, more, message) in cases {
        let ran = run(responses, &out, &more);
        assert_eq!(ran.code, 2, "{more:?}");
        assert!(ran.errors.contains(message), "{more:?}: {}", ran.errors);
        assert!(!out.exists());
    }
    let blank = write(&folder, "blank.csv", "person,q1,q2\na,A,B\nb,,\n");
    let ran = run(&blank, &out, &["--key", key]);
    assert!(ran.errors.contains("fewer than two persons"), "{}", ran.errors);
}

#[test]
fn what_is_left_out_stands_in_the_report_and_nothing_empty_does() {
    let folder = tempfile::tempdir().unwrap();
    let (responses, key) = planted(&folder);
    let text = std::fs::read_to_string(&responses).unwrap();
    // A column without a key, and an item that everybody has right.
    let wider: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(row, line)| if row == 0 { format!("{line},note,q61") } else { format!("{line},x,a") })
        .collect();
    let responses = write(&folder, "wider.csv", &wider.join("\n"));
    let keys = write(&folder, "keys.csv", &(std::fs::read_to_string(&key).unwrap() + "q61,A\n"));
    let (out, report) = (folder.path().join("out.csv"), folder.path().join("report"));
    let ran = run(&responses, &out, &["--key", keys.to_str().unwrap(), "--report", report.to_str().unwrap()]);
    done(&ran);
    let page = std::fs::read_to_string(report.join("report.html")).unwrap();
    let told = ["Columns without a key, not compared: note.", "not compared: q61.", "all responses are blank", "p0041"];
    for told in told {
        assert!(page.contains(told), "{told}");
    }
    assert!(ran.output.contains("note") && ran.output.contains("q61"), "{}", ran.output);
    for empty in
        ["id=\"clauses\"", "id=\"articles\"", "id=\"supervision\"", "id=\"raters\"", "The data hold no evidence"]
    {
        assert!(!page.contains(empty), "{empty}");
    }
    assert!(page.contains("id=\"similarity\""));
}

/// Answers in a Parquet file, as text and as bytes, give the table that the text file gives.
#[test]
fn parquet_gives_what_the_text_file_gives() {
    let folder = tempfile::tempdir().unwrap();
    let (responses, key) = planted(&folder);
    let out = folder.path().join("whole.csv");
    let more = ["--key", key.to_str().unwrap(), "--pairs", "all", "--index", "gbt,m4"];
    done(&run(&responses, &out, &more));
    let parquet = folder.path().join("responses.parquet");
    as_parquet(&responses, &parquet);
    let again = folder.path().join("again.csv");
    done(&run(&parquet, &again, &more));
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&again).unwrap());
}

/// A text file as Parquet: a column of text each, `NA` missing.
fn as_parquet(text: &Path, parquet: &Path) {
    let mut reader = csv::Reader::from_path(text).unwrap();
    let header = reader.headers().unwrap().clone();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |place: usize| {
        let cells: Vec<Option<String>> =
            records.iter().map(|record| Some(record[place].to_owned()).filter(|cell| cell != "NA")).collect();
        Series::new(header[place].into(), cells).into_column()
    };
    let mut frame = DataFrame::new_infer_height((0..header.len()).map(column).collect()).unwrap();
    ParquetWriter::new(std::fs::File::create(parquet).unwrap()).finish(&mut frame).unwrap();
}
