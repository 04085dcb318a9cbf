//! Partitions in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

/// What describes the partitions of a disk.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PartitionTable {
    /// Which table counts: `gpt`, `mbr` or `none`.
    pub scheme: &'static str,
    /// Bytes per sector in which the table counts.
    pub sector_size: u32,
    /// The disk's GUID, where it has a GPT.
    pub disk_guid: Option<String>,
    /// The disk signature in the master boot record, where there is one, as `0x` and eight digits.
    pub disk_signature: Option<String>,
    /// The master boot record, where sector 0 is one.
    pub mbr: Option<MasterBootRecord>,
    /// The headers of the GUID partition table that were found, the primary one first.
    pub gpt_headers: Vec<GptHeader>,
    /// Where the two copies of the GPT say different things.
    pub gpt_differences: Vec<String>,
    /// Partitions that share sectors.
    pub overlaps: Vec<Overlap>,
    /// Ranges that no partition covers.
    pub gaps: Vec<Gap>,
    /// What is broken, unusual, unreadable or beyond a limit.
    pub anomalies: Vec<TableAnomaly>,
}

/// One partition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Partition {
    /// Its number, as operating systems count: from 1, logical partitions from 5.
    pub number: u32,
    /// Its type as the table writes it: `0x83`, or a GUID.
    pub kind: String,
    /// The usual name of that type; null for an unknown one.
    pub kind_name: Option<&'static str>,
    /// Its name in the GPT.
    pub name: String,
    /// Its GUID in the GPT.
    pub guid: Option<String>,
    /// First sector, in units of the table's sector size.
    pub first_lba: u64,
    /// Last sector, itself included.
    pub last_lba: u64,
    /// First byte on the disk.
    pub offset: u64,
    /// Size in bytes.
    pub size: u64,
    /// Marked active (MBR) or legacy BIOS bootable (GPT).
    pub active: bool,
    /// Attribute bits of the GPT; 0 in an MBR.
    pub attributes: u64,
    /// A logical partition inside of an extended one.
    pub logical: bool,
    /// Byte offset on the disk of the entry that describes it.
    pub entry_offset: u64,
}

/// The master boot record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MasterBootRecord {
    /// Whether any of its code bytes is not zero.
    pub boot_code: bool,
    /// Whether it protects a GPT.
    pub protective: bool,
    /// Whether it protects a GPT and describes partitions of its own beside it.
    pub hybrid: bool,
}

/// A header of the GUID partition table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GptHeader {
    /// `primary` or `backup`.
    pub copy: &'static str,
    /// Whether the partitions are read by this copy.
    pub used: bool,
    /// Sector where it was found.
    pub lba: u64,
    /// Byte offset on the disk where it was found.
    pub offset: u64,
    /// Field HeaderSize.
    pub header_size: u32,
    /// Field HeaderCRC32, as `0x` and eight digits.
    pub header_crc: String,
    /// Field MyLBA: where the header says that it is.
    pub my_lba: u64,
    /// Field AlternateLBA: where it says that the other one is.
    pub alternate_lba: u64,
    /// Field FirstUsableLBA.
    pub first_usable_lba: u64,
    /// Field LastUsableLBA, itself included.
    pub last_usable_lba: u64,
    /// Field DiskGUID.
    pub disk_guid: String,
    /// Field PartitionEntryLBA.
    pub entries_lba: u64,
    /// Field NumberOfPartitionEntries.
    pub entry_count: u32,
    /// Field SizeOfPartitionEntry.
    pub entry_size: u32,
    /// Field PartitionEntryArrayCRC32, as `0x` and eight digits.
    pub entries_crc: String,
    /// Why systems refuse this copy; empty for a sound one.
    pub defects: Vec<String>,
}

/// Two partitions that share sectors.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Overlap {
    /// Number of the one that begins first.
    pub first: u32,
    /// Number of the other.
    pub second: u32,
    /// First sector that both claim.
    pub first_lba: u64,
    /// Last sector that both claim.
    pub last_lba: u64,
}

/// A range that no partition covers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Gap {
    /// First sector.
    pub first_lba: u64,
    /// Last sector, itself included.
    pub last_lba: u64,
    /// First byte on the disk.
    pub offset: u64,
    /// Size in bytes.
    pub size: u64,
}

/// A structure of the table that is broken, unusual, unreadable or beyond a limit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableAnomaly {
    /// `broken`, `odd`, `unread` or `limit`.
    pub kind: &'static str,
    /// Byte offset on the disk.
    pub offset: u64,
    /// The structure.
    pub structure: &'static str,
    /// What is the matter.
    pub message: String,
}
