//! Skill levels 5 (五级, lowest) to 1 (一级, highest).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A vocational skill level; the number is the level code, so a *smaller* number is a *higher* level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Level(u8);

impl Level {
    /// A level from its code 1–5.
    pub const fn new(code: u8) -> Option<Self> {
        if code >= 1 && code <= 5 { Some(Self(code)) } else { None }
    }

    /// The code, 1–5.
    pub const fn code(self) -> u8 {
        self.0
    }

    /// Whether the level has a comprehensive review (综合评审): the two highest do.
    pub const fn has_review(self) -> bool {
        self.0 <= 2
    }

    /// Reads `3`, `3级`, `三级`, `三级/高级工`, `高级工`, `高级技师`, `技师`.
    ///
    /// ```
    /// use kaojian::model::level::Level;
    /// assert_eq!(Level::parse("高级工"), Level::new(3));
    /// assert_eq!(Level::parse("一级/高级技师"), Level::new(1));
    /// assert_eq!(Level::parse("技师"), Level::new(2));
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let head = text.split(['/', '(', '（']).next().unwrap_or(text).trim();
        let head = head.strip_suffix('级').unwrap_or(head).trim();
        let code = match head {
            "5" | "五" | "初级工" | "初级" => 5,
            "4" | "四" | "中级工" | "中级" => 4,
            "3" | "三" | "高级工" | "高级" => 3,
            "2" | "二" | "技师" => 2,
            "1" | "一" | "高级技师" => 1,
            _ => return None,
        };
        Some(Self(code))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
