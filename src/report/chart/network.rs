//! Flagged pairs of answer sheets as a network: every cluster on a circle of its own.

use crate::model::evidence::{PairMember, SimilarPair, SimilarityGroup};
use crate::model::ids::{BatchId, CandidateId};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type, WIDTH};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, Tails, counted, grouped, masked, real, say};
use crate::report::chart::palette::{BLUE, Colour, GREEN, GRID, INK, ORANGE, PAPER, PURPLE, SKY, VERMILLION};
use std::collections::BTreeMap;
use std::f64::consts::PI;

/// Sheets of one cluster that are drawn: those with the most pairs.
const MAXIMUM_SHEETS: usize = 48;
/// Clusters that are drawn: the largest ones.
const MAXIMUM_CLUSTERS: usize = 24;
/// Marks of batches, in their order; further batches share the last.
const MARKS: [(Symbol, Colour); 5] = [
    (Symbol::Disc, BLUE),
    (Symbol::Square, GREEN),
    (Symbol::Diamond, PURPLE),
    (Symbol::Triangle, ORANGE),
    (Symbol::TriangleDown, INK),
];
/// With more sheets, labels stand in two columns beside the circle, joined to their sheets by thin lines.
const LABELS_AROUND: usize = 8;
/// Distance of those columns from the circle, and of their lines from each other.
const LEADER: f64 = 30.0;
const LABEL_LINE: f64 = 14.0;
/// Characters of a candidate's number that a label keeps.
const TAIL: usize = 6;

/// What a group is called in titles and file names: its form, or its first batch.
pub fn group_name(group: &SimilarityGroup) -> String {
    match (&group.form_id, group.batches.first()) {
        (Some(form), _) => masked(form.as_str()),
        (None, Some(batch)) => masked(batch.as_str()),
        (None, None) => String::new(),
    }
}

/// The heading of a group: which form, and of which batches.
pub fn group_subtitle(group: &SimilarityGroup, names: &BatchNames) -> Bilingual {
    let batches: Vec<String> = group.batches.iter().take(3).map(|batch| masked(batch.as_str())).collect();
    let more = if group.batches.len() > 3 { " …" } else { "" };
    let (sheets, pairs) = (grouped(group.sheets), grouped(group.pairs_compared));
    // The responses of one table belong to no batch.
    let of = |label: &str, separator: &str| match batches.iter().all(String::is_empty) {
        true => String::new(),
        false => format!("{label} {}{more} · ", batches.join(separator)),
    };
    let words = Bilingual::new(
        format!("{}n = {sheets} 份答卷，{} 题，比较 {pairs} 对", of("批次", "、"), group.items),
        format!("{}n = {sheets} sheets, {} items, {pairs} pairs compared", of("batch", ", "), group.items),
    );
    names.dated(words, group.batches.iter())
}

/// Whether a pair is shown: past its criterion, or identical.
pub fn is_shown(pair: &SimilarPair) -> bool {
    pair.flagged || pair.identical
}

/// −log10 of the p-value, finite and not negative.
fn strength(pair: &SimilarPair) -> f64 {
    let strength = -pair.gbt_log10_p_value;
    if strength.is_nan() { 0.0 } else { strength.clamp(0.0, 999.0) }
}

type SheetKey = (CandidateId, BatchId);

fn sheet(member: &PairMember) -> SheetKey {
    (member.candidate_id.clone(), member.batch_id.clone())
}

/// One cluster with its drawn sheets in order and its pairs.
struct Cluster<'a> {
    number: u32,
    sheets: Vec<SheetKey>,
    all_sheets: usize,
    pairs: Vec<&'a SimilarPair>,
}

