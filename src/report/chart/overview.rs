//! Many score distributions at once: one small panel each, the same bars and lines as the large chart.

use crate::model::evidence::ScoreDistribution;
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, TOP, Type, WIDTH};
use crate::report::chart::histogram::{self, Bars};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, date_span, grouped, say};
use crate::report::chart::palette::{BLUE, Dash, GRID, INK, MUTED, ORANGE};
use crate::report::chart::panel::Panel;
use crate::report::chart::rows;

/// Panels that are drawn; the data file has all.
const MAXIMUM_PANELS: usize = 24;
const COLUMNS: usize = 4;
const PANEL_HEIGHT: f64 = 128.0;
const GUTTER: f64 = 22.0;
/// Bars of a small panel.
const BARS: i64 = 110;

/// The chart of all distributions in the order given (those to look at first); `None` when all are empty.
pub fn draft<'a>(
    distributions: &[&'a ScoreDistribution],
    default_line: Option<Points>,
    names: &BatchNames,
) -> Option<Draft<'a>> {
    let mut data = ChartData::new(&histogram::COLUMNS);
    let mut sorted = distributions.to_vec();
    sorted.sort_by(|a, b| (&a.batch_id, &a.component).cmp(&(&b.batch_id, &b.component)));
    for distribution in &sorted {
        histogram::add_rows(&mut data, distribution, names);
    }
    let lines = |distribution: &ScoreDistribution| [distribution.approved_line.or(default_line)];
    let all: Vec<(&ScoreDistribution, Bars)> = distributions
        .iter()
        .filter_map(|distribution| {
            Bars::new(&distribution.counts, &lines(distribution), BARS).map(|bars| (*distribution, bars))
        })
        .collect();
    if all.is_empty() {
        return None;
    }
    let count = all.len();
    let n = all.iter().fold(0_u64, |sum, (distribution, _)| sum.saturating_add(histogram::candidates(distribution)));
    let dates = date_span(distributions.iter().filter_map(|found| names.exam_date(&found.batch_id)));
    let panels: Vec<SmallPanel> = all
        .into_iter()
        .take(MAXIMUM_PANELS)
        .map(|(distribution, bars)| {
            let (id, component) = (names.get(&distribution.batch_id).id, component(&distribution.component));
            let n = grouped(histogram::candidates(distribution));
            SmallPanel {
                title: Bilingual::new(format!("{} {id}", component.zh), format!("{} {id}", component.en)),
                n,
                held: distribution.approved_line.or(default_line),
                bars,
            }
        })
        .collect();
    let mut subtitle = Bilingual::new(
        format!("{count} 组（批次 × 科目），成绩 n = {}", grouped(n)),
        format!("{count} batch × component groups, n = {} scores", grouped(n)),
    );
    if !dates.is_empty() {
        subtitle.zh.push_str(&format!(" · 考试日期 {dates}"));
        subtitle.en.push_str(&format!(" · exam dates {dates}"));
    }
    let caption = Bilingual::new(
        format!(
            "每格一个批次的一个科目，横轴为成绩，纵轴为人数（各格自定高度），深色为记录合格，浅色为记录不合格，灰色为未记录结果，虚线为批准的合格线（无批准记录时为设置中的默认线）。\
             需要查看的排在前面。n = {}。",
            grouped(n)
        ),
        format!(
            "One panel a batch and component: scores across, candidates up (each panel on its own scale). Dark: recorded \
             as passed; light: recorded as failed; grey: no result recorded; dashed: the approved line (the default of the \
             settings where none is on record). Those to look at come first. n = {}.",
            grouped(n)
        ),
    );
    let caption = rows::joined(caption, &left_out(panels.len(), count));
    Some(Draft {
        name: "scores-overview".to_owned(),
        title: Bilingual::new("成绩分布总览", "Score distributions at a glance"),
        subtitle,
        caption,
        data,
        section: ChartSection::PassLine,
        batch_id: None,
        picture: Box::new(OverviewPicture { panels }),
    })
}

