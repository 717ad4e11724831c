//! The `kaojian` command.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    ExitCode::from(kaojian::cli::run::run(&words, &mut io::stdout().lock(), &mut io::stderr()))
}
