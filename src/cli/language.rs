//! Which language a person reads. It changes help, messages and the summary, never a result.

use crate::model::text::Language;
use std::ffi::OsString;

/// From `--language`, then `KAOJIAN_LANGUAGE`, then what the system says.
pub fn chosen(arguments: &[OsString]) -> Language {
    typed(arguments)
        .or_else(|| std::env::var("KAOJIAN_LANGUAGE").ok().and_then(|text| parse(&text)))
        .or_else(|| sys_locale::get_locale().and_then(|text| parse(&text)))
        .unwrap_or(Language::English)
}

/// Read before the arguments are parsed, since help and errors of the parser need it.
fn typed(arguments: &[OsString]) -> Option<Language> {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        if argument == "--language" {
            return arguments.next().and_then(parse);
        }
        if let Some(value) = argument.strip_prefix("--language=") {
            return parse(value);
        }
    }
    None
}

fn parse(text: &str) -> Option<Language> {
    let code = text.trim().to_ascii_lowercase();
    if code.starts_with("zh") {
        Some(Language::Chinese)
    } else if code.starts_with("en") {
        Some(Language::English)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_first() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(chosen(&words("kaojian inspect x --language zh")), Language::Chinese);
        assert_eq!(chosen(&words("kaojian --language=en inspect x")), Language::English);
        assert_eq!(typed(&words("kaojian inspect x")), None);
        assert_eq!(parse("zh_CN.UTF-8"), Some(Language::Chinese));
        assert_eq!(parse("fr"), None);
    }
}
