//! PART004: where partitions begin.

use super::{Subject, entry_place, listed, table};
use crate::finding::{Finding, Level, Outcome};
use crate::partition::Scheme;
use crate::rules::{MIB, declare_rule};

declare_rule! {
    /// Partitions begin at a whole MiB.
    ///
    /// ## Why
    /// A partition that begins elsewhere makes the storage behind the disk do two reads or writes
    /// where one would do, and is the mark of a table that an old tool laid out by cylinders.
    ///
    /// ## Evidence
    /// The first LBA of each partition: a multiple of 2048 sectors of 512 bytes. Extended
    /// partitions are left out; they only contain the logical ones, which are judged.
    ///
    /// ## Fix
    /// Lay the disk out again with `sgdisk -n0:0:0` or `parted -a optimal`, which align by
    /// themselves, and copy the file systems.
    ///
    /// ## Limits
    /// No text of Microsoft's demands it; it follows from the first partition at sector 2048.
    pub static PART004 = {
        id: "PART004",
        name: "partition-alignment",
        level: Advice,
        sources: [FAQ],
    };
}

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    if table.scheme == Scheme::None {
        return Outcome::not_applicable("the disk has no partition table");
    }
    let findings = table
        .partitions
        .iter()
        .filter(|p| !p.kind.is_extended() && !p.kind.is_protective())
        .filter(|p| table.byte_of(p.first_lba) % MIB != 0)
        .map(|partition| {
            let start = table.byte_of(partition.first_lba);
            Finding::advice(format!(
                "partition {} begins at byte {start}, which is no whole MiB",
                partition.number
            ))
            .found(format!("LBA {}", partition.first_lba))
            .required(format!(
                "a multiple of {} sectors",
                MIB / u64::from(table.sector_size)
            ))
            .at(entry_place(partition).field("first LBA"))
            .fix("lay the disk out again (sgdisk aligns by itself), and copy the file systems")
        });
    Outcome::Decided(listed(
        Level::Advice,
        findings,
        "partitions that begin at no whole MiB",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{LINUX, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;

    #[test]
    fn aligned_partitions_pass_on_any_disk() {
        let table = TestDisk::new(64 * MIB).gpt(&TestGpt::default()).table();
        assert_eq!(on_os_disk(&PART004, table.clone()), Outcome::pass());
        assert_eq!(on_data_disk(&PART004, table), Outcome::pass());
    }

    #[test]
    fn others_are_advised_about_each() {
        let entries = [
            (LINUX, 34, 2047, ""),
            (LINUX, 2048, 3000, ""),
            (LINUX, 3001, 4000, ""),
        ];
        let table = TestDisk::new(64 * MIB)
            .gpt(&TestGpt::with(&entries))
            .table();
        let outcome = on_data_disk(&PART004, table);
        assert_eq!(
            (outcome.status(), outcome.findings().len()),
            (Status::Pass, 2)
        );
        assert_evidence(&outcome);
        assert_eq!(
            outcome.findings()[1].place.as_ref().unwrap().partition,
            Some(3)
        );
    }

    #[test]
    fn an_extended_partition_is_not_judged_but_its_logical_ones_are() {
        let mut disk = TestDisk::new(64 * MIB);
        disk.mbr(&[(0, 0x05, 4094, 8192)]);
        disk.boot_record(4094, &[(0, 0x83, 2, 100), (0, 0x05, 2048, 10)]);
        disk.boot_record(6142, &[(0, 0x83, 63, 100)]);
        let outcome = on_os_disk(&PART004, disk.table());
        assert_eq!(messages(&outcome).len(), 1);
        assert!(messages(&outcome)[0].starts_with("partition 6 "));
    }

    #[test]
    fn a_hostile_table_gives_a_bounded_list() {
        let gpt = TestGpt {
            count: 4096,
            entries: vec![(LINUX, 3, 3, ""); 4096],
            ..TestGpt::default()
        };
        let outcome = on_os_disk(&PART004, TestDisk::new(64 * MIB).gpt(&gpt).table());
        assert_eq!(outcome.findings().len(), 17);
        assert!(messages(&outcome)[16].starts_with("and 4080 more"));
    }

    #[test]
    fn without_a_table_it_does_not_apply_and_unread_it_is_open() {
        let empty = TestDisk::new(64 * MIB).table();
        assert_eq!(on_os_disk(&PART004, empty).status(), Status::NotApplicable);
        assert_eq!(on_unreadable(&PART004).status(), Status::Undetermined);
    }
}
