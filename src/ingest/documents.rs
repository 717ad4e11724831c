//! The text of one document of a candidate: Word (docx), plain text, code. Nothing of it is ever written to disk.

use crate::ingest::archive;
use crate::ingest::error::refusal;
use crate::ingest::limits::{Limits, bytes_shown};
use crate::ingest::text::decode;
use crate::model::text::Bilingual;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use std::io::Read;
use std::path::Path;

/// Endings of documents that are read: text and code.
const TEXTS: [&str; 26] = [
    "txt", "text", "md", "markdown", "py", "c", "h", "cc", "cpp", "hpp", "cs", "java", "kt", "js", "ts", "go", "rs",
    "rb", "php", "m", "r", "sql", "st", "scl", "il", "nc",
];
/// Endings of documents that are not read and are refused by name.
const REFUSED: [&str; 8] = ["pdf", "doc", "wps", "rtf", "odt", "zip", "rar", "7z"];
/// The part of a Word document that holds its text.
const WORD_PART: &str = "word/document.xml";

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Whether a file is a document that is read.
pub fn is_document(path: &Path) -> bool {
    let ending = ending(path);
    ending == "docx" || TEXTS.contains(&ending.as_str())
}

/// Whether a file is a document that is not read, and must be refused aloud.
pub fn is_refused_document(path: &Path) -> bool {
    REFUSED.contains(&ending(path).as_str())
}

/// The text of a document, and its format and encoding as the report names them.
#[derive(Debug)]
pub struct DocumentText {
    /// As written, characters that do not show included.
    pub text: String,
    /// `docx`, or the ending of the file.
    pub format: String,
    /// The encoding of a plain text.
    pub encoding: &'static str,
}

/// The text of the bytes of a document.
///
/// # Errors
/// A kind that is not read, a broken document, or one past the limits; the reason is for a person.
pub fn document_text(path: &Path, bytes: Vec<u8>, limits: &Limits) -> Result<DocumentText, Bilingual> {
    let ending = ending(path);
    if bytes.starts_with(b"PK\x03\x04") || ending == "docx" {
        let text = word_text(&bytes, limits)?;
        return Ok(DocumentText { text, format: "docx".to_owned(), encoding: "" });
    }
    if bytes.starts_with(b"%PDF") || bytes.starts_with(b"\xD0\xCF\x11\xE0") || bytes.starts_with(b"{\\rtf") {
        return Err(other_kind());
    }
    if !TEXTS.contains(&ending.as_str()) {
        return Err(other_kind());
    }
    if bytes.len() as u64 > limits.max_document_text_bytes {
        return Err(text_too_long(limits));
    }
    let decoded = decode(bytes).ok_or_else(|| {
        refusal("不是文本", "请重新导出为 UTF-8 文本", "this is no text", "export it again as UTF-8 text")
    })?;
    Ok(DocumentText { text: decoded.text, format: ending, encoding: decoded.encoding })
}

/// The paragraphs of a Word document, deleted passages left out.
fn word_text(bytes: &[u8], limits: &Limits) -> Result<String, Bilingual> {
    let mut archive = archive::open(bytes, limits).map_err(|_| broken())?;
    let part = archive.by_name(WORD_PART).map_err(|_| no_word_text())?;
    // The markup around a text is many times as long as the text.
    let most = limits.max_document_bytes;
    let mut xml = Vec::new();
    part.take(most.saturating_add(1)).read_to_end(&mut xml).map_err(|_| broken())?;
    if xml.len() as u64 > most {
        return Err(text_too_long(limits));
    }
    let xml = decode(xml).ok_or_else(broken)?.text;
    let text = text_of_xml(&xml)?;
    if text.len() as u64 > limits.max_document_text_bytes { Err(text_too_long(limits)) } else { Ok(text) }
}

fn text_of_xml(xml: &str) -> Result<String, Bilingual> {
    let mut reader = Reader::from_str(xml);
    let mut text = String::new();
    let mut in_text = false;
    let mut depth = 0_u64;
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(element) => {
                depth += 1;
                match element.local_name().as_ref() {
                    "t" => in_text = true,
                    "tab" => text.push('\t'),
                    "br" | "cr" => text.push('\n'),
                    _ => {}
                }
            }
            Event::Empty(element) => match element.local_name().as_ref() {
                "tab" => text.push('\t'),
                "br" | "cr" => text.push('\n'),
                "noBreakHyphen" => text.push('-'),
                _ => {}
            },
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                match element.local_name().as_ref() {
                    "t" => in_text = false,
                    "p" => text.push('\n'),
                    _ => {}
                }
            }
            Event::Text(part) if in_text => text.push_str(&part.xml10_content()),
            Event::CData(part) if in_text => text.push_str(&part.xml10_content()),
            Event::GeneralRef(name) if in_text => match name.resolve_char_ref().map_err(|_| broken())? {
                Some(character) => text.push(character),
                // Only the five names of XML itself: a document cannot define its own.
                None => text.push_str(resolve_predefined_entity(&name).ok_or_else(broken)?),
            },
            Event::DocType(_) => return Err(broken()),
            Event::Eof if depth == 0 => return Ok(text),
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

