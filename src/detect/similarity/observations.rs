//! What is reported of each batch: identical sheets (fact), similar pairs and their clusters by room (signs).

use crate::detect::similarity::analysis::{FormAnalysis, JudgedPair};
use crate::detect::similarity::room_clusters::room_clusters;
use crate::model::answer::AnswerSheet;
use crate::model::dataset::Dataset;
use crate::model::figure::Figures;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// Name of the detector.
pub const DETECTOR: &str = "similarity";

/// Settings that the texts and limits need.
#[derive(Clone, Copy, Debug)]
pub struct ObservationSettings {
    /// Family-wise level.
    pub significance_level: f64,
    /// Most cases spelt out for one batch and measure; figures always count all.
    pub maximum_cases: usize,
}

/// Three observations a batch, for every batch of the data set, sorted by batch, then measure.
pub fn observations(
    dataset: &Dataset,
    analyses: &[FormAnalysis<'_>],
    settings: ObservationSettings,
) -> Vec<Observation> {
    let mut tallies: BTreeMap<BatchId, BatchTally<'_>> = BTreeMap::new();
    for analysis in analyses {
        add_form(&mut tallies, analysis);
    }
    let identities = identities(dataset, analyses);
    dataset
        .batch_ids()
        .keys()
        .flat_map(|batch_id| {
            let tally = tallies.remove(batch_id).unwrap_or_default();
            let report = BatchReport { dataset, batch_id, tally: &tally, identities: &identities, settings };
            [report.identical_sheets(), report.room_clusters(), report.similar_pairs()]
        })
        .collect()
}

/// What one batch has part in.
#[derive(Default)]
struct BatchTally<'a> {
    sheets: u64,
    excluded: u64,
    items: u64,
    pairs_with_batch: u64,
    pairs_in_family: u64,
    without_incorrect_evidence: u64,
    smallest_log10_p_value: Option<f64>,
    models: BTreeSet<&'static str>,
    any_without_key: bool,
    pairs: Vec<(&'a FormAnalysis<'a>, &'a JudgedPair)>,
}

fn add_form<'a>(tallies: &mut BTreeMap<BatchId, BatchTally<'a>>, analysis: &'a FormAnalysis<'a>) {
    let matrix = &analysis.matrix;
    let mut sheets: BTreeMap<&BatchId, u64> = BTreeMap::new();
    for sheet in &matrix.sheets {
        *sheets.entry(&sheet.batch_id).or_default() += 1;
    }
    for (sheet, _) in &matrix.exclusions {
        tallies.entry(sheet.batch_id.clone()).or_default().excluded += 1;
    }
    let all = matrix.sheets.len() as u64;
    for (batch_id, own) in sheets {
        let tally = tallies.entry(batch_id.clone()).or_default();
        tally.sheets += own;
        tally.items = tally.items.max(matrix.items.len() as u64);
        // Pairs with too few common items are not in the family; they are rare and not counted by batch.
        let with_batch = own * own.saturating_sub(1) / 2 + own * (all - own);
        tally.pairs_with_batch += with_batch.min(analysis.pairs_compared);
        tally.pairs_in_family += analysis.pairs_compared;
        tally.without_incorrect_evidence += analysis.pairs_without_incorrect_evidence;
        tally.models.extend(analysis.model.as_ref().map(|model| model.kind.as_str()));
        tally.any_without_key |= !matrix.key_given;
        if let Some(smallest) = analysis.smallest_log10_p_value {
            tally.smallest_log10_p_value = Some(tally.smallest_log10_p_value.map_or(smallest, |had| had.min(smallest)));
        }
    }
    for judged in &analysis.pairs {
        let batches: BTreeSet<&BatchId> =
            [judged.pair.a, judged.pair.b].into_iter().map(|sheet| &matrix.sheets[sheet].batch_id).collect();
        for batch_id in batches {
            tallies.entry(batch_id.clone()).or_default().pairs.push((analysis, judged));
        }
    }
}

/// Identity numbers of the candidates that pairs name, as far as they may be matched on.
fn identities<'d>(
    dataset: &'d Dataset,
    analyses: &[FormAnalysis<'_>],
) -> BTreeMap<(&'d BatchId, &'d CandidateId), &'d str> {
    let named: BTreeSet<(&BatchId, &CandidateId)> = analyses
        .iter()
        .flat_map(|analysis| {
            analysis.pairs.iter().flat_map(|judged| [judged.pair.a, judged.pair.b]).map(|place| {
                let sheet: &AnswerSheet = analysis.matrix.sheets[place];
                (&sheet.batch_id, &sheet.candidate_id)
            })
        })
        .collect();
    dataset
        .candidates
        .iter()
        .filter(|row| named.contains(&(&row.batch_id, &row.candidate_id)))
        .filter_map(|row| {
            let number = row.id_number.as_ref()?.for_matching()?;
            Some(((&row.batch_id, &row.candidate_id), number))
        })
        .collect()
}

