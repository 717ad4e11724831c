//! Which charts an inspection has, in the order of the report.

use crate::model::evidence::{
    Evidence, PassLineTimeline, RaterPair, RaterProfile, ScoreChangeSummary, ScoreDistribution, SimilarityGroup,
    UnqualifiedRatio,
};
use crate::model::finding::Verdict;
use crate::model::form_evidence::FormOverlap;
use crate::model::funnel::Funnel;
use crate::model::ids::BatchId;
use crate::model::item_evidence::ItemExposure;
use crate::model::pass_line_evidence::LineHeaping;
use crate::model::points::Points;
use crate::model::rater_evidence::{RaterControlChart, RaterPanel, RemarkQueue};
use crate::model::run::Inspection;
use crate::model::score_change_evidence::ScoreChangeAudit;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::Canvas;
use crate::report::chart::font::FontFace;
use crate::report::chart::kind::{Chart, Draft};
use crate::report::chart::labels::{BatchNames, masked};
use crate::report::chart::lines::Fit;
use crate::report::chart::{
    agreement, body_time, calibration, changes, city, control, effects, forms, funnel, heaping, heatmap, histogram,
    item_drift, lines, matrix, network, operators, overview, raters, ratio, remark, renewal, seats, severity, timeline,
};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Charts of single batches, by kind: a page with thousands of charts is read by nobody, and the overview
/// charts and the data files hold every batch.
const MAXIMUM_HISTOGRAMS: usize = 12;
const MAXIMUM_TIMELINES: usize = 6;
const MAXIMUM_CHANGES: usize = 6;
/// Panels of raters with a chart of their own.
const MAXIMUM_PANELS: usize = 4;
const MAXIMUM_CONTROL_CHARTS: usize = 6;
/// Batches with a chart of works to mark again.
const MAXIMUM_QUEUES: usize = 3;
const MAXIMUM_HEAPS: usize = 6;
/// Forms with charts of similarity.
const MAXIMUM_GROUPS: usize = 6;
/// Bodies with charts of their items.
const MAXIMUM_EXPOSURES: usize = 4;
/// Charts of a kind drawn of batches and forms where nothing calls for a look.
const CALM_EXAMPLES: usize = 2;
/// With so few distributions each has its own chart, flagged or not.
const FEW_DISTRIBUTIONS: usize = 4;
/// Longest file stem, characters.
const LONGEST_NAME: usize = 60;

/// Every chart of an inspection, drawn with the font of the program.
pub fn charts(inspection: &Inspection) -> Vec<Chart> {
    charts_with(inspection, &FontFace::builtin())
}

/// Every chart of an inspection, drawn with another font.
pub fn charts_with(inspection: &Inspection, font: &FontFace) -> Vec<Chart> {
    let names = BatchNames::new(&inspection.dataset);
    let mut drafts = drafts(inspection, &names);
    name_files(&mut drafts);
    drafts.into_par_iter().enumerate().map(|(index, draft)| draw(draft, index, font)).collect()
}

fn draw(draft: Draft<'_>, index: usize, font: &FontFace) -> Chart {
    let picture = |language: Language| {
        // Ids differ between the charts and the languages of one page.
        let letter = match language {
            Language::Chinese => 'z',
            Language::English => 'e',
        };
        let canvas = Canvas::new(font, &format!("c{index}{letter}"));
        canvas.heading(draft.title.get(language), draft.subtitle.get(language));
        let height = draft.picture.draw(&canvas, language);
        let description = format!("{} {}", draft.subtitle.get(language), draft.caption.get(language));
        canvas.finish(draft.title.get(language), &description, height)
    };
    let svg = Bilingual::new(picture(Language::Chinese), picture(Language::English));
    Chart {
        name: draft.name,
        title: draft.title,
        caption: draft.caption,
        svg,
        data: draft.data,
        section: draft.section,
        batch_id: draft.batch_id,
    }
}

/// The evidence by kind.
#[derive(Default)]
struct Sorted<'a> {
    ratios: Vec<&'a UnqualifiedRatio>,
    funnels: Vec<&'a Funnel>,
    distributions: Vec<&'a ScoreDistribution>,
    timelines: Vec<&'a PassLineTimeline>,
    heaps: Vec<&'a LineHeaping>,
    pairs: Vec<&'a RaterPair>,
    profiles: Vec<&'a RaterProfile>,
    panels: Vec<&'a RaterPanel>,
    queues: Vec<&'a RemarkQueue>,
    groups: Vec<&'a SimilarityGroup>,
    changes: Vec<&'a ScoreChangeSummary>,
    audits: Vec<&'a ScoreChangeAudit>,
    forms: Vec<&'a FormOverlap>,
    exposures: Vec<&'a ItemExposure>,
}

