//! Rules on volumes and file systems, and on the way that the firmware takes to the boot loader.

pub mod bios_path;
pub mod boot_layout;
pub mod clean_file_systems;
pub mod data_disk_content;
pub mod data_disk_format;
pub mod encryption;
pub mod logical_volumes;
pub mod one_root;
pub mod os_family;
pub mod swap_partition;
pub mod uefi_loader;
pub mod unallocated_data;
mod ways;
pub(crate) mod windows_ways;

#[cfg(test)]
pub(crate) mod testing;

use super::Subject;
use crate::finding::{Outcome, Place};
use crate::inspect::{DiskRole, OsFamily, VolumeFacts};

/// The volumes; where they are not known the outcome to answer with.
pub(crate) fn volumes<'a>(subject: &Subject<'a>) -> Result<&'a [VolumeFacts], Outcome> {
    subject
        .inspection
        .volumes
        .as_deref()
        .map_err(|unknown| Outcome::undetermined(unknown.reason.clone()))
}

/// The volumes of an OS disk; for a data disk the outcome to answer with.
pub(crate) fn os_disk_volumes<'a>(subject: &Subject<'a>) -> Result<&'a [VolumeFacts], Outcome> {
    let role = &subject.inspection.role;
    match role.value {
        DiskRole::Os => volumes(subject),
        DiskRole::Data => Err(Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            role.reason
        ))),
    }
}

/// As [`os_disk_volumes`], with another answer for disks that are taken as Windows'.
pub(crate) fn linux_disk_volumes<'a>(subject: &Subject<'a>) -> Result<&'a [VolumeFacts], Outcome> {
    let volumes = os_disk_volumes(subject)?;
    match &subject.inspection.os {
        Some(os) if os.value == OsFamily::Windows => Err(Outcome::not_applicable(format!(
            "only for Linux, and this is taken as Windows: {}",
            os.reason
        ))),
        _ => Ok(volumes),
    }
}

/// The place of a volume: where its bytes lie.
pub(crate) fn place(facts: &VolumeFacts) -> Place {
    let volume = &facts.volume;
    let place = match volume.segments.first() {
        Some(first) => Place::disk(first.disk_offset, volume.length),
        None => Place::disk(0, 0),
    };
    let place = place.structure(volume.name.to_string());
    match volume.partition {
        Some(number) => place.partition(number),
        None => place,
    }
}

/// The volume and where it is mounted: `partition 1 (/boot)`.
pub(crate) fn called(facts: &VolumeFacts) -> String {
    let name = &facts.volume.name;
    match facts.mounted_at.as_slice() {
        [] => name.to_string(),
        points => format!("{name} ({})", points.join(", ")),
    }
}
