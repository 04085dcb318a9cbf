//! Positional, read-only bytes: files, memory maps, windows of other sources.
//!
//! Everything above this layer reads through [`ReadAt`], so that a parser neither knows nor cares
//! whether its bytes come from a file, a dynamic disk's blocks or a test's vector.

mod file;
mod map;
mod memory;
mod window;

use std::io;
use std::ops::Range;
use std::sync::Arc;

pub use file::{FileIdentity, ImageFile, IoChoice, OpenError};
pub use memory::MemorySource;
pub use window::Window;

/// Why bytes could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The range lies outside of the source.
    #[error("{len} bytes at offset {offset} lie outside of the {size} bytes that there are")]
    OutOfBounds {
        /// Byte offset of the read.
        offset: u64,
        /// Bytes asked for.
        len: u64,
        /// Size of the source in bytes.
        size: u64,
    },
    /// The file shrank or was written to while it was read: nothing that was read can be trusted.
    #[error("the file changed while it was read: {detail}")]
    Changed {
        /// What was seen.
        detail: String,
    },
    /// The bytes belong to something that is not at hand, such as a missing parent disk.
    #[error("{reason}")]
    Unavailable {
        /// What is missing.
        reason: Arc<str>,
    },
    /// The operating system refused the read.
    #[error("reading at offset {offset}: {error}")]
    Io {
        /// Byte offset of the read.
        offset: u64,
        /// The system's answer.
        error: Arc<io::Error>,
    },
}

/// What is known of a range without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtentKind {
    /// Stored bytes: zero or not.
    Data,
    /// Reads as zeros and takes no space: a hole of the file, an unallocated block.
    Hole,
    /// Cannot be read, because what holds it is not at hand.
    Unavailable,
}

/// A range of a source of one [`ExtentKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// First byte.
    pub start: u64,
    /// One past the last byte.
    pub end: u64,
    /// What is known of it.
    pub kind: ExtentKind,
}

impl Extent {
    /// Length in bytes.
    pub fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the extent has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Read-only bytes that can be read at any place, by many threads at once.
pub trait ReadAt: Send + Sync {
    /// Size in bytes.
    fn len(&self) -> u64;

    /// Whether there are no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buf` with the bytes at `offset`.
    ///
    /// # Errors
    /// [`ReadError`]; `buf` then holds nothing that may be used.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError>;

    /// As [`read_at`](Self::read_at), for the pass over all content: bytes that are looked at once
    /// and not again. A source that keeps what was read (a memory map) reads these another way, so
    /// that the memory of the process does not grow with the image.
    ///
    /// # Errors
    /// As [`read_at`](Self::read_at).
    fn read_bulk_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.read_at(offset, buf)
    }

    /// The extent at `offset`: it starts there and reaches to where its kind changes, or less
    /// far; `offset` must be below [`len`](Self::len). Found without reading the bytes.
    ///
    /// # Errors
    /// [`ReadError`] when `offset` is out of bounds or the system cannot tell.
    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError>;
}

impl dyn ReadAt + '_ {
    /// The extents of `range`, in order and one at a time: a fragmented file has millions of
    /// them, so they are never gathered here. Neighbours of one kind are joined.
    pub fn extents(&self, range: Range<u64>) -> Extents<'_> {
        Extents {
            source: self,
            at: range.start,
            end: range.end.min(self.len()),
            pending: None,
        }
    }

    /// Reads `len` bytes at `offset` into a new vector. For structures of known, small size:
    /// whoever calls with a length that comes from the image checks it before.
    ///
    /// # Errors
    /// As [`ReadAt::read_at`]; a range outside of the source costs no memory.
    pub fn read_vec(&self, offset: u64, len: usize) -> Result<Vec<u8>, ReadError> {
        check_bounds(offset, len, self.len())?;
        let mut bytes = vec![0; len];
        self.read_at(offset, &mut bytes)?;
        Ok(bytes)
    }
}

/// Iterator over the extents of a range.
pub struct Extents<'a> {
    source: &'a dyn ReadAt,
    at: u64,
    end: u64,
    pending: Option<Extent>,
}

impl Extents<'_> {
    fn raw_next(&mut self) -> Option<Result<Extent, ReadError>> {
        if self.at >= self.end {
            return None;
        }
        match self.source.extent_at(self.at) {
            Ok(mut extent) => {
                extent.start = self.at;
                // A source that answers with an empty extent would hold us here for ever.
                extent.end = extent.end.clamp(self.at.saturating_add(1), self.end);
                self.at = extent.end;
                Some(Ok(extent))
            }
            Err(error) => {
                self.at = self.end;
                Some(Err(error))
            }
        }
    }
}

impl Iterator for Extents<'_> {
    type Item = Result<Extent, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut current = match self.pending.take() {
            Some(extent) => extent,
            None => match self.raw_next()? {
                Ok(extent) => extent,
                Err(error) => return Some(Err(error)),
            },
        };
        loop {
            match self.raw_next() {
                None => return Some(Ok(current)),
                Some(Ok(next)) if next.kind == current.kind => current.end = next.end,
                Some(Ok(next)) => {
                    self.pending = Some(next);
                    return Some(Ok(current));
                }
                Some(Err(error)) => return Some(Err(error)),
            }
        }
    }
}

/// Checks that `len` bytes at `offset` lie within `size` bytes.
pub(crate) fn check_bounds(offset: u64, len: usize, size: u64) -> Result<(), ReadError> {
    let len = u64::try_from(len).unwrap_or(u64::MAX);
    match offset.checked_add(len) {
        Some(end) if end <= size => Ok(()),
        _ => Err(ReadError::OutOfBounds { offset, len, size }),
    }
}
