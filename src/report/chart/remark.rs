//! Works near the line of one batch: how far each score stands from it, and how probable it is that another
//! marking would turn the decision.

use crate::model::rater_evidence::{RemarkEntry, RemarkQueue};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, counted, grouped, masked, real, say};
use crate::report::chart::palette::{BLUE, Dash, INK, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};

/// Works that are drawn: the most probable ones.
const MAXIMUM_WORKS: usize = 400;
/// Works that carry their place in the queue.
const NUMBERED: usize = 12;
const HEIGHT: f64 = 320.0;

/// The probability of an entry, 0–1.
fn probability(entry: &RemarkEntry) -> Option<f64> {
    Some(entry.probability_of_flip).filter(|probability| probability.is_finite()).map(|value| value.clamp(0.0, 1.0))
}

fn distance(entry: &RemarkEntry) -> f64 {
    entry.score.to_f64() - entry.pass_line.to_f64()
}

/// The chart of one batch; `None` without a work. `drawn` batches have a chart of the `all` with a queue.
pub fn draft<'a>(queue: &'a RemarkQueue, names: &BatchNames, drawn: usize, all: usize) -> Option<Draft<'a>> {
    let shown: Vec<&RemarkEntry> =
        queue.entries.iter().filter(|entry| probability(entry).is_some()).take(MAXIMUM_WORKS).collect();
    if shown.is_empty() {
        return None;
    }
    let name = names.get(&queue.batch_id);
    let listed = queue.entries.len();
    let mut caption = Bilingual::new(
        format!(
            "每个符号一份作品：横轴为记录成绩与合格线之差，纵轴为由宽严平均的考评员再评一次时结果落到线另一侧的概率（模型估计）。数字为在复评\
             建议清单中的次序。共查看 {} 份，列入 {} 份；模型无法估计而未列入 {} 份。概率高只是复评的理由，是否复评由人决定。",
            grouped(queue.works),
            grouped(listed as u64),
            grouped(queue.left_out)
        ),
        format!(
            "One mark a work: across, the score on record less the pass line; up, the probability that one more marking by \
             raters of average severity falls on the other side of the line (by the model). Numbers give the place in the \
             queue. {} works looked at, {} listed, {} left out because the model says nothing of them. A high probability is \
             a reason to mark again; a person decides.",
            grouped(queue.works),
            grouped(listed as u64),
            grouped(queue.left_out)
        ),
    );
    if shown.len() < listed {
        caption.zh.push_str(&format!("图中只画 {} 份，共 {listed} 份；其余见数据文件。", shown.len()));
        caption.en.push_str(&format!(" {} of {listed} works are drawn; the data file has all.", shown.len()));
    }
    if drawn < all {
        caption.zh.push_str(&format!("共 {all} 个批次有清单，只画概率最高的 {drawn} 个。"));
        caption
            .en
            .push_str(&format!(" {drawn} of the {all} batches with a queue have a chart, the most probable ones."));
    }
    Some(Draft {
        name: format!("remark-queue-{}", name.id),
        title: Bilingual::new(format!("复评建议：{}", name.id), format!("Works to mark again: {}", name.id)),
        subtitle: name.subtitle(&Bilingual::new(
            format!("列入 n = {} 份作品", grouped(listed as u64)),
            format!("n = {} listed", counted(listed, "work")),
        )),
        caption,
        data: data(queue),
        section: ChartSection::Remark,
        batch_id: Some(queue.batch_id.clone()),
        picture: Box::new(RemarkPicture { shown }),
    })
}

fn data(queue: &RemarkQueue) -> ChartData {
    let mut data = ChartData::new(&[
        "place",
        "candidate_id",
        "component",
        "score",
        "pass_line",
        "fair_score",
        "standard_error",
        "probability_of_flip",
        "passes",
        "raters",
    ]);
    for (index, entry) in queue.entries.iter().enumerate() {
        data.rows.push(vec![
            (index + 1).to_string(),
            masked(entry.candidate_id.as_str()),
            component(&entry.component).en,
            entry.score.to_string(),
            entry.pass_line.to_string(),
            real(entry.fair_score),
            real(entry.standard_error),
            real(entry.probability_of_flip),
            entry.passes.to_string(),
            entry.raters.iter().map(|rater| masked(rater.as_str())).collect::<Vec<_>>().join(" "),
        ]);
    }
    data
}

