//! Logs of the new format (Windows 8.1 and later): log entries of dirty pages, one behind another.

use super::{super::base_block::is_bins_size, marvin32};
use crate::bytes::{FieldError, Fields};

/// The front of each entry.
pub(super) const SIGNATURE: &[u8; 4] = b"HvLE";
/// Bytes in front of the page references.
const HEADER: usize = 40;
/// What the size of an entry is a multiple of.
const SECTOR: usize = 512;

/// One log entry whose hashes are right.
pub(super) struct Entry<'a> {
    /// Bytes of it in the log.
    pub(super) size: usize,
    /// Bytes of the hive bins data after it.
    pub(super) bins_size: u32,
    /// The dirty pages, with their offsets in the hive bins data.
    pub(super) pages: Vec<(usize, &'a [u8])>,
}

/// Reads the entry at `at`, which has to have this sequence number.
///
/// # Errors
/// Why there is none, fit to be printed after "the log entry". Old entries and whatever else was
/// in the log are expected behind the last one.
pub(super) fn read(log: &[u8], at: usize, sequence: u32) -> Result<Entry<'_>, String> {
    let rest = log.get(at..).unwrap_or_default();
    let base = u64::try_from(at).unwrap_or(u64::MAX);
    let fields = Fields::new("log entry", base, rest);
    let short = |error: FieldError| format!("is not whole: {error}");
    if !rest.starts_with(SIGNATURE) {
        return Err(format!("is not at offset {at} of the log"));
    }
    let word = |field, at| fields.u32_le(field, at).map_err(short);
    let size = usize::try_from(word("size", 4)?).unwrap_or(usize::MAX);
    if size < SECTOR || !size.is_multiple_of(SECTOR) {
        return Err(format!("has a size of {size} bytes"));
    }
    let whole = fields.bytes("whole entry", 0, size).map_err(short)?;
    let header = fields.bytes("header", 0, 32).map_err(short)?;
    let body = whole.get(HEADER..).unwrap_or_default();
    let hash = |field, at| fields.u64_le(field, at).map_err(short);
    if hash("hash-2", 32)? != marvin32(header) || hash("hash-1", 24)? != marvin32(body) {
        return Err("has a wrong hash".into());
    }
    let found = word("sequence number", 12)?;
    if found != sequence {
        return Err(format!(
            "has sequence number {found} where {sequence} is next"
        ));
    }
    let bins_size = word("hive bins data size", 16)?;
    if !is_bins_size(bins_size) {
        return Err(format!("has a hive bins data size of {bins_size} bytes"));
    }
    let count = usize::try_from(word("dirty pages count", 20)?).unwrap_or(usize::MAX);
    let whole = Fields::new("log entry", base, whole);
    let references = whole
        .bytes("dirty page references", HEADER, count.saturating_mul(8))
        .map_err(short)?;
    let mut data = HEADER.saturating_add(references.len());
    let mut pages = Vec::new();
    for [o0, o1, o2, o3, length @ ..] in references.as_chunks::<8>().0 {
        let number = |bytes| usize::try_from(u32::from_le_bytes(bytes)).unwrap_or(usize::MAX);
        let length = number(*length);
        let page = whole.bytes("dirty page", data, length).map_err(short)?;
        data = data.saturating_add(length);
        pages.push((number([*o0, *o1, *o2, *o3]), page));
    }
    if pages.is_empty() {
        return Err("has no page".into());
    }
    Ok(Entry {
        size,
        bins_size,
        pages,
    })
}
