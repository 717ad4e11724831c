//! `bodies`, `filings` and `batches`.

use crate::ingest::row::Row;
use crate::model::batch::{Batch, Body, BodyKind, Filing};
use crate::model::identity::is_valid_credit_code;
use crate::model::ids::{BatchId, BodyId};
use crate::model::text::Bilingual;

/// A row of `bodies`.
pub fn body(row: &mut Row<'_>) -> Option<Body> {
    Some(Body {
        body_id: required_body(row)?,
        body_name: row.text("body_name"),
        kind: match row.choice("kind") {
            Some("employer") => Some(BodyKind::Employer),
            Some(_) => Some(BodyKind::Social),
            None => None,
        },
        filed_on: row.date("filed_on"),
        source: row.source(),
    })
}

/// A row of `filings`.
pub fn filing(row: &mut Row<'_>) -> Option<Filing> {
    Some(Filing {
        body_id: required_body(row)?,
        occupation_code: row.id("occupation_code"),
        occupation: row.text("occupation"),
        level: row.level("level"),
        site: row.text("site"),
        region: row.text("region"),
        valid_from: row.date("valid_from"),
        valid_to: row.date("valid_to"),
        source: row.source(),
    })
}

/// A row of `batches`.
pub fn batch(row: &mut Row<'_>) -> Option<Batch> {
    Some(Batch {
        batch_id: BatchId(row.required_id("batch_id")?),
        body_id: checked_body(row),
        occupation_code: row.id("occupation_code"),
        occupation: row.text("occupation"),
        level: row.level("level"),
        exam_date: row.date("exam_date"),
        site: row.text("site"),
        region: row.text("region"),
        published_on: row.date("published_on"),
        held: row.choice("activity").map(|word| word == "held"),
        source: row.source(),
    })
}

/// The body of a row that cannot do without it.
pub fn required_body(row: &mut Row<'_>) -> Option<BodyId> {
    let body = checked_body(row);
    if body.is_none() {
        row.refuse_missing("body_id");
    }
    body
}

/// The body, with a note when it looks like a 统一社会信用代码 and its check character is wrong.
fn checked_body(row: &mut Row<'_>) -> Option<BodyId> {
    let cell = row.cell("body_id")?;
    let mut code = row.id("body_id")?;
    // A code of 18 characters is a 统一社会信用代码; a shorter one is an office's own number.
    if code.len() == 18 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        code = code.to_uppercase();
        if !is_valid_credit_code(&code) {
            let reason = Bilingual::new(
                "统一社会信用代码的校验码不符（GB 32100）；提示：请核对登记证书",
                "the check character of the unified social credit code is wrong (GB 32100); hint: compare with the certificate",
            );
            row.note("body_id", &cell, "credit-code-check", reason);
        }
    }
    Some(BodyId(code))
}