struct RemarkPicture<'a> {
    shown: Vec<&'a RemarkEntry>,
}

impl RemarkPicture<'_> {
    /// The places in the queue, each where no other number, no mark and not the pass line stands; left out where there is no room.
    fn numbers(&self, canvas: &Canvas<'_>, area: Area, line: f64, places: &[(f64, f64)]) {
        let mut taken: Vec<Area> = places.iter().map(|(x, y)| Area::new(x - 5.0, y - 5.0, x + 5.0, y + 5.0)).collect();
        taken.push(Area::new(line - 1.5, area.top, line + 1.5, area.bottom));
        for (index, (x, y)) in places.iter().enumerate().take(NUMBERED) {
            let label = (index + 1).to_string();
            let around = [
                (8.0, -8.0),
                (8.0, 8.0),
                (-8.0, -8.0),
                (-8.0, 8.0),
                (0.0, -14.0),
                (0.0, 14.0),
                (14.0, 0.0),
                (-14.0, 0.0),
            ];
            let free = around.into_iter().find_map(|(across, down)| {
                let (x, y) = (x + across, y + down);
                let style = match across {
                    across if across > 0.0 => Type::new(SMALL),
                    across if across < 0.0 => Type::new(SMALL).right(),
                    _ => Type::new(SMALL).centre(),
                };
                let covered = canvas.text_area(x, y, &label, style);
                let inside = covered.left >= area.left && covered.right <= area.right && covered.top >= area.top - 10.0;
                (inside && !taken.iter().any(|other| other.overlaps(&covered))).then_some((x, y, style, covered))
            });
            if let Some((x, y, style, covered)) = free {
                canvas.text(x, y, &label, style.bold());
                taken.push(covered);
            }
        }
    }
}

impl Picture for RemarkPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Symbol(Symbol::Disc, BLUE), say(language, "记录为合格", "passes on record")),
                (Key::Symbol(Symbol::Ring, VERMILLION), say(language, "记录为不合格", "fails on record")),
                (Key::Line(Stroke::new(INK, 1.8).dashed(Dash::Short)), say(language, "合格线", "pass line")),
            ],
        );
        let left = MARGIN + 62.0;
        let top = TOP + used + 22.0;
        let area = Area::new(left, top, WIDTH - MARGIN, top + HEIGHT);
        let (low, high) = self
            .shown
            .iter()
            .map(|entry| distance(entry))
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let pad = ((high - low) * 0.05).max(1.0);
        let most = self.shown.iter().filter_map(|entry| probability(entry)).fold(0.5, f64::max);
        let panel = Panel::new(canvas, area, low - pad..high + pad, 0.0..(most * 104.0).min(104.0));
        let across = panel.x_ticks(9);
        panel.x_axis(&across, |tick| match tick_text(&across, tick) {
            text if tick > 0.0 => format!("+{text}"),
            text => text,
        });
        let up: Vec<f64> = panel.y_ticks(7).into_iter().filter(|tick| *tick <= 100.0).collect();
        panel.y_axis(&up, |tick| format!("{} %", tick_text(&up, tick)));
        panel.base();
        let line = panel.at(0.0, 0.0).0;
        canvas.line((line, area.top), (line, area.bottom), Stroke::new(INK, 1.8).dashed(Dash::Short));
        let places: Vec<(f64, f64)> = self
            .shown
            .iter()
            .map(|entry| panel.at(distance(entry), probability(entry).unwrap_or_default() * 100.0))
            .collect();
        // The most probable are drawn last, on top.
        for (entry, (x, y)) in self.shown.iter().zip(&places).rev() {
            let (symbol, colour) = if entry.passes { (Symbol::Disc, BLUE) } else { (Symbol::Ring, VERMILLION) };
            canvas.symbol(symbol, *x, *y, 4.5, colour);
        }
        self.numbers(canvas, area, line, &places);
        panel.x_title(say(language, "记录成绩 − 合格线（分）", "score on record less the pass line (points)"));
        panel.y_title(say(language, "结果改变的概率", "probability of another decision"), area.left - 50.0);
        area.bottom + 54.0
    }
}
