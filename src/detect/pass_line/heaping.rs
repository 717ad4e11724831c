//! Heaping at the line: more at the lowest score that passes than its two neighbours allow, by body, batch, room and
//! rater, with the false discovery rate held over every group of a kind in the data set.

use crate::detect::change_log::{component_name, quoted};
use crate::detect::parameters::PassLineParameters;
use crate::detect::pass_line::pools::{HeldScore, NearScore, Pool, PoolKey, counted, pool};
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::figure::{Figure, Figures};
use crate::model::ids::{BatchId, CandidateId};
use crate::model::observation::ObservedCase;
use crate::model::pass_line_evidence::{GroupKind, HeapingGroup, LineHeaping, MovedScores, PlaceboStep, StepCount};
use crate::model::text::Bilingual;
use crate::stats::line_heaping::{AtLine, placebo_lines, shrunken_shares};
use crate::stats::moved_interval::moved_interval;
use crate::stats::multiplicity::benjamini_hochberg_in_family;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Scores from which a smooth curve says something.
const FEWEST_FOR_CURVE: u64 = 200;
/// A batch with a p-value up to this of its own adds to a heap of its body or of a rater.
const CLEARLY_ITS_OWN: f64 = 0.01;
/// Bootstrap samples where a group is past the criterion.
const SAMPLES: usize = 300;

/// What one batch shows.
#[derive(Default)]
pub struct BatchHeaping {
    /// Counts.
    pub figures: Figures,
    /// Groups past the criterion, by kind and name.
    pub cases: Vec<ObservedCase>,
}

/// What the data set shows.
pub struct Heaping<'a> {
    /// By batch.
    pub batches: BTreeMap<&'a BatchId, BatchHeaping>,
    /// One entry a body and component.
    pub evidence: Vec<LineHeaping>,
}

/// A group: its pool, kind, batch (of batches and rooms) and name.
type GroupKey<'a> = (GroupKind, PoolKey<'a>, Option<&'a BatchId>, &'a str);

struct Group<'n, 'a> {
    members: Vec<&'n NearScore<'a>>,
    found: HeapingGroup,
}

/// Tests every group. `scores` are those with a number that are not void.
pub fn study<'a>(
    dataset: &'a Dataset,
    scores: &[HeldScore<'a>],
    parameters: &PassLineParameters,
    seed: u64,
) -> Heaping<'a> {
    let (pools, mut near) = pool(scores);
    add_rooms_and_raters(dataset, &mut near);
    let mut groups = grouped(&near, &pools);
    test(&mut groups, parameters);
    let mut batches: BTreeMap<&BatchId, BatchHeaping> = BTreeMap::new();
    let mut near_line: BTreeMap<&BatchId, AtLine> = BTreeMap::new();
    near.iter().for_each(|score| near_line.entry(score.batch_id).or_default().add(score.step));
    for batch_id in pools.values().flat_map(|pool| &pool.batches) {
        let counts = near_line.get(batch_id).copied().unwrap_or_default();
        let figures = &mut batches.entry(batch_id).or_default().figures;
        for (name, number) in [
            ("near_line_below", counts.below),
            ("near_line_at", counts.at),
            ("near_line_above", counts.above),
            ("heaping_minimum", parameters.heaping_minimum),
        ] {
            figures.insert(name.to_owned(), Figure::Integer(i64::try_from(number).unwrap_or(i64::MAX)));
        }
        for name in ["heaping_groups_tested", "heaping_groups_past"] {
            figures.entry(name.to_owned()).or_insert(Figure::Integer(0));
        }
    }
    let families = families(&groups);
    for (key, group) in &groups {
        let mut by_batch: BTreeMap<&BatchId, Vec<&NearScore<'_>>> = BTreeMap::new();
        group.members.iter().for_each(|score| by_batch.entry(score.batch_id).or_default().push(score));
        let added = added_by(&by_batch, parameters);
        for (batch_id, members) in by_batch {
            let batch = batches.entry(batch_id).or_default();
            let add = |figures: &mut Figures, name: &str| {
                let before = figures.get(name).and_then(Figure::integer).unwrap_or(0);
                figures.insert(name.to_owned(), Figure::Integer(before + 1));
            };
            let Some(adjusted) = group.found.adjusted_p_value else { continue };
            add(&mut batch.figures, "heaping_groups_tested");
            let smallest = match batch.figures.get("heaping_smallest_adjusted_p_value") {
                Some(Figure::Real(before)) => before.min(adjusted),
                _ => adjusted,
            };
            batch.figures.insert("heaping_smallest_adjusted_p_value".to_owned(), smallest.into());
            if group.found.flagged && added.contains(&batch_id) {
                add(&mut batch.figures, "heaping_groups_past");
                let tested = families.get(&key.0).copied().unwrap_or(0);
                batch.cases.push(case(key, &group.found, &members, tested, parameters));
            }
        }
    }
    let evidence = evidence(&pools, groups, parameters, seed);
    Heaping { batches, evidence }
}

