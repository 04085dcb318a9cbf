//! The volume layer against what `blkid`, `mdadm` and LVM's own tools say of the committed volumes.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::{Patched, Sparse, facts, image, linux_mbr};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use vhd_preflight::partition;
use vhd_preflight::source::{Extent, ExtentKind, MemorySource, ReadAt, ReadError};
use vhd_preflight::volume::{
    Content, FileSystemKind, OpenVolume, VolumeName, Volumes, find, names_partition,
};

const MIB: u64 = 1 << 20;

/// A disk whose only partition, from 1 MiB on, is `volume`.
fn disk_of(volume: Vec<u8>) -> Arc<dyn ReadAt> {
    let len = MIB + (volume.len() as u64).next_multiple_of(MIB);
    let mut head = linux_mbr(len);
    // The partition is as long as the volume, so that what stands at its end is found.
    common::put(&mut head, 458, &(volume.len() as u32 / 512).to_le_bytes());
    Arc::new(Sparse {
        len,
        segments: vec![(0, head), (MIB, volume)],
    })
}

fn memory(bytes: Vec<u8>) -> Arc<dyn ReadAt> {
    Arc::new(MemorySource::new(bytes))
}

fn volumes(disk: &Arc<dyn ReadAt>) -> Volumes {
    find(disk, &partition::read(&**disk).unwrap()).unwrap()
}

fn only(disk: &Arc<dyn ReadAt>) -> OpenVolume {
    let found = volumes(disk);
    assert_eq!(found.volumes.len(), 1);
    found.volumes.into_iter().next().unwrap()
}

fn content(volume: Vec<u8>) -> Result<Content, String> {
    let content = only(&disk_of(volume)).facts.content;
    content.map_err(|unknown| unknown.reason)
}

fn file_system(kind: FileSystemKind) -> Result<Content, String> {
    Ok(Content::FileSystem(kind))
}

/// What a type of `blkid` is called here.
fn words(content: &Content) -> (String, Option<String>) {
    let fat = |width: &str| ("vfat".to_owned(), Some(width.to_owned()));
    match content {
        Content::FileSystem(FileSystemKind::Fat12) => fat("FAT12"),
        Content::FileSystem(FileSystemKind::Fat16) => fat("FAT16"),
        Content::FileSystem(FileSystemKind::Fat32) => fat("FAT32"),
        Content::FileSystem(kind) => (kind.name().to_owned(), None),
        Content::Swap(_) => ("swap".to_owned(), None),
        Content::Luks { version } => ("crypto_LUKS".to_owned(), Some(version.to_string())),
        Content::BitLocker => ("BitLocker".to_owned(), None),
        Content::MdRaid => ("linux_raid_member".to_owned(), None),
        Content::LvmPhysicalVolume => ("LVM2_member".to_owned(), None),
        Content::Blank => ("blank".to_owned(), None),
        // A journal of ext3 by itself is nothing of ours.
        Content::Unknown => ("jbd".to_owned(), None),
    }
}

#[test]
fn every_volume_holds_what_blkid_says() {
    let mut compared = 0;
    for (name, fact) in facts("volumes") {
        let blkid = &fact["blkid"];
        let Some(kind) = blkid["type"].as_str() else {
            continue;
        };
        let bytes = image(&format!("volumes/{name}"));
        assert_eq!(bytes.len() as u64, fact["size"], "{name}");
        let volume = disk_of(bytes);
        let found = volumes(&volume).volumes.swap_remove(0);
        let content = found
            .facts
            .content
            .unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let (own_kind, version) = words(&content);
        assert_eq!(own_kind, kind, "{name}");
        if version.is_some() {
            assert_eq!(version.as_deref(), blkid["version"].as_str(), "{name}");
        }
        if let Content::Swap(swap) = content {
            assert_eq!(swap.uuid.as_deref(), blkid["uuid"].as_str(), "{name}");
            assert_eq!(swap.label.as_deref(), blkid["label"].as_str(), "{name}");
            let page: u64 = name[5..name.len() - 4].parse().unwrap();
            assert_eq!(swap.offset, page - 10, "{name}");
        }
        for line in fact["mdadm"].as_array().into_iter().flatten() {
            let line = line.as_str().unwrap();
            assert!(
                line.ends_with("- correct") || line.contains("Version"),
                "{name}: {line}"
            );
        }
        compared += 1;
    }
    assert_eq!(compared, 31);
}

