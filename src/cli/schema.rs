//! `vhd-preflight schema`: the JSON Schemas of the documents.

use clap::ValueEnum;

use super::exit::Exit;
use super::output::{self, Failure};
use crate::report::{json, v1};

/// Prints the JSON Schema of the documents that `check`, `inspect`, `estimate` and `history list`
/// write.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Which document.
    #[arg(value_enum, default_value_t)]
    document: Document,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Document {
    /// What `check --format json` writes.
    #[default]
    Report,
    /// What `inspect --format json` writes.
    Inspect,
    /// What `estimate --format json` writes.
    Estimate,
    /// What `history list --format json` writes.
    History,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let schema = match args.document {
        Document::Report => v1::report_schema(),
        Document::Inspect => v1::inspect_schema(),
        Document::Estimate => v1::estimate_schema(),
        Document::History => v1::history_schema(),
    };
    output::to_stdout(|out| json::write(out, &schema))?;
    Ok(Exit::Clean)
}
