//! One batch's pass line over time: as configured, as approved and as applied, with the days of approval,
//! examination and publication.

use crate::model::component::Component;
use crate::model::evidence::{ApprovedLine, PassLineEvent, PassLineTimeline, ScoreDistribution};
use crate::model::points::Points;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::applied::Applied;
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, counted, masked, optional, say};
use crate::report::chart::palette::{BLUE, Colour, Dash, GREEN, Hatch, INK, MUTED, PURPLE, SKY, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::clean::shown_person;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use std::collections::BTreeMap;

const PANEL_HEIGHT: f64 = 150.0;
const PANEL_GAP: f64 = 40.0;
/// Components that are drawn.
const MAXIMUM_PANELS: usize = 4;
/// Events of one component that are drawn.
const MAXIMUM_EVENTS: usize = 200;
/// Widest name of an approval, pixels.
const LONGEST_APPROVAL: f64 = 240.0;
/// Steps between labelled days.
const STEPS: [f64; 14] = [1.0 / 24.0, 0.125, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 365.0, 730.0, 1825.0];

/// Days since the year 1, with the time of day as fraction.
fn days(time: NaiveDateTime) -> f64 {
    f64::from(time.date().num_days_from_ce()) + f64::from(time.time().num_seconds_from_midnight()) / 86_400.0
}

fn day(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce())
}

fn shows(event: &Option<Component>, component: Option<&Component>) -> bool {
    event.is_none() || event.as_ref() == component
}

/// The chart of one batch with the outcomes of its components; `None` when its line has neither events nor
/// approval.
pub fn draft<'a>(
    timeline: &'a PassLineTimeline,
    outcomes: &[&'a ScoreDistribution],
    names: &BatchNames,
) -> Option<Draft<'a>> {
    if timeline.events.is_empty() && timeline.approved.is_empty() {
        return None;
    }
    let name = names.get(&timeline.batch_id);
    let mut data = ChartData::new(&[
        "batch_id",
        "component",
        "kind",
        "time",
        "old_line",
        "old_line_rebuilt",
        "new_line",
        "approved",
        "approval_no",
        "operator",
        "highest_failed",
        "lowest_passed",
    ]);
    let called = |found: &Option<Component>| found.as_ref().map_or_else(String::new, |found| component(found).en);
    for line in &timeline.approved {
        data.rows.push(vec![
            name.id.clone(),
            called(&line.component),
            "approval".to_owned(),
            optional(line.approved_on),
            String::new(),
            String::new(),
            line.line.to_string(),
            "true".to_owned(),
            line.approval_no.as_deref().map_or_else(String::new, masked),
            String::new(),
            String::new(),
            String::new(),
        ]);
    }
    for event in &timeline.events {
        data.rows.push(vec![
            name.id.clone(),
            called(&event.component),
            "change".to_owned(),
            event.changed_at.map_or_else(String::new, |time| time.format("%Y-%m-%dT%H:%M:%S").to_string()),
            optional(event.old_line),
            event.old_line_rebuilt.to_string(),
            event.new_line.to_string(),
            event.approved.to_string(),
            event.approval_no.as_deref().map_or_else(String::new, masked),
            event.operator.as_deref().map_or_else(String::new, shown_person),
            String::new(),
            String::new(),
        ]);
    }
    let applied: BTreeMap<&Component, Applied> =
        outcomes.iter().filter_map(|found| Some((&found.component, Applied::of(found)?))).collect();
    for found in outcomes {
        let mut row = vec![name.id.clone(), component(&found.component).en, "outcomes".to_owned()];
        row.resize(data.header.len() - 2, String::new());
        row.extend([optional(found.highest_failed), optional(found.lowest_passed)]);
        data.rows.push(row);
    }
    let mut components: Vec<&Component> = timeline
        .events
        .iter()
        .map(|event| &event.component)
        .chain(timeline.approved.iter().map(|line| &line.component))
        .flatten()
        .chain(applied.keys().copied())
        .collect();
    components.sort();
    components.dedup();
    components.truncate(MAXIMUM_PANELS);
    let components: Vec<Option<&Component>> =
        if components.is_empty() { vec![None] } else { components.into_iter().map(Some).collect() };
    let unapproved = timeline.events.iter().filter(|event| !event.approved).count();
    let undated = timeline.events.iter().filter(|event| event.changed_at.is_none()).count();
    let n = timeline.events.len();
    let subtitle = name.subtitle(&Bilingual::new(
        format!("修改 n = {n}，其中未见审批 {unapproved}"),
        format!("n = {}, {unapproved} without approval found", counted(n, "change")),
    ));
    let (undated_zh, undated_en) = if undated > 0 {
        (
            format!("另有 {undated} 次修改没有时间，未画出。"),
            format!(" Not drawn: {} without a time.", counted(undated, "change")),
        )
    } else {
        (String::new(), String::new())
    };
    let caption = Bilingual::new(
        format!(
            "实线为系统中配置的合格线，虚线为批准的合格线，每次修改标注前后数值：圆点为有审批或等于批准线，三角为未见审批。斜纹带为按合格与否\
             反推的实际执行线区间（高于最高不合格分、不高于最低合格分），自考试日画起。菱形为批准日，竖线为考试日与成绩公布日。许多系统只记“设为 60”，修改前的值由前一条记录推出。未见审批不等于没有审批，须核对纸质文件。n = {n} 次修改。{undated_zh}"
        ),
        format!(
            "Solid: the pass line as configured; dashed: as approved; each change with the values before and after: discs \
             have an approval or equal the approved line, triangles have none on record. The hatched band, from the \
             day of examination on: where the line as applied lies by the outcomes, (highest failed, lowest passed]. \
             Diamonds: days of approval; upright lines: the days of examination and publication. Many systems log only “set to 60”: the value before is then taken from the entry \
             before. None on record does not mean none was given: check the paper file. n = {n} changes.{undated_en}"
        ),
    );
    Some(Draft {
        name: format!("pass-line-{}", name.id),
        title: Bilingual::new(format!("合格线时间线：{}", name.id), format!("Pass line over time: {}", name.id)),
        subtitle,
        caption,
        data,
        section: ChartSection::PassLine,
        batch_id: Some(timeline.batch_id.clone()),
        picture: Box::new(TimelinePicture { timeline, components, applied }),
    })
}

