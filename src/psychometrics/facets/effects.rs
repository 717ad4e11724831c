//! What a rater does beside being severe: halo, centrality, a restricted range.
//!
//! Each effect compares what a rater's marks show with what the fitted model expects of them, and that ratio with the
//! panel's median: marks that hang together for every rater (a property of the works, or the stretch of the joint
//! estimate) are nobody's effect. An effect is a reason to look at the works, not a judgement on the rater.

use crate::psychometrics::facets::categories::Categories;
use crate::psychometrics::facets::estimate::FacetsFit;
use crate::psychometrics::facets::input::FacetsInput;
use crate::stats::normal::upper_tail;
use std::collections::BTreeMap;

/// Fewer raters than this have no panel: they are compared with the model alone.
const SMALLEST_PANEL: usize = 3;

/// One effect of one rater.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RaterEffect {
    /// Level of the facet (the rater).
    pub level: usize,
    /// Ratings it rests on.
    pub ratings: usize,
    /// Works (a person's criteria by this rater) it rests on.
    pub works: usize,
    /// What the marks show: a sum of squares or a count, in the unit of the function.
    pub observed: f64,
    /// What the model expects of the same works.
    pub expected: f64,
    /// Observed against expected; 1 as the model says. See the function for what below and above mean.
    pub ratio: f64,
    /// Median ratio of the raters; 1 with fewer than three of them.
    pub panel: f64,
    /// Standard error of the ratio from the model's moments, the estimates taken as known.
    pub standard_error: f64,
    /// (ratio − panel)/(panel · standard error).
    pub z: f64,
    /// One-sided p-value towards the effect, not adjusted for the number of raters.
    pub p_value: f64,
}

/// One rating as a part of its group's range: 0 is the lowest category, 1 the highest.
#[derive(Clone, Copy, Debug)]
struct Mark {
    level: usize,
    person: usize,
    group: usize,
    share: f64,
    expected: f64,
    variance: f64,
    third: f64,
    fourth: f64,
}

/// Do a rater's marks of one work differ less between the criteria than the model expects?
///
/// **Input**: a fit; `facet` is the raters' facet. A work is one person's ratings by one rater; works with one rating
/// tell nothing.
///
/// **Formula**: with y the category over the number of steps, S = Σ over works of Σ(y − ȳ)² within the work. Under the
/// model the y of a work are independent with means μ and variances V, so E S = Σ(1 − 1/m)V + Σ(μ − μ̄)² and Var S is
/// that of a quadratic form in independent variables. ratio = S/E S.
///
/// **Returns**: by level; a ratio below the panel's is halo, and the p-value is that of the lower tail. `None` for
/// raters with fewer than two works or without an estimate.
///
/// **Reference**: Thorndike (1920), Journal of Applied Psychology 4, 25–29; Saal, Downey & Lahey (1980), Psychological
/// Bulletin 88, 413–428 (variance over the dimensions of a ratee); Myford & Wolfe (2004), Journal of Applied
/// Measurement 5, 189–227; variance of a quadratic form: Seber & Lee (2003), Linear Regression Analysis, theorem 1.6.
///
/// **Example**: rater 2 gives one mark to everything.
/// ```
/// use kaojian::psychometrics::facets::{effects::halo, estimate::fit, input::FacetsInput};
/// let mut input = FacetsInput { persons: 12, levels: vec![3, 4], ..FacetsInput::default() };
/// for person in 0..12 {
///     for rater in 0..3 {
///         for criterion in 0..4 {
///             let spread = if rater == 2 { 0 } else { (person * 5 + rater * 3 + criterion * 7) % 3 };
///             input.person.push(person);
///             input.level.extend([rater, criterion]);
///             input.score.push((person % 3 + spread) as i64);
///         }
///     }
/// }
/// let found = halo(&input, &fit(&input, &[]).unwrap(), 0);
/// let [honest, other, alike] = [found[0].unwrap(), found[1].unwrap(), found[2].unwrap()];
/// assert!(alike.ratio < 1e-9 && alike.p_value < 0.001);
/// assert!(honest.ratio > 0.5 && other.ratio > 0.5 && honest.p_value > 0.01 && other.p_value > 0.01);
/// ```
pub fn halo(input: &FacetsInput, fitted: &FacetsFit, facet: usize) -> Vec<Option<RaterEffect>> {
    let marks = marks(input, fitted, facet);
    let mut sums = vec![Sums::default(); input.levels.get(facet).copied().unwrap_or(0)];
    for work in works(&marks).values().filter(|work| work.len() > 1) {
        let (spread, level) = (spread(work), work[0].level);
        sums[level].add(work.len(), spread.observed, spread.expected, spread.variance);
    }
    effects(&sums, &Shape { square_root: false, upper: false })
}

