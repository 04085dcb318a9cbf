//! The master boot record: sector 0 with its four entries, and the logical partitions behind them.

mod ebr;

use std::collections::BTreeSet;

use super::kind::PartitionKind;
use super::reader::Reader;
use crate::bytes::{FieldError, Fields, is_zero};
use crate::source::ReadError;

/// Offset of the signature in an MBR and in an EBR.
pub(super) const SIGNATURE_AT: usize = 510;
/// The signature.
pub(super) const SIGNATURE: [u8; 2] = [0x55, 0xaa];
/// Bytes per sector that an MBR counts in. One laid out for 4096 cannot be told from its bytes.
pub(super) const SECTOR: u64 = 512;
/// Logical partitions that are followed; Linux stops sooner.
const MAX_LOGICAL: usize = 128;

/// Where the four entries begin, and the bytes that each takes.
const ENTRIES_AT: [(u32, usize); 4] = [(1, 446), (2, 462), (3, 478), (4, 494)];

/// A master boot record. No standard describes it; the fields are those on which IBM's and
/// Microsoft's systems agree, and UEFI 2.10 section 5.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mbr {
    /// Whether any of the bytes 0 to 439 is not zero. Says that code is there, not that it boots.
    pub boot_code: bool,
    /// Windows' disk signature at byte 440.
    pub disk_signature: u32,
    /// The four entries, used or not.
    pub entries: Vec<MbrEntry>,
    /// Entries of the logical partitions, in the order of their chain, with absolute sectors.
    pub logical: Vec<MbrEntry>,
}

/// An entry of an MBR, or of an extended boot record (EBR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MbrEntry {
    /// 1 to 4, logical from 5, as operating systems count.
    pub number: u32,
    /// Byte offset of the entry on the disk.
    pub offset: u64,
    /// 0x80 active, 0x00 not; nothing else is allowed.
    pub status: u8,
    /// Cylinder, head and sector of the start, as they stand there. Nothing believes them.
    pub chs_first: [u8; 3],
    /// Type.
    pub type_code: u8,
    /// Cylinder, head and sector of the end.
    pub chs_last: [u8; 3],
    /// First 512-byte sector, counted from the start of the disk.
    pub first_lba: u64,
    /// Number of 512-byte sectors.
    pub sectors: u32,
}

impl MbrEntry {
    fn read(record: &Fields<'_>, base: u64, number: u32, at: usize) -> Result<Self, FieldError> {
        let field = |by: usize| at.saturating_add(by);
        Ok(Self {
            number,
            offset: base.saturating_add(u64::try_from(at).unwrap_or(u64::MAX)),
            status: record.u8("status", field(0))?,
            chs_first: record.array("first CHS", field(1))?,
            type_code: record.u8("type", field(4))?,
            chs_last: record.array("last CHS", field(5))?,
            first_lba: record.u32_le("first LBA", field(8))?.into(),
            sectors: record.u32_le("sectors", field(12))?,
        })
    }

    /// Whether it describes a partition: a type and a length.
    pub fn is_used(&self) -> bool {
        self.type_code != 0 && self.sectors != 0
    }

    /// The type.
    pub fn kind(&self) -> PartitionKind {
        PartitionKind::Mbr(self.type_code)
    }

    /// Last sector (inclusive); an entry without sectors ends where it begins.
    pub fn last_lba(&self) -> u64 {
        self.first_lba
            .saturating_add(u64::from(self.sectors).saturating_sub(1))
    }
}

impl Mbr {
    /// The entry of type EE that protects a GPT.
    pub fn protective(&self) -> Option<&MbrEntry> {
        self.entries
            .iter()
            .find(|entry| entry.is_used() && entry.kind().is_protective())
    }

    /// Entries that describe partitions, the protective one left out.
    pub fn used(&self) -> impl Iterator<Item = &MbrEntry> {
        self.entries
            .iter()
            .filter(|entry| entry.is_used() && !entry.kind().is_protective())
    }

    /// Whether it protects a GPT and yet shows partitions of its own, so that systems which read
    /// the one or the other see different disks.
    pub fn is_hybrid(&self) -> bool {
        self.protective().is_some() && self.used().next().is_some()
    }
}

/// The four entries of the record that was read at byte `base`.
pub(super) fn entries(record: &Fields<'_>, base: u64) -> Result<Vec<MbrEntry>, FieldError> {
    ENTRIES_AT
        .iter()
        .map(|(number, at)| MbrEntry::read(record, base, *number, *at))
        .collect()
}

/// Reads the record in `sector`, which was found to carry the signature.
pub(super) fn parse(sector: &Fields<'_>) -> Result<Mbr, FieldError> {
    Ok(Mbr {
        boot_code: !is_zero(sector.bytes("boot code", 0, 440)?),
        disk_signature: sector.u32_le("disk signature", 440)?,
        entries: entries(sector, 0)?,
        logical: Vec::new(),
    })
}

/// Follows the extended partitions of `mbr` and adds their logical ones.
///
/// # Errors
/// [`ReadError::Changed`] only.
pub(super) fn follow(reader: &mut Reader<'_>, mbr: &mut Mbr) -> Result<(), ReadError> {
    let mut visited = BTreeSet::new();
    for extended in mbr
        .entries
        .iter()
        .filter(|e| e.is_used() && e.kind().is_extended())
    {
        ebr::follow(reader, extended, &mut visited, &mut mbr.logical)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
