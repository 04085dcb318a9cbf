//! PART015: what a generation 1 machine can start from.

use super::{Subject, on_a_raw_copy, os_disk_table};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::{Generation, OsFamily};
use crate::partition::{Mbr, PartitionTable, Scheme};
use crate::rules::{GIB, declare_rule};

declare_rule! {
    /// The OS disk of a generation 1 machine is at most 2 TiB, and Windows on it uses an MBR.
    ///
    /// ## Why
    /// A generation 1 machine starts by BIOS. An MBR counts in 32 bits, so that nothing after
    /// 2 TiB can be reached, and Windows' boot loader starts by BIOS from an MBR only.
    ///
    /// ## Evidence
    /// The size of the virtual disk, whether its table is a GPT, and the operating system family.
    /// Judged where generation 1 is declared, and, as to the size, where none is declared but the
    /// disk has an MBR without an EFI system partition, which only BIOS can start.
    ///
    /// ## Fix
    /// Publish the image as generation 2, or convert the disk: shrink it below 2 TiB, and give a
    /// Windows disk an MBR. The generation of a machine cannot be changed in place.
    ///
    /// ## Limits
    /// An MBR's four primary partitions cannot be exceeded, so that the limit needs no check.
    /// Linux starts by BIOS from a GPT with a BIOS boot partition.
    pub static PART015 = {
        id: "PART015",
        name: "generation-1-limits",
        level: Error,
        sources: [WINP, GEN2],
    };
}

/// Sectors that an MBR can count, in bytes.
const LIMIT: u64 = 2048 * GIB;

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match os_disk_table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    match subject.inspection.generation {
        Generation::Two => Outcome::not_applicable("generation 2 is declared"),
        Generation::One => declared(subject, table),
        Generation::Any if starts_by_bios_only(table) => {
            Outcome::Decided(size(table).into_iter().collect())
        }
        Generation::Any => Outcome::not_applicable(
            "generation 1 is not declared (--generation 1), and the disk may start by UEFI",
        ),
    }
}

fn starts_by_bios_only(table: &PartitionTable) -> bool {
    table.scheme == Scheme::Mbr && !table.partitions.iter().any(|p| p.kind.is_esp())
}

fn declared(subject: &Subject<'_>, table: &PartitionTable) -> Outcome {
    let mut findings: Vec<_> = size(table).into_iter().collect();
    let gpt_only = table.scheme == Scheme::Gpt && !table.mbr.as_ref().is_some_and(Mbr::is_hybrid);
    if !gpt_only {
        return Outcome::Decided(findings);
    }
    match subject.inspection.os.as_ref().map(|os| os.value) {
        Some(OsFamily::Windows) => findings.push(
            Finding::error(
                "generation 1 is declared, but this Windows disk has a GPT: BIOS cannot start it",
            )
            .found("a GPT")
            .required("an MBR, or generation 2")
            .at(Place::disk(0, 512).structure("MBR"))
            .fix("publish the image as generation 2, or install Windows again on an MBR disk"),
        ),
        Some(OsFamily::Linux) => {}
        None => {
            return Outcome::Undetermined(
                "the disk has a GPT, from which BIOS starts Linux but not Windows, and the family \
                 is not known: say --os linux or --os windows"
                    .to_owned(),
                findings,
            );
        }
    }
    Outcome::Decided(findings)
}

fn size(table: &PartitionTable) -> Option<Finding> {
    (table.disk_size > LIMIT).then(|| {
        Finding::error(format!(
            "the disk has {} GiB; a generation 1 machine starts from at most 2 TiB",
            table.disk_size / GIB
        ))
        .found(format!("{} bytes", table.disk_size))
        .required(format!("at most {LIMIT} bytes"))
        .at(Place::disk(0, table.disk_size)
            .structure("virtual disk")
            .field("size"))
        .fix(format!(
            "publish the image as generation 2, or shrink the file systems and partitions first, \
             then {}",
            on_a_raw_copy("qemu-img resize --shrink -f raw disk.raw 2T")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{LINUX, MIB, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;
    use Generation::{Any, One, Two};

    fn gpt(size: u64) -> PartitionTable {
        TestDisk::new(size)
            .gpt(&TestGpt::with(&[(LINUX, 2048, 4095, "")]))
            .table()
    }

    fn mbr(size: u64, kind: u8) -> PartitionTable {
        TestDisk::new(size).mbr(&[(0x80, kind, 2048, 2048)]).table()
    }

    fn status(table: PartitionTable, os: Option<OsFamily>, generation: Generation) -> Status {
        on_declared(&PART015, table, os, generation).status()
    }

    #[test]
    fn disks_that_bios_can_start_pass() {
        assert_eq!(
            status(mbr(64 * MIB, 7), Some(OsFamily::Windows), One),
            Status::Pass
        );
        assert_eq!(status(mbr(LIMIT, 0x83), None, One), Status::Pass);
        assert_eq!(
            status(gpt(64 * MIB), Some(OsFamily::Linux), One),
            Status::Pass
        );
        assert_eq!(status(mbr(64 * MIB, 0x83), None, Any), Status::Pass);
        let mut hybrid = TestDisk::new(64 * MIB);
        hybrid
            .gpt(&TestGpt::default())
            .mbr(&[(0, 0xee, 1, 2047), (0x80, 7, 2048, 99)]);
        assert_eq!(
            status(hybrid.table(), Some(OsFamily::Windows), One),
            Status::Pass
        );
    }

    #[test]
    fn disks_beyond_2_tib_and_windows_on_a_gpt_fail() {
        for (table, os, generation) in [
            (mbr(LIMIT + 512, 0x83), None, One),
            (mbr(LIMIT + 512, 0x83), None, Any),
            (gpt(LIMIT + 512), Some(OsFamily::Linux), One),
            (gpt(64 * MIB), Some(OsFamily::Windows), One),
        ] {
            let outcome = on_declared(&PART015, table, os, generation);
            assert_eq!(outcome.status(), Status::Fail);
            assert_evidence(&outcome);
        }
    }

    #[test]
    fn other_generations_and_data_disks_are_not_judged() {
        assert_eq!(
            status(mbr(LIMIT + 512, 7), None, Two),
            Status::NotApplicable
        );
        assert_eq!(status(gpt(LIMIT + 512), None, Any), Status::NotApplicable);
        assert_eq!(
            status(mbr(LIMIT + 512, 0xef), None, Any),
            Status::NotApplicable
        );
        let outcome = on_data_disk(&PART015, mbr(LIMIT + 512, 7));
        assert_eq!(outcome.status(), Status::NotApplicable);
    }

    #[test]
    fn an_unknown_system_on_a_gpt_and_an_unread_table_are_undetermined() {
        assert_eq!(status(gpt(64 * MIB), None, One), Status::Undetermined);
        assert_eq!(on_unreadable(&PART015).status(), Status::Undetermined);
    }
}
