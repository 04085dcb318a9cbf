//! 52 defects of VHD containers, 25 of a fixed disk and 27 of a dynamic one: each is reported, by
//! the rule and at the level that it has to be, and the images that they were made from are clean.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use common::{edit_both, edit_end, edit_front, edit_header, end, image, judge, mend_checksum, put};
use vhd_preflight::finding::Level::{self, Error, Note, Warning};

type Spoil = fn(&mut Vec<u8>);

struct Defect {
    what: &'static str,
    rules: &'static [&'static str],
    level: Level,
    spoil: Spoil,
}

const fn defect(
    what: &'static str,
    rules: &'static [&'static str],
    level: Level,
    spoil: Spoil,
) -> Defect {
    Defect {
        what,
        rules,
        level,
        spoil,
    }
}

const MIB: usize = 1 << 20;
const FEATURES: usize = 8;
const VERSION: usize = 12;
const DATA_OFFSET: usize = 16;
const TIME_STAMP: usize = 24;
const CREATOR: usize = 28;
const ORIGINAL_SIZE: usize = 40;
const CURRENT_SIZE: usize = 48;
const GEOMETRY: usize = 56;
const DISK_TYPE: usize = 60;
const CHECKSUM: usize = 64;
const UNIQUE_ID: usize = 68;
const SAVED_STATE: usize = 84;
const RESERVED: usize = 85;

fn size(bytes: &[u8]) -> u64 {
    let at = end(bytes) + CURRENT_SIZE;
    u64::from_be_bytes(bytes[at..at + 8].try_into().unwrap())
}

const FIXED: [Defect; 25] = [
    defect("footer checksum altered", &["VHD007"], Error, |b| {
        let at = end(b) + CHECKSUM;
        b[at] ^= 1;
    }),
    defect(
        "reserved byte altered, checksum not",
        &["VHD007"],
        Error,
        |b| {
            let at = end(b) + RESERVED + 100;
            b[at] ^= 0x40;
        },
    ),
    defect("current size 1 MiB smaller", &["VHD005"], Error, |b| {
        let new = size(b) - MIB as u64;
        edit_end(b, CURRENT_SIZE, &new.to_be_bytes());
    }),
    defect("current size 1 MiB larger", &["VHD005"], Error, |b| {
        let new = size(b) + MIB as u64;
        edit_end(b, CURRENT_SIZE, &new.to_be_bytes());
    }),
    defect("footer missing", &["VHD001"], Error, |b| {
        b.truncate(b.len() - 512)
    }),
    defect("footer of 511 bytes", &["VHD001"], Error, |b| {
        b.truncate(b.len() - 1)
    }),
    defect("size not a whole MiB", &["VHD004"], Error, |b| {
        let footer = b.split_off(end(b));
        b.extend_from_slice(&[0; 512 * 17]);
        b.extend_from_slice(&footer);
        let new = (b.len() - 512) as u64;
        edit_end(b, CURRENT_SIZE, &new.to_be_bytes());
        edit_end(b, ORIGINAL_SIZE, &new.to_be_bytes());
    }),
    defect(
        "512 zeros after the footer",
        &["VHD001", "VHD017"],
        Error,
        |b| {
            b.extend_from_slice(&[0; 512]);
        },
    ),
    defect("type dynamic", &["VHD003"], Error, |b| {
        edit_end(b, DISK_TYPE, &3_u32.to_be_bytes());
    }),
    defect("data offset 512", &["VHD003"], Error, |b| {
        edit_end(b, DATA_OFFSET, &512_u64.to_be_bytes());
    }),
    defect("saved state 1", &["VHD008"], Error, |b| {
        edit_end(b, SAVED_STATE, &[1])
    }),
    defect("geometry 0/0/0", &["VHD009"], Note, |b| {
        edit_end(b, GEOMETRY, &[0; 4])
    }),
    defect("format version 2.0", &["VHD008"], Error, |b| {
        edit_end(b, VERSION, &0x0002_0000_u32.to_be_bytes());
    }),
    defect("features 0", &["VHD008"], Warning, |b| {
        edit_end(b, FEATURES, &[0; 4])
    }),
    defect("original size half", &["VHD008"], Note, |b| {
        let new = size(b) / 2;
        edit_end(b, ORIGINAL_SIZE, &new.to_be_bytes());
    }),
    defect(
        "creator qemu, geometry below the size",
        &["VHD009"],
        Warning,
        |b| {
            edit_end(b, CREATOR, b"qemu");
        },
    ),
    defect("unique id zero", &["VHD008"], Warning, |b| {
        edit_end(b, UNIQUE_ID, &[0; 16])
    }),
    defect("time stamp in the future", &["VHD008"], Warning, |b| {
        edit_end(b, TIME_STAMP, &[0xFF; 4]);
    }),
    defect("type 0", &["VHD003"], Error, |b| {
        edit_end(b, DISK_TYPE, &[0; 4])
    }),
    defect("type 6", &["VHD003"], Error, |b| {
        edit_end(b, DISK_TYPE, &6_u32.to_be_bytes());
    }),
    defect(
        "current size one byte too small",
        &["VHD004", "VHD005"],
        Error,
        |b| {
            let new = size(b) - 1;
            edit_end(b, CURRENT_SIZE, &new.to_be_bytes());
        },
    ),
    defect("current size 0", &["VHD005"], Error, |b| {
        edit_end(b, CURRENT_SIZE, &[0; 8])
    }),
    defect("current size 2^64 - 1", &["VHD005"], Error, |b| {
        edit_end(b, CURRENT_SIZE, &[0xFF; 8]);
    }),
    defect("1 MiB of data missing", &["VHD005"], Error, |b| {
        let cut = end(b) - MIB;
        b.drain(cut..cut + MIB);
    }),
    defect(
        "footer copy over sector 0",
        &["VHD017", "PART001"],
        Error,
        |b| {
            let footer = b[end(b)..].to_vec();
            put(b, 0, &footer);
        },
    ),
];

