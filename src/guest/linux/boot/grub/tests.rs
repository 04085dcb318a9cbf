//! Tests of this module on real bytes.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::*;
use crate::guest::testing::{Tree, fat};

const UUID: &str = "5eed0f00-7f5a-4c0e-8d6b-2b1a3c4d5e6f";
const BOOKWORM: &str = include_str!("../../../../../testdata/boot/grub-bookworm.cfg");
const TRIXIE: &str = include_str!("../../../../../testdata/boot/grub-trixie.cfg");
const UBUNTU: &str = include_str!("../../../../../testdata/boot/grub-ubuntu.cfg");
const SUSE: &str = include_str!("../../../../../testdata/boot/grub-suse.cfg");
const EL9: &str = include_str!("../../../../../testdata/boot/grub-el9.cfg");

fn boot(tree: Tree, cfg: &str) -> Tree {
    tree.file("/boot/grub/grub.cfg", cfg)
        .file("/boot/vmlinuz-6.1.0-50-cloud-amd64", "k")
        .file("/boot/vmlinuz-6.1.0-18-cloud-amd64", "k")
        .file("/boot/vmlinuz-6.12.107+deb13-cloud-amd64", "k")
}

fn env(text: &str) -> String {
    format!("# GRUB Environment Block\n{text}#####")
}

fn default(tree: Tree) -> BootEntry {
    run(&tree.root(), "/boot/grub/grub.cfg", "pc")
        .unwrap()
        .entry
        .unwrap()
        .unwrap()
}

#[test]
fn debian_s_own_files_lead_to_their_first_entry() {
    for (cfg, release) in [
        (BOOKWORM, "6.1.0-50-cloud-amd64"),
        (TRIXIE, "6.12.107+deb13-cloud-amd64"),
    ] {
        let root = boot(Tree::new(), cfg).root();
        let outcome = run(&root, "/boot/grub/grub.cfg", "pc").unwrap();
        let entry = outcome.entry.unwrap().unwrap();
        assert_eq!(entry.title, "Debian GNU/Linux");
        assert_eq!(entry.kernel.unwrap(), format!("/boot/vmlinuz-{release}"));
        assert_eq!(entry.initrds, [format!("/boot/initrd.img-{release}")]);
        assert_eq!(
            entry.command_line.text,
            format!(
                "root=UUID={UUID} ro console=tty0 console=ttyS0,115200 \
                 earlyprintk=ttyS0,115200 consoleblank=0 quiet"
            )
        );
        let line = entry.command_line.spot.line.unwrap();
        assert!(
            cfg.lines()
                .nth(line as usize - 1)
                .unwrap()
                .contains("linux\t")
        );
        assert_eq!(outcome.entries.len(), 5);
        assert!(outcome.entries[2].command_line.has("single"));
    }
}

#[test]
fn saved_and_next_entries_are_found_by_number_id_title_and_path() {
    let saved = BOOKWORM.replace("set default=\"0\"", "set default=\"${saved_entry}\"");
    assert_ne!(saved, BOOKWORM);
    let advanced = format!("gnulinux-advanced-{UUID}");
    let old = "vmlinuz-6.1.0-18-cloud-amd64";
    for (cfg, text, expected) in [
        (&saved, "saved_entry=1>2\n".to_owned(), old),
        (&saved, format!("saved_entry={advanced}>gnulinux-6.1.0-18-cloud-amd64-advanced-{UUID}\n"), old),
        (
            &saved,
            "saved_entry=Advanced options for Debian GNU/Linux>Debian GNU/Linux, with Linux 6.1.0-18-cloud-amd64\n".to_owned(),
            old,
        ),
        (&saved, "saved_entry=nonsense\n".to_owned(), "vmlinuz-6.1.0-50-cloud-amd64"),
        (&saved, "saved_entry=99\n".to_owned(), "vmlinuz-6.1.0-50-cloud-amd64"),
        // The entry for one start outranks the setting.
        (&BOOKWORM.to_owned(), "next_entry=1>3\nsaved_entry=0\n".to_owned(), old),
    ] {
        let tree = boot(Tree::new(), cfg).file("/boot/grub/grubenv", &env(&text));
        let entry = default(tree);
        assert!(entry.kernel.unwrap().ends_with(expected), "{text}");
    }
}

