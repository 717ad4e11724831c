//! Integration tests: test forms and items used again.

// Recall and precision are printed with `--nocapture`, so that a change of them can be seen.
#![allow(clippy::print_stdout)]

mod bad_input;
mod bank;
mod windows;
