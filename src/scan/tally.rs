//! What is counted for a part of the disk, and the parts that the disk is cut into for it.

use std::ops::{AddAssign, Range};

use super::map::Cells;
use super::options::Region;

/// What was found in a part of the disk, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// In data extents: read.
    pub data_bytes: u64,
    /// Not at hand.
    pub unavailable_bytes: u64,
    /// In units of 512 bytes with a byte other than zero.
    pub non_zero_512: u64,
    /// In units of 4 KiB with a byte other than zero.
    pub non_zero_4k: u64,
    /// In blocks of [`BLOCK_SIZE`](super::BLOCK_SIZE) with a byte other than zero.
    pub block_bytes: u64,
    /// In such blocks that repeat the content of one that lies before them, on this part or not.
    pub duplicate_block_bytes: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.data_bytes += other.data_bytes;
        self.unavailable_bytes += other.unavailable_bytes;
        self.non_zero_512 += other.non_zero_512;
        self.non_zero_4k += other.non_zero_4k;
        self.block_bytes += other.block_bytes;
        self.duplicate_block_bytes += other.duplicate_block_bytes;
    }
}

/// The disk cut at every border of a region or a cell, so that whatever is asked for is a sum of
/// whole segments, however regions overlap.
#[derive(Debug)]
pub(crate) struct Segments {
    /// Borders in rising order: the first is 0, the last the size of the disk.
    bounds: Vec<u64>,
}

impl Segments {
    /// The segments of a disk of `disk_bytes`.
    pub(crate) fn new(disk_bytes: u64, regions: &[Region], cells: Option<Cells>) -> Self {
        let mut bounds = vec![0, disk_bytes];
        for range in regions.iter().flat_map(|region| &region.ranges) {
            bounds.extend([range.start.min(disk_bytes), range.end.min(disk_bytes)]);
        }
        if let Some(cells) = cells {
            bounds.extend((0..cells.count()).map(|cell| cells.range(cell).start));
        }
        bounds.sort_unstable();
        bounds.dedup();
        Self { bounds }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    /// The range of one; empty beyond the last.
    pub(crate) fn range(&self, segment: usize) -> Range<u64> {
        match (self.bounds.get(segment), self.bounds.get(segment + 1)) {
            (Some(start), Some(end)) => *start..*end,
            _ => u64::MAX..u64::MAX,
        }
    }

    /// The segment of the byte at `offset`, looked for first in `near` and the one behind it:
    /// offsets mostly come in order.
    pub(crate) fn find(&self, offset: u64, near: usize) -> usize {
        [near, near + 1]
            .into_iter()
            .find(|segment| self.range(*segment).contains(&offset))
            .unwrap_or_else(|| {
                self.bounds
                    .partition_point(|bound| *bound <= offset)
                    .saturating_sub(1)
            })
    }

    /// Calls `with` for every segment that `range` touches, with the bytes that they share.
    pub(crate) fn spread(
        &self,
        range: Range<u64>,
        near: &mut usize,
        mut with: impl FnMut(usize, u64),
    ) {
        let mut at = range.start;
        while at < range.end {
            *near = self.find(at, *near);
            let end = self.range(*near).end.min(range.end);
            if end <= at {
                return;
            }
            with(*near, end - at);
            at = end;
        }
    }

    /// The segments that the ranges of `region` are made of, each once.
    pub(crate) fn of_region(&self, region: &Region) -> Vec<usize> {
        let mut segments: Vec<usize> = region
            .ranges
            .iter()
            .filter(|range| range.start < range.end)
            .flat_map(|range| {
                let before = |offset| self.bounds.partition_point(|bound| *bound < offset);
                // A range that reaches beyond the disk was cut at its end.
                before(range.start)..before(range.end).min(self.count())
            })
            .collect();
        segments.sort_unstable();
        segments.dedup();
        segments
    }
}

/// The tallies of all segments, or (with a thread) of the few that it came to since it last handed
/// over.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    recent: Vec<(usize, Tally)>,
    totals: Vec<Tally>,
}

impl Tallies {
    /// Totals of `segments` segments.
    pub(super) fn totals(segments: usize) -> Self {
        Self {
            recent: Vec::new(),
            totals: vec![Tally::default(); segments],
        }
    }

    /// Adds to a segment.
    pub(super) fn add(&mut self, segment: usize, tally: Tally) {
        match self.recent.last_mut() {
            Some((last, sum)) if *last == segment => *sum += tally,
            _ => self.recent.push((segment, tally)),
        }
    }

    /// Takes over what `other` was told.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        for (segment, tally) in other.recent.drain(..) {
            if let Some(total) = self.totals.get_mut(segment) {
                *total += tally;
            }
        }
    }

    /// The sums by segment.
    pub(super) fn into_totals(mut self) -> Vec<Tally> {
        let mut own = Self {
            recent: std::mem::take(&mut self.recent),
            totals: Vec::new(),
        };
        self.absorb(&mut own);
        self.totals
    }
}
