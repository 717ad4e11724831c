//! The form-reuse detector: papers of one body that it used again.

use crate::detect::change_log::or_dash;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::form_reuse::compare::compare;
use crate::detect::form_reuse::explanation::explanation;
use crate::detect::parameters::DetectParameters;
use crate::model::dataset::Dataset;
use crate::model::dated::{DatedEvent, Period};
use crate::model::evidence::Evidence;
use crate::model::form_evidence::{FormOverlap, PaperOutline, PaperPair};
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::BTreeMap;

const NAME: &str = "form_reuse";

/// Papers that a body used again.
pub struct FormReuseDetector;

impl Detector for FormReuseDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        progress.begin(NAME, 1);
        let overlaps = compare(dataset, &parameters.form_reuse);
        let first_rows = first_rows(dataset);
        let mut papers: BTreeMap<&BodyId, Vec<Uses<'_>>> = BTreeMap::new();
        for overlap in &overlaps {
            for (place, paper) in overlap.papers.iter().enumerate() {
                let Some(body_id) = &paper.body_id else { continue };
                let of_body = papers.entry(body_id).or_default();
                match of_body.last_mut().filter(|uses| std::ptr::eq(uses.overlap, overlap)) {
                    Some(uses) => uses.papers.push(place),
                    None => of_body.push(Uses { overlap, papers: vec![place] }),
                }
            }
        }
        let mut batches_held: BTreeMap<&BodyId, usize> = BTreeMap::new();
        for batch in &dataset.batches {
            if let Some(body_id) = &batch.body_id {
                *batches_held.entry(body_id).or_default() += usize::from(batch.held != Some(false));
            }
        }
        let mut detected = Detected::default();
        for (body_id, held) in batches_held {
            let uses = papers.get(body_id).map_or(&[][..], Vec::as_slice);
            let observe = |measure, nature| Observation::new(NAME, measure, nature).of_body(body_id);
            let known: usize = uses.iter().map(|uses| uses.papers.len()).sum();
            for (measure, nature) in [("same_paper", Nature::Fact), ("alike_papers", Nature::Sign)] {
                let mut result = observe(measure, nature);
                result.figures.insert("papers".to_owned(), known.into());
                result.evaluated = known > 0;
                if known == 0 {
                    result.missing = dataset.missing("forms", &["form_id", "item_no"]);
                }
                for uses in uses {
                    uses.add(nature, &first_rows, &mut result);
                }
                let reused = result.cases.len();
                result.figures.insert("papers_again".to_owned(), reused.into());
                detected.observations.push(result);
            }
            let mut result = observe("papers_on_record", Nature::Fact);
            let without = held.saturating_sub(known);
            result.figures.insert("batches_held".to_owned(), held.into());
            result.figures.insert("batches_without_paper".to_owned(), without.into());
            result.evaluated = without == 0;
            if without > 0 {
                result.missing = vec![MissingFact::column("forms", "batch_id")];
            }
            detected.observations.push(result);
        }
        detected.evidence = overlaps
            .into_iter()
            .filter(|overlap| overlap.papers.len() > 1)
            .map(|overlap| Evidence::FormOverlap(Box::new(overlap)))
            .collect();
        progress.advance(1);
        progress.finish();
        detected
    }
}

/// The first row of every batch's and form's items.
fn first_rows(dataset: &Dataset) -> BTreeMap<(Option<&BatchId>, &str), Provenance> {
    let mut rows = BTreeMap::new();
    for item in &dataset.form_items {
        rows.entry((item.batch_id.as_ref(), item.form_id.as_str()))
            .and_modify(|row: &mut Provenance| *row = (*row).min(item.source))
            .or_insert(item.source);
    }
    rows
}

/// The papers of one body in one occupation and level.
struct Uses<'a> {
    overlap: &'a FormOverlap,
    /// Places of its papers, by date.
    papers: Vec<usize>,
}

