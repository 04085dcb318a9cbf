//! Disks that other libraries wrote are read to the same facts; and they read ours.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::collections::BTreeMap;
use std::io::Cursor;

use gpt::mbr::ProtectiveMBR;
use gpt::{GptConfig, disk::LogicalBlockSize, partition_types as types};
use mbrman::{BOOT_ACTIVE, BOOT_INACTIVE, CHS, MBR, MBRPartitionEntry};

use super::testing::{MIB, TestDisk, TestGpt};
use super::{GptSide, PartitionTable, Scheme, read};
use crate::source::{MemorySource, ReadAt};

const SIZE: usize = 32 << 20;

fn table(bytes: Vec<u8>) -> PartitionTable {
    read(&MemorySource::new(bytes)).unwrap()
}

fn written_by_gpt(block: LogicalBlockSize) -> (Vec<u8>, gpt::GptDisk<Cursor<Vec<u8>>>) {
    let size = block.as_u64();
    let mut device = Cursor::new(vec![0; SIZE]);
    let last = u32::try_from(SIZE as u64 / size - 1).unwrap();
    ProtectiveMBR::with_lb_size(last)
        .overwrite_lba0(&mut device)
        .unwrap();
    let mut disk = GptConfig::new()
        .writable(true)
        .logical_block_size(block)
        .create_from_device(device, None)
        .unwrap();
    let align = Some(MIB / size);
    disk.add_partition("boot", MIB, types::EFI, 0, align)
        .unwrap();
    disk.add_partition(
        "r\u{fc}t \u{1f980}",
        5 * MIB,
        types::LINUX_ROOT_X64,
        4,
        align,
    )
    .unwrap();
    disk.add_partition("", 3 * MIB, types::BASIC, 1 << 63, align)
        .unwrap();
    disk.write_inplace().unwrap();
    (disk.device_ref().get_ref().clone(), disk)
}

#[test]
fn a_gpt_written_by_the_gpt_crate_is_read_to_the_same_facts() {
    for block in [LogicalBlockSize::Lb512, LogicalBlockSize::Lb4096] {
        let (bytes, oracle) = written_by_gpt(block);
        let table = table(bytes);
        let gpt = table.gpt.as_ref().unwrap();
        assert_eq!(table.scheme, Scheme::Gpt);
        assert_eq!(u64::from(table.sector_size), block.as_u64());
        assert_eq!(gpt.used, Some(GptSide::Primary));
        assert_eq!(table.anomalies, []);
        assert_eq!(gpt.differences, [""; 0]);
        let pairs = [
            (
                gpt.primary.as_ref().unwrap(),
                oracle.primary_header().unwrap(),
            ),
            (
                gpt.backup.as_ref().unwrap(),
                oracle.backup_header().unwrap(),
            ),
        ];
        for (ours, theirs) in pairs {
            assert!(ours.is_sound());
            let ours = &ours.header;
            assert_eq!(ours.disk_guid, theirs.disk_guid);
            assert_eq!(ours.my_lba, theirs.current_lba);
            assert_eq!(ours.alternate_lba, theirs.backup_lba);
            assert_eq!(ours.first_usable_lba, theirs.first_usable);
            assert_eq!(ours.last_usable_lba, theirs.last_usable);
            assert_eq!(ours.entries_lba, theirs.part_start);
            assert_eq!(ours.entry_count, theirs.num_parts);
            assert_eq!(ours.crc_stored, theirs.crc32);
            assert_eq!(ours.entries_crc_stored, theirs.crc32_parts);
        }
        assert_eq!(table.partitions.len(), oracle.partitions().len());
        for partition in &table.partitions {
            let theirs = &oracle.partitions()[&partition.number];
            assert_eq!(partition.first_lba, theirs.first_lba);
            assert_eq!(partition.last_lba, theirs.last_lba);
            assert_eq!(partition.name, theirs.name);
            assert_eq!(partition.guid, Some(theirs.part_guid));
            assert_eq!(partition.attributes, theirs.flags);
            assert_eq!(
                partition.kind.code(),
                theirs.part_type_guid.guid.to_string()
            );
        }
        assert!(table.partitions[1].active);
    }
}

#[test]
fn the_gpt_crate_accepts_the_tables_that_our_tests_write() {
    let mut disk = TestDisk::new(SIZE as u64);
    disk.gpt(&TestGpt::default());
    let bytes = (&disk as &dyn ReadAt).read_vec(0, SIZE).unwrap();
    let oracle = GptConfig::new()
        .only_valid_headers(true)
        .open_from_device(Cursor::new(bytes))
        .unwrap();
    assert!(oracle.primary_header().is_ok() && oracle.backup_header().is_ok());
    let found: BTreeMap<_, _> = oracle
        .partitions()
        .iter()
        .map(|(n, p)| (*n, (p.first_lba, p.last_lba)))
        .collect();
    assert_eq!(
        found,
        BTreeMap::from([(1, (2048, 4095)), (2, (4096, 8191))])
    );
}

#[test]
fn an_mbr_with_logical_partitions_written_by_mbrman_is_read_to_the_same_facts() {
    let mut device = Cursor::new(vec![0; SIZE]);
    let mut oracle = MBR::new_from(&mut device, 512, [1, 2, 3, 4]).unwrap();
    let entry = |boot, sys, starting_lba, sectors| MBRPartitionEntry {
        boot,
        first_chs: CHS::empty(),
        sys,
        last_chs: CHS::empty(),
        starting_lba,
        sectors,
    };
    oracle[1] = entry(BOOT_ACTIVE, 0x83, 2048, 4096);
    oracle[2] = entry(BOOT_INACTIVE, 0x0f, 8192, 40000);
    for (type_code, record, sectors) in
        [(0x83, 8192, 4096), (0x82, 12288, 8192), (0x8e, 22528, 4096)]
    {
        oracle.push(type_code, record, sectors).unwrap();
    }
    oracle.write_into(&mut device).unwrap();

    let table = table(device.into_inner());
    assert_eq!(table.scheme, Scheme::Mbr);
    assert_eq!(table.mbr.as_ref().unwrap().disk_signature, 0x0403_0201);
    let ours: Vec<_> = table
        .partitions
        .iter()
        .map(|p| {
            (
                p.number as usize,
                p.kind.code(),
                p.first_lba,
                p.sectors(),
                p.active,
            )
        })
        .collect();
    let theirs: Vec<_> = oracle
        .iter()
        .filter(|(_, p)| p.is_used())
        .map(|(n, p)| {
            let code = format!("0x{:02x}", p.sys);
            (
                n,
                code,
                u64::from(p.starting_lba),
                u64::from(p.sectors),
                p.is_active(),
            )
        })
        .collect();
    assert_eq!(ours, theirs);
    assert!(ours.len() >= 4, "{ours:?}");
}
