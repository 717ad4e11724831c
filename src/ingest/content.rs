//! One file's bytes to rows of cells: size, digest, format, then the reader of the format.

use crate::ingest::dbf::read_dbf;
use crate::ingest::delimited::read_delimited;
use crate::ingest::error::refusal;
use crate::ingest::hash::read_and_hash;
use crate::ingest::json_lines::read_json_lines;
use crate::ingest::limits::{Limits, bytes_shown};
use crate::ingest::parquet::read::read_parquet;
use crate::ingest::raw::RawSheet;
use crate::ingest::sniff::{Format, not_text, refuse_markup, sniff};
use crate::ingest::text::decode;
use crate::ingest::workbook::{read_ods, read_xls, read_xlsx};
use crate::model::provenance::SourceFile;
use crate::model::text::Bilingual;
use std::fs::File;
use std::io;
use std::path::Path;

/// Reads the file at `path`; `source` learns its size, digest, format and encoding on the way.
pub(super) fn read_into(
    source: &mut SourceFile,
    path: &Path,
    extension: &str,
    limits: &Limits,
) -> Result<Vec<RawSheet>, Bilingual> {
    let file = File::open(path).map_err(|error| not_opened(&error))?;
    source.bytes = file.metadata().map_err(|error| not_opened(&error))?.len();
    if source.bytes > limits.max_file_bytes {
        return Err(file_too_large(source.bytes, limits));
    }
    let (bytes, sha256) =
        read_and_hash(file, source.bytes, limits.max_file_bytes).map_err(|error| not_opened(&error))?;
    // The file may have grown since its size was asked.
    source.bytes = bytes.len() as u64;
    if source.bytes > limits.max_file_bytes {
        return Err(file_too_large(source.bytes, limits));
    }
    source.sha256 = sha256;
    if bytes.is_empty() {
        return Err(refusal(
            "文件是空的（0 字节）",
            "请确认是否复制完整，不需要时请移走",
            "the file is empty (0 bytes)",
            "check whether it was copied whole, or take it away",
        ));
    }
    read_bytes(source, bytes, extension, limits)
}

/// Reads the content of a file; the source learns its format and encoding.
fn read_bytes(
    source: &mut SourceFile,
    bytes: Vec<u8>,
    extension: &str,
    limits: &Limits,
) -> Result<Vec<RawSheet>, Bilingual> {
    let format = sniff(extension, &bytes, limits)?;
    let mut named = |name: &'static str, others: &[&str]| {
        source.format = if others.contains(&extension) { extension.into() } else { name.into() };
    };
    match format {
        Format::Xlsx => {
            named("xlsx", &["xlsm"]);
            read_xlsx(&bytes, limits)
        }
        Format::Xls => {
            named("xls", &["et"]);
            read_xls(&bytes, limits)
        }
        Format::Ods => {
            named("ods", &[]);
            read_ods(&bytes, limits)
        }
        Format::Parquet => {
            named("parquet", &[]);
            read_parquet(bytes, limits).map(|sheet| vec![sheet])
        }
        Format::Dbf => {
            named("dbf", &[]);
            let (sheet, encoding) = read_dbf(bytes, limits)?;
            source.encoding = encoding.into();
            Ok(vec![sheet])
        }
        Format::JsonLines => {
            named("jsonl", &["ndjson"]);
            let decoded = decode(bytes).ok_or_else(not_text)?;
            source.encoding = decoded.encoding.into();
            read_json_lines(decoded, limits).map(|sheet| vec![sheet])
        }
        Format::Text => {
            let decoded = decode(bytes).ok_or_else(not_text)?;
            source.encoding = decoded.encoding.into();
            refuse_markup(&decoded.text)?;
            let fallback = if matches!(extension, "tsv" | "xls") { "\t" } else { "," };
            let (sheet, separator) = read_delimited(decoded, fallback, limits);
            source.format = match extension {
                "csv" | "tsv" | "txt" => extension.into(),
                _ if separator == "\t" => "tsv".into(),
                _ => "csv".into(),
            };
            Ok(vec![sheet])
        }
    }
}

fn file_too_large(bytes: u64, limits: &Limits) -> Bilingual {
    let (bytes, limit) = (bytes_shown(bytes), bytes_shown(limits.max_file_bytes));
    refusal(
        &format!("文件大小 {bytes} 超过上限 {limit}"),
        "请按批次拆分，或改用 Parquet",
        &format!("the file of {bytes} is larger than the limit of {limit}"),
        "split it by batch, or use Parquet",
    )
}

fn not_opened(error: &io::Error) -> Bilingual {
    // The system's own words change with its language, so only the kind is told.
    let kind = error.kind();
    refusal(
        &format!("无法打开或读取文件（{kind}）"),
        "请检查权限，并关闭正在使用它的程序",
        &format!("the file cannot be opened or read ({kind})"),
        "check its permissions and close the program that has it open",
    )
}
