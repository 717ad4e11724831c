//! The staff detector: batches through the sign-in list, the marks and the roster.

use crate::detect::batch_rows::BatchRows;
use crate::detect::change_log::{quoted, quoted_or_dash};
use crate::detect::detector::{Detector, Explanation};
use crate::detect::each_batch::{each_batch, from_each_batch};
use crate::detect::parameters::DetectParameters;
use crate::detect::staff::duty::{RosterState, duty};
use crate::detect::staff::explanation::explanation;
use crate::detect::staff::parameters::StaffParameters;
use crate::detect::staff::places::{Clashes, clashes};
use crate::detect::staff::rooms::{Present, assessors, invigilators, review_panel};
use crate::detect::staff::roster::{Roster, has_certificate};
use crate::detect::staff::signed::{Signed, by_person, signed};
use crate::detect::wholeness::Refusals;
use crate::model::answer::AnswerSheet;
use crate::model::batch::Batch;
use crate::model::component::Component;
use crate::model::dataset::Dataset;
use crate::model::ids::{BatchId, BodyId, CandidateId};
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::points::Points;
use crate::model::progress::Progress;
use crate::model::rating::Rating;
use crate::model::score::Score;
use crate::model::supervision::Assignment;
use crate::model::text::Bilingual;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

const NAME: &str = "staff";

/// Who held an examination, by roster and sign-in list.
pub struct StaffDetector;

struct Tables<'a> {
    assigned: BatchRows<'a, Assignment>,
    ratings: BatchRows<'a, Rating>,
    scores: BatchRows<'a, Score>,
    sheets: BatchRows<'a, AnswerSheet>,
    roster: &'a Roster<'a>,
    clashes: Clashes,
    is_roster_whole: bool,
    has_certificates: bool,
}

/// Who a batch's people are looked for with: its body, or itself where the body is not known.
type Team<'a> = (Option<&'a BodyId>, Option<&'a BatchId>);

fn team<'a>(batch_id: &'a BatchId, batch: Option<&'a Batch>) -> Team<'a> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    (body_id, body_id.is_none().then_some(batch_id))
}

impl Detector for StaffDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        explanation()
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let roster = Roster::new(&dataset.staff);
        let tables = Tables {
            assigned: BatchRows::new(&dataset.assignments, |row| &row.batch_id, |a, b| by_person(a).cmp(&by_person(b))),
            // The large tables stay in their order: what is gathered of them does not depend on it.
            ratings: BatchRows::new(&dataset.ratings, |row| &row.batch_id, |_, _| Ordering::Equal),
            scores: BatchRows::new(&dataset.scores, |row| &row.batch_id, |_, _| Ordering::Equal),
            sheets: BatchRows::new(&dataset.answers.sheets, |row| &row.batch_id, |_, _| Ordering::Equal),
            clashes: clashes(dataset, &roster),
            is_roster_whole: !Refusals::of(dataset, "staff").any(),
            has_certificates: dataset.staff.iter().any(has_certificate),
            roster: &roster,
        };
        let signed_in = from_each_batch(dataset, NAME, progress, |batch_id, _| {
            (batch_id.clone(), signed(tables.assigned.of(batch_id), tables.ratings.of(batch_id)))
        });
        let people: BTreeMap<BatchId, Vec<Signed>> = signed_in.into_iter().collect();
        let mut known: BTreeSet<Team<'_>> = BTreeSet::new();
        for (batch_id, people) in &people {
            if people.iter().any(|person| !roster.rows(&person.number).is_empty()) {
                known.insert(team(batch_id, dataset.batch(batch_id)));
            }
        }
        each_batch(dataset, NAME, progress, |batch_id, batch| {
            let state = RosterState {
                is_there: !dataset.staff.is_empty(),
                is_whole: tables.is_roster_whole,
                knows_body: known.contains(&team(batch_id, batch)),
                has_certificates: tables.has_certificates,
            };
            let people = people.get(batch_id).map_or(&[] as &[_], Vec::as_slice);
            let mut observations = duty(NAME, batch_id, batch, people, &roster, state);
            observations.extend(conduct(batch_id, batch, &tables, &parameters.staff));
            observations.sort_by_key(|seen| seen.measure);
            Detected { observations, evidence: Vec::new() }
        })
    }
}

