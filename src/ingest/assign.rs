//! Which table a sheet is, by the names of the file, the sheet and the folder.

use crate::ingest::clean::clean_text;
use crate::ingest::tables::{self, TableSchema};

/// The table a name speaks of: the longest stem in it wins (`成绩修改记录` before `成绩`, `score_changes` before
/// `scores`). Latin stems must stand alone (`answers-2026-05`, not `unanswered`). Two stems of the same length
/// for different tables decide nothing.
///
/// ```
/// use kaojian::ingest::assign::table_of_name;
/// assert_eq!(table_of_name("荆州_成绩册_2026").unwrap().name, "scores");
/// assert_eq!(table_of_name("score-changes 2026").unwrap().name, "score_changes");
/// assert!(table_of_name("Sheet1").is_none());
/// ```
pub fn table_of_name(name: &str) -> Option<&'static TableSchema> {
    let name = plain(name);
    let mut best: Option<(usize, &'static TableSchema)> = None;
    let mut tied = false;
    for table in tables::all() {
        let longest = std::iter::once(&table.name)
            .chain(&table.stems)
            .map(|stem| plain(stem))
            .filter(|stem| contains(&name, stem))
            .map(|stem| stem.chars().count())
            .max();
        let Some(length) = longest else { continue };
        match best {
            Some((before, _)) if length < before => {}
            Some((before, _)) if length == before => tied = true,
            _ => {
                best = Some((length, table));
                tied = false;
            }
        }
    }
    best.filter(|_| !tied).map(|(_, table)| table)
}

/// The file's name without folders and without its last extension.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What is left of a stem when the words of its table are taken out: `answers-2026-05` → `2026-05`.
pub fn rest_of_stem(stem: &str, table: &TableSchema) -> String {
    let plain_stem = plain(stem);
    let word = std::iter::once(&table.name)
        .chain(&table.stems)
        .map(|word| plain(word))
        .filter(|word| contains(&plain_stem, word))
        .max_by_key(String::len);
    // Folding may change lengths; only a stem that folds to itself letter by letter can be cut.
    let position = word.as_ref().and_then(|word| plain_stem.find(word.as_str()).map(|from| (from, from + word.len())));
    let rest = match position {
        Some((from, to)) if plain_stem.len() == stem.len() => {
            format!("{} {}", stem.get(..from).unwrap_or(""), stem.get(to..).unwrap_or(""))
        }
        Some((from, to)) => format!("{} {}", &plain_stem[..from], &plain_stem[to..]),
        None => stem.to_owned(),
    };
    rest.trim_matches(|character: char| !character.is_alphanumeric()).to_owned()
}

fn plain(name: &str) -> String {
    clean_text(name).to_lowercase().replace(['-', ' ', '.'], "_")
}

fn contains(name: &str, stem: &str) -> bool {
    let is_latin = stem.is_ascii();
    name.match_indices(stem).any(|(start, found)| {
        let before = name.get(..start).and_then(|head| head.chars().next_back());
        let after = name.get(start + found.len()..).and_then(|tail| tail.chars().next());
        let open = |neighbour: Option<char>| neighbour.is_none_or(|letter| !letter.is_ascii_alphabetic());
        !is_latin || (open(before) && open(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(table_of_name(name).map(|table| table.name.as_str()), Some(expected), "{name}");
    }

    #[test]
    fn the_longest_stem_wins() {
        check("answers-2026-05", "answers");
        check("2026答题卡（A卷）", "answers");
        check("考生花名册", "candidates");
        check("成绩修改记录", "score_changes");
        check("合格线修改记录", "pass_line_changes");
        check("pass_line_changes", "pass_line_changes");
        check("pass_lines", "pass_lines");
        check("考评员名册", "staff");
        check("评分记录", "ratings");
        check("认定批次", "batches");
        check("SCORES", "scores");
        check("scores1", "scores");
        check("试题库", "item_bank");
        check("试卷", "forms");
    }

    #[test]
    fn a_word_inside_a_word_is_none() {
        for name in ["unanswered", "sheet1", "data", "", "response_times_seconds"] {
            assert!(table_of_name(name).is_none(), "{name}");
        }
    }

    #[test]
    fn every_table_is_found_by_each_of_its_stems() {
        for table in tables::all() {
            for stem in std::iter::once(&table.name).chain(&table.stems) {
                check(stem, &table.name);
            }
        }
    }

    #[test]
    fn what_is_left_of_a_stem() {
        let answers = tables::table("answers").unwrap();
        assert_eq!(rest_of_stem("answers-2026-05", answers), "2026-05");
        assert_eq!(rest_of_stem("JZ01_答题卡", answers), "JZ01");
        assert_eq!(rest_of_stem("answers", answers), "");
    }
}
