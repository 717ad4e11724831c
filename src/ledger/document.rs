//! `findings.json` and `run.json` of a report, as far as the history takes them in.

use crate::ledger::chain::sha256;
use crate::ledger::error::LedgerError;
use crate::ledger::tables::Value;
use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Bilingual;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The format of a report that is understood.
const SCHEMA: u32 = 1;

#[derive(Debug, Deserialize)]
struct FindingsDocument {
    schema: u32,
    run: RunIdentity,
    findings: Vec<FindingIn>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct RunIdentity {
    version: String,
    settings: BTreeMap<String, String>,
    seed: u64,
    rule_pack: String,
    rule_pack_sha256: String,
}

#[derive(Debug, Deserialize)]
struct RunDocument {
    schema: u32,
    #[serde(flatten)]
    run: RunIdentity,
    inputs: Vec<InputIn>,
    #[serde(default)]
    batches: Vec<BatchIn>,
}

#[derive(Debug, Deserialize)]
struct InputIn {
    sha256: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct BatchIn {
    batch_id: String,
    body_id: Option<String>,
    occupation_code: Option<String>,
    occupation: Option<String>,
    level: Option<i64>,
    exam_date: Option<String>,
    held: Option<bool>,
    candidates: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct FindingIn {
    id: String,
    rule_pack: String,
    article: String,
    detector: String,
    verdict: String,
    body_id: Option<String>,
    batch_id: Option<String>,
    subjects: Vec<String>,
    figures: BTreeMap<String, Json>,
    missing: Json,
    measure: Option<String>,
    text: Bilingual,
    #[serde(default)]
    readings: Vec<ReadingIn>,
    #[serde(default)]
    cases: Vec<CaseIn>,
    #[serde(default)]
    basis: BasisIn,
}

#[derive(Debug, Default, Deserialize)]
struct BasisIn {
    judged_on: Option<String>,
}

/// A reading and its verdict, as the history keeps them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadingIn {
    /// The reading.
    pub reading: Bilingual,
    /// The verdict word.
    pub verdict: String,
}

#[derive(Debug, Deserialize)]
struct CaseIn {
    measure: String,
}

/// One report, ready to be recorded.
#[derive(Clone, Debug)]
pub struct Report {
    /// SHA-256 over inputs, rule pack, settings, version and what was found.
    pub run_id: String,
    /// Version of the program.
    pub program_version: String,
    /// Identifier of the rule pack.
    pub rule_pack: String,
    /// Its hash.
    pub rule_pack_sha256: String,
    /// Settings and seed as JSON.
    pub settings: String,
    /// Hashes of the inputs as JSON, sorted.
    pub inputs: String,
    /// What was judged, by body and batch.
    pub judged: Vec<Judged>,
}

/// A batch, or a body as a whole, with its findings.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The body, empty when not on record.
    pub body_id: String,
    /// The batch, empty for the body itself.
    pub batch_id: String,
    /// The rule pack that judged it.
    pub rule_pack: String,
    /// The examination date, when on record.
    pub exam_date: Option<String>,
    /// Cells `occupation_code` to `candidates` of the batch's record.
    pub facts: Vec<Value>,
    /// How often each verdict: `MET`, `INDICATION`, `HUMAN`, `UNDETERMINED`, `NOT_MET`.
    pub verdicts: [i64; 5],
    /// Cells `finding_id` to `text_en` of each finding's record.
    pub findings: Vec<Vec<Value>>,
    /// SHA-256 over facts and findings.
    pub content_sha256: String,
}

const VERDICTS: [&str; 5] = ["MET", "INDICATION", "HUMAN", "UNDETERMINED", "NOT_MET"];

/// Text fit to be kept: identity numbers masked, control characters (which one engine refuses) made spaces.
pub fn kept(text: &str) -> String {
    mask_embedded_numbers(text).chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// SHA-256 over everything that was read of a history.
pub fn fingerprint(read: &impl std::fmt::Debug) -> String {
    sha256(format!("{read:?}").as_bytes())
}

/// Reads the two files of a report.
///
/// # Errors
/// A file that is not what its name says, or two files of different runs.
pub fn read(findings: &[u8], run: &[u8]) -> Result<Report, LedgerError> {
    let findings: FindingsDocument = parse("findings.json", findings)?;
    let run: RunDocument = parse("run.json", run)?;
    let refused = |file: &str, zh: &str, en: &str| LedgerError::Document {
        file: file.to_owned(),
        reason: Bilingual::new(zh, en),
    };
    for (file, schema) in [("findings.json", findings.schema), ("run.json", run.schema)] {
        if schema != SCHEMA {
            return Err(refused(file, "格式版本不认识", "its schema is not known"));
        }
    }
    if findings.run != run.run {
        return Err(refused(
            "run.json",
            "它与 findings.json 不属于同一次运行",
            "it is of another run than findings.json",
        ));
    }
    if let Some(wrong) = findings.findings.iter().find(|finding| !VERDICTS.contains(&finding.verdict.as_str())) {
        let zh = format!("认定结论不认识：{}", kept(&wrong.verdict));
        return Err(refused("findings.json", &zh, &format!("unknown verdict {}", kept(&wrong.verdict))));
    }
    if let Some(wrong) = run.batches.iter().find(|batch| !batch.exam_date.as_deref().is_none_or(is_date)) {
        let zh = format!("批次 {} 的考试日期不是日期", kept(&wrong.batch_id));
        return Err(refused("run.json", &zh, &format!("exam_date of batch {} is no date", kept(&wrong.batch_id))));
    }
    let mut inputs: Vec<&str> = run.inputs.iter().map(|input| input.sha256.as_str()).collect();
    inputs.sort_unstable();
    let judged = judged(&run.batches, &findings.findings, &run.run.rule_pack);
    let settings: BTreeMap<&str, String> = (run.run.settings.iter())
        .map(|(name, value)| (name.as_str(), kept(value)))
        .chain([("seed", run.run.seed.to_string())])
        .collect();
    let settings = Json::from_iter(settings).to_string();
    let inputs = Json::from(inputs).to_string();
    let contents: Vec<&str> = judged.iter().map(|unit| unit.content_sha256.as_str()).collect();
    let run = run.run;
    let identity = [&run.version, &run.rule_pack, &run.rule_pack_sha256, &settings, &inputs, &contents.join(",")]
        .map(|part| Json::from(part.as_str()));
    Ok(Report {
        run_id: sha256(Json::from(identity.to_vec()).to_string().as_bytes()),
        program_version: kept(&run.version),
        rule_pack: kept(&run.rule_pack),
        rule_pack_sha256: kept(&run.rule_pack_sha256),
        settings,
        inputs,
        judged,
    })
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok()
}

fn parse<'a, T: Deserialize<'a>>(file: &str, bytes: &'a [u8]) -> Result<T, LedgerError> {
    serde_json::from_slice(bytes).map_err(|error| LedgerError::Document {
        file: file.to_owned(),
        reason: Bilingual::new(
            format!("不是本程序写出的内容（{error}）"),
            format!("not what this program writes ({error})"),
        ),
    })
}

/// Findings by body, batch and rule pack. A batch without findings is kept too, under the packs of the run: that it
/// was held is what some windows ask.
fn judged(batches: &[BatchIn], findings: &[FindingIn], rule_pack: &str) -> Vec<Judged> {
    let part = |id: &Option<String>| kept(id.as_deref().unwrap_or_default());
    let facts: BTreeMap<(String, String), &BatchIn> =
        batches.iter().map(|batch| ((part(&batch.body_id), kept(&batch.batch_id)), batch)).collect();
    let mut units: BTreeMap<(String, String), BTreeMap<String, Vec<&FindingIn>>> =
        facts.keys().map(|key| (key.clone(), BTreeMap::new())).collect();
    for finding in findings {
        let of_batch = units.entry((part(&finding.body_id), part(&finding.batch_id))).or_default();
        of_batch.entry(kept(&finding.rule_pack)).or_default().push(finding);
    }
    let unknown = BatchIn::default();
    let mut judged = Vec::new();
    for (key, mut packs) in units {
        let batch = facts.get(&key).copied().unwrap_or(&unknown);
        if packs.is_empty() {
            packs.insert(kept(rule_pack), Vec::new());
        }
        judged.extend(packs.into_iter().map(|(pack, findings)| unit(&key, pack, batch, &findings)));
    }
    judged
}

fn unit((body_id, batch_id): &(String, String), rule_pack: String, batch: &BatchIn, findings: &[&FindingIn]) -> Judged {
    let text = |text: &Option<String>| Value::Text(text.as_deref().map(kept));
    let facts = vec![
        text(&batch.occupation_code),
        text(&batch.occupation),
        Value::Integer(batch.level),
        text(&batch.exam_date),
        Value::Integer(batch.held.map(i64::from)),
        Value::Integer(batch.candidates),
    ];
    let mut rows: Vec<Vec<Value>> =
        findings.iter().map(|finding| row(body_id, batch_id, &batch.exam_date, finding)).collect();
    rows.sort_by(|a, b| a.first().map(Value::as_text).cmp(&b.first().map(Value::as_text)));
    let verdicts = VERDICTS.map(|word| {
        let count = findings.iter().filter(|finding| finding.verdict == word).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    });
    let mut content = String::new();
    for cell in facts.iter().chain(rows.iter().flatten()) {
        let json = match cell {
            Value::Text(text) => Json::from(text.clone()),
            Value::Integer(number) => Json::from(*number),
        };
        content.push_str(&json.to_string());
        content.push('\n');
    }
    let content_sha256 = sha256(content.as_bytes());
    Judged {
        body_id: body_id.clone(),
        batch_id: batch_id.clone(),
        rule_pack,
        exam_date: batch.exam_date.clone(),
        facts,
        verdicts,
        findings: rows,
        content_sha256,
    }
}

fn row(body_id: &str, batch_id: &str, exam_date: &Option<String>, finding: &FindingIn) -> Vec<Value> {
    // What is about the body itself has the day by which it was judged.
    let judged_on = finding.basis.judged_on.as_ref().filter(|date| batch_id.is_empty() && is_date(date));
    let id = kept(&finding.id);
    let reading = id.rsplit(':').next().unwrap_or_default().to_owned();
    let mut cases: BTreeMap<String, u64> = BTreeMap::new();
    for case in &finding.cases {
        *cases.entry(kept(&case.measure)).or_default() += 1;
    }
    let subjects: Vec<String> = finding.subjects.iter().map(|subject| kept(subject)).collect();
    let figures: BTreeMap<&str, Json> = (finding.figures.iter())
        .map(|(name, figure)| match figure {
            Json::String(text) => (name.as_str(), Json::from(kept(text))),
            other => (name.as_str(), other.clone()),
        })
        .collect();
    let readings: Vec<Json> = (finding.readings.iter())
        .map(|reading| {
            serde_json::json!({ "reading": { "zh": kept(&reading.reading.zh), "en": kept(&reading.reading.en) }, "verdict": reading.verdict })
        })
        .collect();
    vec![
        Value::text(id),
        Value::text(kept(&finding.rule_pack)),
        Value::text(body_id),
        Value::text(batch_id),
        Value::Text(exam_date.as_ref().or(judged_on).cloned()),
        Value::text(kept(&finding.article)),
        Value::text(reading),
        Value::text(kept(&finding.detector)),
        Value::text(finding.verdict.clone()),
        Value::Text(finding.measure.as_deref().map(kept)),
        Value::text(Json::from(subjects).to_string()),
        Value::text(Json::from_iter(figures).to_string()),
        Value::text(kept(&finding.missing.to_string())),
        Value::text(Json::from(readings).to_string()),
        Value::text(Json::from_iter(cases).to_string()),
        Value::text(kept(&finding.text.zh)),
        Value::text(kept(&finding.text.en)),
    ]
}
