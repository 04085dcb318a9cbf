//! MBRs and chains of logical partitions, written by hand.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use crate::partition::testing::{MIB, TestDisk};
use crate::partition::{AnomalyKind, Scheme};

fn extended() -> TestDisk {
    let mut disk = TestDisk::new(64 * MIB);
    disk.mbr(&[(0x80, 0x83, 2048, 2048), (0, 0x05, 4096, 16384)]);
    // Each chain link counts from the extended partition, each partition from its own record.
    disk.boot_record(4096, &[(0, 0x83, 63, 1000), (0, 0x05, 4096, 2048)]);
    disk.boot_record(8192, &[(0, 0x82, 2048, 512), (0, 0x05, 8192, 2048)]);
    disk.boot_record(12288, &[(0, 0x8e, 1, 100)]);
    disk
}

#[test]
fn primary_entries_are_read_with_their_fields() {
    let mut disk = TestDisk::new(64 * MIB);
    disk.mbr(&[(0x80, 0x83, 2048, 4096), (0, 0, 0, 0), (0, 0x07, 8192, 1)]);
    disk.write(0, &[0xeb]).write(440, &[1, 2, 3, 4]);
    let table = disk.table();
    let mbr = table.mbr.as_ref().unwrap();
    assert!(mbr.boot_code && table.scheme == Scheme::Mbr);
    assert_eq!(mbr.disk_signature, 0x0403_0201);
    let found: Vec<_> = table
        .partitions
        .iter()
        .map(|p| (p.number, p.first_lba, p.last_lba, p.active, p.entry_offset))
        .collect();
    assert_eq!(
        found,
        [(1, 2048, 6143, true, 446), (3, 8192, 8192, false, 478)]
    );
}

#[test]
fn logical_partitions_are_followed_with_relative_offsets() {
    let table = extended().table();
    let logical: Vec<_> = table
        .partitions
        .iter()
        .filter(|p| p.logical)
        .map(|p| {
            (
                p.number,
                p.first_lba,
                p.last_lba,
                p.kind.to_string(),
                p.entry_offset,
            )
        })
        .collect();
    assert_eq!(
        logical,
        [
            (5, 4159, 5158, "Linux".to_owned(), 4096 * 512 + 446),
            (6, 10240, 10751, "Linux swap".to_owned(), 8192 * 512 + 446),
            (7, 12289, 12388, "Linux LVM".to_owned(), 12288 * 512 + 446),
        ]
    );
    assert_eq!(table.anomalies, []);
    assert_eq!(
        table.overlaps,
        [],
        "an extended partition contains its logical ones"
    );
}

#[test]
fn a_chain_that_loops_ends_and_is_reported() {
    let mut disk = extended();
    disk.boot_record(12288, &[(0, 0x8e, 1, 100), (0, 0x05, 4096, 1)]);
    let table = disk.table();
    assert_eq!(table.mbr.unwrap().logical.len(), 3);
    assert_eq!(table.anomalies[0].kind, AnomalyKind::Broken);
    assert!(
        table.anomalies[0]
            .message
            .contains("leads back to LBA 8192")
    );
}

#[test]
fn a_chain_that_leaves_the_disk_or_the_extended_partition_is_reported() {
    let mut disk = extended();
    disk.boot_record(12288, &[(0, 0x8e, 1, 100), (0, 0x05, 0xffff_ffff, 1)]);
    let messages: Vec<_> = disk
        .table()
        .anomalies
        .into_iter()
        .map(|a| a.message)
        .collect();
    assert!(
        messages[0].contains("outside of its extended partition"),
        "{messages:?}"
    );
    assert!(messages[1].contains("outside of the disk"), "{messages:?}");

    disk.boot_record(12288, &[(0, 0x8e, 1, 100), (0, 0x05, 40000, 1)]);
    disk.boot_record(44096, &[(0, 0x83, 1, 10)]);
    let table = disk.table();
    assert_eq!(
        table.mbr.unwrap().logical.len(),
        4,
        "it is read all the same"
    );
    assert_eq!(table.anomalies[0].offset, 44096 * 512);
}

#[test]
fn an_endless_chain_is_cut_off() {
    let mut disk = TestDisk::new(64 * MIB);
    disk.mbr(&[(0, 0x0f, 2048, 100_000)]);
    for n in 0..1000 {
        disk.boot_record(
            u64::from(2048 + n * 10),
            &[(0, 0x83, 1, 1), (0, 0x05, (n + 1) * 10, 1)],
        );
    }
    let table = disk.table();
    assert_eq!(table.mbr.unwrap().logical.len(), 128);
    assert_eq!(table.anomalies[0].kind, AnomalyKind::Limit);
}

#[test]
fn a_record_without_signature_ends_the_chain() {
    let mut disk = extended();
    disk.write(8192 * 512 + 510, &[0, 0]);
    let table = disk.table();
    assert_eq!(table.mbr.unwrap().logical.len(), 1);
    assert!(table.anomalies[0].message.contains("LBA 8192"));
}

#[test]
fn wrong_status_bytes_and_half_empty_entries_are_kept_as_anomalies() {
    let mut disk = TestDisk::new(64 * MIB);
    disk.mbr(&[(0x13, 0x83, 2048, 10), (0, 0, 4096, 10)]);
    let table = disk.table();
    assert_eq!(table.partitions.len(), 1);
    let kinds: Vec<_> = table.anomalies.iter().map(|a| (a.kind, a.offset)).collect();
    assert_eq!(kinds, [(AnomalyKind::Broken, 446), (AnomalyKind::Odd, 462)]);
}

#[test]
fn an_extended_partition_without_records_is_empty() {
    let mut disk = TestDisk::new(64 * MIB);
    let table = disk.mbr(&[(0, 0x05, 4096, 16384)]).table();
    assert_eq!(table.partitions.len(), 1);
    assert_eq!(table.anomalies[0].kind, AnomalyKind::Odd);
}
