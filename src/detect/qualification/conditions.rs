//! The conditions of a level, each atom with three states: holds, does not hold, not on record.

use crate::detect::qualification::civil::{add_years, whole_years};
use crate::detect::qualification::facts::{Diploma, Facts};
use crate::detect::qualification::template::{Atom, Condition, Education, TitleRank};
use crate::model::level::Level;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use chrono::NaiveDate;

/// Three-valued truth (Kleene).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// Known not to hold.
    False,
    /// The register does not say.
    Unknown,
    /// Known to hold.
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// What the conditions of a level give for one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recomputed {
    /// A condition holds.
    Met {
        /// The condition that the application names does not hold; another does.
        named_condition_fails: bool,
    },
    /// Every condition is known not to hold.
    NotMet,
    /// No condition is known to hold, and not all are known to fail.
    Open,
}

/// Judges the alternatives of a level.
pub fn recompute(conditions: &[Condition], facts: &Facts) -> Recomputed {
    let mut any = if conditions.is_empty() { Truth::Unknown } else { Truth::False };
    let mut named = None;
    for condition in conditions {
        let state = condition_state(condition, facts);
        any = any.max(state);
        if facts.condition_no == Some(condition.number) {
            named = Some(state);
        }
    }
    // An application under a number that the template does not have is under a standard of its own.
    let named_elsewhere = facts.condition_no.is_some() && named.is_none();
    match any {
        Truth::True => Recomputed::Met { named_condition_fails: named == Some(Truth::False) },
        Truth::Unknown => Recomputed::Open,
        Truth::False if named_elsewhere => Recomputed::Open,
        Truth::False => Recomputed::NotMet,
    }
}

/// The state of one condition: the least of its atoms.
pub fn condition_state(condition: &Condition, facts: &Facts) -> Truth {
    let state = condition.all.iter().map(|atom| atom_state(atom, facts)).min().unwrap_or(Truth::Unknown);
    if !condition.on_claim || state == Truth::False {
        return state;
    }
    let claimed = facts.condition_no == Some(condition.number)
        || condition.all.iter().any(|atom| {
            matches!(atom, Atom::Education { .. } | Atom::Title { .. }) && atom_state(atom, facts) == Truth::True
        });
    if claimed { Truth::Unknown } else { Truth::False }
}

/// The state of one atom.
pub fn atom_state(atom: &Atom, facts: &Facts) -> Truth {
    match atom {
        Atom::Age { at_least } => {
            let mut states =
                facts.birth_dates.iter().map(|birth| Truth::from(has_passed(*birth, *at_least, facts.exam_date)));
            match states.next() {
                None => Truth::Unknown,
                // Contradicting dates decide only where they agree.
                Some(first) if states.all(|state| state == first) => first,
                Some(_) => Truth::Unknown,
            }
        }
        Atom::WorkYears { at_least } => match facts.work_years {
            Some(years) => Truth::from(years >= Points::whole(i64::from(*at_least))),
            None => Truth::Unknown,
        },
        Atom::Certificate { level, years } => {
            let Some(held) = facts.certificate_level else { return Truth::Unknown };
            // A smaller code is a higher level.
            if held > *level {
                return Truth::False;
            }
            if *years == 0 {
                return match facts.certificate_date {
                    Some(date) => Truth::from(date <= facts.exam_date),
                    None => Truth::True,
                };
            }
            match facts.certificate_date {
                None => Truth::Unknown,
                Some(date) if has_passed(date, *years, facts.exam_date) => Truth::True,
                Some(_) if held == *level => Truth::False,
                // Holding a higher one, the date of the one asked for is not on record.
                Some(_) => Truth::Unknown,
            }
        }
        Atom::Education { diploma } => match facts.diploma {
            Diploma::Unknown => Truth::Unknown,
            Diploma::NoneOfThese => Truth::False,
            Diploma::Of(kind) => Truth::from(kind == *diploma || *diploma == Education::Vocational),
        },
        Atom::Title { at_least } => match facts.title {
            Some(rank) => Truth::from(rank >= *at_least),
            None => Truth::Unknown,
        },
        Atom::YearsAfterTitle { at_least } => match facts.work_years {
            Some(years) if years < Points::whole(i64::from(*at_least)) => Truth::False,
            _ => Truth::Unknown,
        },
        Atom::NotInRegister { .. } => Truth::Unknown,
    }
}

