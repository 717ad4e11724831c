//! The one module that knows every stage.

use crate::config::Config;
use crate::credit::card::{PackWeights, card};
use crate::credit::record::{
    CreditRecord, CreditRecords, add_batches, add_findings, add_history, add_measures, latest_day,
};
use crate::detect::form_reuse::compare::compare;
use crate::detect::item_bank::exposures::exposures;
use crate::detect::parameters::DetectParameters;
use crate::detect::registry::DETECTORS;
use crate::detect::similarity::study::{Study, study};
use crate::detect::similarity::study_parameters::{PairChoice, StudyError, StudyParameters};
use crate::detect::written::compare::{Wanted, compare as compare_written};
use crate::detect::written::earlier::observations as earlier_observations;
use crate::detect::written::parameters::WrittenParameters;
use crate::detect::written::questions::questions;
use crate::ingest::error::IngestError;
use crate::ingest::form_files::read_forms;
use crate::ingest::load::{Ingested, read_folder};
use crate::ingest::matrix::{read_abilities, read_item_parameters, read_key, read_pairs};
use crate::ingest::matrix_error::MatrixError;
use crate::ingest::response_table::{PlaceColumns, read_responses};
use crate::ingest::written_files::read_written;
use crate::ledger::add::Added;
use crate::ledger::credit::Decisions;
use crate::ledger::document;
use crate::ledger::error::LedgerError;
use crate::ledger::open::Ledger;
use crate::ledger::written::WrittenRecord;
use crate::ledger::written_records::{add_earlier_written, written_records};
use crate::model::checklist::InspectionItem;
use crate::model::credit::CreditCard;
use crate::model::dataset::Dataset;
use crate::model::evidence::{Evidence, SimilarityGroup};
use crate::model::finding::Finding;
use crate::model::form_evidence::FormOverlap;
use crate::model::history::History;
use crate::model::identity::mask_embedded_numbers;
use crate::model::ids::{BatchId, BodyId, FormId};
use crate::model::observation::MeasureNames;
use crate::model::progress::Progress;
use crate::model::quarantine::QuarantineEntry;
use crate::model::run::{Inspection, PackRecord, RunRecord};
use crate::model::text::Bilingual;
use crate::model::written_evidence::WrittenComparison;
use crate::policy::check::Vocabulary;
use crate::policy::error::PolicyError;
use crate::policy::judge::judge;
use crate::policy::pack::RulePack;
use crate::policy::packs::RulePacks;
use crate::policy::repeat::case_names;
use crate::report::error::ReportError;
use crate::report::form_tables;
use crate::report::json::{findings_json, run_json};
use crate::report::pair_table::write_pair_table;
use crate::report::parameters::ReportParameters;
use crate::report::twins::tell_apart;
use crate::report::wording::names;
use crate::report::write::write_report;
use crate::report::written_tables;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rows that a summary names one by one.
const MOST_REFUSED_NAMED: usize = 20;

/// What stopped a run, by stage.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// Reading.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The rule pack.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Writing.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A table of `kaojian similarity`.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// A study that is not possible.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// The history.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No table of the contract was found.
    #[error(
        "nothing could be inspected: {folder}\n\nhint: no file holds answers, scores or another known table; name the files as in the README, or map them in kaojian.toml"
    )]
    Nothing {
        /// What was inspected.
        folder: String,
    },
}

impl PipelineError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::Ingest(error) => error.message(),
            Self::Policy(error) => error.message(),
            Self::Report(error) => error.message(),
            Self::Matrix(error) => error.message(),
            Self::Study(error) => error.message(),
            Self::Ledger(error) => error.message(),
            Self::Nothing { folder } => Bilingual::new(
                format!(
                    "没有可检查的内容：{folder}\n\n提示：没有文件含答卷、成绩或其他已知的表；请按 README 命名文件，或在 kaojian.toml 中指明"
                ),
                self.to_string(),
            ),
        }
    }
}