/// Rooms, panels, sign-ins and places of one batch.
fn conduct(
    batch_id: &BatchId,
    batch: Option<&Batch>,
    tables: &Tables<'_>,
    parameters: &StaffParameters,
) -> Vec<Observation> {
    let body_id = batch.and_then(|batch| batch.body_id.as_ref());
    let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_batch(batch_id, body_id);
    let ratio = parameters.of(batch.and_then(|batch| batch.occupation_code.as_deref()));
    let assigned = tables.assigned.of(batch_id);
    let present = Present::new(assigned);
    let level = batch.and_then(|batch| batch.level);
    vec![
        invigilators(blank("invigilators"), &present, tables.sheets.of(batch_id), &ratio),
        assessors(blank("assessors"), &present, skill_candidates(batch_id, tables), parameters, &ratio),
        review_panel(blank("review_panel"), &present, level, parameters, &ratio),
        sign_ins(blank("sign_in_missing"), assigned, tables.roster),
        apart(blank("two_places"), assigned, tables.clashes.sure.get(batch_id)),
        apart(blank("two_bodies"), assigned, tables.clashes.by_number.get(batch_id)),
    ]
}

/// Candidates of the skill component: by the marks of raters, or else by the register. A mark of nought may stand for
/// somebody who did not come.
fn skill_candidates(batch_id: &BatchId, tables: &Tables<'_>) -> Option<usize> {
    let rated = tables.ratings.of(batch_id).iter().filter(|rating| rating.component == Component::Skill);
    let rated: BTreeSet<&CandidateId> =
        rated.filter(|rating| rating.score.is_some()).map(|rating| &rating.candidate_id).collect();
    if !rated.is_empty() {
        return Some(rated.len());
    }
    let scores = tables.scores.of(batch_id);
    let marked = scores.iter().filter(|score| {
        score.component == Component::Skill && score.mark.points().is_some_and(|points| points > Points::ZERO)
    });
    let marked: BTreeSet<&CandidateId> = marked.map(|score| &score.candidate_id).collect();
    (!scores.is_empty()).then_some(marked.len())
}

/// People of the list of whom it says that they did not sign in.
fn sign_ins(blank: Observation, assigned: &[&Assignment], roster: &Roster<'_>) -> Observation {
    let absent = assigned.iter().filter(|row| row.signed_in == Some(false));
    let cases: Vec<ObservedCase> = absent
        .map(|row| {
            let who = quoted(row.person_id.as_str());
            let room = quoted_or_dash(row.room.as_deref());
            ObservedCase {
                subjects: vec![who.clone()],
                sources: std::iter::once(row.source)
                    .chain(roster.rows(row.person_id.as_str()).iter().map(|row| row.source))
                    .collect(),
                detail: Bilingual::new(
                    format!("{who}（考场 {room}）在安排之列，未签到。"),
                    format!("{who} (room {room}) is on the list and did not sign in."),
                ),
            }
        })
        .collect();
    let open = assigned.iter().filter(|row| row.signed_in.is_none()).count();
    let missing = match (assigned.is_empty(), open) {
        (true, _) => vec![MissingFact::table("assignments")],
        (_, 0) => Vec::new(),
        _ => vec![MissingFact::column("assignments", "signed_in")],
    };
    blank.seen(cases, missing).with("list_entries", assigned.len()).with("list_entries_open", open)
}

/// The clashes of one batch. Entries without times leave the look incomplete.
fn apart(blank: Observation, assigned: &[&Assignment], clashes: Option<&Vec<ObservedCase>>) -> Observation {
    let has_times = |row: &&Assignment| row.session_start.is_some() && row.session_end.is_some();
    let missing = if assigned.is_empty() {
        vec![MissingFact::table("assignments")]
    } else if assigned.iter().all(has_times) {
        Vec::new()
    } else {
        vec![MissingFact::column("assignments", "session_end")]
    };
    blank.seen(clashes.cloned().unwrap_or_default(), missing).with("list_entries", assigned.len())
}
