//! A file system in memory: for a tree of files that was put together and stands on no volume.

use std::collections::BTreeMap;

use super::answer::{clip, too_many, wrong_type};
use super::{Entry, FileSystem, FileType, FsError, Metadata, Superblock};
use crate::volume::FileSystemKind;

/// Time of the last change of everything in it, in seconds since 1970.
const MODIFIED: i64 = 1_700_000_000;

#[derive(Debug, Clone)]
enum Node {
    File(Vec<u8>, u16),
    Directory,
    Link(Vec<u8>),
    Unreadable(String),
}

/// What stands in a place, and the last name of its path as it was put there.
#[derive(Debug, Clone)]
struct Named {
    name: Vec<u8>,
    node: Node,
}

/// A tree of files in memory, all of them root's; what is put in a place replaces what was there.
///
/// Paths are absolute; the directories on the way to one are made. A tree that is made as NTFS
/// looks its names up without regard to case, as NTFS does, and lists them as they were put.
#[derive(Debug, Clone)]
pub struct MemoryFileSystem {
    /// By path; folded where case is ignored.
    nodes: BTreeMap<Vec<u8>, Named>,
    superblock: Superblock,
    /// Kept apart from the superblock, which a test may change: the paths are folded already.
    ignores_case: bool,
}

impl MemoryFileSystem {
    /// A tree with nothing but `/`, that says this of itself; whether case is ignored is decided
    /// here.
    pub fn new(superblock: Superblock) -> Self {
        Self {
            nodes: BTreeMap::new(),
            ignores_case: superblock.kind == FileSystemKind::Ntfs,
            superblock,
        }
    }

    /// What it says of itself, to be changed.
    pub fn superblock_mut(&mut self) -> &mut Superblock {
        &mut self.superblock
    }

    /// Puts a regular file with these permission bits.
    pub fn put_file(&mut self, path: &[u8], content: Vec<u8>, mode: u16) {
        self.put(path, Node::File(content, mode));
    }

    /// Puts a directory, with what is in it already.
    pub fn put_directory(&mut self, path: &[u8]) {
        self.put(path, Node::Directory);
    }

    /// Puts a symbolic link.
    pub fn put_link(&mut self, path: &[u8], target: Vec<u8>) {
        self.put(path, Node::Link(target));
    }

    /// Puts a regular file that is damaged: reading it fails for this reason.
    pub fn put_unreadable(&mut self, path: &[u8], reason: &str) {
        self.put(path, Node::Unreadable(reason.to_owned()));
    }

    /// Takes away what stands at `path`, with all that is below; says whether there was anything.
    pub fn remove(&mut self, path: &[u8]) -> bool {
        let path = self.place(path);
        let below = [&path[..], b"/"].concat();
        let before = self.nodes.len();
        self.nodes
            .retain(|name, _| *name != path && !name.starts_with(&below));
        self.nodes.len() < before
    }

    /// The content of the regular file `path`.
    pub fn file(&self, path: &[u8]) -> Option<&[u8]> {
        match self.node(path) {
            Some(Node::File(content, _)) => Some(content),
            _ => None,
        }
    }

    fn put(&mut self, path: &[u8], node: Node) {
        let path = clean(path);
        let Some(name) = last_name(&path) else {
            return;
        };
        for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            let parent = path.get(..at).unwrap_or(&[]);
            if let Some(name) = last_name(parent) {
                let directory = Named {
                    name,
                    node: Node::Directory,
                };
                self.nodes.entry(self.place(parent)).or_insert(directory);
            }
        }
        self.nodes.insert(self.place(&path), Named { name, node });
    }

    /// What stands at `path`.
    fn node(&self, path: &[u8]) -> Option<&Node> {
        match self.place(path) {
            root if root.is_empty() => Some(&Node::Directory),
            path => Some(&self.nodes.get(&path)?.node),
        }
    }

    /// The path under which something is kept; nothing for the root.
    fn place(&self, path: &[u8]) -> Vec<u8> {
        let path = clean(path);
        match std::str::from_utf8(&path) {
            Ok(text) if self.ignores_case => {
                // One character for one, as the table of NTFS has it: `ß` is not `SS`.
                let folded = text.chars().map(|c| {
                    let mut upper = c.to_uppercase();
                    upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
                });
                folded.collect::<String>().into_bytes()
            }
            _ => path,
        }
    }
}

