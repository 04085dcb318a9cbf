//! VHD018: the sector size that the disk's content was made for.

use crate::finding::{Finding, Outcome, Place};
use crate::partition::{GptSide, PartitionTable, Scheme};
use crate::rules::fix::on_a_raw_copy;
use crate::rules::partition::table;
use crate::rules::{Subject, declare_rule};

declare_rule! {
    /// The disk's content is laid out for logical sectors of 512 bytes.
    ///
    /// ## Why
    /// A VHD counts in sectors of 512 bytes, and Azure presents it so. A table that was written on
    /// a disk with sectors of 4096 bytes then stands in the wrong place: no firmware finds it.
    ///
    /// ## Evidence
    /// `EFI PART`, the signature of a GPT header, at byte 4096 and not at byte 512 of the virtual
    /// disk; or, where the primary header is gone, at the disk's last 4096 bytes.
    ///
    /// ## Fix
    /// Write the table anew in sectors of 512 bytes, each partition at the byte where it is now
    /// (all numbers times eight), or install the system again on a disk with 512-byte sectors.
    /// FAT, NTFS and XFS keep the sector size within themselves, too, and have to be made again.
    ///
    /// ## Limits
    /// Only a GPT shows its sector size. An MBR, or a file system, that was made for 4096 bytes is
    /// not noticed here.
    pub static VHD018 = {
        id: "VHD018",
        name: "logical-sector-size",
        level: Error,
        sources: [UPL, UEFI],
    };
}

/// Partitions for which the command is spelled out.
const MAX_SPELLED: usize = 8;

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    if table.sector_size == 512 {
        return Outcome::pass();
    }
    let header = table
        .gpt
        .as_ref()
        .and_then(|gpt| match (&gpt.primary, &gpt.backup) {
            (Some(primary), _) => Some((&primary.header, GptSide::Primary)),
            (None, Some(backup)) => Some((&backup.header, GptSide::Backup)),
            (None, None) => None,
        });
    let Some((header, side)) = header.filter(|_| table.scheme == Scheme::Gpt) else {
        return Outcome::pass();
    };
    Outcome::Decided(vec![
        Finding::error(format!(
            "the partition table is laid out for sectors of {} bytes; a VHD has sectors of 512",
            table.sector_size
        ))
        .found(format!("`EFI PART` at byte {}", header.offset))
        .required("`EFI PART` at byte 512")
        .at(Place::disk(header.offset, table.sector_size.into())
            .structure(side.header_name())
            .field("Signature"))
        .fix(on_a_raw_copy(&rewrite(table))),
    ])
}

/// The command that writes the same partitions in sectors of 512 bytes.
fn rewrite(table: &PartitionTable) -> String {
    let mut command = "sgdisk -o".to_owned();
    for partition in table.partitions.iter().take(MAX_SPELLED) {
        let first = table.byte_of(partition.first_lba) / 512;
        let last = (table.byte_of(partition.last_lba.saturating_add(1)) / 512).saturating_sub(1);
        let number = partition.number;
        command.push_str(&format!(
            " -n {number}:{first}:{last} -t {number}:{}",
            partition.kind.code()
        ));
        if let Some(guid) = partition.guid {
            command.push_str(&format!(" -u {number}:{guid}"));
        }
    }
    if table.partitions.len() > MAX_SPELLED {
        command.push_str(" (and so on for the others)");
    }
    command.push_str(" disk.raw");
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Status;
    use crate::partition::testing::{LINUX, MIB, TestDisk, TestGpt};
    use crate::rules::partition::testing::*;

    fn large() -> TestDisk {
        let mut disk = TestDisk::new(64 * MIB);
        disk.gpt(&TestGpt {
            sector_size: 4096,
            entries: vec![(LINUX, 256, 511, "root")],
            ..TestGpt::default()
        });
        disk
    }

    #[test]
    fn disks_laid_out_for_512_and_disks_without_a_table_pass() {
        let table = TestDisk::new(64 * MIB).gpt(&TestGpt::default()).table();
        assert_eq!(on_os_disk(&VHD018, table), Outcome::pass());
        assert_eq!(
            on_data_disk(&VHD018, TestDisk::new(64 * MIB).table()),
            Outcome::pass()
        );
    }

    #[test]
    fn a_gpt_for_4096_fails_with_the_command_that_rewrites_it() {
        for table in [large().table(), large().write(4096, &[0; 8]).table()] {
            for outcome in [
                on_os_disk(&VHD018, table.clone()),
                on_data_disk(&VHD018, table),
            ] {
                assert_eq!(outcome.status(), Status::Fail);
                assert_evidence(&outcome);
                let fix = outcome.findings()[0].fix.as_ref().unwrap();
                assert!(
                    fix.contains("sgdisk -o -n 1:2048:4095 -t 1:0fc63daf-"),
                    "{fix}"
                );
            }
        }
    }

    #[test]
    fn a_disk_that_cannot_be_read_is_undetermined() {
        assert_eq!(on_unreadable(&VHD018).status(), Status::Undetermined);
    }
}
