//! Identical incorrect responses of every two flagged sheets.

use crate::model::evidence::SimilarityGroup;
use crate::model::ids::{BatchId, CandidateId};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Area, Canvas, Key, MARGIN, SMALL, Stroke, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, Tails, masked};
use crate::report::chart::network;
use crate::report::chart::palette::{BAND, BLUE, Colour, INK, PAPER};
use std::collections::BTreeMap;

/// More sheets are not legible.
const MAXIMUM_SHEETS: usize = 40;
/// Fewer sheets are told better by the network.
const MINIMUM_SHEETS: usize = 3;
/// A cell that holds a number.
const LEGIBLE_CELL: f64 = 19.0;

/// The chart of one group; `None` when it has too few or too many flagged sheets.
pub fn draft<'a>(group: &'a SimilarityGroup, names: &BatchNames) -> Option<Draft<'a>> {
    let pairs: Vec<_> = group.pairs.iter().filter(|pair| network::is_shown(pair)).collect();
    // In the order of clusters, so that a cluster is a block beside the diagonal.
    let mut sheets: BTreeMap<(CandidateId, BatchId), u32> = BTreeMap::new();
    for pair in &pairs {
        for member in [&pair.a, &pair.b] {
            sheets.entry((member.candidate_id.clone(), member.batch_id.clone())).or_insert(pair.cluster);
        }
    }
    if !(MINIMUM_SHEETS..=MAXIMUM_SHEETS).contains(&sheets.len()) {
        return None;
    }
    let mut order: Vec<((CandidateId, BatchId), u32)> = sheets.into_iter().collect();
    order.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    let place: BTreeMap<&(CandidateId, BatchId), usize> =
        order.iter().enumerate().map(|(place, (key, _))| (key, place)).collect();
    let keyed = pairs.iter().any(|pair| pair.matches_incorrect > 0);
    let mut cells: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    let mut data =
        ChartData::new(&["candidate_a", "batch_a", "candidate_b", "batch_b", "matches", "matches_incorrect"]);
    for pair in &pairs {
        let key = |member: &crate::model::evidence::PairMember| (member.candidate_id.clone(), member.batch_id.clone());
        if let (Some(a), Some(b)) = (place.get(&key(&pair.a)), place.get(&key(&pair.b))) {
            let value = if keyed { pair.matches_incorrect } else { pair.matches };
            cells.insert((*a.max(b), *a.min(b)), value);
        }
        data.rows.push(vec![
            masked(pair.a.candidate_id.as_str()),
            masked(pair.a.batch_id.as_str()),
            masked(pair.b.candidate_id.as_str()),
            masked(pair.b.batch_id.as_str()),
            pair.matches.to_string(),
            pair.matches_incorrect.to_string(),
        ]);
    }
    let tails = Tails::of(order.iter().map(|((candidate, _), _)| candidate.as_str()), 6);
    let labels: Vec<String> = order.iter().map(|((candidate, _), _)| tails.label(candidate.as_str())).collect();
    let name = network::group_name(group);
    let (what_zh, what_en) = if keyed {
        ("相同错误作答数", "identical incorrect responses")
    } else {
        ("相同作答数", "identical responses")
    };
    let caption = Bilingual::new(
        format!(
            "每格为两份答卷的{what_zh}，颜色越深越多；灰格为未超过标准的一对。答卷按群排列，标注考号末位。共 {} 份答卷，{} 对。",
            labels.len(),
            pairs.len()
        ),
        format!(
            "Each cell counts the {what_en} of two sheets, darker for more; grey cells are pairs within the criterion. \
             Sheets stand by cluster, labelled with the end of the candidate number. {} sheets, {} pairs.",
            labels.len(),
            pairs.len()
        ),
    );
    Some(Draft {
        name: format!("similarity-heatmap-{name}"),
        title: Bilingual::new(format!("{what_zh}：{name}"), format!("{}: {name}", capitalised(what_en))),
        subtitle: network::group_subtitle(group, names),
        caption,
        data,
        section: ChartSection::Similarity,
        batch_id: network::single_batch(group),
        picture: Box::new(HeatmapPicture {
            labels, cells, rest: Bilingual::new("未超过标准", "within the criterion")
        }),
    })
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A lower triangle of numbers, darker for more.
pub struct HeatmapPicture {
    /// Names of rows and columns.
    pub labels: Vec<String>,
    /// Numbers by (row, column), the row being the larger.
    pub cells: BTreeMap<(usize, usize), u32>,
    /// What cells without a number mean.
    pub rest: Bilingual,
}

impl HeatmapPicture {
    fn colour(&self, value: u32) -> (Colour, Colour) {
        let least = self.cells.values().min().copied().unwrap_or(0);
        let most = self.cells.values().max().copied().unwrap_or(0);
        let share = if most > least { f64::from(value - least) / f64::from(most - least) } else { 1.0 };
        (BLUE.tint(0.15 + 0.85 * share), if share > 0.45 { PAPER } else { INK })
    }
}

impl Picture for HeatmapPicture {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let values: Vec<u32> = self.cells.values().copied().collect();
        let (least, most) = (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0));
        let steps: Vec<u32> = if most - least >= 4 {
            (0..5_u32).map(|step| least + (f64::from(most - least) * f64::from(step) / 4.0).round() as u32).collect()
        } else {
            (least..=most).collect()
        };
        let words: Vec<String> = steps.iter().map(u32::to_string).collect();
        let mut entries: Vec<(Key, &str)> = steps
            .iter()
            .zip(&words)
            .map(|(step, word)| (Key::Fill(self.colour(*step).0, None), word.as_str()))
            .collect();
        entries.push((Key::Fill(BAND, None), self.rest.get(language)));
        let used = canvas.legend(MARGIN, TOP, &entries);
        let label = self.labels.iter().map(|label| canvas.text_width(label, SMALL)).fold(0.0, f64::max);
        let count = self.labels.len();
        let room = WIDTH - 2.0 * MARGIN - label - 20.0;
        let cell = (room / count as f64).min(if count <= 12 { 38.0 } else { 28.0 });
        // The first sheet has no row and the last no column: a pair stands once.
        let lines = count.saturating_sub(1);
        let side = cell * lines as f64;
        let left = MARGIN + label + 12.0 + (room - side) / 2.0;
        let top = TOP + used + 14.0;
        for row in 1..count {
            let y = top + (row - 1) as f64 * cell;
            canvas.text(left - 8.0, y + cell / 2.0, &self.labels[row], Type::new(SMALL).right());
            // Labels of columns stand below, where the triangle is.
            let x = left + (row - 1) as f64 * cell + cell / 2.0;
            canvas.text(x, top + side + 8.0, &self.labels[row - 1], Type::new(SMALL).right().turned());
            for column in 0..row {
                let x = left + column as f64 * cell;
                let area = Area::new(x, y, x + cell, y + cell);
                match self.cells.get(&(row, column)) {
                    None => canvas.rect(area, BAND),
                    Some(value) => {
                        let (ground, ink) = self.colour(*value);
                        canvas.rect(area, ground);
                        if cell >= LEGIBLE_CELL && *value < 1000 {
                            let style = Type::new(SMALL).centre().colour(ink);
                            canvas.text(x + cell / 2.0, y + cell / 2.0, &value.to_string(), style);
                        }
                    }
                }
                canvas.outline(area, Stroke::new(PAPER, 1.0));
            }
        }
        top + side + label + 26.0
    }
}
