//! Proportions of all batches by their size, with exact limits of chance.

use crate::model::funnel::{Funnel, FunnelKind, FunnelLimit, FunnelPoint, FunnelStanding};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, grouped, masked, percent_of, real, say};
use crate::report::chart::palette::{BLUE, Colour, Dash, INK, MUTED, ORANGE, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use std::collections::BTreeSet;

const HEIGHT: f64 = 330.0;
/// Batches with a label: those farthest out.
const MAXIMUM_LABELS: usize = 12;
/// Marks nearer than so many pixels are drawn once.
const APART: f64 = 3.0;

/// Mark of a batch.
fn mark(standing: FunnelStanding) -> (Symbol, Colour) {
    match standing {
        FunnelStanding::Within => (Symbol::Disc, BLUE),
        FunnelStanding::Between => (Symbol::TriangleDown, ORANGE),
        FunnelStanding::Outside => (Symbol::Diamond, VERMILLION),
    }
}

fn rate(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

fn number(funnel: &Funnel, standing: FunnelStanding) -> usize {
    funnel.points.iter().filter(|point| point.standing == standing).count()
}

/// What is counted, for titles and axes.
fn counted(kind: &FunnelKind) -> Bilingual {
    match kind {
        FunnelKind::Unqualified => Bilingual::new("不合格考生所占比例", "share of unqualified candidates"),
        FunnelKind::Passed(of) => {
            let name = component(of);
            Bilingual::new(format!("{}合格率", name.zh), format!("pass rate, {}", name.en))
        }
    }
}

/// The chart of one proportion.
pub fn draft<'a>(funnel: &'a Funnel, names: &BatchNames) -> Draft<'a> {
    let mut data = ChartData::new(&[
        "row",
        "batch_id",
        "body",
        "count",
        "candidates",
        "interval_low",
        "interval_high",
        "standing",
        "inner_low",
        "inner_high",
        "outer_low",
        "outer_high",
    ]);
    for point in &funnel.points {
        data.rows.push(vec![
            "batch".to_owned(),
            masked(point.batch_id.as_str()),
            names.body(point.body_id.as_ref()),
            point.count.to_string(),
            point.of.to_string(),
            real(point.interval.0),
            real(point.interval.1),
            point.standing.as_str().to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    for limit in &funnel.limits {
        let mut row = vec!["limit".to_owned(), String::new(), String::new(), String::new(), limit.of.to_string()];
        row.resize(8, String::new());
        row.extend([limit.inner.0, limit.inner.1, limit.outer.0, limit.outer.1].map(|count| count.to_string()));
        data.rows.push(row);
    }
    let what = counted(&funnel.kind);
    let (n, batches) = (grouped(funnel.of), funnel.points.len());
    let common = percent_of(funnel.count, funnel.of);
    let subtitle = names.dated(
        Bilingual::new(
            format!("批次 {batches} 个，n = {n} · 总体 {}/{n} = {common}", grouped(funnel.count)),
            format!("{batches} batches, n = {n} · overall {}/{n} = {common}", grouped(funnel.count)),
        ),
        funnel.points.iter().map(|point| &point.batch_id),
    );
    let [between, outside] = [FunnelStanding::Between, FunnelStanding::Outside].map(|of| number(funnel, of));
    let caption = Bilingual::new(
        format!(
            "每点一个批次：横轴为人数，纵轴为{}。水平线为全部批次的总体比例；两组界线为二项分布的精确分位数（95 % 与 99.8 %，按整数人数，\
             故呈阶梯状），批次自身计入总体。落在 95 % 界外、99.8 % 界内 {between} 个，99.8 % 界外 {outside} 个；只凭机遇，\
             {batches} 个批次中预计不超过 {} 个落在 95 % 界外。职业、等级、考生来源与试题难度不同，都会使比例偏离；本图只供浏览，任何规则都不据此判断。\
             各批次的 Clopper–Pearson 精确区间见数据文件。n = {n}。",
            what.zh,
            expected(batches)
        ),
        format!(
            "One point a batch: candidates across, {} upwards. The level line is the overall proportion of all batches; both \
             pairs of limits are exact binomial quantiles (95 % and 99.8 %, on whole candidates, hence the steps); a batch \
             counts in the whole. Outside 95 % and within 99.8 %: {between}; outside 99.8 %: {outside}. By chance alone at \
             most {} of {batches} are expected outside 95 %. Occupations, levels, candidates and forms differ and move a \
             proportion honestly; this is for looking, and no rule counts it. The data file has the exact Clopper–Pearson \
             interval of each batch. n = {n}.",
            what.en,
            expected(batches)
        ),
    );
    let (name, title) = match &funnel.kind {
        FunnelKind::Unqualified => (
            "funnel-unqualified".to_owned(),
            Bilingual::new("漏斗图：不合格考生比例", "Funnel plot: share of unqualified candidates"),
        ),
        FunnelKind::Passed(of) => {
            let part = component(of);
            (
                format!("funnel-passed-{}", of.as_str()),
                Bilingual::new(format!("漏斗图：{}合格率", part.zh), format!("Funnel plot: pass rate, {}", part.en)),
            )
        }
    };
    Draft {
        name,
        title,
        subtitle,
        caption,
        data,
        section: ChartSection::Overview,
        batch_id: None,
        picture: Box::new(FunnelPicture { funnel, what }),
    }
}

/// A twentieth of the batches, with one decimal: what lies outside 95 % by chance at most.
fn expected(batches: usize) -> String {
    format!("{}.{}", batches / 20, batches % 20 / 2)
}

struct FunnelPicture<'a> {
    funnel: &'a Funnel,
    what: Bilingual,
}

impl Picture for FunnelPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let funnel = self.funnel;
        let key = |standing: FunnelStanding| {
            let (symbol, colour) = mark(standing);
            Key::Symbol(symbol, colour)
        };
        let inner = Stroke::new(MUTED, 1.4).dashed(Dash::Short);
        let outer = Stroke::new(INK, 1.4).dashed(Dash::Long);
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Line(Stroke::new(INK, 1.6)), say(language, "总体比例", "overall proportion")),
                (Key::Line(inner), say(language, "95 % 界", "95 % limits")),
                (Key::Line(outer), say(language, "99.8 % 界", "99.8 % limits")),
                (key(FunnelStanding::Within), say(language, "95 % 界内", "within 95 %")),
                (key(FunnelStanding::Between), say(language, "95 % 界外", "outside 95 %")),
                (key(FunnelStanding::Outside), say(language, "99.8 % 界外", "outside 99.8 %")),
            ],
        );
        let top = TOP + used + 16.0;
        let area = Area::new(MARGIN + 62.0, top, WIDTH - MARGIN - 10.0, top + HEIGHT);
        let largest = funnel.points.iter().map(|point| point.of).max().unwrap_or(1) as f64;
        let (low, high) = self.range();
        let panel = Panel::new(canvas, area, 0.0..largest * 1.06, low * 100.0..high * 100.0);
        let y_ticks = panel.y_ticks(6);
        panel.y_axis(&y_ticks, |tick| format!("{} %", tick_text(&y_ticks, tick)));
        let x_ticks = panel.x_ticks(8);
        panel.x_axis(&x_ticks, |tick| tick_text(&x_ticks, tick));
        panel.base();
        let common = rate(funnel.count, funnel.of) * 100.0;
        canvas.line(panel.at(0.0, common), panel.at(largest * 1.06, common), Stroke::new(INK, 1.6));
        let side = |of: fn(&FunnelLimit) -> u64, stroke: Stroke| {
            let points: Vec<(f64, f64)> = (funnel.limits.iter())
                .map(|limit| panel.at(limit.of as f64, rate(of(limit), limit.of) * 100.0))
                .collect();
            canvas.polyline(&points, stroke);
        };
        side(|limit| limit.inner.0, inner);
        side(|limit| limit.inner.1, inner);
        side(|limit| limit.outer.0, outer);
        side(|limit| limit.outer.1, outer);
        self.points(canvas, &panel);
        panel.x_title(say(language, "批次人数", "candidates of the batch"));
        panel.y_title(self.what.get(language), MARGIN + 2.0);
        area.bottom + 52.0
    }
}

