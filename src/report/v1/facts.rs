//! Facts of the container and the disk in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

use super::partition::{Partition, PartitionTable};
use super::volume::{Guest, Volume};

/// What was read out of an image, without an opinion.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Facts {
    /// The file and what it is.
    pub container: Container,
    /// The virtual disk that the container describes, and what it is judged as.
    pub disk: Disk,
    /// What describes the partitions; null when it is not known.
    pub partition_table: Option<PartitionTable>,
    /// The partitions, by their numbers.
    pub partitions: Vec<Partition>,
    /// What may carry a file system, and what is on it.
    pub volumes: Vec<Volume>,
    /// The operating system that was found; null when there is none, or none can be read.
    pub guest: Option<Guest>,
    /// Facts that are not known, and why.
    pub unknown: Vec<UnknownFact>,
}

/// A fact that is not known.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnknownFact {
    /// Which one, as a path in `facts` or in the image's document.
    pub fact: &'static str,
    /// Why.
    pub reason: String,
}

/// The file and what it is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Container {
    /// `vhd`, or the name of another format: `vhdx`, `qcow2`, `vmdk`, `vdi`, `raw`, `iso`, `e01`,
    /// `gzip`, `xz`, `zstd`, `bzip2`, `zip`, `tar`, `7z`, `html`, `xml`, `zeros` or `unknown`.
    pub kind: &'static str,
    /// What a file that is no VHD was recognised by; null for a VHD.
    pub recognised_by: Option<&'static str>,
    /// What makes a VHD of a file that is none; null for a VHD.
    pub conversion: Option<&'static str>,
    /// Length of the file in bytes.
    pub file_length: u64,
    /// Bytes that the file takes on its file system, where the system tells.
    pub file_allocated: Option<u64>,
    /// How the file is laid out, whatever its disk type says: `fixed`, `dynamic` or
    /// `differencing`; null when it is no VHD.
    pub layout: Option<&'static str>,
    /// Every copy of the footer that was found, the one that counts first.
    pub footers: Vec<Footer>,
    /// Whether the last 512 bytes of the file are zeros.
    pub end_is_zero: bool,
    /// The header of a dynamic or differencing disk.
    pub dynamic_header: Option<DynamicHeader>,
    /// Why there is no such header although there should be one.
    pub dynamic_header_problem: Option<String>,
    /// The block allocation table, summed up.
    pub block_allocation_table: Option<BlockAllocationTable>,
    /// Why there is no block allocation table although there should be one.
    pub block_allocation_table_problem: Option<String>,
    /// The block bitmaps against the data; null when they were not compared.
    pub bitmaps: Option<Bitmaps>,
    /// Every size that the file states, and who believes it.
    pub stated_sizes: Vec<StatedSize>,
    /// The parent that a differencing disk asks for.
    pub parent: Option<Parent>,
    /// The parents that were found, nearest first.
    pub chain: Vec<ChainLink>,
}

/// One copy of the footer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Footer {
    /// Where it was found: `end`, `front`, `end-511` (the last 511 bytes) or `displaced`.
    pub place: &'static str,
    /// Its first byte in the file.
    pub offset: u64,
    /// Whether the disk is read by this copy.
    pub used: bool,
    /// Whether its cookie and its checksum are right.
    pub sound: bool,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// One field of a structure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Field {
    /// The specification's name for it.
    pub name: &'static str,
    /// Its first byte in the file.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
    /// Its bytes in hexadecimal; a long run is cut short with `…`.
    pub raw: String,
    /// What they mean.
    pub meaning: String,
}

/// The header of a dynamic or differencing disk.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DynamicHeader {
    /// Its first byte in the file.
    pub offset: u64,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// The block allocation table, summed up.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BlockAllocationTable {
    /// Its first byte in the file.
    pub offset: u64,
    /// Entries that the header promises.
    pub max_entries: u64,
    /// Entries that the size of the disk needs.
    pub needed: u64,
    /// Entries that were read.
    pub read: u64,
    /// Entries that have a block.
    pub allocated: u64,
    /// First byte in the file of the first stored block.
    pub first_byte: Option<u64>,
    /// One past the last byte of the last stored block.
    pub end_byte: Option<u64>,
    /// How many entries cannot be right.
    pub bad_count: u64,
    /// The first of them.
    pub bad: Vec<BadBlock>,
}

/// An entry of the block allocation table that cannot be right.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BadBlock {
    /// Number of the block, from 0.
    pub block: u64,
    /// The sector of the file that the entry names.
    pub sector: u32,
    /// What is wrong with it.
    pub problem: String,
}

/// The block bitmaps of a dynamic disk against its data.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Bitmaps {
    /// Blocks whose bitmap was compared.
    pub blocks: u64,
    /// Sectors that hold data although their bitmap says that they do not.
    pub unmarked_sectors: u64,
}

/// One statement of the disk's size.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatedSize {
    /// Where it stands.
    pub from: &'static str,
    /// Bytes.
    pub bytes: u64,
    /// Programs that believe it.
    pub readers: &'static str,
}

/// The parent that a differencing disk asks for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Parent {
    /// The unique id that the child asks for.
    pub unique_id: String,
    /// The name in the child's header.
    pub name: String,
    /// The places where the child says that it is.
    pub locators: Vec<Locator>,
    /// The file that is the parent; null when none was found.
    pub found: Option<String>,
    /// Files that were looked at and are not the parent.
    pub rejected: Vec<RejectedParent>,
}

/// A parent locator of a differencing disk.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Locator {
    /// The entry.
    pub entry: String,
    /// The path that it leads to; null when it cannot be read.
    pub path: Option<String>,
    /// Why the path cannot be read.
    pub problem: Option<String>,
}

/// A file that is not the parent.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RejectedParent {
    /// Its path.
    pub path: String,
    /// Why it is not.
    pub reason: String,
}

/// A parent in the chain.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChainLink {
    /// Its path.
    pub path: String,
    /// How it is laid out.
    pub layout: &'static str,
    /// What is the matter with it as a parent.
    pub problem: Option<String>,
}

/// The virtual disk, and what it is judged as.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Disk {
    /// Its size in bytes; null when no disk can be read.
    pub size: Option<u64>,
    /// `os` or `data`.
    pub role: Choice,
    /// `linux` or `windows`; null when it is not known.
    pub os: Option<Choice>,
    /// The Hyper-V generation that the user declared: `1`, `2` or `any`.
    pub generation: &'static str,
}

/// A value with where it comes from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Choice {
    /// The value.
    pub value: &'static str,
    /// Whether the user said so.
    pub declared: bool,
    /// What it was concluded from, or the option that said it.
    pub why: String,
}
