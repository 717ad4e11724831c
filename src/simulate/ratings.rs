//! Marks under a facets model: quality of the work, difficulty of the criterion, severity of the rater and
//! noise, on half-point steps. Two raters mark every work; where they differ by the tolerance or more a third
//! rater decides.

use crate::model::component::Component;
use crate::model::points::Points;
use crate::simulate::exam::{CandidateRecord, RatingRecord};
use crate::simulate::plan::StaffPlan;
use crate::simulate::random::Random;
use chrono::{NaiveDateTime, TimeDelta};

/// Standard deviation of one mark, as share of the maximum.
const NOISE: f64 = 0.03;
/// Mean quality of a work, as share of the maximum.
const USUAL_QUALITY: f64 = 0.77;
/// Half the width of the middle in which a central rater keeps, as share of the maximum.
const MIDDLE: f64 = 0.04;
/// Half points: the step of every mark.
const STEPS_A_POINT: f64 = 2.0;
/// A difference of this share of the maximum, or more, needs a third mark.
const TOLERANCE: f64 = 0.20;
/// Share of the maximum by which the second mark of a disputed work is lower.
const DISPUTE: f64 = 0.21;
/// Batches at least this large have one disputed work.
const SIZE_WITH_DISPUTE: usize = 24;
/// Minutes in which a batch is marked.
const MARKING_MINUTES: i64 = 480;

/// A planted rater: the first of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RaterPlant {
    /// Nobody.
    None,
    /// Severe by this percentage in 30 works (in all, if fewer).
    Severe(u8),
    /// Drifts downwards by this percentage over 40 works (over all, if fewer).
    Drifting(u8),
    /// Gives all criteria of a work one share of their maxima, in 40 works.
    Halo,
    /// Moves high and low marks to the edges of the middle, in 40 works.
    Central,
    /// Draws marks together by this percentage, in 40 works.
    Narrow(u8),
    /// The first of the team marks nothing here, so that what is planted in another component is all there is
    /// to see of that rater.
    Away,
}

/// What is marked: the works of one component of one batch.
pub struct Marking<'a> {
    /// Which component.
    pub component: Component,
    /// Maximum of each criterion, points.
    pub maxima: &'a [i64],
    /// Everybody of the batch.
    pub people: &'a [CandidateRecord],
    /// Indices of those whose work is marked, in order of time.
    pub works: &'a [usize],
    /// Raters in the team.
    pub team: &'a [StaffPlan],
    /// Start of marking.
    pub start: NaiveDateTime,
    /// Who is planted.
    pub plant: RaterPlant,
    /// Whether one work may be disputed.
    pub with_dispute: bool,
}

/// All marks, by work, mark number and criterion.
pub fn mark_works(marking: &Marking<'_>, random: &mut Random) -> Vec<RatingRecord> {
    let difficulties: Vec<f64> = marking.maxima.iter().map(|_| random.normal(0.0, 0.03)).collect();
    let disputed =
        (marking.with_dispute && marking.plant == RaterPlant::None && marking.works.len() >= SIZE_WITH_DISPUTE)
            .then(|| random.below(marking.works.len()));
    let pairs = rater_pairs(marking);
    let planted_works = pairs.iter().filter(|pair| pair.0 == 0 || pair.1 == 0).count();
    let mut planted_seen = 0;
    let mut records = Vec::with_capacity(marking.works.len() * marking.maxima.len() * 2);
    for (place, (candidate, (first, second))) in marking.works.iter().zip(pairs).enumerate() {
        let quality = marking.people[*candidate].skill_quality;
        let planted = first == 0 || second == 0;
        let severity_of = |rater: usize| match marking.plant {
            RaterPlant::Severe(percent) if rater == 0 => -f64::from(percent) / 100.0,
            // Symmetric about nought, so that the drift is not severity at the same time.
            RaterPlant::Drifting(percent) if rater == 0 => {
                let time = planted_seen as f64 / (planted_works.max(2) - 1) as f64;
                f64::from(percent) / 100.0 * (0.5 - time)
            }
            _ => marking.team[rater].severity,
        };
        // What the planted rater makes of the level of a criterion: the work's own level, or one nearer to the usual.
        let seen_by = |rater: usize, level: f64| match marking.plant {
            RaterPlant::Halo if rater == 0 => quality,
            RaterPlant::Central if rater == 0 => level.clamp(USUAL_QUALITY - MIDDLE, USUAL_QUALITY + MIDDLE),
            RaterPlant::Narrow(percent) if rater == 0 => {
                USUAL_QUALITY + (level - USUAL_QUALITY) * (1.0 - f64::from(percent) / 100.0)
            }
            _ => level,
        };
        // A rater with a halo makes up his or her mind once for the whole work.
        let noise_of = |rater: usize, noise: f64| {
            let settled = marking.plant == RaterPlant::Halo && rater == 0;
            if settled { 0.0 } else { noise }
        };
        let minutes = MARKING_MINUTES * place as i64 / marking.works.len().max(1) as i64;
        let time = marking.start + TimeDelta::minutes(minutes);
        let mut first_marks = Vec::with_capacity(marking.maxima.len());
        let mut second_marks = Vec::with_capacity(marking.maxima.len());
        for (criterion, maximum) in marking.maxima.iter().enumerate() {
            let level = quality + difficulties[criterion] + random.normal(0.0, 0.05);
            let one = half_points(
                *maximum,
                seen_by(first, level) + severity_of(first) + noise_of(first, random.normal(0.0, NOISE)),
            );
            let two = half_points(
                *maximum,
                seen_by(second, level) + severity_of(second) + noise_of(second, random.normal(0.0, NOISE)),
            );
            if disputed == Some(place) {
                let high = one.max((*maximum as f64 * STEPS_A_POINT * 0.6) as i64);
                first_marks.push(high);
                second_marks.push(high - (*maximum as f64 * STEPS_A_POINT * DISPUTE).ceil() as i64);
            } else {
                first_marks.push(one);
                second_marks.push(within_tolerance(one, two, *maximum));
            }
        }
        let mut push = |rater: usize, mark_no: u8, marks: &[i64], minutes_later: i64| {
            for (criterion, mark) in marks.iter().enumerate() {
                records.push(RatingRecord {
                    candidate: *candidate,
                    component: marking.component.clone(),
                    criterion,
                    rater,
                    mark_no,
                    score: Points::from_millionths(mark * Points::SCALE / STEPS_A_POINT as i64),
                    marked_at: time + TimeDelta::minutes(minutes_later),
                });
            }
        };
        push(first, 1, &first_marks, 0);
        push(second, 2, &second_marks, 2);
        if disputed == Some(place) {
            // The third rater upholds the first marking, so that the closest pair and "the third decides"
            // give the same final mark.
            let third = (0..marking.team.len()).find(|rater| *rater != first && *rater != second).unwrap_or(0);
            push(third, 3, &first_marks, 40);
        }
        planted_seen += usize::from(planted);
    }
    records
}

