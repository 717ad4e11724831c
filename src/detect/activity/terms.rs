//! The terms during which a body could hold evaluations: the rows of its filing, joined where they touch.

use crate::detect::change_log::or_dash;
use crate::model::batch::Filing;
use crate::model::dated::{DatedEvent, Period};
use crate::model::ids::BodyId;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;

/// One event a term: `date` its first day, `term.to` its last.
///
/// Rows of occupations, levels and sites overlap and are one filing; a renewal that begins on the day after the last
/// one ended goes on with it. A row without a first day begins with the filing of the body, and rows without any day
/// leave it open when the count starts. Without rows, the day of the body's filing is all there is.
pub(super) fn terms(
    body_id: &BodyId,
    filed_on: Option<(NaiveDate, Provenance)>,
    filings: &[&Filing],
) -> Vec<DatedEvent> {
    let mut rows: Vec<(Option<NaiveDate>, Option<NaiveDate>, Provenance)> = filings
        .iter()
        .map(|filing| (filing.valid_from.or(filed_on.map(|(day, _)| day)), filing.valid_to, filing.source))
        // A row that ends before it begins holds on no day.
        .filter(|(from, to, _)| from.zip(*to).is_none_or(|(from, to)| from <= to))
        .collect();
    if rows.is_empty() {
        rows.extend(filed_on.map(|(day, source)| (Some(day), None, source)));
    }
    rows.sort();
    let mut joined: Vec<(Option<NaiveDate>, Option<NaiveDate>, Vec<Provenance>)> = Vec::new();
    for (from, to, source) in rows {
        match joined.last_mut() {
            Some((first, last, sources)) if first.is_some() == from.is_some() && touches(*last, from) => {
                // An open end is the later one.
                *last = last.zip(to).map(|(last, to)| last.max(to));
                sources.push(source);
            }
            _ => joined.push((from, to, vec![source])),
        }
    }
    joined.into_iter().map(|(from, to, sources)| event(body_id, from, to, sources)).collect()
}

fn touches(last: Option<NaiveDate>, from: Option<NaiveDate>) -> bool {
    match (last, from) {
        (Some(last), Some(from)) => last.succ_opt().is_none_or(|next| from <= next),
        _ => true,
    }
}

fn event(body_id: &BodyId, from: Option<NaiveDate>, to: Option<NaiveDate>, mut sources: Vec<Provenance>) -> DatedEvent {
    sources.sort();
    sources.dedup();
    DatedEvent {
        date: from,
        term: Period { from: None, to },
        is_certain: true,
        subject: body_id.to_string(),
        sources,
        detail: Bilingual::new(
            format!("备案自 {} 至 {}。", or_dash(from), or_dash(to)),
            format!("On file from {} to {}.", or_dash(from), or_dash(to)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(filed_on: &str, rows: &[(&str, &str)]) -> Vec<(String, String)> {
        let filings: Vec<Filing> = rows
            .iter()
            .enumerate()
            .map(|(row, (from, to))| Filing {
                body_id: "A".into(),
                valid_from: from.parse().ok(),
                valid_to: to.parse().ok(),
                source: Provenance { file: 0, sheet: 0, row: row as u32 + 2 },
                ..Filing::default()
            })
            .collect();
        let filed_on = filed_on.parse().ok().map(|day| (day, Provenance::default()));
        let said = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let found = terms(&"A".into(), filed_on, &filings.iter().collect::<Vec<_>>());
        found.into_iter().map(|event| (said(event.date), said(event.term.to))).collect()
    }

    #[test]
    fn rows_that_touch_are_one_term() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        for (filed_on, rows, expected) in [
            ("2023-05-01", &[][..], vec![pair("2023-05-01", "")]),
            ("", &[], vec![]),
            ("2020-01-01", &[("2023-01-01", "2025-12-31")], vec![pair("2023-01-01", "2025-12-31")]),
            ("", &[("2024-01-01", "2024-12-31"), ("2023-01-01", "2023-12-31")], vec![pair("2023-01-01", "2024-12-31")]),
            (
                "",
                &[("2023-01-01", "2023-12-31"), ("2024-01-02", "2024-12-31")],
                vec![pair("2023-01-01", "2023-12-31"), pair("2024-01-02", "2024-12-31")],
            ),
            ("", &[("2023-01-01", ""), ("2024-01-01", "2024-12-31")], vec![pair("2023-01-01", "")]),
            ("2023-05-01", &[("", "2024-12-31")], vec![pair("2023-05-01", "2024-12-31")]),
            ("", &[("", "2024-12-31")], vec![pair("", "2024-12-31")]),
            ("2023-05-01", &[("2024-01-01", "2023-12-31")], vec![pair("2023-05-01", "")]),
        ] {
            assert_eq!(joined(filed_on, rows), expected, "{filed_on} {rows:?}");
        }
    }
}
