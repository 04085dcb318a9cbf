//! ext, FAT and NTFS against the kernel's own view (NTFS: ntfs-3g's) of the same images: every entry, every byte.
//!
//! Without variables the committed images are compared. With `VHD_PREFLIGHT_LISTING` (an image),
//! `VHD_PREFLIGHT_KIND` (as `mount -t` names it, FAT as `fat12`, `fat16`, `fat32`, NTFS as `ntfs`),
//! `VHD_PREFLIGHT_EXPECTED` (a list) and perhaps `VHD_PREFLIGHT_FREE` (free ranges), that image is.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use common::{image, testdata};
use sha2::{Digest as _, Sha256};
use vhd_preflight::filesystem::{self, FileSystem, FileType, FsError, State, Subvolume};
use vhd_preflight::source::{ImageFile, IoChoice, MemorySource, ReadAt};
use vhd_preflight::volume::FileSystemKind::{self, Ext2, Ext3, Ext4, Fat12, Fat16, Fat32, Ntfs};

/// The committed images.
const IMAGES: [(&str, FileSystemKind); 17] = [
    ("ext2", Ext2),
    ("ext3", Ext3),
    ("ext4", Ext4),
    ("ext4-1k-plain", Ext4),
    ("ext4-bigalloc", Ext4),
    ("ext4-meta-bg", Ext4),
    ("ext4-inline", Ext4),
    ("ext4-dirty", Ext4),
    ("ext4-dirty-data", Ext4),
    ("ext3-dirty", Ext3),
    ("ext4-dirty-v1", Ext4),
    ("ext4-dirty-v2", Ext4),
    ("ext4-wrapped", Ext4),
    ("fat12", Fat12),
    ("fat16", Fat16),
    ("fat32", Fat32),
    ("ntfs", Ntfs),
];

fn source(name: &str) -> Arc<dyn ReadAt> {
    Arc::new(MemorySource::new(image(&format!("filesystems/{name}.img"))))
}

fn text(name: &str) -> String {
    std::fs::read_to_string(testdata().join("filesystems").join(name)).unwrap()
}

fn quote(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        if (0x21..0x7f).contains(byte) && *byte != b'%' {
            out.push(char::from(*byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
    }
    out
}

/// One line an entry, as `populate.py` writes it.
fn listing(fs: &dyn FileSystem) -> Vec<String> {
    let mut lines = Vec::new();
    let mut folders = vec![Vec::new()];
    while let Some(folder) = folders.pop() {
        let root: &[u8] = if folder.is_empty() { b"/" } else { &folder };
        let entries = match fs.list(root, 1_000_000) {
            Ok(entries) => entries,
            Err(error) => {
                lines.push(format!("unread\t-\t{error}\t{}", quote(&folder)));
                continue;
            }
        };
        for entry in entries {
            let path = [&folder[..], b"/", &entry.name].concat();
            let metadata = fs.metadata(&path).unwrap().unwrap();
            assert_eq!(metadata.file_type, entry.file_type, "{}", quote(&path));
            let (kind, size, detail) = match entry.file_type {
                FileType::Directory => ("directory", None, "-".to_owned()),
                FileType::Special => ("special", None, "-".to_owned()),
                FileType::Symlink => (
                    "link",
                    Some(metadata.size),
                    fs.read_link(&path)
                        .map_or_else(|e| e.to_string(), |target| quote(&target)),
                ),
                FileType::File => (
                    "file",
                    Some(metadata.size),
                    digest(fs, &path, metadata.size).unwrap_or_else(|e| e.to_string()),
                ),
            };
            let size = size.map_or("-".to_owned(), |size| size.to_string());
            lines.push(format!("{kind}\t{size}\t{detail}\t{}", quote(&path)));
            if kind == "directory" {
                folders.push(path);
            }
        }
    }
    lines.sort_unstable();
    lines
}

fn digest(fs: &dyn FileSystem, path: &[u8], size: u64) -> Result<String, FsError> {
    // An odd length, so that pieces begin and end inside of blocks.
    const PIECE: usize = (1 << 20) - 777;
    let mut hash = Sha256::new();
    let mut at = 0;
    while at < size {
        let bytes = fs.read(path, at, PIECE)?;
        assert!(!bytes.is_empty(), "{} ends at {at} of {size}", quote(path));
        hash.update(&bytes);
        at += bytes.len() as u64;
    }
    assert!(fs.read(path, size, 10)?.is_empty());
    Ok(hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    }))
}

