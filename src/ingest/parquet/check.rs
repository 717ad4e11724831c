//! What a Parquet file says of itself against what it holds: footer, column chunks, page headers, pages.
//!
//! The reader behind this reserves memory by numbers from the file, and a reservation that fails ends the whole
//! program. So nothing reaches it before every number has been checked, page by page, on the bytes themselves.

use crate::ingest::limits::Limits;
use crate::ingest::parquet::encodings::{self, check_plain, check_values, count_present};
use crate::ingest::parquet::thrift::{FOOTER, PAGE_HEADER, Tag, varint, walk};
use polars_parquet::parquet::compression::{Compression, DecompressionContext, decompress};
use polars_parquet::read::{ColumnChunkMetadata, PhysicalType};

/// Why a file is refused, in Chinese and in English.
pub type Fault = (&'static str, &'static str);

/// Largest footer; a hundred thousand column chunks take about a fifth of it.
const MAXIMUM_FOOTER: usize = 64 << 20;

/// Deepest nesting of a schema.
const MAXIMUM_NESTING: usize = 64;

const TAIL: usize = 8;

const FOOTER_DAMAGED: Fault = ("文件尾的结构不符合规范", "the footer is malformed");
const PLACE_WRONG: Fault = ("列数据的位置超出文件", "a column chunk lies outside the file");
const HEADER_DAMAGED: Fault = ("数据页的页头不符合规范", "a page header is malformed");
const COUNT_WRONG: Fault = ("数据页的值个数与声明不符", "the pages hold another number of values than declared");
const SIZE_WRONG: Fault = ("数据页的大小与声明不符", "a page has another size than declared");
const LEVELS_WRONG: Fault = ("缺失值标记与声明的个数不符", "the levels of a page do not add up to its values");
const VALUES_WRONG: Fault = ("数据页的内容与声明的个数或编码不符", "the content of a page does not fit its encoding");
const DICTIONARY_WRONG: Fault = ("字典页不符合规范", "a dictionary page is malformed");
const TOO_DENSE: Fault = ("解压后的大小异常，疑似压缩炸弹", "it inflates as a compression bomb does");
const TOO_LARGE: Fault = ("解压后超过大小上限", "inflated, it is larger than the limit");

/// Checks the footer of a whole file.
pub fn check_footer(file: &[u8]) -> Result<(), Fault> {
    let tail = file.len().checked_sub(TAIL).and_then(|start| file.get(start..)).ok_or(FOOTER_DAMAGED)?;
    let (length, mark) = tail.split_first_chunk::<4>().ok_or(FOOTER_DAMAGED)?;
    let length = u32::from_le_bytes(*length) as usize;
    let start = (file.len() - TAIL).checked_sub(length).filter(|_| length <= MAXIMUM_FOOTER && mark == b"PAR1");
    let footer = start.and_then(|start| file.get(start..start + length)).ok_or(FOOTER_DAMAGED)?;
    let (_, noted) = walk(footer, FOOTER).ok_or(FOOTER_DAMAGED)?;
    nesting(&noted).filter(|depth| *depth <= MAXIMUM_NESTING).map(drop).ok_or(FOOTER_DAMAGED)
}

/// Levels of the schema, whose nodes stand one behind the other, each before its children.
fn nesting(noted: &[(Tag, i64)]) -> Option<usize> {
    let mut children: Vec<i64> = Vec::new();
    for (tag, number) in noted {
        match tag {
            Tag::Children => *children.last_mut()? = *number,
            _ => children.push(0),
        }
    }
    let mut open: Vec<i64> = Vec::new();
    let mut deepest = 0;
    for number in children {
        if number < 0 {
            return None;
        }
        if number > 0 {
            open.push(number);
            deepest = deepest.max(open.len());
            continue;
        }
        while let Some(left) = open.last_mut() {
            *left -= 1;
            if *left > 0 {
                break;
            }
            open.pop();
        }
    }
    Some(deepest)
}

/// What the pages of a file may still take.
pub struct Budget<'a> {
    limits: &'a Limits,
    inflated: u64,
}

impl<'a> Budget<'a> {
    /// Nothing taken yet.
    pub fn new(limits: &'a Limits) -> Self {
        Self { limits, inflated: 0 }
    }

    fn take(&mut self, bytes: u64) -> Result<(), Fault> {
        self.inflated = self.inflated.saturating_add(bytes);
        if self.inflated > self.limits.max_inflated_bytes { Err(TOO_LARGE) } else { Ok(()) }
    }
}

/// A column chunk as the footer describes it.
struct Chunk<'a> {
    bytes: &'a [u8],
    values: usize,
    compression: Compression,
    physical: PhysicalType,
    is_optional: bool,
}

