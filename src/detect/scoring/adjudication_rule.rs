//! The declared rule of adjudication, and the rules that a batch may follow instead: from the totals of a work
//! to its one final mark.

use crate::detect::scoring::declared::{AdjudicationRule, RoundingRule, ThirdRule};
use crate::detect::scoring::exact::{Exact, Likeness, Rounding, compare};
use crate::detect::scoring::replay::reaches_tolerance;
use crate::model::points::Points;
use crate::model::text::Bilingual;

/// The totals of one work.
#[derive(Clone, Debug)]
pub(super) struct Totals {
    /// Regular marks, at least two, in the order of marking.
    pub(super) regular: Vec<Points>,
    /// The third mark.
    pub(super) third: Option<Points>,
    /// The expert's mark.
    pub(super) expert: Option<Points>,
    /// The most that the work can give.
    pub(super) maximum: Points,
    /// Whether the regular marks differ by the tolerance or more.
    pub(super) apart: bool,
    /// Tolerance, as share of the maximum.
    pub(super) tolerance: (i64, i64),
}

/// Which part of the rule decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    Mean,
    Third,
    Expert,
}

impl Decided {
    pub(super) fn text(self) -> Bilingual {
        match self {
            Self::Mean => Bilingual::new("差异低于容差，取平均", "below tolerance: mean"),
            Self::Third => Bilingual::new("差异达到容差，有第三评分", "at or above tolerance: third mark"),
            Self::Expert => Bilingual::new("由专家裁定", "the expert decides"),
        }
    }
}

/// What a rule gives.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// Final marks (two where two pairs are equally close), before rounding.
    Marks(Vec<Exact>, Decided),
    /// The third mark that the difference asks for is not there: another measure lists it.
    ThirdMissing,
    /// The expert's mark that the rule asks for is not there.
    ExpertMissing,
}

/// What the declared rule gives for a work.
pub(super) fn outcome(rule: &AdjudicationRule, totals: &Totals) -> Outcome {
    if let Some(expert) = totals.expert {
        return Outcome::Marks(vec![Exact::of(expert)], Decided::Expert);
    }
    if !totals.apart {
        return Outcome::Marks(Exact::mean(&totals.regular).into_iter().collect(), Decided::Mean);
    }
    let Some(third) = totals.third else { return Outcome::ThirdMissing };
    let (gap, pairs) = closest(totals, third);
    if rule.expert_needed && reaches_tolerance(gap, totals.maximum, totals.tolerance) {
        return Outcome::ExpertMissing;
    }
    let marks = match rule.third {
        ThirdRule::Third => vec![Exact::of(third)],
        ThirdRule::ClosestPair => pairs,
        ThirdRule::MeanOfAll => Exact::mean(&all(totals, third)).into_iter().collect(),
    };
    Outcome::Marks(marks, Decided::Third)
}

fn all(totals: &Totals, third: Points) -> Vec<Points> {
    totals.regular.iter().copied().chain([third]).collect()
}

/// The smallest gap between neighbouring marks, and the means of the pairs that have it.
fn closest(totals: &Totals, third: Points) -> (Points, Vec<Exact>) {
    let mut marks = all(totals, third);
    marks.sort_unstable();
    let gap = marks.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or_default();
    let pairs = marks.windows(2).filter(|pair| pair[1] - pair[0] == gap);
    (gap, pairs.filter_map(Exact::mean).collect())
}

/// Whether a recorded mark is the given one under the declared rounding.
pub(super) fn is_recorded(rule: &AdjudicationRule, exact: Exact, recorded: Points) -> bool {
    let decimals = u32::from(rule.decimals);
    match rule.rounding {
        // A third of a point cannot be written out: six decimals are as it stands.
        RoundingRule::None => exact.rounded(6, Rounding::HalfUp) == recorded,
        RoundingRule::HalfUp => exact.rounded(decimals, Rounding::HalfUp) == recorded,
        RoundingRule::HalfEven => exact.rounded(decimals, Rounding::HalfEven) == recorded,
    }
}

