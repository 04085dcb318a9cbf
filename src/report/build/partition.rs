//! Facts of the partition table.

use super::v1;
use crate::partition::{AnomalyKind, Gpt, GptCopy, GptSide, Partition, PartitionTable, Scheme};

fn crc(value: u32) -> String {
    format!("0x{value:08x}")
}

pub(super) fn partitions(table: &PartitionTable) -> Vec<v1::Partition> {
    let unit = u64::from(table.sector_size);
    table
        .partitions
        .iter()
        .map(|part| partition(part, unit))
        .collect()
}

fn partition(part: &Partition, unit: u64) -> v1::Partition {
    let (offset, size) = bytes(part.first_lba, part.last_lba, unit);
    v1::Partition {
        number: part.number,
        kind: part.kind.code(),
        kind_name: part.kind.name(),
        name: part.name.clone(),
        guid: part.guid.map(|guid| guid.to_string()),
        first_lba: part.first_lba,
        last_lba: part.last_lba,
        offset,
        size,
        active: part.active,
        attributes: part.attributes,
        logical: part.logical,
        entry_offset: part.entry_offset,
    }
}

/// Offset and size in bytes; a hostile table may state sectors beyond what 64 bits count in bytes.
fn bytes(first: u64, last: u64, unit: u64) -> (u64, u64) {
    let sectors = last.saturating_add(1).saturating_sub(first);
    (first.saturating_mul(unit), sectors.saturating_mul(unit))
}

pub(super) fn table(table: &PartitionTable) -> v1::PartitionTable {
    let unit = u64::from(table.sector_size);
    let gpt = table.gpt.as_ref();
    v1::PartitionTable {
        scheme: match table.scheme {
            Scheme::None => "none",
            Scheme::Mbr => "mbr",
            Scheme::Gpt => "gpt",
        },
        sector_size: table.sector_size,
        disk_guid: gpt
            .filter(|_| table.scheme == Scheme::Gpt)
            .and_then(|gpt| gpt.used_copy())
            .map(|copy| copy.header.disk_guid.to_string()),
        disk_signature: table.mbr.as_ref().map(|mbr| crc(mbr.disk_signature)),
        mbr: table.mbr.as_ref().map(|mbr| v1::MasterBootRecord {
            boot_code: mbr.boot_code,
            protective: mbr.protective().is_some(),
            hybrid: mbr.is_hybrid(),
        }),
        gpt_headers: gpt.map(headers).unwrap_or_default(),
        gpt_differences: gpt.map(|gpt| gpt.differences.clone()).unwrap_or_default(),
        overlaps: table
            .overlaps
            .iter()
            .map(|overlap| v1::Overlap {
                first: overlap.first,
                second: overlap.second,
                first_lba: overlap.first_lba,
                last_lba: overlap.last_lba,
            })
            .collect(),
        gaps: table
            .gaps
            .iter()
            .map(|gap| {
                let (offset, size) = bytes(gap.first_lba, gap.last_lba, unit);
                v1::Gap {
                    first_lba: gap.first_lba,
                    last_lba: gap.last_lba,
                    offset,
                    size,
                }
            })
            .collect(),
        anomalies: table
            .anomalies
            .iter()
            .map(|anomaly| v1::TableAnomaly {
                kind: match anomaly.kind {
                    AnomalyKind::Broken => "broken",
                    AnomalyKind::Odd => "odd",
                    AnomalyKind::Unread => "unread",
                    AnomalyKind::Limit => "limit",
                },
                offset: anomaly.offset,
                structure: anomaly.structure,
                message: anomaly.message.clone(),
            })
            .collect(),
    }
}

fn headers(gpt: &Gpt) -> Vec<v1::GptHeader> {
    let sides = [
        (GptSide::Primary, &gpt.primary),
        (GptSide::Backup, &gpt.backup),
    ];
    sides
        .into_iter()
        .filter_map(|(side, copy)| {
            copy.as_ref()
                .map(|copy| header(side, copy, gpt.used == Some(side)))
        })
        .collect()
}

fn header(side: GptSide, copy: &GptCopy, used: bool) -> v1::GptHeader {
    let header = &copy.header;
    v1::GptHeader {
        copy: match side {
            GptSide::Primary => "primary",
            GptSide::Backup => "backup",
        },
        used,
        lba: header.lba,
        offset: header.offset,
        header_size: header.header_size,
        header_crc: crc(header.crc_stored),
        my_lba: header.my_lba,
        alternate_lba: header.alternate_lba,
        first_usable_lba: header.first_usable_lba,
        last_usable_lba: header.last_usable_lba,
        disk_guid: header.disk_guid.to_string(),
        entries_lba: header.entries_lba,
        entry_count: header.entry_count,
        entry_size: header.entry_size,
        entries_crc: crc(header.entries_crc_stored),
        defects: copy.defects(),
    }
}
