//! `candidates`.

use crate::ingest::row::Row;
use crate::model::candidate::{Candidate, CandidateStatus, ReviewResult};
use crate::model::ids::CandidateId;

/// A row of `candidates`.
pub fn candidate(row: &mut Row<'_>) -> Option<Candidate> {
    let batch_id = row.batch();
    let candidate_id = row.required_id("candidate_id").map(CandidateId);
    Some(Candidate {
        batch_id: batch_id?,
        candidate_id: candidate_id?,
        name: row.name("name"),
        id_number: row.identity("id_number"),
        birth_date: row.date("birth_date"),
        applied_level: row.level("applied_level"),
        condition_no: row.text("condition_no"),
        education: row.text("education"),
        certificate_no: row.id("certificate_no"),
        certificate_level: row.level("certificate_level"),
        certificate_date: row.date("certificate_date"),
        certificate_occupation: row.text("certificate_occupation"),
        work_years: row.points("work_years"),
        title: row.text("title"),
        review_result: row.choice("review_result").map(|word| match word {
            "qualified" => ReviewResult::Qualified,
            _ => ReviewResult::Unqualified,
        }),
        reviewer: row.text("reviewer"),
        status: match row.choice("status") {
            Some("registered") => Some(CandidateStatus::Registered),
            Some("admitted") => Some(CandidateStatus::Admitted),
            Some("absent") => Some(CandidateStatus::Absent),
            Some(_) => Some(CandidateStatus::Sat),
            None => None,
        },
        source: row.source(),
    })
}
