//! The annual-report detector: years without a report, and reports after the day prescribed.

use crate::detect::change_log::or_dash;
use crate::detect::detector::{Detector, Explanation};
use crate::detect::duties::reports_due::{Reports, State, state, years_due};
use crate::detect::each_body::each_body;
use crate::detect::parameters::DetectParameters;
use crate::model::batch::Filing;
use crate::model::dataset::Dataset;
use crate::model::dated::Period;
use crate::model::figure::Figure;
use crate::model::ids::BodyId;
use crate::model::last_day::last_examination;
use crate::model::missing::MissingFact;
use crate::model::observation::{Detected, Nature, Observation, ObservedCase};
use crate::model::progress::Progress;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use chrono::NaiveDate;
use std::collections::BTreeMap;

const NAME: &str = "annual_report";

/// Annual reports.
pub struct AnnualReportDetector;

impl Detector for AnnualReportDetector {
    fn name(&self) -> &'static str {
        NAME
    }

    fn explanation(&self) -> Explanation {
        Explanation {
            measures: vec![
                ("missing", Bilingual::new("未提交的年度工作报告", "annual reports not submitted")),
                ("late", Bilingual::new("晚于规定日期的年度工作报告", "annual reports after the day prescribed")),
            ],
            looks_for: Bilingual::new(
                "备案自 1 月 1 日至 12 月 31 日整年有效、且在判断截至日前已结束的每个年度，应有年度工作报告；备案不足整年的年度不计，早于报告登记\
                 中最早年度的也不计。条文没有写明提交日期：设置 annual_report.deadline（次年的月-日，如 \"03-31\"）之后，当日仍为按期，次日起为\
                 逾期（annual_report.late）或未提交（annual_report.missing）。未设时，只有确无疑义的才计为未提交：其后年度的报告已提交，或次年已整年\
                 过去；此外未见报告的为未定，已提交的是否按期不作判断。",
                "A report is due for every year that the filing covers from 1 January to 31 December and that is over on the day of judgement; \
                 parts of a year do not count, nor years before the first one in the register of reports. The text names no day: with the \
                 setting annual_report.deadline (month and day of the following year, such as \"03-31\") that day is in time, and from the next \
                 day on the report is late (annual_report.late) or missing (annual_report.missing). Without it a report is held to be missing \
                 only beyond doubt: the report of a later year was handed in, or the whole following year has passed; any other report not on \
                 record is open, and whether those handed in came in time is not judged.",
            ),
            honest_causes: Bilingual::new(
                "报告已交而登记遗漏，或登记在另一年度；主管部门免除或推迟了该年度的报告；机构该年度停业经同意；机构换证后信用代码改变，报告记在\
                 原代码下。",
                "The report was handed in and not entered, or entered under another year; the authority waived or postponed it; the body had leave to \
                 pause that year; the body got a new credit code and the report stands under the old one.",
            ),
            settings: vec![(
                "annual_report.deadline",
                Bilingual::new(
                    "次年提交年度报告的最后一日（月-日）；默认不设，因条文没有写明。",
                    "Last day of submission in the following year (month-day); none by default, since the text has none.",
                ),
            )],
            sources: vec!["Art. 21(4) 未按规定提交年度工作报告的"],
        }
    }

    fn detect(&self, dataset: &Dataset, parameters: &DetectParameters, progress: &dyn Progress) -> Detected {
        let register = Register::new(dataset);
        let as_of = parameters.as_of.or_else(|| last_examination(dataset));
        each_body(dataset, NAME, progress, |body_id| observe(body_id, &register, dataset, parameters, as_of).into())
    }
}

/// What the tables say of each body.
struct Register<'a> {
    reports: BTreeMap<&'a BodyId, Reports>,
    on_file: BTreeMap<&'a BodyId, Vec<Period>>,
    first_year: Option<i32>,
}

impl<'a> Register<'a> {
    fn new(dataset: &'a Dataset) -> Self {
        let mut reports: BTreeMap<&BodyId, Reports> = BTreeMap::new();
        for row in &dataset.annual_reports {
            let (day, sources) = reports.entry(&row.body_id).or_default().entry(row.year).or_default();
            *day = (*day).into_iter().chain(row.submitted_on).min();
            sources.push(row.source);
            sources.sort();
        }
        let mut on_file: BTreeMap<&BodyId, Vec<Period>> = BTreeMap::new();
        // A body with several rows has been on file since the earliest of them.
        let mut filed_on: BTreeMap<&BodyId, NaiveDate> = BTreeMap::new();
        for (body_id, day) in dataset.bodies.iter().filter_map(|body| Some((&body.body_id, body.filed_on?))) {
            filed_on.entry(body_id).and_modify(|known| *known = day.min(*known)).or_insert(day);
        }
        let term = |filing: &Filing| Period {
            from: filing.valid_from.or(filed_on.get(&filing.body_id).copied()),
            to: filing.valid_to,
        };
        for filing in &dataset.filings {
            on_file.entry(&filing.body_id).or_default().push(term(filing));
        }
        for (body_id, day) in &filed_on {
            on_file.entry(body_id).or_insert_with(|| vec![Period { from: Some(*day), to: None }]);
        }
        let first_year = dataset.annual_reports.iter().map(|row| row.year).min();
        Self { reports, on_file, first_year }
    }
}