/// Offset of the table in `dynamic-good.vhd`.
fn table(b: &[u8]) -> usize {
    usize::try_from(u64::from_be_bytes(
        b[512 + 16..512 + 24].try_into().unwrap(),
    ))
    .unwrap()
}

/// Blocks that are stored, with their sectors.
fn stored(b: &[u8]) -> Vec<(usize, u32)> {
    let table = table(b);
    (0..100)
        .map(|block| {
            let at = table + block * 4;
            (block, u32::from_be_bytes(b[at..at + 4].try_into().unwrap()))
        })
        .filter(|(_, sector)| *sector != u32::MAX)
        .collect()
}

fn set_entry(b: &mut [u8], block: usize, sector: u32) {
    let at = table(b) + block * 4;
    put(b, at, &sector.to_be_bytes());
}

const DYNAMIC: [Defect; 27] = [
    defect("front checksum altered", &["VHD020"], Warning, |b| {
        b[CHECKSUM] ^= 1
    }),
    defect("trailing checksum altered", &["VHD020"], Error, |b| {
        let at = end(b) + CHECKSUM;
        b[at] ^= 1;
    }),
    defect("trailing footer missing", &["VHD020"], Error, |b| {
        b.truncate(b.len() - 512)
    }),
    defect("front copy zeroed", &["VHD020"], Warning, |b| {
        put(b, 0, &[0; 512])
    }),
    defect("header checksum altered", &["VHD021"], Error, |b| {
        b[512 + 36] ^= 1
    }),
    defect("entry past the end", &["VHD022"], Error, |b| {
        let block = stored(b)[0].0;
        set_entry(b, block, 0x7000_0000);
    }),
    defect("two entries, one block", &["VHD022"], Error, |b| {
        let blocks = stored(b);
        set_entry(b, blocks[1].0, blocks[0].1);
    }),
    defect("two entries overlap in part", &["VHD022"], Error, |b| {
        let blocks = stored(b);
        set_entry(b, blocks[1].0, blocks[0].1 + 8);
    }),
    defect("entry into the headers", &["VHD022"], Error, |b| {
        let block = stored(b)[0].0;
        set_entry(b, block, 1);
    }),
    defect("table offset past the end", &["VHD021"], Error, |b| {
        edit_header(b, 16, &(1_u64 << 40).to_be_bytes());
    }),
    defect("10 entries where 100 are needed", &["VHD021"], Error, |b| {
        edit_header(b, 28, &10_u32.to_be_bytes());
    }),
    defect("0x7fffffff entries", &["VHD021"], Error, |b| {
        edit_header(b, 28, &0x7FFF_FFFF_u32.to_be_bytes());
    }),
    defect("block size 3 MiB", &["VHD021"], Error, |b| {
        edit_header(b, 32, &(3_u32 << 20).to_be_bytes());
    }),
    defect("block size 0", &["VHD021"], Error, |b| {
        edit_header(b, 32, &[0; 4])
    }),
    defect("bitmap zeroed over data", &["VHD023"], Warning, |b| {
        let at = stored(b)[0].1 as usize * 512;
        put(b, at, &[0; 512]);
    }),
    defect("unique ids differ", &["VHD020"], Warning, |b| {
        edit_front(b, UNIQUE_ID, &[7; 16])
    }),
    defect(
        "cut in the middle of a block",
        &["VHD020", "VHD022"],
        Error,
        |b| {
            let last = stored(b).iter().map(|(_, sector)| *sector).max().unwrap() as usize * 512;
            b.truncate(last + 512 + MIB);
        },
    ),
    defect("data offset 0", &["VHD021"], Error, |b| {
        edit_both(b, DATA_OFFSET, &[0; 8])
    }),
    defect("data offset 2^60", &["VHD021"], Error, |b| {
        edit_both(b, DATA_OFFSET, &(1_u64 << 60).to_be_bytes());
    }),
    defect("type fixed in both copies", &["VHD003"], Error, |b| {
        edit_both(b, DISK_TYPE, &2_u32.to_be_bytes());
    }),
    defect("current size twice the table", &["VHD021"], Error, |b| {
        let new = size(b) * 2;
        edit_both(b, CURRENT_SIZE, &new.to_be_bytes());
    }),
    defect("header cookie wrong", &["VHD021"], Error, |b| {
        edit_header(b, 0, b"cxsparsX")
    }),
    defect("header version 2.0", &["VHD021"], Error, |b| {
        edit_header(b, 24, &0x0002_0000_u32.to_be_bytes());
    }),
    defect("end says fixed, front dynamic", &["VHD020"], Error, |b| {
        edit_end(b, DISK_TYPE, &2_u32.to_be_bytes());
    }),
    defect("no entries", &["VHD021"], Error, |b| {
        edit_header(b, 28, &[0; 4])
    }),
    defect(
        "end's current size half of front's",
        &["VHD020"],
        Error,
        |b| {
            let new = size(b) / 2;
            edit_end(b, CURRENT_SIZE, &new.to_be_bytes());
        },
    ),
    defect("locator of 4 GiB at 2^50", &["VHD024"], Warning, |b| {
        put(b, 512 + 576, b"W2ku");
        put(b, 512 + 580, &[0xFF; 8]);
        put(b, 512 + 592, &(1_u64 << 50).to_be_bytes());
        mend_checksum(b, 512, 1024, 36);
    }),
];