/// The last name of a clean path; none for the root.
fn last_name(path: &[u8]) -> Option<Vec<u8>> {
    Some(path.rsplit(|byte| *byte == b'/').next()?.to_vec()).filter(|name| !name.is_empty())
}

/// The path without empty components; nothing for the root.
fn clean(path: &[u8]) -> Vec<u8> {
    let names = path.split(|byte| *byte == b'/');
    names
        .filter(|name| !name.is_empty())
        .flat_map(|name| [b"/", name].concat())
        .collect()
}

fn file_type(node: &Node) -> FileType {
    match node {
        Node::File(..) | Node::Unreadable(_) => FileType::File,
        Node::Directory => FileType::Directory,
        Node::Link(_) => FileType::Symlink,
    }
}

fn nothing(path: &[u8]) -> FsError {
    let path = String::from_utf8_lossy(path);
    FsError::Corrupt(format!("{path} is not there"))
}

impl FileSystem for MemoryFileSystem {
    fn superblock(&self) -> &Superblock {
        &self.superblock
    }

    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError> {
        let Some(node) = self.node(path) else {
            return Ok(None);
        };
        let (size, mode) = match node {
            Node::File(content, mode) => (content.len(), *mode),
            Node::Directory => (4096, 0o755),
            Node::Link(target) => (target.len(), 0o777),
            Node::Unreadable(_) => (1, 0o644),
        };
        Ok(Some(Metadata {
            file_type: file_type(node),
            size: u64::try_from(size).unwrap_or(u64::MAX),
            mode: Some(mode),
            uid: Some(0),
            gid: Some(0),
            modified: Some(MODIFIED),
        }))
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        match self.node(path) {
            Some(Node::Link(target)) => Ok(target.clone()),
            Some(other) => Err(wrong_type(file_type(other))),
            None => Err(nothing(path)),
        }
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        match self.node(path) {
            Some(Node::File(content, _)) => {
                let rest = content.get(clip(content.len(), offset)..).unwrap_or(&[]);
                Ok(rest.iter().copied().take(length).collect())
            }
            Some(Node::Unreadable(reason)) => Err(FsError::Corrupt(reason.clone())),
            Some(other) => Err(wrong_type(file_type(other))),
            None => Err(nothing(path)),
        }
    }

    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError> {
        match self.node(path) {
            Some(Node::Directory) => {}
            Some(other) => return Err(wrong_type(file_type(other))),
            None => return Err(nothing(path)),
        }
        let below = [&self.place(path)[..], b"/"].concat();
        let mut entries = Vec::new();
        for (place, Named { name, node }) in self.nodes.range(below.clone()..) {
            let Some(place) = place.strip_prefix(&below[..]) else {
                break;
            };
            if place.contains(&b'/') {
                continue;
            }
            if entries.len() == limit {
                return Err(too_many(limit));
            }
            entries.push(Entry {
                name: name.clone(),
                file_type: file_type(node),
            });
        }
        Ok(entries)
    }

