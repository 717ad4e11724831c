//! Whether a batch's list of records holds every document that the batch needs.

use crate::detect::archive::documents::{Checklist, Document};
use crate::detect::change_log::quoted;
use crate::model::component::Component;
use crate::model::level::Level;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::supervision::ArchiveDocument;
use crate::model::text::Bilingual;
use std::collections::BTreeSet;

/// What is known of a batch that decides which documents it needs.
pub struct Needs<'a> {
    /// Level of the batch.
    pub level: Option<Level>,
    /// Components that its register of results has; empty when there is none.
    pub components: BTreeSet<&'a Component>,
}

impl Needs<'_> {
    /// Whether a document is needed; `None` when the data do not say.
    fn needed(&self, document: &Document) -> Option<bool> {
        let Some(component) = document.component() else { return Some(true) };
        if self.components.contains(&component) {
            return Some(true);
        }
        match (component, self.level) {
            (Component::Review, Some(level)) => Some(level.has_review()),
            (Component::Review, None) => None,
            // Everybody needs theory and skill; that a register lacks one is no matter of the archive.
            _ => Some(self.components.is_empty()),
        }
    }
}

/// Documents that the list lacks, or says are not there. Where rows of the list were refused, a document that is not
/// on it may have stood there.
pub fn incomplete(
    blank: Observation,
    listed: &[&ArchiveDocument],
    needs: &Needs<'_>,
    has_present_column: bool,
    is_whole: bool,
) -> Observation {
    if listed.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::table("archives")]);
    }
    let checklist = Checklist::built_in();
    let named: Vec<(Vec<usize>, &ArchiveDocument)> =
        listed.iter().map(|row| (checklist.named(row.document.as_str()), *row)).collect();
    let (mut cases, mut missing) = (Vec::new(), Vec::new());
    let (mut needed, mut present) = (0, 0);
    for (place, document) in checklist.documents.iter().enumerate() {
        match needs.needed(document) {
            Some(false) => continue,
            None => {
                missing.push(MissingFact::column("batches", "level"));
                continue;
            }
            Some(true) => needed += 1,
        }
        let rows: Vec<&ArchiveDocument> =
            named.iter().filter(|(places, _)| places.contains(&place)).map(|(_, row)| *row).collect();
        let is_present = |row: &&ArchiveDocument| row.present == Some(true) || !has_present_column;
        if rows.iter().any(is_present) {
            present += 1;
        } else if rows.iter().any(|row| row.present.is_none()) {
            missing.push(MissingFact::column("archives", "present"));
        } else if !rows.is_empty() || is_whole {
            cases.push(case(document, &rows, listed));
        } else {
            missing.push(MissingFact::column("archives", "document"));
        }
    }
    let unknown = named.iter().filter(|(places, _)| places.is_empty()).count();
    blank
        .seen(cases, missing)
        .with("documents_needed", needed)
        .with("documents_present", present)
        .with("titles_not_recognised", unknown)
}

fn case(document: &Document, rows: &[&ArchiveDocument], listed: &[&ArchiveDocument]) -> ObservedCase {
    let Bilingual { zh, en } = &document.name;
    let detail = match rows.first() {
        Some(row) => {
            let title = quoted(row.document.as_str());
            Bilingual::new(
                format!("{zh}：目录载明“{title}”未归档。"),
                format!("The {en}: the list says that \"{title}\" is not in the archive."),
            )
        }
        None => Bilingual::new(format!("{zh}：目录中没有。"), format!("The {en}: not on the list of records.")),
    };
    let sources = if rows.is_empty() {
        // Where the list stands, so that a person finds it.
        listed.iter().take(1).map(|row| row.source).collect()
    } else {
        rows.iter().map(|row| row.source).collect()
    };
    ObservedCase { subjects: vec![zh.clone()], sources, detail }
}