/// Who marks each work. Pairs rotate through the team, and who is first changes.
fn rater_pairs(marking: &Marking<'_>) -> Vec<(usize, usize)> {
    let works = marking.works.len();
    let team = marking.team.len().max(2);
    let wanted = match marking.plant {
        RaterPlant::None => {
            return (0..works).map(|work| (work % team, (work % team + 1 + work / team % (team - 1)) % team)).collect();
        }
        RaterPlant::Severe(_) => works.min(30),
        RaterPlant::Drifting(_) | RaterPlant::Halo | RaterPlant::Central | RaterPlant::Narrow(_) => works.min(40),
        RaterPlant::Away => 0,
    };
    let others = team - 1;
    let (mut with_planted, mut without) = (0, 0);
    (0..works)
        .map(|work| {
            // Spreads the planted rater's works evenly over the day.
            if (work + 1) * wanted / works > work * wanted / works {
                let other = 1 + with_planted % others;
                with_planted += 1;
                if with_planted % 2 == 0 { (0, other) } else { (other, 0) }
            } else {
                let first = without % others;
                let second = (first + 1 + without / others % (others - 1).max(1)) % others;
                without += 1;
                (1 + first, 1 + second)
            }
        })
        .collect()
}

fn half_points(maximum: i64, share: f64) -> i64 {
    let steps = maximum as f64 * STEPS_A_POINT;
    (steps * share).round().clamp(0.0, steps) as i64
}

/// The second mark, moved so far that the difference stays below the tolerance.
fn within_tolerance(first: i64, second: i64, maximum: i64) -> i64 {
    let most = (maximum as f64 * STEPS_A_POINT * TOLERANCE).ceil() as i64 - 1;
    second.clamp(first - most, first + most)
}

/// Half-point steps below which a second mark is in dispute with the first.
pub fn dispute_points(maximum: i64) -> Points {
    let steps = (maximum as f64 * STEPS_A_POINT * DISPUTE).ceil() as i64;
    Points::from_millionths(steps * Points::SCALE / STEPS_A_POINT as i64)
}

/// The final mark of one criterion: the mean of two marks; with a third, the mean of the closest pair.
/// No rounding: means of half points are exact quarters.
pub fn final_mark(marks: &[Points]) -> Points {
    let mean = |a: Points, b: Points| Points::from_millionths((a.millionths() + b.millionths()) / 2);
    match marks {
        [] => Points::ZERO,
        [only] => *only,
        [one, two] => mean(*one, *two),
        [one, two, third, ..] => {
            let distance = |a: Points, b: Points| (a - b).millionths().abs();
            if distance(*one, *third) <= distance(*two, *third) { mean(*one, *third) } else { mean(*two, *third) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_of_the_final_mark() {
        let points = |text: &str| Points::parse(text).expect("mark");
        assert_eq!(final_mark(&[points("17.5"), points("16")]), points("16.75"));
        assert_eq!(final_mark(&[points("18"), points("12"), points("18")]), points("18"));
        assert_eq!(final_mark(&[points("11"), points("18"), points("17")]), points("17.5"));
        assert_eq!(final_mark(&[points("11")]), points("11"));
    }

    #[test]
    fn a_rater_who_is_away_marks_nothing() {
        let person = |id: &str| StaffPlan { person_id: id.to_owned(), name: String::new(), severity: 0.0 };
        let (team, works) = ([person("W1"), person("W2"), person("W3"), person("W4")], Vec::from_iter(0..9));
        let marking = Marking {
            component: Component::Review,
            maxima: &[40, 60],
            people: &[],
            works: &works,
            team: &team,
            start: NaiveDateTime::default(),
            plant: RaterPlant::Away,
            with_dispute: false,
        };
        for (first, second) in rater_pairs(&marking) {
            assert!(first > 0 && second > 0 && first != second && first.max(second) < team.len(), "{first} {second}");
        }
    }

    #[test]
    fn the_second_mark_stays_below_the_tolerance() {
        for maximum in [15, 20, 25, 30, 40] {
            for second in 0..=maximum * 2 {
                let moved = within_tolerance(maximum, second, maximum);
                assert!((moved - maximum).abs() * 5 < maximum * 2, "{maximum} {moved}");
            }
        }
        assert_eq!(dispute_points(20), Points::parse("4.5").expect("mark"));
    }
}
