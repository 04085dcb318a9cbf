//! Tests of this module on real bytes.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::testing::{ARM64, X64, pe};
use super::*;
use crate::guest::testing::{Tree, unpacked};

#[test]
fn the_heads_of_debian_s_shim_and_grub_are_read() {
    let shim = unpacked(include_bytes!("../../../testdata/boot/shim-x64.head.zst"));
    let read = Pe::parse(&shim, 1_048_504).unwrap().unwrap();
    assert_eq!((read.machine, read.signed), (Machine::X64, true));
    assert!(read.section(".sbat").is_some() && read.section(".linux").is_none());
    // The same file cut off before its signature.
    assert!(!Pe::parse(&shim, 4096).unwrap().unwrap().signed);
    let grub = unpacked(include_bytes!("../../../testdata/boot/grub-x64.head.zst"));
    let read = Pe::parse(&grub, 4_183_488).unwrap().unwrap();
    assert!(read.signed && read.section("mods").is_some());
}

#[test]
fn a_kernel_of_debian_is_a_pe_file() {
    for head in [
        &include_bytes!("../../../testdata/boot/kernel-bookworm.head.zst")[..],
        &include_bytes!("../../../testdata/boot/kernel-trixie.head.zst")[..],
    ] {
        let read = Pe::parse(&unpacked(head), 1 << 30).unwrap().unwrap();
        assert_eq!((read.machine, read.signed), (Machine::X64, true));
    }
}

#[test]
fn sections_are_read_as_text_up_to_their_end() {
    let bytes = pe(ARM64, &[(".cmdline", b"console=ttyAMA0 ro\0junk")], false);
    let root = Tree::new()
        .bytes("/a.efi", &bytes)
        .file("/text", "MZ? no")
        .file("/not", "hello")
        .root();
    let file = read(&root, "/a.efi").unwrap().unwrap();
    let headers = file.pe().unwrap();
    assert_eq!((headers.machine, headers.signed), (Machine::Arm64, false));
    let text = section_text(&root, "/a.efi", headers, ".cmdline", 4096).unwrap();
    assert_eq!(text.as_deref(), Some("console=ttyAMA0 ro"));
    assert_eq!(
        section_text(&root, "/a.efi", headers, ".uname", 9),
        Ok(None)
    );
    assert!(read(&root, "/text").unwrap().unwrap().headers.is_err());
    assert!(read(&root, "/not").unwrap().unwrap().pe().is_none());
    assert_eq!(read(&root, "/nowhere"), Ok(None));
}

#[test]
fn mutated_headers_never_panic() {
    let good = pe(X64, &[(".cmdline", b"ro"), (".linux", b"x")], true);
    let mut seed = 0x5eed_u32;
    for _ in 0..5000 {
        let mut bytes = good.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (seed >> 8) as usize % 0x400;
            bytes[at] = (seed & 0xff) as u8;
        }
        bytes.truncate((seed >> 4) as usize % (bytes.len() + 1));
        let _ = Pe::parse(&bytes, bytes.len() as u64);
    }
}
