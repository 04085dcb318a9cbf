//! The content of an attribute: in its record, in runs of clusters with holes, or compressed.

use super::super::FsError;
use super::super::answer::clip;
use super::boot::Boot;
use super::record::{Attribute, Part, Value};
use super::runs::{MOST_RUNS, Run, from};
use super::{corrupt, lznt1};
use crate::filesystem::meter::Metered;

const COMPRESSION_MASK: u16 = 0x00ff;
const LZNT1: u16 = 1;
/// The content is encrypted by EFS; of $DATA only, a directory's index merely says so.
pub(super) const ENCRYPTED: u16 = 0x4000;
pub(super) const SPARSE: u16 = 0x8000;
/// The largest compression unit; Windows makes none but of 16 clusters of at most 4,096 bytes.
const LARGEST_UNIT: u64 = 1 << 20;

/// An attribute's content, with all its parts.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    pub(super) flags: u16,
    /// Size in bytes.
    pub(super) size: u64,
    /// Bytes at the front that were ever written; what follows reads as zeros.
    initialized: u64,
    /// Logarithm of the clusters of a compression unit.
    unit: u8,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Resident(Vec<u8>),
    Runs(Vec<Run>),
}

impl Stream {
    /// Puts the parts of one attribute together, which have to follow each other without a gap.
    pub(super) fn new(mut parts: Vec<&Attribute>) -> Result<Self, FsError> {
        parts.sort_by_key(|attribute| match &attribute.value {
            Value::Resident(_) => 0,
            Value::Part(part) => part.lowest,
        });
        let mut parts = parts.into_iter();
        let first = parts.next().ok_or_else(|| corrupt("no such attribute"))?;
        let mut stream = Self::first(first)?;
        for attribute in parts {
            match &attribute.value {
                Value::Part(part) => stream.append(part)?,
                Value::Resident(_) => return Err(corrupt("an attribute is there twice")),
            }
        }
        Ok(stream)
    }

    fn first(attribute: &Attribute) -> Result<Self, FsError> {
        let flags = attribute.flags;
        Ok(match &attribute.value {
            Value::Resident(bytes) => {
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                Self {
                    flags,
                    size,
                    initialized: size,
                    unit: 0,
                    content: Content::Resident(bytes.clone()),
                }
            }
            Value::Part(part) if part.lowest != 0 => {
                return Err(corrupt(format!(
                    "the clusters of an attribute before {} are nowhere",
                    part.lowest
                )));
            }
            Value::Part(part) => Self {
                flags,
                size: part.size,
                initialized: part.initialized.min(part.size),
                unit: part.unit,
                content: Content::Runs(part.runs.clone()),
            },
        })
    }

    /// Adds the next part of the attribute.
    pub(super) fn append(&mut self, part: &Part) -> Result<(), FsError> {
        let Content::Runs(runs) = &mut self.content else {
            return Err(corrupt("an attribute is in its record and outside of it"));
        };
        let end = runs.last().map_or(0, Run::end);
        if part.lowest != end {
            return Err(corrupt(format!(
                "a part of an attribute begins at cluster {} where {end} comes next",
                part.lowest
            )));
        }
        if runs.len().saturating_add(part.runs.len()) > MOST_RUNS {
            return Err(FsError::Limit(format!("more than {MOST_RUNS} data runs")));
        }
        runs.extend(&part.runs);
        Ok(())
    }

    /// Whether nothing of it lies on the volume.
    pub(super) fn is_all_holes(&self) -> bool {
        match &self.content {
            Content::Resident(bytes) => bytes.is_empty(),
            Content::Runs(runs) => runs.iter().all(|run| run.lcn.is_none()),
        }
    }

