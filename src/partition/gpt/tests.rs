//! GPTs written by hand: sound, broken, hostile.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use crate::partition::testing::{DISK_GUID, ESP, LINUX, MIB, TestDisk, TestGpt};
use crate::partition::{AnomalyKind, GptSide, PartitionTable, Scheme};

const SIZE: u64 = 64 * MIB;
const LAST: u64 = SIZE / 512 - 1;

fn disk() -> TestDisk {
    let mut disk = TestDisk::new(SIZE);
    disk.gpt(&TestGpt::default());
    disk
}

fn primary_defects(table: &PartitionTable) -> Vec<String> {
    table
        .gpt
        .as_ref()
        .unwrap()
        .primary
        .as_ref()
        .unwrap()
        .defects()
}

#[test]
fn both_copies_of_a_sound_table_are_read() {
    let table = disk().table();
    let gpt = table.gpt.as_ref().unwrap();
    assert_eq!((table.scheme, table.sector_size), (Scheme::Gpt, 512));
    assert_eq!(gpt.used, Some(GptSide::Primary));
    assert_eq!(gpt.differences, [""; 0]);
    let (primary, backup) = (gpt.primary.as_ref().unwrap(), gpt.backup.as_ref().unwrap());
    assert!(primary.is_sound() && backup.is_sound());
    assert_eq!((primary.header.lba, backup.header.lba), (1, LAST));
    assert_eq!(primary.header.alternate_lba, LAST);
    assert_eq!(primary.header.disk_guid, DISK_GUID);
    let found: Vec<_> = table
        .partitions
        .iter()
        .map(|p| {
            (
                p.number,
                p.first_lba,
                p.last_lba,
                p.name.as_str(),
                p.kind.to_string(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (1, 2048, 4095, "esp", "EFI system".to_owned()),
            (2, 4096, 8191, "root", "Linux file system".to_owned()),
        ]
    );
    assert_eq!(table.partitions[1].entry_offset, 1024 + 128);
    assert_eq!(table.anomalies, []);
}

#[test]
fn a_header_of_512_bytes_and_a_longer_array_are_sound() {
    let mut disk = TestDisk::new(SIZE);
    disk.gpt(&TestGpt {
        header_size: 512,
        count: 256,
        entry_size: 256,
        ..TestGpt::default()
    });
    let table = disk.table();
    assert_eq!(primary_defects(&table), [""; 0]);
    assert_eq!(table.partitions.len(), 2);
    assert_eq!(table.lead.runs, []);
}

#[test]
fn the_backup_stands_in_for_a_primary_with_a_wrong_crc() {
    for offset in [512 + 56, 1024 + 32] {
        let table = disk().flip(offset, 1).table();
        let gpt = table.gpt.as_ref().unwrap();
        assert_eq!(gpt.used, Some(GptSide::Backup), "byte {offset}");
        assert_eq!(primary_defects(&table).len(), 1);
        assert!(primary_defects(&table)[0].contains("CRC32"));
        assert_eq!(table.partitions[0].first_lba, 2048);
        assert!(table.partitions[0].entry_offset > 1 << 20);
        assert!(
            table
                .anomalies
                .iter()
                .any(|a| a.message.contains("those of the backup"))
        );
        assert!(!gpt.differences.is_empty());
    }
}

#[test]
fn the_backup_stands_in_for_a_primary_that_is_gone() {
    let table = disk().write(512, &[0; 512]).table();
    let gpt = table.gpt.as_ref().unwrap();
    assert!(gpt.primary.is_none() && gpt.used == Some(GptSide::Backup));
    assert_eq!(table.partitions.len(), 2);
    assert_eq!(
        table.lead.runs,
        [],
        "what is left of the array is still the table's"
    );
}

#[test]
fn a_backup_that_is_not_at_the_end_is_found_where_the_primary_says() {
    let table = disk().resize(SIZE + MIB).table();
    let backup = table.gpt.as_ref().unwrap().backup.as_ref().unwrap();
    assert_eq!(backup.header.lba, LAST);
    assert!(backup.is_sound() && backup.header.lba != table.last_lba());
}

#[test]
fn a_stale_backup_at_the_end_does_not_hide_the_right_one() {
    let mut disk = disk();
    disk.resize(SIZE + MIB)
        .write((SIZE + MIB) - 512, b"EFI PART");
    let backup = disk.table().gpt.unwrap().backup.unwrap();
    assert_eq!(backup.header.lba, LAST);
}

#[test]
fn copies_that_differ_are_said_to() {
    let mut disk = disk();
    let other = TestGpt::with(&[(ESP, 2048, 4095, "esp"), (LINUX, 5000, 8191, "root")]);
    disk.gpt_copy(&other, LAST, 1, LAST - 32);
    let gpt = disk.table().gpt.unwrap();
    assert_eq!(gpt.used, Some(GptSide::Primary));
    assert_eq!(gpt.differences.len(), 1);
    assert!(gpt.differences[0].starts_with("entry 2: LBA 4096 to 8191"));
}

#[test]
fn a_table_laid_out_for_4096_byte_sectors_is_read_in_its_sectors() {
    let mut disk = TestDisk::new(SIZE);
    let gpt = TestGpt {
        sector_size: 4096,
        entries: vec![(LINUX, 256, 511, "root")],
        ..TestGpt::default()
    };
    let table = disk.gpt(&gpt).table();
    assert_eq!((table.scheme, table.sector_size), (Scheme::Gpt, 4096));
    assert_eq!(table.byte_of(table.partitions[0].first_lba), MIB);
    assert_eq!(
        table
            .gpt
            .as_ref()
            .unwrap()
            .backup
            .as_ref()
            .unwrap()
            .header
            .lba,
        SIZE / 4096 - 1
    );
    assert_eq!(table.lead.runs, []);
    let table = disk.write(4096, &[0; 512]).table();
    assert_eq!(
        (table.sector_size, table.partitions.len()),
        (4096, 1),
        "by its backup"
    );
}

#[test]
fn hostile_counts_and_sizes_cost_nothing_and_are_named() {
    let cases: [(u32, u32, &str); 7] = [
        (u32::MAX, 128, "reach past the end"),
        (u32::MAX, u32::MAX, "not 128 times a power of two"),
        (128, 0, "not 128 times a power of two"),
        (128, 127, "not 128 times a power of two"),
        (128, u32::MAX, "not 128 times a power of two"),
        (1, 1 << 31, "reach past the end"),
        (16384, 128, "more than the 1048576 bytes"),
    ];
    for (count, size, message) in cases {
        let mut disk = disk();
        disk.set_header(512, 80, &count.to_le_bytes())
            .set_header(512, 84, &size.to_le_bytes());
        let table = disk.table();
        let defects = primary_defects(&table).join("; ");
        assert!(defects.contains(message), "{count} of {size}: {defects}");
        assert_eq!(table.gpt.unwrap().used, Some(GptSide::Backup));
    }
}

#[test]
fn hostile_sectors_are_kept_as_they_stand() {
    let far = (1_u64 << 63).to_le_bytes();
    for field in [24, 32, 40, 48, 72] {
        let mut disk = disk();
        disk.set_header(512, field, &far);
        let table = disk.table();
        assert_eq!(table.partitions.len(), 2, "field at {field}");
    }
    let mut disk = TestDisk::new(SIZE);
    let entries = [
        (LINUX, 1 << 63, u64::MAX, "far"),
        (LINUX, 0, u64::MAX, "all"),
        (LINUX, 9, 3, "back"),
    ];
    let table = disk.gpt(&TestGpt::with(&entries)).table();
    assert_eq!(table.partitions.len(), 3);
    assert_eq!(
        (table.partitions[1].sectors(), table.partitions[2].sectors()),
        (u64::MAX, 0)
    );
    assert_eq!(table.overlaps.len(), 1);
}

#[test]
fn hostile_header_sizes_leave_the_crc_unknown() {
    for size in [0, 91, 513, u32::MAX] {
        let mut disk = disk();
        disk.write(512 + 12, &u32::to_le_bytes(size));
        let table = disk.table();
        assert!(primary_defects(&table)[0].contains("HeaderSize"), "{size}");
        assert_eq!(
            table.gpt.unwrap().primary.unwrap().header.crc_computed,
            None
        );
    }
}

#[test]
fn an_array_that_cannot_be_read_is_not_called_broken() {
    let mut disk = disk();
    disk.unavailable(2048..4096);
    let table = disk.table();
    let gpt = table.gpt.as_ref().unwrap();
    assert!(gpt.primary.as_ref().unwrap().is_undecided());
    assert_eq!(gpt.used, Some(GptSide::Backup));
    assert!(
        table
            .anomalies
            .iter()
            .any(|a| a.kind == AnomalyKind::Unread)
    );
}

#[test]
fn a_backup_that_cannot_be_read_leaves_the_primary_in_use() {
    let mut disk = disk();
    disk.unavailable(LAST * 512..SIZE);
    let table = disk.table();
    assert_eq!(table.gpt.as_ref().unwrap().used, Some(GptSide::Primary));
    let unread = &table.anomalies[0];
    assert_eq!(
        (unread.kind, unread.structure),
        (AnomalyKind::Unread, "GPT backup header")
    );
}
