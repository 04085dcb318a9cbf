//! The bytes of a volume in which signatures are looked for.

use crate::bytes::{Fields, is_zero};
use crate::known::{Known, Undetermined};
use crate::source::{ReadAt, ReadError};

use super::Content;

/// Bytes that are read of the start: enough for btrfs', UFS2's and a 64 KiB page's swap signature.
const FRONT: u64 = 68 << 10;

/// What one check says.
pub(super) enum Verdict {
    /// The signature is there, and what stands round it agrees.
    Sure(Content),
    /// The signature is there, but what stands round it contradicts it: how.
    Doubtful(String),
}

impl Verdict {
    /// A certain answer, as the checks return it.
    pub(super) fn sure(content: Content) -> Option<Self> {
        Some(Self::Sure(content))
    }
}

/// A volume whose start has been read.
pub(super) struct Looked<'a> {
    source: &'a dyn ReadAt,
    front: Vec<u8>,
    unread: Option<String>,
}

impl<'a> Looked<'a> {
    /// Reads the start.
    pub(super) fn at(source: &'a dyn ReadAt) -> Result<Known<Self>, ReadError> {
        let len = usize::try_from(source.len().min(FRONT)).unwrap_or(0);
        match source.read_vec(0, len) {
            Ok(front) => Ok(Ok(Self {
                source,
                front,
                unread: None,
            })),
            Err(error @ ReadError::Changed { .. }) => Err(error),
            Err(error) => Ok(Err(Undetermined::new(format!(
                "its first {len} bytes cannot be read: {error}"
            )))),
        }
    }

    /// Size of the volume in bytes.
    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// The start of the volume as a structure that begins at `at`; without bytes where it lies
    /// outside of it.
    pub(super) fn front(&self, structure: &'static str, at: usize) -> Fields<'_> {
        let bytes = self.front.get(at..).unwrap_or_default();
        Fields::new(structure, u64::try_from(at).unwrap_or(u64::MAX), bytes)
    }

    /// Whether `magic` stands at byte `at` of the start.
    pub(super) fn has(&self, at: usize, magic: &[u8]) -> bool {
        self.front
            .get(at..)
            .is_some_and(|bytes| bytes.starts_with(magic))
    }

    /// Whether the start is nothing but zeros.
    pub(super) fn is_blank(&self) -> bool {
        is_zero(&self.front)
    }

    /// `len` bytes at `offset`; none where they lie outside of the volume or cannot be read, which
    /// is remembered.
    pub(super) fn read(&mut self, offset: u64, len: usize) -> Result<Option<Vec<u8>>, ReadError> {
        match self.source.read_vec(offset, len) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error @ ReadError::Changed { .. }) => Err(error),
            Err(ReadError::OutOfBounds { .. }) => Ok(None),
            Err(error) => {
                self.unread.get_or_insert_with(|| {
                    format!(
                        "there is no signature at its start, and {len} bytes at offset {offset}, \
                         where others stand, cannot be read: {error}"
                    )
                });
                Ok(None)
            }
        }
    }

    /// What could not be read, if anything.
    pub(super) fn unread(&self) -> Option<String> {
        self.unread.clone()
    }
}
