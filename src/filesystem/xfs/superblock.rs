//! The primary superblock: what XFS is called, how it is laid out, and what of it is not read here.

use uuid::Uuid;

use crate::bytes::{FieldError, Fields};
use crate::filesystem::FsError;
use crate::filesystem::crc32c::crc32c_around;
use crate::source::ReadAt;

const CRC: usize = 224;

/// Incompatible features that are read, by their bits; none of the names is ever shown.
const READ: u32 = 0b1_1110_1111;
/// The bit of the file system that only `xfs_repair` may mend.
const NEEDS_REPAIR: u32 = 1 << 4;

/// The fields that are needed, checked against each other.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// `sb_blocksize`, in bytes.
    pub(super) block_size: u32,
    /// `sb_dblocks`: blocks of the data device, its log with them.
    pub(super) data_blocks: u64,
    /// `sb_agblocks`: blocks of an allocation group; the last may have fewer.
    pub(super) ag_blocks: u32,
    /// `sb_agcount`.
    pub(super) ag_count: u32,
    /// `sb_agblklog`: bits of a block's number within its group.
    ag_block_log: u8,
    /// `sb_inopblog`: bits of an inode's number within its block.
    inodes_log: u8,
    /// `sb_inodesize`, in bytes.
    pub(super) inode_size: u16,
    /// `sb_sectsize`, in bytes.
    pub(super) sector_size: u16,
    /// `sb_rootino`.
    pub(super) root_inode: u64,
    /// `sb_logstart`: first block of the log; 0 where it is on another device.
    log_start: u64,
    /// `sb_logblocks`.
    pub(super) log_blocks: u32,
    /// Whether it is version 5, with checksums.
    pub(super) v5: bool,
    /// `sb_uuid`, which is what `blkid` shows; the UUID in the structures may be another.
    pub(super) uuid: Uuid,
    /// `sb_fname`.
    pub(super) label: Option<String>,
    /// Whether only `xfs_repair` may touch it.
    pub(super) needs_repair: bool,
    /// What is not read, by name.
    pub(super) unsupported: Vec<String>,
}

pub(super) fn corrupt(error: FieldError) -> FsError {
    FsError::Corrupt(error.to_string())
}

fn wrong(what: impl Into<String>) -> FsError {
    FsError::Corrupt(format!("XFS superblock: {}", what.into()))
}

impl Layout {
    /// Reads and checks the primary superblock.
    pub(super) fn read(source: &dyn ReadAt) -> Result<Self, FsError> {
        let head = source.read_vec(0, 512)?;
        let fields = Fields::new("XFS superblock", 0, &head);
        if fields.bytes("sb_magicnum", 0, 4).map_err(corrupt)? != b"XFSB" {
            return Err(wrong("its signature is not XFSB"));
        }
        let sector_size = fields.u16_be("sb_sectsize", 102).map_err(corrupt)?;
        if !sector_size.is_power_of_two() || !(512..=32768).contains(&sector_size) {
            return Err(wrong(format!("sectors of {sector_size} bytes")));
        }
        let version = fields.u16_be("sb_versionnum", 100).map_err(corrupt)?;
        let v5 = match version & 0xF {
            5 => true,
            4 => false,
            older => return Err(FsError::Unsupported(format!("XFS version {older}"))),
        };
        if v5 {
            let sector = source.read_vec(0, usize::from(sector_size))?;
            let stored = fields.u32_le("sb_crc", CRC).map_err(corrupt)?;
            let computed = crc32c_around(&sector, CRC);
            if stored != computed {
                return Err(wrong(format!(
                    "its checksum is {stored:#010x}, its bytes have {computed:#010x}"
                )));
            }
        }
        let layout = Self::parse(&fields, version, sector_size, v5).map_err(corrupt)?;
        layout.check()?;
        Ok(layout)
    }

