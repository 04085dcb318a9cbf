//! An image file or block device: opened once, identified, mapped or read.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::map::Map;
use super::{Extent, ExtentKind, ReadAt, ReadError, check_bounds};

/// How an image is read (`--io`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IoChoice {
    /// Structures through a memory map where the file can be mapped, the bulk by positional reads.
    #[default]
    Auto,
    /// Everything through the map; a file that cannot be mapped is an error.
    Map,
    /// Everything by positional reads.
    Read,
}

/// What a file was when it was opened, to tell whether it is still that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileIdentity {
    /// Length in bytes.
    pub len: u64,
    /// Time of the last modification, where the system keeps one.
    pub modified: Option<SystemTime>,
}

/// Why a file cannot be looked at as an image. The message names the file, the reason and, where
/// there is one, the next step.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OpenError {
    /// The path is a directory.
    #[error("{}: is a directory; name the image file in it", .0.display())]
    Directory(PathBuf),
    /// The path is a FIFO, a socket or a character device.
    #[error("{}: is a {}, which cannot be read at any place; write it to a file first", .0.display(), .1)]
    NotSeekable(PathBuf, &'static str),
    /// The file has no bytes.
    #[error("{}: is empty (0 bytes); an interrupted download or conversion leaves such a file", .0.display())]
    Empty(PathBuf),
    /// The file cannot be mapped, and a map was asked for.
    #[error("{}: cannot be mapped ({}); use --io auto or --io read", .0.display(), .1)]
    Map(PathBuf, Arc<io::Error>),
    /// The system refused.
    #[error("{}: {}{}", .0.display(), .1, hint(.1))]
    Io(PathBuf, Arc<io::Error>),
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "; check the path",
        io::ErrorKind::PermissionDenied => {
            "; reading needs permission for the file and every directory above it"
        }
        _ => "",
    }
}

impl OpenError {
    /// The path that was to be opened.
    pub fn path(&self) -> &Path {
        match self {
            Self::Directory(path)
            | Self::NotSeekable(path, _)
            | Self::Empty(path)
            | Self::Map(path, _)
            | Self::Io(path, _) => path,
        }
    }
}

/// An open image file or block device.
pub struct ImageFile {
    file: File,
    map: Option<Map>,
    choice: IoChoice,
    identity: FileIdentity,
    allocated: Option<u64>,
    /// The extent that was asked for last. A disk in blocks asks for every block, and the system
    /// may walk to the extent's far end for each answer.
    last_extent: Mutex<Option<Extent>>,
    path: PathBuf,
}