struct TimelinePicture<'a> {
    timeline: &'a PassLineTimeline,
    components: Vec<Option<&'a Component>>,
    applied: BTreeMap<&'a Component, Applied>,
}

impl TimelinePicture<'_> {
    /// First and last moment shown.
    fn span(&self) -> (f64, f64) {
        let timeline = self.timeline;
        let events = timeline.events.iter().filter_map(|event| event.changed_at).map(days);
        let dates = [timeline.exam_date, timeline.published_on].into_iter().flatten().map(day);
        let approvals = timeline.approved.iter().filter_map(|line| line.approved_on).map(day);
        let (first, last) = events
            .chain(dates)
            .chain(approvals)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), moment| (first.min(moment), last.max(moment)));
        if first > last {
            return (0.0, 1.0);
        }
        let pad = ((last - first) * 0.06).max(1.0);
        (first - pad, last + pad)
    }

    fn has_dates(&self) -> bool {
        let timeline = self.timeline;
        timeline.exam_date.is_some()
            || timeline.published_on.is_some()
            || timeline.events.iter().any(|event| event.changed_at.is_some())
            || timeline.approved.iter().any(|line| line.approved_on.is_some())
    }
}

impl Picture for TimelinePicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let mut entries = vec![
            (Key::Line(Stroke::new(BLUE, 4.0)), say(language, "配置的合格线", "line as configured")),
            (Key::Symbol(Symbol::Disc, BLUE), say(language, "有审批的修改", "change with approval")),
            (
                Key::Symbol(Symbol::Triangle, VERMILLION),
                say(language, "未见审批的修改", "change without approval found"),
            ),
        ];
        if !self.timeline.approved.is_empty() {
            let stroke = Stroke::new(INK, 1.8).dashed(Dash::Long);
            entries.insert(1, (Key::Line(stroke), say(language, "批准的合格线", "approved line")));
        }
        if self.timeline.approved.iter().any(|line| line.approved_on.is_some()) {
            entries.push((Key::Symbol(Symbol::HollowDiamond, INK), say(language, "批准日", "day of approval")));
        }
        if self.applied.values().any(|applied| matches!(applied, Applied::Between(..))) {
            let key = Key::Fill(SKY.tint(0.25), Some((SKY, Hatch::Rising)));
            entries.push((key, say(language, "按结果反推的执行线区间", "line as applied, by outcomes")));
        }
        let used = canvas.legend(MARGIN, TOP, &entries);
        // Two rows of labels for the days above the first panel.
        let mut top = TOP + used + 56.0;
        let (first, last) = self.span();
        let left = MARGIN + 46.0;
        let mut bottom = top;
        for (index, component) in self.components.iter().enumerate() {
            let area = Area::new(left, top, WIDTH - MARGIN - 16.0, top + PANEL_HEIGHT);
            self.panel(canvas, area, *component, (first, last), index == 0, language);
            bottom = area.bottom;
            top = area.bottom + PANEL_GAP;
        }
        bottom + 34.0
    }
}

