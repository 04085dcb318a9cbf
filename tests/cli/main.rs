//! The built program: its whole output, its exit codes, and its manners.
#![allow(clippy::unwrap_used, clippy::panic)]

mod changed;
mod corpus;
mod errors;
mod images;
mod manners;
mod output;
mod run;
