//! How long work says that it goes on, without knowing whether there is a terminal.

/// Receives the progress of a long stage. Implementations must be cheap: called from many threads.
pub trait Progress: Sync {
    /// A stage begins: its stable name and how many steps it has (0 = unknown).
    fn begin(&self, stage: &'static str, steps: u64);
    /// So many further steps are done.
    fn advance(&self, steps: u64);
    /// The stage is over.
    fn finish(&self);
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &'static str, _steps: u64) {}
    fn advance(&self, _steps: u64) {}
    fn finish(&self) {}
}