#[test]
fn where_two_signatures_stand_the_newer_one_counts() {
    for (name, kind) in [
        ("ext4-over-fat.img", FileSystemKind::Ext4),
        ("swap-under-xfs.img", FileSystemKind::Xfs),
    ] {
        assert!(facts("volumes")[name]["blkid"]["type"].is_null());
        assert_eq!(
            content(image(&format!("volumes/{name}"))),
            file_system(kind),
            "{name}"
        );
    }
    // The inside of a mirror shows through its member, whose superblock is at the end.
    for version in ["0.90", "1.0"] {
        let mut bytes = image(&format!("volumes/md-{version}.img"));
        let ext4 = image("volumes/ext2.img");
        bytes[..ext4.len()].copy_from_slice(&ext4);
        assert_eq!(content(bytes), Ok(Content::MdRaid), "{version}");
    }
}

#[test]
fn the_width_of_fat_follows_the_clusters_not_the_text() {
    let mut bytes = image("volumes/fat16.img");
    bytes[54..62].copy_from_slice(b"FAT32   ");
    assert_eq!(content(bytes), file_system(FileSystemKind::Fat16));
    let mut bytes = image("volumes/fat32.img");
    bytes[82..90].copy_from_slice(b"FAT12   ");
    assert_eq!(content(bytes.clone()), file_system(FileSystemKind::Fat32));
    // 32 reserved sectors, two FATs as long as this one's; then the clusters, of one sector each.
    let fat = u32::from_le_bytes(bytes[36..40].try_into().unwrap());
    for (clusters, kind) in [
        (4084, FileSystemKind::Fat12),
        (4085, FileSystemKind::Fat16),
        (65524, FileSystemKind::Fat16),
        (65525, FileSystemKind::Fat32),
    ] {
        bytes[32..36].copy_from_slice(&(32 + 2 * fat + clusters).to_le_bytes());
        assert_eq!(
            content(bytes.clone()),
            file_system(kind),
            "{clusters} clusters"
        );
    }
    bytes[13] = 3;
    assert_eq!(content(bytes), Ok(Content::Unknown));
}

#[test]
fn nothing_and_anything_are_told_apart() {
    assert_eq!(content(vec![0; 4 << 20]), Ok(Content::Blank));
    assert_eq!(content(vec![0; 512]), Ok(Content::Blank));
    let mut bytes = vec![0; 4 << 20];
    bytes[69631] = 1;
    assert_eq!(content(bytes), Ok(Content::Unknown));
    assert_eq!(content(b"text ".repeat(1 << 20)), Ok(Content::Unknown));
    // UFS may begin at 256 KiB, where nothing else stands.
    let mut bytes = vec![0; 4 << 20];
    common::put(
        &mut bytes,
        (256 << 10) + 1372,
        &0x1954_0119_u32.to_be_bytes(),
    );
    assert_eq!(content(bytes), file_system(FileSystemKind::Ufs));
}

#[test]
fn a_signature_that_contradicts_itself_is_undetermined() {
    for (name, at, byte, says) in [
        (
            "md-0.90.img",
            (4 << 20) - 65536 + 8 * 4,
            0xff,
            "an MD RAID superblock at byte 4128768",
        ),
        ("md-1.2.img", 4096 + 20, 0xff, "checksum 0x"),
        ("luks1.img", 7, 9, "LUKS header of version 9"),
        ("lvm-ring.img", 3 * 512 + 60, 0xff, "LVM2 label in sector 3"),
        ("ext2.img", 1024 + 24, 77, "ext superblock"),
        ("btrfs.img", 65536 + 48, 1, "btrfs superblock"),
        ("xfs.img", 101, 0, "version 0"),
        ("exfat.img", 20, 1, "exFAT"),
    ] {
        let mut bytes = image(&format!("volumes/{name}"));
        assert_ne!(bytes[at], byte, "{name}");
        bytes[at] = byte;
        let reason = content(bytes).unwrap_err();
        assert!(reason.contains(says), "{name}: {reason}");
    }
}

/// A source that cannot be read from a byte on, or that changes; and that counts its reads.
struct Failing {
    inner: Arc<dyn ReadAt>,
    from: u64,
    changed: bool,
    reads: AtomicU64,
    bytes: AtomicU64,
}

