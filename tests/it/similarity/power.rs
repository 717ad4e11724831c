//! How often honest batches are flagged and copied pairs found, by size of batch, test and copying, also under misfit.
//! Writes `reports/similarity-study`. Run by hand:
//! `cargo test --release --test it similarity::power -- --ignored --nocapture`, with
//! `KAOJIAN_STUDY_SHEETS` (sizes of batches, `20,40,100,200,1000,10000`), `KAOJIAN_STUDY_PERCENT` (of the repeats, 100),
//! `KAOJIAN_STUDY_MODEL` (`auto`, `nominal`, `two-pl`, `rasch`, `wesolowsky`) and `KAOJIAN_STUDY_OUT` (the folder) as
//! variables of the environment.

use super::data::{dataset, items, normal, respond};
use kaojian::detect::similarity::grouping::form_groups;
use kaojian::detect::similarity::matrix::build;
use kaojian::detect::similarity::screen::retained_pairs;
use kaojian::detect::similarity::study::study;
use kaojian::detect::similarity::study_model::study_model;
use kaojian::detect::similarity::study_parameters::{Index, ModelChoice, StudyParameters};
use kaojian::kernels::dispatch::Path as Dispatch;
use kaojian::model::dataset::Dataset;
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
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Family-wise level, that of the published baseline.
const LEVEL: f64 = 0.05;
/// Spread of the option preferences of a group, logits: what one teacher's misconceptions may do.
const MISFIT: f64 = 0.5;
const MISFIT_GROUPS: usize = 4;
/// Batches of one cell, by their size.
const REPEATS: [(usize, usize); 7] =
    [(20, 300), (40, 300), (100, 200), (200, 200), (300, 100), (1000, 30), (10_000, 8)];
/// Sizes that are looked at when none are asked for.
const USUAL: [usize; 6] = [20, 40, 100, 200, 1000, 10_000];
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
    /// The same of the usual way, on the same batches.
    usual_false_flagged: usize,
    usual_found: usize,
}

/// What one batch shows: whether a pair that was not planted is flagged, and whether the planted one is.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    false_flag: bool,
    found: bool,
    usual_false_flag: bool,
    usual_found: bool,
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

fn outcome(cell: &Cell, repeat: usize, model: ModelChoice) -> Outcome {
    let seed = (cell.sheets * 1000 + cell.items * 10 + cell.copied_percent) as u64 * 2 + u64::from(cell.misfit);
    let mut random = ChaCha8Rng::seed_from_u64(seed << 20 | repeat as u64);
    let data = dataset(&batch(cell, &mut random), 4);
    let parameters = StudyParameters {
        model,
        significance_level: LEVEL,
        indices: [Index::Gbt].into(),
        ..StudyParameters::default()
    };
    let found = study(&data.answers, &data.form_items, &parameters, &Silent).expect("sheets and key fit");
    let planted = |a: &str, b: &str| cell.copied_percent > 0 && [a, b] == ["C000000", "C000001"];
    let pairs: Vec<bool> = found
        .evidence
        .pairs
        .iter()
        .map(|pair| planted(pair.a.candidate_id.as_str(), pair.b.candidate_id.as_str()))
        .collect();
    let usual = usual_way(&data, &parameters, cell.copied_percent > 0);
    Outcome {
        false_flag: pairs.contains(&false),
        found: pairs.contains(&true),
        usual_false_flag: usual.contains(&false),
        usual_found: usual.contains(&true),
    }
}

/// Wesolowsky's model as estimated, exact tails of identical responses, Bonferroni over all pairs: for each pair flagged,
/// whether it is the planted one.
fn usual_way(data: &Dataset, parameters: &StudyParameters, with_planted: bool) -> Vec<bool> {
    let groups = form_groups(data);
    let matrix = build(&groups[0], &data.answers, 1);
    let parameters = StudyParameters { model: ModelChoice::Wesolowsky, ..parameters.clone() };
    let model = study_model(&matrix, &[], &[], &parameters).expect("it needs no iteration");
    let pairs = matrix.sheets.len() * (matrix.sheets.len() - 1) / 2;
    let level = LEVEL / pairs as f64;
    let flagged = retained_pairs(&matrix, &model.responses, 1, level, Dispatch::fastest(), &Silent);
    flagged.iter().map(|pair| with_planted && (pair.a, pair.b) == (0, 1)).collect()
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
        if !wanted.as_ref().map_or(USUAL.contains(&sheets), |wanted| wanted.contains(&sheets)) {
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
                    usual_false_flagged: 0,
                    usual_found: 0,
                }));
            }
        }
    }
    cells
}

fn model() -> ModelChoice {
    match variable("KAOJIAN_STUDY_MODEL").as_deref() {
        None | Some("auto") => ModelChoice::Auto,
        Some("nominal") => ModelChoice::Nominal,
        Some("two-pl") => ModelChoice::TwoParameter,
        Some("rasch") => ModelChoice::Rasch,
        Some("wesolowsky") => ModelChoice::Wesolowsky,
        Some(other) => panic!("no model {other}"),
    }
}

fn run(mut cell: Cell) -> Cell {
    let model = model();
    let outcomes: Vec<Outcome> =
        (0..cell.repeats).into_par_iter().map(|repeat| outcome(&cell, repeat, model)).collect();
    let count = |of: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| of(outcome)).count();
    cell.false_flagged = count(|outcome| outcome.false_flag);
    cell.found = count(|outcome| outcome.found);
    cell.usual_false_flagged = count(|outcome| outcome.usual_false_flag);
    cell.usual_found = count(|outcome| outcome.usual_found);
    cell
}

