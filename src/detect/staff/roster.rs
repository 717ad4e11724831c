//! The roster of staff, joined by number: a person's rows, and what they say of a day, an occupation and a level.

use crate::detect::change_log::stated;
use crate::model::dated::Period;
use crate::model::level::Level;
use crate::model::supervision::StaffMember;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Whether something holds, as far as the rows say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// A row says so.
    Yes,
    /// The rows leave it open.
    Open,
    /// Every row that speaks of it says otherwise.
    No,
}

/// The roster. Names are never joined on: two people may share one.
pub struct Roster<'a> {
    by_person: BTreeMap<&'a str, Vec<&'a StaffMember>>,
    by_certificate: BTreeMap<&'a str, Vec<&'a StaffMember>>,
    names: BTreeSet<&'a str>,
}

/// Who a number stands for over several bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity<'a> {
    /// One certificate number is on record for it.
    Certificate(&'a str),
    /// The roster has one person under the number.
    Person(&'a str),
    /// The roster does not say: the number stands for somebody within one body only.
    Unknown(&'a str),
}

impl<'a> Roster<'a> {
    /// Sorts the roster by both numbers.
    pub fn new(staff: &'a [StaffMember]) -> Self {
        let mut roster = Self { by_person: BTreeMap::new(), by_certificate: BTreeMap::new(), names: BTreeSet::new() };
        for row in staff {
            roster.by_person.entry(row.person_id.as_str()).or_default().push(row);
            if let Some(number) = stated(&row.certificate_no) {
                roster.by_certificate.entry(number).or_default().push(row);
            }
            roster.names.extend(row.name.as_ref().map(|name| name.for_matching()));
        }
        roster
    }

    /// The rows of a person, by the person's number or else by the certificate's.
    pub fn rows(&self, number: &str) -> &[&'a StaffMember] {
        self.by_person.get(number).or_else(|| self.by_certificate.get(number)).map_or(&[], Vec::as_slice)
    }

    /// Whether what should be a number is the name of somebody on the roster.
    pub fn is_name(&self, number: &str) -> bool {
        self.rows(number).is_empty() && self.names.contains(number)
    }

    /// Who a number stands for.
    pub fn identity<'n>(&'n self, number: &'n str) -> Identity<'n> {
        let rows = self.rows(number);
        let certificates: BTreeSet<&str> = rows.iter().filter_map(|row| stated(&row.certificate_no)).collect();
        let names = |rows: &[&StaffMember]| -> usize {
            rows.iter().filter_map(|row| Some(row.name.as_ref()?.for_matching())).collect::<BTreeSet<_>>().len()
        };
        let only = certificates.first().copied().filter(|_| certificates.len() == 1);
        match only {
            _ if rows.is_empty() || names(rows) > 1 => Identity::Unknown(number),
            // One certificate under several names is a mistake of somebody: nothing is joined by it.
            Some(certificate) if self.by_certificate.get(certificate).is_some_and(|all| names(all) <= 1) => {
                Identity::Certificate(certificate)
            }
            _ => Identity::Person(number),
        }
    }
}

/// Whether a day lies in the term of one of the rows, and the term that decides.
pub fn within(terms: impl Iterator<Item = Period>, day: NaiveDate) -> (Holds, Period) {
    let mut result = (Holds::Open, Period::default());
    for term in terms.filter(|term| term.from.is_some() || term.to.is_some()) {
        if term.holds(day) {
            return (Holds::Yes, term);
        }
        // Of several terms that have passed, the last one is shown.
        if result.0 == Holds::Open || (term.to, term.from) > (result.1.to, result.1.from) {
            result = (Holds::No, term);
        }
    }
    result
}

/// Term of the certificate.
pub fn certificate_term(row: &StaffMember) -> Period {
    Period { from: row.valid_from, to: row.valid_to }
}

/// Term of the contract.
pub fn contract_term(row: &StaffMember) -> Period {
    Period { from: row.contract_from, to: row.contract_to }
}

/// Whether a row has anything of a certificate.
pub fn has_certificate(row: &StaffMember) -> bool {
    stated(&row.certificate_no).is_some() || certificate_term(row) != Period::default()
}

/// Whether a certificate is for an occupation, which either side may give by code or by name. Names that hold one
/// another, such as 电工 and 维修电工, are left open.
pub fn for_occupation(row: &StaffMember, code: Option<&str>, name: Option<&str>) -> Holds {
    let Some(listed) = stated(&row.certificate_occupation) else { return Holds::Open };
    let batch: Vec<String> = [code, name].into_iter().flatten().map(plain).filter(|text| !text.is_empty()).collect();
    if batch.is_empty() {
        return Holds::Open;
    }
    // A list without an entry says nothing.
    let mut result = Holds::Open;
    let mut is_open = false;
    for entry in listed.split(['、', ',', '，', ';', '；', '/', '|', '\n']).map(plain).filter(|text| !text.is_empty())
    {
        if matches!(entry.as_str(), "全部" | "所有" | "不限" | "各职业" | "all" | "any" | "*") || batch.contains(&entry)
        {
            return Holds::Yes;
        }
        let is_part = |known: &String| known.contains(&entry) || entry.contains(known.as_str());
        // A code says nothing of a name.
        let is_comparable = batch.iter().any(|known| is_code(known) == is_code(&entry));
        is_open |= !is_comparable || batch.iter().any(is_part);
        result = Holds::No;
    }
    if is_open { Holds::Open } else { result }
}

fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn is_code(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_digit() || character == '-')
}

/// Whether a certificate reaches a level; a smaller code is a higher level.
pub fn for_level(row: &StaffMember, level: Option<Level>) -> Holds {
    match row.certificate_level.zip(level) {
        None => Holds::Open,
        Some((held, needed)) if held <= needed => Holds::Yes,
        Some(_) => Holds::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::identity::PersonName;
    use crate::model::provenance::Provenance;
    use Holds::{No, Open, Yes};

    fn person(number: &str, name: &str, certificate: &str) -> StaffMember {
        StaffMember {
            person_id: number.into(),
            name: Some(PersonName::new(name)),
            role: None,
            certificate_no: (!certificate.is_empty()).then(|| certificate.into()),
            certificate_occupation: None,
            certificate_level: None,
            valid_from: None,
            valid_to: None,
            contract_from: None,
            contract_to: None,
            source: Provenance::default(),
        }
    }

    #[test]
    fn people_are_joined_by_number_and_never_by_name() {
        let staff = [
            person("K1", "张三", "Z1"),
            person("K2", "张三", "Z2"),
            person("K7", "李四", "Z1"),
            person("K8", "王五", "Z8"),
            person("K9", "王五", "Z8"),
            person("01", "甲", ""),
            person("01", "乙", ""),
        ];
        let roster = Roster::new(&staff);
        assert_eq!((roster.rows("K1").len(), roster.rows("Z2").len(), roster.rows("张三").len()), (1, 1, 0));
        assert!(roster.is_name("张三") && !roster.is_name("K1"));
        assert_eq!(roster.identity("K8"), roster.identity("K9"));
        assert_eq!(roster.identity("Z2"), Identity::Certificate("Z2"));
        assert_eq!(roster.identity("K1"), Identity::Person("K1"), "its certificate stands under two names");
        assert_eq!(roster.identity("01"), Identity::Unknown("01"));
        assert_eq!(roster.identity("K5"), Identity::Unknown("K5"));
    }

    #[test]
    fn both_ends_of_a_term_are_within_it() {
        let day = |text: &str| -> Option<NaiveDate> { (!text.is_empty()).then(|| text.parse().expect("a date")) };
        for (from, to, used, expected) in [
            ("2025-05-10", "2026-05-09", "2025-05-10", Yes),
            ("2025-05-10", "2026-05-09", "2026-05-09", Yes),
            ("2025-05-10", "2026-05-09", "2025-05-09", No),
            ("2025-05-10", "2026-05-09", "2026-05-10", No),
            ("", "2026-05-09", "2026-05-10", No),
            ("2025-05-10", "", "2030-01-01", Yes),
            ("", "", "2030-01-01", Open),
        ] {
            let term = Period { from: day(from), to: day(to) };
            let found = within(std::iter::once(term), day(used).expect("a day"));
            assert_eq!(found.0, expected, "{used} in {from}..{to}");
        }
        let terms = [("2020-01-01", "2022-12-31"), ("2023-01-01", "2025-12-31")];
        let terms = terms.map(|(from, to)| Period { from: day(from), to: day(to) });
        assert_eq!(within(terms.into_iter(), day("2024-01-01").expect("a day")).0, Yes);
        assert_eq!(within(terms.into_iter(), day("2026-01-01").expect("a day")), (No, terms[1]));
    }

    #[test]
    fn an_occupation_is_compared_as_far_as_both_sides_say() {
        let listed = |text: &str| StaffMember { certificate_occupation: Some(text.into()), ..person("K", "张", "Z") };
        for (text, expected) in [
            ("电工", Yes),
            ("保安员、电工", Yes),
            ("6-31-01-03", Yes),
            ("全部", Yes),
            ("保安员", No),
            ("4-07-05-01", No),
            ("维修电工", Open),
            ("-", Open),
        ] {
            assert_eq!(for_occupation(&listed(text), Some("6-31-01-03"), Some("电工")), expected, "{text}");
        }
        assert_eq!(for_occupation(&listed("4-07-05-01"), None, Some("电工")), Open, "a code says nothing of a name");
        assert_eq!(for_occupation(&listed("电工"), None, None), Open);
        let held = StaffMember { certificate_level: Level::new(3), ..person("K", "张", "Z") };
        assert_eq!([4, 3, 2].map(|code| for_level(&held, Level::new(code))), [Yes, Yes, No]);
    }
}
