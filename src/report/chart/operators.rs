//! Operators of score changes: share of their changes from failed to passed, with its interval, batch by batch.

use crate::model::score_change_evidence::{OperatorChanges, ScoreChangeAudit};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, Stroke, Symbol, TOP};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, counted, optional, real, say};
use crate::report::chart::palette::{BLUE, Colour, INK, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};
use crate::report::clean::shown_person;

/// One operator of one batch.
struct Row<'a> {
    batch: String,
    of: &'a OperatorChanges,
    /// Share of all counted changes of the batch from failed to passed.
    all: f64,
}

impl Row<'_> {
    fn flagged(&self) -> bool {
        self.of.test.is_some_and(|test| test.flagged)
    }

    fn share(&self) -> f64 {
        self.of.to_passed as f64 / self.of.changes.max(1) as f64
    }
}

/// The chart; `None` unless some batch has counted changes by two operators or more.
pub fn draft<'a>(audits: &[&'a ScoreChangeAudit], names: &BatchNames) -> Option<Draft<'a>> {
    let several: Vec<&ScoreChangeAudit> = audits.iter().copied().filter(|audit| audit.operators.len() > 1).collect();
    let mut rows: Vec<Row<'a>> = Vec::new();
    let mut data = ChartData::new(&[
        "batch_id",
        "operator",
        "changes",
        "failed_to_passed",
        "passed_to_failed",
        "on_line",
        "interval_low",
        "interval_high",
        "odds_ratio",
        "p_value",
        "mid_p_value",
        "adjusted_p_value",
        "false_discovery_rate",
        "flagged",
    ]);
    for audit in &several {
        let name = names.get(&audit.batch_id);
        let sum = |number: fn(&OperatorChanges) -> u64| {
            audit.operators.iter().fold(0_u64, |sum, one| sum.saturating_add(number(one)))
        };
        let (changes, hits) = (sum(|one| one.changes), sum(|one| one.to_passed));
        for of in &audit.operators {
            let test = of.test;
            data.rows.push(vec![
                name.id.clone(),
                shown_person(&of.operator),
                of.changes.to_string(),
                of.to_passed.to_string(),
                of.to_failed.to_string(),
                of.on_line.to_string(),
                real(of.interval.0),
                real(of.interval.1),
                optional(of.odds_ratio.map(|(estimate, ..)| real(estimate))),
                optional(test.map(|test| real(test.p_value))),
                optional(test.map(|test| real(test.mid_p_value))),
                optional(test.map(|test| real(test.adjusted_p_value))),
                optional(test.map(|test| real(test.false_discovery_rate))),
                test.is_some_and(|test| test.flagged).to_string(),
            ]);
            rows.push(Row { batch: name.id.clone(), of, all: hits as f64 / changes.max(1) as f64 });
        }
    }
    if rows.is_empty() {
        return None;
    }
    let all = rows.len();
    let n = rows.iter().fold(0_u64, |sum, row| sum.saturating_add(row.of.changes));
    let flagged = rows.iter().filter(|row| row.flagged()).count();
    // Those to look at stay when there are too many; then the order of batches is kept.
    let mut places: Vec<usize> = (0..all).collect();
    places.sort_by_key(|place| (!rows[*place].flagged(), *place));
    places.truncate(MAXIMUM_ROWS);
    places.sort_unstable();
    let mut kept = places.iter().peekable();
    let mut place = 0;
    rows.retain(|_| {
        let keep = kept.next_if(|next| **next == place).is_some();
        place += 1;
        keep
    });
    let labels = rows
        .iter()
        .map(|row| {
            let note = format!("{} / {}", row.of.to_passed, row.of.changes);
            let test = row.of.test.map_or_else(
                || Bilingual::new(" · 未检验", " · not tested"),
                |test| {
                    let p = if test.adjusted_p_value < 0.001 {
                        format!("{:.1e}", test.adjusted_p_value)
                    } else {
                        format!("{:.3}", test.adjusted_p_value)
                    };
                    Bilingual::new(format!(" · Holm p = {p}"), format!(" · Holm p = {p}"))
                },
            );
            RowLabel {
                main: shown_person(&row.of.operator),
                detail: Bilingual::new(row.batch.clone(), row.batch.clone()),
                note: Bilingual::new(format!("{note}{}", test.zh), format!("{note}{}", test.en)),
            }
        })
        .collect();
    let caption = Bilingual::new(
        format!(
            "每行一个批次的一名操作人：符号为其修改中由不合格变为合格的比例，横线为 95 % 精确区间，竖线为该批次全部操作人的比例。\
             红色菱形表示经 Holm 校正后高于其他操作人（Fisher 精确检验）。复核、补考、统一更正等成组的正当修改不计。\
             专人办理更正时比例自然较高，是否正当由人认定。n = {n}。"
        ),
        format!(
            "One row an operator of a batch: the mark is the share of changes that went from failed to passed, the line its exact 95 % \
             interval, the upright stroke the share of all operators of the batch. Red diamonds are above the others after Holm's \
             adjustment (Fisher's exact test). Re-checks, resits and corrections for many are not counted. Somebody who alone \
             handles corrections has a higher share; what it means is for a person to decide. n = {n}."
        ),
    );
    Some(Draft {
        name: "score-change-operators".to_owned(),
        title: Bilingual::new("成绩修改：各操作人改为合格的比例", "Changes of scores: share to passed by operator"),
        subtitle: names.dated(
            Bilingual::new(
                format!("{all} 名操作人（按批次），修改 n = {n}，超过标准 {flagged}"),
                format!(
                    "{all} operators by batch, n = {}, {flagged} past the criterion",
                    counted(n as usize, "change")
                ),
            ),
            several.iter().map(|audit| &audit.batch_id),
        ),
        caption: rows::joined(caption, &rows::left_out(rows.len(), all)),
        data,
        section: ChartSection::ScoreChange,
        batch_id: None,
        picture: Box::new(OperatorsPicture { labels, rows }),
    })
}

