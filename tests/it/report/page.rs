//! The report as a whole: what is written, that hostile names stay harmless in every file, that the same
//! input gives the same bytes, and that an earlier report is replaced whole or not at all.

mod sample;

use kaojian::model::finding::Verdict;
use kaojian::model::progress::Silent;
use kaojian::model::run::Inspection;
use kaojian::model::text::Language;
use kaojian::report::error::ReportError;
use kaojian::report::json::{findings_json, run_json};
use kaojian::report::page::render::page;
use kaojian::report::parameters::ReportParameters;
use kaojian::report::terminal::{exit_code, summary};
use kaojian::report::width::width;
use kaojian::report::workbook::assemble::evidence_xlsx;
use kaojian::report::write::write_report;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::LazyLock;

fn parameters() -> ReportParameters {
    ReportParameters { command: "kaojian inspect datasets/demo --out report".to_owned(), ..ReportParameters::default() }
}

/// Every file of a folder by its path with `/`.
fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(&current).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn written(inspection: &Inspection) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let listed = write_report(inspection, &out, &parameters(), &Silent).unwrap();
    let files = files_of(&out);
    let mut names: Vec<String> =
        listed.iter().map(|path| path.strip_prefix(&out).unwrap().to_string_lossy().replace('\\', "/")).collect();
    names.sort();
    assert_eq!(names, files.keys().cloned().collect::<Vec<_>>(), "the returned list is what is there");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside the report");
    files
}

/// The report of the hostile inspection, written once.
static HOSTILE: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| written(&sample::hostile()));

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files[name].clone()).unwrap()
}

/// The parts of a workbook.
fn parts_of(xlsx: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).unwrap();
            let archive_name = part.name().unwrap().into_owned();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (archive_name, text)
        })
        .collect()
}

/// For whoever wants to look: `KAOJIAN_KEEP_SAMPLE=folder cargo test --test it -- --ignored sample_to_look_at`.
#[test]
#[ignore = "writes a report for a person to look at"]
fn sample_to_look_at() {
    let folder = std::env::var_os("KAOJIAN_KEEP_SAMPLE").expect("KAOJIAN_KEEP_SAMPLE names a folder");
    write_report(&sample::inspection(12), Path::new(&folder), &parameters(), &Silent).unwrap();
}

#[test]
fn hostile_names_are_harmless_in_every_file() {
    let files = &*HOSTILE;
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for (name, bytes) in files {
        if name == "evidence.xlsx" {
            texts.extend(parts_of(bytes).into_iter().map(|(part, text)| (format!("{name}/{part}"), text)));
        } else if !name.ends_with(".png") {
            texts.insert(name.clone(), String::from_utf8(bytes.clone()).unwrap());
        }
    }
    for (name, text) in &texts {
        assert!(!name.contains(sample::IDENTITY), "the file name {name} holds a whole identity number");
        if let Some(place) = text.find(sample::IDENTITY) {
            panic!("{name} holds a whole identity number: {:?}", text.get(place - 90..place + 30));
        }
        assert!(!text.contains('\u{202E}'), "{name} holds a direction override");
        // CSV has no markup: there `<` is a plain character.
        if !name.ends_with(".csv") {
            assert!(!text.contains("<script>alert"), "{name} holds a script");
            assert!(!text.contains("<img src=x"), "{name} holds an element from the data");
            assert!(!text.contains(sample::CDATA), "{name} holds the end of a CDATA section");
        }
        if name.contains("worksheets/") {
            assert!(!text.contains("<f>"), "{name} holds a formula");
        }
    }
    assert!(text(files, "findings.json").contains("110105********002X"));
    for name in ["quarantine.csv", "remark_queue.csv", "checklist.csv"] {
        let table = text(files, name);
        let mut reader = csv::ReaderBuilder::new().from_reader(table.trim_start_matches('\u{FEFF}').as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(!cell.starts_with(['=', '+', '-', '@']), "{name}: {cell}");
            }
        }
        assert!(table.contains("'=cmd|") || name == "checklist.csv", "{name}");
    }
}

