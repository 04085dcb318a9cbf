//! NTFS beyond its listing: case and aliases, what says that it is dirty, what is refused, and
//! thousands of mutations.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Patched, image};
use vhd_preflight::filesystem::{self, FileSystem, FileType, FsError, State};
use vhd_preflight::source::{MemorySource, ReadAt};
use vhd_preflight::volume::FileSystemKind::Ntfs;

fn source(bytes: Vec<u8>) -> Arc<dyn ReadAt> {
    Arc::new(MemorySource::new(bytes))
}

fn bytes() -> Vec<u8> {
    image("filesystems/ntfs.img")
}

fn open(bytes: Vec<u8>) -> Box<dyn FileSystem> {
    filesystem::open(&source(bytes), Ntfs).unwrap()
}

/// Where a piece of the image is, which there is once only.
fn place(bytes: &[u8], piece: &[u8]) -> usize {
    let mut places = (0..bytes.len() - piece.len())
        .step_by(2)
        .filter(|at| bytes[*at..].starts_with(piece));
    let place = places.next().unwrap();
    assert_eq!(places.next(), None);
    place
}

/// Where the file record of this number is.
fn record(bytes: &[u8], number: usize) -> usize {
    let cluster = u64::from_le_bytes(bytes[0x30..0x38].try_into().unwrap());
    usize::try_from(cluster).unwrap() * 4096 + number * 1024
}

/// Where the header of the non-resident attribute is whose content has these sizes in bytes.
fn attribute(bytes: &[u8], size: u64, initialized: u64) -> usize {
    let sizes = [size.to_le_bytes(), initialized.to_le_bytes()].concat();
    place(bytes, &sizes) - 0x30
}

/// Where the value of a resident attribute of a record is.
fn resident(bytes: &[u8], number: usize, kind: u32) -> usize {
    let record = record(bytes, number);
    let short = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let mut at = record + short(record + 0x14);
    while bytes[at..at + 4] != kind.to_le_bytes() {
        at += short(at + 4);
    }
    at + short(at + 0x14)
}

#[test]
fn names_are_found_without_regard_to_case_and_by_their_alias() {
    let fs = open(bytes());
    assert!(fs.ignores_case());
    let there = |path: &str| fs.metadata(path.as_bytes()).unwrap().is_some();
    // By the volume's own table, which knows no longer form of ß and nothing of digraphs' titles.
    assert!(there("/NAMES/gRÜßE.TXT"));
    assert!(!there("/names/GRÜSSE.TXT"));
    assert!(there("/names/äöü-ß-Ÿ-Ǆ-Ꙁ-Ｚ"));
    assert!(there("/names/ΕΛΛΗΝΙΚΆ"));
    assert!(there("/names/EMOJI-😀"));
    assert!(!there("/names/emoji-😁"));
    // Of two names that differ in case only, each is found by itself, and one by any other.
    let read = |path: &str| fs.read(path.as_bytes(), 0, 99).unwrap();
    assert_eq!(read("/case/Name"), b"Name");
    assert_eq!(read("/case/NAME"), b"NAME");
    assert!(there("/case/nAmE"));
    // An alias is found and not listed.
    assert_eq!(read("/alias/anamet~1.tex"), b"has an alias");
    assert_eq!(fs.list(b"/alias", 1).unwrap().len(), 1);
    // The file system's own files are hidden, other names are not.
    let root = fs.list(b"/", 99).unwrap();
    assert!(root.iter().all(|entry| !entry.name.starts_with(b"$")));
    assert!(!there("/$MFT"));
    // Halves of a pair of surrogates are names of their own.
    assert_eq!(
        fs.read(b"/names/LONE-\xed\xa0\x80-half", 0, 99).unwrap(),
        b"lone-\xed\xa0\x80-half"
    );
    assert!(
        fs.metadata(b"/names/lone-\xed\xa0\x82-half")
            .unwrap()
            .is_none()
    );
    assert!(fs.metadata(b"/names/\xff").unwrap().is_none());
    assert!(matches!(fs.list(b"/index", 149), Err(FsError::Limit(_))));
    assert_eq!(fs.list(b"/index", 150).unwrap().len(), 150);
}

