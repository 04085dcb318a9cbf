//! One subvolume of a btrfs behind [`FileSystem`].
//!
//! What paths name is looked up by [`Names`] and kept; the crate is only opened for what is
//! compressed.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use lambutter::{Btrfs, Error, Inode, Path};

use super::names::{Child, Names};
use super::superblock::{LENGTH, Layout, OFFSET};
use super::tree::Trees;
use crate::filesystem::answer::{clip, wrong_type};
use crate::filesystem::meter::{LOOK_UP, Meter, Metered, OPEN, reading};
use crate::filesystem::{Entry, FileSystem, FileType, FsError, Metadata, Subvolume, Superblock};
use crate::source::ReadAt;

/// Paths that are kept.
const PATHS: usize = 20_000;
/// Bytes that the target of a link has at most: it lies in one node.
const LINK: u64 = 65536;

/// What stands at a path.
type Found = (Child, Metadata);

/// An open subvolume.
pub(super) struct Reader {
    layout: Layout,
    source: Arc<dyn ReadAt>,
    names: Names,
    paths: RefCell<HashMap<Vec<u8>, Option<Found>>>,
    compressed: OnceCell<Compressed>,
}

impl Reader {
    /// Opens the default subvolume.
    pub(super) fn open(source: &Arc<dyn ReadAt>, layout: Layout) -> Result<Self, FsError> {
        if let Some(feature) = &layout.refused {
            return Err(FsError::Unsupported(format!("btrfs with {feature}")));
        }
        let trees = Rc::new(Trees::read(source, &layout)?);
        Ok(Self::of(source, layout, Names::of(trees, None)?))
    }

    fn of(source: &Arc<dyn ReadAt>, layout: Layout, names: Names) -> Self {
        Self {
            layout,
            source: Arc::clone(source),
            names,
            paths: RefCell::default(),
            compressed: OnceCell::new(),
        }
    }

    /// What `path` names.
    fn find(&self, path: &[u8]) -> Result<Option<Found>, FsError> {
        if let Some(found) = self.paths.borrow().get(path) {
            return Ok(*found);
        }
        let mut names = path.split(|byte| *byte == b'/');
        if names.any(|name| name == b"." || name == b"..") {
            return Ok(None);
        }
        let found = match self.names.resolve(path)? {
            Some(child) => Some((child, self.names.metadata(child)?)),
            None => None,
        };
        let mut paths = self.paths.borrow_mut();
        if paths.len() >= PATHS {
            paths.clear();
        }
        paths.insert(path.to_vec(), found);
        Ok(found)
    }

    /// What `path` names, which must be of this type.
    fn expect(&self, path: &[u8], file_type: FileType) -> Result<Found, FsError> {
        match self.find(path)? {
            None => Err(FsError::Kind("not there")),
            Some((_, of)) if of.file_type != file_type => Err(wrong_type(of.file_type)),
            Some(found) => Ok(found),
        }
    }

    /// `length` bytes of what `path` holds from `offset`; none where the crate has to read them.
    fn plain(&self, of: Child, offset: u64, length: usize) -> Result<Option<Vec<u8>>, FsError> {
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(length).is_err() {
            return Err(FsError::Limit(format!("{length} bytes at once")));
        }
        bytes.resize(length, 0);
        let Child::At(place) = of else {
            return Ok(Some(Vec::new()));
        };
        let plain = self.names.content(place, offset, &mut bytes)?;
        Ok(plain.then_some(bytes))
    }

    /// The crate's view of this subvolume.
    fn compressed(&self) -> Result<&Compressed, FsError> {
        if let Some(opened) = self.compressed.get() {
            return Ok(opened);
        }
        let opened = Compressed::open(&self.source, self.names.subvolume())?;
        Ok(self.compressed.get_or_init(|| opened))
    }
}

impl FileSystem for Reader {
    fn superblock(&self) -> &Superblock {
        &self.layout.facts
    }