fn failing(inner: Arc<dyn ReadAt>, from: u64, changed: bool) -> Arc<Failing> {
    let (reads, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    Arc::new(Failing {
        inner,
        from,
        changed,
        reads,
        bytes,
    })
}

impl ReadAt for Failing {
    fn len(&self) -> u64 {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(buf.len() as u64, Ordering::Relaxed);
        if offset + buf.len() as u64 <= self.from {
            return self.inner.read_at(offset, buf);
        }
        Err(if self.changed {
            ReadError::Changed {
                detail: "it shrank".to_owned(),
            }
        } else {
            ReadError::Unavailable {
                reason: "the parent is missing".into(),
            }
        })
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        self.inner.extent_at(offset)
    }
}

#[test]
fn what_cannot_be_read_is_undetermined_and_a_change_is_an_error() {
    let at = |name: &str, from, changed| {
        let disk = disk_of(if name.is_empty() {
            vec![0; 4 << 20]
        } else {
            image(name)
        });
        let table = partition::read(&*disk).unwrap();
        let disk: Arc<dyn ReadAt> = failing(disk, from, changed);
        find(&disk, &table).map(|found| found.volumes[0].facts.content.clone())
    };
    let reason = at("volumes/ext4.img", 0, false)
        .unwrap()
        .unwrap_err()
        .reason;
    assert_eq!(
        reason,
        "its first 69632 bytes cannot be read: the parent is missing"
    );
    // The front says what it is, though the end is not there.
    let ext4 = at("volumes/ext4.img", 2 * MIB, false).unwrap();
    assert_eq!(ext4, Ok(Content::FileSystem(FileSystemKind::Ext4)));
    // Without a signature at the front it may still be a RAID member.
    let reason = at("", 2 * MIB, false).unwrap().unwrap_err().reason;
    assert!(
        reason.starts_with("there is no signature at its start"),
        "{reason}"
    );
    assert!(matches!(
        at("", 2 * MIB, true),
        Err(ReadError::Changed { .. })
    ));
    assert!(matches!(
        at("volumes/ext4.img", 0, true),
        Err(ReadError::Changed { .. })
    ));
}

#[test]
fn a_volume_is_recognised_by_few_and_small_reads() {
    for name in [
        "",
        "volumes/ext4.img",
        "volumes/fat32.img",
        "volumes/lvm-ring.img",
    ] {
        let disk = disk_of(if name.is_empty() {
            vec![0; 4 << 20]
        } else {
            image(name)
        });
        let table = partition::read(&*disk).unwrap();
        let counted = failing(disk, u64::MAX, false);
        let disk: Arc<dyn ReadAt> = Arc::clone(&counted) as _;
        let volumes = find(&disk, &table).unwrap().volumes.len() as u64;
        let reads = counted.reads.load(Ordering::Relaxed);
        let bytes = counted.bytes.load(Ordering::Relaxed);
        // A physical volume takes four more for its label and metadata.
        assert!(reads <= 8 * volumes + 4, "{name}: {reads} reads");
        assert!(bytes <= 100_000 * volumes, "{name}: {bytes} bytes");
    }
}

fn logical<'a>(found: &'a Volumes, name: &str) -> &'a OpenVolume {
    let is = |volume: &&OpenVolume| matches!(&volume.facts.name, VolumeName::Logical { volume, .. } if volume == name);
    found
        .volumes
        .iter()
        .find(is)
        .unwrap_or_else(|| panic!("no {name}"))
}

