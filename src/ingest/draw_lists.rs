//! The lists of a draw: bodies, inspectors and conflicts, each a file of its own. Unlike a data set, a list must be
//! right as it stands: a row left out would be a body that cannot be drawn.

use crate::ingest::clean::comparable;
use crate::ingest::long_file::{LongFile, LongFileError, LongRow, WantedColumn, read_long_file};
use crate::ingest::tables;
use crate::model::identity::PersonName;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::path::Path;

/// Why a list cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrawListError {
    /// The file gives no rows.
    #[error("{name}: {source}")]
    File {
        /// The file.
        name: String,
        /// What is wrong with it.
        source: LongFileError,
    },
    /// A row that cannot be used.
    #[error("{name}, row {row}: {}", .reason.en)]
    Row {
        /// The file.
        name: String,
        /// Row in it, from 1.
        row: u32,
        /// What is wrong with it.
        reason: Bilingual,
    },
}

impl DrawListError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::File { name, source } => format!("{name}：{}", source.message().zh),
            Self::Row { name, row, reason } => format!("{name} 第{row}行：{}", reason.zh),
        };
        Bilingual::new(zh, self.to_string())
    }
}

/// A list with the hash of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawList<T> {
    /// Last part of the path.
    pub name: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Rows in the order of the file.
    pub rows: Vec<T>,
}

/// A row of the list of bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyLine {
    /// Row in the file.
    pub row: u32,
    /// 机构代码.
    pub body_id: CompactString,
    /// 机构名称.
    pub body_name: Option<CompactString>,
    /// The cell of the column that divides the list.
    pub stratum: Option<CompactString>,
}

/// A row of the list of inspectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectorLine {
    /// Row in the file.
    pub row: u32,
    /// 人员编号.
    pub person_id: CompactString,
    /// 姓名.
    pub name: Option<PersonName>,
    /// Bodies named in the columns of employer and conflicts, by identifier or by name.
    pub bodies: Vec<CompactString>,
}

/// A row of the list of conflicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictLine {
    /// Row in the file.
    pub row: u32,
    /// 机构代码 or 机构名称.
    pub body: CompactString,
    /// 人员编号.
    pub person_id: CompactString,
}

const EMPLOYER: [&str; 6] = ["employer", "工作单位", "所在单位", "任职机构", "所在机构", "body_id"];
const CONFLICTS: [&str; 5] = ["conflicts", "conflict", "回避机构", "回避单位", "利害关系机构"];
/// Headers of inspectors beside those of staff.
const INSPECTOR: [&str; 4] = ["检查人员编号", "执法证号", "检查员编号", "inspector"];

/// Accepted headers of a column of the contract.
fn headers(table: &str, column: &str) -> Vec<&'static str> {
    let schema = tables::table(table).and_then(|table| table.column(column));
    schema.map_or_else(Vec::new, |schema| {
        std::iter::once(&schema.name).chain(&schema.aliases).map(String::as_str).collect()
    })
}

