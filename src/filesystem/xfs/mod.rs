//! XFS, versions 4 and 5: the superblock, whether the log was closed, free space, and the files.
//!
//! The files are read by the crate `lamxfs`, which replays the log of a version 5 in memory. It is
//! young: what it reads is bounded from outside ([`super::meter`]), and the superblock, the log's state and
//! the free space are read here.

mod free;
mod inode;
mod log;
mod reader;
mod superblock;

use std::ops::Range;
use std::sync::Arc;

use super::{FileSystem, FsError, State, Superblock};
use crate::source::ReadAt;
use crate::volume::FileSystemKind;
use superblock::Layout;

fn facts(source: &dyn ReadAt, layout: &Layout) -> Result<Superblock, FsError> {
    let mut unsupported = layout.unsupported.clone();
    let state = if layout.needs_repair {
        State::Errors("it is marked as in need of xfs_repair".to_owned())
    } else if !unsupported.is_empty() {
        // What is laid out in an unknown way has its log in an unknown way.
        State::Dirty("whether its log was closed cannot be told".to_owned())
    } else {
        log::state(source, layout)?
    };
    if !layout.v5 && unsupported.is_empty() && matches!(state, State::Dirty(_)) {
        unsupported.push("changes outstanding in the log of version 4".to_owned());
    }
    Ok(Superblock {
        kind: FileSystemKind::Xfs,
        label: layout.label.clone(),
        uuid: Some(layout.uuid.to_string()),
        state,
        size: layout.size(),
        unsupported,
    })
}

/// Reads the superblock, and where the log ends.
pub(super) fn superblock(source: &Arc<dyn ReadAt>) -> Result<Superblock, FsError> {
    facts(&**source, &Layout::read(&**source)?)
}

/// Opens the file system; the log of a version 5 is replayed in memory where it was not closed.
pub(super) fn open(source: &Arc<dyn ReadAt>) -> Result<Box<dyn FileSystem>, FsError> {
    let layout = Layout::read(&**source)?;
    let facts = facts(&**source, &layout)?;
    Ok(Box::new(reader::Reader::open(source, facts, layout)?))
}

/// The free byte ranges. With changes outstanding in the log the trees of free space may be stale,
/// so nothing is said then.
pub(super) fn free_space(
    source: &Arc<dyn ReadAt>,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    let layout = Layout::read(&**source)?;
    let facts = facts(&**source, &layout)?;
    if let Some(feature) = facts.unsupported.first() {
        let message = format!("the free space of XFS with {feature}");
        return Err(FsError::Unsupported(message));
    }
    if let State::Dirty(why) = facts.state {
        let message = format!("the free space of XFS with changes outstanding ({why})");
        return Err(FsError::Unsupported(message));
    }
    free::ranges(&**source, &layout, limit)
}
