//! Data runs: which clusters hold the content of an attribute, and which of it are holes.

use super::super::FsError;
use super::corrupt;

/// Runs of one attribute that are followed.
pub(super) const MOST_RUNS: usize = 1 << 20;

/// Clusters in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// The first, counted within the attribute (VCN).
    pub(super) vcn: u64,
    /// The first, counted within the volume (LCN); none for a hole.
    pub(super) lcn: Option<u64>,
    pub(super) count: u64,
}

impl Run {
    /// The cluster of the attribute after its last.
    pub(super) fn end(&self) -> u64 {
        self.vcn.saturating_add(self.count)
    }
}

/// Decodes the mapping pairs of a part of an attribute that begins at the cluster `vcn`, in a
/// volume of so many clusters.
pub(super) fn decode(mut bytes: &[u8], mut vcn: u64, clusters: u64) -> Result<Vec<Run>, FsError> {
    let mut runs = Vec::new();
    let mut lcn = 0_i64;
    loop {
        // The zero at the end may be left out where the attribute is full.
        let Some((header, rest)) = bytes.split_first().filter(|(header, _)| **header != 0) else {
            return Ok(runs);
        };
        let (lengths, places) = (usize::from(header & 15), usize::from(header >> 4));
        let length = rest.get(..lengths).and_then(signed);
        let after = rest.get(lengths..).unwrap_or(&[]);
        let delta = after.get(..places).and_then(signed);
        let (Some(count), Some(delta)) = (length, delta) else {
            return Err(corrupt("a data run is cut off"));
        };
        bytes = after.get(places..).unwrap_or(&[]);
        let count = u64::try_from(count).ok().filter(|count| *count > 0);
        let count = count.ok_or_else(|| corrupt("a data run has no clusters"))?;
        // Without an offset it is a hole; an offset of 0 is a place like any other.
        let place = if places == 0 {
            None
        } else {
            lcn = lcn.saturating_add(delta);
            let first = u64::try_from(lcn).ok();
            let inside = |first: &u64| first.saturating_add(count) <= clusters;
            Some(first.filter(inside).ok_or_else(|| {
                corrupt(format!(
                    "a data run of {count} clusters at {lcn} in a volume of {clusters}"
                ))
            })?)
        };
        if runs.len() >= MOST_RUNS {
            return Err(FsError::Limit(format!("more than {MOST_RUNS} data runs")));
        }
        runs.push(Run {
            vcn,
            lcn: place,
            count,
        });
        vcn = vcn
            .checked_add(count)
            .filter(|vcn| i64::try_from(*vcn).is_ok())
            .ok_or_else(|| corrupt("data runs that are too long"))?;
    }
}

/// A little-endian number of at most 8 bytes with its sign.
fn signed(bytes: &[u8]) -> Option<i64> {
    let fill = match bytes.last() {
        None => return Some(0),
        Some(last) if last & 0x80 != 0 => 0xff,
        Some(_) => 0,
    };
    let mut whole = [fill; 8];
    whole.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(i64::from_le_bytes(whole))
}

/// The runs that hold something of the clusters from `from` on, in order.
pub(super) fn from(runs: &[Run], from: u64) -> &[Run] {
    let first = runs.partition_point(|run| run.end() <= from);
    runs.get(first..).unwrap_or(&[])
}
