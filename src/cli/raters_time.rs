//! When ratings were given: places in time, and stretches of time as levels.

use crate::cli::error::CliError;
use crate::ingest::dates::parse_date_time;
use crate::ingest::ratings_file::RatingsFile;
use crate::ingest::raw::CellKind;
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Bilingual;
use chrono::DateTime;
use compact_str::CompactString;
use serde::Serialize;
use std::collections::BTreeMap;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Kind of a time (0 a number, 1 a date) and where it stands.
pub(super) type Place = (i64, i64);

/// A place in time: a date with time, or a whole number.
pub(super) fn place(text: &str) -> Option<Place> {
    if let Ok(number) = text.trim().parse::<i64>() {
        return Some((0, number));
    }
    parse_date_time(text, CellKind::Text).map(|time| (1, time.and_utc().timestamp_millis()))
}

/// How times became levels, in summary.json.
#[derive(Debug, Serialize)]
pub(super) struct TimeBins {
    /// `days` or `equal-numbers`.
    rule: &'static str,
    asked_for: usize,
    bins: Vec<TimeBin>,
}

#[derive(Debug, Serialize)]
struct TimeBin {
    level: String,
    first: String,
    last: String,
    ratings: usize,
}

/// Replaces the times among the further facets by the stretch of time they fall into.
///
/// The days, where there are at least two of them and no more than `wanted`; else `wanted` stretches with as nearly
/// the same number of ratings as times that occur more than once allow, for such a time stays in one stretch. A time
/// that cannot be read has no stretch: the rating is left out and listed.
///
/// # Errors
/// Dates and numbers mixed; fewer than two different times.
pub(super) fn bin_times(file: &mut RatingsFile, facet: usize, wanted: usize) -> Result<TimeBins, CliError> {
    let read = |file: &RatingsFile| -> Vec<Option<Place>> {
        file.ratings.iter().map(|line| line.further.get(facet).and_then(|text| place(text))).collect()
    };
    let unread: Vec<bool> = read(file).iter().map(Option::is_none).collect();
    file.set_aside(
        &unread,
        &Bilingual::new(
            "评分时间无法读取，不能归入时段，不使用",
            "the time cannot be read, so the rating belongs to no time bin and is not used",
        ),
    );
    let mut counts: BTreeMap<Place, usize> = BTreeMap::new();
    read(file).into_iter().flatten().for_each(|at| *counts.entry(at).or_default() += 1);
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
        return Err(refused("没有可读的评分时间", "no rating has a time that can be read"));
    };
    if first.0 != last.0 {
        return Err(refused(
            "评分时间有的是日期、有的是序号，无法排序，不能分时段",
            "some times are dates and some are numbers, which have no order and make no time bins",
        ));
    }
    if first == last {
        return Err(refused(
            "所有评分时间相同，不能分时段",
            "all ratings have the same time, so there are no time bins",
        ));
    }
    let (rule, groups) = groups(&counts, wanted);
    // Numbers in front keep the order of time when the levels are sorted as text.
    let width = groups.last().map_or(1, |last| (last.2 + 1).to_string().len());
    let mut bins: Vec<TimeBin> = Vec::new();
    let mut of_place: BTreeMap<Place, usize> = BTreeMap::new();
    for same in groups.chunk_by(|a, b| a.2 == b.2) {
        let (number, [from, to]) = (bins.len() + 1, [same[0].0, same[same.len() - 1].0].map(written));
        same.iter().for_each(|group| {
            of_place.insert(group.0, bins.len());
        });
        let ratings = same.iter().map(|group| group.1).sum();
        bins.push(TimeBin { level: format!("{number:0width$}: {from} – {to}"), first: from, last: to, ratings });
    }
    for line in &mut file.ratings {
        let bin = line.further.get(facet).and_then(|text| place(text)).and_then(|at| of_place.get(&at));
        if let (Some(bin), Some(name)) = (bin.and_then(|bin| bins.get(*bin)), line.further.get_mut(facet)) {
            *name = CompactString::from(bin.level.as_str());
        }
    }
    Ok(TimeBins { rule, asked_for: wanted, bins })
}

fn refused(zh: &str, en: &str) -> CliError {
    CliError::Data(Bilingual::new(zh, en))
}

fn written(at: Place) -> String {
    let date = if at.0 == 1 { DateTime::from_timestamp_millis(at.1) } else { None };
    date.map_or_else(
        || mask_embedded_numbers(&at.1.to_string()).into_owned(),
        |date| date.format("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// Each different time with its ratings and its group, in order of time.
fn groups(counts: &BTreeMap<Place, usize>, wanted: usize) -> (&'static str, Vec<(Place, usize, usize)>) {
    let mut days: Vec<i64> = counts.keys().filter(|at| at.0 == 1).map(|at| at.1.div_euclid(DAY)).collect();
    days.dedup();
    if (2..=wanted).contains(&days.len()) {
        let day = |at: &Place| days.partition_point(|day| *day < at.1.div_euclid(DAY));
        return ("days", counts.iter().map(|(at, count)| (*at, *count, day(at))).collect());
    }
    let all: usize = counts.values().sum();
    let mut before = 0;
    let halves = counts.iter().map(|(at, count)| {
        // Where the middle of these ratings stands among all of them.
        let group = wanted * (2 * before + count) / (2 * all);
        before += count;
        (*at, *count, group)
    });
    ("equal-numbers", halves.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(times: &[&str], wanted: usize) -> (&'static str, Vec<usize>) {
        let mut counts: BTreeMap<Place, usize> = BTreeMap::new();
        times.iter().for_each(|text| *counts.entry(place(text).unwrap()).or_default() += 1);
        let (rule, found) = groups(&counts, wanted);
        (rule, found.chunk_by(|a, b| a.2 == b.2).map(|same| same.iter().map(|group| group.1).sum()).collect())
    }

    #[test]
    fn stretches_have_equal_numbers() {
        let times: Vec<String> = (0..20).map(|minute| format!("2026-05-01 09:{minute:02}")).collect();
        let times: Vec<&str> = times.iter().map(String::as_str).collect();
        assert_eq!(sizes(&times, 4), ("equal-numbers", vec![5, 5, 5, 5]));
        assert_eq!(sizes(&["1", "2", "3", "4", "5", "6"], 3), ("equal-numbers", vec![2, 2, 2]));
        // One time is not divided, and no bin is empty.
        assert_eq!(sizes(&["1", "2", "2", "2", "2", "3"], 3), ("equal-numbers", vec![1, 4, 1]));
        assert_eq!(sizes(&["1", "2", "2", "2", "2", "2"], 2), ("equal-numbers", vec![1, 5]));
    }

    #[test]
    fn few_days_are_the_stretches() {
        let times = ["2026-05-01 09:00", "2026-05-01 17:00", "2026-05-01 18:00", "2026-05-02 09:00"];
        assert_eq!(sizes(&times, 4), ("days", vec![3, 1]));
        assert_eq!(sizes(&times[..3], 2), ("equal-numbers", vec![1, 2]));
    }
}
