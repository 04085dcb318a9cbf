//! Metadata texts behind their checksums: what contradicts itself, and mutations.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::sync::Arc;

use super::{Header, group, header, map};
use crate::known::Undetermined;
use crate::source::{MemorySource, ReadAt};
use crate::volume::{OpenVolume, Volume, VolumeName};

const TEXT: &str = r#"
vg {
 id = "VG" seqno = 7 format = "lvm2" status = ["RESIZEABLE", "READ", "WRITE"] flags = []
 extent_size = 128
 physical_volumes {
  pv0 { id = "A" device = "/dev/sda2" status = ["ALLOCATABLE"] pe_start = 128 pe_count = 30 }
  pv1 { id = "B" device = "/dev/sdb" pe_start = 256 pe_count = 20 }
 }
 logical_volumes {
  two { id = "L1" status = ["READ", "WRITE", "VISIBLE"] segment_count = 2
   segment1 { start_extent = 0 extent_count = 3 type = "striped" stripe_count = 1 stripes = ["pv0", 4] }
   segment2 { start_extent = 3 extent_count = 4 type = "striped" stripe_count = 2 stripe_size = 16
    stripes = ["pv0", 9, "pv1", 2] }
  }
  hidden { id = "L2" status = ["READ"] segment_count = 0 }
 }
}
contents = "Text Format Volume Group"
"#;

/// Opens the logical volumes that a text describes, on two physical volumes of 2 MiB.
fn open(text: &[u8]) -> Result<Vec<OpenVolume>, String> {
    let sources: [Arc<dyn ReadAt>; 2] = [1, 2].map(|byte| {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(vec![byte; 2 << 20]));
        source
    });
    let facts = [1, 2].map(|number| Volume {
        name: VolumeName::Partition(number),
        partition: Some(number),
        partition_uuid: None,
        partition_label: None,
        kind: None,
        length: 2 << 20,
        segments: Vec::new(),
        content: Err(Undetermined::new("not asked")),
    });
    let group = group::parse(text)?;
    let member = |uuid: &str| {
        let at = ["A", "B"].iter().position(|own| *own == uuid)?;
        Some((&facts[at], &sources[at]))
    };
    let open = |logical| map::open(&group, logical, member).map_err(|error| error.to_string());
    group.logical.iter().map(open).collect()
}

#[test]
fn segments_follow_each_other_on_their_volumes() {
    let volumes = open(TEXT.as_bytes()).unwrap();
    assert_eq!(volumes.len(), 1);
    let source = volumes[0].source.as_ref().ok().unwrap();
    assert_eq!(source.len(), 7 * 65536);
    let bytes = source.read_vec(0, 7 * 65536).unwrap();
    for (at, byte) in bytes.iter().enumerate() {
        // Linear up to extent 3, then in turns of 8 KiB.
        let expected = if at < 3 * 65536 {
            1
        } else {
            1 + ((at - 3 * 65536) / 8192 % 2) as u8
        };
        assert_eq!(*byte, expected, "byte {at}");
    }
    assert_eq!(volumes[0].facts.partition, None);
}

#[test]
fn a_text_that_contradicts_itself_is_not_mapped() {
    for (old, new, says) in [
        (
            "start_extent = 3",
            "start_extent = 4",
            "a segment at extent 4, where extent 3 is next",
        ),
        (
            "segment_count = 2",
            "segment_count = 3",
            "counts 3 segments, but 2 are described",
        ),
        (
            "stripe_count = 2",
            "stripe_count = 3",
            "does not come out even",
        ),
        (
            "extent_count = 4",
            "extent_count = 5",
            "does not come out even",
        ),
        (
            "stripe_size = 16",
            "stripe_size = 1",
            "stripes of 512 bytes",
        ),
        (
            "stripe_size = 16",
            "stripe_size = 24",
            "stripes of 12288 bytes",
        ),
        ("stripe_size = 16", "", "no number `stripe_size`"),
        (
            "\"pv0\", 9",
            "\"pv0\", 29",
            "which has 2097152 bytes and 30 extents",
        ),
        (
            "pe_start = 256",
            "pe_start = 4096",
            "which has 2097152 bytes and 20 extents",
        ),
        (
            "\"pv1\", 2",
            "\"pvmove0\", 2",
            "lies on another logical volume",
        ),
        (
            "\"pv1\", 2",
            "2, \"pv1\"",
            "a list of stripes that makes no sense",
        ),
        ("\"pv0\", 4", "\"pv0\", 9223372036854775807", "64 bits"),
        (
            "id = \"B\"",
            "id = \"C\"",
            "pv1 (UUID C, last seen as /dev/sdb) is not on this disk",
        ),
    ] {
        assert!(TEXT.contains(old), "{old}");
        let volumes = open(TEXT.replace(old, new).as_bytes()).unwrap();
        let reason = volumes[0].source.as_ref().err().unwrap();
        assert!(reason.contains(says), "{old} -> {new}: {reason}");
        assert_eq!(
            &volumes[0].facts.content.as_ref().unwrap_err().reason,
            reason
        );
    }
    for (old, new, says) in [
        ("extent_size = 128", "extent_size = 0", "impossible size"),
        ("seqno = 7", "seqno = -7", "no number `seqno`"),
        ("vg {", "v\u{1b}g {", "a name that LVM2 does not allow"),
    ] {
        let error = open(TEXT.replace(old, new).as_bytes()).err().unwrap();
        assert!(error.contains(says), "{error}");
    }
    let group = group::parse(TEXT.replace("two {", "t/o {").as_bytes()).unwrap();
    assert_eq!(
        group.problems,
        ["a logical volume has a name that LVM2 does not allow"]
    );
}

#[test]
fn a_header_of_no_label_is_refused_and_uuids_are_hyphenated() {
    let blank = MemorySource::new(vec![0; 4096]);
    let reason: Result<Header, String> = header::read(&blank).unwrap();
    assert_eq!(reason, Err("it has no label of LVM2".to_owned()));
    assert_eq!(
        header::hyphenated(b"n2ab2EelhWRXUOszMamtJ8wcdrjiC5w\x1b"),
        "n2ab2E-elhW-RXUO-szMa-mtJ8-wcdr-jiC5w?"
    );
}

#[test]
fn mutated_texts_end_soon_and_without_a_panic() {
    let mut state = 0x5eed_u64;
    let mut below = |bound: usize| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) % bound as u64) as usize
    };
    let (mut opened, mut refused) = (0, 0);
    for _ in 0..5000 {
        let mut text = TEXT.as_bytes().to_vec();
        for _ in 0..=below(3) {
            let at = below(text.len());
            match below(4) {
                0 => text[at] = b"0123456789{}[]=\", #\\"[below(20)],
                1 => text.insert(at, b"0123456789{}[]=\", #\\"[below(20)]),
                2 => drop(text.remove(at)),
                _ => text[at] = below(256) as u8,
            }
        }
        for volume in open(&text).unwrap_or_default() {
            let Ok(source) = volume.source else {
                refused += 1;
                continue;
            };
            opened += 1;
            // Whatever is mapped can be read to its end.
            let last = source.len().saturating_sub(1);
            source.read_vec(last, 1).unwrap();
            assert!(source.len() <= 50 * (64 << 20));
        }
    }
    assert!(opened > 500 && refused > 500, "{opened} {refused}");
}
