//! The declared rule of adjudication: from the marks of a work to its final mark.
//!
//! Two raters below tolerance: the mean. At or above: a third mark, and then the third mark itself or
//! the mean of the closest pair. An expert's mark decides wherever there is one. Where a further mark
//! was not needed, the mean of all is allowed too.

use crate::detect::scoring::exact::Exact;
use crate::detect::scoring::prepare::{BatchMarks, Marking, Work, is_regular, work_maximum};
use crate::model::points::Points;

/// What the marks of a work come to.
#[derive(Debug)]
pub(super) enum Replay {
    /// Marks are missing, or the markings do not cover the same criteria.
    Incomplete,
    /// Final marks that the rule allows, and which part of the rule it is.
    Settled(Vec<Exact>, Step),
}

/// Which part of the rule settles the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// There is one marking only.
    Single,
    /// The mean of the regular markings.
    Mean,
    /// The third mark or the closest pair.
    Third,
    /// The difference asks for a third mark, and there is none: only the mean is left to compare with.
    ThirdMissing,
    /// The expert's mark.
    Expert,
}

impl Step {
    /// In both languages.
    pub(super) fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Single => ("单次评分", "single marking"),
            Self::Mean => ("差异低于容差，取平均", "below tolerance: mean"),
            Self::Third => ("第三评分或最接近两评的平均", "third mark or mean of the closest pair"),
            Self::ThirdMissing => ("差异达到容差但无第三评分，暂取平均", "third mark missing: mean for comparison"),
            Self::Expert => ("专家裁定", "expert decides"),
        }
    }
}

/// Whether a difference reaches the tolerance, in whole numbers: difference · denominator ≥ numerator · maximum.
pub(super) fn reaches_tolerance(difference: Points, maximum: Points, tolerance: (i64, i64)) -> bool {
    let (numerator, denominator) = tolerance;
    i128::from(difference.millionths()) * i128::from(denominator)
        >= i128::from(numerator) * i128::from(maximum.millionths())
}

/// The regular markings of a work, when each has a total and all cover the same criteria.
pub(super) fn complete_regular<'a>(
    batch: &'a BatchMarks<'_>,
    work: &Work<'_>,
    required_raters: u8,
) -> Option<Vec<(&'a Marking, Points)>> {
    let regular: Option<Vec<(&Marking, Points)>> = batch
        .markings_of(work)
        .iter()
        .filter(|marking| is_regular(marking, required_raters))
        .map(|marking| marking.total.map(|total| (marking, total)))
        .collect();
    let regular = regular.filter(|regular| !regular.is_empty())?;
    let same = regular.windows(2).all(|pair| batch.same_criteria(pair[0].0, pair[1].0));
    same.then_some(regular)
}

/// Largest minus smallest total.
pub(super) fn spread(totals: &[(&Marking, Points)]) -> Points {
    let marks = || totals.iter().map(|(_, total)| *total);
    marks().max().unwrap_or_default() - marks().min().unwrap_or_default()
}

/// Replays the rule for one work.
pub(super) fn replay(batch: &BatchMarks<'_>, work: &Work<'_>, required_raters: u8, tolerance: (i64, i64)) -> Replay {
    let markings = batch.markings_of(work);
    let later = |from: u8| {
        let is_later = move |marking: &&Marking| marking.mark_no.is_some_and(|mark_no| mark_no >= from);
        markings.iter().filter(is_later).collect::<Vec<_>>()
    };
    let third_no = required_raters.saturating_add(1);
    if let Some(expert) = later(required_raters.saturating_add(2)).last() {
        return match expert.total {
            Some(total) => Replay::Settled(vec![Exact::of(total)], Step::Expert),
            None => Replay::Incomplete,
        };
    }
    let Some(regular) = complete_regular(batch, work, required_raters) else { return Replay::Incomplete };
    let Some((maximum, _)) = work_maximum(markings, work.component) else { return Replay::Incomplete };
    let mut totals: Vec<Points> = regular.iter().map(|(_, total)| *total).collect();
    let Some(mean) = Exact::mean(&totals) else { return Replay::Incomplete };
    let apart = reaches_tolerance(spread(&regular), maximum, tolerance) && regular.len() > 1;
    let thirds: Vec<&Marking> =
        later(third_no).into_iter().filter(|marking| marking.mark_no == Some(third_no)).collect();
    if thirds.is_empty() {
        let step = match (regular.len(), apart) {
            (1, _) => Step::Single,
            (_, false) => Step::Mean,
            // Three or more raters without mark numbers are a panel: its mean is the mark.
            (n, true) if n > usize::from(required_raters) => Step::Mean,
            (_, true) => Step::ThirdMissing,
        };
        return Replay::Settled(vec![mean], step);
    }
    let mut allowed = Vec::new();
    if !apart {
        allowed.push(mean);
    }
    for third in thirds {
        let Some(total) = third.total else { return Replay::Incomplete };
        allowed.push(Exact::of(total));
        totals.push(total);
    }
    if !apart {
        // Nothing asks for this mark: it may be a panel of more raters than required, whose mean counts.
        allowed.extend(Exact::mean(&totals));
    }
    totals.sort_unstable();
    let gap = |pair: &[Points]| pair[1] - pair[0];
    let closest = totals.windows(2).map(gap).min();
    allowed.extend(totals.windows(2).filter(|pair| Some(gap(pair)) == closest).filter_map(Exact::mean));
    Replay::Settled(allowed, Step::Third)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tolerance_is_exact() {
        let points = |text| Points::parse(text).unwrap();
        let reaches = |difference, maximum| reaches_tolerance(points(difference), points(maximum), (20, 100));
        assert!(reaches("20", "100") && !reaches("19.5", "100") && !reaches("19.999999", "100"));
        assert!(reaches("6", "30") && !reaches("5.5", "30"));
        assert!(reaches_tolerance(points("33.333334"), points("100"), (1, 3)));
        assert!(!reaches_tolerance(points("33.333333"), points("100"), (1, 3)));
    }
}
