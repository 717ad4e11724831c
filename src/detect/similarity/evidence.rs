//! What the report draws of one form.

use crate::detect::similarity::analysis::{FormAnalysis, JudgedPair};
use crate::detect::similarity::crowds::{CROWD, has_crowd};
use crate::detect::similarity::evidence_detail::similarity_detail;
use crate::detect::similarity::flag_rule::FlagRule;
use crate::detect::similarity::matrix::SheetMatrix;
use crate::detect::similarity::response_model::{ModelKind, NOMINAL_MINIMUM_SHEETS, ResponseModel, calibration_sample};
use crate::model::answer::AnswerSheet;
use crate::model::evidence::{PairMember, SimilarPair, SimilarityGroup};
use crate::model::ids::BatchId;
use crate::model::text::Bilingual;
use std::collections::BTreeSet;

/// The group as evidence, with at most `maximum_pairs` pairs.
pub fn similarity_group(
    analysis: &FormAnalysis<'_>,
    rule: FlagRule,
    significance_level: f64,
    maximum_pairs: usize,
) -> SimilarityGroup {
    let matrix = &analysis.matrix;
    let excluded = matrix.exclusions.iter().map(|(sheet, _)| *sheet);
    let batches: BTreeSet<BatchId> =
        matrix.sheets.iter().copied().chain(excluded).map(|sheet| sheet.batch_id.clone()).collect();
    SimilarityGroup {
        form_id: analysis.form_id.clone(),
        batches: batches.into_iter().collect(),
        sheets: matrix.sheets.len() as u64,
        items: matrix.items.len() as u64,
        pairs_compared: analysis.pairs_compared,
        model: analysis.model.as_ref().map_or("none", |model| model.kind.as_str()),
        model_note: model_note(analysis),
        significance_level,
        pairs: analysis.pairs.iter().take(maximum_pairs).map(|pair| similar_pair(matrix, pair)).collect(),
        calibration: analysis.calibration.clone(),
        exclusions: matrix.excluded_candidates(),
        detail: Box::new(similarity_detail(analysis, rule, significance_level)),
    }
}

fn similar_pair(matrix: &SheetMatrix<'_>, judged: &JudgedPair) -> SimilarPair {
    let pair = &judged.pair;
    let (mut first, mut second) = (pair.a, pair.b);
    let order = |sheet: usize| {
        let sheet = matrix.sheets[sheet];
        (&sheet.candidate_id, &sheet.batch_id, sheet.source)
    };
    if order(second) < order(first) {
        std::mem::swap(&mut first, &mut second);
    }
    SimilarPair {
        a: member(matrix, first),
        b: member(matrix, second),
        items_compared: pair.counts.common,
        matches: pair.counts.matches,
        matches_incorrect: if matrix.key_given { pair.counts.matches_incorrect } else { 0 },
        longest_identical_run: pair.counts.longest_run,
        gbt_p_value: pair.gbt.probability,
        gbt_log10_p_value: pair.gbt.log10,
        adjusted_p_value: judged.adjusted_p_value,
        incorrect_log10_p_value: matrix.key_given.then_some(judged.incorrect.log10),
        flagged: judged.flagged,
        identical: judged.identical,
        cluster: judged.cluster,
        key: matrix.items.iter().map(|item| item.key.clone()).collect(),
    }
}

fn member(matrix: &SheetMatrix<'_>, place: usize) -> PairMember {
    let sheet: &AnswerSheet = matrix.sheets[place];
    let row = matrix.row(place);
    let responses = row
        .iter()
        .zip(&matrix.items)
        .map(|(code, item)| usize::from(*code).checked_sub(1).and_then(|option| item.labels.get(option)).cloned())
        .collect();
    let right = row.iter().zip(&matrix.key).filter(|(code, key)| **code > 0 && code == key).count();
    PairMember {
        candidate_id: sheet.candidate_id.clone(),
        batch_id: sheet.batch_id.clone(),
        room: sheet.room.clone(),
        seat: sheet.seat.clone(),
        responses,
        correct: if matrix.key_given { u32::try_from(right).ok() } else { None },
        source: sheet.source,
    }
}