fn clusters(group: &SimilarityGroup) -> Vec<Cluster<'_>> {
    let mut by_number: BTreeMap<u32, Vec<&SimilarPair>> = BTreeMap::new();
    for pair in group.pairs.iter().filter(|pair| is_shown(pair)) {
        by_number.entry(pair.cluster).or_default().push(pair);
    }
    let mut clusters: Vec<Cluster<'_>> = by_number
        .into_iter()
        .map(|(number, pairs)| {
            let mut degrees: BTreeMap<SheetKey, usize> = BTreeMap::new();
            for pair in &pairs {
                *degrees.entry(sheet(&pair.a)).or_default() += 1;
                *degrees.entry(sheet(&pair.b)).or_default() += 1;
            }
            let all_sheets = degrees.len();
            let mut ranked: Vec<(SheetKey, usize)> = degrees.into_iter().collect();
            ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            ranked.truncate(MAXIMUM_SHEETS);
            let mut sheets: Vec<SheetKey> = ranked.into_iter().map(|(key, _)| key).collect();
            sheets.sort();
            Cluster { number, sheets, all_sheets, pairs }
        })
        .collect();
    clusters.sort_by(|a, b| b.all_sheets.cmp(&a.all_sheets).then_with(|| a.number.cmp(&b.number)));
    clusters
}

/// The chart of one group; `None` when no pair is flagged.
pub fn draft<'a>(group: &'a SimilarityGroup, names: &BatchNames) -> Option<Draft<'a>> {
    let mut found = clusters(group);
    if found.is_empty() {
        return None;
    }
    let mut data = ChartData::new(&[
        "cluster",
        "candidate_a",
        "batch_a",
        "room_a",
        "seat_a",
        "candidate_b",
        "batch_b",
        "room_b",
        "seat_b",
        "items_compared",
        "matches",
        "matches_incorrect",
        "longest_identical_run",
        "gbt_log10_p_value",
        "adjusted_p_value",
        "flagged",
        "identical",
    ]);
    for pair in group.pairs.iter().filter(|pair| is_shown(pair)) {
        let mut row = vec![pair.cluster.to_string()];
        for member in [&pair.a, &pair.b] {
            row.push(masked(member.candidate_id.as_str()));
            row.push(masked(member.batch_id.as_str()));
            row.push(member.room.as_deref().map_or_else(String::new, masked));
            row.push(member.seat.as_deref().map_or_else(String::new, masked));
        }
        for number in [pair.items_compared, pair.matches, pair.matches_incorrect, pair.longest_identical_run] {
            row.push(number.to_string());
        }
        row.push(real(pair.gbt_log10_p_value));
        row.push(if pair.adjusted_p_value.is_finite() {
            format!("{:.6e}", pair.adjusted_p_value)
        } else {
            String::new()
        });
        row.push(pair.flagged.to_string());
        row.push(pair.identical.to_string());
        data.rows.push(row);
    }
    let all = found.len();
    let pairs: usize = found.iter().map(|cluster| cluster.pairs.len()).sum();
    found.truncate(MAXIMUM_CLUSTERS);
    let name = group_name(group);
    let cut = found.len() < all || found.iter().any(|cluster| cluster.sheets.len() < cluster.all_sheets);
    let (more_zh, more_en) = if cut {
        (
            "图中只画最大的若干群及连线最多的答卷，其余见数据文件。",
            " The largest clusters and most connected sheets are drawn; the data file has all.",
        )
    } else {
        ("", "")
    };
    let caption = Bilingual::new(
        format!(
            "每个符号是一份答卷（标注考号末位），连线为经 Holm 校正后超过标准的一对（共比较 {} 对，族错误率 {}），线越粗 p 值越小；双线为\
             所有作答完全相同。两份的群在线上注明相同作答数/比较题数。相似不说明谁抄谁，也可能出于同一培训、题目过易或重复登记；\
             n = {} 份答卷，共 {pairs} 对、{all} 群。{more_zh}",
            grouped(group.pairs_compared),
            real_level(group.significance_level),
            grouped(group.sheets)
        ),
        format!(
            "Each mark is a sheet (end of the candidate number); a line joins a pair past the criterion after Holm's \
             adjustment ({} pairs compared, family-wise level {}), thicker for smaller p; a double line: every response \
             the same. Clusters of two say identical responses / items compared. Similarity has no direction, and can come \
             from common training, easy items or double registration. n = {} sheets; {pairs} pairs in {all} clusters.{more_en}",
            grouped(group.pairs_compared),
            real_level(group.significance_level),
            grouped(group.sheets)
        ),
    );
    let sheets = found.iter().flat_map(|cluster| &cluster.sheets);
    let tails = Tails::of(sheets.map(|(candidate, _)| candidate.as_str()), TAIL);
    Some(Draft {
        name: format!("similarity-network-{name}"),
        title: Bilingual::new(format!("相似答卷网络：{name}"), format!("Network of similar answer sheets: {name}")),
        subtitle: group_subtitle(group, names),
        caption,
        data,
        section: ChartSection::Similarity,
        batch_id: single_batch(group),
        picture: Box::new(NetworkPicture { tails, clusters: found, batches: shown_batches(group) }),
    })
}