fn all_are_reported(base: &str, defects: &[Defect]) {
    let sound = image(base);
    let mut missed = Vec::new();
    for defect in defects {
        let mut bytes = sound.clone();
        (defect.spoil)(&mut bytes);
        assert_ne!(bytes, sound, "{} changes nothing", defect.what);
        let judged = judge(bytes);
        for rule in defect.rules {
            if judged.level(rule) != Some(defect.level) {
                missed.push(format!(
                    "{}: {rule} is {:?}, not {:?}: {:#?}",
                    defect.what,
                    judged.outcome(rule),
                    defect.level,
                    judged.messages()
                ));
            }
        }
        if defect.level < Error {
            // A lesser defect must not become an error by another rule, but for what is true of
            // every dynamic disk.
            let errors = judged.rules_at(Error);
            let allowed: &[&str] = if base.contains("dynamic") {
                &["VHD003"]
            } else {
                &[]
            };
            if errors != allowed {
                missed.push(format!("{}: errors {errors:?}", defect.what));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {}:\n{}",
        missed.len(),
        defects.len(),
        missed.join("\n")
    );
}

#[test]
fn all_25_defects_of_a_fixed_disk_are_reported_at_their_level() {
    all_are_reported("containers/fixed-good.vhd", &FIXED);
}

#[test]
fn all_27_defects_of_a_dynamic_disk_are_reported_at_their_level() {
    all_are_reported("containers/dynamic-good.vhd", &DYNAMIC);
}

#[test]
fn the_sound_images_have_no_error_but_what_they_are() {
    let fixed = judge(image("containers/fixed-good.vhd"));
    assert_eq!(fixed.rules_at(Error), [""; 0], "{:#?}", fixed.messages());
    let dynamic = judge(image("containers/dynamic-good.vhd"));
    assert_eq!(
        dynamic.rules_at(Error),
        ["VHD003"],
        "{:#?}",
        dynamic.messages()
    );
    for judged in [fixed, dynamic] {
        let container: Vec<_> = judged
            .rules_at(Warning)
            .into_iter()
            // Both are smaller than a Marketplace disk is expected to be.
            .filter(|rule| !["VHD010", "VHD011"].contains(rule))
            .collect();
        assert_eq!(container, [""; 0], "{:#?}", judged.messages());
    }
}