impl ImageFile {
    /// Opens `path` for reading.
    ///
    /// # Errors
    /// [`OpenError`] for what is no regular file or block device, is empty, or cannot be opened.
    pub fn open(path: &Path, choice: IoChoice) -> Result<Self, OpenError> {
        let io_error = |error| OpenError::Io(path.to_owned(), Arc::new(error));
        // Looked at before it is opened: opening a FIFO would wait for a writer.
        check_kind(path, &std::fs::metadata(path).map_err(io_error)?)?;
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
        let mut file = options.open(path).map_err(io_error)?;
        let metadata = file.metadata().map_err(io_error)?;
        check_kind(path, &metadata)?;
        // A block device says 0 in its metadata; its end tells the size.
        let len = if metadata.is_file() {
            metadata.len()
        } else {
            file.seek(SeekFrom::End(0)).map_err(io_error)?
        };
        if len == 0 {
            return Err(OpenError::Empty(path.to_owned()));
        }
        let map = match choice {
            IoChoice::Read => None,
            _ if !metadata.is_file() && choice == IoChoice::Auto => None,
            _ => match Map::new(&file) {
                Ok(map) => Some(map),
                Err(error) if choice == IoChoice::Map => {
                    return Err(OpenError::Map(path.to_owned(), Arc::new(error)));
                }
                Err(_) => None,
            },
        };
        Ok(Self {
            identity: FileIdentity {
                len,
                modified: metadata.modified().ok(),
            },
            allocated: allocated(&metadata),
            file,
            map,
            choice,
            last_extent: Mutex::new(None),
            path: path.to_owned(),
        })
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file was when it was opened.
    pub fn identity(&self) -> FileIdentity {
        self.identity
    }

    /// Bytes that the file takes on its file system (less than its length when it is sparse);
    /// `None` where the system does not tell.
    pub fn allocated(&self) -> Option<u64> {
        self.allocated
    }

    /// Whether structures are read through a memory map.
    pub fn is_mapped(&self) -> bool {
        self.map.is_some()
    }

    /// Compares the file with what it was when it was opened.
    ///
    /// # Errors
    /// [`ReadError::Changed`] when its length or its modification time is another one.
    pub fn check_unchanged(&self) -> Result<(), ReadError> {
        let metadata = self.file.metadata().map_err(|error| ReadError::Io {
            offset: 0,
            error: Arc::new(error),
        })?;
        if !metadata.is_file() {
            return Ok(());
        }
        if metadata.len() != self.identity.len {
            return Err(ReadError::Changed {
                detail: format!(
                    "its length was {} bytes and is now {}",
                    self.identity.len,
                    metadata.len()
                ),
            });
        }
        if metadata.modified().ok() != self.identity.modified {
            return Err(ReadError::Changed {
                detail: "its modification time is another one: something writes to it".to_owned(),
            });
        }
        Ok(())
    }

    fn read_positional(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        read_exact_at(&self.file, offset, buf).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => ReadError::Changed {
                detail: format!(
                    "it ended before the {} bytes at offset {offset} that it had when it was opened",
                    buf.len()
                ),
            },
            _ => ReadError::Io {
                offset,
                error: Arc::new(error),
            },
        })
    }
}

impl ReadAt for ImageFile {
    fn len(&self) -> u64 {
        self.identity.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.len())?;
        match &self.map {
            Some(map) => {
                // The file may have shrunk between opening and mapping.
                if map.len() < self.len() {
                    return Err(ReadError::Changed {
                        detail: "it was cut shorter while it was opened".to_owned(),
                    });
                }
                map.read_at(offset, buf)
            }
            None => self.read_positional(offset, buf),
        }
    }

    // A map pays a page fault for every 4 KiB, and shows all that was read as memory of the
    // process: the bulk is read by position, unless the user asked for the map.
    fn read_bulk_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        if self.choice == IoChoice::Map {
            return self.read_at(offset, buf);
        }
        check_bounds(offset, buf.len(), self.len())?;
        self.read_positional(offset, buf)
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        check_bounds(offset, 1, self.len())?;
        let mut last = self
            .last_extent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = *last
            && (known.start..known.end).contains(&offset)
        {
            return Ok(Extent {
                start: offset,
                ..known
            });
        }
        let extent = seek_extent(&self.file, offset, self.len()).unwrap_or(Extent {
            start: offset,
            end: self.len(),
            kind: ExtentKind::Data,
        });
        *last = Some(extent);
        Ok(extent)
    }
}