/// Whether so many civil years have passed by a day, the anniversary itself included.
fn has_passed(from: NaiveDate, years: u32, by: NaiveDate) -> bool {
    add_years(from, years).is_some_and(|anniversary| anniversary <= by)
}

/// Why every condition fails: number by number, the atoms that fail. Conditions that nothing on record
/// claims are named together.
pub fn failed_atoms(conditions: &[Condition], facts: &Facts) -> Bilingual {
    let mut zh = Vec::new();
    let mut en = Vec::new();
    let mut unclaimed = Vec::new();
    for condition in conditions {
        let failed: Vec<Bilingual> = condition
            .all
            .iter()
            .filter(|atom| atom_state(atom, facts) == Truth::False)
            .map(|atom| describe(atom, facts))
            .collect();
        if failed.is_empty() || (condition.on_claim && facts.condition_no != Some(condition.number)) {
            unclaimed.push(condition.number.to_string());
            continue;
        }
        let number = condition.number;
        zh.push(format!("条件{number}：{}", failed.iter().map(|text| text.zh.as_str()).collect::<Vec<_>>().join("、")));
        en.push(format!(
            "condition {number}: {}",
            failed.iter().map(|text| text.en.as_str()).collect::<Vec<_>>().join(", ")
        ));
    }
    if !unclaimed.is_empty() {
        zh.push(format!("条件{}：未见主张或佐证", unclaimed.join("、")));
        en.push(format!("condition {}: nothing on record claims it", unclaimed.join(", ")));
    }
    Bilingual::new(zh.join("；"), en.join("; "))
}

/// The Chinese name of a level.
pub fn level_name(level: Level) -> &'static str {
    match level.code() {
        1 => "一级",
        2 => "二级",
        3 => "三级",
        4 => "四级",
        _ => "五级",
    }
}

fn describe(atom: &Atom, facts: &Facts) -> Bilingual {
    let exam_date = facts.exam_date;
    match atom {
        Atom::Age { at_least } => {
            let age = facts.birth_dates.first().map_or(0, |birth| whole_years(*birth, exam_date));
            Bilingual::new(
                format!("考试日年满 {age} 周岁，需满 {at_least} 周岁"),
                format!("aged {age} on the examination date, {at_least} needed"),
            )
        }
        Atom::WorkYears { at_least } | Atom::YearsAfterTitle { at_least } => {
            let years = facts.work_years.unwrap_or_default();
            Bilingual::new(
                format!("从业年限 {years} 年，需满 {at_least} 年"),
                format!("{years} years of work, {at_least} needed"),
            )
        }
        Atom::Certificate { level, years } => match (facts.certificate_level, facts.certificate_date) {
            (Some(held), Some(date)) if held <= *level => {
                let passed = whole_years(date, exam_date);
                Bilingual::new(
                    format!(
                        "{}证书取得于 {date}，至考试日 {exam_date} 满 {passed} 年，需满 {years} 年",
                        level_name(held)
                    ),
                    format!("level {held} certificate of {date}, {passed} whole years by {exam_date}, {years} needed"),
                )
            }
            (Some(held), _) => Bilingual::new(
                format!("原证书为{}，需{}", level_name(held), level_name(*level)),
                format!("earlier certificate of level {held}, level {level} needed"),
            ),
            (None, _) => Bilingual::new("原证书未记录", "earlier certificate not recorded"),
        },
        Atom::Education { diploma } => {
            let (zh, en) = match diploma {
                Education::Vocational => ("技工院校或中等及以上职业学校毕业", "a vocational school diploma"),
                Education::SeniorTechnicianSchool => {
                    ("高级技工学校或技师学院毕业", "a senior technician school diploma")
                }
                Education::College => ("专科及以上毕业", "a college diploma"),
            };
            Bilingual::new(format!("学历不属{zh}"), format!("education is not {en}"))
        }
        Atom::Title { at_least } => {
            let (zh, en) = match at_least {
                TitleRank::Junior => ("初级", "junior"),
                TitleRank::Intermediate => ("中级", "intermediate"),
                TitleRank::Senior => ("高级", "senior"),
            };
            Bilingual::new(format!("职称低于{zh}"), format!("title below {en} rank"))
        }
        Atom::NotInRegister { what } => what.clone(),
    }
}
