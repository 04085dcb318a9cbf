//! The guest's tree of files: its volumes where its fstab mounts them, links followed inside of it.
//!
//! A path never leaves the guest: an absolute link starts again at the guest's root, `..` ends
//! there, and the host's files are not reachable at all. Every answer has three sides: found,
//! absent, or not known, because a file system could not be read.

mod glob;
mod resolve;
#[cfg(test)]
mod tests;
mod windows;

pub(crate) use glob::matches as glob_matches;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::path::{join, to_text};
use super::{Spot, TextFile};
use crate::filesystem::{FileSystem, FileType, FsError, Metadata};
use crate::known::{Known, Undetermined};

/// What may be read of a guest, so that a hostile one costs no more than a real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one text file.
    pub text: u64,
    /// Bytes of one file that is read whole.
    pub file: u64,
    /// Entries of one directory.
    pub entries: usize,
    /// Links on the way to one file, as Linux has it.
    pub links: u32,
    /// Bytes and entries, together, of all that is read.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            text: 64 << 20,
            file: 512 << 20,
            entries: 200_000,
            links: 40,
            work: 4 << 30,
        }
    }
}

/// A file system at its place in the tree.
pub struct Mount {
    /// Where: `/`, `/boot`.
    pub point: String,
    /// The volume as reports name it: `partition 1 (ext4 /)`.
    pub volume: Arc<str>,
    /// The partition, where the volume lies on one.
    pub partition: Option<u32>,
    /// The file system, or why it cannot be read: then nothing under it is known.
    pub file_system: Result<Box<dyn FileSystem>, String>,
}

/// An entry of a directory of the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name (hostile text).
    pub name: String,
    /// Its path: the directory's with the name.
    pub path: String,
    /// Its type; a link is a link here.
    pub file_type: FileType,
}

/// The tree of the guest's files.
///
/// Paths are absolute. Everything that a link or a mount hides or shows is as the running guest
/// would see it.
pub struct Root {
    mounts: Vec<Mount>,
    is_windows: bool,
    limits: Limits,
    work: Cell<u64>,
    seen: RefCell<HashMap<String, Option<Metadata>>>,
}

impl Root {
    /// A tree of these mounts; one of them must be `/`.
    pub fn new(mut mounts: Vec<Mount>, limits: Limits) -> Self {
        // The longest point that fits a path is its mount.
        mounts.sort_by_key(|mount| std::cmp::Reverse(mount.point.len()));
        Self {
            mounts,
            is_windows: false,
            limits,
            work: Cell::new(0),
            seen: RefCell::default(),
        }
    }

    /// As [`new`](Self::new), of a Windows guest: `/` is its drive `C:`, places are shown as Windows
    /// writes them, and links are followed as Windows does.
    pub fn windows(mounts: Vec<Mount>, limits: Limits) -> Self {
        Self {
            is_windows: true,
            ..Self::new(mounts, limits)
        }
    }

    /// The mounts, those with the longest point first.
    pub fn mounts(&self) -> &[Mount] {
        &self.mounts
    }

    /// The mount that `path` lies on, links not followed.
    pub fn mount_of(&self, path: &str) -> Option<&Mount> {
        self.mount(path).map(|(mount, _)| mount)
    }

    /// What `path` is, links followed; none where there is nothing, or a link leads nowhere.
    ///
    /// # Errors
    /// [`Undetermined`] where it could not be read.
    pub fn metadata(&self, path: &str) -> Known<Option<Metadata>> {
        Ok(self.resolve(path, true)?.map(|found| found.metadata))
    }

    /// What `path` itself is: a link is a link.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata).
    pub fn link_metadata(&self, path: &str) -> Known<Option<Metadata>> {
        Ok(self.resolve(path, false)?.map(|found| found.metadata))
    }

    /// Whether `path` leads to something.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata).
    pub fn exists(&self, path: &str) -> Known<bool> {
        Ok(self.metadata(path)?.is_some())
    }

    /// The path that `path` really has, all links followed.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata).
    pub fn real_path(&self, path: &str) -> Known<Option<String>> {
        Ok(self.resolve(path, true)?.map(|found| found.path))
    }

