//! ext2, ext3 and ext4: read as the kernel would show them after it replayed the journal.

mod checksum;
mod content;
mod directory;
mod free;
mod geometry;
mod journal;
mod overlay;
#[cfg(test)]
mod tests;
mod volume;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::source::ReadAt;
use crate::volume::FileSystemKind;

use super::{Entry, FileSystem, FileType, FsError, Metadata, Superblock};
use directory::Named;
use geometry::{Geometry, corrupt, incompat};
use overlay::Overlay;
use volume::{Blocks, Inode, flag};

/// Inode of the root directory.
const ROOT: u32 = 2;
/// The longest path that is looked up, as for the kernel.
const LONGEST_PATH: usize = 4096;
/// Names of directories that are kept, all directories together.
const KEPT_NAMES: usize = 200_000;

/// The names of a directory, kept for the next look-up.
type Names = Rc<HashMap<Vec<u8>, u32>>;

/// An open file system.
struct Ext {
    superblock: Superblock,
    blocks: Blocks,
    directories: RefCell<HashMap<u32, Names>>,
}

/// Reads the superblock only, as it stands on the volume.
pub(super) fn superblock(
    source: &Arc<dyn ReadAt>,
    kind: FileSystemKind,
) -> Result<Superblock, FsError> {
    Ok(Geometry::read(&**source)?.facts(kind))
}

/// Opens it; a journal that is outstanding is replayed in memory.
pub(super) fn open(
    source: &Arc<dyn ReadAt>,
    kind: FileSystemKind,
) -> Result<Box<dyn FileSystem>, FsError> {
    Ok(Box::new(Ext::open(source, kind)?))
}

/// The bytes that are free.
pub(super) fn free_space(
    source: &Arc<dyn ReadAt>,
    limit: usize,
) -> Result<Vec<Range<u64>>, FsError> {
    recovered(source)?.free(limit)
}

/// The volume as it is once its journal is replayed.
fn recovered(source: &Arc<dyn ReadAt>) -> Result<Blocks, FsError> {
    let geometry = Geometry::read(&**source)?;
    geometry.check_readable()?;
    if geometry.size() > source.len() {
        return Err(corrupt(format!(
            "the file system takes {} bytes, its volume has {}",
            geometry.size(),
            source.len()
        )));
    }
    let blocks = Blocks {
        source: Arc::clone(source),
        geometry,
    };
    if !blocks.geometry.has_incompat(incompat::RECOVER) {
        return Ok(blocks);
    }
    let replaced = journal::replay(&blocks)?;
    let block_size = blocks.geometry.block_size;
    let source: Arc<dyn ReadAt> = Arc::new(Overlay::new(Arc::clone(source), block_size, replaced));
    // The journal may hold the superblock too.
    let geometry = Geometry::read(&*source)?;
    geometry.check_readable()?;
    if geometry.block_size != block_size || geometry.size() > source.len() {
        return Err(corrupt(
            "the journal's superblock describes another file system",
        ));
    }
    Ok(Blocks { source, geometry })
}

impl Ext {
    fn open(source: &Arc<dyn ReadAt>, kind: FileSystemKind) -> Result<Self, FsError> {
        // What it is called comes after the journal, how it was left from before.
        let before = superblock(source, kind)?;
        let blocks = recovered(source)?;
        let superblock = Superblock {
            state: before.state,
            ..blocks.geometry.facts(kind)
        };
        let fs = Self {
            superblock,
            blocks,
            directories: RefCell::default(),
        };
        fs.root()?;
        Ok(fs)
    }

    fn root(&self) -> Result<Inode, FsError> {
        let root = self.blocks.inode(ROOT)?;
        if root.metadata.file_type == FileType::Directory {
            return Ok(root);
        }
        Err(corrupt("the root inode is no directory"))
    }

    /// The inode of a path; no link is followed on the way.
    fn find(&self, path: &[u8]) -> Result<Option<Inode>, FsError> {
        if path.len() > LONGEST_PATH {
            return Err(FsError::Limit(format!(
                "a path of {} bytes, of which {LONGEST_PATH} are the most",
                path.len()
            )));
        }
        let mut inode = self.root()?;
        for name in path
            .split(|byte| *byte == b'/')
            .filter(|name| !name.is_empty())
        {
            if inode.metadata.file_type != FileType::Directory {
                return Ok(None);
            }
            match self.child(&inode, name)? {
                Some(number) => inode = self.blocks.inode(number)?,
                None => return Ok(None),
            }
        }
        Ok(Some(inode))
    }