/// A final mark as the declared rule writes it.
pub(super) fn written(rule: &AdjudicationRule, exact: Exact) -> String {
    let decimals = u32::from(rule.decimals);
    match rule.rounding {
        RoundingRule::None => exact.to_string(),
        RoundingRule::HalfUp => exact.rounded(decimals, Rounding::HalfUp).to_string(),
        RoundingRule::HalfEven => exact.rounded(decimals, Rounding::HalfEven).to_string(),
    }
}

/// The declared rule in words.
pub(super) fn in_words(rule: &AdjudicationRule) -> Bilingual {
    let (third_zh, third_en) = third_words(rule.third);
    let (expert_zh, expert_en) = if rule.expert_needed {
        ("，最接近的两评仍达到容差时由专家裁定", "; an expert where the closest pair still reaches it")
    } else {
        ("", "")
    };
    let n = rule.decimals;
    let (round_zh, round_en) = match rule.rounding {
        RoundingRule::None => ("，不取整".to_owned(), "; no rounding".to_owned()),
        RoundingRule::HalfUp => (format!("，四舍五入保留 {n} 位小数"), format!("; half up to {n} decimals")),
        RoundingRule::HalfEven => (format!("，四舍六入五成双保留 {n} 位小数"), format!("; half to even, {n} decimals")),
    };
    Bilingual::new(
        format!("低于容差取平均；达到容差{third_zh}{expert_zh}{round_zh}"),
        format!("mean below the tolerance; {third_en} at or above it{expert_en}{round_en}"),
    )
}

fn third_words(third: ThirdRule) -> (&'static str, &'static str) {
    match third {
        ThirdRule::Third => ("以第三评分为准", "the third mark"),
        ThirdRule::ClosestPair => ("取最接近两评的平均", "the mean of the closest pair"),
        ThirdRule::MeanOfAll => ("取三评的平均", "the mean of all three"),
    }
}

/// A rule that a batch may follow as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownRule {
    Third(ThirdRule),
    MeanOfRegular,
    Highest,
    Lowest,
    First,
}

impl KnownRule {
    /// In the order in which they are tried: the usual ones first.
    pub(super) const ALL: [Self; 7] = [
        Self::Third(ThirdRule::ClosestPair),
        Self::Third(ThirdRule::Third),
        Self::Third(ThirdRule::MeanOfAll),
        Self::MeanOfRegular,
        Self::Highest,
        Self::Lowest,
        Self::First,
    ];

    /// For figures.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Third(third) => third.name(),
            Self::MeanOfRegular => "mean_of_regular",
            Self::Highest => "highest",
            Self::Lowest => "lowest",
            Self::First => "first",
        }
    }

    /// In words.
    pub(super) fn text(self) -> Bilingual {
        match self {
            Self::Third(third) => {
                let (zh, en) = third_words(third);
                Bilingual::new(format!("达到容差{zh}"), format!("{en} at or above the tolerance"))
            }
            Self::MeanOfRegular => {
                Bilingual::new("不论差异，取常规评分的平均", "the mean of the regular marks, whatever the difference")
            }
            Self::Highest => Bilingual::new("取最高分", "the highest mark"),
            Self::Lowest => Bilingual::new("取最低分", "the lowest mark"),
            Self::First => Bilingual::new("取第一次评分", "the first marking"),
        }
    }

    /// What the rule gives; `None` where it asks for a mark that is not there.
    pub(super) fn marks(self, totals: &Totals) -> Option<Vec<Exact>> {
        let one = |mark: Option<Points>| mark.map(|mark| vec![Exact::of(mark)]);
        let every = || totals.regular.iter().copied().chain(totals.third).chain(totals.expert);
        match self {
            Self::Third(third) => match outcome(&AdjudicationRule::new(None, third, false), totals) {
                Outcome::Marks(marks, _) => Some(marks),
                Outcome::ThirdMissing | Outcome::ExpertMissing => None,
            },
            Self::MeanOfRegular => Exact::mean(&totals.regular).map(|mean| vec![mean]),
            Self::Highest => one(every().max()),
            Self::Lowest => one(every().min()),
            Self::First => one(totals.regular.first().copied()),
        }
    }

    /// Whether the rule gives the recorded mark, rounded in either way.
    pub(super) fn gives(self, totals: &Totals, recorded: Points) -> bool {
        let fits = |mark: &Exact| compare(recorded, *mark) != Likeness::Differs;
        self.marks(totals).is_some_and(|marks| marks.iter().any(fits))
    }
}

