//! Every detector, one line each.

use crate::detect::archive::detector::ArchiveDetector;
use crate::detect::detector::Detector;
use crate::detect::item_bank::detector::ItemBankDetector;
use crate::detect::pass_line::detector::PassLineDetector;
use crate::detect::qualification::detector::QualificationDetector;
use crate::detect::score_change::detector::ScoreChangeDetector;
use crate::detect::scoring::detector::ScoringDetector;
use crate::detect::similarity::detector::SimilarityDetector;
use crate::detect::staff::detector::StaffDetector;
use crate::detect::standard::detector::StandardDetector;

/// All detectors, in the order in which they run and report.
pub const DETECTORS: &[&dyn Detector] = &[
    &SimilarityDetector,
    &ScoringDetector,
    &PassLineDetector,
    &ScoreChangeDetector,
    &QualificationDetector,
    &StaffDetector,
    &ArchiveDetector,
    &StandardDetector,
    &ItemBankDetector,
];
