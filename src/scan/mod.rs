//! One parallel pass over the content of a disk: what is zero, what repeats, and a digest.
//!
//! The pass reads the data extents and nothing else: holes read as zeros without being read, and
//! what is not at hand is counted and left out. The threads take turns at one plan, a unit of
//! 4 MiB at a time, so that long extents are spread evenly and short ones are gathered, and so that
//! memory grows neither with the disk nor with the number of its extents. What does grow is the
//! table of the non-zero blocks: 40 bytes for each.
//!
//! [`scan`] finds the [`Content`]. [`scan_with`] takes [`Options`] and finds more in the same pass:
//! digests that other programs compute too, what lies in which part of the disk, a picture of it,
//! and the block table that a manifest is written from.
//!
//! # The digest
//!
//! The digest of a disk's content is the 32-byte BLAKE3 hash of these bytes, in this order:
//!
//! 1. the 24 ASCII characters `vhd-preflight/content/v1` ([`DIGEST_DOMAIN`]), without a terminator;
//! 2. the size of the disk in bytes, as a little-endian 64-bit number;
//! 3. the block size in bytes, 65536 ([`BLOCK_SIZE`]), as a little-endian 64-bit number;
//! 4. for every block with a byte other than zero, by rising index: its index (its offset on the
//!    disk divided by the block size) as a little-endian 64-bit number, then the 32-byte BLAKE3
//!    hash of its bytes.
//!
//! Blocks begin at multiples of the block size. A disk whose size is no such multiple ends with a
//! shorter block, which is hashed as short as it is.
//!
//! So the digest depends on the disk's bytes and its size alone. A hole and stored zeros give the
//! same digest, and so do a fixed and a dynamic VHD of one disk, one thread and many. Since a
//! block's hash does not depend on the others, parts of a disk that were cut at multiples of the
//! block size and hashed apart give the same digest when their block lists are put together.

mod blocks;
mod cancel;
mod content;
mod digests;
mod error;
mod hash;
mod map;
mod options;
mod ordered;
mod outline;
mod pass;
mod plan;
mod progress;
mod scanned;
mod slice;
mod tally;
mod unit;

#[cfg(test)]
mod tests;

pub use blocks::{BLOCK_SIZE, Block, BlockTable, DIGEST_DOMAIN};
pub use cancel::Cancel;
pub use content::{Content, NonZero};
pub use digests::{Checksums, Digest, DigestCost, DigestKind, digest_costs};
pub use error::ScanError;
pub use map::{Cell, Cells, DiskMap};
pub use options::{Options, Region, WholeFile};
pub use outline::Outline;
pub use progress::{NoProgress, Progress};
pub use scanned::{RegionContent, Scanned};
pub use tally::Tally;

pub(crate) use tally::Segments;

use crate::source::ReadAt;
use ordered::{Feed, Pool, Stream, Streamed};
use pass::Pass;
use slice::Slice;

/// Reads the data extents of `disk` once, with the threads of the rayon pool that it is called in,
/// and says what is in them.
///
/// # Errors
/// [`ScanError`] at the first byte that cannot be read, or as soon as the file is seen to change:
/// the pass then ends without reading on, because a part of the content is no content.
pub fn scan(disk: &dyn ReadAt, progress: &dyn Progress) -> Result<Content, ScanError> {
    scan_with(disk, &Options::default(), progress).map(|scanned| scanned.content)
}

/// As [`scan`], with whatever else `options` ask for.
///
/// Memory: 40 bytes a non-zero block, some 300 KiB a thread, and with digests 48 MiB of buffers at
/// most.
///
/// # Errors
/// As [`scan`], and [`ScanError::Cancelled`], [`ScanError::Threads`].
pub fn scan_with(
    disk: &dyn ReadAt,
    options: &Options<'_>,
    progress: &dyn Progress,
) -> Result<Scanned, ScanError> {
    let run = || {
        progress.start(total(disk, options, progress)?);
        let scanned = whole(disk, options, progress);
        progress.finish();
        scanned
    };
    match options.threads {
        None => run(),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads.get())
            .build()
            .map_err(ScanError::threads)?
            .install(run),
    }
}

