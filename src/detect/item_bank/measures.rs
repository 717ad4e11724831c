//! The measures of one batch.

use crate::detect::change_log::quoted;
use crate::detect::item_bank::parameters::ItemBankParameters;
use crate::detect::item_bank::uses::Uses;
use crate::model::batch::Batch;
use crate::model::figure::Figure;
use crate::model::form::FormItem;
use crate::model::ids::{BodyId, ItemId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::supervision::BankItem;
use crate::model::text::Bilingual;
use chrono::{Datelike, Months, NaiveDate};
use std::collections::BTreeMap;

/// One batch with its items.
pub struct Examined<'a> {
    /// The batch.
    pub batch: Option<&'a Batch>,
    /// Items of its forms; `None` where no form lists them.
    pub items: Option<&'a BTreeMap<&'a ItemId, &'a FormItem>>,
    /// The bank, one row an item.
    pub bank: &'a BTreeMap<&'a ItemId, &'a BankItem>,
    /// Uses of the items.
    pub uses: &'a Uses<'a>,
    /// What is required.
    pub parameters: &'a ItemBankParameters,
}

/// Whole civil months from one day to another; nought when `to` is the earlier day.
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let between = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    let guess = u32::try_from(between).unwrap_or(0);
    match from.checked_add_months(Months::new(guess)) {
        Some(day) if day <= to => guess,
        _ => guess.saturating_sub(1),
    }
}

/// The day on which an item was made or last revised.
pub fn renewed_on(item: &BankItem) -> Option<NaiveDate> {
    item.created_on.max(item.revised_on)
}

fn case(item_id: &ItemId, sources: Vec<Provenance>, detail: Bilingual) -> ObservedCase {
    ObservedCase { subjects: vec![quoted(item_id.as_str())], sources, detail }
}

impl<'a> Examined<'a> {
    fn day(&self) -> Option<NaiveDate> {
        self.batch.and_then(|batch| batch.exam_date)
    }

    /// What a measure lacks, beside what is required.
    fn lacking(&self, needs_bank: bool) -> Vec<MissingFact> {
        let mut missing = Vec::new();
        if self.items.is_none() {
            missing.push(MissingFact::column("forms", "item_id"));
        }
        if needs_bank && self.bank.is_empty() {
            missing.push(MissingFact::table("item_bank"));
        }
        if self.day().is_none() {
            missing.push(MissingFact::column("batches", "exam_date"));
        }
        missing
    }

    /// A measure that nothing is required of is settled where something else is required, and open otherwise.
    fn unset(&self, name: &str) -> Vec<MissingFact> {
        if self.parameters.is_set() { Vec::new() } else { vec![MissingFact::column("settings", name)] }
    }