#[test]
fn a_boot_volume_of_its_own_makes_paths_of_the_guest() {
    let mut volume = Tree::new()
        .file(
            "/grub/grub.cfg",
            &BOOKWORM
                .replace("/boot/vmlinuz", "/vmlinuz")
                .replace("/boot/initrd", "/initrd"),
        )
        .file("/vmlinuz-6.1.0-50-cloud-amd64", "k");
    let mut superblock = volume.says().clone();
    superblock.uuid = Some(UUID.to_owned());
    volume = volume.superblock(superblock);
    let esp = fat("1A2B-3C4D").file(
        "/EFI/debian/grub.cfg",
        &format!("search.fs_uuid {UUID} root hd0,gpt2 \nset prefix=($root)'/grub'\nconfigfile $prefix/grub.cfg\n"),
    );
    let root = Tree::new().root_with(vec![("/boot", 2, volume), ("/boot/efi", 15, esp)]);
    let outcome = run(&root, "/boot/efi/EFI/debian/grub.cfg", "efi").unwrap();
    let entry = outcome.entry.unwrap().unwrap();
    assert_eq!(
        entry.kernel.as_deref(),
        Some("/boot/vmlinuz-6.1.0-50-cloud-amd64")
    );
    assert_eq!(entry.command_line.spot.path, "/boot/grub/grub.cfg");
    let files: Vec<_> = outcome
        .files
        .iter()
        .map(|spot| spot.path.as_str())
        .collect();
    assert_eq!(
        files,
        ["/boot/efi/EFI/debian/grub.cfg", "/boot/grub/grub.cfg"]
    );
}

#[test]
fn ubuntu_s_start_without_a_ram_disk_is_seen() {
    let entry = default(boot(Tree::new(), UBUNTU));
    assert_eq!(
        entry.kernel.as_deref(),
        Some("/boot/vmlinuz-6.8.0-1021-azure")
    );
    assert!(entry.initrds.is_empty());
    assert!(entry.command_line.has("panic=-1"));
    // Had the last start failed, it would take the RAM disk.
    let tree = boot(Tree::new(), UBUNTU).file("/boot/grub/grubenv", &env("initrdfail=1\n"));
    let entry = default(tree);
    assert_eq!(entry.initrds, ["/boot/initrd.img-6.8.0-1021-azure"]);
    assert!(!entry.command_line.has("panic=-1"));
}

#[test]
fn suse_s_file_is_run_with_its_own_conditions() {
    let root = Tree::new()
        .file("/boot/grub2/grub.cfg", SUSE)
        .file("/boot/vmlinuz-5.14.21-150500.55.7-default", "k")
        .file("/boot/grub2/grubenv", &env("saved_entry=SLES 15-SP5\n"))
        .root();
    let entry = run(&root, "/boot/grub2/grub.cfg", "pc")
        .unwrap()
        .entry
        .unwrap()
        .unwrap();
    assert_eq!(entry.title, "SLES 15-SP5");
    assert_eq!(
        entry.kernel.as_deref(),
        Some("/boot/vmlinuz-5.14.21-150500.55.7-default")
    );
    assert!(entry.command_line.has("console=ttyS0") && entry.command_line.has("rootdelay=300"));
}

fn el9(options: &str) -> Tree {
    let id = "ffffffffffffffffffffffffffffffff";
    let entry = |version: &str, options: &str| {
        format!(
            "title Red Hat Enterprise Linux ({version}) 9.4 (Plow)\nversion {version}\n\
             linux /boot/vmlinuz-{version}\ninitrd /boot/initramfs-{version}.img $tuned_initrd\n\
             options {options}\ngrub_users $grub_users\ngrub_arg --unrestricted\ngrub_class rhel\n"
        )
    };
    let mut tree = Tree::new().file("/boot/grub2/grub.cfg", EL9);
    for version in [
        "5.14.0-70.13.1.el9_0.x86_64",
        "5.14.0-427.13.1.el9_4.x86_64",
        "0-rescue",
    ] {
        tree = tree
            .file(
                &format!("/boot/loader/entries/{id}-{version}.conf"),
                &entry(version, options),
            )
            .file(&format!("/boot/vmlinuz-{version}"), "k");
    }
    tree
}

