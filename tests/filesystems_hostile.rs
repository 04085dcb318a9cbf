//! Mutations of the committed file systems: whatever the bytes say, reading ends soon, and without
//! a panic.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Patched, image};
use vhd_preflight::filesystem::{self, FileSystem, FileType};
use vhd_preflight::source::{MemorySource, ReadAt};
use vhd_preflight::volume::FileSystemKind::{self, Ext2, Ext3, Ext4, Fat12, Fat16, Fat32};

const ROUNDS: usize = 2400;

/// xorshift64*: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) as usize % bound
    }
}

/// Walks everything with small limits, and counts what could be read.
fn walk(fs: &dyn FileSystem) -> (usize, usize) {
    let (mut read, mut refused) = (0, 0);
    let mut count = |good: bool| if good { read += 1 } else { refused += 1 };
    let mut folders = vec![Vec::new()];
    let mut left = 150;
    while let Some(folder) = folders.pop() {
        let root: &[u8] = if folder.is_empty() { b"/" } else { &folder };
        let entries = fs.list(root, 400);
        count(entries.is_ok());
        for entry in entries.unwrap_or_default() {
            if left == 0 {
                break;
            }
            left -= 1;
            let path = [&folder[..], b"/", &entry.name].concat();
            let metadata = fs.metadata(&path);
            count(metadata.is_ok());
            match entry.file_type {
                FileType::Directory if path.len() < 300 => folders.push(path),
                FileType::Directory | FileType::Special => {}
                FileType::Symlink => count(fs.read_link(&path).is_ok()),
                FileType::File => {
                    count(
                        fs.read(&path, 0, 70_000)
                            .is_ok_and(|bytes| bytes.len() <= 70_000),
                    );
                    let end = metadata.ok().flatten().map_or(0, |metadata| metadata.size);
                    count(fs.read(&path, end.saturating_sub(9), 5000).is_ok());
                }
            }
        }
    }
    (read, refused)
}

/// The places of a byte image that are worth changing: sectors that are not empty, and of a
/// sector of the tests' own text only the start.
fn places(bytes: &[u8]) -> Vec<u64> {
    let mut out = Vec::new();
    for (number, sector) in bytes.chunks(512).enumerate() {
        let content = sector.iter().filter(|byte| **byte == b'-').count() > 100;
        if !content && sector.iter().any(|byte| *byte != 0) {
            out.push(number as u64 * 512);
        }
    }
    out
}

#[test]
fn mutated_file_systems_end_soon_and_without_a_panic() {
    let images: [(&str, FileSystemKind); 10] = [
        ("ext4-1k-plain", Ext4),
        ("ext2", Ext2),
        ("ext3-dirty", Ext3),
        ("ext4-dirty-v1", Ext4),
        ("ext4-dirty", Ext4),
        ("ext4-meta-bg", Ext4),
        ("ext4-bigalloc", Ext4),
        ("fat12", Fat12),
        ("fat16", Fat16),
        ("fat32", Fat32),
    ];
    let mut random = Random(0x5eed_f11e);
    let (mut opened, mut read, mut refused) = (0, 0, 0);
    for (name, kind) in images {
        let bytes = image(&format!("filesystems/{name}.img"));
        let places = places(&bytes);
        let base: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes));
        for round in 0..ROUNDS / images.len() {
            let count = 1 + random.below(6);
            let patches = (0..count)
                .map(|_| {
                    // Half of them in the structures at the front.
                    let near = if random.below(2) == 0 {
                        places.len()
                    } else {
                        12
                    };
                    let place = places[random.below(near.min(places.len()))];
                    let byte = [0, 1, 0x7f, 0xff, random.below(256) as u8][random.below(5)];
                    (place + random.below(512) as u64, byte)
                })
                .collect();
            let source: Arc<dyn ReadAt> = Arc::new(Patched {
                base: Arc::clone(&base),
                patches,
            });
            let start = Instant::now();
            let _ = filesystem::superblock(&source, kind);
            if let Ok(ranges) = filesystem::free_space(&source, kind, 10_000) {
                assert!(ranges.iter().all(|range| range.start < range.end));
                assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
            if let Ok(fs) = filesystem::open(&source, kind) {
                opened += 1;
                let (good, bad) = walk(&*fs);
                read += good;
                refused += bad;
            }
            let took = start.elapsed();
            assert!(
                took < Duration::from_secs(10),
                "{name}, round {round}: {took:?}"
            );
        }
    }
    // Otherwise the mutations reach nothing, or everything.
    assert!(opened > ROUNDS / 3, "{opened} opened");
    assert!(
        read > 10_000 && refused > 100,
        "{read} read, {refused} refused"
    );
}
