//! `vhd-preflight estimate`: the time side alone, and all of it.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::args::{Format, Images, Output};
use super::configuration::{self, choose};
use super::content;
use super::exit::Exit;
use super::history::{self, Place};
use super::interrupt;
use super::output::{self, Failure, Target};
use super::previous;
use super::progress::Bar;
use crate::config::Config;
use crate::inspect::{InspectError, Measure, Options, inspect_file};
use crate::report::{build, human, json};
use crate::scan::{NoProgress, Progress};

/// Estimates how long it takes from finished images to a live offer.
///
/// The upload by several programs side by side; the phases that take as long for every image;
/// each step of staging in its order, with what you have to do in it; replication as it is
/// documented, and beside it the time that the bytes alone would take; and what a simulation
/// makes of all the waiting for one to three rounds of certification.
///
/// These are figures of different kinds, each labelled documented, assumed or calibrated(n), and
/// they are not added up. Nobody outside of Microsoft knows how long publishing takes, and nothing
/// newer than 2018 is published on certification and replication of virtual machine images. Your
/// own observations are worth more: keep them with `vhd-preflight history`, and from three
/// observations of a phase on its rows are calibrated by them.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub(super) struct Args {
    #[command(flatten)]
    images: Images,

    #[command(flatten)]
    output: Output,

    /// Leave the content pass out: a second instead of minutes, but what has to move is then only
    /// bounded by what is stored.
    #[arg(long)]
    no_scan: bool,

    /// Threads that read and hash [default: as many as there are processors].
    #[arg(long, value_parser = content::threads, value_name = "NUMBER", conflicts_with = "no_scan")]
    threads: Option<NonZeroUsize>,

    /// The version that was published before, as an image or as what `vhd-preflight manifest`
    /// wrote of it. What has changed since is shown beside the times, and taken off none of them.
    #[arg(long, value_name = "IMAGE-OR-MANIFEST", conflicts_with = "no_scan")]
    previous: Option<PathBuf>,

    #[command(flatten)]
    configuration: configuration::Args,

    #[command(flatten)]
    estimate: super::estimate::Args,
}

const AFTER: &str = "\
Exit codes:
  0  there is an estimate of every image
  2  an image could not be read or changed while it was, it is not known what of it has to move,
     or the history cannot be read

Examples:
  vhd-preflight estimate disk.vhd
  vhd-preflight estimate --upload-bandwidth 100M --regions 10 disk.vhd
  vhd-preflight estimate --change marketing-only --no-scan disk.vhd
  vhd-preflight estimate --history team.jsonl --format json disk.vhd";

fn options<'a>(args: &Args, measure: Measure<'a>, progress: &'a dyn Progress) -> Options<'a> {
    Options {
        io: args.images.io.into(),
        parents: args.images.parents.clone(),
        scan: !args.no_scan,
        measure,
        progress,
        ..Options::default()
    }
}

/// The version before, by the option or the file; none where nothing of the content is read.
fn version_before(args: &Args, config: &Config, images: usize) -> Result<Option<PathBuf>, Failure> {
    let previous = choose(
        args.previous.clone(),
        "--previous",
        config.previous.as_ref(),
        |path: &PathBuf| Some(path.clone()),
    );
    match previous {
        Some(said) if images > 1 => Err(Failure::new(format!(
            "{} is the version before one image: estimate each by itself",
            said.from
        ))),
        Some(said) if !args.no_scan => Ok(Some(said.value)),
        _ => Ok(None),
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (config, file) = args.configuration.load()?;
    let selected = args.images.selected()?;
    let version_before = version_before(args, &config, selected.len())?;
    let inputs = args.images.files(&selected, version_before.as_ref());
    let target = Target::new(args.output.output.as_deref(), &inputs)?;
    if let Some(file) = &file {
        target.refuse_read("the configuration", file)?;
    }
    // Before the images: a bad row is known in a moment, and the content pass takes minutes.
    let history = match args.estimate.history() {
        Some(path) => Some(history::named(path)?),
        None => history::at_default_place()?,
    };
    if let Some(read) = &history {
        target.refuse_history(&read.path)?;
    }
    let observations = history
        .as_ref()
        .map(Place::observations)
        .unwrap_or_default();
    let mut measure = Measure {
        threads: args.threads,
        cancel: Some(interrupt::watch()),
        ..Measure::default()
    };
    let previous = match &version_before {
        Some(path) => Some(previous::load(
            path,
            &options(args, measure, &NoProgress),
            false,
        )?),
        None => None,
    };
    measure.previous = previous.as_ref();
    let mut whole = true;
    let mut images = Vec::new();
    for path in &selected {
        let name = path.to_string_lossy();
        let progress = Bar::new(&name, true);
        let image = match inspect_file(path, &options(args, measure, &progress)) {
            Ok(inspection) => {
                if let Some(vhd) = inspection.container.vhd() {
                    target.refuse(vhd.chain.iter().map(|link| link.path.as_ref()))?;
                }
                let inputs = args.estimate.inputs(&inspection, &observations);
                build::image_estimate(&inspection, inputs.as_ref(), version_before.as_deref())
            }
            Err(error @ InspectError::Interrupted { .. }) => {
                return Err(Failure::new(error.to_string()));
            }
            Err(error) => {
                output::error(&error.to_string());
                build::failed_estimate(&name, &error)
            }
        };
        if let Some(reason) = &image.no_estimate_reason {
            output::error(&format!("{name}: no estimate: {reason}"));
        }
        whole &= image.estimate.is_some();
        images.push(image);
    }
    let read = history
        .as_ref()
        .map(|read| (&*read.path, read.records.len()));
    let document = build::estimates(read, images);
    interrupt::check()?;
    target.write(|out| match args.output.format {
        Format::Json => json::write(out, &document),
        Format::Human => human::estimates(out, &document, args.output.width()),
    })?;
    Ok(if whole { Exit::Clean } else { Exit::NoWork })
}
