//! Tests of this module on real bytes.

use super::*;
use crate::guest::esp;
use crate::guest::pe::testing::{GRUB, SHIM, X64, pe};
use crate::guest::testing::{Tree, fat};

fn of(root: &Root) -> Boot {
    gather(root, &esp::gather(root))
}

fn default(root: &Root) -> BootEntry {
    of(root).default_entry.unwrap().unwrap()
}

fn systemd_boot() -> Tree {
    fat("1A2B-3C4D").bytes(
        "/EFI/BOOT/BOOTX64.EFI",
        &pe(
            X64,
            &[(".sdmagic", b"#### LoaderInfo: systemd-boot 252 ####")],
            false,
        ),
    )
}

fn uki(cmdline: &[u8]) -> Vec<u8> {
    pe(
        X64,
        &[
            (
                ".osrel",
                b"ID=fedora\nVERSION_ID=\"41\"\nPRETTY_NAME=\"Fedora Linux 41\"\n",
            ),
            (".cmdline", cmdline),
            (".uname", b"6.11.4-301.fc41.x86_64"),
            (".linux", b"kernel"),
            (".initrd", b"070701"),
        ],
        true,
    )
}

#[test]
fn systemd_boot_orders_entries_by_key_and_version() {
    let esp = systemd_boot()
        .file("/loader/entries/a-6.1.0.conf", "title Old\nsort-key debian\nversion 6.1.0\nlinux /a/6.1.0/linux\ninitrd /a/6.1.0/initrd\noptions ro\noptions console=ttyS0\n")
        .file("/loader/entries/a-6.10.0.conf", "title New\nsort-key debian\nversion 6.10.0\nlinux /a/6.10.0/linux\ninitrd /a/6.10.0/initrd\noptions quiet\n")
        .file("/loader/entries/z-9.conf", "title Keyless\nversion 9\nlinux /z\n")
        .file("/a/6.10.0/linux", "k");
    let root = Tree::new().root_with(vec![("/efi", 1, esp.clone())]);
    let entry = default(&root);
    assert_eq!(entry.title, "New");
    assert_eq!(entry.kernel.as_deref(), Some("/efi/a/6.10.0/linux"));
    assert_eq!(of(&root).ways[0].loader, Loader::Specification);
    assert_eq!(of(&root).ways[0].entries.len(), 3);
    let esp = esp.file("/loader/loader.conf", "timeout 3\ndefault A-6.1.?*\n");
    let root = Tree::new().root_with(vec![("/efi", 1, esp)]);
    // The pattern fits the older one only; the case says nothing.
    let entry = default(&root);
    assert_eq!(
        (entry.title.as_str(), entry.command_line.text.as_str()),
        ("Old", "ro console=ttyS0")
    );
}

#[test]
fn an_entry_without_tries_left_comes_last() {
    let esp = systemd_boot()
        .file("/loader/entries/x-2+0-3.conf", "title Bad\nlinux /k\n")
        .file("/loader/entries/x-1.conf", "title Good\nlinux /k\n");
    let root = Tree::new().root_with(vec![("/efi", 1, esp)]);
    assert_eq!(default(&root).title, "Good");
}

#[test]
fn a_unified_image_brings_its_own_arguments() {
    let esp = systemd_boot().bytes(
        "/EFI/Linux/fedora-6.11.4.efi",
        &uki(b"root=LABEL=x console=ttyS0\n"),
    );
    let root = Tree::new()
        .dir("/boot/efi")
        .root_with(vec![("/boot/efi", 1, esp)]);
    let entry = default(&root);
    assert_eq!(entry.command_line.text, "root=LABEL=x console=ttyS0");
    assert_eq!(entry.title, "Fedora Linux 41");
    assert_eq!(
        entry.kernel.as_deref(),
        Some("/boot/efi/EFI/Linux/fedora-6.11.4.efi")
    );
    let range = initrd_section(&root, &entry.initrds[0]).unwrap().unwrap();
    assert_eq!(range.end - range.start, 6);
    // As the firmware's own fallback, and without arguments of its own.
    let without = pe(X64, &[(".linux", b"kernel")], false);
    let esp = fat("1A2B-3C4D").bytes("/EFI/BOOT/BOOTX64.EFI", &without);
    let root = Tree::new()
        .dir("/boot/efi")
        .file("/etc/kernel/cmdline", "root=LABEL=y quiet\n")
        .root_with(vec![("/boot/efi", 1, esp)]);
    let entry = default(&root);
    assert_eq!(entry.command_line.text, "root=LABEL=y quiet");
    assert_eq!(entry.command_line.spot.path, "/etc/kernel/cmdline");
}

#[test]
fn the_way_of_each_firmware_is_told_apart() {
    let esp = fat("1A2B-3C4D")
        .bytes("/EFI/BOOT/BOOTX64.EFI", &pe(X64, &[SHIM], true))
        .bytes("/EFI/redhat/grubx64.efi", &pe(X64, &[GRUB], true))
        .file(
            "/EFI/redhat/grub.cfg",
            "menuentry u { linux /vmlinuz-1.0 console=ttyS0 }\n",
        );
    let root = Tree::new()
        .file(
            "/boot/grub2/grub.cfg",
            "menuentry b { linux /boot/vmlinuz-1.0 quiet }\n",
        )
        .file("/boot/vmlinuz-1.0", "k")
        .root_with(vec![("/boot/efi", 1, esp)]);
    let boot = of(&root);
    let defaults = boot.defaults();
    assert_eq!(defaults.len(), 2);
    assert_eq!(defaults[0].0.firmware, Some(Firmware::Uefi));
    assert!(defaults[0].1.command_line.has("console=ttyS0"));
    assert_eq!(defaults[1].0.firmware, Some(Firmware::Bios));
    assert_eq!(boot.default_entry.unwrap().unwrap().title, "u");
    // The kernel lies on the root although GRUB counts from the ESP.
    assert_eq!(defaults_kernel(&root), "/boot/vmlinuz-1.0");
}

