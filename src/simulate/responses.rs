//! Answer sheets drawn from the nominal response model, and the changes that planted cases make to them.

use crate::model::points::Points;
use crate::simulate::exam::CandidateRecord;
use crate::simulate::random::Random;
use crate::simulate::test_form::{DOUBLE_MARK, OPTION_COUNT, TestForm};

/// Share of items left blank.
const BLANK_RATE: f64 = 0.003;
/// Share of items with two marks.
const DOUBLE_RATE: f64 = 0.0005;
/// Steps after which a mark that cannot be reached is given up.
const MOST_TUNING_STEPS: usize = 10_000;

/// One sheet for everybody who sat.
pub fn sheets(form: &TestForm, people: &[CandidateRecord], random: &mut Random) -> Vec<Option<Vec<u8>>> {
    people.iter().map(|person| person.sat().then(|| sheet(form, person.theta, random))).collect()
}

fn sheet(form: &TestForm, theta: f64, random: &mut Random) -> Vec<u8> {
    form.items
        .iter()
        .map(|item| {
            let accident = random.uniform();
            if accident < BLANK_RATE {
                0
            } else if accident < BLANK_RATE + DOUBLE_RATE {
                DOUBLE_MARK + random.below(2) as u8
            } else {
                draw(&item.model.probabilities(theta), random)
            }
        })
        .collect()
}

fn draw(probabilities: &[f64; OPTION_COUNT], random: &mut Random) -> u8 {
    let mut place = random.uniform();
    for (option, probability) in probabilities.iter().enumerate() {
        place -= probability;
        if place < 0.0 {
            return option as u8 + 1;
        }
    }
    OPTION_COUNT as u8
}

/// Draws a new sheet of somebody with this ability.
pub fn redraw(form: &TestForm, theta: f64, random: &mut Random) -> Vec<u8> {
    sheet(form, theta, random)
}

/// Copies this percentage of the items, each drawn once, from the source.
pub fn copy_share(source: &[u8], copier: &mut [u8], percent: u8, random: &mut Random) {
    let mut items: Vec<usize> = (0..source.len().min(copier.len())).collect();
    random.shuffle(&mut items);
    items.truncate((items.len() * usize::from(percent)).div_ceil(100));
    for item in items {
        copier[item] = source[item];
    }
}

/// Changes single answers until the mark lies in low..=high; `false` when it cannot be reached.
pub fn tune(form: &TestForm, sheet: &mut [u8], low: Points, high: Points, random: &mut Random) -> bool {
    for _ in 0..MOST_TUNING_STEPS {
        let mark = form.mark(sheet);
        if mark >= low && mark <= high {
            return true;
        }
        let wanted_right = mark < low;
        let item = random.below(sheet.len());
        let right = sheet[item] == form.items[item].key;
        if right == wanted_right {
            continue;
        }
        let key = form.items[item].key;
        sheet[item] = if wanted_right { key } else { 1 + (key - 1 + 1 + random.below(3) as u8) % OPTION_COUNT as u8 };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::parameters::SimulateParameters;
    use crate::simulate::plan::CityPlan;
    use crate::simulate::random::Purpose;

    fn form() -> TestForm {
        TestForm::new(&CityPlan::new(&SimulateParameters::demo()).expect("plan"), 0)
    }

    #[test]
    fn tuning_reaches_a_narrow_window() {
        let (form, mut random) = (form(), Random::new(1, Purpose::Plants, 0));
        for theta in [-1.5, 0.5, 2.0] {
            let mut answers = redraw(&form, theta, &mut random);
            assert!(tune(&form, &mut answers, Points::whole(57), Points::parse("59.5").expect("mark"), &mut random));
            let mark = form.mark(&answers);
            assert!(mark >= Points::whole(57) && mark < Points::whole(60), "{mark}");
            assert!(answers.iter().all(|code| usize::from(*code) < crate::simulate::test_form::LABELS.len()));
        }
    }

    #[test]
    fn the_copier_agrees_with_the_source_on_the_share() {
        let (form, mut random) = (form(), Random::new(1, Purpose::Plants, 1));
        let source = redraw(&form, 0.0, &mut random);
        let mut copier = vec![6; source.len()];
        copy_share(&source, &mut copier, 85, &mut random);
        assert_eq!(copier.iter().zip(&source).filter(|(a, b)| a == b).count(), 51);
    }

    #[test]
    fn most_people_pass() {
        let (form, mut random) = (form(), Random::new(1, Purpose::Responses, 0));
        let marks: Vec<f64> = (0..2_000)
            .map(|_| {
                let theta = random.normal(0.6, 1.0);
                form.mark(&redraw(&form, theta, &mut random)).to_f64()
            })
            .collect();
        let passed = marks.iter().filter(|mark| **mark >= 60.0).count() as f64 / marks.len() as f64;
        assert!((0.6..0.95).contains(&passed), "{passed}");
    }
}