#[test]
fn links_are_told_and_not_followed() {
    let fs = open(bytes());
    let kind = |path: &[u8]| {
        fs.metadata(path)
            .unwrap()
            .map(|metadata| metadata.file_type)
    };
    assert_eq!(kind(b"/links/programdata"), Some(FileType::Symlink));
    assert_eq!(kind(b"/links/directory/59.bin"), None);
    assert_eq!(
        fs.read_link(b"/links/ProgramData").unwrap(),
        br"\??\C:\ProgramData"
    );
    assert!(matches!(
        fs.read(b"/links/file", 0, 1),
        Err(FsError::Kind("a symbolic link"))
    ));
    assert!(matches!(
        fs.read_link(b"/hard"),
        Err(FsError::Kind("a regular file"))
    ));
    let hard = fs.metadata(b"/hard").unwrap().unwrap();
    assert_eq!((hard.mode, hard.uid, hard.gid), (None, None, None));
    assert!(hard.modified.unwrap() > 1_700_000_000);
}

#[test]
fn what_says_that_it_is_dirty_is_quoted() {
    let superblock = |bytes| filesystem::superblock(&source(bytes), Ntfs).unwrap();
    assert_eq!(superblock(bytes()).state, State::Clean);
    // The flags of $VOLUME_INFORMATION.
    let mut flags = bytes();
    let at = resident(&flags, 3, 0x70) + 10;
    flags[at] |= 1;
    let State::Dirty(reason) = superblock(flags).state else {
        panic!("not dirty")
    };
    assert!(reason.contains("0x0001"), "{reason}");
    // A restart page in place of the log that ntfs-3g left empty.
    let log = (0..).step_by(4096);
    let base = bytes();
    let log = log
        .into_iter()
        .find(|at| base[*at..at + 4096] == [0xff; 4096]);
    let with = |client: u16, flags: u16| {
        let mut bytes = base.clone();
        let page = &mut bytes[log.unwrap()..][..4096];
        page.fill(0);
        page[..4].copy_from_slice(b"RSTR");
        page[0x10..0x12].copy_from_slice(&4096_u16.to_le_bytes());
        page[0x18] = 0x30;
        page[0x30 + 12..0x30 + 14].copy_from_slice(&client.to_le_bytes());
        page[0x30 + 14..0x30 + 16].copy_from_slice(&flags.to_le_bytes());
        superblock(bytes)
    };
    assert_eq!(with(0xffff, 0).state, State::Clean);
    assert_eq!(with(0, 2).state, State::Clean);
    let open = with(0, 0);
    let State::Dirty(reason) = &open.state else {
        panic!("not dirty")
    };
    assert!(reason.contains("$LogFile"), "{reason}");
    assert_eq!(open.unsupported, ["an open $LogFile"]);
}

#[test]
fn what_was_never_written_reads_as_zeros() {
    let mut bytes = bytes();
    let fs = open(bytes.clone());
    let before = fs.read(b"/sizes/12289.bin", 0, 70_000).unwrap();
    assert_eq!(before.len(), 60_000);
    assert!(before[12_280..12_289].iter().all(|byte| *byte != 0));
    assert!(before[12_289..].iter().all(|byte| *byte == 0));
    let at = attribute(&bytes, 60_000, 12_289) + 0x38;
    bytes[at..at + 8].copy_from_slice(&5000_u64.to_le_bytes());
    let after = open(bytes).read(b"/sizes/12289.bin", 0, 70_000).unwrap();
    assert_eq!(after[..5000], before[..5000]);
    assert_eq!(after[5000..], vec![0; 55_000]);
}

#[test]
fn what_cannot_be_read_is_refused_and_never_guessed() {
    let base = bytes();
    let read = |bytes: Vec<u8>, path: &[u8]| {
        let fs = open(bytes);
        // It is there all the same.
        assert!(fs.metadata(path).unwrap().unwrap().size > 0);
        fs.read(path, 0, 100_000).unwrap_err()
    };
    let mut encrypted = base.clone();
    let at = attribute(&base, 60_000, 12_289);
    encrypted[at + 13] |= 0x40;
    let error = read(encrypted, b"/sizes/12289.bin");
    assert_eq!(
        error.to_string(),
        "encrypted by EFS, which is not read here"
    );
    // A kind of compression that nobody knows.
    let at = attribute(&base, 700_000, 700_000);
    let mut unknown = base.clone();
    unknown[at + 12] = 2;
    assert!(matches!(
        read(unknown, b"/compressed/holes"),
        FsError::Unsupported(_)
    ));
    // A part of a file that lies in another record, which is there no more: an error, not a file
    // that ends early or is empty.
    let part = (0..base.len() / 1024).map(|n| n * 1024).find(|at| {
        let record = &base[*at..at + 1024];
        // A record that adds to another and begins with data whose first cluster is not 0.
        record.starts_with(b"FILE")
            && record[0x20] != 0
            && record[0x38] == 0x80
            && record[0x48] != 0
    });
    let mut lost = base.clone();
    lost[part.unwrap() + 0x16] = 0;
    let fs = open(lost);
    let read = |path: &[u8]| fs.read(path, 0, 2_000_000);
    let refused = [read(b"/lists/sparse-a"), read(b"/lists/sparse-b")];
    assert_eq!(refused.iter().filter(|read| read.is_err()).count(), 1);
    assert!(
        refused
            .iter()
            .flatten()
            .all(|bytes| bytes.len() == 1_220_696)
    );
}

