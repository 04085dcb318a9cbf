//! Free space by `$Bitmap`, one bit for each cluster.

use std::ops::Range;

use super::super::FsError;
use super::corrupt;
use super::record::{DATA, Reference};
use super::volume::Volume;

const BITMAP: u64 = 6;
/// Bytes of the bitmap that are looked at together.
const PIECE: usize = 1 << 20;
/// Bytes of the bitmap that are looked at in all: of 4 TiB in clusters of 4,096 bytes. Holes in it
/// cost no reading, so no allowance ends this.
const LARGEST: u64 = 128 << 20;

/// The bytes of the clusters that are free, in order.
pub(super) fn free(volume: &Volume, limit: usize) -> Result<Vec<Range<u64>>, FsError> {
    let file = volume.file(Reference {
        number: BITMAP,
        sequence: 0,
    })?;
    let bitmap = file.require(DATA)?;
    let clusters = volume.boot.clusters;
    if bitmap.size.saturating_mul(8) < clusters {
        return Err(corrupt(format!(
            "$Bitmap has {} bytes for {clusters} clusters",
            bitmap.size
        )));
    }
    if clusters.div_ceil(8) > LARGEST {
        return Err(FsError::Limit(format!(
            "{clusters} clusters, of which {} are the most",
            LARGEST.saturating_mul(8)
        )));
    }
    let mut ranges = Ranges {
        size: volume.boot.cluster_size,
        limit,
        out: Vec::new(),
    };
    let mut cluster = 0_u64;
    let mut at = 0_u64;
    while cluster < clusters {
        let piece = volume.read(&bitmap, at, PIECE)?;
        if piece.is_empty() {
            return Err(corrupt("$Bitmap ends before the volume"));
        }
        at = at.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        for byte in piece {
            if byte == 0 && clusters.saturating_sub(cluster) >= 8 {
                ranges.add(cluster, 8)?;
            } else if byte != 0xff {
                let left = clusters.saturating_sub(cluster).min(8);
                for bit in 0..left {
                    if byte >> bit & 1 == 0 {
                        ranges.add(cluster.saturating_add(bit), 1)?;
                    }
                }
            }
            cluster = cluster.saturating_add(8);
            if cluster >= clusters {
                break;
            }
        }
    }
    Ok(ranges.out)
}

struct Ranges {
    size: u64,
    limit: usize,
    out: Vec<Range<u64>>,
}

impl Ranges {
    fn add(&mut self, cluster: u64, count: u64) -> Result<(), FsError> {
        let start = cluster.saturating_mul(self.size);
        let end = start.saturating_add(count.saturating_mul(self.size));
        let full = self.out.len() >= self.limit;
        match self.out.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ if full => {
                let limit = self.limit;
                return Err(FsError::Limit(format!("more than {limit} free ranges")));
            }
            _ => self.out.push(start..end),
        }
        Ok(())
    }
}