    fn parse(f: &Fields<'_>, version: u16, sector_size: u16, v5: bool) -> Result<Self, FieldError> {
        let incompat = if v5 {
            f.u32_be("sb_features_incompat", 216)?
        } else {
            0
        };
        let log_start = f.u64_be("sb_logstart", 48)?;
        let mut unsupported = Vec::new();
        if f.u64_be("sb_rblocks", 16)? != 0 {
            unsupported.push("a real-time device".to_owned());
        }
        if log_start == 0 {
            unsupported.push("a log on another device".to_owned());
        }
        if version & 0x4000 != 0 {
            unsupported.push("names without regard to case (ascii-ci)".to_owned());
        }
        if f.u8("sb_inprogress", 126)? != 0 {
            unsupported.push("mkfs.xfs was not done".to_owned());
        }
        if incompat & NEEDS_REPAIR != 0 {
            unsupported.push("needsrepair".to_owned());
        }
        for bit in 0..32 {
            let mask = 1_u32.checked_shl(bit).unwrap_or(0);
            if incompat & mask & !(READ | NEEDS_REPAIR) != 0 {
                unsupported.push(match bit {
                    9 => "zoned".to_owned(),
                    10 => "zone gaps".to_owned(),
                    bit => format!("incompatible feature bit {bit}"),
                });
            }
        }
        let name = f.bytes("sb_fname", 108, 12)?;
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        Ok(Self {
            block_size: f.u32_be("sb_blocksize", 4)?,
            data_blocks: f.u64_be("sb_dblocks", 8)?,
            ag_blocks: f.u32_be("sb_agblocks", 84)?,
            ag_count: f.u32_be("sb_agcount", 88)?,
            ag_block_log: f.u8("sb_agblklog", 124)?,
            inodes_log: f.u8("sb_inopblog", 123)?,
            inode_size: f.u16_be("sb_inodesize", 104)?,
            sector_size,
            root_inode: f.u64_be("sb_rootino", 56)?,
            log_start,
            log_blocks: f.u32_be("sb_logblocks", 96)?,
            v5,
            uuid: Uuid::from_bytes(f.array("sb_uuid", 32)?),
            label: Some(String::from_utf8_lossy(name).into_owned()).filter(|n| !n.is_empty()),
            needs_repair: incompat & NEEDS_REPAIR != 0,
            unsupported,
        })
    }

    fn check(&self) -> Result<(), FsError> {
        let block = self.block_size;
        if !block.is_power_of_two() || !(512..=65536).contains(&block) {
            return Err(wrong(format!("blocks of {block} bytes")));
        }
        let inode = self.inode_size;
        let in_block = block.checked_div(u32::from(inode)).unwrap_or(0);
        if !(256..=2048).contains(&inode)
            || in_block.checked_ilog2() != Some(u32::from(self.inodes_log))
        {
            return Err(wrong(format!(
                "inodes of {inode} bytes in blocks of {block}"
            )));
        }
        let most = 1_u64.checked_shl(u32::from(self.ag_block_log));
        if self.ag_block_log > 31 || most.is_none_or(|most| u64::from(self.ag_blocks) > most) {
            return Err(wrong(format!(
                "groups of {} blocks whose numbers have {} bits",
                self.ag_blocks, self.ag_block_log
            )));
        }
        let most = u64::from(self.ag_blocks).saturating_mul(u64::from(self.ag_count));
        let least = most.saturating_sub(u64::from(self.ag_blocks));
        if !(least.saturating_add(1)..=most).contains(&self.data_blocks) {
            return Err(wrong(format!(
                "{} groups of {} blocks, but {} blocks in all",
                self.ag_count, self.ag_blocks, self.data_blocks
            )));
        }
        Ok(())
    }

    /// Size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.data_blocks.saturating_mul(u64::from(self.block_size))
    }

    /// Byte of the volume at which block `block` of group `group` begins; none outside.
    pub(super) fn offset(&self, group: u32, block: u32) -> Option<u64> {
        let number = u64::from(group)
            .checked_mul(u64::from(self.ag_blocks))?
            .checked_add(u64::from(block))?;
        let inside = block < self.ag_blocks && number < self.data_blocks;
        number
            .checked_mul(u64::from(self.block_size))
            .filter(|_| inside)
    }

    /// Byte at which the log begins; none where it is not inside.
    pub(super) fn log_offset(&self) -> Option<u64> {
        self.split(self.log_start)
            .and_then(|(group, block)| self.offset(group, block))
    }

    /// Byte at which the inode of this number stands; none outside.
    pub(super) fn inode_offset(&self, number: u64) -> Option<u64> {
        let bits = u32::from(self.inodes_log);
        let (group, block) = self.split(number.checked_shr(bits)?)?;
        let mask = 1_u64.checked_shl(bits)?.checked_sub(1)?;
        let within = (number & mask).checked_mul(u64::from(self.inode_size))?;
        self.offset(group, block)?.checked_add(within)
    }

    /// The group and the block in it that a block's number is made of.
    fn split(&self, number: u64) -> Option<(u32, u32)> {
        let bits = u32::from(self.ag_block_log);
        let mask = 1_u64.checked_shl(bits)?.checked_sub(1)?;
        let group = u32::try_from(number.checked_shr(bits)?).ok()?;
        Some((group, u32::try_from(number & mask).ok()?))
    }
}
