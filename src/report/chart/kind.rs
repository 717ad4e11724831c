//! What a finished chart is, and what a chart is before it is drawn.

use crate::model::ids::BatchId;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::Canvas;

/// The part of the report that a chart belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChartSection {
    /// The clause sheet.
    Clauses,
    /// Bodies by clause, and batches beside each other.
    Overview,
    /// The clauses of a body over time.
    Bodies,
    /// Every clause of a batch.
    Batches,
    /// What an inspection has to look at.
    Checklist,
    /// Credit of the bodies.
    Credit,
    /// Unqualified candidates.
    Qualification,
    /// Scores and pass lines.
    PassLine,
    /// Changes of scores.
    ScoreChange,
    /// Raters.
    Scoring,
    /// Works whose marking is worth repeating.
    Remark,
    /// Similar answer sheets.
    Similarity,
    /// Papers used again.
    Forms,
    /// Written answers.
    Written,
}

/// The numbers of a chart, for `charts/NAME.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartData {
    /// Canonical column names.
    pub header: Vec<String>,
    /// One entry a row; identity numbers are masked.
    pub rows: Vec<Vec<String>>,
}

impl ChartData {
    /// A table that has columns and no rows yet.
    pub fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }
}

/// One finished chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// File stem: stable, ASCII, unique without regard to case.
    pub name: String,
    /// The heading, also drawn inside the chart.
    pub title: Bilingual,
    /// n, date, how to read it, and its limits.
    pub caption: Bilingual,
    /// The drawing in both languages: complete SVG documents that may also stand inline in a page.
    pub svg: Bilingual,
    /// The numbers.
    pub data: ChartData,
    /// Where it belongs.
    pub section: ChartSection,
    /// The one batch it shows, if it shows one.
    pub batch_id: Option<BatchId>,
}

/// Draws the part of a chart below its heading.
pub trait Picture: Send + Sync {
    /// Draws; the heading is there already, above [`crate::report::chart::canvas::TOP`]. Returns the
    /// height of the whole chart in pixels.
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64;
}

/// A chart before it is drawn.
pub struct Draft<'a> {
    /// Wished file stem, not yet cleaned.
    pub name: String,
    /// The heading.
    pub title: Bilingual,
    /// The line below it: n and date.
    pub subtitle: Bilingual,
    /// The caption.
    pub caption: Bilingual,
    /// The numbers.
    pub data: ChartData,
    /// Where it belongs.
    pub section: ChartSection,
    /// The one batch it shows.
    pub batch_id: Option<BatchId>,
    /// The drawing.
    pub picture: Box<dyn Picture + 'a>,
}