/// Are a rater's marks crowded into the middle of the scale more than the model expects?
///
/// **Input**: a fit; `facet` is the raters' facet. The middle of a step group is the run of categories around the median
/// of all its marks that holds at least half of them, never the lowest or highest category; groups with fewer than two
/// steps, or whose median is at an end, are left out.
///
/// **Formula**: the number of marks in the middle against ΣP(middle). ratio = observed/expected. The variance is the
/// larger of the model's ΣP(1 − P) and W/(W − 1)·Σ(d − d̄)² over the W works, with d the number less its expectation in
/// one work: marks of one work hang together more than the model knows, and a variance that takes them for independent
/// names honest raters. Where works are marked by two, all of this is done once more without the works of each partner in
/// turn, and the result that speaks least for the effect stands: the abilities of works shared with a partner who marks
/// unusually are that partner's too, and would make the other one look central.
///
/// **Returns**: by level; a ratio above the panel's is centrality, and the p-value is that of the upper tail. `None`
/// for raters with fewer than two works, without a group that has a middle, or who marked with one partner only (the
/// two cannot be told apart). Infit and outfit far below 1 ([`crate::psychometrics::facets::fit`]) say the same in
/// another way.
///
/// **Reference**: Myford & Wolfe (2004), Journal of Applied Measurement 5, 189–227; Wolfe & Song (2015), Journal of
/// Applied Measurement 16, 228–241.
///
/// **Example**: rater 2 keeps to the middle category.
/// ```
/// use kaojian::psychometrics::facets::{effects::centrality, estimate::fit, input::FacetsInput};
/// let mut input = FacetsInput { persons: 15, levels: vec![3], ..FacetsInput::default() };
/// for person in 0..15 {
///     for rater in 0..3 {
///         let mark = (person % 5 + (person * 2 + rater) % 3).clamp(1, 5) as i64 - 1;
///         input.person.push(person);
///         input.level.push(rater);
///         input.score.push(if rater == 2 { 2 } else { mark });
///     }
/// }
/// let found = centrality(&input, &fit(&input, &[]).unwrap(), 0);
/// assert!(found[2].unwrap().ratio > 1.3 && found[2].unwrap().p_value < 0.01);
/// assert!(found[0].unwrap().p_value > 0.05 && found[1].unwrap().p_value > 0.05);
/// ```
pub fn centrality(input: &FacetsInput, fitted: &FacetsFit, facet: usize) -> Vec<Option<RaterEffect>> {
    let levels = input.levels.get(facet).copied().unwrap_or(0);
    let middles: Vec<Option<(usize, usize)>> = (0..input.groups()).map(|group| middle(fitted, group)).collect();
    let partners = partners(input, fitted, facet);
    // By rater and partner, `None` where more or fewer than two marked the work; works lie together by person.
    let mut parts: BTreeMap<(usize, Option<usize>), (Sums, WorkSums)> = BTreeMap::new();
    let mut categories = Categories::default();
    for kept in &fitted.design.kept {
        let person = input.person[kept.rating];
        let (Some(Some((low, high))), Some(ability)) = (middles.get(kept.group), fitted.abilities[person]) else {
            continue;
        };
        let Some(&level) = input.levels_of(kept.rating).get(facet) else { continue };
        categories.compute(ability - fitted.severities(input, kept.rating), fitted.steps(kept.group));
        let expected: f64 = categories.probabilities[*low..=*high].iter().sum();
        let inside = if (*low..=*high).contains(&kept.category) { 1.0 } else { 0.0 };
        let (sum, works) = parts.entry((level, partners[person].other_than(level))).or_default();
        works.add(person, inside - expected);
        sum.observed += inside;
        sum.expected += expected;
        sum.variance += expected * (1.0 - expected);
        sum.ratings += 1;
    }
    parts.values_mut().for_each(|(_, works)| works.close());
    let of_level = |level: usize| parts.range((level, None)..=(level, Some(usize::MAX)));
    let joined = |level: usize, without: Option<usize>| {
        let (mut sum, mut works) = (Sums::default(), WorkSums::default());
        for (_, (part, of_part)) in of_level(level).filter(|((_, partner), _)| partner.is_none() || *partner != without)
        {
            sum.join(part);
            works.join(of_part);
        }
        sum.works = works.count;
        sum.variance = sum.variance.max(works.variance());
        sum
    };
    let shape = Shape { square_root: false, upper: true };
    let whole: Vec<Sums> = (0..levels).map(|level| joined(level, None)).collect();
    let panel = panel(&whole, &shape);
    (0..levels)
        .map(|level| {
            let partners = of_level(level).filter_map(|((_, partner), _)| *partner);
            let mut weakest = effect(level, &whole[level], panel, &shape)?;
            for partner in partners {
                let rest = effect(level, &joined(level, Some(partner)), panel, &shape)?;
                if rest.p_value > weakest.p_value {
                    weakest = rest;
                }
            }
            Some(weakest)
        })
        .collect()
}

