//! The first MiB of the disk, outside of the table: what Azure wants free for itself.

use std::ops::Range;

use super::gpt::Gpt;
use crate::bytes::is_zero;
use crate::source::{ReadAt, ReadError};

/// Sectors, of 512 bytes, that are looked at.
const SECTORS: u64 = 2048;
/// Sectors read at a time: where a block cannot be read, the others are still looked at.
const CHUNK: u64 = 64;
/// Runs that are listed.
const MAX_RUNS: usize = 64;
/// Byte offset of the sector in which tools keep Azure's disk tag.
const TAG_AT: u64 = 65536;

/// A run of sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectorRun {
    /// First 512-byte sector.
    pub first: u64,
    /// Last 512-byte sector (inclusive).
    pub last: u64,
}

/// What stands in the first 2048 sectors of 512 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lead {
    /// Runs of sectors that are not all zero, outside of sector 0, the GPT header and its entry
    /// array. A partition that begins here, and sector 128, are not left out.
    pub runs: Vec<SectorRun>,
    /// Whether there are more runs than are listed.
    pub truncated: bool,
    /// Sector 128 (byte 65536), where it is not all zero.
    pub tag: Option<[u8; 512]>,
    /// Why sectors could not be read; the others were looked at.
    pub unread: Option<String>,
}

impl Lead {
    /// Reads the first MiB of `disk`, or as much as there is. `gpt` is the table that counts, in
    /// sectors of `sector_size` bytes.
    ///
    /// # Errors
    /// [`ReadError::Changed`] only.
    pub(super) fn read(
        disk: &dyn ReadAt,
        gpt: Option<&Gpt>,
        sector_size: u32,
    ) -> Result<Self, ReadError> {
        let table = structures(gpt, u64::from(sector_size));
        let mut lead = Self::default();
        let end = disk.len().checked_div(512).unwrap_or(0).min(SECTORS);
        let mut sector = 0_u64;
        while sector < end {
            let next = sector.saturating_add(CHUNK).min(end);
            let bytes = next.saturating_sub(sector).saturating_mul(512);
            let len = usize::try_from(bytes).unwrap_or(0);
            match disk.read_vec(sector.saturating_mul(512), len) {
                Ok(bytes) => lead.look_at(sector, &bytes, &table),
                Err(error @ ReadError::Changed { .. }) => return Err(error),
                Err(error) => {
                    lead.unread.get_or_insert_with(|| {
                        let last = next.saturating_sub(1);
                        format!("sectors {sector} to {last} could not be read: {error}")
                    });
                }
            }
            sector = next;
        }
        Ok(lead)
    }

    fn look_at(&mut self, first: u64, bytes: &[u8], table: &[Range<u64>]) {
        for (sector, content) in (first..).zip(bytes.chunks_exact(512)) {
            let start = sector.saturating_mul(512);
            if is_zero(content) {
                continue;
            }
            if start == TAG_AT {
                self.tag = content.try_into().ok();
            }
            if !table.iter().any(|range| range.contains(&start)) {
                self.add(sector);
            }
        }
    }

    fn add(&mut self, sector: u64) {
        let full = self.runs.len() >= MAX_RUNS;
        match self.runs.last_mut() {
            Some(run) if run.last.saturating_add(1) == sector => run.last = sector,
            _ if full => self.truncated = true,
            _ => self.runs.push(SectorRun {
                first: sector,
                last: sector,
            }),
        }
    }

    /// Whether sector 128 holds something of its own: the sectors beside it are zero. Otherwise
    /// it is a piece of a larger thing, such as a boot loader's image.
    pub fn tag_stands_alone(&self) -> bool {
        let alone = SectorRun {
            first: TAG_AT / 512,
            last: TAG_AT / 512,
        };
        self.tag.is_some() && self.runs.contains(&alone)
    }
}

/// Byte ranges of the table's structures at the start of the disk.
fn structures(gpt: Option<&Gpt>, sector_size: u64) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    ranges.push(0..512);
    let Some(gpt) = gpt else {
        return ranges;
    };
    ranges.push(sector_size..sector_size.saturating_mul(2));
    let primary = gpt
        .primary
        .as_ref()
        .and_then(|copy| copy.array.as_ref().ok());
    let backup = gpt
        .backup
        .as_ref()
        .and_then(|copy| copy.array.as_ref().ok());
    // The array of a broken primary is taken to be as long as the backup's, at its usual place.
    let (start, length) = match (primary, backup) {
        (Some(array), _) => (array.offset, array.length),
        (None, Some(array)) => (sector_size.saturating_mul(2), array.length),
        (None, None) => (0, 0),
    };
    ranges.push(start..start.saturating_add(length));
    ranges
}

#[cfg(test)]
mod tests;
