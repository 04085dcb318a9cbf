//! rpm's three formats against what rpm lists, and broken bytes.

#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::super::{Packages, gather};
use super::*;
use crate::guest::testing::Tree;

fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(packed).unwrap();
    std::io::Read::read_to_end(&mut decoder, &mut bytes).unwrap();
    bytes
}

macro_rules! fixture {
    ($name:literal) => {
        unpacked(include_bytes!(concat!(
            "../../../../../testdata/packages/",
            $name,
            ".zst"
        )))
    };
}
macro_rules! expected {
    ($name:literal) => {
        include_str!(concat!("../../../../../testdata/packages/", $name, ".list"))
    };
}

/// As the fixtures' lists have it: name, version, architecture, source package.
fn assert_listed(packages: &Packages, expected: &str) {
    let mut listed: Vec<_> = packages
        .list
        .iter()
        .map(|package| {
            let source = package.source.as_ref().map_or(String::new(), |source| {
                let (_, version) = package
                    .source_version()
                    .split_once(':')
                    .unwrap_or(("", package.source_version()));
                format!("{source}-{version}.src.rpm")
            });
            format!(
                "{}\t{}\t{}\t{source}",
                package.name, package.version, package.architecture
            )
        })
        .collect();
    listed.sort();
    let mut expected: Vec<_> = expected.lines().collect();
    expected.sort_unstable();
    assert_eq!(listed, expected);
    assert!(listed.len() > 70);
}

fn sqlite_files() -> Files {
    Files {
        main: fixture!("rpm-sqlite"),
        log: fixture!("rpm-wal-log"),
        journal: Vec::new(),
    }
}

#[test]
fn sqlite_is_read_as_rpm_reads_it() {
    let root = Tree::new()
        .bytes("/var/lib/rpm/rpmdb.sqlite", &fixture!("rpm-sqlite"))
        .root();
    let packages = gather(&root).unwrap();
    assert_listed(&packages, expected!("rpm-sqlite"));
    assert_eq!(packages.databases[0].spot.path, "/var/lib/rpm/rpmdb.sqlite");
    let openssl = packages.find("openssl").unwrap();
    assert_eq!(openssl.version, "1:3.0.7-27.el9");
    assert_eq!(openssl.upstream_version(), "3.0.7");
    assert_eq!(
        packages.spot(openssl).unwrap().path,
        "/var/lib/rpm/rpmdb.sqlite"
    );
    // The newest by rpm's order, which is not the last by the alphabet.
    assert_eq!(packages.all("kernel-core").len(), 2);
    let kernel = packages.find("kernel-core").unwrap();
    assert_eq!(kernel.version, "5.14.0-427.28.1.el9_4");
}

#[test]
fn what_stands_in_the_log_is_applied() {
    let files = sqlite_files();
    let root = Tree::new()
        .bytes("/usr/lib/sysimage/rpm/rpmdb.sqlite", &files.main)
        .bytes("/usr/lib/sysimage/rpm/rpmdb.sqlite-wal", &files.log)
        .link("/var/lib/rpm", "../../usr/lib/sysimage/rpm")
        .root();
    let packages = gather(&root).unwrap();
    assert_listed(&packages, expected!("rpm-wal"));
    assert!(packages.find("zstd").is_some());
    assert!(packages.find("dracut").is_none());
}

#[test]
fn a_log_counts_only_to_its_last_whole_transaction() {
    let mut files = sqlite_files();
    let frame = 4096 + 24;
    assert_eq!((files.log.len() - 32) % frame, 0);
    // Without the last frame the last transaction has no end, and zstd was there before it.
    files.log.truncate(files.log.len() - frame);
    let list = collect(&files, sqlite::read).unwrap();
    assert!(list.iter().any(|package| package.name == "zstd"));
    assert!(list.iter().any(|package| package.name == "dracut"));
    // A bit that flips in the first frame ends it there.
    let mut files = sqlite_files();
    files.log[32 + 24 + 100] ^= 1;
    let list = collect(&files, sqlite::read).unwrap();
    assert!(list.iter().all(|package| package.name != "zstd"));
    // A log of which nothing is valid is none.
    let mut files = sqlite_files();
    files.log[16] ^= 1;
    assert_eq!(collect(&files, sqlite::read).unwrap().len(), 72);
}

