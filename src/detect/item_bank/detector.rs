//! The item-bank detector: batches through the items of their forms.

use crate::detect::change_log::quoted;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::each_batch;
use crate::detect::item_bank::explanation::explanation;
use crate::detect::item_bank::exposures::{Exposures, latest_rows, look};
use crate::detect::item_bank::measures::Examined;
use crate::detect::item_bank::uses::Uses;
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::figure::Figure;
use crate::model::form::FormItem;
use crate::model::ids::ItemId;
use crate::model::item_evidence::ItemDrift;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::progress::Progress;
use crate::model::text::Bilingual;
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
        let bank = latest_rows(dataset);
        let exposures = look(dataset, &uses, &bank, &parameters.item_bank);
        let mut detected = each_batch(dataset, NAME, progress, |batch_id, batch| {
            let body_id = batch.and_then(|batch| batch.body_id.as_ref());
            let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
            let items = uses.items(batch_id);
            let examined = Examined { batch, items, bank: &bank, uses: &uses, parameters: &parameters.item_bank };
            let sign = Observation::new(NAME, "easier_items", Nature::Sign).of_batch(batch_id, body_id);
            let own = exposures.of_batch.get(batch_id).map_or(&[][..], Vec::as_slice);
            let observations = vec![
                easier_items(sign, own, items, &exposures, dataset),
                examined.exposure(blank("exposure")),
                examined.item_age(blank("item_age")),
                examined.new_items(blank("new_items")),
                examined.retired_items(blank("retired_items").with("forms", uses.forms(batch_id))),
            ];
            Detected { observations, evidence: Vec::new() }
        });
        detected.evidence = exposures.found.into_iter().map(|found| Evidence::ItemExposure(Box::new(found))).collect();
        detected
    }
}

/// Items of a batch that were easier in it and in other later uses than in their first one.
fn easier_items(
    mut seen: Observation,
    own: &[(ItemId, ItemDrift)],
    items: Option<&BTreeMap<&ItemId, &FormItem>>,
    exposures: &Exposures,
    dataset: &Dataset,
) -> Observation {
    if own.is_empty() {
        // Nothing was used before, or too little of it to make people comparable.
        let mut missing = dataset.missing("forms", &["item_id", "key"]);
        missing.extend(dataset.missing("answers", &[]));
        return seen.lacking(missing);
    }
    seen.evaluated = true;
    seen.figures.insert("items_compared".to_owned(), Figure::from(own.len()));
    seen.figures.insert("items_tested_over_all_batches".to_owned(), Figure::from(exposures.items_compared));
    for (item_id, drift) in own.iter().filter(|(_, drift)| drift.is_flagged) {
        let item = quoted(item_id.as_str());
        let (delta, adjusted) = (format!("{:.2}", drift.delta), format!("{:.2e}", drift.adjusted_p_value));
        let ItemDrift { later_right, later, first_right, first, class, common_items, .. } = drift;
        seen.cases.push(ObservedCase {
            subjects: vec![item.clone()],
            sources: items.and_then(|items| items.get(item_id)).map(|row| row.source).into_iter().collect(),
            detail: Bilingual::new(
                format!(
                    "试题 {item}：首次使用答对 {first_right}/{first}，其后各次合计 {later_right}/{later}；以 {common_items} 道共同试题的得分使考生可比后容易 {delta}（delta 尺度，{class} 类），校正后 p = {adjusted}。"
                ),
                format!(
                    "Item {item}: {first_right}/{first} right in its first use, {later_right}/{later} in later ones together; easier by {delta} on the delta scale (class {class}) for people made comparable by {common_items} common items, adjusted p = {adjusted}."
                ),
            ),
        });
    }
    seen
}
