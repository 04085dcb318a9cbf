//! What carries a file system: a partition, a logical volume, or a disk without a table; and what
//! is recognised on it by its signature.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod boot_sector;
mod content;
mod lvm;
mod mapped;
mod names;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use boot_sector::BootSector;
pub use content::{Content, FileSystemKind, SwapArea};
pub use lvm::{LostPhysicalVolume, PhysicalVolume, VolumeGroup};
pub use names::names_partition;

use crate::known::{Known, Undetermined};
use crate::partition::{PartitionKind, PartitionTable, Scheme};
use crate::source::{ReadAt, ReadError, Window};

/// Which volume it is, as people and device names call it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum VolumeName {
    /// The partition of this number.
    Partition(u32),
    /// A logical volume of LVM2.
    Logical {
        /// The volume group.
        group: String,
        /// The volume in it.
        volume: String,
    },
    /// A disk without a partition table.
    WholeDisk,
}

impl fmt::Display for VolumeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partition(number) => write!(f, "partition {number}"),
            Self::Logical { group, volume } => write!(f, "logical volume {group}/{volume}"),
            Self::WholeDisk => f.write_str("the whole disk"),
        }
    }
}

/// A stretch of a volume and where it lies on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Bytes of the volume.
    pub range: Range<u64>,
    /// Byte on the disk of the first of them.
    pub disk_offset: u64,
}

/// What is known of one volume.
#[derive(Debug, Clone)]
pub struct Volume {
    /// Which one it is.
    pub name: VolumeName,
    /// The partition that it is, or lies on where it lies on one only.
    pub partition: Option<u32>,
    /// Unique GUID of the GPT partition that it is, or `disk signature-number` of an MBR's, in
    /// lower case: what fstab calls PARTUUID.
    pub partition_uuid: Option<String>,
    /// Name of the GPT partition that it is: what fstab calls PARTLABEL (hostile text).
    pub partition_label: Option<String>,
    /// Type of the partition that it is.
    pub kind: Option<PartitionKind>,
    /// Size in bytes.
    pub length: u64,
    /// Where its bytes lie on the disk, in the volume's order; what is missing lies nowhere. Empty
    /// where a logical volume is of a kind that is not read, or lies in too many pieces, which its
    /// group's problems then say.
    pub segments: Vec<Segment>,
    /// What its signature says that it holds.
    pub content: Known<Content>,
}

/// A volume with its bytes.
#[derive(Clone)]
pub struct OpenVolume {
    /// What is known of it.
    pub facts: Volume,
    /// Its bytes, or why they cannot be read.
    pub source: Result<Arc<dyn ReadAt>, String>,
}

/// The volumes of a disk.
#[derive(Clone)]
pub struct Volumes {
    /// Each partition (or the whole disk, where it has no table), then the logical volumes on them.
    pub volumes: Vec<OpenVolume>,
    /// The volume groups that the logical volumes belong to.
    pub groups: Vec<VolumeGroup>,
    /// Physical volumes of which it is not known which logical volumes lie on them.
    pub lost: Vec<LostPhysicalVolume>,
}

/// Finds the volumes of `disk`: each partition, then the logical volumes on them.
///
/// # Errors
/// [`ReadError::Changed`] only; a volume that cannot be read says so itself.
pub fn find(disk: &Arc<dyn ReadAt>, table: &PartitionTable) -> Result<Volumes, ReadError> {
    let mut volumes = partitions(disk, table)?;
    let found = lvm::find(&volumes)?;
    volumes.extend(found.logical);
    Ok(Volumes {
        volumes,
        groups: found.groups,
        lost: found.lost,
    })
}

/// The partitions, or the whole disk where it has no table.
fn partitions(
    disk: &Arc<dyn ReadAt>,
    table: &PartitionTable,
) -> Result<Vec<OpenVolume>, ReadError> {
    if table.scheme == Scheme::None {
        let volume = open(disk, VolumeName::WholeDisk, 0, disk.len())?;
        return Ok(vec![volume]);
    }
    let mut volumes = Vec::new();
    for partition in &table.partitions {
        if partition.kind.is_extended() || partition.kind.is_protective() {
            continue;
        }
        let start = table.byte_of(partition.first_lba);
        let length = partition
            .sectors()
            .saturating_mul(u64::from(table.sector_size));
        let mut volume = open(disk, VolumeName::Partition(partition.number), start, length)?;
        volume.facts.partition = Some(partition.number);
        volume.facts.partition_uuid = match (partition.guid, &table.mbr) {
            (Some(guid), _) => Some(guid.to_string()),
            (None, Some(mbr)) => Some(format!(
                "{:08x}-{:02x}",
                mbr.disk_signature, partition.number
            )),
            (None, None) => None,
        };
        volume.facts.partition_label =
            Some(partition.name.clone()).filter(|label| !label.is_empty());
        volume.facts.kind = Some(partition.kind);
        volumes.push(volume);
    }
    Ok(volumes)
}

/// A volume that is one stretch of the disk.
fn open(
    disk: &Arc<dyn ReadAt>,
    name: VolumeName,
    start: u64,
    length: u64,
) -> Result<OpenVolume, ReadError> {
    let source: Result<Arc<dyn ReadAt>, String> = match Window::new(Arc::clone(disk), start, length)
    {
        Ok(window) => Ok(Arc::new(window)),
        Err(error) => Err(format!("{name} does not lie on the disk: {error}")),
    };
    let content = match &source {
        Ok(source) => content::recognise(&**source)?,
        Err(reason) => Err(Undetermined::new(reason.clone())),
    };
    let facts = Volume {
        name,
        partition: None,
        partition_uuid: None,
        partition_label: None,
        kind: None,
        length,
        segments: vec![Segment {
            range: 0..length,
            disk_offset: start,
        }],
        content,
    };
    Ok(OpenVolume { facts, source })
}
