//! Every detector, one line each.

use crate::detect::detector::Detector;

/// All detectors, in the order in which they run and report.
pub const DETECTORS: &[&dyn Detector] = &[];