impl<'a> Uses<'a> {
    /// What two papers share, as far as anything; pairs stand by paper.
    fn pair(&self, a: usize, b: usize) -> Option<&'a PaperPair> {
        let pairs = &self.overlap.pairs;
        pairs.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b)).ok().map(|place| &pairs[place])
    }

    /// Adds one dated event a use and one case a paper used again. A paper is held against the first one that it
    /// repeats, so that no chain of alike papers joins two that are not; sittings of one day are one use.
    fn add(
        &self,
        nature: Nature,
        first_rows: &BTreeMap<(Option<&BatchId>, &str), Provenance>,
        result: &mut Observation,
    ) {
        let mut leaders: Vec<(usize, Vec<Option<NaiveDate>>)> = Vec::new();
        for place in &self.papers {
            let repeated = leaders.iter_mut().find_map(|leader| {
                let pair = self.pair(leader.0, *place)?;
                let is_again = if nature == Nature::Fact { pair.same_paper } else { pair.alike };
                is_again.then_some((leader, pair))
            });
            let paper = &self.overlap.papers[*place];
            let rows = |paper: &PaperOutline| rows_of(paper, first_rows);
            let subject = match repeated {
                Some(((leader, days), pair)) => {
                    let first = &self.overlap.papers[*leader];
                    if paper.exam_date.is_some() && days.contains(&paper.exam_date) {
                        continue;
                    }
                    days.push(paper.exam_date);
                    let mut sources = rows(first);
                    sources.extend(rows(paper));
                    let subjects = [first, paper].iter().map(|paper| label(paper)).collect();
                    result.cases.push(ObservedCase { subjects, sources, detail: said(first, paper, pair) });
                    label(first)
                }
                None => {
                    leaders.push((*place, vec![paper.exam_date]));
                    label(paper)
                }
            };
            result.dated.events.push(DatedEvent {
                date: paper.exam_date,
                term: Period::default(),
                is_certain: true,
                detail: Bilingual::new(
                    format!("批次 {} 使用试卷（与批次 {subject} 为同一或相近试卷）", label(paper)),
                    format!("batch {} used the paper of batch {subject}", label(paper)),
                ),
                subject,
                sources: rows(paper),
            });
        }
        result.dated.events.sort_by(|a, b| (a.date, &a.subject).cmp(&(b.date, &b.subject)));
    }
}

fn label(paper: &PaperOutline) -> String {
    paper.batch_id.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn rows_of(paper: &PaperOutline, first_rows: &BTreeMap<(Option<&BatchId>, &str), Provenance>) -> Vec<Provenance> {
    let row = |form: &crate::model::ids::FormId| {
        first_rows
            .get(&(paper.batch_id.as_ref(), form.as_str()))
            .or_else(|| first_rows.get(&(None, form.as_str())))
            .copied()
    };
    paper.forms.iter().filter_map(row).collect()
}

fn said(first: &PaperOutline, again: &PaperOutline, pair: &PaperPair) -> Bilingual {
    let day = |paper: &PaperOutline| or_dash(paper.exam_date);
    let names = |paper: &PaperOutline| format!("{} ({})", label(paper), day(paper));
    let PaperPair { identical, near, variants, common, smaller, .. } = pair;
    let order = pair.same_order.map_or(0, |share| (share * 100.0).round() as i64);
    let (one, other) = (names(first), names(again));
    if pair.same_paper {
        return Bilingual::new(
            format!(
                "批次 {one} 与 {other} 使用同一份试卷：{} 道试题全部相同，其中 {order}% 顺序相同。是否认定由人决定。",
                again.items
            ),
            format!(
                "Batches {one} and {other} used one paper: all {} items are the same, {order} % of them in the same order. For a person to confirm.",
                again.items
            ),
        );
    }
    Bilingual::new(
        format!(
            "批次 {one} 与 {other} 的试卷：较小的一份有 {smaller} 道专业试题，其中 {identical} 道相同、{near} 道相近；另有 {variants} 道仅数值不同、{common} 道通用知识题相同（均不计入），共有试题 {order}% 顺序相同。仅为提示，由人判断。"
        ),
        format!(
            "Papers of batches {one} and {other}: of {smaller} items of the smaller one {identical} are the same and {near} nearly so; {variants} that differ in numbers and {common} of common knowledge are not counted; {order} % of the shared items stand in the same order. An indication, for a person to decide."
        ),
    )
}
