//! Integration tests: test forms and items used again.

mod bad_input;
mod bank;
mod windows;