    fn banked(&self) -> impl Iterator<Item = (&'a ItemId, &'a FormItem, &'a BankItem)> + use<'a> {
        let bank = self.bank;
        let items = self.items.into_iter().flatten();
        items.filter_map(move |(item_id, row)| Some((*item_id, *row, *bank.get(*item_id)?)))
    }

    /// Whole months since items were made or revised, the youngest first.
    pub fn ages(&self, day: NaiveDate) -> Vec<u32> {
        let mut ages: Vec<u32> =
            self.banked().filter_map(|(_, _, banked)| Some(whole_months(renewed_on(banked)?, day))).collect();
        ages.sort_unstable();
        ages
    }

    /// Whether an item is new to the body on a day: not used before, or revised since.
    pub fn is_new(&self, body_id: &BodyId, item_id: &ItemId, day: NaiveDate) -> bool {
        self.uses.last_use_before(body_id, item_id, day).is_none_or(|last| {
            self.bank.get(item_id).and_then(|banked| renewed_on(banked)).is_some_and(|renewed| renewed > last)
        })
    }

    /// Months since each item was made or revised.
    pub fn item_age(&self, blank: Observation) -> Observation {
        let mut missing = self.lacking(true);
        let (Some(items), Some(day), true) = (self.items, self.day(), missing.is_empty()) else {
            return blank.seen(Vec::new(), missing);
        };
        let mut cases = Vec::new();
        let ages = self.ages(day);
        for (item_id, row, banked) in self.banked() {
            let Some(renewed) = renewed_on(banked) else { continue };
            let Some(most) = self.parameters.maximum_age_months else { continue };
            // A term that ends past the calendar is not over.
            if renewed.checked_add_months(Months::new(most)).is_some_and(|last| last < day) {
                let sources = vec![banked.source, row.source];
                let who = quoted(item_id.as_str());
                cases.push(case(
                    item_id,
                    sources,
                    Bilingual::new(
                        format!("试题 {who} 于 {renewed} 编写或修订，至 {day} 已超过 {most} 个月。"),
                        format!("Item {who} was made or revised on {renewed}, more than {most} months before {day}."),
                    ),
                ));
            }
        }
        match self.parameters.maximum_age_months {
            None => missing.extend(self.unset("item_bank.maximum_age_months")),
            Some(_) if ages.len() < items.len() => missing.push(MissingFact::column("item_bank", "created_on")),
            Some(_) => {}
        }
        let mut seen = blank.seen(cases, missing).with("items", items.len()).with("items_dated", ages.len());
        for (name, place) in [("median_age_months", ages.len() / 2), ("oldest_months", ages.len().saturating_sub(1))] {
            if let Some(age) = ages.get(place) {
                seen.figures.insert(name.to_owned(), Figure::Integer(i64::from(*age)));
            }
        }
        seen
    }

    /// Items that the body had not used before, or that were revised since.
    pub fn new_items(&self, blank: Observation) -> Observation {
        let mut missing = self.lacking(false);
        let body_id = self.batch.and_then(|batch| batch.body_id.as_ref());
        if body_id.is_none() {
            missing.push(MissingFact::column("batches", "body_id"));
        }
        let (Some(items), Some(day), Some(body_id), Some(batch)) = (self.items, self.day(), body_id, self.batch) else {
            return blank.seen(Vec::new(), missing);
        };
        let blank = blank.with("items", items.len());
        if !self.uses.has_earlier((body_id, batch.occupation_code.as_deref(), batch.level), day) {
            // The first form that is on record: nothing to compare with, and nothing used twice.
            if self.parameters.new_share_percent.is_none() {
                missing.extend(self.unset("item_bank.new_share_percent"));
            }
            return blank.seen(Vec::new(), missing).with("earlier_forms", 0);
        }
        let is_new = |item_id: &ItemId| self.is_new(body_id, item_id, day);
        let new = items.keys().filter(|item_id| is_new(item_id)).count();
        let mut cases = Vec::new();
        match self.parameters.new_share_percent {
            None => missing.extend(self.unset("item_bank.new_share_percent")),
            Some(percent) if new * 100 < items.len() * percent as usize => {
                let forms: std::collections::BTreeSet<String> =
                    items.values().map(|row| quoted(row.form_id.as_str())).collect();
                cases.push(ObservedCase {
                    subjects: forms.into_iter().collect(),
                    sources: items.iter().filter(|(id, _)| !is_new(id)).map(|(_, row)| row.source).collect(),
                    detail: Bilingual::new(
                        format!("{} 题中新题 {new} 题，低于所要求的 {percent} %。", items.len()),
                        format!("Of {} items {new} are new, less than the {percent} % required.", items.len()),
                    ),
                });
            }
            Some(_) => {}
        }
        blank.seen(cases, missing).with("new_items", new).with("earlier_forms", 1)
    }

    /// How many batches of the body each item stood in.
    pub fn exposure(&self, blank: Observation) -> Observation {
        let mut missing = self.lacking(false);
        let body_id = self.batch.and_then(|batch| batch.body_id.as_ref());
        let (Some(items), Some(day), Some(body_id)) = (self.items, self.day(), body_id) else {
            return blank.seen(Vec::new(), missing);
        };
        let mut cases = Vec::new();
        let mut most_seen = 0;
        for (item_id, row) in items {
            let number = self.uses.exposure(body_id, item_id, day);
            most_seen = most_seen.max(number);
            let Some(most) = self.parameters.maximum_exposure.filter(|most| number > *most as usize) else { continue };
            let who = quoted(item_id.as_str());
            cases.push(case(
                item_id,
                vec![row.source],
                Bilingual::new(
                    format!("试题 {who} 至 {day} 已用于该机构 {number} 个批次，多于 {most} 个。"),
                    format!("Item {who} stood in {number} batches of the body up to {day}, more than {most}."),
                ),
            ));
        }
        if self.parameters.maximum_exposure.is_none() {
            missing.extend(self.unset("item_bank.maximum_exposure"));
        }
        blank.seen(cases, missing).with("items", items.len()).with("most_batches_of_an_item", most_seen)
    }

    /// Items on a form after they were retired. No number is needed for that.
    pub fn retired_items(&self, blank: Observation) -> Observation {
        let missing = self.lacking(true);
        let (Some(items), Some(day), true) = (self.items, self.day(), missing.is_empty()) else {
            return blank.seen(Vec::new(), missing);
        };
        let retired = self.banked().filter_map(|(item_id, row, banked)| {
            let retired = banked.retired_on.filter(|retired| *retired < day)?;
            let who = quoted(item_id.as_str());
            Some(case(
                item_id,
                vec![banked.source, row.source],
                Bilingual::new(
                    format!("试题 {who} 于 {retired} 停用，{day} 仍在试卷上。"),
                    format!("Item {who} was retired on {retired} and stands on a form of {day}."),
                ),
            ))
        });
        let cases = retired.collect();
        let in_bank = self.banked().count();
        blank.seen(cases, Vec::new()).with("items", items.len()).with("items_not_in_bank", items.len() - in_bank)
    }
}

#[cfg(test)]
mod tests {
    use super::whole_months;
    use chrono::NaiveDate;

    #[test]
    fn months_are_whole_and_clamped() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        for (from, to, months) in [
            ("2025-03-14", "2026-03-13", 11),
            ("2025-03-14", "2026-03-14", 12),
            ("2024-02-29", "2025-02-28", 12),
            ("2025-01-31", "2025-02-28", 1),
            ("2026-03-14", "2025-03-14", 0),
        ] {
            assert_eq!(whole_months(day(from), day(to)), months, "{from} {to}");
        }
    }
}
