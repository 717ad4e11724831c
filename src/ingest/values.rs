//! Cleaned cells to values: decimals, marks, yes and no, answer labels.

use crate::ingest::clean::{clean_text, is_missing, without_spaces};
use crate::model::points::Points;
use crate::model::score::Mark;
use compact_str::CompactString;

/// Reads a decimal in the forms people write it: `59.5`, `59,5`, `1,200`, `85分`, `8.5E1`.
///
/// ```
/// use kaojian::ingest::values::parse_points;
/// use kaojian::model::points::Points;
/// assert_eq!(parse_points("59,5"), Points::parse("59.5"));
/// assert_eq!(parse_points("１,２００ 元"), Some(Points::whole(1200)));
/// assert_eq!(parse_points("6O"), None);
/// ```
pub fn parse_points(text: &str) -> Option<Points> {
    if let Some(points) = Points::parse(text) {
        return Some(points);
    }
    let cleaned = without_spaces(clean_text(text));
    let number = cleaned.trim_end_matches(['分', '元', '年']);
    if let Some(points) = Points::parse(number) {
        return Some(points);
    }
    if number.contains(',') {
        return Points::parse(&plain_decimal(number)?);
    }
    let looks_binary = number.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    if looks_binary { number.parse::<f64>().ok().and_then(Points::from_f64) } else { None }
}

/// One comma before other than three digits is a decimal comma; commas before groups of three are thousands.
fn plain_decimal(number: &str) -> Option<String> {
    let groups: Vec<&str> = number.split(',').collect();
    let (first, last) = (groups.first()?, groups.last()?);
    let whole_last = last.split('.').next().unwrap_or(last);
    let thousands = !first.is_empty()
        && first.trim_start_matches('-').len() <= 3
        && whole_last.len() == 3
        && groups.iter().skip(1).take(groups.len().saturating_sub(2)).all(|group| group.len() == 3);
    if thousands {
        Some(groups.concat())
    } else if groups.len() == 2 && !last.contains('.') {
        Some(number.replace(',', "."))
    } else {
        None
    }
}

/// Reads a score cell: a number or one of the marks; `None` when it is neither.
///
/// ```
/// use kaojian::ingest::values::parse_mark;
/// use kaojian::model::score::Mark;
/// assert_eq!(parse_mark("缺 考"), Some(Mark::Absent));
/// assert_eq!(parse_mark("-"), Some(Mark::Missing));
/// assert_eq!(parse_mark("六十"), None);
/// ```
pub fn parse_mark(text: &str) -> Option<Mark> {
    if let Some(points) = parse_points(text) {
        return Some(Mark::Points(points));
    }
    let cleaned = without_spaces(clean_text(text));
    if is_missing(&cleaned) {
        return Some(Mark::Missing);
    }
    match cleaned.to_lowercase().as_str() {
        "缺考" | "缺席" | "未考" | "absent" | "abs" | "qk" => Some(Mark::Absent),
        "免考" | "免试" | "exempt" | "mk" => Some(Mark::Exempt),
        "作弊" | "违纪" | "舞弊" | "作废" | "取消" | "取消成绩" | "零分处理" | "void" | "voided" => {
            Some(Mark::Void)
        }
        "缓考" | "deferred" | "hk" => Some(Mark::Deferred),
        _ => None,
    }
}

/// Reads yes or no in the words of either language.
///
/// ```
/// use kaojian::ingest::values::parse_boolean;
/// assert_eq!(parse_boolean("√"), Some(true));
/// assert_eq!(parse_boolean("不合格"), Some(false));
/// assert_eq!(parse_boolean("也许"), None);
/// ```
pub fn parse_boolean(text: &str) -> Option<bool> {
    let cleaned = without_spaces(clean_text(text));
    match cleaned.to_lowercase().as_str() {
        "是" | "true" | "t" | "1" | "1.0" | "y" | "yes" | "合格" | "通过" | "及格" | "已通过" | "达标" | "有" | "√"
        | "✓" | "✔" | "☑" | "属实" | "已签到" | "签到" | "到" | "已到" | "已归档" | "归档" | "齐全" | "pass"
        | "passed" => Some(true),
        "否" | "false" | "f" | "0" | "0.0" | "n" | "no" | "不合格" | "未通过" | "不通过" | "不及格" | "未达标"
        | "无" | "×" | "✗" | "✘" | "x" | "☒" | "不属实" | "未签到" | "未到" | "未归档" | "缺失" | "fail" | "failed" => {
            Some(false)
        }
        _ => None,
    }
}

