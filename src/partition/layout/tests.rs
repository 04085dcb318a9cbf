//! Which table counts, overlaps, gaps, and reads that fail.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use crate::partition::testing::{ESP, LINUX, MIB, TestDisk, TestGpt};
use crate::partition::{Gap, Overlap, Scheme, SectorZero, read};
use crate::source::{MemorySource, ReadError};

const SIZE: u64 = 64 * MIB;

#[test]
fn the_table_that_systems_follow_is_the_one_that_counts() {
    let gpt = TestGpt::default();
    let mut disk = TestDisk::new(SIZE);
    assert_eq!(disk.table().scheme, Scheme::None);
    assert_eq!(disk.gpt(&gpt).table().scheme, Scheme::Gpt);
    let table = disk
        .mbr(&[(0, 0xee, 1, 2047), (0x80, 0x83, 2048, 10)])
        .table();
    assert!(table.scheme == Scheme::Gpt && table.mbr.unwrap().is_hybrid());
    let table = disk.mbr(&[(0x80, 0x83, 2048, 10)]).table();
    assert_eq!((table.scheme, table.partitions.len()), (Scheme::Mbr, 1));
    assert!(
        table
            .anomalies
            .iter()
            .any(|a| a.message.contains("remnant"))
    );
    assert!(
        !table.lead.runs.is_empty(),
        "a remnant does not own its sectors"
    );
    let table = disk.write(0, &[0; 512]).table();
    assert_eq!(
        (table.scheme, table.sector0),
        (Scheme::Gpt, SectorZero::Zero)
    );
    let table = disk
        .mbr(&[(0, 0xee, 1, 1)])
        .write(512, &[0; 8])
        .write(SIZE - 512, &[0; 8])
        .table();
    assert_eq!(
        table.scheme,
        Scheme::Mbr,
        "a protective MBR that protects nothing"
    );
}

#[test]
fn a_file_system_without_a_table_is_recognised_and_its_text_is_no_entry() {
    let mut disk = TestDisk::new(SIZE);
    disk.write(0, b"\xeb\x52\x90NTFS    ")
        .write(446, b"BOOTMGR is missing, press a key");
    let table = disk.write(510, &[0x55, 0xaa]).table();
    assert_eq!(table.sector0, SectorZero::BootSector("NTFS"));
    assert!(table.scheme == Scheme::None && table.mbr.is_none());
    assert!(
        table.anomalies[0]
            .message
            .contains("the disk has no partition table")
    );
}

#[test]
fn a_footer_over_sector_0_is_recognised() {
    let table = TestDisk::new(SIZE)
        .gpt(&TestGpt::default())
        .write(0, b"conectix")
        .table();
    assert_eq!(table.sector0, SectorZero::VhdFooter);
    assert!(table.mbr.is_none() && table.partitions.len() == 2);
}

#[test]
fn disks_of_any_small_size_are_read() {
    for len in [
        0,
        1,
        511,
        512,
        513,
        1023,
        1024,
        1536,
        4096,
        8192,
        65536,
        MIB - 1,
        MIB,
    ] {
        let table = read(&MemorySource::new(vec![0xff; len as usize])).unwrap();
        assert_eq!(table.scheme, Scheme::None, "{len} bytes");
        assert_eq!(table.sector0 == SectorZero::Missing, len < 512);
    }
}

#[test]
fn overlaps_name_each_partition_that_begins_inside_another() {
    let mut disk = TestDisk::new(SIZE);
    let entries = [
        (ESP, 9000, 9999, "c"),
        (LINUX, 2048, 8191, "a"),
        (LINUX, 4096, 9000, "b"),
    ];
    let table = disk.gpt(&TestGpt::with(&entries)).table();
    let expected = [
        Overlap {
            first: 2,
            second: 3,
            first_lba: 4096,
            last_lba: 8191,
        },
        Overlap {
            first: 3,
            second: 1,
            first_lba: 9000,
            last_lba: 9000,
        },
    ];
    assert_eq!(table.overlaps, expected);
}

#[test]
fn a_primary_partition_inside_an_extended_one_overlaps() {
    let mut disk = TestDisk::new(SIZE);
    disk.mbr(&[(0, 0x05, 2048, 8192), (0, 0x83, 4096, 10)]);
    disk.boot_record(2048, &[(0, 0x83, 1, 10)]);
    let overlaps = disk.table().overlaps;
    assert_eq!(overlaps.len(), 1);
    assert_eq!((overlaps[0].first, overlaps[0].second), (1, 2));
}

#[test]
fn ten_thousand_overlaps_are_counted_and_a_few_listed() {
    let mut disk = TestDisk::new(SIZE);
    let gpt = TestGpt {
        count: 8192,
        entries: vec![(LINUX, 0, u64::MAX, ""); 8192],
        ..TestGpt::default()
    };
    let table = disk.gpt(&gpt).table();
    assert_eq!((table.partitions.len(), table.overlaps.len()), (8192, 64));
    assert!(
        table
            .anomalies
            .iter()
            .any(|a| a.message.contains("8191 overlaps"))
    );
}

#[test]
fn gaps_are_what_lies_between_the_usable_bounds_and_the_partitions() {
    let table = TestDisk::new(SIZE).gpt(&TestGpt::default()).table();
    let gap = |first_lba, last_lba| Gap {
        first_lba,
        last_lba,
    };
    assert_eq!(table.gaps, [gap(34, 2047), gap(8192, SIZE / 512 - 34)]);
    let table = TestDisk::new(SIZE)
        .mbr(&[(0, 0x83, 63, 200), (0, 0x83, 263, 10)])
        .table();
    assert_eq!(table.gaps, [gap(1, 62), gap(273, SIZE / 512 - 1)]);
}

#[test]
fn without_sector_0_or_1_nothing_is_said() {
    for range in [0..512, 512..1024] {
        let error = read(TestDisk::new(SIZE).unavailable(range)).unwrap_err();
        assert!(matches!(error, ReadError::Unavailable { .. }));
    }
}

#[test]
fn a_file_that_changes_is_an_error_wherever_it_is_noticed() {
    let mut sound = TestDisk::new(SIZE);
    sound.gpt(&TestGpt::default());
    let mut logical = TestDisk::new(SIZE);
    logical.mbr(&[(0, 0x05, 40960, 8192)]);
    let places = [
        (&sound, 0),
        (&sound, 512),
        (&sound, 2048),
        (&sound, 100_000),
        (&sound, SIZE - 512),
        (&sound, SIZE - 1024),
        (&logical, 40960 * 512),
    ];
    for (disk, at) in places {
        let error = read(disk.clone().changing(at..at + 1)).unwrap_err();
        assert!(matches!(error, ReadError::Changed { .. }), "byte {at}");
    }
}
