//! PART016: the tag in sector 128.

use uuid::Uuid;

use super::{Subject, os_disk_table};
use crate::finding::{Finding, Outcome, Place};
use crate::partition::{Partition, PartitionTable};
use crate::rules::declare_rule;

declare_rule! {
    /// Sector 128 (byte 65536) of the OS disk is zero, or the publisher knows what it holds.
    ///
    /// ## Why
    /// Build tools can write a GUID there that marks a disk for Azure, and the mark goes along with
    /// every copy. An image with such a mark may come from another publisher's, whose terms and
    /// billing then come with it.
    ///
    /// ## Evidence
    /// The 512 bytes at byte 65536 of the virtual disk; the first 16 as a GUID in Microsoft's
    /// little-endian order.
    ///
    /// ## Fix
    /// If the tag is not yours, start from a base that you may publish, and ask for a tag of your
    /// own where the offer needs one. In kiwi it is the attribute `vhdfixedtag`.
    ///
    /// ## Limits
    /// Microsoft does not publish where its billing tag stands: that it is this sector is
    /// concluded from what kiwi writes for Azure.
    pub static PART016 = {
        id: "PART016",
        name: "disk-tag",
        level: Note,
        sources: [KIWI, FAQ],
    };
}

/// Byte offset of the tag.
const TAG_AT: u64 = 65536;

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match os_disk_table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    let Some(tag) = &table.lead.tag else {
        return match &table.lead.unread {
            Some(reason) => Outcome::undetermined(reason.clone()),
            None => Outcome::pass(),
        };
    };
    let place = Place::disk(TAG_AT, 512).structure("sector 128");
    let finding = if let Some(partition) = covering(table) {
        Finding::note(format!(
            "sector 128 is not zero, but belongs to partition {}: it holds no tag",
            partition.number
        ))
        .at(place.partition(partition.number))
    } else if table.lead.tag_stands_alone() {
        let guid = guid(tag);
        Finding::note(format!(
            "sector 128 carries a tag, {guid}: the image may derive from one that was tagged"
        ))
        .found(guid.to_string())
        .at(place)
    } else {
        Finding::note(
            "sector 128 is not zero, and neither are its neighbours: part of a boot loader, \
             rather than a tag",
        )
        .at(place)
    };
    Outcome::Decided(vec![finding])
}

/// The GUID that begins the sector.
fn guid(sector: &[u8; 512]) -> Uuid {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(sector) {
        *to = *from;
    }
    Uuid::from_bytes_le(bytes)
}

fn covering(table: &PartitionTable) -> Option<&Partition> {
    table.partitions.iter().find(|partition| {
        let start = table.byte_of(partition.first_lba);
        let end = table.byte_of(partition.last_lba.saturating_add(1));
        (start..end).contains(&TAG_AT)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{DISK_GUID, LINUX, MIB, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;

    fn gpt() -> TestDisk {
        let mut disk = TestDisk::new(64 * MIB);
        disk.gpt(&TestGpt::default());
        disk
    }

    #[test]
    fn an_empty_sector_passes_in_silence() {
        assert_eq!(on_os_disk(&PART016, gpt().table()), Outcome::pass());
        assert_eq!(
            on_os_disk(&PART016, TestDisk::new(4096).table()),
            Outcome::pass()
        );
    }

    #[test]
    fn a_tag_is_noted_with_its_guid() {
        let outcome = on_os_disk(
            &PART016,
            gpt().write(65536, &DISK_GUID.to_bytes_le()).table(),
        );
        assert_eq!(outcome.status(), Status::Pass);
        let finding = &outcome.findings()[0];
        assert_eq!(
            finding.found.as_deref(),
            Some("00112233-4455-6677-8899-aabbccddeeff")
        );
        assert_eq!(finding.place.as_ref().unwrap().offset, Some(65536));
    }

    #[test]
    fn code_and_partitions_are_not_taken_for_a_tag() {
        let outcome = on_os_disk(&PART016, gpt().write(65000, &[1; 2000]).table());
        assert!(messages(&outcome)[0].contains("boot loader"));
        let mut disk = TestDisk::new(64 * MIB);
        disk.gpt(&TestGpt::with(&[(LINUX, 100, 200, "")]))
            .write(65536, &[1; 16]);
        assert!(messages(&on_os_disk(&PART016, disk.table()))[0].contains("partition 1"));
    }

    #[test]
    fn data_disks_are_not_judged_and_unread_sectors_are_undetermined() {
        let outcome = on_data_disk(&PART016, gpt().write(65536, &[1; 16]).table());
        assert_eq!(outcome.status(), Status::NotApplicable);
        assert_eq!(on_unreadable(&PART016).status(), Status::Undetermined);
        let table = gpt().unavailable(65536..65537).table();
        assert_eq!(on_os_disk(&PART016, table).status(), Status::Undetermined);
    }
}
