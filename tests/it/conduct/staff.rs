use super::*;
use kaojian::detect::staff::detector::StaffDetector;
use kaojian::model::answer::{AnswerSheet, AnswerTable};
use kaojian::model::identity::PersonName;
use kaojian::model::rating::Rating;
use kaojian::model::supervision::{Assignment, StaffMember, StaffRole};

fn person(number: &str) -> StaffMember {
    StaffMember {
        person_id: number.into(),
        name: Some(PersonName::new(number)),
        role: Some(StaffRole::Assessor),
        certificate_no: Some(format!("KP{number}").as_str().into()),
        certificate_occupation: Some("电工".into()),
        certificate_level: Level::new(3),
        valid_from: Some(day("2023-05-02")),
        valid_to: Some(day("2026-05-02")),
        contract_from: Some(day("2023-05-02")),
        contract_to: Some(day("2026-05-02")),
        source: row(2),
    }
}

/// An entry of the list, on the day of the examination.
fn entry(number: &str, role: StaffRole, room: &str, from: &str, to: &str) -> Assignment {
    let at = |text: &str| (!text.is_empty()).then(|| time(&format!("2026-05-02 {text}:00")));
    Assignment {
        batch_id: BATCH.into(),
        room: (!room.is_empty()).then(|| room.into()),
        session_start: at(from),
        session_end: at(to),
        component: None,
        person_id: number.into(),
        role: Some(role),
        signed_in: Some(true),
        source: row(3),
    }
}

fn assessor(number: &str) -> Assignment {
    entry(number, StaffRole::Assessor, "技能考核室", "13:00", "17:00")
}

fn electricians(staff: Vec<StaffMember>, assigned: Vec<Assignment>) -> Dataset {
    let mut data = dataset(4);
    data.batches[0].occupation = Some("电工".into());
    data.batches[0].site = Some("一号考点".into());
    (data.staff, data.assignments) = (staff, assigned);
    data
}

/// `case`, `open` or `none` of a measure.
fn state(data: &Dataset, measure: &str) -> &'static str {
    let seen = observe(&StaffDetector, data, measure);
    match (seen.cases.is_empty(), seen.evaluated) {
        (false, _) => "case",
        (true, true) => "none",
        (true, false) => "open",
    }
}

#[test]
fn terms_hold_their_first_and_last_day() {
    for (exam_date, expected) in
        [("2023-05-01", "case"), ("2023-05-02", "none"), ("2026-05-02", "none"), ("2026-05-03", "case")]
    {
        let mut data = electricians(vec![person("K1")], vec![assessor("K1")]);
        data.batches[0].exam_date = Some(day(exam_date));
        assert_eq!([state(&data, "certificate_term"), state(&data, "contract")], [expected; 2], "{exam_date}");
        let dated = observe(&StaffDetector, &data, "certificate_term").dated.events;
        assert_eq!((dated.len(), dated[0].date), (1, Some(day(exam_date))));
    }
    let mut data = electricians(vec![person("K1")], vec![assessor("K1")]);
    data.batches[0].exam_date = None;
    assert_eq!([state(&data, "certificate_term"), state(&data, "contract")], ["open"; 2]);
    // A renewed certificate stands in a row of its own.
    let mut renewed = person("K1");
    (renewed.valid_from, renewed.valid_to) = (Some(day("2026-05-03")), Some(day("2029-05-02")));
    let mut data = electricians(vec![person("K1"), renewed], vec![assessor("K1")]);
    data.batches[0].exam_date = Some(day("2026-05-03"));
    assert_eq!(state(&data, "certificate_term"), "none");
}

