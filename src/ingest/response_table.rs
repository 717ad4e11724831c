//! Responses of `kaojian similarity`: one row a person, one column an item. Blocks of rows are coded side by side, so
//! that a million sheets never stand in memory as text.

use crate::ingest::matrix_error::MatrixError;
use crate::ingest::plain_table::{PlainTable, is_missing};
use crate::ingest::raw::CodedColumn;
use crate::model::answer::{AnswerSheet, AnswerTable, ItemColumn, ItemLayout};
use crate::model::form::FormItem;
use crate::model::ids::CandidateId;
use crate::model::item_parameters::ItemParameters;
use crate::model::provenance::Provenance;
use compact_str::CompactString;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// Codes are bytes, and 0 is the missing response.
const MAXIMUM_LABELS: usize = 254;
/// Rows that are put together from columns in codes at a time.
const ROWS_AT_ONCE: usize = 128;

/// Responses and key, ready to be compared.
#[derive(Clone, Debug)]
pub struct ReadResponses {
    /// One layout, one sheet a person, in the order of the file; the group column stands in `room`, that of seats in `seat`.
    pub answers: AnswerTable,
    /// One row an item with its key.
    pub form_items: Vec<FormItem>,
    /// Columns without a key, not compared.
    pub left_out: Vec<String>,
    /// Items with one response only, the keyed one included: they say nothing, and are not compared.
    pub one_option: Vec<String>,
}

/// Labels of one item in the order in which they were met, upper case; code k is the k-th.
#[derive(Clone, Debug)]
struct Labels {
    labels: Vec<CompactString>,
    /// Code of each response of one ASCII character, by its byte; 0 = not met yet.
    single: [u8; 128],
}

impl Labels {
    fn new() -> Self {
        Self { labels: Vec::new(), single: [0; 128] }
    }

    /// The code of a response; `None` when there are too many.
    fn code(&mut self, text: &str) -> Option<u8> {
        if let [byte @ 0..128] = text.as_bytes() {
            let upper = usize::from(byte.to_ascii_uppercase());
            if self.single[upper] == 0 {
                self.single[upper] = self.find_or_add(text)?;
            }
            return Some(self.single[upper]);
        }
        if is_missing(text) { Some(0) } else { self.find_or_add(text) }
    }

    fn find_or_add(&mut self, text: &str) -> Option<u8> {
        let label = CompactString::from(text.to_uppercase());
        let place = self.labels.iter().position(|known| *known == label).unwrap_or_else(|| {
            self.labels.push(label);
            self.labels.len() - 1
        });
        (place < MAXIMUM_LABELS).then_some(place as u8 + 1)
    }
}

/// One block of rows, coded by itself.
struct CodedBlock {
    labels: Vec<Labels>,
    codes: Vec<u8>,
    persons: Vec<CompactString>,
    groups: Vec<CompactString>,
    seats: Vec<CompactString>,
    numbers: Vec<usize>,
}

/// Columns that say where a person sat.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceColumns<'n> {
    /// Room, centre or body.
    pub group: Option<&'n str>,
    /// Seat number.
    pub seat: Option<&'n str>,
}

/// What each column is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Person,
    Group,
    Seat,
    /// Place among the items looked at.
    Item(usize),
    Ignored,
}

