//! Any evidence at all: charts are drawn or left out, and nothing panics.

use crate::report::score_sample::{audit, heaping};
use chrono::{NaiveDate, NaiveDateTime};
use kaojian::model::component::Component;
use kaojian::model::evidence::{
    ApprovedLine, DenominatorCount, Evidence, PairMember, PassLineEvent, PassLineTimeline, RaterPair, RaterProfile,
    ScoreChangeCase, ScoreChangeSummary, ScoreCount, ScoreDistribution, SimilarPair, SimilarityGroup, UnqualifiedRatio,
};
use kaojian::model::ids::BatchId;
use kaojian::model::pass_line_evidence::{MovedScores, PlaceboStep, StepCount};
use kaojian::model::points::Points;
use kaojian::model::provenance::Provenance;
use kaojian::model::score_change_evidence::{OperatorChanges, OperatorTest};
use kaojian::model::similarity_evidence::CalibrationPoint;
use kaojian::model::text::Bilingual;
use kaojian::report::chart::set::charts;
use proptest::prelude::*;

/// Numbers at every edge, and ordinary ones.
fn real() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(1.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(f64::MIN_POSITIVE),
        proptest::num::f64::ANY,
        -2.0..2.0,
    ]
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(1), Just(u64::MAX), any::<u64>(), 0..500_u64]
}

fn points() -> impl Strategy<Value = Points> {
    prop_oneof![any::<i64>().prop_map(Points::from_millionths), (0..100_i64).prop_map(Points::whole)]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("B1".to_owned()), Just("批次<&\u{0}\u{20BB7}".to_owned()), any::<String>()]
}

fn batch() -> impl Strategy<Value = BatchId> {
    id().prop_map(|id| BatchId::from(id.as_str()))
}

fn moment() -> impl Strategy<Value = NaiveDateTime> {
    prop_oneof![
        Just(NaiveDateTime::MIN),
        Just(NaiveDateTime::MAX),
        (0..400_000_000_i64).prop_map(|seconds| {
            chrono::DateTime::from_timestamp(1_600_000_000 + seconds, 0)
                .map_or(NaiveDateTime::MIN, |time| time.naive_utc())
        }),
    ]
}

fn date() -> impl Strategy<Value = Option<NaiveDate>> {
    proptest::option::of(moment().prop_map(|moment| moment.date()))
}

fn component() -> impl Strategy<Value = Component> {
    prop_oneof![Just(Component::Theory), Just(Component::Skill), id().prop_map(|name| Component::Other(name.into()))]
}

fn ratio() -> impl Strategy<Value = Evidence> {
    let denominator = (count(), count(), count(), (real(), real()), prop_oneof![Just("admitted"), Just("sat")]);
    (batch(), date(), proptest::collection::vec(denominator, 0..3)).prop_map(|(batch_id, exam_date, counts)| {
        let denominators = counts
            .into_iter()
            .map(|(candidates, lower, upper, interval, name)| DenominatorCount {
                name,
                candidates,
                lower,
                upper,
                interval,
            })
            .collect();
        Evidence::UnqualifiedRatio(UnqualifiedRatio { body_id: None, batch_id, exam_date, denominators })
    })
}

fn distribution() -> impl Strategy<Value = Evidence> {
    let point = prop_oneof![any::<i64>(), 0..100_i64];
    let score = (point, count(), count(), count()).prop_map(|(point, passed, failed, unrecorded)| ScoreCount {
        point,
        passed,
        failed,
        unrecorded,
    });
    let line = || proptest::option::of(points());
    (batch(), component(), line(), line(), line(), proptest::collection::vec(score, 0..6)).prop_map(
        |(batch_id, component, approved_line, highest_failed, lowest_passed, counts)| {
            Evidence::ScoreDistribution(ScoreDistribution {
                body_id: None,
                batch_id,
                component,
                approved_line,
                highest_failed,
                lowest_passed,
                counts,
            })
        },
    )
}

