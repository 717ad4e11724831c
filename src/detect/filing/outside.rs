//! Scope, site and region of one batch minus those of the filing in force on its day.

use crate::detect::change_log::{or_dash, quoted, quoted_or_dash};
use crate::detect::filing::agreement::Agreement;
use crate::detect::filing::explanation::NAME;
use crate::detect::filing::in_force::{Compared, OnFile, compared};
use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use std::collections::BTreeSet;

/// Rows of a filing that a case leads back to, at most: a body may have hundreds.
const ROWS_SHOWN: usize = 20;

/// What is held against the filing.
#[derive(Clone, Copy)]
struct Aspect {
    measure: &'static str,
    /// Columns that both tables need.
    columns: &'static [&'static str],
    of: fn(&Compared<'_>) -> Agreement,
    held: fn(&Batch) -> Bilingual,
    filed: fn(&Compared<'_>) -> Option<String>,
}

const SCOPE: Aspect = Aspect {
    measure: "scope",
    columns: &["occupation_code", "level"],
    of: |row| row.scope,
    held: |batch| scope_words(batch.occupation.as_deref().or(batch.occupation_code.as_deref()), batch),
    filed: |row| {
        let occupation = row.filing.occupation.as_deref().or(row.filing.occupation_code.as_deref())?;
        Some(format!("{} {}", quoted(occupation), or_dash(row.filing.level)))
    },
};

const SITE: Aspect = Aspect {
    measure: "site",
    columns: &["site"],
    of: |row| row.site,
    held: |batch| place_words("考点", "site", batch.site.as_deref()),
    filed: |row| row.filing.site.as_deref().map(quoted),
};

const REGION: Aspect = Aspect {
    measure: "region",
    columns: &["region"],
    of: |row| row.region,
    held: |batch| place_words("地域", "region", batch.region.as_deref()),
    filed: |row| row.filing.region.as_deref().map(quoted),
};

fn scope_words(occupation: Option<&str>, batch: &Batch) -> Bilingual {
    let occupation = quoted_or_dash(occupation);
    let level = or_dash(batch.level);
    Bilingual::new(format!("职业“{occupation}”等级 {level}"), format!("occupation \"{occupation}\", level {level}"))
}

fn place_words(zh: &str, en: &str, name: Option<&str>) -> Bilingual {
    let name = quoted_or_dash(name);
    Bilingual::new(format!("{zh}“{name}”"), format!("{en} \"{name}\""))
}

/// The measures of one batch: scope, site, region, and the three together.
pub(super) fn observe(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    on_file: Option<&OnFile<'_>>,
    dataset: &Dataset,
) -> Vec<Observation> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
    let missing = match batch {
        None => vec![MissingFact::table("batches")],
        Some(batch) if batch.body_id.is_none() => vec![MissingFact::column("batches", "body_id")],
        Some(_) if !dataset.has_table("filings") && dataset.filings.is_empty() => vec![MissingFact::table("filings")],
        // The body is not in the filing that was handed in; what it filed elsewhere is not known.
        Some(_) if on_file.is_none_or(|on_file| on_file.filings.is_empty()) => {
            vec![MissingFact::column("filings", "body_id")]
        }
        Some(_) => Vec::new(),
    };
    let aspects = [SCOPE, SITE, REGION];
    let (Some(batch), Some(on_file), true) = (batch, on_file, missing.is_empty()) else {
        let measures = aspects.iter().map(|aspect| aspect.measure).chain(["combination"]);
        return measures.map(|measure| blank(measure).lacking(missing.clone())).collect();
    };
    if batch.held == Some(false) {
        return aspects.iter().map(|aspect| aspect.measure).chain(["combination"]).map(blank).collect();
    }
    let rows = compared(batch, on_file);
    let mut found: Vec<Observation> =
        aspects.iter().map(|aspect| minus(blank(aspect.measure), aspect, batch, &rows)).collect();
    found.push(together(blank("combination"), batch, &rows));
    found
}

/// The best that any row in force says of one aspect.
fn best(rows: &[Compared<'_>], of: impl Fn(&Compared<'_>) -> Agreement) -> Agreement {
    rows.iter().map(|row| row.in_force.min(of(row))).max().unwrap_or(Agreement::Open)
}

