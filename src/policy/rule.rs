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
    /// What one finding is about.
    #[serde(default)]
    pub scope: Scope,
    /// The measure that the article attaches; a duty has none.
    #[serde(default, deserialize_with = "measure")]
    pub measure: Option<Measure>,
    /// Short name.
    pub title: Bilingual,
    /// Text of the item.
    pub text: Bilingual,
    /// Threshold as the text writes it.
    pub threshold: Bilingual,
    /// What stays with a person.
    pub human: Bilingual,
    /// Tables (`complaints`) and columns (`complaints.verified`) that a person, or a test, has to see.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Readings of the text, the primary one first; its verdict is the finding's.
    #[serde(rename = "reading")]
    pub readings: Vec<Reading>,
    /// Sentences by verdict, with `{figure}` in braces.
    #[serde(default)]
    pub says: Says,
    /// Where it stands, for messages.
    #[serde(skip)]
    pub origin: Origin,
}

/// What one finding of a rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One batch.
    #[default]
    Batch,
    /// One certification body, over all its batches.
    Body,
    /// The whole data set: said once, since it would be the same for every batch and body.
    DataSet,
}

/// The file of a rule.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Name of the file.
    pub file: String,
    /// Text of the file.
    pub text: String,
    /// Where the rule begins in it, bytes.
    pub start: usize,
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
#[derive(Clone, Debug, PartialEq, Deserialize)]
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
    /// Any single case of a fact meets it; a case of a sign indicates it. Differences of sets (observed minus filed)
    /// come as cases too.
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
        /// What must all have been looked at before "no case" means that the condition does not hold; without it all
        /// that count. An examination may have no written part, and is none the less looked at.
        #[serde(default)]
        settled_by: Vec<String>,
        /// Civil months of the closed window.
        window_months: u32,
        /// How often the text says.
        times: u32,
    },
    /// Dated events of one body, counted over any closed window of civil months.
    CountInWindow {
        /// Observations whose events count.
        counted: Vec<String>,
        /// What is counted of them.
        #[serde(default)]
        count: Count,
        /// Civil months of the closed window.
        window_months: u32,
        /// So many or more meet it.
        times: u32,
    },
    /// No activity of a body for so many civil months.
    AbsenceInWindow {
        /// Observation whose events are the activities.
        activity: String,
        /// Observation whose events are the filings that the count starts from.
        counted_from: String,
        /// Civil months without activity.
        window_months: u32,
        /// Which months: any in succession, or whole calendar years.
        years: Years,
    },
    /// A duty that was not done by the last day of its term.
    DeadlinePassed {
        /// Observations whose events are the duties.
        duties: Vec<String>,
    },
    /// A day of use outside the term of validity.
    DateValid {
        /// Observations whose events are the uses.
        uses: Vec<String>,
    },
    /// A condition of some articles holds again after a measure whose rectification was closed.
    RepeatAfter {
        /// The earlier measure.
        #[serde(deserialize_with = "one_measure")]
        after: Measure,
        /// Articles (`20`) or items (`20(1)`) that may be broken again.
        articles: Vec<String>,
    },
    /// No machine test: a person looks.
    Human,
}

/// What a count in a window counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Count {
    /// Every event.
    #[default]
    Events,
    /// Events of one subject; the subject with the most decides.
    OneSubject,
    /// Events that repeat one of the same subject in the window.
    Repetitions,
}

/// Which stretches of time an absence is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Years {
    /// From any day on.
    Rolling,
    /// From 1 January to 31 December.
    Calendar,
}

impl Test {
    /// The observations it rests on.
    pub fn observations(&self) -> Vec<&str> {
        match self {
            Self::Ratio { observation, .. } => vec![observation],
            Self::AnyCase { met_by, indicated_by, supported_by, .. } => {
                met_by.iter().chain(indicated_by).chain(supported_by).map(String::as_str).collect()
            }
            Self::Recurrence { indicated_by: names, .. }
            | Self::CountInWindow { counted: names, .. }
            | Self::DeadlinePassed { duties: names }
            | Self::DateValid { uses: names } => names.iter().map(String::as_str).collect(),
            Self::AbsenceInWindow { activity, counted_from, .. } => vec![activity, counted_from],
            Self::RepeatAfter { .. } | Self::Human => Vec::new(),
        }
    }

