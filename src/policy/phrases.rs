//! The parts of sentences that depend on what was found, in both languages.

use crate::model::dated::Period;
use crate::model::figure::{Figure, Figures};
use crate::model::missing::MissingFact;
use crate::model::text::Bilingual;
use crate::policy::absence::Stretch;
use crate::policy::observed::Subject;
use crate::policy::records::Records;
use crate::policy::rule::Test;
use chrono::NaiveDate;

/// What is known of a share that the data do not settle.
pub fn bounds(test: &Test, figures: &Figures) -> Bilingual {
    let Test::Ratio { denominator, lower, upper, .. } = test else { return Bilingual::default() };
    let figure = |name: &str| figures.get(name).and_then(Figure::integer);
    match (figure(denominator), figure(lower), figure(upper)) {
        (Some(0), ..) => {
            Bilingual::new("按现有记录，没有一人计入该分母", "by the records nobody is counted in the denominator")
        }
        (Some(total), Some(lower), Some(upper)) => Bilingual::new(
            format!("{total}人中至少{lower}人、至多{upper}人"),
            format!("of {total} at least {lower}, at most {upper}"),
        ),
        _ => Bilingual::new("没有可计数的记录", "nothing on record can be counted"),
    }
}

/// The measures that were not made, in brackets; empty when all were. Without it a sentence that no case was
/// seen would also speak for logs that nobody handed in.
pub fn gap<'a>(names: impl Iterator<Item = &'a String>, subject: Subject<'_>, records: &Records<'_>) -> Bilingual {
    let unseen: Vec<Bilingual> =
        names.filter(|name| !records.observed.is_evaluated(subject, name)).map(|name| called(name, records)).collect();
    if unseen.is_empty() {
        return Bilingual::default();
    }
    let list = joined(&unseen);
    Bilingual::new(
        format!("（因缺少数据未能核对：{}）", list.zh),
        format!(" (not looked at for want of data: {})", list.en),
    )
}

/// Facts that are shown beside the others, with their number of cases; empty when there are none.
pub fn support(names: &[String], subject: Subject<'_>, records: &Records<'_>) -> Bilingual {
    let seen: Vec<Bilingual> = names
        .iter()
        .filter(|name| records.observed.has_case(subject, name))
        .map(|name| {
            let (said, cases) = (called(name, records), records.observed.cases(subject, name));
            Bilingual::new(format!("{} {cases}", said.zh), format!("{} {cases}", said.en))
        })
        .collect();
    if seen.is_empty() {
        return Bilingual::default();
    }
    let list = joined(&seen);
    Bilingual::new(format!("另列程序事实：{}。", list.zh), format!(" Procedural facts beside them: {}.", list.en))
}

/// A measure in words; its own name where no detector says it.
pub fn called(name: &str, records: &Records<'_>) -> Bilingual {
    records.names.get(name).cloned().unwrap_or_else(|| Bilingual::new(name, name))
}

/// A list in both languages.
pub fn joined(parts: &[Bilingual]) -> Bilingual {
    let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_str()).collect();
    let en: Vec<&str> = parts.iter().map(|part| part.en.as_str()).collect();
    Bilingual::new(zh.join("、"), en.join(", "))
}

/// A recurrence of batches.
pub fn recurrence(most: usize, months: u32, times: u32) -> Bilingual {
    Bilingual::new(
        format!("含本批次的任一连续{months}个月内，该机构最多有{most}个批次出现此种情形（条文为{times}次）"),
        format!(
            "batches of this body that show this within any {months} months that hold this one: at most {most} (the text says {times})"
        ),
    )
}

/// A recurrence that cannot be counted.
pub fn no_window(months: u32) -> Bilingual {
    Bilingual::new(
        format!("所属机构或考试日期未载明，无法按连续{months}个月计数"),
        format!("body or examination date are not on record, so that nothing can be counted over {months} months"),
    )
}

/// A count of dated events.
pub fn window(
    certain: usize,
    possible: usize,
    months: u32,
    times: u32,
    span: Option<(NaiveDate, NaiveDate)>,
) -> Bilingual {
    let (dates_zh, dates_en) =
        span.map_or_else(Default::default, |(from, to)| (format!("（{from} 至 {to}）"), format!(" ({from} to {to})")));
    let (open_zh, open_en) = if possible > certain {
        (format!("，另计未定者至多{possible}次"), format!(", and at most {possible} with what is still open"))
    } else {
        Default::default()
    };
    Bilingual::new(
        format!("任一连续{months}个月内最多{certain}次{dates_zh}{open_zh}（条文为{times}次）"),
        format!("at most {certain} within any {months} months{dates_en}{open_en} (the text says {times})"),
    )
}

/// A stretch without activity, or why none can be told.
pub fn absence(stretch: Option<Stretch>, covers: Option<Period>, as_of: Option<NaiveDate>) -> Bilingual {
    match (stretch, covers, as_of) {
        (Some(Stretch { from, to }), ..) => Bilingual::new(
            format!("{from} 之后至 {to} 没有活动记录"),
            format!("no activity is on record after {from} until {to}"),
        ),
        (None, None, _) => Bilingual::new(
            "数据没有说明活动登记自何日起完整",
            "the data do not say from which day the register of activities is whole",
        ),
        (None, Some(_), None) => {
            Bilingual::new("没有可据以判断的日期", "there is no day up to which the records could be judged")
        }
        (None, Some(Period { from, to }), Some(as_of)) => {
            let said = |day: Option<NaiveDate>| day.map_or_else(|| "—".to_owned(), |day| day.to_string());
            let (from, to) = (said(from), said(to.or(Some(as_of))));
            Bilingual::new(
                format!("活动登记视为完整的期间为 {from} 至 {to}，判断截至 {as_of}"),
                format!("the register counts as whole from {from} to {to}, and is judged up to {as_of}"),
            )
        }
    }
}

/// Tables and columns that a person should look at, in brackets of code.
pub fn needs(facts: &[MissingFact]) -> Bilingual {
    let names: Vec<Bilingual> = facts
        .iter()
        .map(|fact| {
            let name = fact.name();
            Bilingual::new(name.as_str(), name.as_str())
        })
        .collect();
    joined(&names)
}

/// What stands for the sentence of a rule where no pack was in force.
pub fn not_in_force(pack: &Bilingual, day: Option<NaiveDate>) -> Bilingual {
    let (zh, en) =
        day.map_or_else(|| ("该日".to_owned(), "the day".to_owned()), |day| (day.to_string(), day.to_string()));
    Bilingual::new(
        format!("{zh} 没有适用于该地的规则包在施行，不作判断（最接近的是：{}）。", pack.zh),
        format!(
            "no rule pack for this place was in force on {en}, so nothing is concluded (the nearest is: {}).",
            pack.en
        ),
    )
}

/// What is said beside a finding whose day is not known.
pub fn undated(version: &str) -> Bilingual {
    Bilingual::new(
        format!("（考试日期未载明，按最近施行的规则包 {version} 判断）"),
        format!(" (the examination date is not on record: judged by the pack {version}, the latest)"),
    )
}
