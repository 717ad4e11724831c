//! The city at a glance: bodies by articles, each cell the most urgent verdict of the body on the article.

use crate::model::finding::{Finding, Verdict};
use crate::model::ids::BodyId;
use crate::model::text::Bilingual;
use crate::report::chart::kind::{ChartData, ChartSection, Draft};
use crate::report::chart::labels::{BatchNames, masked};
use crate::report::chart::matrix::{MAXIMUM_COLUMNS, MAXIMUM_ROWS, MatrixPicture, MatrixRow};
use crate::report::chart::rows;
use crate::report::clause::Clause;
use crate::report::tally::Tally;
use std::collections::{BTreeMap, BTreeSet};

/// The chart; `None` without findings about bodies.
pub fn draft(findings: &[Finding], names: &BatchNames) -> Option<Draft<'static>> {
    let mut bodies: BTreeMap<&BodyId, BTreeMap<Clause<'_>, Tally>> = BTreeMap::new();
    let mut clauses: BTreeSet<Clause<'_>> = BTreeSet::new();
    for finding in findings {
        let Some(body_id) = &finding.body_id else { continue };
        let clause = Clause::of(finding);
        clauses.insert(clause);
        bodies.entry(body_id).or_default().entry(clause).or_default().add(finding.verdict);
    }
    if bodies.is_empty() {
        return None;
    }
    let articles: Vec<Clause<'_>> = clauses.iter().copied().collect();
    let mut data = ChartData::new(&[
        "body_id",
        "body",
        "article",
        "met",
        "indication",
        "human",
        "undetermined",
        "not_met",
        "subject",
    ]);
    for (body_id, cells) in &bodies {
        for article in articles.iter().filter(|article| cells.contains_key(*article)) {
            let counts = cells.get(article).copied().unwrap_or_default();
            let mut row = vec![masked(body_id.as_str()), names.body(Some(body_id)), masked(article.article())];
            row.extend(counts.numbers().map(|count| count.to_string()));
            row.push(article.subject().to_owned());
            data.rows.push(row);
        }
    }
    let all = bodies.len();
    // Rows that are drawn: those with most cells that call for a look; then in the order of identifiers.
    let urgency = |cells: &BTreeMap<Clause<'_>, Tally>| {
        let number = |wanted: Verdict| cells.values().filter(|counts| counts.most_urgent() == Some(wanted)).count();
        std::cmp::Reverse((number(Verdict::Met), number(Verdict::Indication)))
    };
    let mut shown: Vec<(&BodyId, BTreeMap<Clause<'_>, Tally>)> = bodies.into_iter().collect();
    shown.sort_by_cached_key(|(_, cells)| urgency(cells));
    shown.truncate(MAXIMUM_ROWS);
    shown.sort_by_key(|(body_id, _)| *body_id);
    let columns = articles.len().min(MAXIMUM_COLUMNS);
    let rows: Vec<MatrixRow> = (shown.iter())
        .map(|(body_id, cells)| {
            let (name, code) = (names.body(Some(body_id)), masked(body_id.as_str()));
            let body = if name == code { String::new() } else { code };
            let verdicts =
                articles[..columns].iter().map(|article| cells.get(article).and_then(Tally::most_urgent)).collect();
            MatrixRow { main: name, body, verdicts }
        })
        .collect();
    let n = findings.iter().filter(|finding| finding.body_id.is_some()).count();
    let subtitle = Bilingual::new(
        format!("机构 {all} 家，{} 条 · 结论 n = {n}", articles.len()),
        format!("{all} bodies, {} articles · n = {n} conclusions", articles.len()),
    );
    let subtitle = names.dated(subtitle, findings.iter().filter_map(|finding| finding.batch_id.as_ref()));
    let caption = Bilingual::new(
        format!(
            "每行一家机构，每列一条规定；格中为该机构全部批次及机构层面结论中最需处理的一个，空格为不适用。批次多的机构更容易出现任何一种结论，\
             因此各行之间不能直接比较。各结论的次数见数据文件。n = {n} 个结论。"
        ),
        format!(
            "One row a body, one column an article; a cell shows the most urgent conclusion over all batches of the body \
             and over the body itself, empty: does not apply. A body with more batches comes more easily to any \
             conclusion, so rows do not compare with each other. The data file has the counts. n = {n} conclusions."
        ),
    );
    let caption = rows::joined(caption, &rows::left_out(rows.len(), all));
    let caption = rows::joined(caption, &rows::columns_left_out(columns, articles.len()));
    Some(Draft {
        name: "city-overview".to_owned(),
        title: Bilingual::new("全市总览：机构与条款", "City overview: bodies by article"),
        subtitle,
        caption,
        data,
        section: ChartSection::Overview,
        batch_id: None,
        picture: Box::new(MatrixPicture {
            articles: articles[..columns].iter().map(|article| article.name(&clauses)).collect(),
            rows,
        }),
    })
}
