//! The header of an LVM2 physical volume: its UUID, and where its metadata areas lie.

use super::label;
use crate::bytes::{FieldError, Fields};
use crate::source::{ReadAt, ReadError};

/// LVM2 makes two metadata areas at most; more are not followed.
const MAX_AREAS: usize = 4;
/// Data areas that are passed over.
const MAX_DATA_AREAS: usize = 16;
const LOCATION: usize = 16;

/// A physical volume by its label and header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// UUID with hyphens, as LVM2 prints it.
    pub(super) uuid: String,
    /// Metadata areas: first byte on the volume, size in bytes.
    pub(super) areas: Vec<(u64, u64)>,
}

/// Finds the label of a physical volume and reads the header that it points at.
///
/// # Errors
/// [`ReadError::Changed`]; anything else as the reason why there is no header.
pub(super) fn read(volume: &dyn ReadAt) -> Result<Result<Header, String>, ReadError> {
    let all = label::SECTOR.saturating_mul(label::SECTORS);
    let bytes = match volume.read_vec(0, all) {
        Ok(bytes) => bytes,
        Err(error @ ReadError::Changed { .. }) => return Err(error),
        Err(error) => return Ok(Err(format!("its label cannot be read: {error}"))),
    };
    let mut reason = "it has no label of LVM2".to_owned();
    for (number, sector) in bytes.chunks_exact(label::SECTOR).enumerate() {
        let at = u64::try_from(number.saturating_mul(label::SECTOR)).unwrap_or(u64::MAX);
        let fields = Fields::new("LVM2 label", at, sector);
        match label::check(&fields, number) {
            Ok(None) => {}
            // The header lies in the sector of its label, whose checksum covers both.
            Ok(Some(start)) => {
                return Ok(parse(&fields, start).map_err(|error| error.to_string()));
            }
            Err(wrong) => reason = wrong,
        }
    }
    Ok(Err(reason))
}

fn parse(sector: &Fields<'_>, start: usize) -> Result<Header, FieldError> {
    let raw = sector.bytes("pv_uuid", start, 32)?;
    let mut at = start.saturating_add(40);
    let mut location = || -> Result<Option<(u64, u64)>, FieldError> {
        let offset = sector.u64_le("disk_locn offset", at)?;
        let size = sector.u64_le("disk_locn size", at.saturating_add(8))?;
        at = at.saturating_add(LOCATION);
        Ok((offset != 0).then_some((offset, size)))
    };
    for _ in 0..MAX_DATA_AREAS {
        if location()?.is_none() {
            break;
        }
    }
    let mut areas = Vec::new();
    while let Some(area) = location()? {
        if areas.len() == MAX_AREAS {
            break;
        }
        areas.push(area);
    }
    Ok(Header {
        uuid: hyphenated(raw),
        areas,
    })
}

/// A UUID of LVM2 as it prints them: groups of 6-4-4-4-4-4-6 letters and digits.
pub(super) fn hyphenated(raw: &[u8]) -> String {
    let mut out = String::with_capacity(38);
    for (at, byte) in raw.iter().enumerate() {
        if matches!(at, 6 | 10 | 14 | 18 | 22 | 26) {
            out.push('-');
        }
        out.push(if byte.is_ascii_graphic() {
            char::from(*byte)
        } else {
            '?'
        });
    }
    out
}
