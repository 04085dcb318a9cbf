//! What a path names: each name by its hash in its directory's tree, across nested subvolumes.

use std::rc::Rc;

use super::superblock::corrupt;
use super::tree::{Key, Trees};
use crate::bytes::Fields;
use crate::filesystem::answer::too_many;
use crate::filesystem::crc32c::crc32c;
use crate::filesystem::{Entry, FileType, FsError, Metadata, Subvolume};

const INODE_ITEM: u8 = 1;
const DIR_ITEM: u8 = 84;
const DIR_INDEX: u8 = 96;
const ROOT_ITEM: u8 = 132;
const ROOT_REF: u8 = 156;
/// The inode of a subvolume's root directory.
const TOP: u64 = 256;
/// Bytes of a directory's entry before its name.
const ENTRY: usize = 30;

/// The directory of the tree of tree roots, and the default subvolume where it names none.
const ROOTS: u64 = 6;
const TOP_LEVEL: u64 = 5;
/// The bit of an entry's type that says that its name is encrypted.
const ENCRYPTED: u8 = 0x80;

/// An inode of a subvolume.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    subvolume: u64,
    pub(super) tree: (u64, u8),
    pub(super) inode: u64,
}

/// What stands under a name.
#[derive(Debug, Clone, Copy)]
pub(super) enum Child {
    /// An inode.
    At(Place),
    /// Where a snapshot's source had a subvolume nested, the snapshot has an empty directory.
    Empty,
}

/// The names of one subvolume.
pub(super) struct Names {
    pub(super) trees: Rc<Trees>,
    top: Place,
}

fn damaged(what: &str) -> FsError {
    FsError::Corrupt(format!("btrfs: {what}"))
}

impl Names {
    /// The names of the default subvolume, or of the one that is asked for.
    pub(super) fn of(trees: Rc<Trees>, which: Option<&Subvolume>) -> Result<Self, FsError> {
        let number = match which {
            None => default(&trees)?,
            Some(Subvolume::Id(number)) => *number,
            Some(Subvolume::Path(path)) => {
                let top = top(&trees, TOP_LEVEL)?;
                let top = top.ok_or_else(|| damaged("its top level has no tree"))?;
                let names = Self { trees, top };
                return match names.resolve(path.as_bytes())? {
                    Some(Child::At(top)) if top.inode == TOP => Ok(Self { top, ..names }),
                    _ => Err(FsError::Kind("no subvolume")),
                };
            }
        };
        match top(&trees, number)? {
            Some(top) => Ok(Self { trees, top }),
            None if which.is_some() => Err(FsError::Kind("no subvolume")),
            None => Err(damaged("its default subvolume has no tree")),
        }
    }

    /// The number of the subvolume.
    pub(super) fn subvolume(&self) -> u64 {
        self.top.subvolume
    }

    /// What stands at `path`; none where there is nothing of that name.
    pub(super) fn resolve(&self, path: &[u8]) -> Result<Option<Child>, FsError> {
        let mut place = Child::At(self.top);
        for name in path.split(|byte| *byte == b'/') {
            if name.is_empty() {
                continue;
            }
            let Child::At(folder) = place else {
                return Ok(None);
            };
            match self.enter(folder, name)? {
                Some(child) => place = child,
                None => return Ok(None),
            }
        }
        Ok(Some(place))
    }

    /// What is known of it.
    pub(super) fn metadata(&self, child: Child) -> Result<Metadata, FsError> {
        match child {
            Child::At(place) => self.inode(place),
            Child::Empty => Ok(Metadata {
                file_type: FileType::Directory,
                size: 0,
                mode: Some(0o755),
                uid: Some(0),
                gid: Some(0),
                modified: None,
            }),
        }
    }

    /// The entries of a directory.
    pub(super) fn list(&self, folder: Child, limit: usize) -> Result<Vec<Entry>, FsError> {
        let mut out = Vec::new();
        let Child::At(folder) = folder else {
            return Ok(out);
        };
        let first = Key {
            object: folder.inode,
            kind: DIR_INDEX,
            offset: 0,
        };
        self.trees.from(folder.tree, first, &mut |key, item| {
            if (key.object, key.kind) != (folder.inode, DIR_INDEX) {
                return Ok(false);
            }
            if out.len() >= limit {
                return Err(too_many(limit));
            }
            let length = usize::from(item.u16_le("name_len", 27).map_err(corrupt)?);
            let name = item.bytes("name", ENTRY, length).map_err(corrupt)?;
            if name.is_empty() || name.contains(&b'/') || name.contains(&0) {
                return Err(damaged("a directory has a name that no file can have"));
            }
            let file_type = match item.u8("type", 29).map_err(corrupt)? {
                kind if kind & ENCRYPTED != 0 => {
                    return Err(FsError::Unsupported(
                        "btrfs: an encrypted directory".to_owned(),
                    ));
                }
                1 => FileType::File,
                2 => FileType::Directory,
                7 => FileType::Symlink,
                _ => FileType::Special,
            };
            out.push(Entry {
                name: name.to_vec(),
                file_type,
            });
            Ok(true)
        })?;
        Ok(out)
    }

