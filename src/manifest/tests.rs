//! Manifests written and read back, damaged in every way, and compared with plain searches.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::scan::{BLOCK_SIZE, Block, NoProgress, Options, Region, scan_with};
use crate::source::MemorySource;

/// A disk of blocks, each filled with one byte, and a last block of `tail` bytes.
fn disk(blocks: &[u8], tail: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    for fill in blocks {
        bytes.resize(bytes.len() + 65_536, *fill);
    }
    bytes.truncate(bytes.len() - (65_536 - tail).min(bytes.len()));
    bytes
}

fn manifest(bytes: &[u8]) -> Manifest {
    let options = Options {
        keep_blocks: true,
        ..Options::default()
    };
    let disk = MemorySource::new(bytes.to_vec());
    let found = scan_with(&disk, &options, &NoProgress).unwrap();
    Manifest::from_blocks(&found.content, found.blocks.unwrap()).unwrap()
}

fn written(manifest: &Manifest) -> Vec<u8> {
    let mut bytes = Vec::new();
    manifest.write_to(&mut bytes).unwrap();
    bytes
}

fn refused(bytes: &[u8]) -> String {
    Manifest::read_from(bytes).unwrap_err().to_string()
}

/// `bytes` with the checksum that belongs to them, so that what lies behind it is reached.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 32);
    let checksum = blake3::hash(&bytes);
    bytes.extend(checksum.as_bytes());
    bytes
}

fn fills() -> impl Strategy<Value = Vec<u8>> {
    let fill = prop_oneof![4 => Just(0), 3 => 1_u8..4, 1 => any::<u8>()];
    prop::collection::vec(fill, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_is_written_is_read_back(blocks in fills(), tail in 1_usize..65_537) {
        let manifest = manifest(&disk(&blocks, tail));
        let bytes = written(&manifest);
        prop_assert!(Manifest::recognise(&bytes));
        let read = Manifest::read_from(&*bytes).unwrap();
        prop_assert_eq!(&read, &manifest);
        prop_assert_eq!(written(&read), bytes);
    }

    #[test]
    fn the_delta_is_that_of_a_plain_comparison(
        before in fills(),
        after in fills(),
        keep in 0_usize..60,
        tails in (1_usize..65_537, 1_usize..65_537),
        borders in (0_u64..5_000_000, 0_u64..5_000_000),
    ) {
        // Something in common, mostly.
        let kept = keep.min(before.len());
        let after: Vec<u8> = before[..kept].iter().chain(&after).copied().collect();
        let (old, new) = (disk(&before, tails.0), disk(&after, tails.1));
        let range = borders.0.min(borders.1)..borders.0.max(borders.1);
        let regions = [Region::new("some", range.clone()), Region::new("all", 0..u64::MAX)];
        let delta = compare(&manifest(&old), &manifest(&new), &regions);
        prop_assert_eq!(delta.identical, old == new);
        prop_assert_eq!(delta.previous_disk_bytes, old.len() as u64);
        prop_assert_eq!(delta.current_disk_bytes, new.len() as u64);
        prop_assert_eq!(delta.total, plain(&old, &new, |_| true));
        prop_assert_eq!(&delta.regions[0].name, "some");
        prop_assert_eq!(delta.regions[0].bytes, plain(&old, &new, |at| range.contains(&at)));
        prop_assert_eq!(delta.regions[1].bytes, delta.total);
    }
}

/// The comparison from the definitions, byte by byte.
fn plain(old: &[u8], new: &[u8], within: impl Fn(u64) -> bool) -> Moved {
    let contents: HashSet<&[u8]> = old.chunks(65_536).collect();
    let is_zero = |block: &[u8]| block.iter().all(|byte| *byte == 0);
    let mut moved = Moved::default();
    for at in (0..old.len().max(new.len())).step_by(65_536) {
        let block = |disk: &'_ [u8]| {
            disk.get(at..(at + 65_536).min(disk.len()))
                .map(<[u8]>::to_vec)
        };
        let (old, new) = (
            block(old).unwrap_or_default(),
            block(new).unwrap_or_default(),
        );
        let count = |block: &[u8]| {
            (at..at + block.len())
                .filter(|at| within(*at as u64))
                .count() as u64
        };
        let known = contents.contains(&*new);
        match (is_zero(&old), is_zero(&new)) {
            (true, true) => {}
            (false, true) => moved.removed_bytes += count(&old),
            (false, false) if old == new => moved.unchanged_bytes += count(&new),
            (was_zero, false) => {
                if was_zero {
                    moved.added_bytes += count(&new);
                } else {
                    moved.changed_bytes += count(&new);
                }
                moved.moved_bytes += if known { count(&new) } else { 0 };
            }
        }
    }
    moved
}

