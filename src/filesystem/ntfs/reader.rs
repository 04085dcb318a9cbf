//! NTFS behind [`FileSystem`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::index::{Item, Names, read};
use super::names::{UpCase, to_units};
use super::record::{DATA, REPARSE_POINT, Reference, STANDARD_INFORMATION};
use super::reparse::{Reparse, WOF_STREAM, wof};
use super::stream::{ENCRYPTED, SPARSE};
use super::volume::{File, Volume};
use super::{HIDDEN, ROOT, bad};
use crate::bytes::Fields;
use crate::filesystem::answer::{too_many, wrong_type};
use crate::filesystem::meter::{LOOK_UP, Meter, reading};
use crate::filesystem::{Entry, FileSystem, FileType, FsError, Metadata, Superblock};

/// Names of directories that are kept, all directories together; one with more is kept alone.
const KEPT_NAMES: usize = 200_000;
/// The longest path that is looked up.
const LONGEST_PATH: usize = 64 << 10;
/// Bytes of a reparse point; Windows allows 16 KiB.
const LARGEST_REPARSE: u64 = 64 << 10;
/// `FILE_ATTRIBUTE_ENCRYPTED`.
const MARKED_ENCRYPTED: u32 = 0x4000;
/// Seconds from 1601, from which NTFS counts, to 1970.
const EPOCH: i64 = 11_644_473_600;

/// An open NTFS.
pub(super) struct Reader {
    pub(super) facts: Superblock,
    pub(super) meter: Rc<Meter>,
    pub(super) volume: Volume,
    pub(super) upcase: UpCase,
    /// What directories hold, by their numbers, and the names in all of them.
    pub(super) directories: RefCell<(HashMap<u64, Rc<Names>>, usize)>,
    /// The file that was asked for last, which is often read on.
    pub(super) last: RefCell<Option<Rc<Node>>>,
}

/// A file, and what stands in its place.
pub(super) struct Node {
    file: File,
    reparse: Option<Vec<u8>>,
    file_type: FileType,
}

impl Node {
    fn reparse(&self) -> Result<Option<Reparse<'_>>, FsError> {
        self.reparse.as_deref().map(Reparse::parse).transpose()
    }

    fn expect(&self, file_type: FileType) -> Result<(), FsError> {
        if self.file_type == file_type {
            Ok(())
        } else {
            Err(wrong_type(self.file_type))
        }
    }
}

impl Reader {
    fn call<T>(
        &self,
        allowance: u64,
        call: impl FnOnce() -> Result<T, FsError>,
    ) -> Result<T, FsError> {
        self.meter.run(allowance, call)?
    }

    fn node(&self, reference: Reference) -> Result<Rc<Node>, FsError> {
        if let Some(last) = &*self.last.borrow()
            && last.file.number == reference.number
        {
            return Ok(Rc::clone(last));
        }
        let file = self.volume.file(reference)?;
        let reparse = match file.stream(REPARSE_POINT, "")? {
            None => None,
            Some(stream) => Some(self.volume.read_all(&stream, LARGEST_REPARSE)?),
        };
        let file_type = match reparse.as_deref().map(Reparse::parse).transpose()? {
            Some(reparse) => reparse.file_type(file.directory),
            None if file.directory => FileType::Directory,
            None => FileType::File,
        };
        let node = Rc::new(Node {
            file,
            reparse,
            file_type,
        });
        self.last.replace(Some(Rc::clone(&node)));
        Ok(node)
    }

    /// The names of a directory, kept for the next look-up.
    fn names(&self, reference: Reference) -> Result<Rc<Names>, FsError> {
        let kept = self.directories.borrow().0.get(&reference.number).cloned();
        if let Some(names) = kept {
            return Ok(names);
        }
        let node = self.node(reference)?;
        node.expect(FileType::Directory)?;
        if let Some(reparse) = node.reparse()?
            && !reparse.is_plain_directory()
        {
            return Err(FsError::Unsupported(format!(
                "a directory with the reparse tag 0x{:08x}",
                reparse.tag
            )));
        }
        let mut names = read(&self.volume, &node.file, &self.upcase)?;
        if reference.number == ROOT {
            names.items.retain(|item| item.file.number >= HIDDEN);
        }
        let names = Rc::new(names);
        let mut directories = self.directories.borrow_mut();
        let (kept, held) = &mut *directories;
        let new = names.items.len().saturating_add(1);
        if held.saturating_add(new) > KEPT_NAMES {
            kept.clear();
            *held = 0;
        }
        *held = held.saturating_add(new);
        kept.insert(reference.number, Rc::clone(&names));
        Ok(names)
    }

    /// What an item is, which only the file itself says where there is a reparse point.
    fn type_of(&self, item: &Item) -> Result<FileType, FsError> {
        if item.reparse {
            Ok(self.node(item.file)?.file_type)
        } else {
            Ok(item.file_type())
        }
    }

