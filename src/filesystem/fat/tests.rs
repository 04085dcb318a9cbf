//! Directory entries by themselves: long names that hold together, and those that do not.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::directory::parse;

/// The long name `longer-name.text` and its short name.
fn entries() -> Vec<u8> {
    let short = *b"LONGER~1TEX";
    let sum = short
        .iter()
        .fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
    let mut units: Vec<u16> = "longer-name.text".encode_utf16().chain([0]).collect();
    units.resize(26, 0xffff);
    let mut out = Vec::new();
    for (order, piece) in [(0x42, &units[13..]), (1, &units[..13])] {
        let mut entry = [0; 32];
        entry[0] = order;
        entry[11] = 0x0f;
        entry[13] = sum;
        let places = (1..11)
            .step_by(2)
            .chain((14..26).step_by(2))
            .chain([28, 30]);
        for (at, unit) in places.zip(piece) {
            entry[at..at + 2].copy_from_slice(&unit.to_le_bytes());
        }
        out.extend(entry);
    }
    let mut entry = [0; 32];
    entry[..11].copy_from_slice(&short);
    // 2026-11-21 15:30:10.
    entry[22..24].copy_from_slice(&(15_u16 << 11 | 30 << 5 | 5).to_le_bytes());
    entry[24..26].copy_from_slice(&(46_u16 << 9 | 11 << 5 | 21).to_le_bytes());
    out.extend(entry);
    out
}

fn names(bytes: &[u8]) -> Vec<String> {
    let items = parse(bytes).unwrap().items;
    items.into_iter().map(|item| item.name).collect()
}

#[test]
fn a_long_name_counts_only_whole_and_with_its_short_name() {
    let good = entries();
    assert_eq!(names(&good), ["longer-name.text"]);
    let time = parse(&good).unwrap().items[0].metadata.modified;
    assert_eq!(time, Some(1_795_275_010));
    for (at, byte) in [(0, 0x43), (32, 2), (13, 0), (45, 9), (64, b'X')] {
        let mut changed = good.clone();
        changed[at] = byte;
        let [name] = &names(&changed)[..] else {
            panic!("{at}")
        };
        assert!(name.ends_with("ONGER~1.TEX"), "{at}: {name}");
    }
    let mut label = good.clone();
    label[64 + 11] = 8;
    let parsed = parse(&label).unwrap();
    assert!(parsed.items.is_empty());
    assert_eq!(parsed.label.as_deref(), Some("LONGER~1TEX"));
}
