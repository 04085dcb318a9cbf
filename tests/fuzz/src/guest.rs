//! A guest in memory: the configuration of a real Debian, files of other systems beside it, and
//! the changes that the input says.

use std::sync::{Arc, LazyLock};

use vhd_preflight::filesystem::{self, FileSystem, FileType, MemoryFileSystem, State, Superblock};
use vhd_preflight::guest::linux::Surroundings;
use vhd_preflight::guest::{Limits, LinuxGuest, Mount, Root};
use vhd_preflight::source::{ImageFile, IoChoice, ReadAt, Window};
use vhd_preflight::volume::{FileSystemKind, VolumeName};

use crate::Input;
use crate::base::{testdata, unpacked};

/// Start and length in bytes of the Debian's root partition.
const ROOT: (u64, u64) = (12288 * 512, 116_736 * 512);
/// What is read of its larger files.
const MOST: usize = 16 << 10;
/// Folders of it that are left out: they hold nothing that is read, or too much.
const LEFT_OUT: [&[u8]; 5] = [
    b"/usr/share",
    b"/var/lib/dpkg/info",
    b"/usr/bin",
    b"/etc/ssl/certs",
    b"/var/cache",
];
/// Files of other systems, with the committed file that stands in for each, if there is one.
const OTHERS: [(&str, Option<&str>); 32] = [
    ("/boot/grub2/grub.cfg", None),
    ("/boot/loader/entries/a.conf", None),
    ("/boot/loader/loader.conf", None),
    ("/boot/syslinux/syslinux.cfg", None),
    ("/boot/grub/grubenv", None),
    ("/boot/grub/menu.lst", None),
    ("/boot/efi/EFI/Linux/a.efi", None),
    ("/etc/cloud/cloud.cfg", None),
    ("/etc/cloud/cloud.cfg.d/a.cfg", None),
    ("/etc/netplan/a.yaml", None),
    (
        "/etc/NetworkManager/system-connections/a.nmconnection",
        None,
    ),
    ("/etc/sysconfig/network-scripts/ifcfg-eth0", None),
    ("/etc/sysconfig/kernel", None),
    ("/etc/waagent.conf", None),
    ("/etc/sudoers", None),
    ("/etc/sudoers.d/a", None),
    ("/etc/ssh/sshd_config", None),
    ("/etc/ssh/sshd_config.d/a.conf", None),
    ("/etc/yum.repos.d/a.repo", None),
    ("/etc/zypp/repos.d/a.repo", None),
    ("/etc/apt/sources.list.d/a.sources", None),
    ("/etc/systemd/system/a.service", None),
    ("/etc/systemd/system-preset/a.preset", None),
    ("/etc/modprobe.d/a.conf", None),
    ("/etc/cron.d/a", None),
    ("/root/.ssh/authorized_keys", None),
    ("/lib/apk/db/installed", None),
    ("/var/lib/pacman/local/a-1-1/desc", None),
    ("/var/lib/rpm/rpmdb.sqlite", Some("packages/rpm-sqlite")),
    ("/var/lib/rpm/Packages.db", Some("packages/rpm-ndb")),
    ("/var/lib/rpm/Packages", Some("packages/rpm-bdb")),
    ("/etc/nftables.conf", None),
];
/// Initial RAM disks, of which the input chooses one.
const INITRDS: [&str; 7] = ["none", "gzip", "bzip2", "lz4", "lzma", "xz", "zstd"];
/// Menus of GRUB, of which the input chooses one.
const MENUS: [&str; 5] = ["bookworm", "el9", "suse", "trixie", "ubuntu"];

struct Base {
    tree: MemoryFileSystem,
    /// The files that an input can name.
    files: Vec<Vec<u8>>,
    kernel: Vec<u8>,
    kernel_path: Vec<u8>,
    initrd_path: Vec<u8>,
    initrds: Vec<Vec<u8>>,
    menus: Vec<Vec<u8>>,
}