#[test]
fn people_are_looked_up_by_number_and_a_roster_not_handed_in_says_nothing() {
    let rated = |rater: &str| Rating {
        batch_id: BATCH.into(),
        candidate_id: "c1".into(),
        component: SKILL,
        criterion: "".into(),
        rater_id: Some(rater.into()),
        mark_no: Some(1),
        score: Some(points("80")),
        max_score: Some(points("100")),
        marked_at: None,
        response_text: None,
        source: row(9),
    };
    let mut data = electricians(vec![person("K1")], vec![assessor("K1")]);
    for (rater, expected) in [("K1", "none"), ("KPK1", "none"), ("K2", "case")] {
        data.ratings = vec![rated(rater)];
        assert_eq!(state(&data, "not_on_roster"), expected, "{rater}");
    }
    assert_eq!(subjects(&observe(&StaffDetector, &data, "not_on_roster")), ["K2"]);
    // Two people may share a name, so that a name is nobody's number.
    data.staff[0].name = Some(PersonName::new("张三"));
    data.ratings = vec![rated("张三")];
    assert_eq!(state(&data, "not_on_roster"), "open");
    // Nobody of the body is on the roster.
    let data = electricians(vec![person("K8")], vec![assessor("K1"), assessor("K2")]);
    assert_eq!(state(&data, "not_on_roster"), "open");
    let nobody = electricians(Vec::new(), vec![assessor("K1")]);
    assert_eq!(state(&nobody, "not_on_roster"), "open");
    // A row of the roster was refused: it may have been theirs.
    let mut data = electricians(vec![person("K1")], vec![assessor("K1"), assessor("K2")]);
    assert_eq!(state(&data, "not_on_roster"), "case");
    let sheet =
        kaojian::model::provenance::SourceSheet { table: Some("staff".into()), rows_refused: 1, ..Default::default() };
    data.files = vec![kaojian::model::provenance::SourceFile { sheets: vec![sheet], ..Default::default() }];
    assert_eq!(state(&data, "not_on_roster"), "open");
}

#[test]
fn a_certificate_is_held_against_occupation_and_level() {
    let mut other = person("K1");
    other.certificate_occupation = Some("保安员".into());
    assert_eq!(state(&electricians(vec![other.clone()], vec![assessor("K1")]), "certificate_scope"), "case");
    assert_eq!(state(&electricians(vec![other, person("K1")], vec![assessor("K1")]), "certificate_scope"), "none");
    for (level, expected) in [(5, "case"), (4, "none"), (1, "none")] {
        let held = StaffMember { certificate_level: Level::new(level), ..person("K1") };
        assert_eq!(state(&electricians(vec![held], vec![assessor("K1")]), "certificate_scope"), expected, "{level}");
    }
    let bare = StaffMember {
        certificate_no: None,
        valid_from: None,
        valid_to: None,
        certificate_occupation: None,
        certificate_level: None,
        ..person("K2")
    };
    let both = electricians(vec![person("K1"), bare.clone()], vec![assessor("K1"), assessor("K2")]);
    assert_eq!(state(&both, "certificate_not_recorded"), "case");
    assert_eq!(state(&electricians(vec![bare], vec![assessor("K2")]), "certificate_not_recorded"), "open");
}

fn sheets(rooms: &[(&str, usize)]) -> AnswerTable {
    let mut all = Vec::new();
    for (room, number) in rooms {
        for _ in 0..*number {
            all.push(AnswerSheet {
                batch_id: BATCH.into(),
                candidate_id: format!("c{:03}", all.len()).as_str().into(),
                room: (!room.is_empty()).then(|| (*room).into()),
                layout: 0,
                responses: Box::new([1]),
                source: row(4),
                ..AnswerSheet::default()
            });
        }
    }
    AnswerTable { layouts: Vec::new(), sheets: all }
}

#[test]
fn a_room_needs_one_invigilator_for_fifteen_and_two() {
    let invigilator = |number: &str, room: &str| entry(number, StaffRole::Invigilator, room, "09:00", "10:30");
    for (candidates, people, expected) in
        [(15, 1, "case"), (30, 2, "none"), (31, 2, "case"), (31, 3, "none"), (1, 2, "none")]
    {
        let list = (0..people).map(|person| invigilator(&format!("J{person}"), "第1考场")).collect();
        let mut data = electricians(Vec::new(), list);
        data.answers = sheets(&[("01", candidates)]);
        assert_eq!(state(&data, "invigilators"), expected, "{candidates} {people}");
    }
    // Who did not sign in is not there.
    let mut data = electricians(Vec::new(), vec![invigilator("J1", "1"), invigilator("J2", "1")]);
    data.answers = sheets(&[("1", 20)]);
    data.assignments[1].signed_in = Some(false);
    assert_eq!([state(&data, "invigilators"), state(&data, "sign_in_missing")], ["case"; 2]);
    data.assignments[1].signed_in = None;
    assert_eq!([state(&data, "invigilators"), state(&data, "sign_in_missing")], ["none", "open"]);
    // A room without anybody, and rooms that the two lists call differently.
    data.answers = sheets(&[("1", 20), ("2", 20)]);
    assert_eq!(state(&data, "invigilators"), "case");
    data.answers = sheets(&[("A", 15), ("B", 15)]);
    assert_eq!(state(&data, "invigilators"), "case", "two rooms need four");
    data.answers = sheets(&[("", 30)]);
    assert_eq!(state(&data, "invigilators"), "none");
    // Two sessions of one room hold sixty in all.
    let twice = |from: &str, to: &str| ["J1", "J2"].map(|number| entry(number, StaffRole::Invigilator, "1", from, to));
    let list = twice("09:00", "10:30").into_iter().chain(twice("10:30", "12:00")).collect();
    let mut data = electricians(Vec::new(), list);
    for (candidates, expected) in [(60, "none"), (61, "case")] {
        data.answers = sheets(&[("1", candidates)]);
        assert_eq!(state(&data, "invigilators"), expected, "{candidates}");
    }
}

