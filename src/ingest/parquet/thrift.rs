//! The Thrift structures of a Parquet file (footer and page headers), walked without being kept.
//!
//! Readers reserve memory by the lengths they find there and take each field for the type they expect, whatever
//! the file says. So every length must fit into the bytes that are left, and every field that a reader knows must
//! have its type; [`FOOTER`] and [`PAGE_HEADER`] say which.

/// Levels of structures that no shape names.
const MAXIMUM_DEPTH: u32 = 16;

/// Fewest bytes of a structure in a list; the smallest of the format takes three.
const LEAST_STRUCTURE: usize = 3;

/// What a field holds.
#[derive(Debug)]
pub enum Shape {
    /// A whole number.
    Whole,
    /// A whole number of 32 bits that is noted.
    Noted(Tag),
    /// A number of one byte.
    Byte,
    /// Yes or no.
    Flag,
    /// Yes (1) or no (0), noted.
    NotedFlag(Tag),
    /// Bytes or text.
    Bytes,
    /// Elements of one shape.
    List(&'static Shape),
    /// Fields by their numbers.
    Structure(&'static [(i16, Shape)]),
    /// A structure whose beginning is noted.
    Element(&'static [(i16, Shape)]),
}

/// What a noted number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A node of the schema begins.
    Node,
    /// How many children the node has.
    Children,
    /// Kind of page.
    PageKind,
    /// Bytes of the page when inflated.
    InflatedBytes,
    /// Bytes of the page in the file.
    StoredBytes,
    /// Values, missing ones included.
    Values,
    /// How the values are encoded.
    Encoding,
    /// How the definition levels are encoded.
    LevelEncoding,
    /// Missing values.
    Nulls,
    /// Bytes of the definition levels.
    DefinitionBytes,
    /// Bytes of the repetition levels.
    RepetitionBytes,
    /// Whether the values are compressed.
    IsCompressed,
}

const EMPTY: Shape = Shape::Structure(&[]);
const TIME: Shape = Shape::Structure(&[(1, Shape::Flag), (2, Shape::Structure(&[(1, EMPTY), (2, EMPTY), (3, EMPTY)]))]);
const LOGICAL_TYPE: Shape = Shape::Structure(&[
    (1, EMPTY),
    (2, EMPTY),
    (3, EMPTY),
    (4, EMPTY),
    (5, Shape::Structure(&[(1, Shape::Whole), (2, Shape::Whole)])),
    (6, EMPTY),
    (7, TIME),
    (8, TIME),
    (10, Shape::Structure(&[(1, Shape::Byte), (2, Shape::Flag)])),
    (11, EMPTY),
    (12, EMPTY),
    (13, EMPTY),
    (14, EMPTY),
    (15, EMPTY),
]);
const SCHEMA_ELEMENT: Shape = Shape::Element(&[
    (1, Shape::Whole),
    (2, Shape::Whole),
    (3, Shape::Whole),
    (4, Shape::Bytes),
    (5, Shape::Noted(Tag::Children)),
    (6, Shape::Whole),
    (7, Shape::Whole),
    (8, Shape::Whole),
    (9, Shape::Whole),
    (10, LOGICAL_TYPE),
]);
const STATISTICS: Shape = Shape::Structure(&[
    (1, Shape::Bytes),
    (2, Shape::Bytes),
    (3, Shape::Whole),
    (4, Shape::Whole),
    (5, Shape::Bytes),
    (6, Shape::Bytes),
    (7, Shape::Flag),
    (8, Shape::Flag),
]);
const KEY_VALUE: Shape = Shape::Structure(&[(1, Shape::Bytes), (2, Shape::Bytes)]);
const COLUMN_META_DATA: Shape = Shape::Structure(&[
    (1, Shape::Whole),
    (2, Shape::List(&Shape::Whole)),
    (3, Shape::List(&Shape::Bytes)),
    (4, Shape::Whole),
    (5, Shape::Whole),
    (6, Shape::Whole),
    (7, Shape::Whole),
    (8, Shape::List(&KEY_VALUE)),
    (9, Shape::Whole),
    (10, Shape::Whole),
    (11, Shape::Whole),
    (12, STATISTICS),
    (14, Shape::Whole),
    (15, Shape::Whole),
]);
const COLUMN_CHUNK: Shape = Shape::Structure(&[
    (1, Shape::Bytes),
    (2, Shape::Whole),
    (3, COLUMN_META_DATA),
    (4, Shape::Whole),
    (5, Shape::Whole),
    (6, Shape::Whole),
    (7, Shape::Whole),
]);
const SORTING_COLUMN: Shape = Shape::Structure(&[(1, Shape::Whole), (2, Shape::Flag), (3, Shape::Flag)]);
const ROW_GROUP: Shape = Shape::Structure(&[
    (1, Shape::List(&COLUMN_CHUNK)),
    (2, Shape::Whole),
    (3, Shape::Whole),
    (4, Shape::List(&SORTING_COLUMN)),
    (5, Shape::Whole),
    (6, Shape::Whole),
    (7, Shape::Whole),
]);

/// The footer of a file.
pub const FOOTER: &[(i16, Shape)] = &[
    (1, Shape::Whole),
    (2, Shape::List(&SCHEMA_ELEMENT)),
    (3, Shape::Whole),
    (4, Shape::List(&ROW_GROUP)),
    (5, Shape::List(&KEY_VALUE)),
    (6, Shape::Bytes),
    (7, Shape::List(&Shape::Structure(&[(1, EMPTY), (2, EMPTY)]))),
];

/// The header of a page.
pub const PAGE_HEADER: &[(i16, Shape)] = &[
    (1, Shape::Noted(Tag::PageKind)),
    (2, Shape::Noted(Tag::InflatedBytes)),
    (3, Shape::Noted(Tag::StoredBytes)),
    (4, Shape::Whole),
    (
        5,
        Shape::Structure(&[
            (1, Shape::Noted(Tag::Values)),
            (2, Shape::Noted(Tag::Encoding)),
            (3, Shape::Noted(Tag::LevelEncoding)),
            (4, Shape::Whole),
            (5, STATISTICS),
        ]),
    ),
    (6, EMPTY),
    (7, Shape::Structure(&[(1, Shape::Noted(Tag::Values)), (2, Shape::Noted(Tag::Encoding)), (3, Shape::Flag)])),
    (
        8,
        Shape::Structure(&[
            (1, Shape::Noted(Tag::Values)),
            (2, Shape::Noted(Tag::Nulls)),
            (3, Shape::Whole),
            (4, Shape::Noted(Tag::Encoding)),
            (5, Shape::Noted(Tag::DefinitionBytes)),
            (6, Shape::Noted(Tag::RepetitionBytes)),
            (7, Shape::NotedFlag(Tag::IsCompressed)),
            (8, STATISTICS),
        ]),
    ),
];

/// Walks over a structure.
pub struct Walker<'a> {
    bytes: &'a [u8],
    position: usize,
    noted: Vec<(Tag, i64)>,
}

/// Bytes of the structure at the beginning of `bytes`, and what was noted of it in its order. `None` when it is
/// not of the shape or goes past the end.
pub fn walk(bytes: &[u8], fields: &'static [(i16, Shape)]) -> Option<(usize, Vec<(Tag, i64)>)> {
    let mut walker = Walker { bytes, position: 0, noted: Vec::new() };
    walker.structure(fields, 0)?;
    Some((walker.position, walker.noted))
}

impl Walker<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        let length = usize::try_from(length).ok()?;
        self.position = self.position.checked_add(length).filter(|end| *end <= self.bytes.len())?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let (value, length) = varint(self.bytes.get(self.position..)?)?;
        self.position += length;
        Some(value)
    }

    fn signed(&mut self) -> Option<i64> {
        self.number().map(unzigzag)
    }

    fn structure(&mut self, fields: &'static [(i16, Shape)], depth: u32) -> Option<()> {
        let mut last = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let id = match i16::from(head >> 4) {
                0 => i16::try_from(self.signed()?).ok()?,
                step => last.checked_add(step)?,
            };
            // Writers number upwards; a field given twice would be read twice.
            if id <= last {
                return None;
            }
            last = id;
            match fields.iter().find(|(known, _)| *known == id) {
                Some((_, shape)) => self.value(shape, head & 0x0F, depth)?,
                None => self.skip(head & 0x0F, depth)?,
            }
        }
    }

    fn value(&mut self, shape: &'static Shape, kind: u8, depth: u32) -> Option<()> {
        match (shape, kind) {
            (Shape::Whole, 4..=6) => self.number().map(drop),
            (Shape::Noted(tag), 5) => {
                let value = i64::from(i32::try_from(self.signed()?).ok()?);
                self.noted.push((*tag, value));
                Some(())
            }
            (Shape::Byte, 3) => self.byte().map(drop),
            (Shape::Flag, 1 | 2) => Some(()),
            (Shape::NotedFlag(tag), 1 | 2) => {
                self.noted.push((*tag, i64::from(kind == 1)));
                Some(())
            }
            (Shape::Bytes, 8) => {
                let length = self.number()?;
                self.pass(length)
            }
            (Shape::List(inner), 9) => {
                let (kind, size) = self.list()?;
                (0..size).try_for_each(|_| self.value(inner, kind, depth))
            }
            (Shape::Structure(fields), 12) => self.structure(fields, depth),
            (Shape::Element(fields), 12) => {
                self.noted.push((Tag::Node, 0));
                self.structure(fields, depth)
            }
            _ => None,
        }
    }

    /// Kind and number of the elements of a list.
    fn list(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let size = match head >> 4 {
            15 => self.number()?,
            size => u64::from(size),
        };
        let kind = head & 0x0F;
        let least = if kind == 12 { LEAST_STRUCTURE } else { 1 };
        let left = (self.bytes.len() - self.position) / least;
        (size <= left as u64).then_some((kind, size))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth >= MAXIMUM_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.number().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.number()?;
                self.pass(length)
            }
            9 => {
                let (kind, size) = self.list()?;
                // Readers do not agree on yes and no in lists; sets and maps are no part of the format.
                if kind <= 2 {
                    return (size == 0).then_some(());
                }
                (0..size).try_for_each(|_| self.skip(kind, depth + 1))
            }
            12 => self.structure(&[], depth + 1),
            _ => None,
        }
    }
}

