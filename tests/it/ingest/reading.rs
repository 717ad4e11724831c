//! Reading of files as far as rows of cells. Every fixture is made here, byte by byte.

mod delimited;
mod files;
mod hostile;
mod parquet_damage;
mod tables;
mod workbooks;

use kaojian::ingest::files::read_file;
use kaojian::ingest::limits::Limits;
use kaojian::ingest::raw::{CellKind, RawFile, RowBlock};

type Row = (u32, Vec<String>);

/// Writes `bytes` under `name` and reads them back as a file of a data set.
fn read_with(name: &str, bytes: &[u8], limits: &Limits) -> RawFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_file(name, &path, limits)
}

fn read(name: &str, bytes: &[u8]) -> RawFile {
    read_with(name, bytes, &Limits::default())
}

fn blocks(file: &RawFile, sheet: usize) -> Vec<RowBlock> {
    let blocks = &file.sheets[sheet].blocks;
    (0..blocks.count()).map(|index| blocks.read(index)).collect()
}

/// Number and cells of every row of a sheet that could be read.
fn rows(file: &RawFile, sheet: usize) -> Vec<Row> {
    assert_eq!(file.source.error, None, "{}", file.source.path);
    let owned = |block: &RowBlock| {
        let cells = block.rows().map(|row| (row.number(), row.cells().map(str::to_owned).collect()));
        cells.collect::<Vec<_>>()
    };
    blocks(file, sheet).iter().flat_map(owned).collect()
}

fn kinds(file: &RawFile, sheet: usize) -> Vec<Vec<CellKind>> {
    let of_block = |block: &RowBlock| {
        block.rows().map(|row| (0..row.len()).map(|column| row.kind(column)).collect()).collect::<Vec<_>>()
    };
    blocks(file, sheet).iter().flat_map(of_block).collect()
}

/// Row and rule of everything that could not be read.
fn problems(file: &RawFile, sheet: usize) -> Vec<(u32, &'static str)> {
    let of_block =
        |block: &RowBlock| block.problems.iter().map(|problem| (problem.row, problem.rule)).collect::<Vec<_>>();
    blocks(file, sheet).iter().flat_map(of_block).collect()
}

fn row(number: u32, cells: &[&str]) -> Row {
    (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

/// The English text of the error, which must also be there in Chinese and hold a hint.
fn error(file: &RawFile) -> &str {
    assert!(file.sheets.is_empty());
    let error = file.source.error.as_ref().unwrap_or_else(|| panic!("{} was read", file.source.path));
    assert!(error.en.contains("; hint: ") && error.zh.contains("；提示："), "{error:?}");
    &error.en
}

/// A zip archive of named parts, deflated.
pub(super) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        let method =
            if *name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An OpenDocument spreadsheet with the given tables.
pub(super) fn open_document(tables: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
         {tables}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ])
}

/// A table of dBase III: name, type, width of each field, and the records with their deletion marks.
pub(super) fn dbase(code_page: u8, fields: &[(&str, u8, u8)], records: &[(u8, &[&[u8]])]) -> Vec<u8> {
    let header = u16::try_from(32 + 32 * fields.len() + 1).unwrap();
    let width: u16 = 1 + fields.iter().map(|(_, _, width)| u16::from(*width)).sum::<u16>();
    let mut bytes = vec![0x03, 126, 5, 1];
    bytes.extend(u32::try_from(records.len()).unwrap().to_le_bytes());
    bytes.extend(header.to_le_bytes());
    bytes.extend(width.to_le_bytes());
    bytes.resize(29, 0);
    bytes.push(code_page);
    bytes.resize(32, 0);
    for (name, kind, width) in fields {
        let start = bytes.len();
        bytes.extend(name.as_bytes());
        bytes.resize(start + 11, 0);
        bytes.push(*kind);
        bytes.resize(start + 16, 0);
        bytes.push(*width);
        bytes.resize(start + 32, 0);
    }
    bytes.push(0x0D);
    for (mark, values) in records {
        bytes.push(*mark);
        for (value, (_, _, width)) in values.iter().zip(fields) {
            let start = bytes.len();
            bytes.extend(*value);
            bytes.resize(start + usize::from(*width), b' ');
        }
    }
    bytes.push(0x1A);
    bytes
}

/// An old Excel workbook (BIFF8 in a compound file) of one sheet with the given record bodies.
pub(super) fn old_workbook(sheet: &str, cells: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let record = |kind: u16, data: &[u8]| {
        [&kind.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    };
    let beginning = |what: u16| record(0x0809, &[&[0, 6][..], &what.to_le_bytes(), &[0; 12]].concat());
    let name: Vec<u8> = sheet.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let characters = u8::try_from(name.len() / 2).unwrap();
    let globals = beginning(5);
    let bound = 4 + 4 + 2 + 2 + name.len();
    let start = u32::try_from(globals.len() + bound + 4).unwrap();
    let bound = [&start.to_le_bytes()[..], &[0, 0, characters, 1], &name].concat();
    let body: Vec<u8> = cells.iter().flat_map(|(kind, data)| record(*kind, data)).collect();
    let end = record(0x000A, &[]);
    compound(&[globals, record(0x0085, &bound), end.clone(), beginning(0x10), body, end].concat())
}

/// A compound file that holds one stream `Workbook`, padded past the size of small streams.
fn compound(stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    let sectors = stream.len().max(4096).div_ceil(SECTOR);
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.resize(24, 0);
    for value in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0, 0, 0] {
        header.extend(value.to_le_bytes());
    }
    // One table sector (number 0), the directory in sector 1, no small sectors, no further lists.
    for value in [1, 1, 0, 4096, END, 0, END, 0, 0] {
        header.extend(u32::to_le_bytes(value));
    }
    header.resize(SECTOR, 0xFF);
    let mut table = vec![0xFFFF_FFFD, END];
    table.extend((0..sectors).map(|index| if index + 1 == sectors { END } else { u32::try_from(index + 3).unwrap() }));
    assert!(table.len() <= SECTOR / 4);
    table.resize(SECTOR / 4, FREE);
    let mut file = header;
    table.iter().for_each(|word| file.extend(word.to_le_bytes()));
    let entry = |name: &str, kind: u8, child: u32, first: u32, size: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        [FREE, FREE, child].iter().for_each(|link| entry.extend(link.to_le_bytes()));
        entry.resize(116, 0);
        entry.extend(first.to_le_bytes());
        entry.extend((size as u64).to_le_bytes());
        entry
    };
    file.extend(entry("Root Entry", 5, 1, END, 0));
    file.extend(entry("Workbook", 2, FREE, 2, sectors * SECTOR));
    file.resize(3 * SECTOR, 0);
    file.extend(stream);
    file.resize((3 + sectors) * SECTOR, 0);
    file
}