    /// The observations whose gaps leave it open.
    pub fn settling(&self) -> Vec<&str> {
        match self {
            Self::Recurrence { settled_by, .. } if !settled_by.is_empty() => {
                settled_by.iter().map(String::as_str).collect()
            }
            _ => self.observations(),
        }
    }

    /// Its kind, as the file writes it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Ratio { .. } => "ratio",
            Self::AnyCase { .. } => "any-case",
            Self::Recurrence { .. } => "recurrence",
            Self::CountInWindow { .. } => "count-in-window",
            Self::AbsenceInWindow { .. } => "absence-in-window",
            Self::DeadlinePassed { .. } => "deadline-passed",
            Self::DateValid { .. } => "date-valid",
            Self::RepeatAfter { .. } => "repeat-after",
            Self::Human => "human",
        }
    }

    /// What it is set to, by the keys of the file, for lists of differences and for people.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Ratio { observation, denominator, lower, upper, share } => vec![
                ("observation", observation.clone()),
                ("denominator", denominator.clone()),
                ("lower", lower.clone()),
                ("upper", upper.clone()),
                ("share", format!("{}/{}", share.numerator, share.denominator)),
            ],
            Self::AnyCase { met_by, indicated_by, supported_by, settled_by } => vec![
                ("met_by", met_by.join(", ")),
                ("indicated_by", indicated_by.join(", ")),
                ("supported_by", supported_by.join(", ")),
                ("settled_by", settled_by.join(", ")),
            ],
            Self::Recurrence { indicated_by, settled_by, window_months, times } => vec![
                ("indicated_by", indicated_by.join(", ")),
                ("settled_by", settled_by.join(", ")),
                ("window_months", window_months.to_string()),
                ("times", times.to_string()),
            ],
            Self::CountInWindow { counted, count, window_months, times } => vec![
                ("counted", counted.join(", ")),
                ("count", format!("{count:?}")),
                ("window_months", window_months.to_string()),
                ("times", times.to_string()),
            ],
            Self::AbsenceInWindow { activity, counted_from, window_months, years } => vec![
                ("activity", activity.clone()),
                ("counted_from", counted_from.clone()),
                ("window_months", window_months.to_string()),
                ("years", format!("{years:?}")),
            ],
            Self::DeadlinePassed { duties } => vec![("duties", duties.join(", "))],
            Self::DateValid { uses } => vec![("uses", uses.join(", "))],
            Self::RepeatAfter { after, articles } => {
                vec![("after", after.as_str().to_owned()), ("articles", articles.join(", "))]
            }
            Self::Human => Vec::new(),
        }
    }

    /// The verdicts that it can give, each of which a primary reading needs a sentence for.
    pub const fn verdicts(&self) -> &'static [Verdict] {
        use Verdict::{Human, Indication, Met, NotMet, Undetermined};
        match self {
            Self::AnyCase { met_by, .. } if met_by.is_empty() => &[Indication, NotMet],
            Self::AnyCase { indicated_by, .. } if indicated_by.is_empty() => &[Met, NotMet],
            Self::AnyCase { .. } => &[Met, Indication, NotMet],
            Self::Recurrence { .. } => &[Indication, Undetermined, NotMet],
            Self::RepeatAfter { .. } => &[Met, Indication, Undetermined, NotMet],
            Self::Ratio { .. }
            | Self::CountInWindow { .. }
            | Self::AbsenceInWindow { .. }
            | Self::DeadlinePassed { .. }
            | Self::DateValid { .. } => &[Met, Undetermined, NotMet],
            Self::Human => &[Human],
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

    /// The sentences there are.
    pub fn all(&self) -> impl Iterator<Item = &Bilingual> {
        Verdict::ALL.into_iter().filter_map(|verdict| self.for_verdict(verdict))
    }
}

fn measure<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Measure>, D::Error> {
    one_measure(deserializer).map(Some)
}

fn one_measure<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Measure, D::Error> {
    let text = String::deserialize(deserializer)?;
    Measure::parse(&text)
        .ok_or_else(|| serde::de::Error::custom(format!("measure is none of `interview`, `warning`, `ban`: {text}")))
}
