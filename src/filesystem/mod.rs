//! File systems behind one small trait: look-ups by path, never followed through a symbolic link.
//!
//! Links, mount points and the guest's root are the business of [`crate::guest`]; here a path names
//! what stands in one file system and nothing else. Paths are absolute, `/`-separated bytes without
//! `.`, `..` or empty components, as the file system writes names; `/` is its root.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod answer;
mod btrfs;
mod crc32c;
mod ext;
mod fat;
mod memory;
mod meter;
mod ntfs;
mod xfs;

use std::ops::Range;
use std::sync::Arc;

pub use memory::MemoryFileSystem;

use crate::source::{ReadAt, ReadError};
use crate::volume::FileSystemKind;

/// Whether a file system was put away properly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing is outstanding.
    Clean,
    /// Its journal or log holds changes that have to be replayed, or its dirty flag is set: what
    /// says so.
    Dirty(String),
    /// It is marked as holding errors: what says so.
    Errors(String),
}

/// What a file system says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superblock {
    /// Which file system.
    pub kind: FileSystemKind,
    /// Its label (hostile text).
    pub label: Option<String>,
    /// Its UUID as `blkid` prints it: lower case; for FAT the serial number as `1A2B-3C4D`,
    /// for NTFS in 16 digits of upper case.
    pub uuid: Option<String>,
    /// Whether it was put away properly.
    pub state: State,
    /// Size in bytes of the file system, which may be less than its volume's.
    pub size: u64,
    /// Features that keep some of it from being read here, by their names; what depends on them
    /// gives [`FsError::Unsupported`].
    pub unsupported: Vec<String>,
}

/// Why something in a file system could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FsError {
    /// A feature that is not read here: which.
    #[error("{0}, which is not read here")]
    Unsupported(String),
    /// A structure that contradicts itself: which, and how.
    #[error("the file system is damaged: {0}")]
    Corrupt(String),
    /// More than this program is willing to look at: what, and the limit.
    #[error("{0}")]
    Limit(String),
    /// The path does not name what was asked for (a directory, a link, a file).
    #[error("it is {0}")]
    Kind(&'static str),
    /// The bytes under it could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// The type of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileType {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device, pipe or socket.
    Special,
}

/// What an inode says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Its type.
    pub file_type: FileType,
    /// Size in bytes.
    pub size: u64,
    /// Permission bits (`07777`); none where the file system has none.
    pub mode: Option<u16>,
    /// Owner; none where the file system or its reader has none.
    pub uid: Option<u32>,
    /// Group.
    pub gid: Option<u32>,
    /// Time of the last change of the content, in seconds since 1970.
    pub modified: Option<i64>,
}

/// A name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name as stored (hostile bytes).
    pub name: Vec<u8>,
    /// Its type.
    pub file_type: FileType,
}

/// Which subvolume of a btrfs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subvolume {
    /// By its path from the top level, as `subvol=` says.
    Path(String),
    /// By its number, as `subvolid=` says.
    Id(u64),
}

/// A file system that is read.
///
/// Every call is bounded by what its caller allows, whatever the image says.
pub trait FileSystem {
    /// What it says of itself.
    fn superblock(&self) -> &Superblock;

    /// What `path` is; none where there is nothing of that name.
    ///
    /// # Errors
    /// [`FsError`] where it cannot be told.
    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError>;

    /// The target of the symbolic link `path`, as stored.
    ///
    /// # Errors
    /// [`FsError`]; [`FsError::Kind`] where it is no link.
    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError>;

    /// At most `length` bytes of the regular file `path` from `offset`; fewer where it ends.
    ///
    /// # Errors
    /// [`FsError`]; [`FsError::Kind`] where it is no regular file.
    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError>;

    /// The entries of the directory `path` without `.` and `..`, in no particular order.
    ///
    /// # Errors
    /// [`FsError`]; [`FsError::Limit`] where there are more than `limit`.
    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError>;

    /// Whether names are looked up without regard to case.
    fn ignores_case(&self) -> bool {
        false
    }

    /// Another subvolume of the same file system.
    ///
    /// # Errors
    /// [`FsError::Unsupported`] where there are none.
    fn subvolume(&self, which: &Subvolume) -> Result<Box<dyn FileSystem>, FsError> {
        let _ = which;
        Err(FsError::Unsupported(format!(
            "a subvolume of {}",
            self.superblock().kind
        )))
    }
}

/// Reads the superblock only.
///
/// # Errors
/// [`FsError`].
pub fn superblock(source: &Arc<dyn ReadAt>, kind: FileSystemKind) -> Result<Superblock, FsError> {
    match kind {
        FileSystemKind::Xfs => xfs::superblock(source),
        FileSystemKind::Btrfs => btrfs::superblock(source),
        FileSystemKind::Ext2 | FileSystemKind::Ext3 | FileSystemKind::Ext4 => {
            ext::superblock(source, kind)
        }
        FileSystemKind::Fat12 | FileSystemKind::Fat16 | FileSystemKind::Fat32 => {
            fat::superblock(source)
        }
        FileSystemKind::Ntfs => ntfs::superblock(source),
        _ => Err(FsError::Unsupported(kind.to_string())),
    }
}

/// Opens the file system on `source`; a journal or log that is outstanding is replayed in memory,
/// but that of NTFS, whose superblock then says so.
///
/// # Errors
/// [`FsError`].
pub fn open(
    source: &Arc<dyn ReadAt>,
    kind: FileSystemKind,
) -> Result<Box<dyn FileSystem>, FsError> {
    match kind {
        FileSystemKind::Xfs => xfs::open(source),
        FileSystemKind::Btrfs => btrfs::open(source),
        FileSystemKind::Ext2 | FileSystemKind::Ext3 | FileSystemKind::Ext4 => {
            ext::open(source, kind)
        }
        FileSystemKind::Fat12 | FileSystemKind::Fat16 | FileSystemKind::Fat32 => fat::open(source),
        FileSystemKind::Ntfs => ntfs::open(source),
        _ => Err(FsError::Unsupported(kind.to_string())),
    }
}

/// The bytes of the volume that the file system marks as free, in order, at most `limit` ranges.
///
/// # Errors
/// [`FsError`]; [`FsError::Limit`] where there are more ranges.
pub fn free_space(
    source: &Arc<dyn ReadAt>,
    kind: FileSystemKind,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    match kind {
        FileSystemKind::Xfs => xfs::free_space(source, limit),
        FileSystemKind::Btrfs => btrfs::free_space(source, limit),
        FileSystemKind::Ext2 | FileSystemKind::Ext3 | FileSystemKind::Ext4 => {
            ext::free_space(source, limit)
        }
        FileSystemKind::Fat12 | FileSystemKind::Fat16 | FileSystemKind::Fat32 => {
            fat::free_space(source, limit)
        }
        FileSystemKind::Ntfs => ntfs::free_space(source, limit),
        _ => Err(FsError::Unsupported(format!("the free space of {kind}"))),
    }
}
