//! A draw as a text to print and pin up, in Chinese and in English.

use crate::draw::document::DrawDocument;
use crate::draw::numbers::PROCEDURE;
use crate::model::text::{Bilingual, Language};
use crate::report::clean::shown;
use crate::report::width::{padded, width};
use std::fmt::Write;

/// The text: Chinese, then English.
pub(super) fn printable(document: &DrawDocument) -> String {
    let parts = Language::ALL.map(|language| part(document, language));
    parts.join(&format!("\n{}\n\n", "=".repeat(100)))
}

fn part(document: &DrawDocument, language: Language) -> String {
    let say = |text: &Bilingual| text.get(language).to_owned();
    let word = |zh: &str, en: &str| match language {
        Language::Chinese => zh.to_owned(),
        Language::English => en.to_owned(),
    };
    let mut text = word("双随机抽取结果（第15条）\n\n", "Draw of bodies and inspectors (Art. 15)\n\n");
    // Writing to a string cannot fail.
    let mut facts = vec![
        (word("种子", "seed"), shown(&document.seed)),
        (word("名单 SHA-256", "list SHA-256"), document.list_sha256.clone()),
        (word("密钥", "key"), document.key.clone()),
        (word("本结果 SHA-256", "document SHA-256"), document.content_sha256().to_owned()),
        (word("名单上的机构", "bodies listed"), document.listed_bodies.len().to_string()),
        (word("名单上的检查人员", "inspectors listed"), document.listed_inspectors.len().to_string()),
        (word("回避记录", "conflicts"), document.conflicts.len().to_string()),
        (word("抽取机构", "bodies drawn"), document.drawn.len().to_string()),
        (word("每家检查人员", "inspectors a body"), document.inspectors_per_body.to_string()),
    ];
    if let Some(column) = &document.stratify {
        facts.push((word("分层所依据的列", "divided by the column"), shown(column)));
    }
    for file in &document.files {
        facts.push((format!("{} SHA-256", file.name), file.sha256.clone()));
    }
    let widest = facts.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    for (name, value) in &facts {
        let _ = writeln!(text, "{}  {value}", padded(name, widest));
    }
    if document.shares.len() > 1 {
        let total = document.listed_bodies.len();
        text.push('\n');
        let head = [
            word("分层", "stratum"),
            word("机构", "bodies"),
            word("整数部分", "whole part"),
            word("余数", "remainder"),
            word("抽取", "drawn"),
        ];
        let mut rows = vec![head.to_vec()];
        for share in &document.shares {
            let name = if share.stratum.is_empty() { word("（空白）", "(blank)") } else { shown(&share.stratum) };
            let remainder = format!("{}/{total}", share.remainder);
            rows.push(vec![
                name,
                share.bodies.to_string(),
                share.whole.to_string(),
                remainder,
                share.drawn.to_string(),
            ]);
        }
        table(&mut text, &rows);
    }
    text.push('\n');
    let mut rows = vec![vec![
        word("次序", "order"),
        word("机构代码", "body"),
        word("机构名称", "name"),
        word("分层", "stratum"),
        word("检查人员", "inspectors"),
    ]];
    for drawn in &document.drawn {
        let people: Vec<String> = (drawn.inspectors.iter())
            .map(|person| match &person.name {
                Some(name) => format!("{} {name}", person.person_id),
                None => person.person_id.clone(),
            })
            .collect();
        rows.push(vec![
            drawn.order.to_string(),
            drawn.body_id.clone(),
            drawn.body_name.clone().unwrap_or_default(),
            drawn.stratum.clone(),
            people.join(&word("、", ", ")),
        ]);
    }
    if document.stratify.is_none() {
        rows.iter_mut().for_each(|row| drop(row.remove(3)));
    }
    table(&mut text, &rows);
    text.push('\n');
    text.push_str(&say(&procedure()));
    text
}

/// Columns as wide as their widest cell; the last one is not filled.
fn table(text: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
}

/// How to draw again, with this program, with common tools, or by hand.
fn procedure() -> Bilingual {
    let stream = "head -c 8000 /dev/zero | openssl enc -chacha20 -K KEY -iv 00000000000000000000000000000000 | od -An -v -w8 -t u8 --endian=little";
    Bilingual::new(
        format!(
            "如何复算\n\
             用本程序：kaojian draw --verify draw.json\n\
             用通用工具或手工：\n\
             1. draw-list.txt 是抽取所用名单（各类按字节顺序排列），其 SHA-256 即上列“名单 SHA-256”。\n\
             2. 密钥是下列三行文字（每行以换行符 LF 结束）的 SHA-256：{PROCEDURE}；种子；名单 SHA-256。\n\
             3. 以密钥生成 ChaCha20 密钥流（RFC 8439，计数器与随机数均为零），每8字节为一个无符号数（低位字节在前），依次取用：\n   {stream}\n\
             4. “抽一个小于 b 的数”：取下一个数 w；若 w ≥ 2^64 − (2^64 mod b) 则弃去再取；结果为 w mod b。b 为1时不取数，结果为0。\n\
             5. 分层名额：整数部分为 名额×层内机构数÷机构总数 的商，余下名额按余数从大到小各给一个，余数相同的按层名字节顺序。\n\
             6. 各层按层名字节顺序处理；层内 m 家机构按代码字节顺序排列，对 i = 1、2、…，抽一个小于 m − i + 1 的数 d，把第 i + d 家与第 i 家对调，第 i 家即抽中。\n\
             7. 按抽中次序为每家逐名抽检查人员：在无需回避、未派往该家、至今被派次数最少的人员中（按编号字节顺序），抽一个小于其人数的数 d，取第 1 + d 名。\n"
        ),
        format!(
            "How to draw again\n\
             With this program: kaojian draw --verify draw.json\n\
             With common tools, or by hand:\n\
             1. draw-list.txt is the list drawn from (each kind in byte order); its SHA-256 is the list SHA-256 above.\n\
             2. The key is the SHA-256 of three lines, each ended by a line feed: {PROCEDURE}; the seed; the list SHA-256.\n\
             3. The key gives a ChaCha20 key stream (RFC 8439, counter and nonce zero); every 8 bytes are an unsigned number, lowest byte first, used one after the other:\n   {stream}\n\
             4. \"Draw a number below b\": take the next number w; if w >= 2^64 - (2^64 mod b), drop it and take the next; the result is w mod b. For b = 1 no number is taken and the result is 0.\n\
             5. Lots of a stratum: the whole part of lots x its bodies / all bodies; lots left over go one each to the largest remainders, of equal ones to the stratum first in byte order.\n\
             6. Strata in byte order; in each, its m bodies stand in byte order of their identifiers; for i = 1, 2, ... draw a number d below m - i + 1 and let body i + d and body i change places: body i is drawn.\n\
             7. In the order drawn, each body gets its inspectors one by one: of those without a conflict with it, not yet with it, and sent least often so far (in byte order of their identifiers), draw a number d below their number and take number 1 + d.\n"
        ),
    )
}
