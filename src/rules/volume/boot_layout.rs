//! PART002: the disk's layout fits the generation.

use super::ways::{bios, disk, is_windows, uefi};
use super::windows_ways;
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::Generation;
use crate::partition::{PartitionTable, Scheme};
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The disk can be started by the firmware of the declared generation.
    ///
    /// ## Why
    /// Generation 1 starts by BIOS from the master boot record, generation 2 by UEFI from the EFI
    /// system partition. An image of the wrong kind is deployed and never answers, and the
    /// generation of a machine cannot be changed later.
    ///
    /// ## Evidence
    /// UEFI: an EFI system partition with a loader that needs no boot entry. BIOS: boot code in the
    /// master boot record, and a BIOS boot partition, an active partition, or a loader behind the
    /// record of an MBR disk. Windows: by UEFI the boot manager as that loader, and its
    /// `\EFI\Microsoft\Boot\BCD`; by BIOS boot code on an MBR disk, one active partition, and on it
    /// `\bootmgr` and `\Boot\BCD`.
    ///
    /// ## What Azure says
    /// `The selected VM size '<size>' cannot boot Hypervisor Generation '1'`, or `'2'`.
    ///
    /// ## Fix
    /// Publish the image as the other generation, or add the loader that is missing. Windows on an
    /// MBR disk is converted by `mbr2gpt.exe /convert /disk:0 /allowFullOS`.
    ///
    /// ## Limits
    /// That boot code is there does not say that it starts anything. Where the boot manager of
    /// Windows leads is WIN016's.
    pub static PART002 = {
        id: "PART002",
        name: "boot-layout",
        level: Error,
        sources: [GEN2, WINP, TECH, RSL],
    };
}

const FIX_UEFI: &str = "publish it as generation 1, or add an EFI system partition with a loader \
    (grub-install --target=x86_64-efi --removable)";
const FIX_BIOS: &str = "publish it as generation 2, or add a BIOS boot partition with GRUB \
    (sgdisk -n0:0:+1M -t0:ef02, then grub-install --target=i386-pc)";

