//! Whether rooms had the invigilators, the skill component the assessors and a review the panel that the ratios ask for.

use crate::detect::change_log::{quoted, quoted_or_dash};
use crate::detect::staff::parameters::{StaffParameters, StaffRatio};
use crate::detect::staff::sessions::{Session, sessions};
use crate::model::answer::AnswerSheet;
use crate::model::level::Level;
use crate::model::missing::MissingFact;
use crate::model::observation::{Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::supervision::{Assignment, StaffRole};
use crate::model::text::Bilingual;
use std::collections::{BTreeMap, BTreeSet};

/// What the sign-in list of one batch says, without those who stayed away.
pub struct Present<'a> {
    entries: Vec<&'a Assignment>,
}

/// Candidates of a room, with one row of it.
type Seated<'a> = BTreeMap<String, (BTreeSet<&'a str>, Provenance)>;

impl<'a> Present<'a> {
    /// Everyone of the list of whom it does not say that they stayed away.
    pub fn new(assigned: &[&'a Assignment]) -> Self {
        Self { entries: assigned.iter().copied().filter(|entry| entry.signed_in != Some(false)).collect() }
    }

    fn of_role(&self, role: StaffRole) -> Vec<&'a Assignment> {
        self.entries.iter().copied().filter(|entry| entry.role == Some(role)).collect()
    }
}

/// A room as both lists may call it: of a name with one number (`第1考场`, `01`) the number, otherwise the name.
fn room_key(room: &str) -> String {
    let digits: Vec<&str> = room.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match digits.as_slice() {
        [number] => match number.trim_start_matches('0') {
            "" => "0".to_owned(),
            number => number.to_owned(),
        },
        _ => room.trim().to_lowercase(),
    }
}

/// Entries by room; an entry that names none stands under its own absence.
fn by_room<'a>(entries: &[&'a Assignment]) -> BTreeMap<Option<String>, Vec<&'a Assignment>> {
    let mut rooms: BTreeMap<Option<String>, Vec<&Assignment>> = BTreeMap::new();
    for entry in entries {
        rooms.entry(entry.room.as_deref().map(room_key)).or_default().push(entry);
    }
    rooms
}

/// Invigilators of each room that has answer sheets. Where the two lists cannot be joined by room, all rooms of the
/// batch stand together.
pub fn invigilators(
    blank: Observation,
    present: &Present<'_>,
    sheets: &[&AnswerSheet],
    ratio: &StaffRatio,
) -> Observation {
    let entries = present.of_role(StaffRole::Invigilator);
    if sheets.is_empty() || entries.is_empty() {
        let mut missing = Vec::new();
        if sheets.is_empty() {
            missing.push(MissingFact::table("answers"));
        }
        if entries.is_empty() {
            missing.push(nobody(present));
        }
        return blank.seen(Vec::new(), missing);
    }
    let mut seated: Seated<'_> = BTreeMap::new();
    for sheet in sheets {
        let room = sheet.room.as_deref().map_or_else(String::new, room_key);
        let (candidates, row) = seated.entry(room).or_insert_with(|| (BTreeSet::new(), sheet.source));
        candidates.insert(sheet.candidate_id.as_str());
        *row = (*row).min(sheet.source);
    }
    let rooms = by_room(&entries);
    let is_joined = !seated.contains_key("")
        && rooms.keys().all(|room| room.as_ref().is_some_and(|room| seated.contains_key(room.as_str())));
    let mut cases = Vec::new();
    if is_joined {
        for (room, (candidates, row)) in &seated {
            let own = rooms.get(&Some(room.clone())).map_or(&[] as &[_], Vec::as_slice);
            let found = sessions(own);
            let place = Bilingual::new(format!("考场 {}", quoted(room)), format!("Room {}", quoted(room)));
            let short = found.iter().map(|session| session.people).min().unwrap_or(0) < ratio.invigilators_a_room;
            cases.extend(room_case(&place, candidates.len(), &found, short, ratio.invigilators_a_room, ratio, *row));
        }
    } else if let Some((_, row)) = seated.values().next() {
        let candidates: usize = seated.values().map(|(candidates, _)| candidates.len()).sum();
        let found = sessions(&entries);
        let needed = ratio.invigilators_a_room * seated.len();
        let short = found.iter().map(|session| session.people).max().unwrap_or(0) < needed;
        let place = Bilingual::new("本批次全部考场", "All rooms of the batch");
        cases.extend(room_case(&place, candidates, &found, short, needed, ratio, *row));
    }
    let candidates: usize = seated.values().map(|(candidates, _)| candidates.len()).sum();
    blank
        .seen(cases, Vec::new())
        .with("rooms", seated.len())
        .with("candidates", candidates)
        .with("invigilators", entries.iter().map(|entry| &entry.person_id).collect::<BTreeSet<_>>().len())
}

