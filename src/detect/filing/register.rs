//! Whether a batch has a filing behind it at all: its body is known to the registers, a filing is in force on its day,
//! and its day is one that can have come.

use crate::detect::change_log::{or_dash, quoted};
use crate::detect::filing::agreement::Agreement;
use crate::detect::filing::explanation::NAME;
use crate::detect::filing::in_force::{OnFile, in_force};
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;

/// Body unknown, no filing in force, date that cannot have come.
pub(super) fn observe(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    on_file: Option<&OnFile<'_>>,
    dataset: &Dataset,
    as_of: Option<NaiveDate>,
) -> Vec<Observation> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
    let has_register = ["bodies", "filings"].iter().any(|table| dataset.has_table(table))
        || !dataset.bodies.is_empty()
        || !dataset.filings.is_empty();
    vec![
        unknown(blank("body_unknown"), batch, on_file, has_register),
        not_in_force(blank("not_in_force"), batch, on_file, has_register),
        impossible(blank("future_date"), batch, as_of),
    ]
}

fn case(batch: &Batch, sources: Vec<Provenance>, zh: String, en: String) -> ObservedCase {
    ObservedCase { subjects: vec![batch.batch_id.to_string()], sources, detail: Bilingual::new(zh, en) }
}

fn without(batch: Option<&Batch>, has_register: bool) -> Vec<MissingFact> {
    match batch {
        None => vec![MissingFact::table("batches")],
        Some(batch) if batch.body_id.is_none() => vec![MissingFact::column("batches", "body_id")],
        Some(_) if !has_register => vec![MissingFact::table("bodies"), MissingFact::table("filings")],
        Some(_) => Vec::new(),
    }
}

fn unknown(
    mut seen: Observation,
    batch: Option<&Batch>,
    on_file: Option<&OnFile<'_>>,
    has_register: bool,
) -> Observation {
    let missing = without(batch, has_register);
    let Some((batch, body_id)) = batch.and_then(|batch| Some((batch, batch.body_id.as_ref()?))) else {
        return seen.lacking(missing);
    };
    if !missing.is_empty() {
        return seen.lacking(missing);
    }
    if on_file.is_none() {
        let name = quoted(body_id.as_str());
        seen.cases.push(case(
            batch,
            vec![batch.source],
            format!("批次所载机构 {name} 不在所提供的机构表或备案表中。"),
            format!("The body {name} that the batch names is in neither the table of bodies nor that of filings."),
        ));
    }
    seen
}

fn not_in_force(
    mut seen: Observation,
    batch: Option<&Batch>,
    on_file: Option<&OnFile<'_>>,
    has_register: bool,
) -> Observation {
    let missing = without(batch, has_register);
    let (Some(batch), true) = (batch, missing.is_empty()) else { return seen.lacking(missing) };
    let Some(on_file) = on_file else { return seen.lacking(vec![MissingFact::column("filings", "body_id")]) };
    if batch.held == Some(false) {
        return seen;
    }
    let Some(day) = batch.exam_date else { return seen.lacking(vec![MissingFact::column("batches", "exam_date")]) };
    // Before the body was filed nothing can be in force, whatever the rows of the scope say.
    let is_before = on_file.filed_on.is_some_and(|filed_on| day < filed_on);
    let of_rows = on_file.filings.iter().map(|filing| in_force(filing, on_file.filed_on, Some(day))).max();
    let of_body = if on_file.filed_on.is_some() { Agreement::Agrees } else { Agreement::Open };
    match of_rows.unwrap_or(of_body) {
        Agreement::Agrees if !is_before => seen,
        Agreement::Open if !is_before => seen.lacking(vec![MissingFact::column("filings", "valid_from")]),
        _ => {
            let from = on_file.filings.iter().filter_map(|filing| filing.valid_from).chain(on_file.filed_on).min();
            let to = on_file.filings.iter().filter_map(|filing| filing.valid_to).max();
            let sources = std::iter::once(batch.source)
                .chain(on_file.bodies.iter().map(|body| body.source))
                .chain(on_file.filings.iter().map(|filing| filing.source))
                .take(20);
            seen.cases.push(case(
                batch,
                sources.collect(),
                format!("{day} 开展评价，当日没有有效的备案（最早自 {}，最迟至 {}）。", or_dash(from), or_dash(to)),
                format!(
                    "Evaluation held on {day}, when no filing is in force (earliest from {}, latest to {}).",
                    or_dash(from),
                    or_dash(to)
                ),
            ));
            seen
        }
    }
}

/// A date after the day up to which the records are judged, or after the day on which results were published.
fn impossible(mut seen: Observation, batch: Option<&Batch>, as_of: Option<NaiveDate>) -> Observation {
    let Some(batch) = batch else { return seen.lacking(vec![MissingFact::table("batches")]) };
    let Some(day) = batch.exam_date else { return seen.lacking(vec![MissingFact::column("batches", "exam_date")]) };
    if let Some(published) = batch.published_on.filter(|published| *published < day) {
        seen.cases.push(case(
            batch,
            vec![batch.source],
            format!("考试日期为 {day}，而成绩公布日期为 {published}，早于考试：两者必有一误。"),
            format!("The examination is dated {day}, and its results {published}, before it: one of the two is wrong."),
        ));
    } else if let Some(as_of) = as_of.filter(|as_of| *as_of < day) {
        seen.cases.push(case(
            batch,
            vec![batch.source],
            format!("考试日期为 {day}，晚于判断截至日 {as_of}：尚未开展，或日期有误。"),
            format!("The examination is dated {day}, after {as_of}, up to which the records are judged: it is yet to be held, or the date is wrong."),
        ));
    }
    seen
}