/// The batches that a heap of a body or rater comes from: the one that heaps most by itself, and every other that
/// clearly does. An honest batch of the same body is not named for it.
fn added_by<'a>(
    by_batch: &BTreeMap<&'a BatchId, Vec<&NearScore<'_>>>,
    parameters: &PassLineParameters,
) -> Vec<&'a BatchId> {
    let curvature = parameters.heaping_curvature_percent as f64 / 100.0;
    let own: Vec<(&BatchId, f64)> = by_batch
        .iter()
        .map(|(batch, members)| (*batch, counted(members.iter().copied()).excess_p_value(curvature).unwrap_or(1.0)))
        .collect();
    let most = own.iter().map(|(_, p)| *p).fold(f64::INFINITY, f64::min);
    own.into_iter().filter(|(_, p)| *p <= CLEARLY_ITS_OWN || *p <= most).map(|(batch, _)| batch).collect()
}

fn add_rooms_and_raters<'a>(dataset: &'a Dataset, near: &mut [NearScore<'a>]) {
    let mut places: BTreeMap<(&BatchId, &CandidateId), Vec<usize>> = BTreeMap::new();
    for (place, score) in near.iter().enumerate() {
        places.entry((score.batch_id, score.candidate_id)).or_default().push(place);
    }
    for sheet in &dataset.answers.sheets {
        let Some(room) = sheet.room.as_deref() else { continue };
        for place in places.get(&(&sheet.batch_id, &sheet.candidate_id)).into_iter().flatten() {
            let score = &mut near[*place];
            if *score.pool.1 == Component::Theory {
                score.room = Some(score.room.map_or(room, |found| found.min(room)));
            }
        }
    }
    for rating in &dataset.ratings {
        let Some(rater) = &rating.rater_id else { continue };
        for place in places.get(&(&rating.batch_id, &rating.candidate_id)).into_iter().flatten() {
            let score = &mut near[*place];
            if *score.pool.1 == rating.component {
                score.raters.insert(rater);
            }
        }
    }
}

fn grouped<'n, 'a>(
    near: &'n [NearScore<'a>],
    pools: &BTreeMap<PoolKey<'a>, Pool<'a>>,
) -> BTreeMap<GroupKey<'a>, Group<'n, 'a>> {
    let mut groups: BTreeMap<GroupKey<'a>, Group<'n, 'a>> = BTreeMap::new();
    for score in near {
        if pools.get(&score.pool).is_some_and(|pool| pool.withheld.is_some()) {
            continue;
        }
        let batch = Some(score.batch_id);
        let body = score.pool.0.map(|body| (GroupKind::Body, score.pool, None, body.as_str()));
        let keys = body
            .into_iter()
            .chain([(GroupKind::Batch, score.pool, batch, score.batch_id.as_str())])
            .chain(score.room.map(|room| (GroupKind::Room, score.pool, batch, room)))
            .chain(score.raters.iter().map(|rater| (GroupKind::Rater, score.pool, None, rater.as_str())));
        for key in keys {
            let group = groups.entry(key).or_insert_with(|| Group {
                members: Vec::new(),
                found: HeapingGroup {
                    kind: key.0,
                    name: match (key.0, key.2) {
                        (GroupKind::Room, Some(batch)) => format!("{} {}", quoted(batch.as_str()), quoted(key.3)),
                        _ => quoted(key.3),
                    },
                    counts: [0; 3],
                    p_value: None,
                    adjusted_p_value: None,
                    shrunken_share: None,
                    flagged: false,
                },
            });
            group.members.push(score);
        }
    }
    groups
}

