//! The block allocation table: one absolute sector number a block, all ones where there is none.

use std::ops::Range;

use super::header::DynamicHeader;
use crate::bytes::u32_be_table;
use crate::source::{ReadAt, ReadError};

/// What an entry holds for a block that is not stored.
pub(super) const UNUSED: u32 = u32::MAX;

/// Entries that are kept in memory at most: 16 MiB of them, four times what the format's largest
/// disk (2040 GiB) needs at its usual block size.
const MOST_ENTRIES: u64 = 4 << 20;
/// Examples of one kind of defect that are kept; the rest is counted.
const MOST_EXAMPLES: usize = 16;

/// The table of a dynamic disk, cut to the entries that its size needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bat {
    entries: Vec<u32>,
}

impl Bat {
    /// Reads the entries that a disk of `size` bytes needs. Fewer are read where the header has
    /// fewer.
    ///
    /// # Errors
    /// Why the table cannot be read; [`ReadError::Changed`] as it is.
    pub fn read(image: &dyn ReadAt, header: &DynamicHeader, size: u64) -> Result<Self, BatError> {
        let needed = header
            .entries_needed(size)
            .ok_or_else(|| BatError::Unusable("the block size is 0".to_owned()))?
            .min(u64::from(header.max_table_entries));
        // A size far beyond what the file can describe is caught by the bounds below: the entries
        // have to be in the file, holes or not, before memory is taken for them.
        if needed > MOST_ENTRIES {
            return Err(BatError::Unusable(format!(
                "{needed} entries are beyond the limit of {MOST_ENTRIES}"
            )));
        }
        let table = byte_range(header.table_offset, needed)
            .filter(|range| range.end <= image.len())
            .ok_or_else(|| {
                BatError::Unusable(format!(
                    "{needed} entries at offset {} lie outside of the image's {} bytes",
                    header.table_offset,
                    image.len()
                ))
            })?;
        let len = usize::try_from(table.end.saturating_sub(table.start)).unwrap_or(0);
        let bytes = match image.read_vec(table.start, len) {
            Ok(bytes) => bytes,
            Err(error @ ReadError::Changed { .. }) => return Err(BatError::Changed(error)),
            Err(error) => return Err(BatError::Unusable(error.to_string())),
        };
        let mut entries = Vec::with_capacity(len / 4);
        u32_be_table(&bytes, &mut entries);
        Ok(Self { entries })
    }

    /// The entry of a block; all ones where there is none, as beyond the table.
    pub fn entry(&self, block: u64) -> u32 {
        usize::try_from(block)
            .ok()
            .and_then(|block| self.entries.get(block))
            .copied()
            .unwrap_or(UNUSED)
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap_or(u64::MAX)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries.
    pub fn entries(&self) -> &[u32] {
        &self.entries
    }
}

/// Why a table could not be read.
#[derive(Debug, Clone)]
pub enum BatError {
    /// Its place or size makes no sense.
    Unusable(String),
    /// The file changed.
    Changed(ReadError),
}

fn byte_range(offset: u64, entries: u64) -> Option<Range<u64>> {
    Some(offset..offset.checked_add(entries.checked_mul(4)?)?)
}

/// A stored block whose place cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBlock {
    /// Number of the block, from 0.
    pub block: u64,
    /// Its entry, a sector number.
    pub sector: u32,
    /// What is wrong with it.
    pub problem: String,
}

/// What the table as a whole says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BatFacts {
    /// Byte offset in the image.
    pub offset: u64,
    /// Entries that the header promises.
    pub max_entries: u64,
    /// Entries that the size of the disk needs.
    pub needed: u64,
    /// Entries that were read.
    pub read: u64,
    /// Entries with a block.
    pub allocated: u64,
    /// First byte of the first stored block.
    pub first_byte: Option<u64>,
    /// One past the last byte of the last stored block.
    pub end_byte: Option<u64>,
    /// How many entries are out of place: beyond the image, in its structures, or overlapping.
    pub bad_count: u64,
    /// The first of them.
    pub bad: Vec<BadBlock>,
}

