//! Settings of reading and mapping.

use crate::ingest::limits::Limits;

/// Settings of the ingest stage.
#[derive(Clone, Debug, Default)]
pub struct IngestParameters {
    /// What hostile or broken files may not exceed.
    pub limits: Limits,
}
