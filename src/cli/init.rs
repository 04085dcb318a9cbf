//! `vhd-preflight init`: a configuration file to begin with.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::exit::Exit;
use super::output::{self, Failure};
use crate::config::{FILE_NAME, template};
use crate::replace::replace_file;

/// Writes a commented vhd-preflight.toml into the working directory.
///
/// Every key is there with what it means, at its default or as an example in a comment: the file
/// as it is changes nothing.
#[derive(clap::Args)]
#[command(after_long_help = "\
Exit codes:
  0  the file was written
  2  it is there already, or cannot be written")]
pub(super) struct Args {
    /// Replace a file that is there.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let path = Path::new(FILE_NAME);
    if !args.force && fs::symlink_metadata(path).is_ok() {
        return Err(Failure::new(format!(
            "{FILE_NAME}: is there already; --force replaces it"
        )));
    }
    output::whole_file(path, || {
        replace_file(path, |file| file.write_all(template().as_bytes()))
    })?;
    output::to_stdout(|out| writeln!(out, "{FILE_NAME}: written, with every key at its default"))?;
    Ok(Exit::Clean)
}
