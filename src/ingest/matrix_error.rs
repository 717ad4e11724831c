//! What is wrong with a table that `kaojian similarity` was given.

use crate::model::identity::mask_embedded_numbers;
use crate::model::text::Bilingual;

/// Why a table cannot be used, with the place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // The messages say what the fields are.
pub enum MatrixError {
    /// The file cannot be opened, or is no table.
    #[error("cannot read `{path}`: {}", reason.en)]
    Unreadable { path: String, reason: Bilingual },
    /// A row that cannot be read as cells.
    #[error("`{path}`, row {row}: {}", reason.en)]
    UnreadableRow { path: String, row: usize, reason: Bilingual },
    /// There is no row below the header.
    #[error("`{path}` has no rows below its header")]
    Empty { path: String },
    /// Rows of different width.
    #[error("`{path}`, row {row}: {found} cells where the header has {expected}")]
    Ragged { path: String, row: usize, found: usize, expected: usize },
    /// A column that must be there.
    #[error("`{path}` has no column `{column}`")]
    MissingColumn { path: String, column: String },
    /// One column for two things.
    #[error("`{path}`: the column `{column}` is asked for twice, as person (the first column), group or seat")]
    ColumnTaken { path: String, column: String },
    /// Two columns of one name.
    #[error("`{path}` has the column `{column}` twice")]
    DuplicateColumn { path: String, column: String },
    /// A row without its person.
    #[error("`{path}`, row {row}: the person's id is blank")]
    PersonBlank { path: String, row: usize },
    /// A person on two rows.
    #[error("`{path}`, row {row}: the same person stands in row {first}\n\nhint: each person may have one row")]
    DuplicatePerson { path: String, row: usize, first: usize },
    /// An item on two rows.
    #[error("`{path}`, row {row}: `{item}` stands there twice")]
    DuplicateItem { path: String, row: usize, item: String },
    /// An item without a key.
    #[error("`{path}`, row {row}: item or key is blank")]
    KeyBlank { path: String, row: usize },
    /// Items of the key that no column has.
    #[error("`{path}` has no column for items of the key: {}", items.join(", "))]
    KeyItemsAbsent { path: String, items: Vec<String> },
    /// Options without a key.
    #[error("`{path}` holds options, not scores 0 and 1, so a key is needed\n\nhint: --key FILE with columns item,key")]
    NoKey { path: String },
    /// More options than codes.
    #[error("`{path}`: item `{item}` has more than 254 different responses")]
    TooManyLabels { path: String, item: String },
    /// What should be a number.
    #[error("`{path}`, row {row}, column `{column}`: `{value}` is no finite number")]
    NotANumber { path: String, row: usize, column: String, value: String },
}

impl MatrixError {
    /// The message in both languages.
    pub fn message(&self) -> Bilingual {
        let zh = match self {
            Self::Unreadable { path, reason } => format!("无法读取 {path}：{}", reason.zh),
            Self::UnreadableRow { path, row, reason } => format!("{path} 第 {row} 行：{}", reason.zh),
            Self::Empty { path } => format!("{path} 在表头之下没有数据行"),
            Self::Ragged { path, row, found, expected } => {
                format!("{path} 第 {row} 行有 {found} 格，表头有 {expected} 格")
            }
            Self::MissingColumn { path, column } => format!("{path} 缺少列 {column}"),
            Self::ColumnTaken { path, column } => {
                format!("{path}：列 {column} 被用于两个角色（考生即第一列、分组、座位）")
            }
            Self::DuplicateColumn { path, column } => format!("{path} 中列 {column} 出现两次"),
            Self::PersonBlank { path, row } => format!("{path} 第 {row} 行没有考生编号"),
            Self::DuplicatePerson { path, row, first } => {
                format!("{path} 第 {row} 行的考生已在第 {first} 行出现\n\n提示：每名考生只能有一行")
            }
            Self::DuplicateItem { path, row, item } => format!("{path} 第 {row} 行：{item} 重复"),
            Self::KeyBlank { path, row } => format!("{path} 第 {row} 行的题号或答案为空"),
            Self::KeyItemsAbsent { path, items } => format!("{path} 没有答案表中这些题的列：{}", items.join("、")),
            Self::NoKey { path } => {
                format!("{path} 中是选项而不是 0/1 得分，需要标准答案\n\n提示：--key 文件，列为 item,key")
            }
            Self::TooManyLabels { path, item } => format!("{path} 中题目 {item} 的不同作答超过 254 种"),
            Self::NotANumber { path, row, column, value } => {
                format!("{path} 第 {row} 行 {column} 列：{value} 不是有限的数")
            }
        };
        let masked = |text: String| mask_embedded_numbers(&text).into_owned();
        Bilingual::new(masked(zh), masked(self.to_string()))
    }
}
