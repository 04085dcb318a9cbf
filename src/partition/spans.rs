//! Where partitions overlap, and what none of them covers.

use super::reader::Reader;
use super::{AnomalyKind, Partition};

/// Overlaps that are listed.
const MAX_OVERLAPS: usize = 64;

/// Two partitions that share sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// Number of the partition that begins first.
    pub first: u32,
    /// Number of the other.
    pub second: u32,
    /// First sector that both claim.
    pub first_lba: u64,
    /// Last sector that both claim.
    pub last_lba: u64,
}

/// A range of sectors that no partition covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// First sector.
    pub first_lba: u64,
    /// Last sector (inclusive).
    pub last_lba: u64,
}

/// Partitions whose sectors can be compared, in the order of their first ones.
fn ordered(partitions: &[Partition]) -> Vec<&Partition> {
    let mut ordered: Vec<_> = partitions
        .iter()
        .filter(|p| p.first_lba <= p.last_lba)
        .collect();
    ordered.sort_by_key(|partition| (partition.first_lba, partition.number));
    ordered
}

/// Each partition that begins before an earlier one has ended, paired with the one that reaches
/// furthest: every partition that overlaps is named, without listing n² pairs.
pub(super) fn overlaps(reader: &mut Reader<'_>, partitions: &[Partition]) -> Vec<Overlap> {
    let mut overlaps = Vec::new();
    let mut count = 0_usize;
    let (mut plain, mut extended): (Option<&Partition>, Option<&Partition>) = (None, None);
    for partition in ordered(partitions) {
        // An extended partition contains its logical ones.
        let rivals = [plain, extended.filter(|_| !partition.logical)];
        for rival in rivals.into_iter().flatten() {
            let inside = partition.kind.is_extended() && rival.logical;
            if partition.first_lba <= rival.last_lba && !inside {
                count = count.saturating_add(1);
                if overlaps.len() < MAX_OVERLAPS {
                    overlaps.push(Overlap {
                        first: rival.number,
                        second: partition.number,
                        first_lba: partition.first_lba,
                        last_lba: partition.last_lba.min(rival.last_lba),
                    });
                }
            }
        }
        let furthest = if partition.kind.is_extended() {
            &mut extended
        } else {
            &mut plain
        };
        if furthest.is_none_or(|rival| rival.last_lba < partition.last_lba) {
            *furthest = Some(partition);
        }
    }
    if count > overlaps.len() {
        let message = format!("{count} overlaps of partitions; {MAX_OVERLAPS} are listed");
        reader.note(AnomalyKind::Limit, "partition table", 0, message);
    }
    overlaps
}

/// The ranges from `first` to `last` that no partition covers.
pub(super) fn gaps(partitions: &[Partition], first: u64, last: u64) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut next = first;
    for partition in ordered(partitions) {
        if let Some(before) = partition
            .first_lba
            .min(last.saturating_add(1))
            .checked_sub(1)
            && before >= next
        {
            gaps.push(Gap {
                first_lba: next,
                last_lba: before,
            });
        }
        next = next.max(partition.last_lba.saturating_add(1));
    }
    if next <= last {
        gaps.push(Gap {
            first_lba: next,
            last_lba: last,
        });
    }
    gaps
}
