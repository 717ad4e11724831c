//! Items in their first and in later uses: the share right of both, a row an item.

use crate::model::item_evidence::{ItemDrift, ItemExposure, ItemHistory};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, Stroke, Symbol, TOP};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, masked, optional, real, say};
use crate::report::chart::palette::{BLUE, Colour, MUTED, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::renewal::{group_name, stem};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, RowLabel};

/// The chart of one body, occupation and level; `None` where no item could be compared.
pub fn draft<'a>(found: &'a ItemExposure, names: &BatchNames) -> Option<Draft<'a>> {
    let mut shown: Vec<(&ItemHistory, ItemDrift)> =
        found.items.iter().filter_map(|item| Some((item, item.drift?))).collect();
    if shown.is_empty() {
        return None;
    }
    let mut data = ChartData::new(&[
        "item_id",
        "batches",
        "first_used",
        "last_used",
        "age_months",
        "first_right",
        "first_sheets",
        "later_right",
        "later_sheets",
        "difference",
        "interval_low",
        "interval_high",
        "p_value_of_difference",
        "delta",
        "delta_error",
        "class",
        "adjusted_p_value",
        "common_items",
        "flagged",
    ]);
    for (item, drift) in &shown {
        data.rows.push(vec![
            masked(item.item_id.as_str()),
            item.batches.to_string(),
            item.first_used.to_string(),
            item.last_used.to_string(),
            optional(item.age_months),
            drift.first_right.to_string(),
            drift.first.to_string(),
            drift.later_right.to_string(),
            drift.later.to_string(),
            real(drift.difference),
            real(drift.interval.0),
            real(drift.interval.1),
            real(drift.plain_p_value),
            real(drift.delta),
            real(drift.delta_error),
            drift.class.to_owned(),
            real(drift.adjusted_p_value),
            drift.common_items.to_string(),
            drift.is_flagged.to_string(),
        ]);
    }
    let all = shown.len();
    shown.sort_by(|a, b| {
        (b.1.is_flagged.cmp(&a.1.is_flagged))
            .then_with(|| b.1.delta.total_cmp(&a.1.delta))
            .then_with(|| a.0.item_id.cmp(&b.0.item_id))
    });
    shown.truncate(MAXIMUM_ROWS);
    let flagged = shown.iter().filter(|(_, drift)| drift.is_flagged).count();
    let mean = found.mean_difference.unwrap_or(0.0) * 100.0;
    let caption = Bilingual::new(
        format!(
            "每行一道用过不止一次的试题：空心点为首次使用的答对率，实心点为其后各次合计。平均差为 {mean:+.1} 个百分点；菱形为以共同试题得分使考生可比之后\
             仍明显变易的试题（delta 不小于 1.5 且显著大于 1，经错误发现率校正）。教学改进、所考内容被重点讲授、考生来源改变都会使试题变易；\
             整卷各题同步变易只见于平均差。是否因曝光过多，由人判断。比较 {} 题。",
            found.items_compared
        ),
        format!(
            "One row an item that was used more than once: the ring is the share right in its first use, the disc that of later uses \
             together. The mean difference is {mean:+.1} percentage points; diamonds are items that are much easier also for people \
             of equal score on the common items (1.5 or more on the delta scale and more than 1 beyond chance, false discovery rate \
             adjusted). Better teaching, matter that was stressed and other people can make an item easier; where all items gain \
             alike the mean alone shows it. Whether it was used too often is for a person to decide. {} items compared.",
            found.items_compared
        ),
    );
    let labels = shown.iter().map(|(item, drift)| label(item, drift)).collect();
    let name = group_name(found, names);
    Some(Draft {
        name: format!("item-drift-{}", stem(found)),
        title: Bilingual::new(
            format!("试题首次与其后使用：{}", name.zh),
            format!("Items in first and later uses: {}", name.en),
        ),
        subtitle: names.dated(
            Bilingual::new(
                format!("比较 {} 题，{flagged} 题超过标准", found.items_compared),
                format!("{} items compared, {flagged} past the criterion", found.items_compared),
            ),
            found.papers.iter().map(|paper| &paper.batch_id),
        ),
        caption: rows::joined(caption, &rows::left_out(shown.len(), all)),
        data,
        section: ChartSection::Forms,
        batch_id: None,
        picture: Box::new(DriftPicture { labels, drifts: shown.into_iter().map(|(_, drift)| drift).collect() }),
    })
}

fn label(item: &ItemHistory, drift: &ItemDrift) -> RowLabel {
    let sign = if drift.delta < 0.0 { "−" } else { "+" };
    let note =
        format!("delta {sign}{:.2} · {} · n = {} / {}", drift.delta.abs(), drift.class, drift.first, drift.later);
    RowLabel {
        main: masked(item.item_id.as_str()),
        detail: Bilingual::new(
            format!("{} 批次", item.batches),
            format!("{} {}", item.batches, if item.batches == 1 { "batch" } else { "batches" }),
        ),
        note: Bilingual::new(note.clone(), note),
    }
}

struct DriftPicture {
    labels: Vec<RowLabel>,
    drifts: Vec<ItemDrift>,
}

fn colour(drift: &ItemDrift) -> (Symbol, Colour) {
    if drift.is_flagged { (Symbol::Diamond, VERMILLION) } else { (Symbol::Disc, BLUE) }
}

impl Picture for DriftPicture {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Symbol(Symbol::Ring, MUTED), say(language, "首次使用", "first use")),
                (Key::Symbol(Symbol::Disc, BLUE), say(language, "其后各次", "later uses")),
                (
                    Key::Symbol(Symbol::Diamond, VERMILLION),
                    say(language, "其后各次，超过标准", "later uses, past the criterion"),
                ),
            ],
        );
        let area =
            rows::frame(canvas, &self.labels, Columns { label: 220.0, note: 230.0 }, TOP + used + 20.0, language);
        let panel = Panel::new(canvas, area, 0.0..100.0, 0.0..1.0);
        let ticks = panel.x_ticks(6);
        panel.x_axis(&ticks, |tick| format!("{} %", tick_text(&ticks, tick)));
        panel.base();
        for (index, drift) in self.drifts.iter().enumerate() {
            let y = rows::middle(area, index);
            let x = |right: u64, of: u64| panel.at(right as f64 * 100.0 / of.max(1) as f64, 0.0).0;
            let (first, later) = (x(drift.first_right, drift.first), x(drift.later_right, drift.later));
            let (symbol, colour) = colour(drift);
            canvas.line((first, y), (later, y), Stroke::new(colour, 1.8));
            canvas.symbol(Symbol::Ring, first, y, 5.0, MUTED);
            canvas.symbol(symbol, later, y, 6.0, colour);
        }
        panel.x_title(say(language, "答对率", "share right"));
        area.bottom + 52.0
    }
}
