//! Extended partitions: the chain of extended boot records, one for each logical partition.
//!
//! A record's first entry is its logical partition, counted from the record; its second is the
//! link to the next record, counted from the extended partition. Only custom says so, and Linux,
//! DOS and Windows follow it.

use std::collections::BTreeSet;

use super::super::AnomalyKind::{self, Broken, Limit, Odd};
use super::super::reader::Reader;
use super::{MAX_LOGICAL, MbrEntry, SECTOR, SIGNATURE, SIGNATURE_AT, entries};
use crate::bytes::{FieldError, Fields, is_zero};
use crate::source::ReadError;

const STRUCTURE: &str = "extended boot record";

/// A record as far as it counts.
struct Record {
    signature: [u8; 2],
    logical: Option<MbrEntry>,
    link: Option<MbrEntry>,
    surplus: bool,
}

fn parse(record: &Fields<'_>, base: u64) -> Result<Record, FieldError> {
    let mut entries = entries(record, base)?;
    let surplus = entries.split_off(2).iter().any(MbrEntry::is_used);
    entries.retain(MbrEntry::is_used);
    let (mut links, mut logical): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|entry| entry.kind().is_extended());
    Ok(Record {
        signature: record.array("signature", SIGNATURE_AT)?,
        surplus: surplus || links.len() > 1 || logical.len() > 1,
        logical: (!logical.is_empty()).then(|| logical.swap_remove(0)),
        link: (!links.is_empty()).then(|| links.swap_remove(0)),
    })
}

/// Follows the chain of `extended`; `visited` holds the records (by LBA) of all chains.
pub(super) fn follow(
    reader: &mut Reader<'_>,
    extended: &MbrEntry,
    visited: &mut BTreeSet<u64>,
    found: &mut Vec<MbrEntry>,
) -> Result<(), ReadError> {
    let mut next = Some(extended.first_lba);
    while let Some(lba) = next.take() {
        // Two 32-bit sector numbers are added, so that neither sum nor product can overflow.
        let offset = lba.saturating_mul(SECTOR);
        if let Some((kind, message)) = end_of_chain(lba, visited) {
            reader.note(kind, STRUCTURE, offset, message);
            break;
        }
        let Some(record) = read(reader, extended, lba, offset)? else {
            break;
        };
        if let Some(mut logical) = record.logical {
            logical.first_lba = logical.first_lba.saturating_add(lba);
            logical.number = number(found.len());
            if logical.last_lba() > extended.last_lba() {
                let message = format!(
                    "logical partition {} ends at LBA {}, its extended partition at LBA {}",
                    logical.number,
                    logical.last_lba(),
                    extended.last_lba()
                );
                reader.note(Odd, STRUCTURE, logical.offset, message);
            }
            found.push(logical);
        }
        next = record
            .link
            .map(|link| extended.first_lba.saturating_add(link.first_lba));
    }
    Ok(())
}

/// Number of the logical partition that follows `found` others.
fn number(found: usize) -> u32 {
    u32::try_from(found).unwrap_or(u32::MAX).saturating_add(5)
}

/// Why the record at `lba` is not followed, if so; otherwise it is now visited.
fn end_of_chain(lba: u64, visited: &mut BTreeSet<u64>) -> Option<(AnomalyKind, String)> {
    if !visited.insert(lba) {
        let message = format!(
            "the chain of logical partitions leads back to LBA {lba}: what would follow is lost"
        );
        return Some((Broken, message));
    }
    // Records without a partition count too, or an endless chain of them would be followed.
    (visited.len() > MAX_LOGICAL).then(|| {
        let message =
            format!("more than {MAX_LOGICAL} extended boot records: the rest was not followed");
        (Limit, message)
    })
}

/// Reads the record at `lba`; none where the chain ends for want of one.
fn read(
    reader: &mut Reader<'_>,
    extended: &MbrEntry,
    lba: u64,
    offset: u64,
) -> Result<Option<Record>, ReadError> {
    let (first, last) = (extended.first_lba, extended.last_lba());
    if !(first..=last).contains(&lba) {
        let message = format!(
            "the extended boot record at LBA {lba} lies outside of its extended partition, \
             LBA {first} to {last}"
        );
        reader.note(Broken, STRUCTURE, offset, message);
    }
    let Ok(bytes) = reader.bytes(STRUCTURE, offset, 512)? else {
        return Ok(None);
    };
    let record = match parse(&Fields::new(STRUCTURE, offset, &bytes), offset) {
        Ok(record) if record.signature == SIGNATURE => record,
        _ => {
            let (kind, message) = without_signature(lba, lba == first && is_zero(&bytes));
            reader.note(kind, STRUCTURE, offset, message);
            return Ok(None);
        }
    };
    if record.surplus {
        let message = format!(
            "the extended boot record at LBA {lba} has entries beyond a partition and a link: \
             they are ignored"
        );
        reader.note(Odd, STRUCTURE, offset, message);
    }
    Ok(Some(record))
}

/// An empty extended partition need not have a record; any other lack loses partitions.
fn without_signature(lba: u64, empty: bool) -> (AnomalyKind, String) {
    if empty {
        let message = format!(
            "no extended boot record at LBA {lba}: the extended partition is taken as empty"
        );
        return (Odd, message);
    }
    let message = format!(
        "no signature 55 AA in the extended boot record at LBA {lba}: its logical partition and \
         those after it are lost"
    );
    (Broken, message)
}
