//! `kaojian draw` as a person uses it.

use crate::support::{Ran, kaojian};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const BODIES: &str = "统一社会信用代码,机构名称,机构类别\nB01,荆一,用人单位\nB02,荆二,社会培训评价组织\nB03,荆三,社会培训评价组织\nB04,荆四,用人单位\nB05,荆五,社会培训评价组织\n";
const INSPECTORS: &str =
    "人员编号,姓名,工作单位,回避机构\nP1,王小明,荆一,\nP2,李雷,市人社局,B02；荆三\nP3,张三,,\nP4,赵四,,\n";
const CONFLICTS: &str = "body_id,person_id\nB04,P3\n荆五,P4\nB99,P1\n";

struct City(TempDir);

impl City {
    fn new() -> Self {
        let city = Self(tempfile::tempdir().unwrap());
        city.file("bodies.csv", BODIES);
        city.file("inspectors.csv", INSPECTORS);
        city.file("conflicts.csv", CONFLICTS);
        city
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// Draws into `out`.
    fn draw(&self, out: &str, bodies: u32, inspectors: u32, seed: &str) -> Ran {
        let numbers = [bodies.to_string(), inspectors.to_string()];
        let [listed, people, conflicts, out] =
            ["bodies.csv", "inspectors.csv", "conflicts.csv", out].map(|name| self.path(name));
        kaojian([
            "draw",
            &listed,
            &people,
            "--out",
            &out,
            "--bodies",
            &numbers[0],
            "--inspectors-per-body",
            &numbers[1],
            "--seed",
            seed,
            "--stratify",
            "kind",
            "--conflicts",
            &conflicts,
            "--language",
            "en",
        ])
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).unwrap()
    }

    fn verify(&self, document: &str) -> Ran {
        kaojian(["draw", "--verify", &self.path(document), "--language", "en"])
    }
}

fn document(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn the_order_of_the_rows_does_not_count() {
    let city = City::new();
    let first = city.draw("first", 3, 2, "2026-318");
    assert_eq!(first.code, 0, "{}", first.errors);
    assert!(first.output.contains("3 of 5 bodies") && first.output.contains("1 conflicts"), "{}", first.output);
    let reversed = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\r\n")
    };
    city.file("bodies.csv", &reversed(BODIES));
    city.file("inspectors.csv", &reversed(INSPECTORS));
    city.file("conflicts.csv", &reversed(CONFLICTS));
    assert_eq!(city.draw("second", 3, 2, "2026-318").code, 0);
    for name in ["draw.csv", "draw-list.txt"] {
        assert_eq!(city.bytes(&format!("first/{name}")), city.bytes(&format!("second/{name}")), "{name}");
    }
    let [mut one, mut two] = ["first", "second"].map(|out| document(&city.0.path().join(out).join("draw.json")));
    assert_ne!(one["files"], two["files"], "the files are others");
    for part in ["files", "content_sha256"] {
        one[part] = Value::Null;
        two[part] = Value::Null;
    }
    assert_eq!(one, two);
    assert_eq!(city.draw("third", 3, 2, "another").code, 0);
    assert_ne!(city.bytes("first/draw.csv"), city.bytes("third/draw.csv"));
}

#[test]
fn conflicts_are_kept_however_they_are_named() {
    let city = City::new();
    let barred = [("B01", "P1"), ("B02", "P2"), ("B03", "P2"), ("B04", "P3"), ("B05", "P4")];
    for seed in 0..40 {
        assert_eq!(city.draw("out", 5, 3, &seed.to_string()).code, 0);
        let document = document(&city.0.path().join("out/draw.json"));
        for drawn in document["drawn"].as_array().unwrap() {
            let people = drawn["inspectors"].as_array().unwrap();
            assert_eq!(people.len(), 3);
            for person in people {
                let pair = (drawn["body_id"].as_str().unwrap(), person["person_id"].as_str().unwrap());
                assert!(!barred.contains(&pair), "{pair:?}");
            }
        }
    }
    let text = String::from_utf8(city.bytes("out/draw.txt")).unwrap();
    assert!(text.contains("如何复算") && text.contains("How to draw again"), "{text}");
    assert!(!text.contains("王小明") && text.contains("王**"), "names are masked: {text}");
}

#[test]
fn what_cannot_be_filled_is_told_before_any_lot() {
    let city = City::new();
    let said = |ran: Ran| {
        assert_eq!(ran.code, 2, "{}", ran.output);
        ran.errors
    };
    let too_few = said(city.draw("out", 1, 4, "1"));
    assert!(too_few.contains("B01 (3 of 4)") && too_few.contains("B05 (3 of 4)"), "{too_few}");
    assert!(said(city.draw("out", 6, 1, "1")).contains("the list has 5"));
    assert!(said(city.draw("out", 0, 1, "1")).contains("at least one"));
    assert!(said(city.draw("out", 1, 1, " ")).contains("seed"));
    city.file("inspectors.csv", "person_id,name\nP1,a\nP2,b\nP1,c\n");
    assert!(said(city.draw("out", 1, 1, "1")).contains("P1 stands twice on the list of inspectors"));
    city.file("inspectors.csv", "person_id,name\n11010519491231002X,a\nP2,b\n");
    let identity = said(city.draw("out", 1, 1, "1"));
    assert!(identity.contains("inspectors.csv, row 2") && !identity.contains("1949"), "{identity}");
    city.file("inspectors.csv", "person_id,name\nP1,a\n,b\n");
    assert!(said(city.draw("out", 1, 1, "1")).contains("row 3: person_id is blank"));
    city.file("inspectors.csv", INSPECTORS);
    city.file("bodies.csv", "body_id,body_name\nB01,a\n");
    assert!(said(city.draw("out", 1, 1, "1")).contains("kind"));
    assert!(!city.0.path().join("out").exists(), "nothing was written");
}

#[test]
fn anyone_can_verify_and_a_changed_byte_is_seen() {
    let city = City::new();
    assert_eq!(city.draw("out", 3, 2, "2026-318").code, 0);
    let right = city.verify("out/draw.json");
    assert_eq!(right.code, 0, "{}{}", right.output, right.errors);
    for name in ["draw.json", "draw.csv", "draw.txt", "draw-list.txt"] {
        let path = format!("out/{name}");
        let whole = city.bytes(&path);
        let mut changed = whole.clone();
        // A digit or letter near the end, so that the file still reads as what it is.
        let place = changed.iter().rposition(u8::is_ascii_alphanumeric).unwrap();
        changed[place] = if changed[place] == b'1' { b'2' } else { b'1' };
        fs::write(city.0.path().join(&path), changed).unwrap();
        let ran = city.verify("out/draw.json");
        assert_eq!(ran.code, 1, "{name}: {}{}", ran.output, ran.errors);
        assert!(ran.output.contains(name), "{}", ran.output);
        fs::write(city.0.path().join(&path), whole).unwrap();
    }
    // Against the lists: the same, and after a row has gone.
    let [bodies, people, conflicts, json] =
        ["bodies.csv", "inspectors.csv", "conflicts.csv", "out/draw.json"].map(|name| city.path(name));
    let against = || kaojian(["draw", &bodies, &people, "--conflicts", &conflicts, "--verify", &json]);
    assert_eq!(against().code, 0);
    city.file("bodies.csv", BODIES.trim_end().rsplit_once('\n').unwrap().0);
    assert_eq!(against().code, 1);
    city.file("other.json", "{}");
    assert_eq!(city.verify("other.json").code, 2);
}
