//! Control charts of `kaojian raters`: does a rater drift over time?

use crate::cli::error::CliError;
use crate::cli::raters_input::Coded;
use crate::cli::raters_tables::write_csv;
use crate::cli::raters_time::{Place, place};
use crate::ingest::ratings_file::RatingLine;
use crate::model::identity::mask_embedded_numbers;
use crate::psychometrics::facets::drift::work_residuals;
use crate::psychometrics::facets::fit::RatingResidual;
use crate::stats::control_charts::{cusum, cusum_two_sided_run_length, ewma, ewma_run_length};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Weight of the newest work in the moving average.
const SMOOTHING: f64 = 0.2;
/// Limits of the moving average in standard deviations.
const WIDTH: f64 = 3.0;
/// Reference value of the CUSUM in standard deviations: looks for a shift of one.
const REFERENCE: f64 = 0.5;
/// Decision interval of the CUSUM in standard deviations.
const DECISION: f64 = 5.0;

#[derive(Debug, Serialize)]
struct ChartRow {
    rater: String,
    order: usize,
    time: String,
    residual: f64,
    ewma: f64,
    ewma_limit: f64,
    cusum_upper: f64,
    cusum_lower: f64,
    signal: bool,
}

/// What the charts are, in summary.json.
#[derive(Debug, Serialize)]
pub(super) struct ChartsJson {
    ewma_smoothing: f64,
    ewma_width: f64,
    /// Works until a signal when nothing drifts.
    ewma_run_length: Option<f64>,
    cusum_reference: f64,
    cusum_decision: f64,
    cusum_run_length: Option<f64>,
    works: usize,
    raters_with_signal: Vec<String>,
}

/// A work in time: place, person, the time as written, residual.
type Placed<'a> = (Place, usize, &'a str, f64);
/// Number of a mark, its time and its row.
type Mark = (i64, Place, u32);
type Warning = BTreeMap<&'static str, String>;

fn warning(zh: String, en: String) -> Warning {
    BTreeMap::from([("zh", zh), ("en", en)])
}

/// Writes `control_charts.csv` when the ratings have times; also says which times cannot be used.
///
/// # Errors
/// A file that cannot be written.
pub(super) fn control_charts(
    coded: &Coded,
    residuals: &[RatingResidual],
    lines: &[RatingLine],
    out: &Path,
) -> Result<(Option<ChartsJson>, Vec<Warning>), CliError> {
    let mut times: BTreeMap<(usize, usize), (Place, &str)> = BTreeMap::new();
    let mut unread: BTreeSet<(usize, usize)> = BTreeSet::new();
    let (mut unread_rows, mut kinds) = (Vec::new(), BTreeSet::new());
    for (rating, line) in lines.iter().enumerate() {
        let Some(text) = line.time.as_deref() else { continue };
        let work = (coded.input.levels_of(rating)[0], coded.input.person[rating]);
        match place(text) {
            // A work is placed where it was finished.
            Some(at) => {
                kinds.insert(at.0);
                let known = times.entry(work).or_insert((at, text));
                if at > known.0 {
                    *known = (at, text);
                }
            }
            None => {
                unread_rows.push(line.row);
                unread.insert(work);
            }
        }
    }
    let mut warnings = backward(coded, lines);
    if !unread_rows.is_empty() {
        let first: Vec<String> = unread_rows.iter().take(5).map(u32::to_string).collect();
        let (count, rows) = (unread_rows.len(), first.join(", "));
        warnings.push(warning(
            format!("{count} 行的评分时间无法读取（第 {rows} 行等），这些作答不进入控制图"),
            format!(
                "the time of {count} rows cannot be read (rows {rows}, …); their works are not in the control charts"
            ),
        ));
    }
    if kinds.len() > 1 {
        warnings.push(warning(
            "评分时间有的是日期、有的是序号，无法排序；不作控制图".to_owned(),
            "some times are dates and some are numbers, which have no order; there are no control charts".to_owned(),
        ));
        return Ok((None, warnings));
    }
    if times.is_empty() {
        return Ok((None, warnings));
    }
    let mut by_rater: BTreeMap<usize, Vec<Placed<'_>>> = BTreeMap::new();
    for work in work_residuals(&coded.input, residuals, 0) {
        let key = (work.level, work.person);
        if let Some((at, text)) = times.get(&key).filter(|_| !unread.contains(&key)) {
            by_rater.entry(work.level).or_default().push((*at, work.person, *text, work.residual));
        }
    }
    let (mut rows, mut with_signal) = (Vec::new(), Vec::new());
    for (level, mut works) in by_rater {
        works.sort_by_key(|work| (work.0, work.1));
        let values: Vec<f64> = works.iter().map(|work| work.3).collect();
        let smooth = ewma(&values, 1.0, SMOOTHING, WIDTH);
        let sums = cusum(&values, 1.0, REFERENCE, DECISION).unwrap_or_default();
        let rater = mask_embedded_numbers(&coded.facets[0].1.names[level]).into_owned();
        if smooth.iter().any(|point| point.alarm) || sums.iter().any(|point| point.alarm) {
            with_signal.push(rater.clone());
        }
        for (order, ((work, smooth), sum)) in works.iter().zip(&smooth).zip(&sums).enumerate() {
            rows.push(ChartRow {
                rater: rater.clone(),
                order: order + 1,
                time: mask_embedded_numbers(work.2).into_owned(),
                residual: work.3,
                ewma: smooth.value,
                ewma_limit: smooth.limit,
                cusum_upper: sum.up,
                cusum_lower: sum.down,
                signal: smooth.alarm || sum.alarm,
            });
        }
    }
    write_csv(&out.join("control_charts.csv"), &rows)?;
    let charts = ChartsJson {
        ewma_smoothing: SMOOTHING,
        ewma_width: WIDTH,
        ewma_run_length: ewma_run_length(SMOOTHING, WIDTH, 0.0),
        cusum_reference: REFERENCE,
        cusum_decision: DECISION,
        cusum_run_length: cusum_two_sided_run_length(REFERENCE, DECISION, 0.0),
        works: rows.len(),
        raters_with_signal: with_signal,
    };
    Ok((Some(charts), warnings))
}

/// Names a person and criterion whose later mark (by its number) has the earlier time.
fn backward(coded: &Coded, lines: &[RatingLine]) -> Vec<Warning> {
    let mut marks: BTreeMap<(usize, &str), Vec<Mark>> = BTreeMap::new();
    for (rating, line) in lines.iter().enumerate() {
        let number = line.occasion.as_deref().and_then(|text| text.trim().parse::<i64>().ok());
        if let (Some(number), Some(at)) = (number, line.time.as_deref().and_then(place)) {
            marks.entry((coded.input.person[rating], &line.criterion)).or_default().push((number, at, line.row));
        }
    }
    let mut rows: Vec<u32> = Vec::new();
    for marks in marks.values_mut() {
        marks.sort_unstable();
        let back = marks.windows(2).filter(|pair| pair[0].0 < pair[1].0 && pair[1].1 < pair[0].1);
        rows.extend(back.map(|pair| pair[1].2));
    }
    if rows.is_empty() {
        return Vec::new();
    }
    rows.sort_unstable();
    let first: Vec<String> = rows.iter().take(5).map(u32::to_string).collect();
    let (count, named) = (rows.len(), first.join(", "));
    vec![warning(
        format!("{count} 行的评分时间早于前一评次（第 {named} 行等）：时钟倒走，时间次序不可靠"),
        format!(
            "{count} rows have a time before that of the mark they follow (rows {named}, …): a clock runs back, and the order in time is unsafe"
        ),
    )]
}
