//! A table with a row a pair, as programs read it.

/// Named columns of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PairTable {
    /// In the order of the output.
    pub columns: Vec<PairColumn>,
}

impl PairTable {
    /// From names and values, all of one length.
    pub fn of(columns: Vec<(&str, PairValues)>) -> Self {
        let columns = columns.into_iter().map(|(name, values)| PairColumn { name: name.to_owned(), values });
        Self { columns: columns.collect() }
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct PairColumn {
    /// Stable name, such as `gbt_p`.
    pub name: String,
    /// One value a pair.
    pub values: PairValues,
}

/// Values of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum PairValues {
    /// Identifiers, as the data give them.
    Text(Vec<String>),
    /// Counts; `None` = does not apply.
    Integer(Vec<Option<u32>>),
    /// Statistics and probabilities; `None` = not defined.
    Number(Vec<Option<f64>>),
    /// Yes or no.
    Flag(Vec<bool>),
}

impl PairValues {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Flag(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
