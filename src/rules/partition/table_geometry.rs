//! PART014: partitions lie on the disk and apart from each other.

use super::{
    Subject, decided_unless, entry_place, header_place, listed, on_a_raw_copy, table, unread,
};
use crate::finding::{Finding, Level, Outcome, Place};
use crate::partition::{
    AnomalyKind, GptSide, Overlap, Partition, PartitionTable, Scheme, TableAnomaly,
};
use crate::rules::declare_rule;

declare_rule! {
    /// Every partition lies on the disk, within the table's bounds, and overlaps no other.
    ///
    /// ## Why
    /// A partition that reaches past the end loses its last sectors, or does not appear at all;
    /// two that overlap destroy each other as soon as both are written to. It is what remains of
    /// a disk that was shortened to fit a size.
    ///
    /// ## Evidence
    /// First and last LBA of each partition, compared with the last LBA of the virtual disk, with
    /// FirstUsableLBA and LastUsableLBA of a GPT, and with each other. The chain of an MBR's
    /// logical partitions, which must not loop or leave the disk. An extended partition contains
    /// its logical ones; that is no overlap.
    ///
    /// ## Fix
    /// Shrink the file system first, then the partition (`resize2fs`, `parted resizepart`), or
    /// enlarge the disk again (`qemu-img resize -f raw disk.raw +1M`, then `sgdisk -e disk.raw`).
    ///
    /// ## Limits
    /// That an MBR partition must not begin at sector 0 is a warning: some systems did that on
    /// purpose.
    pub static PART014 = {
        id: "PART014",
        name: "table-geometry",
        level: Error,
        sources: [UEFI],
    };
}

const LAY_OUT: &str = "compare with the disk that the image was made of, and lay the partitions \
     out again: sfdisk --dump disk.raw > table; edit it; sfdisk disk.raw < table";

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    let usable = match (table.scheme, &table.gpt) {
        (Scheme::None, _) => return Outcome::not_applicable("the disk has no partition table"),
        (Scheme::Gpt, Some(gpt)) if gpt.used.is_none() => {
            return Outcome::undetermined("neither entry array of the GPT can be read");
        }
        (Scheme::Gpt, Some(gpt)) => gpt
            .used_copy()
            .map(|copy| (copy.header.first_usable_lba, copy.header.last_usable_lba)),
        _ => None,
    };
    let placed = table
        .partitions
        .iter()
        .filter(|partition| !partition.kind.is_protective())
        .filter_map(|partition| misplaced(table, partition, usable));
    let mut findings = listed(Level::Error, placed, "partitions in the wrong place");
    let overlaps = table
        .overlaps
        .iter()
        .map(|overlap| overlapping(table, overlap));
    findings.extend(listed(Level::Error, overlaps, "overlaps"));
    findings.extend(bounds(table));
    let chain = table
        .anomalies
        .iter()
        .filter(|anomaly| anomaly.structure == EBR)
        .filter_map(broken_chain);
    findings.extend(listed(
        Level::Error,
        chain,
        "defects of extended boot records",
    ));
    decided_unless(unread(table, &[EBR]), findings)
}

/// What the extended boot records are called in anomalies.
const EBR: &str = "extended boot record";

fn misplaced(
    table: &PartitionTable,
    partition: &Partition,
    usable: Option<(u64, u64)>,
) -> Option<Finding> {
    let (number, first, last) = (partition.number, partition.first_lba, partition.last_lba);
    let end = table.last_lba();
    let error = |message: String, required: String, field: &str, fix: String| {
        Finding::error(message)
            .found(format!("LBA {first} to {last}"))
            .required(required)
            .at(entry_place(partition).field(field))
            .fix(fix)
    };
    if first > last {
        let message = format!("partition {number} ends before it begins");
        let required = "a last LBA that is not below the first".to_owned();
        return Some(error(message, required, "last LBA", LAY_OUT.to_owned()));
    }
    if last > end {
        let message = format!(
            "partition {number} reaches {} sectors past the end of the disk",
            last.saturating_sub(end.max(first.saturating_sub(1)))
        );
        let missing = last
            .saturating_sub(end)
            .saturating_mul(table.sector_size.into())
            .div_ceil(1 << 20)
            .saturating_add(1);
        let fix = if missing < 1 << 20 {
            on_a_raw_copy(&format!("qemu-img resize -f raw disk.raw +{missing}M"))
        } else {
            LAY_OUT.to_owned()
        };
        let required = format!("a last LBA of at most {end}");
        return Some(error(message, required, "last LBA", fix));
    }
    if let Some((from, to)) = usable.filter(|(from, to)| first < *from || last > *to) {
        let message =
            format!("partition {number} lies outside of the sectors that the GPT says are usable");
        let required = format!("within LBA {from} to {to} (FirstUsableLBA to LastUsableLBA)");
        return Some(error(message, required, "first LBA", LAY_OUT.to_owned()));
    }
    (first == 0 && usable.is_none()).then(|| {
        Finding::warning(format!(
            "partition {number} begins at sector 0, where the partition table itself stands"
        ))
        .found(format!("LBA {first} to {last}"))
        .required("a first LBA of at least 1")
        .at(entry_place(partition).field("first LBA"))
        .fix(LAY_OUT)
    })
}

