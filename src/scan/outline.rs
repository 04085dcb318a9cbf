//! What the extents alone tell of a disk's content, before or instead of the pass.

use std::sync::Arc;

use super::ScanError;
use super::plan::UNIT_BYTES;
use crate::source::{Extent, ExtentKind, ReadAt, ReadError};

/// The extents of a disk added up. Nothing is read for it, and however many extents there are, it
/// takes no more memory.
///
/// Stored bytes may be zeros, so its numbers of units bound from above what the pass would find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Size of the disk in bytes.
    pub disk_bytes: u64,
    /// Bytes in data extents.
    pub data_bytes: u64,
    /// Bytes in holes.
    pub hole_bytes: u64,
    /// Bytes whose holder is not at hand.
    pub unavailable_bytes: u64,
    /// What is not at hand, in the source's words, where [`unavailable_bytes`] is not 0.
    ///
    /// [`unavailable_bytes`]: Self::unavailable_bytes
    pub unavailable_reason: Option<Arc<str>>,
    /// Bytes of the aligned 2 MiB units that hold stored bytes, cut at the disk's end.
    pub data_at_2m: u64,
    /// Bytes of the aligned 4 MiB units that hold stored bytes, cut at the disk's end.
    pub data_at_4m: u64,
    /// Number of those 2 MiB units.
    pub chunks_2m: u64,
    /// Number of those 4 MiB units.
    pub chunks_4m: u64,
}

impl Outline {
    /// Walks the extents of `disk`.
    ///
    /// # Errors
    /// [`ScanError`] when the source cannot tell its extents.
    pub fn of(disk: &dyn ReadAt) -> Result<Self, ScanError> {
        let mut outline = Self {
            disk_bytes: disk.len(),
            ..Self::default()
        };
        let mut at_2m = Touched::new(UNIT_BYTES / 2, disk.len());
        let mut at_4m = Touched::new(UNIT_BYTES, disk.len());
        let mut at = 0;
        for extent in disk.extents(0..disk.len()) {
            let extent = extent.map_err(|error| ScanError::disk(at, error))?;
            at = extent.end;
            match extent.kind {
                ExtentKind::Data => {
                    outline.data_bytes += extent.len();
                    at_2m.add(&extent);
                    at_4m.add(&extent);
                }
                ExtentKind::Hole => outline.hole_bytes += extent.len(),
                ExtentKind::Unavailable => {
                    outline.unavailable_bytes += extent.len();
                    if outline.unavailable_reason.is_none() {
                        outline.unavailable_reason = reason(disk, extent.start);
                    }
                }
            }
        }
        (outline.data_at_2m, outline.chunks_2m) = (at_2m.bytes, at_2m.count);
        (outline.data_at_4m, outline.chunks_4m) = (at_4m.bytes, at_4m.count);
        Ok(outline)
    }
}

/// Why the byte at `offset` is not at hand. An extent does not say, a refused read does.
pub(super) fn reason(disk: &dyn ReadAt, offset: u64) -> Option<Arc<str>> {
    match disk.read_at(offset, &mut [0]) {
        Err(ReadError::Unavailable { reason }) => Some(reason),
        _ => None,
    }
}

/// Counts the units of one size that extents touch, each once.
struct Touched {
    unit: u64,
    disk_bytes: u64,
    /// First byte that no unit counted so far holds.
    next: u64,
    bytes: u64,
    count: u64,
}

impl Touched {
    fn new(unit: u64, disk_bytes: u64) -> Self {
        Self {
            unit,
            disk_bytes,
            next: 0,
            bytes: 0,
            count: 0,
        }
    }

    /// Adds an extent; they come in order.
    fn add(&mut self, extent: &Extent) {
        let start = self.next.max(extent.start - extent.start % self.unit);
        if start >= extent.end {
            return;
        }
        let end = extent.end.checked_next_multiple_of(self.unit);
        let end = end.unwrap_or(u64::MAX).min(self.disk_bytes);
        self.bytes += end - start;
        self.count += (end - start).div_ceil(self.unit);
        self.next = end;
    }
}
