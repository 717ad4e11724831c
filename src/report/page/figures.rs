//! The figures of a finding: those to read first beside its sentence, all of them folded below.

use crate::model::figure::{Figure, Figures};
use crate::model::observation::MeasureNames;
use crate::model::text::Bilingual;
use crate::report::page::markup::{Markup, both, plain};
use crate::report::page::numbers;
use crate::report::wording;

/// Figures that are read first, by rule, in the order in which they stand.
const FIRST: &[&str] = &[
    "admitted",
    "admitted_unqualified_lower",
    "admitted_unqualified_upper",
    "open",
    "template",
    "similar_pairs.sheets",
    "similar_pairs.items",
    "similar_pairs.pairs_in_family",
    "similar_pairs.flagged_pairs",
    "identical_sheets.identical_pairs",
    "similar_pairs.flagged_candidates",
    "similar_pairs.smallest_log10_p_value",
    "similar_pairs.significance_level",
    "similar_pairs.model",
    "times_within_window",
    "window_from",
    "window_to",
    "recomputed_mark.sheets_recomputed",
    "component_total.totals_checked",
    "off_rubric.marks_checked",
    "second_rater.works_checked",
    "third_rater.at_or_above_tolerance",
    "severity.raters_tested",
    "agreement.rater_pairs",
    "configured_line.changes",
    "configured_line.unapproved",
    "unapproved.changes",
    "unapproved.unapproved",
    "passed_below.line",
    "passed_below.scores",
    "passed_below.recovered_line_at_most",
];
/// Figures of a rule that none of these names fits.
const OTHERWISE: usize = 6;

/// A figure with its label, ready for the page.
pub type Labelled = (Markup, Markup);

/// Figures of one measure.
pub struct FigureGroup {
    /// The measure; none for figures of the rule itself.
    pub title: Option<Markup>,
    /// All its figures.
    pub figures: Vec<Labelled>,
}

/// The figures to read first.
pub fn first(figures: &Figures) -> Vec<Labelled> {
    chosen(figures).into_iter().map(|(name, value)| labelled(name, value)).collect()
}

/// Names and values of the figures to read first.
pub fn chosen(figures: &Figures) -> Vec<(&str, &Figure)> {
    let known: Vec<(&str, &Figure)> =
        FIRST.iter().filter_map(|name| figures.get(*name).map(|value| (*name, value))).collect();
    if known.is_empty() {
        figures.iter().take(OTHERWISE).map(|(name, value)| (name.as_str(), value)).collect()
    } else {
        known
    }
}

/// The value of a figure in both languages.
pub fn value(figure: &Figure) -> Bilingual {
    match figure {
        Figure::Text(text) if text.is_empty() => Bilingual::new("—", "—"),
        Figure::Text(text) => wording::find(&format!("figure_value.{text}"))
            .cloned()
            .or_else(|| by_component(text))
            .unwrap_or_else(|| Bilingual::new(text.as_str(), text.as_str())),
        other => {
            let text = numbers::figure(other);
            Bilingual::new(text.clone(), text)
        }
    }
}

/// `theory 60; skill 57.5`: a number a component, with the components in words.
fn by_component(text: &str) -> Option<Bilingual> {
    let mut said = Bilingual::default();
    for part in text.split("; ") {
        let (name, number) = part.rsplit_once(' ')?;
        number.parse::<f64>().ok()?;
        let name = wording::find(&format!("component.{name}"))?;
        if !said.zh.is_empty() {
            said.zh.push('；');
            said.en.push_str("; ");
        }
        said.zh.push_str(&format!("{} {number}", name.zh));
        said.en.push_str(&format!("{} {number}", name.en));
    }
    Some(said)
}

/// All figures, those of one measure together.
pub fn groups(figures: &Figures, names: &MeasureNames) -> Vec<FigureGroup> {
    let mut groups: Vec<(&str, FigureGroup)> = Vec::new();
    for (name, value) in figures {
        let measure = name.split_once('.').map_or("", |(measure, _)| measure);
        let figure = labelled(name, value);
        match groups.iter_mut().find(|(known, _)| *known == measure) {
            Some((_, group)) => group.figures.push(figure),
            None => groups.push((measure, FigureGroup { title: title(measure, names), figures: vec![figure] })),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The name that a detector gives its measure; the measure itself where none does.
fn title(measure: &str, names: &MeasureNames) -> Option<Markup> {
    if measure.is_empty() {
        return None;
    }
    let said = names.iter().find(|(name, _)| name.split_once('.').is_some_and(|(_, own)| own == measure));
    Some(said.map_or_else(|| plain(measure), |(_, name)| both(name)))
}

fn labelled(name: &str, value: &Figure) -> Labelled {
    (both(&wording::figure_label(name)), both(&self::value(value)))
}

#[cfg(test)]
mod tests {
    use super::{first, groups, value};
    use crate::model::figure::{Figure, Figures};
    use crate::model::observation::MeasureNames;
    use crate::model::text::Bilingual;

    #[test]
    fn figures_of_a_measure_stand_together_under_its_name() {
        let figures = Figures::from([
            ("agreement.raters".to_owned(), Figure::from(4_i64)),
            ("fact_cases".to_owned(), Figure::from(1_i64)),
            ("recomputed_mark.rounding_rule".to_owned(), Figure::from("half_up")),
            ("agreement.rater_pairs".to_owned(), Figure::from(6_i64)),
        ]);
        let names = MeasureNames::from([("scoring.agreement".to_owned(), Bilingual::new("一致性", "agreement"))]);
        let found = groups(&figures, &names);
        let shape: Vec<(bool, usize)> =
            found.iter().map(|group| (group.title.is_some(), group.figures.len())).collect();
        assert_eq!(shape, [(true, 2), (false, 1), (true, 1)]);
        assert!(found[2].figures[0].1.to_string().contains("四舍五入"));
        assert_eq!(first(&figures).len(), 1);
    }

    #[test]
    fn numbers_of_components_are_said_in_both_languages() {
        let said = value(&Figure::from("theory 60; skill 57.5"));
        assert_eq!((said.zh.as_str(), said.en.as_str()), ("理论 60；技能 57.5", "theory 60; skill 57.5"));
        let kept = value(&Figure::from("theory of 60; skill"));
        assert_eq!(kept.zh, "theory of 60; skill");
    }

    #[test]
    fn an_unknown_rule_shows_what_it_has() {
        let figures = Figures::from([("something".to_owned(), Figure::from("x<y"))]);
        let shown = first(&figures);
        assert_eq!((shown[0].0.to_string(), shown[0].1.to_string()), ("something".to_owned(), "x&#60;y".to_owned()));
    }
}
