//! `vhd-preflight verify`: is this report about this image?

use std::fs::File;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::args::{Format, Io, Output};
use super::exit::Exit;
use super::interrupt;
use super::output::{Failure, Target};
use super::progress::Bar;
use crate::identity::{self, Answer, Claims, Comparison, Identity, NoClaims};
use crate::inspect::{Measure, Options, inspect_file};
use crate::report::{build, human, json};
use crate::scan::DigestKind;

/// Says whether a report or an attestation is about this very image.
///
/// Computes anew the digests that the report holds, and compares: the SHA-256 of the file and of
/// the disk in it that `check --attest` writes; what `check --digest` puts into a JSON report; or
/// the digest of the content that every JSON report of a content pass has. A report that was made
/// with --no-scan holds lengths and ids only, which can show that an image is another one and
/// never that it is the same; the answer is then undetermined, with exit code 2.
///
/// Nothing is said of who wrote the report: whoever can change it can change the digests in it.
/// Keep it where only you write, or sign the statement and let the signature be checked first.
#[derive(clap::Args)]
#[command(after_long_help = "\
Answers:
  same          the report is about this very image
  same-disk     the report is about the same disk in another file: a footer that was written anew,
                or a dynamic VHD that was made a fixed one; enough with --disk
  undetermined  nothing speaks against it, and nothing proves it
  other         the report is about another image

Exit codes:
  0  same; with --disk also same-disk
  1  other, or same-disk without --disk
  2  undetermined; or the report or the image cannot be read

Examples:
  vhd-preflight check --attest disk.intoto.jsonl disk.vhd
  vhd-preflight verify --report disk.intoto.jsonl disk.vhd
  vhd-preflight verify --report report.json --format json disk.vhd
  vhd-preflight verify --report report.json --disk converted.vhd")]
pub(super) struct Args {
    /// The image: a VHD file, a raw disk or a block device.
    #[arg(value_name = "IMAGE")]
    image: PathBuf,

    /// The report: what `check --format json` or `check --attest` wrote, of one image or several.
    /// The statement may be in a signed envelope (DSSE); its signature is not looked at.
    #[arg(long, value_name = "FILE")]
    report: PathBuf,

    /// It is enough that the disk is the same; the file around it may be another.
    #[arg(long)]
    disk: bool,

    #[command(flatten)]
    output: Output,

    /// Threads that read and hash [default: as many as there are processors].
    #[arg(long, value_parser = super::content::threads, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,

    /// How files are read: structures through a memory map and the bulk by reads (auto),
    /// everything through the map, or everything by reads.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    io: Io,

    /// A file that may be the parent of a differencing disk; may be given several times.
    #[arg(long = "parent", value_name = "FILE")]
    parents: Vec<PathBuf>,
}

/// No report is longer; what is may be anything.
const LONGEST: u64 = 256 << 20;

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let read = [&args.image, &args.report].into_iter().chain(&args.parents);
    let inputs: Vec<PathBuf> = read.cloned().collect();
    let target = Target::new(args.output.output.as_deref(), &inputs)?;
    let claims = claims(&args.report)?;
    let kinds = kinds(&claims);
    let name = args.image.to_string_lossy();
    let progress = Bar::new(&name, true);
    let content = claims.images.iter().any(|image| image.content.is_some());
    let options = Options {
        io: args.io.into(),
        parents: args.parents.clone(),
        scan: content || !kinds.is_empty(),
        measure: Measure {
            threads: args.threads,
            digests: &kinds,
            cancel: Some(interrupt::watch()),
            ..Measure::default()
        },
        progress: &progress,
        ..Options::default()
    };
    let inspection =
        inspect_file(&args.image, &options).map_err(|error| Failure::new(error.to_string()))?;
    let found = build::identity(&inspection);
    let (nearest, comparison) = nearest(&claims, &found)
        .ok_or_else(|| Failure::new(format!("{}: speaks of no image", args.report.display())))?;
    let document = build::verify(&build::Verified {
        image: &name,
        report: &args.report.to_string_lossy(),
        claims: &claims,
        nearest,
        comparison: &comparison,
    });
    interrupt::check()?;
    target.write(|out| match args.output.format {
        Format::Json => json::write(out, &document),
        Format::Human => human::verify(out, &document, args.output.width()),
    })?;
    Ok(match comparison.answer {
        Answer::Same => Exit::Clean,
        Answer::SameDisk if args.disk => Exit::Clean,
        Answer::SameDisk | Answer::Other => Exit::Blocking,
        Answer::Open => Exit::NoWork,
    })
}

fn claims(path: &Path) -> Result<Claims, Failure> {
    let refused = |why: &dyn std::fmt::Display| Failure::new(format!("{}: {why}", path.display()));
    let cannot = |error| refused(&format!("cannot be read: {error}"));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    // A FIFO would make us wait for somebody to write to it; a folder has no text.
    if !file.metadata().map_err(cannot)?.is_file() {
        return Err(refused(&"is no regular file"));
    }
    let length = file
        .take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if length as u64 > LONGEST {
        return Err(refused(&format!(
            "is longer than {LONGEST} bytes: no report is"
        )));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(refused(&NoClaims::Unknown("it is no text".to_owned())));
    };
    identity::read(&text).map_err(|error| refused(&error))
}

/// What has to be computed to compare with.
fn kinds(claims: &Claims) -> Vec<DigestKind> {
    let digests = || claims.images.iter().flat_map(|image| &image.digests);
    let claimed = |kind: &DigestKind| digests().any(|digest| digest.kind == kind.name());
    DigestKind::ALL.into_iter().filter(claimed).collect()
}

/// The image of the report that comes nearest to the one at hand: by the answer, and among those
/// that are others by the name.
fn nearest<'a>(claims: &'a Claims, found: &Identity) -> Option<(&'a Identity, Comparison)> {
    let own = found.name.as_deref().map(last_name);
    let compared = claims.images.iter().map(|claimed| {
        let named = claimed.name.as_deref().map(last_name) == own;
        (named, claimed, identity::compare(claimed, found))
    });
    compared
        .min_by_key(|(named, _, comparison)| (comparison.answer, !named, comparison.basis))
        .map(|(_, claimed, comparison)| (claimed, comparison))
}

fn last_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
