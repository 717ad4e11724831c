//! From the record of a body to its card, in whole numbers.

use crate::credit::record::CreditRecord;
use crate::model::credit::{ClauseCount, CreditCard, CreditEvent, CreditEventKind, CreditTerm, CreditWeights};
use crate::model::finding::{Verdict, article_numbers};
use crate::model::history::Outcome;
use crate::model::ids::BodyId;
use chrono::{Months, NaiveDate};
use std::collections::BTreeMap;

/// The weights of a rule pack, by its identifier.
#[derive(Clone, Copy, Debug)]
pub struct PackWeights<'a> {
    /// Findings of other packs are counted and not weighted: their articles may say something else.
    pub rule_pack: &'a str,
    /// What the authority has set.
    pub weights: &'a CreditWeights,
}

/// The card of a body on a day.
///
/// **Formula**: score = start − Σ count · points over the articles of confirmed findings and over measures that are
/// dated `as_of` or earlier and, where a window of months is set, whose date plus these civil months is `as_of` or
/// later (the clamp at the end of a month is that of civil months; both ends count).
///
/// **Returns** counts alone where `weights` is `None`. A decision dated later than `as_of` is not made yet.
pub fn card(
    body_id: &BodyId,
    record: &CreditRecord,
    weights: Option<PackWeights<'_>>,
    as_of: Option<NaiveDate>,
) -> CreditCard {
    let is_past = |day: NaiveDate| as_of.is_none_or(|as_of| day <= as_of);
    let mut clauses: BTreeMap<((u32, u32), String, String), ClauseCount> = BTreeMap::new();
    let mut counted: Vec<CreditEvent> = Vec::new();
    for finding in &record.findings {
        let decision = finding.decision.as_ref().filter(|decision| is_past(decision.decided_on));
        if decision.is_none() && !finding.dated.is_none_or(is_past) {
            continue;
        }
        let key = (article_numbers(&finding.article), finding.article.clone(), finding.rule_pack.clone());
        let clause = clauses.entry(key).or_insert_with(|| ClauseCount {
            rule_pack: finding.rule_pack.clone(),
            article: finding.article.clone(),
            ..ClauseCount::default()
        });
        let count = match (decision.map(|decision| decision.outcome), finding.verdict) {
            (Some(Outcome::Confirmed), _) => &mut clause.confirmed,
            (Some(Outcome::Dismissed), _) => &mut clause.dismissed,
            (Some(Outcome::NeedsEvidence), _) => &mut clause.needs_evidence,
            (None, Verdict::Met) => &mut clause.undecided_met,
            (None, _) => &mut clause.undecided_indication,
        };
        *count += 1;
        if let Some(decision) = decision.filter(|decision| decision.outcome == Outcome::Confirmed) {
            let own = weights.filter(|pack| pack.rule_pack == finding.rule_pack);
            counted.push(CreditEvent {
                on: decision.decided_on,
                kind: CreditEventKind::Confirmed,
                of: finding.article.clone(),
                finding_id: finding.finding_id.clone(),
                counts_to: None,
                points: own.and_then(|pack| pack.weights.of_article(&finding.article)),
                score: None,
            });
        }
    }
    for (day, measure) in record.measures.iter().filter(|(day, _)| is_past(*day)) {
        counted.push(CreditEvent {
            on: *day,
            kind: CreditEventKind::Measure,
            of: format!("measure.{}", measure.as_str()),
            finding_id: String::new(),
            counts_to: None,
            points: weights.and_then(|pack| pack.weights.measures.get(measure).copied()),
            score: None,
        });
    }
    let months = weights.and_then(|pack| pack.weights.window_months);
    for event in &mut counted {
        event.counts_to = months.and_then(|months| event.on.checked_add_months(Months::new(months)));
    }
    let start = weights.map(|pack| pack.weights.start);
    let terms = weights.map_or_else(Vec::new, |_| terms(&counted, as_of));
    let score = start.map(|start| less(start, &terms));
    CreditCard {
        body_id: body_id.clone(),
        as_of,
        rule_pack: weights.map(|pack| pack.rule_pack.to_owned()),
        batches: record.batches.values().filter(|day| day.is_none_or(is_past)).count() as u64,
        clauses: clauses.into_values().collect(),
        terms,
        start,
        score,
        events: history(counted, start, as_of),
    }
}

