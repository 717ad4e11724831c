//! Everything the rater models give: fits, charts, panels, one body and component each.

use crate::detect::parameters::ScoringParameters;
use crate::detect::pass_line::line_tables::LineTables;
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::cases::listed;
use crate::detect::scoring::panel::Panel;
use crate::detect::scoring::profile::Profile;
use crate::detect::scoring::rater_model::design::{GroupDesign, Groups, NoFit};
use crate::detect::scoring::rater_model::drift::{Chart, charts, join};
use crate::detect::scoring::rater_model::effects::{EffectKind, EffectTest, effect_tests};
use crate::detect::scoring::rater_model::fitted::GroupFit;
use crate::detect::scoring::rater_model::panel::{PanelSources, rater_panel};
use crate::detect::scoring::rater_model::remark::{RemarkSources, remark_queues};
use crate::detect::scoring::rater_model::scale::Scale;
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::figure::Figures;
use crate::model::ids::{BatchId, RaterId};
use crate::model::rater_evidence::{RaterMeasure, RaterPanel};
use rayon::prelude::*;

/// Names spelt out in one figure.
const NAMES: usize = 20;

/// The fits of a data set and what was made of them.
#[derive(Debug)]
pub struct RaterModels {
    groups: Groups,
    fits: Vec<Result<GroupFit, NoFit>>,
    charts: Vec<Chart>,
    effects: Vec<EffectTest>,
    panels: Vec<Option<RaterPanel>>,
}

