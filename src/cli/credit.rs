//! `kaojian credit`: what is on record of every body, counted, and weighted where the authority has set weights.

use crate::cli::credit_arguments::CreditArguments;
use crate::cli::credit_text::{history_csv, json, printable, score_csv};
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::history_record::opened;
use crate::cli::written::{shown_path, written};
use crate::credit::record::{CreditRecord, CreditRecords, add_history};
use crate::ledger::error::LedgerError;
use crate::ledger::open::Access;
use crate::model::ids::BodyId;
use crate::model::text::Language;
use crate::pipeline::{credit_cards, load_rules};
use crate::report::clean::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Makes the cards of the bodies of a history.
///
/// # Errors
/// A history or a pack that cannot be used, a body that is not on record, a folder that cannot be written.
pub fn credit(arguments: &CreditArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let packs = load_rules(&arguments.rules)?;
    let mut ledger = opened(&arguments.history, Access::Read)?;
    // The day is that of the whole history also where one body is asked for.
    let bodies = ledger.bodies()?;
    let mut records: CreditRecords = bodies.iter().map(|body_id| (body_id.clone(), CreditRecord::default())).collect();
    add_history(&mut records, &ledger.history(&bodies, &BTreeMap::new(), arguments.as_of)?);
    let mut cards = credit_cards(&packs, &records, arguments.as_of);
    if let Some(body) = &arguments.body {
        cards.retain(|card| card.body_id == BodyId::from(body.as_str()));
        if cards.is_empty() {
            let place = ledger.place().clone();
            return Err(LedgerError::Unknown { place, subject: shown(body) }.into());
        }
    }
    let files = [
        ("credit.json", json(&cards)?),
        ("credit.csv", score_csv(&cards)?),
        ("credit-history.csv", history_csv(&cards)?),
        ("credit.txt", printable(&cards).into_bytes()),
    ];
    written(&arguments.out, &files)?;
    let out = shown_path(&arguments.out);
    let weighted: BTreeSet<&String> = cards.iter().filter_map(|card| card.rule_pack.as_ref()).collect();
    let by = weighted.into_iter().map(|pack| shown(pack)).collect::<Vec<_>>().join(", ");
    match (language, by.is_empty()) {
        (Language::Chinese, true) => {
            writeln!(output, "机构{}家，只列次数：规则包未设权重；结果在 {out}", cards.len())?;
        }
        (Language::Chinese, false) => writeln!(output, "机构{}家，权重取自 {by}；结果在 {out}", cards.len())?,
        (Language::English, true) => {
            writeln!(
                output,
                "{} bodies, counts alone: the rule pack has no weights; the result is in {out}",
                cards.len()
            )?;
        }
        (Language::English, false) => {
            writeln!(output, "{} bodies, weights of {by}; the result is in {out}", cards.len())?;
        }
    }
    Ok(CLEAN)
}