#[test]
fn red_hat_s_entries_are_chosen_by_the_saved_one_or_by_version() {
    let tree = el9("root=UUID=x ro console=ttyS0 $tuned_params");
    let run = |tree: Tree| {
        run(&tree.root(), "/boot/grub2/grub.cfg", "pc")
            .unwrap()
            .entry
            .unwrap()
            .unwrap()
    };
    let newest = run(tree.clone());
    assert_eq!(
        newest.kernel.as_deref(),
        Some("/boot/vmlinuz-5.14.0-427.13.1.el9_4.x86_64")
    );
    assert_eq!(
        newest.initrds,
        ["/boot/initramfs-5.14.0-427.13.1.el9_4.x86_64.img"]
    );
    assert_eq!(newest.command_line.text, "root=UUID=x ro console=ttyS0");
    assert!(
        newest
            .command_line
            .spot
            .path
            .ends_with("427.13.1.el9_4.x86_64.conf")
    );
    assert_eq!(newest.command_line.spot.line, Some(5));
    let id = "ffffffffffffffffffffffffffffffff-5.14.0-70.13.1.el9_0.x86_64";
    let saved = run(tree.file("/boot/grub2/grubenv", &env(&format!("saved_entry={id}\n"))));
    assert_eq!(saved.id.as_deref(), Some(id));
}

#[test]
fn red_hat_8_keeps_the_arguments_in_the_environment() {
    let tree = el9("$kernelopts $tuned_params").file(
        "/boot/grub2/grubenv",
        &env("kernelopts=root=/dev/mapper/rootvg-rootlv ro console=ttyS0 earlyprintk=ttyS0 \n"),
    );
    let entry = run(&tree.root(), "/boot/grub2/grub.cfg", "efi")
        .unwrap()
        .entry
        .unwrap()
        .unwrap();
    assert_eq!(
        entry.command_line.text,
        "root=/dev/mapper/rootvg-rootlv ro console=ttyS0 earlyprintk=ttyS0"
    );
    // Without the block grub.cfg's own words count.
    let entry = run(&el9("$kernelopts").root(), "/boot/grub2/grub.cfg", "efi");
    let text = entry.unwrap().entry.unwrap().unwrap().command_line.text;
    assert!(text.starts_with("root=UUID="), "{text}");
}

#[test]
fn hostile_scripts_end_and_say_why() {
    for (script, why) in [
        ("function f { f; }\nf\n", "without end"),
        ("while true; do true; done\n", "commands"),
        ("source /boot/grub/grub.cfg\n", "without end"),
        ("if true; then\n", "does not end"),
        ("}\n", "nothing begins"),
        (&"if true; then\n".repeat(200), "blocks in one another"),
        (
            "menuentry a {\n chainloader /EFI/Microsoft/Boot/bootmgfw.efi\n}\n",
            "not followed",
        ),
        ("menuentry a {\n multiboot2 /xen.gz\n}\n", "no kernel"),
    ] {
        let root = Tree::new().file("/boot/grub/grub.cfg", script).root();
        let entry = run(&root, "/boot/grub/grub.cfg", "pc").unwrap().entry;
        let reason = entry.unwrap_err().reason;
        assert!(reason.contains(why), "{reason}");
    }
    // A value that doubles with each line stays small, and the menu is made all the same.
    let bomb = format!(
        "set a=xxxxxxxx\n{}menuentry b {{ linux /boot/k $a }}\n",
        "set a=$a$a\n".repeat(60)
    );
    assert!(
        default(Tree::new().file("/boot/grub/grub.cfg", &bomb))
            .kernel
            .is_some()
    );
}

#[test]
fn a_file_that_cannot_be_read_makes_the_entry_unknown() {
    let root = Tree::new().unreadable("/boot/grub/grub.cfg").root();
    assert!(
        run(&root, "/boot/grub/grub.cfg", "pc")
            .unwrap()
            .entry
            .is_err()
    );
    assert!(run(&root, "/boot/grub2/grub.cfg", "pc").is_none());
    let tree = boot(Tree::new(), BOOKWORM).unreadable("/boot/grub/grubenv");
    assert!(
        run(&tree.root(), "/boot/grub/grub.cfg", "pc")
            .unwrap()
            .entry
            .is_err()
    );
}

#[test]
fn mutated_scripts_never_panic() {
    let mut seed = 0x5eed_u64;
    let mut next = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize
    };
    let marks = b"{}();$\"'\\\n>=[] ";
    for _ in 0..600 {
        let mut bytes = BOOKWORM.as_bytes().to_vec();
        for _ in 0..6 {
            let at = next() % bytes.len();
            bytes[at] = marks[next() % marks.len()];
        }
        let root = boot(Tree::new(), &String::from_utf8_lossy(&bytes)).root();
        let _ = run(&root, "/boot/grub/grub.cfg", "pc");
    }
}
