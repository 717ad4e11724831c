//! Everything the rater models give: fits, charts, panels, one body and component each.

use crate::detect::parameters::{DetectParameters, ScoringParameters};
use crate::detect::scoring::batch::PreparedBatch;
use crate::detect::scoring::panel::Panel;
use crate::detect::scoring::profile::Profile;
use crate::detect::scoring::rater_model::design::{GroupDesign, Groups, NoFit};
use crate::detect::scoring::rater_model::drift::{Chart, charts, join};
use crate::detect::scoring::rater_model::fitted::GroupFit;
use crate::detect::scoring::rater_model::panel::{PanelSources, rater_panel};
use crate::detect::scoring::rater_model::remark::{RemarkSources, remark_queues};
use crate::model::dataset::Dataset;
use crate::model::evidence::Evidence;
use crate::model::figure::Figures;
use crate::model::ids::BatchId;
use crate::model::rater_evidence::RaterPanel;
use rayon::prelude::*;

/// The fits of a data set and what was made of them.
#[derive(Debug)]
pub struct RaterModels {
    groups: Groups,
    fits: Vec<Result<GroupFit, NoFit>>,
    charts: Vec<Chart>,
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
        let batch_ids: Vec<&BatchId> = batches.iter().map(|batch| &batch.batch_id).collect();
        let sources = PanelSources { groups: &groups, panel, profiles, charts: &charts, batch_ids: &batch_ids };
        let panels = fits
            .par_iter()
            .enumerate()
            .map(|(number, fit)| fit.as_ref().ok().and_then(|fit| rater_panel(&sources, number, fit, parameters)))
            .collect();
        Self { groups, fits, charts, panels }
    }

    /// Charts of the components of a batch.
    pub fn charts_of(&self, batch: u32) -> usize {
        let groups: Vec<usize> = self.groups.of_batch(batch).collect();
        self.charts.iter().filter(|chart| groups.contains(&chart.group)).count()
    }

    /// What the model did with the components of a batch, and where it and the sign of severity part.
    pub fn describe(&self, batch: u32, parameters: &ScoringParameters, figures: &mut Figures) {
        let states: Vec<&'static str> = self
            .groups
            .of_batch(batch)
            .map(|group| self.fits[group].as_ref().err().map_or("fitted", |reason| reason.as_str()))
            .collect();
        let _ = (states, parameters, figures);
    }

    /// Panels and re-mark queues.
    pub fn evidence(
        self,
        dataset: &Dataset,
        batches: &[PreparedBatch<'_>],
        panel: &Panel<'_>,
        parameters: &DetectParameters,
    ) -> Vec<Evidence> {
        let sources = RemarkSources { dataset, batches, groups: &self.groups, fits: &self.fits, panel };
        let queues = remark_queues(&sources, parameters);
        let panels = self.panels.into_iter().flatten().map(|panel| Evidence::RaterPanel(Box::new(panel)));
        panels.chain(queues).collect()
    }
}