    fn metadata(&self, path: &[u8]) -> Result<Option<Metadata>, FsError> {
        Ok(self.find(path)?.map(|(_, metadata)| metadata))
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        let (child, of) = self.expect(path, FileType::Symlink)?;
        if of.size > LINK {
            return Err(FsError::Corrupt(format!("a link of {} bytes", of.size)));
        }
        let target = match self.plain(child, 0, clip(usize::MAX, of.size))? {
            Some(target) => target,
            None => self.compressed()?.read_link(path)?,
        };
        if target.is_empty() || target.contains(&0) {
            return Err(FsError::Corrupt(
                "btrfs: a link without a target".to_owned(),
            ));
        }
        Ok(target)
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        let (child, of) = self.expect(path, FileType::File)?;
        let length = clip(length, of.size.saturating_sub(offset));
        match self.plain(child, offset, length)? {
            Some(bytes) => Ok(bytes),
            None => self.compressed()?.read(path, offset, length),
        }
    }

    fn list(&self, path: &[u8], limit: usize) -> Result<Vec<Entry>, FsError> {
        let (folder, _) = self.expect(path, FileType::Directory)?;
        self.names.list(folder, limit)
    }

    fn subvolume(&self, which: &Subvolume) -> Result<Box<dyn FileSystem>, FsError> {
        let names = Names::of(Rc::clone(&self.names.trees), Some(which))?;
        Ok(Box::new(Self::of(&self.source, self.layout.clone(), names)))
    }
}

/// The crate at work on one subvolume.
struct Compressed {
    meter: Rc<Meter>,
    fs: RefCell<Btrfs<Metered>>,
    /// The file that was read last: a large one is read in pieces.
    last: RefCell<Option<(Vec<u8>, Inode)>>,
}

impl Compressed {
    fn open(source: &Arc<dyn ReadAt>, subvolume: u64) -> Result<Self, FsError> {
        let meter = Meter::new(source);
        let handle = Metered(Rc::clone(&meter));
        // With this as the size it looks at the primary superblock only, as the kernel does: a copy
        // that an earlier file system left behind may look newer.
        let length = u64::try_from(LENGTH).unwrap_or(0);
        let size = OFFSET.saturating_add(length);
        let opened = meter.run(OPEN, || Btrfs::open_subvol_id(handle, size, subvolume))?;
        Ok(Self {
            meter,
            fs: RefCell::new(opened.map_err(|error| failure(&error))?),
            last: RefCell::default(),
        })
    }

    /// Makes one call of the crate.
    fn call<T>(
        &self,
        allowance: u64,
        call: impl FnOnce(&mut Btrfs<Metered>) -> Result<T, Error>,
    ) -> Result<T, FsError> {
        let mut fs = self.fs.borrow_mut();
        match self.meter.run(allowance, || call(&mut fs))? {
            Ok(value) => Ok(value),
            Err(Error::NotFound) => {
                let message = "btrfs: a name without an inode".to_owned();
                Err(FsError::Corrupt(message))
            }
            Err(error) => Err(failure(&error)),
        }
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, FsError> {
        let path = Path::new(path).ok_or(FsError::Kind("not there"))?;
        self.call(LOOK_UP, |fs| fs.read_link(path))
    }

    fn read(&self, path: &[u8], offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        let last = self
            .last
            .borrow()
            .as_ref()
            .filter(|(of, _)| of == path)
            .map(|(_, inode)| *inode);
        let inode = match last {
            Some(inode) => inode,
            None => {
                let absolute = Path::new(path).ok_or(FsError::Kind("not there"))?;
                let inode = self.call(LOOK_UP, |fs| fs.resolve(absolute))?;
                self.last.replace(Some((path.to_vec(), inode)));
                inode
            }
        };
        let mut bytes = vec![0; length];
        let count = self.call(reading(length), |fs| {
            fs.read_file_at(&inode, offset, &mut bytes)
        })?;
        bytes.truncate(count);
        Ok(bytes)
    }
}

fn failure(error: &Error) -> FsError {
    match error {
        Error::UnsupportedFeature(what)
        | Error::UnsupportedProfile(what)
        | Error::UnsupportedChecksum(what) => FsError::Unsupported(format!("btrfs: {what}")),
        Error::NotARegularFile => FsError::Kind("no regular file"),
        Error::NotASymlink => FsError::Kind("no symbolic link"),
        Error::NotFound | Error::NotASubvolume => FsError::Kind("no subvolume"),
        Error::OutOfMemory { token } => FsError::Limit(format!("no memory for {token}")),
        Error::Io { .. }
        | Error::BadSuperblock(_)
        | Error::CsumMismatch { .. }
        | Error::CorruptBtree { .. }
        | Error::BadCompression { .. } => FsError::Corrupt(format!("btrfs: {error}")),
    }
}