fn test(groups: &mut BTreeMap<GroupKey<'_>, Group<'_, '_>>, parameters: &PassLineParameters) {
    let curvature = parameters.heaping_curvature_percent as f64 / 100.0;
    for kind in [GroupKind::Body, GroupKind::Batch, GroupKind::Room, GroupKind::Rater] {
        let mut family: Vec<&mut Group<'_, '_>> =
            groups.iter_mut().filter(|(key, _)| key.0 == kind).map(|(_, group)| group).collect();
        let counts: Vec<AtLine> = family.iter().map(|group| counted(group.members.iter().copied())).collect();
        let tested = |counts: &AtLine| counts.total() >= parameters.heaping_minimum;
        // A number that is not tested is in no family.
        let p_values: Vec<f64> = counts
            .iter()
            .map(|counts| counts.excess_p_value(curvature).filter(|_| tested(counts)).unwrap_or(f64::NAN))
            .collect();
        let number = p_values.iter().filter(|p| !p.is_nan()).count() as u64;
        let adjusted = benjamini_hochberg_in_family(&p_values, number);
        let shares: Vec<(u64, u64)> =
            counts.iter().map(|counts| if tested(counts) { (counts.at, counts.total()) } else { (0, 0) }).collect();
        let shares = shrunken_shares(&shares);
        for (place, group) in family.iter_mut().enumerate() {
            let AtLine { below, at, above } = counts[place];
            let known = |value: f64| (!value.is_nan()).then_some(value);
            group.found.counts = [below, at, above];
            group.found.p_value = known(p_values[place]);
            group.found.adjusted_p_value = known(adjusted[place]);
            group.found.shrunken_share = shares[place];
            group.found.flagged = adjusted[place] <= parameters.heaping_significance_level;
        }
    }
}

/// Groups tested, by kind.
fn families(groups: &BTreeMap<GroupKey<'_>, Group<'_, '_>>) -> BTreeMap<GroupKind, usize> {
    let mut families = BTreeMap::new();
    for (key, _) in groups.iter().filter(|(_, group)| group.found.p_value.is_some()) {
        *families.entry(key.0).or_default() += 1;
    }
    families
}

fn kind_name(kind: GroupKind) -> Bilingual {
    match kind {
        GroupKind::Body => Bilingual::new("机构", "body"),
        GroupKind::Batch => Bilingual::new("批次", "batch"),
        GroupKind::Room => Bilingual::new("考场", "room"),
        GroupKind::Rater => Bilingual::new("考评员", "rater"),
    }
}

