//! Rater effects of one panel, each a ratio to 1: halo, centrality and range against the panel's median, fit against
//! the model.

use crate::model::rater_evidence::{RaterMeasure, RaterPanel};
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, SMALL, Stroke, Symbol, TOP, Type};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, component, counted, grouped, masked, optional, real, say};
use crate::report::chart::palette::{BLUE, Colour, GREEN, INK, ORANGE, PURPLE, VERMILLION};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, ROW, RowLabel};
use crate::report::chart::severity::{is_judged, panel_name, panel_stem, panels_left_out, rater_labels};

/// The axis ends here; further ratios are drawn at its end.
const LARGEST_RATIO: f64 = 3.0;
/// The effects in the order of the legend, with the sign that flags each.
const EFFECTS: [(&str, Symbol, Colour); 4] = [
    ("halo", Symbol::Disc, BLUE),
    ("centrality", Symbol::Triangle, ORANGE),
    ("range_restriction", Symbol::Square, GREEN),
    ("misfit", Symbol::HollowDiamond, PURPLE),
];

/// The ratio of an effect.
fn ratio(rater: &RaterMeasure, effect: &str) -> Option<f64> {
    let ratio = match effect {
        "halo" => rater.halo_ratio,
        "centrality" => rater.centrality_ratio,
        "range_restriction" => rater.range_ratio,
        _ => rater.infit,
    };
    ratio.filter(|ratio| ratio.is_finite())
}

/// Signs that this chart shows.
pub fn effect_signs(rater: &RaterMeasure) -> usize {
    EFFECTS.iter().filter(|(effect, ..)| rater.signs.contains(effect)).count()
}

/// The chart of one panel; `None` when no ratio is known. `panels` are drawn of `all`.
pub fn draft<'a>(panel: &'a RaterPanel, names: &BatchNames, panels: usize, all: usize) -> Option<Draft<'a>> {
    let has_ratio = |rater: &RaterMeasure| EFFECTS.iter().any(|(effect, ..)| ratio(rater, effect).is_some());
    let mut shown: Vec<&RaterMeasure> =
        panel.raters.iter().filter(|rater| is_judged(panel, rater) && has_ratio(rater)).collect();
    if shown.is_empty() {
        return None;
    }
    let measured = shown.len();
    let departure = |rater: &RaterMeasure| {
        EFFECTS
            .iter()
            .filter_map(|(effect, ..)| ratio(rater, effect))
            .map(|ratio| (ratio - 1.0).abs())
            .fold(0.0, f64::max)
    };
    shown.sort_by(|a, b| {
        (effect_signs(b).cmp(&effect_signs(a)))
            .then_with(|| departure(b).total_cmp(&departure(a)))
            .then_with(|| a.rater_id.cmp(&b.rater_id))
    });
    shown.truncate(MAXIMUM_ROWS);
    let tails = rater_labels(&shown);
    let labels = shown
        .iter()
        .map(|rater| RowLabel {
            main: tails.label(rater.rater_id.as_str()),
            detail: Bilingual::default(),
            note: note(rater),
        })
        .collect();
    let name = panel_name(panel, names);
    let caption = Bilingual::new(
        format!(
            "每行一名考评员，有迹象者在前：每个符号是一个比值。光环、趋中、幅度与同组考评员的通常水平（中位数）相比，拟合与模型期望相比，1 为相同。光环：同一作品各要素得分的离散程度，过小表示各要素趋同；\
             趋中：中间分数的比例，过大表示集中于中间；幅度：给分的标准差，过小表示幅度收窄；拟合（infit）：过大表示给分不稳。外圈表示经\
             Holm 校正后超过标准。考生水平相近时也会如此，由人查看原始评分。评分不足 {} 次者不列。n = {}。",
            grouped(panel.minimum_ratings),
            grouped(panel.ratings)
        ),
        format!(
            "One row a rater, those with signs first: each mark is a ratio: halo, centrality and range \
             to what is usual in the panel (its median), fit to what the model expects; 1 is alike. Halo: spread of the marks over the criteria of one work, small when criteria are marked alike; centrality: share of \
             middle marks, large when they crowd; range: standard deviation of the marks, small when the range is narrow; \
             fit (infit): large when marks are erratic. A ring: past its criterion after Holm's adjustment. Candidates of \
             like ability can look the same; a person reads the marks themselves. Raters with fewer than {} marks are not \
             listed. n = {} marks.",
            grouped(panel.minimum_ratings),
            grouped(panel.ratings)
        ),
    );
    let caption =
        rows::joined(rows::joined(caption, &rows::left_out(shown.len(), measured)), &panels_left_out(panels, all));
    Some(Draft {
        name: format!("rater-effects-{}", panel_stem(panel)),
        title: Bilingual::new(format!("考评员效应：{}", name.zh), format!("Rater effects: {}", name.en)),
        subtitle: names.dated(
            Bilingual::new(
                format!("{measured} 名考评员，n = {} 次评分", grouped(panel.ratings)),
                format!("{}, n = {} marks", counted(measured, "rater"), grouped(panel.ratings)),
            ),
            panel.batches.iter(),
        ),
        caption,
        data: data(panel),
        section: ChartSection::Scoring,
        batch_id: None,
        picture: Box::new(EffectsPicture { labels, shown }),
    })
}