/// Why this model, and what it cannot do.
fn model_note(analysis: &FormAnalysis<'_>) -> Bilingual {
    let Some(model) = &analysis.model else {
        return Bilingual::new("可比较的答卷不足两份，未建模。", "Fewer than two comparable sheets: no model.");
    };
    let mut note = model_sentence(model);
    let sheets = analysis.matrix.sheets.len();
    let sampled = calibration_sample(sheets, |_| true).len();
    if model.fitted_sheets > 0 && sampled < sheets {
        note.zh.push_str(&format!("参数由 {sheets} 份答卷中均匀抽取的 {sampled} 份学得；全部答卷仍都比较。"));
        note.en.push_str(&format!(
            " Parameters are learned from {sampled} evenly spaced sheets of {sheets}; all sheets were compared."
        ));
    }
    if model.fitted_sheets > 0 && model.fitted_sheets < sampled {
        let left_out = sampled - model.fitted_sheets;
        note.zh
            .push_str(&format!("估计模型时，完全相同且错误很多的答卷、以及首轮提示的答卷，每组只保留一份（未用于估计 {left_out} 份）；全部配对仍都比较。"));
        note.en.push_str(&format!(
            " {left_out} sheets were not used to estimate the model: of sheets that are all the same with many wrong \
             responses, and of sheets flagged in a first pass, one of each cluster stays. All pairs were compared all \
             the same."
        ));
    }
    if analysis.matrix.key_given {
        note.zh.push_str("提示须同时有相同的错误作答支持：仅正确作答相同不作提示。");
        note.en.push_str(" A flag also needs identical wrong responses: agreement on right answers alone never flags.");
    } else {
        note.zh.push_str("没有可用的标准答案：以每题最常见作答代替，错误作答的证据只能按此近似。");
        note.en.push_str(
            " No usable key: the commonest response of each item stands in for it, so evidence from wrong responses \
             is approximate.",
        );
    }
    if analysis.matrix.columns_left_out > 0 {
        let columns = analysis.matrix.columns_left_out;
        note.zh.push_str(&format!("{columns} 个题目因缺少答案或缺少作答列未参与比较。"));
        note.en.push_str(&format!(" {columns} items were left out: no key, or no column of responses."));
    }
    if has_crowd(&analysis.matrix) {
        note.zh.push_str(&format!("超过 {CROWD} 份答卷完全相同时，只列出其中相邻的配对。"));
        note.en
            .push_str(&format!(" Where more than {CROWD} sheets are all the same, only successive pairs are listed."));
    }
    note
}

fn model_sentence(model: &ResponseModel) -> Bilingual {
    let sheets = model.fitted_sheets;
    if sheets == 0 {
        let name = model.kind.as_str();
        return Bilingual::new(
            format!("反应模型（{name}）的题目参数为给定值，未由本批答卷估计。"),
            format!("Response model ({name}) with item parameters as given, not estimated from these sheets."),
        );
    }
    match model.kind {
        ModelKind::Nominal => Bilingual::new(
            format!(
                "名义反应模型（Bock 1972），由 {sheets} 份答卷经边际极大似然估计，{} 次迭代后收敛；能力取后验均值，按 1/32 \
                 逻辑单位分级。模型假定各人独立作答且能力为单一维度；同一教师或同一误解造成的共同错误不在模型之内。",
                model.iterations
            ),
            format!(
                "Nominal response model (Bock 1972), marginal maximum likelihood from {sheets} sheets, converged after {} \
                 iterations; ability is the posterior mean in steps of 1/32 logit. It assumes independent work and one \
                 dimension of ability: errors shared through one trainer or one misconception are outside it.",
                model.iterations
            ),
        ),
        ModelKind::Wesolowsky => Bilingual::new(
            format!(
                "Wesolowsky（2000）模型，由 {sheets} 份答卷估计，错误选项比例经平滑；不足 {NOMINAL_MINIMUM_SHEETS} \
                 份时名义反应模型无法可靠估计。该模型不区分不同能力者对错误选项的偏好。"
            ),
            format!(
                "Wesolowsky's model (2000) from {sheets} sheets, shares of wrong options smoothed; below \
                 {NOMINAL_MINIMUM_SHEETS} sheets the nominal model cannot be estimated reliably. It does not tell which \
                 wrong options persons of different ability prefer."
            ),
        ),
        ModelKind::WesolowskyAfterNominal => Bilingual::new(
            format!("名义反应模型未收敛，改用 Wesolowsky（2000）模型，由 {sheets} 份答卷估计，错误选项比例经平滑。"),
            format!(
                "The nominal response model did not converge; Wesolowsky's model (2000) from {sheets} sheets was used \
                 instead, shares of wrong options smoothed."
            ),
        ),
        ModelKind::Logistic | ModelKind::Rasch => Bilingual::new(
            format!("对错的逻辑斯谛模型，由 {sheets} 份答卷估计，乘以平滑后的错误选项比例。"),
            format!(
                "A logistic model of right and wrong from {sheets} sheets, times smoothed shares of the wrong options."
            ),
        ),
    }
}
