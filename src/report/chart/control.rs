//! Control charts of one rater: residuals in the order of marking with their EWMA, and the CUSUM below.

use crate::model::rater_evidence::{ControlPoint, RaterControlChart, RaterPanel};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, counted, grouped, masked, real, say};
use crate::report::chart::palette::{BLUE, Dash, INK, MUTED, SKY, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows;
use crate::report::chart::severity::{panel_name, panel_stem};

/// Works that are drawn at most: more dots than pixels say nothing.
const MAXIMUM_POINTS: usize = 500;
/// Residuals further out are drawn at the edge.
const FURTHEST_RESIDUAL: f64 = 5.0;
const UPPER_HEIGHT: f64 = 230.0;
const LOWER_HEIGHT: f64 = 150.0;

/// The chart of one rater; `None` without a work. `drawn` charts are drawn of the `all` that signal.
pub fn draft<'a>(
    panel: &RaterPanel,
    chart: &'a RaterControlChart,
    names: &BatchNames,
    drawn: usize,
    all: usize,
) -> Option<Draft<'a>> {
    let finite = |point: &ControlPoint| point.residual.is_finite() && point.ewma.is_finite();
    if !chart.points.iter().any(finite) {
        return None;
    }
    let step = chart.points.len().div_ceil(MAXIMUM_POINTS).max(1);
    let rater = masked(chart.rater_id.as_str());
    let name = panel_name(panel, names);
    let n = chart.points.len();
    let span = match (chart.points.first(), chart.points.last()) {
        (Some(first), Some(last)) => {
            format!("{} – {}", first.marked_at.format("%Y-%m-%d %H:%M"), last.marked_at.format("%Y-%m-%d %H:%M"))
        }
        _ => String::new(),
    };
    let caption = rows::joined(rows::joined(caption(chart), &thinned(step)), &charts_left_out(drawn, all));
    Some(Draft {
        name: format!("rater-control-{rater}-{}", panel_stem(panel)),
        title: Bilingual::new(
            format!("考评员 {rater} 的评分控制图：{}", name.zh),
            format!("Control chart of rater {rater}: {}", name.en),
        ),
        subtitle: Bilingual::new(
            format!("按评分先后，n = {} 份作品，{span}", grouped(n as u64)),
            format!("in order of marking, n = {}, {span}", counted(n, "work")),
        ),
        caption,
        data: data(chart),
        section: ChartSection::Scoring,
        batch_id: None,
        picture: Box::new(ControlPicture { chart, step }),
    })
}

/// The number of a work as people count.
fn ordinal(signal: Option<usize>) -> Option<String> {
    signal.map(|index| grouped(index as u64 + 1))
}

fn run_length(value: f64) -> String {
    if value.is_finite() && value >= 0.0 { grouped(value.round().min(1e15) as u64) } else { "–".to_owned() }
}

fn caption(chart: &RaterControlChart) -> Bilingual {
    let signal = |signal: Option<usize>| match ordinal(signal) {
        Some(number) => Bilingual::new(format!("第 {number} 份首次越界"), format!("first crossed at work {number}")),
        None => Bilingual::new("未越界", "not crossed"),
    };
    let (ewma, cusum) = (signal(chart.ewma_signal), signal(chart.cusum_signal));
    let (ewma_run, cusum_run) = (run_length(chart.ewma_run_length), run_length(chart.cusum_run_length));
    let (weight, width) = (chart.ewma_weight, chart.ewma_width);
    let (reference, limit) = (chart.cusum_reference, chart.cusum_limit);
    Bilingual::new(
        format!(
            "上图：点为每份作品的标准化残差（正为偏宽），粗线为 EWMA（λ = {weight:.2}），虚线为其界限 ±{width:.2} 个标准误，随评分数\
             展宽：{}。下图：CUSUM（k = {reference:.2}），虚线为 ±h = {limit:.2}：{}。标准不变时，EWMA 平均每 {ewma_run} 份、CUSUM \
             平均每 {cusum_run} 份偶然越界一次，因此越界一次本身不构成漂移迹象，迹象按校正后的检验认定。n = {}。漂移也可能来自作品的\
             先后次序，原因由人查明。",
            ewma.zh,
            cusum.zh,
            grouped(chart.points.len() as u64)
        ),
        format!(
            "Above: dots are standardised residuals of the works (positive is lenient), the thick line their EWMA (λ = \
             {weight:.2}), broken lines its limits of ±{width:.2} standard errors, which widen with the works: {}. Below: \
             CUSUM (k = {reference:.2}), broken lines ±h = {limit:.2}: {}. While the standard does not change, the EWMA \
             crosses by chance once in {ewma_run} works on average, the CUSUM once in {cusum_run}: one crossing alone is no \
             sign of drift, which an adjusted test raises. n = {}. The order of the works can look like drift; the cause is \
             for a person to find.",
            ewma.en,
            cusum.en,
            grouped(chart.points.len() as u64)
        ),
    )
}

