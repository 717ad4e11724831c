//! Marks lifted to the pass line: by a rater, in a room, in a whole batch. What is written down agrees with the result,
//! so that nothing but the heap at the line is left to see.

use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::exam::BatchExam;
use crate::simulate::parameters::{LiftedBy, PlantKind};
use crate::simulate::plan::BatchPlan;
use crate::simulate::random::Random;
use crate::simulate::register::{APPROVED_LINE, component_marks};
use crate::simulate::responses::tune;
use crate::simulate::test_form::TestForm;

/// Points below the line from which marks are lifted.
const REACH: i64 = 3;
/// Half a point: the step of a mark.
const HALF: i64 = Points::SCALE / 2;

fn is_below(mark: Points) -> bool {
    mark >= Points::whole(APPROVED_LINE - REACH) && mark < Points::whole(APPROVED_LINE)
}

/// Lifts sheets and marks of raters; returns who was lifted, one entry a plant.
pub fn lift(
    batch: &BatchPlan,
    form: &TestForm,
    maxima: &[i64],
    exam: &mut BatchExam,
    random: &mut Random,
) -> Vec<Vec<usize>> {
    let mut lifted = vec![Vec::new(); batch.plants.len()];
    for (kind, lifted) in batch.plants.iter().zip(&mut lifted) {
        let PlantKind::LiftedToLine { by, percent } = *kind else { continue };
        let share = f64::from(percent) / 100.0;
        match by {
            LiftedBy::Rater => lift_marks(maxima, share, lifted, exam, random),
            LiftedBy::Room | LiftedBy::Batch => {
                for index in exam.sat() {
                    let inside = by == LiftedBy::Batch || exam.candidates[index].room == 1;
                    let Some(sheet) = exam.sheets[index].as_mut().filter(|_| inside) else { continue };
                    if is_below(form.mark(sheet)) && random.chance(share) {
                        let (low, high) = (APPROVED_LINE * Points::SCALE, APPROVED_LINE * Points::SCALE + HALF);
                        let (low, high) = (Points::from_millionths(low), Points::from_millionths(high));
                        if tune(form, sheet, low, high, random) {
                            lifted.push(index);
                        }
                    }
                }
            }
        }
    }
    lifted
}

/// The first rater of the team adds half points, criterion by criterion, until the mean of both marks passes.
fn lift_marks(maxima: &[i64], share: f64, lifted: &mut Vec<usize>, exam: &mut BatchExam, random: &mut Random) {
    for (candidate, mark) in component_marks(exam, &Component::Skill) {
        let own = |exam: &BatchExam| -> Vec<usize> {
            let ratings = exam.ratings.iter().enumerate();
            let own = ratings.filter(|(_, rating)| {
                rating.candidate == candidate && rating.component == Component::Skill && rating.rater == 0
            });
            own.map(|(place, _)| place).collect()
        };
        let places = own(exam);
        if places.is_empty() || !is_below(mark) || !random.chance(share) {
            continue;
        }
        let mut wanted = 2 * (APPROVED_LINE * Points::SCALE - mark.millionths());
        while wanted > 0 {
            let before = wanted;
            for place in &places {
                let rating = &mut exam.ratings[*place];
                let most = maxima.get(rating.criterion).copied().unwrap_or(0) * Points::SCALE;
                if wanted > 0 && rating.score.millionths() + HALF <= most {
                    rating.score = Points::from_millionths(rating.score.millionths() + HALF);
                    wanted -= HALF;
                }
            }
            if wanted == before {
                break;
            }
        }
        lifted.push(candidate);
    }
}