impl FunnelPicture<'_> {
    /// What holds every point and the limits of batches of ten and more; limits of the smallest batches leave it.
    fn range(&self) -> (f64, f64) {
        let rates = self.funnel.points.iter().map(|point| rate(point.count, point.of));
        let limits = self
            .funnel
            .limits
            .iter()
            .filter(|limit| limit.of >= 10)
            .flat_map(|limit| [rate(limit.outer.0, limit.of), rate(limit.outer.1, limit.of)]);
        let both = rates.chain(limits);
        let (low, high) = both.fold((1.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let pad = ((high - low) * 0.06).max(0.01);
        ((low - pad).max(-0.02), (high + pad).min(1.02))
    }

    fn points(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>) {
        let mut points: Vec<&FunnelPoint> = self.funnel.points.iter().collect();
        // What lies outside is drawn last, on top.
        points.sort_by_key(|point| point.standing);
        let mut seen: BTreeSet<(FunnelStanding, i64, i64)> = BTreeSet::new();
        let mut taken: Vec<Area> = Vec::new();
        let mut labelled: Vec<(&FunnelPoint, (f64, f64))> = Vec::new();
        for point in points {
            let (symbol, colour) = mark(point.standing);
            let (x, y) = panel.at(point.of as f64, rate(point.count, point.of) * 100.0);
            if seen.insert((point.standing, (x / APART).round() as i64, (y / APART).round() as i64)) {
                canvas.symbol(symbol, x, y, 5.0, colour);
            }
            if point.standing != FunnelStanding::Within {
                taken.push(Area::new(x - 6.0, y - 6.0, x + 6.0, y + 6.0));
                labelled.push((point, (x, y)));
            }
        }
        for (point, (x, y)) in labelled.into_iter().rev().take(MAXIMUM_LABELS) {
            let text = masked(point.batch_id.as_str());
            let style = Type::new(SMALL);
            for (x, style) in [(x + 9.0, style), (x - 9.0, style.right())] {
                let place = canvas.text_area(x, y, &text, style);
                let inside = place.left >= panel.area().left && place.right <= WIDTH - 4.0;
                if inside && !taken.iter().any(|other| place.overlaps(other)) {
                    canvas.patch(x, y, &text, style);
                    taken.push(place);
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::expected;

    #[test]
    fn a_twentieth_is_written_with_one_decimal() {
        assert_eq!([1, 10, 12, 20, 50].map(expected), ["0.0", "0.5", "0.6", "1.0", "2.5"]);
    }
}
