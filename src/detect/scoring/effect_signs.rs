//! `halo`, `centrality` and `range_restriction`: what the facet model says of how the raters of a batch use the scale.

use crate::detect::scoring::cases::{component_names, finish, not_evaluated, number, p_text};
use crate::detect::scoring::rater_model::effects::{EffectKind, EffectTest};
use crate::detect::scoring::rater_signs::Looked;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};

/// One effect in one batch.
pub(super) fn effect_of(looked: &Looked<'_>, kind: EffectKind, mut result: Observation) -> Observation {
    let raters = looked.statistics.raters_of(looked.batch);
    let all = looked.statistics.models.effects_of(looked.index as u32, kind);
    let here: Vec<&EffectTest> = all.into_iter().filter(|test| raters.contains(&test.rater)).collect();
    let figures = &mut result.figures;
    figures.insert("raters".to_owned(), raters.len().into());
    figures.insert("raters_tested".to_owned(), here.len().into());
    figures.insert("minimum_works".to_owned(), (looked.parameters.rater_effects.minimum_works as usize).into());
    figures.insert("noticeable_ratio".to_owned(), kind.noticeable_ratio(&looked.parameters.rater_effects).into());
    figures.insert("significance_level".to_owned(), looked.parameters.significance_level.into());
    if here.is_empty() {
        return not_evaluated(result, vec![MissingFact::column("ratings", "rater_id")]);
    }
    let flagged: Vec<&EffectTest> = here.into_iter().filter(|test| test.flagged).collect();
    result.figures.insert("flagged_raters".to_owned(), flagged.len().into());
    result.cases = flagged.into_iter().filter_map(|test| case_of(looked, test)).collect();
    finish(result)
}

fn case_of(looked: &Looked<'_>, test: &EffectTest) -> Option<ObservedCase> {
    let (models, panel) = (&looked.statistics.models, &looked.statistics.panel);
    let (component_zh, component_en) = component_names(models.component(test.group)?);
    let telling = |mark: &u32| {
        let mark = &panel.marks[*mark as usize];
        let work = looked.batch.marks.works.get(mark.work_in_batch as usize)?;
        // Any of the marks tells as much as any other: they stay in the order of the works.
        models.is_of_group(mark.batch, work.component, test.group).then_some(0.0)
    };
    let (ratio, works, p_value) = (number(test.ratio), test.works, p_text(test.adjusted_p_value));
    let (zh, en) = match test.kind {
        EffectKind::Halo => (
            "同一作品各评分项的评分彼此接近，离散程度为同组考评员通常水平的",
            "the marks of the criteria of one work lie close together, their spread being",
        ),
        EffectKind::Centrality => (
            "评分集中在中间档，中间档所占份额为同组考评员通常水平的",
            "the marks crowd into the middle categories, their share being",
        ),
        EffectKind::RangeRestriction => (
            "不同作品的评分彼此接近，标准差为同组考评员通常水平的",
            "the marks of different works lie close together, their standard deviation being",
        ),
    };
    Some(looked.rater_case(test.rater, telling, |name, here| {
        (
            format!(
                "考评员 {name}，{component_zh}，{works} 个作品（本批 {here} 个）：{zh} {ratio} 倍（已按多面 Rasch 模型扣除作品与评分项的影响，Holm 校正后 p {p_value}）。仅为提示，由人判断。"
            ),
            format!(
                "Rater {name}, {component_en}, {works} works ({here} in this batch): {en} {ratio} times what is usual in the panel, works and criteria taken into account by the many-facet Rasch model (p after Holm {p_value}). An indication, for a person to decide."
            ),
        )
    }))
}
