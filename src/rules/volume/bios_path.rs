//! PART010: what BIOS starts.

use super::ways::{bios, disk};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::Generation;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// A disk of generation 1 has what BIOS starts.
    ///
    /// ## Why
    /// Generation 1 runs the code in the master boot record, which loads the rest from a BIOS boot
    /// partition, an active partition, or the sectors behind the record.
    ///
    /// ## Evidence
    /// Bytes 0 to 439 of sector 0, the partitions' types and marks, and what stands behind the
    /// record of an MBR disk.
    ///
    /// ## Fix
    /// Add a BIOS boot partition and run `grub-install --target=i386-pc` on the disk.
    ///
    /// ## Limits
    /// Whether the code leads to a kernel shows only when it is started.
    pub static PART010 = {
        id: "PART010",
        name: "bios-boot-path",
        level: Error,
        sources: [GEN2],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match disk(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    match (subject.inspection.generation, bios(table)) {
        (Generation::Two, _) => {
            Outcome::not_applicable("generation 2 is declared, which does not start by BIOS")
        }
        (_, Ok(_)) => Outcome::pass(),
        (Generation::Any, Err(why)) => {
            Outcome::not_applicable(format!("no generation is declared, and {why}"))
        }
        (Generation::One, Err(why)) => Outcome::Decided(vec![
            Finding::error(format!("BIOS finds nothing to start: {why}"))
                .found(why)
                .required("boot code with a BIOS boot partition or an active partition")
                .at(Place::disk(0, 440).structure("master boot record").field("boot code"))
                .fix("grub-install --target=i386-pc on the disk, with a BIOS boot partition (ef02) on a GPT"),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ways::testing::*;
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{MIB, TestDisk};

    #[test]
    fn boot_code_with_somewhere_to_go_passes() {
        let of = |table, generation| judge(&PART010, &inspection(table, None, generation));
        assert_eq!(of(table(true, true), Generation::One), Outcome::pass());
        let bad = of(table(true, false), Generation::One);
        assert_eq!(bad.status(), Status::Fail);
        assert!(bad.findings()[0].place.is_some());
        assert_eq!(
            of(table(true, false), Generation::Any).status(),
            Status::NotApplicable
        );
        assert_eq!(
            of(table(true, true), Generation::Two).status(),
            Status::NotApplicable
        );
        let mut disk = TestDisk::new(64 * MIB);
        disk.mbr(&[(0, 0x83, 2048, 8192)])
            .write(0, &[0xeb, 0x63, 0x90]);
        assert_eq!(of(disk.table(), Generation::One).status(), Status::Fail);
        disk.write(512, &[0x52, 0xe8]);
        assert_eq!(of(disk.table(), Generation::One), Outcome::pass());
        disk.mbr(&[(0x80, 0x83, 2048, 8192)]).write(512, &[0, 0]);
        assert_eq!(of(disk.table(), Generation::One), Outcome::pass());
        assert_scope(&PART010);
    }
}
