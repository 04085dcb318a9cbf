//! Content in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

use super::Delta;

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
    /// The content by partition, and last what lies outside of any; empty on a disk without
    /// partitions.
    pub regions: Vec<Region>,
    /// Checksums that other programs compute too; null when none was asked for.
    pub digests: Option<Digests>,
    /// The content against the version that was published before; null when none was named, or
    /// when it could not be compared, for which see `facts.unknown`.
    pub delta: Option<Delta>,
    /// A coarse picture of the disk; null when it was not asked for.
    pub map: Option<Map>,
}

/// What lies in a part of the disk.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Region {
    /// `partition` and its number, or `outside of any partition`.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Bytes in data extents.
    pub data_bytes: u64,
    /// Bytes in units of 512 bytes that are not zero: the pages of a page blob.
    pub non_zero_bytes: u64,
    /// Bytes in blocks of `block_size` that are not zero.
    pub block_bytes: u64,
    /// Bytes among them in blocks that repeat the content of one that lies before them, here or in
    /// another part of the disk.
    pub duplicate_bytes: u64,
    /// Bytes that are not at hand.
    pub unavailable_bytes: u64,
}

/// Checksums over all bytes in their order, holes as zeros.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Digests {
    /// Of the whole file, container included.
    pub file: Vec<Checksum>,
    /// Of the disk without its container; empty when not every byte of it was at hand.
    pub disk: Vec<Checksum>,
}

/// One checksum.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Checksum {
    /// `sha256`, `md5` or `blake3`.
    pub kind: &'static str,
    /// The value in lower-case hexadecimal.
    pub hex: String,
    /// An MD5 in base64, as Azure's property Content-MD5 has it; null for the others.
    pub base64: Option<String>,
}

/// A coarse picture of the disk: equal cells, each by the letter of what is most worth knowing of
/// it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Map {
    /// Size of a cell in bytes; the last one ends with the disk.
    pub cell_bytes: u64,
    /// Whether a previous version was compared, so that cells without `c` are unchanged.
    pub compared: bool,
    /// A letter for each cell, in the disk's order. `u`: a part of it is not at hand. `c`: a part
    /// of it is other than in the previous version. `z`: zeros only. `r`: at least half of what is
    /// not zero repeats what lies before it. `p`: less than half of it is not zero. `d`: data.
    pub cells: String,
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