/// The batch of a group that has one.
pub fn single_batch(group: &SimilarityGroup) -> Option<BatchId> {
    if let [batch] = group.batches.as_slice() { Some(batch.clone()) } else { None }
}

fn real_level(level: f64) -> String {
    if !level.is_finite() {
        return "–".to_owned();
    }
    format!("{level:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn shown_batches(group: &SimilarityGroup) -> Vec<BatchId> {
    let mut batches: Vec<BatchId> = group
        .pairs
        .iter()
        .filter(|pair| is_shown(pair))
        .flat_map(|pair| [pair.a.batch_id.clone(), pair.b.batch_id.clone()])
        .collect();
    batches.sort();
    batches.dedup();
    batches
}

struct NetworkPicture<'a> {
    tails: Tails,
    clusters: Vec<Cluster<'a>>,
    batches: Vec<BatchId>,
}

/// Size of one cluster's drawing.
#[derive(Clone, Copy)]
struct Extent {
    radius: f64,
    width: f64,
    height: f64,
}

impl NetworkPicture<'_> {
    fn mark(&self, batch: &BatchId) -> (Symbol, Colour) {
        let place = self.batches.binary_search(batch).unwrap_or(0).min(MARKS.len() - 1);
        MARKS[place]
    }

    fn extent(&self, canvas: &Canvas<'_>, cluster: &Cluster<'_>, language: Language) -> Extent {
        let label = cluster
            .sheets
            .iter()
            .map(|(candidate, _)| canvas.text_width(&self.tails.label(candidate.as_str()), SMALL))
            .fold(0.0, f64::max);
        let count = cluster.sheets.len();
        let title = canvas.text_width(&cluster.title(language), SMALL);
        if count <= 2 {
            let radius = (label / 2.0 + 8.0).max(50.0);
            return Extent { radius, width: (2.0 * radius + label).max(title) + 24.0, height: 92.0 };
        }
        let radius = (count as f64 * 24.0 / (2.0 * PI)).max(48.0);
        let beside = if count > LABELS_AROUND { LEADER } else { 14.0 };
        let width = (2.0 * (radius + beside + label)).max(title) + 24.0;
        Extent { radius, width, height: 2.0 * (radius + 28.0) + 30.0 }
    }

    fn legend(&self, canvas: &Canvas<'_>, language: Language, range: (f64, f64)) -> f64 {
        let (low, high) = range;
        let sign = |value: f64| format!("−log10 p = {value:.1}");
        let mut words = vec![sign(low)];
        let mut keys = vec![Key::Line(Stroke::new(SKY, thickness(low, range)))];
        if high - low > 0.05 {
            words.push(sign(high));
            keys.push(Key::Line(Stroke::new(SKY, thickness(high, range))));
        }
        if self.clusters.iter().flat_map(|cluster| &cluster.pairs).any(|pair| pair.identical) {
            words.push(say(language, "作答完全相同（双线）", "identical responses (double line)").to_owned());
            keys.push(Key::DoubleLine(VERMILLION));
        }
        if self.batches.len() > 1 {
            for (place, batch) in self.batches.iter().enumerate().take(MARKS.len()) {
                let rest = place == MARKS.len() - 1 && self.batches.len() > MARKS.len();
                let id = masked(batch.as_str());
                words.push(if rest { say(language, "其他批次", "other batches").to_owned() } else { id });
                keys.push(Key::Symbol(MARKS[place].0, MARKS[place].1));
            }
        }
        let entries: Vec<(Key, &str)> = keys.into_iter().zip(words.iter().map(String::as_str)).collect();
        canvas.legend(MARGIN, TOP, &entries)
    }
}