#[test]
fn content_that_moved_is_told_from_new_content() {
    let before = manifest(&disk(&[1, 2, 0, 3], 65_536));
    let after = manifest(&disk(&[0, 1, 2, 4], 65_536));
    let delta = compare(&before, &after, &[]);
    let block = BLOCK_SIZE;
    assert_eq!(
        delta.total,
        Moved {
            unchanged_bytes: 0,
            changed_bytes: 2 * block,
            added_bytes: block,
            removed_bytes: block,
            moved_bytes: 2 * block,
        }
    );
    assert_eq!(delta.total.new_content_bytes(), block);
    assert!(!delta.identical);
    assert!(compare(&after, &after, &[]).identical);
}

#[test]
fn the_picture_shows_what_changed() {
    let options = Options {
        map_cells: 4,
        ..Options::default()
    };
    let (old, new) = (disk(&[1, 2, 0, 0], 65_536), disk(&[1, 3, 0, 7], 100));
    let found = scan_with(&MemorySource::new(new.clone()), &options, &NoProgress).unwrap();
    let mut map = found.map.unwrap();
    assert!(!map.compared);
    mark_changes(&mut map, &manifest(&old), &manifest(&new));
    let changed: Vec<_> = map.cells.iter().map(|cell| cell.changed_bytes).collect();
    assert_eq!(changed, [0, BLOCK_SIZE, 0, 100]);
    assert!(map.compared);
}

#[test]
fn a_30_gib_disk_with_1_gib_of_data_takes_well_under_a_mib() {
    // The blocks of 1 GiB in runs of 16, a tenth of them repeated.
    let blocks = (0..16_384_u64).map(|n| Block {
        index: n / 16 * 480 + n % 16,
        hash: *blake3::hash(&(n - n % 10 / 9).to_le_bytes()).as_bytes(),
    });
    let table = BlockTable::new(30 << 30, blocks.collect()).unwrap();
    let manifest = Manifest {
        tool_version: "0.1.0".to_owned(),
        digest: table.digest(),
        table,
    };
    let bytes = written(&manifest);
    assert!(bytes.len() < 520 << 10, "{} bytes", bytes.len());
    assert_eq!(Manifest::read_from(&*bytes).unwrap(), manifest);
}

#[test]
fn an_incomplete_disk_has_no_manifest() {
    let bytes = disk(&[1, 2], 65_536);
    let options = Options {
        keep_blocks: true,
        ..Options::default()
    };
    let found = scan_with(&MemorySource::new(bytes), &options, &NoProgress).unwrap();
    let mut content = found.content.clone();
    content.unavailable_bytes = 1;
    assert!(Manifest::from_blocks(&content, found.blocks.clone().unwrap()).is_none());
    assert!(Manifest::from_blocks(&found.content, found.blocks.unwrap()).is_some());
}

#[test]
fn every_mutation_is_refused_or_changes_nothing() {
    let manifest = manifest(&disk(&[1, 0, 0, 2, 1, 3, 3, 0, 5, 6, 1], 1234));
    let bytes = written(&manifest);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut through = 0;
    for round in 0..5000 {
        let mut mutant = bytes.clone();
        for _ in 0..=random(3) {
            let at = random(mutant.len());
            match random(6) {
                0 => mutant[at] ^= 1 << random(8),
                1 => mutant[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)],
                2 => mutant.truncate(at.max(33)),
                3 => mutant.insert(at, random(256) as u8),
                4 => drop(mutant.remove(at)),
                _ => mutant.extend_from_slice(&bytes[at.min(bytes.len())..]),
            }
        }
        match Manifest::read_from(&*mutant) {
            Ok(read) => assert!(mutant == bytes && read == manifest, "round {round}"),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        // With a checksum that fits, whatever is let through is a file that we could have written.
        if mutant.len() > 32 {
            let mutant = sealed(mutant);
            if let Ok(read) = Manifest::read_from(&*mutant) {
                through += 1;
                assert_eq!(written(&read), mutant, "round {round}");
                assert_eq!(read.digest(), read.table().digest());
            }
        }
    }
    assert!(through < 2500, "{through} mutants were let through");
}

