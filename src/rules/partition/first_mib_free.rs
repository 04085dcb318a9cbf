//! PART003: the first MiB of the OS disk.

use super::{Subject, entry_place, os_disk_table};
use crate::finding::{Finding, Level, Outcome, Place};
use crate::partition::{Lead, PartitionTable, Scheme, SectorRun};
use crate::rules::{MIB, declare_rule};

declare_rule! {
    /// The first 2048 sectors (1 MiB) of the OS disk hold nothing but the partition table.
    ///
    /// ## Why
    /// Marketplace writes its own mark there when it publishes the image, and publishing fails
    /// where something is in the way. Images built on an approved base comply already.
    ///
    /// ## Evidence
    /// The first sector of the first partition, and every sector below 2048 that is not zero and
    /// belongs neither to the MBR nor to the GPT header and its entry array, however long that is.
    /// Sector 128 is left out where it stands alone: tools keep a disk tag there (PART016).
    ///
    /// ## What Azure says
    /// - `VM images must have 1 MB of free space`
    /// - `ensure the first 2,048 sectors (1 MB) of the OS disk are empty. Otherwise, your publishing will fail.`
    ///
    /// ## Fix
    /// Make a table whose first partition begins at sector 2048 (`sgdisk -n1:2048:0 disk.raw`,
    /// `parted disk.raw mkpart root 1MiB 100%`, `fdisk`), copy the file systems into it, and
    /// install the boot loader again.
    ///
    /// ## Limits
    /// The requirement's text speaks of GPT, so that an MBR is only warned of; what lies between
    /// an MBR and its first partition is a note, since GRUB keeps its core image there. Whether an
    /// image derives from an approved base cannot be seen: a GPT is always judged as self-built.
    pub static PART003 = {
        id: "PART003",
        name: "first-mib-free",
        level: Error,
        sources: [FAQ, DLPX],
    };
}

/// Sectors that have to be free, of 512 bytes.
const SECTORS: u64 = 2048;
/// Where a disk tag is kept, in sectors of 512 bytes.
const TAG: SectorRun = SectorRun {
    first: 128,
    last: 128,
};

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match os_disk_table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    if table.scheme == Scheme::None {
        return Outcome::not_applicable("the disk has no partition table (see PART001)");
    }
    let first = table
        .partitions
        .iter()
        .min_by_key(|partition| partition.first_lba);
    let start = first.map_or(u64::MAX, |partition| table.byte_of(partition.first_lba));
    let mut findings = Vec::new();
    if let Some(first) = first.filter(|_| start < MIB) {
        let level = if table.scheme == Scheme::Gpt {
            Level::Error
        } else {
            Level::Warning
        };
        let message = format!(
            "partition {} ({}) begins at byte {start}, within the first MiB",
            first.number, first.kind
        );
        findings.push(
            Finding::new(level, message)
                .found(format!("sector {}", start / 512))
                .required(format!("sector {SECTORS} or later"))
                .at(entry_place(first).field("first LBA"))
                .fix(
                    "make a disk whose first partition begins at 1 MiB \
                     (sgdisk -n1:2048:0 new.raw), \
                     copy the file systems, and install the boot loader again",
                ),
        );
    }
    findings.extend(occupied(table, &table.lead, (start / 512).min(SECTORS)));
    match &table.lead.unread {
        Some(reason) => Outcome::Undetermined(reason.clone(), findings),
        None => Outcome::Decided(findings),
    }
}

