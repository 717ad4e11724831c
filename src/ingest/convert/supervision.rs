//! Tables about the body: staff, assignments, archives, complaints, reports, fees, rectification, measures
//! and the item bank.

use crate::ingest::convert::batches::required_body;
use crate::ingest::row::Row;
use crate::model::ids::{ItemId, StaffId};
use crate::model::supervision::{
    AnnualReport, ArchiveDocument, Assignment, BankItem, Complaint, Fee, MeasureTaken, Rectification, StaffMember,
    StaffRole,
};

/// A row of `staff`.
pub fn staff_member(row: &mut Row<'_>) -> Option<StaffMember> {
    Some(StaffMember {
        person_id: StaffId(row.required_id("person_id")?),
        name: row.name("name"),
        role: role(row),
        certificate_no: row.id("certificate_no"),
        certificate_occupation: row.text("certificate_occupation"),
        certificate_level: row.level("certificate_level"),
        valid_from: row.date("valid_from"),
        valid_to: row.date("valid_to"),
        contract_from: row.date("contract_from"),
        contract_to: row.date("contract_to"),
        source: row.source(),
    })
}

/// A row of `assignments`.
pub fn assignment(row: &mut Row<'_>) -> Option<Assignment> {
    let batch_id = row.batch();
    let person_id = row.required_id("person_id").map(StaffId);
    Some(Assignment {
        batch_id: batch_id?,
        room: row.id("room"),
        session_start: row.date_time("session_start"),
        session_end: row.date_time("session_end"),
        component: row.component("component"),
        person_id: person_id?,
        role: role(row),
        signed_in: row.boolean("signed_in"),
        source: row.source(),
    })
}

fn role(row: &mut Row<'_>) -> Option<StaffRole> {
    row.choice("role").map(|word| match word {
        "assessor" => StaffRole::Assessor,
        "invigilator" => StaffRole::Invigilator,
        "rater" => StaffRole::Rater,
        _ => StaffRole::Supervisor,
    })
}

/// A row of `archives`.
pub fn archive_document(row: &mut Row<'_>) -> Option<ArchiveDocument> {
    let batch_id = row.batch();
    let document = row.text("document");
    if document.is_none() {
        row.refuse_missing("document");
    }
    Some(ArchiveDocument {
        batch_id: batch_id?,
        document: document?,
        electronic: row.choice("medium").map(|word| word == "electronic"),
        present: row.boolean("present"),
        archived_on: row.date("archived_on"),
        destroyed_on: row.date("destroyed_on"),
        source: row.source(),
    })
}

/// A row of `complaints`.
pub fn complaint(row: &mut Row<'_>) -> Option<Complaint> {
    let complaint_id = row.required_id("complaint_id");
    let body_id = required_body(row);
    Some(Complaint {
        complaint_id: complaint_id?,
        body_id: body_id?,
        received_on: row.date("received_on"),
        verified: row.boolean("verified"),
        verified_on: row.date("verified_on"),
        source: row.source(),
    })
}

/// A row of `annual_reports`.
pub fn annual_report(row: &mut Row<'_>) -> Option<AnnualReport> {
    let body_id = required_body(row);
    let year = row.integer("year").and_then(|year| i32::try_from(year).ok());
    if year.is_none() {
        row.refuse_missing("year");
    }
    Some(AnnualReport { body_id: body_id?, year: year?, submitted_on: row.date("submitted_on"), source: row.source() })
}

/// A row of `fees`.
pub fn fee(row: &mut Row<'_>) -> Option<Fee> {
    Some(Fee {
        body_id: required_body(row)?,
        occupation_code: row.id("occupation_code"),
        level: row.level("level"),
        date: row.date("date"),
        published_fee: row.points("published_fee"),
        charged_fee: row.points("charged_fee"),
        source: row.source(),
    })
}

/// A row of `rectifications`.
pub fn rectification(row: &mut Row<'_>) -> Option<Rectification> {
    Some(Rectification {
        body_id: required_body(row)?,
        ordered_on: row.date("ordered_on"),
        deadline: row.date("deadline"),
        closed_on: row.date("closed_on"),
        evidence: row.text("evidence"),
        source: row.source(),
    })
}

/// A row of `measures`.
pub fn measure_taken(row: &mut Row<'_>) -> Option<MeasureTaken> {
    let body_id = required_body(row);
    let measure = row.choice("measure");
    if measure.is_none() {
        row.refuse_missing("measure");
    }
    Some(MeasureTaken {
        body_id: body_id?,
        measure: measure?.into(),
        article: row.text("article"),
        decided_on: row.date("decided_on"),
        ended_on: row.date("ended_on"),
        source: row.source(),
    })
}

/// A row of `item_bank`.
pub fn bank_item(row: &mut Row<'_>) -> Option<BankItem> {
    Some(BankItem {
        item_id: ItemId(row.required_id("item_id")?),
        created_on: row.date("created_on"),
        revised_on: row.date("revised_on"),
        retired_on: row.date("retired_on"),
        occupation_code: row.id("occupation_code"),
        level: row.level("level"),
        source: row.source(),
    })
}
