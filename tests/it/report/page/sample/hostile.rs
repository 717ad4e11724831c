//! Names that try to break out of every format, in every place where data stand.

use super::evidence::{distribution, profile, ratio, score_changes, similarity, timeline};
use super::{at, batch, both, findings_of, inspection};
use crate::report::rater_sample::{panel, queue};
use crate::report::score_sample::{adjudication, audit, heaping, same_answers};
use kaojian::model::batch::{Batch, Body};
use kaojian::model::component::Component;
use kaojian::model::evidence::Evidence;
use kaojian::model::finding::{FindingCase, Verdict};
use kaojian::model::ids::{BatchId, BodyId, CandidateId, FormId, RaterId};
use kaojian::model::missing::MissingFact;
use kaojian::model::observation::Nature;
use kaojian::model::provenance::{SourceFile, SourceSheet};
use kaojian::model::quarantine::QuarantineEntry;
use kaojian::model::run::Inspection;
use kaojian::model::text::Bilingual;

/// An identity number (GB 11643's own example) that stands where a candidate number should.
pub const IDENTITY: &str = "11010519491231002X";
/// A name that tries to be a script.
pub const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";
/// A name that tries to be a formula.
pub const FORMULA: &str = "=cmd|'/C calc'!A0";
/// A name that tries to end a CDATA section.
pub const CDATA: &str = "]]><b>x</b>";
/// A name that tries to reverse the text after it.
pub const REVERSED: &str = "abc\u{202E}fdp.exe";

/// The same with names that try to break out of every format.
pub fn hostile() -> Inspection {
    let mut inspection = inspection(1);
    for (index, name) in [SCRIPT, FORMULA, CDATA, REVERSED, IDENTITY].into_iter().enumerate() {
        let text = both(name, name);
        let mut finding = findings_of(0).swap_remove(0);
        finding.id = format!("20(1):-:{name}:{index}");
        finding.batch_id = Some(BatchId::from(name));
        finding.body_id = Some(BodyId::from(name));
        finding.subjects = vec![name.to_owned()];
        finding.figures.insert(name.to_owned(), name.into());
        finding.missing = vec![MissingFact::column(name, name)];
        finding.text = text.clone();
        finding.threshold = text.clone();
        finding.article_text = text.clone();
        finding.human_element = text.clone();
        finding.readings = vec![(text.clone(), Verdict::Met), (text.clone(), Verdict::Human)];
        finding.cases = vec![FindingCase {
            measure: format!("qualification.{name}"),
            nature: Nature::Fact,
            subjects: vec![name.to_owned()],
            detail: text.clone(),
            sources: vec![at(u32::try_from(inspection.dataset.files.len()).unwrap(), 3)],
        }];
        finding.article = format!("20(9){name}");
        inspection.findings.push(finding);
        inspection.dataset.files.push(SourceFile {
            path: format!("{name}.csv"),
            sha256: "00".repeat(32),
            format: "csv".into(),
            encoding: name.into(),
            sheets: vec![SourceSheet {
                name: name.to_owned(),
                table: None,
                unmapped_columns: vec![name.to_owned()],
                mapped_columns: vec![(name.to_owned(), "candidate_id".to_owned())],
                ..SourceSheet::default()
            }],
            error: Some(text.clone()),
            ..SourceFile::default()
        });
        inspection.dataset.bodies.push(Body {
            body_id: BodyId::from(name),
            body_name: Some(name.into()),
            kind: None,
            filed_on: None,
            source: at(0, 2),
        });
        inspection.dataset.batches.push(Batch {
            batch_id: BatchId::from(name),
            occupation: Some(name.into()),
            site: Some(name.into()),
            ..batch(0)
        });
        inspection.quarantine.push(QuarantineEntry {
            source: at(0, 9),
            column: name.to_owned(),
            value: name.to_owned(),
            rule: "score-not-a-number",
            row_refused: true,
            reason: text.clone(),
        });
        inspection.run.settings.insert(name.to_owned(), name.to_owned());
        let mut group = similarity(0);
        group.form_id = Some(FormId::from(name));
        group.exclusions = vec![(CandidateId::from(name), text.clone())];
        let pair = &mut group.pairs[0];
        pair.a.candidate_id = CandidateId::from(name);
        pair.a.room = Some(name.into());
        pair.a.responses[0] = Some(name.into());
        pair.key[0] = Some(name.into());
        inspection.evidence.push(Evidence::SimilarityGroup(group));
        let mut profile = profile(0);
        profile.rater_id = RaterId::from(name);
        inspection.evidence.push(Evidence::RaterProfile(profile));
        let mut raters = panel(Some(BodyId::from(name)), Component::Other(name.into()), 9, 2);
        raters.raters[1].rater_id = RaterId::from(name);
        raters.control_charts[0].rater_id = RaterId::from(name);
        raters.batches = vec![BatchId::from(name)];
        inspection.evidence.push(Evidence::RaterPanel(Box::new(raters)));
        let mut works = queue(Some(BodyId::from(name)), BatchId::from(name), 12);
        works.entries[0].candidate_id = CandidateId::from(name);
        works.entries[0].component = Component::Other(name.into());
        works.entries[0].raters = vec![RaterId::from(name)];
        inspection.evidence.push(Evidence::RemarkQueue(works));
        let mut changes = score_changes(0);
        changes.batch_id = BatchId::from(name);
        let change = &mut changes.changes[0];
        change.candidate_id = CandidateId::from(name);
        change.component = Component::Other(name.into());
        change.operator = Some(name.into());
        change.approval_no = Some(name.into());
        change.reason = Some(name.into());
        inspection.evidence.push(Evidence::ScoreChangeSummary(changes));
        hostile_scores(&mut inspection, name, &text);
        let mut timeline = timeline(0);
        timeline.batch_id = BatchId::from(name);
        timeline.events[0].operator = Some(name.into());
        timeline.events[0].component = Some(Component::Other(name.into()));
        timeline.approved[0].approval_no = Some(name.into());
        inspection.evidence.push(Evidence::PassLineTimeline(timeline));
        let mut ratio = ratio(0);
        ratio.batch_id = BatchId::from(name);
        inspection.evidence.push(Evidence::UnqualifiedRatio(ratio));
        let mut scores = distribution(0);
        scores.component = Component::Other(name.into());
        inspection.evidence.push(Evidence::ScoreDistribution(scores));
    }
    inspection.dataset.batches.sort_by(|a, b| a.batch_id.cmp(&b.batch_id));
    inspection
}

