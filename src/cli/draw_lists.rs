//! The lists of a draw as they were read, checked and joined.

use crate::cli::draw_arguments::DrawArguments;
use crate::cli::error::CliError;
use crate::draw::document::ListFile;
use crate::draw::lists::{Conflict, ListedBody, ListedInspector};
use crate::ingest::draw_lists::{
    BodyLine, DrawList, DrawListError, InspectorLine, read_bodies, read_conflicts, read_inspectors,
};
use crate::model::text::Bilingual;
use crate::report::clean::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Bodies, inspectors, conflicts, and the files that they came from.
pub(super) struct Read {
    pub bodies: Vec<ListedBody>,
    pub inspectors: Vec<ListedInspector>,
    pub conflicts: BTreeSet<Conflict>,
    pub files: Vec<ListFile>,
}

/// Reads the lists that were named.
///
/// # Errors
/// A list that cannot be used.
pub(super) fn read(
    bodies: &Path,
    inspectors: &Path,
    stratify: Option<&str>,
    arguments: &DrawArguments,
) -> Result<Read, CliError> {
    let bodies = read_bodies(bodies, stratify)?;
    let inspectors = read_inspectors(inspectors)?;
    let register = arguments.conflicts.as_deref().map(read_conflicts).transpose()?;
    let mut files = vec![file("bodies", &bodies), file("inspectors", &inspectors)];
    files.extend(register.as_ref().map(|register| file("conflicts", register)));
    let by_name = by_name(&bodies.rows);
    let mut conflicts = BTreeSet::new();
    for line in &inspectors.rows {
        for named in &line.bodies {
            // An employer that is no listed body is no conflict.
            for body_id in by_name.get(named.as_str()).into_iter().flatten() {
                conflicts.insert(conflict(body_id, &line.person_id));
            }
        }
    }
    if let Some(register) = &register {
        for line in &register.rows {
            let place = (register.name.as_str(), line.row);
            let person_id = public(&line.person_id, place)?;
            let named = public(&line.body, place)?;
            match by_name.get(named) {
                Some(ids) => conflicts.extend(ids.iter().map(|body_id| conflict(body_id, person_id))),
                None => conflicts.extend([conflict(named, person_id)]),
            }
        }
    }
    let listed_bodies = bodies.rows.iter().map(|line| listed_body(line, &bodies.name)).collect::<Result<_, _>>()?;
    let listed = inspectors.rows.iter().map(|line| listed_inspector(line, &inspectors.name));
    Ok(Read { bodies: listed_bodies, inspectors: listed.collect::<Result<_, _>>()?, conflicts, files })
}

fn file<T>(list: &str, read: &DrawList<T>) -> ListFile {
    ListFile { list: list.to_owned(), name: shown(&read.name), sha256: read.sha256.clone() }
}

fn conflict(body_id: &str, person_id: &str) -> Conflict {
    Conflict { body_id: body_id.to_owned(), person_id: person_id.to_owned() }
}

/// Identifiers of bodies by identifier and by name.
fn by_name(bodies: &[BodyLine]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for body in bodies {
        for name in std::iter::once(&body.body_id).chain(&body.body_name) {
            found.entry(name).or_default().insert(&body.body_id);
        }
    }
    found
}

/// What is drawn is published, so it must be a text that may be shown as it is.
fn public<'a>(text: &'a str, (name, row): (&str, u32)) -> Result<&'a str, CliError> {
    if shown(text) == text {
        return Ok(text);
    }
    let reason = Bilingual::new(
        format!("含身份证号或不可见字符，不能公开：{}\n\n提示：请改用人员编号或机构代码", shown(text)),
        format!(
            "holds an identity number or hidden characters and cannot be published: {}\n\nhint: use numbers of staff and of bodies",
            shown(text)
        ),
    );
    Err(DrawListError::Row { name: name.to_owned(), row, reason }.into())
}

fn listed_body(line: &BodyLine, name: &str) -> Result<ListedBody, CliError> {
    let place = (name, line.row);
    Ok(ListedBody {
        body_id: public(&line.body_id, place)?.to_owned(),
        body_name: line.body_name.as_deref().map(shown),
        stratum: public(line.stratum.as_deref().unwrap_or_default(), place)?.to_owned(),
    })
}

fn listed_inspector(line: &InspectorLine, name: &str) -> Result<ListedInspector, CliError> {
    let person_id = public(&line.person_id, (name, line.row))?.to_owned();
    // The type shows the first character only.
    Ok(ListedInspector { person_id, name: line.name.as_ref().map(|name| shown(&name.to_string())) })
}
