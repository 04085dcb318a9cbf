//! The partition table of a disk: MBR with its logical partitions, GPT with its backup.
//!
//! Own code and not a library, because a checker has to read the tables that libraries reject.
//! Nothing here judges: what is broken is kept as it was read, with its place.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod gpt;
mod kind;
mod layout;
mod lead;
mod mbr;
mod reader;
mod sector_zero;
mod spans;

#[cfg(test)]
pub(crate) mod hostile;
#[cfg(test)]
mod oracles;
#[cfg(test)]
pub(crate) mod testing;

pub use gpt::{Gpt, GptArray, GptCopy, GptEntry, GptHeader, GptSide};
pub use kind::PartitionKind;
pub use lead::{Lead, SectorRun};
pub use mbr::{Mbr, MbrEntry};
pub use sector_zero::SectorZero;
pub use spans::{Gap, Overlap};

use crate::source::{ReadAt, ReadError};

/// Which table describes the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Neither an MBR nor a GPT was found.
    None,
    /// A master boot record: there is no GPT, or only one that the MBR does not protect, which
    /// systems ignore.
    Mbr,
    /// A GUID partition table (at least one of its two headers was found).
    Gpt,
}

/// One partition, whichever table it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Number as operating systems count: GPT entry index + 1; MBR 1 to 4, logical from 5.
    pub number: u32,
    /// What its type says that it holds.
    pub kind: PartitionKind,
    /// First sector, in units of [`PartitionTable::sector_size`].
    pub first_lba: u64,
    /// Last sector (inclusive).
    pub last_lba: u64,
    /// Name in the GPT entry, as it stands there (hostile text); empty in an MBR.
    pub name: String,
    /// Unique GUID of a GPT partition.
    pub guid: Option<uuid::Uuid>,
    /// MBR status 0x80, or the GPT attribute "legacy BIOS bootable".
    pub active: bool,
    /// GPT attribute bits; 0 in an MBR.
    pub attributes: u64,
    /// A logical partition inside an extended one.
    pub logical: bool,
    /// Byte offset on the disk of the entry that describes it.
    pub entry_offset: u64,
}

impl Partition {
    /// Number of sectors; 0 where the last lies before the first.
    pub fn sectors(&self) -> u64 {
        self.last_lba
            .checked_sub(self.first_lba)
            .map_or(0, |sectors| sectors.saturating_add(1))
    }
}

/// What sort of anomaly it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnomalyKind {
    /// It contradicts its specification, so that it, or what follows, cannot be used.
    Broken,
    /// Unusual, but it was used, or knowingly passed over.
    Odd,
    /// The bytes could not be read.
    Unread,
    /// Beyond what this program follows.
    Limit,
}

/// A structure of the table that is broken, unsupported or beyond a limit, and what that hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableAnomaly {
    /// What sort of anomaly it is.
    pub kind: AnomalyKind,
    /// Byte offset on the disk.
    pub offset: u64,
    /// The structure.
    pub structure: &'static str,
    /// What is the matter.
    pub message: String,
}

/// Everything that was read of a disk's partition table.
#[derive(Debug, Clone)]
pub struct PartitionTable {
    /// Which table counts.
    pub scheme: Scheme,
    /// Bytes per sector in which the table counts: 512, or 4096 where a GPT was laid out for it.
    pub sector_size: u32,
    /// Size of the disk in bytes.
    pub disk_size: u64,
    /// What sector 0 is.
    pub sector0: SectorZero,
    /// The master boot record, where sector 0 is one.
    pub mbr: Option<Mbr>,
    /// The GUID partition table, where a header was found.
    pub gpt: Option<Gpt>,
    /// Partitions in the order of their numbers.
    pub partitions: Vec<Partition>,
    /// Pairs of partitions that share sectors.
    pub overlaps: Vec<Overlap>,
    /// Sector ranges that no partition covers, in order.
    pub gaps: Vec<Gap>,
    /// What could not be read.
    pub anomalies: Vec<TableAnomaly>,
    /// What stands in the first MiB outside of the table.
    pub lead: Lead,
}

impl PartitionTable {
    /// Last sector of the disk, in units of [`sector_size`](Self::sector_size).
    pub fn last_lba(&self) -> u64 {
        layout::last_lba(self.disk_size, self.sector_size)
    }

    /// Byte offset of a sector; the largest number where it lies beyond any disk.
    pub fn byte_of(&self, lba: u64) -> u64 {
        lba.saturating_mul(u64::from(self.sector_size))
    }

    /// The partition of that number.
    pub fn partition(&self, number: u32) -> Option<&Partition> {
        self.partitions
            .iter()
            .find(|partition| partition.number == number)
    }
}

/// Reads the partition table of `disk`.
///
/// # Errors
/// [`ReadError`] when sector 0 or 1 cannot be read, or when the image changed while it was read;
/// anything else wrong with a table is a fact, not an error.
pub fn read(disk: &dyn ReadAt) -> Result<PartitionTable, ReadError> {
    layout::read(disk)
}
