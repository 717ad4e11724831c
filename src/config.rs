//! Resolved, checked settings of a run.