#[test]
fn assessors_and_panels_are_odd_and_enough() {
    let marked = |number: usize| -> Vec<Score> {
        (0..number).map(|person| score(&format!("c{person}"), SKILL, "70", None)).collect()
    };
    for (people, candidates, expected) in
        [(2, 1, "case"), (3, 15, "none"), (3, 16, "case"), (4, 15, "case"), (5, 25, "none"), (5, 26, "case")]
    {
        let list = (0..people).map(|person| assessor(&format!("K{person}"))).collect();
        let mut data = electricians(Vec::new(), list);
        data.scores = marked(candidates);
        assert_eq!(state(&data, "assessors"), expected, "{people} {candidates}");
    }
    let panel = |people: usize, level: u8| {
        let mut list: Vec<Assignment> = (0..people)
            .map(|person| entry(&format!("R{person}"), StaffRole::Assessor, "评审答辩室", "09:00", "12:00"))
            .collect();
        list.extend(["K1", "K2", "K3"].map(assessor));
        let mut data = electricians(Vec::new(), list);
        data.batches[0].level = Level::new(level);
        state(&data, "review_panel")
    };
    assert_eq!(
        [panel(3, 2), panel(4, 2), panel(2, 1), panel(0, 3), panel(0, 2)],
        ["none", "case", "case", "none", "open"]
    );
}

#[test]
fn one_person_is_in_one_place_at_a_time() {
    let two = |one: Assignment, other: Assignment| electricians(vec![person("K1")], vec![one, other]);
    let in_room = |room: &str, from: &str, to: &str| entry("K1", StaffRole::Invigilator, room, from, to);
    for (data, expected) in [
        (two(in_room("1", "09:00", "10:30"), in_room("2", "10:29", "12:00")), "case"),
        (two(in_room("1", "09:00", "10:30"), in_room("2", "10:30", "12:00")), "none"),
        (two(in_room("1", "09:00", "10:30"), in_room("1", "09:00", "10:30")), "none"),
        (two(in_room("1", "09:00", "10:30"), in_room("", "09:00", "10:30")), "none"),
        (two(in_room("1", "09:00", "10:30"), in_room("2", "09:00", "")), "open"),
    ] {
        assert_eq!(state(&data, "two_places"), expected, "{:?}", data.assignments);
    }
    let mut round = two(in_room("1", "09:00", "10:30"), in_room("2", "09:00", "10:30"));
    round.assignments[1].role = Some(StaffRole::Supervisor);
    assert_eq!(state(&round, "two_places"), "none");

    // With another body at another site.
    let mut data = two(in_room("1", "09:00", "10:30"), in_room("1", "09:00", "10:30"));
    data.assignments[1].batch_id = "B2".into();
    let mut other = data.batches[0].clone();
    (other.batch_id, other.body_id, other.site) = ("B2".into(), Some("OTHER".into()), Some("二号考点".into()));
    data.batches.push(other);
    assert_eq!([state(&data, "two_places"), state(&data, "two_bodies")], ["none", "case"], "by its number alone");
    data.staff.push(StaffMember { person_id: "Z9".into(), ..person("K1") });
    data.assignments[1].person_id = "Z9".into();
    assert_eq!([state(&data, "two_places"), state(&data, "two_bodies")], ["case", "none"], "by the certificate");
    data.batches[1].site = None;
    assert_eq!(state(&data, "two_places"), "none", "nothing says that it was elsewhere");
}