/// The name in every text of the audit, the heaps, the same answers and the replayed marks; in an answer it stands
/// in ten thousand characters.
fn hostile_scores(inspection: &mut Inspection, name: &str, text: &Bilingual) {
    let (body, id) = (Some(BodyId::from(name)), BatchId::from(name));
    let component = Component::Other(name.into());
    let mut changes = audit(body.clone(), id.clone(), 12, 5);
    for act in &mut changes.acts {
        act.component = Some(component.clone());
        act.candidates = vec![CandidateId::from(name)];
        act.operators = vec![name.into()];
        act.approvers = vec![name.into()];
        act.approval_numbers = vec![name.into()];
        act.reason = Some(name.into());
    }
    for operator in &mut changes.operators {
        operator.operator = name.into();
    }
    inspection.evidence.push(Evidence::ScoreChangeAudit(Box::new(changes)));
    let mut heap = heaping(body.clone(), component.clone(), 6);
    heap.batches = vec![id.clone()];
    heap.withheld = Some(text.clone());
    for group in &mut heap.groups {
        group.name = name.to_owned();
    }
    inspection.evidence.push(Evidence::LineHeaping(Box::new(heap)));
    let mut same = same_answers(body.clone(), id.clone(), 3);
    for cluster in &mut same.clusters {
        cluster.component = component.clone();
        cluster.criterion = name.into();
        for answer in &mut cluster.answers {
            answer.candidate_id = CandidateId::from(name);
            answer.text = format!("{name}{}{name}", "很长的作答，".repeat(1_700)).into();
            answer.characters = 10_000;
            answer.marks[0].0 = Some(RaterId::from(name));
        }
    }
    inspection.evidence.push(Evidence::SameAnswers(same));
    let mut replay = adjudication(body, id, 4);
    replay.component = component;
    replay.rule = Some(text.clone());
    replay.given_by_rule = vec![(text.clone(), 3)];
    for mark in &mut replay.differing {
        mark.candidate_id = CandidateId::from(name);
        mark.marks[0].0 = Some(RaterId::from(name));
        mark.expected = vec![name.into()];
        mark.step = text.clone();
        mark.other_rule = Some(text.clone());
    }
    inspection.evidence.push(Evidence::Adjudication(replay));
}
