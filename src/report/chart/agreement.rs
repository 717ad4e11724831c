//! Pairs of raters: exact and adjacent agreement, and weighted kappa.

use crate::model::evidence::RaterPair;
use crate::model::text::{Bilingual, Language};
use crate::report::chart::canvas::{Canvas, Key, MARGIN, Stroke, Symbol, TOP};
use crate::report::chart::kind::{ChartData, ChartSection, Draft, Picture};
use crate::report::chart::labels::{BatchNames, grouped, masked, optional, real, say};
use crate::report::chart::palette::{BLUE, INK, ORANGE, SKY};
use crate::report::chart::panel::{Panel, tick_text};
use crate::report::chart::rows::{self, Columns, MAXIMUM_ROWS, RowLabel};

/// The chart; `None` without pairs. Pairs over all batches are preferred to those of single batches.
pub fn draft<'a>(pairs: &[&'a RaterPair], names: &BatchNames) -> Option<Draft<'a>> {
    let finite = |pair: &RaterPair| pair.exact_agreement.is_finite() && pair.adjacent_agreement.is_finite();
    let mut shown: Vec<&RaterPair> = pairs.iter().copied().filter(|pair| pair.n > 0 && finite(pair)).collect();
    if shown.iter().any(|pair| pair.batch_id.is_none()) {
        shown.retain(|pair| pair.batch_id.is_none());
    }
    if shown.is_empty() {
        return None;
    }
    // The least agreement first; without variance there is no kappa to sort by.
    let kappa = |pair: &RaterPair| pair.weighted_kappa.filter(|kappa| kappa.is_finite()).unwrap_or(f64::INFINITY);
    shown.sort_by(|a, b| {
        kappa(a)
            .total_cmp(&kappa(b))
            .then_with(|| (&a.rater_a, &a.rater_b, &a.batch_id).cmp(&(&b.rater_a, &b.rater_b, &b.batch_id)))
    });
    let mut data = ChartData::new(&[
        "body_id",
        "batch_id",
        "rater_a",
        "rater_b",
        "marks",
        "exact_agreement",
        "adjacent_agreement",
        "weighted_kappa",
        "mean_difference",
        "standard_deviation_of_difference",
    ]);
    for pair in &shown {
        data.rows.push(vec![
            pair.body_id.as_ref().map_or_else(String::new, |body| masked(body.as_str())),
            pair.batch_id.as_ref().map_or_else(String::new, |batch| masked(batch.as_str())),
            masked(pair.rater_a.as_str()),
            masked(pair.rater_b.as_str()),
            pair.n.to_string(),
            real(pair.exact_agreement),
            real(pair.adjacent_agreement),
            optional(pair.weighted_kappa.map(real)),
            real(pair.mean_difference),
            optional(pair.standard_deviation_of_difference.map(real)),
        ]);
    }
    let all = shown.len();
    let n = shown.iter().fold(0_u64, |sum, pair| sum.saturating_add(pair.n));
    shown.truncate(MAXIMUM_ROWS);
    let labels = shown
        .iter()
        .map(|pair| {
            let batch = pair.batch_id.as_ref().map_or_else(String::new, |batch| masked(batch.as_str()));
            let kappa = pair.weighted_kappa.filter(|kappa| kappa.is_finite());
            let kappa = kappa.map_or_else(|| "–".to_owned(), |kappa| format!("{kappa:.2}").replace('-', "−"));
            let note = format!("n = {} · κ = {kappa}", grouped(pair.n));
            RowLabel {
                main: format!("{} × {}", masked(pair.rater_a.as_str()), masked(pair.rater_b.as_str())),
                detail: Bilingual::new(batch.clone(), batch),
                note: Bilingual::new(note.clone(), note),
            }
        })
        .collect();
    let caption = Bilingual::new(
        format!(
            "每行两名共同评分的考评员：圆点为完全一致率，方块为相差不超过一档的比率，空心菱形为二次加权 kappa（κ，评分无变化时无定义）。\
             κ 最低的在前。共 {} 次共同评分。次数少时各值波动大；本图只作描述。",
            grouped(n)
        ),
        format!(
            "One row a pair of raters who marked the same work: disc, share of equal marks; square, share equal or one step \
             apart; hollow diamond, quadratically weighted kappa (κ, not defined without variance). Lowest κ first. \
             {} common marks. Values of few marks vary a lot; the chart only describes.",
            grouped(n)
        ),
    );
    Some(Draft {
        name: "rater-agreement".to_owned(),
        title: Bilingual::new("考评员两两一致程度", "Agreement of pairs of raters"),
        subtitle: names.dated(
            Bilingual::new(
                format!("{all} 对考评员，n = {} 次共同评分", grouped(n)),
                format!("{all} pairs of raters, n = {} common marks", grouped(n)),
            ),
            pairs.iter().filter_map(|pair| pair.batch_id.as_ref()),
        ),
        caption: rows::joined(caption, &rows::left_out(shown.len(), all)),
        data,
        section: ChartSection::Scoring,
        batch_id: None,
        picture: Box::new(AgreementPicture { labels, shown }),
    })
}

struct AgreementPicture<'a> {
    labels: Vec<RowLabel>,
    shown: Vec<&'a RaterPair>,
}

impl Picture for AgreementPicture<'_> {
    fn draw(&self, canvas: &Canvas<'_>, language: Language) -> f64 {
        let used = canvas.legend(
            MARGIN,
            TOP,
            &[
                (Key::Symbol(Symbol::Disc, BLUE), say(language, "完全一致", "equal")),
                (Key::Symbol(Symbol::Square, ORANGE), say(language, "相差不超过一档", "equal or one step apart")),
                (Key::Symbol(Symbol::HollowDiamond, INK), say(language, "加权 kappa", "weighted kappa")),
            ],
        );
        let top = TOP + used + 12.0;
        let area = rows::frame(canvas, &self.labels, Columns { label: 250.0, note: 160.0 }, top, language);
        let kappas = self.shown.iter().filter_map(|pair| pair.weighted_kappa).filter(|kappa| kappa.is_finite());
        let low = kappas.fold(0.0, f64::min).max(-1.0);
        let panel = Panel::new(canvas, area, low * 1.05 - 0.02..1.02, 0.0..1.0);
        let ticks = panel.x_ticks(9);
        panel.x_axis(&ticks, |tick| tick_text(&ticks, tick));
        panel.base();
        for (index, pair) in self.shown.iter().enumerate() {
            let y = rows::middle(area, index);
            let x_of = |value: f64| panel.at(value, 0.0).0;
            canvas.line((x_of(pair.exact_agreement), y), (x_of(pair.adjacent_agreement), y), Stroke::new(SKY, 3.0));
            canvas.symbol(Symbol::Square, x_of(pair.adjacent_agreement), y, 5.5, ORANGE);
            canvas.symbol(Symbol::Disc, x_of(pair.exact_agreement), y, 5.5, BLUE);
            if let Some(kappa) = pair.weighted_kappa.filter(|kappa| kappa.is_finite()) {
                canvas.symbol(Symbol::HollowDiamond, x_of(kappa), y, 6.0, INK);
            }
        }
        panel.x_title(say(language, "一致率 / kappa", "agreement / kappa"));
        area.bottom + 52.0
    }
}