/// Thickness of a pair's line, pixels.
fn thickness(strength: f64, (low, high): (f64, f64)) -> f64 {
    let share = if high - low > 1e-9 { ((strength - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
    1.6 + 5.0 * share
}

impl Picture for NetworkPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let strengths = || self.clusters.iter().flat_map(|cluster| &cluster.pairs).map(|pair| strength(pair));
        let range = (strengths().fold(f64::INFINITY, f64::min), strengths().fold(0.0, f64::max));
        let mut y = TOP + self.legend(canvas, language, range) + 14.0;
        let room = WIDTH - 2.0 * MARGIN;
        let extents: Vec<Extent> = self.clusters.iter().map(|cluster| self.extent(canvas, cluster, language)).collect();
        let mut first = 0;
        while first < extents.len() {
            // As many clusters as fit side by side; the rest of the room is spread between them.
            let mut last = first;
            let mut width = 0.0;
            while last < extents.len() && (last == first || width + extents[last].width <= room) {
                width += extents[last].width;
                last += 1;
            }
            let gap = ((room - width) / (last - first + 1) as f64).max(0.0);
            let height = extents[first..last].iter().map(|extent| extent.height).fold(0.0, f64::max);
            let mut x = MARGIN + gap;
            for (cluster, extent) in self.clusters[first..last].iter().zip(&extents[first..last]) {
                let middle = (x + extent.width / 2.0, y + 30.0 + (extent.height - 30.0) / 2.0);
                canvas.text(middle.0, y + 9.0, &cluster.title(language), Type::new(SMALL).centre().muted());
                self.cluster(canvas, cluster, *extent, middle, range);
                x += extent.width + gap;
            }
            y += height + 16.0;
            first = last;
        }
        y + 4.0
    }
}

impl Cluster<'_> {
    fn title(&self, language: Language) -> String {
        let (number, sheets, pairs) = (self.number, self.all_sheets, self.pairs.len());
        match language {
            Language::Chinese => format!("第 {number} 群：{sheets} 份，{pairs} 对"),
            Language::English => format!("cluster {number}: {sheets} sheets, {}", counted(pairs, "pair")),
        }
    }
}

impl NetworkPicture<'_> {
    fn cluster(
        &self,
        canvas: &Canvas<'_>,
        cluster: &Cluster<'_>,
        extent: Extent,
        middle: (f64, f64),
        range: (f64, f64),
    ) {
        let count = cluster.sheets.len();
        let angle = |place: usize| angle(place, count);
        let at = |place: usize, radius: f64| {
            (middle.0 + radius * angle(place).cos(), middle.1 + radius * angle(place).sin())
        };
        let place_of = |member: &PairMember| cluster.sheets.binary_search(&sheet(member)).ok();
        // The strongest pairs are drawn last, on top.
        let mut pairs = cluster.pairs.clone();
        pairs.sort_by(|a, b| strength(a).total_cmp(&strength(b)));
        for pair in pairs {
            let (Some(a), Some(b)) = (place_of(&pair.a), place_of(&pair.b)) else { continue };
            let (from, to) = (at(a, extent.radius), at(b, extent.radius));
            let width = thickness(strength(pair), range);
            if pair.identical {
                canvas.line(from, to, Stroke::new(VERMILLION, width.max(4.5)));
                canvas.line(from, to, Stroke::new(PAPER, (width.max(4.5) / 3.0).max(1.5)));
            } else {
                canvas.line(from, to, Stroke::new(SKY, width));
            }
            if count == 2 {
                let text = format!("{}/{}", pair.matches, pair.items_compared);
                canvas.text(middle.0, middle.1 - 8.0, &text, Type::new(SMALL).centre().above());
            }
        }
        for (place, (candidate, batch)) in cluster.sheets.iter().enumerate() {
            let (x, y) = at(place, extent.radius);
            let (symbol, colour) = self.mark(batch);
            canvas.symbol(symbol, x, y, 9.0, PAPER);
            canvas.symbol(symbol, x, y, 7.0, colour);
            if count > LABELS_AROUND {
                continue;
            }
            let label = self.tails.label(candidate.as_str());
            let style = Type::new(SMALL).muted();
            if count <= 2 {
                canvas.text(x, y + 12.0, &label, style.centre().below());
                continue;
            }
            let (lx, ly) = at(place, extent.radius + 13.0);
            let (across, down) = (angle(place).cos(), angle(place).sin());
            if across.abs() > 0.2 {
                canvas.text(lx, ly, &label, if across > 0.0 { style } else { style.right() });
            } else {
                let style = if down > 0.0 { style.centre().below() } else { style.centre().above() };
                canvas.text(lx, ly - down * 3.0, &label, style);
            }
        }
        if count > LABELS_AROUND {
            label_columns(canvas, cluster, self.tails, extent.radius, middle);
        }
        if cluster.sheets.len() < cluster.all_sheets {
            let hidden = format!("+ {}", cluster.all_sheets - cluster.sheets.len());
            canvas.patch(middle.0, middle.1, &hidden, Type::new(SMALL).centre().bold());
        }
    }
}

