//! Going through the batches of a data set: in parallel, results in the order of the batches.

use crate::model::batch::Batch;
use crate::model::dataset::Dataset;
use crate::model::ids::BatchId;
use crate::model::observation::Detected;
use crate::model::progress::Progress;
use rayon::prelude::*;

/// Looks at every batch and joins what is seen, in the byte order of the batches whatever the threads.
pub(super) fn each_batch(
    dataset: &Dataset,
    name: &'static str,
    progress: &dyn Progress,
    look_at: impl Fn(&BatchId, Option<&Batch>) -> Detected + Sync,
) -> Detected {
    let mut all = Detected::default();
    for one in from_each_batch(dataset, name, progress, look_at) {
        all.observations.extend(one.observations);
        all.evidence.extend(one.evidence);
    }
    all
}

/// Looks at every batch; what is seen of each in the byte order of the batches, for detectors that
/// go on over all of them together.
pub(super) fn from_each_batch<T: Send>(
    dataset: &Dataset,
    name: &'static str,
    progress: &dyn Progress,
    look_at: impl Fn(&BatchId, Option<&Batch>) -> T + Sync,
) -> Vec<T> {
    let batches: Vec<(BatchId, Option<&Batch>)> = dataset.batch_ids().into_iter().collect();
    progress.begin(name, batches.len() as u64);
    let seen = batches
        .par_iter()
        .map(|(batch_id, batch)| {
            let seen = look_at(batch_id, *batch);
            progress.advance(1);
            seen
        })
        .collect();
    progress.finish();
    seen
}
