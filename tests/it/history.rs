//! The history: what earlier runs and people left on record.

mod chain;
mod command;
mod crash;
mod ledger;
mod places;
mod speed;
mod written;

use kaojian::ledger::document::{Report, read};
use kaojian::ledger::place::Place;
use serde_json::json;
use sqlx::Connection;
use std::io::Write;

/// Runs a test on an SQLite file and, where a server is given, on a schema of its own in PostgreSQL.
fn each_place(name: &str, test: impl Fn(&Place)) {
    let folder = tempfile::tempdir().unwrap();
    test(&Place::File(folder.path().join("history.db")));
    let Ok(url) = std::env::var("KAOJIAN_TEST_POSTGRES") else {
        said(&format!("SKIPPED: {name} on PostgreSQL (KAOJIAN_TEST_POSTGRES holds no URL)"));
        return;
    };
    let schema = format!("kaojian_{name}_{}", std::process::id());
    raw(&Place::Postgres(url.clone()), &format!("CREATE SCHEMA {schema}")).expect("the server answers");
    let separator = if url.contains('?') { '&' } else { '?' };
    let place = Place::Postgres(format!("{url}{separator}options=-c%20search_path%3D{schema}"));
    test(&place);
    raw(&Place::Postgres(url), &format!("DROP SCHEMA {schema} CASCADE")).unwrap();
}

/// Past the harness, which keeps what a passing test prints to itself.
fn said(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).expect("standard error");
}

/// Statements of somebody who works on the database by hand.
fn raw(place: &Place, sql: &str) -> Result<(), sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match place {
            Place::File(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
                let mut connection = sqlx::SqliteConnection::connect_with(&options.foreign_keys(false)).await?;
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            }
            Place::Postgres(url) => {
                let mut connection = sqlx::PgConnection::connect(url).await?;
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await?;
                connection.close().await
            }
        }
    })
}

/// Changes rows as somebody with all rights can: the guards are taken off first.
fn tamper(place: &Place, sql: &str) {
    let mut script = String::new();
    for table in ["chain", "runs", "batches", "findings", "decisions", "measures", "rectifications"] {
        script.push_str(&match place {
            Place::File(_) => format!("DROP TRIGGER {table}_keeps; DROP TRIGGER {table}_holds; "),
            Place::Postgres(_) => format!("ALTER TABLE {table} DISABLE TRIGGER ALL; "),
        });
    }
    script.push_str(sql);
    raw(place, &script).expect("the change is made");
}

fn report(body: &str, batch: &str, date: &str, cases: usize) -> Report {
    report_of(&[(body, batch, date, cases)])
}

/// A report of batches (body, batch, examination date, cases of alike sheets): two findings each.
fn report_of(batches: &[(&str, &str, &str, usize)]) -> Report {
    let run = json!({
        "version": "0.1.0", "settings": {"similarity.minimum_items": "10"}, "seed": 0, "rule_pack": "city", "rule_pack_sha256": "00",
    });
    let facts: Vec<_> = (batches.iter())
        .map(|(body, batch, date, _)| {
            json!({"batch_id": batch, "body_id": body, "occupation": "电工", "level": 3, "exam_date": date, "held": true, "candidates": 40})
        })
        .collect();
    let finding = |body: &str, batch: &str, article: &str, reading: &str, cases: usize| {
        let verdict = if cases > 0 { "INDICATION" } else { "NOT_MET" };
        json!({
            "id": format!("{article}:{body}:{batch}:{reading}"), "rule_pack": "city", "article": article,
            "detector": "similarity", "verdict": verdict, "body_id": body, "batch_id": batch,
            "subjects": ["250510000010041"], "figures": {"cases": cases, "share": 0.125}, "missing": [],
            "measure": "interview", "text": {"zh": "所见", "en": "what is seen"}, "rows": [],
            "readings": [{"reading": {"zh": "答卷", "en": "sheets"}, "verdict": verdict}],
            "cases": vec![json!({"measure": "similarity.sheet_groups", "subjects": []}); cases],
        })
    };
    let findings: Vec<_> = (batches.iter())
        .flat_map(|(body, batch, _, cases)| {
            [finding(body, batch, "20(4)", "similarity", *cases), finding(body, batch, "20(1)", "admitted", 0)]
        })
        .collect();
    let mut whole = run.clone();
    whole["schema"] = json!(1);
    whole["inputs"] = json!([{"sha256": "aa"}]);
    whole["batches"] = json!(facts);
    let findings = json!({"schema": 1, "run": run, "findings": findings});
    read(findings.to_string().as_bytes(), whole.to_string().as_bytes()).expect("a report")
}