/// Checks every page of a column that is not nested; `rows` are those of its row group.
pub fn check_column(
    file: &[u8],
    column: &ColumnChunkMetadata,
    rows: usize,
    budget: &mut Budget<'_>,
) -> Result<(), Fault> {
    let start = usize::try_from(column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset()));
    let length = usize::try_from(column.compressed_size());
    let bytes = match (start, length) {
        (Ok(start), Ok(length)) => start.checked_add(length).and_then(|end| file.get(start..end)),
        _ => None,
    };
    let descriptor = &column.descriptor().descriptor;
    let values = usize::try_from(column.num_values()).ok().filter(|values| *values == rows).ok_or(COUNT_WRONG)?;
    let physical = column.physical_type();
    if let PhysicalType::FixedLenByteArray(width) = physical {
        budget.take((width as u64).saturating_mul(rows as u64))?;
    }
    let chunk = Chunk {
        bytes: bytes.ok_or(PLACE_WRONG)?,
        values,
        compression: column.compression(),
        physical,
        is_optional: descriptor.max_def_level > 0,
    };
    chunk.check(budget)
}

/// A page header, of which every field that matters is there.
struct PageHeader {
    noted: Vec<(Tag, i64)>,
    length: usize,
}

impl PageHeader {
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let (length, noted) = walk(bytes, PAGE_HEADER).ok_or(HEADER_DAMAGED)?;
        Ok(Self { noted, length })
    }

    /// A noted number that is given exactly once and not negative.
    fn number(&self, tag: Tag) -> Result<usize, Fault> {
        let mut found = self.noted.iter().filter(|(known, _)| *known == tag);
        match (found.next(), found.next()) {
            (Some((_, number)), None) => usize::try_from(*number).map_err(|_| HEADER_DAMAGED),
            _ => Err(HEADER_DAMAGED),
        }
    }

    fn encoding(&self) -> Result<i64, Fault> {
        self.number(Tag::Encoding).map(|encoding| encoding as i64)
    }
}

