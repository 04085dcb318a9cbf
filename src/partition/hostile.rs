//! Mutations of tables: whatever the bytes say, reading ends soon and without a panic.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::time::{Duration, Instant};

use super::testing::{ESP, LINUX, MIB, TestDisk, TestGpt};
use super::{PartitionTable, read};

const SIZE: u64 = 64 * MIB;
const ROUNDS: u32 = 3400;

/// xorshift64*: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

fn seeds() -> [TestDisk; 3] {
    let mut gpt = TestDisk::new(SIZE);
    gpt.gpt(&TestGpt::with(&[
        (ESP, 2048, 4095, "esp"),
        (LINUX, 4096, 9999, "root"),
    ]));
    let mut mbr = TestDisk::new(SIZE);
    mbr.mbr(&[
        (0x80, 0x83, 2048, 2048),
        (0, 0x05, 4096, 16384),
        (0, 0xee, 1, 10),
    ]);
    mbr.boot_record(4096, &[(0, 0x83, 63, 1000), (0, 0x05, 4096, 2048)]);
    mbr.boot_record(8192, &[(0, 0x82, 2048, 512), (0, 0x0f, 8192, 2048)]);
    mbr.boot_record(12288, &[(0, 0x8e, 1, 100)]);
    let mut large = TestDisk::new(SIZE);
    large.gpt(&TestGpt {
        sector_size: 4096,
        ..TestGpt::default()
    });
    [gpt, mbr, large]
}

/// What must hold of any table, so that the rules can rely on it.
fn check(table: &PartitionTable) {
    assert!(table.overlaps.len() <= 64);
    assert!(table.anomalies.len() <= 256);
    assert!(table.lead.runs.len() <= 64);
    assert!(table.partitions.len() <= 8192);
    assert!(table.gaps.len() <= table.partitions.len() + 1);
    assert!(
        table
            .partitions
            .windows(2)
            .all(|pair| pair[0].number < pair[1].number)
    );
    for pair in table.gaps.windows(2) {
        assert!(pair[0].last_lba < pair[1].first_lba);
    }
    for gap in &table.gaps {
        assert!(gap.first_lba <= gap.last_lba && gap.last_lba <= table.last_lba());
    }
}

/// A byte of a structure: mostly of the fields that steer the parsers.
fn target(random: &mut Random, disk: &TestDisk) -> u64 {
    let written = disk.written();
    let sector = written[random.below(written.len() as u64) as usize];
    match random.below(3) {
        0 => sector * 512 + random.below(512),
        1 => sector * 512 + random.below(92),
        _ => sector * 512 + 446 + random.below(66),
    }
}

/// `rounds` mutations of each seed.
pub(crate) fn mutated(rounds: u32) -> impl Iterator<Item = TestDisk> {
    (0x5eed_0001..).zip(seeds()).flat_map(move |(start, seed)| {
        let mut random = Random(start);
        (0..rounds).map(move |_| mutate(&mut random, &seed))
    })
}

fn mutate(random: &mut Random, seed: &TestDisk) -> TestDisk {
    let mut disk = seed.clone();
    for _ in 0..=random.below(6) {
        let at = target(random, seed);
        let value = match random.below(4) {
            0 => 0xff,
            1 => 0,
            _ => random.next().to_le_bytes()[0],
        };
        disk.write(at, &[value]);
        // With its CRC put right a mutated header is believed, and leads further.
        if at / 512 == 1 {
            disk.set_header(512, 8, &[0, 0, 1, 0]);
        }
    }
    disk
}

#[test]
fn mutated_tables_are_read_without_panic_and_soon() {
    let started = Instant::now();
    for disk in mutated(ROUNDS) {
        check(&read(&disk).unwrap());
    }
    // 10,200 disks take a few seconds; the bound only catches what runs away.
    assert!(
        started.elapsed() < Duration::from_secs(120),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn truncated_disks_are_read_at_every_length() {
    for mut disk in seeds() {
        for len in (0..40_000).step_by(97).chain(SIZE - 40_000..SIZE) {
            if len < 40_000 || len % 512 < 2 {
                check(&read(disk.resize(len)).unwrap());
            }
        }
    }
}
