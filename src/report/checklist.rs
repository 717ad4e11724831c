//! The checklist of an inspection (Art. 16), filled from the data: what each content asks, what the data say already,
//! on which rows, and what an inspector still has to look at. Built on findings alone, whatever rules a pack has.

use crate::model::checklist::InspectionItem;
use crate::model::finding::{Finding, Verdict};
use crate::model::ids::BodyId;
use crate::model::missing::MissingFact;
use crate::model::provenance::Provenance;
use crate::model::run::Inspection;
use crate::model::text::Bilingual;
use crate::report::clause::Clause;
use crate::report::error::ReportError;
use crate::report::excel_csv::text_csv;
use crate::report::order::article_key;
use crate::report::tally::Tally;
use crate::report::view::source_row;
use std::collections::{BTreeMap, BTreeSet};

/// Sentences and rows that one line of the file holds; the rest stands with the findings.
const MAXIMUM_SENTENCES: usize = 5;
const MAXIMUM_ROWS: usize = 20;

/// One content of the inspection of one body.
pub struct ChecklistLine<'a> {
    /// Which body.
    pub body_id: &'a BodyId,
    /// What is asked.
    pub item: &'a InspectionItem,
    /// What the articles that bear on it say; the asking article first.
    pub entries: Vec<ChecklistEntry<'a>>,
}

/// What one article says of one body.
pub struct ChecklistEntry<'a> {
    /// The article, as it is read of batches or of the body.
    pub clause: Clause<'a>,
    /// Its text as in force.
    pub text: &'a Bilingual,
    /// Findings by verdict, in the order of [`Verdict::ALL`].
    pub counts: Tally,
    /// Sentences of what is met or indicated.
    pub said: Vec<&'a Bilingual>,
    /// Rows behind these.
    pub sources: BTreeSet<Provenance>,
    /// What is missing for the rest.
    pub missing: BTreeSet<&'a MissingFact>,
    /// What stays with a person.
    pub human: &'a Bilingual,
}

/// Bodies that any finding or table names, in byte order.
pub fn bodies(inspection: &Inspection) -> BTreeSet<&BodyId> {
    let mut bodies = inspection.dataset.body_ids();
    bodies.extend(inspection.findings.iter().filter_map(|finding| finding.body_id.as_ref()));
    bodies
}

/// Findings by body (or none), rule pack and article.
type ByArticle<'a> = BTreeMap<(Option<&'a BodyId>, &'a str, &'a str), Vec<&'a Finding>>;

/// What an article says of a body; what it says of the whole data set holds for each body.
fn said_of<'a>(
    by_article: &ByArticle<'a>,
    body_id: &'a BodyId,
    item: &'a InspectionItem,
    article: &'a str,
) -> Vec<&'a Finding> {
    let keys = [Some(body_id), None].map(|body| (body, item.rule_pack.as_str(), article));
    keys.iter().filter_map(|key| by_article.get(key)).flatten().copied().collect()
}

/// Every content of every body, by body and article.
pub fn lines(inspection: &Inspection) -> Vec<ChecklistLine<'_>> {
    let mut by_article = ByArticle::new();
    for finding in &inspection.findings {
        let key = (finding.body_id.as_ref(), finding.rule_pack.as_str(), finding.article.as_str());
        by_article.entry(key).or_default().push(finding);
    }
    let mut items: Vec<&InspectionItem> = inspection.inspection_items.iter().collect();
    items.sort_by_key(|item| (article_key(&item.article), &item.rule_pack));
    bodies(inspection)
        .into_iter()
        .flat_map(|body_id| items.iter().map(move |item| (body_id, *item)).collect::<Vec<_>>())
        .filter_map(|(body_id, item)| {
            let articles = std::iter::once(&item.article).chain(&item.related);
            let entries: Vec<ChecklistEntry<'_>> =
                articles.flat_map(|article| entries(&said_of(&by_article, body_id, item, article))).collect();
            (!entries.is_empty()).then_some(ChecklistLine { body_id, item, entries })
        })
        .collect()
}

