//! XFS behind [`FileSystem`].
//!
//! The crate looks a name up by reading its whole folder, and does so for every folder on the way:
//! folders are kept here once read, so that what looks up many paths reads each folder once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use lamxfs::{EntryKind, Error, Inode, Path, SuperblockReason, Xfs};

use super::inode::owner;
use super::superblock::Layout;
use crate::filesystem::answer::{clip, too_many, wrong_type};
use crate::filesystem::meter::{LOOK_UP, Meter, Metered, OPEN, reading};
use crate::filesystem::{Entry, FileSystem, FileType, FsError, Metadata, State, Superblock};
use crate::source::ReadAt;

/// Names that are kept in all; a folder with more is kept alone.
const NAMES: usize = 200_000;
/// Names of a folder at which the crate stops without a word.
const FOLDER: usize = 1 << 20;
/// Bytes that the target of a link has at most (`XFS_SYMLINK_MAXLEN`).
const LINK: u64 = 1024;

type Folder = Rc<HashMap<Vec<u8>, (u64, FileType)>>;

/// An open XFS.
pub(super) struct Reader {
    facts: Superblock,
    layout: Layout,
    source: Arc<dyn ReadAt>,
    meter: Rc<Meter>,
    xfs: RefCell<Xfs<Metered>>,
    /// Folders by path, and the names in all of them.
    folders: RefCell<(HashMap<Vec<u8>, Folder>, usize)>,
}

impl Reader {
    /// Opens the file system that `facts` and `layout` were read from.
    pub(super) fn open(
        source: &Arc<dyn ReadAt>,
        facts: Superblock,
        layout: Layout,
    ) -> Result<Self, FsError> {
        if let Some(feature) = facts.unsupported.first() {
            return Err(FsError::Unsupported(format!("XFS with {feature}")));
        }
        let meter = Meter::new(source);
        let handle = Metered(Rc::clone(&meter));
        let xfs = meter.run(OPEN, || Xfs::open(handle, source.len()))?;
        Ok(Self {
            facts,
            layout,
            source: Arc::clone(source),
            meter,
            xfs: RefCell::new(xfs.map_err(|error| failure(&error))?),
            folders: RefCell::default(),
        })
    }

    /// Makes one call of the crate.
    fn call<T>(
        &self,
        allowance: u64,
        call: impl FnOnce(&mut Xfs<Metered>) -> Result<T, Error>,
    ) -> Result<T, FsError> {
        let mut xfs = self.xfs.borrow_mut();
        let result = self.meter.run(allowance, || call(&mut xfs))?;
        result.map_err(|error| failure(&error))
    }

    fn inode(&self, number: u64) -> Result<lamxfs::Metadata, FsError> {
        self.call(LOOK_UP, |xfs| xfs.metadata(&Inode { ino: number }))
    }

    /// The names in the folder `path`, whose inode is `number`.
    fn folder(&self, path: &[u8], number: u64) -> Result<Folder, FsError> {
        if let Some(folder) = self.folders.borrow().0.get(path) {
            return Ok(Rc::clone(folder));
        }
        if !self.inode(number)?.is_dir() {
            return Err(FsError::Corrupt(format!(
                "XFS inode {number} is no directory, but its entry says so"
            )));
        }
        let entries = self.call(LOOK_UP, |xfs| xfs.read_dir(Path::new(path)))?;
        if entries.len() >= FOLDER {
            return Err(FsError::Limit(format!(
                "more than {FOLDER} names in a directory"
            )));
        }
        let mut names = HashMap::with_capacity(entries.len());
        for entry in entries {
            if entry.name.is_empty() || entry.name.contains(&b'/') || entry.name.contains(&0) {
                let message = "a directory has a name that no file can have".to_owned();
                return Err(FsError::Corrupt(message));
            }
            let file_type = match entry.kind {
                EntryKind::Regular => FileType::File,
                EntryKind::Directory => FileType::Directory,
                EntryKind::Symlink => FileType::Symlink,
                EntryKind::Other => FileType::Special,
            };
            names.insert(entry.name, (entry.inode_number, file_type));
        }
        let folder = Rc::new(names);
        let mut kept = self.folders.borrow_mut();
        if kept.1.saturating_add(folder.len()) > NAMES {
            *kept = Default::default();
        }
        kept.1 = kept.1.saturating_add(folder.len());
        kept.0.insert(path.to_vec(), Rc::clone(&folder));
        Ok(folder)
    }

