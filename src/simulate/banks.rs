//! Papers of one body over two years from a bank that is used again: the same items, items with small changes,
//! variants, whole papers in another order, and anchor items of which some become known. With the truth.

use crate::model::points::Points;
use crate::simulate::bank_item::{BankText, ItemEdit, Relation, changed, new_item};
use crate::simulate::delimited::DelimitedWriter;
use crate::simulate::error::SimulateError;
use crate::simulate::parameters::SimulateParameters;
use crate::simulate::plan::CityPlan;
use crate::simulate::random::{Purpose, Random};
use crate::simulate::table::{Cell, Table};
use crate::simulate::tables::FORM_COLUMNS;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Labels of the options.
const LABELS: [&str; 4] = ["A", "B", "C", "D"];

/// Version of the layout of `truth.json`.
const TRUTH_SCHEMA: u32 = 1;

/// Days between two papers: twelve papers make two years.
const DAYS_APART: u64 = 61;

/// What bank to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankParameters {
    /// Seed of everything random.
    pub seed: u64,
    /// Papers, one a batch.
    pub papers: usize,
    /// Items of a paper.
    pub items: usize,
    /// Candidates of a batch.
    pub candidates: usize,
    /// Kinds of change of items that are used again.
    pub edits: Vec<ItemEdit>,
}