/// What the progress is measured by.
fn total(
    disk: &dyn ReadAt,
    options: &Options<'_>,
    progress: &dyn Progress,
) -> Result<u64, ScanError> {
    if !progress.wants_total() {
        return Ok(0);
    }
    if options.digests.is_empty() {
        return progress::data_bytes(disk);
    }
    Ok(match options.file {
        WholeFile::Unwanted => disk.len(),
        WholeFile::BeginsWithDisk(file) => disk.len().max(file.len()),
        WholeFile::Apart(file) => disk.len().saturating_add(file.len()),
    })
}

fn whole(
    disk: &dyn ReadAt,
    options: &Options<'_>,
    progress: &dyn Progress,
) -> Result<Scanned, ScanError> {
    let cells = (options.map_cells > 0).then(|| Cells::new(disk.len(), options.map_cells));
    let segments = (cells.is_some() || !options.regions.is_empty())
        .then(|| Segments::new(disk.len(), options.regions, cells));
    if options.digests.is_empty() {
        let pass = Pass {
            disk,
            progress,
            cancel: options.cancel,
            segments: segments.as_ref(),
            feed: None,
        };
        let slice = pass.run()?;
        let checksums = Checksums::default();
        return Ok(scanned::assemble(
            disk.len(),
            slice,
            segments.as_ref(),
            cells,
            options,
            checksums,
        ));
    }
    let file = match options.file {
        WholeFile::BeginsWithDisk(file) => Some(file),
        WholeFile::Unwanted | WholeFile::Apart(_) => None,
    };
    let (slice, streamed) = with_streams(disk, file, options, progress, |feed| {
        let pass = Pass {
            disk,
            progress: &NoProgress,
            cancel: options.cancel,
            segments: segments.as_ref(),
            feed: Some(feed),
        };
        pass.run()
    })?;
    let mut checksums = Checksums::default();
    // Bytes that are not at hand are not zeros: such a disk has no digest.
    if slice.unavailable_bytes == 0 {
        for streamed in streamed {
            checksums.disk.push(streamed.disk);
            checksums.file.extend(streamed.file);
        }
    }
    if let WholeFile::Apart(file) = options.file {
        let (_, streamed) = with_streams(file, None, options, progress, |feed| {
            let pass = Pass {
                disk: file,
                progress: &NoProgress,
                cancel: options.cancel,
                segments: None,
                feed: Some(feed),
            };
            pass.run_blind()
        })
        .map_err(ScanError::in_file)?;
        checksums.file = streamed.into_iter().map(|streamed| streamed.disk).collect();
    }
    Ok(scanned::assemble(
        disk.len(),
        slice,
        segments.as_ref(),
        cells,
        options,
        checksums,
    ))
}

/// Runs a pass over `disk` with a thread beside it for each digest that is asked for.
fn with_streams<'a>(
    disk: &'a dyn ReadAt,
    file: Option<&'a dyn ReadAt>,
    options: &Options<'a>,
    progress: &'a dyn Progress,
    run: impl for<'p> FnOnce(Feed<'p>) -> Result<Slice, ScanError>,
) -> Result<(Slice, Vec<Streamed>), ScanError> {
    let pool = Pool::new(rayon::current_num_threads());
    let slowest = options.digests.iter().map(|kind| kind.burden()).max();
    let mut told = false;
    std::thread::scope(|scope| {
        let mut feed = Feed::new(&pool);
        let mut threads = Vec::new();
        for kind in options.digests {
            let tells = !told && Some(kind.burden()) == slowest;
            told |= tells;
            let stream = Stream {
                kind: *kind,
                disk_bytes: disk.len(),
                file,
                cancel: options.cancel,
                progress: if tells { progress } else { &NoProgress },
            };
            let receiver = feed.receiver();
            let thread = std::thread::Builder::new()
                .name(format!("digest {}", kind.name()))
                .spawn_scoped(scope, move || stream.run(receiver))
                .map_err(ScanError::threads)?;
            threads.push(thread);
        }
        let slice = run(feed)?;
        let mut streamed = Vec::new();
        for thread in threads {
            match thread.join() {
                Ok(stream) => streamed.extend(stream?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok((slice, streamed))
    })
}