/// An answer as a label: upper case, half width; several marks become their letters together in order
/// (`c,a` → `AC`). `None` when the cell holds no answer.
///
/// ```
/// use kaojian::ingest::values::answer_label;
/// assert_eq!(answer_label("ca").as_deref(), Some("AC"));
/// assert_eq!(answer_label("Ｂ、Ａ").as_deref(), Some("AB"));
/// assert_eq!(answer_label("对").as_deref(), Some("对"));
/// assert_eq!(answer_label("12").as_deref(), Some("12"));
/// assert_eq!(answer_label("NA"), None);
/// ```
pub fn answer_label(text: &str) -> Option<CompactString> {
    let cleaned = clean_text(text);
    if is_missing(&cleaned) && !matches!(&*cleaned, "无") || matches!(&*cleaned, "." | "_" | "?") {
        return None;
    }
    let upper = cleaned.to_uppercase();
    let marks =
        |text: &str| text.split([',', ';', '|', '/', '、', ' ', '+', '&']).map(str::to_owned).collect::<Vec<_>>();
    let mut parts: Vec<String> = marks(&upper).into_iter().filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.iter().all(|part| part.len() == 1) {
        parts.sort_unstable();
        parts.dedup();
        return Some(parts.concat().into());
    }
    // Letters A to J are options; longer runs of other letters are words (TRUE, ABS) and stay as they are.
    if upper.len() > 1 && upper.len() <= 10 && upper.bytes().all(|byte| (b'A'..=b'J').contains(&byte)) {
        let mut letters = upper.into_bytes();
        letters.sort_unstable();
        letters.dedup();
        return Some(letters.iter().map(|letter| char::from(*letter)).collect());
    }
    let trimmed = upper.strip_suffix(".0").filter(|head| head.bytes().all(|byte| byte.is_ascii_digit()));
    Some(trimmed.unwrap_or(&upper).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_every_hand() {
        for (text, expected) in
            [("60", "60"), ("６０．５", "60.5"), ("59,5", "59.5"), ("1,234.5", "1234.5"), ("8.5E1", "85")]
        {
            assert_eq!(parse_points(text), Points::parse(expected), "{text}");
        }
        assert_eq!(parse_points("59.49999999999999"), Points::parse("59.5"));
        for text in ["", "缺考", "1,2,3", "inf", "NaN", "1,2.5", "e"] {
            assert_eq!(parse_points(text), None, "{text}");
        }
    }

    #[test]
    fn every_mark_of_the_contract() {
        for (text, expected) in [
            ("缺考", Mark::Absent),
            ("absent", Mark::Absent),
            ("免考", Mark::Exempt),
            ("作弊", Mark::Void),
            ("违纪", Mark::Void),
            ("缓考", Mark::Deferred),
            ("", Mark::Missing),
            ("－", Mark::Missing),
            ("NA", Mark::Missing),
        ] {
            assert_eq!(parse_mark(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn labels_are_sorted_and_words_left_alone() {
        assert_eq!(answer_label("DB").as_deref(), Some("BD"));
        assert_eq!(answer_label("d").as_deref(), Some("D"));
        assert_eq!(answer_label("true").as_deref(), Some("TRUE"));
        assert_eq!(answer_label("3.0").as_deref(), Some("3"));
        assert_eq!(answer_label("×").as_deref(), Some("×"));
        for text in ["", " ", "-", "*", "na", "　"] {
            assert_eq!(answer_label(text), None, "{text:?}");
        }
    }
}