fn sorted(evidence: &[Evidence]) -> Sorted<'_> {
    let mut sorted = Sorted::default();
    for evidence in evidence {
        match evidence {
            Evidence::UnqualifiedRatio(found) => sorted.ratios.push(found),
            Evidence::Funnel(found) => sorted.funnels.push(found),
            Evidence::ScoreDistribution(found) => sorted.distributions.push(found),
            Evidence::PassLineTimeline(found) => sorted.timelines.push(found),
            Evidence::LineHeaping(found) => sorted.heaps.push(found),
            Evidence::RaterPair(found) => sorted.pairs.push(found),
            Evidence::RaterProfile(found) => sorted.profiles.push(found),
            Evidence::SimilarityGroup(found) => sorted.groups.push(found),
            Evidence::ScoreChangeSummary(found) => sorted.changes.push(found),
            Evidence::RaterPanel(found) => sorted.panels.push(found),
            Evidence::RemarkQueue(found) => sorted.queues.push(found),
            Evidence::ScoreChangeAudit(found) => sorted.audits.push(found),
            Evidence::FormOverlap(found) => sorted.forms.push(found),
            Evidence::ItemExposure(found) => sorted.exposures.push(found),
            // Texts side by side are read in a table, not in a drawing.
            Evidence::SameAnswers(_) | Evidence::Adjudication(_) | Evidence::WrittenComparison(_) => {}
        }
    }
    sorted
}

fn drafts<'a>(inspection: &'a Inspection, names: &BatchNames) -> Vec<Draft<'a>> {
    let mut evidence = sorted(&inspection.evidence);
    evidence.funnels.sort_by(|a, b| a.kind.cmp(&b.kind));
    let mut drafts = Vec::new();
    drafts.extend(matrix::draft(&inspection.findings, names));
    drafts.extend(city::draft(&inspection.findings, names));
    drafts.extend(evidence.funnels.iter().map(|found| funnel::draft(found, names)));
    drafts.extend(body_time::drafts(inspection, names));
    drafts.extend(ratio::draft(&evidence.ratios, names));
    add_pass_lines(&mut drafts, inspection, evidence.distributions, evidence.timelines, names);
    add_heaps(&mut drafts, evidence.heaps, names);
    add_changes(&mut drafts, evidence.changes, names);
    add_panels(&mut drafts, evidence.panels, names);
    drafts.extend(operators::draft(&evidence.audits, names));
    drafts.extend(raters::draft(&evidence.profiles, names));
    drafts.extend(agreement::draft(&evidence.pairs, names));
    add_queues(&mut drafts, evidence.queues, names);
    add_similarity(&mut drafts, evidence.groups, names);
    add_forms(&mut drafts, evidence.forms, names);
    add_exposures(&mut drafts, evidence.exposures, names);
    drafts
}

/// Batches with a conclusion about scores or pass lines that asks for action.
fn flagged_batches(inspection: &Inspection) -> BTreeSet<&BatchId> {
    inspection
        .findings
        .iter()
        .filter(|finding| matches!(finding.verdict, Verdict::Met | Verdict::Indication))
        .filter(|finding| {
            let told = |measure: &str| measure.starts_with("pass_line.") || measure.starts_with("score_change.");
            finding.cases.iter().any(|case| told(&case.measure))
        })
        .filter_map(|finding| finding.batch_id.as_ref())
        .collect()
}

fn add_pass_lines<'a>(
    drafts: &mut Vec<Draft<'a>>,
    inspection: &'a Inspection,
    mut distributions: Vec<&'a ScoreDistribution>,
    mut timelines: Vec<&'a PassLineTimeline>,
    names: &BatchNames,
) {
    let flagged = flagged_batches(inspection);
    // The line that outcomes are held against where none is on record.
    let default_line = inspection.run.settings.get("pass_line.default_line").and_then(|line| Points::parse(line));
    let calls = |found: &ScoreDistribution| {
        matches!(Fit::of(found), Fit::PassedBelow | Fit::FailedAbove) || flagged.contains(&found.batch_id)
    };
    // Those to look at first, then by batch and component.
    distributions
        .sort_by_cached_key(|found| (!calls(found), Fit::of(found), found.batch_id.clone(), found.component.clone()));
    drafts.extend(lines::draft(&distributions, names));
    let few = distributions.len() <= FEW_DISTRIBUTIONS;
    if !few {
        drafts.extend(overview::draft(&distributions, default_line, names));
    }
    let chosen = distributions.iter().filter(|found| few || calls(found));
    drafts.extend(chosen.filter_map(|found| histogram::draft(found, default_line, names)).take(MAXIMUM_HISTOGRAMS));
    let unapproved = |found: &PassLineTimeline| found.events.iter().any(|event| !event.approved);
    timelines.retain(|found| !found.events.is_empty());
    timelines.sort_by_cached_key(|found| (!unapproved(found), found.batch_id.clone()));
    let calling = timelines.iter().filter(|found| unapproved(found)).count();
    let most = MAXIMUM_TIMELINES.min(calling + CALM_EXAMPLES);
    let outcomes = |found: &PassLineTimeline| -> Vec<&'a ScoreDistribution> {
        distributions.iter().copied().filter(|scores| scores.batch_id == found.batch_id).collect()
    };
    drafts.extend(timelines.iter().filter_map(|found| timeline::draft(found, &outcomes(found), names)).take(most));
}

