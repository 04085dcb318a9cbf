//! `vhd-preflight history`: the publisher's own observed durations.

mod add;
mod import;
mod list;
mod place;

use std::path::PathBuf;

use clap::Subcommand;

use super::exit::Exit;
use super::output::Failure;
pub(super) use place::{Place, at_default_place, named};

/// Keeps your own observed durations, by which `estimate` calibrates its rows.
///
/// Microsoft publishes few durations, and none since 2018 for certification and replication of
/// virtual machine images. What you have seen yourself is worth more. Record each phase that ends,
/// with the times from the History tab of Partner Center: one or two observations are shown beside
/// the documented range; from three on there is a median and a range; from eight on, if the sizes
/// differ fourfold, a line by size is tried, and used only if it beats the median.
///
/// The history is a text file of one JSON object a line. It can be mended and merged by hand, and
/// a write that is interrupted leaves it as it was.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,

    /// The file, instead of the default place.
    #[arg(long, global = true, value_name = "FILE")]
    history: Option<PathBuf>,
}

const AFTER: &str = "\
Default place:
  Linux    $XDG_DATA_HOME/vhd-preflight/history.jsonl, or below ~/.local/share
  macOS    ~/Library/Application Support/vhd-preflight/history.jsonl
  Windows  %APPDATA%\\vhd-preflight\\history.jsonl
  `estimate` reads it on its own; `check` reads a history only when --history names it.

Exit codes:
  0  done
  2  not done, with the reason and, for a bad row, its line; the history is then as it was

Examples:
  vhd-preflight history add --phase certification --hours 61.5 --date 2026-05-12 \\
      --virtual-bytes 30GiB --payload-bytes 900MiB --source \"History tab\"
  vhd-preflight history import --virtual-bytes 30GiB --payload-bytes 900MiB status.json
  vhd-preflight history list --format json";

#[derive(Subcommand)]
enum Command {
    Add(add::Args),
    List(list::Args),
    Import(import::Args),
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let file = args.history.as_deref();
    match &args.command {
        Command::Add(args) => add::run(args, file),
        Command::List(args) => list::run(args, file),
        Command::Import(args) => import::run(args, file),
    }
}

/// What was published, which neither a duration nor a status tells.
#[derive(clap::Args)]
struct Published {
    /// What changed: durations of one kind of change say nothing of the other.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    change: super::estimate::ChangeWord,

    /// Size of the virtual disk, in bytes or such as 30GiB; not needed for marketing-only.
    #[arg(long, value_parser = super::rate::bytes, value_name = "BYTES")]
    virtual_bytes: Option<u64>,

    /// What the upload moved, in bytes or such as 900MiB; not needed for marketing-only.
    #[arg(long, value_parser = super::rate::bytes, value_name = "BYTES")]
    payload_bytes: Option<u64>,

    /// Regions that the image was copied to.
    #[arg(long, default_value_t = crate::estimate::DEFAULT_REGIONS.get(), value_name = "NUMBER")]
    regions: u32,
}

impl Published {
    /// The two sizes; none if one of them is missing and is needed.
    fn sizes(&self) -> Option<(u64, u64)> {
        let image = self.change.change() == crate::estimate::Change::Image;
        let or_none = |size: Option<u64>| size.or((!image).then_some(0));
        or_none(self.virtual_bytes).zip(or_none(self.payload_bytes))
    }
}