fn left_out(shown: usize, all: usize) -> Bilingual {
    if shown >= all {
        return Bilingual::default();
    }
    Bilingual::new(
        format!("图中只画 {shown} 组，共 {all} 组；其余见数据文件。"),
        format!(" {shown} of {all} groups are drawn; the data file has all."),
    )
}

struct SmallPanel {
    title: Bilingual,
    n: String,
    /// The approved line, or the default one where none is on record.
    held: Option<Points>,
    bars: Bars,
}

struct OverviewPicture {
    panels: Vec<SmallPanel>,
}

impl Picture for OverviewPicture {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP - 6.0,
            &[
                (Key::Fill(BLUE, None), say(language, "记录合格", "recorded as passed")),
                (Key::Fill(ORANGE.tint(0.75), None), say(language, "记录不合格", "recorded as failed")),
                (Key::Fill(histogram::GREY, None), say(language, "未记录结果", "no result recorded")),
                (
                    Key::Line(Stroke::new(INK, 1.6).dashed(Dash::Short)),
                    say(language, "批准合格线（无记录时为默认线）", "approved line (default where none is on record)"),
                ),
            ],
        );
        let top = TOP + used + 6.0;
        let width = (WIDTH - 2.0 * MARGIN - GUTTER * (COLUMNS - 1) as f64) / COLUMNS as f64;
        for (index, panel) in self.panels.iter().enumerate() {
            let left = MARGIN + (index % COLUMNS) as f64 * (width + GUTTER);
            let y = top + (index / COLUMNS) as f64 * PANEL_HEIGHT;
            panel.draw(canvas, Area::new(left, y, left + width, y + PANEL_HEIGHT), language);
        }
        top + self.panels.len().div_ceil(COLUMNS) as f64 * PANEL_HEIGHT + 8.0
    }
}

impl SmallPanel {
    fn draw(&self, canvas: &Canvas<'_>, area: Area, language: Language) {
        let n = format!("n = {}", self.n);
        let room = area.right - area.left - canvas.text_width(&n, SMALL) - 8.0;
        let title = canvas.fit(self.title.get(language), SMALL, room);
        canvas.text(area.left, area.top + 10.0, &title, Type::new(SMALL).bold());
        canvas.text(area.right, area.top + 10.0, &n, Type::new(SMALL).right().muted());
        let plot = Area::new(area.left, area.top + 22.0, area.right, area.bottom - 28.0);
        let highest = self.bars.highest().max(1) as f64;
        let panel = Panel::new(canvas, plot, self.bars.start as f64..self.bars.end as f64, 0.0..highest * 1.05);
        canvas.line((plot.left, plot.top), (plot.right, plot.top), Stroke::new(GRID, 1.0));
        self.bars.draw(canvas, &panel, false);
        panel.base();
        // The ends of the scale, and the line when it is not in their way.
        let (start, end) = (self.bars.start.to_string(), self.bars.end.to_string());
        canvas.text(plot.left, plot.bottom + 5.0, &start, Type::new(SMALL).below().muted());
        canvas.text(plot.right, plot.bottom + 5.0, &end, Type::new(SMALL).below().right().muted());
        if let Some(line) = self.held {
            let x = panel.at(line.to_f64(), 0.0).0;
            canvas.line((x, plot.top), (x, plot.bottom), Stroke::new(INK, 1.6).dashed(Dash::Short));
            let label = line.to_string();
            let place = canvas.text_area(x, plot.bottom + 5.0, &label, Type::new(SMALL).below().centre());
            let free = place.left > plot.left + canvas.text_width(&start, SMALL) + 6.0
                && place.right < plot.right - canvas.text_width(&end, SMALL) - 6.0;
            if free {
                canvas.text(x, plot.bottom + 5.0, &label, Type::new(SMALL).below().centre().colour(MUTED));
            }
        }
    }
}
