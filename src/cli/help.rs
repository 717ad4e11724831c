//! Help in both languages: English stands beside the arguments, Chinese in `help_zh.toml`.

use crate::cli::arguments::Arguments;
use crate::model::text::Language;
use clap::{Arg, Command, CommandFactory};
use std::collections::BTreeMap;

const CHINESE: &str = include_str!("help_zh.toml");
const CHINESE_TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
const HELP: &str = "打印帮助";

/// The whole command with its help in one language.
pub fn command(language: Language) -> Command {
    let mut command = Arguments::command();
    match language {
        Language::English => command,
        Language::Chinese => {
            // What the parser adds of itself (help, version, arguments of every command) is there only after this.
            command.build();
            translated(command, "kaojian", &chinese())
        }
    }
}

fn chinese() -> BTreeMap<String, String> {
    // A test reads the same table, so that a fault in it cannot reach a user.
    toml::from_str(CHINESE).unwrap_or_default()
}

fn translated(command: Command, path: &str, texts: &BTreeMap<String, String>) -> Command {
    let mut command = command
        .help_template(CHINESE_TEMPLATE)
        .subcommand_help_heading("命令")
        .mut_args(|argument| translated_argument(argument, path, texts));
    if let Some(text) = texts.get(path) {
        command = command.about(text.clone());
    }
    command.mut_subcommands(|child| {
        // `kaojian help inspect` is about `kaojian inspect`.
        let child_path = match child.get_name() {
            "help" => path.to_owned(),
            name => format!("{path} {name}"),
        };
        let is_help = child.get_name() == "help";
        let child = translated(child, &child_path, texts);
        if is_help { child.about(HELP) } else { child }
    })
}

fn translated_argument(argument: Arg, path: &str, texts: &BTreeMap<String, String>) -> Arg {
    let id = argument.get_id().as_str().to_owned();
    let text = match id.as_str() {
        "help" => Some(HELP),
        "version" => Some("打印版本"),
        "subcommand" => Some("要说明的命令"),
        // An argument of every command is told where it was declared, at this command or one above.
        _ => std::iter::successors(Some(path), |path| path.rsplit_once(' ').map(|(above, _)| above))
            .find_map(|path| texts.get(&format!("{path} --{id}")))
            .map(String::as_str),
    };
    let heading = if argument.is_positional() { "参数" } else { "选项" };
    // The texts name possible and default values themselves: the parser would do it in English.
    let argument = argument.help_heading(heading).hide_possible_values(true).hide_default_value(true);
    match text {
        Some(text) => argument.help(text.to_owned()).long_help(text.to_owned()),
        None => argument,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(command: &Command, path: &str, found: &mut BTreeSet<String>) {
        found.insert(path.to_owned());
        for argument in
            command.get_arguments().filter(|argument| !["help", "version"].contains(&argument.get_id().as_str()))
        {
            found.insert(format!("{path} --{}", argument.get_id()));
        }
        for child in command.get_subcommands() {
            keys(child, &format!("{path} {}", child.get_name()), found);
        }
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages() {
        let mut expected = BTreeSet::new();
        keys(&Arguments::command(), "kaojian", &mut expected);
        let texts: BTreeMap<String, String> = toml::from_str(CHINESE).expect("the table is right");
        let found: BTreeSet<String> = texts.keys().cloned().collect();
        assert_eq!(found, expected);
        fn all_have_english(command: &Command) {
            assert!(command.get_about().is_some(), "{} has no help", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} has no help", argument.get_id());
            }
            command.get_subcommands().for_each(all_have_english);
        }
        all_have_english(&Arguments::command());
    }

    #[test]
    fn the_chinese_command_is_sound() {
        command(Language::Chinese).debug_assert();
        let help = command(Language::Chinese).render_help().to_string();
        assert!(help.contains("检查一个批次文件夹并写出报告"), "{help}");
    }

    #[test]
    fn nothing_of_the_parser_is_left_in_english() {
        let mut root = command(Language::Chinese);
        let paths: [&[&str]; 6] =
            [&[], &["inspect"], &["simulate"], &["explain"], &["rules", "show"], &["completions"]];
        for path in paths {
            let mut found = &mut root;
            for name in path {
                found = found.find_subcommand_mut(name).expect("the command");
            }
            let help = found.render_long_help().to_string();
            for word in ["Usage", "Options:", "Arguments:", "Commands:", "Print ", "Possible", "default:", "see "] {
                assert!(!help.contains(word), "{path:?} has `{word}`: {help}");
            }
            assert!(help.contains("用法：kaojian") && help.contains("打印帮助"), "{help}");
        }
    }
}
