//! The tables of records: their columns in the order in which they are written, hashed and exported.

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text, or nothing.
    Text(Option<String>),
    /// A whole number, or nothing.
    Integer(Option<i64>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Some(text.into()))
    }

    /// A whole number.
    pub const fn integer(number: i64) -> Self {
        Self::Integer(Some(number))
    }

    /// The text, empty when there is none.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Text(Some(text)) => text,
            _ => "",
        }
    }

    /// The text, if there is one.
    pub fn some_text(&self) -> Option<&str> {
        Some(self.as_text()).filter(|text| !text.is_empty())
    }

    /// The number, if there is one.
    pub const fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => *number,
            Self::Text(_) => None,
        }
    }
}

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `TEXT`.
    Text,
    /// `BIGINT`.
    Integer,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One inspection.
    Run,
    /// One version of a batch.
    Batch,
    /// One finding of a version.
    Finding,
    /// A person's decision on a finding.
    Decision,
    /// A measure taken.
    Measure,
    /// An order to rectify, or its closing.
    Rectification,
    /// Fingerprints of a written answer.
    Written,
}

impl Kind {
    /// All, so that what is referred to comes before what refers to it.
    pub const ALL: [Self; 7] =
        [Self::Run, Self::Batch, Self::Finding, Self::Decision, Self::Measure, Self::Rectification, Self::Written];

    /// The format that brought it.
    pub const fn since(self) -> i64 {
        match self {
            Self::Written => 2,
            _ => 1,
        }
    }

    /// The word in the chain.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Batch => "batch",
            Self::Finding => "finding",
            Self::Decision => "decision",
            Self::Measure => "measure",
            Self::Rectification => "rectification",
            Self::Written => "written",
        }
    }

    /// The table.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Run => "runs",
            Self::Batch => "batches",
            Self::Finding => "findings",
            Self::Decision => "decisions",
            Self::Measure => "measures",
            Self::Rectification => "rectifications",
            Self::Written => "written_answers",
        }
    }

    /// The columns behind `seq`.
    pub const fn columns(self) -> &'static [(&'static str, Type)] {
        match self {
            Self::Run => RUN,
            Self::Batch => BATCH,
            Self::Finding => FINDING,
            Self::Decision => DECISION,
            Self::Measure => MEASURE,
            Self::Rectification => RECTIFICATION,
            Self::Written => WRITTEN,
        }
    }

    /// `seq` and the columns, separated by commas.
    pub fn column_list(self) -> String {
        let mut list = "seq".to_owned();
        for (name, _) in self.columns() {
            list.push_str(", ");
            list.push_str(name);
        }
        list
    }

    /// Types of [`Kind::column_list`].
    pub fn types(self) -> Vec<Type> {
        std::iter::once(Type::Integer).chain(self.columns().iter().map(|(_, of)| *of)).collect()
    }
}

const RUN: &[(&str, Type)] = &[
    ("run_id", Type::Text),
    ("data_set", Type::Text),
    ("program_version", Type::Text),
    ("rule_pack", Type::Text),
    ("rule_pack_sha256", Type::Text),
    ("settings", Type::Text),
    ("inputs", Type::Text),
    ("recorded_at", Type::Text),
];

const BATCH: &[(&str, Type)] = &[
    ("run_seq", Type::Integer),
    ("body_id", Type::Text),
    ("batch_id", Type::Text),
    ("rule_pack", Type::Text),
    ("version", Type::Integer),
    ("occupation_code", Type::Text),
    ("occupation", Type::Text),
    ("level", Type::Integer),
    ("exam_date", Type::Text),
    ("held", Type::Integer),
    ("candidates", Type::Integer),
    ("met", Type::Integer),
    ("indication", Type::Integer),
    ("human", Type::Integer),
    ("undetermined", Type::Integer),
    ("not_met", Type::Integer),
    ("content_sha256", Type::Text),
];

const FINDING: &[(&str, Type)] = &[
    ("batch_seq", Type::Integer),
    ("finding_id", Type::Text),
    ("rule_pack", Type::Text),
    ("body_id", Type::Text),
    ("batch_id", Type::Text),
    ("exam_date", Type::Text),
    ("article", Type::Text),
    ("reading", Type::Text),
    ("detector", Type::Text),
    ("verdict", Type::Text),
    ("measure", Type::Text),
    ("subjects", Type::Text),
    ("figures", Type::Text),
    ("missing", Type::Text),
    ("readings", Type::Text),
    ("cases", Type::Text),
    ("text_zh", Type::Text),
    ("text_en", Type::Text),
];

const DECISION: &[(&str, Type)] = &[
    ("finding_seq", Type::Integer),
    ("finding_id", Type::Text),
    ("outcome", Type::Text),
    ("decided_by", Type::Text),
    ("decided_on", Type::Text),
    ("reason", Type::Text),
    ("recorded_at", Type::Text),
];

const MEASURE: &[(&str, Type)] = &[
    ("body_id", Type::Text),
    ("measure", Type::Text),
    ("article", Type::Text),
    ("decided_on", Type::Text),
    ("ends_on", Type::Text),
    ("terms", Type::Text),
    ("recorded_at", Type::Text),
];

const RECTIFICATION: &[(&str, Type)] = &[
    ("body_id", Type::Text),
    ("ordered_on", Type::Text),
    ("deadline", Type::Text),
    ("closed_on", Type::Text),
    ("recorded_at", Type::Text),
];

const WRITTEN: &[(&str, Type)] = &[
    ("run_seq", Type::Integer),
    ("body_id", Type::Text),
    ("batch_id", Type::Text),
    ("exam_date", Type::Text),
    ("candidate_id", Type::Text),
    ("question", Type::Text),
    ("characters", Type::Integer),
    ("text_sha256", Type::Text),
    ("fingerprints", Type::Text),
];