/// What lies before the first partition, which begins at 512-byte sector `end`.
fn occupied(table: &PartitionTable, lead: &Lead, end: u64) -> Option<Finding> {
    let runs: Vec<_> = lead
        .runs
        .iter()
        .filter(|run| run.first < end && **run != TAG)
        .map(|run| (run.first, run.last.min(end.saturating_sub(1))))
        .collect();
    let (first, last) = *runs.first()?;
    let sectors: u64 = runs.iter().map(|(first, last)| last - first + 1).sum();
    let mut list = runs
        .iter()
        .take(8)
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
        .collect::<Vec<_>>()
        .join(", ");
    if runs.len() > 8 || lead.truncated {
        list.push_str(", ...");
    }
    let place = Place::disk(first * 512, (last - first + 1) * 512).structure("first MiB");
    let found = format!("sectors that are not zero: {list}");
    let required = "zeros between the partition table and the first partition";
    Some(if table.scheme == Scheme::Gpt {
        Finding::error(format!(
            "{sectors} sectors of the first MiB hold something that is not the partition table's"
        ))
        .found(found)
        .required(required)
        .at(place)
        .fix(super::on_a_raw_copy(&format!(
            "dd if=/dev/zero of=disk.raw bs=512 seek={first} count={} conv=notrunc",
            last - first + 1
        )))
    } else {
        Finding::note(format!(
            "{sectors} sectors between the MBR and the first partition are not zero: on a BIOS \
             system the boot loader's code, such as GRUB's core.img, stands there"
        ))
        .found(found)
        .at(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{LINUX, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;

    fn gpt() -> TestDisk {
        let mut disk = TestDisk::new(64 * MIB);
        disk.gpt(&TestGpt::default());
        disk
    }

    fn status(disk: &TestDisk) -> Status {
        on_os_disk(&PART003, disk.table()).status()
    }

    #[test]
    fn a_first_mib_with_nothing_but_the_table_passes() {
        assert_eq!(on_os_disk(&PART003, gpt().table()), Outcome::pass());
        let mut mbr = TestDisk::new(64 * MIB);
        assert_eq!(
            on_os_disk(&PART003, mbr.mbr(&[(0, 0x83, 2048, 9)]).table()),
            Outcome::pass()
        );
    }

    #[test]
    fn a_longer_entry_array_is_still_the_table() {
        let mut disk = TestDisk::new(64 * MIB);
        let gpt = TestGpt {
            count: 1024,
            ..TestGpt::default()
        };
        assert_eq!(
            on_os_disk(&PART003, disk.gpt(&gpt).table()),
            Outcome::pass()
        );
    }

    #[test]
    fn a_partition_that_begins_earlier_fails_on_gpt_and_warns_on_mbr() {
        let mut disk = TestDisk::new(64 * MIB);
        let outcome = on_os_disk(
            &PART003,
            disk.gpt(&TestGpt::with(&[
                (LINUX, 34, 2047, "grub"),
                (LINUX, 2048, 9999, ""),
            ]))
            .table(),
        );
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        assert_eq!(outcome.findings()[0].found.as_deref(), Some("sector 34"));
        let mut disk = TestDisk::new(64 * MIB);
        let outcome = on_os_disk(&PART003, disk.mbr(&[(0, 0x83, 2047, 9999)]).table());
        assert_eq!(outcome.status(), Status::Warn);
        assert_evidence(&outcome);
    }

    #[test]
    fn the_start_is_counted_in_the_sectors_of_the_table() {
        let mut disk = TestDisk::new(64 * MIB);
        let gpt = TestGpt {
            sector_size: 4096,
            entries: vec![(LINUX, 256, 999, "")],
            ..TestGpt::default()
        };
        assert_eq!(status(disk.gpt(&gpt)), Status::Pass);
    }

    #[test]
    fn content_in_the_gap_fails_on_gpt_and_is_a_note_on_mbr() {
        let outcome = on_os_disk(&PART003, gpt().write(40 * 512, &[1; 1024]).table());
        assert_eq!(outcome.status(), Status::Fail);
        assert_evidence(&outcome);
        let finding = &outcome.findings()[0];
        assert_eq!(finding.place.as_ref().unwrap().offset, Some(40 * 512));
        assert!(finding.found.as_ref().unwrap().ends_with("40-41"));
        let mut mbr = TestDisk::new(64 * MIB);
        mbr.mbr(&[(0, 0x83, 2048, 9)]).write(512, &[1; 40_000]);
        let outcome = on_os_disk(&PART003, mbr.table());
        assert_eq!(outcome.status(), Status::Pass);
        assert_eq!(outcome.findings()[0].level, Level::Note);
    }

    #[test]
    fn a_tag_in_sector_128_is_not_counted_unless_it_is_part_of_something() {
        let mut disk = gpt();
        assert_eq!(status(disk.write(65536, &[7; 16])), Status::Pass);
        assert_eq!(status(disk.write(65536 + 512, &[7])), Status::Fail);
    }

    #[test]
    fn data_disks_and_disks_without_a_table_are_not_judged() {
        let outcome = on_data_disk(&PART003, gpt().write(40 * 512, &[1]).table());
        assert_eq!(outcome.status(), Status::NotApplicable);
        assert_eq!(status(&TestDisk::new(64 * MIB)), Status::NotApplicable);
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        assert_eq!(on_unreadable(&PART003).status(), Status::Undetermined);
        assert_eq!(
            status(gpt().unavailable(500_000..500_001)),
            Status::Undetermined
        );
        let mut spoiled = gpt();
        spoiled.write(40 * 512, &[1]).unavailable(500_000..500_001);
        assert_eq!(
            status(&spoiled),
            Status::Fail,
            "an error that was found counts"
        );
    }
}
