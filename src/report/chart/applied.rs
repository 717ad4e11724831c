//! The line as applied, recovered from outcomes, on the timeline of a pass line.

use crate::model::evidence::ScoreDistribution;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use crate::report::chart::canvas::{Area, Canvas, Stroke};
use crate::report::chart::palette::{Hatch, SKY};
use crate::report::chart::panel::Panel;

/// What outcomes say of the line that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It lies above the first and not above the second: (highest failed, lowest passed].
    Between(Points, Points),
    /// Nobody failed by the score: it lies not above the lowest passed score.
    AtMost(Points),
    /// Nobody passed: it lies above the highest failed score.
    Above(Points),
    /// Somebody failed with as many points as another passed with, or more: highest failed, lowest passed.
    NoSingleLine(Points, Points),
}

impl Applied {
    /// Reads it from the outcomes; `None` when none is recorded.
    pub fn of(found: &ScoreDistribution) -> Option<Self> {
        Some(match (found.highest_failed, found.lowest_passed) {
            (Some(failed), Some(passed)) if failed < passed => Self::Between(failed, passed),
            (Some(failed), Some(passed)) => Self::NoSingleLine(failed, passed),
            (None, Some(passed)) => Self::AtMost(passed),
            (Some(failed), None) => Self::Above(failed),
            (None, None) => return None,
        })
    }

    /// In words, after the name of a component.
    pub fn words(self) -> Bilingual {
        match self {
            Self::Between(failed, passed) => Bilingual::new(
                format!("按结果反推，执行线高于 {failed}、不高于 {passed}"),
                format!("as applied, by outcomes: ({failed}, {passed}]"),
            ),
            Self::AtMost(passed) => Bilingual::new(
                format!("按结果反推，执行线不高于 {passed}（无人因分数不合格）"),
                format!("as applied, by outcomes: at most {passed} (nobody failed by score)"),
            ),
            Self::Above(failed) => Bilingual::new(
                format!("按结果反推，执行线高于 {failed}（无人合格）"),
                format!("as applied, by outcomes: above {failed} (nobody passed)"),
            ),
            Self::NoSingleLine(failed, passed) => Bilingual::new(
                format!("按结果反推，没有单一的执行线：最低合格 {passed}，最高不合格 {failed}（可能另有原因）"),
                format!(
                    "outcomes fit no single line: lowest passed {passed}, highest failed {failed} (may have other causes)"
                ),
            ),
        }
    }

    /// Values that the axis has to reach. A failed score far above the line is left to the words.
    pub fn values(self) -> impl Iterator<Item = Points> {
        let (first, second) = match self {
            Self::Between(failed, passed) => (Some(failed), Some(passed)),
            Self::AtMost(passed) | Self::NoSingleLine(_, passed) => (Some(passed), None),
            Self::Above(failed) => (Some(failed), None),
        };
        first.into_iter().chain(second)
    }

    /// A hatched band between the two scores from `from` to the right edge; a thin edge where one is not known.
    pub fn draw(self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, from: f64) {
        let area = panel.area();
        let left = panel.at(from, 0.0).0.clamp(area.left, area.right - 1.0);
        let y = |points: Points| panel.at(from, points.to_f64()).1;
        let edge = |points: Points| canvas.line((left, y(points)), (area.right, y(points)), Stroke::new(SKY, 1.4));
        if let Self::Between(failed, passed) = self {
            let band = Area::new(left, y(passed), area.right, y(failed));
            canvas.rect(band, SKY.tint(0.25));
            canvas.hatch(band, SKY, Hatch::Rising);
        }
        self.values().for_each(edge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::component::Component;

    fn of(failed: Option<i64>, passed: Option<i64>) -> Option<Applied> {
        Applied::of(&ScoreDistribution {
            body_id: None,
            batch_id: "B".into(),
            component: Component::Theory,
            approved_line: None,
            highest_failed: failed.map(Points::whole),
            lowest_passed: passed.map(Points::whole),
            counts: Vec::new(),
        })
    }

    #[test]
    fn outcomes_bound_the_line() {
        let points = Points::whole;
        assert_eq!(of(Some(54), Some(55)), Some(Applied::Between(points(54), points(55))));
        assert_eq!(of(Some(60), Some(60)), Some(Applied::NoSingleLine(points(60), points(60))));
        assert_eq!(of(None, Some(60)), Some(Applied::AtMost(points(60))));
        assert_eq!(of(Some(59), None), Some(Applied::Above(points(59))));
        assert_eq!(of(None, None), None);
        assert!(of(Some(54), Some(55)).unwrap().words().en.ends_with("(54, 55]"));
    }
}