impl TimelinePicture<'_> {
    /// The days of examination and publication; named above the first panel. Returns the room they take.
    fn days(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, first_panel: bool, language: Language) -> Vec<Area> {
        let area = panel.area();
        let exam = (self.timeline.exam_date, say(language, "考试", "exam"), GREEN, Dash::Dots, 26.0);
        let published = (self.timeline.published_on, say(language, "公布", "published"), PURPLE, Dash::Short, 8.0);
        let mut taken = Vec::new();
        for (date, words, colour, dash, rise) in [exam, published] {
            let Some(date) = date else { continue };
            let x = panel.at(day(date), 0.0).0;
            let top = if first_panel { area.top - rise + 2.0 } else { area.top };
            canvas.line((x, top), (x, area.bottom), Stroke::new(colour, 2.0).dashed(dash));
            taken.push(Area::new(x - 3.0, area.top, x + 3.0, area.bottom));
            if first_panel {
                let text = format!("{words} {date}");
                let half = canvas.text_width(&text, SMALL) / 2.0;
                let middle = x.clamp(MARGIN + half, WIDTH - MARGIN - half);
                canvas.patch(middle, area.top - rise, &text, Type::new(SMALL).centre().above());
            }
        }
        taken
    }

    fn panel(
        &self,
        canvas: &Canvas<'_>,
        area: Area,
        found: Option<&Component>,
        (first, last): (f64, f64),
        first_panel: bool,
        language: Language,
    ) {
        let mut events: Vec<&PassLineEvent> = self
            .timeline
            .events
            .iter()
            .filter(|event| shows(&event.component, found) && event.changed_at.is_some())
            .collect();
        events.sort_by_key(|event| event.changed_at);
        events.truncate(MAXIMUM_EVENTS);
        let approved: Vec<&ApprovedLine> =
            self.timeline.approved.iter().filter(|line| shows(&line.component, found)).collect();
        let applied = found.and_then(|found| self.applied.get(found)).copied();
        let values = events
            .iter()
            .flat_map(|event| [event.old_line, Some(event.new_line)])
            .flatten()
            .chain(approved.iter().map(|line| line.line))
            .chain(applied.into_iter().flat_map(Applied::values))
            .map(Points::to_f64);
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let pad = ((high - low) * 0.35).max(4.0);
        let panel = Panel::new(canvas, area, first..last, low - pad..high + pad);
        let y_ticks = panel.y_ticks(5);
        panel.y_axis(&y_ticks, |tick| tick_text(&y_ticks, tick));
        if self.has_dates() {
            self.time_axis(canvas, &panel, (first, last));
        }
        panel.base();
        if let Some(applied) = applied {
            applied.draw(canvas, &panel, self.timeline.exam_date.or(self.timeline.published_on).map_or(first, day));
        }
        let mut title = match found {
            Some(found) => component(found).get(language).to_owned(),
            None => say(language, "所有科目", "all components").to_owned(),
        };
        if let Some(applied) = applied {
            title.push_str(" · ");
            title.push_str(applied.words().get(language));
        }
        let title = canvas.fit(&title, SMALL, area.right - area.left - 12.0);
        let mut taken = self.days(canvas, &panel, first_panel, language);
        canvas.patch(area.left + 6.0, area.top + 11.0, &title, Type::new(SMALL).bold());
        taken.push(canvas.text_area(area.left + 6.0, area.top + 11.0, &title, Type::new(SMALL)));
        let path = step_path(&events, &panel, (first, last));
        if path.len() > 1 {
            canvas.polyline(&path, Stroke::new(BLUE, 4.0));
        }
        // On the configured line, so that both are seen where they agree.
        for line in &approved {
            let y = panel.at(first, line.line.to_f64()).1;
            canvas.line((area.left, y), (area.right, y), Stroke::new(INK, 1.8).dashed(Dash::Long));
            taken.push(Area::new(area.left, y - 2.0, area.right, y + 2.0));
        }
        for step in path.windows(2) {
            let ((x1, y1), (x2, y2)) = (step[0], step[1]);
            taken.push(Area::new(x1.min(x2) - 2.0, y1.min(y2) - 2.0, x1.max(x2) + 2.0, y1.max(y2) + 2.0));
        }
        for event in &events {
            let Some(time) = event.changed_at else { continue };
            let (x, y) = panel.at(days(time), event.new_line.to_f64());
            taken.push(Area::new(x - 8.0, y - 8.0, x + 8.0, y + 8.0));
        }
        for event in &events {
            let Some(time) = event.changed_at else { continue };
            let (x, y) = panel.at(days(time), event.new_line.to_f64());
            let (symbol, colour): (Symbol, Colour) =
                if event.approved { (Symbol::Disc, BLUE) } else { (Symbol::Triangle, VERMILLION) };
            canvas.symbol(symbol, x, y, 6.5, colour);
            let text = match event.old_line {
                Some(old) => format!("{old} → {}", event.new_line),
                None => format!("→ {}", event.new_line),
            };
            label(canvas, area, &mut taken, (x, y), &text);
        }
        self.approvals(canvas, &panel, &approved, &mut taken, language);
    }

    /// The days of approval on the approved lines, with the numbers of the documents where there is room.
    fn approvals(
        &self,
        canvas: &Canvas<'_>,
        panel: &Panel<'_, '_>,
        approved: &[&ApprovedLine],
        taken: &mut Vec<Area>,
        language: Language,
    ) {
        for line in approved {
            let Some(date) = line.approved_on else { continue };
            let (x, y) = panel.at(day(date), line.line.to_f64());
            canvas.symbol(Symbol::HollowDiamond, x, y, 6.0, INK);
            taken.push(Area::new(x - 8.0, y - 8.0, x + 8.0, y + 8.0));
            let number = line.approval_no.as_deref().map_or_else(String::new, |number| format!(" {}", masked(number)));
            let text = format!("{} {}{number}", say(language, "批准", "approved"), line.line);
            label(canvas, panel.area(), taken, (x, y), &canvas.fit(&text, SMALL, LONGEST_APPROVAL));
        }
    }

    fn time_axis(&self, canvas: &Canvas<'_>, panel: &Panel<'_, '_>, (first, last): (f64, f64)) {
        const MOST: f64 = 8.0;
        let span = last - first;
        let step = STEPS.into_iter().find(|step| span / step <= MOST).unwrap_or_else(|| {
            let years = (span / MOST / 365.0).ceil();
            years * 365.0
        });
        let mut tick = (first / step).ceil() * step;
        let area = panel.area();
        while tick <= last {
            let x = panel.at(tick, f64::NEG_INFINITY).0;
            canvas.line((x, area.bottom), (x, area.bottom + 4.0), Stroke::new(MUTED, 1.2));
            canvas.text(x, area.bottom + 7.0, &moment(tick, step < 1.0), Type::new(SMALL).centre().below().muted());
            tick += step;
        }
    }
}

