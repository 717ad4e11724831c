//! Until when records have to be kept, and which were destroyed before.

use crate::detect::archive::parameters::{ArchiveParameters, TermStart};
use crate::detect::change_log::quoted;
use crate::detect::qualification::civil::add_years;
use crate::model::batch::Batch;
use crate::model::dated::{Dated, DatedEvent, Period};
use crate::model::figure::Figure;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::supervision::ArchiveDocument;
use crate::model::text::Bilingual;
use chrono::NaiveDate;

/// The first day of the term of one document, by the setting.
fn start(
    document: Option<&ArchiveDocument>,
    batch: Option<&Batch>,
    parameters: &ArchiveParameters,
) -> Option<NaiveDate> {
    let examined = batch.and_then(|batch| batch.exam_date);
    let published = batch.and_then(|batch| batch.published_on);
    let archived = document.and_then(|document| document.archived_on);
    match parameters.term_start {
        TermStart::Latest => [examined, published, archived].into_iter().flatten().max(),
        TermStart::Examination => examined,
        TermStart::Archived => archived,
        TermStart::Published => published,
    }
}

/// The first day on which a record may be destroyed: so many civil years after the start, 29 February clamped.
fn free_from(start: NaiveDate, is_electronic: bool, parameters: &ArchiveParameters) -> Option<NaiveDate> {
    add_years(start, if is_electronic { parameters.electronic_years } else { parameters.paper_years })
}

/// The clock of one batch with the destruction of each document on its day, and apart from it the documents destroyed
/// early. A document of unknown medium may have been
/// either: it counts as destroyed early only before the shorter term ended, and is open until the longer one.
pub fn retention(
    (clock, destroyed_early): (Observation, Observation),
    documents: &[&ArchiveDocument],
    batch: Option<&Batch>,
    parameters: &ArchiveParameters,
) -> [Observation; 2] {
    let mut cases = Vec::new();
    let mut events = Vec::new();
    let mut missing = Vec::new();
    let mut latest: [Option<NaiveDate>; 2] = [None, None];
    let mut destroyed = 0;
    if documents.is_empty() {
        missing.push(MissingFact::table("archives"));
    }
    // Without a list the clock of the batch still runs, from what is known of the batch itself.
    let starts = documents.iter().map(|document| start(Some(document), batch, parameters));
    for begun in starts.chain(documents.is_empty().then(|| start(None, batch, parameters))).flatten() {
        for (medium, place) in latest.iter_mut().enumerate() {
            *place = (*place).max(free_from(begun, medium == 1, parameters));
        }
    }
    for document in documents {
        let Some(day) = document.destroyed_on else { continue };
        destroyed += 1;
        let begun = start(Some(document), batch, parameters);
        let term = |is_electronic| begun.and_then(|begun| free_from(begun, is_electronic, parameters));
        let (from, is_certain) = match document.electronic {
            Some(is_electronic) => (term(is_electronic), true),
            None => {
                let (paper, electronic) = (term(false), term(true));
                let (sooner, later) = (paper.min(electronic), paper.max(electronic));
                if sooner.is_some_and(|sooner| day < sooner) {
                    (sooner, true)
                } else {
                    (later, later.is_some_and(|later| later <= day))
                }
            }
        };
        if from.is_none() {
            missing.push(MissingFact::column("batches", "exam_date"));
        } else if !is_certain {
            missing.push(MissingFact::column("archives", "medium"));
        }
        let is_early = is_certain && from.is_some_and(|from| day < from);
        let event = DatedEvent {
            date: Some(day),
            term: Period { from, to: None },
            is_certain,
            subject: quoted(document.document.as_str()),
            sources: vec![document.source],
            detail: sentence(document, day, from, begun),
        };
        if is_early {
            cases.push(ObservedCase {
                subjects: vec![event.subject.clone()],
                sources: event.sources.clone(),
                detail: event.detail.clone(),
            });
        }
        events.push(event);
    }
    // The clock is looked at in full where a list is there: what is open of single documents their terms say.
    let unlisted = missing.iter().filter(|fact| fact.column.is_empty()).cloned().collect();
    let mut seen =
        clock.seen(Vec::new(), unlisted).with("documents", documents.len()).with("documents_destroyed", destroyed);
    for (name, day) in ["paper_free_from", "electronic_free_from"].into_iter().zip(latest) {
        if let Some(day) = day {
            seen.figures.insert(name.to_owned(), Figure::from(day.to_string()));
        }
    }
    seen.dated = Dated { events, covers: None };
    seen.missing.extend(missing.iter().filter(|fact| !fact.column.is_empty()).cloned());
    [seen, destroyed_early.seen(cases, missing)]
}

fn sentence(
    document: &ArchiveDocument,
    day: NaiveDate,
    from: Option<NaiveDate>,
    begun: Option<NaiveDate>,
) -> Bilingual {
    let title = quoted(document.document.as_str());
    let (zh, en) = match document.electronic {
        Some(true) => ("电子", "electronic"),
        Some(false) => ("纸质", "paper"),
        None => ("介质未载明", "medium not on record"),
    };
    match from.zip(begun) {
        Some((from, begun)) => Bilingual::new(
            format!("“{title}”（{zh}）于 {day} 销毁；自 {begun} 起算，可销毁的最早日期为 {from}。"),
            format!(
                "\"{title}\" ({en}) was destroyed on {day}; counted from {begun}, the first day for that is {from}."
            ),
        ),
        None => Bilingual::new(
            format!("“{title}”（{zh}）于 {day} 销毁；起算日未载明。"),
            format!("\"{title}\" ({en}) was destroyed on {day}; the day to count from is not on record."),
        ),
    }
}
