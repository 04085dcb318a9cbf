//! The content of a disk as a manifest: read from one, or made of an image.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::Path;

use super::output::Failure;
use super::progress::Bar;
use crate::inspect::{Inspection, Measure, Options, inspect_file};
use crate::manifest::{MAGIC, Manifest};

/// The content of what is at `path`: a manifest, or an image, which is read for it.
///
/// Of `options` the way of reading, the parents and the threads count.
pub(super) fn load(path: &Path, options: &Options<'_>, quiet: bool) -> Result<Manifest, Failure> {
    if !is_manifest(path) {
        return of_image(path, options, quiet).map(|(manifest, _)| manifest);
    }
    let refused = |error: &dyn std::fmt::Display| {
        Failure::new(format!(
            "{}: cannot be used as the previous version: {error}",
            path.display()
        ))
    };
    let file = File::open(path).map_err(|error| refused(&error))?;
    Manifest::read_from(BufReader::new(file)).map_err(|error| refused(&error))
}

/// Whether the file at `path` begins as a manifest does. Whatever cannot be read is none; who
/// opens it as an image says why.
pub(super) fn is_manifest(path: &Path) -> bool {
    // A FIFO would make us wait for somebody to write to it.
    if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let mut start = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .is_ok_and(|_| Manifest::recognise(&start))
}

/// Reads the image at `path` and makes a manifest of it.
pub(super) fn of_image(
    path: &Path,
    options: &Options<'_>,
    quiet: bool,
) -> Result<(Manifest, Inspection), Failure> {
    let progress = Bar::new(&path.to_string_lossy(), !quiet);
    let options = Options {
        scan: true,
        measure: Measure {
            threads: options.measure.threads,
            cancel: options.measure.cancel,
            manifest: true,
            ..Measure::default()
        },
        progress: &progress,
        ..options.clone()
    };
    let mut inspection =
        inspect_file(path, &options).map_err(|error| Failure::new(error.to_string()))?;
    let refused = |reason: &str| {
        Failure::new(format!(
            "{}: its content cannot be told in full: {reason}",
            path.display()
        ))
    };
    match (inspection.measured.manifest.take(), &inspection.content) {
        (Some(manifest), _) => Ok((manifest, inspection)),
        (None, Err(unknown)) => Err(refused(&unknown.reason)),
        (None, Ok(content)) => Err(refused(
            content
                .unavailable_reason
                .as_deref()
                .unwrap_or("a part of the disk is not at hand"),
        )),
    }
}
