//! The order of work: the data extents of a disk, cut into units, one at a time.

use std::ops::Range;

use super::ScanError;
use crate::source::{Extent, ExtentKind, Extents, ReadAt};

/// Bytes of the disk that a thread takes at a time, aligned to as much: the largest write that a
/// page blob takes, and so the unit that AzCopy sends or leaves out.
pub(super) const UNIT_BYTES: u64 = 4 << 20;

/// One unit of the disk, and where data are stored in it.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// First byte on the disk, a multiple of [`UNIT_BYTES`].
    pub(super) start: u64,
    /// One past the last byte: [`UNIT_BYTES`] further, or the end of the disk.
    pub(super) end: u64,
    /// Ranges of the disk that hold data, in order, none empty. As many as the source tells apart
    /// in 4 MiB: 4096 at most where extents are whole sectors.
    pub(super) data: Vec<Range<u64>>,
}

impl Unit {
    /// Bytes in data extents.
    pub(super) fn data_bytes(&self) -> u64 {
        self.data.iter().map(|range| range.end - range.start).sum()
    }
}

/// Walks the extents of a range of a disk and hands out the units that hold data.
pub(super) struct Plan<'a> {
    extents: Extents<'a>,
    disk_bytes: u64,
    /// Where the walk has come to, for messages.
    at: u64,
    /// What is left of a data extent that reaches beyond the unit handed out last.
    rest: Option<Extent>,
}

impl<'a> Plan<'a> {
    /// The plan of `range` of `disk`; ranges that begin at multiples of [`UNIT_BYTES`] can be
    /// planned apart.
    pub(super) fn new(disk: &'a dyn ReadAt, range: Range<u64>) -> Self {
        Self {
            at: range.start,
            extents: disk.extents(range),
            disk_bytes: disk.len(),
            rest: None,
        }
    }

    /// Puts the next unit that holds data into `unit` and says whether there was one.
    ///
    /// # Errors
    /// [`ScanError`] when the source cannot tell its extents; the plan is then not to be used on.
    pub(super) fn next_into(&mut self, unit: &mut Unit) -> Result<bool, ScanError> {
        unit.data.clear();
        while let Some(extent) = self.next_data()? {
            if unit.data.is_empty() {
                unit.start = extent.start - extent.start % UNIT_BYTES;
                unit.end = unit.start.saturating_add(UNIT_BYTES).min(self.disk_bytes);
            }
            if extent.start >= unit.end {
                self.rest = Some(extent);
                break;
            }
            let end = extent.end.min(unit.end);
            unit.data.push(extent.start..end);
            if extent.end > end {
                self.rest = Some(Extent {
                    start: end,
                    ..extent
                });
            }
            if end == unit.end {
                break;
            }
        }
        Ok(!unit.data.is_empty())
    }

    /// The next data extent, or the rest of the last one.
    fn next_data(&mut self) -> Result<Option<Extent>, ScanError> {
        if let Some(rest) = self.rest.take() {
            return Ok(Some(rest));
        }
        for extent in self.extents.by_ref() {
            let extent = extent.map_err(|error| ScanError {
                offset: self.at,
                error,
            })?;
            self.at = extent.end;
            if extent.kind == ExtentKind::Data && !extent.is_empty() {
                return Ok(Some(extent));
            }
        }
        Ok(None)
    }
}
