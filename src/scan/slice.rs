//! What was found in a part of a disk: of one unit, of a slice, of the whole. Parts add up.

use std::sync::Arc;

use super::NonZero;
use super::blocks::Block;
use super::tally::Tallies;

/// What was found in a part of the disk that begins and ends at unit borders.
#[derive(Debug, Default)]
pub(super) struct Slice {
    /// Bytes read.
    pub(super) data_bytes: u64,
    /// Bytes that are not at hand.
    pub(super) unavailable_bytes: u64,
    /// Where the first of them is, and why.
    pub(super) unavailable: Option<(u64, Arc<str>)>,
    /// Bytes of non-zero units of each size.
    pub(super) non_zero: NonZero,
    /// Non-zero units of 2 MiB.
    pub(super) chunks_2m: u64,
    /// Non-zero units of 4 MiB.
    pub(super) chunks_4m: u64,
    /// The non-zero blocks, in any order.
    pub(super) blocks: Vec<Block>,
    /// The same bytes by segment, where segments are asked for.
    pub(super) tallies: Tallies,
}

impl Slice {
    /// Takes over what `other` found elsewhere; `other` is then as new, but keeps its memory.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        self.data_bytes += std::mem::take(&mut other.data_bytes);
        self.unavailable_bytes += std::mem::take(&mut other.unavailable_bytes);
        if let Some((offset, reason)) = other.unavailable.take()
            && self.unavailable.as_ref().is_none_or(|(at, _)| offset < *at)
        {
            self.unavailable = Some((offset, reason));
        }
        self.non_zero.add(std::mem::take(&mut other.non_zero));
        self.chunks_2m += std::mem::take(&mut other.chunks_2m);
        self.chunks_4m += std::mem::take(&mut other.chunks_4m);
        self.blocks.append(&mut other.blocks);
        self.tallies.absorb(&mut other.tallies);
    }
}