static BASE: LazyLock<Base> = LazyLock::new(|| {
    let path = testdata().join("debian-12-small.vhd");
    let image: Arc<dyn ReadAt> = Arc::new(ImageFile::open(&path, IoChoice::Auto).expect("it"));
    let window: Arc<dyn ReadAt> = Arc::new(Window::new(image, ROOT.0, ROOT.1).expect("its root"));
    let debian = filesystem::open(&window, FileSystemKind::Ext4).expect("its file system");
    let mut base = Base {
        tree: MemoryFileSystem::new(Superblock {
            kind: FileSystemKind::Ext4,
            label: None,
            uuid: Some("11111111-2222-3333-4444-555555555555".to_owned()),
            state: State::Clean,
            size: 1 << 30,
            unsupported: Vec::new(),
        }),
        files: Vec::new(),
        kernel: unpacked("boot/kernel-bookworm.head"),
        kernel_path: b"/vmlinuz".to_vec(),
        initrd_path: b"/initrd.img".to_vec(),
        initrds: INITRDS
            .map(|name| unpacked(&format!("boot/initrd.{name}")))
            .into(),
        menus: MENUS
            .map(|name| std::fs::read(testdata().join(format!("boot/grub-{name}.cfg"))))
            .into_iter()
            .map(|menu| menu.expect("a menu"))
            .collect(),
    };
    take(&*debian, b"", &mut base);
    for (path, content) in OTHERS {
        let content = content.map(unpacked).unwrap_or_default();
        base.files.push(path.as_bytes().to_vec());
        if !content.is_empty() {
            base.tree.put_file(path.as_bytes(), content, 0o644);
        }
    }
    base
});

/// Takes over what is in a folder.
fn take(fs: &dyn FileSystem, folder: &[u8], base: &mut Base) {
    let path: &[u8] = if folder.is_empty() { b"/" } else { folder };
    for entry in fs.list(path, 10_000).expect("a sound directory") {
        let path = [folder, b"/", &entry.name].concat();
        if LEFT_OUT.contains(&&path[..]) {
            continue;
        }
        match entry.file_type {
            FileType::Directory => {
                base.tree.put_directory(&path);
                take(fs, &path, base);
            }
            FileType::Symlink => {
                let target = fs.read_link(&path).expect("a sound link");
                base.tree.put_link(&path, target);
            }
            FileType::File => {
                let content = fs.read(&path, 0, MOST).expect("a sound file");
                if path.starts_with(b"/boot/vmlinuz") {
                    base.kernel_path.clone_from(&path);
                } else if path.starts_with(b"/boot/initrd") {
                    base.initrd_path.clone_from(&path);
                }
                if !content.is_empty() {
                    base.files.push(path.clone());
                }
                base.tree.put_file(&path, content, 0o644);
            }
            FileType::Special => {}
        }
    }
}

/// The guest that the input says.
fn tree(input: &mut Input<'_>) -> MemoryFileSystem {
    let base = &*BASE;
    let mut tree = base.tree.clone();
    let choice = usize::from(input.byte().unwrap_or_default());
    let initrd = base.initrds[choice % INITRDS.len()].clone();
    tree.put_file(&base.initrd_path, initrd, 0o644);
    tree.put_file(&base.kernel_path, base.kernel.clone(), 0o644);
    if let Some(menu) = base.menus.get(choice / INITRDS.len() % (MENUS.len() + 1)) {
        tree.put_file(b"/boot/grub/grub.cfg", menu.clone(), 0o644);
    }
    for _ in 0..32 {
        let (Some(what), Some(number), Some(place), Some(length)) =
            (input.byte(), input.word(), input.word(), input.byte())
        else {
            break;
        };
        let path = &base.files[number % base.files.len()][..];
        let new = input.bytes(length.into());
        let mut content = tree.file(path).unwrap_or_default().to_vec();
        let at = place.min(content.len());
        match what % 8 {
            0 | 1 => {
                content.splice(at..at, new.iter().copied());
            }
            2 | 3 => {
                let end = content.len().min(at + new.len());
                content.splice(at..end, new.iter().copied());
            }
            4 => content = new.to_vec(),
            5 => content.truncate(at),
            6 => {
                tree.put_link(path, new.to_vec());
                continue;
            }
            _ => {
                match place % 4 {
                    0 => tree.put_unreadable(path, "said by the input"),
                    1 => tree.put_directory(path),
                    2 => tree.put_file(&[b"/", new].concat(), content, 0o4777),
                    _ => _ = tree.remove(path),
                }
                continue;
            }
        }
        tree.put_file(path, content, if what & 0x80 == 0 { 0o644 } else { 0o600 });
    }
    tree
}

/// Gathers the facts of the guest that the input says.
pub fn gather(input: &mut Input<'_>) -> LinuxGuest {
    let tree = tree(input);
    let open = || {
        let mount = Mount {
            point: "/".to_owned(),
            volume: Arc::from("partition 1 (ext4 /)"),
            partition: Some(1),
            file_system: Ok(Box::new(tree.clone())),
        };
        Root::new(vec![mount], Limits::default())
    };
    let around = Surroundings {
        root: Some(&VolumeName::Partition(1)),
        other_roots: &[],
        volume_of: &|device| {
            device
                .starts_with("UUID=")
                .then_some(VolumeName::Partition(1))
        },
    };
    LinuxGuest::gather(&open, around)
}
