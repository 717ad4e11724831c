//! Opening the history of a command, and saying what became of a report.

use crate::cli::error::CliError;
use crate::ledger::add::Added;
use crate::ledger::error::LedgerError;
use crate::ledger::open::{Access, Ledger};
use crate::ledger::place::Place;
use crate::model::text::Bilingual;

/// Opens the history of a command.
///
/// # Errors
/// Those of [`Ledger::open`].
pub fn opened(history: &str, access: Access) -> Result<Ledger, CliError> {
    let place = Place::parse(history).map_err(LedgerError::from)?;
    Ok(Ledger::open(&place, access)?)
}

/// What became of a report, in words.
pub fn told(added: &Added, place: &str) -> Bilingual {
    let Added { new, changed, unchanged, findings, head, .. } = added;
    let end = Bilingual::new(
        format!("链尾：第{}条，SHA-256 {}", head.seq, head.sha256),
        format!("end of the chain: record {}, SHA-256 {}", head.seq, head.sha256),
    );
    let said = if added.known_run {
        Bilingual::new(
            format!("历史库 {place}：这次运行已在其中，未作任何改动"),
            format!("history {place}: this run is on record already, nothing was changed"),
        )
    } else {
        Bilingual::new(
            format!("历史库 {place}：新增{new}项，新版本{changed}项，内容相同{unchanged}项；认定{findings}项"),
            format!(
                "history {place}: {new} new, {changed} in a new version, {unchanged} with the same content; {findings} findings"
            ),
        )
    };
    Bilingual::new(format!("{}\n{}", said.zh, end.zh), format!("{}\n{}", said.en, end.en))
}
