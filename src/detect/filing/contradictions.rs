//! Entries about one body that cannot all be right: its code, the terms of its filing, and what its rows say of each
//! other.

use crate::detect::change_log::{or_dash, quoted};
use crate::detect::filing::explanation::NAME;
use crate::detect::filing::in_force::OnFile;
use crate::model::batch::{Body, BodyKind, Filing};
use crate::model::dataset::Dataset;
use crate::model::identity::is_valid_credit_code;
use crate::model::ids::BodyId;
use crate::model::missing::MissingFact;
use crate::model::observation::{Nature, Observation, ObservedCase};
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Length of a 统一社会信用代码.
const CREDIT_CODE_LENGTH: usize = 18;

/// Code, terms and entries of one body.
pub(super) fn observe(body_id: &BodyId, on_file: Option<&OnFile<'_>>, dataset: &Dataset) -> Vec<Observation> {
    let blank = |measure| Observation::new(NAME, measure, Nature::Fact).of_body(body_id);
    let Some(on_file) = on_file else {
        let mut missing = dataset.missing("bodies", &[]);
        missing.extend(dataset.missing("filings", &[]));
        return ["credit_code", "dates", "entries"].map(|measure| blank(measure).lacking(missing.clone())).into();
    };
    let mut code = blank("credit_code");
    code.cases = credit_code(body_id, on_file).into_iter().collect();
    let mut dates = blank("dates");
    dates.cases = inverted(&on_file.filings);
    dates.cases.extend(overlapping(&on_file.filings));
    if on_file.filings.is_empty() {
        dates = dates.lacking(vec![MissingFact::column("filings", "valid_from")]);
    }
    let mut entries = blank("entries");
    entries.cases = differing_bodies(&on_file.bodies);
    entries.cases.extend(not_in_bodies(on_file, dataset));
    entries.cases.extend(differing_names(&on_file.filings));
    vec![code, dates, entries]
}

fn case(body_id: &BodyId, mut sources: Vec<Provenance>, zh: String, en: String) -> ObservedCase {
    sources.sort();
    sources.dedup();
    ObservedCase { subjects: vec![body_id.to_string()], sources, detail: Bilingual::new(zh, en) }
}

/// A shorter code is an office's own number and has no check character.
fn credit_code(body_id: &BodyId, on_file: &OnFile<'_>) -> Option<ObservedCase> {
    let code = body_id.as_str();
    let is_credit_code = code.len() == CREDIT_CODE_LENGTH && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_credit_code && !is_valid_credit_code(&code.to_ascii_uppercase())).then(|| {
        let sources = on_file
            .bodies
            .iter()
            .map(|body| body.source)
            .chain(on_file.filings.iter().map(|filing| filing.source))
            .collect();
        let code = quoted(code);
        case(
            body_id,
            sources,
            format!("统一社会信用代码 {code} 的校验位不符：抄写有误，或并无此代码。"),
            format!(
                "The check character of the credit code {code} does not fit: it is mistyped, or there is no such code."
            ),
        )
    })
}

fn inverted(filings: &[&Filing]) -> Vec<ObservedCase> {
    let rows = filings.iter().filter_map(|filing| Some((filing, filing.valid_from?, filing.valid_to?)));
    rows.filter(|(_, from, to)| to < from)
        .map(|(filing, from, to)| {
            case(
                &filing.body_id,
                vec![filing.source],
                format!("备案止 {to} 早于备案起 {from}。"),
                format!("The filing ends on {to}, before it begins on {from}."),
            )
        })
        .collect()
}

/// What one row puts on file, its term left aside.
type Subject<'a> = (Option<&'a str>, Option<u8>, Option<&'a str>, Option<&'a str>);

/// Terms with the rows that have them.
type Terms = BTreeMap<(NaiveDate, Option<NaiveDate>), Vec<Provenance>>;

fn subject<'a>(filing: &'a Filing) -> Subject<'a> {
    let occupation = filing.occupation_code.as_deref().or(filing.occupation.as_deref());
    (occupation, filing.level.map(|level| level.code()), filing.site.as_deref(), filing.region.as_deref())
}

