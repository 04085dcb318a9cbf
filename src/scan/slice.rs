//! What was found in a part of a disk: of one unit, of a slice, of the whole. Parts add up.

use super::NonZero;
use super::blocks::Block;

/// What was found in a part of the disk that begins and ends at unit borders.
#[derive(Debug, Default)]
pub(super) struct Slice {
    /// Bytes read.
    pub(super) data_bytes: u64,
    /// Bytes of non-zero units of each size.
    pub(super) non_zero: NonZero,
    /// Non-zero units of 2 MiB.
    pub(super) chunks_2m: u64,
    /// Non-zero units of 4 MiB.
    pub(super) chunks_4m: u64,
    /// The non-zero blocks, in any order.
    pub(super) blocks: Vec<Block>,
}

impl Slice {
    /// Takes over what `other` found elsewhere; `other` is then as new, but keeps its memory.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        self.data_bytes += std::mem::take(&mut other.data_bytes);
        self.non_zero.add(std::mem::take(&mut other.non_zero));
        self.chunks_2m += std::mem::take(&mut other.chunks_2m);
        self.chunks_4m += std::mem::take(&mut other.chunks_4m);
        self.blocks.append(&mut other.blocks);
    }
}