/// What is said of batches, then what is said of the body.
fn entries<'a>(found: &[&'a Finding]) -> impl Iterator<Item = ChecklistEntry<'a>> + use<'a> {
    let of = |about_body: bool| -> Vec<&'a Finding> {
        found.iter().copied().filter(|finding| Clause::of(finding).about_body == about_body).collect()
    };
    [of(false), of(true)].into_iter().filter_map(|found| entry(&found))
}

fn entry<'a>(found: &[&'a Finding]) -> Option<ChecklistEntry<'a>> {
    let first: &Finding = found.first()?;
    let mut entry = ChecklistEntry {
        clause: Clause::of(first),
        text: &first.article_text,
        counts: Tally::of(found.iter().copied()),
        said: Vec::new(),
        sources: BTreeSet::new(),
        missing: BTreeSet::new(),
        human: &first.human_element,
    };
    for finding in found {
        match finding.verdict {
            Verdict::Met | Verdict::Indication => {
                entry.said.push(&finding.text);
                entry.sources.extend(finding.cases.iter().flat_map(|case| case.sources.iter().copied()));
            }
            Verdict::Undetermined => entry.missing.extend(&finding.missing),
            Verdict::Human | Verdict::NotMet => {}
        }
    }
    Some(entry)
}

/// Columns of the file; the last two are for the inspector to fill.
pub const COLUMNS: [&str; 19] = [
    "body_id",
    "body_name",
    "item",
    "asked_zh",
    "asked_en",
    "article",
    "subject",
    "met",
    "indication",
    "human",
    "undetermined",
    "not_met",
    "said_zh",
    "said_en",
    "rows",
    "missing",
    "look_at_zh",
    "look_at_en",
    "found_by_inspector",
];

/// The bytes of `checklist.csv`, one row a body, content and article that bears on it.
pub fn checklist_csv(inspection: &Inspection) -> Result<Vec<u8>, ReportError> {
    let mut names: BTreeMap<&BodyId, &str> = BTreeMap::new();
    for body in &inspection.dataset.bodies {
        names.entry(&body.body_id).or_insert_with(|| body.body_name.as_deref().unwrap_or_default());
    }
    let lines = lines(inspection);
    let rows =
        lines.iter().flat_map(|line| line.entries.iter().map(move |entry| (line, entry))).map(|(line, entry)| {
            let asked = line.entries.first().filter(|first| first.clause.article() == line.item.article);
            let [asked_zh, asked_en] =
                asked.map_or_else(Default::default, |first| [first.text.zh.clone(), first.text.en.clone()]);
            let said = |of: fn(&Bilingual) -> &String| {
                let sentences = entry.said.iter().take(MAXIMUM_SENTENCES).map(|text| of(text).as_str());
                sentences.collect::<Vec<_>>().join(" ")
            };
            let missing: Vec<String> = entry.missing.iter().map(|fact| fact.name()).collect();
            let [met, indication, human, undetermined, not_met] = entry.counts.numbers().map(|count| count.to_string());
            [
                line.body_id.as_str().to_owned(),
                names.get(line.body_id).copied().unwrap_or_default().to_owned(),
                line.item.article.clone(),
                asked_zh,
                asked_en,
                entry.clause.article().to_owned(),
                entry.clause.subject().to_owned(),
                met,
                indication,
                human,
                undetermined,
                not_met,
                said(|text| &text.zh),
                said(|text| &text.en),
                places(inspection, &entry.sources),
                missing.join("; "),
                entry.human.zh.clone(),
                entry.human.en.clone(),
                String::new(),
            ]
        });
    text_csv(COLUMNS, rows)
}

/// `scores.csv:3; scores.csv:5`, and how many more.
fn places(inspection: &Inspection, sources: &BTreeSet<Provenance>) -> String {
    let mut named: Vec<String> = (sources.iter().take(MAXIMUM_ROWS))
        .map(|source| {
            let row = source_row(inspection, *source);
            let sheet = if row.sheet.is_empty() { String::new() } else { format!("/{}", row.sheet) };
            format!("{}{sheet}:{}", row.file, row.row)
        })
        .collect();
    if sources.len() > MAXIMUM_ROWS {
        named.push(format!("+{}", sources.len() - MAXIMUM_ROWS));
    }
    named.join("; ")
}
