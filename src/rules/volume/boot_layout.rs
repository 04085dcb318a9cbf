//! PART002: the disk's layout fits the generation.

use super::ways::{bios, disk, uefi};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::Generation;
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
    /// record of an MBR disk.
    ///
    /// ## What Azure says
    /// `The selected VM size '<size>' cannot boot Hypervisor Generation '1'`, or `'2'`.
    ///
    /// ## Fix
    /// Publish the image as the other generation, or add the loader that is missing.
    ///
    /// ## Limits
    /// That boot code is there does not say that it starts anything. The boot path of Windows is
    /// not read yet.
    pub static PART002 = {
        id: "PART002",
        name: "boot-layout",
        level: Error,
        sources: [GEN2, WINP, TECH],
    };
}

const FIX_UEFI: &str = "publish it as generation 1, or add an EFI system partition with a loader \
    (grub-install --target=x86_64-efi --removable)";
const FIX_BIOS: &str = "publish it as generation 2, or add a BIOS boot partition with GRUB \
    (sgdisk -n0:0:+1M -t0:ef02, then grub-install --target=i386-pc)";

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
    match subject.inspection.generation {
        Generation::One => match bios(table) {
            Ok(_) => Outcome::pass(),
            Err(why) => missing("1", "BIOS", why, FIX_BIOS),
        },
        Generation::Two => match uefi() {
            Ok(Ok(_)) => Outcome::pass(),
            Ok(Err(why)) => missing("2", "UEFI", why, FIX_UEFI),
            Err(outcome) => outcome,
        },
        Generation::Any => {
            let note = |text: String| Outcome::Decided(vec![Finding::note(text)]);
            match (bios(table), uefi()) {
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
                    .fix(FIX_UEFI),
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
}
