//! The tests of a batch as figures and cases.

use crate::detect::change_log::{actor, quoted};
use crate::detect::parameters::ScoreChangeParameters;
use crate::detect::score_change::entries::Entry;
use crate::detect::score_change::signs::{BatchSigns, Families, counted, net_changes};
use crate::model::figure::Figures;
use crate::model::observation::ObservedCase;
use crate::model::text::Bilingual;

/// The measures of signs, in the order of their names.
pub const MEASURES: [&str; 4] = ["burst", "direction", "landing", "operators"];

/// Figures and cases of one sign.
pub struct Sign {
    /// Counts and statistics.
    pub figures: Figures,
    /// One case a flag.
    pub cases: Vec<ObservedCase>,
}

/// What one measure shows of a batch.
pub fn sign(
    measure: &str,
    entries: &[Entry<'_>],
    signs: &BatchSigns,
    families: &Families,
    parameters: &ScoreChangeParameters,
) -> Sign {
    let counted = counted(entries);
    let set_aside = entries.iter().filter(|entry| entry.is_change() && entry.is_set_aside()).count();
    let mut sign = Sign { figures: Figures::new(), cases: Vec::new() };
    sign.figures.insert("counted_changes".to_owned(), counted.len().into());
    sign.figures.insert("set_aside".to_owned(), set_aside.into());
    sign.figures.insert("minimum_changes".to_owned(), count(parameters.minimum_changes));
    sign.figures.insert("significance_level".to_owned(), parameters.significance_level.into());
    let tests = match measure {
        "direction" => families.direction,
        "operators" => families.operators,
        "landing" => families.landing,
        _ => families.burst,
    };
    sign.figures.insert("tests_in_data_set".to_owned(), tests.into());
    match measure {
        "direction" => direction(&mut sign, &counted, signs),
        "operators" => operators(&mut sign, &counted, signs),
        "landing" => landing(&mut sign, &counted, signs, parameters),
        _ => burst(&mut sign, &counted, signs),
    }
    sign
}

fn count(value: u64) -> crate::model::figure::Figure {
    i64::try_from(value).unwrap_or(i64::MAX).into()
}

fn probability(p: f64) -> String {
    if p < 0.001 { format!("{p:.1e}") } else { format!("{p:.3}") }
}

/// A case that names the candidates and rows of entries.
fn case_of(entries: &[&&Entry<'_>], detail: Bilingual) -> ObservedCase {
    let mut subjects: Vec<String> = entries.iter().map(|entry| quoted(entry.change.candidate_id.as_str())).collect();
    subjects.sort();
    subjects.dedup();
    ObservedCase { subjects, sources: entries.iter().map(|entry| entry.change.source).collect(), detail }
}

fn direction(sign: &mut Sign, counted: &[&Entry<'_>], signs: &BatchSigns) {
    let net = net_changes(counted);
    let up = net.values().filter(|net| net.to_passed()).count();
    let down = net.values().filter(|net| net.to_failed()).count();
    sign.figures.insert("failed_to_passed".to_owned(), up.into());
    sign.figures.insert("passed_to_failed".to_owned(), down.into());
    let Some(test) = signs.direction else { return };
    sign.figures.insert("p_value".to_owned(), test.p_value.into());
    sign.figures.insert("two_sided_p_value".to_owned(), test.two_sided_p_value.into());
    sign.figures.insert("adjusted_p_value".to_owned(), test.adjusted_p_value.into());
    if !test.flagged {
        return;
    }
    let raised: Vec<&&Entry<'_>> = counted
        .iter()
        .filter(|entry| {
            net.get(&(&entry.change.candidate_id, &entry.change.component)).is_some_and(|net| net.to_passed())
        })
        .collect();
    let (p, two, adjusted) =
        (probability(test.p_value), probability(test.two_sided_p_value), probability(test.adjusted_p_value));
    sign.cases.push(case_of(
        &raised,
        Bilingual::new(
            format!(
                "计入统计的修改中，{up} 个成绩由不合格变为合格，{down} 个由合格变为不合格；若两个方向机会相等，\
                 不少于此数的概率为 {p}（精确 McNemar 单侧；双侧 {two}；对各批次作 Holm 校正后 {adjusted}）。"
            ),
            format!(
                "Of the changes counted, {up} scores went from failed to passed and {down} from passed to failed; were both ways as \
                 likely, so many up would have probability {p} (exact McNemar, one-sided; two-sided {two}; {adjusted} after Holm over \
                 the batches)."
            ),
        ),
    ));
}

fn operators(sign: &mut Sign, counted: &[&Entry<'_>], signs: &BatchSigns) {
    let tested = signs.operators.iter().filter(|operator| operator.test.is_some()).count();
    sign.figures.insert("operators".to_owned(), signs.operators.len().into());
    sign.figures.insert("operators_tested".to_owned(), tested.into());
    if let Some(overall) = signs.operators_overall {
        sign.figures.insert("overall_chi_square".to_owned(), overall.chi_square.into());
        sign.figures.insert("degrees_of_freedom".to_owned(), count(overall.degrees_of_freedom));
        sign.figures.insert("overall_chi_square_p_value".to_owned(), overall.chi_square_p_value.into());
        if let Some(exact) = overall.exact_p_value {
            sign.figures.insert("overall_exact_p_value".to_owned(), exact.into());
        }
    }
    let smallest = signs
        .operators
        .iter()
        .filter_map(|operator| operator.test.map(|test| test.adjusted_p_value))
        .min_by(f64::total_cmp);
    if let Some(smallest) = smallest {
        sign.figures.insert("smallest_adjusted_p_value".to_owned(), smallest.into());
    }
    let (all, all_hits) =
        signs.operators.iter().fold((0, 0), |(all, hits), one| (all + one.changes, hits + one.to_passed));
    for operator in &signs.operators {
        let Some(test) = operator.test.filter(|test| test.flagged) else { continue };
        let own: Vec<&&Entry<'_>> = counted
            .iter()
            .filter(|entry| entry.failed_to_passed())
            .filter(|entry| entry.change.operator.as_deref().map(str::trim) == Some(operator.operator.as_str()))
            .collect();
        let who = actor(&Some(operator.operator.clone()));
        let (hits, changes) = (operator.to_passed, operator.changes);
        let (other_hits, other) = (all_hits - hits, all - changes);
        let (p, mid, adjusted, rate) = (
            probability(test.p_value),
            probability(test.mid_p_value),
            probability(test.adjusted_p_value),
            probability(test.false_discovery_rate),
        );
        sign.cases.push(case_of(
            &own,
            Bilingual::new(
                format!(
                    "{}：其 {changes} 项修改中 {hits} 项由不合格变为合格，其他操作人 {other} 项中 {other_hits} 项；\
                     Fisher 精确检验 p = {p}（mid-p {mid}；对各操作人 Holm 校正后 {adjusted}，BH {rate}）。",
                    who.zh
                ),
                format!(
                    "{}: of {changes} changes {hits} went from failed to passed, of {other} by others {other_hits}; Fisher's exact test \
                     p = {p} (mid-p {mid}; {adjusted} after Holm over operators, BH {rate}).",
                    who.en
                ),
            ),
        ));
    }
}

fn landing(sign: &mut Sign, counted: &[&Entry<'_>], signs: &BatchSigns, parameters: &ScoreChangeParameters) {
    let net = net_changes(counted);
    let step = parameters.landing_step;
    let landed = net.values().filter(|net| net.lands(step)).count();
    sign.figures.insert("landed".to_owned(), landed.into());
    let Some(test) = signs.landing else { return };
    sign.figures.insert("scores_tested".to_owned(), count(test.changes));
    sign.figures.insert("expected_landed".to_owned(), test.expected.into());
    sign.figures.insert("p_value".to_owned(), test.p_value.into());
    sign.figures.insert("draws".to_owned(), count(test.draws));
    sign.figures.insert("adjusted_p_value".to_owned(), test.adjusted_p_value.into());
    if !test.flagged {
        return;
    }
    let there: Vec<&&Entry<'_>> = counted
        .iter()
        .filter(|entry| {
            net.get(&(&entry.change.candidate_id, &entry.change.component)).is_some_and(|net| net.lands(step))
        })
        .collect();
    let (n, expected) = (test.changes, format!("{:.1}", test.expected));
    let (p, adjusted) = (probability(test.p_value), probability(test.adjusted_p_value));
    sign.cases.push(case_of(
        &there,
        Bilingual::new(
            format!(
                "{n} 个被修改的成绩中，{landed} 个恰好落在合格线上或线上 {step} 分以内；若改幅与原成绩无关，预期 {expected} 个，\
                 不少于此数的概率为 {p}（改幅随机重排；对各批次作 Holm 校正后 {adjusted}）。"
            ),
            format!(
                "Of {n} scores changed, {landed} land on the line or within {step} above it; were increments not made to measure, \
                 {expected} would be expected and so many would have probability {p} (increments dealt out anew; {adjusted} after Holm \
                 over the batches)."
            ),
        ),
    ));
}

fn burst(sign: &mut Sign, counted: &[&Entry<'_>], signs: &BatchSigns) {
    let Some(test) = signs.burst else { return };
    let format = |time: chrono::NaiveDateTime| time.format("%Y-%m-%d %H:%M").to_string();
    sign.figures.insert("failed_to_passed".to_owned(), count(test.to_passed));
    sign.figures.insert("window_from".to_owned(), format(test.from).into());
    sign.figures.insert("window_to".to_owned(), format(test.to).into());
    sign.figures.insert("window_changes".to_owned(), count(test.inside));
    sign.figures.insert("window_failed_to_passed".to_owned(), count(test.inside_to_passed));
    sign.figures.insert("log_likelihood_ratio".to_owned(), test.log_ratio.into());
    sign.figures.insert("p_value".to_owned(), test.p_value.into());
    sign.figures.insert("draws".to_owned(), count(test.draws));
    sign.figures.insert("adjusted_p_value".to_owned(), test.adjusted_p_value.into());
    if !test.flagged {
        return;
    }
    let inside: Vec<&&Entry<'_>> = counted
        .iter()
        .filter(|entry| entry.failed_to_passed())
        .filter(|entry| entry.change.changed_at.is_some_and(|time| time >= test.from && time <= test.to))
        .collect();
    let (from, to) = (format(test.from), format(test.to));
    let (hits, n, all_hits, all) = (test.inside_to_passed, test.inside, test.to_passed, test.changes);
    let (p, adjusted) = (probability(test.p_value), probability(test.adjusted_p_value));
    sign.cases.push(case_of(
        &inside,
        Bilingual::new(
            format!(
                "{from} 至 {to}：{n} 项修改中 {hits} 项由不合格变为合格，整个批次为 {all} 项中 {all_hits} 项；\
                 按扫描统计量（随机重排）p = {p}，对各批次作 Holm 校正后 {adjusted}。"
            ),
            format!(
                "{from} to {to}: {hits} of {n} changes went from failed to passed, {all_hits} of {all} in the whole batch; scan statistic \
                 (marks dealt out anew) p = {p}, {adjusted} after Holm over the batches."
            ),
        ),
    ));
}
