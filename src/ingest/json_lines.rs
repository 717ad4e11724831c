//! JSON lines: one object a line. The keys of all objects, in the order of their first appearance,
//! are the header (row 0); data rows are numbered by line.

use crate::ingest::error::refusal;
use crate::ingest::limits::Limits;
use crate::ingest::lines::{beginning, line_end};
use crate::ingest::raw::{CellKind, RawSheet, ReadBlocks, RowBlock, RowProblem};
use crate::ingest::records::{Refused, cell_too_long, line_too_long, too_many_columns, undecodable};
use crate::ingest::text::Decoded;
use crate::model::text::Bilingual;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

const CHUNK_BYTES: usize = 1 << 20;

struct JsonBlocks {
    text: String,
    lossy: bool,
    limits: Limits,
    keys: Vec<String>,
    columns: HashMap<String, usize>,
    /// First byte, end and first line of each chunk.
    chunks: Vec<(usize, usize, u32)>,
}

/// The one sheet of a file of JSON lines.
pub(super) fn read_json_lines(decoded: Decoded, limits: &Limits) -> Result<RawSheet, Bilingual> {
    let Decoded { text, lossy, .. } = decoded;
    if text.trim_start().starts_with('[') {
        return Err(refusal(
            "文件是一整个 JSON 数组，不是每行一个对象",
            "请导出为 JSON Lines，或改用 CSV、xlsx",
            "the file is one JSON array, not one object a line",
            "export JSON lines, or CSV or xlsx",
        ));
    }
    let mut keys = Vec::new();
    let mut columns = HashMap::new();
    let mut chunks = Vec::new();
    let mut open = (0, 0, 1);
    for line in Lines::new(&text, 1) {
        open.1 = line.next;
        if open.1 - open.0 >= CHUNK_BYTES {
            chunks.push(open);
            open = (line.next, line.next, line.number.saturating_add(1));
        }
        for (key, _) in parse(line.content, limits).unwrap_or_default() {
            if !columns.contains_key(key.as_ref()) {
                columns.insert(key.clone().into_owned(), keys.len());
                keys.push(key.into_owned());
            }
        }
        if keys.len() > limits.max_columns {
            return Err(too_many_columns(limits).1);
        }
    }
    if open.1 > open.0 {
        chunks.push(open);
    }
    if keys.is_empty() && !text.trim().is_empty() {
        return Err(refusal(
            "没有一行是 JSON 对象",
            "请确认每行是一个完整的对象，形如 {\"batch_id\": \"B1\"}",
            "no line of the file is a JSON object",
            "each line must be one whole object such as {\"batch_id\": \"B1\"}",
        ));
    }
    let blocks = JsonBlocks { text, lossy, limits: limits.clone(), keys, columns, chunks };
    Ok(RawSheet { name: String::new(), blocks: Box::new(blocks) })
}

struct Line<'a> {
    content: &'a str,
    number: u32,
    next: usize,
}

/// Every line, blank ones too, so that whoever cuts chunks sees each line end.
struct Lines<'a> {
    text: &'a str,
    position: usize,
    number: u32,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str, number: u32) -> Self {
        Self { text, position: 0, number }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.position >= self.text.len() {
            return None;
        }
        let (end, next) = line_end(self.text.as_bytes(), self.position);
        let line = Line { content: &self.text[self.position..end], number: self.number, next };
        self.position = next;
        self.number = self.number.saturating_add(1);
        Some(line)
    }
}

impl ReadBlocks for JsonBlocks {
    fn count(&self) -> usize {
        self.chunks.len()
    }

    fn read(&self, index: usize) -> RowBlock {
        let mut block = RowBlock::default();
        let Some((start, end, number)) = self.chunks.get(index).copied() else { return block };
        if index == 0 && !self.keys.is_empty() {
            self.keys.iter().for_each(|key| block.push_cell(key, CellKind::Text));
            block.end_row(0);
        }
        let mut row: Vec<Option<Scalar<'_>>> = Vec::new();
        for line in Lines::new(self.text.get(start..end).unwrap_or_default(), number) {
            if line.content.trim().is_empty() {
                continue;
            }
            match self.fill(line.content, &mut row) {
                Ok(()) => {
                    for value in &row {
                        match value {
                            Some(Scalar::Text(text)) => block.push_cell(text, CellKind::Text),
                            Some(Scalar::Number(text)) => block.push_cell(text, CellKind::Number),
                            Some(Scalar::Boolean(true)) => block.push_cell("true", CellKind::Boolean),
                            Some(Scalar::Boolean(false)) => block.push_cell("false", CellKind::Boolean),
                            Some(Scalar::Null | Scalar::Nested) | None => block.push_cell("", CellKind::Text),
                        }
                    }
                    block.end_row(line.number);
                }
                Err((rule, reason)) => {
                    block.problems.push(RowProblem { row: line.number, rule, value: beginning(line.content), reason })
                }
            }
        }
        block
    }
}