fn overlapping(table: &PartitionTable, overlap: &Overlap) -> Finding {
    let finding = Finding::error(format!(
        "partitions {} and {} overlap by {} sectors",
        overlap.first,
        overlap.second,
        overlap
            .last_lba
            .saturating_sub(overlap.first_lba)
            .saturating_add(1)
    ))
    .found(format!(
        "LBA {} to {} belong to both",
        overlap.first_lba, overlap.last_lba
    ))
    .required("no sector in two partitions")
    .fix(LAY_OUT);
    match table.partition(overlap.second) {
        Some(partition) => finding.at(entry_place(partition).field("first LBA")),
        None => finding,
    }
}

/// The bounds that the GPT itself states.
fn bounds(table: &PartitionTable) -> Vec<Finding> {
    let gpt = table.gpt.as_ref().filter(|_| table.scheme == Scheme::Gpt);
    let Some((gpt, side, copy)) = gpt.and_then(|gpt| Some((gpt, gpt.used?, gpt.used_copy()?)))
    else {
        return Vec::new();
    };
    let (first, last) = (copy.header.first_usable_lba, copy.header.last_usable_lba);
    let mut findings = Vec::new();
    if last > table.last_lba() {
        findings.push(
            Finding::error(
                "the GPT was made for a larger disk: the last sector that it calls usable is not \
                 on this one, and systems refuse the table",
            )
            .found(format!("LastUsableLBA {last}"))
            .required(format!(
                "at most {}, the last LBA of the disk",
                table.last_lba()
            ))
            .at(header_place(copy, side, "LastUsableLBA"))
            .fix(on_a_raw_copy("sgdisk -e disk.raw")),
        );
    }
    let primary = gpt
        .primary
        .as_ref()
        .and_then(|copy| copy.array.as_ref().ok());
    if let (GptSide::Primary, Some(array)) = (side, primary) {
        let end = array.offset.saturating_add(array.length);
        if end > table.byte_of(first) {
            findings.push(
                Finding::error(
                    "the GPT's entry array reaches into the sectors that it calls usable",
                )
                .found(format!(
                    "the array ends at byte {end}, FirstUsableLBA is {first}"
                ))
                .required(format!(
                    "FirstUsableLBA of at least {}",
                    end.div_ceil(u64::from(table.sector_size).max(1))
                ))
                .at(header_place(copy, side, "FirstUsableLBA"))
                .fix(LAY_OUT),
            );
        }
    }
    findings
}

