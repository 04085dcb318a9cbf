//! Tests of this module on real bytes.

use super::*;
use crate::guest::pe::testing::{ARM64, GRUB, SHIM, X64, pe};
use crate::guest::testing::{Tree, fat};

#[test]
fn loaders_are_found_whatever_the_case_of_their_names() {
    let esp = fat("1A2B-3C4D")
        .bytes("/efi/boot/BootX64.efi", &pe(X64, &[SHIM], true))
        .bytes("/efi/boot/grubx64.efi", &pe(X64, &[GRUB], true))
        .bytes(
            "/efi/boot/bootaa64.efi",
            &pe(ARM64, &[(".sdmagic", b"x")], false),
        )
        .file("/efi/boot/grub.cfg", "configfile x")
        .bytes("/efi/debian/shimx64.efi", &pe(X64, &[SHIM], true))
        .file("/efi/debian/grub.cfg", "configfile x")
        .file(
            "/efi/debian/BOOTX64.CSV",
            "shimx64.efi,debian,,This is the boot entry for debian",
        );
    let root = Tree::new()
        .dir("/boot/efi")
        .root_with(vec![("/boot/efi", 15, esp)]);
    let esps = gather(&root).unwrap();
    assert_eq!(esps.len(), 1);
    let esp = &esps[0];
    assert_eq!(esp.partition, Some(15));
    let x64 = esp.fallback(Machine::X64).unwrap();
    assert_eq!(x64.kind, LoaderKind::Shim);
    assert!(x64.file.pe().unwrap().signed);
    let arm = esp.fallback(Machine::Arm64).unwrap();
    assert_eq!(arm.kind, LoaderKind::SystemdBoot);
    let kinds: Vec<_> = esp.programs.iter().map(|program| program.kind).collect();
    assert_eq!(kinds, [LoaderKind::Grub, LoaderKind::Shim]);
    assert_eq!(esp.vendors, ["debian"]);
    let configs: Vec<_> = esp
        .grub_configs
        .iter()
        .map(|spot| spot.path.as_str())
        .collect();
    assert_eq!(
        configs,
        [
            "/boot/efi/efi/boot/grub.cfg",
            "/boot/efi/efi/debian/grub.cfg"
        ]
    );
}

#[test]
fn only_a_fat_is_an_esp_and_one_that_cannot_be_read_is_unknown() {
    let root = Tree::new().root_with(vec![("/boot", 2, Tree::new())]);
    assert_eq!(gather(&root), Ok(Vec::new()));
    assert_eq!(gather(&Tree::new().root()), Ok(Vec::new()));
    let root = Tree::new().root_with_unreadable("/.esp", "its FAT is damaged");
    assert!(gather(&root).unwrap_err().reason.contains("damaged"));
    let root = Tree::new().root_with(vec![("/.esp", 1, fat("1A2B-3C4D"))]);
    assert!(gather(&root).unwrap()[0].fallbacks.is_empty());
}

#[test]
fn windows_boot_manager_is_known_by_its_resources() {
    let name: Vec<u8> = "OriginalFilename\0bootmgr.exe"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let other = pe(X64, &[(".rsrc", &b"bootmgr.exe".repeat(9))], true);
    let esp = fat("1A2B-3C4D")
        .bytes("/EFI/Boot/bootx64.efi", &pe(X64, &[(".rsrc", &name)], true))
        .bytes("/EFI/other/x.efi", &other);
    let root = Tree::ntfs().windows_root_with(vec![("/.esp", 1, esp)]);
    let esps = gather(&root).unwrap();
    let loader = esps[0].fallback(Machine::X64).unwrap();
    assert_eq!(loader.kind, LoaderKind::WindowsBootManager);
    assert_eq!(esps[0].programs[0].kind, LoaderKind::Other);
    assert_eq!(loader.file.spot.path, r"\EFI\Boot\bootx64.efi");
}
