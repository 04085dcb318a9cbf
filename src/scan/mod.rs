//! One parallel pass over the content of a disk: what is zero, what repeats, and a digest.
//!
//! The pass reads the data extents and nothing else: holes read as zeros without being read, and
//! what is not at hand is counted and left out. The threads take turns at one plan, a unit of
//! 4 MiB at a time, so that long extents are spread evenly and short ones are gathered, and so that
//! memory grows neither with the disk nor with the number of its extents. What does grow is the
//! table of the non-zero blocks: 40 bytes for each.
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
mod content;
mod error;
mod outline;
mod plan;
mod progress;
mod slice;
mod unit;

#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};

pub use blocks::{BLOCK_SIZE, DIGEST_DOMAIN};
pub use content::{Content, NonZero};
pub use error::ScanError;
pub use outline::Outline;
pub use progress::{NoProgress, Progress};

use crate::source::ReadAt;
use plan::{Plan, Unit};
use slice::Slice;
use unit::UnitReader;

/// Reads the data extents of `disk` once, with the threads of the rayon pool that it is called in,
/// and says what is in them.
///
/// # Errors
/// [`ScanError`] at the first byte that cannot be read, or as soon as the file is seen to change:
/// the pass then ends without reading on, because a part of the content is no content.
pub fn scan(disk: &dyn ReadAt, progress: &dyn Progress) -> Result<Content, ScanError> {
    let outline = Outline::of(disk)?;
    progress.start(outline.data_bytes);
    let pass = Pass::new(disk, progress);
    // One task a thread; whichever thread comes late to it finds the plan used up.
    (0..rayon::current_num_threads())
        .into_par_iter()
        .with_max_len(1)
        .for_each(|_| pass.work());
    progress.finish();
    Ok(Content::new(&outline, disk.len(), pass.finish()?))
}

/// What the threads of one pass share.
struct Pass<'a> {
    disk: &'a dyn ReadAt,
    progress: &'a dyn Progress,
    shared: Mutex<Shared<'a>>,
}

struct Shared<'a> {
    plan: Plan<'a>,
    slice: Slice,
    error: Option<ScanError>,
}

impl<'a> Pass<'a> {
    fn new(disk: &'a dyn ReadAt, progress: &'a dyn Progress) -> Self {
        Self {
            disk,
            progress,
            shared: Mutex::new(Shared {
                plan: Plan::new(disk, 0..disk.len()),
                slice: Slice::default(),
                error: None,
            }),
        }
    }

    /// Takes unit after unit until none is left or one of the threads has failed.
    fn work(&self) {
        let mut unit = Unit::default();
        let mut found = Slice::default();
        let mut reader = UnitReader::new();
        while self.next(&mut unit, &mut found) {
            if let Err(error) = reader.read(self.disk, &unit, &mut found) {
                self.lock().error.get_or_insert(error);
                return;
            }
            self.progress.advance(unit.data_bytes());
        }
    }

    /// Hands over what the last unit held and takes the next one, under one lock.
    fn next(&self, unit: &mut Unit, found: &mut Slice) -> bool {
        let mut shared = self.lock();
        shared.slice.absorb(found);
        if shared.error.is_some() {
            return false;
        }
        match shared.plan.next_into(unit) {
            Ok(more) => more,
            Err(error) => {
                shared.error = Some(error);
                false
            }
        }
    }

    fn finish(self) -> Result<Slice, ScanError> {
        let shared = self
            .shared
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match shared.error {
            Some(error) => Err(error),
            None => Ok(shared.slice),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared<'a>> {
        // A thread that panics takes the whole pass with it, so nobody sees what it left behind.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