/// Whether an event counts at the end of a day.
fn counts_on(event: &CreditEvent, day: NaiveDate) -> bool {
    event.on <= day && event.counts_to.is_none_or(|last| day <= last)
}

/// Findings before measures, in the order of articles, each weight apart.
type TermKey<'a> = (CreditEventKind, (u32, u32), &'a str, i64);

/// What counts on a day, by article and measure. Without a day everything counts.
fn terms(counted: &[CreditEvent], day: Option<NaiveDate>) -> Vec<CreditTerm> {
    let mut sums: BTreeMap<TermKey<'_>, u64> = BTreeMap::new();
    for event in counted.iter().filter(|event| day.is_none_or(|day| counts_on(event, day))) {
        if let Some(points) = event.points {
            *sums.entry((event.kind, article_numbers(&event.of), &event.of, points)).or_default() += 1;
        }
    }
    let term = |((_, _, of, points), count): (TermKey<'_>, u64)| {
        let product = i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(points);
        CreditTerm { of: of.to_owned(), count, points, product }
    };
    sums.into_iter().map(term).collect()
}

fn less(start: i64, terms: &[CreditTerm]) -> i64 {
    terms.iter().fold(start, |score, term| score.saturating_sub(term.product))
}

/// Every event and every lapse up to a day, with the score at the end of each day.
fn history(counted: Vec<CreditEvent>, start: Option<i64>, as_of: Option<NaiveDate>) -> Vec<CreditEvent> {
    let mut events = counted.clone();
    for event in &counted {
        let lapsed = event.counts_to.and_then(|last| last.succ_opt());
        if let Some(on) = lapsed.filter(|on| as_of.is_none_or(|as_of| *on <= as_of)) {
            events.push(CreditEvent { on, kind: CreditEventKind::Lapsed, ..event.clone() });
        }
    }
    events.sort();
    // An event lapses on the day after its last one: from day to day the score moves by what happens then.
    let mut score = start;
    for of_day in events.chunk_by_mut(|a, b| a.on == b.on) {
        for event in &*of_day {
            let points = event.points.unwrap_or(0);
            let change = if event.kind == CreditEventKind::Lapsed { points } else { points.saturating_neg() };
            score = score.map(|score| score.saturating_add(change));
        }
        of_day.iter_mut().for_each(|event| event.score = score);
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credit::record::CreditFinding;
    use crate::model::finding::Measure;
    use crate::model::history::Decision;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn finding(article: &str, dated: &str, verdict: Verdict, decided: Option<(&str, Outcome)>) -> CreditFinding {
        CreditFinding {
            finding_id: format!("{article}:A:{dated}"),
            rule_pack: "city".to_owned(),
            article: article.to_owned(),
            dated: Some(day(dated)),
            verdict,
            decision: decided.map(|(on, outcome)| Decision {
                outcome,
                decided_by: "supervisor-1".to_owned(),
                decided_on: day(on),
                reason: String::new(),
            }),
        }
    }

    fn record() -> CreditRecord {
        CreditRecord {
            batches: BTreeMap::from([("1".into(), Some(day("2024-02-01"))), ("2".into(), Some(day("2026-01-01")))]),
            findings: vec![
                finding("20(10)", "2024-01-05", Verdict::Met, Some(("2024-02-29", Outcome::Confirmed))),
                finding("20(2)", "2024-01-05", Verdict::Indication, Some(("2024-03-01", Outcome::Confirmed))),
                finding("20(2)", "2024-01-06", Verdict::Met, Some(("2024-03-02", Outcome::Dismissed))),
                finding("20(2)", "2024-01-07", Verdict::Met, Some(("2024-03-02", Outcome::NeedsEvidence))),
                finding("21(6)", "2025-01-05", Verdict::Met, None),
                finding("21(6)", "2025-01-06", Verdict::Indication, None),
            ],
            measures: [(day("2024-04-01"), Measure::Interview), (day("2024-05-01"), Measure::Warning)].into(),
        }
    }

    fn weights(window_months: Option<u32>) -> CreditWeights {
        CreditWeights {
            start: 100,
            window_months,
            articles: BTreeMap::from([("20".to_owned(), 3), ("20(10)".to_owned(), 7), ("21".to_owned(), 50)]),
            measures: BTreeMap::from([(Measure::Warning, 20)]),
        }
    }

    fn on(window: Option<u32>, as_of: &str) -> CreditCard {
        let weights = weights(window);
        card(&"A".into(), &record(), Some(PackWeights { rule_pack: "city", weights: &weights }), Some(day(as_of)))
    }

    #[test]
    fn decisions_and_measures_count_and_facts_stand_beside_them() {
        // 100 − 1·3 (20(2)) − 1·7 (20(10)) − 1·20 (warning); the interview has no weight, 21(6) no decision.
        let card = on(None, "2026-06-01");
        let terms: Vec<_> = card.terms.iter().map(|term| (term.of.as_str(), term.count, term.product)).collect();
        assert_eq!(terms, [("20(2)", 1, 3), ("20(10)", 1, 7), ("measure.warning", 1, 20)]);
        assert_eq!((card.start, card.score, card.batches), (Some(100), Some(70), 2));
        let counts: Vec<_> = (card.clauses.iter())
            .map(|clause| {
                let decided = [clause.confirmed, clause.dismissed, clause.needs_evidence];
                (clause.article.as_str(), decided, [clause.undecided_met, clause.undecided_indication])
            })
            .collect();
        assert_eq!(counts, [("20(2)", [1, 1, 1], [0, 0]), ("20(10)", [1, 0, 0], [0, 0]), ("21(6)", [0, 0, 0], [1, 1])]);
    }

    #[test]
    fn the_last_day_of_the_window_counts_and_the_next_does_not() {
        // Decided on 29 February 2024: twelve civil months end on 28 February 2025.
        assert_eq!(on(Some(12), "2025-02-28").score, Some(70));
        assert_eq!(on(Some(12), "2025-03-01").score, Some(77));
        assert_eq!(on(Some(12), "2025-03-02").score, Some(80));
        assert_eq!(on(Some(12), "2025-05-02").score, Some(100));
    }

    #[test]
    fn the_history_has_its_dates() {
        let events = on(Some(12), "2025-03-01").events;
        let said: Vec<_> =
            events.iter().map(|event| (event.on.to_string(), event.kind, event.points, event.score)).collect();
        use CreditEventKind::{Confirmed, Lapsed, Measure};
        let expected = [
            ("2024-02-29", Confirmed, Some(7), Some(93)),
            ("2024-03-01", Confirmed, Some(3), Some(90)),
            ("2024-04-01", Measure, None, Some(90)),
            ("2024-05-01", Measure, Some(20), Some(70)),
            ("2025-03-01", Lapsed, Some(7), Some(77)),
        ];
        assert_eq!(said, expected.map(|(on, kind, points, score)| (on.to_owned(), kind, points, score)));
    }

    #[test]
    fn what_is_later_has_not_happened() {
        let early = on(None, "2024-02-29");
        assert_eq!((early.score, early.batches), (Some(93), 1));
        // The findings of January 2024 are known, the decisions of March are not.
        let of = early.clauses.iter().find(|clause| clause.article == "20(2)").expect("it was found");
        assert_eq!([of.confirmed, of.undecided_met, of.undecided_indication], [0, 2, 1]);
        assert!(early.clauses.iter().all(|clause| clause.article != "21(6)"));
    }

    #[test]
    fn without_weights_there_is_no_score() {
        let card = card(&"A".into(), &record(), None, Some(day("2026-01-01")));
        assert_eq!((card.start, card.score, card.terms.len()), (None, None, 0));
        assert_eq!(card.clauses.len(), 3);
        assert_eq!(card.events.iter().filter(|event| event.points.is_some()).count(), 0);
    }

    #[test]
    fn findings_of_another_pack_are_counted_and_not_weighted() {
        let weights = weights(None);
        let other = PackWeights { rule_pack: "province", weights: &weights };
        let card = card(&"A".into(), &record(), Some(other), None);
        assert_eq!(card.score, Some(80), "the warning alone");
        assert_eq!(card.clauses.len(), 3);
    }
}