fn data(panel: &RaterPanel) -> ChartData {
    let mut data = ChartData::new(&[
        "body_id",
        "component",
        "rater_id",
        "ratings",
        "halo_ratio",
        "halo_adjusted_p_value",
        "centrality_ratio",
        "centrality_adjusted_p_value",
        "range_ratio",
        "range_adjusted_p_value",
        "infit",
        "infit_zstd",
        "outfit",
        "outfit_zstd",
        "signs",
    ]);
    for rater in &panel.raters {
        data.rows.push(vec![
            panel.body_id.as_ref().map_or_else(String::new, |body| masked(body.as_str())),
            component(&panel.component).en,
            masked(rater.rater_id.as_str()),
            rater.ratings.to_string(),
            optional(rater.halo_ratio.map(real)),
            optional(rater.halo_adjusted_p_value.map(real)),
            optional(rater.centrality_ratio.map(real)),
            optional(rater.centrality_adjusted_p_value.map(real)),
            optional(rater.range_ratio.map(real)),
            optional(rater.range_adjusted_p_value.map(real)),
            optional(rater.infit.map(real)),
            optional(rater.infit_zstd.map(real)),
            optional(rater.outfit.map(real)),
            optional(rater.outfit_zstd.map(real)),
            rater.signs.join(" "),
        ]);
    }
    data
}

/// The names of the effects past their criterion.
fn note(rater: &RaterMeasure) -> Bilingual {
    let mut note = Bilingual::default();
    for (effect, ..) in EFFECTS.iter().filter(|(effect, ..)| rater.signs.contains(effect)) {
        let separate = if note.zh.is_empty() { ["", ""] } else { ["、", ", "] };
        let words = match *effect {
            "halo" => ["光环", "halo"],
            "centrality" => ["趋中", "centrality"],
            "range_restriction" => ["幅度收窄", "narrow range"],
            _ => ["拟合", "fit"],
        };
        note.zh.push_str(&format!("{}{}", separate[0], words[0]));
        note.en.push_str(&format!("{}{}", separate[1], words[1]));
    }
    note
}

struct EffectsPicture<'a> {
    labels: Vec<RowLabel>,
    shown: Vec<&'a RaterMeasure>,
}

impl Picture for EffectsPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let words = [
            say(language, "光环（小于 1）", "halo (below 1)"),
            say(language, "趋中（大于 1）", "centrality (above 1)"),
            say(language, "幅度收窄（小于 1）", "narrow range (below 1)"),
            say(language, "拟合 infit", "fit (infit)"),
        ];
        let mut keys: Vec<(Key, &str)> = EFFECTS
            .iter()
            .zip(words)
            .map(|((_, symbol, colour), words)| (Key::Symbol(*symbol, *colour), words))
            .collect();
        keys.push((Key::Symbol(Symbol::Ring, VERMILLION), say(language, "外圈：超过标准", "ring: past its criterion")));
        let used = canvas.legend(MARGIN, TOP, &keys);
        let top = TOP + used + 32.0;
        let area = rows::frame(canvas, &self.labels, Columns { label: 200.0, note: 190.0 }, top, language);
        let furthest = self
            .shown
            .iter()
            .flat_map(|rater| EFFECTS.iter().filter_map(|(effect, ..)| ratio(rater, effect)))
            .fold(1.6, f64::max);
        let panel = Panel::new(canvas, area, 0.0..(furthest * 1.05).min(LARGEST_RATIO), 0.0..1.0);
        let ticks = panel.x_ticks(9);
        panel.x_axis(&ticks, |tick| tick_text(&ticks, tick));
        panel.base();
        let expected = panel.at(1.0, 0.0).0;
        canvas.line((expected, area.top - 4.0), (expected, area.bottom), Stroke::new(INK, 1.6));
        canvas.text(
            expected,
            area.top - 8.0,
            say(language, "1 = 与同组或模型相同", "1 = like the panel or the model"),
            Type::new(SMALL).centre().above(),
        );
        for (index, rater) in self.shown.iter().enumerate() {
            let y = rows::middle(area, index);
            for (place, (effect, symbol, colour)) in EFFECTS.iter().enumerate() {
                let Some(ratio) = ratio(rater, effect) else { continue };
                let x = panel.at(ratio, 0.0).0;
                // Marks of one row stand a little above each other, so that equal ratios stay apart.
                let y = y + (place as f64 - 1.5) * ROW * 0.16;
                if rater.signs.contains(effect) {
                    canvas.symbol(Symbol::Ring, x, y, 8.0, VERMILLION);
                }
                canvas.symbol(*symbol, x, y, 4.2, *colour);
            }
        }
        panel.x_title(say(
            language,
            "与同组中位数之比；拟合为与模型期望之比",
            "ratio to the panel's median; of fit, to what the model expects",
        ));
        area.bottom + 52.0
    }
}