fn add_heaps<'a>(drafts: &mut Vec<Draft<'a>>, mut heaps: Vec<&'a LineHeaping>, names: &BatchNames) {
    let flagged = |found: &LineHeaping| found.groups.iter().any(|group| group.flagged);
    let order = |found: &LineHeaping| found.p_value.unwrap_or(f64::INFINITY);
    heaps.sort_by(|a, b| flagged(b).cmp(&flagged(a)).then(order(a).total_cmp(&order(b))));
    let calling = heaps.iter().filter(|found| flagged(found)).count();
    let most = MAXIMUM_HEAPS.min(calling + CALM_EXAMPLES);
    drafts.extend(heaps.into_iter().filter_map(|found| heaping::draft(found, names)).take(most));
}

fn add_changes<'a>(drafts: &mut Vec<Draft<'a>>, mut summaries: Vec<&'a ScoreChangeSummary>, names: &BatchNames) {
    let unapproved = |found: &ScoreChangeSummary| found.changes.iter().filter(|case| !case.approved).count();
    summaries.sort_by_cached_key(|found| (std::cmp::Reverse(unapproved(found)), found.batch_id.clone()));
    // Where every change has its approval the tables tell enough; of a data set with none else, one is drawn.
    let calling = summaries.iter().filter(|found| unapproved(found) > 0).count();
    let most = calling.clamp(1, MAXIMUM_CHANGES);
    drafts.extend(summaries.iter().filter_map(|found| changes::draft(found, names)).take(most));
}

/// Severity and effects of the panels, those with signs first, then control charts of raters with a signal or sign.
fn add_panels<'a>(drafts: &mut Vec<Draft<'a>>, mut panels: Vec<&'a RaterPanel>, names: &BatchNames) {
    let signs = |panel: &RaterPanel| panel.raters.iter().map(|rater| rater.signs.len()).sum::<usize>();
    panels.sort_by_cached_key(|panel| {
        (std::cmp::Reverse(signs(panel)), panel.body_id.clone(), panel.component.clone(), panel.batches.clone())
    });
    let with_signs = panels.iter().filter(|panel| signs(panel) > 0).count();
    let chosen = &panels[..panels.len().min(MAXIMUM_PANELS.min(with_signs + CALM_EXAMPLES))];
    drafts.extend(chosen.iter().filter_map(|panel| severity::draft(panel, names, chosen.len(), panels.len())));
    let effects = |panel: &RaterPanel| panel.raters.iter().map(effects::effect_signs).sum::<usize>();
    let with_effects: Vec<&&RaterPanel> = chosen.iter().filter(|panel| effects(panel) > 0).collect();
    drafts
        .extend(with_effects.iter().filter_map(|panel| effects::draft(panel, names, with_effects.len(), panels.len())));
    let mut charts: Vec<(&RaterPanel, &RaterControlChart, (bool, bool))> = Vec::new();
    for panel in &panels {
        for chart in &panel.control_charts {
            let rater = panel.raters.iter().find(|rater| rater.rater_id == chart.rater_id);
            let drifts = rater.is_some_and(|rater| rater.signs.contains(&"drift"));
            let flagged = rater.is_some_and(|rater| !rater.signs.is_empty());
            if flagged || chart.ewma_signal.is_some() || chart.cusum_signal.is_some() {
                charts.push((panel, chart, (!drifts, !flagged)));
            }
        }
    }
    charts.sort_by_key(|(.., urgency)| *urgency);
    let all = charts.len();
    // In many works limits are crossed by chance: of raters without a sign two charts are enough.
    let flagged = charts.iter().filter(|(.., (_, calm))| !calm).count();
    let drawn = all.min(MAXIMUM_CONTROL_CHARTS.min(flagged + CALM_EXAMPLES));
    let drawn_charts = charts.into_iter().take(drawn);
    drafts.extend(drawn_charts.filter_map(|(panel, chart, _)| control::draft(panel, chart, names, drawn, all)));
}

