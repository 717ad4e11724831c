//! How often honest batches are flagged and copied pairs found, by size of batch, test and copying, also under misfit.
//! Writes `reports/similarity-study`. Run by hand:
//! `cargo test --release --test it similarity::power -- --ignored --nocapture`, with
//! `KAOJIAN_STUDY_SHEETS` (sizes of batches, `20,40,100,200,1000,10000`), `KAOJIAN_STUDY_PERCENT` (of the repeats, 100) and
//! `KAOJIAN_STUDY_OUT` (the folder) as variables of the environment.

use super::data::{dataset, items, normal, respond};
use kaojian::detect::similarity::study::study;
use kaojian::detect::similarity::study_parameters::{Index, StudyParameters};
use kaojian::model::progress::Silent;
use kaojian::psychometrics::nominal_item::NominalItem;
use kaojian::report::chart::canvas::{Area, Canvas, Key, MARGIN, Stroke, Symbol, TOP, Type};
use kaojian::report::chart::font::FontFace;
use kaojian::report::chart::palette::{BLUE, Dash, GREEN, INK, VERMILLION};
use kaojian::report::chart::panel::Panel;
use kaojian::stats::intervals::clopper_pearson;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Family-wise level, that of the published baseline.
const LEVEL: f64 = 0.05;
/// Spread of the option preferences of a group, logits: what one teacher's misconceptions may do.
const MISFIT: f64 = 0.5;
const MISFIT_GROUPS: usize = 4;
/// Batches of one cell, by their size.
const REPEATS: [(usize, usize); 6] = [(20, 300), (40, 300), (100, 200), (200, 200), (1000, 50), (10_000, 10)];
const ITEMS: [usize; 2] = [60, 100];
const COPIED: [usize; 4] = [0, 10, 30, 50];

/// One cell of the table.
#[derive(Clone, Debug)]
struct Cell {
    sheets: usize,
    items: usize,
    copied_percent: usize,
    misfit: bool,
    repeats: usize,
    /// Batches with a flagged pair that was not planted.
    false_flagged: usize,
    /// Batches whose planted pair is flagged.
    found: usize,
}

/// Sheets of one batch; with `copied_percent`, the second sheet holds that share of the first one's responses.
fn batch(cell: &Cell, random: &mut ChaCha8Rng) -> Vec<Vec<u8>> {
    let honest = items(cell.items, random);
    let groups: Vec<Vec<NominalItem>> = (0..MISFIT_GROUPS)
        .map(|_| {
            let mut own = honest.clone();
            if cell.misfit {
                own.iter_mut()
                    .flat_map(|item| &mut item.intercepts)
                    .for_each(|value| *value += MISFIT * normal(random));
            }
            own
        })
        .collect();
    let mut sheets: Vec<Vec<u8>> = (0..cell.sheets)
        .map(|sheet| {
            let theta = normal(random);
            respond(&groups[sheet % MISFIT_GROUPS], theta, random)
        })
        .collect();
    let mut places: Vec<usize> = (0..cell.items).collect();
    for place in 0..cell.items * cell.copied_percent / 100 {
        let other = random.random_range(place..cell.items);
        places.swap(place, other);
        sheets[1][places[place]] = sheets[0][places[place]];
    }
    sheets
}

