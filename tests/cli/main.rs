//! The built program: its whole output, its exit codes, and its manners.
#![allow(clippy::unwrap_used, clippy::panic)]

mod attest;
mod beside;
mod changed;
mod ci;
mod configuration;
mod content;
mod corpus;
mod diagnose;
mod errors;
mod hostile;
mod images;
mod interrupt;
mod manners;
mod many;
mod output;
mod run;
mod services;
mod time;
