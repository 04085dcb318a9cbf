//! The content pass on committed images of every disk type, against a plain reading of the format.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::Digest as _;
use vhd_preflight::container::{self, vhd::ParentSearch};
use vhd_preflight::manifest::{Manifest, compare};
use vhd_preflight::scan::{
    DigestKind, NoProgress, Options, Region, Scanned, WholeFile, digest_costs, scan_with,
};
use vhd_preflight::source::{ImageFile, IoChoice, ReadAt};

/// The committed images, each with the disk type of its footer.
const IMAGES: [&str; 6] = [
    "fixed-good",
    "fixed-qemu-rounded",
    "dynamic-good",
    "dynamic-512k-blocks",
    "dynamic-qemu",
    "diff-child",
];

const KINDS: [DigestKind; 3] = [DigestKind::Sha256, DigestKind::Md5, DigestKind::Blake3];

fn image(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/containers");
    let path = folder.join(format!("{name}.vhd.zst"));
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut bytes = Vec::new();
    ruzstd::decoding::StreamingDecoder::new(file)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// The SHA-256 of the disk in an image, as another program found it.
fn known_sha256(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/containers");
    let text = std::fs::read_to_string(folder.join("facts.json")).unwrap();
    let facts: serde_json::Value = serde_json::from_str(&text).unwrap();
    let sha256 = &facts["files"][format!("{name}.vhd")]["disk"]["sha256"];
    sha256.as_str().unwrap().to_owned()
}

/// The disk in a sound image, read as the specification says and in no other way.
fn plain_disk(image: &[u8], parent: Option<&[u8]>) -> Vec<u8> {
    let u32_at = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().unwrap()) as usize;
    let u64_at = |at: usize| u64::from_be_bytes(image[at..at + 8].try_into().unwrap()) as usize;
    let footer = image.len() - 512;
    let size = u64_at(footer + 48);
    if u32_at(footer + 60) == 2 {
        return image[..size].to_vec();
    }
    let header = u64_at(footer + 16);
    let (table, block_size) = (u64_at(header + 16), u32_at(header + 32));
    let bitmap_size = (block_size / 512 / 8).next_multiple_of(512);
    let mut disk = parent.map_or_else(Vec::new, |parent| parent.to_vec());
    disk.resize(size, 0);
    for sector in 0..size / 512 {
        let (block, within) = (sector * 512 / block_size, sector * 512 % block_size / 512);
        let entry = u32_at(table + 4 * block);
        if entry == 0xffff_ffff {
            continue;
        }
        let stored = image[entry * 512 + within / 8] >> (7 - within % 8) & 1 == 1;
        if stored || parent.is_none() {
            let from = entry * 512 + bitmap_size + within * 512;
            disk[sector * 512..][..512].copy_from_slice(&image[from..from + 512]);
        }
    }
    disk
}

/// A folder with an image, and the parent that it may have.
struct Place {
    folder: tempfile::TempDir,
    image: Vec<u8>,
    disk: Vec<u8>,
    path: PathBuf,
}

fn place(name: &str) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("{name}.vhd"));
    let bytes = image(name);
    std::fs::write(&path, &bytes).unwrap();
    let parent = name.starts_with("diff").then(|| {
        let parent = image("diff-parent");
        std::fs::write(folder.path().join("diff-parent.vhd"), &parent).unwrap();
        plain_disk(&parent, None)
    });
    Place {
        disk: plain_disk(&bytes, parent.as_deref()),
        image: bytes,
        folder,
        path,
    }
}

/// Opens the image and scans it with everything that can be asked for.
fn scanned(place: &Place, threads: usize, regions: &[Region]) -> Scanned {
    let file: Arc<dyn ReadAt> = Arc::new(ImageFile::open(&place.path, IoChoice::Auto).unwrap());
    let search = ParentSearch {
        folder: Some(place.folder.path().to_owned()),
        named: Vec::new(),
        io: IoChoice::Auto,
    };
    let opened = container::open(&file, &search).unwrap();
    let disk = opened.disk.unwrap();
    let whole = if opened.blocks.is_some() {
        WholeFile::Apart(&*file)
    } else {
        WholeFile::BeginsWithDisk(&*file)
    };
    let second_pass: Vec<_> = digest_costs(&KINDS, &*disk, whole)
        .iter()
        .map(|cost| cost.second_pass_bytes > 0)
        .collect();
    assert_eq!(second_pass, [opened.blocks.is_some(); 3]);
    let options = Options {
        threads: NonZeroUsize::new(threads),
        digests: &KINDS,
        file: whole,
        regions,
        map_cells: 64,
        keep_blocks: true,
        ..Options::default()
    };
    scan_with(&*disk, &options, &NoProgress).unwrap()
}

/// What an uploader sends that leaves out chunks of zeros: requests, and bytes in them.
fn sent(disk: &[u8], chunk: usize) -> (u64, u64) {
    let mut sent = (0, 0);
    let mut at = 0;
    while at < disk.len() {
        let len = chunk.min(disk.len() - at);
        if disk[at..at + len] != vec![0; len] {
            sent = (sent.0 + 1, sent.1 + len as u64);
        }
        at += len;
    }
    sent
}

fn digests(bytes: &[u8]) -> Vec<Vec<u8>> {
    vec![
        sha2::Sha256::digest(bytes).as_slice().to_vec(),
        md5::Md5::digest(bytes).as_slice().to_vec(),
        blake3::hash(bytes).as_bytes().to_vec(),
    ]
}

