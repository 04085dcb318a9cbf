//! Why a pass could not be made.

use crate::source::ReadError;

/// The pass ended at a place that could not be read. What was read until then is not reported.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the content cannot be read at byte {offset} of the disk: {error}")]
pub struct ScanError {
    /// Byte offset on the disk of the read, or of the extent that was asked for.
    pub offset: u64,
    /// What the source said.
    #[source]
    pub error: ReadError,
}

impl ScanError {
    /// Whether the image was written to or cut shorter during the pass, so that whatever else was
    /// read of it is in doubt too.
    pub fn is_changed(&self) -> bool {
        matches!(self.error, ReadError::Changed { .. })
    }
}