/// A day, or a day and hour, as text.
fn moment(days: f64, with_hour: bool) -> String {
    let seconds = (days * 86_400.0).round();
    let date = NaiveDate::from_num_days_from_ce_opt((seconds / 86_400.0).floor() as i32);
    let rest = seconds.rem_euclid(86_400.0) as u32;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(rest, 0);
    match (date, time) {
        (Some(date), Some(time)) if with_hour => format!("{} {}", date.format("%m-%d"), time.format("%H:%M")),
        (Some(date), _) => date.to_string(),
        (None, _) => String::new(),
    }
}

/// The configured line as steps: before the first event at its old value, after the last one to the edge.
fn step_path(events: &[&PassLineEvent], panel: &Panel<'_, '_>, (first, last): (f64, f64)) -> Vec<(f64, f64)> {
    let mut path = Vec::new();
    let mut current: Option<Points> = None;
    for event in events {
        let Some(time) = event.changed_at else { continue };
        let before = current.or(event.old_line);
        if let Some(before) = before {
            if path.is_empty() {
                path.push(panel.at(first, before.to_f64()));
            }
            path.push(panel.at(days(time), before.to_f64()));
        }
        path.push(panel.at(days(time), event.new_line.to_f64()));
        current = Some(event.new_line);
    }
    if let Some(current) = current {
        path.push(panel.at(last, current.to_f64()));
    }
    path
}

/// Writes a label at the first free place around a symbol; none when all are taken.
fn label(canvas: &Canvas<'_>, area: Area, taken: &mut Vec<Area>, (x, y): (f64, f64), text: &str) {
    let style = Type::new(SMALL);
    let places = [
        (x + 11.0, y - 11.0, style),
        (x + 11.0, y + 12.0, style),
        (x - 11.0, y - 11.0, style.right()),
        (x - 11.0, y + 12.0, style.right()),
        (x, y - 19.0, style.centre()),
        (x, y + 20.0, style.centre()),
        (x + 18.0, y - 26.0, style),
        (x + 18.0, y + 27.0, style),
        (x - 18.0, y - 26.0, style.right()),
        (x - 18.0, y + 27.0, style.right()),
    ];
    for (x, y, style) in places {
        let place = canvas.text_area(x, y, text, style);
        let inside = place.left >= area.left
            && place.right <= area.right + 14.0
            && place.top >= area.top
            && place.bottom <= area.bottom - 2.0;
        if inside && !taken.iter().any(|other| place.overlaps(other)) {
            canvas.text(x, y, text, style);
            taken.push(place);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_again() {
        let date = NaiveDate::from_ymd_opt(2026, 5, 12).unwrap();
        assert_eq!(moment(day(date), false), "2026-05-12");
        assert_eq!(moment(days(date.and_hms_opt(6, 0, 0).unwrap()), true), "05-12 06:00");
        assert_eq!(moment(1e12, false), "");
    }
}
