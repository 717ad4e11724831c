//! What the register says of one candidate, and what it leaves open.

use crate::detect::change_log::stated;
use crate::detect::qualification::template::{Education, TitleRank};
use crate::model::candidate::Candidate;
use crate::model::level::Level;
use crate::model::points::Points;
use chrono::NaiveDate;

/// Diplomas above any vocational school. Matched as part of the text, longest meaning first.
const COLLEGE: &[&str] = &[
    "大专",
    "专科",
    "高职",
    "高等职业",
    "本科",
    "学士",
    "硕士",
    "研究生",
    "博士",
    "大学",
    "college",
    "bachelor",
    "master",
    "doctor",
    "university",
    "associate",
];
const SENIOR_TECHNICIAN_SCHOOL: &[&str] = &["高级技工", "高技", "技师学院", "预备技师", "senior technician"];
const VOCATIONAL: &[&str] = &[
    "中专",
    "中职",
    "职高",
    "职业高中",
    "中等职业",
    "中等专业",
    "技工",
    "技校",
    "中技",
    "职业学校",
    "vocational",
    "technical school",
];
const NONE_OF_THESE: &[&str] = &[
    "初中",
    "小学",
    "高中",
    "文盲",
    "初级中学",
    "高级中学",
    "primary",
    "middle school",
    "high school",
    "secondary school",
];
const SENIOR: &[&str] = &["高级", "正高", "副高", "教授", "研究员", "senior"];
const JUNIOR: &[&str] = &["初级", "助理", "员级", "技术员", "junior", "assistant"];
const INTERMEDIATE: &[&str] =
    &["中级", "工程师", "讲师", "经济师", "会计师", "农艺师", "技师职称", "intermediate", "engineer"];

/// A diploma as far as its text tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diploma {
    /// One of the kinds that conditions ask for.
    Of(Education),
    /// General schooling only.
    NoneOfThese,
    /// Blank, or a word not known.
    Unknown,
}

/// Facts of one candidate at the examination date.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Day against which everything is computed.
    pub exam_date: NaiveDate,
    /// Birth dates on record: by a valid identity number, as filed; one entry when they agree.
    pub birth_dates: Vec<NaiveDate>,
    /// Level of the earlier certificate.
    pub certificate_level: Option<Level>,
    /// Date of the earlier certificate.
    pub certificate_date: Option<NaiveDate>,
    /// Years in the occupation, as filed.
    pub work_years: Option<Points>,
    /// Diploma.
    pub diploma: Diploma,
    /// Whether the diploma's cell holds anything.
    pub diploma_stated: bool,
    /// Rank of the title, when its text tells.
    pub title: Option<TitleRank>,
    /// Whether the title's cell holds anything.
    pub title_stated: bool,
    /// Number of the condition applied under.
    pub condition_no: Option<u32>,
}

impl Facts {
    /// Reads the register's row.
    pub fn of(candidate: &Candidate, exam_date: NaiveDate) -> Self {
        let by_number = candidate.id_number.as_ref().and_then(|number| number.birth_date());
        let mut birth_dates: Vec<NaiveDate> = by_number.into_iter().chain(candidate.birth_date).collect();
        birth_dates.dedup();
        let education = stated(&candidate.education);
        let title = stated(&candidate.title);
        Self {
            exam_date,
            birth_dates,
            certificate_level: candidate.certificate_level,
            certificate_date: candidate.certificate_date,
            work_years: candidate.work_years,
            diploma: education.map_or(Diploma::Unknown, diploma),
            diploma_stated: education.is_some(),
            title: title.and_then(title_rank),
            title_stated: title.is_some(),
            condition_no: stated(&candidate.condition_no).and_then(condition_number),
        }
    }

    /// Whether the identity number and the filed birth date contradict one another.
    pub fn birth_dates_contradict(&self) -> bool {
        self.birth_dates.len() > 1
    }
}

fn contains_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The kind of diploma that a text names.
pub fn diploma(text: &str) -> Diploma {
    let text = text.to_lowercase();
    if contains_any(&text, SENIOR_TECHNICIAN_SCHOOL) {
        Diploma::Of(Education::SeniorTechnicianSchool)
    } else if contains_any(&text, COLLEGE) {
        Diploma::Of(Education::College)
    } else if contains_any(&text, VOCATIONAL) {
        Diploma::Of(Education::Vocational)
    } else if contains_any(&text, NONE_OF_THESE) {
        Diploma::NoneOfThese
    } else {
        Diploma::Unknown
    }
}

fn title_rank(text: &str) -> Option<TitleRank> {
    let text = text.to_lowercase();
    if contains_any(&text, JUNIOR) {
        Some(TitleRank::Junior)
    } else if contains_any(&text, SENIOR) {
        Some(TitleRank::Senior)
    } else if contains_any(&text, INTERMEDIATE) {
        Some(TitleRank::Intermediate)
    } else {
        None
    }
}

/// The number that `1`, `条件2`, `四级(三)` name: the last one in the text.
pub fn condition_number(text: &str) -> Option<u32> {
    let digits: String = text
        .chars()
        .rev()
        .skip_while(|character| !character.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if !digits.is_empty() {
        return digits.chars().rev().collect::<String>().parse().ok();
    }
    // `四级` alone names a level.
    if text.ends_with('级') {
        return None;
    }
    let numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let last = text.chars().rev().find_map(|character| numerals.iter().position(|numeral| *numeral == character))?;
    u32::try_from(last + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_number_of_a_condition() {
        let texts = ["1", "条件2", "四级(三)", "三级/高级工(2)", "(一)", "第12条"];
        assert_eq!(texts.map(condition_number), [Some(1), Some(2), Some(3), Some(2), Some(1), Some(12)]);
        assert_eq!(["自述", "四级", ""].map(condition_number), [None; 3]);
    }

    #[test]
    fn tells_diplomas_and_titles_apart() {
        assert_eq!(diploma("普通高中"), Diploma::NoneOfThese);
        assert_eq!(diploma("职业高中"), Diploma::Of(Education::Vocational));
        assert_eq!(diploma("高级技工学校"), Diploma::Of(Education::SeniorTechnicianSchool));
        assert_eq!(diploma("大学专科"), Diploma::Of(Education::College));
        assert_eq!(diploma("其他"), Diploma::Unknown);
        assert_eq!(title_rank("助理工程师"), Some(TitleRank::Junior));
        assert_eq!(title_rank("高级工程师"), Some(TitleRank::Senior));
        assert_eq!(title_rank("工程师"), Some(TitleRank::Intermediate));
    }
}
