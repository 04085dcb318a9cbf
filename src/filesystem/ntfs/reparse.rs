//! Reparse points (MS-FSCC, 2.1.2): links, and files whose content is elsewhere.

use super::super::{FileType, FsError};
use super::bad;
use super::names::to_bytes;
use super::record::units;
use crate::bytes::Fields;

const MOUNT_POINT: u32 = 0xa000_0003;
const SYMLINK: u32 = 0xa000_000c;
/// A symbolic link of the Windows Subsystem for Linux.
const LX_SYMLINK: u32 = 0xa000_001d;
const WOF: u32 = 0x8000_0017;
/// Bit of tags whose directories hold what is listed in them.
const DIRECTORY: u32 = 0x1000_0000;

/// The stream that holds the content of a file that WOF compressed.
pub(super) const WOF_STREAM: &str = "WofCompressedData";

/// A reparse point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reparse<'a> {
    pub(super) tag: u32,
    fields: Fields<'a>,
}

impl<'a> Reparse<'a> {
    /// Parses the attribute's bytes.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, FsError> {
        let fields = Fields::new("NTFS reparse point", 0, bytes);
        Ok(Self {
            tag: fields.u32_le("ReparseTag", 0).map_err(bad)?,
            fields,
        })
    }

    /// The type of a file with this reparse point.
    pub(super) fn file_type(&self, directory: bool) -> FileType {
        match self.tag {
            MOUNT_POINT | SYMLINK | LX_SYMLINK => FileType::Symlink,
            // Sockets, pipes, character and block devices of that subsystem.
            0x8000_0023..=0x8000_0026 => FileType::Special,
            _ if directory => FileType::Directory,
            _ => FileType::File,
        }
    }

    /// Where the link leads, as stored: the substitute name of Windows' links.
    pub(super) fn target(&self) -> Result<Vec<u8>, FsError> {
        let buffer = match self.tag {
            MOUNT_POINT => 16_usize,
            SYMLINK => 20,
            _ => {
                // A number for the version, then text that is UTF-8 already.
                let length = usize::from(self.fields.u16_le("DataLength", 4).map_err(bad)?);
                let text = self.fields.bytes("Target", 12, length.saturating_sub(4));
                return Ok(text.map_err(bad)?.to_vec());
            }
        };
        let at = usize::from(self.fields.u16_le("SubstituteNameOffset", 8).map_err(bad)?);
        let length = self
            .fields
            .u16_le("SubstituteNameLength", 10)
            .map_err(bad)?;
        let name = self
            .fields
            .bytes("PathBuffer", buffer.saturating_add(at), length.into());
        Ok(to_bytes(&units(name.map_err(bad)?)))
    }

    /// Why the content cannot be read although the file is there.
    pub(super) fn obstacle(&self) -> FsError {
        let tag = self.tag;
        FsError::Unsupported(match tag {
            WOF => wof(self.fields.u32_le("Provider", 12).ok(), self.algorithm()),
            0x8000_0013 => "a file that data deduplication took apart".to_owned(),
            0x8000_001b => "an alias of an app (AppExecLink)".to_owned(),
            tag if tag & 0xffff_0fff == 0x9000_001a => {
                format!("a file that a cloud service holds (reparse tag 0x{tag:08x})")
            }
            _ => format!("a file with the reparse tag 0x{tag:08x}"),
        })
    }

    fn algorithm(&self) -> Option<u32> {
        self.fields.u32_le("Algorithm", 20).ok()
    }

    /// Whether a directory with it holds what is listed in it.
    pub(super) fn is_plain_directory(&self) -> bool {
        self.tag & DIRECTORY != 0
    }
}

/// What a file is that the Windows Overlay Filter compressed, by its provider and algorithm.
pub(super) fn wof(provider: Option<u32>, algorithm: Option<u32>) -> String {
    let algorithm = match (provider, algorithm) {
        (Some(1), _) => "of a WIM file",
        (_, Some(0)) => "XPRESS4K",
        (_, Some(1)) => "LZX",
        (_, Some(2)) => "XPRESS8K",
        (_, Some(3)) => "XPRESS16K",
        _ => "an unknown algorithm",
    };
    format!("a file that is compressed by WOF ({algorithm})")
}