    fn existing(&self, path: &[u8]) -> Result<Inode, FsError> {
        self.find(path)?
            .ok_or(FsError::Kind("nothing: no such path"))
    }

    fn child(&self, directory: &Inode, name: &[u8]) -> Result<Option<u32>, FsError> {
        let kept = self.directories.borrow().get(&directory.number).cloned();
        let found = match kept {
            Some(names) => names.get(name).copied(),
            None => self.search(directory, name)?,
        };
        if found.is_none() && directory.flags & flag::CASEFOLD != 0 {
            // The kernel might find it in another case.
            return Err(FsError::Unsupported(
                "a directory that ignores case (casefold)".to_owned(),
            ));
        }
        Ok(found)
    }

    /// Walks a directory for a name, and keeps its names where they are not too many.
    fn search(&self, directory: &Inode, name: &[u8]) -> Result<Option<u32>, FsError> {
        let mut names = HashMap::new();
        let mut found = None;
        let mut whole = true;
        self.blocks.walk(directory, &mut |named: Named| {
            if named.name == name {
                found = Some(named.inode);
            }
            if names.len() < KEPT_NAMES {
                names.insert(named.name, named.inode);
            } else {
                whole = false;
            }
            whole || found.is_none()
        })?;
        if whole {
            let mut kept = self.directories.borrow_mut();
            let held: usize = kept
                .values()
                .map(|names| names.len().saturating_add(1))
                .sum();
            if held.saturating_add(names.len()) > KEPT_NAMES {
                kept.clear();
            }
            kept.insert(directory.number, Rc::new(names));
        }
        Ok(found)
    }
}

impl FileSystem for Ext {
    fn superblock(&self) -> &Superblock {
        &self.superblock
    }

    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError> {
        Ok(self.find(path)?.map(|inode| inode.metadata))
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        let inode = self.existing(path)?;
        expect(&inode, FileType::Symlink)?;
        if inode.flags & flag::ENCRYPT != 0 {
            return Err(FsError::Unsupported(
                "an encrypted link (encrypt)".to_owned(),
            ));
        }
        let size = inode.metadata.size;
        let length = usize::try_from(size)
            .ok()
            .filter(|length| (1..=LONGEST_PATH).contains(length))
            .ok_or_else(|| corrupt(format!("link inode {} is {size} bytes long", inode.number)))?;
        if inode.content_sectors == 0 && inode.flags & (flag::INLINE_DATA | flag::EA_INODE) == 0 {
            let target = inode.root.get(..length).ok_or_else(|| {
                corrupt(format!(
                    "link inode {} holds {length} bytes in its {}",
                    inode.number,
                    inode.root.len()
                ))
            })?;
            return Ok(target.to_vec());
        }
        self.blocks.read(&inode, 0, length)
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        let inode = self.existing(path)?;
        expect(&inode, FileType::File)?;
        if inode.flags & flag::ENCRYPT != 0 {
            return Err(FsError::Unsupported(
                "an encrypted file (encrypt)".to_owned(),
            ));
        }
        self.blocks.read(&inode, offset, length)
    }

    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError> {
        let inode = self.existing(path)?;
        expect(&inode, FileType::Directory)?;
        let mut found: Vec<Named> = Vec::new();
        let mut more = false;
        self.blocks.walk(&inode, &mut |named| {
            more = found.len() >= limit;
            if !more {
                found.push(named);
            }
            !more
        })?;
        if more {
            return Err(FsError::Limit(format!(
                "a directory of more than {limit} names"
            )));
        }
        found
            .into_iter()
            .map(|named| {
                let file_type = match named.file_type {
                    Some(file_type) => file_type,
                    None => self.blocks.inode(named.inode)?.metadata.file_type,
                };
                Ok(Entry {
                    name: named.name,
                    file_type,
                })
            })
            .collect()
    }
}

/// Says what an inode is where it is not what was asked for.
fn expect(inode: &Inode, wanted: FileType) -> Result<(), FsError> {
    let is = inode.metadata.file_type;
    if is == wanted {
        return Ok(());
    }
    Err(FsError::Kind(match is {
        FileType::File => "a regular file",
        FileType::Directory => "a directory",
        FileType::Symlink => "a symbolic link",
        FileType::Special => "a device, a pipe or a socket",
    }))
}
