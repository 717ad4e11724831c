//! The components of an evaluation: theory, skill, comprehensive review.

use compact_str::CompactString;
use std::fmt;

/// What is marked separately and must be passed separately.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// 理论知识考试.
    Theory,
    /// 技能操作考核 / 实操.
    Skill,
    /// 综合评审.
    Review,
    /// Anything else, by the name the file gives it.
    Other(CompactString),
}

impl Component {
    /// Reads a component in either language; never fails, since unknown names are kept.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "theory" | "理论" | "理论知识" | "理论考试" | "理论知识考试" | "理论成绩" | "笔试" => {
                Self::Theory
            }
            "skill" | "技能" | "实操" | "技能操作" | "技能考核" | "操作技能" | "操作技能考核" | "技能操作考核"
            | "实操考核" | "技能成绩" | "实操成绩" => Self::Skill,
            "review" | "综合评审" | "综合" | "评审" | "综合评审成绩" => Self::Review,
            _ => Self::Other(text.into()),
        }
    }

    /// `theory`, `skill`, `review`, or the name as found.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Theory => "theory",
            Self::Skill => "skill",
            Self::Review => "review",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Component {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
