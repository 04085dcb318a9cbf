//! `vhd-preflight check`: the main job.

mod images;

use std::path::{Path, PathBuf};

use clap::ArgAction;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::Images;
use super::artefacts::{self, Artefact};
use super::configuration::{self, Choice};
use super::content;
use super::declared::{self, Declared};
use super::exit::{self, Exit};
use super::interrupt;
use super::output::{self, Failure};
use super::report_output::{Exporter, ReportOutput};
use crate::advisories;
use crate::estimate::Observation;
use crate::policy::{self, Baseline, Policy};
use crate::report::attestation::ReadFile;
use crate::report::build;
use crate::report::human::Detail;
use images::{Asked, check_all};

/// Checks images: a verdict, what speaks against each image, and how to mend it.
///
/// Reads the container, the partition table, the file systems and the Linux or Windows on them,
/// judges them by the rules (see `vhd-preflight rules`), measures what would have to be uploaded,
/// and estimates how long that and the publication take. The images of one call count as the disks
/// of one offer.
///
/// One call may be about a whole folder of images: small ones are looked at side by side, large
/// ones take their turns, and the one report names them in the order of the command line.
///
/// The verdict is FAIL if any rule fails; else INCOMPLETE if a rule that may block could not be
/// decided; else PASS. What only Azure or a running machine can show stands under "not checked".
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub(super) struct Args {
    #[command(flatten)]
    images: Images,

    #[command(flatten)]
    output: ReportOutput,

    /// Show all evidence: every field of every structure, all sizes and all sources.
    #[arg(long, short, action = ArgAction::SetTrue, conflicts_with = "quiet")]
    verbose: bool,

    /// Show the verdict only, one line an image.
    #[arg(long, short, action = ArgAction::SetTrue)]
    quiet: bool,

    /// Leave the content pass out: a second instead of minutes, but what has to move is then only
    /// bounded by what is stored, and rules that need the content stay undetermined.
    #[arg(long)]
    no_scan: bool,

    /// Match the guest's packages with these advisories: a file or a folder of OSV JSON, or a zip
    /// of it, as osv.dev exports them for each distribution.
    #[arg(long, value_name = "PATH")]
    advisories: Option<PathBuf>,

    #[command(flatten)]
    content: content::Args,

    #[command(flatten)]
    beside: artefacts::Args,

    #[command(flatten)]
    declared: declared::Args,

    #[command(flatten)]
    configuration: configuration::Args,

    #[command(flatten)]
    estimate: super::estimate::Args,
}

const AFTER: &str = "\
Exit codes:
  0  nothing blocks: every image passed (warnings are allowed; see --fail-on)
  1  something blocks: an image failed, or with --fail-on warning has a warning, or the
     configuration does, such as by a suppression that has expired
  2  the tool could not do its work: wrong usage, an image that cannot be read or that changed
     while it was read, a report that cannot be written; or no image failed, but a rule that may
     block could not be decided (verdict INCOMPLETE; not with --fail-on never)
  An image that could not be inspected makes the code 2 even if another image failed, as the run
  is not whole. A failure wins over an INCOMPLETE verdict elsewhere. Ctrl-C ends the run with code
  2 and without a report; a second one ends it at once.

Examples:
  vhd-preflight check disk.vhd
  vhd-preflight check --disk data --generation 2 data.vhd
  vhd-preflight check --upload-bandwidth 100M --regions 10 disk.vhd
  vhd-preflight check --previous disk-1.0.manifest disk-1.1.vhd
  vhd-preflight check --advisories debian-osv.zip disk.vhd
  vhd-preflight check --digest sha256,md5 disk.vhd
  vhd-preflight check --format json --output report.json disk.vhd data.vhd
  vhd-preflight check --baseline accepted.json disk.vhd
  vhd-preflight check --parent base.vhd child.vhd
  vhd-preflight check --attest disk.intoto.jsonl disk.vhd
  vhd-preflight check --fix-script=fix.sh disk.vhd
  vhd-preflight check build/ 'release-*/*.vhd'";