fn sha256(source: &dyn ReadAt) -> String {
    let mut hash = Sha256::new();
    let mut at = 0;
    while at < source.len() {
        // An odd size, so that reads cross stripes and segments.
        let piece = source
            .read_vec(at, (source.len() - at).min(99_991) as usize)
            .unwrap();
        hash.update(&piece);
        at += piece.len() as u64;
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap()
}

/// Compares the contents and places of logical volumes with LVM's own account of them.
fn compare(found: &Volumes, bytes: &[u8], lvm: &Value) -> usize {
    let contents = lvm["contents"].as_object().unwrap();
    for (name, fact) in contents {
        let volume = logical(found, name);
        let Ok(source) = &volume.source else {
            assert_eq!(name, "snap", "{:?}", volume.source.as_ref().err());
            continue;
        };
        assert_eq!(volume.facts.length, number(&fact["size"]), "{name}");
        assert_eq!(source.len(), volume.facts.length, "{name}");
        assert_eq!(
            sha256(&**source),
            fact["sha256"].as_str().unwrap(),
            "{name}"
        );
        let mut at = 0;
        for segment in &volume.facts.segments {
            assert_eq!(segment.range.start, at, "{name}");
            at = segment.range.end;
            let len = (segment.range.end - segment.range.start) as usize;
            let own = source.read_vec(segment.range.start, len).unwrap();
            let disk = segment.disk_offset as usize;
            assert!(own == bytes[disk..disk + len], "{name}: {segment:?}");
        }
        assert_eq!(at, volume.facts.length, "{name}");
    }
    contents.len()
}

#[test]
fn linear_and_striped_volumes_have_the_bytes_that_lvm_says() {
    for (name, count) in [
        ("lvm-two.img", 3),
        ("lvm-ring.img", 2),
        ("lvm-kinds.img", 3),
    ] {
        let bytes = image(&format!("volumes/{name}"));
        let fact = &facts("volumes")[name]["lvm"];
        let found = volumes(&memory(bytes.clone()));
        assert_eq!(compare(&found, &bytes, fact), count);
        assert!(found.lost.is_empty());
        let [group] = found.groups.as_slice() else {
            panic!("{name}: {:?}", found.groups)
        };
        assert!(group.problems.is_empty(), "{name}: {:?}", group.problems);
        assert_eq!(group.name, fact["vgs"][0]["vg_name"].as_str().unwrap());
        assert_eq!(group.uuid, fact["vgs"][0]["vg_uuid"].as_str().unwrap());
        for (own, fact) in group
            .physical_volumes
            .iter()
            .zip(fact["pvs"].as_array().unwrap())
        {
            assert_eq!(own.uuid, fact["pv_uuid"].as_str().unwrap());
            assert!(own.volume.is_some());
        }
    }
}

#[test]
fn a_group_over_two_partitions_is_put_together() {
    let found = volumes(&memory(image("volumes/lvm-two.img")));
    let names: Vec<String> = found
        .volumes
        .iter()
        .map(|v| v.facts.name.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "partition 1",
            "partition 2",
            "logical volume my-vg/root-lv",
            "logical volume my-vg/span",
            "logical volume my-vg/fast",
        ]
    );
    let group = &found.groups[0];
    let members: Vec<_> = group
        .physical_volumes
        .iter()
        .map(|pv| pv.volume.clone())
        .collect();
    assert_eq!(
        members,
        [1, 2].map(|number| Some(VolumeName::Partition(number)))
    );
    for name in ["root-lv", "fast"] {
        let volume = logical(&found, name);
        assert_eq!(
            volume.facts.content,
            Ok(Content::FileSystem(FileSystemKind::Ext2)),
            "{name}"
        );
        // Over two partitions, so on none alone.
        assert_eq!(volume.facts.partition, None);
    }
    let root = logical(&found, "root-lv");
    assert_eq!(
        root.facts.device_names(),
        ["/dev/mapper/my--vg-root--lv", "/dev/my-vg/root-lv"]
    );
    assert_eq!(root.facts.segments.len(), 2);
    assert_eq!(logical(&found, "fast").facts.segments.len(), 512);
    assert!(
        root.facts
            .device_names()
            .iter()
            .all(|name| names_partition(name).is_none())
    );
}

#[test]
fn the_newest_metadata_of_a_group_counts() {
    let bytes = image("volumes/lvm-seqno.img");
    let found = volumes(&memory(bytes.clone()));
    assert_eq!(
        compare(&found, &bytes, &facts("volumes")["lvm-two.img"]["lvm"]),
        3
    );
    assert_eq!(found.groups.len(), 1);
    // By itself, the first partition's metadata knows of no volume.
    let mut alone = bytes;
    alone[11 << 20..21 << 20].fill(0);
    let found = volumes(&memory(alone));
    assert_eq!(found.volumes.len(), 2);
    assert_eq!(found.groups[0].physical_volumes[1].volume, None);
}

