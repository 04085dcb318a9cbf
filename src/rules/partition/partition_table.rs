//! PART001: a partition table that can be believed.

use super::{Subject, decided_unless, header_place, on_a_raw_copy, os_disk_table, unread};
use crate::finding::{Finding, Outcome, Place};
use crate::partition::{Gpt, GptCopy, GptSide, Mbr, PartitionTable, Scheme, SectorZero};
use crate::rules::declare_rule;

declare_rule! {
    /// An OS disk has a valid partition table with partitions in it.
    ///
    /// ## Why
    /// Firmware and kernel find the system through the table. Without one, or with one that they
    /// refuse, the machine does not start, and certification sees only that nobody answers.
    ///
    /// ## Evidence
    /// Sector 0: the bytes 55 AA at 510, four entries whose status is 0x00 or 0x80. For a GPT the
    /// header at LBA 1 and its entry array with the CRC-32 of each, the backup of both, and the
    /// entry of type EE in sector 0 that makes firmware and Linux look for a GPT at all.
    ///
    /// ## What Azure says
    /// - `OSProvisioningTimedOut`
    /// - `Provisioning timeout or not properly generalized`
    /// - `cannot connect to TCP port ... no panic found in serial log during bootup`
    ///
    /// ## Fix
    /// Where one copy of a GPT is sound, `sgdisk -e disk.raw` on a raw copy of the disk rebuilds
    /// the other. Where sector 0 was overwritten, restore it from the disk that the image was made
    /// of. A data disk is judged as one with `--disk data`.
    ///
    /// ## Limits
    /// That a system lies in the partitions is not looked at here. Linux accepts a GPT whose
    /// revision is not 1.0; this rule does not.
    pub static PART001 = {
        id: "PART001",
        name: "partition-table",
        level: Error,
        sources: [FAQ, LISA, UEFI],
    };
}

const FROM_ORIGINAL: &str = "restore sector 0 from the disk that the image was made of: \
     dd if=original.raw of=disk.raw bs=512 count=1 conv=notrunc";

fn check(subject: &Subject<'_>) -> Outcome {
    let table = match os_disk_table(subject) {
        Ok(table) => table,
        Err(outcome) => return outcome,
    };
    let mut findings = Vec::new();
    if table.sector0 == SectorZero::VhdFooter {
        findings.push(footer_in_sector_0());
    } else if table.scheme == Scheme::None {
        findings.push(no_table(table));
    }
    let mut open = None;
    match (table.scheme, &table.gpt, &table.mbr) {
        (Scheme::Gpt, Some(gpt), mbr) => {
            open = judge_gpt(gpt, &mut findings);
            if table.sector0 != SectorZero::VhdFooter {
                findings.extend(protection(mbr.as_ref()));
            }
        }
        (Scheme::Mbr, gpt, Some(mbr)) => {
            open = judge_mbr(table, mbr, &mut findings);
            findings.extend(gpt.as_ref().map(remnant));
        }
        _ => {}
    }
    let usable = open.is_none() && table.gpt.as_ref().is_none_or(|gpt| gpt.used.is_some());
    let announced = table
        .mbr
        .as_ref()
        .is_some_and(|mbr| mbr.protective().is_some());
    let promised = table.scheme == Scheme::Mbr && announced;
    if table.scheme != Scheme::None && usable && table.partitions.is_empty() && !promised {
        findings.push(
            Finding::error("the partition table is sound, but has no partitions")
                .found("no used entry")
                .required("at least one partition, with an operating system")
                .at(Place::disk(0, 512).structure("MBR"))
                .fix("install the system, or say --disk data if this is a data disk"),
        );
    }
    decided_unless(open, findings)
}

fn footer_in_sector_0() -> Finding {
    Finding::error(
        "sector 0 of the disk holds a VHD footer: the copy that dynamic disks have in front was \
         written over the master boot record",
    )
    .found("`conectix` at byte 0 of the disk")
    .required("a master boot record, 55 AA at byte 510")
    .at(Place::disk(0, 512).structure("MBR"))
    .fix(FROM_ORIGINAL)
}

fn no_table(table: &PartitionTable) -> Finding {
    let zero = table.sector0 == SectorZero::Zero;
    let message = match table.sector0 {
        SectorZero::Missing => {
            format!(
                "the disk has {} bytes: there is no room for a table",
                table.disk_size
            )
        }
        SectorZero::Zero if table.lead.runs.is_empty() && table.lead.unread.is_none() => {
            "there is no partition table: the first MiB of the disk is zero".to_owned()
        }
        SectorZero::Zero => "there is no partition table: sector 0 is zero".to_owned(),
        SectorZero::BootSector(name) => format!(
            "there is no partition table: sector 0 is the boot sector of a file system ({name}) \
             that takes the whole disk"
        ),
        _ => "there is no partition table: sector 0 lacks the signature 55 AA, and no GPT header \
              stands at LBA 1 or at the last LBA"
            .to_owned(),
    };
    let fix = if zero {
        "if this is an empty data disk say --disk data; otherwise make the image again, with its \
         first sectors"
    } else {
        "write the system into a partition of a disk with a table: sgdisk -n1:2048:0 disk.raw"
    };
    Finding::error(message)
        .found(if zero { "only zeros" } else { "no table" })
        .required("an MBR (55 AA at byte 510) or a GPT (`EFI PART` at LBA 1)")
        .at(Place::disk(0, 512).structure("MBR").field("signature"))
        .fix(fix)
}