/// Responses, wide: the first column is the person, every other column an item, the group or the seat.
///
/// Without a key the responses must be scores, 0 or 1, and 1 is right.
///
/// # Errors
/// A file that cannot be read, ragged rows, a person twice, items of the key that no column has, or no key.
pub fn read_responses(
    path: &Path,
    key: Option<&[(CompactString, CompactString)]>,
    parameters: Option<&ItemParameters>,
    columns: &PlaceColumns<'_>,
) -> Result<ReadResponses, MatrixError> {
    let table = PlainTable::open(path)?;
    let header = table.header();
    let find = |name: &str| header.iter().position(|column| column.to_uppercase() == name.to_uppercase());
    let shown = || table.path().to_owned();
    let named = |name: Option<&str>| match name {
        None => Ok(None),
        Some(name) => {
            let missing = || MatrixError::MissingColumn { path: shown(), column: name.to_owned() };
            find(name).ok_or_else(missing).map(Some)
        }
    };
    let (group_column, seat_column) = (named(columns.group)?, named(columns.seat)?);
    let roles_of =
        |column: usize| [Some(0), group_column, seat_column].iter().filter(|of| **of == Some(column)).count();
    if let Some(column) = [group_column, seat_column].into_iter().flatten().find(|column| roles_of(*column) > 1) {
        return Err(MatrixError::ColumnTaken { path: shown(), column: header[column].clone() });
    }
    let items: Vec<usize> =
        (1..header.len()).filter(|column| ![group_column, seat_column].contains(&Some(*column))).collect();
    let all_scored;
    let keyed = match key {
        Some(key) => key,
        None => {
            all_scored = items.iter().map(|&item| (header[item].as_str().into(), "1".into())).collect::<Vec<_>>();
            &all_scored[..]
        }
    };
    let absent: Vec<String> =
        keyed.iter().filter(|(item, _)| find(item).is_none()).map(|(item, _)| item.to_string()).collect();
    if !absent.is_empty() {
        return Err(MatrixError::KeyItemsAbsent { path: shown(), items: absent });
    }
    let key_by_name: BTreeMap<String, &CompactString> =
        keyed.iter().map(|(item, key)| (item.to_uppercase().into(), key)).collect();
    let (used, left_out): (Vec<usize>, Vec<usize>) =
        items.into_iter().partition(|&item| key_by_name.contains_key(&header[item].to_uppercase()));

    let mut roles = vec![Role::Ignored; header.len()];
    roles[0] = Role::Person;
    group_column.into_iter().for_each(|column| roles[column] = Role::Group);
    seat_column.into_iter().for_each(|column| roles[column] = Role::Seat);
    used.iter().enumerate().for_each(|(place, &column)| roles[column] = Role::Item(place));
    let columns = Columns { roles: &roles, used: &used, coded: table.coded() };
    let coded: Vec<CodedBlock> = (0..table.blocks())
        .into_par_iter()
        .map(|block| code_block(&table, block, &columns))
        .collect::<Result<_, _>>()?;
    if coded.iter().all(|block| block.persons.is_empty()) {
        return Err(MatrixError::Empty { path: shown() });
    }
    refuse_repeated_persons(&coded, &table)?;

    let labels: Vec<Vec<CompactString>> = (0..used.len())
        .map(|place| {
            let all: BTreeSet<&CompactString> = coded.iter().flat_map(|block| &block.labels[place].labels).collect();
            all.into_iter().cloned().collect()
        })
        .collect();
    if let Some(place) = labels.iter().position(|labels| labels.len() > MAXIMUM_LABELS) {
        return Err(MatrixError::TooManyLabels { path: shown(), item: header[used[place]].clone() });
    }
    if key.is_none() && labels.iter().flatten().any(|label| label != "0" && label != "1") {
        return Err(MatrixError::NoKey { path: shown() });
    }
    let is_alone = |place: usize| {
        let different = labels[place]
            .iter()
            .chain(key_by_name.get(&header[used[place]].to_uppercase()).copied())
            .collect::<BTreeSet<_>>();
        parameters.is_none() && different.len() < 2
    };
    let (kept, alone): (Vec<usize>, Vec<usize>) = (0..used.len()).partition(|&place| !is_alone(place));
    let columns: Vec<ItemColumn> = kept
        .iter()
        .enumerate()
        .map(|(number, &place)| ItemColumn {
            item_id: header[used[place]].as_str().into(),
            item_no: u32::try_from(number + 1).unwrap_or(u32::MAX),
            labels: labels[place].clone(),
        })
        .collect();
    let sheets = coded.into_par_iter().flat_map_iter(|block| sheets_of(block, &labels, &kept)).collect();
    let one_option: Vec<String> = alone.into_iter().map(|place| header[used[place]].clone()).collect();
    let alone: BTreeSet<String> = one_option.iter().map(|item| item.to_uppercase()).collect();
    let form_items = keyed
        .iter()
        .filter(|(item, _)| !alone.contains(item.to_uppercase().as_str()))
        .enumerate()
        .map(|(place, (item, key))| form_item(place, item, key, parameters))
        .collect();
    Ok(ReadResponses {
        answers: AnswerTable { layouts: vec![ItemLayout { items: columns }], sheets },
        form_items,
        left_out: left_out.into_iter().map(|column| header[column].clone()).collect(),
        one_option,
    })
}

/// What each column of the table is, and those that are at hand in codes.
struct Columns<'t> {
    roles: &'t [Role],
    /// Column of each item looked at.
    used: &'t [usize],
    coded: Vec<Option<CodedColumn<'t>>>,
}