impl BatFacts {
    /// Checks every entry against the image: after its structures, before its footer, apart from
    /// each other.
    ///
    /// Three rules that other checkers have are not here, as valid images break them: that the
    /// last block touches the footer, that blocks lie on a grid, and that the table has exactly
    /// the entries it needs.
    ///
    /// `blocks_end` is where blocks have to end: the offset of the trailing footer, or the length
    /// of a file that has none.
    pub fn of(bat: &Bat, header: &DynamicHeader, blocks_end: u64, size: u64) -> Self {
        let mut facts = Self {
            offset: header.table_offset,
            max_entries: u64::from(header.max_table_entries),
            needed: header.entries_needed(size).unwrap_or(0),
            read: bat.len(),
            ..Self::default()
        };
        let stored = header
            .bitmap_size()
            .saturating_add(u64::from(header.block_size));
        let reserved = structures(header, blocks_end);
        // (sector, block), to be sorted: overlaps then show between neighbours.
        let mut placed: Vec<(u32, u32)> = Vec::new();
        for (block, &sector) in bat.entries.iter().enumerate() {
            if sector == UNUSED {
                continue;
            }
            facts.allocated = facts.allocated.saturating_add(1);
            let block = u32::try_from(block).unwrap_or(u32::MAX);
            let start = u64::from(sector).saturating_mul(512);
            let end = start.saturating_add(stored);
            if end > blocks_end {
                facts.add_bad(block, sector, || {
                    format!("bytes {start} to {end} reach beyond byte {blocks_end}, where blocks have to end")
                });
                continue;
            }
            if let Some((name, range)) = reserved
                .iter()
                .find(|(_, range)| start < range.end && range.start < end)
            {
                facts.add_bad(block, sector, || {
                    format!(
                        "bytes {start} to {end} overlap the {name} at {}",
                        range.start
                    )
                });
                continue;
            }
            facts.first_byte = Some(facts.first_byte.map_or(start, |first| first.min(start)));
            facts.end_byte = Some(facts.end_byte.map_or(end, |last| last.max(end)));
            placed.push((sector, block));
        }
        placed.sort_unstable();
        for pair in placed.windows(2) {
            if let [(sector, block), (next_sector, next_block)] = *pair {
                let end = u64::from(sector).saturating_mul(512).saturating_add(stored);
                if u64::from(next_sector).saturating_mul(512) < end {
                    facts.add_bad(next_block, next_sector, || {
                        if sector == next_sector {
                            format!("the same place as block {block}")
                        } else {
                            format!("overlaps block {block} at sector {sector}")
                        }
                    });
                }
            }
        }
        facts
    }

    fn add_bad(&mut self, block: u32, sector: u32, problem: impl FnOnce() -> String) {
        self.bad_count = self.bad_count.saturating_add(1);
        if self.bad.len() < MOST_EXAMPLES {
            self.bad.push(BadBlock {
                block: u64::from(block),
                sector,
                problem: problem(),
            });
        }
    }
}

/// The ranges of the image that structures take, so that no block may.
fn structures(header: &DynamicHeader, blocks_end: u64) -> Vec<(&'static str, Range<u64>)> {
    let mut ranges = vec![
        ("footer copy", 0..512),
        (
            "dynamic disk header",
            header.offset..header.offset.saturating_add(1024),
        ),
    ];
    if let Some(range) = byte_range(header.table_offset, u64::from(header.max_table_entries)) {
        ranges.push(("block allocation table", range));
    }
    // A locator that lies outside of the image takes nothing; it has a rule of its own.
    ranges.extend(
        header
            .locators
            .iter()
            .filter(|locator| locator.is_used())
            .filter_map(|locator| locator.range(blocks_end).ok())
            .filter(|range| !range.is_empty())
            .map(|range| ("parent locator's path", range)),
    );
    ranges
}
