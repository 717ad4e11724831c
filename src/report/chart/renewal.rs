//! How new the papers of a body were, paper by paper: share of new items, and the age of items.

use crate::model::item_evidence::{ItemExposure, PaperRenewal};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, TOP};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, masked, optional, say};
use crate::report::chart::palette::{BAND, BLUE, Hatch, MUTED};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};

/// Body, occupation and level, for titles.
pub fn group_name(found: &ItemExposure, names: &BatchNames) -> Bilingual {
    let body = names.body(found.body_id.as_ref());
    let occupation = found.occupation.as_deref().map(masked).unwrap_or_else(|| "—".to_owned());
    let level = found.level.map(|level| format!(" / {level}")).unwrap_or_default();
    let name = format!("{body} · {occupation}{level}");
    Bilingual::new(name.clone(), name)
}

/// The same, for the name of a file.
pub fn stem(found: &ItemExposure) -> String {
    let body = found.body_id.as_ref().map_or("", |body| body.as_str());
    let level = found.level.map(|level| level.to_string()).unwrap_or_default();
    format!("{body}-{}-{level}", found.occupation.as_deref().unwrap_or("all"))
}

/// The chart of one body, occupation and level; `None` for one paper.
pub fn draft<'a>(found: &'a ItemExposure, names: &BatchNames) -> Option<Draft<'a>> {
    if found.papers.len() < 2 {
        return None;
    }
    let mut data = ChartData::new(&[
        "batch_id",
        "exam_date",
        "items",
        "new_items",
        "items_dated",
        "median_age_months",
        "oldest_months",
    ]);
    for paper in &found.papers {
        data.rows.push(vec![
            masked(paper.batch_id.as_str()),
            paper.exam_date.to_string(),
            paper.items.to_string(),
            optional(paper.new_items),
            paper.items_dated.to_string(),
            optional(paper.median_age_months),
            optional(paper.oldest_months),
        ]);
    }
    // The latest papers say how the bank is kept now.
    let all = found.papers.len();
    let shown: Vec<&PaperRenewal> = found.papers[all.saturating_sub(MAXIMUM_ROWS)..].iter().collect();
    let labels = shown
        .iter()
        .map(|paper| RowLabel {
            main: names.get(&paper.batch_id).id,
            detail: Bilingual::new(paper.exam_date.to_string(), paper.exam_date.to_string()),
            note: note(paper),
        })
        .collect();
    let name = group_name(found, names);
    let caption = Bilingual::new(
        format!(
            "每行一份试卷：新题指该机构此前没有用过、或上次使用后修订过的试题，占有编号试题的百分数；首份在案试卷无从比较，以斜纹表示。题龄为自编写或修订至考试日期的整月数。\
             所用试题 {} 道，其中 {} 道用于不止一个批次。条文没有更新比例，是否“按要求”更新由人判断。",
            found.items_used, found.items_reused
        ),
        format!(
            "One row a paper: new items are those that the body had not used before, or that were revised since, per cent of items with \
             an identifier; the first paper on record has nothing to be compared with and is hatched. Ages are whole months from making or \
             revision to the examination. {} items were used, {} of them in more than one batch. The text names no rate; whether the bank \
             is renewed as required is for a person to decide.",
            found.items_used, found.items_reused
        ),
    );
    Some(Draft {
        name: format!("item-renewal-{}", stem(found)),
        title: Bilingual::new(format!("试卷的新题比例：{}", name.zh), format!("Share of new items: {}", name.en)),
        subtitle: names.dated(
            Bilingual::new(format!("{all} 份试卷"), format!("{all} papers")),
            found.papers.iter().map(|paper| &paper.batch_id),
        ),
        caption: rows::joined(caption, &rows::left_out(shown.len(), all)),
        data,
        section: ChartSection::Forms,
        batch_id: None,
        picture: Box::new(RenewalPicture { labels, shown }),
    })
}

/// Items and their age, where it is known.
fn note(paper: &PaperRenewal) -> Bilingual {
    let items = paper.items;
    match (paper.median_age_months, paper.oldest_months) {
        (Some(median), Some(oldest)) => Bilingual::new(
            format!("{items} 题 · 题龄中位 {median}、最大 {oldest} 个月"),
            format!("{items} items · age {median} (median), {oldest} (oldest)"),
        ),
        _ => Bilingual::new(format!("{items} 题 · 题龄不详"), format!("{items} items · age not known")),
    }
}

struct RenewalPicture<'a> {
    labels: Vec<RowLabel>,
    shown: Vec<&'a PaperRenewal>,
}

impl Picture for RenewalPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Fill(BLUE, None), say(language, "新题", "new items")),
                (Key::Fill(BAND, None), say(language, "此前用过", "used before")),
                (Key::Fill(BAND, Some((MUTED, Hatch::Rising))), say(language, "首份在案试卷", "first paper on record")),
            ],
        );
        let area =
            rows::frame(canvas, &self.labels, Columns { label: 220.0, note: 250.0 }, TOP + used + 20.0, language);
        let panel = Panel::new(canvas, area, 0.0..100.0, 0.0..1.0);
        let ticks = panel.x_ticks(6);
        panel.x_axis(&ticks, |tick| format!("{} %", tick_text(&ticks, tick)));
        panel.base();
        for (index, paper) in self.shown.iter().enumerate() {
            let y = rows::middle(area, index);
            let bar = |from: f64, to: f64| {
                Area::new(panel.at(from, 0.0).0, y - ROW * 0.3, panel.at(to, 0.0).0, y + ROW * 0.3)
            };
            canvas.rect(bar(0.0, 100.0), BAND);
            match paper.new_items {
                Some(new) => canvas.rect(bar(0.0, new as f64 * 100.0 / paper.items.max(1) as f64), BLUE),
                None => canvas.hatch(bar(0.0, 100.0), MUTED, Hatch::Rising),
            }
        }
        panel.x_title(say(language, "占试题的百分数", "per cent of items"));
        area.bottom + 52.0
    }
}
