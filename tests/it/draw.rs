//! The draw of bodies and inspectors: fair, repeatable, and told when it cannot be done.

mod command;
mod fairness;
