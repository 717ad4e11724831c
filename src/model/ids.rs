//! Typed identifiers. Each keeps the text exactly as the source file had it (trimmed, full width
//! folded); order is by bytes, so that sorted output never depends on a locale.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub CompactString);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(CompactString::from(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}

typed_ids! {
    /// A certification body (评价机构), usually its 统一社会信用代码.
    BodyId;
    /// One filed evaluation event (认定批次).
    BatchId;
    /// One registration of a person in a batch (准考证号).
    CandidateId;
    /// A test form (试卷).
    FormId;
    /// An item of a form or item bank (试题).
    ItemId;
    /// A rater (考评员 / 阅卷人).
    RaterId;
    /// A member of staff (考务人员).
    StaffId;
}