/// Queues whose first work is the most probable.
fn add_queues<'a>(drafts: &mut Vec<Draft<'a>>, mut queues: Vec<&'a RemarkQueue>, names: &BatchNames) {
    queues.retain(|queue| !queue.entries.is_empty());
    let first = |queue: &RemarkQueue| queue.entries.first().map_or(0.0, |entry| entry.probability_of_flip);
    queues.sort_by(|a, b| first(b).total_cmp(&first(a)).then_with(|| a.batch_id.cmp(&b.batch_id)));
    let (all, drawn) = (queues.len(), queues.len().min(MAXIMUM_QUEUES));
    drafts.extend(queues.iter().take(drawn).filter_map(|queue| remark::draft(queue, names, drawn, all)));
}

fn add_similarity<'a>(drafts: &mut Vec<Draft<'a>>, mut groups: Vec<&'a SimilarityGroup>, names: &BatchNames) {
    let flagged = |group: &SimilarityGroup| group.pairs.iter().filter(|pair| network::is_shown(pair)).count();
    groups
        .sort_by_cached_key(|group| (std::cmp::Reverse(flagged(group)), group.form_id.clone(), group.batches.clone()));
    let with_pairs = groups.iter().filter(|group| flagged(group) > 0).count();
    // Forms without a pair to look at show but how well the model fits, and two such examples are enough.
    for group in groups.into_iter().take(MAXIMUM_GROUPS.min(with_pairs + CALM_EXAMPLES)) {
        drafts.extend(network::draft(group, names));
        drafts.extend(heatmap::draft(group, names));
        drafts.extend(seats::draft(group, names));
        drafts.extend(calibration::draft(group, names));
    }
}

/// Occupations and levels whose papers overlap most.
fn add_forms<'a>(drafts: &mut Vec<Draft<'a>>, mut groups: Vec<&'a FormOverlap>, names: &BatchNames) {
    groups.sort_by_cached_key(|group| (std::cmp::Reverse(group.alike()), group.occupation.clone(), group.level));
    let calling = groups.iter().filter(|group| group.alike() > 0).count();
    let most = MAXIMUM_GROUPS.min(calling + CALM_EXAMPLES);
    drafts.extend(groups.into_iter().filter_map(|group| forms::draft(group, names)).take(most));
}

/// Items over time of the bodies with items to look at, and the renewal of their papers.
fn add_exposures<'a>(drafts: &mut Vec<Draft<'a>>, mut found: Vec<&'a ItemExposure>, names: &BatchNames) {
    let flagged =
        |one: &ItemExposure| one.items.iter().filter(|item| item.drift.is_some_and(|drift| drift.is_flagged)).count();
    found.retain(|one| one.items_compared > 0 || one.papers.len() > 1);
    found.sort_by_cached_key(|one| (Reverse(flagged(one)), Reverse(one.items_compared), Reverse(one.papers.len())));
    let calling = found.iter().filter(|one| flagged(one) > 0).count();
    let most = MAXIMUM_EXPOSURES.min(calling + CALM_EXAMPLES);
    let chosen = &found[..found.len().min(most)];
    drafts.extend(chosen.iter().filter_map(|one| item_drift::draft(one, names)));
    drafts.extend(chosen.iter().filter_map(|one| renewal::draft(one, names)));
}

/// Makes every name a safe and unique file stem on every system, without regard to case.
fn name_files(drafts: &mut [Draft<'_>]) {
    let mut used = BTreeSet::new();
    for draft in drafts {
        let stem = file_stem(&draft.name);
        let mut name = stem.clone();
        let mut number = 2;
        while !used.insert(name.to_ascii_lowercase()) {
            name = format!("{stem}-{number}");
            number += 1;
        }
        draft.name = name;
    }
}

/// ASCII letters, digits and hyphens; other characters become hyphens, and their names are told apart by
/// number when they collide.
fn file_stem(name: &str) -> String {
    let mut stem = String::new();
    for character in masked(name).chars() {
        if character.is_ascii_alphanumeric() {
            stem.push(character);
        } else if !stem.ends_with('-') {
            stem.push('-');
        }
        if stem.len() >= LONGEST_NAME {
            break;
        }
    }
    stem.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_safe_everywhere() {
        assert_eq!(file_stem("scores-B001-theory"), "scores-B001-theory");
        assert_eq!(file_stem("scores-../../etc/passwd\u{0}-理论"), "scores-etc-passwd");
        assert_eq!(file_stem("scores-2026年第1批-理论"), "scores-2026-1");
        assert!(file_stem(&"x".repeat(500)).len() <= LONGEST_NAME);
    }
}
