//! Parent locators: where a differencing disk says that its parent is.

use super::field::ascii;
use crate::bytes::{FieldError, Fields, utf16};
use crate::source::ReadAt;

/// No path that a real writer stores is longer; more is not read.
const MOST: u32 = 64 * 1024;

/// One of the eight locator entries of the dynamic header, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentLocator {
    /// Position in the table, from 0.
    pub index: u8,
    /// Byte offset of the entry in the image.
    pub offset: u64,
    /// What kind of path it is: `W2ru`, `W2ku`, `MacX`, …
    pub platform_code: [u8; 4],
    /// Space kept for the path: sectors by the specification, bytes by every real writer.
    pub data_space: u32,
    /// Bytes of the path.
    pub data_length: u32,
    /// Byte offset of the path in the image.
    pub data_offset: u64,
}

/// A path that a locator holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocatedPath {
    /// `W2ru`: relative to the folder of the child, with backslashes.
    RelativeWindows(String),
    /// `W2ku`: absolute, with a drive or a server.
    AbsoluteWindows(String),
    /// `MacX`: a file URL.
    FileUrl(String),
    /// A kind that cannot be decoded here (`Mac `, `Wi2r`, `Wi2k`).
    Other,
}

impl ParentLocator {
    pub(super) fn parse(
        index: u8,
        fields: &Fields<'_>,
        at: usize,
        base: u64,
    ) -> Result<Self, FieldError> {
        const NAME: &str = "parent locator entry";
        Ok(Self {
            index,
            offset: base.saturating_add(u64::try_from(at).unwrap_or(0)),
            platform_code: fields.array(NAME, at)?,
            data_space: fields.u32_be(NAME, at.saturating_add(4))?,
            data_length: fields.u32_be(NAME, at.saturating_add(8))?,
            data_offset: fields.u64_be(NAME, at.saturating_add(16))?,
        })
    }

    /// Whether the entry holds anything: garbage without a platform code counts, as some readers
    /// stumble over it.
    pub fn is_used(&self) -> bool {
        self.platform_code != [0; 4] || self.data_length != 0 || self.data_offset != 0
    }

    /// The bytes of the image that hold the path, if they are within its `length` bytes.
    ///
    /// # Errors
    /// What is wrong with the entry.
    pub fn range(&self, length: u64) -> Result<std::ops::Range<u64>, String> {
        let end = self
            .data_offset
            .checked_add(u64::from(self.data_length))
            .filter(|end| *end <= length);
        match end {
            Some(end) => Ok(self.data_offset..end),
            None => Err(format!(
                "{} bytes at offset {} lie outside of the image's {length} bytes",
                self.data_length, self.data_offset
            )),
        }
    }

    /// Reads the path.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(&self, image: &dyn ReadAt) -> Result<LocatedPath, String> {
        self.range(image.len())?;
        if self.data_length > MOST {
            return Err(format!(
                "a path of {} bytes is beyond the limit of {MOST}",
                self.data_length
            ));
        }
        let len = usize::try_from(self.data_length).unwrap_or(0);
        let bytes = image
            .read_vec(self.data_offset, len)
            .map_err(|error| error.to_string())?;
        Ok(match &self.platform_code {
            b"W2ru" => LocatedPath::RelativeWindows(utf16(&bytes, false)),
            b"W2ku" => LocatedPath::AbsoluteWindows(utf16(&bytes, false)),
            b"MacX" => LocatedPath::FileUrl(
                String::from_utf8_lossy(&bytes)
                    .trim_end_matches('\0')
                    .to_owned(),
            ),
            _ => LocatedPath::Other,
        })
    }
}

impl std::fmt::Display for ParentLocator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "entry {} {}: {} bytes at offset {}, space {}",
            self.index,
            ascii(&self.platform_code),
            self.data_length,
            self.data_offset,
            self.data_space
        )
    }
}