fn code_block(table: &PlainTable, block: usize, columns: &Columns<'_>) -> Result<CodedBlock, MatrixError> {
    let width = columns.used.len();
    let mut coded = CodedBlock {
        labels: vec![Labels::new(); width],
        codes: Vec::new(),
        persons: Vec::new(),
        groups: Vec::new(),
        seats: Vec::new(),
        numbers: Vec::new(),
    };
    let is_text = |column: &usize| columns.coded.get(*column).is_none_or(Option::is_none);
    let as_text: Vec<Role> = (0..columns.roles.len()).filter(is_text).map(|column| columns.roles[column]).collect();
    let too_many = |place: usize| {
        let item = table.header()[columns.used[place]].clone();
        MatrixError::TooManyLabels { path: table.path().to_owned(), item }
    };
    table.each_row_beside(block, &columns.coded, |number, cells| {
        let start = coded.codes.len();
        coded.codes.resize(start + width, 0);
        for (role, cell) in as_text.iter().zip(cells) {
            match *role {
                Role::Ignored => {}
                Role::Person if cell.is_empty() => {
                    return Err(MatrixError::PersonBlank { path: table.path().to_owned(), row: number });
                }
                Role::Person => coded.persons.push(cell.into()),
                Role::Group => coded.groups.push(cell.into()),
                Role::Seat => coded.seats.push(cell.into()),
                Role::Item(place) => {
                    coded.codes[start + place] = coded.labels[place].code(cell).ok_or_else(|| too_many(place))?;
                }
            }
        }
        coded.numbers.push(number);
        Ok(())
    })?;
    let mut items: Vec<(usize, CodedColumn<'_>, Vec<u8>)> = Vec::new();
    for (role, column) in columns.roles.iter().zip(&columns.coded) {
        let Some(column) = column else { continue };
        let text =
            |row: usize| column.place(row).and_then(|place| column.values.get(place)).map_or("", |text| text.trim());
        let texts = || coded.numbers.iter().map(|&row| CompactString::from(text(row))).collect();
        match *role {
            Role::Ignored => {}
            Role::Person => {
                if let Some(&row) = coded.numbers.iter().find(|row| text(**row).is_empty()) {
                    return Err(MatrixError::PersonBlank { path: table.path().to_owned(), row });
                }
                coded.persons = texts();
            }
            Role::Group => coded.groups = texts(),
            Role::Seat => coded.seats = texts(),
            Role::Item(place) => {
                // In the order that the labels of the whole table will have, so that codes stay as they are.
                let mut values: Vec<(&str, usize)> =
                    column.values.iter().enumerate().map(|(value, text)| (text.trim(), value + 1)).collect();
                values.sort_unstable();
                let mut codes = vec![0u8; values.len() + 1];
                for (text, value) in values {
                    codes[value] = coded.labels[place].code(text).ok_or_else(|| too_many(place))?;
                }
                items.push((place, *column, codes));
            }
        }
    }
    // Some rows at a time, so that they stay near while column after column is written into them.
    for (rows, numbers) in coded.codes.chunks_mut((width * ROWS_AT_ONCE).max(1)).zip(coded.numbers.chunks(ROWS_AT_ONCE))
    {
        for (place, column, codes) in &items {
            for (row, &number) in rows.chunks_exact_mut(width).zip(numbers) {
                let code = number.checked_sub(1).and_then(|row| column.codes.get(row)).copied().unwrap_or(0);
                row[*place] = codes.get(usize::from(code)).copied().unwrap_or(0);
            }
        }
    }
    Ok(coded)
}

fn refuse_repeated_persons(coded: &[CodedBlock], table: &PlainTable) -> Result<(), MatrixError> {
    // Tables are often in the order of the persons: then a look at neighbours is enough.
    if coded.iter().flat_map(|block| &block.persons).is_sorted_by(|first, second| first < second) {
        return Ok(());
    }
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for block in coded {
        for (person, &row) in block.persons.iter().zip(&block.numbers) {
            if let Some(first) = rows.insert(person, row) {
                return Err(MatrixError::DuplicatePerson { path: table.path().to_owned(), row, first });
            }
        }
    }
    Ok(())
}

/// The sheets of a block, its own codes changed into those of the whole table.
fn sheets_of(block: CodedBlock, labels: &[Vec<CompactString>], kept: &[usize]) -> Vec<AnswerSheet> {
    let width = labels.len();
    let recoded: Vec<Vec<u8>> = block
        .labels
        .iter()
        .zip(labels)
        .map(|(own, all)| {
            let code = |label| all.binary_search(label).map_or(0, |place| place as u8 + 1);
            std::iter::once(0).chain(own.labels.iter().map(code)).collect()
        })
        .collect();
    let is_as_it_stands = kept.len() == width
        && recoded.iter().all(|codes| codes.iter().enumerate().all(|(code, new)| code == usize::from(*new)));
    let mut groups = block.groups.into_iter();
    let mut seats = block.seats.into_iter();
    block
        .persons
        .into_iter()
        .zip(block.numbers)
        .enumerate()
        .map(|(row, (person, number))| {
            let codes = &block.codes[row * width..(row + 1) * width];
            let responses = if is_as_it_stands {
                codes.into()
            } else {
                kept.iter().map(|&place| recoded[place][usize::from(codes[place])]).collect()
            };
            AnswerSheet {
                batch_id: "".into(),
                candidate_id: CandidateId(person),
                form_id: None,
                room: groups.next().filter(|group| !group.is_empty()),
                seat: seats.next().filter(|seat| !seat.is_empty()),
                layout: 0,
                responses,
                item_scores: None,
                seconds: None,
                first_responses: None,
                source: Provenance { file: 0, sheet: 0, row: u32::try_from(number).unwrap_or(u32::MAX) },
            }
        })
        .collect()
}

/// An item of the form; options that have parameters keep their place though nobody chose them.
fn form_item(place: usize, item: &str, key: &CompactString, parameters: Option<&ItemParameters>) -> FormItem {
    let mut options = Vec::new();
    if let Some(ItemParameters::Nominal(rows)) = parameters {
        let own = rows.iter().filter(|row| row.item.eq_ignore_ascii_case(item));
        options.extend(own.map(|row| (row.option.clone(), Box::from(""))));
    }
    FormItem {
        form_id: "".into(),
        batch_id: None,
        item_no: u32::try_from(place + 1).ok(),
        item_id: Some(item.into()),
        stem: None,
        options,
        key: Some(key.clone()),
        max_score: None,
        domain: None,
        source: Provenance::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{PlaceColumns, read_responses};
    use crate::ingest::matrix::{read_abilities, read_key};
    use crate::ingest::matrix_error::MatrixError;
    use std::path::PathBuf;

    fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn identifiers_are_kept_and_options_coded() {
        let folder = tempfile::tempdir().unwrap();
        let key = read_key(&file(&folder, "key.csv", "item,key\nq1,a\nq2,B\nq3,C\n")).unwrap();
        let path = file(&folder, "r.csv", "person,room,q1,q2,q3,note\n007,R1,a,B,c,x\nÀ b,,NA,,C,\n9,R2,b,D,,\n");
        let read = read_responses(&path, Some(&key), None, &PlaceColumns { group: Some("room"), seat: None }).unwrap();
        let sheets = &read.answers.sheets;
        assert_eq!((sheets[0].candidate_id.as_str(), sheets[1].candidate_id.as_str()), ("007", "À b"));
        assert_eq!((&sheets[0].responses[..], &sheets[1].responses[..]), (&[1u8, 1][..], &[0u8, 0][..]));
        assert_eq!(sheets[0].room.as_deref(), Some("R1"));
        assert_eq!(read.left_out, ["note"]);
        // Everybody who answered gave the keyed response.
        assert_eq!(read.one_option, ["q3"]);
        assert_eq!(read.form_items.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let responses =
            |text: &str| read_responses(&file(&folder, "r.csv", text), None, None, &PlaceColumns::default());
        assert!(matches!(responses("p,q1,q2\na,1\n"), Err(MatrixError::Ragged { row: 2, found: 2, expected: 3, .. })));
        assert!(matches!(responses("p,q1\na,1\na,0\n"), Err(MatrixError::DuplicatePerson { row: 3, first: 2, .. })));
        assert!(matches!(responses("p,q1\na,C\n"), Err(MatrixError::NoKey { .. })));
        assert!(matches!(responses("p,q1,Q1\na,1,1\n"), Err(MatrixError::DuplicateColumn { .. })));
        assert!(matches!(responses("p,q1\n"), Err(MatrixError::Empty { .. })));
        let taken = |group, seat| {
            let path = file(&folder, "r.csv", "p,room,q1\na,R,1\nb,R,0\n");
            read_responses(&path, None, None, &PlaceColumns { group, seat })
        };
        assert!(matches!(taken(Some("p"), None), Err(MatrixError::ColumnTaken { column, .. }) if column == "p"));
        assert!(matches!(taken(None, Some("P")), Err(MatrixError::ColumnTaken { .. })));
        assert!(matches!(taken(Some("room"), Some("room")), Err(MatrixError::ColumnTaken { .. })));
        assert!(taken(Some("room"), None).is_ok());
        let key = [("q9".into(), "A".into())];
        let path = file(&folder, "r.csv", "p,q1\na,1\n");
        let Err(MatrixError::KeyItemsAbsent { items, .. }) =
            read_responses(&path, Some(&key), None, &PlaceColumns::default())
        else {
            panic!("not the error expected");
        };
        assert_eq!(items, ["q9"]);
        let theta = read_abilities(&file(&folder, "t.csv", "person,theta\na,NaN\n"));
        assert!(matches!(theta, Err(MatrixError::NotANumber { row: 2, .. })));
    }
}