fn opened(path: &Path, wanted: &[WantedColumn<'_>]) -> Result<(String, LongFile), DrawListError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = read_long_file(path, wanted).map_err(|source| DrawListError::File { name: name.clone(), source })?;
    if let Some((row, reason)) = file.unread.first() {
        return Err(DrawListError::Row { name, row: *row, reason: reason.clone() });
    }
    Ok((name, file))
}

fn needed(cell: Option<CompactString>, column: &str, name: &str, row: u32) -> Result<CompactString, DrawListError> {
    cell.ok_or_else(|| DrawListError::Row {
        name: name.to_owned(),
        row,
        reason: Bilingual::new(format!("{column} 为空"), format!("{column} is blank")),
    })
}

/// Reads the bodies, with the column that divides them: a column of the contract's table of bodies by its canonical
/// name, or any column by its header.
///
/// # Errors
/// A file that cannot be read or lacks a column, a row without an identifier.
pub fn read_bodies(path: &Path, stratify: Option<&str>) -> Result<DrawList<BodyLine>, DrawListError> {
    let [ids, names] = ["body_id", "body_name"].map(|column| headers("bodies", column));
    let mut divided = Vec::new();
    if let Some(column) = stratify {
        let known = tables::table("bodies").and_then(|table| table.column_of_header(column));
        divided.push(column);
        divided.extend(known.into_iter().flat_map(|known| headers("bodies", &known.name)));
    }
    let mut wanted = vec![
        WantedColumn { name: "body_id", headers: &ids, required: true, is_text: false },
        WantedColumn { name: "body_name", headers: &names, required: false, is_text: true },
    ];
    if let Some(name) = stratify {
        wanted.push(WantedColumn { name, headers: &divided, required: true, is_text: true });
    }
    let (name, file) = opened(path, &wanted)?;
    let row = |row: LongRow| {
        let mut cells = row.cells.into_iter();
        Ok(BodyLine {
            row: row.row,
            body_id: needed(cells.next().flatten(), "body_id", &name, row.row)?,
            body_name: cells.next().flatten(),
            stratum: cells.next().flatten(),
        })
    };
    let rows = file.rows.into_iter().map(row).collect::<Result<_, DrawListError>>()?;
    Ok(DrawList { name, sha256: file.sha256, rows })
}

/// Reads the inspectors, with the bodies that they work for or that are named as conflicts.
///
/// # Errors
/// A file that cannot be read or lacks a column, a row without an identifier.
pub fn read_inspectors(path: &Path) -> Result<DrawList<InspectorLine>, DrawListError> {
    let [mut ids, names] = ["person_id", "name"].map(|column| headers("staff", column));
    ids.extend(INSPECTOR);
    let (name, file) = opened(
        path,
        &[
            WantedColumn { name: "person_id", headers: &ids, required: true, is_text: false },
            WantedColumn { name: "name", headers: &names, required: false, is_text: true },
            WantedColumn { name: "employer", headers: &EMPLOYER, required: false, is_text: true },
            WantedColumn { name: "conflicts", headers: &CONFLICTS, required: false, is_text: true },
        ],
    )?;
    let row = |row: LongRow| {
        let mut cells = row.cells.into_iter();
        let person_id = needed(cells.next().flatten(), "person_id", &name, row.row)?;
        let person = cells.next().flatten().map(|name| PersonName::new(&name));
        let employer = cells.next().flatten();
        let conflicts = cells.next().flatten();
        let listed = conflicts.iter().flat_map(|cell| cell.split([';', ',', '、']));
        let bodies = employer.iter().map(CompactString::as_str).chain(listed).map(str::trim);
        let bodies = bodies.filter(|body| !body.is_empty()).map(CompactString::from).collect();
        Ok(InspectorLine { row: row.row, person_id, name: person, bodies })
    };
    let rows = file.rows.into_iter().map(row).collect::<Result<_, DrawListError>>()?;
    Ok(DrawList { name, sha256: file.sha256, rows })
}

/// Reads the conflicts.
///
/// # Errors
/// A file that cannot be read or lacks a column, a row that is not whole.
pub fn read_conflicts(path: &Path) -> Result<DrawList<ConflictLine>, DrawListError> {
    let [mut bodies, names] = ["body_id", "body_name"].map(|column| headers("bodies", column));
    bodies.extend(names.iter().filter(|name| comparable(name) != "name"));
    let mut ids = headers("staff", "person_id");
    ids.extend(INSPECTOR);
    let (name, file) = opened(
        path,
        &[
            WantedColumn { name: "body_id", headers: &bodies, required: true, is_text: true },
            WantedColumn { name: "person_id", headers: &ids, required: true, is_text: false },
        ],
    )?;
    let row = |row: LongRow| {
        let mut cells = row.cells.into_iter();
        Ok(ConflictLine {
            row: row.row,
            body: needed(cells.next().flatten(), "body_id", &name, row.row)?,
            person_id: needed(cells.next().flatten(), "person_id", &name, row.row)?,
        })
    };
    let rows = file.rows.into_iter().map(row).collect::<Result<_, DrawListError>>()?;
    Ok(DrawList { name, sha256: file.sha256, rows })
}
