//! What the pass found.

use std::sync::Arc;

use super::blocks::{BLOCK_SIZE, Counted};
use super::slice::Slice;

/// Bytes that lie in units with at least one byte other than zero, for units of several sizes.
///
/// A unit begins at a multiple of its size and counts in full, however few of its bytes are not
/// zero; the last one is cut at the end of the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NonZero {
    /// Units of 512 bytes: the page of a page blob.
    pub at_512: u64,
    /// Units of 4 KiB: the block of most file systems.
    pub at_4k: u64,
    /// Units of 2 MiB: what azure-vhd-utils tests for zero.
    pub at_2m: u64,
    /// Units of 4 MiB: what AzCopy and the Azure SDKs test for zero.
    pub at_4m: u64,
}

impl NonZero {
    pub(super) fn add(&mut self, other: Self) {
        self.at_512 += other.at_512;
        self.at_4k += other.at_4k;
        self.at_2m += other.at_2m;
        self.at_4m += other.at_4m;
    }
}

/// The content of a disk, as one pass found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Size of the disk in bytes.
    pub disk_bytes: u64,
    /// Bytes in data extents: what was read.
    pub data_bytes: u64,
    /// Bytes in holes: zeros that were not read.
    pub hole_bytes: u64,
    /// Bytes that could not be read because their holder is not at hand. Every other number takes
    /// them for zeros.
    pub unavailable_bytes: u64,
    /// What is not at hand, in the source's words.
    pub unavailable_reason: Option<Arc<str>>,
    /// Bytes in non-zero units of several sizes.
    pub non_zero: NonZero,
    /// Units of 2 MiB that are not zero: the requests of an uploader that sends such units.
    pub chunks_2m: u64,
    /// Units of 4 MiB that are not zero.
    pub chunks_4m: u64,
    /// Size in bytes of the blocks that were hashed: [`BLOCK_SIZE`].
    pub block_size: u64,
    /// Blocks that are not zero.
    pub non_zero_blocks: u64,
    /// Bytes in them; the last block of the disk may be a shorter one.
    pub non_zero_block_bytes: u64,
    /// Bytes in those blocks when each content is counted once.
    pub unique_block_bytes: u64,
    /// Bytes in those blocks that repeat the content of another one.
    pub duplicate_block_bytes: u64,
    /// The digest of the content, by the construction in the [module's documentation](super).
    pub digest: [u8; 32],
}

impl Content {
    /// What `slice`, which is the whole disk, comes to; `counted` and `digest` are of its blocks.
    pub(super) fn new(disk_bytes: u64, slice: &Slice, counted: Counted, digest: [u8; 32]) -> Self {
        Self {
            disk_bytes,
            data_bytes: slice.data_bytes,
            hole_bytes: disk_bytes - slice.data_bytes - slice.unavailable_bytes,
            unavailable_bytes: slice.unavailable_bytes,
            unavailable_reason: slice.unavailable.as_ref().map(|(_, why)| Arc::clone(why)),
            non_zero: slice.non_zero,
            chunks_2m: slice.chunks_2m,
            chunks_4m: slice.chunks_4m,
            block_size: BLOCK_SIZE,
            non_zero_blocks: counted.blocks,
            non_zero_block_bytes: counted.bytes,
            unique_block_bytes: counted.unique_bytes,
            duplicate_block_bytes: counted.bytes - counted.unique_bytes,
            digest,
        }
    }

    /// Whether every byte of the disk was at hand. Otherwise the digest is not that of the disk,
    /// and the bytes counted are too few.
    pub fn is_complete(&self) -> bool {
        self.unavailable_bytes == 0
    }

    /// The digest in hexadecimal, as it is printed.
    pub fn digest_hex(&self) -> String {
        blake3::Hash::from_bytes(self.digest).to_hex().to_string()
    }
}