/// The built-in rule pack, or those of folders and files.
///
/// # Errors
/// A pack that cannot be read, is refused, speaks of what no detector measures or no table holds, or contradicts
/// another one.
pub fn load_rules(paths: &[PathBuf]) -> Result<RulePacks, PolicyError> {
    let packs = if paths.is_empty() { RulePacks::built_in() } else { RulePacks::load(paths) }?;
    packs.check_names(&vocabulary())?;
    Ok(packs)
}

/// What rules may speak of. Figures and columns are known by their labels, which tests hold complete.
fn vocabulary() -> Vocabulary {
    let figures_of = names("figure_of").into_iter().filter_map(|name| name.rsplit('.').next());
    Vocabulary {
        measures: measure_names(),
        figures: names("figure").into_iter().chain(figures_of).map(str::to_owned).collect(),
        columns: names("table").into_iter().chain(names("field")).map(str::to_owned).collect(),
    }
}

/// What every detector calls its measures.
pub fn measure_names() -> MeasureNames {
    let named = DETECTORS.iter().flat_map(|detector| {
        let measures = detector.explanation().measures;
        measures.into_iter().map(|(measure, name)| (format!("{}.{measure}", detector.name()), name))
    });
    named.collect()
}

/// Reads a folder, looks, judges. Writes nothing.
///
/// # Errors
/// A folder that cannot be read at all. Single files that cannot are in the data set, named.
pub fn inspect(
    folder: &Path,
    config: &Config,
    packs: &RulePacks,
    progress: &dyn Progress,
) -> Result<Inspection, PipelineError> {
    inspect_with(folder, config, packs, None, progress)
}

/// As [`inspect`], judged with what a history holds of the bodies at hand.
///
/// # Errors
/// Those of [`inspect`], and a history that does not answer.
pub fn inspect_with(
    folder: &Path,
    config: &Config,
    packs: &RulePacks,
    ledger: Option<&mut Ledger>,
    progress: &dyn Progress,
) -> Result<Inspection, PipelineError> {
    let ingested = read_folder(folder, &config.ingest, progress)?;
    let dataset = ingested.dataset;
    let mut observations = Vec::new();
    let mut evidence = Vec::new();
    // Detectors and rules look up to the same day.
    let parameters = DetectParameters { as_of: config.as_of, ..config.detect.clone() };
    for detector in DETECTORS {
        let mut detected = detector.detect(&dataset, &parameters, progress);
        observations.append(&mut detected.observations);
        evidence.append(&mut detected.evidence);
    }
    let mut settings = config.settings();
    let (history, decided) = match ledger {
        Some(ledger) => {
            let (history, decided) = earlier(ledger, &dataset, config.as_of)?;
            let found = add_earlier_written(ledger, &dataset, &mut evidence, config.detect.written.share_percent)?;
            observations.extend(earlier_observations(&dataset, found.iter()));
            if !found.is_empty() {
                settings.insert("history.written_sha256".to_owned(), document::fingerprint(&found));
            }
            // What was read decides what is found: two runs on different histories are different runs.
            settings.insert("history.sha256".to_owned(), document::fingerprint(&history));
            if !decided.is_empty() {
                settings.insert("history.decisions_sha256".to_owned(), document::fingerprint(&decided));
            }
            (history, decided)
        }
        None => (History::default(), Decisions::new()),
    };
    let mut measure_names = measure_names();
    let mut findings = judge(packs, &dataset, &observations, &measure_names, &history, config.as_of);
    let credit = assessed(packs, &dataset, &findings, &history, &decided, config.as_of);
    tell_apart(&mut findings, &mut evidence);
    measure_names.extend(case_names());
    let run = RunRecord {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings,
        seed: config.detect.seed,
        rule_pack: joined(packs, |pack| &pack.id),
        rule_pack_sha256: joined(packs, |pack| &pack.sha256),
        rule_packs: packs.all().iter().map(pack_record).collect(),
    };
    Ok(Inspection {
        run,
        dataset,
        quarantine: ingested.quarantine,
        findings,
        evidence,
        measure_names,
        credit,
        inspection_items: inspection_items(packs),
    })
}

