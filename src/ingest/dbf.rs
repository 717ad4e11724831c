//! dBase III, dBase IV and FoxPro tables (`.dbf`), as older registration systems export them.

use crate::ingest::error::refusal;
use crate::ingest::limits::Limits;
use crate::ingest::number::{write_date_time, write_number};
use crate::ingest::raw::{CellKind, RawSheet, ReadBlocks, RowBlock, RowProblem};
use crate::ingest::records::undecodable;
use crate::model::text::Bilingual;
use chrono::{Days, NaiveDate, TimeDelta};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};
use std::fmt::Write;

const HEADER_BYTES: usize = 32;
const FIELD_BYTES: usize = 32;
const RECORDS_A_BLOCK: usize = 4096;

/// One column.
#[derive(Debug)]
struct Field {
    name: String,
    kind: u8,
    offset: usize,
    length: usize,
}

struct DbfBlocks {
    bytes: Vec<u8>,
    fields: Vec<Field>,
    first: usize,
    record_bytes: usize,
    records: usize,
    /// Said by the header and not there.
    lost: usize,
    encoding: &'static Encoding,
}

/// The one sheet of a table and the name of its encoding. Rows are numbered by record, the header is
/// row 0, and deleted records are left out.
pub(super) fn read_dbf(bytes: Vec<u8>, limits: &Limits) -> Result<(RawSheet, &'static str), Bilingual> {
    // Version bytes of dBase III to V and FoxPro, with and without memo fields.
    const VERSIONS: [u8; 14] = [0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0xCB, 0xF5];
    let version = bytes.first().copied().unwrap_or(0);
    if bytes.len() < HEADER_BYTES + 1 || !VERSIONS.contains(&version) || version == 0x02 {
        return Err(damaged("no dBase header"));
    }
    let said = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let first = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let record_bytes = usize::from(u16::from_le_bytes([bytes[10], bytes[11]]));
    let code_page = bytes[29];
    let descriptors = bytes.get(HEADER_BYTES..first).ok_or_else(|| damaged("header longer than the file"))?;
    let raw_fields = fields_of(descriptors);
    let width: usize = 1 + raw_fields.iter().map(|(_, _, length)| length).sum::<usize>();
    if raw_fields.is_empty() || record_bytes < width {
        return Err(damaged("field widths and record length differ"));
    }
    if raw_fields.len() > limits.max_columns {
        return Err(crate::ingest::records::too_many_columns(limits).1);
    }
    let body = &bytes[first..];
    let records = said.min(body.len() / record_bytes);
    let (encoding, name) = encoding_of(code_page, &bytes, first);
    let mut offset = 1;
    let mut fields = Vec::new();
    for (raw_name, kind, length) in raw_fields {
        let name = encoding.decode_without_bom_handling(raw_name).0.trim().to_owned();
        fields.push(Field { name, kind, offset, length });
        offset += length;
    }
    let lost = said - records;
    let blocks = DbfBlocks { bytes, fields, first, record_bytes, records, lost, encoding };
    Ok((RawSheet { name: String::new(), blocks: Box::new(blocks) }, name))
}

/// Name, type and width of each field.
fn fields_of(descriptors: &[u8]) -> Vec<(&[u8], u8, usize)> {
    const END: u8 = 0x0D;
    let mut fields = Vec::new();
    for descriptor in descriptors.chunks_exact(FIELD_BYTES) {
        if descriptor[0] == END {
            break;
        }
        let name = descriptor[..11].split(|byte| *byte == 0).next().unwrap_or_default();
        let kind = descriptor[11].to_ascii_uppercase();
        // Long text fields keep the high byte of their width where numbers keep their decimals.
        let high = if kind == b'C' { usize::from(descriptor[17]) << 8 } else { 0 };
        fields.push((name, kind, high + usize::from(descriptor[16])));
    }
    fields
}

/// By the code page mark; without one, UTF-8 where the whole table is, else GB18030.
fn encoding_of(code_page: u8, bytes: &[u8], first: usize) -> (&'static Encoding, &'static str) {
    match code_page {
        0x78 | 0x4F => (BIG5, "Big5"),
        // Marks of Chinese GBK, and marks that were left at a default by the exporting library.
        0x4D | 0x7A => (GB18030, "GB18030"),
        _ if std::str::from_utf8(&bytes[HEADER_BYTES..first]).is_ok()
            && bytes[first..].utf8_chunks().all(|chunk| chunk.invalid().is_empty()) =>
        {
            (UTF_8, "UTF-8")
        }
        0x03 | 0x57 if GB18030.decode_without_bom_handling(&bytes[first..]).1 => (WINDOWS_1252, "windows-1252"),
        _ => (GB18030, "GB18030"),
    }
}

impl ReadBlocks for DbfBlocks {
    fn count(&self) -> usize {
        self.records.div_ceil(RECORDS_A_BLOCK).max(1)
    }

    fn read(&self, index: usize) -> RowBlock {
        let mut block = RowBlock::default();
        if index == 0 {
            for field in &self.fields {
                block.push_cell(&field.name, CellKind::Text);
            }
            block.end_row(0);
            self.note_memo_fields(&mut block);
        }
        let start = index.saturating_mul(RECORDS_A_BLOCK).min(self.records);
        let end = start.saturating_add(RECORDS_A_BLOCK).min(self.records);
        for number in start..end {
            let at = self.first + number * self.record_bytes;
            let record = self.bytes.get(at..at + self.record_bytes).unwrap_or_default();
            self.push_record(&mut block, record, row_number(number));
        }
        if end == self.records && self.lost > 0 && index + 1 == self.count() {
            block.problems.push(RowProblem {
                row: row_number(self.records),
                rule: "file-truncated",
                value: String::new(),
                reason: lost_records(self.lost),
            });
        }
        block
    }
}

