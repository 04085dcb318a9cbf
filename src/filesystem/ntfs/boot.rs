//! The boot sector: sizes, and where the master file table begins.

use crate::bytes::Fields;

use super::super::FsError;
use super::super::meter::Metered;
use super::{bad, corrupt};

/// Bytes after which a record's last two are replaced (`USA` stride), whatever the sector size.
pub(super) const STRIDE: usize = 512;
/// The largest cluster of NTFS.
const LARGEST_CLUSTER: u64 = 2 << 20;
/// The largest record of the master file table or of an index that is read.
const LARGEST_RECORD: u64 = 64 << 10;

/// The numbers of the boot sector, checked. Sizes are in bytes.
#[derive(Debug, Clone)]
pub(super) struct Boot {
    pub(super) cluster_size: u64,
    pub(super) clusters: u64,
    /// Where the master file table begins.
    pub(super) mft_at: u64,
    pub(super) record_size: usize,
    /// The volume, with the copy of the boot sector after its last cluster.
    pub(super) size: u64,
    pub(super) serial: u64,
}

impl Boot {
    /// Reads and checks the boot sector.
    pub(super) fn read(source: &Metered) -> Result<Self, FsError> {
        let bytes = source.read_vec(0, 512)?;
        let fields = Fields::new("NTFS boot sector", 0, &bytes);
        if fields.bytes("OEM name", 3, 8).map_err(bad)? != b"NTFS    " {
            return Err(corrupt("the boot sector does not say NTFS"));
        }
        let sector = u64::from(fields.u16_le("BytesPerSector", 0x0b).map_err(bad)?);
        let per_cluster = fields.u8("SectorsPerCluster", 0x0d).map_err(bad)?;
        // From 0x81 on it is the negative of a power of two.
        let per_cluster = match per_cluster {
            0..=0x80 => u64::from(per_cluster),
            _ => 1_u64
                .checked_shl(u32::from(per_cluster.wrapping_neg()))
                .unwrap_or(0),
        };
        let cluster_size = sector.saturating_mul(per_cluster);
        if !(256..=4096).contains(&sector)
            || !sector.is_power_of_two()
            || !per_cluster.is_power_of_two()
            || cluster_size > LARGEST_CLUSTER
        {
            return Err(corrupt(format!(
                "the boot sector has sectors of {sector} bytes, {per_cluster} a cluster"
            )));
        }
        let sectors = fields.u64_le("TotalSectors", 0x28).map_err(bad)?;
        let clusters = sectors.checked_div(per_cluster).unwrap_or(0);
        let mft = fields.u64_le("MftStartLcn", 0x30).map_err(bad)?;
        let size = sectors
            .checked_add(1)
            .and_then(|sectors| sectors.checked_mul(sector));
        let (Some(size), true) = (size, mft > 0 && mft < clusters) else {
            return Err(corrupt(format!(
                "the boot sector has {clusters} clusters and the master file table at {mft}"
            )));
        };
        let record = fields
            .u8("ClustersPerFileRecordSegment", 0x40)
            .map_err(bad)?;
        Ok(Self {
            cluster_size,
            clusters,
            mft_at: mft.saturating_mul(cluster_size),
            record_size: record_size(record, cluster_size)?,
            size,
            serial: fields.u64_le("VolumeSerialNumber", 0x48).map_err(bad)?,
        })
    }
}

/// The size of a record: in clusters, or as the negative of a power of two.
fn record_size(raw: u8, cluster_size: u64) -> Result<usize, FsError> {
    let size = if raw < 0x80 {
        cluster_size.saturating_mul(raw.into())
    } else {
        1_u64
            .checked_shl(u32::from(raw.wrapping_neg()))
            .unwrap_or(0)
    };
    if (512..=LARGEST_RECORD).contains(&size) && size.is_power_of_two() {
        usize::try_from(size).map_err(|_| corrupt("a file record is too large"))
    } else {
        Err(corrupt(format!("a file record has {size} bytes")))
    }
}
