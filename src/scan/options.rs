//! What a pass is asked for.

use std::num::NonZeroUsize;
use std::ops::Range;

use super::{Cancel, DigestKind};
use crate::source::ReadAt;

/// What a pass is asked for beside the content itself. The default asks for nothing, and costs
/// nothing.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Threads that read and hash, in a pool of their own; without a number those of the rayon
    /// pool that the pass is called in. Each [`DigestKind`] asked for takes one thread more.
    pub threads: Option<NonZeroUsize>,
    /// Digests over the bytes in their order, for others to check.
    pub digests: &'a [DigestKind],
    /// The file that those digests are wanted of beside the disk.
    pub file: WholeFile<'a>,
    /// Ends the pass early.
    pub cancel: Option<&'a Cancel>,
    /// Parts of the disk to be accounted for apart.
    pub regions: &'a [Region],
    /// The most cells of a [`DiskMap`](super::DiskMap); 0 for no map.
    pub map_cells: usize,
    /// Whether to return the [`BlockTable`](super::BlockTable), as a manifest needs it.
    pub keep_blocks: bool,
}

/// How the file and its disk go together, for the digests of the file.
#[derive(Clone, Copy, Default)]
pub enum WholeFile<'a> {
    /// No digest of the file.
    #[default]
    Unwanted,
    /// The disk is the first bytes of this file: a fixed VHD, a raw image. One stream of bytes
    /// serves both: the file's digest goes on with what follows the disk.
    BeginsWithDisk(&'a dyn ReadAt),
    /// The disk is stored in this file in another way: it is read a second time, for itself.
    Apart(&'a dyn ReadAt),
}

/// A part of the disk with a name, such as a partition or a gap. Regions may overlap, and reach
/// beyond the end of the disk, where there is nothing to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// What the caller calls it.
    pub name: String,
    /// Its byte ranges on the disk, in any order; what they share counts once.
    pub ranges: Vec<Range<u64>>,
}

impl Region {
    /// A region of one range.
    pub fn new(name: impl Into<String>, range: Range<u64>) -> Self {
        Self {
            name: name.into(),
            ranges: vec![range],
        }
    }
}
