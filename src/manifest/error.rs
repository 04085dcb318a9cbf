//! Why a file is refused as a manifest.

use std::io;
use std::sync::Arc;

/// Why a file is refused as a manifest. The place is named wherever there is one.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ManifestError {
    /// The system could not read it.
    #[error("the manifest cannot be read at byte {offset}: {error}")]
    Io {
        /// Byte offset in the file.
        offset: u64,
        /// What the system said.
        #[source]
        error: Arc<io::Error>,
    },
    /// It begins with something else.
    #[error("this is no manifest: it begins with the bytes {found}, a manifest with {expected}")]
    Foreign {
        /// The first bytes that it should have, in hexadecimal.
        expected: String,
        /// Those that it has.
        found: String,
    },
    /// It is of a version that this program does not know.
    #[error(
        "the manifest is of version {found}, this program reads version {known}: use the version \
         of vhd-preflight that wrote it, or make the manifest anew from the image"
    )]
    Version {
        /// The version that it names.
        found: u16,
        /// The one that is read.
        known: u16,
    },
    /// It ends too early.
    #[error("the manifest ends within {field} at byte {offset}: it was cut short")]
    Truncated {
        /// What was being read.
        field: &'static str,
        /// Byte offset where that begins.
        offset: u64,
    },
    /// Something in it is not as it must be.
    #[error("the manifest is damaged: {field} at byte {offset} is {found}, expected {expected}")]
    Damaged {
        /// What it is.
        field: &'static str,
        /// Byte offset where it begins.
        offset: u64,
        /// What would be right.
        expected: String,
        /// What is there.
        found: String,
    },
}