fn timeline() -> impl Strategy<Value = Evidence> {
    let event = (
        proptest::option::of(component()),
        proptest::option::of(moment()),
        proptest::option::of(points()),
        points(),
        any::<bool>(),
    )
        .prop_map(|(component, changed_at, old_line, new_line, approved)| PassLineEvent {
            component,
            changed_at,
            old_line,
            old_line_rebuilt: approved,
            new_line,
            operator: None,
            approval_no: None,
            approved,
            source: Provenance::default(),
        });
    let approved = (proptest::option::of(component()), points(), date())
        .prop_map(|(component, line, approved_on)| ApprovedLine { component, line, approval_no: None, approved_on });
    let events = proptest::collection::vec(event, 0..5);
    (batch(), date(), date(), proptest::collection::vec(approved, 0..3), events).prop_map(
        |(batch_id, exam_date, published_on, approved, events)| {
            Evidence::PassLineTimeline(PassLineTimeline {
                body_id: None,
                batch_id,
                exam_date,
                published_on,
                approved,
                events,
            })
        },
    )
}

fn changes() -> impl Strategy<Value = Evidence> {
    let line = || proptest::option::of(points());
    let change = (id(), component(), proptest::option::of(moment()), line(), line(), line(), any::<bool>()).prop_map(
        |(candidate, component, changed_at, old_score, new_score, pass_line, approved)| ScoreChangeCase {
            candidate_id: candidate.as_str().into(),
            component,
            changed_at,
            old_score,
            new_score,
            pass_line,
            operator: None,
            approval_no: None,
            reason: None,
            approved,
            after_publication: None,
            source: Provenance::default(),
        },
    );
    (batch(), proptest::collection::vec(change, 0..4)).prop_map(|(batch_id, changes)| {
        Evidence::ScoreChangeSummary(ScoreChangeSummary { body_id: None, batch_id, changes })
    })
}

fn raters() -> impl Strategy<Value = Evidence> {
    let numbers = (real(), real(), real(), proptest::option::of(real()));
    (id(), count(), numbers, any::<bool>(), any::<bool>()).prop_map(|(rater, n, (a, b, c, d), first, second)| {
        if first && second {
            return Evidence::RaterPair(RaterPair {
                body_id: None,
                batch_id: None,
                rater_a: rater.as_str().into(),
                rater_b: "R2".into(),
                n,
                exact_agreement: a,
                adjacent_agreement: b,
                weighted_kappa: d,
                mean_difference: c,
                standard_deviation_of_difference: None,
            });
        }
        Evidence::RaterProfile(RaterProfile {
            body_id: None,
            rater_id: rater.as_str().into(),
            n,
            mean_deviation_rate: a,
            interval: (b, c),
            p_value: a,
            adjusted_p_value: b,
            severity_flagged: first,
            drift_rho: d,
            drift_adjusted_p_value: d,
            drift_flagged: second,
            batches: Vec::new(),
        })
    })
}

fn similarity() -> impl Strategy<Value = Evidence> {
    let member = (id(), batch())
        .prop_map(|(candidate, batch_id)| PairMember {
            candidate_id: candidate.as_str().into(),
            batch_id,
            room: None,
            seat: None,
            responses: Vec::new(),
            correct: None,
            source: Provenance::default(),
        })
        .boxed();
    let pair = (member.clone(), member, any::<(u32, u32, u32)>(), real(), real(), 0..3_u32, any::<bool>()).prop_map(
        |(a, b, (items_compared, matches, matches_incorrect), log10, p_value, cluster, identical)| SimilarPair {
            a,
            b,
            items_compared,
            matches,
            matches_incorrect,
            longest_identical_run: 1,
            gbt_p_value: p_value,
            gbt_log10_p_value: log10,
            adjusted_p_value: p_value,
            incorrect_log10_p_value: None,
            flagged: true,
            identical,
            cluster,
            key: Vec::new(),
        },
    );
    let point = (real(), real()).prop_map(|(p_value, observed_rate)| CalibrationPoint { p_value, observed_rate });
    let pairs = proptest::collection::vec(pair, 0..6);
    (id(), count(), real(), pairs, proptest::collection::vec(point, 0..6)).prop_map(
        |(form, pairs_compared, significance_level, pairs, calibration)| {
            Evidence::SimilarityGroup(SimilarityGroup {
                form_id: Some(form.as_str().into()),
                batches: Vec::new(),
                sheets: pairs_compared,
                items: 1,
                pairs_compared,
                model: "nominal",
                model_note: Bilingual::default(),
                significance_level,
                pairs,
                calibration,
                exclusions: Vec::new(),
                detail: Default::default(),
            })
        },
    )
}

