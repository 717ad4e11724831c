//! `ratings`.

use crate::ingest::row::{PersonsByIdentity, Row};
use crate::model::component::Component;
use crate::model::ids::RaterId;
use crate::model::rating::Rating;

/// A row of `ratings`. Without a component column the marks are for skill, which raters mark.
pub fn rating(row: &mut Row<'_>, persons: &PersonsByIdentity) -> Option<Rating> {
    let batch_id = row.batch()?;
    let candidate_id = row.candidate(&batch_id, persons)?;
    let component = row.component_or(|_| Component::Skill)?;
    Some(Rating {
        batch_id,
        candidate_id,
        component,
        criterion: row.text("criterion").unwrap_or_default(),
        rater_id: row.id("rater_id").map(RaterId),
        mark_no: mark_number(row),
        score: row.points_or_mark("score"),
        max_score: row.points("max_score"),
        marked_at: row.date_time("marked_at"),
        response_text: row.as_written("response_text"),
        source: row.source(),
    })
}

/// 评次 as a number, also in the words 初评, 复评, 三评, 终评.
fn mark_number(row: &mut Row<'_>) -> Option<u8> {
    let cell = row.cell("mark_no")?;
    match &*cell.text {
        "初评" | "一评" | "第一评" => Some(1),
        "复评" | "二评" | "第二评" => Some(2),
        "三评" | "仲裁" | "第三评" => Some(3),
        "终评" | "专家" | "专家评" => Some(4),
        _ => row.integer("mark_no").and_then(|number| u8::try_from(number).ok()),
    }
}
