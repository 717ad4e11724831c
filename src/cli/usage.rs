//! What the parser of the command line refuses, in the language of the reader.

use crate::model::text::Language;
use clap::Error;
use clap::error::{ContextKind, ErrorKind};

/// The parser's text: help as it is, and in Chinese what is wrong in a sentence of ours.
pub fn told(error: &Error, language: Language) -> String {
    match language {
        Language::Chinese => chinese(error).unwrap_or_else(|| error.render().to_string()),
        Language::English => error.render().to_string(),
    }
}

/// `None` for what is no error, or an unusual one.
fn chinese(error: &Error) -> Option<String> {
    let context = |kind| error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let argument = || context(ContextKind::InvalidArg);
    let said = match error.kind() {
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match context(ContextKind::InvalidValue) {
            Some(value) => format!("参数 {} 的值无效：{value}", argument()?),
            None => format!("参数 {} 缺少值", argument()?),
        },
        ErrorKind::UnknownArgument => format!("没有这个参数：{}", argument()?),
        ErrorKind::InvalidSubcommand => format!("没有这个命令：{}", context(ContextKind::InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{}", argument()?),
        ErrorKind::ArgumentConflict => format!("参数重复或相互冲突：{}", argument()?),
        ErrorKind::MissingSubcommand => "缺少命令".to_owned(),
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文本".to_owned(),
        _ => return None,
    };
    let choices = match context(ContextKind::ValidValue).or_else(|| context(ContextKind::ValidSubcommand)) {
        Some(choices) => format!("可选 {}；", choices.replace(", ", "、")),
        None => String::new(),
    };
    Some(format!("错误：{said}\n\n提示：{choices}用 --help 查看用法\n"))
}