/// What a history holds of the bodies at hand, without the batches at hand; of these the decisions alone.
fn earlier(
    ledger: &mut Ledger,
    dataset: &Dataset,
    as_of: Option<NaiveDate>,
) -> Result<(History, Decisions), LedgerError> {
    let at_hand: BTreeMap<BatchId, Option<BodyId>> = (dataset.batch_ids().into_iter())
        .map(|(batch_id, batch)| (batch_id, batch.and_then(|batch| batch.body_id.clone())))
        .collect();
    let bodies: BTreeSet<BodyId> =
        (at_hand.values().flatten().cloned()).chain(dataset.bodies.iter().map(|body| body.body_id.clone())).collect();
    Ok((ledger.history(&bodies, &at_hand, as_of)?, ledger.decided(&bodies, &at_hand, as_of)?))
}

fn inspection_items(packs: &RulePacks) -> Vec<InspectionItem> {
    let of_pack = |pack: &RulePack| {
        let item = |(article, related): (&String, &Vec<String>)| InspectionItem {
            rule_pack: pack.id.clone(),
            article: article.clone(),
            related: related.clone(),
        };
        pack.inspection.iter().map(item).collect::<Vec<_>>()
    };
    packs.all().iter().flat_map(of_pack).collect()
}

/// The credit of every body at hand, with what the history holds of it.
fn assessed(
    packs: &RulePacks,
    dataset: &Dataset,
    findings: &[Finding],
    history: &History,
    decided: &Decisions,
    as_of: Option<NaiveDate>,
) -> Vec<CreditCard> {
    let mut records: CreditRecords =
        dataset.body_ids().into_iter().map(|body_id| (body_id.clone(), CreditRecord::default())).collect();
    add_history(&mut records, history);
    add_batches(&mut records, dataset);
    let exam_date = |batch_id: &BatchId| dataset.batch(batch_id).and_then(|batch| batch.exam_date);
    let decision = |finding: &Finding| {
        let key = (finding.rule_pack.clone(), finding.id.clone(), finding.verdict.as_str());
        decided.get(&key).cloned()
    };
    add_findings(&mut records, findings, exam_date, decision);
    add_measures(&mut records, &dataset.measures);
    credit_cards(packs, &records, as_of)
}

/// A card of each record, by the weights of the pack in force on the day of the cards: the day given, or the latest
/// one on record.
pub fn credit_cards(packs: &RulePacks, records: &CreditRecords, as_of: Option<NaiveDate>) -> Vec<CreditCard> {
    let as_of = as_of.or_else(|| latest_day(records));
    let chosen = packs.on(None, as_of).filter(|chosen| chosen.basis.in_force);
    let weights = chosen.as_ref().and_then(|chosen| {
        let weights = chosen.pack.credit.as_ref()?;
        Some(PackWeights { rule_pack: &chosen.pack.id, weights })
    });
    records.iter().map(|(body_id, record)| card(body_id, record, weights, as_of)).collect()
}

/// Takes an inspection into a history, as `findings.json` and `run.json` have it.
///
/// # Errors
/// A history that cannot be written. Then nothing of this inspection is in it.
pub fn record(inspection: &Inspection, data_set: &str, ledger: &mut Ledger) -> Result<Added, PipelineError> {
    let report = document::read(&findings_json(inspection)?, &run_json(inspection)?)?;
    let written: Vec<WrittenRecord> =
        written_records(&inspection.dataset, &inspection.evidence).into_iter().map(|(_, record)| record).collect();
    Ok(ledger.add_with_written(&report, data_set, &written)?)
}

fn joined(packs: &RulePacks, part: impl Fn(&RulePack) -> &String) -> String {
    packs.all().iter().map(|pack| part(pack).as_str()).collect::<Vec<_>>().join(", ")
}

