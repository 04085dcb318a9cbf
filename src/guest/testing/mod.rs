//! A guest in memory, for the tests of facts and rules: a tree of files that a test writes.

use std::sync::Arc;

use super::linux::Surroundings;
use super::{Limits, LinuxGuest, Mount, Root};
use crate::filesystem::{FileSystem, MemoryFileSystem, State, Superblock};
use crate::volume::{FileSystemKind, VolumeName};

/// The facts of the guest whose tree `open` opens; the root is partition 1, which fstab and the
/// kernel name by the UUID of a [`Tree`].
pub(crate) fn facts(open: &(dyn Fn() -> Root + Sync)) -> LinuxGuest {
    let around = Surroundings {
        root: Some(&VolumeName::Partition(1)),
        other_roots: &[],
        volume_of: &|device| {
            (device == "UUID=11111111-2222-3333-4444-555555555555")
                .then_some(VolumeName::Partition(1))
        },
    };
    LinuxGuest::gather(open, around)
}

/// A tree of files in memory; later calls replace what earlier ones put in a place.
#[derive(Debug, Clone)]
pub(crate) struct Tree(MemoryFileSystem);

impl Tree {
    /// A tree with nothing but `/`.
    pub(crate) fn new() -> Self {
        Self::of(FileSystemKind::Ext4, "11111111-2222-3333-4444-555555555555")
    }

    fn of(kind: FileSystemKind, uuid: &str) -> Self {
        Self(MemoryFileSystem::new(Superblock {
            kind,
            label: None,
            uuid: Some(uuid.to_owned()),
            state: State::Clean,
            size: 30 << 30,
            unsupported: Vec::new(),
        }))
    }

    /// An empty tree on NTFS, as of a volume of Windows: the case of names is ignored.
    pub(crate) fn ntfs() -> Self {
        Self::of(FileSystemKind::Ntfs, "4A1F3D7C6E2B9A05")
    }

    /// A text file, mode 0644.
    #[must_use]
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.bytes(path, text.as_bytes())
    }

    /// A file, mode 0644.
    #[must_use]
    pub(crate) fn bytes(mut self, path: &str, bytes: &[u8]) -> Self {
        self.0.put_file(path.as_bytes(), bytes.to_vec(), 0o644);
        self
    }

    fn content(&self, path: &str) -> Vec<u8> {
        let content = self.0.file(path.as_bytes());
        content
            .unwrap_or_else(|| panic!("{path} is no file"))
            .to_vec()
    }

    /// The mode of a file that is there.
    #[must_use]
    pub(crate) fn mode(mut self, path: &str, mode: u16) -> Self {
        let content = self.content(path);
        self.0.put_file(path.as_bytes(), content, mode);
        self
    }

    /// A line more at the end of a file that may be there.
    #[must_use]
    pub(crate) fn append(self, path: &str, text: &str) -> Self {
        let before = self.0.file(path.as_bytes()).unwrap_or_default();
        let bytes = [before, text.as_bytes()].concat();
        self.bytes(path, &bytes)
    }

    /// The text of a file with every `from` replaced; there must be one.
    #[must_use]
    pub(crate) fn replace(self, path: &str, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.content(path)).unwrap();
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.file(path, &text.replace(from, to))
    }

    /// An empty directory.
    #[must_use]
    pub(crate) fn dir(mut self, path: &str) -> Self {
        self.0.put_directory(path.as_bytes());
        self
    }

    /// A symbolic link.
    #[must_use]
    pub(crate) fn link(mut self, path: &str, target: &str) -> Self {
        self.0.put_link(path.as_bytes(), target.as_bytes().to_vec());
        self
    }

    /// Something that is there, but cannot be read.
    #[must_use]
    pub(crate) fn unreadable(mut self, path: &str) -> Self {
        self.0.put_unreadable(path.as_bytes(), "said by the test");
        self
    }

    /// Takes a file, link or whole folder away; there must be one.
    #[must_use]
    pub(crate) fn without(mut self, path: &str) -> Self {
        assert!(self.0.remove(path.as_bytes()), "{path} is not there");
        self
    }

    /// What the file system says of itself.
    pub(crate) fn says(&self) -> &Superblock {
        self.0.superblock()
    }

    /// Has the file system say this of itself.
    #[must_use]
    pub(crate) fn superblock(mut self, superblock: Superblock) -> Self {
        *self.0.superblock_mut() = superblock;
        self
    }

    /// The tree as the root of partition 1, an ext4.
    pub(crate) fn root(self) -> Root {
        self.root_limited(Limits::default())
    }

    /// As [`root`](Self::root) with other limits.
    pub(crate) fn root_limited(self, limits: Limits) -> Root {
        Root::new(vec![self.mount("/", 1)], limits)
    }

    /// As [`root`](Self::root) with further partitions mounted.
    pub(crate) fn root_with(self, others: Vec<(&str, u32, Tree)>) -> Root {
        let mut mounts = vec![self.mount("/", 1)];
        mounts.extend(
            others
                .into_iter()
                .map(|(point, number, tree)| tree.mount(point, number)),
        );
        Root::new(mounts, Limits::default())
    }

    /// The tree as drive C: of Windows on partition 2, with further partitions mounted.
    pub(crate) fn windows_root_with(self, others: Vec<(&str, u32, Tree)>) -> Root {
        let mut mounts = vec![self.mount("/", 2)];
        mounts.extend(
            others
                .into_iter()
                .map(|(point, number, tree)| tree.mount(point, number)),
        );
        for mount in &mut mounts {
            let shown = if mount.point == "/" {
                "C:"
            } else {
                "not mounted"
            };
            let kind = match &mount.file_system {
                Ok(fs) => fs.superblock().kind.name(),
                Err(_) => "unknown",
            };
            let number = mount.partition.unwrap_or_default();
            mount.volume = Arc::from(format!("partition {number} ({kind} {shown})"));
        }
        Root::windows(mounts, Limits::default())
    }

    /// As [`root`](Self::root) with a volume that cannot be read mounted at `point`.
    pub(crate) fn root_with_unreadable(self, point: &str, reason: &str) -> Root {
        let mut broken = Tree::new().mount(point, 2);
        broken.file_system = Err(reason.to_owned());
        Root::new(vec![self.mount("/", 1), broken], Limits::default())
    }

    fn mount(self, point: &str, partition: u32) -> Mount {
        let kind = self.0.superblock().kind;
        Mount {
            point: point.to_owned(),
            volume: Arc::from(format!("partition {partition} ({kind} {point})")),
            partition: Some(partition),
            file_system: Ok(Box::new(self.0)),
        }
    }
}

/// The content of a committed file that zstd compressed.
pub(crate) fn unpacked(zst: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut decoder = ruzstd::decoding::StreamingDecoder::new(zst).unwrap();
    std::io::Read::read_to_end(&mut decoder, &mut bytes).unwrap();
    bytes
}

/// A FAT, as of an EFI system partition.
pub(crate) fn fat(uuid: &str) -> Tree {
    let mut tree = Tree::new();
    let superblock = tree.0.superblock_mut();
    superblock.kind = FileSystemKind::Fat16;
    superblock.uuid = Some(uuid.to_owned());
    tree
}
