//! PART009: the loader that UEFI starts without a boot entry.

use super::ways::{disk, esps, is_windows, linux, sound, uefi, windows};
use super::windows_ways;
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::boot::Firmware;
use crate::guest::pe::Machine;
use crate::guest::{LinuxGuest, Spot, WindowsGuest};
use crate::inspect::Generation;
use crate::rules::linux::at;
use crate::rules::partition::decided_unless;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The EFI system partition has the loader that a new machine starts.
    ///
    /// ## Why
    /// The boot entries that an installer writes lie in the machine's memory and do not travel
    /// with a disk. Without them UEFI starts `\EFI\BOOT\BOOTX64.EFI`, on Arm64 `BOOTAA64.EFI`, and
    /// nothing else.
    ///
    /// ## Evidence
    /// That file on the EFI system partition, the processor in its header, and the configuration
    /// to which GRUB comes from there. Windows: beside it `\EFI\Microsoft\Boot\BCD` and
    /// `\EFI\Microsoft\Boot\bootmgfw.efi`.
    ///
    /// ## Fix
    /// `grub-install --removable`, or copy the vendor's folder: `shimx64.efi` as `BOOTX64.EFI`,
    /// and `grubx64.efi` beside it. Windows: `mountvol S: /S`, then
    /// `bcdboot C:\Windows /s S: /f UEFI`.
    ///
    /// ## Limits
    /// A GRUB with a configuration built in is followed only from the files on the disk. Where the
    /// boot manager of Windows leads is WIN016's.
    pub static PART009 = {
        id: "PART009",
        name: "uefi-loader",
        level: Error,
        sources: [UBU, RSL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match disk(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    let declared = match subject.inspection.generation {
        Generation::One => {
            return Outcome::not_applicable(
                "generation 1 is declared, which does not start by UEFI",
            );
        }
        Generation::Two => true,
        Generation::Any => false,
    };
    let has_esp = table.partitions.iter().any(|part| part.kind.is_esp());
    if !declared && !has_esp {
        return Outcome::not_applicable(
            "no generation is declared, and the disk has no EFI system partition",
        );
    }
    // Without a declaration it may be meant for generation 1.
    let level = if declared {
        Level::Error
    } else {
        Level::Warning
    };
    let way = match uefi(subject, table) {
        Ok(way) => way,
        Err(outcome) => return outcome,
    };
    // Where the way is known to be missing, the partition need not have been read.
    let esps = esps(subject).unwrap_or_default();
    if let Err(why) = way {
        let place = esps.first().map(|esp| &esp.fallback_spot);
        let fix = match is_windows(subject) {
            true => windows_ways::FIX_UEFI,
            false => FIX,
        };
        return Outcome::Decided(vec![missing(level, &why, place, fix)]);
    }
    let mut findings = Vec::new();
    if let Some(machine) = processor(subject)
        && !sound(esps).any(|program| program.promised == Some(machine))
        && let Some(program) = sound(esps).next()
    {
        let (what, fix) = match is_windows(subject) {
            true => ("Windows", windows_ways::FIX_UEFI),
            false => ("the kernel", FIX),
        };
        findings.push(
            Finding::new(
                level,
                format!(
                    "{what} is for {}, and {} is not",
                    machine.name(),
                    program.file.spot.path
                ),
            )
            .found(
                program
                    .promised
                    .map_or("another", |promised| promised.name()),
            )
            .required(format!("a loader for {}", machine.name()))
            .at(at(&program.file.spot))
            .fix(fix),
        );
    }
    match (linux(subject), windows(subject)) {
        (Some(linux), _) => of_linux(linux, level, findings),
        (None, Some(windows)) => of_windows(windows, findings),
        (None, None) => Outcome::Decided(findings),
    }
}

/// The processor that the system is for.
fn processor(subject: &Subject<'_>) -> Option<Machine> {
    match (linux(subject), windows(subject)) {
        (Some(linux), _) => linux.kernel.as_ref().ok()?.as_ref()?.machine(),
        (None, Some(windows)) => windows.bcd.processor(),
        (None, None) => None,
    }
}

fn of_linux(guest: &LinuxGuest, level: Level, mut findings: Vec<Finding>) -> Outcome {
    for way in &guest.boot.ways {
        if way.firmware == Some(Firmware::Uefi) && way.entry == Ok(None) {
            findings.push(
                Finding::new(level, format!("{} leads to no boot entry", way.start.path))
                    .found("an empty menu")
                    .required("a configuration that leads to a kernel")
                    .at(at(&way.start))
                    .fix(FIX),
            );
        }
    }
    let open = guest
        .boot
        .ways
        .iter()
        .filter(|way| way.firmware == Some(Firmware::Uefi))
        .find_map(|way| way.entry.as_ref().err());
    decided_unless(open.map(|unknown| unknown.reason.clone()), findings)
}

/// The boot manager by its own name: what Windows updates, and the firmware's entry starts.
fn of_windows(guest: &WindowsGuest, mut findings: Vec<Finding>) -> Outcome {
    let manager = match &guest.boot_files.efi_boot_manager {
        Ok(manager) => manager.as_ref(),
        Err(unknown) => return Outcome::Undetermined(unknown.reason.clone(), findings),
    };
    let found = match manager.map(|file| &file.headers) {
        None => "no such file".to_owned(),
        Some(Err(why)) => why.clone(),
        Some(Ok(_)) => return Outcome::Decided(findings),
    };
    let esp = guest.esps.iter().flatten().next();
    let finding = Finding::warning(
        r"the boot manager under its own name, \EFI\Microsoft\Boot\bootmgfw.efi, cannot be started",
    )
    .found(found)
    .required("a program")
    .fix(windows_ways::FIX_UEFI);
    findings.push(match (manager, esp) {
        (Some(file), _) => finding.at(at(&file.spot)),
        (None, Some(esp)) => finding.at(at(&esp.fallback_spot)),
        (None, None) => finding,
    });
    Outcome::Decided(findings)
}

const FIX: &str = "grub-install --target=x86_64-efi --efi-directory=/boot/efi --removable && \
    update-grub";

fn missing(level: Level, why: &str, spot: Option<&Spot>, fix: &str) -> Finding {
    let finding = Finding::new(level, format!("UEFI finds no loader to start: {why}"))
        .found(why)
        .required("EFI/BOOT/BOOTX64.EFI (Arm64: BOOTAA64.EFI) on the EFI system partition")
        .fix(fix);
    match spot {
        Some(spot) => finding.at(at(spot)),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ways::testing::*;
    use super::*;
    use crate::finding::Status;
    use crate::guest::pe::testing::{ARM64, SHIM, pe};
    use crate::guest::testing::Tree;
    use crate::rules::volume::testing::assert_evidence;
    use crate::rules::windows::testing::Machine;
    use crate::rules::windows::testing::boot::{EFI_STORE, TestStore, esp};

    fn of(loader: Option<&[u8]>, config: &str, generation: Generation) -> Outcome {
        let inspection = inspection(table(true, true), Some(guest(loader, config)), generation);
        judge(&PART009, &inspection)
    }

    #[test]
    fn a_sound_fallback_that_leads_on_passes() {
        let loader = loader();
        for generation in [Generation::Two, Generation::Any] {
            assert_eq!(of(Some(&loader), LEADS, generation), Outcome::pass());
        }
        assert_eq!(
            of(Some(&loader), LEADS, Generation::One).status(),
            Status::NotApplicable
        );
    }

    #[test]
    fn a_missing_wrong_or_lost_loader_fails_generation_2_and_warns_otherwise() {
        let sound = loader();
        let wrong = pe(ARM64, &[SHIM], true);
        for (loader, config) in [
            (None, LEADS),
            (Some(wrong.as_slice()), LEADS),
            (Some(&b"no program"[..]), LEADS),
            (Some(sound.as_slice()), "set timeout=5\n"),
        ] {
            let second = of(loader, config, Generation::Two);
            assert_eq!(second.status(), Status::Fail, "{config}");
            assert!(second.findings()[0].fix.is_some());
            assert_eq!(of(loader, config, Generation::Any).status(), Status::Warn);
        }
        let none = inspection(table(false, true), None, Generation::Two);
        assert_eq!(judge(&PART009, &none).status(), Status::Fail);
        let none = inspection(table(false, true), None, Generation::Any);
        assert_eq!(judge(&PART009, &none).status(), Status::NotApplicable);
        assert_scope(&PART009);
    }

    #[test]
    fn windows_needs_its_boot_manager_and_store() {
        let of = |esp: Tree, generation| {
            let machine = Machine::new().esp(esp);
            judge(
                &PART009,
                &windows_disk(&machine, gpt_of_windows(), generation),
            )
        };
        let sound = || esp(&TestStore::efi());
        for generation in [Generation::Two, Generation::Any] {
            assert_eq!(of(sound(), generation), Outcome::pass());
        }
        assert_eq!(of(sound(), Generation::One).status(), Status::NotApplicable);
        let arm = pe(ARM64, &[], true);
        for (esp, status) in [
            (sound().without("/EFI/Boot"), Status::Fail),
            (sound().without(EFI_STORE), Status::Fail),
            (sound().bytes("/EFI/Boot/bootx64.efi", &arm), Status::Fail),
            (
                sound()
                    .without("/EFI/Boot")
                    .bytes("/EFI/Boot/bootaa64.efi", &arm),
                Status::Fail,
            ),
            (
                sound().without("/EFI/Microsoft/Boot/bootmgfw.efi"),
                Status::Warn,
            ),
        ] {
            let outcome = of(esp, Generation::Two);
            assert_eq!(outcome.status(), status, "{outcome:?}");
            assert_evidence(&outcome);
            assert!(
                outcome.findings()[0]
                    .fix
                    .as_deref()
                    .unwrap()
                    .contains("bcdboot")
            );
        }
        let damaged = of(sound().file(EFI_STORE, "no hive"), Generation::Two);
        assert_eq!(damaged.status(), Status::Undetermined);
    }
}