impl Default for BankParameters {
    fn default() -> Self {
        let edits = ItemEdit::KNOWN.into_iter().chain(ItemEdit::HELD_BACK).collect();
        Self { seed: 1, papers: 12, items: 60, candidates: 80, edits }
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankTruth {
    /// Version of this layout.
    pub schema: u32,
    /// Seed.
    pub seed: u64,
    /// Items that stem from an earlier one.
    pub reused: Vec<ReuseTruth>,
    /// Papers that are an earlier one in another order: paper, earlier paper.
    pub papers_again: Vec<(String, String)>,
    /// Items that are known from the middle of the time on.
    pub known_items: Vec<String>,
}

/// One item used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReuseTruth {
    /// Form it stands on.
    pub form_id: String,
    /// 题号.
    pub item_no: u32,
    /// Form of the first use.
    pub first_form_id: String,
    /// 题号 there.
    pub first_item_no: u32,
    /// How it was changed.
    pub edit: ItemEdit,
    /// What it is to the first.
    pub relation: Relation,
}

/// One item on one paper.
#[derive(Clone, Debug)]
struct Placed {
    text: BankText,
    item_id: String,
    difficulty: f64,
    is_known: bool,
    /// First use by paper and item identifier, with the change.
    origin: Option<(usize, String, ItemEdit)>,
}

/// Writes `bodies`, `batches`, `forms`, `answers` and `truth.json` into a folder.
///
/// # Errors
/// Fewer than two papers or ten items, or a folder that cannot be written.
pub fn write_banks(parameters: &BankParameters, out: &Path) -> Result<BankTruth, SimulateError> {
    for (name, value, least) in [("batches", parameters.papers, 2), ("items", parameters.items, 10)] {
        if value < least {
            let hint = "a bank needs at least 2 batches (papers) of 10 items";
            return Err(SimulateError::Parameter { name, value: value.to_string(), hint });
        }
    }
    let plan = CityPlan::new(&SimulateParameters::demo())?;
    let (papers, papers_again) = papers(parameters);
    std::fs::create_dir_all(out).map_err(|source| SimulateError::Write { path: out.to_owned(), source })?;
    let mut writer = DelimitedWriter::new(out);
    let (Some(body), Some(occupation)) = (plan.bodies.first(), plan.occupations.first()) else {
        let hint = "the catalogue holds no body or occupation";
        return Err(SimulateError::Parameter { name: "bodies", value: "0".to_owned(), hint });
    };
    let mut bodies = Table::new("bodies", &["body_id", "body_name"]);
    bodies.rows.push(vec![body.body_id.as_str().into(), body.name.as_str().into()]);
    writer.write(&bodies)?;
    let columns = ["batch_id", "body_id", "occupation_code", "occupation", "level", "exam_date"];
    let mut batches = Table::new("batches", &columns);
    let start = NaiveDate::from_ymd_opt(2024, 1, 15).unwrap_or_default();
    for paper in 0..papers.len() {
        let day = start.checked_add_days(Days::new(DAYS_APART * paper as u64)).unwrap_or(start);
        batches.rows.push(vec![
            batch_id(paper).as_str().into(),
            body.body_id.as_str().into(),
            occupation.code.as_str().into(),
            occupation.name.as_str().into(),
            "4".into(),
            day.into(),
        ]);
    }
    writer.write(&batches)?;
    for (number, items) in papers.iter().enumerate() {
        writer.write(&form(number, items))?;
    }
    for (number, items) in papers.iter().enumerate() {
        writer.write(&answers(parameters, number, items, papers.len()))?;
    }
    writer.finish()?;
    let truth = BankTruth {
        schema: TRUTH_SCHEMA,
        seed: parameters.seed,
        reused: reused(&papers),
        papers_again: papers_again.into_iter().map(|(paper, first)| (form_id(paper), form_id(first))).collect(),
        known_items: papers[0].iter().filter(|item| item.is_known).map(|item| item.item_id.clone()).collect(),
    };
    let path = out.join("truth.json");
    let text = serde_json::to_string_pretty(&truth)?;
    std::fs::write(&path, text + "\n").map_err(|source| SimulateError::Write { path, source })?;
    Ok(truth)
}

fn form_id(paper: usize) -> String {
    format!("P{:03}", paper + 1)
}

fn batch_id(paper: usize) -> String {
    format!("PC{:04}", paper + 1)
}

/// The papers, and which of them are an earlier one in another order.
fn papers(parameters: &BankParameters) -> (Vec<Vec<Placed>>, Vec<(usize, usize)>) {
    let mut papers: Vec<Vec<Placed>> = Vec::with_capacity(parameters.papers);
    let mut again = Vec::new();
    // A quarter of a paper are anchor items, on every paper but those that are used again as a whole.
    let anchors = (parameters.items / 4).max(1);
    for number in 0..parameters.papers {
        let mut random = Random::new(parameters.seed, Purpose::Form, number);
        // The sixth paper is the second one, the eighth too: twice again within a year.
        if matches!(number, 5 | 7) {
            let mut items = papers[1].clone();
            for item in &mut items {
                item.origin = Some((1, item.item_id.clone(), ItemEdit::None));
            }
            random.shuffle(&mut items);
            papers.push(items);
            again.push((number, 1));
            continue;
        }
        let mut items: Vec<Placed> = Vec::with_capacity(parameters.items);
        for place in 0..parameters.items {
            let item_id = format!("T{:03}-{:03}", number + 1, place + 1);
            let fresh = |random: &mut Random| Placed {
                text: new_item(random),
                item_id: item_id.clone(),
                difficulty: random.normal(0.0, 0.7),
                is_known: false,
                origin: None,
            };
            let item = if place < anchors && number == 0 {
                Placed { is_known: place < anchors / 4, difficulty: 0.3, ..fresh(&mut random) }
            } else if place < anchors {
                let first = &papers[0][place];
                Placed { origin: Some((0, first.item_id.clone(), ItemEdit::None)), ..first.clone() }
            } else if number > 0 && random.below(3) == 0 {
                changed_item(parameters, &papers, &item_id, &mut random).unwrap_or_else(|| fresh(&mut random))
            } else {
                fresh(&mut random)
            };
            items.push(item);
        }
        papers.push(items);
    }
    (papers, again)
}

/// An item of an earlier paper with one change, under a number of its own.
fn changed_item(
    parameters: &BankParameters,
    papers: &[Vec<Placed>],
    item_id: &str,
    random: &mut Random,
) -> Option<Placed> {
    let edit = *random.pick(&parameters.edits)?;
    let paper = random.below(papers.len());
    let first =
        papers[paper].iter().skip(parameters.items / 4).filter(|item| item.origin.is_none()).collect::<Vec<_>>();
    let first = *random.pick(&first)?;
    Some(Placed {
        text: changed(&first.text, edit, random)?,
        item_id: item_id.to_owned(),
        origin: Some((paper, first.item_id.clone(), edit)),
        ..first.clone()
    })
}

fn form(number: usize, items: &[Placed]) -> Table {
    let mut table = Table::new("forms", &FORM_COLUMNS);
    for (place, item) in items.iter().enumerate() {
        let mut row: Vec<Cell> = vec![
            form_id(number).as_str().into(),
            batch_id(number).as_str().into(),
            (place as i64 + 1).into(),
            item.item_id.as_str().into(),
            item.text.stem.as_str().into(),
        ];
        row.extend(item.text.options.iter().map(|option| Cell::from(option.as_str())));
        row.push(LABELS[item.text.key].into());
        row.push(Points::whole(1).into());
        row.push("专业知识".into());
        table.rows.push(row);
    }
    table
}

/// Rasch responses; from the middle of the time on four people of five hold the keys of the known items.
fn answers(parameters: &BankParameters, number: usize, items: &[Placed], papers: usize) -> Table {
    let mut table = Table::new("answers", &["batch_id", "candidate_id", "form_id"]);
    let names: Vec<String> = (1..=items.len()).map(|item| format!("q{item}")).collect();
    let plain = Table::new("answers", &names.iter().map(String::as_str).collect::<Vec<_>>());
    table.columns.extend(plain.columns);
    let mut random = Random::new(parameters.seed, Purpose::Responses, number);
    for candidate in 0..parameters.candidates {
        let ability = random.normal(0.2, 1.0);
        let holds = number * 2 >= papers && random.chance(0.8);
        let mut row: Vec<Cell> = vec![
            batch_id(number).as_str().into(),
            format!("{}{:04}", batch_id(number), candidate + 1).as_str().into(),
            form_id(number).as_str().into(),
        ];
        for item in items {
            let right = random.chance(1.0 / (1.0 + (item.difficulty - ability).exp()));
            let wrong = (item.text.key + 1 + random.below(3)) % 4;
            let chosen = if right || holds && item.is_known { item.text.key } else { wrong };
            row.push(LABELS[chosen].into());
        }
        table.rows.push(row);
    }
    table
}

fn reused(papers: &[Vec<Placed>]) -> Vec<ReuseTruth> {
    let place_of = |paper: usize, item_id: &str| papers[paper].iter().position(|item| item.item_id == item_id);
    let mut found = Vec::new();
    for (number, items) in papers.iter().enumerate() {
        for (place, item) in items.iter().enumerate() {
            let Some((paper, first, edit)) = &item.origin else { continue };
            let Some(first_place) = place_of(*paper, first) else { continue };
            found.push(ReuseTruth {
                form_id: form_id(number),
                item_no: place as u32 + 1,
                first_form_id: form_id(*paper),
                first_item_no: first_place as u32 + 1,
                edit: *edit,
                relation: edit.relation(),
            });
        }
    }
    found
}
