//! btrfs on one device: the superblock, free space, and the files of its subvolumes.
//!
//! Names, listings and what is stored as it is are read here, each node being checked once; what is
//! compressed is read by the crate `lambutter`, which checks every node anew at every step. Neither
//! does replay the log tree: what was synced
//! just before a crash may be missing, which the superblock's facts say.

mod content;
mod free;
mod names;
mod reader;
mod superblock;
mod tree;

use std::ops::Range;
use std::sync::Arc;

use super::{FileSystem, FsError, State, Superblock};
use crate::source::ReadAt;
use superblock::Layout;

/// Reads the superblock.
pub(super) fn superblock(source: &Arc<dyn ReadAt>) -> Result<Superblock, FsError> {
    Ok(Layout::read(&**source)?.facts)
}

/// Opens the default subvolume.
pub(super) fn open(source: &Arc<dyn ReadAt>) -> Result<Box<dyn FileSystem>, FsError> {
    let layout = Layout::read(&**source)?;
    Ok(Box::new(reader::Reader::open(source, layout)?))
}

/// The free byte ranges of the device: of single and DUP block groups, and outside of them. With a
/// log tree the extent tree lacks what that one holds, so nothing is said then.
pub(super) fn free_space(
    source: &Arc<dyn ReadAt>,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    let layout = Layout::read(&**source)?;
    if let Some(feature) = &layout.refused {
        let message = format!("the free space of btrfs with {feature}");
        return Err(FsError::Unsupported(message));
    }
    if let State::Dirty(why) = &layout.facts.state {
        let message = format!("the free space of btrfs with changes outstanding ({why})");
        return Err(FsError::Unsupported(message));
    }
    free::ranges(source, &layout, limit)
}
