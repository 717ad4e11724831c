//! What the logs of changed pass lines and changed scores have in common: order, clock, cells, words.

use crate::model::component::Component;
use crate::model::identity::{mask_embedded_numbers, mask_person};
use crate::model::points::Points;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::{NaiveDate, NaiveDateTime};
use compact_str::CompactString;
use std::cmp::Ordering;

/// Longest piece of a free-text cell that a sentence repeats, in characters.
const LONGEST_QUOTATION: usize = 60;

/// Order of a log: dated entries by time, entries of one instant by source row, undated entries last.
pub fn by_time(a: (Option<NaiveDateTime>, Provenance), b: (Option<NaiveDateTime>, Provenance)) -> Ordering {
    (a.0.is_none(), a).cmp(&(b.0.is_none(), b))
}

/// How often the clock of a log runs backwards: neighbours in one sheet, of which the later row has
/// the earlier time. A sheet that never runs forwards is an export with the newest entry on top.
pub fn clock_reversals(entries: impl Iterator<Item = (Provenance, Option<NaiveDateTime>)>) -> usize {
    let mut dated: Vec<(Provenance, NaiveDateTime)> =
        entries.filter_map(|(source, time)| time.map(|time| (source, time))).collect();
    dated.sort();
    dated
        .chunk_by(|a, b| (a.0.file, a.0.sheet) == (b.0.file, b.0.sheet))
        .map(|sheet| {
            let forwards = sheet.windows(2).filter(|pair| pair[0].1 < pair[1].1).count();
            let backwards = sheet.windows(2).filter(|pair| pair[0].1 > pair[1].1).count();
            if forwards == 0 { 0 } else { backwards }
        })
        .sum()
}

/// What a cell states; `None` for a blank one and for the marks that people write instead.
pub fn stated(cell: &Option<CompactString>) -> Option<&str> {
    let text = cell.as_deref()?.trim();
    let blank = matches!(text, "" | "-" | "--" | "—" | "——" | "/" | "无" | "暂无" | "空")
        || ["none", "n/a", "na", "null", "nil"].iter().any(|word| text.eq_ignore_ascii_case(word));
    (!blank).then_some(text)
}

/// A day, a level or the like in a sentence; a dash where it is not on record.
pub fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

/// As [`quoted`]; a dash where the cell is blank.
pub fn quoted_or_dash(cell: Option<&str>) -> String {
    or_dash(cell.map(quoted))
}

/// A cell as a sentence may repeat it: identity numbers masked, long text cut.
pub fn quoted(text: &str) -> String {
    let masked = mask_embedded_numbers(text);
    match masked.char_indices().nth(LONGEST_QUOTATION) {
        Some((end, _)) => format!("{}…", &masked[..end]),
        None => masked.into_owned(),
    }
}

/// A point in time in words.
pub fn moment(time: Option<NaiveDateTime>) -> Bilingual {
    match time {
        Some(time) => {
            let text = time.format("%Y-%m-%d %H:%M:%S").to_string();
            Bilingual::new(text.clone(), text)
        }
        None => Bilingual::new("时间未记录", "time not recorded"),
    }
}

/// Who made an entry, in words; a person's name is masked.
pub fn actor(operator: &Option<CompactString>) -> Bilingual {
    match stated(operator) {
        Some(name) => {
            let name = quoted(&mask_person(name));
            Bilingual::new(format!("操作人 {name}"), format!("operator {name}"))
        }
        None => Bilingual::new("操作人未记录", "operator not recorded"),
    }
}

/// Marks in words.
pub fn mark(points: Option<Points>) -> Bilingual {
    match points {
        Some(points) => Bilingual::new(points.to_string(), points.to_string()),
        None => Bilingual::new("未记录", "not recorded"),
    }
}

/// A component in words; `None` is every component.
pub fn component_name(component: Option<&Component>) -> Bilingual {
    match component {
        None => Bilingual::new("全部科目", "every component"),
        Some(Component::Theory) => Bilingual::new("理论", "theory"),
        Some(Component::Skill) => Bilingual::new("技能", "skill"),
        Some(Component::Review) => Bilingual::new("综合评审", "review"),
        Some(Component::Other(name)) => Bilingual::new(quoted(name), quoted(name)),
    }
}

/// Whether a time lies after a day whose hour is not known: `None` on that day itself, or without a date.
pub fn after_day(time: Option<NaiveDateTime>, day: Option<NaiveDate>) -> Option<bool> {
    match time?.date().cmp(&day?) {
        Ordering::Less => Some(false),
        Ordering::Equal => None,
        Ordering::Greater => Some(true),
    }
}

/// Sentences in both languages, one after the other.
pub fn join(parts: impl IntoIterator<Item = Bilingual>) -> Bilingual {
    let mut joined = Bilingual::default();
    for part in parts {
        joined.zh.push_str(&part.zh);
        if !joined.en.is_empty() {
            joined.en.push(' ');
        }
        joined.en.push_str(&part.en);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(row: u32, hour: u32) -> (Provenance, Option<NaiveDateTime>) {
        let day = NaiveDate::from_ymd_opt(2026, 5, 2).unwrap();
        (Provenance { file: 0, sheet: 0, row }, day.and_hms_opt(hour, 0, 0))
    }

    #[test]
    fn a_clock_runs_back_but_an_export_with_the_newest_on_top_does_not() {
        let count = |hours: &[u32]| clock_reversals((1..).zip(hours).map(|(row, hour)| at(row, *hour)));
        assert_eq!(count(&[8, 9, 7, 10]), 1);
        assert_eq!(count(&[8, 9, 9, 10]), 0);
        assert_eq!(count(&[12, 11, 11, 8]), 0);
        assert_eq!(count(&[]), 0);
    }

    #[test]
    fn marks_for_nothing_are_no_statement() {
        for text in ["", "  ", "-", "无", "N/A", "None"] {
            assert_eq!(stated(&Some(text.into())), None, "{text}");
        }
        assert_eq!(stated(&None), None);
        assert_eq!(stated(&Some(" 鉴审〔2026〕3号 ".into())), Some("鉴审〔2026〕3号"));
    }

    #[test]
    fn quotations_are_masked_and_cut() {
        assert_eq!(quoted("改 11010519491231002X"), "改 110105********002X");
        assert_eq!(quoted(&"长".repeat(61)).chars().count(), LONGEST_QUOTATION + 1);
    }

    #[test]
    fn the_day_itself_is_neither_before_nor_after() {
        let day = NaiveDate::from_ymd_opt(2026, 5, 2);
        let time = |day: u32| NaiveDate::from_ymd_opt(2026, 5, day).and_then(|day| day.and_hms_opt(9, 0, 0));
        assert_eq!([1, 2, 3].map(|of| after_day(time(of), day)), [Some(false), None, Some(true)]);
        assert_eq!(after_day(time(3), None), None);
    }
}
