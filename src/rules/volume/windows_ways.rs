//! The ways by which a firmware comes to Windows, and what mends them.

use super::ways::{Way, guest};
use crate::finding::Outcome;
use crate::guest::windows::bcd::Firmware;
use crate::guest::{Guest, WindowsGuest};
use crate::partition::{Mbr, PartitionTable, Scheme};
use crate::rules::Subject;

/// What makes a disk of Windows start by UEFI.
pub(super) const FIX_UEFI: &str = r"mountvol.exe S: /S; bcdboot.exe C:\Windows /s S: /f UEFI";
/// What makes a disk of Windows start by BIOS.
pub(super) const FIX_BIOS: &str = r"bcdboot.exe C:\Windows /s S: /f BIOS; bootsect.exe /nt60 S: /mbr (S: is the system partition, which 'active' of diskpart marks)";
/// What makes a disk that BIOS starts one that UEFI starts.
pub(super) const CONVERT: &str = "publish it as generation 1, or convert the disk: mbr2gpt.exe /validate /disk:0 /allowFullOS; mbr2gpt.exe /convert /disk:0 /allowFullOS";

fn undetermined(unknown: &crate::known::Undetermined) -> Outcome {
    Outcome::undetermined(unknown.reason.clone())
}

/// Why a store that was not found on the first EFI system partition may be somewhere else.
pub(crate) fn several_esps(table: &PartitionTable) -> Option<String> {
    let count = table.partitions.iter().filter(|p| p.kind.is_esp()).count();
    (count > 1).then(|| {
        format!(
            "the disk has {count} EFI system partitions, of which only the first was looked into"
        )
    })
}

/// Whether the boot manager that UEFI starts at `start` finds its store.
pub(super) fn uefi(
    windows: &WindowsGuest,
    table: &PartitionTable,
    start: String,
) -> Result<Way, Outcome> {
    let stores = &windows.bcd.stores;
    let store = stores.iter().find(|store| store.firmware == Firmware::Uefi);
    if let Some(Err(unknown)) = store.map(|store| &store.content) {
        return Err(undetermined(unknown));
    }
    let has_store = store.is_some();
    if !has_store && let Some(reason) = several_esps(table) {
        return Err(Outcome::undetermined(reason));
    }
    Ok(match has_store {
        true => Ok(start),
        false => Err(format!(
            r"{start} finds no boot configuration: \EFI\Microsoft\Boot\BCD is missing"
        )),
    })
}

/// The way of BIOS to Windows: boot code, one active partition, and on it boot manager and store.
pub(super) fn bios(subject: &Subject<'_>, table: &PartitionTable) -> Result<Way, Outcome> {
    if table.scheme == Scheme::Gpt {
        if table.mbr.as_ref().is_some_and(Mbr::is_hybrid) {
            return Err(Outcome::undetermined(
                "the disk has a hybrid MBR, of which systems see different partitions",
            ));
        }
        return Ok(Err(
            "Windows starts by BIOS from an MBR only, and the disk has a GPT".to_owned(),
        ));
    }
    let Some(mbr) = &table.mbr else {
        return Ok(Err("there is no master boot record".to_owned()));
    };
    if !mbr.boot_code {
        return Ok(Err("the master boot record holds no boot code".to_owned()));
    }
    let active: Vec<_> = table.partitions.iter().filter(|part| part.active).collect();
    let active = match active.as_slice() {
        [one] => one.number,
        [] => return Ok(Err("no partition is marked active".to_owned())),
        [first, second, ..] => {
            return Ok(Err(format!(
                "partitions {} and {} are both marked active, and the boot code wants one",
                first.number, second.number
            )));
        }
    };
    match guest(subject)? {
        Guest::Windows(windows) => match system_volume(windows, active)? {
            Ok(start) => Ok(boot_sector(subject, table, active)?.map(|()| start)),
            Err(why) => Ok(Err(why)),
        },
        Guest::Linux(_) => Err(Outcome::undetermined("the disk holds Linux")),
    }
}

/// Whether the active partition holds what its boot sector looks for.
fn system_volume(windows: &WindowsGuest, active: u32) -> Result<Way, Outcome> {
    let volumes = &windows.boot_files.system_volumes;
    let Some(volume) = volumes
        .iter()
        .find(|volume| volume.partition == Some(active))
    else {
        return Ok(Err(format!(
            r"partition {active} is marked active, and has neither \bootmgr nor \Boot\BCD"
        )));
    };
    let bootmgr = volume.bootmgr.as_ref().map_err(undetermined)?;
    let has_bcd = volume.has_bcd.as_ref().map_err(undetermined)?;
    Ok(match (bootmgr, has_bcd) {
        (None, _) => Err(format!(
            r"partition {active} is marked active, and has no \bootmgr"
        )),
        (Some(file), _) if file.value == 0 => {
            Err(format!(r"\bootmgr on partition {active} is empty"))
        }
        (Some(_), false) => Err(format!(
            r"partition {active} is marked active, and has no \Boot\BCD"
        )),
        (Some(_), true) => Ok(format!(
            "boot code, and the boot manager on active partition {active}"
        )),
    })
}

/// Whether the boot sector of the active partition loads the boot manager, where it is NTFS.
fn boot_sector(
    subject: &Subject<'_>,
    table: &PartitionTable,
    active: u32,
) -> Result<Result<(), String>, Outcome> {
    let volumes = subject.inspection.volumes.as_ref().map_err(undetermined)?;
    let facts = volumes
        .iter()
        .find(|facts| facts.volume.partition == Some(active));
    let Some(sector) = facts.and_then(|facts| facts.boot_sector.as_ref()) else {
        return Ok(Ok(()));
    };
    let sector = sector.as_ref().map_err(undetermined)?;
    let first = table.partition(active).map(|part| part.first_lba);
    Ok(if !sector.loads_boot_manager || !sector.is_signed {
        Err(format!(
            "the boot sector of active partition {active} holds no code that loads bootmgr"
        ))
    } else if first != Some(u64::from(sector.hidden_sectors)) {
        Err(format!(
            "the boot sector of active partition {active} counts from sector {}, and the partition \
             begins at sector {}",
            sector.hidden_sectors,
            first.unwrap_or_default()
        ))
    } else {
        Ok(())
    })
}
