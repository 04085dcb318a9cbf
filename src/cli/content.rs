//! Options of the content pass.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;

use super::output::{self, Failure};
use crate::inspect::Said;
use crate::report::human;
use crate::scan::{DigestCost, DigestKind};

/// What is measured in the one pass over the data, and by how many threads.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Content pass")]
pub(super) struct Args {
    /// Threads that read and hash [default: as many as there are processors].
    #[arg(long, value_parser = threads, value_name = "NUMBER", conflicts_with = "no_scan")]
    pub(super) threads: Option<NonZeroUsize>,

    /// Checksums that other programs compute too, of the whole file and of the disk without its
    /// container: sha256, md5, blake3, one or several with commas between. They have to go through
    /// every byte in order, holes included, which can take much longer than the pass; what it
    /// takes is said beforehand. An MD5 is also given as Azure's Content-MD5.
    #[arg(
        long = "digest",
        value_parser = digest,
        value_delimiter = ',',
        value_name = "KINDS",
        conflicts_with = "no_scan"
    )]
    digests: Vec<DigestKind>,

    /// When to draw a map of the disk: what is zero, data, repeated and changed, and the
    /// partitions under it. `auto` does on a terminal, and for --format html; `always` also enters
    /// it into JSON.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    map: When,

    /// The version that was published before, as an image or as what `vhd-preflight manifest`
    /// wrote of it. The report then says what has changed since, and where.
    #[arg(long, value_name = "IMAGE-OR-MANIFEST", conflicts_with = "no_scan")]
    pub(super) previous: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum When {
    /// On a terminal, and where a page is written.
    #[default]
    Auto,
    /// Also into files, pipes and JSON.
    Always,
    /// Nowhere.
    Never,
}

impl Args {
    /// An error for what the pass is needed for, where it is left out or where it makes no sense.
    pub(super) fn check(
        &self,
        no_scan: bool,
        previous: Option<&Said<PathBuf>>,
        images: usize,
    ) -> Result<(), Failure> {
        if no_scan && self.map == When::Always {
            return Err(Failure::new(
                "--map always needs the content pass, which --no-scan leaves out",
            ));
        }
        if let (Some(previous), true) = (previous, images > 1) {
            let by = match previous.from.starts_with("--") {
                true => previous.from.clone(),
                false => format!("`previous` ({})", previous.from),
            };
            return Err(Failure::new(format!(
                "{by} is the version before one image, and {images} are named: check each \
                 by itself, against the one that it follows"
            )));
        }
        Ok(())
    }

    /// The checksums asked for, each once.
    pub(super) fn digests(&self) -> Vec<DigestKind> {
        let mut digests = Vec::new();
        for kind in &self.digests {
            if !digests.contains(kind) {
                digests.push(*kind);
            }
        }
        digests
    }

    /// How many cells the map has: 0 where none is wanted. `human` is the width of the report for
    /// people on standard output, where there is one; `page` says whether a page is written.
    pub(super) fn map_cells(&self, human: Option<usize>, page: bool, quiet: bool) -> usize {
        let wanted = match self.map {
            When::Auto => page || (human.is_some() && !quiet && std::io::stdout().is_terminal()),
            When::Always => true,
            When::Never => false,
        };
        match wanted {
            false => 0,
            // A document does not depend on who looks at it.
            true => human::map_cells(human.unwrap_or(human::WIDTH)),
        }
    }
}

/// Says what a checksum is going to cost.
pub(super) fn announce(cost: &DigestCost) {
    output::note(&format!("--digest {cost}"));
}

fn digest(text: &str) -> Result<DigestKind, String> {
    text.trim().parse()
}

/// More threads than any machine has processors are a slip of the hand.
pub(super) fn threads(text: &str) -> Result<NonZeroUsize, String> {
    const MOST: usize = 1024;
    text.parse()
        .ok()
        .filter(|threads: &NonZeroUsize| threads.get() <= MOST)
        .ok_or_else(|| format!("is no number from 1 to {MOST}"))
}