/// Two terms for the same occupation, level and place that overlap and are not the same row entered twice.
fn overlapping(filings: &[&Filing]) -> Vec<ObservedCase> {
    let mut terms: BTreeMap<Subject<'_>, Terms> = BTreeMap::new();
    for filing in filings {
        let Some(from) = filing.valid_from else { continue };
        if filing.valid_to.is_none_or(|to| from <= to) {
            terms.entry(subject(filing)).or_default().entry((from, filing.valid_to)).or_default().push(filing.source);
        }
    }
    let Some(body_id) = filings.first().map(|filing| &filing.body_id) else { return Vec::new() };
    let mut cases = Vec::new();
    for terms in terms.values() {
        let terms: Vec<_> = terms.iter().collect();
        for pair in terms.windows(2) {
            let (((first, last), sources), ((next, end), others)) = (pair[0], pair[1]);
            if last.is_none_or(|last| *next <= last) {
                cases.push(case(
                    body_id,
                    sources.iter().chain(others).copied().collect(),
                    format!(
                        "同一职业、等级与考点的两段备案期间重叠：{first} 至 {} 与 {next} 至 {}。",
                        or_dash(*last),
                        or_dash(*end)
                    ),
                    format!(
                        "Two terms for the same occupation, level and site overlap: {first} to {} and {next} to {}.",
                        or_dash(*last),
                        or_dash(*end)
                    ),
                ));
            }
        }
    }
    cases
}

/// Rows of `bodies` that say different things of one body.
fn differing_bodies(bodies: &[&Body]) -> Vec<ObservedCase> {
    let kind = |kind: Option<BodyKind>| {
        kind.map(|kind| match kind {
            BodyKind::Employer => "employer",
            BodyKind::Social => "social",
        })
    };
    let columns: [(&str, &str, Vec<Option<String>>); 3] = [
        ("机构名称", "name", bodies.iter().map(|body| body.body_name.as_deref().map(quoted)).collect()),
        ("机构类别", "kind", bodies.iter().map(|body| kind(body.kind).map(str::to_owned)).collect()),
        ("备案日期", "day of filing", bodies.iter().map(|body| body.filed_on.map(|day| day.to_string())).collect()),
    ];
    let Some(first) = bodies.first() else { return Vec::new() };
    columns
        .into_iter()
        .filter_map(|(zh, en, values)| {
            let stated: BTreeSet<String> = values.into_iter().flatten().collect();
            (stated.len() > 1).then(|| {
                let list: Vec<String> = stated.into_iter().collect();
                case(
                    &first.body_id,
                    bodies.iter().map(|body| body.source).collect(),
                    format!("机构表中同一机构的{zh}不一致：{}。", list.join("、")),
                    format!("The table of bodies gives one body more than one {en}: {}.", list.join(", ")),
                )
            })
        })
        .collect()
}

fn not_in_bodies(on_file: &OnFile<'_>, dataset: &Dataset) -> Option<ObservedCase> {
    let first = on_file.filings.first()?;
    (on_file.bodies.is_empty() && !dataset.bodies.is_empty()).then(|| {
        case(
            &first.body_id,
            on_file.filings.iter().map(|filing| filing.source).collect(),
            "备案表有该机构，机构表没有。".to_owned(),
            "The body is in the table of filings and not in that of bodies.".to_owned(),
        )
    })
}