#[test]
fn every_fixed_text_has_its_wording() {
    let inspection = sample::hostile();
    let html = page(&inspection, &[], &parameters()).unwrap().split("<script>").next().unwrap().to_owned();
    let strings = parts_of(&evidence_xlsx(&inspection, &parameters()).unwrap()).remove("xl/sharedStrings.xml").unwrap();
    let screens: String = Language::ALL.iter().map(|language| summary(&inspection, "report", *language)).collect();
    for (output, text) in [("page", html), ("workbook", strings), ("terminal", screens)] {
        for section in ["column", "section", "facts", "verdict", "clauses", "evidence", "terminal", "word", "measure"] {
            let start = format!("{section}.");
            for (place, _) in text.match_indices(&start) {
                let before = text[..place].chars().next_back();
                let after = text[place + start.len()..].chars().next();
                if text[place..].starts_with("evidence.xlsx") {
                    continue;
                }
                let stands_alone = matches!(before, Some('>' | ' ' | '\n') | None);
                assert!(
                    !(stands_alone && after.is_some_and(|character| character.is_ascii_lowercase())),
                    "{output} shows a key: {:?}",
                    text[place..].chars().take(60).collect::<String>()
                );
            }
        }
    }
}

#[test]
fn the_page_runs_nothing_but_its_own_script() {
    let files = &*HOSTILE;
    let html = text(files, "report.html");
    assert!(html.contains("default-src &#39;none&#39;"), "the policy is there");
    assert_eq!(html.matches("<script").count(), 1);
    // Texts and values are escaped, so what stands between `<` and `>` outside quotes is the program's own.
    let markup = html.split("<script>").next().unwrap();
    for tag in markup.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let names: Vec<&str> = tag.split('"').step_by(2).collect();
        for attribute in [" on", " src", "javascript:"] {
            assert!(!names.join("\"").contains(attribute), "<{tag}>");
        }
        for address in tag.split("href=\"").skip(1) {
            let inside = [
                "#",
                "charts/",
                "findings.json",
                "evidence.xlsx",
                "checklist.csv",
                "quarantine.csv",
                "remark_queue.csv",
                "run.json",
            ];
            assert!(inside.iter().any(|start| address.starts_with(start)), "<{tag}>");
        }
    }
    let script = html.split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    use base64::Engine;
    use sha2::Digest;
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(script.as_bytes()));
    assert!(html.contains(&hash.replace('=', "&#61;")) || html.contains(&hash), "the policy allows this script");
}

#[test]
fn the_same_inspection_gives_the_same_bytes() {
    let (first, second) = (written(&sample::inspection(2)), written(&sample::inspection(2)));
    for name in [
        "report.html",
        "findings.json",
        "checklist.csv",
        "quarantine.csv",
        "remark_queue.csv",
        "evidence.xlsx",
        "run.json",
    ] {
        assert!(first.contains_key(name), "{name}");
    }
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(bytes == &second[name], "{name} differs between two writings");
    }
}

#[test]
fn an_earlier_report_is_replaced_whole_and_a_foreign_folder_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("报告");
    write_report(&sample::inspection(0), &out, &parameters(), &Silent).unwrap();
    fs::write(out.join("charts").join("of-an-older-version.svg"), "x").unwrap();
    write_report(&sample::inspection(1), &out, &parameters(), &Silent).unwrap();
    assert!(!out.join("charts").join("of-an-older-version.svg").exists(), "nothing of the old report stays");

    let foreign = folder.path().join("letters");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter.txt"), "dear sir").unwrap();
    let refused = write_report(&sample::inspection(3), &foreign, &parameters(), &Silent);
    assert!(matches!(refused, Err(ReportError::ForeignFolder(_))));
    assert!(refused.unwrap_err().to_string().contains("hint: "));
    assert_eq!(fs::read_to_string(foreign.join("letter.txt")).unwrap(), "dear sir");
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1);
}