#[test]
fn a_missing_physical_volume_is_named() {
    let found = volumes(&memory(image("volumes/lvm-missing.img")));
    let uuid = facts("volumes")["lvm-two.img"]["lvm"]["pvs"][1]["pv_uuid"].clone();
    for name in ["root-lv", "span", "fast"] {
        let volume = logical(&found, name);
        let reason = volume.source.as_ref().err().unwrap();
        assert!(
            reason.starts_with("the physical volume pv1 (UUID "),
            "{reason}"
        );
        assert!(
            reason.contains(uuid.as_str().unwrap()) && reason.contains("last seen as /dev/loop")
        );
        assert_eq!(&volume.facts.content.as_ref().unwrap_err().reason, reason);
        assert_eq!(volume.facts.partition, None);
    }
    // What is there of it can still be told from free space.
    let root = logical(&found, "root-lv");
    assert_eq!(root.facts.segments.len(), 1);
    assert_eq!(root.facts.segments[0].range, 0..2 * MIB);
    assert_eq!(root.facts.segments[0].disk_offset, 2 * MIB);
    let group = &found.groups[0];
    assert_eq!(group.physical_volumes[1].volume, None);
    assert_eq!(group.physical_volumes[1].uuid, uuid.as_str().unwrap());
    assert!(
        group
            .problems
            .iter()
            .any(|text| text.ends_with("is not on this disk"))
    );
}

#[test]
fn kinds_that_are_not_read_are_named_and_internal_volumes_are_not_listed() {
    let found = volumes(&memory(image("volumes/lvm-kinds.img")));
    let mut listed = Vec::new();
    for volume in &found.volumes[1..] {
        let VolumeName::Logical { volume: name, .. } = &volume.facts.name else {
            panic!("{}", volume.facts.name)
        };
        listed.push(name.as_str());
        let kind = match name.as_str() {
            "plain" | "origin" => {
                assert!(volume.source.is_ok());
                assert!(volume.facts.content.is_ok());
                continue;
            }
            "mirror1" => "raid1",
            "pool" => "thin-pool",
            "thin1" => "thin",
            "snap" => "snapshot",
            "empty" => "zero",
            "broken" => "error",
            other => panic!("{other}"),
        };
        let reason = volume.source.as_ref().err().unwrap();
        let says = format!("it is of the LVM2 type `{kind}`, which is not read here");
        assert_eq!(*reason, says);
        assert_eq!(volume.facts.content.as_ref().unwrap_err().reason, says);
        assert!(volume.facts.segments.is_empty());
    }
    // LVM's own report puts the internal ones into brackets.
    let fact = &facts("volumes")["lvm-kinds.img"]["lvm"]["lvs"];
    let names = fact
        .as_array()
        .unwrap()
        .iter()
        .map(|lv| lv["lv_name"].as_str().unwrap());
    let mut shown: Vec<&str> = names.filter(|name| !name.starts_with('[')).collect();
    shown.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, shown);
    let plain = logical(&found, "plain").facts.clone();
    assert_eq!((plain.partition, plain.kind), (None, None));
}

#[test]
fn a_volume_on_one_partition_says_which() {
    let volume = image("volumes/lvm-ring.img");
    let disk = disk_of(volume);
    let found = volumes(&disk);
    let one = logical(&found, "one");
    assert_eq!(one.facts.partition, Some(1));
    assert_eq!(one.facts.segments[0].disk_offset, MIB + 65536);
}

#[test]
fn damaged_metadata_is_said_and_not_taken_for_absent() {
    let ring = image("volumes/lvm-ring.img");
    let header = 4096;
    for (at, says) in [
        (header + 4, "the metadata area at byte 4096 has no header"),
        (header + 30, "has a header with the checksum"),
        (header + 600, "its text has the checksum"),
    ] {
        let mut bytes = ring.clone();
        bytes[at] ^= 1;
        let found = volumes(&memory(bytes));
        let reasons: Vec<&str> = found.lost.iter().map(|lost| lost.reason.as_str()).collect();
        assert_eq!(found.volumes.len(), 1);
        assert_eq!(reasons.len(), 1, "{at}");
        assert!(reasons[0].contains(says), "{reasons:?}");
        assert_eq!(found.lost[0].volume, VolumeName::WholeDisk);
    }
    // Where the other partition's copy is sound, the group is whole and says what is damaged.
    let mut two = image("volumes/lvm-two.img");
    two[(1 << 20) + 4096 + 4] ^= 1;
    let found = volumes(&memory(two.clone()));
    assert!(found.lost.is_empty());
    assert_eq!(
        compare(&found, &two, &facts("volumes")["lvm-two.img"]["lvm"]),
        3
    );
    let problems = &found.groups[0].problems;
    assert_eq!(
        *problems,
        ["partition 1: the metadata area at byte 4096 has no header"]
    );
}

