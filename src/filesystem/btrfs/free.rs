//! Free space: what the extent tree gives to nothing, at every copy's place on the device, and what
//! no chunk covers.

use std::ops::Range;
use std::sync::Arc;

use super::superblock::Layout;
use super::tree::Trees;
use crate::filesystem::FsError;
use crate::source::ReadAt;

const EXTENT_TREE: u64 = 2;
const EXTENT_ITEM: u8 = 168;
const METADATA_ITEM: u8 = 169;
/// The start of a device, which btrfs leaves to boot loaders.
const RESERVED: u64 = 1 << 20;
/// Where superblocks stand, and what is kept free of anything else around each.
const SUPERBLOCKS: [u64; 3] = [64 << 10, 64 << 20, 256 << 30];
const AROUND: u64 = 64 << 10;

/// The free byte ranges of the device, in order and merged, at most `limit`.
pub(super) fn ranges(
    source: &Arc<dyn ReadAt>,
    layout: &Layout,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    let trees = Trees::read(source, layout)?;
    let mut free = Free {
        limit,
        ranges: Vec::new(),
    };
    // Between the chunks on the device.
    let mut taken: Vec<Range<u64>> = Vec::new();
    for chunk in &trees.chunks {
        for copy in &chunk.copies {
            taken.push(*copy..copy.saturating_add(chunk.length));
        }
    }
    taken.sort_by_key(|range| range.start);
    let end = layout.device.1.min(source.len());
    let mut at = RESERVED;
    for range in &taken {
        free.add(at..range.start)?;
        at = at.max(range.end);
    }
    free.add(at..end)?;
    // Within the chunks: extents come in the order of their addresses, as the chunks do.
    let mut chunks = trees.chunks.iter();
    let mut current = chunks.next();
    let mut at = current.map_or(0, |chunk| chunk.start);
    let root = trees.root(EXTENT_TREE)?;
    let missing = || FsError::Corrupt("btrfs: it has no extent tree".to_owned());
    let (root, level) = root.ok_or_else(missing)?;
    trees.walk(root, level, &mut |key, _| {
        let length = match key.kind {
            EXTENT_ITEM => key.offset,
            METADATA_ITEM => u64::from(layout.node_size),
            _ => return Ok(()),
        };
        let outside = || FsError::Corrupt("btrfs: an extent outside of every chunk".to_owned());
        while let Some(chunk) = current {
            let end = chunk.start.saturating_add(chunk.length);
            if key.object < end {
                break;
            }
            free.add_copies(&chunk.copies, chunk.start, at..end)?;
            current = chunks.next();
            at = current.map_or(0, |chunk| chunk.start);
        }
        let chunk = current.ok_or_else(outside)?;
        let next = key.object.checked_add(length).ok_or_else(outside)?;
        if key.object < at || next > chunk.start.saturating_add(chunk.length) {
            return Err(outside());
        }
        free.add_copies(&chunk.copies, chunk.start, at..key.object)?;
        at = next;
        Ok(())
    })?;
    while let Some(chunk) = current {
        let end = chunk.start.saturating_add(chunk.length);
        free.add_copies(&chunk.copies, chunk.start, at..end)?;
        current = chunks.next();
        at = current.map_or(0, |chunk| chunk.start);
    }
    Ok(free.merged(end))
}

struct Free {
    limit: usize,
    ranges: Vec<Range<u64>>,
}

impl Free {
    /// Adds bytes of the device, less the superblocks' places.
    fn add(&mut self, range: Range<u64>) -> Result<(), FsError> {
        let mut start = range.start;
        for place in SUPERBLOCKS {
            if start < place.saturating_add(AROUND) && place < range.end {
                self.push(start..place)?;
                start = place.saturating_add(AROUND);
            }
        }
        self.push(start..range.end)
    }

    fn push(&mut self, range: Range<u64>) -> Result<(), FsError> {
        if range.start >= range.end {
            return Ok(());
        }
        if self.ranges.len() >= self.limit {
            let limit = self.limit;
            return Err(FsError::Limit(format!("more than {limit} free extents")));
        }
        self.ranges.push(range);
        Ok(())
    }

    /// Adds the logical addresses `range` of a chunk that begins at `start`.
    fn add_copies(&mut self, copies: &[u64], start: u64, range: Range<u64>) -> Result<(), FsError> {
        for copy in copies {
            let place = |address: u64| copy.saturating_add(address.saturating_sub(start));
            self.add(place(range.start)..place(range.end))?;
        }
        Ok(())
    }

    fn merged(mut self, end: u64) -> Vec<Range<u64>> {
        self.ranges.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<u64>> = Vec::new();
        for mut range in self.ranges {
            range.end = range.end.min(end);
            match merged.last_mut() {
                Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
                _ if range.start < range.end => merged.push(range),
                _ => {}
            }
        }
        merged
    }
}