/// Who marked a work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Markers {
    #[default]
    Nobody,
    One(usize),
    Two(usize, usize),
    More,
}

impl Markers {
    fn with(self, level: usize) -> Self {
        match self {
            Self::Nobody => Self::One(level),
            Self::One(one) if one != level => Self::Two(one, level),
            Self::Two(one, two) if one != level && two != level => Self::More,
            same => same,
        }
    }

    /// The partner of one of two.
    fn other_than(self, level: usize) -> Option<usize> {
        match self {
            Self::Two(one, two) if one == level => Some(two),
            Self::Two(one, _) => Some(one),
            Self::Nobody | Self::One(_) | Self::More => None,
        }
    }
}

/// By person.
fn partners(input: &FacetsInput, fitted: &FacetsFit, facet: usize) -> Vec<Markers> {
    let mut markers = vec![Markers::default(); input.persons];
    for kept in &fitted.design.kept {
        if let Some(&level) = input.levels_of(kept.rating).get(facet) {
            let of_person = &mut markers[input.person[kept.rating]];
            *of_person = of_person.with(level);
        }
    }
    markers
}

/// Do a rater's marks spread less over the works than the model expects?
///
/// **Input**: a fit; `facet` is the raters' facet.
///
/// **Formula**: with y the category over the number of steps, S = Σ over step groups of Σ(y − ȳ)² over the rater's
/// marks; E S and Var S as in [`halo`], with the spread that the estimation error of the abilities adds to the
/// expectations, Σ_n h_n²/H_n, taken away. ratio = √(S/E S), the standard deviation of the marks against the expected.
///
/// **Returns**: by level; a ratio below the panel's is a restricted range, and the p-value is that of the lower tail.
/// `None` for raters with fewer than two works.
///
/// **Limits**: the abilities are estimated from the same marks. A rater who gives half of a person's marks (two raters a
/// work) draws the abilities towards their own restricted marks, so that the model expects a restricted range of them
/// and too wide a one of the partner: the ratio is then nearer 1 than the rater is, and the test weak. It tells most
/// where a rater gives a small part of the marks of each person (three raters and more, or partners that rotate among
/// many); with two raters, a ratio near the panel's is no sign that the range is full.
///
/// **Reference**: Saal, Downey & Lahey (1980), Psychological Bulletin 88, 413–428; Myford & Wolfe (2004), Journal of
/// Applied Measurement 5, 189–227.
///
/// **Example**: rater 2 gives nearly one mark to everybody.
/// ```
/// use kaojian::psychometrics::facets::{effects::range_restriction, estimate::fit, input::FacetsInput};
/// let mut input = FacetsInput { persons: 60, levels: vec![4], ..FacetsInput::default() };
/// for person in 0..60 {
///     for rater in 0..4 {
///         let mark = person % 6 + (person / 6 * 2 + person + rater) % 3;
///         input.person.push(person);
///         input.level.push(rater);
///         input.score.push(if rater == 3 { 3 + person % 2 } else { mark } as i64);
///     }
/// }
/// let found = range_restriction(&input, &fit(&input, &[]).unwrap(), 0);
/// assert!(found[3].unwrap().ratio < 0.5 && found[3].unwrap().p_value < 0.001);
/// assert!((0..3).all(|rater| found[rater].unwrap().p_value > 0.05));
/// ```
pub fn range_restriction(input: &FacetsInput, fitted: &FacetsFit, facet: usize) -> Vec<Option<RaterEffect>> {
    let marks = marks(input, fitted, facet);
    let mut sums = vec![Sums::default(); input.levels.get(facet).copied().unwrap_or(0)];
    let mut by_group: BTreeMap<(usize, usize), Vec<Mark>> = BTreeMap::new();
    for mark in &marks {
        by_group.entry((mark.level, mark.group)).or_default().push(*mark);
    }
    for ((level, _), marks) in by_group.iter().filter(|(_, marks)| marks.len() > 1) {
        let spread = spread(marks);
        let added = added_by_estimation(fitted, marks);
        let expected = (spread.expected - added).max(0.5 * spread.expected);
        sums[*level].add(marks.len(), spread.observed, expected, spread.variance);
    }
    let works = works(&marks);
    for sum in &mut sums {
        sum.works = 0;
    }
    works.keys().for_each(|(level, _)| sums[*level].works += 1);
    effects(&sums, &Shape { square_root: true, upper: false })
}