fn observe(
    body_id: &BodyId,
    register: &Register<'_>,
    dataset: &Dataset,
    parameters: &DetectParameters,
    as_of: Option<NaiveDate>,
) -> [Observation; 2] {
    let missing = Observation::new(NAME, "missing", Nature::Fact).of_body(body_id);
    let late = Observation::new(NAME, "late", Nature::Fact).of_body(body_id);
    let gap = match (register.first_year, register.on_file.get(body_id), as_of) {
        (None, ..) => dataset.missing("annual_reports", &["year", "submitted_on"]),
        (_, None, _) => vec![MissingFact::column("filings", "valid_from")],
        (.., None) => vec![MissingFact::column("batches", "exam_date")],
        _ => Vec::new(),
    };
    let (Some(first), Some(on_file), Some(as_of), true) =
        (register.first_year, register.on_file.get(body_id), as_of, gap.is_empty())
    else {
        return [missing.lacking(gap.clone()), late.lacking(gap)];
    };
    let none = Reports::new();
    let reports = register.reports.get(body_id).unwrap_or(&none);
    let deadline = parameters.annual_report.deadline;
    let due = years_due(on_file, first, as_of);
    let states: Vec<(i32, State)> = due.iter().map(|year| (*year, state(*year, reports, deadline, as_of))).collect();
    let of = |wanted: State| states.iter().filter(move |(_, state)| *state == wanted).map(|(year, _)| *year);
    let mut missing = missing;
    missing.figures.insert("years_due".to_owned(), Figure::from(due.len()));
    missing.figures.insert("years_awaited".to_owned(), Figure::from(of(State::Awaited).count()));
    missing.cases = of(State::Missing).map(|year| missing_case(body_id, year, reports)).collect();
    // A report that may still come leaves it open; one that is missing settles it.
    if missing.cases.is_empty() && of(State::Awaited).next().is_some() {
        missing = missing.lacking(vec![MissingFact::column("annual_reports", "submitted_on")]);
    }
    let mut late = late;
    late.cases = of(State::Late)
        .map(|year| late_case(body_id, year, reports, deadline.and_then(|day| day.of(year + 1))))
        .collect();
    // Without a day prescribed nothing that was handed in can be said to have come in time.
    late.evaluated = deadline.is_some() || due.is_empty();
    [missing, late]
}

fn rows(year: i32, reports: &Reports) -> Vec<Provenance> {
    reports.get(&year).map(|(_, sources)| sources.clone()).unwrap_or_default()
}

fn missing_case(body_id: &BodyId, year: i32, reports: &Reports) -> ObservedCase {
    // A missing report has no row of its own: the later ones show that the register goes on.
    let mut sources = rows(year, reports);
    sources.extend(reports.range(year + 1..).next().map(|(later, _)| rows(*later, reports)).unwrap_or_default());
    let last = reports.range(year + 1..).find_map(|(later, (day, _))| Some((*later, (*day)?)));
    let (zh, en) = last.map_or_else(Default::default, |(later, day)| {
        (format!("；{later} 年度报告已于 {day} 提交"), format!("; the report of {later} was submitted on {day}"))
    });
    ObservedCase {
        subjects: vec![body_id.to_string()],
        sources,
        detail: Bilingual::new(
            format!("未见 {year} 年度工作报告的提交记录{zh}。"),
            format!("No submission of the annual report of {year} is on record{en}."),
        ),
    }
}

fn late_case(body_id: &BodyId, year: i32, reports: &Reports, last: Option<NaiveDate>) -> ObservedCase {
    let day = or_dash(reports.get(&year).and_then(|(day, _)| *day));
    let last = or_dash(last);
    ObservedCase {
        subjects: vec![body_id.to_string()],
        sources: rows(year, reports),
        detail: Bilingual::new(
            format!("{year} 年度工作报告于 {day} 提交，晚于设置的最后一日 {last}。"),
            format!(
                "The annual report of {year} was submitted on {day}, after {last}, the last day that the settings name."
            ),
        ),
    }
}