/// The lines that only one side has, at most a few.
fn differences(name: &str, ours: &[String], theirs: &str) -> Vec<String> {
    let mut theirs: Vec<&str> = theirs.lines().collect();
    theirs.sort_unstable();
    let missing = theirs
        .iter()
        .filter(|line| ours.binary_search_by(|our| our.as_str().cmp(line)).is_err())
        .map(|line| format!("{name}: not read: {line}"));
    let extra = ours
        .iter()
        .filter(|line| theirs.binary_search(&line.as_str()).is_err())
        .map(|line| format!("{name}: not the kernel's: {line}"));
    missing.chain(extra).take(40).collect()
}

fn free(source: &Arc<dyn ReadAt>, kind: FileSystemKind) -> String {
    let ranges = filesystem::free_space(source, kind, 1_000_000).unwrap();
    ranges.iter().fold(String::new(), |mut out, range| {
        writeln!(out, "{} {}", range.start, range.end).unwrap();
        out
    })
}

#[test]
fn listing_equals_the_kernels() {
    let variable = |name| std::env::var(name).ok();
    if let Some(path) = variable("VHD_PREFLIGHT_LISTING") {
        let file = ImageFile::open(Path::new(&path), IoChoice::Auto).unwrap();
        let source: Arc<dyn ReadAt> = Arc::new(file);
        let kind = match variable("VHD_PREFLIGHT_KIND").unwrap().as_str() {
            "ext2" => Ext2,
            "ext3" => Ext3,
            "ext4" => Ext4,
            "fat12" => Fat12,
            "fat16" => Fat16,
            "fat32" => Fat32,
            "ntfs" => Ntfs,
            other => panic!("{other} is not compared here"),
        };
        let expected =
            std::fs::read_to_string(variable("VHD_PREFLIGHT_EXPECTED").unwrap()).unwrap();
        let lines = listing(&*filesystem::open(&source, kind).unwrap());
        assert!(lines.len() > 100, "{} entries only", lines.len());
        let differences = differences(&path, &lines, &expected);
        assert!(differences.is_empty(), "{differences:#?}");
        if let Some(ranges) = variable("VHD_PREFLIGHT_FREE") {
            assert_eq!(
                free(&source, kind),
                std::fs::read_to_string(ranges).unwrap()
            );
        }
        return;
    }
    let mut wrong = Vec::new();
    for (name, kind) in IMAGES {
        let fs = filesystem::open(&source(name), kind).unwrap();
        let mut expected = text(&format!("{name}.list"));
        let mut lines = listing(&*fs);
        if name == "ext4-inline" {
            // Content in inodes is named, not read; what does not use it is as in all others.
            assert_eq!(fs.superblock().unsupported, ["inline_data"]);
            let path = |line: &str| line.rsplit('\t').next().unwrap().to_owned() + "/";
            let inline: Vec<String> = lines
                .iter()
                .filter(|line| line.contains("inline_data"))
                .map(|line| path(line))
                .collect();
            assert!(inline.len() > 10);
            let kept = |line: &str| !inline.iter().any(|inline| path(line).starts_with(inline));
            lines.retain(|line| kept(line));
            expected = expected
                .lines()
                .filter(|line| kept(line))
                .fold(String::new(), |all, line| all + line + "\n");
        } else {
            assert!(fs.superblock().unsupported.is_empty());
        }
        wrong.extend(differences(name, &lines, &expected));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn superblocks_say_what_blkid_says() {
    for (name, kind) in IMAGES {
        let superblock = filesystem::superblock(&source(name), kind).unwrap();
        let facts = text(&format!("{name}.facts"));
        let fact = |key: &str| {
            facts
                .lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
                .map(str::to_owned)
        };
        assert_eq!(superblock.label, fact("LABEL"), "{name}");
        assert_eq!(superblock.uuid, fact("UUID"), "{name}");
        assert_eq!(superblock.kind, kind);
        assert_eq!(superblock.kind.name(), fact("TYPE").unwrap(), "{name}");
        assert_eq!(superblock.size, source(name).len(), "{name}");
        let dirty = name.contains("dirty") || name.contains("wrapped");
        match superblock.state {
            State::Dirty(reason) => assert!(dirty && reason.contains("needs_recovery"), "{name}"),
            State::Clean => assert!(!dirty, "{name}"),
            State::Errors(reason) => panic!("{name}: {reason}"),
        }
        // What it was is still said once the journal is replayed.
        let open = filesystem::open(&source(name), kind).unwrap();
        assert_eq!(matches!(open.superblock().state, State::Dirty(_)), dirty);
        let subvolume = open.subvolume(&Subvolume::Id(5));
        assert!(matches!(subvolume, Err(FsError::Unsupported(_))));
    }
}

#[test]
fn errors_and_dirty_flags_are_told() {
    let changed = |name: &str, at: usize, new: &[u8]| -> Arc<dyn ReadAt> {
        let mut bytes = image(&format!("filesystems/{name}.img"));
        bytes[at..at + new.len()].copy_from_slice(new);
        Arc::new(MemorySource::new(bytes))
    };
    let state = |source, kind| filesystem::superblock(&source, kind).unwrap().state;
    // s_state of an ext superblock without a checksum.
    let (at, kind) = (1024 + 0x3a, Ext4);
    let errors = state(changed("ext4-1k-plain", at, &[3, 0]), kind);
    assert!(matches!(errors, State::Errors(_)));
    let dirty = state(changed("ext4-1k-plain", at, &[0, 0]), kind);
    assert!(matches!(dirty, State::Dirty(_)));
    // With a checksum it is the superblock that is damaged.
    let damaged = filesystem::superblock(&changed("ext4", at, &[3, 0]), kind);
    assert!(matches!(damaged, Err(FsError::Corrupt(_))));
    // The dirty and the error bit of the table, and the dirty bit of the boot sector.
    let sixteen = image("filesystems/fat16.img");
    let table = usize::from(u16::from_le_bytes([sixteen[14], sixteen[15]])) * 512;
    let dirty = state(changed("fat16", table + 2, &[0xff, 0x7f]), Fat16);
    assert!(matches!(dirty, State::Dirty(_)));
    let errors = state(changed("fat16", table + 2, &[0xff, 0xbf]), Fat16);
    assert!(matches!(errors, State::Errors(_)));
    let thirty_two = image("filesystems/fat32.img");
    let table = usize::from(u16::from_le_bytes([thirty_two[14], thirty_two[15]])) * 512;
    let dirty = state(
        changed("fat32", table + 4, &[0xff, 0xff, 0xff, 0x07]),
        Fat32,
    );
    assert!(matches!(dirty, State::Dirty(_)));
    let dirty = state(changed("fat12", 37, &[1]), Fat12);
    assert!(matches!(dirty, State::Dirty(_)));
}

#[test]
fn no_link_is_followed_and_kinds_are_told() {
    let fs = filesystem::open(&source("ext4"), Ext4).unwrap();
    assert!(!fs.ignores_case());
    let kind = |path: &[u8]| {
        fs.metadata(path)
            .unwrap()
            .map(|metadata| metadata.file_type)
    };
    assert_eq!(kind(b"/"), Some(FileType::Directory));
    assert_eq!(kind(b"/links/directory"), Some(FileType::Symlink));
    assert_eq!(kind(b"/links/directory/4096.bin"), None);
    assert_eq!(kind(b"/sizes/4096.bin"), Some(FileType::File));
    assert_eq!(kind(b"/sizes/4096.bin/below"), None);
    assert_eq!(kind(b"/SIZES"), None);
    assert_eq!(kind(b"/null"), Some(FileType::Special));
    let modes = fs.metadata(b"/modes").unwrap().unwrap();
    assert_eq!(
        (modes.mode, modes.uid, modes.gid),
        (Some(0o4751), Some(70001), Some(70002))
    );
    assert!(modes.modified.unwrap() > 1_700_000_000);
    assert!(matches!(
        fs.read(b"/sizes", 0, 9),
        Err(FsError::Kind("a directory"))
    ));
    assert!(matches!(
        fs.read(b"/links/dangling", 0, 9),
        Err(FsError::Kind("a symbolic link"))
    ));
    assert!(matches!(
        fs.read_link(b"/hard"),
        Err(FsError::Kind("a regular file"))
    ));
    assert!(matches!(
        fs.list(b"/hard", 9),
        Err(FsError::Kind("a regular file"))
    ));
    assert!(matches!(fs.list(b"/many", 9), Err(FsError::Limit(_))));
    assert_eq!(fs.read(b"/hard", 4, 5).unwrap(), b"inode");

    let fat = filesystem::open(&source("fat32"), Fat32).unwrap();
    assert!(fat.ignores_case());
    for path in [
        "/NAMES/GRÜSSE.TXT",
        "/names/Grüße.txt",
        "/Names/upper.txt",
        "/names/UPPER.TXT",
    ] {
        assert!(fat.metadata(path.as_bytes()).unwrap().is_some(), "{path}");
    }
    assert!(matches!(fat.list(b"/many", 9), Err(FsError::Limit(_))));
    assert!(fat.metadata(b"/names/nothing").unwrap().is_none());
}

#[test]
fn free_space_equals_that_of_dumpe2fs_and_ntfs_3g() {
    for (name, kind) in IMAGES {
        if kind.is_fat() {
            continue;
        }
        let source = source(name);
        assert_eq!(free(&source, kind), text(&format!("{name}.free")), "{name}");
        let limited = filesystem::free_space(&source, kind, 1);
        assert!(matches!(limited, Err(FsError::Limit(_))), "{name}");
    }
}