impl DbfBlocks {
    fn push_record(&self, block: &mut RowBlock, record: &[u8], row: u32) {
        const DELETED: u8 = b'*';
        if record.first() == Some(&DELETED) {
            return;
        }
        let mut lossy = false;
        for field in &self.fields {
            let value = record.get(field.offset..field.offset + field.length).unwrap_or_default();
            lossy |= push_value(block, field, value, self.encoding);
        }
        if lossy {
            block.abandon_row();
            let text = self.encoding.decode_without_bom_handling(record).0;
            let (rule, reason) = undecodable();
            block.problems.push(RowProblem { row, rule, value: crate::ingest::lines::beginning(text.trim()), reason });
        } else {
            block.end_row(row);
        }
    }

    fn note_memo_fields(&self, block: &mut RowBlock) {
        for field in self.fields.iter().filter(|field| matches!(field.kind, b'M' | b'G' | b'P')) {
            let reason = refusal(
                "备注型字段存放在另一个文件中，不读取，按空白处理",
                "请将该字段改为字符型后再导出",
                "memo fields stand in another file and are not read; they are taken as blank",
                "export the field as characters",
            );
            block.problems.push(RowProblem { row: 0, rule: "memo-field", value: field.name.clone(), reason });
        }
    }
}

fn row_number(record: usize) -> u32 {
    u32::try_from(record).unwrap_or(u32::MAX).saturating_add(1)
}

/// Pushes one value; `true` when bytes of it could not be decoded.
fn push_value(block: &mut RowBlock, field: &Field, value: &[u8], encoding: &'static Encoding) -> bool {
    let mut text = String::new();
    let kind = match (field.kind, value.len()) {
        (b'M' | b'G' | b'P' | b'0', _) => CellKind::Text,
        (b'N' | b'F', _) => {
            text.push_str(ascii(value));
            // A field full of asterisks is a number that did not fit.
            CellKind::Number
        }
        (b'D', 8) if value.iter().all(u8::is_ascii_digit) => {
            let digits = ascii(value);
            let _ = write!(text, "{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]);
            CellKind::Date
        }
        (b'L', _) => {
            match value.first() {
                Some(b'T' | b't' | b'Y' | b'y') => text.push_str("true"),
                Some(b'F' | b'f' | b'N' | b'n') => text.push_str("false"),
                _ => {}
            }
            CellKind::Boolean
        }
        (b'I', 4) => {
            let _ = write!(text, "{}", i32::from_le_bytes([value[0], value[1], value[2], value[3]]));
            CellKind::Number
        }
        (b'B' | b'O', 8) => {
            write_number(&mut text, f64::from_le_bytes(eight(value)));
            CellKind::Number
        }
        (b'Y', 8) => {
            const PARTS: f64 = 10_000.0;
            write_number(&mut text, i64::from_le_bytes(eight(value)) as f64 / PARTS);
            CellKind::Number
        }
        (b'T' | b'@', 8) => {
            write_julian(&mut text, eight(value));
            CellKind::Date
        }
        _ => {
            let (decoded, lossy) = encoding.decode_without_bom_handling(value);
            block.push_cell(decoded.trim_matches([' ', '\0']), CellKind::Text);
            return lossy;
        }
    };
    block.push_cell(&text, if text.is_empty() { CellKind::Text } else { kind });
    false
}

/// Day number and milliseconds of FoxPro; nothing for a blank.
fn write_julian(text: &mut String, value: [u8; 8]) {
    /// Julian day number of 0001-01-01 (Gregorian).
    const YEAR_ONE: u64 = 1_721_426;
    let day = u64::from(u32::from_le_bytes([value[0], value[1], value[2], value[3]]));
    let milliseconds = i64::from(u32::from_le_bytes([value[4], value[5], value[6], value[7]]));
    let date =
        day.checked_sub(YEAR_ONE).and_then(|days| NaiveDate::from_ymd_opt(1, 1, 1)?.checked_add_days(Days::new(days)));
    let time =
        date.and_then(|date| date.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::milliseconds(milliseconds)));
    if let Some(time) = time {
        write_date_time(text, crate::ingest::number::to_nearest_second(time));
    }
}

fn eight(value: &[u8]) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&value[..8]);
    bytes
}

/// Digits and signs of a number, blanks around them cut off; nothing where something else stands.
fn ascii(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap_or("").trim_matches([' ', '\0'])
}

fn damaged(detail: &str) -> Bilingual {
    refusal(
        &format!("DBF 文件已损坏或不是 dBase/FoxPro 表（{detail}）"),
        "请重新导出，或另存为 CSV、xlsx",
        &format!("the DBF file is damaged or no dBase or FoxPro table ({detail})"),
        "export it again, or as CSV or xlsx",
    )
}

fn lost_records(lost: usize) -> Bilingual {
    refusal(
        &format!("文件不完整，缺少最后 {lost} 条记录"),
        "请重新复制该文件",
        &format!("the file ends early: its last {lost} records are missing"),
        "copy the file again",
    )
}
