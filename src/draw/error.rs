//! Why nothing can be drawn.

use crate::model::text::Bilingual;

/// What is wrong with the lists or with what is asked of them. Every variant is found before the first lot, so that no
/// seed decides whether a draw is possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrawError {
    /// More bodies wanted than there are.
    #[error("{wanted} bodies are to be drawn, but the list has {listed}")]
    TooManyBodies {
        /// `--bodies`.
        wanted: u64,
        /// On the list.
        listed: u64,
    },
    /// Nothing wanted.
    #[error("at least one body and one inspector a body must be drawn")]
    NothingWanted,
    /// Bodies that could not be given enough inspectors.
    #[error(
        "{wanted} inspectors a body cannot be found without a conflict for {}\n\nhint: list more inspectors, or ask for fewer",
        .short.iter().map(|(body, free)| format!("{body} ({free} of {listed})")).collect::<Vec<_>>().join(", ")
    )]
    TooFewInspectors {
        /// Inspectors a body.
        wanted: u64,
        /// Inspectors on the list.
        listed: u64,
        /// Each such body with the number of inspectors that it could have.
        short: Vec<(String, u64)>,
    },
    /// A name twice on a list.
    #[error("{} stands twice on the list of {}", .id, .list.en)]
    Repeated {
        /// Which list.
        list: Bilingual,
        /// The identifier.
        id: String,
    },
    /// A seed that cannot be published as one line.
    #[error("the seed must be one line of text that is not blank and holds no identity number")]
    Seed,
}

impl DrawError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::TooManyBodies { wanted, listed } => format!("要抽取{wanted}家机构，而名单上只有{listed}家"),
            Self::NothingWanted => "至少应抽取一家机构，每家至少一名检查人员".to_owned(),
            Self::TooFewInspectors { wanted, listed, short } => {
                let named: Vec<String> =
                    short.iter().map(|(body, free)| format!("{body}（{listed}人中{free}人）")).collect();
                format!(
                    "下列机构无需回避的检查人员不足{wanted}人：{}\n\n提示：请增列检查人员，或减少每家人数",
                    named.join("、")
                )
            }
            Self::Repeated { list, id } => format!("{id} 在{}名单中出现两次", list.zh),
            Self::Seed => "种子应为一行非空文字，且不含身份证号".to_owned(),
        };
        Bilingual::new(zh, self.to_string())
    }
}
