//! Logs of the old format: a bitmap of the pages of 512 bytes that are dirty, then the pages.

use super::super::base_block::{BaseBlock, LENGTH};

/// The front of the bitmap.
pub(super) const SIGNATURE: &[u8; 4] = b"DIRT";
/// Bytes of a page, whatever the sector of the disk is.
const PAGE: usize = 512;
/// Bytes of the hive bins data that one byte of the bitmap is for.
const BLOCK: usize = 4096;

/// The dirty pages of the log, whose bitmap is at `at`, with their offsets in the hive bins data.
///
/// # Errors
/// Why it has none that are whole, fit to be printed after "the log".
pub(super) fn pages<'a>(
    log: &'a [u8],
    at: usize,
    base: &BaseBlock,
) -> Result<Vec<(usize, &'a [u8])>, String> {
    let rest = log.get(at..).unwrap_or_default();
    let Some(rest) = rest.strip_prefix(SIGNATURE) else {
        return Err(format!("has no dirty vector at offset {at}"));
    };
    let length = usize::try_from(base.bins_size).unwrap_or(usize::MAX) / BLOCK;
    let bitmap = rest.get(..length).ok_or("ends in its dirty vector")?;
    // The pages start at the next sector, and `at` is one sector.
    let mut from = at
        .saturating_add(SIGNATURE.len())
        .saturating_add(length)
        .next_multiple_of(at.max(PAGE));
    let mut pages = Vec::new();
    let dirty = bitmap.iter().enumerate().flat_map(|(index, byte)| {
        let first = index.saturating_mul(BLOCK);
        (0_usize..8)
            .filter(move |bit| byte >> bit & 1 == 1)
            .map(move |bit| first.saturating_add(bit.saturating_mul(PAGE)))
    });
    for offset in dirty {
        let until = from.saturating_add(PAGE);
        let page = log.get(from..until).ok_or("ends in its dirty pages")?;
        pages.push((offset, page));
        from = until;
    }
    if pages.is_empty() {
        return Err("has no dirty page".into());
    }
    Ok(pages)
}

/// Whether a page that replaces the front of a hive bin is the front of one: nothing else in this
/// format shows that the log is that of this hive and was written to its end.
///
/// # Errors
/// That it is not, fit to be printed after "the log".
pub(super) fn check(hive: &[u8], pages: &[(usize, &[u8])]) -> Result<(), String> {
    for (offset, page) in pages {
        let there = hive
            .get(offset.saturating_add(LENGTH)..)
            .unwrap_or_default();
        let at = u32::try_from(*offset).unwrap_or(u32::MAX).to_le_bytes();
        let front = |bytes: &[u8]| bytes.starts_with(b"hbin") && bytes.get(4..8) == Some(&at);
        if front(there) && !front(page) {
            return Err(format!("has no hive bin for offset {offset}"));
        }
    }
    Ok(())
}