/// Whether the known rules give different marks, so that the recorded one tells them apart.
pub(super) fn tells(totals: &Totals) -> bool {
    let mut given = KnownRule::ALL.iter().filter_map(|rule| rule.marks(totals)).flatten().map(|mark| mark.to_string());
    given.next().is_some_and(|first| given.any(|other| other != first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Points {
        Points::parse(text).unwrap()
    }

    fn totals(regular: [&str; 2], third: &str, expert: &str) -> Totals {
        let regular = regular.map(points).to_vec();
        let apart = reaches_tolerance(
            *regular.iter().max().unwrap() - *regular.iter().min().unwrap(),
            Points::whole(100),
            (20, 100),
        );
        Totals {
            regular,
            third: Points::parse(third),
            expert: Points::parse(expert),
            maximum: Points::whole(100),
            apart,
            tolerance: (20, 100),
        }
    }

    fn given(third: ThirdRule, expert_needed: bool, totals: &Totals) -> String {
        let rule = AdjudicationRule::new(None, third, expert_needed);
        match outcome(&rule, totals) {
            Outcome::Marks(marks, _) => {
                marks.into_iter().map(|mark| written(&rule, mark)).collect::<Vec<_>>().join("/")
            }
            other => format!("{other:?}"),
        }
    }

    /// Worked by hand.
    #[test]
    fn every_part_of_the_rule() {
        use ThirdRule::{ClosestPair, MeanOfAll, Third};
        let near = totals(["70", "75"], "80", "");
        assert_eq!(given(ClosestPair, true, &near), "72.5");
        let far = totals(["60", "84"], "80", "");
        assert_eq!(given(ClosestPair, true, &far), "82");
        assert_eq!(given(Third, true, &far), "80");
        assert_eq!(given(MeanOfAll, true, &far), "≈74.666667");
        // Two pairs equally close: either mean.
        assert_eq!(given(ClosestPair, false, &totals(["50", "80"], "65", "")), "57.5/72.5");
        // Nineteen and twenty-one apart: the closest pair is below the tolerance; twenty and twenty is not.
        assert_eq!(given(Third, true, &totals(["40", "80"], "59", "")), "59");
        assert_eq!(given(Third, true, &totals(["40", "80"], "60", "")), "ExpertMissing");
        assert_eq!(given(Third, false, &totals(["40", "80"], "60", "")), "60");
        assert_eq!(given(Third, true, &totals(["40", "80"], "60", "66")), "66");
        assert_eq!(given(Third, true, &totals(["40", "80"], "", "")), "ThirdMissing");
    }

    #[test]
    fn declared_rounding_is_kept() {
        let mut rule = AdjudicationRule::new(None, ThirdRule::Third, false);
        let half = Exact::mean(&[points("70"), points("75")]).unwrap();
        assert!(is_recorded(&rule, half, points("72.5")) && !is_recorded(&rule, half, points("73")));
        rule.rounding = RoundingRule::HalfUp;
        assert!(is_recorded(&rule, half, points("73")) && !is_recorded(&rule, half, points("72.5")));
        rule.rounding = RoundingRule::HalfEven;
        assert!(is_recorded(&rule, half, points("72")) && !is_recorded(&rule, half, points("73")));
        rule.decimals = 1;
        assert!(is_recorded(&rule, half, points("72.5")));
    }

    #[test]
    fn the_recorded_mark_tells_the_rule() {
        let far = totals(["60", "84"], "80", "");
        let giving = |mark: &str| {
            KnownRule::ALL
                .iter()
                .filter(|rule| rule.gives(&far, points(mark)))
                .map(|rule| rule.name())
                .collect::<Vec<_>>()
        };
        assert_eq!(giving("82"), ["closest_pair"]);
        assert_eq!(giving("80"), ["third"]);
        assert_eq!(giving("74.67"), ["mean_of_all"]);
        assert_eq!(giving("72"), ["mean_of_regular"]);
        assert_eq!(giving("84"), ["highest"]);
        assert_eq!(giving("60"), ["lowest", "first"]);
        assert!(giving("61").is_empty());
        assert!(tells(&far) && !tells(&totals(["70", "70"], "", "")));
    }
}