fn broken_chain(anomaly: &TableAnomaly) -> Option<Finding> {
    let level = match anomaly.kind {
        AnomalyKind::Broken => Level::Error,
        AnomalyKind::Odd => Level::Warning,
        AnomalyKind::Unread | AnomalyKind::Limit => return None,
    };
    Some(
        Finding::new(level, anomaly.message.clone())
            .found(anomaly.message.clone())
            .required("a chain of records within the extended partition, each with 55 AA")
            .at(Place::disk(anomaly.offset, 512).structure(EBR))
            .fix(LAY_OUT),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{LINUX, MIB, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;
    use uuid::Uuid;

    const SIZE: u64 = 64 * MIB;
    const LAST: u64 = SIZE / 512 - 1;

    fn gpt(entries: &[(Uuid, u64, u64, &'static str)]) -> PartitionTable {
        TestDisk::new(SIZE).gpt(&TestGpt::with(entries)).table()
    }

    fn failed(table: PartitionTable, text: &str) {
        let outcome = on_data_disk(&PART014, table);
        assert_eq!(outcome.status(), Status::Fail, "{text}");
        assert_evidence(&outcome);
        assert!(
            messages(&outcome).iter().any(|m| m.contains(text)),
            "{:?}",
            messages(&outcome)
        );
    }

    #[test]
    fn partitions_on_the_disk_and_apart_pass() {
        let table = gpt(&[(LINUX, 2048, 4095, ""), (LINUX, 4096, LAST - 33, "")]);
        assert_eq!(on_os_disk(&PART014, table), Outcome::pass());
        let mut disk = TestDisk::new(SIZE);
        disk.mbr(&[(0, 0x05, 2048, 8192)])
            .boot_record(2048, &[(0, 0x83, 63, 1000)]);
        assert_eq!(on_data_disk(&PART014, disk.table()), Outcome::pass());
    }

    #[test]
    fn misplaced_partitions_fail() {
        failed(
            gpt(&[(LINUX, 2048, 4096, ""), (LINUX, 4096, 5000, "")]),
            "overlap by 1 sectors",
        );
        failed(
            gpt(&[(LINUX, 2048, LAST + 10, "")]),
            "reaches 10 sectors past the end",
        );
        failed(gpt(&[(LINUX, 1 << 63, u64::MAX, "")]), "past the end");
        failed(gpt(&[(LINUX, 5000, 4999, "")]), "ends before it begins");
        failed(gpt(&[(LINUX, 2048, LAST - 10, "")]), "says are usable");
        failed(gpt(&[(LINUX, 10, 3000, "")]), "says are usable");
        let mbr = TestDisk::new(SIZE)
            .mbr(&[(0, 0x83, 2048, u32::MAX)])
            .table();
        failed(mbr, "past the end");
    }

    #[test]
    fn a_table_made_for_a_larger_disk_fails() {
        let mut disk = TestDisk::new(SIZE);
        disk.gpt(&TestGpt::default()).resize(SIZE - MIB);
        failed(disk.table(), "made for a larger disk");
    }

    #[test]
    fn an_array_inside_the_usable_sectors_fails() {
        let mut disk = TestDisk::new(SIZE);
        disk.gpt(&TestGpt::default())
            .set_header(512, 40, &20_u64.to_le_bytes());
        failed(disk.table(), "entry array reaches");
    }

    #[test]
    fn a_broken_chain_of_logical_partitions_fails() {
        let mut disk = TestDisk::new(SIZE);
        disk.mbr(&[(0, 0x05, 2048, 8192)]);
        disk.boot_record(2048, &[(0, 0x83, 1, 10), (0, 0x05, 0, 1)]);
        failed(disk.table(), "leads back");
    }

    #[test]
    fn a_partition_that_begins_at_the_table_is_warned_of() {
        let table = TestDisk::new(SIZE).mbr(&[(0x80, 0xa5, 0, 50000)]).table();
        assert_eq!(on_os_disk(&PART014, table).status(), Status::Warn);
    }

    #[test]
    fn without_a_table_it_does_not_apply() {
        let table = TestDisk::new(SIZE).table();
        assert_eq!(on_os_disk(&PART014, table).status(), Status::NotApplicable);
    }

    #[test]
    fn what_cannot_be_read_is_undetermined() {
        assert_eq!(on_unreadable(&PART014).status(), Status::Undetermined);
        let mut logical = TestDisk::new(SIZE);
        logical
            .mbr(&[(0, 0x05, 20480, 8192)])
            .unavailable(20480 * 512..20481 * 512);
        assert_eq!(
            on_os_disk(&PART014, logical.table()).status(),
            Status::Undetermined
        );
        let mut arrays = TestDisk::new(SIZE);
        arrays.gpt(&TestGpt::default()).unavailable(2048..2049);
        arrays.unavailable(SIZE - 2048..SIZE - 2047);
        assert_eq!(
            on_os_disk(&PART014, arrays.table()).status(),
            Status::Undetermined
        );
    }
}
