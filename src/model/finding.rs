//! What a rule concludes about one batch or body.

use crate::model::basis::Basis;
use crate::model::figure::Figures;
use crate::model::ids::{BatchId, BodyId};
use crate::model::missing::MissingFact;
use crate::model::observation::Nature;
use crate::model::provenance::Provenance;
use crate::model::text::Bilingual;
use serde::Serialize;

/// The verdict words, in the order of urgency for sorting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Verdict {
    /// The numeric or logical condition in the text holds on the data supplied.
    #[serde(rename = "MET")]
    Met,
    /// A statistical sign, never a verdict by itself.
    #[serde(rename = "INDICATION")]
    Indication,
    /// The text reserves the element for a person.
    #[serde(rename = "HUMAN")]
    Human,
    /// Facts are missing: the finding says which.
    #[serde(rename = "UNDETERMINED")]
    Undetermined,
    /// The condition does not hold on the data supplied.
    #[serde(rename = "NOT_MET")]
    NotMet,
}

impl Verdict {
    /// All, in order of urgency.
    pub const ALL: [Self; 5] = [Self::Met, Self::Indication, Self::Human, Self::Undetermined, Self::NotMet];

    /// The word as written in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Met => "MET",
            Self::Indication => "INDICATION",
            Self::Human => "HUMAN",
            Self::Undetermined => "UNDETERMINED",
            Self::NotMet => "NOT_MET",
        }
    }
}

/// The numbers of an article and its item, for sorting: `20(10)` comes after `20(9)`; what has no number comes last.
///
/// ```
/// use kaojian::model::finding::article_numbers;
/// assert!(article_numbers("20(9)") < article_numbers("20(10)"));
/// assert_eq!(article_numbers("7"), (7, 0));
/// ```
pub fn article_numbers(article: &str) -> (u32, u32) {
    let mut numbers = article.split(|character: char| !character.is_ascii_digit()).filter_map(|part| part.parse().ok());
    (numbers.next().unwrap_or(u32::MAX), numbers.next().unwrap_or(0))
}

/// The measures of Arts 20, 21 and 22.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// 约谈.
    Interview,
    /// 警示.
    Warning,
    /// 市场禁入.
    Ban,
}

impl Measure {
    /// All, the mildest first.
    pub const ALL: [Self; 3] = [Self::Interview, Self::Warning, Self::Ban];

    /// The measure of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == word)
    }

    /// `interview`, `warning` or `ban`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Interview => "interview",
            Self::Warning => "warning",
            Self::Ban => "ban",
        }
    }
}

/// One rule's conclusion on one batch or body, with everything needed to check it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable: `<article>:<body or ->:<batch or ->:<reading>`.
    pub id: String,
    /// Identifier of the rule pack.
    pub rule_pack: String,
    /// Version and dates of the pack, and the day that decides.
    pub basis: Basis,
    /// `20(1)`.
    pub article: String,
    /// Detector(s) it rests on, joined by `+`.
    pub detector: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The body, when known.
    pub body_id: Option<BodyId>,
    /// The batch, when the rule is about a batch.
    pub batch_id: Option<BatchId>,
    /// Subjects concerned, sorted, without repeats.
    pub subjects: Vec<String>,
    /// Figures the verdict rests on.
    pub figures: Figures,
    /// Threshold as the text writes it.
    pub threshold: Bilingual,
    /// What is missing.
    pub missing: Vec<MissingFact>,
    /// The measure that the article attaches, for decision by the authority.
    pub measure: Option<Measure>,
    /// One or two sentences in both languages.
    pub text: Bilingual,
    /// Article text as in force.
    pub article_text: Bilingual,
    /// What stays with a person.
    pub human_element: Bilingual,
    /// Verdict under every reading of the text, primary first: (reading, verdict).
    pub readings: Vec<(Bilingual, Verdict)>,
    /// Each single case behind the finding: detail and source rows.
    pub cases: Vec<FindingCase>,
}

/// One case behind a finding.
#[derive(Clone, Debug)]
pub struct FindingCase {
    /// `detector.measure` that saw it.
    pub measure: String,
    /// Whether the rule counts it as a fact or as a sign.
    pub nature: Nature,
    /// Subjects by identifier.
    pub subjects: Vec<String>,
    /// What is seen.
    pub detail: Bilingual,
    /// Source rows.
    pub sources: Vec<Provenance>,
}
