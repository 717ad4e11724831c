//! `kaojian written`: tables, documents, forms, bad input.

use crate::support::kaojian;
use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::path::Path;

const OWN: &str = "先切断配电柜电源并用合格的验电笔确认三相无电，再挂上禁止合闸的标示牌，由专人在旁监护，最后才拆开电机接线盒检查绕组绝缘，绝缘电阻低于零点五兆欧时须烘干后重测";
const OTHER: &str = "接到报修电话后我先询问操作工故障现象，随后带上万用表与绝缘手套到现场，从主回路开始逐段测量电压，发现接触器触点烧蚀，换上同型号备件后空载试机十分钟再交还车间";

fn run(words: &[&dyn AsRef<Path>]) -> (u8, String, String) {
    let words: Vec<OsString> = std::iter::once("written".into())
        .chain(words.iter().map(|word| word.as_ref().as_os_str().to_owned()))
        .chain(["--language".into(), "en".into()])
        .collect();
    let ran = kaojian(words);
    (ran.code, ran.output, ran.errors)
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).expect("the table");
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn word_document(text: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("a part");
    let xml =
        format!("<w:document xmlns:w=\"x\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
    writer.write_all(xml.as_bytes()).expect("written");
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn long_answers_with_forms_give_pairs_beside_what_was_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let stem = "简述低压电动机检修之前停电验电挂牌上锁监护等安全措施的先后次序及其理由，并举例说明";
    let table = format!(
        "batch_id,candidate_id,item_id,response\nB1,C1,Q1,{stem}：{OWN}\nB1,C2,Q1,{stem}：{OTHER}\nB2,C3,Q1,{OWN}。另附草图\nB1,C1,Q2,A\nB1,C2,Q2,B\n"
    );
    std::fs::write(at("texts.csv"), table).expect("written");
    std::fs::write(at("paper.csv"), format!("item_id,item_no,stem,key\nQ1,1,{stem},略\n")).expect("written");
    let (code, output, errors) =
        run(&[&at("texts.csv"), &"--forms", &at("paper.csv"), &"-o", &at("out"), &"--report", &at("report")]);
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
    let pairs = rows(&at("out/pairs.csv"));
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    let cells: Vec<&str> = pairs[0].iter().map(String::as_str).collect();
    assert_eq!((&cells[1..5], cells[14]), (&["B1", "C1", "B2", "C3"][..], "true"));
    // Without the form the stem counts as shared.
    let (_, _, _) = run(&[&at("texts.csv"), &"-o", &at("bare.json")]);
    let bare: serde_json::Value =
        serde_json::from_slice(&std::fs::read(at("bare.json")).expect("the table")).expect("JSON");
    assert_eq!(bare.as_array().map(Vec::len), Some(2), "{bare}");
    let page = std::fs::read_to_string(at("report/report.html")).expect("the page");
    assert!(page.contains("<mark><b>[1]</b>") && page.contains("<span class=\"removed\">"));
}

#[test]
fn documents_of_candidates_are_read_and_broken_ones_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("papers");
    std::fs::create_dir_all(root.join("案例")).expect("a folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(root.join(name), bytes).expect("written");
    write("案例/001.docx", &word_document(OWN));
    write("案例/002.txt", &encoding_rs::GB18030.encode(&format!("答：{OWN}")).0);
    let hidden: String = OWN.chars().flat_map(|one| [one, '\u{200B}']).collect();
    write("案例/003.md", hidden.as_bytes());
    write("案例/004.txt", OTHER.as_bytes());
    write("案例/005.docx", b"PK\x03\x04 not an archive");
    let out = folder.path().join("out");
    let (code, output, errors) = run(&[&root, &"-o", &out]);
    assert_eq!((code, errors.as_str()), (2, ""), "{output}");
    assert!(output.contains("005.docx") && output.contains("damaged"), "{output}");
    let pairs = rows(&out.join("pairs.csv"));
    let mut alike: Vec<(&str, &str)> = pairs.iter().map(|row| (row[2].as_str(), row[4].as_str())).collect();
    alike.sort_unstable();
    assert_eq!(alike, [("001", "002"), ("001", "003"), ("002", "003")]);
    let hidden = rows(&out.join("hidden.csv"));
    assert_eq!((hidden.len(), hidden[0][2].as_str()), (1, "003"));
    assert_eq!(rows(&out.join("clusters.csv")).len(), 3);
}

#[test]
fn a_folder_of_attachments_belongs_to_its_data_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir_all(data.join("附件/论文")).expect("a folder");
    let write = |name: &str, bytes: &[u8]| std::fs::write(data.join(name), bytes).expect("written");
    write("batches.csv", "batch_id,body_id,exam_date\nPC-1,A,2025-05-10\nPC-2,A,2025-06-10\n".as_bytes());
    write("candidates.csv", "batch_id,candidate_id\nPC-1,001\nPC-1,002\nPC-2,003\n".as_bytes());
    for (name, text) in [("001.docx", OWN), ("003.docx", OWN), ("002.docx", OTHER)] {
        write(&format!("附件/论文/{name}"), &word_document(text));
    }
    let out = folder.path().join("out");
    let ran = kaojian(["inspect".into(), data.into_os_string(), "--out".into(), out.clone().into_os_string()]);
    assert_eq!((ran.code, ran.errors.as_str()), (1, ""), "{}", ran.output);
    let text = std::fs::read_to_string(out.join("findings.json")).expect("findings");
    let findings: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let of = |batch: &str| {
        let all = findings["findings"].as_array().into_iter().flatten();
        all.filter(|found| found["article"] == "20(4)" && found["batch_id"] == *batch)
            .map(|found| found["verdict"].as_str().unwrap_or_default().to_owned())
            .next()
    };
    assert_eq!((of("PC-1").as_deref(), of("PC-2").as_deref()), (Some("INDICATION"), Some("INDICATION")));
}

#[test]
fn one_text_of_all_and_a_text_of_megabytes_stay_cheap() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let mut table = String::from("candidate_id,item_id,response\n");
    for number in 0..3_000 {
        table.push_str(&format!("C{number:04},Q1,{OWN}\nC{number:04},Q2,{OWN}第{number}号\n"));
    }
    // More different texts, so that neither looks like an option written out.
    std::fs::write(at("same.csv"), table).expect("written");
    let (code, output, _) = run(&[&at("same.csv"), &"-o", &at("same-out.csv")]);
    assert_eq!(code, 0, "{output}");
    assert!(rows(&at("same-out.csv")).is_empty());
    let root = at("long");
    std::fs::create_dir_all(&root).expect("a folder");
    let long: String = std::iter::repeat_n("啊", 2_000_000).collect();
    std::fs::write(root.join("1.txt"), &long).expect("written");
    std::fs::write(root.join("2.txt"), &long[..300_000]).expect("written");
    std::fs::write(root.join("3.txt"), vec![b'a'; 10 << 20]).expect("written");
    let (code, output, _) = run(&[&root, &"-o", &at("long-out.csv")]);
    assert_eq!(code, 2, "{output}");
    assert!(output.contains("max_document_text_bytes") && output.contains("written.maximum_length"), "{output}");
    assert_eq!(rows(&at("long-out.csv")).len(), 1);
}
