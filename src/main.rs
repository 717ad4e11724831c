//! The `kaojian` command.

fn main() {}