/// A room with too few. With several sessions the candidates of each are not known; the ratio then fails only where all
/// sessions together could not have held so many.
fn room_case(
    place: &Bilingual,
    candidates: usize,
    found: &[Session<'_>],
    short: bool,
    fewest: usize,
    ratio: &StaffRatio,
    row: Provenance,
) -> Option<ObservedCase> {
    let capacity: usize = found.iter().map(|session| session.people * ratio.candidates_an_invigilator).sum();
    let people: Vec<String> = found.iter().map(|session| session.people.to_string()).collect();
    if !short && candidates <= capacity {
        return None;
    }
    let people = if people.is_empty() { "0".to_owned() } else { people.join(" + ") };
    let each = ratio.candidates_an_invigilator;
    Some(ObservedCase {
        subjects: subjects(found),
        sources: rows(found).chain(std::iter::once(row)).collect(),
        detail: Bilingual::new(
            format!("{}：考生 {candidates} 人，监考 {people} 人（须不低于 1:{each}，且至少 {fewest} 人）。", place.zh),
            format!(
                "{}: {candidates} candidates, {people} invigilators (at least 1 for {each}, and at least {fewest}).",
                place.en
            ),
        ),
    })
}

/// Assessors of the skill component: the ratio over all sessions, number and oddness in each.
pub fn assessors(
    blank: Observation,
    present: &Present<'_>,
    candidates: Option<usize>,
    parameters: &StaffParameters,
    ratio: &StaffRatio,
) -> Observation {
    let entries: Vec<&Assignment> = present
        .of_role(StaffRole::Assessor)
        .into_iter()
        .filter(|entry| !parameters.is_review_room(entry.room.as_deref()))
        .collect();
    if entries.is_empty() {
        // Where nobody was examined in the skill component there is nothing to hold.
        let missing = if candidates == Some(0) { Vec::new() } else { vec![nobody(present)] };
        return blank.seen(Vec::new(), missing);
    }
    let found: Vec<Session<'_>> = by_room(&entries).values().flat_map(|entries| sessions(entries)).collect();
    let mut cases: Vec<ObservedCase> = found
        .iter()
        .filter_map(|session| panel_case(session, ratio.assessors, ratio.assessors_odd, &ASSESSORS))
        .collect();
    let people: usize = found.iter().map(|session| session.people).sum();
    let mut missing = Vec::new();
    let mut seen = blank;
    match candidates {
        Some(candidates) => {
            if candidates > people * ratio.candidates_an_assessor {
                let each = ratio.candidates_an_assessor;
                cases.push(ObservedCase {
                    subjects: subjects(&found),
                    sources: rows(&found).collect(),
                    detail: Bilingual::new(
                        format!("技能考核考生 {candidates} 人，各场次考评人员合计 {people} 人（须不低于 1:{each}）。"),
                        format!(
                            "{candidates} candidates of the skill component, {people} assessors over all sessions (at least 1 for {each})."
                        ),
                    ),
                });
            }
            seen = seen.with("candidates", candidates);
        }
        None => missing.push(MissingFact::column("scores", "component")),
    }
    seen.seen(cases, missing).with("sessions", found.len()).with("assessors", people)
}

/// The panel of a review, in the rooms whose name says so; only the two highest levels have one.
pub fn review_panel(
    blank: Observation,
    present: &Present<'_>,
    level: Option<Level>,
    parameters: &StaffParameters,
    ratio: &StaffRatio,
) -> Observation {
    let entries: Vec<&Assignment> = present
        .entries
        .iter()
        .copied()
        .filter(|entry| {
            matches!(entry.role, Some(StaffRole::Assessor | StaffRole::Rater))
                && parameters.is_review_room(entry.room.as_deref())
        })
        .collect();
    if entries.is_empty() {
        let has_review = level.is_none_or(Level::has_review);
        let missing = match (has_review, level, present.entries.is_empty()) {
            (false, ..) => Vec::new(),
            (_, None, _) => vec![MissingFact::column("batches", "level")],
            (_, _, true) => vec![MissingFact::table("assignments")],
            _ => vec![MissingFact::column("assignments", "room")],
        };
        return blank.seen(Vec::new(), missing);
    }
    let found: Vec<Session<'_>> = by_room(&entries).values().flat_map(|entries| sessions(entries)).collect();
    let cases = found
        .iter()
        .filter_map(|session| panel_case(session, ratio.reviewers, ratio.reviewers_odd, &REVIEWERS))
        .collect();
    blank.seen(cases, Vec::new()).with("sessions", found.len())
}

/// Words of a panel: a session's, and its members.
type PanelWords = [(&'static str, &'static str); 2];
const ASSESSORS: PanelWords = [("技能考核", "Skill component"), ("考评人员", "assessors")];
const REVIEWERS: PanelWords = [("综合评审", "Review"), ("评审人员", "reviewers")];

fn panel_case(session: &Session<'_>, fewest: usize, is_odd: bool, words: &PanelWords) -> Option<ObservedCase> {
    let people = session.people;
    if people >= fewest && !(is_odd && people.is_multiple_of(2)) {
        return None;
    }
    let [(zh, en), (members_zh, members_en)] = words;
    let first = session.entries.first();
    let room = quoted_or_dash(first.and_then(|entry| entry.room.as_deref()));
    let start = first.and_then(|entry| entry.session_start);
    let from = start.map_or_else(|| "—".to_owned(), |time| time.format("%Y-%m-%d %H:%M").to_string());
    let (odd_zh, odd_en) = if is_odd { ("的单数", " and odd") } else { ("", "") };
    Some(ObservedCase {
        subjects: subjects(std::slice::from_ref(session)),
        sources: rows(std::slice::from_ref(session)).collect(),
        detail: Bilingual::new(
            format!("{zh}（考场 {room}，{from}）：{members_zh} {people} 人（须为 {fewest} 人以上{odd_zh}）。"),
            format!("{en} (room {room}, {from}): {people} {members_en} (at least {fewest}{odd_en})."),
        ),
    })
}

fn subjects(found: &[Session<'_>]) -> Vec<String> {
    let entries = found.iter().flat_map(|session| &session.entries);
    entries.map(|entry| quoted(entry.person_id.as_str())).collect::<BTreeSet<_>>().into_iter().collect()
}

fn rows<'s>(found: &'s [Session<'_>]) -> impl Iterator<Item = Provenance> + use<'s> {
    found.iter().flat_map(|session| &session.entries).map(|entry| entry.source)
}

/// What is missing where a list has nobody of a role.
fn nobody(present: &Present<'_>) -> MissingFact {
    if present.entries.is_empty() {
        MissingFact::table("assignments")
    } else {
        MissingFact::column("assignments", "role")
    }
}

#[cfg(test)]
mod tests {
    use super::room_key;

    #[test]
    fn a_room_is_known_under_its_names() {
        for (room, key) in [
            ("第1考场", "1"),
            ("01", "1"),
            ("1", "1"),
            ("A栋302", "302"),
            ("技能考核室", "技能考核室"),
            ("3-2", "3-2"),
            ("0", "0"),
        ] {
            assert_eq!(room_key(room), key, "{room}");
        }
    }
}
