//! A long file of ratings on its own: person, rater, criterion, score, and further facets.

use crate::ingest::long_file::{LongFileError, WantedColumn, read_long_file};
use crate::ingest::values::parse_points;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::collections::BTreeMap;
use std::path::Path;

/// Facets beside rater and criterion that a file may have.
pub const FURTHER_FACETS: [&str; 3] = ["time", "room", "occasion"];

const COLUMNS: [WantedColumn<'static>; 10] = [
    WantedColumn {
        name: "person",
        headers: &[
            "person",
            "person_id",
            "candidate_id",
            "准考证号",
            "考生号",
            "考号",
            "考生编号",
            "考生",
            "candidate",
            "ratee",
            "student",
            "subject",
        ],
        required: true,
        is_text: false,
    },
    WantedColumn {
        name: "rater",
        headers: &["rater_id", "rater", "考评员编号", "考评员号", "考评员", "评分员", "阅卷员", "judge", "marker"],
        required: true,
        is_text: false,
    },
    WantedColumn {
        name: "score",
        headers: &["score", "rating", "得分", "评分", "分数", "成绩", "mark"],
        required: true,
        is_text: false,
    },
    WantedColumn {
        name: "criterion",
        headers: &["criterion", "评分要素", "评分项", "评分点", "考核要点", "item", "rubric", "题号"],
        required: false,
        is_text: false,
    },
    WantedColumn {
        name: "component",
        headers: &["component", "考核项目", "科目", "考核科目"],
        required: false,
        is_text: false,
    },
    WantedColumn {
        name: "batch_id",
        headers: &["batch_id", "批次号", "认定批次", "批次", "batch"],
        required: false,
        is_text: false,
    },
    WantedColumn {
        name: "max_score",
        headers: &["max_score", "配分", "满分", "maximum"],
        required: false,
        is_text: false,
    },
    WantedColumn {
        name: "time",
        headers: &["time", "marked_at", "评分时间", "阅卷时间"],
        required: false,
        is_text: false,
    },
    WantedColumn { name: "room", headers: &["room", "考场", "考场号"], required: false, is_text: false },
    WantedColumn {
        name: "occasion",
        headers: &["occasion", "mark_no", "评次", "场次"],
        required: false,
        is_text: false,
    },
];

/// One rating with the names as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingLine {
    /// Row in the file.
    pub row: u32,
    /// Who was rated (with the batch, where the file has one).
    pub person: CompactString,
    /// Who rated.
    pub rater: CompactString,
    /// What was rated (with the component, where the file has one); `-` without such a column.
    pub criterion: CompactString,
    /// The score.
    pub score: Points,
    /// The further facets asked for, in that order.
    pub further: Vec<CompactString>,
    /// When it was given, where the file says so.
    pub time: Option<CompactString>,
    /// Number of the mark among those of the person on the criterion, where the file has one.
    pub occasion: Option<CompactString>,
}

/// The ratings of a file, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct RatingsFile {
    /// Ratings that can be used, in the order of the file.
    pub ratings: Vec<RatingLine>,
    /// Rows left out, with the reason, by row.
    pub left_out: Vec<(u32, Bilingual)>,
}