fn pack_record(pack: &RulePack) -> PackRecord {
    PackRecord {
        id: pack.id.clone(),
        version: pack.version.clone(),
        title: pack.title.clone(),
        authority: pack.authority.clone(),
        region: pack.region.clone(),
        effective_from: pack.effective_from,
        effective_to: pack.effective_to,
        sha256: pack.sha256.clone(),
        source_sha256: pack.source_sha256.clone(),
    }
}

/// Writes the report of an inspection. Returns the files written.
///
/// # Errors
/// A folder that cannot be written, or that holds something other than an earlier report.
pub fn report(
    inspection: &Inspection,
    out: &Path,
    config: &Config,
    progress: &dyn Progress,
) -> Result<Vec<PathBuf>, PipelineError> {
    Ok(write_report(inspection, out, &config.report, progress)?)
}

/// Columns that a study did not compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The key does not name them.
    pub without_key: Vec<String>,
    /// Everybody gave the keyed response, or nobody any: they say nothing.
    pub one_option: Vec<String>,
}

impl LeftOut {
    /// Adds the columns by name, where there are any.
    fn tell(&self, note: &mut Bilingual) {
        let kinds = [
            (&self.without_key, "没有答案、未比较的列：", "Columns without a key, not compared: "),
            (
                &self.one_option,
                "只有一种作答、不含信息、未比较的题目：",
                "Items with one response only, which say nothing, not compared: ",
            ),
        ];
        for (names, zh, en) in kinds.into_iter().filter(|(names, ..)| !names.is_empty()) {
            let masked: Vec<String> = names.iter().map(|name| mask_embedded_numbers(name).into_owned()).collect();
            note.zh.push_str(&format!("{zh}{}。", masked.join("、")));
            note.en.push_str(&format!(" {en}{}.", masked.join(", ")));
        }
    }
}

/// Tables of a study of similarity, by name.
#[derive(Clone, Debug, Default)]
pub struct SimilarityFiles {
    /// Responses, wide.
    pub responses: PathBuf,
    /// Key; without it the responses are scores.
    pub key: Option<PathBuf>,
    /// Given item parameters.
    pub item_parameters: Option<PathBuf>,
    /// Given abilities.
    pub abilities: Option<PathBuf>,
    /// Pairs to compare; without it the parameters say which.
    pub pairs: Option<PathBuf>,
    /// Column of the responses that holds a room, centre or body.
    pub group: Option<String>,
    /// Column of the responses that holds a seat number.
    pub seat: Option<String>,
    /// File for the pairs.
    pub out: PathBuf,
    /// File for the persons of the clusters.
    pub clusters: Option<PathBuf>,
    /// File for the test of each group.
    pub places: Option<PathBuf>,
    /// File for the fitted options of a nominal model.
    pub options: Option<PathBuf>,
    /// Folder of a report.
    pub report: Option<PathBuf>,
    /// The command as the report repeats it.
    pub command: String,
}

/// Reads the tables, compares the sheets, and writes what was asked for.
///
/// Returns the study, and the columns of the responses that were left out because they have no key.
///
/// # Errors
/// A table that is wrong, a study that is not possible, or an output that cannot be written.
pub fn similarity(
    files: &SimilarityFiles,
    mut parameters: StudyParameters,
    progress: &dyn Progress,
) -> Result<(Study, LeftOut), PipelineError> {
    let key = files.key.as_deref().map(read_key).transpose()?;
    parameters.item_parameters = files.item_parameters.as_deref().map(read_item_parameters).transpose()?;
    parameters.abilities = files.abilities.as_deref().map(read_abilities).transpose()?;
    parameters.with_options = files.options.is_some();
    if let Some(pairs) = &files.pairs {
        parameters.pairs = PairChoice::Listed(read_pairs(pairs)?);
    }
    let given = parameters.item_parameters.as_ref();
    let columns = PlaceColumns { group: files.group.as_deref(), seat: files.seat.as_deref() };
    let read = read_responses(&files.responses, key.as_deref(), given, &columns)?;
    let found = study(&read.answers, &read.form_items, &parameters, progress)?;
    let left_out = LeftOut { without_key: read.left_out, one_option: read.one_option };
    write_pair_table(&found.table, &files.out)?;
    let tables = [
        (&found.cluster_table, &files.clusters),
        (&found.place_table, &files.places),
        (&found.option_table, &files.options),
    ];
    for (table, path) in tables {
        if let Some(path) = path {
            write_pair_table(table, path)?;
        }
    }
    if let Some(folder) = &files.report {
        let report = ReportParameters { command: files.command.clone(), ..ReportParameters::default() };
        let inspection = as_inspection(&found, &left_out, &parameters, &files.responses);
        write_report(&inspection, folder, &report, progress)?;
    }
    Ok((found, left_out))
}

