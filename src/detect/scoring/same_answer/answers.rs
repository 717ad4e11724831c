//! The written answers of one batch, by criterion, with the marks each got.

use crate::detect::answer_kind::{AnswerKind, kind};
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::prepare::{Mark, Work, is_regular};
use crate::model::dataset::Dataset;
use crate::model::ids::FormId;
use crate::model::points::Points;
use crate::text::normal::{NormalText, normalised};
use std::collections::BTreeMap;

/// One candidate's answer to one criterion.
pub(super) struct Answer<'a> {
    /// Index into the batch's works.
    pub(super) work: u32,
    /// As recorded.
    pub(super) text: &'a str,
    /// As compared.
    pub(super) normal: NormalText,
    /// Regular marks with a score, by mark number; a rater who marked the work again counts once.
    pub(super) marks: Vec<Mark>,
}

/// The answers to one criterion: only these are compared with each other.
pub(super) struct AnswerItem<'a> {
    /// Index into the batch's works, of one that has the component.
    pub(super) example: u32,
    /// Index into the batch's criteria.
    pub(super) criterion: u32,
    /// The form, where the candidates' sheets name one.
    pub(super) form: Option<&'a FormId>,
    /// The most that the criterion gives.
    pub(super) maximum: Option<Points>,
    /// Answers that can be compared, in the order of works.
    pub(super) answers: Vec<Answer<'a>>,
}

/// What was left out, and why.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeftOut {
    /// Works without any text for the criterion.
    pub(super) blank: usize,
    /// Answers such as 略 or 不会, or of one character.
    pub(super) placeholders: usize,
    /// Names of files and pictures in place of a text.
    pub(super) files: usize,
    /// Texts whose characters were lost in an encoding.
    pub(super) unreadable: usize,
    /// Answers of which two rows of one work give different texts.
    pub(super) conflicting: usize,
}

/// All answers of a batch.
#[derive(Default)]
pub(super) struct BatchAnswers<'a> {
    /// By component, criterion and form.
    pub(super) items: Vec<AnswerItem<'a>>,
    /// What is not among them.
    pub(super) left_out: LeftOut,
    /// Texts looked at, whether or not they can be compared.
    pub(super) texts: usize,
}

/// Collects the answers of a batch.
pub(super) fn answers_of<'a>(
    dataset: &'a Dataset,
    batch: &'a PreparedBatch<'a>,
    required_raters: u8,
) -> BatchAnswers<'a> {
    let marks = &batch.marks;
    let has_text = |row: &u32| dataset.ratings.get(*row as usize).is_some_and(|rating| rating.response_text.is_some());
    let mut found = BatchAnswers::default();
    if !marks.rows.iter().any(has_text) {
        return found;
    }
    let forms: Vec<_> = batch
        .sheets
        .iter()
        .filter_map(|sheet| dataset.answers.sheets.get(*sheet as usize))
        .map(|sheet| (&sheet.candidate_id, sheet.form_id.as_ref()))
        .collect();
    let form_of = |work: &Work<'_>| {
        let place = forms.partition_point(|(candidate, _)| *candidate < work.candidate);
        forms.get(place).filter(|(candidate, _)| *candidate == work.candidate).and_then(|(_, form)| *form)
    };
    let mut items: BTreeMap<(&str, u32, Option<&FormId>), AnswerItem<'a>> = BTreeMap::new();
    let mut by_criterion: BTreeMap<u32, Vec<(Mark, bool)>> = BTreeMap::new();
    for (index, work) in marks.works.iter().enumerate() {
        by_criterion.clear();
        for marking in marks.markings_of(work) {
            let regular = is_regular(marking, required_raters);
            for mark in marks.marks_of(marking) {
                by_criterion.entry(mark.criterion).or_default().push((*mark, regular));
            }
        }
        let form = form_of(work);
        for (criterion, rows) in &by_criterion {
            let Some((text, normal)) = text_of(dataset, rows, &mut found) else { continue };
            let maximum = rows.iter().filter_map(|(mark, _)| mark.maximum).max().filter(|most| *most > Points::ZERO);
            let item = items.entry((work.component.as_str(), *criterion, form)).or_insert_with(|| AnswerItem {
                example: index as u32,
                criterion: *criterion,
                form,
                maximum,
                answers: Vec::new(),
            });
            item.maximum = item.maximum.max(maximum);
            let mut kept: Vec<Mark> = Vec::new();
            for (mark, _) in rows.iter().filter(|(mark, regular)| *regular && mark.score.is_some()) {
                if mark.rater.is_none() || !kept.iter().any(|earlier| earlier.rater == mark.rater) {
                    kept.push(*mark);
                }
            }
            if !kept.is_empty() {
                item.answers.push(Answer { work: index as u32, text, normal, marks: kept });
            }
        }
    }
    found.items = items.into_values().collect();
    found
}

/// The one text of a work's rows for a criterion; what cannot be compared is counted.
fn text_of<'a>(
    dataset: &'a Dataset,
    rows: &[(Mark, bool)],
    found: &mut BatchAnswers<'_>,
) -> Option<(&'a str, NormalText)> {
    let mut texts = rows
        .iter()
        .filter_map(|(mark, _)| dataset.ratings.get(mark.row as usize)?.response_text.as_deref())
        .filter(|text| !text.trim().is_empty());
    let Some(first) = texts.next() else {
        found.left_out.blank += 1;
        return None;
    };
    found.texts += 1;
    let normal = normalised(first);
    // The rows of all raters repeat the text: it is put in normal form again only where it is written otherwise.
    if texts.any(|other| other != first && normalised(other).text != normal.text) {
        found.left_out.conflicting += 1;
        return None;
    }
    match kind(first, &normal.text, normal.length) {
        AnswerKind::Text => return Some((first, normal)),
        AnswerKind::Placeholder => found.left_out.placeholders += 1,
        AnswerKind::File => found.left_out.files += 1,
        AnswerKind::Unreadable => found.left_out.unreadable += 1,
    }
    None
}