#[test]
fn two_copies_of_one_physical_volume_are_said() {
    let mut two = image("volumes/lvm-two.img");
    two.copy_within(1 << 20..11 << 20, 11 << 20);
    let found = volumes(&memory(two));
    let problems = &found.groups[0].problems;
    assert!(
        problems
            .iter()
            .any(|text| text.contains("have the same LVM2 UUID")),
        "{problems:?}"
    );
}

/// A source of alternating data and holes of 4 KiB.
struct Chequered(Vec<u8>);

impl ReadAt for Chequered {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let start = offset as usize;
        buf.copy_from_slice(&self.0[start..start + buf.len()]);
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        let number = offset / 4096;
        Ok(Extent {
            start: offset,
            end: (number + 1) * 4096,
            kind: if number.is_multiple_of(2) {
                ExtentKind::Data
            } else {
                ExtentKind::Hole
            },
        })
    }
}

#[test]
fn extents_of_a_logical_volume_are_those_of_its_places() {
    let disk: Arc<dyn ReadAt> = Arc::new(Chequered(image("volumes/lvm-two.img")));
    let found = volumes(&disk);
    for name in ["root-lv", "span", "fast"] {
        let volume = logical(&found, name);
        let source = volume.source.as_ref().ok().unwrap();
        let mut at = 0;
        for extent in source.extents(0..source.len()) {
            let extent = extent.unwrap();
            assert_eq!(extent.start, at);
            at = extent.end;
            let within =
                |segment: &&vhd_preflight::volume::Segment| segment.range.contains(&extent.start);
            let segment = volume.facts.segments.iter().find(within).unwrap();
            let place = segment.disk_offset + (extent.start - segment.range.start);
            assert_eq!(
                disk.extent_at(place).unwrap().kind,
                extent.kind,
                "{name} {extent:?}"
            );
        }
        assert_eq!(at, source.len());
        assert!(source.extent_at(source.len()).is_err());
        assert!(source.read_vec(source.len() - 1, 2).is_err());
        assert!(source.read_vec(u64::MAX, 1).is_err());
    }
}

/// xorshift64*: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % bound
    }
}

/// Reads whatever was found, at its ends and in its middle.
fn exercise(found: &Volumes) {
    for volume in &found.volumes {
        assert!(volume.facts.segments.len() <= 1 << 17);
        let Ok(source) = &volume.source else { continue };
        for at in [0, source.len() / 2, source.len().saturating_sub(64)] {
            let len = (source.len() - at).min(64) as usize;
            source.read_vec(at, len).unwrap();
            if len > 0 {
                let extent = source.extent_at(at).unwrap();
                assert!(extent.start <= at && extent.end > at && extent.end <= source.len());
            }
        }
    }
}

/// The bytes at which a mutation may matter: those of sectors that hold anything.
fn written(bytes: &[u8]) -> Vec<u64> {
    let sectors = bytes.chunks(512).enumerate();
    sectors
        .filter(|(_, sector)| sector.iter().any(|byte| *byte != 0))
        .map(|(number, _)| number as u64 * 512)
        .take(256)
        .collect()
}

#[test]
fn mutated_volumes_end_soon_and_without_a_panic() {
    let mut random = Random(0x5eed);
    for (name, _) in facts("volumes") {
        let bytes = image(&format!("volumes/{name}"));
        let size = bytes.len() as u64;
        let places = written(&bytes);
        let base = memory(bytes);
        // The table is sound: what is mutated here are the volumes.
        let table = partition::read(&*base).unwrap();
        for round in 0..2000_u64 {
            let patches = (0..=random.below(8))
                .map(|_| {
                    let sector = places[random.below(places.len() as u64) as usize];
                    let byte = [0, 1, 0xff, 0x80, random.below(256) as u8];
                    let at = (sector + random.below(512)).min(size - 1);
                    (at, byte[random.below(5) as usize])
                })
                .collect();
            let base = Arc::clone(&base);
            let disk: Arc<dyn ReadAt> = Arc::new(Patched { base, patches });
            let began = Instant::now();
            exercise(&find(&disk, &table).unwrap());
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "{name}, round {round}"
            );
        }
    }
}
