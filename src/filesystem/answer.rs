//! Answers that readers of file systems share.

use super::{FileType, FsError};

/// What a path is that is not what was asked for.
pub(super) fn wrong_type(is: FileType) -> FsError {
    FsError::Kind(match is {
        FileType::File => "a regular file",
        FileType::Directory => "a directory",
        FileType::Symlink => "a symbolic link",
        FileType::Special => "a device, pipe or socket",
    })
}

/// More entries than the caller wants.
pub(super) fn too_many(limit: usize) -> FsError {
    FsError::Limit(format!("more than {limit} entries in the directory"))
}

/// At most `left` of `length`.
pub(super) fn clip(length: usize, left: u64) -> usize {
    length.min(usize::try_from(left).unwrap_or(usize::MAX))
}
