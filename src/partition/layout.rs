//! Puts the partitions of whichever table counts into one list, with overlaps and gaps.

use super::gpt::{self, Gpt, GptEntry};
use super::kind::PartitionKind;
use super::mbr::{self, Mbr, MbrEntry};
use super::reader::Reader;
use super::sector_zero::{self, SectorZero};
use super::spans::{gaps, overlaps};
use super::{AnomalyKind, Lead, Partition, PartitionTable, Scheme};
use crate::bytes::{FieldError, Fields};
use crate::source::{ReadAt, ReadError};

/// The GPT attribute "legacy BIOS bootable" (UEFI 2.10 table 5.8).
const LEGACY_BIOS_BOOTABLE: u64 = 1 << 2;

pub(super) fn read(disk: &dyn ReadAt) -> Result<PartitionTable, ReadError> {
    let mut reader = Reader::new(disk);
    let (sector0, mut mbr) = first_sector(&mut reader)?;
    if let Some(mbr) = &mut mbr {
        mbr::follow(&mut reader, mbr)?;
    }
    let (gpt, sector_size) = match gpt::find(&mut reader)? {
        Some((gpt, size)) => (Some(gpt), size),
        None => (None, 512),
    };
    let scheme = scheme(&mut reader, sector0, mbr.as_ref(), gpt.as_ref());
    // Where an MBR counts, a GPT that is left over does not decide about sectors.
    let sector_size = if scheme == Scheme::Gpt {
        sector_size
    } else {
        512
    };
    let partitions = partitions(&mut reader, scheme, mbr.as_ref(), gpt.as_ref());
    let overlaps = overlaps(&mut reader, &partitions);
    let gaps = usable(scheme, gpt.as_ref(), last_lba(disk.len(), sector_size))
        .map(|(first, last)| gaps(&partitions, first, last))
        .unwrap_or_default();
    let table = gpt.as_ref().filter(|_| scheme == Scheme::Gpt);
    let lead = Lead::read(disk, table, sector_size)?;
    Ok(PartitionTable {
        scheme,
        sector_size,
        disk_size: disk.len(),
        sector0,
        mbr,
        gpt,
        partitions,
        overlaps,
        gaps,
        anomalies: reader.into_anomalies(),
        lead,
    })
}

/// Last whole sector of a disk of `size` bytes; 0 for a disk without any.
pub(super) fn last_lba(size: u64, sector_size: u32) -> u64 {
    let sectors = size.checked_div(u64::from(sector_size)).unwrap_or(0);
    sectors.saturating_sub(1)
}

/// What sector 0 is. Here and for sector 1 a failed read is an error: without them nothing can
/// be said of the table.
fn first_sector(reader: &mut Reader<'_>) -> Result<(SectorZero, Option<Mbr>), ReadError> {
    let size = reader.disk().len();
    if size < mbr::SECTOR {
        let message = format!("the disk has {size} bytes: there is no sector 0");
        reader.note(AnomalyKind::Broken, "MBR", 0, message);
        return Ok((SectorZero::Missing, None));
    }
    let len = if size < 1024 { 512 } else { 1024 };
    let bytes = reader.disk().read_vec(0, len)?;
    match parse_first_sector(&Fields::new("MBR", 0, &bytes), size) {
        Ok(parsed) => {
            note_first_sector(reader, &parsed);
            Ok(parsed)
        }
        Err(error) => {
            reader.note(AnomalyKind::Broken, "MBR", 0, error.to_string());
            Ok((SectorZero::Other, None))
        }
    }
}

fn parse_first_sector(
    sector: &Fields<'_>,
    size: u64,
) -> Result<(SectorZero, Option<Mbr>), FieldError> {
    let disk_sectors = size.checked_div(mbr::SECTOR).unwrap_or(0);
    let sector0 = sector_zero::classify(sector, disk_sectors)?;
    let mbr = match sector0 {
        SectorZero::Mbr => Some(mbr::parse(sector)?),
        _ => None,
    };
    Ok((sector0, mbr))
}