    /// The target of the link `path`, as stored; none where it is no link or nothing.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata).
    pub fn read_link(&self, path: &str) -> Known<Option<String>> {
        match self.resolve(path, false)? {
            Some(found) if found.metadata.file_type == FileType::Symlink => {
                self.target(&found.path).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The bytes of the regular file `path`; none where there is no such file.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata); also where the file has more than `limit` bytes.
    pub fn bytes(&self, path: &str, limit: u64) -> Known<Option<Vec<u8>>> {
        let Some(found) = self.file(path)? else {
            return Ok(None);
        };
        let size = found.metadata.size;
        if size > limit.min(self.limits.file) {
            return Err(self.unknown(
                &found.path,
                &format!("it has {size} bytes, more than the {limit} that are read of such a file"),
            ));
        }
        self.part(&found.path, 0, size).map(Some)
    }

    /// At most `length` bytes of the regular file `path` from `offset`; none where there is no
    /// such file.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata).
    pub fn bytes_at(&self, path: &str, offset: u64, length: u64) -> Known<Option<Vec<u8>>> {
        let Some(found) = self.file(path)? else {
            return Ok(None);
        };
        let length = length.min(found.metadata.size.saturating_sub(offset));
        self.part(&found.path, offset, length.min(self.limits.file))
            .map(Some)
    }

    /// The text file `path` with the place that it really has; none where there is no such file.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes).
    pub fn text(&self, path: &str) -> Known<Option<TextFile>> {
        let Some(found) = self.file(path)? else {
            return Ok(None);
        };
        let Some(bytes) = self.bytes(&found.path, self.limits.text)? else {
            return Ok(None);
        };
        Ok(Some(TextFile {
            spot: self.spot(&found.path),
            text: String::from_utf8(bytes)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
        }))
    }

    /// The first of `paths` that is a file, as text.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn first_text(&self, paths: &[&str]) -> Known<Option<TextFile>> {
        for path in paths {
            if let Some(text) = self.text(path)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// The entries of the directory `path`, in the order of their names; none where there is no
    /// such directory. What is mounted in it is listed as the file system has it.
    ///
    /// # Errors
    /// As [`metadata`](Self::metadata); also where it has more entries than the limit.
    pub fn list(&self, path: &str) -> Known<Option<Vec<DirEntry>>> {
        let Some(found) = self.resolve(path, true)? else {
            return Ok(None);
        };
        if found.metadata.file_type != FileType::Directory {
            return Ok(None);
        }
        let entries = self.call(&found.path, |fs, inner| fs.list(inner, self.limits.entries))?;
        self.spend(
            &found.path,
            u64::try_from(entries.len()).unwrap_or(u64::MAX),
        )?;
        let mut entries: Vec<_> = entries
            .into_iter()
            .filter(|entry| !entry.name.contains(&b'/') && !entry.name.contains(&0))
            .map(|entry| {
                let name = to_text(&entry.name);
                DirEntry {
                    path: join(path, &name),
                    name,
                    file_type: entry.file_type,
                }
            })
            .collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Some(entries))
    }

    /// As [`list`](Self::list), with nothing where there is no such directory.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub fn entries(&self, path: &str) -> Known<Vec<DirEntry>> {
        Ok(self.list(path)?.unwrap_or_default())
    }

    /// The paths that a shell pattern (`*`, `?`, `[…]`) names, in the order of their names.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub fn glob(&self, pattern: &str) -> Known<Vec<String>> {
        glob::expand(self, pattern)
    }

    /// The place of `path`, whether or not there is something.
    pub fn spot(&self, path: &str) -> Spot {
        let (volume, partition) = match self.mount(path) {
            Some((mount, _)) => (Arc::clone(&mount.volume), mount.partition),
            None => (Arc::from("the guest"), None),
        };
        Spot {
            volume,
            partition,
            path: self.shown(path),
            line: None,
            registry: None,
        }
    }

    /// A path as the guest's users write it.
    fn shown(&self, path: &str) -> String {
        if self.is_windows {
            windows::shown(path, self.mount(path).map(|(mount, _)| &*mount.point))
        } else {
            path.to_owned()
        }
    }

    /// The place that `path` really has, all links followed; its own where it leads nowhere.
    pub fn real_spot(&self, path: &str) -> Spot {
        match self.real_path(path) {
            Ok(Some(real)) => self.spot(&real),
            _ => self.spot(path),
        }
    }

    fn unknown(&self, path: &str, why: &str) -> Undetermined {
        Undetermined::new(format!("{}: {why}", self.spot(path)))
    }

    /// Reads a part of the file that really has this path.
    fn part(&self, path: &str, offset: u64, length: u64) -> Known<Vec<u8>> {
        self.spend(path, length)?;
        let wanted = usize::try_from(length).unwrap_or(usize::MAX);
        self.call(path, |fs, inner| fs.read(inner, offset, wanted))
    }

    /// Counts work, and ends it where a guest costs more than any real one.
    fn spend(&self, path: &str, amount: u64) -> Known<()> {
        let spent = self.work.get().saturating_add(amount);
        self.work.set(spent);
        if spent > self.limits.work {
            return Err(self.unknown(
                path,
                &format!(
                    "more than {} bytes of this guest were read already",
                    self.limits.work
                ),
            ));
        }
        Ok(())
    }

    /// Calls the file system that `path` lies on, links not followed.
    fn call<T>(
        &self,
        path: &str,
        f: impl FnOnce(&dyn FileSystem, &[u8]) -> Result<T, FsError>,
    ) -> Known<T> {
        let Some((mount, inner)) = self.mount(path) else {
            return Err(self.unknown(path, "nothing is mounted there"));
        };
        match &mount.file_system {
            Ok(fs) => f(&**fs, &inner).map_err(|error| self.unknown(path, &error.to_string())),
            Err(reason) => Err(self.unknown(path, reason)),
        }
    }
}
