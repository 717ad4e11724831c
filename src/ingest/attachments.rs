//! Documents of candidates: which file is whose, and to which question.
//!
//! Below the folder of attachments a file is called `CANDIDATE.docx`, or `CANDIDATE_QUESTION.docx`; a folder above it
//! names the batch (`BATCH/CANDIDATE.docx`), the question (`QUESTION/CANDIDATE.docx`, where no batch is called so), or
//! both (`BATCH/QUESTION/CANDIDATE.docx`). A file without a batch belongs to the batch whose roster has the candidate,
//! or to the only batch of the data.

use crate::ingest::clean::clean_id;
use crate::ingest::documents::{document_text, file_too_large};
use crate::ingest::error::refusal;
use crate::ingest::files::{ListedFile, is_attachment_folder};
use crate::ingest::hash::read_and_hash;
use crate::ingest::limits::Limits;
use crate::ingest::raw::CellKind;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::provenance::{Provenance, SourceFile, SourceSheet};
use crate::model::text::Bilingual;
use crate::model::written_answer::WrittenAnswer;
use compact_str::CompactString;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// The name of the table in lists of inputs.
const TABLE: &str = "attachments";

/// What the data know of batches and candidates.
#[derive(Debug, Default)]
struct Roster<'a> {
    batches: BTreeSet<BatchId>,
    of_candidate: BTreeMap<&'a str, BTreeSet<&'a BatchId>>,
}

impl<'a> Roster<'a> {
    fn of(dataset: &'a Dataset) -> Self {
        let mut roster = Self { batches: dataset.batch_ids().into_keys().collect(), ..Self::default() };
        let rows = dataset.candidates.iter().map(|row| (&row.batch_id, &row.candidate_id));
        let rows = rows.chain(dataset.answers.sheets.iter().map(|row| (&row.batch_id, &row.candidate_id)));
        for (batch_id, candidate_id) in rows.chain(dataset.ratings.iter().map(|row| (&row.batch_id, &row.candidate_id)))
        {
            roster.of_candidate.entry(candidate_id.as_str()).or_default().insert(batch_id);
        }
        roster
    }

    /// Candidate and question of a file's name: the longest part before a `_` that is a candidate, else the first.
    fn candidate<'s>(&self, stem: &'s str) -> (&'s str, &'s str) {
        let parts = || stem.match_indices('_').map(|(place, _)| (&stem[..place], &stem[place + 1..]));
        if self.of_candidate.contains_key(stem) {
            return (stem, "");
        }
        let known = parts().rfind(|(candidate, _)| self.of_candidate.contains_key(candidate));
        known.or_else(|| parts().find(|(candidate, _)| !candidate.is_empty())).unwrap_or((stem, ""))
    }

    fn batch(&self, candidate: &str) -> Result<BatchId, Bilingual> {
        let of_candidate = self.of_candidate.get(candidate);
        let only = of_candidate.filter(|batches| batches.len() == 1).and_then(|batches| batches.first().copied());
        match (only, self.batches.len()) {
            (Some(batch_id), _) => Ok(batch_id.clone()),
            (None, 0) => Ok(BatchId::from("-")),
            (None, 1) => Ok(self.batches.first().cloned().unwrap_or_default()),
            _ => Err(refusal(
                "无法确定附件属于哪个批次",
                "请放入以批次号命名的文件夹",
                "nothing tells the batch of the attachment",
                "put it into a folder called as the batch",
            )),
        }
    }
}

/// Whose a document is, and to which question, by its path below the folder of attachments.
fn named(below: &str, roster: &Roster<'_>) -> Result<(BatchId, CandidateId, CompactString), Bilingual> {
    let mut folders: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
    let file = folders.pop().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (candidate, of_stem) = roster.candidate(stem.trim());
    let candidate = clean_id(candidate, CellKind::Text);
    let is_batch = |folder: &str| roster.batches.contains(&BatchId::from(folder));
    let (batch, of_folder) = match folders.as_slice() {
        [] => (None, ""),
        [batch] if is_batch(batch) || roster.batches.is_empty() => (Some(*batch), ""),
        [question] => (None, *question),
        [batch, question] => (Some(*batch), *question),
        _ => {
            return Err(refusal(
                "附件的文件夹嵌套过深",
                "请按 批次号/题目/准考证号.docx 存放",
                "the folders of the attachment are nested too deep",
                "store it as BATCH/QUESTION/CANDIDATE.docx",
            ));
        }
    };
    if candidate.is_empty() {
        return Err(refusal(
            "文件名中没有准考证号",
            "请以准考证号命名",
            "the name of the file holds no candidate",
            "call it as the candidate number",
        ));
    }
    let batch_id = batch.map_or_else(|| roster.batch(&candidate), |batch| Ok(BatchId::from(batch)))?;
    let question = [of_folder, of_stem].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    Ok((batch_id, CandidateId::from(&*candidate), question.into()))
}

