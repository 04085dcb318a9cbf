//! What has to move: the units that an uploader sends.

use super::inputs::Uploader;
use crate::scan::{Content, Outline};

/// Bytes, and the requests that carry them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// Bytes.
    pub bytes: u64,
    /// Requests.
    pub requests: u64,
}

/// What has to move of a disk, by the unit that is tested for zero. The container's own 512 bytes
/// of footer are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payload {
    /// In units of 2 MiB.
    pub at_2m: Moved,
    /// In units of 4 MiB.
    pub at_4m: Moved,
    /// Whether the content was looked at. Otherwise the numbers are bounds from above: units that
    /// hold stored bytes, which may be zeros.
    pub scanned: bool,
    /// Bytes of the disk that were not at hand and are not counted.
    pub unavailable_bytes: u64,
}

impl Payload {
    /// What `uploader` sends of a disk of `virtual_bytes` bytes.
    pub fn moved_by(&self, uploader: Uploader, virtual_bytes: u64) -> Moved {
        match uploader {
            Uploader::AzCopy => self.at_4m,
            Uploader::AzureVhdUtils => self.at_2m,
            Uploader::WholeFile => Moved {
                bytes: virtual_bytes,
                requests: virtual_bytes.div_ceil(uploader.request_bytes()),
            },
        }
    }

    /// Whether what `uploader` sends is known, and not merely bounded from above.
    pub fn is_exact(&self, uploader: Uploader) -> bool {
        uploader == Uploader::WholeFile || (self.scanned && self.unavailable_bytes == 0)
    }
}

impl From<&Content> for Payload {
    fn from(content: &Content) -> Self {
        Self {
            at_2m: Moved {
                bytes: content.non_zero.at_2m,
                requests: content.chunks_2m,
            },
            at_4m: Moved {
                bytes: content.non_zero.at_4m,
                requests: content.chunks_4m,
            },
            scanned: true,
            unavailable_bytes: content.unavailable_bytes,
        }
    }
}

impl From<&Outline> for Payload {
    fn from(outline: &Outline) -> Self {
        Self {
            at_2m: Moved {
                bytes: outline.data_at_2m,
                requests: outline.chunks_2m,
            },
            at_4m: Moved {
                bytes: outline.data_at_4m,
                requests: outline.chunks_4m,
            },
            scanned: false,
            unavailable_bytes: outline.unavailable_bytes,
        }
    }
}
