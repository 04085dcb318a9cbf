//! Whoever wants to know how far the pass has come.

use super::ScanError;
use crate::source::{ExtentKind, ReadAt};

/// Told of the pass's progress, by many threads at once.
pub trait Progress: Sync {
    /// Whether [`start`](Self::start) is to say how much there is to do. Finding that out takes a
    /// walk over the extents before anything is read.
    fn wants_total(&self) -> bool {
        true
    }

    /// The pass begins; `total_bytes` is what it is going to read: bytes in data extents, or, with
    /// digests in the order of the bytes, what the slowest of them has to hash. On a disk with very
    /// many extents it is an estimate; 0 where the total is not wanted.
    fn start(&self, total_bytes: u64);

    /// Another `bytes` have been read and looked at; called about once for each 4 MiB, and with
    /// digests for each 256 KiB.
    fn advance(&self, bytes: u64);

    /// The pass has ended, well or not.
    fn finish(&self);
}

/// Nobody wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn wants_total(&self) -> bool {
        false
    }
    fn start(&self, _total_bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn finish(&self) {}
}

/// The most extents that are looked at for a total: some milliseconds' worth.
const MOST_EXTENTS: usize = 20_000;

/// Bytes in the data extents of `disk`. Where there are very many extents, the first ones stand for
/// the rest.
///
/// # Errors
/// [`ScanError`] when the source cannot tell its extents.
pub(super) fn data_bytes(disk: &dyn ReadAt) -> Result<u64, ScanError> {
    let (mut data, mut at) = (0, 0);
    for extent in disk.extents(0..disk.len()).take(MOST_EXTENTS) {
        let extent = extent.map_err(|error| ScanError::disk(at, error))?;
        at = extent.end;
        if extent.kind == ExtentKind::Data {
            data += extent.len();
        }
    }
    let rest = u128::from(data) * u128::from(disk.len() - at) / u128::from(at.max(1));
    Ok(data.saturating_add(u64::try_from(rest).unwrap_or(u64::MAX)))
}
