//! Sites and people that belong to another body: what is left behind where somebody else holds the evaluation.

use crate::detect::change_log::quoted;
use crate::detect::filing::agreement::Agreement;
use crate::detect::filing::explanation::NAME;
use crate::detect::filing::in_force::{OnFile, compared};
use crate::model::batch::{Batch, Filing};
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, BodyId, StaffId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// Fewest people that are a team.
const TEAM: usize = 2;
/// Names that a sentence lists, at most.
const LISTED: usize = 20;

/// Who filed which site, and who signed in where.
pub(super) struct Elsewhere<'a> {
    /// Filings by the site as it is written.
    sites: BTreeMap<&'a str, Vec<&'a Filing>>,
    /// Of each person the batches with a body, and the row.
    signed: BTreeMap<&'a StaffId, BTreeMap<&'a BatchId, (&'a BodyId, Provenance)>>,
    /// Of each batch the people who signed in.
    teams: BTreeMap<&'a BatchId, BTreeSet<&'a StaffId>>,
    /// Of each body the batches with sign-ins.
    batches: BTreeMap<&'a BodyId, BTreeSet<&'a BatchId>>,
    /// Of each body the sites it has on file.
    sites_of: BTreeMap<&'a BodyId, BTreeSet<&'a str>>,
    /// Of each body the people who also signed in for another one.
    shared: BTreeMap<&'a BodyId, BTreeSet<&'a StaffId>>,
}

impl<'a> Elsewhere<'a> {
    /// Indexes sites and sign-ins.
    pub(super) fn new(dataset: &'a Dataset) -> Self {
        let mut found = Self {
            sites: BTreeMap::new(),
            signed: BTreeMap::new(),
            teams: BTreeMap::new(),
            batches: BTreeMap::new(),
            sites_of: BTreeMap::new(),
            shared: BTreeMap::new(),
        };
        for filing in &dataset.filings {
            if let Some(site) = filing.site.as_deref() {
                found.sites.entry(site).or_default().push(filing);
                found.sites_of.entry(&filing.body_id).or_default().insert(site);
            }
        }
        for row in dataset.assignments.iter().filter(|row| row.signed_in != Some(false)) {
            let Some(batch) = dataset.batch(&row.batch_id) else { continue };
            let Some(body_id) = &batch.body_id else { continue };
            let batches = found.signed.entry(&row.person_id).or_default();
            let entry = batches.entry(&row.batch_id).or_insert((body_id, row.source));
            entry.1 = entry.1.min(row.source);
            found.teams.entry(&row.batch_id).or_default().insert(&row.person_id);
            found.batches.entry(body_id).or_default().insert(&row.batch_id);
        }
        for (person, batches) in &found.signed {
            let bodies: BTreeSet<&BodyId> = batches.values().map(|(body_id, _)| *body_id).collect();
            if bodies.len() > 1 {
                for body_id in bodies {
                    found.shared.entry(body_id).or_default().insert(person);
                }
            }
        }
        found
    }
}

/// Site and team of one batch.
pub(super) fn of_a_batch(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    on_file: Option<&OnFile<'_>>,
    elsewhere: &Elsewhere<'_>,
    dataset: &Dataset,
) -> Vec<Observation> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
    let (site, team) = (blank("foreign_site"), blank("foreign_team"));
    let Some((batch, body_id)) = batch.zip(body_id) else {
        let missing = vec![MissingFact::column("batches", "body_id")];
        return vec![site.lacking(missing.clone()), team.lacking(missing)];
    };
    if batch.held == Some(false) {
        return vec![site, team];
    }
    vec![foreign_site(site, batch, body_id, on_file, elsewhere, dataset), foreign_team(team, batch, body_id, elsewhere)]
}

/// Held at a site that another body has on file on that day and its own body has not.
fn foreign_site(
    mut seen: Observation,
    batch: &Batch,
    body_id: &BodyId,
    on_file: Option<&OnFile<'_>>,
    elsewhere: &Elsewhere<'_>,
    dataset: &Dataset,
) -> Observation {
    let mut missing = dataset.missing("filings", &["site"]);
    if !dataset.filings.is_empty() {
        missing.retain(|fact| !fact.column.is_empty());
    }
    let Some(site) = batch.site.as_deref() else {
        missing.push(MissingFact::column("batches", "site"));
        return seen.lacking(missing);
    };
    let Some(on_file) = on_file.filter(|on_file| !on_file.filings.is_empty() && missing.is_empty()) else {
        missing.push(MissingFact::column("filings", "body_id"));
        return seen.lacking(missing);
    };
    // Only a site that the body has not on file, whatever its term, belongs to somebody else alone.
    let own = compared(batch, on_file).iter().map(|row| row.site).max().unwrap_or(Agreement::Open);
    if own != Agreement::Differs {
        return seen;
    }
    let others: Vec<&&Filing> = elsewhere
        .sites
        .get(site)
        .into_iter()
        .flatten()
        .filter(|filing| filing.body_id != *body_id)
        .filter(|filing| {
            let day = batch.exam_date;
            day.is_none_or(|day| {
                filing.valid_from.is_none_or(|from| from <= day) && filing.valid_to.is_none_or(|to| day <= to)
            })
        })
        .collect();
    if let Some(first) = others.first() {
        let owners: BTreeSet<String> = others.iter().map(|filing| quoted(filing.body_id.as_str())).collect();
        let owners: Vec<String> = owners.into_iter().take(LISTED).collect();
        let name = quoted(site);
        seen.cases.push(ObservedCase {
            subjects: vec![batch.batch_id.to_string()],
            sources: vec![batch.source, first.source],
            detail: Bilingual::new(
                format!("考点“{name}”不在本机构的备案中，而在另一机构的备案中：{}。", owners.join("、")),
                format!("The site \"{name}\" is not on file of this body, but of another: {}.", owners.join(", ")),
            ),
        });
    }
    seen
}

