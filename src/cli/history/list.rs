//! `vhd-preflight history list`: all records.

use std::path::Path;

use super::place::{self, Place};
use crate::cli::args::Format;
use crate::cli::args::Output;
use crate::cli::exit::Exit;
use crate::cli::output::{Failure, Target};
use crate::report::{build, human, json};

/// Lists all observations, in the order of the file.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &Args, file: Option<&Path>) -> Result<Exit, Failure> {
    let target = Target::new(args.output.output.as_deref(), &[])?;
    let read = match file {
        Some(path) => place::named(path)?,
        None => match place::at_default_place()? {
            Some(read) => read,
            // Nothing has been recorded yet, which is an answer.
            None => Place {
                path: place::to_write(None)?,
                records: Vec::new(),
            },
        },
    };
    target.refuse_history(&read.path)?;
    let document = build::history(&read.path, &read.records);
    target.write(|out| match args.output.format {
        Format::Json => json::write(out, &document),
        Format::Human => human::history(out, &document, args.output.width()),
    })?;
    Ok(Exit::Clean)
}
