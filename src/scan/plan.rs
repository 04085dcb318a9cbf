//! The order of work: the units of a disk in which anything is stored, one at a time.

use std::ops::Range;

use super::ScanError;
use crate::source::{Extent, ExtentKind, ReadAt};

/// Bytes of the disk that a thread takes at a time, aligned to as much: the largest write that a
/// page blob takes, and so the unit that AzCopy sends or leaves out.
pub(super) const UNIT_BYTES: u64 = 4 << 20;

/// One unit of the disk, and what is stored in it.
#[derive(Debug)]
pub(super) struct Unit {
    /// Units that were handed out before this one.
    pub(super) number: u64,
    /// First byte on the disk, a multiple of [`UNIT_BYTES`].
    pub(super) start: u64,
    /// One past the last byte: [`UNIT_BYTES`] further, or the end of the range.
    pub(super) end: u64,
    /// The first extent in it that is no hole, cut at the end of the unit.
    first: Extent,
    /// Ranges of the disk that hold data, in order, none empty. As many as the source tells apart
    /// in 4 MiB: 4096 at most where extents are whole sectors.
    pub(super) data: Vec<Range<u64>>,
    /// Ranges of the disk that are not at hand.
    pub(super) unavailable: Vec<Range<u64>>,
}

impl Default for Unit {
    fn default() -> Self {
        let first = Extent {
            start: 0,
            end: 0,
            kind: ExtentKind::Hole,
        };
        Self {
            number: 0,
            start: 0,
            end: 0,
            first,
            data: Vec::new(),
            unavailable: Vec::new(),
        }
    }
}

impl Unit {
    /// Asks the source for the extents of this unit. Done by the thread that took it, so that the
    /// threads do not wait for each other's questions.
    ///
    /// # Errors
    /// [`ScanError`] when the source cannot tell.
    pub(super) fn walk(&mut self, disk: &dyn ReadAt) -> Result<(), ScanError> {
        self.data.clear();
        self.unavailable.clear();
        let mut extent = self.first;
        loop {
            let list = match extent.kind {
                ExtentKind::Data => Some(&mut self.data),
                ExtentKind::Unavailable => Some(&mut self.unavailable),
                ExtentKind::Hole => None,
            };
            if let Some(list) = list {
                match list.last_mut() {
                    Some(last) if last.end == extent.start => last.end = extent.end,
                    _ => list.push(extent.start..extent.end),
                }
            }
            if extent.end >= self.end {
                return Ok(());
            }
            extent = ask(disk, extent.end, self.end)?;
        }
    }

    /// Bytes in data extents.
    pub(super) fn data_bytes(&self) -> u64 {
        self.data.iter().map(|range| range.end - range.start).sum()
    }
}

/// Goes over a range of a disk and hands out the units that are not holes. Each costs one question
/// to the source at most, however many extents are in it.
pub(super) struct Plan<'a> {
    disk: &'a dyn ReadAt,
    number: u64,
    at: u64,
    end: u64,
    /// The extent at `at`, where it reaches beyond the unit handed out last.
    rest: Option<Extent>,
}

impl<'a> Plan<'a> {
    /// The plan of `range` of `disk`; ranges that begin at multiples of [`UNIT_BYTES`] can be
    /// planned apart.
    pub(super) fn new(disk: &'a dyn ReadAt, range: Range<u64>) -> Self {
        Self {
            disk,
            number: 0,
            at: range.start,
            end: range.end.min(disk.len()),
            rest: None,
        }
    }

    /// Units handed out so far.
    pub(super) fn handed_out(&self) -> u64 {
        self.number
    }

    /// Puts the next unit that is not a hole into `unit`, to be walked, and says whether there was
    /// one.
    ///
    /// # Errors
    /// [`ScanError`] when the source cannot tell its extents; the plan is then not to be used on.
    pub(super) fn next_into(&mut self, unit: &mut Unit) -> Result<bool, ScanError> {
        while self.at < self.end {
            let extent = match self.rest.take() {
                Some(rest) => rest,
                None => ask(self.disk, self.at, self.end)?,
            };
            if extent.kind == ExtentKind::Hole {
                self.at = extent.end;
                continue;
            }
            unit.number = self.number;
            unit.start = self.at - self.at % UNIT_BYTES;
            unit.end = unit.start.saturating_add(UNIT_BYTES).min(self.end);
            unit.first = Extent {
                start: self.at,
                end: extent.end.min(unit.end),
                kind: extent.kind,
            };
            self.rest = (extent.end > unit.end).then_some(Extent {
                start: unit.end,
                ..extent
            });
            self.at = unit.end;
            self.number += 1;
            return Ok(true);
        }
        Ok(false)
    }
}

/// The extent at `at`, cut at `end`.
fn ask(disk: &dyn ReadAt, at: u64, end: u64) -> Result<Extent, ScanError> {
    let extent = disk
        .extent_at(at)
        .map_err(|error| ScanError::disk(at, error))?;
    Ok(Extent {
        start: at,
        // A source that answers with an empty extent would hold us here for ever.
        end: extent.end.clamp(at.saturating_add(1), end),
        kind: extent.kind,
    })
}
