//! `vhd-preflight man`: from the same source as the help.

use clap::CommandFactory as _;

use super::exit::Exit;
use super::output::{self, Failure};

/// Prints the manual page of the program or of a subcommand, in roff.
///
/// To read it: vhd-preflight man check | man -l -
#[derive(clap::Args)]
pub(super) struct Args {
    /// The subcommand; without it the page of the whole program.
    #[arg(value_name = "SUBCOMMAND")]
    subcommand: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut command = super::Cli::command();
    command.build();
    let command = match &args.subcommand {
        None => command,
        Some(name) => {
            let found = command.find_subcommand(name).cloned();
            let full = format!("vhd-preflight-{name}");
            found
                .ok_or_else(|| Failure::new(format!("there is no subcommand {name}")))?
                .display_name(full)
        }
    };
    let man = clap_mangen::Man::new(command);
    output::to_stdout(|out| man.render(&mut &mut *out))?;
    Ok(Exit::Clean)
}
