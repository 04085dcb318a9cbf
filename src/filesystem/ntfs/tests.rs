//! The pieces by themselves: compression, data runs, names.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use crate::filesystem::FsError;

use super::lznt1::decompress;
use super::names::{UpCase, to_bytes, to_units};
use super::runs::{Run, decode, from};

/// The example of MS-XCA, 3.3.
#[test]
fn the_example_of_the_specification_is_expanded() {
    let packed = [
        0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00, 0x10, 0xa2, 0x47,
        0x01, 0xa0, 0x45, 0x20, 0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xc0, 0x45, 0x20,
        0x05, 0x24, 0x13, 0x88, 0x05, 0xb4, 0x02, 0x4a, 0x44, 0xef, 0x03, 0x58, 0x02, 0x8c, 0x09,
        0x16, 0x01, 0x48, 0x45, 0x00, 0xbe, 0x00, 0x9e, 0x00, 0x04, 0x01, 0x18, 0x90, 0x00,
    ];
    let text = b"F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E \
                 F# G F# D E F# G F# E D E A F# F# G A A G F# E D D E F# E D D\0";
    assert_eq!(decompress(&packed, text.len()).unwrap(), text);
}

#[test]
fn chunks_stand_for_4096_bytes_each_and_damage_is_told() {
    // A run of one letter: a literal, then a match of 4,095 with distance 1. Then three bytes as
    // they are, then the end.
    let run = [0x03, 0xb0, 0x02, b'x', 0xfc, 0x0f];
    let stored = [0x02, 0x30, b'a', b'b', b'c'];
    let both = [&run[..], &stored, &[0, 0, 0xff, 0xff]].concat();
    let bytes = decompress(&both, 3 * 4096).unwrap();
    assert_eq!(bytes[..4096], [b'x'; 4096]);
    assert_eq!(bytes[4096..4099], *b"abc");
    assert_eq!(bytes[4099..], [0; 2 * 4096 - 3]);
    for damaged in [
        // Cut off; a match before anything; one that reaches before the chunk; too long a match.
        &run[..5],
        &[0x02, 0xb0, 0x01, 0xfc, 0x0f],
        &[0x03, 0xb0, 0x02, b'x', 0x00, 0x10],
        &[0x03, 0xb0, 0x02, b'x', 0xfd, 0x0f],
        &[0x01, 0xb0, 0x01, 0x00],
    ] {
        assert!(decompress(damaged, 4096).is_err(), "{damaged:02x?}");
    }
}

#[test]
fn runs_go_forward_and_back_and_have_holes() {
    let pairs = [
        0x21, 0x10, 0x00, 0x02, // 16 clusters at 512
        0x01, 0x08, // a hole of 8
        0x11, 0x05, 0xf0, // 5 at 512 - 16
        0x22, 0x00, 0x01, 0x10, 0xfe, // 256 at 0, a place like any other
        0, 0xff,
    ];
    let run = |vcn, lcn, count| Run { vcn, lcn, count };
    let runs = decode(&pairs, 7, 1000).unwrap();
    let expected = [
        run(7, Some(512), 16),
        run(23, None, 8),
        run(31, Some(496), 5),
        run(36, Some(0), 256),
    ];
    assert_eq!(runs, expected);
    assert_eq!(from(&runs, 31).len(), 2);
    assert_eq!(from(&runs, 30).len(), 3);
    assert!(from(&runs, 292).is_empty());
    // Outside of the volume, before it, of no length, cut off, too long a number.
    assert!(decode(&pairs, 0, 527).is_err());
    assert!(decode(&[0x11, 1, 0xff, 0], 0, 1000).is_err());
    assert!(decode(&[0x11, 0, 1, 0], 0, 1000).is_err());
    assert!(decode(&[0x21, 1, 1], 0, 1000).is_err());
    assert!(decode(&[0x19, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0], 0, 1000).is_err());
    assert!(
        decode(
            &[0x08, 255, 255, 255, 255, 255, 255, 255, 127, 0x01, 1],
            9,
            9
        )
        .is_err()
    );
}

#[test]
fn no_name_is_lost_in_utf_8() {
    let names: [&[u16]; 6] = [
        &[0x41, 0xe9, 0x65e5],
        &[0xd83d, 0xde00],
        &[0xd83d],
        &[0xde00, 0xd83d],
        &[0xd83d, 0x41, 0xdfff],
        &[0xffff],
    ];
    for name in names {
        assert_eq!(to_units(&to_bytes(name)).as_deref(), Some(name));
    }
    assert_eq!(to_bytes(&[0xd83d, 0xde00]), "😀".as_bytes());
    assert_eq!(to_bytes(&[0xd800]), b"\xed\xa0\x80");
    for bytes in [&b"\xff"[..], b"a\xed\xa0", b"\xc0\x80", b"\xed\xe0\x80"] {
        assert_eq!(to_units(bytes), None);
    }
}

#[test]
fn the_table_folds_what_it_holds() {
    let letters = (0..128_u8).map(|unit| u16::from(unit.to_ascii_uppercase()));
    let table = UpCase::new(letters.clone().collect()).unwrap();
    assert_eq!(table.fold(&[0x61, 0x41, 0xe9]), [0x41, 0x41, 0xe9]);
    let mut damaged: Vec<u16> = letters.collect();
    damaged[0x61] = 0x61;
    assert!(matches!(UpCase::new(damaged), Err(FsError::Corrupt(_))));
    assert!(UpCase::new(vec![0; 65_536]).is_err());
    assert!(UpCase::new(Vec::new()).is_err());
}
