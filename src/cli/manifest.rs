//! `vhd-preflight manifest`: the content of a disk in a small file.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::args::Io;
use super::exit::Exit;
use super::output::{self, Failure, Target};
use super::{interrupt, previous};
use crate::inspect::{Measure, Options};
use crate::manifest;
use crate::text::{counted, safe, size, size_exact};

/// Keeps the content of an image in a small file, to compare the next version with.
///
/// Writes one digest for each block of 64 KiB that is not zero, the size of the disk and a digest
/// of the whole, with a checksum: some 32 bytes for 64 KiB of data. Keep it with the version that
/// you publish. `vhd-preflight check --previous FILE` then says what has changed since, without
/// the old image. The container does not count: a fixed and a dynamic VHD of one disk have the
/// same manifest.
#[derive(clap::Args)]
#[command(after_long_help = "\
Exit codes:
  0  the manifest was written
  2  the image could not be read in full, changed while it was, or the file cannot be written

Examples:
  vhd-preflight manifest disk-1.0.vhd -o disk-1.0.manifest
  vhd-preflight check --previous disk-1.0.manifest disk-1.1.vhd")]
pub(super) struct Args {
    /// The image: a VHD file, a raw disk or a block device.
    #[arg(value_name = "IMAGE")]
    image: PathBuf,

    /// The file to write; it appears when it is whole. A manifest that is there is replaced,
    /// anything else is left alone.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,

    /// Threads that read and hash [default: as many as there are processors].
    #[arg(long, value_parser = super::content::threads, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,

    /// How files are read: structures through a memory map and the bulk by reads (auto),
    /// everything through the map, or everything by reads.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    io: Io,

    /// A file that may be the parent of a differencing disk; may be given several times. Parents
    /// are also looked for where the disk says that they are.
    #[arg(long = "parent", value_name = "FILE")]
    parents: Vec<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let inputs: Vec<PathBuf> = std::iter::once(&args.image)
        .chain(&args.parents)
        .cloned()
        .collect();
    let target = Target::new(Some(&args.output), &inputs)?;
    refuse_other_files(args)?;
    let options = Options {
        io: args.io.into(),
        parents: args.parents.clone(),
        measure: Measure {
            threads: args.threads,
            cancel: Some(interrupt::watch()),
            ..Measure::default()
        },
        ..Options::default()
    };
    let (manifest, inspection) = previous::of_image(&args.image, &options, false)?;
    if let Some(vhd) = inspection.container.vhd() {
        target.refuse(vhd.chain.iter().map(|link| link.path.as_ref()))?;
    }
    output::whole_file(&args.output, || manifest::save(&manifest, &args.output))?;
    let length = fs::metadata(&args.output).map_or(0, |metadata| metadata.len());
    let blocks = manifest.table().blocks().len() as u64;
    let line = format!(
        "{}: {} for a disk of {}, {} of 64 KiB not zero, digest {}",
        safe(&args.output.to_string_lossy()),
        size(length),
        size_exact(manifest.disk_bytes()),
        counted(blocks, "block"),
        manifest.digest_hex(),
    );
    output::to_stdout(|out| writeln!(out, "{line}"))?;
    Ok(Exit::Clean)
}

/// What is at the place of the manifest may be the only copy of something: it is replaced only if
/// it is a manifest, or empty.
fn refuse_other_files(args: &Args) -> Result<(), Failure> {
    let taken = fs::metadata(&args.output).is_ok_and(|metadata| metadata.len() > 0);
    if taken && !previous::is_manifest(&args.output) {
        return Err(Failure::new(format!(
            "{}: is there already, and is no manifest; name another file, or remove it",
            args.output.display()
        )));
    }
    Ok(())
}