/// Everybody who signed in works for one other body, and for no other batch of this one.
fn foreign_team(mut seen: Observation, batch: &Batch, body_id: &BodyId, elsewhere: &Elsewhere<'_>) -> Observation {
    let Some(team) = elsewhere.teams.get(&batch.batch_id) else {
        return seen.lacking(vec![MissingFact::column("assignments", "person_id")]);
    };
    // With no other batch of the body to look at, nobody can be told from its own people.
    let has_others = elsewhere.batches.get(body_id).is_some_and(|batches| batches.len() > 1);
    if !has_others || team.len() < TEAM {
        return seen;
    }
    let mut common: Option<BTreeSet<&BodyId>> = None;
    let mut sources = vec![batch.source];
    for person in team {
        let Some(batches) = elsewhere.signed.get(person) else { return seen };
        let others = batches.iter().filter(|(other, _)| **other != &batch.batch_id);
        let bodies: BTreeSet<&BodyId> = others.map(|(_, (other, _))| *other).collect();
        if bodies.contains(body_id) {
            return seen;
        }
        sources.extend(batches.get(&batch.batch_id).map(|(_, source)| *source));
        common = Some(match common {
            Some(common) => common.intersection(&bodies).copied().collect(),
            None => bodies,
        });
    }
    if let Some(other) = common.and_then(|common| common.into_iter().next()) {
        let name = quoted(other.as_str());
        let count = team.len();
        sources.sort();
        seen.cases.push(ObservedCase {
            subjects: vec![batch.batch_id.to_string()],
            sources,
            detail: Bilingual::new(
                format!("签到的{count}人均在机构 {name} 的批次中签到，而未在本机构的其他批次中出现。"),
                format!("All {count} people who signed in also signed in for the body {name}, and for no other batch of this body."),
            ),
        });
    }
    seen
}

/// Sites and people that two bodies have in common.
pub(super) fn of_a_body(body_id: &BodyId, elsewhere: &Elsewhere<'_>, dataset: &Dataset) -> Vec<Observation> {
    let mut site = Observation::new(NAME, "shared_site", Nature::Fact).of_body(body_id);
    for name in elsewhere.sites_of.get(body_id).into_iter().flatten() {
        let Some(filings) = elsewhere.sites.get(name) else { continue };
        let own: Vec<&&Filing> = filings.iter().filter(|filing| filing.body_id == *body_id).collect();
        let overlaps = |other: &Filing| own.iter().any(|filing| overlap(filing, other));
        let others: Vec<&&Filing> =
            filings.iter().filter(|filing| filing.body_id != *body_id && overlaps(filing)).collect();
        if let Some((first, other)) = own.first().zip(others.first()) {
            let names: BTreeSet<String> = others.iter().map(|filing| quoted(filing.body_id.as_str())).collect();
            let names: Vec<String> = names.into_iter().take(LISTED).collect();
            let name = quoted(name);
            site.cases.push(ObservedCase {
                subjects: vec![body_id.to_string()],
                sources: vec![first.source, other.source],
                detail: Bilingual::new(
                    format!("考点“{name}”同时在另一机构的备案中：{}。", names.join("、")),
                    format!("The site \"{name}\" is also on file of another body: {}.", names.join(", ")),
                ),
            });
        }
    }
    if elsewhere.sites.is_empty() {
        site = site.lacking(vec![MissingFact::column("filings", "site")]);
    }
    let mut staff = Observation::new(NAME, "shared_staff", Nature::Fact).of_body(body_id);
    for person in elsewhere.shared.get(body_id).into_iter().flatten() {
        let Some(batches) = elsewhere.signed.get(person) else { continue };
        let others: BTreeSet<&BodyId> =
            batches.values().map(|(other, _)| *other).filter(|other| *other != body_id).collect();
        let names: Vec<String> = others.into_iter().take(LISTED).map(|other| quoted(other.as_str())).collect();
        let person = quoted(person.as_str());
        staff.cases.push(ObservedCase {
            subjects: vec![person.clone()],
            sources: batches.values().map(|(_, source)| *source).take(LISTED).collect(),
            detail: Bilingual::new(
                format!("人员 {person} 也在另一机构的批次中签到：{}。", names.join("、")),
                format!("{person} also signed in for batches of another body: {}.", names.join(", ")),
            ),
        });
    }
    if elsewhere.signed.is_empty() {
        let mut missing = dataset.missing("assignments", &["person_id"]);
        if missing.is_empty() {
            missing.push(MissingFact::column("assignments", "person_id"));
        }
        staff = staff.lacking(missing);
    }
    vec![site, staff]
}

/// Whether two terms share a day; an end that is not on record is open.
fn overlap(a: &Filing, b: &Filing) -> bool {
    let before = |a: &Filing, b: &Filing| a.valid_to.zip(b.valid_from).is_some_and(|(to, from)| to < from);
    !before(a, b) && !before(b, a)
}