struct BatchReport<'r, 'a> {
    dataset: &'r Dataset,
    batch_id: &'r BatchId,
    tally: &'r BatchTally<'a>,
    identities: &'r BTreeMap<(&'r BatchId, &'r CandidateId), &'r str>,
    settings: ObservationSettings,
}

impl BatchReport<'_, '_> {
    fn identical_sheets(&self) -> Observation {
        let pairs: Vec<_> = self.tally.pairs.iter().filter(|(_, judged)| judged.identical).collect();
        let counted = pairs.iter().filter(|(_, judged)| !judged.identical_by_chance);
        let mut figures = self.common_figures();
        figures.insert("identical_pairs".into(), counted.clone().count().into());
        let by_chance = pairs.iter().filter(|(_, judged)| judged.identical_by_chance).count();
        figures.insert("identical_pairs_expected_by_chance".into(), by_chance.into());
        let cases = counted.take(self.settings.maximum_cases).map(|(analysis, judged)| self.case(analysis, judged));
        let cases = cases.collect();
        self.observation("identical_sheets", Nature::Fact, figures, cases)
    }

    fn similar_pairs(&self) -> Observation {
        let flagged = self.tally.pairs.iter().filter(|(_, judged)| judged.flagged);
        let mut figures = self.common_figures();
        figures.insert("significance_level".into(), self.settings.significance_level.into());
        figures.insert("flagged_pairs".into(), flagged.clone().count().into());
        let candidates: BTreeSet<&CandidateId> = flagged
            .clone()
            .flat_map(|(analysis, judged)| [judged.pair.a, judged.pair.b].map(|place| analysis.matrix.sheets[place]))
            .filter(|sheet| sheet.batch_id == *self.batch_id)
            .map(|sheet| &sheet.candidate_id)
            .collect();
        figures.insert("flagged_candidates".into(), candidates.len().into());
        let without = i64::try_from(self.tally.without_incorrect_evidence).unwrap_or(i64::MAX);
        figures.insert("pairs_alike_in_right_answers_only".into(), without.into());
        if let Some(smallest) = self.tally.smallest_log10_p_value {
            figures.insert("smallest_log10_p_value".into(), smallest.into());
        }
        let models: Vec<&str> = self.tally.models.iter().copied().collect();
        figures.insert("model".into(), if models.is_empty() { "none".into() } else { models.join("+").into() });
        let cases = flagged.take(self.settings.maximum_cases).map(|(analysis, judged)| self.case(analysis, judged));
        let cases = cases.collect();
        self.observation("similar_pairs", Nature::Sign, figures, cases)
    }

