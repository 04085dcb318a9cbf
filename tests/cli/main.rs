//! The built program: its whole output, its exit codes, and its manners.
#![allow(clippy::unwrap_used, clippy::panic)]

mod changed;
mod content;
mod corpus;
mod errors;
mod images;
mod interrupt;
mod manners;
mod output;
mod run;
mod time;