/// One code with two names, one name with two codes, one site in two regions.
fn differing_names(filings: &[&Filing]) -> Vec<ObservedCase> {
    let Some(body_id) = filings.first().map(|filing| &filing.body_id) else { return Vec::new() };
    let (code, name) = (
        |filing: &Filing| filing.occupation_code.as_deref().map(quoted),
        |filing: &Filing| filing.occupation.as_deref().map(quoted),
    );
    let site = |filing: &Filing| filing.site.as_deref().map(quoted);
    let region = |filing: &Filing| filing.region.as_deref().map(quoted);
    let mut cases = Vec::new();
    let mut look =
        |key: &dyn Fn(&Filing) -> Option<String>, value: &dyn Fn(&Filing) -> Option<String>, (zh, en): (&str, &str)| {
            let mut found: BTreeMap<String, (BTreeSet<String>, Vec<Provenance>)> = BTreeMap::new();
            for filing in filings {
                if let Some((key, value)) = key(filing).zip(value(filing)) {
                    let entry = found.entry(key).or_default();
                    entry.0.insert(value);
                    entry.1.push(filing.source);
                }
            }
            for (key, (values, sources)) in found.into_iter().filter(|(_, (values, _))| values.len() > 1) {
                let list: Vec<String> = values.into_iter().collect();
                cases.push(case(
                    body_id,
                    sources,
                    format!("{zh}“{key}”：{}。", list.join("、")),
                    format!("{en} \"{key}\": {}.", list.join(", ")),
                ));
            }
        };
    look(&code, &name, ("同一职业编码对应多个名称", "More than one name for the occupation code"));
    look(&name, &code, ("同一职业名称对应多个编码", "More than one code for the occupation"));
    look(&site, &region, ("同一考点对应多个地域", "More than one region for the site"));
    cases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::level::Level;

    fn filing(occupation: (&str, &str), site: (&str, &str), term: (&str, &str), row: u32) -> Filing {
        Filing {
            body_id: "A".into(),
            occupation_code: Some(occupation.0.into()),
            occupation: Some(occupation.1.into()),
            level: Level::new(4),
            site: Some(site.0.into()),
            region: Some(site.1.into()),
            valid_from: term.0.parse().ok(),
            valid_to: term.1.parse().ok(),
            source: Provenance { file: 0, sheet: 0, row },
        }
    }

    const GUARD: (&str, &str) = ("4-07-05-01", "保安员");
    const EAST: (&str, &str) = ("东城考点", "东城区");

    #[test]
    fn terms_that_touch_do_not_overlap() {
        let count = |terms: &[(&str, &str)]| {
            let rows: Vec<Filing> =
                terms.iter().enumerate().map(|(row, term)| filing(GUARD, EAST, *term, row as u32)).collect();
            let rows: Vec<&Filing> = rows.iter().collect();
            (inverted(&rows).len(), overlapping(&rows).len())
        };
        assert_eq!(count(&[("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-31")]), (0, 0));
        assert_eq!(count(&[("2023-01-01", "2024-01-01"), ("2024-01-01", "2024-12-31")]), (0, 1));
        assert_eq!(count(&[("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")]), (0, 0));
        assert_eq!(count(&[("2023-01-01", ""), ("2024-01-01", "2024-12-31")]), (0, 1));
        assert_eq!(count(&[("2023-01-02", "2023-01-01")]), (1, 0));
        assert_eq!(count(&[("2023-01-01", "2023-01-01")]), (0, 0));
    }

    #[test]
    fn one_thing_has_one_name() {
        let term = ("2023-01-01", "2023-12-31");
        let count = |rows: &[Filing]| differing_names(&rows.iter().collect::<Vec<_>>()).len();
        assert_eq!(count(&[filing(GUARD, EAST, term, 2), filing(GUARD, ("西城考点", "西城区"), term, 3)]), 0);
        assert_eq!(count(&[filing(GUARD, EAST, term, 2), filing(("4-07-05-01", "电工"), EAST, term, 3)]), 1);
        assert_eq!(count(&[filing(GUARD, EAST, term, 2), filing(("4-07-05-09", "保安员"), EAST, term, 3)]), 1);
        assert_eq!(count(&[filing(GUARD, EAST, term, 2), filing(GUARD, ("东城考点", "西城区"), term, 3)]), 1);
    }

    #[test]
    fn a_credit_code_fails_by_its_check_character_only() {
        let fails = |code: &str| credit_code(&code.into(), &OnFile::default()).is_some();
        assert!(!fails("91350100M000100Y43") && fails("91350100M000100Y44"));
        assert!(!fails("JG-001") && !fails("91350100M000100Y4"));
    }
}
