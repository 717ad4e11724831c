//! Going through the bodies of a data set, in their byte order.

use crate::model::dataset::Dataset;
use crate::model::ids::BodyId;
use crate::model::observation::{Detected, Observation};
use crate::model::progress::Progress;
use std::collections::BTreeMap;

/// Looks at every body and joins what is seen. The registers of bodies are small: threads would cost more than they save.
pub(super) fn each_body(
    dataset: &Dataset,
    name: &'static str,
    progress: &dyn Progress,
    mut look_at: impl FnMut(&BodyId) -> Vec<Observation>,
) -> Detected {
    let bodies = dataset.body_ids();
    progress.begin(name, bodies.len() as u64);
    let mut all = Detected::default();
    for body_id in bodies {
        all.observations.extend(look_at(body_id));
        progress.advance(1);
    }
    progress.finish();
    all
}

/// The rows of a table by body, in their order.
pub(super) fn by_body<T>(rows: &[T], body_of: fn(&T) -> &BodyId) -> BTreeMap<&BodyId, Vec<&T>> {
    let mut found: BTreeMap<&BodyId, Vec<&T>> = BTreeMap::new();
    for row in rows {
        found.entry(body_of(row)).or_default().push(row);
    }
    found
}
