//! A metadata area of LVM2: a ring of texts, of which the header names the one that counts.

use super::label;
use crate::bytes::{FieldError, Fields};
use crate::source::{ReadAt, ReadError};

const MAGIC: &[u8; 16] = b" LVM2 x[5A%r0N*>";
/// The header's size; the ring follows it.
const HEADER: u64 = 512;
/// The text of a group of thousands of volumes has a MiB or two.
const MAX_TEXT: u64 = 4 << 20;
/// `RAW_LOCN_IGNORED`: the area is kept but not written, so that its text may be an old one.
const IGNORED: u32 = 1;

/// Which text counts in an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    /// First byte, from the start of the area.
    offset: u64,
    /// Size in bytes.
    pub(super) size: u64,
    /// LVM2's checksum of it.
    pub(super) checksum: u32,
}

/// Why an area gives no text: what the system said, or what is wrong with the area.
pub(super) enum AreaError {
    /// The image changed.
    Changed(ReadError),
    /// Anything else.
    Wrong(String),
}

impl From<FieldError> for AreaError {
    fn from(error: FieldError) -> Self {
        Self::Wrong(error.to_string())
    }
}

impl From<ReadError> for AreaError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Changed { .. } => Self::Changed(error),
            _ => Self::Wrong(error.to_string()),
        }
    }
}

/// Which text counts in the area of `size` bytes at `start`; none where there is none, or the area
/// is not in use.
pub(super) fn header(
    volume: &dyn ReadAt,
    (start, size): (u64, u64),
) -> Result<Option<Text>, AreaError> {
    let bytes = volume.read_vec(start, usize::try_from(HEADER).unwrap_or(512))?;
    let fields = Fields::new("LVM2 metadata area header", start, &bytes);
    if &fields.array::<16>("magic", 4)? != MAGIC {
        return Err(wrong(start, "has no header".to_owned()));
    }
    let found = fields.u32_le("checksum_xl", 0)?;
    let right = label::checksum(&[bytes.get(4..).unwrap_or_default()]);
    if found != right {
        return Err(wrong(
            start,
            format!("has a header with the checksum 0x{found:08x}, but 0x{right:08x} is right"),
        ));
    }
    let version = fields.u32_le("version", 20)?;
    let (own_start, own_size) = (fields.u64_le("start", 24)?, fields.u64_le("size", 32)?);
    if version != 1 || own_start != start || own_size != size {
        return Err(wrong(
            start,
            format!(
                "of {size} bytes says that it is of version {version} and has {own_size} bytes at \
                 byte {own_start}"
            ),
        ));
    }
    let text = Text {
        offset: fields.u64_le("raw_locn offset", 40)?,
        size: fields.u64_le("raw_locn size", 48)?,
        checksum: fields.u32_le("raw_locn checksum", 56)?,
    };
    if fields.u32_le("raw_locn flags", 60)? & IGNORED != 0 || text.offset == 0 {
        return Ok(None);
    }
    let room = size.saturating_sub(HEADER);
    if !(HEADER..size).contains(&text.offset) || text.size > room || text.size > MAX_TEXT {
        return Err(wrong(
            start,
            format!(
                "of {size} bytes says that its text has {} bytes from byte {} on (at most \
                 {MAX_TEXT} are read)",
                text.size, text.offset
            ),
        ));
    }
    Ok(Some(text))
}

/// Reads a text of the area of `size` bytes at `start`. A text that reaches the end of the ring goes
/// on behind the header.
pub(super) fn text(
    volume: &dyn ReadAt,
    (start, size): (u64, u64),
    text: Text,
) -> Result<Vec<u8>, AreaError> {
    let first = text.size.min(size.saturating_sub(text.offset));
    let rest = text.size.saturating_sub(first);
    let piece = |offset: u64, len: u64| {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        volume.read_vec(start.saturating_add(offset), len)
    };
    let mut bytes = piece(text.offset, first)?;
    if rest > 0 {
        bytes.extend(piece(HEADER, rest)?);
    }
    let right = label::checksum(&[&bytes]);
    if right != text.checksum {
        return Err(wrong(
            start,
            format!(
                "says that its text has the checksum 0x{:08x}, but the text has 0x{right:08x}",
                text.checksum
            ),
        ));
    }
    Ok(bytes)
}

fn wrong(start: u64, what: String) -> AreaError {
    AreaError::Wrong(format!("the metadata area at byte {start} {what}"))
}
