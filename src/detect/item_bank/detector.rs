//! The item-bank detector: batches through the items of their forms.

use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::item_bank::explanation::explanation;
use crate::detect::item_bank::measures::Examined;
use crate::detect::item_bank::uses::Uses;
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::ids::ItemId;
use crate::model::observation::{Detected, Nature, Observation};
use crate::model::progress::Progress;
use crate::model::supervision::BankItem;
use std::collections::BTreeMap;

const NAME: &str = "item_bank";

/// Age, renewal and use of items.
pub struct ItemBankDetector;

impl Detector for ItemBankDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let uses = Uses::new(dataset);
        let mut bank: BTreeMap<&ItemId, &BankItem> = BTreeMap::new();
        for row in &dataset.item_bank {
            // Of several rows of an item the one revised last counts.
            let newer = |known: &&BankItem| (known.revised_on, known.created_on) < (row.revised_on, row.created_on);
            if bank.get(&row.item_id).is_none_or(newer) {
                bank.insert(&row.item_id, row);
            }
        }
        each_batch(dataset, NAME, progress, |batch_id, batch| {
            let body_id = batch.and_then(|batch| batch.body_id.as_ref());
            let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
            let items = uses.items(batch_id);
            let examined = Examined { batch, items, bank: &bank, uses: &uses, parameters: &parameters.item_bank };
            let observations = vec![
                examined.exposure(blank("exposure")),
                examined.item_age(blank("item_age")),
                examined.new_items(blank("new_items")),
                examined.retired_items(blank("retired_items").with("forms", uses.forms(batch_id))),
            ];
            Detected { observations, evidence: Vec::new() }
        })
    }
}
