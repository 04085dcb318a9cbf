//! A file system in memory: for a tree of files that was put together and stands on no volume.

use std::collections::BTreeMap;

use super::answer::{clip, too_many, wrong_type};
use super::{Entry, FileSystem, FileType, FsError, Metadata, Superblock};

/// Time of the last change of everything in it, in seconds since 1970.
const MODIFIED: i64 = 1_700_000_000;

#[derive(Debug, Clone)]
enum Node {
    File(Vec<u8>, u16),
    Directory,
    Link(Vec<u8>),
    Unreadable(String),
}

/// A tree of files in memory, all of them root's; what is put in a place replaces what was there.
///
/// Paths are absolute; the directories on the way to one are made.
#[derive(Debug, Clone)]
pub struct MemoryFileSystem {
    nodes: BTreeMap<Vec<u8>, Node>,
    superblock: Superblock,
}

impl MemoryFileSystem {
    /// A tree with nothing but `/`, that says this of itself.
    pub fn new(superblock: Superblock) -> Self {
        Self {
            nodes: BTreeMap::new(),
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
        let path = clean(path);
        let below = [&path[..], b"/"].concat();
        let before = self.nodes.len();
        self.nodes
            .retain(|name, _| *name != path && !name.starts_with(&below));
        self.nodes.len() < before
    }

    /// The content of the regular file `path`.
    pub fn file(&self, path: &[u8]) -> Option<&[u8]> {
        match self.nodes.get(&clean(path)) {
            Some(Node::File(content, _)) => Some(content),
            _ => None,
        }
    }

    fn put(&mut self, path: &[u8], node: Node) {
        let path = clean(path);
        if path.is_empty() {
            return;
        }
        for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            if let Some(parent) = path.get(..at).filter(|parent| !parent.is_empty()) {
                self.nodes.entry(parent.to_vec()).or_insert(Node::Directory);
            }
        }
        self.nodes.insert(path, node);
    }

    /// What stands at `path`.
    fn node(&self, path: &[u8]) -> Option<&Node> {
        match clean(path) {
            root if root.is_empty() => Some(&Node::Directory),
            path => self.nodes.get(&path),
        }
    }
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
        let below = [&clean(path)[..], b"/"].concat();
        let mut entries = Vec::new();
        for (name, node) in self.nodes.range(below.clone()..) {
            let Some(name) = name.strip_prefix(&below[..]) else {
                break;
            };
            if name.contains(&b'/') {
                continue;
            }
            if entries.len() == limit {
                return Err(too_many(limit));
            }
            entries.push(Entry {
                name: name.to_vec(),
                file_type: file_type(node),
            });
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filesystem::State;
    use crate::volume::FileSystemKind;

    fn tree() -> MemoryFileSystem {
        let mut tree = MemoryFileSystem::new(Superblock {
            kind: FileSystemKind::Ext4,
            label: None,
            uuid: None,
            state: State::Clean,
            size: 1 << 30,
            unsupported: Vec::new(),
        });
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
}
