//! Content in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

/// The content of a disk, as one pass over its data found it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Content {
    /// Size of the disk in bytes.
    pub virtual_bytes: u64,
    /// Bytes in data extents: what was read.
    pub data_bytes: u64,
    /// Bytes in holes and blocks that are not stored: zeros that were not read.
    pub hole_bytes: u64,
    /// Bytes that are not at hand; every other number takes them for zeros.
    pub unavailable_bytes: u64,
    /// What is not at hand.
    pub unavailable_reason: Option<String>,
    /// Bytes in units that are not zero, for units of several sizes.
    pub non_zero_bytes: NonZero,
    /// Size in bytes of the blocks that were hashed.
    pub block_size: u64,
    /// Blocks that are not zero.
    pub non_zero_blocks: u64,
    /// Bytes in blocks that are not zero, each content counted once.
    pub unique_bytes: u64,
    /// Bytes in blocks that repeat the content of another one.
    pub duplicate_bytes: u64,
    /// BLAKE3 digest of the content in hexadecimal: equal for equal disks, whatever the container.
    pub digest: String,
    /// Whether every byte of the disk was at hand, so that the digest is that of the disk.
    pub complete: bool,
}

/// Bytes in units that are not zero; a unit counts in full.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct NonZero {
    /// Units of 512 bytes: the page of a page blob.
    #[serde(rename = "512")]
    pub at_512: u64,
    /// Units of 4 KiB.
    #[serde(rename = "4096")]
    pub at_4k: u64,
    /// Units of 2 MiB.
    #[serde(rename = "2097152")]
    pub at_2m: u64,
    /// Units of 4 MiB.
    #[serde(rename = "4194304")]
    pub at_4m: u64,
}