#[test]
fn an_unfinished_transaction_is_not_guessed_about() {
    let root = Tree::new()
        .bytes("/var/lib/rpm/rpmdb.sqlite", &fixture!("rpm-sqlite"))
        .bytes(
            "/var/lib/rpm/rpmdb.sqlite-journal",
            &[0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0],
        )
        .root();
    let unknown = gather(&root).unwrap_err();
    assert!(unknown.reason.contains("rollback journal"), "{unknown:?}");
}

#[test]
fn ndb_and_berkeley_db_are_read_as_rpm_reads_them() {
    let root = Tree::new()
        .bytes("/usr/lib/sysimage/rpm/Packages.db", &fixture!("rpm-ndb"))
        .root();
    assert_listed(&gather(&root).unwrap(), expected!("rpm-ndb"));
    let root = Tree::new()
        .bytes("/var/lib/rpm/Packages", &fixture!("rpm-bdb"))
        .root();
    assert_listed(&gather(&root).unwrap(), expected!("rpm-bdb"));
}

#[test]
fn a_database_that_cannot_be_read_is_not_known_and_never_empty() {
    for (path, bytes) in [
        ("/var/lib/rpm/rpmdb.sqlite", Vec::new()),
        ("/var/lib/rpm/rpmdb.sqlite", vec![0; 8192]),
        ("/var/lib/rpm/Packages.db", b"RpmP\x01\0\0\0".to_vec()),
        ("/var/lib/rpm/Packages", vec![7; 8192]),
    ] {
        let unknown = gather(&Tree::new().bytes(path, &bytes).root()).unwrap_err();
        assert!(unknown.reason.contains(path), "{unknown:?}");
    }
}

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }
}

#[test]
fn broken_bytes_neither_panic_nor_hang() {
    let readers = [
        (sqlite_files(), sqlite::read as Read),
        (
            Files {
                main: fixture!("rpm-ndb"),
                ..Files::default()
            },
            ndb::read,
        ),
        (
            Files {
                main: fixture!("rpm-bdb"),
                ..Files::default()
            },
            bdb::read,
        ),
    ];
    let mut numbers = Numbers(0x5eed);
    for (mut files, read) in readers {
        let mut refused = 0;
        for round in 0..700 {
            // Mostly where the structures are: the first bytes of pages.
            let length = files.main.len();
            let mut undo = Vec::new();
            for _ in 0..8 {
                let at = match round % 2 {
                    0 => numbers.next(length / 512) * 512 + numbers.next(40),
                    _ => numbers.next(4096.min(length)),
                };
                undo.push((at, files.main[at]));
                files.main[at] = [0, 0xff, 1, numbers.next(256) as u8][numbers.next(4)];
            }
            if !files.log.is_empty() {
                let at = numbers.next(files.log.len());
                files.log[at] ^= 1;
            }
            refused += usize::from(collect(&files, read).is_err());
            for (at, byte) in undo.into_iter().rev() {
                files.main[at] = byte;
            }
        }
        assert!(refused > 20, "{refused}");
        // Cut anywhere.
        for _ in 0..50 {
            files
                .main
                .truncate(files.main.len() - numbers.next(files.main.len() / 10 + 1));
            let _ = collect(&files, read);
        }
    }
}

#[test]
fn a_header_with_lengths_that_cannot_be_is_refused() {
    let header = |entries: u32, data: u32| {
        let mut bytes = entries.to_be_bytes().to_vec();
        bytes.extend(data.to_be_bytes());
        bytes.resize(64, 0);
        header::package(&bytes)
    };
    assert!(header(u32::MAX, 0).is_err());
    assert!(header(1, u32::MAX).is_err());
    assert!(header(0, 0).unwrap_err().to_string().contains("no name"));
}