/// An unsigned number in groups of seven bits, and how many bytes it takes.
pub fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        let bits = u64::from(byte & 0x7F);
        if index == 9 && bits > 1 {
            return None;
        }
        value |= bits << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

/// The signed number that an unsigned one stands for: 0, -1, 1, -2, …
pub fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(varint(&[0x00]), Some((0, 1)));
        assert_eq!(varint(&[0xAC, 0x02, 0xFF]), Some((300, 2)));
        assert_eq!(varint(&[0xFF; 9]), None);
        assert_eq!(varint(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]), Some((u64::MAX, 10)));
        assert_eq!(varint(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]), None);
        assert_eq!([0, 1, 2, 3, u64::MAX].map(unzigzag), [0, -1, 1, -2, i64::MIN]);
    }

    #[test]
    fn a_page_header_is_noted() {
        // Kind 0, 9 bytes of 7 stored, a data page of 3 plain values with levels of runs, a statistic to pass over.
        let header = [
            0x15, 0x00, 0x15, 0x12, 0x15, 0x0E, 0x2C, 0x15, 0x06, 0x15, 0x00, 0x15, 0x06, 0x15, 0x06, 0x1C, 0x18, 0x01,
            b'x', 0x00, 0x00, 0x00,
        ];
        let (length, noted) = walk(&header, PAGE_HEADER).unwrap();
        assert_eq!(length, header.len());
        assert_eq!(
            noted,
            [
                (Tag::PageKind, 0),
                (Tag::InflatedBytes, 9),
                (Tag::StoredBytes, 7),
                (Tag::Values, 3),
                (Tag::Encoding, 0),
                (Tag::LevelEncoding, 3),
            ]
        );
        for end in 0..header.len() {
            assert!(walk(&header[..end], PAGE_HEADER).is_none(), "{end}");
        }
    }

    #[test]
    fn lengths_and_types_are_not_believed() {
        for (what, bytes) in [
            ("a text longer than the file", &[0x68, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00][..]),
            ("a list longer than the file", &[0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00]),
            ("a number where a list belongs", &[0x25, 0x02, 0x00]),
            ("the same field twice", &[0x15, 0x02, 0x05, 0x02, 0x02, 0x00]),
            ("no end", &[0x15, 0x02]),
        ] {
            assert!(walk(bytes, FOOTER).is_none(), "{what}");
        }
        let mut deep = vec![0xFC_u8; 200];
        deep.extend([0; 200]);
        assert!(walk(&deep, FOOTER).is_none());
    }
}
