//! Integration tests: similarity.

// Figures of the simulations and loud skips are what these tests are run by hand for.
#![allow(clippy::print_stderr, clippy::print_stdout)]

mod command;
mod data;
mod dichotomous;
mod edges;
mod form1;
mod golden;
mod indices;
mod people;
mod planted;
mod power;
mod screening;
mod timing;