impl RaterModels {
    /// Fits every body and component, draws the charts and joins them with the trends in the profiles.
    pub fn new(
        dataset: &Dataset,
        batches: &[PreparedBatch<'_>],
        panel: &Panel<'_>,
        profiles: &mut [Profile],
        parameters: &ScoringParameters,
    ) -> Self {
        let groups = Groups::new(dataset, batches);
        let fits: Vec<Result<GroupFit, NoFit>> = groups
            .list
            .par_iter()
            .zip(&groups.batches)
            .map(|((_, component), members)| {
                let required = parameters.required_raters;
                let design = GroupDesign::new(dataset, batches, members, component, &panel.raters, required)?;
                GroupFit::new(design)
            })
            .collect();
        let charts = charts(panel, profiles, &groups, batches, parameters);
        join(profiles, &charts);
        let effects = effect_tests(&fits, parameters);
        let batch_ids: Vec<&BatchId> = batches.iter().map(|batch| &batch.batch_id).collect();
        let sources = PanelSources {
            groups: &groups,
            panel,
            profiles,
            charts: &charts,
            effects: &effects,
            batch_ids: &batch_ids,
        };
        let panels = fits
            .par_iter()
            .enumerate()
            .map(|(number, fit)| fit.as_ref().ok().and_then(|fit| rater_panel(&sources, number, fit, parameters)))
            .collect();
        Self { groups, fits, charts, effects, panels }
    }

    /// Charts of the components of a batch.
    pub fn charts_of(&self, batch: u32) -> usize {
        let groups: Vec<usize> = self.groups.of_batch(batch).collect();
        self.charts.iter().filter(|chart| groups.contains(&chart.group)).count()
    }

    /// One effect of the raters in the components of a batch.
    pub fn effects_of(&self, batch: u32, kind: EffectKind) -> Vec<&EffectTest> {
        let groups: Vec<usize> = self.groups.of_batch(batch).collect();
        self.effects.iter().filter(|test| test.kind == kind && groups.contains(&test.group)).collect()
    }

    /// The component of a group.
    pub fn component(&self, group: usize) -> Option<&Component> {
        self.groups.list.get(group).map(|(_, component)| component)
    }

    /// Whether a work of a batch belongs to a group.
    pub fn is_of_group(&self, batch: u32, component: &Component, group: usize) -> bool {
        self.groups.number(batch, component) == Some(group)
    }

    /// What the model did with the components of a batch, in the same words for all when they are the same.
    pub fn describe(&self, batch: u32, figures: &mut Figures) {
        let groups: Vec<usize> = self.groups.of_batch(batch).collect();
        let fits = || groups.iter().filter_map(|group| self.fits.get(*group));
        let state = |fit: &Result<GroupFit, NoFit>| match fit {
            Err(reason) => reason.as_str(),
            Ok(fit) if fit.design.input.step_facet.is_some() => "partial credit",
            Ok(_) => "rating scale",
        };
        let mut states: Vec<&'static str> = fits().map(state).collect();
        states.sort_unstable();
        states.dedup();
        let state = match states[..] {
            [] => return,
            [only] => only,
            _ => "mixed",
        };
        figures.insert("facet_model".to_owned(), state.into());
        let fitted: Vec<&GroupFit> = fits().flatten().collect();
        if fitted.is_empty() {
            return;
        }
        let scales = || fitted.iter().flat_map(|fit| &fit.design.scales);
        let outside: u64 = fitted.iter().map(|fit| fit.design.outside_scale).sum();
        let most = |of: fn(&Scale) -> usize| scales().map(of).max().unwrap_or(0);
        figures.insert("facet_different_marks".to_owned(), most(|scale| scale.values).into());
        figures.insert("facet_categories".to_owned(), most(Scale::categories).into());
        figures.insert("facet_marks_outside_scale".to_owned(), (outside as usize).into());
        let panels = || groups.iter().filter_map(|group| self.panels.get(*group)?.as_ref());
        let constant: Vec<&str> = panels()
            .flat_map(|panel| &panel.raters)
            .filter(|rater| rater.constant_marks)
            .map(|rater| rater.rater_id.as_str())
            .collect();
        if !constant.is_empty() {
            figures.insert("raters_with_constant_marks".to_owned(), listed(constant, NAMES).into());
        }
    }

    /// Raters of a batch who are apart in the facet model, significantly and by the least deviation, without being
    /// past the criterion of the sign: said beside it, so that panel and sign never part in silence.
    pub fn apart_only_here(&self, batch: u32, raters: &[&RaterId], parameters: &ScoringParameters) -> String {
        let apart = |panel: &RaterPanel, fit: &GroupFit, rater: &RaterMeasure| {
            let deviates = || {
                let deviation = rater.fair_average.map_or(0.0, |average| (average - fit.fair_average(0.0)).abs());
                deviation >= parameters.minimum_deviation_rate * fit.maximum
            };
            panel.raters.len() > 2
                && rater.adjusted_p_value.is_some_and(|p_value| p_value < parameters.significance_level)
                && !rater.signs.contains(&"severe")
                && !rater.signs.contains(&"lenient")
                && deviates()
        };
        let mut names: Vec<&str> = Vec::new();
        for group in self.groups.of_batch(batch) {
            let (Some(Some(panel)), Some(Ok(fit))) = (self.panels.get(group), self.fits.get(group)) else { continue };
            let here = panel.raters.iter().filter(|rater| raters.contains(&&rater.rater_id));
            names.extend(here.filter(|rater| apart(panel, fit, rater)).map(|rater| rater.rater_id.as_str()));
        }
        names.sort_unstable();
        names.dedup();
        listed(names, NAMES)
    }

    /// Panels and re-mark queues.
    pub fn evidence(
        self,
        dataset: &Dataset,
        batches: &[PreparedBatch<'_>],
        panel: &Panel<'_>,
        lines: &LineTables<'_>,
        parameters: &ScoringParameters,
    ) -> Vec<Evidence> {
        let sources = RemarkSources { dataset, batches, groups: &self.groups, fits: &self.fits, panel, lines };
        let queues = remark_queues(&sources, parameters);
        let panels = self.panels.into_iter().flatten().map(|panel| Evidence::RaterPanel(Box::new(panel)));
        panels.chain(queues).collect()
    }
}