/// Reads documents into a data set; `root` is the folder of attachments where the paths begin with none. What cannot be
/// read is a file with its reason.
pub fn attach(dataset: &mut Dataset, files: &[ListedFile], root: Option<&str>, limits: &Limits) {
    if files.is_empty() {
        return;
    }
    let roster = Roster::of(dataset);
    let read: Vec<(SourceFile, Option<WrittenAnswer>)> =
        files.par_iter().map(|file| read_one(file, root, &roster, limits)).collect();
    let mut number = u32::try_from(dataset.files.len()).unwrap_or(u32::MAX);
    for (source, answer) in read {
        if let Some(answer) = answer {
            let source = Provenance { file: number, sheet: 0, row: 1 };
            dataset.written_answers.push(WrittenAnswer { source, ..answer });
        }
        dataset.files.push(source);
        number = number.saturating_add(1);
    }
    dataset.columns.insert((TABLE.to_owned(), "text".to_owned()));
    dataset.written_answers.par_sort_by(|a, b| a.order().cmp(&b.order()));
}

fn read_one(
    file: &ListedFile,
    root: Option<&str>,
    roster: &Roster<'_>,
    limits: &Limits,
) -> (SourceFile, Option<WrittenAnswer>) {
    let mut source = SourceFile { path: file.relative.clone(), ..SourceFile::default() };
    let answer = file.refusal.clone().map_or(Ok(()), Err).and_then(|()| {
        let text = text_of(&file.path, &mut source, limits)?;
        let below = match root {
            Some(root) => file.relative.strip_prefix(root).unwrap_or(&file.relative),
            None => below_attachments(&file.relative),
        };
        let (batch_id, candidate_id, question) = named(below, roster)?;
        let text = text.into();
        Ok(WrittenAnswer { batch_id, candidate_id, question, text, source: Provenance::default() })
    });
    let rows = u64::from(answer.is_ok());
    source.sheets = vec![SourceSheet { table: Some(TABLE.into()), rows_read: rows, ..SourceSheet::default() }];
    match answer {
        Ok(answer) => (source, Some(answer)),
        Err(reason) => {
            source.error = Some(reason);
            (source, None)
        }
    }
}

/// What stands behind the outermost folder of attachments.
fn below_attachments(relative: &str) -> &str {
    let mut start = 0;
    for part in relative.split('/') {
        start += part.len() + 1;
        if is_attachment_folder(part) {
            return relative.get(start..).unwrap_or(relative);
        }
    }
    relative
}

fn text_of(path: &Path, source: &mut SourceFile, limits: &Limits) -> Result<String, Bilingual> {
    let not_opened = |error: std::io::Error| {
        let kind = error.kind();
        Bilingual::new(format!("无法打开或读取文件（{kind}）"), format!("the file cannot be opened or read ({kind})"))
    };
    let file = File::open(path).map_err(not_opened)?;
    source.bytes = file.metadata().map_err(not_opened)?.len();
    let most = limits.max_document_bytes;
    if source.bytes > most {
        return Err(file_too_large(source.bytes, limits));
    }
    let (bytes, sha256) = read_and_hash(file, source.bytes, most).map_err(not_opened)?;
    source.bytes = bytes.len() as u64;
    if source.bytes > most {
        return Err(file_too_large(source.bytes, limits));
    }
    source.sha256 = sha256;
    let found = document_text(path, bytes, limits)?;
    source.format = found.format.into();
    source.encoding = found.encoding.into();
    Ok(found.text)
}

#[cfg(test)]
mod tests {
    use super::{Roster, below_attachments, named};
    use crate::model::ids::BatchId;

    #[test]
    fn names_tell_batch_candidate_and_question() {
        let (first, second) = (BatchId::from("PC-1"), BatchId::from("PC-2"));
        let roster = Roster {
            batches: [first.clone(), second.clone()].into(),
            of_candidate: [("A_1", [&first].into()), ("A_2", [&second].into()), ("B", [&first, &second].into())].into(),
        };
        let found = |path: &str| {
            named(path, &roster)
                .map(|(batch, candidate, question)| (batch.to_string(), candidate.to_string(), question.to_string()))
                .ok()
        };
        let is = |batch: &str, candidate: &str, question: &str| {
            Some((batch.to_owned(), candidate.to_owned(), question.to_owned()))
        };
        assert_eq!(found("A_1.docx"), is("PC-1", "A_1", ""));
        assert_eq!(found("A_2_论文.docx"), is("PC-2", "A_2", "论文"));
        assert_eq!(found("PC-1/B.txt"), is("PC-1", "B", ""));
        assert_eq!(found("PC-1/案例分析/B_2.txt"), is("PC-1", "B", "案例分析/2"));
        assert_eq!(found("案例分析/A_1.md"), is("PC-1", "A_1", "案例分析"));
        // In both batches, in none, too deep, nobody's.
        for path in ["B.docx", "C.docx", "PC-1/x/y/B.docx", ".docx"] {
            assert_eq!(found(path), None, "{path}");
        }
        let nobody = Roster::default();
        let alone = named("2026/007_Q3.txt", &nobody).unwrap();
        assert_eq!((alone.0.as_str(), alone.1.as_str(), alone.2.as_str()), ("2026", "007", "Q3"));
        assert_eq!(named("007.txt", &nobody).unwrap().0.as_str(), "-");
        assert_eq!(below_attachments("PC-1/附件/007.docx"), "007.docx");
    }
}
