//! Written answers of earlier runs by their fingerprints. No word of a text is kept.

use crate::ledger::chain::Appender;
use crate::ledger::document::kept;
use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::read::{Record, records};
use crate::ledger::store::Store;
use crate::ledger::tables::{Kind, Type, Value};
use crate::model::written_evidence::{EarlierAnswer, WrittenPrint};
use std::collections::{BTreeMap, BTreeSet};

/// Records a page.
const PAGE: i64 = 5_000;
/// Hashes asked for at once.
const HASHES: usize = 500;
/// Fewest fingerprints in common: one alone may be an accident of 32 bits.
const FEWEST_COMMON: u32 = 3;
/// Earlier answers named for one at hand.
const MOST_NAMED: usize = 20;

/// One answer to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRecord {
    /// Body, empty where it is not on record.
    pub body_id: String,
    /// 考试日期.
    pub exam_date: Option<String>,
    /// The question, the same word in every run.
    pub question: String,
    /// Whose, and its fingerprints.
    pub print: WrittenPrint,
}

/// Fingerprints as they are kept: hexadecimal numbers of eight digits, in a row.
fn written(prints: &[u32]) -> String {
    prints.iter().map(|print| format!("{print:08x}")).collect()
}

fn read(text: &str) -> Vec<u32> {
    let digits = text.as_bytes().chunks(8).filter_map(|digits| std::str::from_utf8(digits).ok());
    digits.filter_map(|digits| u32::from_str_radix(digits, 16).ok()).collect()
}

/// Adds the answers that are not on record in the same words. Works within the chain's transaction.
pub(in crate::ledger) fn not_on_record<'a>(
    store: &mut Store,
    answers: &'a [WrittenRecord],
) -> Result<Vec<&'a WrittenRecord>, LedgerError> {
    let batches: BTreeSet<&str> = answers.iter().map(|one| one.print.holder.batch_id.as_str()).collect();
    let mut known: BTreeSet<[String; 5]> = BTreeSet::new();
    for batch_id in batches {
        let sql =
            "SELECT body_id, batch_id, candidate_id, question, text_sha256 FROM written_answers WHERE batch_id = $1";
        for row in store.rows(sql, &[Value::text(kept(batch_id))], &[Type::Text; 5])? {
            if let [body_id, batch_id, candidate_id, question, sha256] = row.as_slice() {
                known.insert([body_id, batch_id, candidate_id, question, sha256].map(|cell| cell.as_text().to_owned()));
            }
        }
    }
    Ok(answers.iter().filter(|one| !known.contains(&key(one))).collect())
}

fn key(one: &WrittenRecord) -> [String; 5] {
    let holder = &one.print.holder;
    let parts = [&one.body_id, holder.batch_id.as_str(), holder.candidate_id.as_str(), &one.question];
    let [body_id, batch_id, candidate_id, question] = parts.map(kept);
    [body_id, batch_id, candidate_id, question, one.print.sha256.clone()]
}

/// Records answers.
pub(in crate::ledger) fn record(
    chain: &mut Appender<'_>,
    run_seq: i64,
    answers: &[&WrittenRecord],
) -> Result<(), LedgerError> {
    for one in answers {
        let [body_id, batch_id, candidate_id, question, sha256] = key(one);
        chain.add(
            Kind::Written,
            vec![
                Value::integer(run_seq),
                Value::text(body_id),
                Value::text(batch_id),
                Value::Text(one.exam_date.clone()),
                Value::text(candidate_id),
                Value::text(question),
                Value::integer(i64::from(one.print.characters)),
                Value::text(sha256),
                Value::text(written(&one.print.prints)),
            ],
        )?;
    }
    Ok(())
}

/// Numbers of the answers at hand by what they may have in common with an earlier one.
struct AtHand<'a> {
    answers: &'a [WrittenRecord],
    by_print: BTreeMap<(&'a str, u32), Vec<usize>>,
    by_text: BTreeMap<&'a str, Vec<usize>>,
    batches: BTreeSet<(String, String)>,
}

impl<'a> AtHand<'a> {
    fn new(answers: &'a [WrittenRecord]) -> Self {
        let mut found = Self { answers, by_print: BTreeMap::new(), by_text: BTreeMap::new(), batches: BTreeSet::new() };
        for (number, one) in answers.iter().enumerate() {
            for print in &one.print.prints {
                found.by_print.entry((&one.question, *print)).or_default().push(number);
            }
            found.by_text.entry(&one.print.sha256).or_default().push(number);
            found.batches.insert((kept(&one.body_id), kept(one.print.holder.batch_id.as_str())));
        }
        found
    }

