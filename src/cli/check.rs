//! `vhd-preflight check`: the main job.

use std::path::{Path, PathBuf};

use clap::{ArgAction, ValueEnum};

use super::args::{Format, Images, Output};
use super::content;
use super::exit::{self, Exit, FailOn};
use super::interrupt;
use super::output::{self, Failure, Target};
use super::previous;
use super::progress::Bar;
use crate::advisories::{self, Feed};
use crate::estimate::Observation;
use crate::inspect::{
    DiskRole, Generation, InspectError, Inspection, Measure, Offer, Options, OsFamily, inspect_file,
};
use crate::report::human::Detail;
use crate::report::{build, human, json, v1};
use crate::rules::{Profile, Sibling, not_checked, registry};
use crate::scan::{NoProgress, Progress};

/// Checks images: a verdict, what speaks against each image, and how to mend it.
///
/// Reads the container, the partition table, the file systems and the Linux or Windows on them,
/// judges them by the rules (see `vhd-preflight rules`), measures what would have to be uploaded,
/// and estimates how long that and the publication take. The images of one call count as the disks
/// of one offer.
///
/// The verdict is FAIL if any rule fails; else INCOMPLETE if a rule that may block could not be
/// decided; else PASS. What only Azure or a running machine can show stands under "not checked".
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub(super) struct Args {
    #[command(flatten)]
    images: Images,

    #[command(flatten)]
    output: Output,

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

    /// What makes the exit code 1.
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    fail_on: FailOn,

    /// Match the guest's packages with these advisories: a file or a folder of OSV JSON, or a zip
    /// of it, as osv.dev exports them for each distribution.
    #[arg(long, value_name = "PATH")]
    advisories: Option<PathBuf>,

    #[command(flatten)]
    content: content::Args,

    #[command(flatten)]
    declared: Declared,

    #[command(flatten)]
    estimate: super::estimate::Args,
}

/// What cannot be seen, and by what to judge.
#[derive(clap::Args)]
#[command(next_help_heading = "What the image is meant to be")]
struct Declared {
    /// Judge as the disk that the machine boots from, or as a data disk; auto decides by the
    /// partitions, and the report says why.
    #[arg(long, value_enum, default_value_t, value_name = "ROLE")]
    disk: Role,

    /// The operating system; auto decides by the partitions where they tell.
    #[arg(long, value_enum, default_value_t, value_name = "SYSTEM")]
    os: Os,

    /// The Hyper-V generation that the offer declares.
    #[arg(long, value_enum, default_value_t, value_name = "NUMBER")]
    generation: Gen,

    /// The dated set of thresholds to judge by; sources disagree.
    #[arg(long, value_enum, default_value_t, value_name = "NAME")]
    profile: ProfileName,
}

const AFTER: &str = "\
Exit codes:
  0  nothing blocks: every image passed (warnings are allowed; see --fail-on)
  1  something blocks: an image failed, or with --fail-on warning has a warning
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
  vhd-preflight check --parent base.vhd child.vhd";

