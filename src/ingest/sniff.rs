//! What a file is: by its first bytes, and only where they say nothing by its name.

use crate::ingest::error::refusal;
use crate::ingest::limits::Limits;
use crate::model::text::Bilingual;
use memchr::memmem;

/// The readers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// csv, tsv, txt, and text under any other name.
    Text,
    /// jsonl, ndjson.
    JsonLines,
    /// xlsx, xlsm.
    Xlsx,
    /// xls, et.
    Xls,
    /// ods.
    Ods,
    /// parquet.
    Parquet,
    /// dbf.
    Dbf,
}

/// Extensions that are read.
pub(super) const READ: [&str; 12] =
    ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "et", "ods", "parquet", "jsonl", "ndjson", "dbf"];

/// Extensions that may well hold tables but are not read: refused by name, never passed over.
pub(super) const REFUSED: [&str; 9] = ["xlsb", "zip", "rar", "7z", "gz", "json", "mdb", "accdb", "numbers"];

/// The format of a file whose lower-case extension is `extension`.
pub(super) fn sniff(extension: &str, bytes: &[u8], limits: &Limits) -> Result<Format, Bilingual> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return sniff_archive(bytes, limits);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return sniff_compound(bytes);
    }
    if bytes.starts_with(b"PAR1") {
        return Ok(Format::Parquet);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(not_a_table("PDF"));
    }
    const PACKED: [(&[u8], &str); 3] = [(b"Rar!", "RAR"), (b"7z\xBC\xAF\x27\x1C", "7z"), (b"\x1F\x8B", "gzip")];
    if let Some((_, name)) = PACKED.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(packed(name));
    }
    match extension {
        "dbf" => Ok(Format::Dbf),
        "jsonl" | "ndjson" => Ok(Format::JsonLines),
        "parquet" => Err(truncated("Parquet")),
        "xlsx" | "xlsm" | "ods" | "xlsb" => Err(truncated(extension)),
        "json" => Err(refusal(
            "不读取整块 JSON",
            "请导出为 JSON Lines（每行一个对象，扩展名 jsonl）、CSV 或 xlsx",
            "JSON as one piece is not read",
            "export JSON lines (one object a line, extension jsonl), CSV or xlsx",
        )),
        // Many systems write tab text under the name xls.
        _ => Ok(Format::Text),
    }
}

fn sniff_archive(bytes: &[u8], limits: &Limits) -> Result<Format, Bilingual> {
    let names = crate::ingest::archive::names(bytes, limits)?;
    let has = |name: &str| names.iter().any(|found| found.eq_ignore_ascii_case(name));
    if has("xl/workbook.bin") {
        return Err(refusal(
            "不读取 xlsb 工作簿",
            "请用 Excel 或 WPS 另存为 xlsx",
            "xlsb workbooks are not read",
            "save it as xlsx in Excel or WPS",
        ));
    }
    if has("content.xml") && has("mimetype") {
        return Ok(Format::Ods);
    }
    if has("[Content_Types].xml") && names.iter().any(|name| name.to_ascii_lowercase().starts_with("xl/")) {
        return Ok(Format::Xlsx);
    }
    if has("word/document.xml") || has("ppt/presentation.xml") {
        return Err(not_a_table("Word/PowerPoint"));
    }
    Err(packed("zip"))
}

/// Old Excel files and encrypted new ones share the container of Microsoft's compound documents; the
/// directory names its streams in UTF-16.
fn sniff_compound(bytes: &[u8]) -> Result<Format, Bilingual> {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &wide).is_some()
    };
    if holds("EncryptedPackage") {
        return Err(encrypted());
    }
    if holds("WordDocument") {
        return Err(not_a_table("Word"));
    }
    Ok(Format::Xls)
}

/// Refuses markup that is dressed as a table; `text` is the decoded file.
pub(super) fn refuse_markup(text: &str) -> Result<(), Bilingual> {
    const LOOKED_AT: usize = 512;
    let start: String = text.trim_start().chars().take(LOOKED_AT).collect::<String>().to_ascii_lowercase();
    let is_markup = ["<html", "<!doctype", "<table", "<head", "<meta", "<style", "<body", "<div", "<?xml", "<workbook"]
        .iter()
        .any(|tag| start.starts_with(tag))
        || (start.starts_with("mime-version:") && start.contains("multipart"));
    if !is_markup {
        return Ok(());
    }
    Err(refusal(
        "文件内容是网页（HTML/XML），不是表格文件",
        "请用 Excel 或 WPS 打开后另存为 xlsx",
        "the file is a web page (HTML or XML), not a table",
        "open it in Excel or WPS and save it as xlsx",
    ))
}

pub(super) fn encrypted() -> Bilingual {
    refusal(
        "工作簿已加密",
        "请在 Excel 或 WPS 中取消打开密码后另存",
        "the workbook is encrypted",
        "remove the password in Excel or WPS and save it again",
    )
}

pub(super) fn not_text() -> Bilingual {
    refusal(
        "文件不是文本，也不是认识的表格格式",
        "请导出为 CSV、xlsx 或 Parquet",
        "the file is neither text nor a table format that is known",
        "export CSV, xlsx or Parquet",
    )
}

fn truncated(name: &str) -> Bilingual {
    refusal(
        &format!("文件内容不是 {name}，可能已损坏或未下载完整"),
        "请重新取得该文件",
        &format!("the content is not {name}: the file is damaged or was not copied whole"),
        "get the file again",
    )
}

fn packed(name: &str) -> Bilingual {
    refusal(
        &format!("文件是 {name} 压缩包"),
        "请先解压再放入文件夹",
        &format!("the file is a {name} archive"),
        "unpack it into the folder",
    )
}

fn not_a_table(name: &str) -> Bilingual {
    refusal(
        &format!("文件是 {name} 文档，不是表格"),
        "请导出为 CSV 或 xlsx",
        &format!("the file is a {name} document, not a table"),
        "export CSV or xlsx",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_the_name() {
        let format = |extension, bytes: &[u8]| sniff(extension, bytes, &Limits::default());
        assert_eq!(format("csv", b"PAR1...."), Ok(Format::Parquet));
        assert_eq!(format("xls", b"a\tb\n"), Ok(Format::Text));
        assert_eq!(format("xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Ok(Format::Xls));
        assert!(format("xlsx", b"a,b\n").is_err());
        assert!(format("csv", b"%PDF-1.7").unwrap_err().zh.contains("PDF"));
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let locked = [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), wide("EncryptedPackage")].concat();
        assert_eq!(format("xlsx", &locked), Err(encrypted()));
    }

    #[test]
    fn web_pages_are_no_tables() {
        assert!(refuse_markup("\n <HTML><table>").is_err());
        assert!(refuse_markup("<?xml version=\"1.0\"?><Workbook>").is_err());
        assert!(refuse_markup("MIME-Version: 1.0\nContent-Type: multipart/related").is_err());
        assert!(refuse_markup("准考证号,姓名\n<b>,1").is_ok());
    }
}