#[test]
fn every_disk_type_is_found_to_hold_what_a_plain_reading_finds() {
    for name in IMAGES {
        let place = place(name);
        let disk = &place.disk;
        let half = disk.len() as u64 / 2 + 100;
        let regions = [
            Region::new("first half", 0..half),
            Region::new("second half", half..u64::MAX),
        ];
        for threads in [1, 3] {
            let found = scanned(&place, threads, &regions);
            let content = &found.content;
            assert!(content.is_complete(), "{name}");
            assert_eq!(content.disk_bytes, disk.len() as u64, "{name}");
            let at_2m = (content.chunks_2m, content.non_zero.at_2m);
            assert_eq!(at_2m, sent(disk, 2 << 20), "{name}");
            let at_4m = (content.chunks_4m, content.non_zero.at_4m);
            assert_eq!(at_4m, sent(disk, 4 << 20), "{name}");
            assert_eq!(content.non_zero.at_512, sent(disk, 512).1, "{name}");
            assert_eq!(content.non_zero.at_4k, sent(disk, 4096).1, "{name}");
            let of = |digests: &[vhd_preflight::scan::Digest]| -> Vec<Vec<u8>> {
                digests.iter().map(|digest| digest.value.clone()).collect()
            };
            assert_eq!(of(&found.checksums.disk), digests(disk), "{name}");
            let sha256 = found.checksums.disk[0].hex();
            assert_eq!(sha256, known_sha256(name), "{name}");
            assert_eq!(of(&found.checksums.file), digests(&place.image), "{name}");
            let by_region: u64 = found.regions.iter().map(|r| r.tally.non_zero_512).sum();
            assert_eq!(by_region, content.non_zero.at_512, "{name}");
            let first = disk[..half as usize].chunks(512);
            let first = first.filter(|sector| sector.iter().any(|byte| *byte != 0));
            let first: usize = first.map(<[u8]>::len).sum();
            // The border lies within a sector: of that one the first bytes count if any is set.
            let cut = (half as usize) / 512 * 512..(half as usize).next_multiple_of(512);
            let cut_is_set = disk[cut.clone()].iter().any(|byte| *byte != 0);
            let cut_was_seen = disk[cut.start..half as usize].iter().any(|byte| *byte != 0);
            let more = if cut_is_set && !cut_was_seen {
                half as usize - cut.start
            } else {
                0
            };
            assert_eq!(
                found.regions[0].tally.non_zero_512,
                (first + more) as u64,
                "{name}"
            );
            let cells = found.map.unwrap().cells;
            let by_cell: u64 = cells.iter().map(|cell| cell.tally.non_zero_512).sum();
            assert_eq!(by_cell, content.non_zero.at_512, "{name}");
        }
    }
}

#[test]
fn a_child_is_compared_with_its_parent_byte_by_byte() {
    let (child, parent) = (place("diff-child"), place("diff-parent"));
    let manifest = |place: &Place| {
        let found = scanned(place, 2, &[]);
        let manifest = Manifest::from_blocks(&found.content, found.blocks.unwrap()).unwrap();
        let mut bytes = Vec::new();
        manifest.write_to(&mut bytes).unwrap();
        Manifest::read_from(&*bytes).unwrap()
    };
    let delta = compare(&manifest(&parent), &manifest(&child), &[]);
    let (mut changed, mut added, mut removed, mut unchanged) = (0, 0, 0, 0);
    for (old, new) in parent.disk.chunks(65_536).zip(child.disk.chunks(65_536)) {
        let zeros = vec![0; old.len()];
        let sum = match (old == zeros, new == zeros) {
            (true, true) => continue,
            (true, false) => &mut added,
            (false, true) => &mut removed,
            (false, false) if old == new => &mut unchanged,
            (false, false) => &mut changed,
        };
        *sum += old.len() as u64;
    }
    assert_eq!(delta.total.changed_bytes, changed);
    assert_eq!(delta.total.added_bytes, added);
    assert_eq!(delta.total.removed_bytes, removed);
    assert_eq!(delta.total.unchanged_bytes, unchanged);
    assert_eq!(delta.identical, parent.disk == child.disk);
    assert!(changed + added > 0, "the child holds nothing of its own");
}

#[cfg(target_os = "linux")]
#[test]
fn a_sparse_disk_of_4_tib_costs_what_its_data_cost() {
    use std::os::unix::fs::FileExt as _;
    let file = tempfile::NamedTempFile::new().unwrap();
    if file.as_file().set_len(4 << 40).is_err() {
        // A file system whose files cannot be so large, such as ext4 with small blocks.
        file.as_file().set_len(1 << 40).unwrap();
    }
    for at in 0..64 {
        file.as_file()
            .write_all_at(&[at as u8 + 1; 4096], at << 34)
            .unwrap();
    }
    let disk = ImageFile::open(file.path(), IoChoice::Auto).unwrap();
    let options = Options {
        map_cells: 1024,
        keep_blocks: true,
        ..Options::default()
    };
    let found = scan_with(&disk, &options, &NoProgress).unwrap();
    assert_eq!(found.content.non_zero_blocks, 64);
    assert_eq!(found.blocks.unwrap().blocks().len(), 64);
    // Far below what the data of such a disk could be: holes were not read.
    assert!(found.content.data_bytes < 64 << 20);
}