#[derive(Clone, Copy, Default, ValueEnum)]
enum Role {
    /// By what is found.
    #[default]
    Auto,
    /// The disk that the machine boots from.
    Os,
    /// A further disk of the offer.
    Data,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Os {
    /// By what is found.
    #[default]
    Auto,
    /// Linux, and what Azure treats like it.
    Linux,
    /// Windows.
    Windows,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Gen {
    /// BIOS.
    #[value(name = "1")]
    One,
    /// UEFI.
    #[value(name = "2")]
    Two,
    /// Not declared.
    #[default]
    Any,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ProfileName {
    /// The published certification FAQ and the self-test tools of its time.
    #[value(name = "faq-2021-09")]
    Faq202109,
    /// Microsoft's open test suite as of August 2026.
    #[default]
    #[value(name = "lisa-2026-08")]
    Lisa202608,
    /// The strictest value that any source states.
    Strict,
}

impl Args {
    fn options<'a>(&self, measure: Measure<'a>, progress: &'a dyn Progress) -> Options<'a> {
        Options {
            io: self.images.io.into(),
            offer: Offer::default(),
            parents: self.images.parents.clone(),
            role: match self.declared.disk {
                Role::Auto => None,
                Role::Os => Some(DiskRole::Os.into()),
                Role::Data => Some(DiskRole::Data.into()),
            },
            os: match self.declared.os {
                Os::Auto => None,
                Os::Linux => Some(OsFamily::Linux.into()),
                Os::Windows => Some(OsFamily::Windows.into()),
            },
            generation: match self.declared.generation {
                Gen::One => Generation::One,
                Gen::Two => Generation::Two,
                Gen::Any => Generation::Any,
            },
            scan: !self.no_scan,
            measure,
            advisories: None,
            progress,
        }
    }

    fn profile(&self) -> Profile {
        match self.declared.profile {
            ProfileName::Faq202109 => Profile::Faq202109,
            ProfileName::Lisa202608 => Profile::Lisa202608,
            ProfileName::Strict => Profile::Strict,
        }
    }

    fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Usual,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    args.content.check(args.no_scan, args.images.images.len())?;
    let inputs = args.images.files(args.content.previous.as_ref());
    let target = Target::new(args.output.output.as_deref(), &inputs)?;
    let observations = observations(args, &target)?;
    let feed = args
        .advisories
        .as_deref()
        .map(advisories::load)
        .transpose()
        .map_err(|error| Failure::new(error.to_string()))?;
    let inspected = inspect_all(args, feed.as_ref())?;
    for (_, inspection) in &inspected {
        if let Ok(Some(vhd)) = inspection
            .as_ref()
            .map(|inspection| inspection.container.vhd())
        {
            target.refuse(vhd.chain.iter().map(|link| Path::new(&link.path)))?;
        }
    }
    let images = (0..inspected.len())
        .filter_map(|at| judge(args, &inspected, &observations, at))
        .collect();
    let report = build::report(args.profile(), images);
    interrupt::check()?;
    target.write(|out| match args.output.format {
        Format::Json => json::write(out, &report),
        Format::Human => human::report(out, &report, args.detail(), args.output.width()),
    })?;
    Ok(exit::of(&report, args.fail_on))
}

/// The publisher's own, if a history was named. The default place is not looked at: two machines
/// that check one image with the same options shall say the same.
fn observations(args: &Args, target: &Target<'_>) -> Result<Vec<Observation>, Failure> {
    let Some(path) = args.estimate.history() else {
        return Ok(Vec::new());
    };
    let read = super::history::named(path)?;
    target.refuse_history(&read.path)?;
    Ok(read.observations())
}

type Inspected = (PathBuf, Result<Inspection, InspectError>);

/// All first, judged afterwards: what one image is worth may depend on the others of the offer.
fn inspect_all(args: &Args, feed: Option<&Feed>) -> Result<Vec<Inspected>, Failure> {
    let digests = args.content.digests();
    let mut measure = Measure {
        threads: args.content.threads,
        digests: &digests,
        cancel: Some(interrupt::watch()),
        map_cells: args.content.map_cells(&args.output, args.quiet),
        ..Measure::default()
    };
    if !args.quiet {
        measure.announce = Some(&content::announce);
    }
    let previous = match &args.content.previous {
        Some(path) => Some(previous::load(
            path,
            &args.options(measure, &NoProgress),
            args.quiet,
        )?),
        None => None,
    };
    measure.previous = previous.as_ref();
    let inspect = |path: &PathBuf| {
        let progress = Bar::new(&path.to_string_lossy(), !args.quiet);
        let options = Options {
            advisories: feed,
            ..args.options(measure, &progress)
        };
        let result = inspect_file(path, &options);
        match &result {
            // The images that are left are not begun: one message is enough.
            Err(error @ InspectError::Interrupted { .. }) => {
                return Err(Failure::new(error.to_string()));
            }
            Err(error) => output::error(&error.to_string()),
            Ok(_) => {}
        }
        Ok((path.clone(), result))
    };
    args.images.images.iter().map(inspect).collect()
}

/// What is said of the image at position `at`.
fn judge(
    args: &Args,
    inspected: &[Inspected],
    observations: &[Observation],
    at: usize,
) -> Option<v1::Image> {
    let (path, result) = inspected.get(at)?;
    let inspection = match result {
        Ok(inspection) => inspection,
        Err(error) => return Some(build::failed_image(&path.to_string_lossy(), error)),
    };
    let siblings: Vec<_> = inspected
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at)
        .filter_map(|(_, (_, result))| result.as_ref().ok())
        .map(|other| Sibling {
            name: other.name.clone(),
            unique_id: other
                .container
                .vhd()
                .and_then(|vhd| vhd.footer())
                .map(|f| f.unique_id),
        })
        .collect();
    Some(build::image(&build::Judged {
        inspection,
        outcomes: &registry::judge(inspection, args.profile(), &siblings),
        not_checked: &not_checked::list(inspection),
        inputs: args.estimate.inputs(inspection, observations).as_ref(),
        previous: args.content.previous.as_deref(),
    }))
}
