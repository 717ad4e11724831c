//! Changes of scores in one batch: before and after, around the pass line.

use crate::model::evidence::{ScoreChangeCase, ScoreChangeSummary};
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, Stroke, Symbol, TOP};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, Tails, component, counted, masked, optional, say};
use crate::report::chart::palette::{BLUE, Colour, Dash, INK, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};
use crate::report::clean::shown_person;

/// Whether the change moves the candidate over the line, and which way.
fn crossing(case: &ScoreChangeCase) -> Option<bool> {
    let (old, new, line) = (case.old_score?, case.new_score?, case.pass_line?);
    match (old < line, new < line) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// The chart of one batch; `None` without changes.
pub fn draft<'a>(summary: &'a ScoreChangeSummary, names: &BatchNames) -> Option<Draft<'a>> {
    if summary.changes.is_empty() {
        return None;
    }
    let name = names.get(&summary.batch_id);
    let mut data = ChartData::new(&[
        "batch_id",
        "candidate_id",
        "component",
        "changed_at",
        "old_score",
        "new_score",
        "pass_line",
        "approved",
        "approval_no",
        "operator",
        "after_publication",
        "reason",
    ]);
    for case in &summary.changes {
        data.rows.push(vec![
            name.id.clone(),
            masked(case.candidate_id.as_str()),
            component(&case.component).en,
            case.changed_at.map_or_else(String::new, |time| time.format("%Y-%m-%dT%H:%M:%S").to_string()),
            optional(case.old_score),
            optional(case.new_score),
            optional(case.pass_line),
            case.approved.to_string(),
            case.approval_no.as_deref().map_or_else(String::new, masked),
            case.operator.as_deref().map_or_else(String::new, shown_person),
            optional(case.after_publication),
            case.reason.as_deref().map_or_else(String::new, masked),
        ]);
    }
    // Those without approval and over the line stay when there are too many; the order of time is kept.
    let mut places: Vec<usize> = (0..summary.changes.len()).collect();
    places.sort_by_key(|place| {
        let case = &summary.changes[*place];
        (case.approved, crossing(case).is_none(), *place)
    });
    places.truncate(MAXIMUM_ROWS);
    places.sort_unstable();
    let shown: Vec<&ScoreChangeCase> = places.iter().map(|place| &summary.changes[*place]).collect();
    let tails = Tails::of(shown.iter().map(|case| case.candidate_id.as_str()), 10);
    let labels = shown
        .iter()
        .map(|case| {
            let component = component(&case.component);
            let date = case.changed_at.map_or_else(String::new, |time| time.format(" %Y-%m-%d").to_string());
            let score = |score: Option<Points>| score.map_or_else(|| "–".to_owned(), |score| score.to_string());
            let change = format!("{} → {}", score(case.old_score), score(case.new_score));
            let (zh, en) =
                if case.approved { ("有审批", "approved") } else { ("未见审批", "no approval found") };
            RowLabel {
                main: tails.label(case.candidate_id.as_str()),
                detail: Bilingual::new(format!("{}{date}", component.zh), format!("{}{date}", component.en)),
                note: Bilingual::new(format!("{change} · {zh}"), format!("{change} · {en}")),
            }
        })
        .collect();
    let n = summary.changes.len();
    let unapproved = summary.changes.iter().filter(|case| !case.approved).count();
    let up = summary.changes.iter().filter(|case| crossing(case) == Some(true)).count();
    let down = summary.changes.iter().filter(|case| crossing(case) == Some(false)).count();
    let caption = Bilingual::new(
        format!(
            "每行一次成绩修改，按时间排列：空心圆为原成绩，箭头指向新成绩，竖线为该科目合格线；红色粗箭头为未见审批，蓝色细箭头为有审批。\
             未达线改为达线 {up} 次，达线改为未达线 {down} 次。复核、统一更正答案、补考均可合法改分。n = {n}。"
        ),
        format!(
            "One row a change, in order of time: ring, score before; arrow to the score after; upright stroke, the pass line \
             of the component. Thick red arrows have no approval on record, thin blue ones have. {up} moved up over the \
             line, {down} down below it. Re-checks, a key corrected for everyone and resits change scores lawfully. n = {n}."
        ),
    );
    Some(Draft {
        name: format!("score-changes-{}", name.id),
        title: Bilingual::new(format!("成绩修改：{}", name.id), format!("Changes of scores: {}", name.id)),
        subtitle: name.subtitle(&Bilingual::new(
            format!("修改 n = {n}，其中未见审批 {unapproved}"),
            format!("n = {}, {unapproved} without approval found", counted(n, "change")),
        )),
        caption: rows::joined(caption, &rows::left_out(shown.len(), n)),
        data,
        section: ChartSection::ScoreChange,
        batch_id: Some(summary.batch_id.clone()),
        picture: Box::new(ChangesPicture { labels, shown }),
    })
}

