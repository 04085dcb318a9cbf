//! Signatures of other systems: UFS, ISO 9660, ZFS.

use super::looked::{Looked, Verdict};
use super::{Content, FileSystemKind};
use crate::bytes::Fields;
use crate::source::ReadError;

/// Byte of a UFS superblock at which its magic number stands.
const UFS_MAGIC_AT: usize = 1372;
/// UFS1 and UFS2, which systems write in their own byte order.
const UFS_MAGIC: [u32; 2] = [0x0001_1954, 0x1954_0119];
/// Where the superblock lies within the start: UFS2, UFS1, and a disk without a boot block.
const UFS_PLACES: [usize; 3] = [64 << 10, 8 << 10, 0];
/// The last place where it may lie.
const UFS_FAR: u64 = 256 << 10;

/// UFS, then ISO 9660.
pub(super) fn ufs_or_iso(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let near = UFS_PLACES
        .into_iter()
        .any(|at| is_ufs(&looked.front("UFS superblock", at)));
    if near {
        return Ok(Verdict::sure(Content::FileSystem(FileSystemKind::Ufs)));
    }
    if looked.has(32769, b"CD001") {
        return Ok(Verdict::sure(Content::FileSystem(FileSystemKind::Iso9660)));
    }
    let far = looked.read(UFS_FAR, UFS_MAGIC_AT.saturating_add(4))?;
    let far = far.is_some_and(|bytes| is_ufs(&Fields::new("UFS superblock", UFS_FAR, &bytes)));
    Ok(far.then_some(Verdict::Sure(Content::FileSystem(FileSystemKind::Ufs))))
}

fn is_ufs(superblock: &Fields<'_>) -> bool {
    let field = |read: Result<u32, _>| read.is_ok_and(|magic| UFS_MAGIC.contains(&magic));
    field(superblock.u32_le("fs_magic", UFS_MAGIC_AT))
        || field(superblock.u32_be("fs_magic", UFS_MAGIC_AT))
}

/// Size of one of a ZFS device's four labels: two at its start, two at its end.
const ZFS_LABEL: u64 = 256 << 10;
/// Where a label keeps the pool's description, and where its uberblocks.
const ZFS_DESCRIPTION: u64 = 16 << 10;
const ZFS_UBERBLOCKS: u64 = 128 << 10;
const ZFS_UBERBLOCK: usize = 1 << 10;
const ZFS_MAGIC: u64 = 0x00BA_B10C;
/// How the description begins: XDR, big or little endian, version 0, unique names.
const ZFS_PACKED: [&[u8]; 2] = [
    &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    &[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
];
/// Uberblocks that make a pool, over all labels, as `blkid` counts.
const ZFS_WANTED: usize = 4;

/// A member of a ZFS pool: labels that begin with a description, and four uberblocks in them.
pub(super) fn zfs(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let whole = looked.len() & !ZFS_LABEL.saturating_sub(1);
    let last = whole.saturating_sub(ZFS_LABEL);
    let places = [0, ZFS_LABEL, last.saturating_sub(ZFS_LABEL), last];
    let mut found = 0_usize;
    for place in places {
        let description = looked.read(place.saturating_add(ZFS_DESCRIPTION), 12)?;
        if !description.is_some_and(|bytes| ZFS_PACKED.contains(&bytes.as_slice())) {
            continue;
        }
        let ring = looked.read(place.saturating_add(ZFS_UBERBLOCKS), 128 << 10)?;
        found = found.saturating_add(ring.as_deref().map_or(0, uberblocks));
        if found >= ZFS_WANTED {
            return Ok(Verdict::sure(Content::FileSystem(FileSystemKind::Zfs)));
        }
    }
    Ok((found > 0).then(|| {
        Verdict::Doubtful(format!(
            "{found} uberblocks of ZFS, but a pool has {ZFS_WANTED}"
        ))
    }))
}

fn uberblocks(ring: &[u8]) -> usize {
    let is = |block: &&[u8]| {
        let block = Fields::new("ZFS uberblock", 0, block);
        block.u64_le("ub_magic", 0) == Ok(ZFS_MAGIC) || block.u64_be("ub_magic", 0) == Ok(ZFS_MAGIC)
    };
    ring.chunks_exact(ZFS_UBERBLOCK).filter(is).count()
}
