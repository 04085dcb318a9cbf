//! PART005: the second copy of a GPT.

use super::{Subject, header_place, on_a_raw_copy, table, unread};
use crate::finding::{Finding, Outcome, Place};
use crate::inspect::DiskRole;
use crate::partition::{Gpt, GptCopy, GptSide, PartitionTable, Scheme};
use crate::rules::declare_rule;

declare_rule! {
    /// The backup of a GPT stands in the last sector of the virtual disk and equals the primary.
    ///
    /// ## Why
    /// A disk that was resized after it was partitioned, most often to a whole number of MiB, has
    /// its backup in the middle. Kernels complain at each start, tools refuse to work on the
    /// table, and whatever breaks the first sectors takes the table with it.
    ///
    /// ## Evidence
    /// The header at the last LBA of the virtual disk, which ends before the VHD's footer: its
    /// CRC-32, that of its array, and the field AlternateLBA of the primary header. A backup that
    /// is not there is looked for where AlternateLBA points.
    ///
    /// ## Fix
    /// `sgdisk -e disk.raw` moves the backup to the end. It has to be a raw copy: a tool that takes
    /// the VHD for a raw disk would put the backup over the footer.
    ///
    /// ## Limits
    /// Microsoft's test suite tolerates the kernel's complaint.
    pub static PART005 = {
        id: "PART005",
        name: "gpt-backup-at-end",
        level: Warning,
        sources: [LISA, UEFI],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    let gpt = match (table.scheme, &table.gpt) {
        (Scheme::Gpt, Some(gpt)) => gpt,
        _ => return Outcome::not_applicable("the disk has no GPT"),
    };
    let mut findings = Vec::new();
    // On an OS disk a broken primary is PART001's; on a data disk nothing else says it.
    if subject.inspection.role.value == DiskRole::Data {
        findings.extend(primary_finding(gpt));
    }
    let backup = match &gpt.backup {
        Some(backup) => backup,
        None => {
            let names = ["GPT backup header", "GPT backup entry array"];
            if let Some(reason) = unread(table, &names) {
                return Outcome::Undetermined(reason, findings);
            }
            findings.push(missing(table));
            return Outcome::Decided(findings);
        }
    };
    let mended = on_a_raw_copy("sgdisk -e disk.raw");
    let last = table.last_lba();
    if backup.header.lba != last {
        findings.push(
            Finding::warning(format!(
                "the backup GPT stands at LBA {}, {} sectors before the end of the disk: the disk \
                 was enlarged after it was partitioned",
                backup.header.lba,
                last.saturating_sub(backup.header.lba)
            ))
            .found(format!("LBA {}", backup.header.lba))
            .required(format!("LBA {last}, the last one"))
            .at(header_place(backup, GptSide::Backup, "MyLBA"))
            .fix(mended.clone()),
        );
    }
    // Where the backup is not at the end, that the primary says so is no second defect.
    let primary = gpt
        .primary
        .as_ref()
        .filter(|copy| copy.header.alternate_lba != last);
    if let Some(primary) = primary.filter(|_| backup.header.lba == last) {
        findings.push(
            Finding::warning("the primary GPT header looks for the backup in another place")
                .found(format!("AlternateLBA {}", primary.header.alternate_lba))
                .required(format!("AlternateLBA {last}"))
                .at(header_place(primary, GptSide::Primary, "AlternateLBA"))
                .fix(mended.clone()),
        );
    }
    if backup.is_undecided() {
        let why = backup.defects().join("; ");
        return Outcome::Undetermined(format!("the backup GPT: {why}"), findings);
    }
    findings.extend(broken(backup, GptSide::Backup));
    let both = gpt.primary.as_ref().is_some_and(GptCopy::is_sound) && backup.is_sound();
    if both && !gpt.differences.is_empty() {
        findings.push(
            Finding::warning("the two copies of the GPT are sound, but say different things")
                .found(gpt.differences.join("; "))
                .required("the same partitions in both")
                .at(header_place(
                    backup,
                    GptSide::Backup,
                    "PartitionEntryArrayCRC32",
                ))
                .fix(mended),
        );
    }
    Outcome::Decided(findings)
}

fn missing(table: &PartitionTable) -> Finding {
    let offset = table.byte_of(table.last_lba());
    Finding::warning(
        "the GPT has no backup: its last sectors are not on this disk, which was shortened after \
         it was partitioned, or they were overwritten",
    )
    .found(format!(
        "no `EFI PART` at byte {offset}, nor where the primary header points"
    ))
    .required(format!("a GPT header at LBA {}", table.last_lba()))
    .at(Place::disk(offset, table.sector_size.into())
        .structure(GptSide::Backup.header_name())
        .field("Signature"))
    .fix(on_a_raw_copy("sgdisk -e disk.raw"))
}

fn primary_finding(gpt: &Gpt) -> Option<Finding> {
    match &gpt.primary {
        Some(primary) => broken(primary, GptSide::Primary).filter(|_| !primary.is_undecided()),
        None => Some(
            Finding::warning("the primary GPT is gone; the backup is all that is left")
                .found("no `EFI PART` at LBA 1")
                .required("a GPT header at LBA 1")
                .at(Place::disk(512, 512).structure(GptSide::Primary.header_name()))
                .fix(on_a_raw_copy("sgdisk -e disk.raw")),
        ),
    }
}

fn broken(copy: &GptCopy, side: GptSide) -> Option<Finding> {
    let defects = copy.defects();
    let which = match side {
        GptSide::Primary => "primary",
        GptSide::Backup => "backup",
    };
    (!defects.is_empty()).then(|| {
        Finding::warning(format!("the {which} GPT is broken"))
            .found(defects.join("; "))
            .required("a header and an entry array whose CRC-32 is right")
            .at(header_place(copy, side, "HeaderCRC32"))
            .fix(on_a_raw_copy("sgdisk -e disk.raw"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{LINUX, MIB, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;

    const SIZE: u64 = 64 * MIB;
    const LAST: u64 = SIZE / 512 - 1;

    fn gpt() -> TestDisk {
        let mut disk = TestDisk::new(SIZE);
        disk.gpt(&TestGpt::default());
        disk
    }

    fn warned(disk: &TestDisk, text: &str) {
        let outcome = on_os_disk(&PART005, disk.table());
        assert_eq!(outcome.status(), Status::Warn, "{text}");
        assert_evidence(&outcome);
        assert_eq!(messages(&outcome).len(), 1, "{:?}", messages(&outcome));
        assert!(
            messages(&outcome)[0].contains(text),
            "{:?}",
            messages(&outcome)
        );
    }

    #[test]
    fn a_backup_at_the_end_passes() {
        assert_eq!(on_os_disk(&PART005, gpt().table()), Outcome::pass());
        assert_eq!(on_data_disk(&PART005, gpt().table()), Outcome::pass());
    }

    #[test]
    fn a_disk_that_was_resized_is_warned_of() {
        warned(gpt().resize(SIZE + MIB), "2048 sectors before the end");
        warned(gpt().resize(SIZE - MIB), "has no backup");
    }

    #[test]
    fn a_backup_that_is_broken_or_differs_is_warned_of() {
        warned(gpt().flip(LAST * 512 + 60, 1), "backup GPT is broken");
        warned(gpt().flip((LAST - 32) * 512, 1), "backup GPT is broken");
        let other = TestGpt::with(&[(LINUX, 2048, 4095, "esp")]);
        warned(
            gpt().gpt_copy(&other, LAST, 1, LAST - 32),
            "say different things",
        );
        warned(
            gpt().set_header(512, 32, &99_u64.to_le_bytes()),
            "another place",
        );
    }

    #[test]
    fn a_broken_primary_is_said_of_data_disks_here() {
        let spoiled = gpt().flip(512 + 60, 1).table();
        assert_eq!(
            on_os_disk(&PART005, spoiled.clone()),
            Outcome::pass(),
            "PART001 says it"
        );
        let outcome = on_data_disk(&PART005, spoiled);
        assert_eq!(messages(&outcome), ["the primary GPT is broken"]);
        let outcome = on_data_disk(&PART005, gpt().write(512, &[0; 8]).table());
        assert!(messages(&outcome)[0].contains("is gone"));
    }

    #[test]
    fn other_tables_are_not_judged() {
        let mbr = TestDisk::new(SIZE).mbr(&[(0, 0x83, 2048, 9)]).table();
        assert_eq!(on_os_disk(&PART005, mbr).status(), Status::NotApplicable);
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        assert_eq!(on_unreadable(&PART005).status(), Status::Undetermined);
        for at in [SIZE - 512, SIZE - 1024] {
            let table = gpt().unavailable(at..at + 1).table();
            assert_eq!(
                on_os_disk(&PART005, table).status(),
                Status::Undetermined,
                "byte {at}"
            );
        }
    }
}
