//! `vhd-preflight schema`: the JSON Schemas of the documents.

use clap::ValueEnum;

use super::configuration;
use super::exit::Exit;
use super::output::{self, Failure};
use crate::config;
use crate::report::{json, v1};

/// Prints the JSON Schema of the documents that `check`, `inspect`, `estimate`, `history list` and
/// `explain`, `verify` and `diagnose` write, and of the configuration file.
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
    /// What `explain --format json` writes.
    Explain,
    /// What `verify --format json` writes.
    Verify,
    /// What `diagnose --format json` writes.
    Diagnose,
    /// What a configuration file `vhd-preflight.toml` holds.
    Config,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    output::to_stdout(|out| match args.document {
        Document::Report => json::write(out, &v1::report_schema()),
        Document::Inspect => json::write(out, &v1::inspect_schema()),
        Document::Estimate => json::write(out, &v1::estimate_schema()),
        Document::History => json::write(out, &v1::history_schema()),
        Document::Explain => json::write(out, &v1::explain_schema()),
        Document::Verify => json::write(out, &v1::verify_schema()),
        Document::Diagnose => json::write(out, &v1::diagnose_schema()),
        Document::Config => json::write(out, &config::schema(&configuration::vocabulary())),
    })?;
    Ok(Exit::Clean)
}
