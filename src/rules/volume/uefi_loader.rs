//! PART009: the loader that UEFI starts without a boot entry.

use super::ways::{disk, linux, sound, uefi};
use crate::finding::{Finding, Level, Outcome};
use crate::guest::linux::boot::Firmware;
use crate::inspect::Generation;
use crate::rules::linux::at;
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
    /// to which GRUB comes from there.
    ///
    /// ## Fix
    /// `grub-install --removable`, or copy the vendor's folder: `shimx64.efi` as `BOOTX64.EFI`,
    /// and `grubx64.efi` beside it.
    ///
    /// ## Limits
    /// A GRUB with a configuration built in is followed only from the files on the disk.
    pub static PART009 = {
        id: "PART009",
        name: "uefi-loader",
        level: Error,
        sources: [UBU],
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
    let guest = match linux(subject) {
        Ok(guest) => guest,
        Err(outcome) if way.is_ok() => return outcome,
        Err(_) => {
            let why = way.err().unwrap_or_default();
            return Outcome::Decided(vec![missing(level, &why, None)]);
        }
    };
    let esp = guest.esps.iter().flatten().next();
    if let Err(why) = way {
        let place = esp.map(|esp| &esp.fallback_spot);
        return Outcome::Decided(vec![missing(level, &why, place)]);
    }
    let mut findings = Vec::new();
    let kernel = guest
        .kernel
        .as_ref()
        .ok()
        .and_then(|kernel| kernel.as_ref());
    if let Some(machine) = kernel.and_then(|kernel| kernel.machine())
        && !sound(guest).any(|program| program.promised == Some(machine))
        && let Some(program) = sound(guest).next()
    {
        findings.push(
            Finding::new(
                level,
                format!(
                    "the kernel is for {}, and {} is not",
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
            .fix(FIX),
        );
    }
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
    crate::rules::partition::decided_unless(open.map(|unknown| unknown.reason.clone()), findings)
}

const FIX: &str = "grub-install --target=x86_64-efi --efi-directory=/boot/efi --removable && \
    update-grub";

fn missing(level: Level, why: &str, spot: Option<&crate::guest::Spot>) -> Finding {
    let finding = Finding::new(level, format!("UEFI finds no loader to start: {why}"))
        .found(why)
        .required("EFI/BOOT/BOOTX64.EFI (Arm64: BOOTAA64.EFI) on the EFI system partition")
        .fix(FIX);
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
}
