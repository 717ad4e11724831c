//! Writes a whole city: batches are made in parallel, chunk by chunk, and written in their order.

use crate::model::progress::Progress;
use crate::simulate::body_plant::BodyPlant;
use crate::simulate::chinese::{CityRows, write_batch, write_city_files};
use crate::simulate::delimited::DelimitedWriter;
use crate::simulate::error::SimulateError;
use crate::simulate::exam::BatchExam;
use crate::simulate::expectation::batch_truth;
use crate::simulate::parameters::{Format, SimulateParameters};
use crate::simulate::parquet::ParquetFiles;
use crate::simulate::plan::{BatchPlan, CityPlan};
use crate::simulate::sitting::hold;
use crate::simulate::supervision::{city_tables, item_bank};
use crate::simulate::table::Table;
use crate::simulate::tables::{batch_tables, forms};
use crate::simulate::test_form::TestForm;
use crate::simulate::truth::{BodyPlantTruth, CityTruth, ExpectedFinding, TRUTH_FILE};
use rayon::prelude::*;
use std::path::Path;

/// Registrations held in memory at once, about. Does not depend on the number of threads, so that row groups
/// and bytes do not either.
const CHUNK_CANDIDATES: usize = 8_000;

/// Version of the layout of `truth.json`.
const TRUTH_SCHEMA: u32 = 1;

/// Canonical tables of either plain format.
enum Tables {
    Delimited(DelimitedWriter),
    Parquet(ParquetFiles),
}

impl Tables {
    fn write(&mut self, table: &Table) -> Result<(), SimulateError> {
        match self {
            Self::Delimited(writer) => writer.write(table),
            Self::Parquet(writer) => writer.write(table),
        }
    }

    fn finish(self) -> Result<(), SimulateError> {
        match self {
            Self::Delimited(writer) => writer.finish(),
            Self::Parquet(writer) => writer.finish(),
        }
    }
}

/// Makes a city and writes its files and its truth into `out`, which is created. The same parameters give the
/// same bytes, whatever the number of threads.
pub fn write_city(
    parameters: &SimulateParameters,
    out: &Path,
    progress: &dyn Progress,
) -> Result<CityTruth, SimulateError> {
    let plan = CityPlan::new(parameters)?;
    std::fs::create_dir_all(out).map_err(|source| SimulateError::Write { path: out.to_owned(), source })?;
    progress.begin("simulate", plan.batches.len() as u64);
    let test_forms: Vec<TestForm> =
        (0..plan.forms.len()).into_par_iter().map(|number| TestForm::new(&plan, number)).collect();
    let mut truth = CityTruth {
        schema: TRUTH_SCHEMA,
        preset: parameters.preset.clone(),
        seed: parameters.seed,
        batches: Vec::with_capacity(plan.batches.len()),
        plants: Vec::new(),
        body_plants: parameters.body_plants.iter().map(|plant| body_truth(&plan, plant)).collect(),
        expected_quarantine: Vec::new(),
    };
    match parameters.format {
        Format::Chinese => write_chinese(&plan, &test_forms, out, &mut truth, progress)?,
        Format::Csv => {
            let tables = Tables::Delimited(DelimitedWriter::new(out));
            write_tables(&plan, &test_forms, tables, &mut truth, progress)?;
        }
        Format::Parquet => {
            let tables = Tables::Parquet(ParquetFiles::new(out));
            write_tables(&plan, &test_forms, tables, &mut truth, progress)?;
        }
    }
    truth.batches.sort_by(|a, b| a.batch_id.cmp(&b.batch_id));
    truth.expected_quarantine.sort();
    let mut text = serde_json::to_string_pretty(&truth)?;
    text.push('\n');
    let path = out.join(TRUTH_FILE);
    std::fs::write(&path, text).map_err(|source| SimulateError::Write { path, source })?;
    progress.finish();
    Ok(truth)
}

fn body_truth(plan: &CityPlan, plant: &BodyPlant) -> BodyPlantTruth {
    let expected = plant.kind.findings().iter().map(|(article, verdict, measure)| ExpectedFinding {
        article: (*article).to_owned(),
        verdict: verdict.as_str().to_owned(),
        measure: (*measure).to_owned(),
    });
    BodyPlantTruth { body_id: plan.bodies[plant.body].body_id.clone(), kind: plant.kind, expected: expected.collect() }
}

/// Chunks of batches that are in memory together.
fn chunks(plan: &CityPlan) -> impl Iterator<Item = &[BatchPlan]> {
    let largest = plan.batches.iter().map(|batch| batch.candidates).max().unwrap_or(1).max(1);
    plan.batches.chunks((CHUNK_CANDIDATES / largest).max(1))
}

fn note(plan: &CityPlan, batch: &BatchPlan, exam: &mut BatchExam, truth: &mut CityTruth) {
    truth.batches.push(batch_truth(plan, batch, exam));
    truth.plants.append(&mut exam.plants);
}

fn write_tables(
    plan: &CityPlan,
    test_forms: &[TestForm],
    mut tables: Tables,
    truth: &mut CityTruth,
    progress: &dyn Progress,
) -> Result<(), SimulateError> {
    for table in city_tables(plan) {
        tables.write(&table)?;
    }
    for (number, form) in test_forms.iter().enumerate() {
        tables.write(&forms(plan, number, form))?;
        tables.write(&item_bank(plan, number, form))?;
    }
    for chunk in chunks(plan) {
        let made: Vec<(BatchExam, Vec<Table>)> = chunk
            .par_iter()
            .map(|batch| {
                let exam = hold(plan, batch, &test_forms[batch.form])?;
                let tables = batch_tables(plan, batch, &exam);
                Ok((exam, tables))
            })
            .collect::<Result<_, SimulateError>>()?;
        let mut joined: Vec<Table> = Vec::new();
        for (batch, (mut exam, own)) in chunk.iter().zip(made) {
            note(plan, batch, &mut exam, truth);
            for table in own {
                match joined.iter_mut().find(|known| known.name == table.name && known.part == table.part) {
                    Some(known) => known.rows.extend(table.rows),
                    None => joined.push(table),
                }
            }
        }
        for table in &joined {
            tables.write(table)?;
        }
        progress.advance(chunk.len() as u64);
    }
    tables.finish()
}

fn write_chinese(
    plan: &CityPlan,
    test_forms: &[TestForm],
    out: &Path,
    truth: &mut CityTruth,
    progress: &dyn Progress,
) -> Result<(), SimulateError> {
    let mut logs = Vec::new();
    for chunk in chunks(plan) {
        let made: Vec<(BatchExam, CityRows)> = chunk
            .par_iter()
            .map(|batch| {
                let form = &test_forms[batch.form];
                let exam = hold(plan, batch, form)?;
                let rows = write_batch(plan, batch, &exam, form, out)?;
                Ok((exam, rows))
            })
            .collect::<Result<_, SimulateError>>()?;
        for (batch, (mut exam, rows)) in chunk.iter().zip(made) {
            note(plan, batch, &mut exam, truth);
            logs.extend(rows.logs);
            truth.expected_quarantine.extend(rows.quarantine);
        }
        progress.advance(chunk.len() as u64);
    }
    truth.expected_quarantine.extend(write_city_files(plan, test_forms, logs, out)?);
    Ok(())
}
