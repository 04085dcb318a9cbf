//! One version of a disk against another.

use std::cmp::Ordering;
use std::ops::{AddAssign, Range};

use super::Manifest;
use crate::scan::{Block, DiskMap, Region, Segments};

/// What became of a block, or how many bytes had which fate. Blocks are those of
/// [`scan`](crate::scan): 64 KiB, aligned on the disk, the last one as short as the disk's end
/// makes it. A block beyond the end of a disk is taken for zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// Not zero, and the same in both versions.
    Unchanged,
    /// Not zero in either version, and another one now. A block that one of two disks of different
    /// sizes cuts shorter counts as changed.
    Changed,
    /// Zeros before, not zero now.
    Added,
    /// Not zero before, zeros now, or beyond the end of the disk.
    Removed,
}

/// One block that is not zero in at least one of the versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// Its bytes: on the current disk, and for [`Removed`](ChangeKind::Removed) on the previous.
    pub range: Range<u64>,
    /// Whether it was changed or added, but its content was somewhere on the previous disk: a copy
    /// of the same file at another place, not new content.
    pub moved: bool,
}

/// Bytes by what became of their blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// In [`Unchanged`](ChangeKind::Unchanged) blocks.
    pub unchanged_bytes: u64,
    /// In [`Changed`](ChangeKind::Changed) blocks.
    pub changed_bytes: u64,
    /// In [`Added`](ChangeKind::Added) blocks.
    pub added_bytes: u64,
    /// In [`Removed`](ChangeKind::Removed) blocks, by their length on the previous disk.
    pub removed_bytes: u64,
    /// Those of the changed and the added bytes whose block was somewhere on the previous disk.
    pub moved_bytes: u64,
}

impl Moved {
    /// Bytes of blocks whose content was nowhere on the previous disk. A content that is new and
    /// appears twice counts twice.
    pub fn new_content_bytes(&self) -> u64 {
        self.changed_bytes + self.added_bytes - self.moved_bytes
    }

    fn count(kind: ChangeKind, moved: bool, bytes: u64) -> Self {
        let mut count = Self::default();
        match kind {
            ChangeKind::Unchanged => count.unchanged_bytes = bytes,
            ChangeKind::Changed => count.changed_bytes = bytes,
            ChangeKind::Added => count.added_bytes = bytes,
            ChangeKind::Removed => count.removed_bytes = bytes,
        }
        if moved {
            count.moved_bytes = bytes;
        }
        count
    }
}

impl AddAssign for Moved {
    fn add_assign(&mut self, other: Self) {
        self.unchanged_bytes += other.unchanged_bytes;
        self.changed_bytes += other.changed_bytes;
        self.added_bytes += other.added_bytes;
        self.removed_bytes += other.removed_bytes;
        self.moved_bytes += other.moved_bytes;
    }
}

/// The same by region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionDelta {
    /// The region's name.
    pub name: String,
    /// The bytes of it. Of a block that a border of the region cuts, those that lie within.
    pub bytes: Moved,
}

/// One version of a disk against another.
///
/// What would have to move if only differences were moved: nothing that is public states that
/// Azure's replication is incremental or that it finds what it already has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Size of the previous disk in bytes.
    pub previous_disk_bytes: u64,
    /// Size of the current disk in bytes.
    pub current_disk_bytes: u64,
    /// Whether the two disks are of one size and the same to the last byte.
    pub identical: bool,
    /// All bytes.
    pub total: Moved,
    /// The bytes by region, in the order that they were given in.
    pub regions: Vec<RegionDelta>,
}

/// Compares the `current` version of a disk with the `previous` one, and sums up by `regions` of
/// the current disk; a region may reach beyond its end, to where the previous one ended.
pub fn compare(previous: &Manifest, current: &Manifest, regions: &[Region]) -> Delta {
    let (previous_disk_bytes, current_disk_bytes) = (previous.disk_bytes(), current.disk_bytes());
    let segments = Segments::new(previous_disk_bytes.max(current_disk_bytes), regions, None);
    let mut sums = vec![Moved::default(); segments.count()];
    let mut total = Moved::default();
    let mut near = 0;
    for change in changes(previous, current) {
        segments.spread(change.range, &mut near, |segment, bytes| {
            let count = Moved::count(change.kind, change.moved, bytes);
            total += count;
            if let Some(sum) = sums.get_mut(segment) {
                *sum += count;
            }
        });
    }
    let sum_up = |region: &Region| {
        let mut bytes = Moved::default();
        for segment in segments.of_region(region) {
            bytes += sums.get(segment).copied().unwrap_or_default();
        }
        RegionDelta {
            name: region.name.clone(),
            bytes,
        }
    };
    Delta {
        previous_disk_bytes,
        current_disk_bytes,
        identical: previous_disk_bytes == current_disk_bytes
            && previous.digest() == current.digest(),
        total,
        regions: regions.iter().map(sum_up).collect(),
    }
}

/// Enters the changed, added and removed bytes into the picture of the current disk.
pub fn mark_changes(map: &mut DiskMap, previous: &Manifest, current: &Manifest) {
    map.compared = true;
    for change in changes(previous, current) {
        if change.kind != ChangeKind::Unchanged {
            map.add_changed(change.range.start, change.range.end - change.range.start);
        }
    }
}

/// The blocks that are not zero in both versions, in the disk's order, one at a time.
pub fn changes<'a>(
    previous: &'a Manifest,
    current: &'a Manifest,
) -> impl Iterator<Item = Change> + 'a {
    let contents = Contents::of(previous.table.blocks());
    let mut before = previous.table.blocks().iter().peekable();
    let mut after = current.table.blocks().iter().peekable();
    std::iter::from_fn(move || {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.index.cmp(&after.index),
        };
        let old = before.next_if(|_| order.is_le());
        let new = after.next_if(|_| order.is_ge());
        Some(match (old, new) {
            (old, Some(new)) => {
                let kind = match old {
                    None => ChangeKind::Added,
                    Some(old) if old.hash == new.hash => ChangeKind::Unchanged,
                    Some(_) => ChangeKind::Changed,
                };
                Change {
                    kind,
                    range: new.range(current.disk_bytes()),
                    moved: kind != ChangeKind::Unchanged && contents.has(&new.hash),
                }
            }
            (old, None) => Change {
                kind: ChangeKind::Removed,
                range: old.map_or(0..0, |old| old.range(previous.disk_bytes())),
                moved: false,
            },
        })
    })
}

/// The contents of a disk: positions of its blocks by rising hash, 4 bytes each.
struct Contents<'a> {
    blocks: &'a [Block],
    order: Vec<u32>,
}

impl<'a> Contents<'a> {
    fn of(blocks: &'a [Block]) -> Self {
        let mut order: Vec<u32> = (0_u32..).take(blocks.len()).collect();
        order.sort_unstable_by_key(|at| blocks.get(*at as usize).map(|block| block.hash));
        Self { blocks, order }
    }

    fn has(&self, hash: &[u8; 32]) -> bool {
        self.order
            .binary_search_by_key(&Some(hash), |at| {
                self.blocks.get(*at as usize).map(|block| &block.hash)
            })
            .is_ok()
    }
}