struct OperatorsPicture<'a> {
    labels: Vec<RowLabel>,
    rows: Vec<Row<'a>>,
}

impl Picture for OperatorsPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (
                    Key::Whisker(Symbol::Diamond, VERMILLION),
                    say(language, "高于其他操作人", "above the other operators"),
                ),
                (Key::Whisker(Symbol::Disc, BLUE), say(language, "未超过标准", "within the criterion")),
                (Key::Line(Stroke::new(INK, 2.0)), say(language, "全批次比例（竖线）", "whole batch (upright)")),
            ],
        );
        let columns = Columns { label: 230.0, note: 190.0 };
        let area = rows::frame(canvas, &self.labels, columns, TOP + used + 12.0, language);
        let panel = Panel::new(canvas, area, 0.0..100.0, 0.0..1.0);
        let ticks = panel.x_ticks(6);
        panel.x_axis(&ticks, |tick| format!("{} %", tick_text(&ticks, tick)));
        panel.base();
        for (index, row) in self.rows.iter().enumerate() {
            let y = rows::middle(area, index);
            let x_of = |share: f64| panel.at(share * 100.0, 0.0).0;
            let whole = x_of(row.all);
            canvas.line((whole, y - ROW / 2.0), (whole, y + ROW / 2.0), Stroke::new(INK, 2.0));
            let (symbol, colour): (Symbol, Colour) =
                if row.flagged() { (Symbol::Diamond, VERMILLION) } else { (Symbol::Disc, BLUE) };
            let stroke = Stroke::new(colour, 1.8);
            let ends = [x_of(row.of.interval.0), x_of(row.of.interval.1)];
            canvas.line((ends[0], y), (ends[1], y), stroke);
            for end in ends {
                canvas.line((end, y - ROW * 0.15), (end, y + ROW * 0.15), stroke);
            }
            canvas.symbol(symbol, x_of(row.share()), y, 6.0, colour);
        }
        panel.x_title(say(language, "由不合格变为合格的比例", "share of changes from failed to passed"));
        area.bottom + 52.0
    }
}