/// What `kaojian forms` found.
#[derive(Clone, Debug, Default)]
pub struct ComparedForms {
    /// By occupation and level.
    pub groups: Vec<FormOverlap>,
    /// Files and rows that could not be read: place and reason.
    pub refused: Vec<(String, Bilingual)>,
    /// Rows that were read and are to be looked at: place and reason.
    pub noted: Vec<(String, Bilingual)>,
    /// How many such rows there are; `noted` may hold fewer.
    pub notes: usize,
}

/// Reads forms, compares every paper with every other, and writes the tables to `out`: a folder, or one file with the
/// overlaps alone.
///
/// # Errors
/// A folder that cannot be read, a data set without forms, or an output that cannot be written.
pub fn forms(
    paths: &[PathBuf],
    config: &Config,
    out: &Path,
    progress: &dyn Progress,
) -> Result<ComparedForms, PipelineError> {
    let read = read_forms(paths, &config.ingest, progress)?;
    let refused = refused(&read);
    let notes: Vec<&QuarantineEntry> = read.quarantine.iter().filter(|entry| !entry.row_refused).collect();
    let noted = notes.iter().take(MOST_REFUSED_NAMED).map(|entry| told(&read, entry)).collect();
    if read.dataset.form_items.is_empty() && refused.is_empty() {
        let folder = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
        return Err(PipelineError::Nothing { folder });
    }
    let groups = compare(&read.dataset, &config.detect.form_reuse);
    if is_table_file(out) {
        write_pair_table(&form_tables::overlaps(&groups), out)?;
    } else {
        write_pair_table(&form_tables::overlaps(&groups), &out.join("overlap.csv"))?;
        write_pair_table(&form_tables::items(&groups), &out.join("items.csv"))?;
        let exposures = exposures(&read.dataset, &config.detect.item_bank);
        write_pair_table(&form_tables::exposures(&exposures), &out.join("exposure.csv"))?;
        write_pair_table(&form_tables::renewals(&exposures), &out.join("renewal.csv"))?;
        write_pair_table(&form_tables::notes(&read.dataset, &read.quarantine), &out.join("notes.csv"))?;
    }
    let notes = notes.len();
    Ok(ComparedForms { groups, refused, noted, notes })
}

/// What `kaojian written` is asked for.
#[derive(Clone, Debug, Default)]
pub struct WrittenFiles {
    /// A data set, tables, or folders of documents.
    pub answers: Vec<PathBuf>,
    /// Forms with stems and reference answers.
    pub forms: Vec<PathBuf>,
    /// Folder for all tables, or one file for the pairs.
    pub out: PathBuf,
    /// Folder of a report.
    pub report: Option<PathBuf>,
    /// The command as the report repeats it.
    pub command: String,
}

/// What `kaojian written` found.
#[derive(Clone, Debug, Default)]
pub struct ComparedWritten {
    /// By question.
    pub questions: Vec<WrittenComparison>,
    /// Files and rows that could not be read: place and reason.
    pub refused: Vec<(String, Bilingual)>,
}