    /// At most `length` bytes from `offset`; fewer where it ends.
    pub(super) fn read(
        &self,
        source: &Metered,
        boot: &Boot,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, FsError> {
        let length = clip(length, self.size.saturating_sub(offset));
        let runs = match &self.content {
            Content::Resident(bytes) => {
                let rest = bytes.get(clip(bytes.len(), offset)..).unwrap_or(&[]);
                return Ok(rest.iter().copied().take(length).collect());
            }
            Content::Runs(runs) => runs,
        };
        let mut out = Vec::new();
        if out.try_reserve_exact(length).is_err() {
            return Err(FsError::Limit(format!("{length} bytes at once")));
        }
        out.resize(length, 0);
        let written = clip(length, self.initialized.saturating_sub(offset));
        let target = out.get_mut(..written).unwrap_or(&mut []);
        match self.flags & COMPRESSION_MASK {
            0 => plain(source, boot, runs, offset, target)?,
            LZNT1 if self.unit != 0 => self.compressed(source, boot, runs, offset, target)?,
            LZNT1 => plain(source, boot, runs, offset, target)?,
            other => {
                return Err(FsError::Unsupported(format!("NTFS compression {other}")));
            }
        }
        Ok(out)
    }

    fn compressed(
        &self,
        source: &Metered,
        boot: &Boot,
        runs: &[Run],
        offset: u64,
        mut target: &mut [u8],
    ) -> Result<(), FsError> {
        let clusters = 1_u64.checked_shl(self.unit.into()).unwrap_or(u64::MAX);
        let size = clusters.saturating_mul(boot.cluster_size);
        if size > LARGEST_UNIT {
            return Err(corrupt(format!("a compression unit of {size} bytes")));
        }
        let mut at = offset;
        while !target.is_empty() {
            let number = at.checked_div(size).unwrap_or(0);
            let skip = at.saturating_sub(number.saturating_mul(size));
            let bytes = unit(
                source,
                boot,
                runs,
                number.saturating_mul(clusters),
                clusters,
            )?;
            let bytes = bytes.get(clip(bytes.len(), skip)..).unwrap_or(&[]);
            let take = bytes.len().min(target.len());
            let (Some(bytes), true) = (bytes.get(..take), take > 0) else {
                return Err(corrupt("a compression unit is too short"));
            };
            let (now, later) = target.split_at_mut(take);
            now.copy_from_slice(bytes);
            target = later;
            at = at.saturating_add(u64::try_from(take).unwrap_or(u64::MAX));
        }
        Ok(())
    }
}

/// Fills `target` with what the runs hold from the byte `offset` on.
fn plain(
    source: &Metered,
    boot: &Boot,
    runs: &[Run],
    offset: u64,
    mut target: &mut [u8],
) -> Result<(), FsError> {
    let size = boot.cluster_size;
    let mut at = offset;
    for run in from(runs, offset.checked_div(size).unwrap_or(0)) {
        if target.is_empty() {
            break;
        }
        let skip = at.saturating_sub(run.vcn.saturating_mul(size));
        let left = run.count.saturating_mul(size).saturating_sub(skip);
        let (now, later) = target.split_at_mut(clip(target.len(), left));
        if let Some(lcn) = run.lcn {
            source.fill(lcn.saturating_mul(size).saturating_add(skip), now)?;
        }
        at = at.saturating_add(u64::try_from(now.len()).unwrap_or(u64::MAX));
        target = later;
    }
    if target.is_empty() {
        Ok(())
    } else {
        Err(corrupt(format!(
            "the data runs end at byte {at} of an attribute that goes on"
        )))
    }
}

/// The bytes that the compression unit beginning at the cluster `first` stands for.
fn unit(
    source: &Metered,
    boot: &Boot,
    runs: &[Run],
    first: u64,
    clusters: u64,
) -> Result<Vec<u8>, FsError> {
    let end = first.saturating_add(clusters);
    let mut stored = Vec::new();
    let (mut holes, mut mapped) = (false, 0_u64);
    for run in from(runs, first) {
        let start = run.vcn.max(first);
        let count = run.end().min(end).saturating_sub(start);
        if count == 0 {
            break;
        }
        mapped = mapped.saturating_add(count);
        let Some(lcn) = run.lcn else {
            holes = true;
            continue;
        };
        if holes {
            return Err(corrupt("a compression unit with a hole in its middle"));
        }
        let at = lcn.saturating_add(start.saturating_sub(run.vcn));
        let bytes = count.saturating_mul(boot.cluster_size);
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        stored.extend(source.read_vec(at.saturating_mul(boot.cluster_size), bytes)?);
    }
    let size = clusters.saturating_mul(boot.cluster_size);
    let size = usize::try_from(size).unwrap_or(0);
    match (mapped, holes, stored.is_empty()) {
        (0, ..) => Err(corrupt(
            "a compressed file has no clusters where it goes on",
        )),
        // Nothing but holes: zeros. No hole: not smaller when compressed, so stored as it is.
        (_, true, true) => Ok(vec![0; size]),
        (_, true, false) => lznt1::decompress(&stored, size),
        (_, false, _) => Ok(stored),
    }
}
