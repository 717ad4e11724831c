//! Help in both languages: English stands beside the arguments, Chinese in `help_zh.toml`.

use crate::cli::arguments::Arguments;
use crate::model::text::Language;
use clap::{Command, CommandFactory};
use std::collections::BTreeMap;

const CHINESE: &str = include_str!("help_zh.toml");

/// The whole command with its help in one language.
pub fn command(language: Language) -> Command {
    let english = Arguments::command();
    match language {
        Language::English => english,
        Language::Chinese => translated(english, "kaojian", &chinese()),
    }
}

fn chinese() -> BTreeMap<String, String> {
    // A test reads the same table, so that a fault in it cannot reach a user.
    toml::from_str(CHINESE).unwrap_or_default()
}

fn translated(command: Command, path: &str, texts: &BTreeMap<String, String>) -> Command {
    let mut command =
        command.subcommand_help_heading("命令").next_help_heading("选项").mut_args(|argument| {
            match texts.get(&format!("{path} --{}", argument.get_id())) {
                Some(text) => argument.help(text.clone()),
                None => argument,
            }
        });
    if let Some(text) = texts.get(path) {
        command = command.about(text.clone());
    }
    command.mut_subcommands(|child| {
        let child_path = format!("{path} {}", child.get_name());
        translated(child, &child_path, texts)
    })
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
}