/// Where a sheet stands on its circle: two side by side, more from the top on clockwise.
fn angle(place: usize, count: usize) -> f64 {
    if count <= 2 {
        PI * (1.0 - place as f64)
    } else {
        // Many start half a step off the top, so that each belongs to the left or the right.
        let start = if count > LABELS_AROUND { 0.5 } else { 0.0 };
        2.0 * PI * (place as f64 + start) / count as f64 - PI / 2.0
    }
}

/// Heights as wished, in ascending order, moved so far that none is closer than `gap` to the one above.
fn spread(wished: &[f64], gap: f64) -> Vec<f64> {
    let mut places: Vec<f64> = Vec::with_capacity(wished.len());
    for height in wished {
        places.push(places.last().map_or(*height, |last| height.max(last + gap)));
    }
    // Moves the whole back by half of what the last one was pushed.
    let pushed = places.last().zip(wished.last()).map_or(0.0, |(place, wish)| place - wish);
    places.iter().map(|place| place - pushed / 2.0).collect()
}

fn label_columns(canvas: &Canvas<'_>, cluster: &Cluster<'_>, tails: Tails, radius: f64, middle: (f64, f64)) {
    let count = cluster.sheets.len();
    for side in [1.0, -1.0] {
        let mut places: Vec<usize> = (0..count).filter(|place| angle(*place, count).cos() * side > 0.0).collect();
        places.sort_by(|a, b| angle(*a, count).sin().total_cmp(&angle(*b, count).sin()));
        let wished: Vec<f64> =
            places.iter().map(|place| middle.1 + (radius + 10.0) * angle(*place, count).sin()).collect();
        for (place, y) in places.iter().zip(spread(&wished, LABEL_LINE)) {
            let turn = angle(*place, count);
            let from = (middle.0 + (radius + 9.0) * turn.cos(), middle.1 + (radius + 9.0) * turn.sin());
            let x = middle.0 + side * (radius + LEADER);
            canvas.line(from, (x - side * 3.0, y), Stroke::new(GRID, 1.0));
            let style = Type::new(SMALL).muted();
            let label = tails.label(cluster.sheets[*place].0.as_str());
            canvas.text(x, y, &label, if side > 0.0 { style } else { style.right() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_keep_their_distance() {
        assert_eq!(spread(&[0.0, 1.0, 50.0], 14.0), [0.0, 14.0, 50.0]);
        assert_eq!(spread(&[0.0, 1.0, 2.0], 14.0), [-13.0, 1.0, 15.0]);
        assert!(spread(&[], 14.0).is_empty());
    }
}