/// Judges the copies of a GPT; returns why they could not be judged, if so.
fn judge_gpt(gpt: &Gpt, findings: &mut Vec<Finding>) -> Option<String> {
    let sound = |copy: &Option<GptCopy>| copy.as_ref().is_some_and(GptCopy::is_sound);
    if sound(&gpt.primary) {
        return None;
    }
    let (offset, why) = match &gpt.primary {
        None => (512, "there is no header at LBA 1".to_owned()),
        Some(copy) if copy.is_undecided() => {
            let why = copy.defects().join("; ");
            return Some(format!("the primary GPT could not be judged: {why}"));
        }
        Some(copy) => (copy.header.offset, copy.defects().join("; ")),
    };
    let place = match &gpt.primary {
        Some(copy) => header_place(copy, GptSide::Primary, "HeaderCRC32"),
        None => Place::disk(offset, 512)
            .structure("GPT header")
            .field("Signature"),
    };
    let finding = if sound(&gpt.backup) {
        Finding::error(
            "the primary GPT is broken; its backup is sound, so that nothing is lost, but \
             firmware need not look there",
        )
        .fix(on_a_raw_copy("sgdisk -e disk.raw"))
    } else {
        Finding::error("the primary GPT is broken, and there is no sound backup of it").fix(
            "look at what is left with gdisk disk.raw (recovery menu r, then b or c), or restore \
             the table from the disk that the image was made of",
        )
    };
    let required = "a header and an entry array whose CRC-32 is right";
    findings.push(finding.found(why).required(required).at(place));
    None
}

/// Whether sector 0 announces the GPT.
fn protection(mbr: Option<&Mbr>) -> Option<Finding> {
    if mbr.is_some_and(|mbr| mbr.protective().is_some()) {
        let hybrid = mbr.is_some_and(Mbr::is_hybrid);
        return hybrid.then(|| {
            Finding::note(
                "the MBR is hybrid: what reads the MBR sees other partitions than what reads the \
                 GPT",
            )
            .at(Place::disk(446, 64).structure("MBR").field("entries"))
        });
    }
    let found = if mbr.is_some() {
        "no entry of type 0xee"
    } else {
        "no signature 55 AA"
    };
    Some(
        Finding::warning(
            "the GPT is sound, but no protective MBR announces it: Linux and firmware may not \
             look for it",
        )
        .found(found)
        .required("an entry of type 0xee from sector 1 on")
        .at(Place::disk(446, 64).structure("MBR").field("entries"))
        .fix(on_a_raw_copy("sgdisk -C -e disk.raw")),
    )
}

fn judge_mbr(table: &PartitionTable, mbr: &Mbr, findings: &mut Vec<Finding>) -> Option<String> {
    for entry in mbr
        .entries
        .iter()
        .filter(|entry| !matches!(entry.status, 0x00 | 0x80))
    {
        findings.push(
            Finding::error(format!(
                "the status of MBR entry {} is 0x{:02x}: Linux takes no partition from such a \
                 table",
                entry.number, entry.status
            ))
            .found(format!("0x{:02x}", entry.status))
            .required("0x80 for the active partition, 0x00 for others")
            .at(Place::disk(entry.offset, 1)
                .structure("MBR entry")
                .field("status")
                .partition(entry.number))
            .fix(on_a_raw_copy(&format!(
                "sfdisk --activate disk.raw {}",
                entry.number
            ))),
        );
    }
    let entry = mbr.protective()?;
    if let Some(reason) = unread(table, &["GPT header", "GPT backup header"]) {
        return Some(reason);
    }
    findings.push(
        Finding::error(
            "the MBR says that there is a GPT, but neither LBA 1 nor the last LBA holds its header",
        )
        .found(format!(
            "an entry of type 0xee, and no `EFI PART` at byte 512 or {}",
            table.byte_of(table.last_lba())
        ))
        .required("a GPT header at LBA 1")
        .at(Place::disk(entry.offset, 16)
            .structure("MBR entry")
            .partition(entry.number))
        .fix("restore the first and the last 34 sectors from the disk that the image was made of"),
    );
    None
}

/// A GPT that nobody reads.
fn remnant(gpt: &Gpt) -> Finding {
    let (copy, side) = match (&gpt.primary, &gpt.backup) {
        (Some(copy), _) => (Some(copy), GptSide::Primary),
        (None, copy) => (copy.as_ref(), GptSide::Backup),
    };
    let finding = Finding::warning(
        "beside the MBR's partitions there is a GPT that the MBR does not announce: systems \
         ignore it, tools may not",
    )
    .found("a GPT header, and no MBR entry of type 0xee")
    .required("one table")
    .fix(on_a_raw_copy("wipefs --all --types gpt disk.raw"));
    match copy {
        Some(copy) => finding.at(header_place(copy, side, "Signature")),
        None => finding,
    }
}

#[cfg(test)]
mod tests;