fn thinned(step: usize) -> Bilingual {
    if step == 1 {
        return Bilingual::default();
    }
    Bilingual::new(
        format!("每 {step} 份画一份；数据文件含全部。"),
        format!(" One work in {step} is drawn; the data file has all."),
    )
}

fn charts_left_out(drawn: usize, all: usize) -> Bilingual {
    if drawn >= all {
        return Bilingual::default();
    }
    Bilingual::new(
        format!("越界或有迹象的考评员共 {all} 名，只画 {drawn} 名的控制图，有漂移迹象者在前。"),
        format!(
            " {drawn} of the {all} raters with a crossing or a sign have a control chart, those with a sign of drift first."
        ),
    )
}

fn data(chart: &RaterControlChart) -> ChartData {
    let mut data = ChartData::new(&[
        "work",
        "marked_at",
        "residual",
        "ewma",
        "ewma_limit",
        "cusum_upper",
        "cusum_lower",
        "cusum_limit",
        "ewma_signal",
        "cusum_signal",
    ]);
    for (index, point) in chart.points.iter().enumerate() {
        data.rows.push(vec![
            (index + 1).to_string(),
            point.marked_at.format("%Y-%m-%dT%H:%M:%S").to_string(),
            real(point.residual),
            real(point.ewma),
            real(point.ewma_limit),
            real(point.cusum_upper),
            real(point.cusum_lower),
            real(chart.cusum_limit),
            (chart.ewma_signal == Some(index)).to_string(),
            (chart.cusum_signal == Some(index)).to_string(),
        ]);
    }
    data
}

struct ControlPicture<'a> {
    chart: &'a RaterControlChart,
    step: usize,
}

