//! The command line: parses, chooses, prints. One file a subcommand.

mod args;
mod artefacts;
mod check;
mod completions;
mod configuration;
mod content;
mod declared;
mod diagnose;
mod estimate;
mod estimate_command;
mod exit;
mod explain;
mod history;
mod init;
mod inspect;
mod interrupt;
mod job_summary;
mod man;
mod manifest;
mod many;
mod output;
mod previous;
mod progress;
mod rate;
mod report_output;
mod rules;
mod schema;
mod select;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use exit::Exit;
use output::Failure;

/// Says of a virtual hard disk what Azure and the Azure Marketplace would say of it.
///
/// vhd-preflight reads a VHD and tells whether Azure would take it and what the Marketplace's
/// certification would find, with the bytes that prove it and the command that mends it; what
/// would have to be uploaded; and how long that takes. It needs no account, no virtual machine and
/// no root, and it never writes to an image.
#[derive(Parser)]
#[command(name = "vhd-preflight", version, after_long_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colour; `auto` does on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

const EXAMPLES: &str = "\
Examples:
  vhd-preflight check disk.vhd                  the report, with the verdict first
  vhd-preflight check -q build/                 every *.vhd in a folder, one line an image
  vhd-preflight check --no-scan disk.vhd        structures only: a second instead of minutes
  vhd-preflight check --format json disk.vhd    for programs; see `vhd-preflight schema`
  vhd-preflight manifest disk.vhd -o 1.0.manifest      keep the content of a version, and
  vhd-preflight check --previous 1.0.manifest new.vhd  see what the next one changes
  vhd-preflight estimate disk.vhd               how long it takes until the offer is live
  vhd-preflight verify --report r.json disk.vhd        is this report about this image?
  vhd-preflight inspect disk.vhd                every field, without opinions
  vhd-preflight explain VHD004                  why a rule exists, and how to mend what it finds
  vhd-preflight diagnose error.txt --image disk.vhd    what a failure means, and its cause here

Exit codes: 0 nothing blocks, 1 something blocks, 2 the tool could not do its work.
`vhd-preflight check --help` has the details.";

#[derive(Subcommand)]
enum Command {
    Check(Box<check::Args>),
    Inspect(inspect::Args),
    Manifest(manifest::Args),
    Estimate(Box<estimate_command::Args>),
    Verify(verify::Args),
    History(history::Args),
    Init(init::Args),
    Rules(rules::Args),
    Explain(explain::Args),
    Diagnose(diagnose::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Also into files and pipes.
    Always,
    /// Nowhere.
    Never,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let done = match &cli.command {
        Command::Check(args) => check::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Manifest(args) => manifest::run(args),
        Command::Estimate(args) => estimate_command::run(args),
        Command::Verify(args) => verify::run(args),
        Command::History(args) => history::run(args),
        Command::Init(args) => init::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Diagnose(args) => diagnose::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(Failure { message }) => {
            output::error(&message);
            Exit::NoWork.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
