//! Free space, from each allocation group's tree of free extents by block number.
//!
//! The blocks of a group's free list (kept for the growth of its own trees) are not in the tree and
//! so count as used.

use std::ops::Range;

use super::superblock::{Layout, corrupt};
use crate::bytes::Fields;
use crate::filesystem::FsError;
use crate::filesystem::crc32c::crc32c_around;
use crate::source::ReadAt;

/// Levels that such a tree has at most.
const LEVELS: u32 = 9;

/// The free byte ranges of all groups, in order and merged, at most `limit`.
pub(super) fn ranges(
    source: &dyn ReadAt,
    layout: &Layout,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    let mut found = Found {
        limit,
        ranges: Vec::new(),
    };
    for group in 0..layout.ag_count {
        Group::read(source, layout, group)?.walk(&mut found)?;
    }
    Ok(found.ranges)
}

struct Found {
    limit: usize,
    ranges: Vec<Range<u64>>,
}

impl Found {
    fn add(&mut self, range: Range<u64>) -> Result<(), FsError> {
        let full = self.ranges.len() >= self.limit;
        match self.ranges.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ if full => {
                let limit = self.limit;
                return Err(FsError::Limit(format!("more than {limit} free extents")));
            }
            _ => self.ranges.push(range),
        }
        Ok(())
    }
}

/// An allocation group's tree.
struct Group<'a> {
    source: &'a dyn ReadAt,
    layout: &'a Layout,
    number: u32,
    /// Blocks of the group.
    length: u32,
    root: u32,
    levels: u32,
    /// Blocks that it says are free.
    free: u32,
}

impl<'a> Group<'a> {
    fn read(source: &'a dyn ReadAt, layout: &'a Layout, number: u32) -> Result<Self, FsError> {
        let wrong = |what: &str| FsError::Corrupt(format!("XFS group {number}: {what}"));
        let start = layout
            .offset(number, 0)
            .ok_or_else(|| wrong("lies outside of the file system"))?;
        let at = start.saturating_add(u64::from(layout.sector_size));
        let sector = source.read_vec(at, usize::from(layout.sector_size))?;
        let agf = Fields::new("AGF", at, &sector);
        if agf.bytes("agf_magicnum", 0, 4).map_err(corrupt)? != b"XAGF" {
            return Err(wrong("its header's signature is not XAGF"));
        }
        let stored = agf.u32_le("agf_crc", 216).map_err(corrupt)?;
        if layout.v5 && stored != crc32c_around(&sector, 216) {
            return Err(wrong("the checksum of its header does not fit"));
        }
        let group = Self {
            source,
            layout,
            number,
            length: agf.u32_be("agf_length", 12).map_err(corrupt)?,
            root: agf.u32_be("agf_bno_root", 16).map_err(corrupt)?,
            levels: agf.u32_be("agf_bno_level", 28).map_err(corrupt)?,
            free: agf.u32_be("agf_freeblks", 52).map_err(corrupt)?,
        };
        if agf.u32_be("agf_seqno", 8).map_err(corrupt)? != number
            || group.length == 0
            || layout
                .offset(number, group.length.saturating_sub(1))
                .is_none()
            || !(1..=LEVELS).contains(&group.levels)
        {
            return Err(wrong("its header contradicts the superblock"));
        }
        Ok(group)
    }

    fn wrong(&self, what: &str) -> FsError {
        FsError::Corrupt(format!(
            "XFS group {}: its tree of free space {what}",
            self.number
        ))
    }

    /// Goes through the tree, from the left to the right.
    fn walk(&self, found: &mut Found) -> Result<(), FsError> {
        let mut next = 0_u32;
        let mut free = 0_u64;
        // A tree has fewer blocks than its group; one that leads back to itself ends here.
        let mut blocks_left = self.length;
        let mut pending = vec![(self.root, self.levels.saturating_sub(1))];
        while let Some((number, level)) = pending.pop() {
            blocks_left = blocks_left
                .checked_sub(1)
                .ok_or_else(|| self.wrong("leads back to itself"))?;
            let block = self.block(number, level)?;
            if level == 0 {
                for (start, count) in &block {
                    let end = start.checked_add(*count).filter(|end| *end <= self.length);
                    let end = end.filter(|_| *start >= next && *count > 0);
                    let end = end.ok_or_else(|| self.wrong("is not in order"))?;
                    next = end;
                    free = free.saturating_add(u64::from(*count));
                    let first = self.layout.offset(self.number, *start);
                    let first = first.ok_or_else(|| self.wrong("points outside"))?;
                    let bytes = u64::from(*count).saturating_mul(u64::from(self.layout.block_size));
                    found.add(first..first.saturating_add(bytes))?;
                }
            } else {
                let below = level.saturating_sub(1);
                pending.extend(block.iter().rev().map(|(child, _)| (*child, below)));
            }
        }
        if free != u64::from(self.free) {
            return Err(self.wrong(&format!(
                "holds {free} blocks where its header says {}",
                self.free
            )));
        }
        Ok(())
    }

    /// A leaf's extents (block and count), or the children of a node (block and nothing).
    fn block(&self, number: u32, level: u32) -> Result<Vec<(u32, u32)>, FsError> {
        let offset = self
            .layout
            .offset(self.number, number)
            .filter(|_| number < self.length)
            .ok_or_else(|| self.wrong("points outside"))?;
        let size = usize::try_from(self.layout.block_size).unwrap_or(0);
        let bytes = self.source.read_vec(offset, size)?;
        let fields = Fields::new("XFS free space block", offset, &bytes);
        let (magic, header) = if self.layout.v5 {
            (b"AB3B", 56_usize)
        } else {
            (b"ABTB", 16)
        };
        if fields.bytes("bb_magic", 0, 4).map_err(corrupt)? != magic
            || u32::from(fields.u16_be("bb_level", 4).map_err(corrupt)?) != level
        {
            return Err(self.wrong("leads to a block of another kind"));
        }
        if self.layout.v5
            && fields.u32_le("bb_crc", 52).map_err(corrupt)? != crc32c_around(&bytes, 52)
        {
            return Err(self.wrong("has a block whose checksum does not fit"));
        }
        let records = usize::from(fields.u16_be("bb_numrecs", 6).map_err(corrupt)?);
        let width = if level == 0 { 8 } else { 12 };
        let most = size
            .saturating_sub(header)
            .checked_div(width)
            .unwrap_or_default();
        if records > most {
            return Err(self.wrong("has a block with more records than fit"));
        }
        // Only the tree of a full group is empty; elsewhere an empty block could be led to for ever.
        if records == 0 && self.levels > 1 {
            return Err(self.wrong("has an empty block"));
        }
        let mut out = Vec::with_capacity(records);
        for record in 0..records {
            if level == 0 {
                let at = header.saturating_add(record.saturating_mul(8));
                let start = fields.u32_be("ar_startblock", at).map_err(corrupt)?;
                let count = fields.u32_be("ar_blockcount", at.saturating_add(4));
                out.push((start, count.map_err(corrupt)?));
            } else {
                // The pointers stand behind as many keys as there is room for.
                let at = header
                    .saturating_add(most.saturating_mul(8))
                    .saturating_add(record.saturating_mul(4));
                out.push((fields.u32_be("bb_ptr", at).map_err(corrupt)?, 0));
            }
        }
        Ok(out)
    }
}