#[test]
fn facts_and_signs_stand_in_lists_of_their_own() {
    let html = page(&sample::inspection(12), &[], &parameters()).unwrap();
    let both = html.split("<tbody class=\"finding\"").find(|row| row.contains("128 works")).unwrap();
    let facts = both.find("<details class=\"cases fact\">").expect("a list of facts");
    let signs = both.find("<details class=\"cases sign\">").expect("a list of signs");
    assert!(facts < signs);
    assert!(both[facts..signs].contains("35010000") && !both[facts..signs].contains("logits more severe"));
    assert!(both[signs..].contains("logits more severe") && both[signs..].contains("统计迹象"));
    assert!(both[facts..signs].contains("程序事实") && both[facts..signs].contains("Procedural facts"));
}

#[test]
fn the_queue_of_works_is_whole_in_its_file_and_bounded_on_the_page() {
    let inspection = sample::inspection(60);
    let html = page(&inspection, &[], &parameters()).unwrap();
    let section = html.split("<section id=\"remark_queue\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(section.len() < 200_000, "{} bytes", section.len());
    assert!(section.contains("all are in remark_queue.csv") && section.contains("全部见 remark_queue.csv"));
    let raters = html.split("<section id=\"raters\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(raters.contains("Raters of the first 8 of 60 panels"), "what is left out is said");
    assert!(raters.contains("fewer than 30 marks, nothing is said"));
    let bytes = kaojian::report::remark::remark_csv(&inspection).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), kaojian::report::remark::COLUMNS);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), (0..60).map(|number| 30 + number % 7).sum::<usize>());
    for pair in rows.windows(2).filter(|pair| pair[0][1] == pair[1][1]) {
        let probability = |row: &csv::StringRecord| row[8].parse::<f64>().unwrap();
        assert!(probability(&pair[0]) >= probability(&pair[1]));
    }
}

#[test]
fn findings_json_has_the_promised_shape() {
    let inspection = sample::inspection(12);
    let json: serde_json::Value = serde_json::from_slice(&findings_json(&inspection).unwrap()).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["run"]["seed"], 20_260_501);
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 48);
    for finding in findings {
        for key in [
            "id",
            "rule_pack",
            "article",
            "detector",
            "verdict",
            "body_id",
            "batch_id",
            "subjects",
            "figures",
            "threshold",
            "missing",
            "measure",
            "text",
            "rows",
            "article_text",
            "human_element",
            "readings",
            "cases",
        ] {
            assert!(finding.get(key).is_some(), "{key} in {finding}");
        }
        for text in ["threshold", "text", "article_text"] {
            assert!(finding[text]["zh"].is_string() && finding[text]["en"].is_string());
        }
    }
    let first = findings.iter().find(|finding| finding["verdict"] == "MET").unwrap();
    assert_eq!(
        (&first["verdict"], &first["article"], &first["measure"]),
        (&"MET".into(), &"20(1)".into(), &"interview".into())
    );
    assert_eq!(first["figures"]["admitted"], 60);
    assert_eq!(first["rows"][0], serde_json::json!({"file": "2026-05/成绩册.xlsx", "sheet": "Sheet1", "row": 30}));
    let articles: Vec<&str> = findings.iter().map(|finding| finding["article"].as_str().unwrap()).collect();
    assert!(articles.is_sorted());

    let run: serde_json::Value = serde_json::from_slice(&run_json(&inspection).unwrap()).unwrap();
    assert_eq!(run["version"], "0.1.0");
    assert_eq!(run["rule_pack"], "fuzhou-2021");
    assert_eq!(run["settings"]["similarity.minimum_items"], "10");
    assert_eq!(run["inputs"][0]["encoding"], "GB18030");
    assert_eq!(run["inputs"][0]["sheets"][0]["unmapped_columns"][0], "扫描仪号");
    assert_eq!(run["totals"]["files_unreadable"], 1);
}

#[test]
fn the_workbook_says_when_rows_do_not_fit() {
    let few = ReportParameters { maximum_worksheet_rows: 5, ..parameters() };
    let parts = parts_of(&evidence_xlsx(&sample::inspection(12), &few).unwrap());
    assert!(parts["xl/sharedStrings.xml"].contains("43 further rows are not written"), "48 findings, 5 fit");
    assert!(parts["xl/sharedStrings.xml"].contains("批次 batch_id"));
}

