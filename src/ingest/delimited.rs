//! Delimited text: cut into chunks between records by one pass, parsed when asked for.

use crate::ingest::limits::Limits;
use crate::ingest::lines::line_end;
use crate::ingest::raw::{RawSheet, ReadBlocks, RowBlock};
use crate::ingest::records::{Dialect, Records, read_records};
use crate::ingest::separator;
use crate::ingest::text::Decoded;

/// Enough for the parsing to dwarf the hand-over, little enough to stay in the cache.
const CHUNK_BYTES: usize = 1 << 20;

#[derive(Clone, Copy, Debug)]
struct Chunk {
    start: usize,
    end: usize,
    line: u32,
}

/// The text of one file and where its chunks are.
struct DelimitedBlocks {
    text: String,
    dialect: Dialect,
    chunks: Vec<Chunk>,
}

impl ReadBlocks for DelimitedBlocks {
    fn count(&self) -> usize {
        self.chunks.len()
    }

    fn read(&self, index: usize) -> RowBlock {
        let chunk = self.chunks.get(index).and_then(|chunk| Some((self.text.get(chunk.start..chunk.end)?, chunk.line)));
        chunk.map(|(text, line)| read_records(text, &self.dialect, line)).unwrap_or_default()
    }
}

/// The one sheet of a delimited file, and the separator found. `fallback` is the separator of a file
/// that shows none.
pub(super) fn read_delimited(decoded: Decoded, fallback: &'static str, limits: &Limits) -> (RawSheet, &'static str) {
    let Decoded { mut text, lossy, .. } = decoded;
    // Programs of the DOS years end a text with control-Z.
    text.truncate(text.trim_end_matches('\u{1A}').len());
    let (named, start) = separator_line(&text);
    let separator = named.unwrap_or_else(|| separator::detect(&text[start..], fallback, limits));
    let dialect = Dialect { separator, lossy, limits: limits.clone() };
    let chunks = cut(&text, start, &dialect, CHUNK_BYTES);
    (RawSheet { name: String::new(), blocks: Box::new(DelimitedBlocks { text, dialect, chunks }) }, separator)
}

/// The separator named by a first line `sep=;`, as Excel writes it, and where the table starts.
fn separator_line(text: &str) -> (Option<&'static str>, usize) {
    let (end, next) = line_end(text.as_bytes(), 0);
    let named = text[..end].strip_prefix("sep=").or_else(|| text[..end].strip_prefix("SEP="));
    let found = named.and_then(|named| separator::CANDIDATES.into_iter().find(|candidate| *candidate == named));
    if found.is_some() { (found, next) } else { (None, 0) }
}

/// Chunks of at least `size` bytes, each ending between two records.
fn cut(text: &str, start: usize, dialect: &Dialect, size: usize) -> Vec<Chunk> {
    let body = &text[start..];
    let mut records = Records::new(body, dialect, if start == 0 { 1 } else { 2 });
    let mut chunks = Vec::new();
    let mut open = Chunk { start, end: start, line: records.line };
    while records.next().is_some() {
        open.end = start + records.position;
        if open.end - open.start >= size {
            chunks.push(open);
            open = Chunk { start: open.end, end: open.end, line: records.line };
        }
    }
    if open.end > open.start {
        chunks.push(open);
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_say_the_same_as_the_whole() {
        let text = "h,i\n\"a\nb\",1\r\n\r\nc,\"2\rd,3\n\"e\"\"\",4\n5\n\n\n6,\"7\n8\"\n9,\"10";
        let dialect = Dialect { separator: ",", lossy: false, limits: Limits::default() };
        let whole = read_records(text, &dialect, 1);
        assert_eq!(whole.problems.iter().map(|problem| problem.row).collect::<Vec<_>>(), [5, 13]);
        for size in 1..text.len() {
            let mut rows = Vec::new();
            let mut problems = Vec::new();
            for chunk in cut(text, 0, &dialect, size) {
                let block = read_records(&text[chunk.start..chunk.end], &dialect, chunk.line);
                rows.extend(block.rows().map(|row| format!("{row:?}")));
                problems.extend(block.problems.iter().map(|problem| problem.row));
            }
            assert_eq!(rows, whole.rows().map(|row| format!("{row:?}")).collect::<Vec<_>>(), "{size}");
            assert_eq!(problems, [5, 13]);
        }
    }

    #[test]
    fn excel_may_name_the_separator() {
        assert_eq!(separator_line("sep=;\r\na;b"), (Some(";"), 7));
        assert_eq!(separator_line("sep=x\na;b"), (None, 0));
        assert_eq!(separator_line(""), (None, 0));
    }
}
