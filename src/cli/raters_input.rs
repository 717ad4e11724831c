//! Ratings of a file in numbers, fixed severities, and the names of what cannot be modelled.

use crate::cli::error::CliError;
use crate::cli::written::Numbered;
use crate::ingest::long_file::{WantedColumn, read_long_file};
use crate::ingest::ratings_file::RatingLine;
use crate::model::points::Points;
use crate::model::text::Bilingual;
use crate::psychometrics::facets::design::FacetsError;
use crate::psychometrics::facets::input::FacetsInput;
use std::path::Path;

/// The ratings in numbers, and the names of the numbers.
pub(super) struct Coded {
    pub input: FacetsInput,
    pub persons: Numbered,
    pub facets: Vec<(String, Numbered)>,
    /// Groupings of the ratings that are no facets, crossed with the raters all the same.
    pub crossed: Vec<Crossed>,
    /// Points of one unit of score.
    pub unit: f64,
}

/// A grouping of the ratings: its name, the names of its groups and the group of each rating.
pub(super) struct Crossed {
    pub name: String,
    pub names: Numbered,
    pub level: Vec<usize>,
}

/// Numbers persons and levels in the order of their names. The lines have the further facets first, then the crossed
/// groupings.
pub(super) fn code(lines: &[RatingLine], further: &[String], crossed: &[String], partial_credit: bool) -> Coded {
    let persons = Numbered::new(lines.iter().map(|line| &*line.person));
    let mut facets = vec![("rater".to_owned(), Numbered::new(lines.iter().map(|line| &*line.rater)))];
    let criteria = Numbered::new(lines.iter().map(|line| &*line.criterion));
    facets.push(("criterion".to_owned(), criteria));
    for (at, name) in further.iter().enumerate() {
        facets.push((name.clone(), Numbered::new(lines.iter().map(|line| &*line.further[at]))));
    }
    // Scores in half points and the like become whole numbers of their common step.
    let step = lines.iter().fold(0i64, |step, line| greatest_divisor(step, line.score.millionths().abs())).max(1);
    let mut input = FacetsInput {
        persons: persons.names.len(),
        levels: facets.iter().map(|(_, names)| names.names.len()).collect(),
        step_facet: partial_credit.then_some(1),
        ..FacetsInput::default()
    };
    for line in lines {
        input.person.push(persons.number(&line.person));
        input.level.push(facets[0].1.number(&line.rater));
        input.level.push(facets[1].1.number(&line.criterion));
        input.level.extend(line.further.iter().zip(&facets[2..]).map(|(name, (_, names))| names.number(name)));
        input.score.push(line.score.millionths() / step);
    }
    let crossed = crossed.iter().enumerate().map(|(at, name)| {
        let groups = || lines.iter().map(|line| &*line.further[further.len() + at]);
        let names = Numbered::new(groups());
        let level = groups().map(|group| names.number(group)).collect();
        Crossed { name: name.clone(), names, level }
    });
    let crossed = crossed.collect();
    Coded { input, persons, facets, crossed, unit: Points::from_millionths(step).to_f64() }
}

fn greatest_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

/// Reads fixed severities.
///
/// # Errors
/// A facet or level that the ratings do not have; a severity that is no number.
pub(super) fn anchors(path: &Path, coded: &Coded) -> Result<Vec<(usize, usize, f64)>, CliError> {
    let wanted = [
        ("facet", &["facet", "分面"][..]),
        ("level", &["level", "水平", "编号"]),
        ("severity_logit", &["severity_logit", "宽严"]),
    ]
    .map(|(name, headers)| WantedColumn { name, headers, required: true, is_text: false });
    let file = read_long_file(path, &wanted)?;
    let mut found = Vec::new();
    for row in file.rows {
        let read = || {
            let [Some(facet), Some(level), Some(severity)] = &row.cells[..] else { return None };
            let facet = coded.facets.iter().position(|(name, _)| name == facet)?;
            let level = coded.facets[facet].1.names.iter().position(|name| name == level)?;
            Some((facet, level, severity.parse::<f64>().ok().filter(|value| value.is_finite())?))
        };
        let anchor = read().ok_or_else(|| {
            CliError::Data(Bilingual::new(
                format!("锚定表第 {} 行：没有这样的分面或水平，或宽严不是数字", row.row),
                format!("anchors, row {}: no such facet or level, or the severity is no number", row.row),
            ))
        })?;
        found.push(anchor);
    }
    Ok(found)
}

/// Names what the model could not separate.
pub(super) fn refused(error: &FacetsError, coded: &Coded) -> CliError {
    let (zh, en) = match error {
        FacetsError::Constant => ("所有评分都相同，宽严无法估计".to_owned(), error.to_string()),
        FacetsError::Confounded { facet, level } => {
            let (facet, names) = &coded.facets[*facet];
            let level = &names.names[*level];
            (
                format!("分面 {facet} 的水平 {level} 与其他分面无法区分（例如每名考评员只在一个考场）"),
                format!(
                    "level {level} of facet {facet} cannot be told from the other facets (such as raters who stay in one room)"
                ),
            )
        }
        FacetsError::NothingLeft => ("除去全部最低或最高分的考生与考评员后没有评分".to_owned(), error.to_string()),
        _ => (format!("模型无法估计：{error}"), error.to_string()),
    };
    CliError::Data(Bilingual::new(zh, en))
}
