//! The boot sector: where the table, the root and the clusters lie; and what it says of itself.

use crate::bytes::{FieldError, Fields};
use crate::source::ReadAt;
use crate::volume::FileSystemKind;

use super::super::FsError;

/// Bits of a table's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    Twelve,
    Sixteen,
    ThirtyTwo,
}

/// The numbers of the boot sector, checked. Offsets and sizes are in bytes.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) width: Width,
    pub(super) cluster_size: u64,
    /// Clusters; they are numbered from 2.
    pub(super) clusters: u32,
    pub(super) table_at: u64,
    /// The root directory before the clusters; of no length with 32 bits.
    pub(super) root_at: u64,
    pub(super) root_len: u64,
    /// First cluster of the root directory; 0 but with 32 bits.
    pub(super) root_cluster: u32,
    pub(super) data_at: u64,
    pub(super) size: u64,
    pub(super) serial: Option<u32>,
    /// The label of the boot sector, padded.
    pub(super) label: Option<[u8; 11]>,
    /// The dirty bits that Windows and Linux keep in the boot sector.
    pub(super) dirty: u8,
}

pub(super) fn bad(error: FieldError) -> FsError {
    FsError::Corrupt(error.to_string())
}

pub(super) fn corrupt(what: impl Into<String>) -> FsError {
    FsError::Corrupt(what.into())
}

impl Layout {
    /// Reads and checks the boot sector.
    pub(super) fn read(source: &dyn ReadAt) -> Result<Self, FsError> {
        let bytes = source.read_vec(0, 512)?;
        let fields = Fields::new("FAT boot sector", 0, &bytes);
        let u8 = |name, at| fields.u8(name, at).map_err(bad);
        let u16 = |name, at| fields.u16_le(name, at).map(u64::from).map_err(bad);
        let u32 = |name, at| fields.u32_le(name, at).map(u64::from).map_err(bad);
        let sector = u16("BPB_BytsPerSec", 11)?;
        let per_cluster = u64::from(u8("BPB_SecPerClus", 13)?);
        if !(512..=4096).contains(&sector)
            || !sector.is_power_of_two()
            || !per_cluster.is_power_of_two()
        {
            return Err(corrupt(format!(
                "the boot sector has sectors of {sector} bytes, {per_cluster} a cluster"
            )));
        }
        let reserved = u16("BPB_RsvdSecCnt", 14)?;
        let tables = u64::from(u8("BPB_NumFATs", 16)?);
        let root_len = u16("BPB_RootEntCnt", 17)?.saturating_mul(32);
        let sectors = match u16("BPB_TotSec16", 19)? {
            0 => u32("BPB_TotSec32", 32)?,
            sectors => sectors,
        };
        let short_table = u16("BPB_FATSz16", 22)?;
        let long = short_table == 0;
        let table = if long {
            u32("BPB_FATSz32", 36)?
        } else {
            short_table
        };
        let root_at = tables.saturating_mul(table).saturating_add(reserved);
        let data_at = root_at.saturating_add(root_len.div_ceil(sector));
        let clusters = sectors
            .checked_sub(data_at)
            .and_then(|sectors| sectors.checked_div(per_cluster))
            .unwrap_or(0);
        if reserved == 0 || tables == 0 || table == 0 || clusters == 0 {
            return Err(corrupt(format!(
                "the boot sector's counts contradict each other: {sectors} sectors, {reserved} \
                 reserved, {tables} tables of {table}"
            )));
        }
        // As the systems that mount it decide: by the place of the table's size, then by the
        // number of clusters.
        let (width, bits) = match (long, clusters) {
            (true, _) => (Width::ThirtyTwo, 32),
            (false, ..=4084) => (Width::Twelve, 12),
            (false, _) => (Width::Sixteen, 16),
        };
        let bytes = table.saturating_mul(sector);
        let entries = bytes.saturating_mul(8).checked_div(bits).unwrap_or(0);
        let clusters = clusters.min(entries.saturating_sub(2)).min(0x0fff_fff5);
        // The fields that follow stand further back where there is a long table size.
        let extra = if long { 64_usize } else { 36 };
        let at = |skip: usize| extra.saturating_add(skip);
        let signature = u8("BS_BootSig", at(2))?;
        let serial = fields.u32_le("BS_VolID", at(3)).map_err(bad)?;
        let label = fields.array("BS_VolLab", at(7)).map_err(bad)?;
        Ok(Self {
            width,
            cluster_size: per_cluster.saturating_mul(sector),
            clusters: u32::try_from(clusters).unwrap_or(0),
            table_at: reserved.saturating_mul(sector),
            root_at: root_at.saturating_mul(sector),
            root_len: if long { 0 } else { root_len },
            root_cluster: if long {
                fields.u32_le("BPB_RootClus", 44).map_err(bad)?
            } else {
                0
            },
            data_at: data_at.saturating_mul(sector),
            size: sectors.saturating_mul(sector),
            serial: matches!(signature, 0x28 | 0x29)
                .then_some(serial)
                .filter(|serial| *serial != 0),
            label: (signature == 0x29).then_some(label),
            dirty: u8("BS_Reserved1", at(1))? & 3,
        })
    }

    pub(super) fn kind(&self) -> FileSystemKind {
        match self.width {
            Width::Twelve => FileSystemKind::Fat12,
            Width::Sixteen => FileSystemKind::Fat16,
            Width::ThirtyTwo => FileSystemKind::Fat32,
        }
    }

    /// Byte at which a cluster begins; none where there is no such cluster.
    pub(super) fn cluster_at(&self, cluster: u32) -> Option<u64> {
        let index = cluster
            .checked_sub(2)
            .filter(|index| *index < self.clusters)?;
        u64::from(index)
            .checked_mul(self.cluster_size)?
            .checked_add(self.data_at)
    }
}
