//! What a written answer is good for.

/// Answers that say nothing, or point to something that is not in the table, in normal form.
const PLACEHOLDERS: [&str; 22] = [
    "略",
    "无",
    "空",
    "空白",
    "未答",
    "未作答",
    "不会",
    "不会做",
    "不知道",
    "不清楚",
    "没有",
    "没做",
    "同上",
    "同前",
    "见图",
    "如图",
    "见附图",
    "见附件",
    "见图纸",
    "见试卷",
    "见答题纸",
    "见答题卡",
];

/// Endings of files that stand where a text should.
const FILE_ENDINGS: [&str; 12] =
    [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".pdf", ".mp4", ".doc", ".docx"];

/// What a text is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// A text that can be compared.
    Text,
    /// It says nothing, or points to something that is not in the table.
    Placeholder,
    /// The name of a file, or a picture.
    File,
    /// Characters were lost in an encoding.
    Unreadable,
}

/// What a text is good for, by the text as written and its normal form with its length.
pub fn kind(text: &str, normal: &str, length: usize) -> AnswerKind {
    let start: String = text.chars().take(16).collect::<String>().to_lowercase();
    let end: String = {
        let mut last: Vec<char> = text.trim_end().chars().rev().take(5).collect();
        last.reverse();
        last.into_iter().collect::<String>().to_lowercase()
    };
    if text.contains('\u{FFFD}') {
        AnswerKind::Unreadable
    } else if start.starts_with("data:")
        || start.starts_with("http")
        || FILE_ENDINGS.iter().any(|known| end.ends_with(known))
    {
        AnswerKind::File
    } else if length < 2 || PLACEHOLDERS.contains(&normal) {
        AnswerKind::Placeholder
    } else {
        AnswerKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::{AnswerKind, kind};
    use crate::text::normal::normalised;

    #[test]
    fn what_is_no_answer_is_told() {
        let of = |text: &str| {
            let normal = normalised(text);
            kind(text, &normal.text, normal.length)
        };
        for text in ["略", "不会。", " 见 附图 ", "A", "。"] {
            assert!(matches!(of(text), AnswerKind::Placeholder), "{text}");
        }
        for text in ["IMG_2031.JPG", "data:image/png;base64,AAAA", "https://example.org/a", "作业/第1题.docx"] {
            assert!(matches!(of(text), AnswerKind::File), "{text}");
        }
        assert!(matches!(of("\u{FFFD}\u{FFFD}电"), AnswerKind::Unreadable));
        assert!(matches!(of("断电"), AnswerKind::Text));
        assert!(matches!(of(&"断".repeat(100_000)), AnswerKind::Text));
    }
}