impl Chunk<'_> {
    fn check(&self, budget: &mut Budget<'_>) -> Result<(), Fault> {
        let mut context = DecompressionContext::Unset;
        let mut dictionary = None;
        let mut rest = self.bytes;
        let mut seen = 0;
        let mut is_first = true;
        while !rest.is_empty() && (is_first || seen < self.values) {
            let header = PageHeader::read(rest)?;
            let stored = header.number(Tag::StoredBytes)?;
            let behind = rest.get(header.length..).ok_or(HEADER_DAMAGED)?;
            let (stored, behind) = behind.split_at_checked(stored).ok_or(SIZE_WRONG)?;
            rest = behind;
            match header.number(Tag::PageKind)? {
                2 if is_first => {
                    let content = self.inflate(&header, stored, 0, budget, &mut context)?;
                    let count = header.number(Tag::Values)?;
                    let is_plain = matches!(header.encoding()?, encodings::PLAIN | encodings::PLAIN_DICTIONARY);
                    if !is_plain || self.physical == PhysicalType::Boolean {
                        return Err(DICTIONARY_WRONG);
                    }
                    check_plain(self.physical, count, &content).ok_or(DICTIONARY_WRONG)?;
                    dictionary = Some(count);
                }
                kind @ (0 | 3) => {
                    let count = header.number(Tag::Values)?;
                    seen += count;
                    if seen > self.values {
                        return Err(COUNT_WRONG);
                    }
                    if kind == 0 {
                        self.check_first_version(&header, stored, count, dictionary, budget, &mut context)?;
                    } else {
                        self.check_second_version(&header, stored, count, dictionary, budget, &mut context)?;
                    }
                }
                _ => return Err(HEADER_DAMAGED),
            }
            is_first = false;
        }
        if seen == self.values { Ok(()) } else { Err(COUNT_WRONG) }
    }

    /// Levels and values are compressed together; the levels begin with their length.
    fn check_first_version(
        &self,
        header: &PageHeader,
        stored: &[u8],
        count: usize,
        dictionary: Option<usize>,
        budget: &mut Budget<'_>,
        context: &mut DecompressionContext,
    ) -> Result<(), Fault> {
        let content = self.inflate(header, stored, 0, budget, context)?;
        let mut values = content.as_ref();
        let mut present = count;
        if self.is_optional {
            if header.number(Tag::LevelEncoding)? as i64 != encodings::RUNS {
                return Err(LEVELS_WRONG);
            }
            let (length, behind) = values.split_first_chunk::<4>().ok_or(LEVELS_WRONG)?;
            let (levels, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(LEVELS_WRONG)?;
            present = count_present(levels, count).ok_or(LEVELS_WRONG)?;
            values = behind;
        }
        self.check_content(header, present, dictionary, values, budget)
    }

    /// The levels stand before the values and are never compressed.
    fn check_second_version(
        &self,
        header: &PageHeader,
        stored: &[u8],
        count: usize,
        dictionary: Option<usize>,
        budget: &mut Budget<'_>,
        context: &mut DecompressionContext,
    ) -> Result<(), Fault> {
        let (repetition, definition) = (header.number(Tag::RepetitionBytes)?, header.number(Tag::DefinitionBytes)?);
        let levels = stored.get(..definition).filter(|_| repetition == 0).ok_or(LEVELS_WRONG)?;
        let present = if self.is_optional { count_present(levels, count).ok_or(LEVELS_WRONG)? } else { count };
        if header.number(Tag::Nulls)? != count - present || (!self.is_optional && definition > 0) {
            return Err(LEVELS_WRONG);
        }
        let content = self.inflate(header, stored, definition, budget, context)?;
        let values = content.get(definition..).ok_or(SIZE_WRONG)?;
        self.check_content(header, present, dictionary, values, budget)
    }

    fn check_content(
        &self,
        header: &PageHeader,
        present: usize,
        dictionary: Option<usize>,
        values: &[u8],
        budget: &mut Budget<'_>,
    ) -> Result<(), Fault> {
        let shared = check_values(self.physical, header.encoding()?, present, dictionary, values);
        budget.take(shared.ok_or(VALUES_WRONG)?)
    }

    /// The page as the reader will see it; its first `plain` bytes are not compressed.
    fn inflate<'b>(
        &self,
        header: &PageHeader,
        stored: &'b [u8],
        plain: usize,
        budget: &mut Budget<'_>,
        context: &mut DecompressionContext,
    ) -> Result<std::borrow::Cow<'b, [u8]>, Fault> {
        let size = header.number(Tag::InflatedBytes)?;
        budget.take(size as u64)?;
        let is_dense = size as u64 / (stored.len() as u64).max(1) > budget.limits.max_inflation_ratio;
        if size as u64 > Limits::RATIO_FLOOR_BYTES && is_dense {
            return Err(TOO_DENSE);
        }
        if self.compression == Compression::Uncompressed {
            return Ok(stored.into());
        }
        let is_compressed = header.noted.iter().all(|(tag, flag)| *tag != Tag::IsCompressed || *flag == 1);
        if !is_compressed {
            return if size == stored.len() { Ok(stored.into()) } else { Err(SIZE_WRONG) };
        }
        let (levels, compressed) = stored.split_at_checked(plain).ok_or(SIZE_WRONG)?;
        let room = size.checked_sub(plain).ok_or(SIZE_WRONG)?;
        let mut content = levels.to_vec();
        content.resize(size, 0);
        if compressed.is_empty() {
            return if room == 0 { Ok(content.into()) } else { Err(SIZE_WRONG) };
        }
        let mut inflate = |content: &mut Vec<u8>| {
            let target = content.get_mut(plain..).unwrap_or_default();
            decompress(self.compression, compressed, target, context).map_err(|_| SIZE_WRONG)
        };
        inflate(&mut content)?;
        match self.compression {
            // It says its size first, and the reader takes less without a word.
            Compression::Snappy if varint(compressed).is_none_or(|(length, _)| length != room as u64) => {
                return Err(SIZE_WRONG);
            }
            // It does not say its size: bytes that it leaves as they were differ in a second pass.
            Compression::Lz4 | Compression::Lz4Raw => {
                let mut other = levels.to_vec();
                other.resize(size, u8::MAX);
                inflate(&mut other)?;
                if other != content {
                    return Err(SIZE_WRONG);
                }
            }
            _ => {}
        }
        Ok(content.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_counted_without_recursion() {
        let schema = |children: &[i64]| {
            let noted = children.iter().flat_map(|number| [(Tag::Node, 0), (Tag::Children, *number)]);
            nesting(&noted.collect::<Vec<_>>())
        };
        assert_eq!(schema(&[2, 0, 0]), Some(1));
        assert_eq!(schema(&[2, 1, 1, 0, 0]), Some(3));
        assert_eq!(schema(&[2, 1, 0, 1, 0]), Some(2));
        assert_eq!(schema(&[1, -1]), None);
        assert_eq!(schema(&vec![1; 100_000]), Some(100_000));
    }

    #[test]
    fn a_footer_must_lie_in_the_file() {
        for file in [&b""[..], b"PAR1", b"PAR1\x05\0\0\0PAR1", b"PAR1\0\0\0\0PAR2", b"PAR1\xFF\xFF\xFF\xFFPAR1"] {
            assert_eq!(check_footer(file), Err(FOOTER_DAMAGED), "{file:?}");
        }
    }
}
