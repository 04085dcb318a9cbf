//! Members of a Linux MD RAID: superblocks of version 0.90 and 1.0 at the end, of 1.1 and 1.2 at the
//! start.

use super::Content;
use super::looked::{Looked, Verdict};
use crate::bytes::{FieldError, Fields};
use crate::source::ReadError;

const MAGIC: u32 = 0xA92B_4EFC;
const SECTOR: u64 = 512;
/// Version 0.90 lies in the last whole 64 KiB and takes 4 KiB.
const OLD_UNIT: u64 = 64 << 10;
const OLD_SIZE: usize = 4096;
const OLD_CHECKSUM: usize = 152;
/// Version 1.x takes 256 bytes and two for each device that it has room for.
const NEW_SIZE: usize = 256;
const NEW_CHECKSUM: usize = 216;
const NEW_DEVICES: usize = 220;
/// Devices that fit into the 4 KiB that are kept for it.
const MAX_DEVICES: u32 = 1920;
const NEW_WHOLE: usize = 4096;

/// A member of an MD RAID, of any version. A superblock counts where its checksum is right and, from
/// version 1.0 on, where it stands where it says.
pub(super) fn md(looked: &mut Looked<'_>) -> Result<Option<Verdict>, ReadError> {
    let mut answers = Vec::new();
    for at in [0, 4096] {
        let place = u64::try_from(at).unwrap_or(u64::MAX);
        answers.push(new_version(&looked.front("MD superblock", at), place));
    }
    let sectors = looked.len().checked_div(SECTOR).unwrap_or(0);
    if let Some(sector) = sectors.checked_sub(16) {
        let place = (sector & !7).saturating_mul(SECTOR);
        if let Some(bytes) = looked.read(place, NEW_WHOLE)? {
            let fields = Fields::new("MD superblock", place, &bytes);
            answers.push(new_version(&fields, place));
        }
    }
    if let Some(place) = (looked.len() & !OLD_UNIT.saturating_sub(1)).checked_sub(OLD_UNIT)
        && let Some(bytes) = looked.read(place, OLD_SIZE)?
    {
        answers.push(old_version(
            &Fields::new("MD superblock", place, &bytes),
            place,
        ));
    }
    let mut doubtful = None;
    for answer in answers.into_iter().flatten().flatten() {
        match answer {
            Verdict::Sure(_) => return Ok(Some(answer)),
            Verdict::Doubtful(_) => doubtful = Some(answer),
        }
    }
    Ok(doubtful)
}

fn judge(place: u64, found: u32, right: u32) -> Verdict {
    if found == right {
        return Verdict::Sure(Content::MdRaid);
    }
    Verdict::Doubtful(format!(
        "an MD RAID superblock at byte {place} has the checksum 0x{found:08x}, but 0x{right:08x} is \
         right"
    ))
}

fn new_version(fields: &Fields<'_>, place: u64) -> Result<Option<Verdict>, FieldError> {
    if fields.u32_le("magic", 0)? != MAGIC || fields.u32_le("major_version", 4)? != 1 {
        return Ok(None);
    }
    let sector = fields.u64_le("super_offset", 144)?;
    let devices = fields.u32_le("max_dev", NEW_DEVICES)?;
    if sector.checked_mul(SECTOR) != Some(place) || devices > MAX_DEVICES {
        return Ok(Some(Verdict::Doubtful(format!(
            "an MD RAID superblock at byte {place} says that it stands at sector {sector} and has \
             room for {devices} devices"
        ))));
    }
    let devices = usize::try_from(devices).unwrap_or(0).saturating_mul(2);
    let whole = fields.bytes("superblock", 0, NEW_SIZE.saturating_add(devices))?;
    let found = fields.u32_le("sb_csum", NEW_CHECKSUM)?;
    Ok(Some(judge(place, found, checksum(whole, found))))
}

fn old_version(fields: &Fields<'_>, place: u64) -> Result<Option<Verdict>, FieldError> {
    if fields.u32_le("md_magic", 0)? != MAGIC
        || fields.u32_le("major_version", 4)? != 0
        || fields.u32_le("minor_version", 8)? != 90
    {
        return Ok(None);
    }
    let whole = fields.bytes("superblock", 0, OLD_SIZE)?;
    let found = fields.u32_le("sb_csum", OLD_CHECKSUM)?;
    Ok(Some(judge(place, found, checksum(whole, found))))
}

/// The sum of the words (a half word at the end counts as one) without the checksum's own, folded
/// into 32 bits.
fn checksum(bytes: &[u8], own: u32) -> u32 {
    let word = |piece: &[u8]| {
        piece
            .iter()
            .rev()
            .fold(0_u64, |word, byte| (word << 8) | u64::from(*byte))
    };
    let sum = bytes
        .chunks(4)
        .fold(0_u64, |sum, piece| sum.wrapping_add(word(piece)))
        .wrapping_sub(u64::from(own));
    let folded = (sum & 0xFFFF_FFFF).wrapping_add(sum >> 32);
    u32::try_from(folded & 0xFFFF_FFFF).unwrap_or(0)
}