    fn enter(&self, at: Place, name: &[u8]) -> Result<Option<Child>, FsError> {
        let key = Key {
            object: at.inode,
            kind: DIR_ITEM,
            offset: u64::from(name_hash(name)),
        };
        let Some(item) = self.trees.get(at.tree, key)? else {
            return Ok(None);
        };
        match entry(&item, name)? {
            Some((inode, INODE_ITEM)) => Ok(Some(Child::At(Place { inode, ..at }))),
            Some((number, ROOT_ITEM)) => self.nested(at, name, number).map(Some),
            Some((_, kind)) => Err(damaged(&format!("a name of a thing of type {kind}"))),
            None => Ok(None),
        }
    }

    /// The subvolume that is entered by a name, where it belongs there.
    fn nested(&self, at: Place, name: &[u8], number: u64) -> Result<Child, FsError> {
        let key = Key {
            object: at.subvolume,
            kind: ROOT_REF,
            offset: number,
        };
        let Some(item) = self.trees.get(self.trees.roots(), key)? else {
            return Ok(Child::Empty);
        };
        let fields = Fields::new("root reference", 0, &item);
        let length = usize::from(fields.u16_le("name_len", 16).map_err(corrupt)?);
        if fields.u64_le("dirid", 0).map_err(corrupt)? != at.inode
            || fields.bytes("name", 18, length).map_err(corrupt)? != name
        {
            return Ok(Child::Empty);
        }
        let tree = self.trees.root(number)?;
        Ok(Child::At(Place {
            subvolume: number,
            tree: tree.ok_or_else(|| damaged("a subvolume without a tree"))?,
            inode: TOP,
        }))
    }

    fn inode(&self, at: Place) -> Result<Metadata, FsError> {
        let key = Key {
            object: at.inode,
            kind: INODE_ITEM,
            offset: 0,
        };
        let item = self.trees.get(at.tree, key)?;
        let item = item.ok_or_else(|| damaged(&format!("inode {} is missing", at.inode)))?;
        let fields = Fields::new("inode item", 0, &item);
        let mode = fields.u32_le("mode", 52).map_err(corrupt)?;
        Ok(Metadata {
            file_type: match mode & 0o170_000 {
                0o100_000 => FileType::File,
                0o040_000 => FileType::Directory,
                0o120_000 => FileType::Symlink,
                _ => FileType::Special,
            },
            size: fields.u64_le("size", 16).map_err(corrupt)?,
            mode: u16::try_from(mode & 0o7777).ok(),
            uid: Some(fields.u32_le("uid", 44).map_err(corrupt)?),
            gid: Some(fields.u32_le("gid", 48).map_err(corrupt)?),
            modified: Some(fields.u64_le("mtime", 136).map_err(corrupt)?.cast_signed()),
        })
    }
}

/// The root directory of the subvolume of this number.
fn top(trees: &Trees, subvolume: u64) -> Result<Option<Place>, FsError> {
    Ok(trees.root(subvolume)?.map(|tree| Place {
        subvolume,
        tree,
        inode: TOP,
    }))
}

/// The number of the subvolume that is mounted when none is named.
fn default(trees: &Trees) -> Result<u64, FsError> {
    let name = b"default";
    let key = Key {
        object: ROOTS,
        kind: DIR_ITEM,
        offset: u64::from(name_hash(name)),
    };
    let Some(item) = trees.get(trees.roots(), key)? else {
        return Ok(TOP_LEVEL);
    };
    let number = entry(&item, name)?.map(|(number, _)| number);
    Ok(number.unwrap_or(TOP_LEVEL))
}

/// What the entry of this name leads to, its number and the type of its key, among entries whose
/// names have one hash and stand behind each other.
fn entry(item: &[u8], name: &[u8]) -> Result<Option<(u64, u8)>, FsError> {
    let fields = Fields::new("directory entry", 0, item);
    let mut start = 0_usize;
    while start < item.len() {
        let place = |within: usize| start.saturating_add(within);
        let data = usize::from(fields.u16_le("data_len", place(25)).map_err(corrupt)?);
        let length = usize::from(fields.u16_le("name_len", place(27)).map_err(corrupt)?);
        let stored = fields.bytes("name", place(ENTRY), length);
        if stored.map_err(corrupt)? == name {
            let number = fields.u64_le("location", place(0)).map_err(corrupt)?;
            let kind = fields.u8("location", place(8)).map_err(corrupt)?;
            return Ok(Some((number, kind)));
        }
        start = place(ENTRY).saturating_add(length).saturating_add(data);
    }
    Ok(None)
}

/// The sum without its last complement, of a register that begins as 0xFFFFFFFE: its one bit less is
/// as if the first bit of the name were turned.
fn name_hash(name: &[u8]) -> u32 {
    match name.split_first() {
        Some((first, rest)) => !crc32c(&[&[first ^ 1], rest].concat()),
        None => !1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hash_as_mkfs_btrfs_has_them() {
        assert_eq!(name_hash(b"hello.txt"), 0x415F_EB59);
        assert_eq!(name_hash(b"dir-a"), 0x2C54_9827);
    }
}
