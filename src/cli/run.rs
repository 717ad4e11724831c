//! From the words of the command line to an exit code.

use crate::cli::arguments::{Arguments, Command};
use crate::cli::error::CliError;
use crate::cli::exit::{CLEAN, FAILED};
use crate::cli::{
    agreement, commands, credit, draw, explain, forms, help, history, language, passline, raters, rules, similarity,
    usage, written_answers,
};
use crate::model::text::Language;
use clap::FromArgMatches;
use std::error::Error;
use std::ffi::OsString;
use std::io::Write;

/// Runs the program. `output` receives what it prints, `errors` what went wrong.
pub fn run(words: &[OsString], output: &mut dyn Write, errors: &mut dyn Write) -> u8 {
    let language = language::chosen(words);
    let parsed =
        help::command(language).try_get_matches_from(words).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => {
            let text = usage::told(&error, language);
            // Nobody is left to tell when even this cannot be written.
            return if error.use_stderr() {
                let _ = errors.write_all(text.as_bytes());
                FAILED
            } else {
                let _ = output.write_all(text.as_bytes());
                CLEAN
            };
        }
    };
    let done = match arguments.command {
        Command::Inspect(arguments) => commands::inspect(&arguments, language, output),
        Command::Simulate(arguments) => commands::simulate(&arguments, language, output),
        Command::Similarity(arguments) => similarity::similarity(&arguments, language, output),
        Command::Forms(arguments) => forms::forms(&arguments, language, output),
        Command::Written(arguments) => written_answers::written(&arguments, language, output),
        Command::Explain(arguments) => explain::explain(&arguments, language, output),
        Command::Rules(arguments) => rules::rules(&arguments, language, output),
        Command::Agreement(arguments) => agreement::agreement(&arguments, language, output),
        Command::Raters(arguments) => raters::raters(&arguments, language, output),
        Command::Passline(arguments) => passline::passline(&arguments, language, output),
        Command::History(arguments) => history::history(&arguments, language, output),
        Command::Credit(arguments) => credit::credit(&arguments, language, output),
        Command::Draw(arguments) => draw::draw(&arguments, language, output),
        Command::Completions(arguments) => {
            clap_complete::generate(arguments.shell, &mut help::command(language), "kaojian", output);
            Ok(CLEAN)
        }
    };
    done.unwrap_or_else(|error| {
        let _ = writeln!(errors, "{}", told(&error, language));
        FAILED
    })
}

/// The error with its causes, one a line.
fn told(error: &CliError, language: Language) -> String {
    let (label, because) = match language {
        Language::Chinese => ("错误：", "原因："),
        Language::English => ("error: ", "caused by: "),
    };
    let mut text = format!("{label}{}", error.message().get(language));
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!("\n  {because}{inner}"));
        cause = inner.source();
    }
    text
}