fn case(
    key: &GroupKey<'_>,
    found: &HeapingGroup,
    members: &[&NearScore<'_>],
    tested: usize,
    parameters: &PassLineParameters,
) -> ObservedCase {
    let (kind, component) = (kind_name(key.0), component_name(Some(key.1.1)));
    let [below, at, above] = found.counts;
    let n = below + at + above;
    let p_value = found.p_value.unwrap_or(f64::NAN);
    let adjusted = found.adjusted_p_value.unwrap_or(f64::NAN);
    let own = counted(members.iter().copied());
    let bend = parameters.heaping_curvature_percent;
    let name = &found.name;
    let detail = Bilingual::new(
        format!(
            "{} {name} 的{}成绩在合格线处堆积：线下一档、线上、线上一档依次为 {below}、{at}、{above} 人（n = {n}，其中本批次 \
             {}、{}、{} 人）。相邻人数的弯曲不超过 {bend}% 时，线上至少这样多的概率为 {p_value:.1e}；在接受检验的 {tested} 个{}中\
             校正（BH）后为 {adjusted:.1e}。取整、复核、补考及两科合并计分都可能造成堆积，由人核实。",
            kind.zh, component.zh, own.below, own.at, own.above, kind.zh
        ),
        format!(
            "Scores of {} {name} in {} heap at the line: one step below, at it and one above are {below}, {at} and {above} (n = {n}; \
             of these {}, {} and {} in this batch). Where neighbouring counts bend by no more than {bend} %, so many at the line or \
             more have a probability of {p_value:.1e}; adjusted (BH) among {tested} of the kind tested: {adjusted:.1e}. Rounding, \
             re-checks, resits and marks made of two parts can heap too: for a person to check.",
            kind.en, component.en, own.below, own.at, own.above
        ),
    );
    ObservedCase {
        subjects: vec![found.name.clone()],
        sources: members.iter().filter(|score| score.step == 0).map(|score| score.source).collect(),
        detail,
    }
}

fn evidence(
    pools: &BTreeMap<PoolKey<'_>, Pool<'_>>,
    groups: BTreeMap<GroupKey<'_>, Group<'_, '_>>,
    parameters: &PassLineParameters,
    seed: u64,
) -> Vec<LineHeaping> {
    let mut by_pool: BTreeMap<PoolKey<'_>, Vec<HeapingGroup>> = BTreeMap::new();
    for (key, group) in groups {
        by_pool.entry(key.1).or_default().push(group.found);
    }
    let shown: Vec<(&PoolKey<'_>, &Pool<'_>, Vec<HeapingGroup>)> = pools
        .iter()
        .filter(|(_, pool)| {
            AtLine::of(&pool.counts, 0).total() >= parameters.heaping_minimum || pool.withheld.is_some()
        })
        .map(|(key, pool)| (key, pool, by_pool.remove(key).unwrap_or_default()))
        .collect();
    shown.into_par_iter().map(|(key, pool, groups)| of_pool(*key, pool, groups, parameters, seed)).collect()
}

fn of_pool(
    key: PoolKey<'_>,
    pool: &Pool<'_>,
    mut groups: Vec<HeapingGroup>,
    parameters: &PassLineParameters,
    seed: u64,
) -> LineHeaping {
    let curvature = parameters.heaping_curvature_percent as f64 / 100.0;
    let scores: u64 = pool.counts.values().sum();
    let flagged = groups.iter().any(|group| group.flagged);
    let fitted = if scores >= FEWEST_FOR_CURVE && pool.withheld.is_none() {
        moved_interval(&pool.counts, parameters.heaping_window, if flagged { SAMPLES } else { 0 }, seed)
    } else {
        None
    };
    let expected = |step: i64| {
        let fitted = fitted.as_ref()?;
        fitted.curve.get(usize::try_from(step - fitted.window.lowest).ok()?).copied()
    };
    groups.sort_by(|a, b| {
        let order = |group: &HeapingGroup| group.p_value.unwrap_or(f64::INFINITY);
        b.flagged.cmp(&a.flagged).then(order(a).total_cmp(&order(b))).then((a.kind, &a.name).cmp(&(b.kind, &b.name)))
    });
    let tested = pool.withheld.is_none();
    LineHeaping {
        body_id: key.0.cloned(),
        component: key.1.clone(),
        batches: pool.batches.iter().map(|batch| (*batch).clone()).collect(),
        scores,
        line: pool.line,
        step: pool.step,
        counts: pool
            .counts
            .iter()
            .map(|(step, count)| StepCount { step: *step, count: *count, expected: expected(*step) })
            .collect(),
        window: parameters.heaping_window,
        moved: fitted.as_ref().map(|fitted| MovedScores {
            excess: fitted.found.excess,
            missing: fitted.found.missing,
            moved: fitted.found.moved,
            interval: fitted.moved,
            share_of_below: fitted.found.share_of_below,
        }),
        p_value: AtLine::of(&pool.counts, 0).excess_p_value(curvature).filter(|_| tested),
        placebos: placebo_lines(&pool.counts, curvature)
            .into_iter()
            .filter(|_| tested)
            .map(|placebo| PlaceboStep { step: placebo.step, p_value: placebo.p_value })
            .collect(),
        withheld: pool.withheld.clone(),
        groups,
    }
}
