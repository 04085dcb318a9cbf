//! The free space: the block bitmaps, and the groups whose bitmaps were never written.

use std::ops::Range;

use super::super::FsError;
use super::checksum::crc32c;
use super::geometry::{corrupt, incompat};
use super::volume::{Blocks, Group};

/// Flag of a group whose block bitmap was never written: all but its own structures is free.
const BLOCK_UNINIT: u16 = 0x2;

/// Free blocks as ranges of bytes, merged as they come.
struct Ranges {
    out: Vec<Range<u64>>,
    limit: usize,
    block_size: u64,
}

impl Ranges {
    fn add(&mut self, blocks: Range<u64>) -> Result<(), FsError> {
        if blocks.is_empty() {
            return Ok(());
        }
        let start = blocks.start.saturating_mul(self.block_size);
        let end = blocks.end.saturating_mul(self.block_size);
        if let Some(last) = self.out.last_mut()
            && last.end == start
        {
            last.end = end;
            return Ok(());
        }
        if self.out.len() >= self.limit {
            return Err(FsError::Limit(format!(
                "more than {} ranges of free space",
                self.limit
            )));
        }
        self.out.push(start..end);
        Ok(())
    }
}

impl Blocks {
    /// The bytes that are free, in order.
    pub(super) fn free(&self, limit: usize) -> Result<Vec<Range<u64>>, FsError> {
        let g = &self.geometry;
        let groups: Vec<Group> = (0..g.groups)
            .map(|group| self.group(group))
            .collect::<Result<_, _>>()?;
        let structures = self.structures(&groups);
        let mut ranges = Ranges {
            out: Vec::new(),
            limit,
            block_size: g.block_size,
        };
        for (number, group) in (0_u64..).zip(&groups) {
            let start = g.group_start(number);
            let end = start.saturating_add(g.blocks_per_group).min(g.blocks);
            if group.flags & BLOCK_UNINIT != 0 {
                self.add_without(&structures, start..end, &mut ranges)?;
            } else {
                self.add_bitmap(number, group, start..end, &mut ranges)?;
            }
        }
        Ok(ranges.out)
    }

    fn add_bitmap(
        &self,
        number: u64,
        group: &Group,
        blocks: Range<u64>,
        ranges: &mut Ranges,
    ) -> Result<(), FsError> {
        let g = &self.geometry;
        let bitmap = self.block(group.block_bitmap)?;
        if g.has_checksums() {
            let used = usize::try_from(g.clusters_per_group >> 3).unwrap_or(usize::MAX);
            let is = crc32c(g.checksum_seed, bitmap.get(..used).unwrap_or(&bitmap));
            // Descriptors of 32 bytes keep one half of the checksum.
            let is = if g.descriptor_size >= 64 {
                is
            } else {
                is & 0xffff
            };
            if is != group.block_bitmap_checksum {
                return Err(corrupt(format!(
                    "the checksum of the block bitmap of group {number} is 0x{:08x}, its bytes \
                     give 0x{is:08x}",
                    group.block_bitmap_checksum
                )));
            }
        }
        let mut open: Option<u64> = None;
        let mut at = blocks.start;
        let bits = bitmap
            .iter()
            .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 != 0));
        for used in bits {
            if at >= blocks.end {
                break;
            }
            match (used, open) {
                (false, None) => open = Some(at),
                (true, Some(from)) => {
                    ranges.add(from..at)?;
                    open = None;
                }
                _ => {}
            }
            at = at.saturating_add(g.cluster_blocks);
        }
        match open {
            Some(from) => ranges.add(from..at.min(blocks.end)),
            None => Ok(()),
        }
    }

    /// Adds `blocks` without the structures that lie in them.
    fn add_without(
        &self,
        structures: &[Range<u64>],
        blocks: Range<u64>,
        ranges: &mut Ranges,
    ) -> Result<(), FsError> {
        let cluster = self.geometry.cluster_blocks.max(1);
        let mut at = blocks.start;
        let first = structures.partition_point(|used| used.end <= blocks.start);
        for used in structures.iter().skip(first) {
            if used.start >= blocks.end {
                break;
            }
            // A cluster that holds a structure is used as a whole.
            let down = |block: u64| {
                let skip = block.saturating_sub(blocks.start).checked_rem(cluster);
                block.saturating_sub(skip.unwrap_or(0))
            };
            let start = down(used.start.max(blocks.start));
            ranges.add(at..start.max(at))?;
            let end = down(used.end.saturating_add(cluster.saturating_sub(1)));
            at = at.max(end);
        }
        ranges.add(at..blocks.end.max(at))
    }

    /// Where the structures of all groups lie, in order.
    fn structures(&self, groups: &[Group]) -> Vec<Range<u64>> {
        let g = &self.geometry;
        let descriptor = u64::try_from(g.descriptor_size).unwrap_or(64);
        let in_block = g.block_size.checked_div(descriptor).unwrap_or(1).max(1);
        let table = u64::from(g.inodes_per_group)
            .saturating_mul(u64::try_from(g.inode_size).unwrap_or(128))
            .div_ceil(g.block_size);
        let meta = g.has_incompat(incompat::META_BG);
        let mut out = Vec::new();
        for (number, group) in (0_u64..).zip(groups) {
            let of_table = number.checked_div(in_block).unwrap_or(0);
            let mut base = u64::from(g.has_super(number));
            if meta && of_table >= g.first_meta_bg {
                // The first, the second and the last group of each table hold a copy of it.
                let index = number.checked_rem(in_block).unwrap_or(0);
                if index <= 1 || index.saturating_add(1) == in_block {
                    base = base.saturating_add(1);
                }
            } else if base > 0 {
                let tables = if meta {
                    g.first_meta_bg
                } else {
                    g.groups.div_ceil(in_block)
                };
                base = base
                    .saturating_add(tables)
                    .saturating_add(g.reserved_gdt_blocks);
            }
            let start = g.group_start(number);
            for (at, count) in [
                (start, base),
                (group.block_bitmap, 1),
                (group.inode_bitmap, 1),
                (group.inode_table, table),
            ] {
                if count > 0 {
                    out.push(at..at.saturating_add(count));
                }
            }
        }
        out.sort_unstable_by_key(|range| range.start);
        out
    }
}