    /// The file that a path names.
    fn find(&self, path: &[u8]) -> Result<Option<Reference>, FsError> {
        if path.len() > LONGEST_PATH {
            return Err(FsError::Limit(format!(
                "a path of {} bytes, of which {LONGEST_PATH} are the most",
                path.len()
            )));
        }
        let mut found = Reference {
            number: ROOT,
            sequence: 0,
        };
        let mut file_type = FileType::Directory;
        for name in path.split(|byte| *byte == b'/') {
            if name.is_empty() {
                continue;
            }
            let Some(name) = to_units(name).filter(|_| file_type == FileType::Directory) else {
                return Ok(None);
            };
            let names = self.names(found)?;
            let Some(item) = names.find(&self.upcase, &name) else {
                return Ok(None);
            };
            file_type = self.type_of(item)?;
            found = item.file;
        }
        Ok(Some(found))
    }

    fn existing(&self, path: &[u8]) -> Result<Rc<Node>, FsError> {
        let found = self.find(path)?;
        self.node(found.ok_or(FsError::Kind("nothing: no such path"))?)
    }

    fn describe(&self, node: &Node) -> Result<Metadata, FsError> {
        let size = match node.file_type {
            FileType::File => {
                let data = node.file.stream(DATA, "")?;
                data.map_or(0, |data| data.size)
            }
            FileType::Symlink => {
                let target = node.reparse()?.map(|reparse| reparse.target());
                let length = target.transpose()?.map_or(0, |target| target.len());
                u64::try_from(length).unwrap_or(u64::MAX)
            }
            FileType::Directory | FileType::Special => 0,
        };
        let modified = node.file.resident(STANDARD_INFORMATION).map(|information| {
            let fields = Fields::new("NTFS $STANDARD_INFORMATION", 0, information);
            fields.u64_le("LastModificationTime", 8).map_err(bad)
        });
        Ok(Metadata {
            file_type: node.file_type,
            size,
            mode: None,
            uid: None,
            gid: None,
            modified: modified.transpose()?.and_then(seconds),
        })
    }

    fn content(&self, node: &Node, offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        node.expect(FileType::File)?;
        let data = node.file.stream(DATA, "")?;
        if let Some(reparse) = node.reparse()? {
            return Err(reparse.obstacle());
        }
        let Some(data) = data else {
            return Ok(Vec::new());
        };
        // The tag may be lost, as tools lose it that know nothing of it.
        let holes = data.flags & SPARSE != 0 && data.size > 0 && data.is_all_holes();
        if holes && node.file.stream(DATA, WOF_STREAM)?.is_some() {
            return Err(FsError::Unsupported(wof(None, None)));
        }
        let marked = node.file.resident(STANDARD_INFORMATION).map(|information| {
            let fields = Fields::new("NTFS $STANDARD_INFORMATION", 0, information);
            fields.u32_le("FileAttributes", 0x20).map_err(bad)
        });
        if data.flags & ENCRYPTED != 0 || marked.transpose()?.unwrap_or(0) & MARKED_ENCRYPTED != 0 {
            return Err(FsError::Unsupported("encrypted by EFS".to_owned()));
        }
        self.volume.read(&data, offset, length)
    }
}

/// A time of NTFS, in units of 100 ns since 1601, in seconds since 1970.
fn seconds(time: u64) -> Option<i64> {
    i64::try_from(time.checked_div(10_000_000)?)
        .ok()?
        .checked_sub(EPOCH)
}

impl FileSystem for Reader {
    fn superblock(&self) -> &Superblock {
        &self.facts
    }

    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError> {
        self.call(LOOK_UP, || match self.find(path)? {
            None => Ok(None),
            Some(found) => self.describe(&*self.node(found)?).map(Some),
        })
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        self.call(LOOK_UP, || {
            let node = self.existing(path)?;
            node.expect(FileType::Symlink)?;
            let reparse = node.reparse()?.ok_or(FsError::Kind("no link"))?;
            reparse.target()
        })
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        self.call(reading(length), || {
            let node = self.existing(path)?;
            self.content(&node, offset, length)
        })
    }

    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError> {
        self.call(LOOK_UP, || {
            let found = self.find(path)?;
            let names = self.names(found.ok_or(FsError::Kind("nothing: no such path"))?)?;
            let listed = || names.items.iter().filter(|item| !item.alias);
            if listed().count() > limit {
                return Err(too_many(limit));
            }
            let entry = |item: &Item| {
                Ok(Entry {
                    name: item.text(),
                    file_type: self.type_of(item)?,
                })
            };
            listed().map(entry).collect()
        })
    }

    fn ignores_case(&self) -> bool {
        true
    }
}