impl Args {
    fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Usual,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let (config, file) = args.configuration.load()?;
    let mut declared = Declared::new(
        &args.declared,
        &config,
        args.advisories.as_ref(),
        args.content.previous.as_ref(),
    );
    // As an option it conflicts; in a file it is for the calls that read the content.
    if args.no_scan && declared.previous.take().is_some() {
        output::note("`previous` of the configuration is left out: --no-scan reads no content");
    }
    let images = args.images.selected()?;
    let previous = declared.previous.as_ref();
    args.content.check(args.no_scan, previous, images.len())?;
    let inputs = args.images.files(&images, previous.map(|said| &said.value));
    let beside = args.beside.artefacts(&inputs)?;
    let output = args.output.or(config.formats.as_ref(), file.as_deref())?;
    let exporters = output.exporters(&inputs, &beside)?;
    let observations = observations(args, &exporters, &beside)?;
    let path = |said: &Choice<PathBuf>| said.as_ref().map(|said| said.value.clone());
    for (what, path) in [
        ("the baseline", path(&declared.baseline)),
        ("the advisories", path(&declared.advisories)),
        ("the configuration", file),
    ] {
        let path = path.as_deref();
        let targets = exporters.iter().map(Exporter::target);
        for target in targets.chain(beside.iter().map(Artefact::target)) {
            path.map_or(Ok(()), |path| target.refuse_read(what, path))?;
        }
    }
    let baseline = read_by(&declared.baseline, Baseline::load)?;
    let feed = read_by(&declared.advisories, advisories::load)?;
    let asked = Asked {
        args,
        declared: &declared,
        feed: feed.as_ref(),
        observations: &observations,
        cells: args
            .content
            .map_cells(output.human_on_stdout(), output.has_page(), args.quiet),
    };
    let checked = check_all(&asked, &images)?;
    for image in &checked {
        let targets = exporters.iter().map(Exporter::target);
        for target in targets.chain(beside.iter().map(Artefact::target)) {
            target.refuse(image.parents.iter().map(PathBuf::as_path))?;
        }
    }
    let images = checked.into_iter().map(|image| image.said).collect();
    let mut report = build::report(declared.profile(), images);
    report.configuration = declared.shown();
    let policy = Policy {
        rules: &config.rules,
        suppressions: &config.suppressions,
        baseline: baseline.as_ref(),
        today: Timestamp::now().to_zoned(TimeZone::UTC).date(),
    };
    policy::apply(&mut report, &policy);
    interrupt::check()?;
    let mut files = Vec::new();
    files.extend(config.sha256.as_deref().map(|sha256| ReadFile {
        kind: "configuration",
        path: &config.name,
        sha256,
    }));
    files.extend(baseline.as_ref().map(|baseline| ReadFile {
        kind: "baseline",
        path: baseline.path(),
        sha256: baseline.sha256(),
    }));
    // What cannot be written keeps nothing else from being written: a full disk must not cost the
    // log its report.
    let mut whole = true;
    for exporter in &exporters {
        whole &= told(exporter.write(&report, args.detail()).map(|()| true))?;
    }
    for artefact in &beside {
        whole &= told(artefact.write(&report, declared.profile(), &files))?;
    }
    match whole {
        true => Ok(exit::of(&report, declared.fail_on())),
        false => Ok(Exit::NoWork),
    }
}

/// Says what could not be written; an interrupted run ends at once.
fn told(written: Result<bool, Failure>) -> Result<bool, Failure> {
    written.or_else(|failure| {
        interrupt::check()?;
        output::error(&failure.message);
        Ok(false)
    })
}

/// What a file that was named holds. An error says who named it, where that is not seen on the
/// command line.
fn read_by<T, E: std::fmt::Display>(
    named: &Choice<PathBuf>,
    load: impl Fn(&Path) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    let Some(said) = named else {
        return Ok(None);
    };
    let read = load(&said.value).map_err(|error| match said.from.starts_with("--") {
        true => Failure::new(error.to_string()),
        false => Failure::new(format!("{error} (named at {})", said.from)),
    });
    read.map(Some)
}

/// The publisher's own, if a history was named. The default place is not looked at: two machines
/// that check one image with the same options shall say the same.
fn observations(
    args: &Args,
    exporters: &[Exporter<'_>],
    beside: &[Artefact<'_>],
) -> Result<Vec<Observation>, Failure> {
    let Some(path) = args.estimate.history() else {
        return Ok(Vec::new());
    };
    let read = super::history::named(path)?;
    let targets = exporters.iter().map(Exporter::target);
    for target in targets.chain(beside.iter().map(Artefact::target)) {
        target.refuse_history(&read.path)?;
    }
    Ok(read.observations())
}