/// Reads ratings and sets aside what cannot be used.
///
/// **Input**: a file with person, rater and score; criterion, component, batch, maximum and the facets of
/// [`FURTHER_FACETS`] where it has them. `further` lists the facets asked for; `scale` the lowest and highest
/// possible score.
///
/// **Returns**: ratings; rows with a missing name or score, a score outside the scale or above its maximum (below
/// nought where neither is given), and
/// *every* rating of a person by one rater on one criterion (and further facets) that is there more than once:
/// which of them counts is not for a program to choose.
///
/// **Errors**: an unreadable file, a missing column.
pub fn read_ratings(
    path: &Path,
    further: &[&str],
    scale: Option<(Points, Points)>,
) -> Result<RatingsFile, LongFileError> {
    let mut wanted = COLUMNS;
    for column in &mut wanted {
        column.required |= further.contains(&column.name);
    }
    let file = read_long_file(path, &wanted)?;
    let place = |name: &str| COLUMNS.iter().position(|column| column.name == name).unwrap_or(0);
    let further: Vec<usize> = further.iter().map(|name| place(name)).collect();
    let has = |name: &str| file.present.get(place(name)).copied().unwrap_or(false);
    let (has_criterion, has_component, has_batch) = (has("criterion"), has("component"), has("batch_id"));
    let mut found = RatingsFile { left_out: file.unread, ..RatingsFile::default() };
    for row in file.rows {
        let cell = |name: &str| row.cells.get(place(name)).cloned().flatten();
        let joined = |first: &str, has_first: bool, second: Option<CompactString>| match (has_first, cell(first)) {
            (true, Some(first)) => second.map(|second| CompactString::from(format!("{first}/{second}"))),
            (true, None) => None,
            (false, _) => second,
        };
        let criterion = if has_criterion { cell("criterion") } else { Some(CompactString::from("-")) };
        let names = (
            joined("batch_id", has_batch, cell("person")),
            cell("rater"),
            joined("component", has_component, criterion),
        );
        let others: Option<Vec<CompactString>> = further.iter().map(|at| row.cells[*at].clone()).collect();
        let (Some(person), Some(rater), Some(criterion), Some(others)) = (names.0, names.1, names.2, others) else {
            found.left_out.push((
                row.row,
                Bilingual::new("缺少考生、考评员、评分要素或分面", "person, rater, criterion or facet is missing"),
            ));
            continue;
        };
        let Some(score) = cell("score").as_deref().and_then(parse_points) else {
            found.left_out.push((row.row, Bilingual::new("分数缺失或不是数字", "the score is missing or no number")));
            continue;
        };
        let maximum = cell("max_score").as_deref().and_then(parse_points);
        let outside = scale.is_some_and(|(low, high)| score < low || score > high)
            || maximum.is_some_and(|maximum| score > maximum || score < Points::ZERO);
        if outside {
            found.left_out.push((row.row, Bilingual::new("分数在量表之外", "the score is outside the scale")));
            continue;
        }
        if scale.is_none() && maximum.is_none() && score < Points::ZERO {
            found.left_out.push((
                row.row,
                Bilingual::new(
                    "分数为负，而没有给出量表（--scale）或配分",
                    "the score is below nought, and neither a scale (--scale) nor a maximum was given",
                ),
            ));
            continue;
        }
        let (time, occasion) = (cell("time"), cell("occasion"));
        found.ratings.push(RatingLine {
            row: row.row,
            person,
            rater,
            criterion,
            score,
            further: others,
            time,
            occasion,
        });
    }
    found.set_duplicates_aside(further.len());
    Ok(found)
}

impl RatingsFile {
    /// Sets aside every rating of a person by one rater on one criterion, and the first `facets` further facets, that
    /// is there more than once. To be asked again when the facets of the ratings have changed.
    pub fn set_duplicates_aside(&mut self, facets: usize) {
        type Key<'a> = (&'a str, &'a str, &'a str, &'a [CompactString]);
        fn key(line: &RatingLine, facets: usize) -> Key<'_> {
            (&line.person, &line.rater, &line.criterion, &line.further[..facets.min(line.further.len())])
        }
        let mut counts: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        for line in &self.ratings {
            *counts.entry(key(line, facets)).or_default() += 1;
        }
        let repeated: Vec<bool> =
            self.ratings.iter().map(|line| counts.get(&key(line, facets)).is_some_and(|n| *n > 1)).collect();
        self.set_aside(
            &repeated,
            &Bilingual::new(
                "同一考评员对同一考生同一要素有多个评分，均不使用",
                "the rater rated this person on this criterion more than once; none of these ratings is used",
            ),
        );
    }

    /// Moves the marked ratings to those left out, which stand by row.
    pub fn set_aside(&mut self, marked: &[bool], reason: &Bilingual) {
        let mut kept = Vec::with_capacity(self.ratings.len());
        for (at, line) in std::mem::take(&mut self.ratings).into_iter().enumerate() {
            if marked.get(at).copied().unwrap_or(false) {
                self.left_out.push((line.row, reason.clone()));
            } else {
                kept.push(line);
            }
        }
        self.ratings = kept;
        self.left_out.sort_by_key(|(row, _)| *row);
    }
}
