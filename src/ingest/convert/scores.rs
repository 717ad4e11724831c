//! `scores` (long, or wide with one column a component), `certificates` and `score_changes`.

use crate::ingest::plan::SheetPlan;
use crate::ingest::row::{PersonsByIdentity, Row};
use crate::ingest::values::parse_mark;
use crate::model::certificate::Certificate;
use crate::model::component::Component;
use crate::model::score::{Mark, Score};
use crate::model::score_change::ScoreChange;
use crate::model::text::Bilingual;

/// Columns of wide files and the component each stands for.
const WIDE: [(&str, Component); 3] =
    [("theory_score", Component::Theory), ("skill_score", Component::Skill), ("review_score", Component::Review)];

/// Whether a sheet has one column a component.
pub fn is_wide(plan: &SheetPlan) -> bool {
    WIDE.iter().any(|(column, _)| plan.column(column).is_some())
}

/// The records of one row of `scores`.
pub fn scores(row: &mut Row<'_>, persons: &PersonsByIdentity) -> Option<Vec<Score>> {
    let batch_id = row.batch()?;
    let candidate_id = row.candidate(&batch_id, persons)?;
    let overall_passed = row.boolean("overall_passed");
    let passed = row.boolean("passed");
    let key_skill_passed = row.boolean("key_skill_passed");
    let void = row.text("void");
    let source = row.source();
    let record = |component: Component, mark: Mark, passed: Option<bool>| Score {
        batch_id: batch_id.clone(),
        candidate_id: candidate_id.clone(),
        component,
        mark,
        passed,
        overall_passed,
        key_skill_passed: None,
        void: void.clone(),
        source,
    };
    if !is_wide(row.plan()) {
        // A sheet without a component column holds one component; which is told by its name, else theory.
        let component = row.component_or(component_of_sheet)?;
        return Some(vec![Score { key_skill_passed, ..record(component, row.mark("score"), passed) }]);
    }
    let mut records = Vec::with_capacity(WIDE.len());
    for (column, component) in WIDE {
        if row.plan().column(column).is_none() {
            continue;
        }
        let mark = row.mark(column);
        // Only levels 2 and 1 have a review: a blank cell there says nothing.
        if component != Component::Review || mark != Mark::Missing {
            records.push(record(component, mark, None));
        }
    }
    if records.is_empty() {
        records.push(record(Component::Review, Mark::Missing, None));
    }
    // In wide files the one 是否合格 speaks of the whole evaluation.
    for score in &mut records {
        score.overall_passed = overall_passed.or(passed);
        // Key skills are part of the skill component.
        score.key_skill_passed = key_skill_passed.filter(|_| score.component == Component::Skill);
    }
    Some(records)
}

fn component_of_sheet(plan: &SheetPlan) -> Component {
    let name = plan.path.rsplit('/').next().unwrap_or("");
    if name.contains("实操") || name.contains("技能成绩") || name.contains("skill") {
        Component::Skill
    } else if name.contains("评审") || name.contains("review") {
        Component::Review
    } else {
        Component::Theory
    }
}

/// A row of `certificates`.
pub fn certificate(row: &mut Row<'_>, persons: &PersonsByIdentity) -> Option<Certificate> {
    let batch_id = row.batch()?;
    let candidate_id = row.candidate(&batch_id, persons)?;
    Some(Certificate {
        batch_id,
        candidate_id,
        certificate_no: row.id("certificate_no"),
        level: row.level("level"),
        issued_on: row.date("issued_on"),
        source: row.source(),
    })
}

/// A row of `score_changes`.
pub fn score_change(row: &mut Row<'_>, persons: &PersonsByIdentity) -> Option<ScoreChange> {
    let batch_id = row.batch()?;
    let candidate_id = row.candidate(&batch_id, persons)?;
    let component = row.component_or(component_of_sheet)?;
    let old_score = row.points_or_mark("old_score");
    let new_score = row.points_or_mark("new_score");
    note_if_mark(row, "old_score");
    note_if_mark(row, "new_score");
    Some(ScoreChange {
        change_id: row.id("change_id"),
        batch_id,
        candidate_id,
        component,
        changed_at: row.date_time("changed_at"),
        old_score,
        new_score,
        operator: row.text("operator"),
        approver: row.text("approver"),
        approval_no: row.text("approval_no"),
        reason: row.text("reason"),
        source: row.source(),
    })
}

/// A change from 缺考 to 60 is worth a person's eye, though the record holds numbers only.
fn note_if_mark(row: &mut Row<'_>, column: &str) {
    let Some(cell) = row.cell(column) else { return };
    if matches!(parse_mark(&cell.text), Some(Mark::Absent | Mark::Exempt | Mark::Void | Mark::Deferred)) {
        let reason = Bilingual::new(
            "此处为标记而非分数，按空白处理；提示：请核对该次修改",
            "a mark stands here instead of a score and counts as blank; hint: look at this change",
        );
        row.note(column, &cell, "mark-in-score-change", reason);
    }
}