/// Every rating that took part, with its moments.
fn marks(input: &FacetsInput, fitted: &FacetsFit, facet: usize) -> Vec<Mark> {
    let mut categories = Categories::default();
    let mut found = Vec::with_capacity(fitted.design.kept.len());
    for kept in &fitted.design.kept {
        let person = input.person[kept.rating];
        let (Some(ability), Some(&level)) = (fitted.abilities[person], input.levels_of(kept.rating).get(facet)) else {
            continue;
        };
        categories.compute(ability - fitted.severities(input, kept.rating), fitted.steps(kept.group));
        let most = fitted.design.steps(kept.group).max(1) as f64;
        found.push(Mark {
            level,
            person,
            group: kept.group,
            share: kept.category as f64 / most,
            expected: categories.expected / most,
            variance: categories.variance / most.powi(2),
            third: categories.third_moment() / most.powi(3),
            fourth: categories.fourth_moment() / most.powi(4),
        });
    }
    found
}

/// Marks by rater and person.
fn works(marks: &[Mark]) -> BTreeMap<(usize, usize), Vec<Mark>> {
    let mut works: BTreeMap<(usize, usize), Vec<Mark>> = BTreeMap::new();
    for mark in marks {
        works.entry((mark.level, mark.person)).or_default().push(*mark);
    }
    works
}

struct Spread {
    observed: f64,
    expected: f64,
    variance: f64,
}

