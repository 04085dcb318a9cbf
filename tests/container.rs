//! The container layer against what independent tools say of the committed images: the disk's
//! bytes, its size, its parents, and what is not a VHD.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{Sparse, edit_both, edit_header, end, facts, image, judge, judge_source, put};
use sha2::{Digest as _, Sha256};
use vhd_preflight::container::vhd::ParentSearch;
use vhd_preflight::container::{self, Container, Opened};
use vhd_preflight::finding::Status;
use vhd_preflight::inspect::{Options, inspect_file};
use vhd_preflight::rules::Profile;
use vhd_preflight::source::{ExtentKind, ImageFile, IoChoice, MemorySource, ReadAt, ReadError};

fn sha256(disk: &dyn ReadAt) -> Result<String, ReadError> {
    let mut hash = Sha256::new();
    let mut at = 0;
    while at < disk.len() {
        // An odd size, so that reads cross sectors, blocks and bitmaps.
        let piece = disk.read_vec(at, (disk.len() - at).min(999_983) as usize)?;
        hash.update(&piece);
        at += piece.len() as u64;
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Writes the committed containers into a folder, as they lie beside each other in use.
fn unpacked(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        let bytes = image(&format!("containers/{name}"));
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn open(path: &Path, named: &[&Path]) -> Opened {
    let file: Arc<dyn ReadAt> = Arc::new(ImageFile::open(path, IoChoice::Auto).unwrap());
    let search = ParentSearch {
        folder: path.parent().map(Path::to_owned),
        named: named.iter().map(|path| (*path).to_owned()).collect(),
        io: IoChoice::Auto,
    };
    container::open(&file, &search).unwrap()
}

#[test]
fn every_disk_has_the_bytes_that_independent_tools_read_from_it() {
    let facts = facts("containers");
    let names: Vec<&str> = facts.keys().map(String::as_str).collect();
    let folder = unpacked(&names);
    let mut compared = 0;
    for (name, facts) in &facts {
        let Some(expected) = facts["disk"]["sha256"].as_str() else {
            continue;
        };
        let opened = open(&folder.path().join(name), &[]);
        let disk = opened.disk.unwrap_or_else(|why| panic!("{name}: {why}"));
        match sha256(&*disk) {
            Ok(found) if disk.len() == facts["disk"]["size"].as_u64().unwrap() => {
                assert_eq!(found, expected, "{name}");
                compared += 1;
            }
            // Where data are missing, other tools fill up with zeros and say nothing; we say so.
            Ok(_) => assert_eq!(name, "fixed-truncated.vhd"),
            Err(error) => assert!(
                [
                    "dynamic-truncated.vhd",
                    "diff-orphan.vhd",
                    "diff-wrong-parent.vhd"
                ]
                .contains(&name.as_str()),
                "{name}: {error}"
            ),
        }
    }
    assert!(compared >= 35, "only {compared} disks were compared");
}

#[test]
fn extents_of_a_dynamic_disk_are_its_blocks() {
    let bytes = image("containers/dynamic-good.vhd");
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes));
    let disk = container::open(&source, &ParentSearch::default())
        .unwrap()
        .disk
        .unwrap();
    let data: u64 = disk
        .extents(0..disk.len())
        .map(Result::unwrap)
        .filter(|extent| extent.kind == ExtentKind::Data)
        .map(|extent| extent.len())
        .sum();
    assert_eq!(data, 6 * (2 << 20), "six blocks of 2 MiB are stored");
}

#[test]
fn a_chain_is_followed_by_its_locators_and_by_the_named_file() {
    let folder = unpacked(&["diff-parent.vhd", "diff-child.vhd", "diff-grandchild.vhd"]);
    let path = |name: &str| folder.path().join(name);
    let opened = open(&path("diff-grandchild.vhd"), &[]);
    let Container::Vhd(vhd) = &opened.container else {
        panic!("not a VHD")
    };
    assert_eq!(vhd.chain.len(), 2, "{:?}", vhd.chain);
    assert_eq!(opened.parents.len(), 2);
    // The same chain with the files under other names, which only --parent can tell.
    std::fs::rename(path("diff-parent.vhd"), path("base")).unwrap();
    std::fs::rename(path("diff-child.vhd"), path("middle")).unwrap();
    let without = open(&path("diff-grandchild.vhd"), &[]);
    assert!(sha256(&*without.disk.unwrap()).is_err());
    let named = open(
        &path("diff-grandchild.vhd"),
        &[&path("middle"), &path("base")],
    );
    assert_eq!(
        sha256(&*named.disk.unwrap()).unwrap(),
        sha256(&*opened.disk.unwrap()).unwrap()
    );
}

#[test]
fn a_missing_or_wrong_parent_is_said_and_hides_what_depends_on_it() {
    let folder = unpacked(&[
        "diff-orphan.vhd",
        "diff-wrong-parent.vhd",
        "diff-parent.vhd",
    ]);
    for (name, reason) in [
        ("diff-orphan.vhd", "looked at"),
        ("diff-wrong-parent.vhd", "its unique id is"),
    ] {
        let inspection = inspect_file(&folder.path().join(name), &Options::default()).unwrap();
        let outcomes = vhd_preflight::rules::registry::judge(&inspection, Profile::default(), &[]);
        let outcome = |id: &str| &outcomes.iter().find(|(rule, _)| rule.id == id).unwrap().1;
        let found: Vec<_> = outcome("VHD024")
            .findings()
            .iter()
            .filter_map(|f| f.found.as_deref())
            .collect();
        assert!(
            found.iter().any(|text| text.contains(reason)),
            "{name}: {found:?}"
        );
        // Sector 0 is the parent's: nothing may be concluded from it.
        assert_eq!(outcome("PART001").status(), Status::Undetermined, "{name}");
        assert!(
            inspection
                .content
                .is_ok_and(|content| content.unavailable_bytes > 0)
        );
    }
}

#[test]
fn a_chain_that_bites_its_tail_ends() {
    let folder = unpacked(&["diff-loop.vhd"]);
    let opened = open(&folder.path().join("diff-loop.vhd"), &[]);
    let Container::Vhd(vhd) = &opened.container else {
        panic!("not a VHD")
    };
    let last = vhd.chain.last().unwrap();
    assert!(
        last.problem.as_ref().is_some_and(|p| p.contains("a loop")),
        "{last:?}"
    );
}

#[test]
fn what_is_not_a_vhd_is_named_with_the_way_out() {
    let expected = [
        ("disc.iso", "ISO"),
        ("disk.E01", "E01"),
        ("disk.qcow2", "qcow2"),
        ("disk.tar", "tar"),
        ("disk.vdi", "VDI"),
        ("disk.vhd.bz2", "bzip2"),
        ("disk.vhd.gz", "gzip"),
        ("disk.vhd.xz", "xz"),
        ("disk.vhd.zst", "zstd"),
        ("disk.vhdx", "VHDX"),
        ("disk.vmdk", "VMDK"),
        ("disk.zip", "zip"),
        ("download-xml.vhd", "XML"),
        ("download.vhd", "web page"),
        ("gpt.raw", "raw disk"),
        ("mbr.raw", "raw disk"),
        ("zeros.vhd", "zeros"),
    ];
    let names: Vec<_> = facts("foreign").into_keys().collect();
    assert_eq!(names, expected.map(|(name, _)| name));
    for (name, word) in expected {
        let judged = judge(image(&format!("foreign/{name}")));
        let finding = &judged.outcome("VHD002").findings()[0];
        assert!(
            finding.message.contains(word),
            "{name}: {}",
            finding.message
        );
        assert!(
            finding.fix.as_ref().is_some_and(|fix| fix.len() > 10),
            "{name}"
        );
        assert_eq!(judged.status("VHD001"), Status::Fail, "{name}");
    }
}

#[test]
fn a_footer_far_before_the_end_is_found_where_the_data_end() {
    let sound = image("containers/fixed-good.vhd");
    let grown = Sparse {
        len: sound.len() as u64 + (8 << 30),
        segments: vec![(0, sound.clone())],
    };
    let source: Arc<dyn ReadAt> = Arc::new(grown);
    let judged = judge_source(
        "image.vhd",
        &source,
        &Options::default(),
        Profile::default(),
    );
    let message = &judged.outcome("VHD017").findings()[0].message;
    assert!(
        message.starts_with(&format!("{} bytes follow", 8_u64 << 30)),
        "{message}"
    );
    // The disk is read all the same.
    assert_eq!(judged.inspection.disk_size, Ok(sound.len() as u64 - 512));
}

#[test]
fn values_that_no_memory_could_hold_cost_none() {
    // A disk of 2^60 bytes with blocks of 512 bytes and 2^32 - 1 entries, in a sparse file that
    // even has room for the table.
    let mut head = image("containers/dynamic-good.vhd");
    head.truncate(1 << 20);
    for footer in [0, end(&head)] {
        let sound = image("containers/dynamic-good.vhd")[..512].to_vec();
        put(&mut head, footer, &sound);
        put(&mut head, footer + 48, &(1_u64 << 60).to_be_bytes());
        common::mend_checksum(&mut head, footer, 512, 64);
    }
    edit_header(&mut head, 28, &u32::MAX.to_be_bytes());
    edit_header(&mut head, 32, &512_u32.to_be_bytes());
    let footer = head[end(&head)..].to_vec();
    let len = 64_u64 << 30;
    let source: Arc<dyn ReadAt> = Arc::new(Sparse {
        len,
        segments: vec![(0, head), (len - 512, footer)],
    });
    let judged = judge_source(
        "image.vhd",
        &source,
        &Options::default(),
        Profile::default(),
    );
    assert_eq!(judged.status("VHD021"), Status::Fail);
    assert_eq!(judged.status("VHD022"), Status::Undetermined);
    assert!(judged.inspection.disk_size.is_err());
}

#[test]
fn a_size_far_beyond_the_table_is_looked_over_in_one_step() {
    // 2^60 bytes in blocks of 512: 2^51 blocks, of which the table has a hundred.
    let mut bytes = image("containers/dynamic-good.vhd");
    edit_both(&mut bytes, 48, &(1_u64 << 60).to_be_bytes());
    edit_header(&mut bytes, 32, &512_u32.to_be_bytes());
    let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(bytes));
    let disk = container::open(&source, &ParentSearch::default())
        .unwrap()
        .disk
        .unwrap();
    assert_eq!(disk.len(), 1 << 60);
    assert!(disk.extents(0..disk.len()).count() < 20);
}

#[test]
fn a_table_that_names_one_block_a_hundred_times_is_not_read_a_hundred_times() {
    let mut bytes = image("containers/dynamic-good.vhd");
    let table = u64::from_be_bytes(bytes[528..536].try_into().unwrap()) as usize;
    let first = bytes[table..table + 400]
        .chunks(4)
        .find(|entry| **entry != [0xFF; 4])
        .unwrap()
        .to_vec();
    for entry in bytes[table..table + 400].chunks_mut(4) {
        entry.copy_from_slice(&first);
    }
    let judged = judge(bytes);
    assert_eq!(judged.status("VHD022"), Status::Fail);
    assert_eq!(judged.status("VHD023"), Status::Undetermined);
    let unknown = judged.inspection.content.unwrap_err();
    assert!(unknown.reason.contains("100 blocks"), "{}", unknown.reason);
}
