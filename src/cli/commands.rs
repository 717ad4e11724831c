//! `kaojian inspect` and `kaojian simulate`.

use crate::cli::arguments::{FormatName, InspectArguments, Preset, SimulateArguments};
use crate::cli::error::CliError;
use crate::cli::exit::CLEAN;
use crate::cli::history_record::{opened, told};
use crate::cli::progress::Bars;
use crate::cli::written::shown_path;
use crate::config::Config;
use crate::ledger::open::{Access, Ledger};
use crate::model::run::Inspection;
use crate::model::text::Language;
use crate::pipeline::{self, PipelineError, load_rules};
use crate::report::clean::shown as shown_text;
use crate::report::terminal::{exit_code, summary};
use crate::simulate::banks::{BankParameters, write_banks};
use crate::simulate::city::write_city;
use crate::simulate::parameters::{Format, SimulateParameters};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A planted city has a case in every so many batches.
const PLANTED_STEP: usize = 3;

/// Inspects a folder, writes the report, prints the summary.
///
/// # Errors
/// Settings, a rule pack, a folder or an output that cannot be used.
pub fn inspect(arguments: &InspectArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let mut config = Config::resolve(arguments.settings.as_deref(), arguments.seed)?;
    let pack = load_rules(&arguments.rules)?;
    let out = arguments.out.clone().unwrap_or_else(|| default_out(&arguments.folder));
    config.report.command = command_line(arguments);
    // Before the long work: a history that cannot be used is told at once.
    let history = arguments.history.as_deref();
    let mut ledger: Option<Ledger> = history.map(|history| opened(history, Access::Append)).transpose()?;
    let bars = Bars::new(language);
    let work = || -> Result<Inspection, PipelineError> {
        let inspection = pipeline::inspect_with(&arguments.folder, &config, &pack, ledger.as_mut(), &bars)?;
        pipeline::report(&inspection, &out, &config, &bars)?;
        Ok(inspection)
    };
    let inspection = in_pool(arguments.threads, work)?;
    if arguments.quiet {
        writeln!(output, "{}", shown_path(&out.join("report.html")))?;
    } else {
        output.write_all(summary(&inspection, &shown_path(&out), language).as_bytes())?;
    }
    if inspection.dataset.batch_ids().is_empty() {
        return Err(PipelineError::Nothing { folder: shown_path(&arguments.folder) }.into());
    }
    if let Some(ledger) = &mut ledger {
        let name = last_part(&arguments.folder).to_string_lossy().into_owned();
        let added = pipeline::record(&inspection, &shown_text(&name), ledger)?;
        if !arguments.quiet {
            writeln!(output, "{}", told(&added, &ledger.place().to_string()).get(language))?;
        }
    }
    Ok(exit_code(&inspection))
}

/// More threads than any machine for this work has; a slip of the hand must not start a million.
const MOST_THREADS: usize = 256;

/// A thread count asks for a pool of its own; the result is the same with any.
fn in_pool<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match threads.map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads.min(MOST_THREADS)).build()) {
        Some(Ok(pool)) => pool.install(work),
        // Where no pool can be made, the common one serves.
        Some(Err(_)) | None => work(),
    }
}

fn default_out(folder: &Path) -> PathBuf {
    Path::new("out").join(last_part(folder))
}

/// The command that repeats the run, as the report prints it. Folders are named by their last part only:
/// where a person keeps the data is nobody's business, and must not change the report's bytes.
fn command_line(arguments: &InspectArguments) -> String {
    let mut words = vec!["kaojian inspect".to_owned(), quoted(&arguments.folder)];
    let rules = arguments.rules.iter().map(|path| ("--rules", path));
    for (flag, path) in rules.chain(arguments.settings.iter().map(|path| ("--settings", path))) {
        words.extend([flag.to_owned(), quoted(path)]);
    }
    if let Some(history) = &arguments.history {
        // Of a URL neither server nor user: only that it was one.
        let place = if history.contains("://") { "postgres://…".to_owned() } else { quoted(Path::new(history)) };
        words.extend(["--history".to_owned(), place]);
    }
    if let Some(seed) = arguments.seed {
        words.extend(["--seed".to_owned(), seed.to_string()]);
    }
    words.join(" ")
}

fn quoted(path: &Path) -> String {
    let name = last_part(path).to_string_lossy().into_owned();
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name }
}

fn last_part(path: &Path) -> OsString {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    absolute.file_name().map_or_else(|| "data".into(), OsStr::to_os_string)
}

/// Writes simulated data and says where.
///
/// # Errors
/// Parameters out of range, or a folder that cannot be written.
pub fn simulate(arguments: &SimulateArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    if arguments.preset == Preset::ItemBank {
        return simulate_bank(arguments, language, output);
    }
    let mut parameters = match arguments.preset {
        Preset::Demo | Preset::ItemBank => SimulateParameters::demo(),
        Preset::Honest | Preset::Planted => SimulateParameters::honest(20, 50, 100, 100),
    };
    for (target, value) in [
        (&mut parameters.bodies, arguments.bodies),
        (&mut parameters.batches, arguments.batches),
        (&mut parameters.years, arguments.years),
        (&mut parameters.candidates, arguments.candidates),
        (&mut parameters.items, arguments.items),
    ] {
        if let Some(value) = value {
            *target = value;
        }
    }
    if arguments.preset == Preset::Planted {
        parameters = parameters.with_plants_every(PLANTED_STEP);
    }
    if let Some(seed) = arguments.seed {
        parameters.seed = seed;
    }
    if let Some(format) = arguments.format {
        parameters.format = match format {
            FormatName::Chinese => Format::Chinese,
            FormatName::Csv => Format::Csv,
            FormatName::Parquet => Format::Parquet,
        };
    }
    if arguments.preset == Preset::Planted && parameters.format != Format::Chinese {
        parameters = parameters.with_body_plants();
    }
    write_city(&parameters, &arguments.out, &Bars::new(language))?;
    written_to(&arguments.out, language, output)
}

/// Writes a simulated item bank and says where.
fn simulate_bank(arguments: &SimulateArguments, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let mut parameters = BankParameters::default();
    for (target, value) in [
        (&mut parameters.papers, arguments.batches),
        (&mut parameters.candidates, arguments.candidates),
        (&mut parameters.items, arguments.items),
    ] {
        if let Some(value) = value {
            *target = value;
        }
    }
    if let Some(seed) = arguments.seed {
        parameters.seed = seed;
    }
    write_banks(&parameters, &arguments.out)?;
    written_to(&arguments.out, language, output)
}

fn written_to(out: &Path, language: Language, output: &mut dyn Write) -> Result<u8, CliError> {
    let out = shown_path(out);
    match language {
        Language::Chinese => writeln!(output, "已写入 {out}（真相见 truth.json）\n检查：kaojian inspect {out}")?,
        Language::English => {
            writeln!(output, "written: {out} (the truth is in truth.json)\ninspect it: kaojian inspect {out}")?
        }
    }
    Ok(CLEAN)
}