fn minus(mut seen: Observation, aspect: &Aspect, batch: &Batch, rows: &[Compared<'_>]) -> Observation {
    match best(rows, aspect.of) {
        Agreement::Agrees => seen,
        Agreement::Open => {
            let missing = gaps(aspect, batch, rows);
            seen.lacking(missing)
        }
        Agreement::Differs => {
            seen.cases.push(case(aspect, batch, rows));
            seen
        }
    }
}

/// The columns whose blanks, or whose way of writing, leave it open.
fn gaps(aspect: &Aspect, batch: &Batch, rows: &[Compared<'_>]) -> Vec<MissingFact> {
    let is_blank = |table: &str, column: &str| match (table, column) {
        ("batches", "occupation_code") => batch.occupation_code.is_none() && batch.occupation.is_none(),
        ("batches", "level") => batch.level.is_none(),
        ("batches", "site") => batch.site.is_none(),
        ("batches", _) => batch.region.is_none(),
        (_, "occupation_code") => {
            rows.iter().any(|row| row.filing.occupation_code.is_none() && row.filing.occupation.is_none())
        }
        (_, "level") => rows.iter().any(|row| row.filing.level.is_none()),
        (_, "site") => rows.iter().any(|row| row.filing.site.is_none()),
        (_, _) => rows.iter().any(|row| row.filing.region.is_none()),
    };
    let mut missing: Vec<MissingFact> = ["batches", "filings"]
        .into_iter()
        .flat_map(|table| aspect.columns.iter().map(move |column| (table, *column)))
        .filter(|(table, column)| is_blank(table, column))
        .map(|(table, column)| MissingFact::column(table, column))
        .collect();
    if batch.exam_date.is_none() {
        missing.push(MissingFact::column("batches", "exam_date"));
    }
    if rows.iter().any(|row| row.in_force == Agreement::Open) {
        missing.push(MissingFact::column("filings", "valid_from"));
    }
    if missing.is_empty() {
        // Everything is on record, and written in ways that may or may not mean the same.
        missing.extend(aspect.columns.iter().map(|column| MissingFact::column("filings", column)));
    }
    missing
}

fn case(aspect: &Aspect, batch: &Batch, rows: &[Compared<'_>]) -> ObservedCase {
    let in_force: Vec<&Compared<'_>> = rows.iter().filter(|row| row.in_force != Agreement::Differs).collect();
    let filed: BTreeSet<String> = in_force.iter().filter_map(|row| (aspect.filed)(row)).collect();
    let filed: Vec<String> = filed.into_iter().collect();
    let day = or_dash(batch.exam_date);
    let held = (aspect.held)(batch);
    let (zh, en) = if in_force.is_empty() {
        let terms: BTreeSet<String> = rows.iter().map(|row| term(row)).collect();
        let terms: Vec<String> = terms.into_iter().collect();
        (
            format!("当日没有有效的备案（备案期间：{}）", list(&terms, "、")),
            format!("no filing is in force on that day (terms: {})", list(&terms, ", ")),
        )
    } else {
        (
            format!("当日有效的备案为：{}", list(&filed, "、")),
            format!("the filing in force on that day has: {}", list(&filed, ", ")),
        )
    };
    // Rows that come nearest lead the way: those of the same occupation, else all in force, else all.
    let nearest: Vec<&&Compared<'_>> = in_force.iter().filter(|row| row.occupation == Agreement::Agrees).collect();
    let mut sources: Vec<Provenance> = vec![batch.source];
    if nearest.is_empty() && in_force.is_empty() {
        sources.extend(rows.iter().take(ROWS_SHOWN).map(|row| row.filing.source));
    } else if nearest.is_empty() {
        sources.extend(in_force.iter().take(ROWS_SHOWN).map(|row| row.filing.source));
    } else {
        sources.extend(nearest.iter().take(ROWS_SHOWN).map(|row| row.filing.source));
    }
    ObservedCase {
        subjects: vec![batch.batch_id.to_string()],
        sources,
        detail: Bilingual::new(
            format!("{day} 开展评价，{}；{zh}。", held.zh),
            format!("Evaluation held on {day}, {}; {en}.", held.en),
        ),
    }
}

fn term(row: &Compared<'_>) -> String {
    format!("{}–{}", or_dash(row.filing.valid_from), or_dash(row.filing.valid_to))
}

fn list(parts: &[String], comma: &str) -> String {
    let shown = parts.iter().take(ROWS_SHOWN).map(String::as_str).collect::<Vec<_>>().join(comma);
    match parts.len() {
        0 => "—".to_owned(),
        length if length > ROWS_SHOWN => format!("{shown}{comma}… ({length})"),
        _ => shown,
    }
}

/// Each aspect is on file, but no one row has them together.
fn together(mut seen: Observation, batch: &Batch, rows: &[Compared<'_>]) -> Observation {
    let all = |row: &Compared<'_>| row.scope.min(row.site).min(row.region);
    let each = [best(rows, |row| row.scope), best(rows, |row| row.site), best(rows, |row| row.region)];
    let is_each = each.iter().all(|aspect| *aspect == Agreement::Agrees);
    if is_each && best(rows, all) == Agreement::Differs {
        let of_scope = rows.iter().filter(|row| row.in_force.min(row.scope) == Agreement::Agrees);
        let (scope, site) = ((SCOPE.held)(batch), (SITE.held)(batch));
        seen.cases.push(ObservedCase {
            subjects: vec![batch.batch_id.to_string()],
            sources: std::iter::once(batch.source)
                .chain(of_scope.take(ROWS_SHOWN).map(|row| row.filing.source))
                .collect(),
            detail: Bilingual::new(
                format!("{}与{}各有备案，但没有一行备案同时载有二者。", scope.zh, site.zh),
                format!("Both {} and {} are on file, but no single row has them together.", scope.en, site.en),
            ),
        });
    }
    seen
}
