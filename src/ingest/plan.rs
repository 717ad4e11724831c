//! How one sheet will be read: its table, its header, and where each canonical column stands.

use crate::ingest::assign;
use crate::ingest::clean::{clean_text, comparable};
use crate::ingest::header::{self, Header};
use crate::ingest::mapping_file::{MappingFile, MappingRule};
use crate::ingest::near_miss;
use crate::ingest::raw::{RawRow, RowBlock};
use crate::ingest::tables::{self, TableSchema};
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// A column of answers to one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemHeader {
    /// Column in the file.
    pub column: usize,
    /// Header, cleaned.
    pub item_id: CompactString,
    /// Number in the header, else the place among the item columns.
    pub item_no: u32,
}

/// How one sheet is read.
#[derive(Clone, Debug)]
pub struct SheetPlan {
    /// Index of the file.
    pub file: u32,
    /// Index of the sheet.
    pub sheet: u16,
    /// Path of the file, for names made from it.
    pub path: String,
    /// Whether cells are told apart by separators only, so that one separator too many shifts a row.
    pub delimited: bool,
    /// The table.
    pub table: &'static TableSchema,
    /// The header.
    pub header: Header,
    /// Canonical column → column in the file.
    pub columns: Vec<(&'static str, usize)>,
    /// Item columns of wide answers.
    pub items: Vec<ItemHeader>,
    /// Option columns of forms: label and column.
    pub options: Vec<(CompactString, usize)>,
    /// Canonical column and the value that stands in for a missing one.
    pub constants: Vec<(String, String)>,
    /// Column in the file and the values whose rows are used.
    pub filters: Vec<(usize, Vec<String>)>,
    /// Canonical column → word in the file → word of the contract.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// `header → canonical`.
    pub mapped: Vec<(String, String)>,
    /// Headers that nothing claims.
    pub unmapped: Vec<String>,
    /// What a person should know about the header: column, rule, reason.
    pub notes: Vec<(String, &'static str, Bilingual)>,
}

impl SheetPlan {
    /// Where a canonical column stands in the file.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
    }

    /// Whether a canonical column has a column in the file or a constant.
    pub fn has(&self, name: &str) -> bool {
        self.column(name).is_some() || self.constants.iter().any(|(known, _)| known == name)
    }

    /// The header over a column, as found.
    pub fn header_of(&self, column: usize) -> &str {
        self.header.names.get(column).map_or("", String::as_str)
    }

    /// Whether rows without a candidate number name the person by an identity number.
    pub fn names_persons_by_identity(&self) -> bool {
        !self.has("candidate_id") && self.column("id_number").is_some()
    }
}

/// What becomes of a sheet.
#[derive(Clone, Debug)]
pub enum Planned {
    /// It is read so.
    Sheet(Box<SheetPlan>),
    /// The mapping file leaves it out.
    LeftOut,
    /// It has no rows.
    Empty,
    /// It fits no table; why.
    Unknown(Bilingual),
}

/// Where the sheet is.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Index of the file.
    pub file: u32,
    /// Index of the sheet.
    pub sheet: u16,
    /// Relative path of the file.
    pub path: &'a str,
    /// Name of the sheet, empty where the format has none.
    pub sheet_name: &'a str,
    /// Whether cells are told apart by separators only.
    pub delimited: bool,
}

/// Plans a sheet from its first block. `known_items` are item numbers and ids (comparable form) of the forms.
pub fn plan_sheet(
    place: Place<'_>,
    head: &RowBlock,
    mapping: Option<&MappingFile>,
    known_items: &BTreeSet<String>,
) -> Planned {
    let rule = mapping.and_then(|mapping| mapping.rule_for(place.path, place.sheet_name));
    if rule.is_some_and(|rule| rule.skip) {
        return Planned::LeftOut;
    }
    let searched = rule.and_then(|rule| rule.header_row).map_or(header::ROWS_SEARCHED, |row| row as usize) + 1;
    let rows: Vec<RawRow<'_>> = head.rows().filter(|row| !header::is_blank(row)).take(searched).collect();
    if rows.is_empty() {
        return Planned::Empty;
    }
    let look = |table: &'static TableSchema| find_header(table, rule, known_items, &rows).map(|header| (table, header));
    let chosen = match rule.and_then(|rule| rule.table) {
        Some(table) => look(table),
        None => named_tables(place).into_iter().find_map(look).or_else(|| by_content(look)),
    };
    match chosen {
        Some((table, header)) => Planned::Sheet(Box::new(map_columns(place, table, header, rule, known_items))),
        None => Planned::Unknown(why_unknown(place, rule)),
    }
}

