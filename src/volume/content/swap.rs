//! Swap space: a signature in the last ten bytes of its first page.

use uuid::Uuid;

use super::looked::{Looked, Verdict};
use super::{Content, SwapArea};
use crate::source::ReadError;

/// The sizes of a page that systems have: x86 4 KiB; others up to 64 KiB.
const PAGES: [u32; 5] = [4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10];

/// The second form has a header at byte 1024; the first has none. What holds a hibernated system
/// is a swap area too, with another signature in the same place.
const WITH_HEADER: [&[u8]; 5] = [
    b"SWAPSPACE2",
    b"S1SUSPEND\0",
    b"S2SUSPEND\0",
    b"ULSUSPEND\0",
    b"LINHIB0001",
];

/// Swap space of any page size.
pub(super) fn swap(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    for page in PAGES {
        let offset = page.saturating_sub(10);
        let at = usize::try_from(offset).unwrap_or(usize::MAX);
        let with_header = WITH_HEADER.into_iter().any(|magic| looked.has(at, magic));
        if with_header || looked.has(at, b"SWAP-SPACE") {
            let (uuid, label) = if with_header {
                header(looked)
            } else {
                (None, None)
            };
            return Ok(Verdict::sure(Content::Swap(SwapArea {
                uuid,
                label,
                offset: u64::from(offset),
            })));
        }
    }
    Ok(None)
}

/// UUID and label of the header; none where they are not set.
fn header(looked: &Looked<'_>) -> (Option<String>, Option<String>) {
    let header = looked.front("swap header", 1024);
    let uuid = header.array::<16>("sws_uuid", 12).ok();
    let uuid = uuid.map(Uuid::from_bytes).filter(|uuid| !uuid.is_nil());
    let label = header.bytes("sws_volume", 28, 16).ok().map(|bytes| {
        let text: Vec<u8> = bytes
            .iter()
            .copied()
            .take_while(|byte| *byte != 0)
            .collect();
        String::from_utf8_lossy(&text).into_owned()
    });
    (
        uuid.map(|uuid| uuid.to_string()),
        label.filter(|label| !label.is_empty()),
    )
}