fn broken() -> Bilingual {
    refusal(
        "文档已损坏，无法读取",
        "请用 Word 或 WPS 打开后另存",
        "the document is damaged and cannot be read",
        "open it in Word or WPS and save it again",
    )
}

fn no_word_text() -> Bilingual {
    refusal(
        "压缩包中没有 Word 正文",
        "请提供 docx 文档或文本文件",
        "the archive holds no Word text",
        "give a docx document or a text file",
    )
}

fn other_kind() -> Bilingual {
    refusal(
        "不读取这种文档",
        "请另存为 docx，或导出为 UTF-8 文本（PDF 请导出文本）",
        "documents of this kind are not read",
        "save it as docx, or export it as UTF-8 text (of a PDF, its text)",
    )
}

/// A document past the limit of attachments.
pub(super) fn file_too_large(bytes: u64, limits: &Limits) -> Bilingual {
    let (bytes, limit) = (bytes_shown(bytes), bytes_shown(limits.max_document_bytes));
    refusal(
        &format!("附件大小 {bytes} 超过上限 {limit}（max_document_bytes）"),
        "请去掉图片后另存",
        &format!("the attachment of {bytes} is larger than the limit of {limit} (max_document_bytes)"),
        "save it without its pictures",
    )
}

fn text_too_long(limits: &Limits) -> Bilingual {
    let limit = bytes_shown(limits.max_document_text_bytes);
    refusal(
        &format!("附件的文字超过上限 {limit}（max_document_text_bytes）"),
        "请核对是否为考生作答",
        &format!("the text of the attachment is longer than the limit of {limit} (max_document_text_bytes)"),
        "check whether it is an answer at all",
    )
}

#[cfg(test)]
mod tests {
    use super::{document_text, text_of_xml};
    use crate::ingest::limits::Limits;
    use std::io::{Cursor, Write};
    use std::path::Path;

    fn packed(name: &str, content: &[u8]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn read(name: &str, bytes: &[u8]) -> Result<String, String> {
        let limits = Limits { max_document_bytes: 1 << 20, max_document_text_bytes: 1 << 16, ..Limits::default() };
        document_text(Path::new(name), bytes.to_vec(), &limits).map(|found| found.text).map_err(|reason| reason.en)
    }

    #[test]
    fn paragraphs_of_a_word_document() {
        let xml = "<?xml version=\"1.0\"?><w:document xmlns:w=\"x\"><w:body><w:p><w:r><w:t>先断电 &amp; 验</w:t></w:r>\
                   <w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:r><w:t>电&#x200B;。</w:t><w:br/></w:r></w:p>\
                   <w:p><w:r><w:tab/><w:t>挂牌</w:t></w:r></w:p></w:body></w:document>";
        let text = "先断电 & 验电\u{200B}。\n\n\t挂牌\n";
        assert_eq!(read("a.docx", &packed("word/document.xml", xml.as_bytes())).as_deref(), Ok(text));
        // Other parts of the archive are never opened, whatever they are called.
        assert!(
            read("a.docx", &packed("../../word/document.xml", xml.as_bytes())).unwrap_err().contains("no Word text")
        );
    }

    #[test]
    fn broken_and_hostile_documents_are_refused() {
        assert!(read("a.docx", b"no archive").unwrap_err().contains("damaged"));
        for xml in [
            "<w:p><w:t>cut",
            "<w:p><w:t>x</w:p>",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><p><t>&a;</t></p>",
            "<p><t>&a;</t></p>",
        ] {
            assert!(text_of_xml(xml).is_err(), "{xml}");
        }
        // Two MiB of one letter in two KiB.
        let bomb = packed("word/document.xml", &vec![b'a'; 2 << 20]);
        assert!(bomb.len() < 10_000);
        assert!(read("a.docx", &bomb).unwrap_err().contains("max_document_text_bytes"));
        let deep = format!("{}{}", "<p>".repeat(50_000), "</p>".repeat(50_000));
        assert!(text_of_xml(&deep).is_ok());
        assert!(read("a.txt", &vec![b'a'; 1 << 17]).unwrap_err().contains("max_document_text_bytes"));
        assert!(read("a.pdf", b"%PDF-1.7").unwrap_err().contains("not read"));
        assert!(read("a.txt", b"%PDF-1.7").unwrap_err().contains("not read"));
    }

    #[test]
    fn texts_of_every_encoding() {
        assert_eq!(read("a.txt", "先断电".as_bytes()).as_deref(), Ok("先断电"));
        assert_eq!(read("a.md", &encoding_rs::GB18030.encode("先断电再验电").0).as_deref(), Ok("先断电再验电"));
        let utf16: Vec<u8> = "\u{FEFF}先断电".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read("a.TXT", &utf16).as_deref(), Ok("先断电"));
    }
}