    fn ignores_case(&self) -> bool {
        self.ignores_case
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filesystem::State;

    fn empty(kind: FileSystemKind) -> MemoryFileSystem {
        MemoryFileSystem::new(Superblock {
            kind,
            label: None,
            uuid: None,
            state: State::Clean,
            size: 1 << 30,
            unsupported: Vec::new(),
        })
    }

    fn tree() -> MemoryFileSystem {
        let mut tree = empty(FileSystemKind::Ext4);
        tree.put_file(b"/etc/hosts", b"127.0.0.1".to_vec(), 0o600);
        tree.put_link(b"/etc/link", b"hosts".to_vec());
        tree.put_unreadable(b"/etc/gone", "a bad sector");
        tree.put_file(b"/etc-2", Vec::new(), 0o644);
        tree
    }

    #[test]
    fn directories_on_the_way_are_there_and_only_their_own_names_are_in_them() {
        let tree = tree();
        let names = |path: &[u8]| -> Vec<_> {
            let entries = tree.list(path, 3).unwrap();
            entries
                .into_iter()
                .map(|e| String::from_utf8(e.name).unwrap())
                .collect()
        };
        assert_eq!(names(b"/"), ["etc", "etc-2"]);
        assert_eq!(names(b"/etc"), ["gone", "hosts", "link"]);
        assert!(matches!(tree.list(b"/etc", 2), Err(FsError::Limit(_))));
        assert!(matches!(tree.list(b"/etc-2", 2), Err(FsError::Kind(_))));
    }

    #[test]
    fn files_are_read_in_parts_and_damage_is_an_error() {
        let tree = tree();
        assert_eq!(tree.read(b"/etc/hosts", 4, 3).unwrap(), b"0.0");
        assert_eq!(tree.read(b"/etc/hosts", u64::MAX, 3).unwrap(), b"");
        assert_eq!(tree.metadata(b"/etc/hosts").unwrap().unwrap().size, 9);
        assert_eq!(tree.read_link(b"/etc/link").unwrap(), b"hosts");
        assert!(matches!(tree.read(b"/etc", 0, 1), Err(FsError::Kind(_))));
        let damaged = tree.read(b"/etc/gone", 0, 1).unwrap_err();
        assert!(damaged.to_string().contains("a bad sector"));
        assert!(tree.metadata(b"/etc/none").unwrap().is_none());
    }

    #[test]
    fn what_is_removed_is_gone_with_all_below() {
        let mut tree = tree();
        assert!(tree.remove(b"/etc"));
        assert!(!tree.remove(b"/etc"));
        assert!(tree.metadata(b"/etc/hosts").unwrap().is_none());
        assert!(tree.metadata(b"/etc-2").unwrap().is_some());
    }

    #[test]
    fn a_tree_as_ntfs_ignores_case_and_keeps_it() {
        let mut tree = empty(FileSystemKind::Ntfs);
        tree.put_file(b"/Windows/System32/Ntdll.dll", b"1".to_vec(), 0o644);
        tree.put_file("/windows/SYSTEM32/Grüße".as_bytes(), Vec::new(), 0o644);
        assert!(tree.ignores_case());
        assert_eq!(tree.file(b"/WINDOWS/system32/NTDLL.DLL"), Some(&b"1"[..]));
        let upper = "/Windows/System32/GRÜßE".as_bytes();
        assert!(tree.metadata(upper).unwrap().is_some());
        let names = |path: &[u8]| -> Vec<_> {
            let entries = tree.list(path, 9).unwrap();
            entries.into_iter().map(|entry| entry.name).collect()
        };
        assert_eq!(names(b"/"), [b"Windows"]);
        assert_eq!(
            names(b"/windows/system32"),
            ["Grüße".as_bytes(), b"Ntdll.dll"]
        );
        tree.put_file(b"/windows/system32/NTDLL.dll", b"2".to_vec(), 0o644);
        assert_eq!(tree.list(b"/Windows/System32", 9).unwrap().len(), 2);
        assert_eq!(tree.file(b"/windows/system32/ntdll.dll"), Some(&b"2"[..]));
        assert!(tree.remove(b"/WINDOWS/SYSTEM32"));
        assert!(tree.list(b"/Windows", 9).unwrap().is_empty());
    }

    #[test]
    fn other_trees_heed_case() {
        let tree = tree();
        assert!(!tree.ignores_case());
        assert!(tree.metadata(b"/ETC").unwrap().is_none());
    }
}