impl JsonBlocks {
    fn fill<'a>(&self, line: &'a str, row: &mut Vec<Option<Scalar<'a>>>) -> Result<(), Refused> {
        if self.lossy && line.contains('\u{FFFD}') {
            return Err(undecodable());
        }
        row.clear();
        for (key, value) in parse(line, &self.limits)? {
            let Some(column) = self.columns.get(key.as_ref()).copied() else { continue };
            if row.len() <= column {
                row.resize(column + 1, None);
            }
            if row[column].is_some() {
                return Err(("duplicate-key", duplicate_key()));
            }
            match &value {
                Scalar::Nested => return Err(("nested-value", nested_value())),
                Scalar::Text(text) if text.len() > self.limits.max_cell_bytes => {
                    return Err(cell_too_long(&self.limits));
                }
                _ => row[column] = Some(value),
            }
        }
        Ok(())
    }
}

fn parse<'a>(line: &'a str, limits: &Limits) -> Result<Vec<Entry<'a>>, Refused> {
    if line.len() > limits.max_record_bytes {
        return Err(line_too_long(limits));
    }
    serde_json::from_str::<Object<'a>>(line).map(|object| object.0).map_err(|error| {
        let reason = refusal(
            &format!("该行不是一个 JSON 对象（第 {} 列附近）", error.column()),
            "请检查该行的括号、引号与逗号",
            &format!("the line is no JSON object (near column {})", error.column()),
            "check its brackets, quotes and commas",
        );
        ("not-a-json-object", reason)
    })
}

fn nested_value() -> Bilingual {
    refusal(
        "该行含有嵌套的数组或对象，无法作为一行表格读取",
        "请展开为普通字段",
        "the line holds a nested array or object, which is no cell of a table",
        "flatten it into plain fields",
    )
}

fn duplicate_key() -> Bilingual {
    refusal("该行中同一字段出现两次", "请只保留一个", "the line names one field twice", "keep one of them")
}

type Entry<'a> = (Cow<'a, str>, Scalar<'a>);

/// Keys and values in the order of the line, repeated keys kept.
struct Object<'a>(Vec<Entry<'a>>);

/// What a cell can hold.
#[derive(Clone, Debug, PartialEq)]
enum Scalar<'a> {
    Null,
    Boolean(bool),
    Number(String),
    Text(Cow<'a, str>),
    Nested,
}

/// A key, borrowed from the line unless it has escapes.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((Key(key), value)) = map.next_entry()? {
                    entries.push((key, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Boolean(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Scalar::Number(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                let mut text = String::new();
                crate::ingest::number::write_number(&mut text, value);
                Ok(Scalar::Number(text))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nested)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Nested)
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<String>, Vec<(u32, &'static str)>) {
        let decoded = Decoded { text: text.to_owned(), encoding: "UTF-8", lossy: false };
        let sheet = read_json_lines(decoded, &Limits::default()).unwrap_or_else(|error| panic!("{error:?}"));
        let blocks: Vec<_> = (0..sheet.blocks.count()).map(|index| sheet.blocks.read(index)).collect();
        let rows = blocks.iter().flat_map(|block| block.rows().map(|row| format!("{row:?}"))).collect();
        let problems = blocks.iter().flat_map(|block| block.problems.iter().map(|problem| (problem.row, problem.rule)));
        (rows, problems.collect())
    }

    #[test]
    fn keys_are_joined_and_bad_lines_named() {
        let text = "{\"姓名\":\"张\\n伟\",\"成绩\":59.5}\n\n{\"成绩\":60,\"缺考\":true,\"n\":null}\n{oops}\n\
                    {\"a\":[1]}\n{\"成绩\":1,\"成绩\":2}\n[1]\n{\"id\":202605010000000001}";
        let (rows, problems) = read(text);
        assert_eq!(rows[0], "RawRow(0, [\"姓名\", \"成绩\", \"缺考\", \"n\", \"a\", \"id\"])");
        assert_eq!(rows[1], "RawRow(1, [\"张\\n伟\", \"59.5\"])");
        assert_eq!(rows[2], "RawRow(3, [\"\", \"60\", \"true\", \"\"])");
        assert_eq!(rows[3], "RawRow(8, [\"\", \"\", \"\", \"\", \"\", \"202605010000000001\"])");
        let expected = [(4, "not-a-json-object"), (5, "nested-value"), (6, "duplicate-key"), (7, "not-a-json-object")];
        assert_eq!(problems, expected);
    }
}
