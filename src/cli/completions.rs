//! `vhd-preflight completions`: from the same source as the help.

use clap::CommandFactory as _;

use super::exit::Exit;
use super::output::{self, Failure};

/// Prints completions for a shell.
///
/// For bash: vhd-preflight completions bash > ~/.local/share/bash-completion/completions/vhd-preflight
#[derive(clap::Args)]
pub(super) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    // Into memory first: the generator panics when a write fails.
    let mut text = Vec::new();
    let mut command = super::Cli::command();
    clap_complete::generate(args.shell, &mut command, "vhd-preflight", &mut text);
    output::to_stdout(|out| out.write_all(&text))?;
    Ok(Exit::Clean)
}
