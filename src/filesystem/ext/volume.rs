//! The volume in blocks: group descriptors, inodes, and where a file's blocks lie.

use std::sync::Arc;

use crate::bytes::Fields;
use crate::source::ReadAt;

use super::super::{FileType, FsError, Metadata};
use super::checksum::crc32c;
use super::geometry::{Geometry, bad, corrupt, incompat, ro_compat};

/// A file system's bytes with its numbers.
pub(super) struct Blocks {
    pub(super) source: Arc<dyn ReadAt>,
    pub(super) geometry: Geometry,
}

/// A group descriptor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) block_bitmap: u64,
    pub(super) inode_bitmap: u64,
    pub(super) inode_table: u64,
    pub(super) flags: u16,
    pub(super) block_bitmap_checksum: u32,
}

/// Flags of an inode.
pub(super) mod flag {
    pub(crate) const ENCRYPT: u32 = 0x800;
    pub(crate) const INDEX: u32 = 0x1000;
    pub(crate) const HUGE_FILE: u32 = 0x4_0000;
    pub(crate) const EXTENTS: u32 = 0x8_0000;
    pub(crate) const EA_INODE: u32 = 0x20_0000;
    pub(crate) const INLINE_DATA: u32 = 0x1000_0000;
    pub(crate) const CASEFOLD: u32 = 0x4000_0000;
}

/// An inode, as far as it is needed.
#[derive(Debug, Clone)]
pub(super) struct Inode {
    pub(super) number: u32,
    pub(super) metadata: Metadata,
    pub(super) flags: u32,
    /// The checksum that the structures of this inode begin with.
    pub(super) seed: u32,
    /// The root of the extent tree, or the block map, or a short link's target.
    pub(super) root: [u8; 60],
    /// Blocks of 512 bytes that the content takes, without an attribute block.
    pub(super) content_sectors: u64,
}

impl Blocks {
    /// The bytes of one block.
    pub(super) fn block(&self, block: u64) -> Result<Vec<u8>, FsError> {
        self.run(block, 0, self.geometry.block_size)
    }

    /// `len` bytes (checked by the caller to be few) that begin `skip` bytes behind the start of
    /// `block`.
    pub(super) fn run(&self, block: u64, skip: u64, len: u64) -> Result<Vec<u8>, FsError> {
        let place = block
            .checked_mul(self.geometry.block_size)
            .and_then(|at| at.checked_add(skip))
            .filter(|at| {
                at.checked_add(len)
                    .is_some_and(|end| end <= self.geometry.size())
            });
        match (place, usize::try_from(len)) {
            (Some(at), Ok(len)) => Ok(self.source.read_vec(at, len)?),
            _ => Err(corrupt(format!(
                "block {block} lies outside of the {} blocks",
                self.geometry.blocks
            ))),
        }
    }

    /// Where the descriptor of `group` stands: its block and the byte in it.
    fn descriptor_place(&self, group: u64) -> (u64, u64) {
        let g = &self.geometry;
        let size = u64::try_from(g.descriptor_size).unwrap_or(64);
        let in_block = g.block_size.checked_div(size).unwrap_or(1).max(1);
        let table = group.checked_div(in_block).unwrap_or(0);
        let skip = group
            .checked_rem(in_block)
            .unwrap_or(0)
            .saturating_mul(size);
        if !g.has_incompat(incompat::META_BG) || table < g.first_meta_bg {
            let block = g.first_data_block.saturating_add(1).saturating_add(table);
            return (block, skip);
        }
        let first = table.saturating_mul(in_block);
        let mut block = g.group_start(first);
        if g.has_super(first) {
            block = block.saturating_add(1);
        }
        // With blocks of 1 KiB that are counted from 0, the superblock is block 1.
        if g.block_size == 1024 && table == 0 && g.first_data_block == 0 {
            block = block.saturating_add(1);
        }
        (block, skip)
    }

    /// The descriptor of a group.
    pub(super) fn group(&self, group: u64) -> Result<Group, FsError> {
        let g = &self.geometry;
        if group >= g.groups {
            return Err(corrupt(format!(
                "block group {group} of {} was asked for",
                g.groups
            )));
        }
        let (block, skip) = self.descriptor_place(group);
        let size = u64::try_from(g.descriptor_size).unwrap_or(64);
        let bytes = self.run(block, skip, size)?;
        let at = block.saturating_mul(g.block_size).saturating_add(skip);
        let fields = Fields::new("ext group descriptor", at, &bytes);
        let long = bytes.len() >= 64;
        let place = |name, low, high| {
            let low = u64::from(fields.u32_le(name, low).map_err(bad)?);
            let high = if long {
                fields.u32_le(name, high).map_err(bad)?
            } else {
                0
            };
            Ok::<u64, FsError>(u64::from(high) << 32 | low)
        };
        if g.has_checksums() {
            let number = u32::try_from(group).unwrap_or(u32::MAX);
            let head = fields.bytes("descriptor", 0, 0x1e).map_err(bad)?;
            let tail = bytes.get(0x20..).unwrap_or_default();
            let crc = crc32c(g.checksum_seed, &number.to_le_bytes());
            let is = crc32c(crc32c(crc32c(crc, head), &[0; 2]), tail) & 0xffff;
            let said = fields.u16_le("bg_checksum", 0x1e).map_err(bad)?;
            if is != u32::from(said) {
                return Err(corrupt(format!(
                    "the checksum of block group {group} is 0x{said:04x}, its bytes give 0x{is:04x}"
                )));
            }
        }
        let flags = if g.has_checksums() || g.has_ro_compat(ro_compat::GDT_CSUM) {
            fields.u16_le("bg_flags", 0x12).map_err(bad)?
        } else {
            0
        };
        let low = u32::from(
            fields
                .u16_le("bg_block_bitmap_csum_lo", 0x18)
                .map_err(bad)?,
        );
        let high = if long {
            u32::from(
                fields
                    .u16_le("bg_block_bitmap_csum_hi", 0x38)
                    .map_err(bad)?,
            )
        } else {
            0
        };
        Ok(Group {
            block_bitmap: place("bg_block_bitmap", 0x0, 0x20)?,
            inode_bitmap: place("bg_inode_bitmap", 0x4, 0x24)?,
            inode_table: place("bg_inode_table", 0x8, 0x28)?,
            flags,
            block_bitmap_checksum: high << 16 | low,
        })
    }

