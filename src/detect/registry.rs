//! Every detector, one line each.

use crate::detect::activity::detector::ActivityDetector;
use crate::detect::archive::detector::ArchiveDetector;
use crate::detect::detector::Detector;
use crate::detect::disorder::detector::DisorderDetector;
use crate::detect::duties::annual_report::AnnualReportDetector;
use crate::detect::duties::complaint::ComplaintDetector;
use crate::detect::duties::fee::FeeDetector;
use crate::detect::duties::rectification::RectificationDetector;
use crate::detect::filing::detector::FilingDetector;
use crate::detect::form_reuse::detector::FormReuseDetector;
use crate::detect::item_bank::detector::ItemBankDetector;
use crate::detect::pass_line::detector::PassLineDetector;
use crate::detect::qualification::detector::QualificationDetector;
use crate::detect::score_change::detector::ScoreChangeDetector;
use crate::detect::scoring::detector::ScoringDetector;
use crate::detect::similarity::detector::SimilarityDetector;
use crate::detect::staff::detector::StaffDetector;
use crate::detect::standard::detector::StandardDetector;
use crate::detect::written::detector::WrittenDetector;

/// All detectors, in the order in which they run and report.
pub const DETECTORS: &[&dyn Detector] = &[
    &SimilarityDetector,
    &FormReuseDetector,
    &WrittenDetector,
    &ScoringDetector,
    &PassLineDetector,
    &ScoreChangeDetector,
    &QualificationDetector,
    &FilingDetector,
    &ActivityDetector,
    &ComplaintDetector,
    &AnnualReportDetector,
    &FeeDetector,
    &RectificationDetector,
    &DisorderDetector,
    &StaffDetector,
    &ArchiveDetector,
    &StandardDetector,
    &ItemBankDetector,
];
