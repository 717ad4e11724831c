//! One rule of a pack, as its file has it.

use crate::model::finding::{Measure, Verdict};
use crate::model::text::Bilingual;
use serde::Deserialize;

/// One item of one article, with the test of each reading.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `20(1)`.
    pub article: String,
    /// The measure that the article attaches.
    #[serde(deserialize_with = "measure")]
    pub measure: Measure,
    /// Short name.
    pub title: Bilingual,
    /// Text of the item.
    pub text: Bilingual,
    /// Threshold as the text writes it.
    pub threshold: Bilingual,
    /// What stays with a person.
    pub human: Bilingual,
    /// Readings of the text, the primary one first; its verdict is the finding's.
    #[serde(rename = "reading")]
    pub readings: Vec<Reading>,
    /// Sentences by verdict, with `{figure}` in braces.
    #[serde(default)]
    pub says: Says,
}

/// One way to read the text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Stable name within the rule.
    pub id: String,
    /// The reading in words.
    pub name: Bilingual,
    /// How it is tested.
    pub test: Test,
}

/// How a reading is tested. Observations are named `detector.measure`.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Test {
    /// A share of a batch reaches a fraction, in integers, with a lower and an upper count.
    Ratio {
        /// Which observation has the figures.
        observation: String,
        /// Figure: all that are counted.
        denominator: String,
        /// Figure: at least so many.
        lower: String,
        /// Figure: at most so many.
        upper: String,
        /// The fraction of the text.
        share: Fraction,
    },
    /// Any single case of a fact meets it; a case of a sign indicates it.
    AnyCase {
        /// Facts that meet the condition.
        met_by: Vec<String>,
        /// Signs that indicate it.
        indicated_by: Vec<String>,
        /// Facts shown beside the others, which alone decide nothing.
        #[serde(default)]
        supported_by: Vec<String>,
        /// What must all have been looked at before "no case" means that the condition does not hold.
        settled_by: Vec<String>,
    },
    /// Batches of one body that show a sign, counted over a rolling window. At most an indication.
    Recurrence {
        /// Signs that count.
        indicated_by: Vec<String>,
        /// Civil months of the closed window.
        window_months: u32,
        /// How often the text says.
        times: u32,
    },
    /// No machine test: a person looks.
    Human,
}

impl Test {
    /// The observations it rests on.
    pub fn observations(&self) -> Vec<&str> {
        match self {
            Self::Ratio { observation, .. } => vec![observation],
            Self::AnyCase { met_by, indicated_by, supported_by, .. } => {
                met_by.iter().chain(indicated_by).chain(supported_by).map(String::as_str).collect()
            }
            Self::Recurrence { indicated_by, .. } => indicated_by.iter().map(String::as_str).collect(),
            Self::Human => Vec::new(),
        }
    }
}

/// An exact fraction, such as 1/20 for 5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fraction {
    /// Above the line.
    pub numerator: i64,
    /// Below the line; positive.
    pub denominator: i64,
}

/// Sentences of a rule by verdict.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Says {
    /// For `MET`.
    pub met: Option<Bilingual>,
    /// For `INDICATION`.
    pub indication: Option<Bilingual>,
    /// For `HUMAN`.
    pub human: Option<Bilingual>,
    /// For `UNDETERMINED`.
    pub undetermined: Option<Bilingual>,
    /// For `NOT_MET`.
    pub not_met: Option<Bilingual>,
}

impl Says {
    /// The sentence for a verdict.
    pub fn for_verdict(&self, verdict: Verdict) -> Option<&Bilingual> {
        match verdict {
            Verdict::Met => self.met.as_ref(),
            Verdict::Indication => self.indication.as_ref(),
            Verdict::Human => self.human.as_ref(),
            Verdict::Undetermined => self.undetermined.as_ref(),
            Verdict::NotMet => self.not_met.as_ref(),
        }
    }
}

fn measure<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Measure, D::Error> {
    let text = String::deserialize(deserializer)?;
    [Measure::Interview, Measure::Warning, Measure::Ban]
        .into_iter()
        .find(|measure| measure.as_str() == text)
        .ok_or_else(|| serde::de::Error::custom(format!("measure is none of `interview`, `warning`, `ban`: {text}")))
}

/// What is wrong with a rule that reads well; `None` when nothing is.
pub fn meaningless(rule: &Rule) -> Option<String> {
    let Some(primary) = rule.readings.first() else { return Some("it has no reading".to_owned()) };
    let bilingual = [&rule.title, &rule.text, &rule.threshold, &rule.human];
    if bilingual.iter().any(|text| text.zh.trim().is_empty() || text.en.trim().is_empty()) {
        return Some("a text lacks one of its languages".to_owned());
    }
    for (index, reading) in rule.readings.iter().enumerate() {
        if rule.readings[..index].iter().any(|earlier| earlier.id == reading.id) {
            return Some(format!("two readings have the id: {}", reading.id));
        }
        match &reading.test {
            Test::Ratio { share, .. } if share.numerator < 0 || share.denominator <= 0 => {
                return Some(format!("share is no fraction: {}/{}", share.numerator, share.denominator));
            }
            Test::AnyCase { met_by, indicated_by, settled_by, .. } => {
                if let Some(name) =
                    settled_by.iter().find(|name| !met_by.contains(name) && !indicated_by.contains(name))
                {
                    return Some(format!("`settled_by` names what the test does not look at: {name}"));
                }
            }
            Test::Recurrence { window_months: 0, .. } | Test::Recurrence { times: 0, .. } => {
                return Some("a recurrence needs `window_months` and `times` of 1 or more".to_owned());
            }
            _ => {}
        }
        if let Some(name) = reading.test.observations().into_iter().find(|name| !name.contains('.')) {
            return Some(format!("an observation is not named `detector.measure`: {name}"));
        }
    }
    let needed: &[(Verdict, bool)] = &match primary.test {
        Test::Ratio { .. } => [(Verdict::Met, true), (Verdict::Undetermined, true), (Verdict::NotMet, true)],
        Test::AnyCase { .. } => [(Verdict::Met, true), (Verdict::Indication, true), (Verdict::NotMet, true)],
        Test::Recurrence { .. } => {
            [(Verdict::Indication, true), (Verdict::Undetermined, true), (Verdict::NotMet, true)]
        }
        Test::Human => [(Verdict::Human, true), (Verdict::Human, false), (Verdict::Human, false)],
    };
    needed
        .iter()
        .find(|(verdict, needed)| *needed && rule.says.for_verdict(*verdict).is_none())
        .map(|(verdict, _)| format!("it has no sentence for {}", verdict.as_str()))
}
