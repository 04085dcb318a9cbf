//! WIN016: the boot configuration data.

mod devices;
mod settings;
#[cfg(test)]
mod tests;

use super::{at, guest};
use crate::finding::{Finding, Level, Outcome, Place};
use crate::guest::WindowsGuest;
use crate::guest::windows::bcd::{Content, Firmware, Store};
use crate::inspect::Generation;
use crate::known::{Known, Undetermined};
use crate::partition::{Mbr, Scheme};
use crate::rules::partition::{decided_unless, listed};
use crate::rules::volume::windows_ways::several_esps;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The boot configuration data leads to Windows, and lets support see it start.
    ///
    /// ## Why
    /// The boot manager starts what its store names. A device that is not on the disk ends the
    /// boot before Windows: that is what becomes of a store that was copied from another disk, or
    /// of a partition that was made anew. The settings of Microsoft's guide keep a machine that
    /// failed once from waiting for somebody at its screen, and show its start on the serial
    /// console.
    ///
    /// ## Evidence
    /// The store is a registry hive: `\EFI\Microsoft\Boot\BCD` on the EFI system partition
    /// (generation 2), `\Boot\BCD` on the system partition (generation 1). In it `{bootmgr}`, the
    /// entry that it starts by default and those of its menu, their `device` and `osdevice` against
    /// the partitions of the disk, the file in `path`, and the settings `integrityservices`,
    /// `displaybootmenu`, `timeout`, `bootems`, `recoveryenabled`, `bootstatuspolicy`, `ems`,
    /// `EMSPORT`, `EMSBAUDRATE`, `nointegritychecks`, `testsigning`.
    ///
    /// ## What Azure says
    /// Nothing before it starts; then the boot ends with `0xc000000f`.
    ///
    /// ## Fix
    /// `bcdboot C:\Windows` writes the store anew; the settings are made with `bcdedit.exe`, each
    /// as its finding says.
    ///
    /// ## Limits
    /// `sysprep /generalize` writes `locate` into the devices, and `boot` names the volume that the
    /// boot manager lies on: both are right and name no partition. What a `locate` searches for is
    /// not documented and not read. A store for the firmware of the other generation is passed over
    /// where the generation is declared, or the disk has a GPT.
    pub static WIN016 = {
        id: "WIN016",
        name: "boot-configuration",
        level: Error,
        sources: [WINP, BCDWMI, REACTOS, C00F, RSL],
    };
}

/// Collects what is found, and the first reason why something is not known.
#[derive(Default)]
struct Verdict {
    findings: Vec<Finding>,
    open: Option<String>,
}

impl Verdict {
    fn take(&mut self, found: Known<impl IntoIterator<Item = Finding>>) {
        match found {
            Ok(found) => self.findings.extend(found),
            Err(Undetermined { reason }) => {
                self.open.get_or_insert(reason);
            }
        }
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let guest = match guest(subject) {
        Ok(guest) => guest,
        Err(outcome) => return outcome,
    };
    let stores = &guest.bcd.stores;
    let mut used: Vec<_> = stores
        .iter()
        .filter(|store| is_used(store, subject))
        .collect();
    // Of several stores for BIOS it goes to that on the active partition.
    if used.iter().any(|store| is_active(store, subject)) {
        used.retain(|store| store.firmware == Firmware::Uefi || is_active(store, subject));
    }
    if used.is_empty() {
        let table = subject.inspection.partitions.as_ref().ok();
        if let Some(reason) = table.and_then(several_esps) {
            return Outcome::undetermined(reason);
        }
        return Outcome::Decided(vec![none(stores)]);
    }
    let mut verdict = Verdict::default();
    for store in used {
        match &store.content {
            Ok(content) => one_store(subject, guest, store, content, &mut verdict),
            Err(unknown) => {
                verdict.open.get_or_insert(unknown.reason.clone());
            }
        }
    }
    let Verdict { findings, open } = verdict;
    decided_unless(open, listed(Level::Error, findings.into_iter(), "findings"))
}

/// Whether the machine can start by this store.
fn is_used(store: &Store, subject: &Subject<'_>) -> bool {
    match (subject.inspection.generation, store.firmware) {
        (Generation::One, firmware) => firmware == Firmware::Bios,
        (Generation::Two, firmware) => firmware == Firmware::Uefi,
        (Generation::Any, Firmware::Uefi) => true,
        (Generation::Any, Firmware::Bios) => match &subject.inspection.partitions {
            // Windows starts by BIOS from an MBR only; a conversion to GPT leaves its store.
            Ok(table) => {
                table.scheme != Scheme::Gpt || table.mbr.as_ref().is_some_and(Mbr::is_hybrid)
            }
            Err(_) => true,
        },
    }
}

/// Whether BIOS goes to the partition of this store.
fn is_active(store: &Store, subject: &Subject<'_>) -> bool {
    let Ok(table) = &subject.inspection.partitions else {
        return false;
    };
    let partition = store.partition.and_then(|number| table.partition(number));
    store.firmware == Firmware::Bios && partition.is_some_and(|found| found.active)
}

fn none(stores: &[Store]) -> Finding {
    let found = match stores {
        [] => "no store".to_owned(),
        [store, ..] => format!("a store for {} only", store.firmware.name()),
    };
    let place = match stores {
        [] => Place::disk(0, 0).structure("boot configuration data"),
        [store, ..] => at(&store.spot),
    };
    Finding::error("there is no boot configuration data by which the machine could start")
        .found(found)
        .required(r"\EFI\Microsoft\Boot\BCD (generation 2) or \Boot\BCD (generation 1)")
        .at(place)
        .fix(r"bcdboot.exe C:\Windows /s S: /f ALL (S: is the EFI system or system partition; mountvol.exe S: /S gives the former its letter)")
}

fn one_store(
    subject: &Subject<'_>,
    guest: &WindowsGuest,
    store: &Store,
    content: &Content,
    verdict: &mut Verdict,
) {
    verdict.take(is_system(content));
    let Some(manager) = content.boot_manager() else {
        let finding = Finding::error("the store has no boot manager")
            .found("no object {bootmgr}")
            .required("{bootmgr} (9dea862c-5cdd-4e70-acc1-f32b344d4795)")
            .at(at(&store.spot))
            .fix(r"bcdboot.exe C:\Windows");
        verdict.findings.push(finding);
        return;
    };
    devices::judge(subject, guest, content, manager, verdict);
    settings::judge(content, manager, verdict);
}

/// The specialize pass wants to know the store as that of the system.
fn is_system(content: &Content) -> Known<Option<Finding>> {
    let found = content.is_system.get()?;
    Ok((found != Some(&1)).then(|| {
        Finding::advice("the store is not marked as that of the system; Setup may refuse it at the first boot (0xc0000098)")
            .found(found.map_or("absent".to_owned(), u32::to_string))
            .required("1")
            .at(at(&content.is_system.spot))
            .fix(r"bcdboot.exe C:\Windows")
    }))
}
