//! Every detector, one line each.

use crate::detect::archive::detector::ArchiveDetector;
use crate::detect::detector::Detector;
use crate::detect::pass_line::detector::PassLineDetector;
use crate::detect::qualification::detector::QualificationDetector;
use crate::detect::score_change::detector::ScoreChangeDetector;
use crate::detect::scoring::detector::ScoringDetector;
use crate::detect::similarity::detector::SimilarityDetector;
use crate::detect::staff::detector::StaffDetector;

/// All detectors, in the order in which they run and report.
pub const DETECTORS: &[&dyn Detector] = &[
    &SimilarityDetector,
    &ScoringDetector,
    &PassLineDetector,
    &ScoreChangeDetector,
    &QualificationDetector,
    &StaffDetector,
    &ArchiveDetector,
];