/// What makes the disk start by UEFI, and by BIOS.
fn fixes(subject: &Subject<'_>, table: &PartitionTable) -> (&'static str, &'static str) {
    match (is_windows(subject), table.scheme) {
        (false, _) => (FIX_UEFI, FIX_BIOS),
        (true, Scheme::Gpt) => (
            windows_ways::FIX_UEFI,
            "publish it as generation 2: Windows on a GPT does not start by BIOS",
        ),
        (true, _) => (windows_ways::CONVERT, windows_ways::FIX_BIOS),
    }
}

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match disk(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    let missing = |generation: &str, firmware: &str, why: String, fix: &str| {
        Outcome::Decided(vec![
            Finding::error(format!(
                "generation {generation} is declared, and {firmware} finds nothing to start: {why}"
            ))
            .found(why)
            .required(format!("something that {firmware} starts"))
            .at(Place::disk(0, 512).structure("partition table"))
            .fix(fix),
        ])
    };
    let uefi = || uefi(subject, table);
    let bios = || bios(subject, table);
    let (fix_uefi, fix_bios) = fixes(subject, table);
    match subject.inspection.generation {
        Generation::One => match bios() {
            Ok(Ok(_)) => Outcome::pass(),
            Ok(Err(why)) => missing("1", "BIOS", why, fix_bios),
            Err(outcome) => outcome,
        },
        Generation::Two => match uefi() {
            Ok(Ok(_)) => Outcome::pass(),
            Ok(Err(why)) => missing("2", "UEFI", why, fix_uefi),
            Err(outcome) => outcome,
        },
        Generation::Any => {
            let note = |text: String| Outcome::Decided(vec![Finding::note(text)]);
            let bios = match bios() {
                Ok(bios) => bios,
                Err(outcome) => return outcome,
            };
            match (bios, uefi()) {
                (Ok(bios), Ok(Ok(uefi))) => note(format!(
                    "it can be started as generation 1 ({bios}) and as generation 2 ({uefi})"
                )),
                (Ok(bios), Ok(Err(why))) => note(format!(
                    "it can be started as generation 1 only ({bios}): {why}"
                )),
                (Err(why), Ok(Ok(uefi))) => note(format!(
                    "it can be started as generation 2 only ({uefi}): {why}"
                )),
                (Err(bios), Ok(Err(uefi))) => Outcome::Decided(vec![
                    Finding::error(format!(
                        "neither generation finds anything to start: {bios}; {uefi}"
                    ))
                    .found(format!("{bios}; {uefi}"))
                    .required("something that BIOS or UEFI starts")
                    .at(Place::disk(0, 512).structure("partition table"))
                    .fix(fix_uefi),
                ]),
                (_, Err(outcome)) => outcome,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ways::testing::*;
    use super::*;
    use crate::finding::Status;
    use crate::guest::testing::fat;
    use crate::rules::windows::testing::Machine;

    fn of(esp: bool, bios: bool, loader: bool, generation: Generation) -> Outcome {
        let bytes = super::super::ways::testing::loader();
        let guest = guest(loader.then_some(bytes.as_slice()), LEADS);
        let mut guest = guest;
        if !esp {
            guest.esps = Ok(Vec::new());
        }
        judge(
            &PART002,
            &inspection(table(esp, bios), Some(guest), generation),
        )
    }

    #[test]
    fn each_generation_needs_its_own_way() {
        for (esp, bios, loader, generation, expected) in [
            (true, true, true, Generation::One, Status::Pass),
            (true, true, true, Generation::Two, Status::Pass),
            (true, false, true, Generation::One, Status::Fail),
            (false, true, false, Generation::Two, Status::Fail),
            (true, true, false, Generation::Two, Status::Fail),
            (true, false, true, Generation::Any, Status::Pass),
            (false, true, false, Generation::Any, Status::Pass),
            (false, false, false, Generation::Any, Status::Fail),
        ] {
            let outcome = of(esp, bios, loader, generation);
            assert_eq!(
                outcome.status(),
                expected,
                "{esp} {bios} {loader} {generation:?}"
            );
        }
        let either = of(true, true, true, Generation::Any);
        assert!(either.findings()[0].message.contains("generation 1"));
        assert!(either.findings()[0].message.contains("BOOTX64.EFI"));
        assert_scope(&PART002);
    }

    #[test]
    fn windows_has_its_own_ways() {
        let efi = || (Machine::new(), gpt_of_windows());
        let no_esp = || (Machine::new().esp(fat("1A2B-3C4D")), gpt_of_windows());
        let bios = |active| (bios_machine().esp(fat("1A2B-3C4D")), mbr_of_windows(active));
        for ((machine, table), generation, expected) in [
            (efi(), Generation::Two, Status::Pass),
            (efi(), Generation::Any, Status::Pass),
            (efi(), Generation::One, Status::Fail),
            (no_esp(), Generation::Two, Status::Fail),
            (no_esp(), Generation::Any, Status::Fail),
            (bios([false, true]), Generation::One, Status::Pass),
            (bios([false, true]), Generation::Any, Status::Pass),
            (bios([false, true]), Generation::Two, Status::Fail),
            (bios([true, false]), Generation::One, Status::Fail),
            (bios([false, false]), Generation::One, Status::Fail),
            (bios([true, true]), Generation::One, Status::Fail),
        ] {
            let outcome = judge(&PART002, &windows_disk(&machine, table, generation));
            assert_eq!(outcome.status(), expected, "{outcome:?}");
            let fix = |f: &Finding| f.fix.as_deref().is_none_or(|fix| !fix.contains("grub"));
            assert!(outcome.findings().iter().all(fix), "{outcome:?}");
        }
    }
}