/// Walks some of it with small limits, another some each turn, and counts what could be read.
fn walk(fs: &dyn FileSystem, turn: usize) -> (usize, usize) {
    let (mut read, mut refused) = (0, 0);
    let mut count = |error: Option<FsError>| match error {
        None => read += 1,
        Some(error) => {
            // What stands for a panic, which the reader's own code is not to need.
            assert!(!error.to_string().contains("gave up"), "a panic");
            refused += 1;
        }
    };
    let mut folders = vec![Vec::new()];
    let mut left = 40;
    while let Some(folder) = folders.pop() {
        let root: &[u8] = if folder.is_empty() { b"/" } else { &folder };
        let entries = fs.list(root, 400);
        count(entries.as_ref().err().cloned());
        let entries = entries.unwrap_or_default();
        let some = entries.into_iter().skip(turn % 5).step_by(1 + turn % 3);
        for entry in some.take(10) {
            if left == 0 {
                break;
            }
            left -= 1;
            let path = [&folder[..], b"/", &entry.name].concat();
            let metadata = fs.metadata(&path);
            count(metadata.as_ref().err().cloned());
            match entry.file_type {
                FileType::Directory if path.len() < 300 => folders.push(path),
                FileType::Directory | FileType::Special => {}
                FileType::Symlink => count(fs.read_link(&path).err()),
                FileType::File => {
                    let piece = fs.read(&path, 0, 70_000);
                    assert!(
                        piece.as_ref().is_ok_and(|bytes| bytes.len() <= 70_000) || piece.is_err()
                    );
                    count(piece.err());
                    let end = metadata.ok().flatten().map_or(0, |metadata| metadata.size);
                    count(fs.read(&path, end.saturating_sub(9), 5000).err());
                }
            }
        }
    }
    (read, refused)
}

#[test]
fn mutations_end_soon_and_without_a_panic() {
    const ROUNDS: usize = 3000;
    let bytes = bytes();
    // Sectors of structures, which begin with their names or are in the first records.
    let mut places = vec![0];
    for at in (0..bytes.len()).step_by(1024) {
        if bytes[at..].starts_with(b"FILE") || bytes[at..].starts_with(b"INDX") {
            places.push(at);
        }
    }
    let base = source(bytes);
    let mut state = 0x5eed_0f11_u64;
    let mut random = |bound: usize| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) as usize % bound
    };
    let (mut opened, mut read, mut refused) = (0, 0, 0);
    for round in 0..ROUNDS {
        let patches = (0..1 + random(8))
            .map(|_| {
                let near = if random(3) == 0 { 14 } else { places.len() };
                let byte = [0, 1, 0x7f, 0xff, random(256) as u8][random(5)];
                ((places[random(near)] + random(510)) as u64, byte)
            })
            .collect();
        let source: Arc<dyn ReadAt> = Arc::new(Patched {
            base: Arc::clone(&base),
            patches,
        });
        let start = Instant::now();
        let told = |error: FsError| assert!(!error.to_string().contains("gave up"), "a panic");
        match filesystem::free_space(&source, Ntfs, 10_000) {
            Ok(ranges) => {
                assert!(ranges.iter().all(|range| range.start < range.end));
                assert!(ranges.windows(2).all(|pair| pair[0].end < pair[1].start));
            }
            Err(error) => told(error),
        }
        match filesystem::open(&source, Ntfs) {
            Ok(fs) => {
                opened += 1;
                let (good, bad) = walk(&*fs, round);
                read += good;
                refused += bad;
            }
            Err(error) => told(error),
        }
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "round {round}: {took:?}");
    }
    // Otherwise the mutations reach nothing, or everything.
    assert!(opened > ROUNDS / 2, "{opened} opened");
    assert!(
        read > 10_000 && refused > 1000,
        "{read} read, {refused} refused"
    );
}