/// Reads written answers, compares all pairs of each question, and writes the tables.
///
/// # Errors
/// A folder that cannot be read, data without written answers, or an output that cannot be written.
pub fn written(
    files: &WrittenFiles,
    config: &Config,
    maximum_pairs: usize,
    progress: &dyn Progress,
) -> Result<ComparedWritten, PipelineError> {
    let read = read_written(&files.answers, &files.forms, &config.ingest, progress)?;
    let refused = refused(&read);
    let found = questions(&read.dataset);
    if found.is_empty() && refused.is_empty() {
        let folder = files.answers.first().map(|path| path.display().to_string()).unwrap_or_default();
        return Err(PipelineError::Nothing { folder });
    }
    let every = WrittenParameters { maximum_pairs_reported: maximum_pairs, ..config.detect.written.clone() };
    progress.begin("written", found.len() as u64);
    let compared = |question| {
        let compared = compare_written(question, &every, Wanted::EveryPair);
        progress.advance(1);
        compared
    };
    let questions: Vec<WrittenComparison> = found.iter().map(compared).collect();
    progress.finish();
    if is_table_file(&files.out) {
        write_pair_table(&written_tables::pairs(&questions), &files.out)?;
    } else {
        write_pair_table(&written_tables::pairs(&questions), &files.out.join("pairs.csv"))?;
        write_pair_table(&written_tables::clusters(&questions), &files.out.join("clusters.csv"))?;
        write_pair_table(&written_tables::hidden(&questions), &files.out.join("hidden.csv"))?;
    }
    if let Some(folder) = &files.report {
        let detail = |question| compare_written(question, &config.detect.written, Wanted::Evidence);
        let evidence = found.iter().map(|one| Evidence::WrittenComparison(Box::new(detail(one)))).collect();
        let report = ReportParameters { command: files.command.clone(), ..ReportParameters::default() };
        let run = RunRecord {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings: config.settings().into_iter().filter(|(name, _)| name.starts_with("written.")).collect(),
            ..RunRecord::default()
        };
        let mut inspection = Inspection::of_evidence(run, evidence);
        tell_apart(&mut inspection.findings, &mut inspection.evidence);
        inspection.dataset.files = read.dataset.files.clone();
        write_report(&inspection, folder, &report, progress)?;
    }
    Ok(ComparedWritten { questions, refused })
}

/// Files that could not be read, and the first rows that were refused.
fn refused(read: &Ingested) -> Vec<(String, Bilingual)> {
    let files = read.dataset.files.iter().filter_map(|file| Some((file.path.clone(), file.error.clone()?)));
    let rows = read.quarantine.iter().filter(|entry| entry.row_refused).take(MOST_REFUSED_NAMED);
    files.chain(rows.map(|entry| told(read, entry))).collect()
}

/// The place of an entry in words, and its reason.
fn told(read: &Ingested, entry: &QuarantineEntry) -> (String, Bilingual) {
    let row = read.dataset.source_row(entry.source);
    (format!("{} : {} : {} : {}", row.file, row.sheet, row.row, entry.column), entry.reason.clone())
}

fn is_table_file(out: &Path) -> bool {
    out.extension().is_some_and(|ending| ["csv", "json", "parquet"].iter().any(|known| ending == *known))
}

/// The study as the report takes it: one group, no findings.
fn as_inspection(study: &Study, left_out: &LeftOut, parameters: &StudyParameters, responses: &Path) -> Inspection {
    let form = responses.file_stem().map(|stem| FormId(stem.to_string_lossy().as_ref().into()));
    let mut group = SimilarityGroup { form_id: form, ..study.evidence.clone() };
    left_out.tell(&mut group.model_note);
    let text = |value: &dyn std::fmt::Display| value.to_string();
    let settings = [
        ("similarity.bootstrap", text(&parameters.bootstrap)),
        ("similarity.minimum_items", text(&parameters.minimum_items)),
        ("similarity.model", text(&study.model)),
        ("similarity.rule", text(&parameters.rule.as_str())),
        ("similarity.significance_level", text(&parameters.significance_level)),
    ];
    let run = RunRecord {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        seed: parameters.seed,
        ..RunRecord::default()
    };
    Inspection::of_evidence(run, vec![Evidence::SimilarityGroup(group)])
}
