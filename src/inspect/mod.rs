//! Drives the layers over one image and gathers their facts into an immutable [`Inspection`].

mod drive;
mod measure;
mod offer;
mod subject;
#[cfg(test)]
pub(crate) mod testing;
mod volumes;

use std::ops::Range;

use crate::advisories::Matches;
use crate::container::Container;
use crate::container::vhd::BitmapFacts;
use crate::filesystem::Superblock;
use crate::guest::Guest;
use crate::manifest::{Delta, Manifest};
use crate::partition::PartitionTable;
use crate::scan::{Checksums, Content, DiskMap, Outline, RegionContent};
use crate::volume::{BootSector, Volume, VolumeGroup};

pub use crate::known::{Known, Undetermined};
pub use drive::{InspectError, Options, inspect_file, inspect_source, unique_id};
pub use measure::{Measure, regions};
pub use offer::{Offer, OfferType, Property, Said};
pub use subject::{DiskRole, Generation, Guess, OsFamily};

/// What the content pass measured beside the content, as far as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// The content by partition, and what lies outside of all partitions.
    pub regions: Vec<RegionContent>,
    /// What stands in the free space of each file system, by the volume's name.
    pub free: Vec<RegionContent>,
    /// A picture of the disk.
    pub map: Option<DiskMap>,
    /// Digests that other programs compute too.
    pub checksums: Checksums,
    /// The content as one digest a block; none where a part of the disk is not at hand.
    pub manifest: Option<Manifest>,
    /// The content against the previous version's.
    pub delta: Option<Delta>,
}

/// A volume, and what the file system on it says of itself.
#[derive(Debug, Clone)]
pub struct VolumeFacts {
    /// The volume.
    pub volume: Volume,
    /// Its file system's superblock; none where it holds no file system.
    pub superblock: Option<Known<Superblock>>,
    /// Its boot sector, where it is NTFS.
    pub boot_sector: Option<Known<BootSector>>,
    /// Where the guest mounts it.
    pub mounted_at: Vec<String>,
    /// The ranges of the disk that its file system marks as free; none where there is no file
    /// system, or nobody asked.
    pub free: Option<Known<Vec<Range<u64>>>>,
}

/// All facts of one image.
#[derive(Debug)]
pub struct Inspection {
    /// When it was looked at: what lies in the future is judged by it.
    pub looked_at: jiff::Timestamp,
    /// The image as the user named it.
    pub name: String,
    /// Length of the file in bytes.
    pub length: u64,
    /// Bytes that the file takes on its file system, where the system tells.
    pub allocated: Option<u64>,
    /// Whether its structures were read through a memory map.
    pub mapped: bool,
    /// The container.
    pub container: Container,
    /// Size in bytes of the virtual disk, where one can be read.
    pub disk_size: Known<u64>,
    /// The partition table.
    pub partitions: Known<PartitionTable>,
    /// What carries file systems.
    pub volumes: Known<Vec<VolumeFacts>>,
    /// The volume groups of LVM2.
    pub groups: Vec<VolumeGroup>,
    /// The operating system; none where every volume could be read and none holds one.
    pub guest: Known<Option<Guest>>,
    /// The advisories that its packages fall under; none where none were given.
    pub advisories: Option<Known<Matches>>,
    /// The block bitmaps of a dynamic disk against its data.
    pub bitmaps: Known<BitmapFacts>,
    /// The content pass.
    pub content: Known<Content>,
    /// What the extents alone tell of the content, where the pass was left out.
    pub outline: Option<Outline>,
    /// What was asked of the content pass beside the content itself.
    pub measured: Measured,
    /// Whether it is judged as an OS disk or a data disk.
    pub role: Guess<DiskRole>,
    /// The operating system family, where it is known or was declared.
    pub os: Option<Guess<OsFamily>>,
    /// The generation that the user declared.
    pub generation: Generation,
    /// What the user says of the offer.
    pub offer: Offer,
}