/// Whether a pair that was not planted is flagged, and whether the planted one is.
fn outcome(cell: &Cell, repeat: usize) -> (bool, bool) {
    let seed = (cell.sheets * 1000 + cell.items * 10 + cell.copied_percent) as u64 * 2 + u64::from(cell.misfit);
    let mut random = ChaCha8Rng::seed_from_u64(seed << 20 | repeat as u64);
    let data = dataset(&batch(cell, &mut random), 4);
    let parameters =
        StudyParameters { significance_level: LEVEL, indices: [Index::Gbt].into(), ..StudyParameters::default() };
    let found = study(&data.answers, &data.form_items, &parameters, &Silent).expect("sheets and key fit");
    let planted = |pair: &&kaojian::model::evidence::SimilarPair| {
        cell.copied_percent > 0
            && [pair.a.candidate_id.as_str(), pair.b.candidate_id.as_str()] == ["C000000", "C000001"]
    };
    let pairs = &found.evidence.pairs;
    (pairs.iter().any(|pair| !planted(&pair)), pairs.iter().any(|pair| planted(&pair)))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn cells() -> Vec<Cell> {
    let wanted: Option<Vec<usize>> =
        variable("KAOJIAN_STUDY_SHEETS").map(|text| text.split(',').map(|part| part.trim().parse().unwrap()).collect());
    let percent: usize = variable("KAOJIAN_STUDY_PERCENT").map_or(100, |text| text.parse().unwrap());
    let mut cells = Vec::new();
    for (sheets, repeats) in REPEATS {
        if !wanted.as_ref().map_or(sheets <= 1000, |wanted| wanted.contains(&sheets)) {
            continue;
        }
        for misfit in [false, true] {
            for items in ITEMS {
                cells.extend(COPIED.map(|copied_percent| Cell {
                    sheets,
                    items,
                    copied_percent,
                    misfit,
                    repeats: (repeats * percent / 100).max(1),
                    false_flagged: 0,
                    found: 0,
                }));
            }
        }
    }
    cells
}

fn run(mut cell: Cell) -> Cell {
    let outcomes: Vec<(bool, bool)> = (0..cell.repeats).into_par_iter().map(|repeat| outcome(&cell, repeat)).collect();
    cell.false_flagged = outcomes.iter().filter(|(false_flag, _)| *false_flag).count();
    cell.found = outcomes.iter().filter(|(_, found)| *found).count();
    cell
}

fn table(cells: &[Cell]) -> String {
    let mut text = "sheets,items,copied_percent,misfit,repeats,false_flag_rate,false_flag_low,false_flag_high,power,power_low,power_high\n"
        .to_owned();
    for cell in cells {
        let rate = |count: usize| count as f64 / cell.repeats as f64;
        let interval = |count: usize| clopper_pearson(count as u64, cell.repeats as u64, 0.95);
        let (low, high) = interval(cell.false_flagged);
        write!(
            text,
            "{},{},{},{},{},{:.4},{low:.4},{high:.4},",
            cell.sheets,
            cell.items,
            cell.copied_percent,
            cell.misfit,
            cell.repeats,
            rate(cell.false_flagged)
        )
        .unwrap();
        if cell.copied_percent > 0 {
            let (low, high) = interval(cell.found);
            writeln!(text, "{:.4},{low:.4},{high:.4}", rate(cell.found)).unwrap();
        } else {
            text.push_str(",,\n");
        }
    }
    text
}

/// Power by size of the batch, honest model at the left, misfit at the right; the longer test unbroken.
fn chart(cells: &[Cell], chinese: bool) -> String {
    let say = |zh: &'static str, en: &'static str| if chinese { zh } else { en };
    let font = FontFace::builtin();
    let canvas = Canvas::new(&font, "study");
    let title = say("抄袭检出率与批次规模", "Copied pairs found, by size of the batch");
    let subtitle = say(
        "每批一对抄袭；族错误率 0.05；实线 100 题，虚线 60 题",
        "one copied pair a batch; family-wise level 0.05; unbroken: 100 items, broken: 60",
    );
    canvas.heading(title, subtitle);
    let kinds = [(50, BLUE, Symbol::Disc), (30, GREEN, Symbol::Square), (10, VERMILLION, Symbol::Diamond)];
    let names =
        kinds.map(
            |(percent, ..)| {
                if chinese { format!("抄袭 {percent}% 的题") } else { format!("{percent} % of items copied") }
            },
        );
    let keys: Vec<(Key, &str)> = kinds
        .iter()
        .zip(&names)
        .map(|((_, colour, symbol), name)| (Key::Symbol(*symbol, *colour), name.as_str()))
        .collect();
    let top = TOP + canvas.legend(MARGIN, TOP, &keys) + 34.0;
    let largest = cells.iter().map(|cell| cell.sheets).max().unwrap_or(20) as f64;
    let smallest = cells.iter().map(|cell| cell.sheets).min().unwrap_or(20) as f64;
    for (place, misfit) in [false, true].into_iter().enumerate() {
        let left = 78.0 + place as f64 * 415.0;
        let area = Area::new(left, top, left + 350.0, top + 300.0);
        let panel = Panel::new(&canvas, area, (smallest / 1.3).log10()..(largest * 1.3).log10(), 0.0..1.0);
        let sizes: Vec<f64> = REPEATS
            .iter()
            .map(|(sheets, _)| (*sheets as f64).log10())
            .filter(|size| *size <= largest.log10() + 1e-9)
            .collect();
        panel.x_axis(&sizes, |size| format!("{:.0}", 10f64.powf(size)));
        panel.y_axis(&[0.0, 0.25, 0.5, 0.75, 1.0], |share| format!("{:.0}%", share * 100.0));
        panel.base();
        let head = if misfit {
            say("模型不拟合（四组不同误解）", "misfit: four groups with misconceptions of their own")
        } else {
            say("模型成立", "model holds")
        };
        canvas.text(area.left, area.top - 8.0, head, Type::new(12.0).bold().above());
        for (percent, colour, symbol) in kinds {
            for items in ITEMS {
                let line: Vec<(f64, f64)> = cells
                    .iter()
                    .filter(|cell| (cell.items, cell.copied_percent, cell.misfit) == (items, percent, misfit))
                    .map(|cell| panel.at((cell.sheets as f64).log10(), cell.found as f64 / cell.repeats as f64))
                    .collect();
                let stroke = Stroke::new(colour, 1.8);
                canvas.polyline(&line, if items == 100 { stroke } else { stroke.dashed(Dash::Short) });
                line.iter().for_each(|(x, y)| canvas.symbol(symbol, *x, *y, 4.0, colour));
            }
        }
        canvas.line((area.left, area.top), (area.left, area.bottom), Stroke::new(INK, 1.0));
        panel.x_title(say("答卷份数", "sheets in the batch"));
    }
    canvas.finish(title, subtitle, top + 360.0)
}

/// The table in words, both languages.
fn read_me(cells: &[Cell]) -> String {
    let mut text = "# 答卷相似度：错误标记率与检出率 · Answer similarity: false flags and power\n\n".to_owned();
    text.push_str(
        "模拟数据（名义反应模型，四个选项，每批一名考生抄袭另一名）。水平 0.05，Holm 校正全部配对，规则 single，模型按批次大小自动选择。\
         “不拟合”：四组考生各有自己的选项偏好（截距标准差 0.5）。区间见 `study.csv`。\n\n\
         Simulated data (nominal response model, four options, one candidate of a batch copies from another). Level 0.05 by Holm over \
         all pairs, rule single, model by the size of the batch. Misfit: four groups with option preferences of their own \
         (standard deviation 0.5 on the intercepts). Intervals are in `study.csv`.\n\n\
         | n × 题 items | 误标率 false flags | 不拟合 misfit | 检出 power 10 / 30 / 50 % | 不拟合 misfit 10 / 30 / 50 % |\n|---|---|---|---|---|\n",
    );
    for (sheets, _) in REPEATS {
        for items in ITEMS {
            let of = |copied: usize, misfit: bool| {
                cells.iter().find(|cell| {
                    (cell.sheets, cell.items, cell.copied_percent, cell.misfit) == (sheets, items, copied, misfit)
                })
            };
            let Some(first) = of(0, false) else { continue };
            let honest = |misfit| {
                of(0, misfit)
                    .map_or("—".to_owned(), |cell| format!("{:.3}", cell.false_flagged as f64 / cell.repeats as f64))
            };
            let power = |misfit| {
                let one = |copied| {
                    of(copied, misfit)
                        .map_or("—".to_owned(), |cell| format!("{:.2}", cell.found as f64 / cell.repeats as f64))
                };
                format!("{} / {} / {}", one(10), one(30), one(50))
            };
            writeln!(
                text,
                "| {sheets} × {items} ({}) | {} | {} | {} | {} |",
                first.repeats,
                honest(false),
                honest(true),
                power(false),
                power(true)
            )
            .unwrap();
        }
    }
    text.push_str(
        "\n括号内为每格重复次数 · In brackets: repeats of a cell.\n\n![](power.zh.svg)\n\n![](power.en.svg)\n",
    );
    text
}

#[test]
#[ignore = "takes minutes and writes reports/similarity-study"]
fn false_flags_and_power() {
    let folder = variable("KAOJIAN_STUDY_OUT")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/similarity-study"), PathBuf::from);
    let cells: Vec<Cell> = cells()
        .into_iter()
        .map(|cell| {
            let cell = run(cell);
            println!("{cell:?}");
            cell
        })
        .collect();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("study.csv"), table(&cells)).unwrap();
    std::fs::write(folder.join("power.zh.svg"), chart(&cells, true)).unwrap();
    std::fs::write(folder.join("power.en.svg"), chart(&cells, false)).unwrap();
    std::fs::write(folder.join("README.md"), read_me(&cells)).unwrap();
    // Honest batches hold the level at every size: the interval must not lie above it as a whole.
    for cell in cells.iter().filter(|cell| cell.copied_percent == 0 && !cell.misfit) {
        let (low, _) = clopper_pearson(cell.false_flagged as u64, cell.repeats as u64, 0.95);
        assert!(low <= LEVEL, "{cell:?}");
    }
}
