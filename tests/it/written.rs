//! Written answers that are alike.

mod command;
mod power;
