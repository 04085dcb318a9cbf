//! Owner and time of an inode, which the crate does not tell.

use super::superblock::{Layout, corrupt};
use crate::bytes::Fields;
use crate::filesystem::FsError;
use crate::filesystem::crc32c::crc32c_around;
use crate::source::ReadAt;

const CRC: usize = 100;
/// The bit of `di_flags2` that says that times are nanoseconds in 64 bits.
const BIG_TIME: u64 = 1 << 3;
/// Where those begin: 1901, in seconds before 1970.
const BIG_TIME_START: i64 = 1 << 31;

/// Who owns an inode, and when its content changed.
pub(super) struct Owner {
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Seconds since 1970.
    pub(super) modified: i64,
}

/// Reads it from where the inode stands on the volume; right only where no log is outstanding.
pub(super) fn owner(source: &dyn ReadAt, layout: &Layout, number: u64) -> Result<Owner, FsError> {
    let wrong = |what: &str| FsError::Corrupt(format!("XFS inode {number}: {what}"));
    let offset = layout
        .inode_offset(number)
        .ok_or_else(|| wrong("lies outside of the file system"))?;
    let bytes = source.read_vec(offset, usize::from(layout.inode_size))?;
    let core = Fields::new("XFS inode", offset, &bytes);
    if core.bytes("di_magic", 0, 2).map_err(corrupt)? != b"IN" {
        return Err(wrong("its signature is not IN"));
    }
    let version = core.u8("di_version", 4).map_err(corrupt)?;
    if layout.v5 && core.u32_le("di_crc", CRC).map_err(corrupt)? != crc32c_around(&bytes, CRC) {
        return Err(wrong("its checksum does not fit"));
    }
    let flags = if version >= 3 {
        core.u64_be("di_flags2", 120).map_err(corrupt)?
    } else {
        0
    };
    let modified = if flags & BIG_TIME != 0 {
        let nanoseconds = core.u64_be("di_mtime", 40).map_err(corrupt)?;
        let seconds = nanoseconds.checked_div(1_000_000_000).unwrap_or(0);
        i64::try_from(seconds)
            .unwrap_or(i64::MAX)
            .saturating_sub(BIG_TIME_START)
    } else {
        i64::from(core.u32_be("di_mtime", 40).map_err(corrupt)?.cast_signed())
    };
    Ok(Owner {
        uid: core.u32_be("di_uid", 8).map_err(corrupt)?,
        gid: core.u32_be("di_gid", 12).map_err(corrupt)?,
        modified,
    })
}