#[test]
fn the_workbook_opens_and_leads_back_to_rows() {
    use calamine::{Data, Reader};
    let bytes = evidence_xlsx(&sample::inspection(12), &parameters()).unwrap();
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    for name in [
        "条款汇总",
        "第二十条（一）",
        "第二十一条（六）",
        "相似答卷对",
        "考评员组",
        "考评员多面模型",
        "复评建议清单",
        "考评员对",
        "成绩修改",
        "合格线记录",
        "输入文件",
    ] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }
    let cases = workbook.worksheet_range("第二十条（一）").unwrap();
    let header: Vec<String> = cases.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let place = |name: &str| header.iter().position(|cell| cell.ends_with(name)).unwrap();
    let first = cases.rows().nth(1).unwrap();
    assert_eq!(first[place(" file")], Data::String("2026-05/花名册.xlsx".to_owned()));
    assert_eq!(first[place(" sheet")], Data::String("Sheet1".to_owned()));
    assert_eq!(first[place(" row")], Data::Float(14.0));
}

#[test]
fn the_page_shows_a_part_of_many_cases_and_stays_small() {
    let mut inspection = sample::inspection(550);
    let met = inspection.findings.iter_mut().find(|finding| finding.verdict == Verdict::Met).unwrap();
    let case = met.cases[0].clone();
    met.cases = vec![case; 100_000];
    let page_only = page(&inspection, &[], &parameters()).unwrap();
    assert!(page_only.len() < 5_000_000, "{} bytes for {} findings", page_only.len(), inspection.findings.len());
    assert!(page_only.contains("100000"), "the page says how many cases there are");
}

#[test]
fn the_summary_fits_one_screen() {
    for inspection in [sample::inspection(0), sample::inspection(12), sample::inspection(300), sample::hostile()] {
        for language in Language::ALL {
            let screen = summary(&inspection, "report", language);
            assert!(screen.lines().count() <= 24, "{screen}");
            for line in screen.lines() {
                assert!(width(line) <= 80, "{} columns: {line}", width(line));
            }
            assert!(screen.contains("report/report.html"));
            assert!(!screen.contains(sample::IDENTITY) && !screen.contains('\u{202E}'));
        }
    }
    let english = summary(&sample::inspection(12), "report", Language::English);
    assert!(english.contains("Condition met 9") && english.contains("7 files"), "{english}");
}

#[test]
fn exit_codes_follow_the_contract() {
    let mut inspection = sample::inspection(12);
    assert_eq!(exit_code(&inspection), 2, "one file could not be read");
    inspection.dataset.files.retain(|file| file.error.is_none());
    assert_eq!(exit_code(&inspection), 1);
    inspection.findings.retain(|finding| matches!(finding.verdict, Verdict::NotMet | Verdict::Undetermined));
    assert_eq!(exit_code(&inspection), 0);
    inspection.findings.clear();
    assert_eq!(exit_code(&inspection), 2, "nothing could be inspected");
}

/// A province has hundreds of thousands of findings: the page counts those past the ones it shows, and stays small.
#[test]
fn findings_past_the_rows_of_the_page_are_counted() {
    let mut inspection = sample::inspection(12);
    let quiet = inspection.findings.iter().find(|one| one.verdict == Verdict::NotMet).expect("a quiet finding").clone();
    let before = page(&inspection, &[], &parameters()).expect("a page");
    for number in 0..5_000 {
        let mut finding = quiet.clone();
        finding.id = format!("{}:{number:04}", quiet.id);
        inspection.findings.push(finding);
    }
    let after = page(&inspection, &[], &parameters()).expect("a page");
    let rows = |page: &str| page.matches("<tbody class=\"finding\"").count();
    assert!(rows(&before) < rows(&after) && rows(&after) <= rows(&before) + 600);
    assert!(!before.contains("id=\"further\"") && after.contains("id=\"further\""));
    let all = inspection.findings.len() - rows(&after);
    assert!(after.contains(&format!("{all} findings without a row of their own")), "{all} are counted");
}
