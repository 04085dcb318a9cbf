//! ndb, rpm's own format: a table of slots, each with the place of a header.

use super::error::RpmError;
use super::{Files, Sink};
use crate::bytes::Fields;

const PAGE: usize = 4096;
/// Unit of a header's place and length.
const BLOCK: usize = 16;
/// The file's own header takes the first two slots.
const FIRST_SLOT: usize = 2;
const SLOT: usize = 16;
const FRAME: usize = 16;
const END: usize = 12;

pub(super) fn read(files: &Files, sink: Sink<'_>) -> Result<(), RpmError> {
    let main = &files.main;
    if main.is_empty() {
        return Err(RpmError::corrupt("the file is empty"));
    }
    let file = Fields::new("ndb header", 0, main);
    if file.bytes("magic", 0, 4)? != b"RpmP" {
        return Err(RpmError::corrupt("no ndb signature"));
    }
    let version = file.u32_le("version", 4)?;
    if version != 0 {
        return Err(RpmError::Unsupported(format!("ndb version {version}")));
    }
    let slot_pages = to_usize(file.u32_le("slot pages", 12)?);
    let slots = file.bytes("slots", 0, slot_pages.saturating_mul(PAGE))?;
    // Blocks do not overlap, so that the bytes that are read are never more than the file's.
    let mut budget = main.len();
    for slot in slots.chunks_exact(SLOT).skip(FIRST_SLOT) {
        let slot = Fields::new("ndb slot", 0, slot);
        if slot.bytes("magic", 0, 4)? != b"Slot" {
            return Err(RpmError::corrupt("a slot has no signature"));
        }
        let index = slot.u32_le("package", 4)?;
        let offset = slot.u32_le("block offset", 8)?;
        let count = slot.u32_le("block count", 12)?;
        if index == 0 {
            continue;
        }
        let length = to_usize(count).saturating_mul(BLOCK);
        budget = budget
            .checked_sub(length)
            .ok_or_else(|| RpmError::corrupt("its headers are longer than the file"))?;
        let blob = file.bytes("header", to_usize(offset).saturating_mul(BLOCK), length)?;
        sink(header(blob, index)?)?;
    }
    Ok(())
}

/// The header inside of its frame.
fn header(blob: &[u8], index: u32) -> Result<&[u8], RpmError> {
    let fields = Fields::new("ndb header frame", 0, blob);
    let length = to_usize(fields.u32_le("length", 12)?);
    let end = blob.len().saturating_sub(END);
    let sound = fields.bytes("magic", 0, 4)? == b"BlbS"
        && fields.u32_le("package", 4)? == index
        && to_usize(fields.u32_le("length at the end", end.saturating_add(4))?) == length
        && fields.bytes("magic at the end", end.saturating_add(8), 4)? == b"BlbE";
    if !sound {
        return Err(RpmError::corrupt(format!(
            "the header of package {index} does not fit its slot"
        )));
    }
    Ok(fields.bytes("header", FRAME, length)?)
}

fn to_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
