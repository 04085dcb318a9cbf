//! Tests of this module on real bytes.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::*;
use crate::guest::testing::{Tree, unpacked};

const ARCHIVES: [(Compression, &[u8]); 7] = [
    (
        Compression::None,
        include_bytes!("../../../../testdata/boot/initrd.none.zst"),
    ),
    (
        Compression::Gzip,
        include_bytes!("../../../../testdata/boot/initrd.gzip.zst"),
    ),
    (
        Compression::Xz,
        include_bytes!("../../../../testdata/boot/initrd.xz.zst"),
    ),
    (
        Compression::Zstd,
        include_bytes!("../../../../testdata/boot/initrd.zstd.zst"),
    ),
    (
        Compression::Lz4,
        include_bytes!("../../../../testdata/boot/initrd.lz4.zst"),
    ),
    (
        Compression::Lzma,
        include_bytes!("../../../../testdata/boot/initrd.lzma.zst"),
    ),
    (
        Compression::Bzip2,
        include_bytes!("../../../../testdata/boot/initrd.bzip2.zst"),
    ),
];

fn entry(root: &Root, initrds: &[&str]) -> BootEntry {
    BootEntry {
        title: "Linux".to_owned(),
        id: None,
        kernel: None,
        initrds: initrds.iter().map(|path| (*path).to_owned()).collect(),
        command_line: CommandLine::new("ro", root.spot("/boot/grub/grub.cfg")),
    }
}

fn of(bytes: &[u8]) -> Known<Initramfs> {
    let root = Tree::new().bytes("/initrd", bytes).root();
    of_entry(&root, &entry(&root, &["/initrd"]))
}

#[test]
fn every_compression_of_the_kernel_is_read_behind_an_early_archive() {
    for (kind, zst) in ARCHIVES {
        let found = of(&unpacked(zst)).unwrap();
        assert_eq!(found.archives, [Compression::None, kind], "{kind:?}");
        let modules: Vec<_> = found.modules.iter().map(String::as_str).collect();
        assert_eq!(
            modules,
            [
                "hv_netvsc",
                "hv_storvsc",
                "hv_vmbus",
                "hyperv_keyboard",
                "nvme"
            ],
            "{kind:?}"
        );
        assert!(found.has("hyperv-keyboard") && found.built_in.contains("sd_mod"));
        assert_eq!(found.releases.first().unwrap(), "6.1.0-50-cloud-amd64");
        assert!(found.whole);
        // The argument of dracut is kept, its secret is not.
        assert!(found.arguments[0].text.starts_with("root=UUID=5eed0f00"));
        assert!(!format!("{found:?}").contains("planted"));
    }
}

#[test]
fn archives_follow_one_another_as_the_kernel_takes_them() {
    // Two compressed archives in one file with zeros between them, then another file.
    let mut bytes = unpacked(ARCHIVES[1].1);
    bytes.extend([0; 513]);
    bytes.extend(unpacked(ARCHIVES[4].1));
    bytes.extend([0; 512]);
    let root = Tree::new()
        .bytes("/one", &bytes)
        .bytes("/two", &unpacked(ARCHIVES[3].1))
        .root();
    let found = of_entry(&root, &entry(&root, &["/one", "/two"])).unwrap();
    let expected = [
        Compression::None,
        Compression::Gzip,
        Compression::None,
        Compression::Lz4,
        Compression::None,
        Compression::Zstd,
    ];
    assert_eq!(found.archives, expected);
    assert_eq!(found.files.len(), 2);
}

#[test]
fn a_zstd_archive_ends_where_the_next_one_begins() {
    let (kind, zst) = ARCHIVES[3];
    let mut bytes = unpacked(zst);
    bytes.extend([0; 512]);
    bytes.extend(unpacked(zst));
    let found = of(&bytes).unwrap();
    let expected = [Compression::None, kind, Compression::None, kind];
    assert_eq!(found.archives, expected);
}

#[test]
fn what_cannot_be_read_to_its_end_is_unknown_and_never_empty() {
    for (kind, zst) in ARCHIVES {
        let whole = unpacked(zst);
        let cut = of(&whole[..whole.len() - 300]);
        assert!(cut.is_err(), "{kind:?}: {cut:?}");
    }
    let other = of(b"\x89PNG what is this").unwrap_err();
    assert!(other.reason.contains("no archive"), "{}", other.reason);
    let root = Tree::new().unreadable("/initrd").root();
    assert!(of_entry(&root, &entry(&root, &["/initrd"])).is_err());
    let missing = of_entry(&root, &entry(&root, &["/nowhere"])).unwrap_err();
    assert!(missing.reason.contains("no such file"));
}

#[test]
fn a_bomb_ends_at_the_limit() {
    use std::io::Write;
    let mut bomb = Vec::new();
    let mut gz = flate2::write::GzEncoder::new(&mut bomb, flate2::Compression::fast());
    for index in 0..40 {
        let name = format!("f{index:02}\0");
        let header = format!(
            "070701{}{:08x}{}{:08x}{:08x}",
            "0".repeat(48),
            0x0fff_ffff,
            "0".repeat(32),
            name.len(),
            0
        );
        gz.write_all(header.as_bytes()).unwrap();
        gz.write_all(name.as_bytes()).unwrap();
        gz.write_all(&[0; 2]).unwrap();
        if index == 0 {
            // The rest is only claimed: the sum of what is claimed ends it.
            gz.write_all(&vec![0; 1 << 20]).unwrap();
        }
    }
    gz.finish().unwrap();
    assert!(of(&bomb).is_err());
}

#[test]
fn mutated_archives_never_panic_and_end() {
    let mut seed = 0x5eed_u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize
    };
    for (kind, zst) in ARCHIVES {
        let good = unpacked(zst);
        let rounds = if kind == Compression::None { 200 } else { 25 };
        for _ in 0..rounds {
            let mut bytes = good.clone();
            for _ in 0..3 {
                let at = next() % bytes.len();
                bytes[at] = next() as u8;
            }
            let _ = of(&bytes);
        }
    }
}
