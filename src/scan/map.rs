//! A coarse picture of the disk: equal cells with what is in each, to be drawn in one screen.

use std::ops::Range;

use super::blocks::BLOCK_SIZE;
use super::tally::{Segments, Tally};

/// How a disk is divided into equal cells: each is a whole number of blocks, the last one is cut
/// at the end of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cells {
    disk_bytes: u64,
    span: u64,
    count: usize,
}

impl Cells {
    /// The most cells that a disk is divided into.
    pub const MAX: usize = 4096;

    /// At most `most` cells (between 1 and [`MAX`](Self::MAX)) for a disk of `disk_bytes`; fewer
    /// where the disk has fewer blocks, none for an empty disk.
    pub fn new(disk_bytes: u64, most: usize) -> Self {
        let most = most.clamp(1, Self::MAX) as u64;
        let blocks = disk_bytes.div_ceil(BLOCK_SIZE);
        let span = blocks.div_ceil(most).max(1).saturating_mul(BLOCK_SIZE);
        Self {
            disk_bytes,
            span,
            count: disk_bytes.div_ceil(span) as usize,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Bytes of the disk in a cell; the last one may hold fewer.
    pub fn span(&self) -> u64 {
        self.span
    }

    /// The bytes of the disk in a cell.
    pub fn range(&self, cell: usize) -> Range<u64> {
        let start = (cell as u64).saturating_mul(self.span).min(self.disk_bytes);
        start..start.saturating_add(self.span).min(self.disk_bytes)
    }

    /// The cell of the byte at `offset`.
    pub fn at(&self, offset: u64) -> usize {
        usize::try_from(offset / self.span).unwrap_or(usize::MAX)
    }
}

/// What is in one cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// Size in bytes.
    pub bytes: u64,
    /// What the pass found there. Zero bytes are `bytes` less
    /// [`non_zero_512`](Tally::non_zero_512).
    pub tally: Tally,
    /// Bytes in blocks that are other ones than in the previous version of the disk (changed,
    /// added or removed), where there was one to compare with.
    pub changed_bytes: u64,
}

/// The disk in cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskMap {
    /// How the disk is divided.
    pub layout: Cells,
    /// The cells, in the disk's order.
    pub cells: Vec<Cell>,
    /// Whether [`changed_bytes`](Cell::changed_bytes) means anything.
    pub compared: bool,
}

impl DiskMap {
    pub(super) fn new(layout: Cells, segments: &Segments, tallies: &[Tally]) -> Self {
        let mut cells: Vec<Cell> = (0..layout.count())
            .map(|cell| layout.range(cell))
            .map(|range| Cell {
                bytes: range.end - range.start,
                ..Cell::default()
            })
            .collect();
        for (segment, tally) in tallies.iter().enumerate() {
            if let Some(cell) = cells.get_mut(layout.at(segments.range(segment).start)) {
                cell.tally += *tally;
            }
        }
        Self {
            layout,
            cells,
            compared: false,
        }
    }

    /// Counts `bytes` at `offset` as changed against the previous version.
    pub fn add_changed(&mut self, offset: u64, bytes: u64) {
        if let Some(cell) = self.cells.get_mut(self.layout.at(offset)) {
            cell.changed_bytes += bytes;
        }
    }
}