#[test]
fn numbers_that_announce_much_cost_nothing() {
    // The largest disk, all of whose blocks are announced and none is there.
    let mut bytes = written(&manifest(&[]));
    let at = 11 + usize::from(bytes[10]);
    bytes.truncate(at);
    bytes.extend(u64::MAX.to_le_bytes());
    bytes.extend(BLOCK_SIZE.to_le_bytes());
    bytes.extend([0; 32]);
    bytes.extend(MOST_BLOCKS.to_le_bytes());
    bytes.extend(MOST_BLOCKS.to_le_bytes());
    // A run of as many new blocks: its hashes are missing.
    let announced = bytes.len();
    bytes.extend([0x81, 0x80, 0x80, 0x80, 0x01]);
    let error = refused(&bytes);
    assert!(error.contains("within the hash of a block"), "{error}");
    assert!(
        error.contains(&format!("byte {}", announced + 5)),
        "{error}"
    );
    bytes[announced - 16..announced - 8].copy_from_slice(&(MOST_BLOCKS + 1).to_le_bytes());
    assert!(refused(&bytes).contains("the number of blocks"));
}

#[test]
fn a_refusal_names_the_reason_and_the_place() {
    let manifest = manifest(&disk(&[1, 0, 2, 1], 65_536));
    let good = written(&manifest);
    let size_at = 11 + manifest.tool_version().len();
    let set = |at: usize, bytes: &[u8]| {
        let mut mutant = good.clone();
        mutant[at..at + bytes.len()].copy_from_slice(bytes);
        sealed(mutant)
    };
    let runs_at = size_at + 64;
    for (bytes, expected) in [
        (
            vec![],
            "this is no manifest: it begins with the bytes ,".to_owned(),
        ),
        (
            b"PK\x03\x04 and so on".to_vec(),
            "begins with the bytes 50 4b 03 04".to_owned(),
        ),
        (
            set(8, &[2]),
            "of version 2, this program reads version 1".to_owned(),
        ),
        (
            set(10, &[65]),
            "the version of the program at byte 10 is 65".to_owned(),
        ),
        (
            set(11, &[0x1b]),
            "the version of the program at byte 11 is not".to_owned(),
        ),
        (
            set(size_at + 8, &[1]),
            format!("size of a block at byte {} is 65537", size_at + 8),
        ),
        (
            set(size_at + 16, &[!good[size_at + 16]]),
            format!("digest of the content at byte {}", size_at + 16),
        ),
        (
            set(size_at + 48, &[9]),
            format!(
                "number of blocks at byte {} is 9, expected at most 4",
                size_at + 48
            ),
        ),
        (
            set(size_at + 56, &[9]),
            format!("number of contents at byte {} is 9", size_at + 56),
        ),
        (
            set(size_at + 56, &[1]),
            "is 2, of which 2 differ, expected 1".to_owned(),
        ),
        (
            set(runs_at, &[7]),
            format!("a run at byte {runs_at} is of kind 3"),
        ),
        (
            set(runs_at, &[1]),
            format!("a run at byte {runs_at} is of 0, expected 1 to 3 blocks"),
        ),
        (
            good[..runs_at + 7].to_vec(),
            format!("ends within the hash of a block at byte {}", runs_at + 1),
        ),
        (
            [&*good, &[0]].concat(),
            format!(
                "what follows the checksum at byte {} is more bytes",
                good.len()
            ),
        ),
    ] {
        let error = refused(&bytes);
        assert!(error.contains(&expected), "{error}\n{expected}");
    }
    let mut damaged = good.clone();
    damaged[11] ^= 1;
    let error = refused(&damaged);
    let place = format!("the checksum at byte {}", good.len() - 32);
    assert!(error.contains(&place), "{error}");
}

#[test]
fn a_file_is_put_in_place_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disk.manifest");
    let first = manifest(&disk(&[1], 65_536));
    save(&first, &path).unwrap();
    let second = manifest(&disk(&[2], 65_536));
    save(&second, &path).unwrap();
    let read = || Manifest::read_from(std::fs::File::open(&path).unwrap()).unwrap();
    assert_eq!(read(), second);
    // A folder cannot be replaced by a file: nothing is left behind.
    let taken = folder.path().join("taken");
    std::fs::create_dir_all(taken.join("inner")).unwrap();
    assert!(save(&first, &taken).is_err());
    assert!(save(&first, &folder.path().join("..")).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