    /// The number of the inode `path`; none where there is none.
    fn find(&self, path: &[u8]) -> Result<Option<u64>, FsError> {
        let mut number = self.layout.root_inode;
        let mut file_type = FileType::Directory;
        let mut walked = Vec::new();
        for name in path.split(|byte| *byte == b'/') {
            if name.is_empty() {
                continue;
            }
            if file_type != FileType::Directory {
                return Ok(None);
            }
            let folder = if walked.is_empty() {
                self.folder(b"/", number)?
            } else {
                self.folder(&walked, number)?
            };
            let Some((child, of_type)) = folder.get(name) else {
                return Ok(None);
            };
            (number, file_type) = (*child, *of_type);
            walked.push(b'/');
            walked.extend_from_slice(name);
        }
        Ok(Some(number))
    }

    /// The inode `path`, which must be of this type.
    fn expect(&self, path: &[u8], file_type: FileType) -> Result<(u64, u64), FsError> {
        let Some(number) = self.find(path)? else {
            return Err(FsError::Kind("not there"));
        };
        let inode = self.inode(number)?;
        let is = type_of(&inode);
        if is != file_type {
            return Err(wrong_type(is));
        }
        Ok((number, inode.size()))
    }
}

impl FileSystem for Reader {
    fn superblock(&self) -> &Superblock {
        &self.facts
    }

    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError> {
        let Some(number) = self.find(path)? else {
            return Ok(None);
        };
        let inode = self.inode(number)?;
        // The crate keeps what it replayed to itself, so what stands on the volume may be stale.
        let owner = match self.facts.state {
            State::Dirty(_) => None,
            _ => Some(owner(&*self.source, &self.layout, number)?),
        };
        Ok(Some(Metadata {
            file_type: type_of(&inode),
            size: inode.size(),
            mode: u16::try_from(inode.mode() & 0o7777).ok(),
            uid: owner.as_ref().map(|owner| owner.uid),
            gid: owner.as_ref().map(|owner| owner.gid),
            modified: owner.as_ref().map(|owner| owner.modified),
        }))
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        let (_, size) = self.expect(path, FileType::Symlink)?;
        if size > LINK {
            return Err(FsError::Corrupt(format!("a link of {size} bytes")));
        }
        self.call(LOOK_UP, |xfs| xfs.read_link(Path::new(path)))
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        let (number, size) = self.expect(path, FileType::File)?;
        let length = clip(length, size.saturating_sub(offset));
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(length).is_err() {
            return Err(FsError::Limit(format!("{length} bytes at once")));
        }
        bytes.resize(length, 0);
        let count = self.call(reading(length), |xfs| {
            xfs.read_file_at(&Inode { ino: number }, offset, &mut bytes)
        })?;
        bytes.truncate(count);
        Ok(bytes)
    }

    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError> {
        let (number, _) = self.expect(path, FileType::Directory)?;
        let path = path.strip_suffix(b"/").unwrap_or(path);
        let path = if path.is_empty() { b"/" } else { path };
        let folder = self.folder(path, number)?;
        if folder.len() > limit {
            return Err(too_many(limit));
        }
        let entries = folder.iter().map(|(name, (_, file_type))| Entry {
            name: name.clone(),
            file_type: *file_type,
        });
        Ok(entries.collect())
    }
}

fn type_of(inode: &lamxfs::Metadata) -> FileType {
    if inode.is_file() {
        FileType::File
    } else if inode.is_dir() {
        FileType::Directory
    } else if inode.is_symlink() {
        FileType::Symlink
    } else {
        FileType::Special
    }
}

fn failure(error: &Error) -> FsError {
    let token = error.token();
    match error {
        Error::BadSuperblock(reason) => match reason {
            SuperblockReason::DirtyLog => FsError::Unsupported(
                "an XFS log with changes outstanding that cannot be replayed".to_owned(),
            ),
            SuperblockReason::ExternalLog
            | SuperblockReason::RealtimeDevice
            | SuperblockReason::UnsupportedVersion => FsError::Unsupported(format!("XFS: {token}")),
            _ => FsError::Corrupt(format!("XFS superblock: {token}")),
        },
        Error::UnsupportedFeature(feature) => FsError::Unsupported(format!("XFS: {feature}")),
        Error::NotARegularFile => FsError::Kind("no regular file"),
        Error::NotASymlink => FsError::Kind("no symbolic link"),
        Error::FileTooLarge { size, max } => {
            FsError::Limit(format!("{size} bytes are more than {max}"))
        }
        Error::OutOfMemory { site } => FsError::Limit(format!("no memory for {site}")),
        // A name that its folder has is found again, so this is a contradiction too.
        Error::Io { .. }
        | Error::NotFound { .. }
        | Error::BadCrc { .. }
        | Error::Inconsistent { .. } => FsError::Corrupt(format!("XFS: {token}")),
    }
}
