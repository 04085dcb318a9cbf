//! What a volume holds, by the signature that it begins with.

use std::fmt;

use crate::known::{Known, Undetermined};
use crate::source::{ReadAt, ReadError};

mod boot;
mod linux;
mod looked;
mod raid;
mod swap;
mod unix;

use looked::{Looked, Verdict};

/// Which file system, by its usual name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileSystemKind {
    /// The second extended file system, without a journal.
    Ext2,
    /// The third: ext2 with a journal.
    Ext3,
    /// The fourth extended file system.
    Ext4,
    /// XFS, version 4 or 5.
    Xfs,
    /// btrfs.
    Btrfs,
    /// FAT with 12 bits a cluster.
    Fat12,
    /// FAT with 16 bits a cluster.
    Fat16,
    /// FAT with 32 bits a cluster.
    Fat32,
    /// exFAT.
    ExFat,
    /// NTFS.
    Ntfs,
    /// UFS, of FreeBSD.
    Ufs,
    /// A member of a ZFS pool.
    Zfs,
    /// SquashFS.
    SquashFs,
    /// EROFS.
    Erofs,
    /// ISO 9660.
    Iso9660,
}

impl FileSystemKind {
    /// The name that `mount` and `blkid` use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ext2 => "ext2",
            Self::Ext3 => "ext3",
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
            Self::Btrfs => "btrfs",
            Self::Fat12 | Self::Fat16 | Self::Fat32 => "vfat",
            Self::ExFat => "exfat",
            Self::Ntfs => "ntfs",
            Self::Ufs => "ufs",
            Self::Zfs => "zfs_member",
            Self::SquashFs => "squashfs",
            Self::Erofs => "erofs",
            Self::Iso9660 => "iso9660",
        }
    }

    /// Whether it is FAT of any width.
    pub fn is_fat(self) -> bool {
        matches!(self, Self::Fat12 | Self::Fat16 | Self::Fat32)
    }
}

impl fmt::Display for FileSystemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A swap area's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwapArea {
    /// Its UUID, as fstab writes it.
    pub uuid: Option<String>,
    /// Its label (hostile text).
    pub label: Option<String>,
    /// Byte of the volume at which the signature stands.
    pub offset: u64,
}

/// What a volume holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file system.
    FileSystem(FileSystemKind),
    /// Swap space.
    Swap(SwapArea),
    /// A LUKS container of this version.
    Luks {
        /// 1 or 2.
        version: u16,
    },
    /// A volume encrypted by BitLocker.
    BitLocker,
    /// A member of a Linux MD RAID.
    MdRaid,
    /// A physical volume of LVM2.
    LvmPhysicalVolume,
    /// Nothing: its first 68 KiB (all of a smaller volume) are zeros, and where signatures stand
    /// further on (UFS at 256 KiB; MD RAID and ZFS at the end) there is none.
    Blank,
    /// No signature that is known here.
    Unknown,
}

/// A check for one family of signatures; none where there is none of it.
type Check = fn(&mut Looked<'_>) -> Result<Option<Verdict>, ReadError>;

/// The checks, in the order in which they count where an older signature was left under a newer
/// one. Three reasons give the order:
///
/// 1. What a Linux guest takes hold of before it looks for a file system, and through which the
///    signature of what lies inside may shine: MD RAID, LVM2, then encryption.
/// 2. Of two formats, the one whose maker would have wiped the other's signature is the older one:
///    `mkfs.xfs`, `mkfs.btrfs`, `mkswap` and the boot sectors of NTFS and exFAT overwrite the place
///    of ext's superblock, but ext's maker need not touch sector 0 nor anything past 4 KiB.
/// 3. What is left: the weakest signature last. FAT has no magic number at all, ISO 9660 and UFS lie
///    so far in that a new file system leaves them, and ZFS leaves four copies of itself.
const CHECKS: [Check; 12] = [
    raid::md,
    linux::lvm,
    linux::luks,
    boot::bitlocker,
    linux::ext,
    linux::byte_zero,
    boot::ntfs_or_exfat,
    linux::further_in,
    swap::swap,
    boot::fat,
    unix::ufs_or_iso,
    unix::zfs,
];

/// Says what `source` holds. One read of the first 68 KiB, and a few small ones further on.
///
/// Where the end of the volume cannot be read, a signature at its front counts all the same; without
/// one the answer is that it cannot be told.
///
/// # Errors
/// [`ReadError::Changed`] only.
pub(super) fn recognise(source: &dyn ReadAt) -> Result<Known<Content>, ReadError> {
    let mut looked = match Looked::at(source)? {
        Ok(looked) => looked,
        Err(reason) => return Ok(Err(reason)),
    };
    let mut doubtful = None;
    for check in CHECKS {
        match check(&mut looked)? {
            Some(Verdict::Sure(content)) => return Ok(Ok(content)),
            Some(Verdict::Doubtful(reason)) => doubtful = doubtful.or(Some(reason)),
            None => {}
        }
    }
    Ok(match doubtful.or(looked.unread()) {
        Some(reason) => Err(Undetermined::new(reason)),
        None if looked.is_blank() => Ok(Content::Blank),
        None => Ok(Content::Unknown),
    })
}
