//! What the reader of TOML says of a wrong mapping file, in Chinese.

use crate::model::text::Bilingual;

/// The message in both languages; what is not one of the usual ones is quoted.
///
/// ```
/// use kaojian::ingest::mapping_message::in_both;
/// assert_eq!(in_both("missing field `match`").zh, "缺少键 `match`");
/// ```
pub fn in_both(english: &str) -> Bilingual {
    let english = english.trim_end().replace('\n', "; ");
    Bilingual::new(in_chinese(&english), english)
}

fn in_chinese(english: &str) -> String {
    if let Some(rest) = english.strip_prefix("unknown field ") {
        return match rest.split_once(", expected ") {
            Some((field, known)) => {
                let known = known.trim_start_matches("one of ").replace(" or ", "、").replace(", ", "、");
                format!("未知的键 {field}，可用的键：{known}")
            }
            None => format!("未知的键 {}", rest.split(',').next().unwrap_or(rest)),
        };
    }
    if let Some(field) = english.strip_prefix("missing field ") {
        return format!("缺少键 {field}");
    }
    if english.starts_with("duplicate key") || english.starts_with("duplicate field") {
        return "同一个键出现了两次".to_owned();
    }
    for kind in ["invalid type: ", "invalid value: "] {
        if let Some((found, wanted)) = english.strip_prefix(kind).and_then(|rest| rest.split_once(", expected ")) {
            return format!("值的类型不对：应为{}，实为{}", kind_in_chinese(wanted), kind_in_chinese(found));
        }
    }
    if english.contains("did not match any variant") {
        return "值只能是文字、整数、true 或 false（where 中也可以是它们的列表）".to_owned();
    }
    let syntax = [
        ("unclosed", "括号或引号没有闭合"),
        ("string values must be quoted", "文字要放在引号里"),
        ("key with no value", "键后面缺少等号和值"),
        ("missing value", "等号后面缺少值"),
        ("invalid basic string", "引号内的文字写法不对（反斜杠要写成 \\\\，或改用单引号）"),
        ("missing escaped value", "引号内的反斜杠后面写法不对（反斜杠要写成 \\\\，或改用单引号）"),
        ("extra", "多余的内容"),
        ("unexpected", "多余的内容"),
    ];
    match syntax.iter().find(|(start, _)| english.starts_with(start)) {
        Some((_, chinese)) => format!("TOML 写法有误：{chinese}（{english}）"),
        None => format!("TOML 写法有误（{english}）"),
    }
}

/// `integer `5`` → 整数 `5`; `a string` → 文字.
fn kind_in_chinese(kind: &str) -> String {
    const KINDS: [(&str, &str); 9] = [
        ("string", "文字"),
        ("integer", "整数"),
        ("u32", "不为负的整数"),
        ("floating point", "小数"),
        ("boolean", "true 或 false"),
        ("sequence", "列表"),
        ("map", "表"),
        ("struct", "表"),
        ("datetime", "日期"),
    ];
    let bare = kind.trim_start_matches("a ").trim_start_matches("an ");
    match KINDS.iter().find(|(english, _)| bare.starts_with(english)) {
        Some((_, chinese)) => match bare.find(['`', '"']) {
            Some(value) => format!("{chinese} {}", &bare[value..]),
            None => (*chinese).to_owned(),
        },
        None => format!(" {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_both;

    #[test]
    fn the_usual_messages() {
        for (english, chinese) in [
            ("unknown field `tabel`, expected one of `match`, `table`", "未知的键 `tabel`，可用的键：`match`、`table`"),
            ("unknown field `x`, expected `file`", "未知的键 `x`，可用的键：`file`"),
            ("invalid type: integer `5`, expected a string", "值的类型不对：应为文字，实为整数 `5`"),
            ("invalid value: integer `-1`, expected u32", "值的类型不对：应为不为负的整数，实为整数 `-1`"),
            ("duplicate key", "同一个键出现了两次"),
            ("something new", "TOML 写法有误（something new）"),
        ] {
            assert_eq!(in_both(english).zh, chinese);
        }
        assert_eq!(in_both("a\nb\n").en, "a; b");
    }
}
