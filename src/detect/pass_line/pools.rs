//! Scores about the line, pooled by body and component, on the steps that can occur.

use crate::model::component::Component;
use crate::model::ids::{BatchId, BodyId, CandidateId, RaterId};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::score::Score;
use crate::model::text::Bilingual;
use crate::stats::line_heaping::AtLine;
use crate::stats::score_grid::{ScoreGrid, doubled, gaps};
use std::collections::{BTreeMap, BTreeSet};

/// Which pool.
pub type PoolKey<'a> = (Option<&'a BodyId>, &'a Component);

/// One score that counts, with the line it is held against.
pub struct HeldScore<'a> {
    /// Its body.
    pub body_id: Option<&'a BodyId>,
    /// Its line.
    pub line: Points,
    /// The mark.
    pub points: Points,
    /// The register's row.
    pub score: &'a Score,
}

/// Scores of one body in one component.
#[derive(Default)]
pub struct Pool<'a> {
    /// Batches.
    pub batches: BTreeSet<&'a BatchId>,
    /// Line of the first batch.
    pub line: Points,
    /// Candidates by step.
    pub counts: BTreeMap<i64, u64>,
    /// Points of a step.
    pub step: f64,
    /// Why the tests are withheld.
    pub withheld: Option<Bilingual>,
}

/// A score one step or less from the line.
pub struct NearScore<'a> {
    /// Its pool.
    pub pool: PoolKey<'a>,
    /// Its batch.
    pub batch_id: &'a BatchId,
    /// Whose.
    pub candidate_id: &'a CandidateId,
    /// −1, 0 or 1.
    pub step: i64,
    /// The register's row.
    pub source: Provenance,
    /// Exam room, of theory scores.
    pub room: Option<&'a str>,
    /// Who marked the work.
    pub raters: BTreeSet<&'a RaterId>,
}

/// Pools the scores; near scores in the order of the input.
pub fn pool<'a>(scores: &[HeldScore<'a>]) -> (BTreeMap<PoolKey<'a>, Pool<'a>>, Vec<NearScore<'a>>) {
    let key = |score: &HeldScore<'a>| -> PoolKey<'a> { (score.body_id, &score.score.component) };
    let mut distinct: BTreeMap<PoolKey<'a>, BTreeSet<i64>> = BTreeMap::new();
    for score in scores {
        distinct.entry(key(score)).or_default().insert(score.points.millionths());
    }
    let grids: BTreeMap<PoolKey<'a>, ScoreGrid> =
        distinct.iter().map(|(key, values)| (*key, ScoreGrid::of(values))).collect();
    let mut pools: BTreeMap<PoolKey<'a>, Pool<'a>> = BTreeMap::new();
    let mut near = Vec::new();
    for score in scores {
        let key = key(score);
        let grid = grids.get(&key).copied().unwrap_or(ScoreGrid::Points);
        let step = grid.place(score.points.millionths(), score.line.millionths());
        let pool = pools.entry(key).or_default();
        if pool.batches.is_empty() {
            pool.line = score.line;
            pool.step = match grid {
                ScoreGrid::Points => 1.0,
                ScoreGrid::RawMarks { factor } => factor,
            };
        }
        pool.batches.insert(&score.score.batch_id);
        *pool.counts.entry(step).or_default() += 1;
        if step.abs() <= 1 {
            near.push(NearScore {
                pool: key,
                batch_id: &score.score.batch_id,
                candidate_id: &score.score.candidate_id,
                step,
                source: score.score.source,
                room: None,
                raters: BTreeSet::new(),
            });
        }
    }
    for (key, pool) in &mut pools {
        pool.withheld = withheld(pool, grids.get(key) == Some(&ScoreGrid::Points));
    }
    (pools, near)
}

/// Scores that cannot occur, or occur twice as often, among the three about the line make a spike of nothing.
fn withheld(pool: &Pool<'_>, by_points: bool) -> Option<Bilingual> {
    let beside = |step: &&i64| step.abs() <= 1;
    if let Some(gap) = gaps(&pool.counts).iter().find(beside) {
        return Some(Bilingual::new(
            format!("合格线旁第 {gap:+} 档成绩不会出现（折算所致），堆积检验不作"),
            format!("the score {gap:+} steps from the line cannot occur (a conversion): heaping is not tested"),
        ));
    }
    let whole = pool.line.millionths().rem_euclid(Points::SCALE) == 0;
    if !by_points || !whole {
        return None;
    }
    let shift = pool.line.millionths().div_euclid(Points::SCALE);
    let scores: BTreeMap<i64, u64> = pool.counts.iter().map(|(step, count)| (step + shift, *count)).collect();
    let twice = doubled(&scores).into_iter().find(|score| (score - shift).abs() <= 1)?;
    Some(Bilingual::new(
        format!("成绩 {twice} 由两个原始分折算而来，人数成倍，堆积检验不作"),
        format!(
            "the score {twice} stands for two raw marks (a conversion) and holds twice as many: heaping is not tested"
        ),
    ))
}

/// Counts of near scores.
pub fn counted<'n, 'a: 'n>(near: impl Iterator<Item = &'n NearScore<'a>>) -> AtLine {
    let mut counts = AtLine::default();
    near.for_each(|score| counts.add(score.step));
    counts
}