    /// An inode by its number.
    pub(super) fn inode(&self, number: u32) -> Result<Inode, FsError> {
        let g = &self.geometry;
        let index = number
            .checked_sub(1)
            .filter(|_| number <= g.inodes)
            .ok_or_else(|| corrupt(format!("inode {number} is named, of {} inodes", g.inodes)))?;
        let group = index.checked_div(g.inodes_per_group).unwrap_or(0);
        let index = u64::from(index.checked_rem(g.inodes_per_group).unwrap_or(0));
        let size = u64::try_from(g.inode_size).unwrap_or(128);
        let table = self.group(group.into())?.inode_table;
        let skip = index.saturating_mul(size);
        let bytes = self.run(table, skip, size)?;
        let at = table.saturating_mul(g.block_size).saturating_add(skip);
        let fields = Fields::new("ext inode", at, &bytes);
        self.parse_inode(number, &bytes, &fields)
    }

    fn parse_inode(
        &self,
        number: u32,
        bytes: &[u8],
        fields: &Fields<'_>,
    ) -> Result<Inode, FsError> {
        let g = &self.geometry;
        let u16 = |name, at| fields.u16_le(name, at).map_err(bad);
        let u32 = |name, at| fields.u32_le(name, at).map_err(bad);
        let generation = u32("i_generation", 0x64)?;
        let seed = crc32c(
            crc32c(g.checksum_seed, &number.to_le_bytes()),
            &generation.to_le_bytes(),
        );
        let extra = if bytes.len() > 128 {
            u16("i_extra_isize", 0x80)?
        } else {
            0
        };
        if g.has_checksums() {
            self.check_inode(number, bytes, seed, extra)?;
        }
        let mode = u16("i_mode", 0)?;
        let file_type = match mode >> 12 {
            0x8 => FileType::File,
            0x4 => FileType::Directory,
            0xa => FileType::Symlink,
            0x1 | 0x2 | 0x6 | 0xc => FileType::Special,
            _ => {
                return Err(corrupt(format!(
                    "inode {number} has the mode 0x{mode:04x}, which is of no file type"
                )));
            }
        };
        let flags = u32("i_flags", 0x20)?;
        let size = u64::from(u32("i_size_high", 0x6c)?) << 32 | u64::from(u32("i_size_lo", 0x4)?);
        if i64::try_from(size).is_err() {
            return Err(corrupt(format!(
                "inode {number} has a size of {size} bytes"
            )));
        }
        let [m0, m1, m2, m3] = fields.array("i_mtime", 0x10).map_err(bad)?;
        let seconds = i64::from(i32::from_le_bytes([m0, m1, m2, m3]));
        let epoch = if extra >= 12 {
            u32("i_mtime_extra", 0x88)? & 3
        } else {
            0
        };
        let owner = |low, high| {
            Ok::<u32, FsError>(u32::from(u16("owner", high)?) << 16 | u32::from(u16("owner", low)?))
        };
        let sectors =
            u64::from(u32("i_blocks_lo", 0x1c)?) | u64::from(u16("l_i_blocks_high", 0x74)?) << 32;
        let in_block = g.block_size >> 9;
        let sectors = if flags & flag::HUGE_FILE != 0 {
            sectors.saturating_mul(in_block)
        } else {
            sectors
        };
        let attributes = u32("i_file_acl_lo", 0x68)? != 0 || u16("l_i_file_acl_high", 0x76)? != 0;
        let attributes = if attributes {
            in_block.saturating_mul(g.cluster_blocks)
        } else {
            0
        };
        Ok(Inode {
            number,
            metadata: Metadata {
                file_type,
                size,
                mode: Some(mode & 0o7777),
                uid: Some(owner(0x2, 0x78)?),
                gid: Some(owner(0x18, 0x7a)?),
                modified: Some(seconds.saturating_add(i64::from(epoch) << 32)),
            },
            flags,
            seed,
            root: fields.array("i_block", 0x28).map_err(bad)?,
            content_sectors: sectors.saturating_sub(attributes),
        })
    }

    fn check_inode(&self, number: u32, bytes: &[u8], seed: u32, extra: u16) -> Result<(), FsError> {
        let mut copy = bytes.to_vec();
        let mut take = |at: usize| match copy.get_mut(at..at.saturating_add(2)) {
            Some([low, high]) => {
                let said = u32::from(u16::from_le_bytes([*low, *high]));
                (*low, *high) = (0, 0);
                said
            }
            _ => 0,
        };
        let mut said = take(0x7c);
        let mut mask = 0xffff;
        if extra >= 4 {
            said |= take(0x82) << 16;
            mask = u32::MAX;
        }
        let is = crc32c(seed, &copy) & mask;
        if is == said {
            return Ok(());
        }
        Err(corrupt(format!(
            "the checksum of inode {number} is 0x{said:08x}, its bytes give 0x{is:08x}"
        )))
    }
}