/// An audit whose operators hold any numbers at all.
fn audits() -> impl Strategy<Value = Evidence> {
    let operator = (id(), (count(), count(), count(), count()), (real(), real(), real()), any::<bool>(), any::<bool>());
    (batch(), proptest::collection::vec(operator, 0..5), real()).prop_map(|(batch_id, operators, level)| {
        let mut found = audit(None, batch_id, 2, 0);
        found.significance_level = level;
        found.operators = operators
            .into_iter()
            .map(|(name, (changes, to_passed, to_failed, on_line), (a, b, c), tested, flagged)| OperatorChanges {
                operator: name.as_str().into(),
                changes,
                to_passed,
                to_failed,
                on_line,
                interval: (a, b),
                odds_ratio: tested.then_some((a, b, c)),
                test: tested.then_some(OperatorTest {
                    p_value: a,
                    mid_p_value: b,
                    adjusted_p_value: c,
                    false_discovery_rate: a,
                    flagged,
                }),
            })
            .collect();
        Evidence::ScoreChangeAudit(Box::new(found))
    })
}

/// A heap whose counts and estimates are any numbers at all.
fn heaps() -> impl Strategy<Value = Evidence> {
    let step = prop_oneof![any::<i64>(), -20..20_i64];
    let counted = (step.clone(), count(), proptest::option::of(real()));
    let placebo = (step, proptest::option::of(real()));
    // Written out in the caption, so numbers that have digits.
    let told = || -1e6..1e6_f64;
    let moved = proptest::option::of((told(), told(), told(), proptest::option::of((told(), told()))));
    (
        (component(), count(), points(), prop_oneof![Just(1.0), 0.01..9.0_f64], any::<u32>()),
        proptest::collection::vec(counted, 0..6),
        proptest::collection::vec(placebo, 0..4),
        moved,
        proptest::option::of(real()),
        0..5_usize,
    )
        .prop_map(|((component, scores, line, step, window), counts, placebos, moved, p_value, groups)| {
            let mut found = heaping(None, component, groups);
            (found.scores, found.line, found.step, found.window, found.p_value) = (scores, line, step, window, p_value);
            found.counts =
                counts.into_iter().map(|(step, count, expected)| StepCount { step, count, expected }).collect();
            found.placebos = placebos.into_iter().map(|(step, p_value)| PlaceboStep { step, p_value }).collect();
            found.moved = moved.map(|(excess, missing, moved, interval)| MovedScores {
                excess,
                missing,
                moved,
                interval,
                share_of_below: excess,
            });
            Evidence::LineHeaping(Box::new(found))
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_evidence_gives_whole_charts(
        evidence in proptest::collection::vec(
            prop_oneof![
                ratio().boxed(),
                distribution().boxed(),
                timeline().boxed(),
                changes().boxed(),
                raters().boxed(),
                similarity().boxed(),
                audits().boxed(),
                heaps().boxed(),
            ],
            0..6,
        )
    ) {
        let mut inspection = super::empty();
        inspection.evidence = evidence;
        for (name, svg) in super::drawings(&charts(&inspection)) {
            super::check_svg(&name, svg);
        }
    }
}
