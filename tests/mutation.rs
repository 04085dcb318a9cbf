//! Hostile images: thousands of random changes to every structure of real ones. Whatever they say,
//! the inspection ends, soon, without a panic, and every rule has an outcome.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Patched, image, judge_source};
use vhd_preflight::inspect::Options;
use vhd_preflight::rules::{Profile, registry};
use vhd_preflight::source::{MemorySource, ReadAt};

/// Xorshift with a fixed seed: the same mutations on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// One mutation: single bytes, or a whole number at its natural place set to a value that parsers
/// stumble over.
fn mutation(random: &mut Random, ranges: &[std::ops::Range<u64>]) -> Vec<(u64, u8)> {
    const VALUES: [u64; 12] = [
        0,
        1,
        2,
        511,
        512,
        0x7FFF_FFFF,
        0x8000_0000,
        0xFFFF_FFFF,
        1 << 50,
        1 << 60,
        u64::MAX >> 1,
        u64::MAX,
    ];
    let mut patches = Vec::new();
    for _ in 0..=random.below(4) {
        let range = &ranges[random.below(ranges.len() as u64) as usize];
        let at = range.start + random.below(range.end - range.start);
        if random.below(2) == 0 {
            patches.push((at, random.next() as u8));
            continue;
        }
        let value = VALUES[random.below(VALUES.len() as u64) as usize];
        let (width, big) = (
            [2_u64, 4, 8][random.below(3) as usize],
            random.below(2) == 0,
        );
        let at = at - at % width;
        for index in 0..width {
            let shift = if big { width - 1 - index } else { index } * 8;
            patches.push((at + index, (value >> shift) as u8));
        }
    }
    patches
}

fn survive(name: &str, count: usize, scan: bool, ranges: fn(u64) -> Vec<std::ops::Range<u64>>) {
    // Far above what the slowest of them takes here; a loop or a huge allocation takes for ever.
    const LONGEST: Duration = Duration::from_secs(20);
    let base: Arc<dyn ReadAt> = Arc::new(MemorySource::new(image(name)));
    let ranges = ranges(base.len());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let options = Options {
        scan,
        ..Options::default()
    };
    for number in 0..count {
        let patches = mutation(&mut random, &ranges);
        let source: Arc<dyn ReadAt> = Arc::new(Patched {
            base: Arc::clone(&base),
            patches: patches.clone(),
        });
        let begun = Instant::now();
        let judged = judge_source("image.vhd", &source, &options, Profile::Strict);
        assert_eq!(judged.outcomes.len(), registry::RULES.len());
        assert!(
            begun.elapsed() < LONGEST,
            "{name}, mutation {number}: {patches:?}"
        );
    }
}

/// Footer, and the sectors where a partition table is.
fn fixed(len: u64) -> Vec<std::ops::Range<u64>> {
    vec![
        len - 512..len,
        len - 512..len - 400,
        0..512,
        512..3072,
        len - 512 - 33 * 512..len - 512,
    ]
}

/// Both footers, the dynamic header, the table, and the first bitmap.
fn dynamic(len: u64) -> Vec<std::ops::Range<u64>> {
    vec![
        0..112,
        512..1536,
        512..600,
        1088..1280,
        1536..2048,
        2048..2560,
        len - 512..len - 400,
    ]
}

#[test]
fn a_fixed_disk_survives_5000_mutations() {
    survive("containers/fixed-good.vhd", 5000, false, fixed);
}

#[test]
fn a_gpt_disk_survives_3000_mutations() {
    survive("containers/gpt-good.vhd", 3000, false, fixed);
}

#[test]
fn logical_partitions_survive_2000_mutations() {
    survive("containers/mbr-logical.vhd", 2000, false, fixed);
}

#[test]
fn a_dynamic_disk_survives_5000_mutations() {
    survive("containers/dynamic-good.vhd", 5000, false, dynamic);
}

#[test]
fn a_differencing_disk_survives_3000_mutations() {
    survive("containers/diff-child.vhd", 3000, false, dynamic);
}

#[test]
fn the_content_pass_survives_300_mutations_of_a_dynamic_disk() {
    survive("containers/dynamic-qem2.vhd", 300, true, dynamic);
}
