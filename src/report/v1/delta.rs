//! The comparison with the previous version in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

use super::Note;

/// The content of a disk against that of the version that was published before, in blocks of the
/// content's `block_size`. What would have to move if only differences moved: nothing public says
/// that they do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Delta {
    /// The previous version, as the user named it.
    pub previous: String,
    /// Size in bytes of the previous disk.
    pub previous_bytes: u64,
    /// Size in bytes of the current disk.
    pub current_bytes: u64,
    /// Whether both disks are of one size and the same to the last byte.
    pub identical: bool,
    /// All of the disk.
    pub total: DeltaBytes,
    /// By partition of the current disk, and last what lies outside of any.
    pub regions: Vec<DeltaRegion>,
    /// What follows of it, and what does not.
    pub notes: Vec<Note>,
}

/// Bytes by what became of their blocks.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct DeltaBytes {
    /// Not zero, and the same in both versions.
    pub unchanged_bytes: u64,
    /// Not zero in either version, and other ones now.
    pub changed_bytes: u64,
    /// Zeros before, not zero now.
    pub added_bytes: u64,
    /// Not zero before, zeros now or beyond the end of the disk.
    pub removed_bytes: u64,
    /// Changed or added, but the content of the block was somewhere on the previous disk: it only
    /// moved, or was copied.
    pub moved_bytes: u64,
    /// Changed or added, and the content of the block was nowhere on the previous disk.
    pub new_content_bytes: u64,
}

/// The same for a part of the disk.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeltaRegion {
    /// `partition` and its number, or `outside of any partition`.
    pub name: String,
    /// The bytes of it; of a block that its border cuts, those that lie within.
    #[serde(flatten)]
    pub bytes: DeltaBytes,
}
