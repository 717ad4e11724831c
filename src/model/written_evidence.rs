//! Results about written answers that are alike.

use crate::model::component::Component;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::level::Level;
use crate::model::provenance::Provenance;
use compact_str::CompactString;

/// Which texts are compared with each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// Occupation by code, else by name.
    pub occupation: Option<CompactString>,
    /// Level.
    pub level: Option<Level>,
    /// Component, where raters marked the text.
    pub component: Option<Component>,
    /// Criterion, item or name of the attachment; empty where none is named.
    pub name: CompactString,
}

/// All texts of one question, compared.
#[derive(Clone, Debug, Default)]
pub struct WrittenComparison {
    /// Which question.
    pub question: Question,
    /// Batches whose candidates answered it, sorted.
    pub batches: Vec<BatchId>,
    /// What was compared.
    pub counts: WrittenCounts,
    /// What the comparison was set to.
    pub criteria: WrittenCriteria,
    /// Pairs: those past the criteria first, then those with the largest shares.
    pub pairs: Vec<WrittenPair>,
    /// Candidates that hang together through pairs past the criteria, by cluster.
    pub clusters: Vec<Vec<WrittenHolder>>,
    /// Texts with characters that do not show, most first.
    pub hidden: Vec<HiddenText>,
    /// Groups of candidates with one text that counts as what many wrote.
    pub shared_by_many: Vec<SharedText>,
    /// Fingerprints for the history.
    pub prints: Vec<WrittenPrint>,
    /// Answers of earlier runs that share fingerprints.
    pub earlier: Vec<EarlierAnswer>,
}

/// Counts of one comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenCounts {
    /// Texts compared.
    pub answers: u64,
    /// Persons who wrote them.
    pub persons: u64,
    /// Texts that differ from each other.
    pub distinct: u64,
    /// Pairs of persons compared.
    pub pairs_compared: u64,
    /// Of these such that share a passage.
    pub pairs_sharing: u64,
    /// Of these past the criteria.
    pub pairs_alike: u64,
    /// Pairs not looked at further because one text had too many partners.
    pub pairs_left_out: u64,
    /// Answers such as 略 or 不会, names of files, and texts lost in an encoding.
    pub without_text: u64,
    /// Texts that were cut at the longest length compared.
    pub cut: u64,
    /// Texts left out because all together were too long.
    pub beyond_total: u64,
}

/// What a comparison was set to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenCriteria {
    /// Fewest characters of a passage.
    pub passage: u32,
    /// Share of the shorter text from which a pair is alike, per cent.
    pub share_percent: u32,
    /// Fewest characters in common of an alike pair.
    pub minimum_length: u32,
    /// Persons from which a passage counts as what many wrote.
    pub common_from: u32,
}

/// One answer's holder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenHolder {
    /// Which batch.
    pub batch_id: BatchId,
    /// Whose.
    pub candidate_id: CandidateId,
}

/// Two texts that share passages. Both are treated alike.
#[derive(Clone, Debug)]
pub struct WrittenPair {
    /// One text (smaller identifiers).
    pub a: WrittenSide,
    /// The other.
    pub b: WrittenSide,
    /// Characters of the shorter text that lie in a passage of the other.
    pub covered: u32,
    /// Characters of the shorter text beside what was given.
    pub shorter: u32,
    /// Characters of the longest passage.
    pub longest: u32,
    /// Passages.
    pub passages: u32,
    /// Whether the passages stand in another order in the other text.
    pub other_order: bool,
    /// Sørensen–Dice likeness of both texts by pairs of characters, 0–1.
    pub dice: f64,
    /// One minus the edit distance over the longer length, for short texts.
    pub likeness: Option<f64>,
    /// Past the criteria.
    pub alike: bool,
    /// The same text.
    pub identical: bool,
    /// Number of the cluster, 1-based, of an alike pair.
    pub cluster: Option<u32>,
}

impl WrittenPair {
    /// Share of the shorter text that is covered, 0–1.
    pub fn share(&self) -> f64 {
        if self.shorter == 0 { 0.0 } else { f64::from(self.covered) / f64::from(self.shorter) }
    }
}

/// One text of a pair.
#[derive(Clone, Debug)]
pub struct WrittenSide {
    /// Whose.
    pub holder: WrittenHolder,
    /// Characters as written.
    pub characters: u64,
    /// The text in parts; identity numbers are masked.
    pub parts: Vec<TextPart>,
    /// Source row.
    pub source: Provenance,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPart {
    /// As written.
    pub text: Box<str>,
    /// What it is.
    pub kind: PartKind,
}

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The candidate's own.
    Own,
    /// A passage of both texts, by its number in the pair.
    Passage(u32),
    /// Taken out: it stands in the stem or the reference answer.
    Given,
    /// Taken out: many wrote it.
    Common,
}

/// A text with characters that do not show.
#[derive(Clone, Debug)]
pub struct HiddenText {
    /// Whose.
    pub holder: WrittenHolder,
    /// Without width.
    pub invisible: u64,
    /// Turning the reading direction.
    pub direction: u64,
    /// That only look like the usual ones.
    pub look_alike: u64,
    /// Source row.
    pub source: Provenance,
}

/// One text of so many that it counts as what many wrote.
#[derive(Clone, Debug)]
pub struct SharedText {
    /// How many persons have it.
    pub persons: u64,
    /// Its characters in normal form.
    pub characters: u64,
    /// The first of them.
    pub holders: Vec<WrittenHolder>,
    /// Source rows of these.
    pub sources: Vec<Provenance>,
}

/// Fingerprints of one answer: no word of it can be read from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPrint {
    /// Whose.
    pub holder: WrittenHolder,
    /// Characters in normal form.
    pub characters: u32,
    /// Numbers by winnowing, sorted, without those of what was given and of what many wrote.
    pub prints: Vec<u32>,
    /// SHA-256 of the whole normal text, lower-case hex.
    pub sha256: String,
    /// Source row.
    pub source: Provenance,
}

/// An answer of an earlier run that shares fingerprints with one at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierAnswer {
    /// The answer at hand.
    pub holder: WrittenHolder,
    /// Source row of it.
    pub source: Provenance,
    /// Data set of the earlier run.
    pub run: String,
    /// Batch of the earlier answer.
    pub batch_id: String,
    /// Candidate of the earlier answer, masked.
    pub candidate_id: String,
    /// Examination date of the earlier batch, if on record.
    pub exam_date: Option<String>,
    /// Fingerprints in common.
    pub common: u32,
    /// Fewest fingerprints of the two.
    pub fewest: u32,
    /// Whether the whole texts are one.
    pub identical: bool,
}
