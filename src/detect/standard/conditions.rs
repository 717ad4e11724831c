//! What a standard asks beside marks: key skills, and the time that a component has to last.

use crate::detect::change_log::{component_name, quoted};
use crate::detect::standard::parameters::Norm;
use crate::model::component::Component;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::score::Score;
use crate::model::supervision::Assignment;
use crate::model::text::Bilingual;
use chrono::NaiveDateTime;
use std::collections::BTreeMap;

/// Who passed, a component or the whole, with a key skill (★) of it recorded as failed: a failed key skill fails the
/// component.
pub fn key_skill(blank: Observation, scores: &[&Score]) -> Observation {
    let recorded: Vec<&Score> = scores.iter().copied().filter(|score| score.key_skill_passed.is_some()).collect();
    if recorded.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::column("scores", "key_skill_passed")]);
    }
    let is_seen = |score: &&&Score| {
        score.key_skill_passed == Some(false) && (score.passed == Some(true) || score.overall_passed == Some(true))
    };
    let case = |score: &&Score| {
        let (number, name) = (quoted(score.candidate_id.as_str()), component_name(Some(&score.component)));
        let zh = format!("考生 {number}：{}的关键技能（★）记为不合格，而记为合格。", name.zh);
        let en =
            format!("Candidate {number}: a key skill (★) of {} is recorded as failed, and a pass as well.", name.en);
        ObservedCase { subjects: vec![number], sources: vec![score.source], detail: Bilingual::new(zh, en) }
    };
    let cases = recorded.iter().filter(is_seen).map(case).collect();
    blank.seen(cases, Vec::new()).with("key_skills", recorded.len())
}

/// From the first person there to the last, with the rows that say so.
type Session = (NaiveDateTime, NaiveDateTime, Vec<Provenance>);

/// Sessions of a component that were shorter than its norm asks. The text names no minutes: only what the settings
/// declare is asked.
pub fn duration(blank: Observation, entries: &[&Assignment], norm: Option<&Norm>) -> Observation {
    let Some(norm) = norm.filter(|norm| !norm.minutes.is_empty()) else {
        return Observation { evaluated: false, ..blank };
    };
    // A session is a room and a component: from the first person there to the last.
    let mut sessions: BTreeMap<(&Component, Option<&str>), Session> = BTreeMap::new();
    for entry in entries {
        let Some(component) = &entry.component else { continue };
        let Some((from, to)) = entry.session_start.zip(entry.session_end).filter(|(from, to)| from < to) else {
            continue;
        };
        let known = sessions.entry((component, entry.room.as_deref())).or_insert((from, to, Vec::new()));
        known.0 = known.0.min(from);
        known.1 = known.1.max(to);
        known.2.push(entry.source);
    }
    if sessions.is_empty() {
        return blank.seen(Vec::new(), vec![MissingFact::column("assignments", "component")]);
    }
    let mut cases = Vec::new();
    let mut asked = 0;
    for ((component, room), (from, to, sources)) in sessions {
        let Some(minutes) = norm.minutes.get(component) else { continue };
        asked += 1;
        let lasted = (to - from).num_minutes();
        if lasted < i64::from(*minutes) {
            let (name, room) = (component_name(Some(component)), room.map_or_else(|| "—".to_owned(), quoted));
            let zh = format!("考场 {room}：{}历时 {lasted} 分钟，少于评价规范要求的 {minutes} 分钟。", name.zh);
            let en = format!(
                "Room {room}: {} lasted {lasted} minutes, fewer than the {minutes} that the norm asks.",
                name.en
            );
            cases.push(ObservedCase { subjects: vec![room], sources, detail: Bilingual::new(zh, en) });
        }
    }
    blank.seen(cases, Vec::new()).with("sessions", asked)
}