struct ChangesPicture<'a> {
    labels: Vec<RowLabel>,
    shown: Vec<&'a ScoreChangeCase>,
}

impl Picture for ChangesPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Symbol(Symbol::Ring, INK), say(language, "原成绩", "score before")),
                (Key::Line(Stroke::new(VERMILLION, 3.2)), say(language, "未见审批（粗）", "no approval found (thick)")),
                (Key::Line(Stroke::new(BLUE, 1.6)), say(language, "有审批（细）", "with approval (thin)")),
                (
                    Key::Line(Stroke::new(INK, 2.0).dashed(Dash::Short)),
                    say(language, "合格线（竖线）", "pass line (upright)"),
                ),
            ],
        );
        let area =
            rows::frame(canvas, &self.labels, Columns { label: 230.0, note: 205.0 }, TOP + used + 12.0, language);
        let values = self
            .shown
            .iter()
            .flat_map(|case| [case.old_score, case.new_score, case.pass_line])
            .flatten()
            .map(Points::to_f64);
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let pad = ((high - low) * 0.08).max(2.0);
        let panel = Panel::new(canvas, area, low - pad..high + pad, 0.0..1.0);
        let ticks = panel.x_ticks(9);
        panel.x_axis(&ticks, |tick| tick_text(&ticks, tick));
        panel.base();
        for (index, case) in self.shown.iter().enumerate() {
            let y = rows::middle(area, index);
            let x_of = |points: Points| panel.at(points.to_f64(), 0.0).0;
            if let Some(line) = case.pass_line {
                let x = x_of(line);
                let stroke = Stroke::new(INK, 2.0).dashed(Dash::Short);
                canvas.line((x, y - ROW / 2.0), (x, y + ROW / 2.0), stroke);
            }
            let (colour, width) = if case.approved { (BLUE, 1.6) } else { (VERMILLION, 3.2) };
            match (case.old_score, case.new_score) {
                (Some(old), Some(new)) => arrow(canvas, (x_of(old), x_of(new)), y, colour, width),
                (None, Some(new)) => canvas.symbol(Symbol::Disc, x_of(new), y, 5.0, colour),
                (Some(old), None) => canvas.symbol(Symbol::Ring, x_of(old), y, 5.0, colour),
                (None, None) => {}
            }
        }
        panel.x_title(say(language, "成绩（分）", "score (points)"));
        area.bottom + 52.0
    }
}

/// A ring, and an arrow from it.
fn arrow(canvas: &Canvas<'_>, (from, to): (f64, f64), y: f64, colour: Colour, width: f64) {
    const HEAD: f64 = 9.0;
    let way = if to >= from { 1.0 } else { -1.0 };
    let length = (to - from).abs();
    if length > HEAD {
        canvas.line((from, y), (to - way * HEAD, y), Stroke::new(colour, width));
    }
    canvas.symbol(Symbol::Ring, from, y, 5.0, colour);
    if length > 1.0 {
        let base = to - way * HEAD.min(length);
        canvas.polygon(&[(to, y), (base, y - 5.5), (base, y + 5.5)], colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::component::Component;
    use crate::model::provenance::Provenance;

    #[test]
    fn tells_which_way_a_change_crosses() {
        let case = |old: i64, new: i64| ScoreChangeCase {
            candidate_id: "C1".into(),
            component: Component::Theory,
            changed_at: None,
            old_score: Some(Points::whole(old)),
            new_score: Some(Points::whole(new)),
            pass_line: Some(Points::whole(60)),
            operator: None,
            approval_no: None,
            reason: None,
            approved: false,
            after_publication: None,
            source: Provenance::default(),
        };
        assert_eq!(crossing(&case(59, 60)), Some(true));
        assert_eq!(crossing(&case(60, 59)), Some(false));
        assert_eq!(crossing(&case(60, 99)), None);
    }
}