impl ControlPicture<'_> {
    /// A line through one value of each drawn work; a work without the value is passed over.
    fn trace(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, stroke: Stroke, value: impl Fn(&ControlPoint) -> f64) {
        let places: Vec<(f64, f64)> = self
            .drawn()
            .map(|(index, point)| (index, value(point)))
            .filter(|(_, value)| value.is_finite())
            .map(|(index, value)| panel.at((index + 1) as f64, value))
            .collect();
        canvas.polyline(&places, stroke);
    }

    /// Every so many works, and the works of the signals.
    fn drawn(&self) -> impl Iterator<Item = (usize, &ControlPoint)> {
        let chart = self.chart;
        let last = chart.points.len().saturating_sub(1);
        chart.points.iter().enumerate().filter(move |(index, _)| {
            index % self.step == 0
                || *index == last
                || chart.ewma_signal == Some(*index)
                || chart.cusum_signal == Some(*index)
        })
    }

    fn signal(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, signal: (usize, f64), words: (&str, &str)) {
        let (index, value) = signal;
        let area = panel.area();
        let (x, y) = panel.at((index + 1) as f64, value);
        canvas.line((x, area.top), (x, area.bottom), Stroke::new(VERMILLION, 1.2).dashed(Dash::Dots));
        canvas.symbol(Symbol::Diamond, x, y, 6.0, VERMILLION);
        let label = format!("{} {}{}", words.0, grouped(index as u64 + 1), words.1);
        // Beside the line, on the side with more room.
        let style = Type::new(SMALL).above();
        let to_left = x > (area.left + area.right) / 2.0;
        let (x, style) = if to_left { (x - 6.0, style.right()) } else { (x + 6.0, style) };
        canvas.patch(x, area.top - 4.0, &label, style);
    }

    fn upper(&self, canvas: &Canvas<'_>, area: Area, language: Language) {
        let chart = self.chart;
        let furthest = chart
            .points
            .iter()
            .flat_map(|point| [point.residual, point.ewma, point.ewma_limit])
            .filter(|value| value.is_finite())
            .fold(2.0, |furthest: f64, value| furthest.max(value.abs()));
        let end = (furthest * 1.06).min(FURTHEST_RESIDUAL);
        let panel = Panel::new(canvas, area, self.across(), -end..end);
        let ticks = panel.y_ticks(7);
        panel.y_axis(&ticks, |tick| tick_text(&ticks, tick));
        let (left, right) = (panel.at(f64::NEG_INFINITY, 0.0), panel.at(f64::INFINITY, 0.0));
        canvas.line(left, right, Stroke::new(MUTED, 1.2));
        for (index, point) in self.drawn().filter(|(_, point)| point.residual.is_finite()) {
            let (x, y) = panel.at((index + 1) as f64, point.residual);
            canvas.symbol(Symbol::Disc, x, y, 2.2, SKY);
        }
        let limit = Stroke::new(INK, 1.4).dashed(Dash::Long);
        self.trace(canvas, &panel, limit, |point| point.ewma_limit);
        self.trace(canvas, &panel, limit, |point| -point.ewma_limit);
        self.trace(canvas, &panel, Stroke::new(BLUE, 2.6), |point| point.ewma);
        if let Some((index, point)) = chart.ewma_signal.and_then(|index| Some((index, chart.points.get(index)?))) {
            let words = (say(language, "EWMA 首次越界：第", "EWMA crosses: work"), say(language, " 份", ""));
            self.signal(canvas, &panel, (index, point.ewma), words);
        }
        panel.y_title(say(language, "标准化残差（正为偏宽）", "residual (+ is lenient)"), area.left - 46.0);
    }

    fn lower(&self, canvas: &Canvas<'_>, area: Area, language: Language) {
        let chart = self.chart;
        let limit = if chart.cusum_limit.is_finite() { chart.cusum_limit } else { 0.0 };
        let furthest = chart
            .points
            .iter()
            .flat_map(|point| [point.cusum_upper, point.cusum_lower])
            .filter(|value| value.is_finite())
            .fold(limit.max(1.0), |furthest: f64, value| furthest.max(value.abs()));
        let panel = Panel::new(canvas, area, self.across(), -furthest * 1.1..furthest * 1.1);
        let ticks = panel.y_ticks(5);
        panel.y_axis(&ticks, |tick| tick_text(&ticks, tick));
        let works = panel.x_ticks(9);
        let works: Vec<f64> = works.into_iter().filter(|tick| tick.fract() == 0.0 && *tick >= 1.0).collect();
        panel.x_axis(&works, |tick| grouped(tick as u64));
        panel.base();
        let (left, right) = (panel.at(f64::NEG_INFINITY, 0.0), panel.at(f64::INFINITY, 0.0));
        canvas.line(left, right, Stroke::new(MUTED, 1.2));
        for height in [limit, -limit] {
            let (from, to) = (panel.at(f64::NEG_INFINITY, height), panel.at(f64::INFINITY, height));
            canvas.line(from, to, Stroke::new(INK, 1.4).dashed(Dash::Long));
        }
        self.trace(canvas, &panel, Stroke::new(BLUE, 2.2), |point| point.cusum_upper);
        self.trace(canvas, &panel, Stroke::new(INK, 1.6).dashed(Dash::Dots), |point| point.cusum_lower);
        if let Some((index, point)) = chart.cusum_signal.and_then(|index| Some((index, chart.points.get(index)?))) {
            let value = if point.cusum_upper >= -point.cusum_lower { point.cusum_upper } else { point.cusum_lower };
            let words = (say(language, "CUSUM 首次越界：第", "CUSUM crosses: work"), say(language, " 份", ""));
            self.signal(canvas, &panel, (index, value), words);
        }
        panel.y_title("CUSUM", area.left - 46.0);
        panel.x_title(say(language, "第几份作品（按评分先后）", "work (in order of marking)"));
    }

    /// A little room at both ends, so that the first and the last dot are whole.
    fn across(&self) -> std::ops::Range<f64> {
        let works = self.chart.points.len() as f64;
        let pad = (works * 0.01).max(0.5);
        1.0 - pad..works + pad
    }
}

impl Picture for ControlPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let mut keys = vec![
            (Key::Symbol(Symbol::Disc, SKY), say(language, "残差", "residual")),
            (Key::Line(Stroke::new(BLUE, 2.6)), say(language, "EWMA；CUSUM 上侧", "EWMA; upper CUSUM")),
            (Key::Line(Stroke::new(INK, 1.6).dashed(Dash::Dots)), say(language, "CUSUM 下侧", "lower CUSUM")),
            (Key::Line(Stroke::new(INK, 1.4).dashed(Dash::Long)), say(language, "界限", "limits")),
        ];
        if self.chart.ewma_signal.is_some() || self.chart.cusum_signal.is_some() {
            keys.push((Key::Symbol(Symbol::Diamond, VERMILLION), say(language, "首次越界", "first crossing")));
        }
        let used = canvas.legend(MARGIN, TOP, &keys);
        let left = MARGIN + 62.0;
        let top = TOP + used + 26.0;
        let upper = Area::new(left, top, WIDTH - MARGIN, top + UPPER_HEIGHT);
        let lower = Area::new(left, upper.bottom + 36.0, upper.right, upper.bottom + 36.0 + LOWER_HEIGHT);
        self.upper(canvas, upper, language);
        self.lower(canvas, lower, language);
        lower.bottom + 54.0
    }
}
