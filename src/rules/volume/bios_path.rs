//! PART010: what BIOS starts.

use super::ways::{bios, disk, is_windows};
use super::windows_ways;
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::Generation;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// A disk of generation 1 has what BIOS starts.
    ///
    /// ## Why
    /// Generation 1 runs the code in the master boot record, which loads the rest from a BIOS boot
    /// partition, an active partition, or the sectors behind the record. Windows goes by the one
    /// active partition only, whose boot sector loads `\bootmgr`.
    ///
    /// ## Evidence
    /// Bytes 0 to 439 of sector 0, the partitions' types and marks, and what stands behind the
    /// record of an MBR disk. For Windows `\bootmgr` and `\Boot\BCD` on the active partition,
    /// and its boot sector: code that names `BOOTMGR`, and `HiddenSectors`, the partition's start.
    ///
    /// ## Fix
    /// Add a BIOS boot partition and run `grub-install --target=i386-pc` on the disk. Windows:
    /// `bcdboot C:\Windows /s S: /f BIOS` and `bootsect /nt60 S: /mbr`, where `S:` is the active
    /// partition.
    ///
    /// ## Limits
    /// Whether the code leads to a kernel shows only when it is started.
    pub static PART010 = {
        id: "PART010",
        name: "bios-boot-path",
        level: Error,
        sources: [GEN2, RSL],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match disk(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    if subject.inspection.generation == Generation::Two {
        return Outcome::not_applicable("generation 2 is declared, which does not start by BIOS");
    }
    let way = match bios(subject, table) {
        Ok(way) => way,
        Err(outcome) => return outcome,
    };
    let (required, fix) = match is_windows(subject) {
        true => (
            r"an MBR with boot code and one active partition, which has \bootmgr and \Boot\BCD",
            windows_ways::FIX_BIOS,
        ),
        false => (
            "boot code with a BIOS boot partition or an active partition",
            "grub-install --target=i386-pc on the disk, with a BIOS boot partition (ef02) on a GPT",
        ),
    };
    match (subject.inspection.generation, way) {
        (_, Ok(_)) => Outcome::pass(),
        (Generation::Any, Err(why)) => {
            Outcome::not_applicable(format!("no generation is declared, and {why}"))
        }
        (Generation::One | Generation::Two, Err(why)) => Outcome::Decided(vec![
            Finding::error(format!("BIOS finds nothing to start: {why}"))
                .found(why)
                .required(required)
                .at(Place::disk(0, 440)
                    .structure("master boot record")
                    .field("boot code"))
                .fix(fix),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ways::testing::*;
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{MIB, TestDisk};
    use crate::rules::volume::testing::assert_evidence;
    use crate::rules::windows::testing::Machine;
    use crate::volume::BootSector;

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

    #[test]
    fn windows_needs_its_boot_manager_on_the_one_active_partition() {
        let of = |machine: &Machine, active| {
            let inspection = windows_disk(machine, mbr_of_windows(active), Generation::One);
            judge(&PART010, &inspection)
        };
        let sound = bios_machine();
        assert_eq!(of(&sound, [false, true]), Outcome::pass());
        for (machine, active) in [
            (sound.clone(), [false, false]),
            (sound.clone(), [true, true]),
            (sound.clone(), [true, false]),
            (
                sound.clone().files(|tree| tree.without("/bootmgr")),
                [false, true],
            ),
            (
                sound.clone().files(|tree| tree.file("/bootmgr", "")),
                [false, true],
            ),
            (
                sound.clone().files(|tree| tree.without("/Boot/BCD")),
                [false, true],
            ),
        ] {
            let outcome = of(&machine, active);
            assert_eq!(outcome.status(), Status::Fail, "{outcome:?}");
            assert_evidence(&outcome);
        }
        let of_sector = |change: fn(&mut BootSector)| {
            let table = mbr_of_windows([false, true]);
            let mut inspection = windows_disk(&sound, table, Generation::One);
            let volumes = inspection.volumes.as_mut().unwrap();
            change(volumes[1].boot_sector.as_mut().unwrap().as_mut().unwrap());
            judge(&PART010, &inspection).status()
        };
        assert_eq!(of_sector(|_| {}), Status::Pass);
        assert_eq!(
            of_sector(|sector| sector.loads_boot_manager = false),
            Status::Fail
        );
        assert_eq!(of_sector(|sector| sector.is_signed = false), Status::Fail);
        assert_eq!(of_sector(|sector| sector.hidden_sectors = 63), Status::Fail);
        let gpt = windows_disk(&sound, gpt_of_windows(), Generation::One);
        assert_eq!(judge(&PART010, &gpt).status(), Status::Fail);
        let mut any = windows_disk(&sound, mbr_of_windows([true, false]), Generation::Any);
        assert_eq!(judge(&PART010, &any).status(), Status::NotApplicable);
        any.generation = Generation::One;
        any.guest = Err(crate::known::Undetermined::new("encrypted"));
        assert_eq!(judge(&PART010, &any).status(), Status::Undetermined);
    }
}
