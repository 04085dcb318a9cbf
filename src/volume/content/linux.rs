//! Signatures of what Linux makes: LVM2, LUKS, ext, XFS, SquashFS, btrfs, EROFS.

use super::looked::{Looked, Verdict};
use super::{Content, FileSystemKind};
use crate::bytes::{FieldError, Fields};
use crate::source::ReadError;
use crate::volume::lvm::label;

/// A physical volume of LVM2: its label in one of the first four sectors.
pub(super) fn lvm(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let mut doubtful = None;
    for sector in 0..label::SECTORS {
        let fields = looked.front("LVM2 label", sector.saturating_mul(label::SECTOR));
        match label::check(&fields, sector) {
            Ok(None) => {}
            Ok(Some(_)) => return Ok(Verdict::sure(Content::LvmPhysicalVolume)),
            Err(reason) => doubtful = Some(Verdict::Doubtful(reason)),
        }
    }
    Ok(doubtful)
}

/// Where LUKS 2 may keep its second header, of those that lie in the start.
const SECOND_HEADERS: [usize; 3] = [0x4000, 0x8000, 0x10000];

/// LUKS 1 or 2. Where the first header is gone, the second one of LUKS 2 counts.
pub(super) fn luks(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    if looked.has(0, b"LUKS\xba\xbe") {
        let version = looked.front("LUKS header", 0).u16_be("version", 6);
        return Ok(Some(match version {
            Ok(version @ 1..=2) => Verdict::Sure(Content::Luks { version }),
            Ok(version) => Verdict::Doubtful(format!("a LUKS header of version {version}")),
            Err(error) => Verdict::Doubtful(error.to_string()),
        }));
    }
    let second = SECOND_HEADERS.into_iter().any(|at| {
        looked.has(at, b"SKUL\xba\xbe")
            && looked.front("LUKS header", at).u16_be("version", 6) == Ok(2)
    });
    Ok(second.then_some(Verdict::Sure(Content::Luks { version: 2 })))
}

const EXT_SUPERBLOCK: usize = 1024;
const EXT_MAGIC: u16 = 0xEF53;
const COMPAT_HAS_JOURNAL: u32 = 0x4;
const INCOMPAT_JOURNAL_DEV: u32 = 0x8;
/// What ext3 knows, journal and all: file types, recovery, meta block groups.
const EXT3_INCOMPAT: u32 = 0x2 | 0x4 | 0x10;
/// What ext3 knows: sparse superblocks, large files, B-tree directories.
const EXT3_RO_COMPAT: u32 = 0x1 | 0x2 | 0x4;

/// ext2, ext3 or ext4, told apart as `blkid` does: ext4 where a feature is set that ext3 does not
/// know, else ext3 where there is a journal.
pub(super) fn ext(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let superblock = looked.front("ext superblock", EXT_SUPERBLOCK);
    Ok(match superblock.u16_le("s_magic", 56) {
        Ok(EXT_MAGIC) => Some(ext_kind(&superblock).unwrap_or_else(doubt)),
        _ => None,
    })
}

fn doubt(error: FieldError) -> Verdict {
    Verdict::Doubtful(error.to_string())
}

fn ext_kind(superblock: &Fields<'_>) -> Result<Verdict, FieldError> {
    let inodes = superblock.u32_le("s_inodes_count", 0)?;
    let blocks = superblock.u32_le("s_blocks_count_lo", 4)?;
    let log_block_size = superblock.u32_le("s_log_block_size", 24)?;
    let revision = superblock.u32_le("s_rev_level", 76)?;
    let compat = superblock.u32_le("s_feature_compat", 92)?;
    let incompat = superblock.u32_le("s_feature_incompat", 96)?;
    let ro_compat = superblock.u32_le("s_feature_ro_compat", 100)?;
    if incompat & INCOMPAT_JOURNAL_DEV != 0 {
        // The journal of a file system that is elsewhere: known, but nothing of ours.
        return Ok(Verdict::Sure(Content::Unknown));
    }
    // Two bytes are little to go by: one volume of random bytes in 65,536 has them.
    let high_blocks = if incompat & 0x80 == 0 {
        0
    } else {
        superblock.u32_le("s_blocks_count_hi", 336)?
    };
    if inodes == 0 || (blocks == 0 && high_blocks == 0) || log_block_size > 6 || revision > 1 {
        return Ok(Verdict::Doubtful(format!(
            "the magic number of an ext superblock stands at byte 1080, but the superblock counts \
             {inodes} inodes and {blocks} blocks of 2^(10+{log_block_size}) bytes, revision \
             {revision}"
        )));
    }
    let kind = if incompat & !EXT3_INCOMPAT != 0 || ro_compat & !EXT3_RO_COMPAT != 0 {
        FileSystemKind::Ext4
    } else if compat & COMPAT_HAS_JOURNAL != 0 {
        FileSystemKind::Ext3
    } else {
        FileSystemKind::Ext2
    };
    Ok(Verdict::Sure(Content::FileSystem(kind)))
}

/// What begins with its magic number, so that no two of them can be there: XFS, SquashFS.
pub(super) fn byte_zero(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    if looked.has(0, b"XFSB") {
        let superblock = looked.front("XFS superblock", 0);
        let version = superblock.u16_be("sb_versionnum", 100);
        let block = superblock.u32_be("sb_blocksize", 4);
        return Ok(Some(match (version, block) {
            (Ok(version), Ok(block))
                if (1..=5).contains(&(version & 0xf))
                    && block.is_power_of_two()
                    && (512..=65536).contains(&block) =>
            {
                Verdict::Sure(Content::FileSystem(FileSystemKind::Xfs))
            }
            (Ok(version), Ok(block)) => Verdict::Doubtful(format!(
                "an XFS superblock of version {} with blocks of {block} bytes",
                version & 0xf
            )),
            (Err(error), _) | (_, Err(error)) => doubt(error),
        }));
    }
    let squash = looked.has(0, b"hsqs") || looked.has(0, b"sqsh");
    Ok(squash.then_some(Verdict::Sure(Content::FileSystem(FileSystemKind::SquashFs))))
}

/// What lies behind the first sectors: btrfs, EROFS.
pub(super) fn further_in(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    if looked.has(0x10040, b"_BHRfS_M") {
        let place = looked
            .front("btrfs superblock", 0x10000)
            .u64_le("bytenr", 48);
        return Ok(Some(match place {
            Ok(0x10000) => Verdict::Sure(Content::FileSystem(FileSystemKind::Btrfs)),
            Ok(place) => Verdict::Doubtful(format!(
                "a btrfs superblock stands at byte 65536 that says it belongs at {place}"
            )),
            Err(error) => doubt(error),
        }));
    }
    let erofs = looked.has(1024, &0xE0F5_E1E2_u32.to_le_bytes());
    Ok(erofs.then_some(Verdict::Sure(Content::FileSystem(FileSystemKind::Erofs))))
}
