//! A file of scores on its own: a score a row, with the result and groups where it has them.

use crate::ingest::long_file::{LongFileError, WantedColumn, read_long_file};
use crate::ingest::values::{parse_boolean, parse_points};
use crate::model::points::Points;
use crate::model::text::Bilingual;
use compact_str::CompactString;
use std::path::Path;

/// Columns that group scores.
pub const GROUPS: [&str; 4] = ["body", "batch", "room", "rater"];

const COLUMNS: [WantedColumn<'static>; 6] = [
    WantedColumn {
        name: "score",
        headers: &["score", "成绩", "分数", "得分", "理论成绩", "mark", "grade"],
        required: true,
        is_text: false,
    },
    WantedColumn {
        name: "passed",
        headers: &["passed", "是否合格", "合格", "评定结果", "pass", "result"],
        required: false,
        is_text: false,
    },
    WantedColumn {
        name: "body",
        headers: &["body_id", "body", "机构代码", "评价机构"],
        required: false,
        is_text: false,
    },
    WantedColumn {
        name: "batch",
        headers: &["batch_id", "batch", "批次号", "认定批次", "批次"],
        required: false,
        is_text: false,
    },
    WantedColumn { name: "room", headers: &["room", "考场", "考场号"], required: false, is_text: false },
    WantedColumn {
        name: "rater",
        headers: &["rater_id", "rater", "考评员编号", "考评员"],
        required: false,
        is_text: false,
    },
];

/// One score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreLine {
    /// Row in the file.
    pub row: u32,
    /// The score.
    pub score: Points,
    /// Recorded result.
    pub passed: Option<bool>,
    /// Its group in each column of [`GROUPS`].
    pub groups: [Option<CompactString>; 4],
}

/// The scores of a file, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct ScoresFile {
    /// Scores in the order of the file.
    pub scores: Vec<ScoreLine>,
    /// Rows left out, with the reason.
    pub left_out: Vec<(u32, Bilingual)>,
}

/// Reads scores; absences, exemptions and other marks that are no number are left out.
///
/// **Errors**: an unreadable file, no column of scores.
pub fn read_scores(path: &Path) -> Result<ScoresFile, LongFileError> {
    let file = read_long_file(path, &COLUMNS)?;
    let mut found = ScoresFile { left_out: file.unread, ..ScoresFile::default() };
    for row in file.rows {
        let mut cells = row.cells.into_iter();
        let score = cells.next().flatten();
        let passed = cells.next().flatten().as_deref().and_then(parse_boolean);
        let groups = std::array::from_fn(|_| cells.next().flatten());
        match score.as_deref().and_then(parse_points) {
            Some(score) => found.scores.push(ScoreLine { row: row.row, score, passed, groups }),
            None => found
                .left_out
                .push((row.row, Bilingual::new("成绩缺失或不是数字", "the score is missing or no number"))),
        }
    }
    Ok(found)
}
