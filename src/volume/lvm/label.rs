//! The label of an LVM2 physical volume: one sector that says where the volume's header stands.

use crate::bytes::{FieldError, Fields};

/// Bytes of a sector, as LVM2 counts.
pub(in crate::volume) const SECTOR: usize = 512;
/// The label stands in one of this many first sectors.
pub(in crate::volume) const SECTORS: usize = 4;

const MAGIC: &[u8; 8] = b"LABELONE";
const TYPE: &[u8; 8] = b"LVM2 001";
/// The checksum covers the sector from here on.
const COVERED_FROM: usize = 20;
/// What LVM2 starts its CRC-32 with; it does not invert the result.
const INITIAL_CRC: u32 = 0xF597_A6CF;

/// LVM2's checksum of what `pieces` hold together.
pub(super) fn checksum(pieces: &[&[u8]]) -> u32 {
    let mut crc = crc32fast::Hasher::new_with_initial(!INITIAL_CRC);
    for piece in pieces {
        crc.update(piece);
    }
    !crc.finalize()
}

/// Reads the label in `fields`, which begin at sector number `sector` of the volume: the byte in
/// that sector at which the header begins; none where there is no label of LVM2.
///
/// # Errors
/// What is wrong with the label that is there.
pub(in crate::volume) fn check(
    fields: &Fields<'_>,
    sector: usize,
) -> Result<Option<usize>, String> {
    if fields.array("id", 0).ok().as_ref() != Some(MAGIC)
        || fields.array("type", 24).ok().as_ref() != Some(TYPE)
    {
        return Ok(None);
    }
    let (number, found, header, right) = read(fields).map_err(|error| error.to_string())?;
    if found != right {
        return Err(format!(
            "the LVM2 label in sector {sector} has the checksum 0x{found:08x}, but 0x{right:08x} is \
             right"
        ));
    }
    if usize::try_from(number) != Ok(sector) {
        return Err(format!(
            "the LVM2 label in sector {sector} says that it belongs into sector {number}"
        ));
    }
    Ok(Some(header))
}

fn read(fields: &Fields<'_>) -> Result<(u64, u32, usize, u32), FieldError> {
    let number = fields.u64_le("sector_xl", 8)?;
    let found = fields.u32_le("crc_xl", 16)?;
    let header = fields.u32_le("offset_xl", 20)?;
    let covered = SECTOR.saturating_sub(COVERED_FROM);
    let right = checksum(&[fields.bytes("label", COVERED_FROM, covered)?]);
    let header = usize::try_from(header).unwrap_or(usize::MAX);
    Ok((number, found, header, right))
}
