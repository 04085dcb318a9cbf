//! Options that subcommands share, and their words for the library's choices.

use std::path::PathBuf;

use clap::ValueEnum;

use super::output::Failure;
use super::select;
use crate::source::IoChoice;

/// What is read, and how.
#[derive(clap::Args)]
pub(super) struct Images {
    /// Images: VHD files or block devices, and anything else, which is recognised and named. A
    /// folder stands for every *.vhd in it and below it; what else is in it is named in a note. A
    /// pattern in quotes, such as 'build/*.vhd' or 'build/**/*.vhd', is expanded here, for shells
    /// that do not. Each image counts once, in the order of the command line.
    #[arg(required = true, value_name = "IMAGE")]
    pub(super) images: Vec<PathBuf>,

    /// How files are read: structures through a memory map and the bulk by reads (auto),
    /// everything through the map, or everything by reads.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub(super) io: Io,

    /// A file that may be the parent of a differencing disk; may be given several times. Parents
    /// are also looked for where the disk says that they are.
    #[arg(long = "parent", value_name = "FILE")]
    pub(super) parents: Vec<PathBuf>,
}

impl Images {
    /// The images that are named, folders and patterns resolved.
    ///
    /// # Errors
    /// A name that stands for nothing.
    pub(super) fn selected(&self) -> Result<Vec<PathBuf>, Failure> {
        select::images(&self.images)
    }

    /// All files that are read, which must not be written to: `images`, parents and `more`.
    pub(super) fn files(&self, images: &[PathBuf], more: Option<&PathBuf>) -> Vec<PathBuf> {
        let named = images.iter().chain(&self.parents);
        named.chain(more).cloned().collect()
    }
}

/// Where the output goes, and in what form.
#[derive(clap::Args)]
pub(super) struct Output {
    /// Form of the output.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,

    /// Write to FILE instead of standard output; it appears when it is whole.
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs; `vhd-preflight schema` prints its JSON Schema.
    Json,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum Io {
    /// Map and read, whichever is better.
    #[default]
    Auto,
    /// Everything through a memory map.
    Map,
    /// Everything by reads.
    Read,
}

impl From<Io> for IoChoice {
    fn from(io: Io) -> Self {
        match io {
            Io::Auto => Self::Auto,
            Io::Map => Self::Map,
            Io::Read => Self::Read,
        }
    }
}

impl Output {
    /// Width of lines for people.
    pub(super) fn width(&self) -> usize {
        match self.output {
            Some(_) => crate::report::human::WIDTH,
            None => super::output::width(),
        }
    }
}
