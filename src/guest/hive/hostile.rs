//! Hostile hives: what they say is refused by name, and whatever they say, reading them ends.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::time::{Duration, Instant};

use super::testing::{HiveWriter, seal};
use super::tests::{of_everything, packed};
use super::*;

fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

/// Byte offset of the content of the key's cell.
fn node(bytes: &[u8], path: &str) -> usize {
    let hive = Hive::open(bytes.to_vec(), &[]).unwrap();
    hive.key(path).unwrap().unwrap().offset() as usize + 4
}

/// Where the content of the cell at this offset in the hive bins data is.
fn content(bytes: &[u8], field: usize) -> usize {
    u32::from_le_bytes(bytes[field..field + 4].try_into().unwrap()) as usize + 4096 + 4
}

fn cell_of(node: usize) -> u32 {
    (node - 4 - 4096) as u32
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, HiveError>, kind: &str, says: &str) {
    let error = result.unwrap_err();
    assert!(format!("{error:?}").starts_with(kind), "{error:?}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn what_is_no_hive_of_a_known_version_is_refused() {
    let open = |bytes: &[u8]| Hive::open(bytes.to_vec(), &[]);
    assert_refused(open(b""), "NotAHive", "signature");
    assert_refused(open(&[0; 8192]), "NotAHive", "\"\\x00\\x00\\x00\\x00\"");
    assert_refused(open(b"regf"), "Short", "base block");
    let good = HiveWriter::new().build();
    assert_refused(open(&good[..4096]), "Corrupt", "hive bin");
    for (at, number, kind, says) in [
        (
            20,
            2,
            "Unsupported",
            "major version at offset 20 is 2, expected 1",
        ),
        (
            24,
            2,
            "Unsupported",
            "minor version at offset 24 is 2, expected 3 to 6",
        ),
        (24, 7, "Unsupported", "minor version"),
        (28, 6, "Unsupported", "file type"),
        (32, 0, "Unsupported", "file format"),
        (40, 0, "Corrupt", "hive bins data size"),
        (40, 4097, "Corrupt", "hive bins data size"),
        (4096, 0, "Corrupt", "hive bin"),
    ] {
        let mut bytes = good.clone();
        put(&mut bytes, at, number);
        seal(&mut bytes);
        assert_refused(open(&bytes), kind, says);
    }
    for minor in 3..=6 {
        let mut bytes = good.clone();
        put(&mut bytes, 24, minor);
        seal(&mut bytes);
        assert!(open(&bytes).unwrap().root().is_ok());
    }
}

#[test]
fn cells_are_whole_allocated_and_inside() {
    let good = HiveWriter::new().key("a").build();
    let a = node(&good, "a");
    for (at, number, says) in [
        (36, 0x7FFF_FFF8, "inside of the 4096 bytes"),
        (36, 36, "a multiple of 8"),
        (a - 4, 88, "an allocated cell"),
        (a - 4, 0, "an allocated cell"),
        (a - 4, (-81_i32).cast_unsigned(), "an allocated cell"),
        (a - 4, (-8192_i32).cast_unsigned(), "bytes that are left"),
        (a - 4, i32::MIN.cast_unsigned(), "bytes that are left"),
        (a - 4, (-8_i32).cast_unsigned(), "needs"),
        (a, 0, "signature"),
        (a + 72, 60_000, "at most 512"),
        (a + 72, 400, "key name string"),
    ] {
        let mut bytes = good.clone();
        put(&mut bytes, at, number);
        seal(&mut bytes);
        let hive = Hive::open(bytes, &[]).unwrap();
        let error = hive.key("a").unwrap_err().to_string();
        assert!(
            error.contains("key node") && error.contains(says),
            "{error}"
        );
    }
}

#[test]
fn no_key_is_listed_by_two_or_twice() {
    let good = HiveWriter::new().key("a\\b").key("c").build();
    let (root, a, b) = (node(&good, ""), node(&good, "a"), node(&good, "a\\b"));
    let of_root = content(&good, root + 28);
    let of_a = content(&good, a + 28);
    for (at, cell, says) in [
        // `a` lists itself, the root, and a key of another; the root lists a key twice.
        (of_a + 4, cell_of(a), "parent"),
        (of_a + 4, cell_of(root), "parent"),
        (of_a + 4, cell_of(node(&good, "c")), "parent"),
        (of_root + 12, cell_of(a), "twice"),
    ] {
        let mut bytes = good.clone();
        put(&mut bytes, at, cell);
        let hive = Hive::open(bytes, &[]).unwrap();
        let path = if at == of_root + 12 {
            "none"
        } else {
            "a\\none"
        };
        assert_refused(hive.key(path), "Corrupt", says);
    }
    // The root as its own descendant, with a parent that fits.
    let mut bytes = good.clone();
    put(&mut bytes, of_a + 4, cell_of(root));
    put(&mut bytes, root + 16, cell_of(a));
    let hive = Hive::open(bytes, &[]).unwrap();
    assert_refused(hive.key("a\\b"), "Corrupt", "any key but the root");
    assert_eq!(&good[b..b + 2], b"nk");
}

/// What one can still find is found; that something is absent is only said where all was read.
#[test]
fn a_broken_neighbour_hides_nothing_and_proves_nothing() {
    let writer = HiveWriter::new().key("a").key("b").key("c");
    let good = writer
        .set("", "x", Data::Sz("long enough for a cell".into()))
        .set("", "y", Data::Dword(1))
        .build();
    let mut bytes = good.clone();
    let b = node(&good, "b");
    bytes[b] = 0;
    let hive = Hive::open(bytes, &[]).unwrap();
    assert!(hive.key("A").unwrap().is_some());
    assert!(hive.key("C").unwrap().is_some());
    assert_refused(hive.key("b"), "Corrupt", "signature");
    assert_refused(hive.key("d"), "Corrupt", "signature");
    assert_refused(hive.root().unwrap().subkeys(), "Corrupt", "signature");

    let hive = Hive::open(good.clone(), &[]).unwrap();
    let x = hive.root().unwrap().value("X").unwrap().unwrap().offset as usize + 4;
    let mut bytes = good;
    bytes[x] = 0;
    let hive = Hive::open(bytes, &[]).unwrap();
    let root = hive.root().unwrap();
    assert_eq!(root.value("y").unwrap().unwrap().data, Data::Dword(1));
    assert_refused(root.value("x"), "Corrupt", "key value");
    assert_refused(root.values(), "Corrupt", "key value");
}

#[test]
fn subkey_lists_are_checked() {
    let good = packed!("lists");
    let key = node(&good, "by ri");
    let index = content(&good, key + 28);
    let leaf = content(&good, index + 4);
    let number = |at| u32::from_le_bytes(good[at..at + 4].try_into().unwrap());
    for (at, put_there, says) in [
        // An index root in itself; too few and too many in it; a leaf that ends too early.
        (index + 4, number(key + 28), "\"li\", \"lf\" or \"lh\""),
        (key + 20, 49, "expected 49 of the key node"),
        (key + 20, 51, "expected 51 of the key node"),
        (
            leaf,
            u32::from_le_bytes(*b"lh\xff\xff"),
            "hash leaf: field list elements",
        ),
        (
            index,
            u32::from_le_bytes(*b"ri\xff\xff"),
            "index root: field list elements",
        ),
        (leaf, u32::from_le_bytes(*b"xx\x01\x00"), "signature"),
        (key + 28, u32::MAX, "subkeys list: field cell offset"),
    ] {
        let mut bytes = good.clone();
        put(&mut bytes, at, put_there);
        let hive = Hive::open(bytes, &[]).unwrap();
        let key = hive.key("by ri").unwrap().unwrap();
        let error = key.subkeys().unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(key.subkey("none").is_err());
    }
}

#[test]
fn data_is_no_larger_than_it_can_be() {
    let large = Data::Binary(vec![7; 3000]);
    let good = HiveWriter::new()
        .set("", "a", large.clone())
        .set("", "b", large)
        .set("", "c", Data::Dword(1))
        .build();
    let root = node(&good, "");
    let list = content(&good, root + 40);
    let (a, c) = (content(&good, list), content(&good, list + 8));
    for (at, number, says) in [
        (a + 4, 3005, "value data"),
        (a + 4, 0x7FFF_FFFF, "more than the hive holds"),
        (c + 4, 5 | 1 << 31, "at most 4 bytes of resident data"),
        (a + 8, 0x7FFF_FFF8, "value data: field cell offset"),
        (root + 36, 100_000, "key values list"),
        (root + 36, 200_001, "at most 200000"),
    ] {
        let mut bytes = good.clone();
        put(&mut bytes, at, number);
        let hive = Hive::open(bytes, &[]).unwrap();
        let error = hive.root().unwrap().values().unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    // One value listed over and over would take more memory than the hive.
    let mut list_of_one = vec![0; 4 * 1000];
    for element in list_of_one.chunks_exact_mut(4) {
        element.copy_from_slice(&good[list..list + 4]);
    }
    let bytes = HiveWriter::new()
        .set("", "a", Data::Binary(vec![7; 3000]))
        .set("", "list", Data::Binary(list_of_one))
        .build();
    let root = node(&bytes, "");
    let values = content(&bytes, root + 40);
    let stored_list = content(&bytes, values + 4);
    let mut bytes = bytes;
    let first = bytes[values..values + 4].to_vec();
    let at = content(&bytes, stored_list + 8);
    for element in bytes[at..at + 4000].chunks_exact_mut(4) {
        element.copy_from_slice(&first);
    }
    put(&mut bytes, root + 40, cell_of(at));
    put(&mut bytes, root + 36, 1000);
    let hive = Hive::open(bytes, &[]).unwrap();
    let values = hive.root().unwrap().values();
    assert_refused(values, "Corrupt", "cells that do not overlap");
}

#[test]
fn big_data_is_checked() {
    let good = HiveWriter::new()
        .set("", "a", Data::Binary(vec![7; 40_000]))
        .build();
    let value = content(&good, content(&good, node(&good, "") + 40));
    let record = content(&good, value + 8);
    let list = content(&good, record + 4);
    for (at, number, says) in [
        (
            record,
            u32::from_le_bytes(*b"db\x02\x00"),
            "is 2, expected 3",
        ),
        (
            record,
            u32::from_le_bytes(*b"dc\x03\x00"),
            "big data: field signature",
        ),
        (record + 4, u32::MAX, "list of segments"),
        (list + 8, 0, "data segment"),
        // The version without big data has it all in one cell.
        (24, 3, "value data"),
    ] {
        let mut bytes = good.clone();
        put(&mut bytes, at, number);
        seal(&mut bytes);
        let hive = Hive::open(bytes, &[]).unwrap();
        let error = hive.root().unwrap().value("a").unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn a_path_has_a_limit() {
    let deep = vec!["a"; 512].join("\\");
    let hive = Hive::open(HiveWriter::new().key(&deep).build(), &[]).unwrap();
    assert!(hive.key(&deep).unwrap().is_some());
    assert!(hive.key(&format!("{deep}\\b")).is_err());
}

#[test]
fn a_key_that_stands_for_another_has_no_values_to_read() {
    let mut bytes = HiveWriter::new().set("a", "b", Data::Dword(1)).build();
    let a = node(&bytes, "a");
    bytes[a + 2] |= 0x50;
    let hive = Hive::open(bytes, &[]).unwrap();
    let key = hive.key("a").unwrap().unwrap();
    assert!(key.is_symbolic_link());
    assert_refused(key.values(), "Unsupported", "KEY_PREDEF_HANDLE");
}

/// Reads all of a hive, as far as it goes; the number of its keys.
fn walk(hive: &Hive) -> usize {
    let mut keys = 0;
    let mut open: Vec<Key<'_>> = hive.root().into_iter().collect();
    while let Some(key) = open.pop() {
        keys += 1;
        let _ = (
            key.class(),
            key.values(),
            key.value("none"),
            key.subkey("none"),
        );
        open.extend(key.subkeys().into_iter().flatten());
    }
    keys
}

/// Xorshift with a fixed seed: the same mutations on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Changes some bytes, or numbers to values that parsers stumble over.
fn mutate(bytes: &mut [u8], random: &mut Random) {
    const VALUES: [u32; 10] = [
        0,
        1,
        8,
        32,
        4096,
        0x7FFF_FFF8,
        1 << 31,
        0xFFFF,
        u32::MAX,
        16_345,
    ];
    for _ in 0..=random.below(6) {
        // The front has most of what is not data.
        let most = if random.below(3) == 0 {
            512
        } else {
            bytes.len()
        };
        let at = random.below(most.min(bytes.len()));
        match random.below(4) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            kind => {
                let at = at & !3;
                // Another cell, or a number of note.
                let number = match kind {
                    2 => VALUES[random.below(VALUES.len())],
                    _ => (random.below(bytes.len()) & !7) as u32,
                };
                if at + 4 <= bytes.len() {
                    put(bytes, at, number);
                }
            }
        }
    }
}

#[test]
fn ten_thousand_mutations_end_soon() {
    // Without the large data: what is changed shall be what is read.
    let small = (16..20).fold(of_everything(), |writer, number| {
        writer.unset("Types", &format!("value {number}"))
    });
    let small = (0..60)
        .fold(small, |writer, n| {
            writer.set("Many", &format!("v{n}"), Data::Qword(n))
        })
        .key("a\\b\\c\\d\\e")
        .build();
    assert!(small.len() <= 4096 * 4, "{}", small.len());
    let logs = [
        packed!("dirty.LOG1"),
        packed!("dirty.LOG2"),
        packed!("dirty.LOG"),
    ];
    let dirty = packed!("dirty");
    let lists = packed!("lists");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (started, mut slowest, mut read) = (Instant::now(), Duration::ZERO, 0);
    for round in 0..10_000 {
        let (mut hive, mut logs) = match round % 10 {
            0 => (dirty.clone(), logs.to_vec()),
            1 => (lists.clone(), Vec::new()),
            _ => (small.clone(), Vec::new()),
        };
        mutate(&mut hive, &mut random);
        if round % 4 != 0 {
            seal(&mut hive);
        }
        for log in &mut logs {
            mutate(log, &mut random);
            seal(log);
        }
        if round % 7 == 0 {
            hive.truncate(random.below(hive.len()));
        }
        let most = hive.len() + logs.iter().map(Vec::len).sum::<usize>() + (1 << 20) + 4096;
        let one = Instant::now();
        if let Ok(hive) = Hive::open(hive, &logs) {
            assert!(hive.bytes.len() <= most, "round {round}");
            // No more than there can be key nodes.
            let keys = walk(&hive);
            assert!(keys <= hive.bytes.len() / 80, "round {round}: {keys}");
            read += usize::from(keys > 1);
        }
        slowest = slowest.max(one.elapsed());
    }
    assert!(read > 4_000, "only {read} were still hives");
    let all = started.elapsed();
    assert!(slowest < Duration::from_secs(2), "{slowest:?} of {all:?}");
}
