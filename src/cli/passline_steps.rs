//! Scores on the steps that can occur, counted from the pass line.

use crate::ingest::scores_file::ScoreLine;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use crate::stats::line_heaping::AtLine;
use crate::stats::score_grid::{ScoreGrid, doubled, gaps};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A text of the result in both languages.
#[derive(Clone, Debug, Serialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<Bilingual> for Text {
    fn from(text: Bilingual) -> Self {
        Self { zh: text.zh, en: text.en }
    }
}

/// How scores lie and what that keeps from being tested.
#[derive(Debug, Serialize)]
pub struct Grid {
    /// `points` or `raw_marks`.
    counted_by: &'static str,
    /// Points of a step.
    step: f64,
    /// Scores that nobody has between scores that many have.
    gaps: Vec<f64>,
    /// Scores that two raw marks fall on.
    doubled: Vec<i64>,
    /// Why tests at the line were not made.
    pub withheld: Option<Text>,
}

/// Scores by step.
pub struct Steps {
    grid: ScoreGrid,
    line: Points,
    /// Candidates by step; 0 is the lowest that passes.
    pub counts: BTreeMap<i64, u64>,
}

impl Steps {
    /// Finds the grid and counts.
    pub fn new(scores: &[ScoreLine], line: Points) -> Self {
        let distinct: BTreeSet<i64> = scores.iter().map(|score| score.score.millionths()).collect();
        let mut steps = Self { grid: ScoreGrid::of(&distinct), line, counts: BTreeMap::new() };
        for score in scores {
            *steps.counts.entry(steps.place(score.score)).or_default() += 1;
        }
        steps
    }

    /// Step of a score.
    pub fn place(&self, score: Points) -> i64 {
        self.grid.place(score.millionths(), self.line.millionths())
    }

    /// The score that a step stands for (the lower edge of its bin).
    pub fn score(&self, step: i64) -> f64 {
        match self.grid {
            ScoreGrid::Points => self.line.to_f64() + step as f64,
            ScoreGrid::RawMarks { factor } => {
                let first = (self.line.to_f64() / factor - 0.01).ceil();
                (first + step as f64) * factor
            }
        }
    }

    /// Counts about the line.
    pub fn at_line(&self) -> AtLine {
        AtLine::of(&self.counts, 0)
    }

    /// Whole points above nought of the line, where steps are whole points of a whole line.
    pub fn whole_line(&self) -> Option<i64> {
        let whole = self.grid == ScoreGrid::Points && self.line.millionths().rem_euclid(Points::SCALE) == 0;
        whole.then(|| self.line.millionths().div_euclid(Points::SCALE))
    }

    /// What is said about the grid.
    pub fn grid(&self) -> Grid {
        let gaps = gaps(&self.counts);
        let twice: Vec<i64> = self.whole_line().map_or_else(Vec::new, |line| {
            doubled(&self.counts.iter().map(|(step, count)| (step + line, *count)).collect()).into_iter().collect()
        });
        let near = |step: i64| step.abs() <= 1;
        let beside_gap = gaps.iter().any(|gap| near(*gap));
        let beside_double = self.whole_line().is_some_and(|line| twice.iter().any(|score| near(score - line)));
        let withheld = match (beside_gap, beside_double) {
            (true, _) => Some(Bilingual::new(
                "合格线处有折算后不会出现的成绩，线上堆积会是假象：相应检验不作",
                "a score at the line cannot occur after conversion, so that heaping would be false: the tests are withheld",
            )),
            (_, true) => Some(Bilingual::new(
                "合格线处有由两个原始分折算而来的成绩，人数成倍：相应检验不作",
                "a score at the line stands for two raw marks and holds twice as many: the tests are withheld",
            )),
            _ => None,
        };
        let (counted_by, step) = match self.grid {
            ScoreGrid::Points => ("points", 1.0),
            ScoreGrid::RawMarks { factor } => ("raw_marks", factor),
        };
        Grid {
            counted_by,
            step,
            gaps: gaps.iter().map(|gap| self.score(*gap)).collect(),
            doubled: twice,
            withheld: withheld.map(Text::from),
        }
    }
}