fn defaults_kernel(root: &Root) -> String {
    default(root).kernel.unwrap()
}

#[test]
fn grub_legacy_is_read_with_its_own_counting() {
    let root = Tree::new()
        .file(
            "/boot/grub/grub.conf",
            "# grub.conf generated by anaconda\n#boot=/dev/sda\ndefault=1\ntimeout=5\n\
             splashimage=(hd0,0)/grub/splash.xpm.gz\nhiddenmenu\n\
             title CentOS (2.6.32-754.el6.x86_64)\n\troot (hd0,0)\n\tkernel /vmlinuz-2.6.32-754.el6.x86_64 ro root=/dev/sda2\n\tinitrd /initramfs-2.6.32-754.el6.x86_64.img\n\
             title CentOS (2.6.32-696.el6.x86_64)\n\troot (hd0,1)\n\tkernel /vmlinuz-2.6.32-696.el6.x86_64 ro root=/dev/sda2 numa=off console=ttyS0\n\tinitrd /initramfs-2.6.32-696.el6.x86_64.img\n",
        )
        .root_with(vec![(
            "/boot",
            2,
            Tree::new()
                .file("/vmlinuz-2.6.32-696.el6.x86_64", "k")
                .file("/grub/grub.conf", "default=1\ntitle a\n\tkernel /a\ntitle CentOS (2.6.32-696.el6.x86_64)\n\troot (hd0,1)\n\tkernel /vmlinuz-2.6.32-696.el6.x86_64 ro numa=off\n\tinitrd /initramfs.img\n"),
        )]);
    let boot = of(&root);
    let entry = boot.default_entry.unwrap().unwrap();
    assert_eq!(
        entry.kernel.as_deref(),
        Some("/boot/vmlinuz-2.6.32-696.el6.x86_64")
    );
    assert!(entry.command_line.has("numa=off"));
    assert_eq!(boot.ways[0].loader, Loader::GrubLegacy);
    let searched = boot.searched.unwrap();
    assert_eq!(searched[0].path, "/boot/grub/grub.conf");
    assert_eq!(searched[0].found[0].value, "numa=off");
}

#[test]
fn extlinux_as_alpine_writes_it() {
    let root = Tree::new()
        .file(
            "/boot/extlinux.conf",
            "# Generated by update-extlinux 6.04_pre1-r15\nDEFAULT menu.c32\nPROMPT 0\nMENU TITLE Alpine\nTIMEOUT 10\n\
             LABEL virt\n  MENU DEFAULT\n  MENU LABEL Linux virt\n  LINUX vmlinuz-virt\n  INITRD initramfs-virt\n  APPEND root=UUID=x modules=ext4 console=ttyS0,115200n8\n",
        )
        .file("/boot/vmlinuz-virt", "k")
        .root();
    let entry = default(&root);
    assert_eq!(entry.title, "Linux virt");
    assert_eq!(entry.kernel.as_deref(), Some("/boot/vmlinuz-virt"));
    assert_eq!(entry.initrds, ["/boot/initramfs-virt"]);
    assert_eq!(
        entry.command_line.values("console").next(),
        Some("ttyS0,115200n8")
    );
}

#[test]
fn nothing_and_the_unreadable_are_told_apart() {
    let none = of(&Tree::new().root());
    assert_eq!(none.default_entry, Ok(None));
    assert!(none.ways.is_empty() && none.unknown().is_none());
    let broken = of(&Tree::new().root_with_unreadable("/boot", "its superblock is damaged"));
    assert!(broken.default_entry.is_err() && broken.searched.is_err());
    // One way that is known does not hide that the other is not.
    let root = Tree::new()
        .file(
            "/boot/grub/grub.cfg",
            "menuentry b { linux /boot/k console=ttyS0 }\n",
        )
        .root_with_unreadable("/boot/efi", "its FAT is damaged");
    let boot = of(&root);
    assert!(boot.default_entry.is_ok());
}

#[test]
fn what_the_settings_want_is_compared_with_what_is_started() {
    let root = Tree::new()
        .file(
            "/boot/grub/grub.cfg",
            "menuentry b { linux /boot/k ro quiet }\n",
        )
        .file(
            "/etc/default/grub",
            "GRUB_CMDLINE_LINUX=\"console=ttyS0 quiet secret_token=hunter2\"\n",
        )
        .root();
    let boot = of(&root);
    let entry = boot.default_entry.clone().unwrap().unwrap();
    let intent = boot.intent.clone().unwrap().unwrap();
    let missing: Vec<_> = intent
        .missing(&entry)
        .map(|word| word.value.as_str())
        .collect();
    assert_eq!(missing, ["console=ttyS0", "secret_token=***"]);
    assert!(!format!("{boot:?}").contains("hunter2"));
}
