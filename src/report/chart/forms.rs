//! How far the papers of one occupation and level overlap, in the order of their dates.

use crate::model::form_evidence::{FormOverlap, PaperOutline, PaperPair};
use crate::model::text::Bilingual;
use crate::report::chart::heatmap::HeatmapPicture;
use crate::report::chart::kind::{ChartData, ChartSection, Draft};
use crate::report::chart::labels::{BatchNames, Tails, masked};
use crate::report::chart::rows::joined;
use std::collections::{BTreeMap, BTreeSet};

/// More papers are not legible.
const MAXIMUM_PAPERS: usize = 40;

/// The chart of one group; `None` when fewer than two papers share an item.
pub fn draft<'a>(group: &'a FormOverlap, names: &BatchNames) -> Option<Draft<'a>> {
    let shown: Vec<&PaperPair> = group.pairs.iter().filter(|pair| percent(pair) > 0 || pair.alike).collect();
    // Those that overlap most come first where there are too many, then all stand by date.
    let mut by_share = shown.clone();
    by_share.sort_by_key(|pair| (std::cmp::Reverse(percent(pair)), pair.a, pair.b));
    let mut papers: BTreeSet<usize> = BTreeSet::new();
    for pair in by_share {
        let fresh = [pair.a, pair.b].iter().filter(|place| !papers.contains(place)).count();
        if papers.len() + fresh <= MAXIMUM_PAPERS {
            papers.extend([pair.a, pair.b]);
        }
    }
    if papers.len() < 2 {
        return None;
    }
    let overlapping: BTreeSet<usize> = shown.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    let left_out = overlapping.len() - papers.len();
    let order: Vec<usize> = papers.into_iter().collect();
    let row: BTreeMap<usize, usize> = order.iter().enumerate().map(|(row, place)| (*place, row)).collect();
    let mut cells: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    let mut data = ChartData::new(&[
        "paper_a",
        "paper_b",
        "exam_date_a",
        "exam_date_b",
        "identical",
        "near",
        "variants",
        "common",
        "smaller",
        "overlap_percent",
        "same_paper",
    ]);
    for pair in &shown {
        if let (Some(a), Some(b)) = (row.get(&pair.a), row.get(&pair.b)) {
            cells.insert((*a.max(b), *a.min(b)), percent(pair));
        }
        let (one, other) = (&group.papers[pair.a], &group.papers[pair.b]);
        let day = |paper: &PaperOutline| paper.exam_date.map(|day| day.to_string()).unwrap_or_default();
        data.rows.push(vec![
            masked(&label(one)),
            masked(&label(other)),
            day(one),
            day(other),
            pair.identical.to_string(),
            pair.near.to_string(),
            pair.variants.to_string(),
            pair.common.to_string(),
            pair.smaller.to_string(),
            percent(pair).to_string(),
            pair.same_paper.to_string(),
        ]);
    }
    let all: Vec<String> = order.iter().map(|place| label(&group.papers[*place])).collect();
    let tails = Tails::of(all.iter().map(String::as_str), 8);
    let labels: Vec<String> = all.iter().map(|paper| tails.label(paper)).collect();
    let name = group_name(group);
    let batches = order.iter().filter_map(|place| group.papers[*place].batch_id.as_ref());
    let alike = group.alike();
    let subtitle = names.dated(
        Bilingual::new(
            format!("{} 份试卷，{alike} 对达到标准", group.papers.len()),
            format!("{} papers, {alike} pairs past the criterion", group.papers.len()),
        ),
        batches,
    );
    let caption = Bilingual::new(
        format!(
            "每格为两份试卷中相同与相近的专业试题占较小试卷专业试题的百分数，颜色越深越多；灰格为没有共同的专业试题。按考试日期排列。通用知识题与仅数值不同的题不计。统一命题、备用卷均可使试卷相同，由人核实。n = {}。",
            order.len()
        ),
        format!(
            "Each cell is the share of specific items that are the same or nearly so, per cent of the smaller paper's, darker for more; grey cells have none in common. In the order of examination dates. Items of common knowledge and items with other numbers are not counted. A central or a spare paper can be the cause; a person verifies. n = {}.",
            order.len()
        ),
    );
    Some(Draft {
        name: format!("form-overlap-{}-{}", group.occupation.as_deref().unwrap_or("all"), level(group)),
        title: Bilingual::new(format!("试卷重合：{name}"), format!("Overlap of papers: {name}")),
        subtitle,
        caption: joined(caption, &not_drawn(left_out)),
        data,
        section: ChartSection::Forms,
        batch_id: None,
        picture: Box::new(HeatmapPicture {
            labels,
            cells,
            rest: Bilingual::new("没有共同的专业试题", "no specific item in common"),
        }),
    })
}

/// What is said of papers that the chart has no room for.
fn not_drawn(papers: usize) -> Bilingual {
    if papers == 0 {
        return Bilingual::default();
    }
    Bilingual::new(
        format!("重合较少的 {papers} 份试卷未画出，见数据文件。"),
        format!(" {papers} more papers, which overlap less, are not drawn; the data file has them."),
    )
}

/// Shared specific items, per cent of the smaller paper's.
pub fn percent(pair: &PaperPair) -> u32 {
    let share = ((pair.identical + pair.near) * 100).checked_div(pair.smaller).unwrap_or(0);
    u32::try_from(share).unwrap_or(u32::MAX)
}

/// A paper by its batch, else by its forms.
pub fn label(paper: &PaperOutline) -> String {
    match &paper.batch_id {
        Some(batch) => batch.to_string(),
        None => paper.forms.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + "),
    }
}

/// Occupation and level; a dash where neither is known.
pub fn group_name(group: &FormOverlap) -> String {
    let occupation = group.occupation.as_deref().map(masked).unwrap_or_else(|| "—".to_owned());
    if group.level.is_some() { format!("{occupation} / {}", level(group)) } else { occupation }
}

fn level(group: &FormOverlap) -> String {
    group.level.map(|level| level.to_string()).unwrap_or_default()
}