    fn room_clusters(&self) -> Observation {
        let cases = room_clusters(self.batch_id, &self.tally.pairs);
        let mut seen = self.observation("room_clusters", Nature::Sign, Figures::new(), cases);
        // Where sheets are alike and no room is on record, it is open whether they sat together.
        let is_without_room = |sheet: &&AnswerSheet| sheet.batch_id == *self.batch_id && sheet.room.is_none();
        let of_pair = |analysis: &FormAnalysis<'_>, judged: &JudgedPair| {
            [judged.pair.a, judged.pair.b].into_iter().any(|place| is_without_room(&analysis.matrix.sheets[place]))
        };
        let flagged = self.tally.pairs.iter().filter(|(_, judged)| judged.flagged);
        if seen.cases.is_empty() && flagged.clone().any(|(analysis, judged)| of_pair(analysis, judged)) {
            seen.evaluated = false;
            seen.missing.push(MissingFact::column("answers", "room"));
        }
        seen
    }

    fn common_figures(&self) -> Figures {
        let count = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
        Figures::from([
            ("sheets".to_owned(), count(self.tally.sheets).into()),
            ("sheets_excluded".to_owned(), count(self.tally.excluded).into()),
            ("items".to_owned(), count(self.tally.items).into()),
            ("pairs_compared".to_owned(), count(self.tally.pairs_with_batch).into()),
            ("pairs_in_family".to_owned(), count(self.tally.pairs_in_family).into()),
        ])
    }

    fn observation(
        &self,
        measure: &'static str,
        nature: Nature,
        figures: Figures,
        cases: Vec<ObservedCase>,
    ) -> Observation {
        let evaluated = self.tally.pairs_with_batch > 0;
        let mut missing = Vec::new();
        if !self.dataset.has_table("answers") && self.dataset.answers.sheets.is_empty() {
            missing.push(MissingFact::table("answers"));
        } else if !evaluated {
            missing.push(MissingFact::column("answers", "response"));
        }
        if evaluated && self.tally.any_without_key {
            missing.push(MissingFact::column("forms", "key"));
        }
        let blank = Observation::new(DETECTOR, measure, nature);
        Observation {
            evaluated,
            figures,
            cases,
            missing,
            ..blank.of_batch(self.batch_id, self.dataset.body_of(self.batch_id))
        }
    }

    fn case(&self, analysis: &FormAnalysis<'_>, judged: &JudgedPair) -> ObservedCase {
        let mut members = [judged.pair.a, judged.pair.b].map(|place| analysis.matrix.sheets[place]);
        members.sort_by(|a, b| (&a.candidate_id, &a.batch_id, a.source).cmp(&(&b.candidate_id, &b.batch_id, b.source)));
        let [a, b] = members;
        let names = [a, b].map(|sheet| mask_embedded_numbers(sheet.candidate_id.as_str()).into_owned());
        let mut detail = self.counts_sentence(analysis, judged, &names);
        let other = [a, b].into_iter().find(|sheet| sheet.batch_id != *self.batch_id);
        if let Some(other) = other {
            let batch = mask_embedded_numbers(other.batch_id.as_str());
            detail.zh.push_str(&format!("其中一份属于批次 {batch}。"));
            detail.en.push_str(&format!(" One of them belongs to batch {batch}."));
        }
        let identity = |sheet: &AnswerSheet| self.identities.get(&(&sheet.batch_id, &sheet.candidate_id)).copied();
        if judged.same_candidate {
            detail.zh.push_str("两份答卷的准考证号相同：可能是同一答卷重复扫描或录入，请先核对原件。");
            detail.en.push_str(
                " Both sheets carry the same candidate number: one sheet may have been scanned or entered twice; check \
                 the originals first.",
            );
        } else if identity(a).is_some() && identity(a) == identity(b) {
            detail.zh.push_str("两个准考证号登记了同一身份证号：可能是同一人重复报名或答卷重复录入，请先核对。");
            detail.en.push_str(
                " Both candidate numbers are registered with the same identity number: one person may be registered, or \
                 one sheet entered, twice; check that first.",
            );
        } else if let (Some(room_a), Some(room_b)) = (&a.room, &b.room) {
            if room_a == room_b && a.batch_id == b.batch_id {
                let room = mask_embedded_numbers(room_a);
                detail.zh.push_str(&format!("同一考场（{room}）。"));
                detail.en.push_str(&format!(" Same room ({room})."));
            } else {
                detail.zh.push_str("不在同一考场。");
                detail.en.push_str(" Not in the same room.");
            }
        }
        let mut subjects = vec![a.candidate_id.to_string(), b.candidate_id.to_string()];
        subjects.dedup();
        ObservedCase { subjects, sources: vec![a.source, b.source], detail }
    }

    fn counts_sentence(&self, analysis: &FormAnalysis<'_>, judged: &JudgedPair, names: &[String; 2]) -> Bilingual {
        let counts = &judged.pair.counts;
        let (common, matches) = (counts.common, counts.matches);
        let [a, b] = names;
        let wrong = if analysis.matrix.key_given {
            let wrong = counts.matches_incorrect;
            (format!("，其中相同的错误作答 {wrong} 题"), format!(", {wrong} of them the same wrong response"))
        } else {
            (String::new(), String::new())
        };
        let log10 = judged.pair.gbt.log10;
        let pairs = analysis.pairs_compared;
        if judged.identical {
            Bilingual::new(
                format!(
                    "{a} 与 {b}：{common} 题作答全部相同{}（偶然概率的对数 log10 p = {log10:.1}，比较 {pairs} 对）。",
                    wrong.0
                ),
                format!(
                    "{a} and {b}: all {common} responses are the same{} (chance: log10 p = {log10:.1}; {pairs} pairs compared).",
                    wrong.1
                ),
            )
        } else {
            Bilingual::new(
                format!(
                    "{a} 与 {b}：共同作答 {common} 题，相同 {matches} 题{}；log10 p = {log10:.1}，共比较 {pairs} 对。",
                    wrong.0
                ),
                format!(
                    "{a} and {b}: {matches} of {common} responses are the same{}; log10 p = {log10:.1}, {pairs} pairs compared.",
                    wrong.1
                ),
            )
        }
    }
}