/// Tables that the names speak of, the nearest name first.
fn named_tables(place: Place<'_>) -> Vec<&'static TableSchema> {
    let folder = place.path.rsplit('/').nth(1).unwrap_or("");
    let names = [place.sheet_name, assign::stem(place.path), folder];
    names.into_iter().filter_map(assign::table_of_name).collect()
}

/// The table whose columns the header names best, if one stands out and has what its rows need.
fn by_content(
    look: impl Fn(&'static TableSchema) -> Option<(&'static TableSchema, Header)>,
) -> Option<(&'static TableSchema, Header)> {
    let mut found: Vec<(&'static TableSchema, Header)> = tables::all()
        .iter()
        .filter_map(look)
        .filter(|(table, header)| {
            let names: BTreeSet<&str> = header
                .names
                .iter()
                .filter_map(|name| table.column_of_header(name))
                .map(|column| column.name.as_str())
                .collect();
            let is_told = table.told_by.is_empty() || table.told_by.iter().any(|name| names.contains(name.as_str()));
            is_told
                && table.columns.iter().filter(|column| column.required && column.name != "batch_id").all(|column| {
                    names.contains(column.name.as_str())
                        || (column.name == "candidate_id" && names.contains("id_number") && table.name != "candidates")
                })
        })
        .collect();
    found.sort_by_key(|(_, header)| std::cmp::Reverse(header.recognised));
    let stands_out = match found.as_slice() {
        [] => false,
        [_] => true,
        [first, second, ..] => first.1.recognised > second.1.recognised,
    };
    stands_out.then(|| found.swap_remove(0))
}

fn find_header(
    table: &'static TableSchema,
    rule: Option<&MappingRule>,
    known_items: &BTreeSet<String>,
    rows: &[RawRow<'_>],
) -> Option<Header> {
    let recognises = |name: &str| {
        let claimed =
            rule.is_some_and(|rule| rule.columns.iter().any(|(header, _)| comparable(header) == comparable(name)));
        claimed
            || table.column_of_header(name).is_some()
            || is_item(table, rule, known_items, name, false).is_some()
            || option_label(table, name).is_some()
    };
    // One name may be chance, unless the mapping file says that the file is of this table.
    let is_told = rule.is_some_and(|rule| rule.table.is_some());
    match rule.and_then(|rule| rule.header_row) {
        Some(row) => header::at_row(rows, row, &recognises),
        None => header::find(rows, if is_told { 1 } else { 2 }, &recognises),
    }
}

/// Whether a header is an item column, and its number.
fn is_item(
    table: &TableSchema,
    rule: Option<&MappingRule>,
    known_items: &BTreeSet<String>,
    name: &str,
    claimed: bool,
) -> Option<Option<u32>> {
    if table.name != "answers" {
        return None;
    }
    if let Some(items) = rule.and_then(|rule| rule.items.as_ref()) {
        return items.item(name, claimed);
    }
    if let Some(number) = header::item_number(name) {
        return Some(Some(number));
    }
    known_items.contains(&comparable(name)).then_some(None)
}

/// `option_a`, `选项A`, `A` over a column of forms.
fn option_label(table: &TableSchema, name: &str) -> Option<CompactString> {
    if table.name != "forms" {
        return None;
    }
    let name = comparable(name);
    let label = name.strip_prefix("option").or_else(|| name.strip_prefix("选项")).unwrap_or(&name);
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(letter @ 'a'..='z'), None) => Some(letter.to_uppercase().collect()),
        _ => None,
    }
}

fn map_columns(
    place: Place<'_>,
    table: &'static TableSchema,
    header: Header,
    rule: Option<&MappingRule>,
    known_items: &BTreeSet<String>,
) -> SheetPlan {
    let mut plan = SheetPlan {
        file: place.file,
        sheet: place.sheet,
        path: place.path.to_owned(),
        delimited: place.delimited,
        table,
        header,
        columns: Vec::new(),
        items: Vec::new(),
        options: Vec::new(),
        constants: rule.map(|rule| rule.constants.clone()).unwrap_or_default(),
        filters: Vec::new(),
        values: rule.map(|rule| rule.values.clone()).unwrap_or_default(),
        mapped: Vec::new(),
        unmapped: Vec::new(),
        notes: Vec::new(),
    };
    let names = plan.header.names.clone();
    let assigned_by_rule: BTreeSet<&str> =
        rule.iter().flat_map(|rule| &rule.columns).map(|(_, canonical)| canonical.as_str()).collect();
    let mut unknown: Vec<&str> = Vec::new();
    for (column, name) in names.iter().enumerate() {
        let key = comparable(name);
        if key.is_empty() {
            continue;
        }
        if rule.is_some_and(|rule| rule.skip_columns.contains(&key)) {
            plan.unmapped.push(name.clone());
            continue;
        }
        let by_rule = rule.and_then(|rule| rule.columns.iter().find(|(header, _)| comparable(header) == key));
        if let Some((_, canonical)) = by_rule {
            claim(&mut plan, canonical, column, name);
            continue;
        }
        let by_schema = table.column_of_header(name).filter(|column| !assigned_by_rule.contains(column.name.as_str()));
        if let Some(number) = is_item(table, rule, known_items, name, by_schema.is_some()) {
            claim_item(&mut plan, column, name, number);
        } else if let Some(canonical) = by_schema {
            claim(&mut plan, &canonical.name, column, name);
        } else if let Some(label) = option_label(table, name) {
            claim(&mut plan, &format!("option_{}", label.to_lowercase()), column, name);
        } else {
            plan.unmapped.push(name.clone());
            unknown.push(name);
        }
    }
    for name in unknown {
        note_near_miss(&mut plan, name);
    }
    if let Some(rule) = rule {
        check_rule(&mut plan, rule, &names);
    }
    plan
}

/// Takes a column of the file for a canonical one; the first of two wins.
fn claim(plan: &mut SheetPlan, canonical: &str, column: usize, name: &str) {
    let taken = plan.mapped.iter().any(|(_, known)| known == canonical);
    if taken {
        return note_duplicate(plan, name, canonical);
    }
    if let Some(known) = plan.table.column(canonical) {
        plan.columns.push((&known.name, column));
    } else if let Some(label) = canonical.strip_prefix("option_") {
        plan.options.push((label.to_uppercase().into(), column));
    }
    plan.mapped.push((name.to_owned(), canonical.to_owned()));
}

fn claim_item(plan: &mut SheetPlan, column: usize, name: &str, number: Option<u32>) {
    let item_id = CompactString::from(clean_text(name));
    if plan.items.iter().any(|item| item.item_id == item_id) {
        return note_duplicate(plan, name, &item_id);
    }
    let place = u32::try_from(plan.items.len() + 1).unwrap_or(u32::MAX);
    plan.items.push(ItemHeader { column, item_id, item_no: number.unwrap_or(place) });
    plan.mapped.push((name.to_owned(), "response".to_owned()));
}

fn note_duplicate(plan: &mut SheetPlan, name: &str, canonical: &str) {
    plan.unmapped.push(name.to_owned());
    let reason = Bilingual::new(
        format!("列“{name}”与前面的列同为 {canonical}，只采用第一列；提示：请删除或改名多余的列"),
        format!(
            "column `{name}` stands for `{canonical}` as an earlier column does, only the first is used; hint: remove or rename the other"
        ),
    );
    plan.notes.push((name.to_owned(), "duplicate-column", reason));
}

/// Notes a header that names no column but is spelt like one that is still free.
fn note_near_miss(plan: &mut SheetPlan, name: &str) {
    let near = near_miss::nearest(plan.table, name, |column| !plan.has(&column.name));
    if let Some((column, known)) = near {
        let reason = near_miss::reason(name, column, known);
        plan.notes.push((name.to_owned(), near_miss::RULE, reason));
    }
}

/// Filters, and what the mapping file names that the sheet does not have.
fn check_rule(plan: &mut SheetPlan, rule: &MappingRule, names: &[String]) {
    let position = |header: &str| names.iter().position(|name| comparable(name) == comparable(header));
    for (header, accepted) in &rule.filters {
        // A filter on an absent column lets nothing through: better no row than the wrong ones.
        plan.filters.push((position(header).unwrap_or(usize::MAX), accepted.clone()));
    }
    let filtered = rule.filters.iter().map(|(header, _)| header);
    for header in rule.columns.iter().map(|(header, _)| header).chain(filtered) {
        if position(header).is_none() {
            let reason = Bilingual::new(
                format!("映射文件提到的列“{header}”在此表中不存在；提示：请核对 kaojian.toml 与表头"),
                format!(
                    "the mapping file names the column `{header}`, which this sheet does not have; hint: compare kaojian.toml with the header"
                ),
            );
            plan.notes.push((header.clone(), "mapped-column-absent", reason));
        }
    }
}

fn why_unknown(place: Place<'_>, rule: Option<&MappingRule>) -> Bilingual {
    if let Some(table) = rule.and_then(|rule| rule.table) {
        return Bilingual::new(
            format!(
                "按映射文件应为 {} 表，但前 {} 行中找不到表头；提示：请在 kaojian.toml 中写明 header_row",
                table.name,
                header::ROWS_SEARCHED
            ),
            format!(
                "the mapping file takes it for `{}`, but the first {} rows hold no header; hint: give `header_row` in kaojian.toml",
                table.name,
                header::ROWS_SEARCHED
            ),
        );
    }
    match named_tables(place).first() {
        Some(table) => Bilingual::new(
            format!("名称像 {} 表，但表头中没有认识的列；提示：请改表头或用 kaojian.toml 说明各列", table.name),
            format!(
                "named like the table `{}`, but no known column in its header; hint: rename the columns or map them in kaojian.toml",
                table.name
            ),
        ),
        None => Bilingual::new(
            "文件名、工作表名和表头都不能确定是哪张表；提示：请按表名命名文件，或用 kaojian.toml 说明",
            "neither the names of file and sheet nor the header tell which table it is; hint: name the file after its table or map it in kaojian.toml",
        ),
    }
}