fn check_kind(path: &Path, metadata: &std::fs::Metadata) -> Result<(), OpenError> {
    if metadata.is_dir() {
        return Err(OpenError::Directory(path.to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = metadata.file_type();
        let name = if kind.is_fifo() {
            "FIFO"
        } else if kind.is_socket() {
            "socket"
        } else if kind.is_char_device() {
            "character device"
        } else {
            return Ok(());
        };
        Err(OpenError::NotSeekable(path.to_owned(), name))
    }
    #[cfg(not(unix))]
    Ok(())
}

#[cfg(unix)]
fn allocated(metadata: &std::fs::Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    // POSIX counts st_blocks in units of 512 bytes, whatever the file system's block size.
    metadata
        .is_file()
        .then(|| metadata.blocks().saturating_mul(512))
}

#[cfg(not(unix))]
fn allocated(_metadata: &std::fs::Metadata) -> Option<u64> {
    None
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buf, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut buf: &mut [u8]) -> io::Result<()> {
    while !buf.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buf, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                buf = &mut buf[read..];
                offset += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The extent at `offset` by SEEK_DATA and SEEK_HOLE; `None` where the file system cannot tell, so
/// that everything counts as data.
#[cfg(any(target_os = "linux", target_os = "macos", target_os = "freebsd"))]
fn seek_extent(file: &File, offset: u64, len: u64) -> Option<Extent> {
    use rustix::fs::{SeekFrom as Whence, seek};
    let (kind, end) = match seek(file, Whence::Data(offset)) {
        Ok(data) if data > offset => (ExtentKind::Hole, data),
        Ok(_) => (
            ExtentKind::Data,
            seek(file, Whence::Hole(offset)).unwrap_or(len),
        ),
        // ENXIO: no data between here and the end of the file.
        Err(rustix::io::Errno::NXIO) => (ExtentKind::Hole, len),
        Err(_) => return None,
    };
    Some(Extent {
        start: offset,
        end: end.clamp(offset + 1, len),
        kind,
    })
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "freebsd")))]
fn seek_extent(_file: &File, _offset: u64, _len: u64) -> Option<Extent> {
    None
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn image(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn mapped_and_read_bytes_are_the_same() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
        let file = image(&bytes);
        for choice in [IoChoice::Auto, IoChoice::Map, IoChoice::Read] {
            let image = ImageFile::open(file.path(), choice).unwrap();
            assert_eq!(image.is_mapped(), choice != IoChoice::Read);
            for (offset, len) in [(0, 512), (199_488, 512), (1_000, 150_000)] {
                let mut buf = vec![0; len];
                image.read_at(offset as u64, &mut buf).unwrap();
                let mut bulk = vec![0; len];
                image.read_bulk_at(offset as u64, &mut bulk).unwrap();
                assert_eq!(buf, bulk);
                assert_eq!(
                    buf,
                    bytes[offset..offset + len],
                    "{choice:?} {offset}+{len}"
                );
            }
            assert!(image.read_at(199_900, &mut [0; 512]).is_err());
        }
    }

    #[test]
    fn a_file_that_shrinks_or_is_written_to_is_noticed_by_every_way_of_reading() {
        for choice in [IoChoice::Auto, IoChoice::Map, IoChoice::Read] {
            let file = image(&vec![1; 300_000]);
            let image = ImageFile::open(file.path(), choice).unwrap();
            image.check_unchanged().unwrap();
            file.as_file().set_len(10_000).unwrap();
            for len in [512, 100_000] {
                let mut buf = vec![0; len];
                for answer in [
                    image.read_at(150_000, &mut buf),
                    image.read_bulk_at(150_000, &mut buf),
                ] {
                    assert!(
                        matches!(answer, Err(ReadError::Changed { .. })),
                        "{choice:?} {len}: {answer:?}"
                    );
                }
            }
            assert!(matches!(
                image.check_unchanged(),
                Err(ReadError::Changed { .. })
            ));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn holes_are_known_without_reading() {
        use std::os::unix::fs::FileExt as _;
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(16 << 20).unwrap();
        file.as_file().write_all_at(&[1; 4096], 8 << 20).unwrap();
        let image = ImageFile::open(file.path(), IoChoice::Auto).unwrap();
        let source: &dyn ReadAt = &image;
        let extents: Vec<_> = source
            .extents(0..source.len())
            .map(|extent| extent.map(|e| (e.kind, e.start, e.end)).unwrap())
            .collect();
        assert_eq!(
            extents,
            [
                (ExtentKind::Hole, 0, 8 << 20),
                (ExtentKind::Data, 8 << 20, (8 << 20) + 4096),
                (ExtentKind::Hole, (8 << 20) + 4096, 16 << 20),
            ]
        );
    }

    #[test]
    fn what_is_no_image_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let open = |path: &Path| {
            ImageFile::open(path, IoChoice::Auto)
                .err()
                .unwrap()
                .to_string()
        };
        assert!(open(folder.path()).contains("is a directory"));
        let empty = image(&[]);
        assert!(open(empty.path()).contains("is empty (0 bytes)"));
        assert!(open(&folder.path().join("none.vhd")).contains("check the path"));
        #[cfg(target_os = "linux")]
        assert!(open(Path::new("/dev/null")).contains("character device"));
    }
}