fn table(cells: &[Cell]) -> String {
    let mut text = "sheets,items,copied_percent,misfit,repeats,false_flag_rate,false_flag_low,false_flag_high,usual_false_flag_rate,power,power_low,power_high,usual_power\n"
        .to_owned();
    for cell in cells {
        let rate = |count: usize| count as f64 / cell.repeats as f64;
        let interval = |count: usize| clopper_pearson(count as u64, cell.repeats as u64, 0.95);
        let (low, high) = interval(cell.false_flagged);
        write!(
            text,
            "{},{},{},{},{},{:.4},{low:.4},{high:.4},{:.4},",
            cell.sheets,
            cell.items,
            cell.copied_percent,
            cell.misfit,
            cell.repeats,
            rate(cell.false_flagged),
            rate(cell.usual_false_flagged)
        )
        .unwrap();
        if cell.copied_percent > 0 {
            let (low, high) = interval(cell.found);
            writeln!(text, "{:.4},{low:.4},{high:.4},{:.4}", rate(cell.found), rate(cell.usual_found)).unwrap();
        } else {
            text.push_str(",,,\n");
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
        let sizes: BTreeSet<usize> = cells.iter().map(|cell| cell.sheets).collect();
        let sizes: Vec<f64> = sizes.into_iter().map(|size| (size as f64).log10()).collect();
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
         “不拟合”：四组考生各有自己的选项偏好（截距标准差 0.5）。误标率为该规模四种抄袭比例全部批次中，未抄袭的配对被标记的批次所占比例。\
         “通常”：同一数据上按 Wesolowsky 模型的估计值、精确尾概率与 Bonferroni 校正。区间见 `study.csv`。\n\n\
         Simulated data (nominal response model, four options, one candidate of a batch copies from another). Level 0.05 by Holm over \
         all pairs, rule single, model by the size of the batch. Misfit: four groups with option preferences of their own \
         (standard deviation 0.5 on the intercepts). False flags: share of batches, over all four shares copied, in which a pair that \
         did not copy is flagged. Usual: Wesolowsky's model as estimated, exact tails and Bonferroni, on the same data. Intervals are \
         in `study.csv`.\n\n\
         | n × 题 items | 误标 false flags | 通常 usual | 不拟合 misfit | 通常 usual | 检出 power 10 / 30 / 50 % | 通常 usual | 不拟合 misfit | 通常 usual |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (sheets, _) in REPEATS {
        for items in ITEMS {
            let of = |copied: usize, misfit: bool| {
                cells.iter().find(|cell| {
                    (cell.sheets, cell.items, cell.copied_percent, cell.misfit) == (sheets, items, copied, misfit)
                })
            };
            let Some(first) = of(0, false) else { continue };
            let false_flags = |misfit: bool, of_cell: fn(&Cell) -> usize| {
                let all: Vec<&Cell> = COPIED.iter().filter_map(|copied| of(*copied, misfit)).collect();
                let batches: usize = all.iter().map(|cell| cell.repeats).sum();
                format!("{:.3}", all.into_iter().map(of_cell).sum::<usize>() as f64 / batches as f64)
            };
            let power = |misfit: bool, of_cell: fn(&Cell) -> usize| {
                let one = |copied| {
                    of(copied, misfit)
                        .map_or("—".to_owned(), |cell| format!("{:.2}", of_cell(cell) as f64 / cell.repeats as f64))
                };
                format!("{} / {} / {}", one(10), one(30), one(50))
            };
            writeln!(
                text,
                "| {sheets} × {items} ({}) | {} | {} | {} | {} | {} | {} | {} | {} |",
                first.repeats,
                false_flags(false, |cell| cell.false_flagged),
                false_flags(false, |cell| cell.usual_false_flagged),
                false_flags(true, |cell| cell.false_flagged),
                false_flags(true, |cell| cell.usual_false_flagged),
                power(false, |cell| cell.found),
                power(false, |cell| cell.usual_found),
                power(true, |cell| cell.found),
                power(true, |cell| cell.usual_found)
            )
            .unwrap();
        }
    }
    text.push_str(
        "\n括号内为每格重复次数 · In brackets: repeats of a cell.\n\n![](power.zh.svg)\n\n![](power.en.svg)\n\n\
         随规模的用时 · Growth with the number of sheets (`growth.csv`, by `benches/similarity_growth.py`)\n\n\
         ![](growth.zh.svg)\n\n![](growth.en.svg)\n",
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
    // Where the model holds, the level is held at every size: the interval must not lie above it as a whole.
    for (sheets, items) in cells.iter().map(|cell| (cell.sheets, cell.items)).collect::<BTreeSet<_>>() {
        let all = cells.iter().filter(|cell| (cell.sheets, cell.items, cell.misfit) == (sheets, items, false));
        let (flagged, batches) = all.fold((0, 0), |sum, cell| (sum.0 + cell.false_flagged, sum.1 + cell.repeats));
        let (low, _) = clopper_pearson(flagged as u64, batches as u64, 0.95);
        assert!(low <= LEVEL, "{sheets} × {items}: {flagged} of {batches}");
    }
}