fn note_first_sector(reader: &mut Reader<'_>, parsed: &(SectorZero, Option<Mbr>)) {
    match parsed.0 {
        SectorZero::BootSector(name) => {
            let message = format!(
                "sector 0 is the boot sector of a file system ({name}): the disk has no partition \
                 table"
            );
            reader.note(AnomalyKind::Odd, "MBR", 0, message);
        }
        SectorZero::VhdFooter => {
            let message = "sector 0 holds a VHD footer (`conectix`) in place of the MBR";
            reader.note(AnomalyKind::Broken, "MBR", 0, message);
        }
        _ => {}
    }
    for entry in parsed.1.iter().flat_map(|mbr| &mbr.entries) {
        if !matches!(entry.status, 0x00 | 0x80) {
            let message = format!(
                "the status of entry {} is 0x{:02x}, neither 0x00 nor 0x80",
                entry.number, entry.status
            );
            reader.note(AnomalyKind::Broken, "MBR", entry.offset, message);
        }
        if (entry.type_code != 0) != (entry.sectors != 0) {
            let message = format!(
                "entry {} has type 0x{:02x} and {} sectors: it is taken as unused",
                entry.number, entry.type_code, entry.sectors
            );
            reader.note(AnomalyKind::Odd, "MBR", entry.offset, message);
        }
    }
}

fn scheme(
    reader: &mut Reader<'_>,
    sector0: SectorZero,
    mbr: Option<&Mbr>,
    gpt: Option<&Gpt>,
) -> Scheme {
    let Some(gpt) = gpt else {
        return if mbr.is_some() {
            Scheme::Mbr
        } else {
            Scheme::None
        };
    };
    // Linux and UEFI firmware look for a GPT only where the MBR protects one.
    let unprotected = mbr.is_some_and(|mbr| mbr.protective().is_none() && mbr.used().count() > 0);
    let reformatted = matches!(sector0, SectorZero::BootSector(_)) && gpt.primary.is_none();
    if unprotected || reformatted {
        let copy = gpt.primary.as_ref().or(gpt.backup.as_ref());
        let offset = copy.map_or(0, |copy| copy.header.offset);
        let message =
            "a GPT stands here that no protective MBR announces: it is a remnant, and not counted";
        reader.note(AnomalyKind::Odd, "GPT header", offset, message);
    }
    match (unprotected, reformatted) {
        (true, _) => Scheme::Mbr,
        (false, true) => Scheme::None,
        (false, false) => Scheme::Gpt,
    }
}

fn partitions(
    reader: &mut Reader<'_>,
    scheme: Scheme,
    mbr: Option<&Mbr>,
    gpt: Option<&Gpt>,
) -> Vec<Partition> {
    match (scheme, mbr, gpt) {
        (Scheme::Gpt, mbr, Some(gpt)) => {
            if mbr.is_some_and(Mbr::is_hybrid) {
                let message =
                    "a hybrid MBR: beside the entry that protects the GPT it has partitions";
                reader.note(AnomalyKind::Odd, "MBR", 0, message);
            }
            gpt.entries().iter().map(from_gpt).collect()
        }
        (Scheme::Mbr, Some(mbr), _) => mbr
            .entries
            .iter()
            .chain(&mbr.logical)
            .filter(|entry| entry.is_used())
            .map(from_mbr)
            .collect(),
        _ => Vec::new(),
    }
}

fn from_gpt(entry: &GptEntry) -> Partition {
    Partition {
        number: entry.index.saturating_add(1),
        kind: PartitionKind::Gpt(entry.type_guid),
        first_lba: entry.first_lba,
        last_lba: entry.last_lba,
        name: entry.name.clone(),
        guid: Some(entry.guid),
        active: entry.attributes & LEGACY_BIOS_BOOTABLE != 0,
        attributes: entry.attributes,
        logical: false,
        entry_offset: entry.offset,
    }
}

fn from_mbr(entry: &MbrEntry) -> Partition {
    Partition {
        number: entry.number,
        kind: entry.kind(),
        first_lba: entry.first_lba,
        last_lba: entry.last_lba(),
        name: String::new(),
        guid: None,
        active: entry.status == 0x80,
        attributes: 0,
        logical: entry.number > 4,
        entry_offset: entry.offset,
    }
}

/// The sectors where partitions may lie.
fn usable(scheme: Scheme, gpt: Option<&Gpt>, last: u64) -> Option<(u64, u64)> {
    match scheme {
        Scheme::None => None,
        Scheme::Mbr => Some((1, last)),
        Scheme::Gpt => {
            let header = &gpt?.used_copy()?.header;
            Some((header.first_usable_lba, header.last_usable_lba.min(last)))
        }
    }
}

#[cfg(test)]
mod tests;