/// Σ(y − ȳ)², its expectation and its variance for independent y.
fn spread(marks: &[Mark]) -> Spread {
    let m = marks.len() as f64;
    let mean = marks.iter().map(|mark| mark.share).sum::<f64>() / m;
    let centre = marks.iter().map(|mark| mark.expected).sum::<f64>() / m;
    let own = 1.0 - 1.0 / m;
    let (mut expected, mut variance, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for mark in marks {
        let apart = mark.expected - centre;
        expected += own * mark.variance + apart * apart;
        variance += 4.0 * apart * apart * mark.variance
            + 4.0 * own * apart * mark.third
            + own * own * (mark.fourth - mark.variance * mark.variance);
        sum += mark.variance;
        squares += mark.variance * mark.variance;
    }
    variance += 2.0 / (m * m) * (sum * sum - squares);
    Spread { observed: marks.iter().map(|mark| (mark.share - mean).powi(2)).sum(), expected, variance }
}

/// What the errors of the abilities add to Σ(μ − μ̄)²: for a person with marks of variance V, error s in logits, each
/// μ moves by s·V (in categories).
fn added_by_estimation(fitted: &FacetsFit, marks: &[Mark]) -> f64 {
    let m = marks.len() as f64;
    let mut persons: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for mark in marks {
        let slope = mark.variance * fitted.design.steps(mark.group).max(1) as f64;
        let sums = persons.entry(mark.person).or_default();
        sums.0 += slope * slope;
        sums.1 += slope;
    }
    persons
        .iter()
        .map(|(person, (squares, sum))| {
            let error = fitted.ability_errors[*person].unwrap_or(0.0);
            error * error * (squares - sum * sum / m)
        })
        .sum()
}

/// The middle of a step group: first and last category.
fn middle(fitted: &FacetsFit, group: usize) -> Option<(usize, usize)> {
    let steps = fitted.design.steps(group);
    if steps < 2 {
        return None;
    }
    let mut counts = vec![0usize; steps + 1];
    fitted.design.kept.iter().filter(|kept| kept.group == group).for_each(|kept| counts[kept.category] += 1);
    let all: usize = counts.iter().sum();
    let mut reached = 0;
    let median = counts.iter().position(|count| {
        reached += count;
        2 * reached >= all
    })?;
    if median == 0 || median == steps {
        return None;
    }
    let (mut low, mut high) = (median, median);
    while 2 * counts[low..=high].iter().sum::<usize>() < all {
        let below = if low > 1 { Some(counts[low - 1]) } else { None };
        let above = if high + 1 < steps { Some(counts[high + 1]) } else { None };
        match (below, above) {
            (None, None) => break,
            (below, above) if below >= above => low -= 1,
            _ => high += 1,
        }
    }
    Some((low, high))
}

/// Differences from the expectation, work by work. Ratings stand by person: another person is another work.
#[derive(Clone, Copy, Debug, Default)]
struct WorkSums {
    open: Option<(usize, f64)>,
    count: usize,
    sum: f64,
    squares: f64,
}

impl WorkSums {
    fn add(&mut self, person: usize, difference: f64) {
        match &mut self.open {
            Some((of, sum)) if *of == person => *sum += difference,
            _ => {
                self.close();
                self.open = Some((person, difference));
            }
        }
    }

    /// Adds what is closed of another; no work is in both.
    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    fn close(&mut self) {
        if let Some((_, difference)) = self.open.take() {
            self.count += 1;
            self.sum += difference;
            self.squares += difference * difference;
        }
    }

    /// Of the sum over the works; 0 for fewer than two.
    fn variance(&self) -> f64 {
        let works = self.count as f64;
        if self.count < 2 { 0.0 } else { (self.squares - self.sum * self.sum / works) * works / (works - 1.0) }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    ratings: usize,
    works: usize,
    observed: f64,
    expected: f64,
    variance: f64,
}

impl Sums {
    fn add(&mut self, ratings: usize, observed: f64, expected: f64, variance: f64) {
        self.ratings += ratings;
        self.works += 1;
        self.observed += observed;
        self.expected += expected;
        self.variance += variance;
    }

    fn join(&mut self, other: &Self) {
        self.ratings += other.ratings;
        self.works += other.works;
        self.observed += other.observed;
        self.expected += other.expected;
        self.variance += other.variance;
    }

    fn is_usable(&self) -> bool {
        self.works > 1 && self.expected > 0.0 && self.variance > 0.0
    }

    fn ratio(&self, shape: &Shape) -> f64 {
        let ratio = self.observed / self.expected;
        if shape.square_root { ratio.sqrt() } else { ratio }
    }
}

struct Shape {
    /// The ratio is that of standard deviations, not of sums of squares.
    square_root: bool,
    /// The effect is a ratio above the panel's.
    upper: bool,
}

fn effects(sums: &[Sums], shape: &Shape) -> Vec<Option<RaterEffect>> {
    let panel = panel(sums, shape);
    sums.iter().enumerate().map(|(level, sum)| effect(level, sum, panel, shape)).collect()
}

/// What is usual: the median ratio, 1 where too few have one.
fn panel(sums: &[Sums], shape: &Shape) -> f64 {
    let mut ratios: Vec<f64> = sums.iter().filter(|sum| sum.is_usable()).map(|sum| sum.ratio(shape)).collect();
    ratios.sort_by(f64::total_cmp);
    let half = ratios.len() / 2;
    let median = match ratios.len() {
        count if count < SMALLEST_PANEL => 1.0,
        count if count % 2 == 1 => ratios[half],
        _ => 0.5 * (ratios[half - 1] + ratios[half]),
    };
    if median > 0.0 { median } else { 1.0 }
}

fn effect(level: usize, sum: &Sums, panel: f64, shape: &Shape) -> Option<RaterEffect> {
    if !sum.is_usable() {
        return None;
    }
    let ratio = sum.ratio(shape);
    let standard_error = sum.variance.sqrt() / sum.expected * if shape.square_root { 0.5 } else { 1.0 };
    let z = (ratio - panel) / (panel * standard_error);
    Some(RaterEffect {
        level,
        ratings: sum.ratings,
        works: sum.works,
        observed: sum.observed,
        expected: sum.expected,
        ratio,
        panel,
        standard_error,
        z,
        p_value: upper_tail(if shape.upper { z } else { -z }),
    })
}
