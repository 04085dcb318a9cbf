//! Links, mounts, patterns and limits of the tree.
use super::*;
use crate::guest::testing::Tree;

fn root() -> Root {
    Tree::new()
        .file("/etc/os-release.real", "ID=debian\n")
        .link("/etc/os-release", "../etc/./os-release.real")
        .link("/etc/absolute", "/etc/os-release")
        .link("/escape", "../../../../etc/os-release")
        .link("/loop-a", "loop-b")
        .link("/loop-b", "/loop-a")
        .link("/dangling", "/nowhere")
        .link("/folder", "etc")
        .file("/etc/b.conf", "")
        .file("/etc/a.conf", "")
        .file("/etc/.hidden.conf", "")
        .root()
}

#[test]
fn links_stay_inside_of_the_guest_and_end() {
    let root = root();
    for path in [
        "/etc/os-release",
        "/etc/absolute",
        "/escape",
        "/folder/../folder/absolute",
        "//etc/./os-release",
    ] {
        let file = root.text(path).unwrap().unwrap();
        assert_eq!(file.text, "ID=debian\n", "{path}");
        assert_eq!(file.spot.path, "/etc/os-release.real", "{path}");
    }
    assert_eq!(root.text("/dangling"), Ok(None));
    assert!(root.link_metadata("/dangling").unwrap().is_some());
    assert_eq!(root.read_link("/dangling"), Ok(Some("/nowhere".into())));
    assert_eq!(root.text("/etc/os-release/below"), Ok(None));
    let looped = root.text("/loop-a").unwrap_err();
    assert!(looped.reason.contains("links lead on"), "{looped:?}");
}

#[test]
fn patterns_name_what_a_shell_would() {
    let root = root();
    let found = root.glob("/etc/*.conf").unwrap();
    assert_eq!(found, ["/etc/a.conf", "/etc/b.conf"]);
    assert_eq!(root.glob("/etc/.h*").unwrap(), ["/etc/.hidden.conf"]);
    assert_eq!(root.glob("/fold*/[!b].conf").unwrap(), ["/folder/a.conf"]);
    assert!(root.glob("/none/*.conf").unwrap().is_empty());
    assert!(super::glob::matches("*a*b*c", "xxaxxbxxc"));
    assert!(!super::glob::matches("*a*b*c", "xxaxxbxx"));
    assert!(super::glob::matches("[a-c]?\\*", "bz*"));
    assert!(!super::glob::matches("[", "["));
}

#[test]
fn a_mount_hides_what_is_under_it_and_links_cross_it() {
    let boot = Tree::new()
        .file("/grub/grub.cfg", "set default=0\n")
        .link("/vmlinuz", "../etc/b.conf");
    let root = Tree::new()
        .file("/boot/grub/grub.cfg", "stale\n")
        .file("/etc/b.conf", "b\n")
        .link("/grub.cfg", "boot/grub/grub.cfg")
        .root_with(vec![("/boot", 2, boot)]);
    let file = root.text("/grub.cfg").unwrap().unwrap();
    assert_eq!(file.text, "set default=0\n");
    assert_eq!(
        file.at(1).to_string(),
        "partition 2 (ext4 /boot): /boot/grub/grub.cfg:1"
    );
    assert_eq!(root.text("/boot/vmlinuz").unwrap().unwrap().text, "b\n");
}

#[test]
fn what_lies_on_an_unreadable_volume_is_not_known_and_never_absent() {
    let root = Tree::new()
        .dir("/var")
        .link("/log", "/var/log")
        .root_with_unreadable("/var", "it is encrypted by LUKS");
    for path in ["/var", "/var/log/syslog", "/log/syslog"] {
        let unknown = root.text(path).unwrap_err();
        assert!(unknown.reason.contains("encrypted"), "{unknown:?}");
    }
    assert_eq!(root.exists("/etc"), Ok(false));
}

#[test]
fn more_work_than_any_guest_needs_ends() {
    let limits = Limits {
        work: 100,
        text: 50,
        ..Limits::default()
    };
    let root = Tree::new()
        .file("/long", &"x".repeat(60))
        .file("/short", &"x".repeat(40))
        .root_limited(limits);
    assert!(root.text("/long").is_err());
    assert!(root.text("/short").is_ok());
    assert!(root.text("/short").is_ok());
    assert!(root.text("/short").unwrap_err().reason.contains("already"));
}