    /// Answers at hand that are like an earlier one: number, fingerprints in common, fewest of both, whether identical.
    fn like(&self, record: &Record, share_percent: u32) -> Vec<(usize, u32, u32, bool)> {
        let of_batch = (record.text("body_id").to_owned(), record.text("batch_id").to_owned());
        if self.batches.contains(&of_batch) {
            return Vec::new();
        }
        let prints = read(record.text("fingerprints"));
        let mut common: BTreeMap<usize, u32> = BTreeMap::new();
        for print in &prints {
            for number in self.by_print.get(&(record.text("question"), *print)).into_iter().flatten() {
                *common.entry(*number).or_default() += 1;
            }
        }
        let identical = self.by_text.get(record.text("text_sha256")).map_or(&[][..], Vec::as_slice);
        for number in identical {
            common.entry(*number).or_default();
        }
        let like = |(number, common): (usize, u32)| {
            let own = self.answers[number].print.prints.len();
            let fewest = u32::try_from(own.min(prints.len())).unwrap_or(u32::MAX);
            let is_identical = identical.contains(&number);
            let is_like =
                common >= FEWEST_COMMON && u64::from(common) * 100 >= u64::from(fewest) * u64::from(share_percent);
            (is_identical || is_like).then_some((
                number,
                if is_identical { fewest } else { common },
                fewest,
                is_identical,
            ))
        };
        common.into_iter().filter_map(like).collect()
    }
}

impl Ledger {
    /// Answers of other batches on record that share enough fingerprints with answers at hand to the same question, or
    /// are the same text to any question.
    ///
    /// **Input** the answers at hand and the share of the fewer fingerprints, per cent. **Returns** for each answer at
    /// hand, by number, at most 20 earlier ones, the likest first.
    ///
    /// # Errors
    /// What the engine says.
    pub fn earlier_written(
        &mut self,
        answers: &[WrittenRecord],
        share_percent: u32,
    ) -> Result<Vec<(usize, EarlierAnswer)>, LedgerError> {
        let at_hand = AtHand::new(answers);
        let mut found: BTreeMap<(usize, String, String), EarlierAnswer> = BTreeMap::new();
        let mut runs: BTreeMap<i64, String> = BTreeMap::new();
        let questions: BTreeSet<&str> = answers.iter().map(|one| one.question.as_str()).collect();
        for question in questions {
            let mut after = 0;
            loop {
                let condition = format!(
                    "WHERE seq IN (SELECT seq FROM written_answers WHERE question = $1 AND seq > $2 ORDER BY seq LIMIT {PAGE})"
                );
                let values = [Value::text(kept(question)), Value::integer(after)];
                let page = records(&mut self.store, Kind::Written, &condition, &values)?;
                let Some(last) = page.last() else { break };
                after = last.seq;
                self.take(&page, &at_hand, share_percent, &mut runs, &mut found)?;
            }
        }
        let hashes: Vec<&str> = at_hand.by_text.keys().copied().collect();
        for some in hashes.chunks(HASHES) {
            let slots: Vec<String> = (1..=some.len()).map(|number| format!("${number}")).collect();
            let condition = format!("WHERE text_sha256 IN ({})", slots.join(", "));
            let values: Vec<Value> = some.iter().map(|hash| Value::text(*hash)).collect();
            let page = records(&mut self.store, Kind::Written, &condition, &values)?;
            self.take(&page, &at_hand, share_percent, &mut runs, &mut found)?;
        }
        let mut by_answer: BTreeMap<usize, Vec<EarlierAnswer>> = BTreeMap::new();
        for ((number, ..), earlier) in found {
            by_answer.entry(number).or_default().push(earlier);
        }
        let mut all = Vec::new();
        for (number, mut earlier) in by_answer {
            earlier.sort_by_key(|one| std::cmp::Reverse((one.identical, one.common)));
            earlier.truncate(MOST_NAMED);
            all.extend(earlier.into_iter().map(|one| (number, one)));
        }
        Ok(all)
    }

    fn take(
        &mut self,
        page: &[Record],
        at_hand: &AtHand<'_>,
        share_percent: u32,
        runs: &mut BTreeMap<i64, String>,
        found: &mut BTreeMap<(usize, String, String), EarlierAnswer>,
    ) -> Result<(), LedgerError> {
        for record in page {
            for (number, common, fewest, identical) in at_hand.like(record, share_percent) {
                let run_seq = record.integer("run_seq").unwrap_or(0);
                let run = match runs.get(&run_seq) {
                    Some(run) => run.clone(),
                    None => {
                        let sql = "SELECT data_set FROM runs WHERE seq = $1";
                        let rows = self.store.rows(sql, &[Value::integer(run_seq)], &[Type::Text])?;
                        let name =
                            rows.iter().flatten().next().map(|cell| cell.as_text().to_owned()).unwrap_or_default();
                        runs.insert(run_seq, name.clone());
                        name
                    }
                };
                let print = &at_hand.answers[number].print;
                let earlier = EarlierAnswer {
                    holder: print.holder.clone(),
                    source: print.source,
                    run,
                    batch_id: record.text("batch_id").to_owned(),
                    candidate_id: record.text("candidate_id").to_owned(),
                    exam_date: Some(record.text("exam_date").to_owned()).filter(|date| !date.is_empty()),
                    common,
                    fewest,
                    identical,
                };
                let key = (number, earlier.batch_id.clone(), earlier.candidate_id.clone());
                // A later version of the answer may be less like it: the likest is named.
                let is_likest =
                    found.get(&key).is_none_or(|known| (known.identical, known.common) < (identical, common));
                if is_likest {
                    found.insert(key, earlier);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn fingerprints_are_read_back() {
        let prints = [0, 1, 0xdead_beef, u32::MAX];
        assert_eq!(written(&prints), "0000000000000001deadbeefffffffff");
        assert_eq!(read(&written(&prints)), prints);
        assert!(read("").is_empty());
    }
}
