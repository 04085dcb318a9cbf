//! Rules on the partition table: whether it can be believed, and where Azure wants things to lie.

pub mod disk_tag;
pub mod first_mib_free;
pub mod generation_1_limits;
pub mod gpt_backup_at_end;
pub mod partition_alignment;
pub mod partition_table;
pub mod table_geometry;

use super::Subject;
use super::fix::on_a_raw_copy;
use crate::finding::{Finding, Level, Outcome, Place};
use crate::inspect::DiskRole;
use crate::partition::{AnomalyKind, GptCopy, GptSide, Partition, PartitionTable};

/// Findings of one kind that a rule lists; a hostile table has thousands.
const MAX_LISTED: usize = 16;

/// The partition table; where it is not known the outcome to answer with.
pub(crate) fn table<'a>(subject: &Subject<'a>) -> Result<&'a PartitionTable, Outcome> {
    subject
        .inspection
        .partitions
        .as_ref()
        .map_err(|unknown| Outcome::undetermined(unknown.reason.clone()))
}

/// The partition table of an OS disk; for a data disk the outcome to answer with.
fn os_disk_table<'a>(subject: &Subject<'a>) -> Result<&'a PartitionTable, Outcome> {
    let role = &subject.inspection.role;
    match role.value {
        DiskRole::Os => table(subject),
        DiskRole::Data => Err(Outcome::not_applicable(format!(
            "only for OS disks, and this is taken as a data disk: {}",
            role.reason
        ))),
    }
}

/// The place of a field of a GPT header.
fn header_place(copy: &GptCopy, side: GptSide, field: &str) -> Place {
    let size = u64::from(copy.header.sector_size);
    Place::disk(copy.header.offset, size)
        .structure(side.header_name())
        .field(field)
}

/// The place of the entry that describes a partition.
fn entry_place(partition: &Partition) -> Place {
    let (length, structure) = match partition.guid {
        Some(_) => (128, "GPT entry"),
        None => (
            16,
            if partition.logical {
                "EBR entry"
            } else {
                "MBR entry"
            },
        ),
    };
    Place::disk(partition.entry_offset, length)
        .structure(structure)
        .partition(partition.number)
}

/// The first findings, and one that counts the rest.
pub(crate) fn listed(
    level: Level,
    findings: impl Iterator<Item = Finding>,
    what: &str,
) -> Vec<Finding> {
    let mut listed = Vec::new();
    let mut surplus = 0_usize;
    for finding in findings {
        if listed.len() < MAX_LISTED {
            listed.push(finding);
        } else {
            surplus += 1;
        }
    }
    if surplus > 0 {
        // Accepted once, more of them are not: which they are is not said.
        let rest = format!("and {surplus} more {what}");
        listed.push(Finding::new(level, rest.clone()).about(rest));
    }
    listed
}

/// Why part of the table named `structures` could not be looked at.
fn unread(table: &PartitionTable, structures: &[&str]) -> Option<String> {
    table
        .anomalies
        .iter()
        .find(|anomaly| {
            matches!(anomaly.kind, AnomalyKind::Unread | AnomalyKind::Limit)
                && structures.contains(&anomaly.structure)
        })
        .map(|anomaly| format!("{}: {}", anomaly.structure, anomaly.message))
}

/// Decided, unless there is a reason why something could not be looked at.
pub(crate) fn decided_unless(open: Option<String>, findings: Vec<Finding>) -> Outcome {
    match open {
        Some(reason) => Outcome::Undetermined(reason, findings),
        None => Outcome::Decided(findings),
    }
}

#[cfg(test)]
pub(crate) mod testing;
