//! Rules on what the offer says of the image.

pub mod data_disk_luns;
pub mod data_disk_number;
mod locked_down;
pub mod preview_audience;
pub mod property_flags;

pub(in crate::rules) use locked_down::unless_locked_down;

use super::Subject;
use crate::finding::Outcome;
use crate::inspect::{DiskRole, Said};

/// The data disks that were declared; where nobody did, or where this is one of them, the outcome to
/// answer with: they are judged once, with the disk that the machine boots from.
pub(in crate::rules) fn data_disks<'a>(
    subject: &Subject<'a>,
) -> Result<&'a Said<Vec<u32>>, Outcome> {
    let inspection = subject.inspection;
    if inspection.role.value == DiskRole::Data {
        return Err(Outcome::not_applicable(format!(
            "the list of data disks is judged with the OS disk, and this is taken as a data disk: {}",
            inspection.role.reason
        )));
    }
    inspection.offer.data_disks.as_ref().ok_or_else(|| {
        Outcome::not_applicable("no data disks are declared ([[data-disks]] in vhd-preflight.toml)")
    })
}

/// `1 data disk`, `2 data disks`.
fn number_of_disks(count: u64) -> String {
    match count {
        1 => "1 data disk".to_owned(),
        _ => format!("{count} data disks"),
    }
}

#[cfg(test)]
mod tests;
