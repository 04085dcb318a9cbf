//! Why a pass could not be made.

use std::sync::Arc;

use crate::source::ReadError;

/// The pass ended before it was through. What was read until then is not reported.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ScanError {
    /// A place of the disk could not be read.
    #[error("the content cannot be read at byte {offset} of the disk: {error}")]
    Disk {
        /// Byte offset on the disk of the read, or of the extent that was asked for.
        offset: u64,
        /// What the source said.
        #[source]
        error: ReadError,
    },
    /// A place of the file, read for its own digests, could not be read.
    #[error("the file cannot be read at byte {offset} for its digest: {error}")]
    File {
        /// Byte offset in the file.
        offset: u64,
        /// What the source said.
        #[source]
        error: ReadError,
    },
    /// [`Cancel`](super::Cancel) was set.
    #[error("the pass over the content was cancelled")]
    Cancelled,
    /// The system did not give the threads.
    #[error("threads for the pass over the content cannot be started: {reason}")]
    Threads {
        /// What the system said.
        reason: Arc<str>,
    },
}

impl ScanError {
    pub(super) fn disk(offset: u64, error: ReadError) -> Self {
        Self::Disk { offset, error }
    }

    pub(super) fn threads(error: impl std::fmt::Display) -> Self {
        Self::Threads {
            reason: error.to_string().into(),
        }
    }

    /// An error of a pass over the file itself, whose offsets are those of the file.
    pub(super) fn in_file(self) -> Self {
        match self {
            Self::Disk { offset, error } => Self::File { offset, error },
            other => other,
        }
    }

    /// What the source said, where it was a read that failed.
    pub fn read_error(&self) -> Option<&ReadError> {
        match self {
            Self::Disk { error, .. } | Self::File { error, .. } => Some(error),
            Self::Cancelled | Self::Threads { .. } => None,
        }
    }

    /// Whether the image was written to or cut shorter during the pass, so that whatever else was
    /// read of it is in doubt too.
    pub fn is_changed(&self) -> bool {
        matches!(self.read_error(), Some(ReadError::Changed { .. }))
    }

    /// Whether the pass was ended by its [`Cancel`](super::Cancel).
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }
}
