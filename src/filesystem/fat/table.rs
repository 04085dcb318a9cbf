//! The table: which cluster follows which, and which are free.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::sync::Arc;

use crate::source::ReadAt;

use super::super::FsError;
use super::layout::{Layout, Width, corrupt};

/// Bytes of the table that are read at once.
const PIECE: u64 = 4096;

/// The volume's clusters.
pub(super) struct Clusters {
    source: Arc<dyn ReadAt>,
    pub(super) layout: Layout,
    /// The piece of the table that was read last, and its number.
    piece: RefCell<Option<(u64, Vec<u8>)>>,
    /// Of the chain that was followed last: its first cluster, an index in it, the cluster there.
    last: Cell<Option<(u32, u64, u32)>>,
}

impl Clusters {
    pub(super) fn new(source: &Arc<dyn ReadAt>) -> Result<Self, FsError> {
        let layout = Layout::read(&**source)?;
        Ok(Self {
            source: Arc::clone(source),
            layout,
            piece: RefCell::new(None),
            last: Cell::new(None),
        })
    }

    pub(super) fn read_vec(&self, at: u64, len: usize) -> Result<Vec<u8>, FsError> {
        Ok(self.source.read_vec(at, len)?)
    }

    fn table_byte(&self, index: u64) -> Result<u8, FsError> {
        let number = index / PIECE;
        let skip = usize::try_from(index % PIECE).unwrap_or(0);
        let mut piece = self.piece.borrow_mut();
        if piece.as_ref().is_none_or(|(known, _)| *known != number) {
            let at = self
                .layout
                .table_at
                .saturating_add(number.saturating_mul(PIECE));
            let left = self.source.len().saturating_sub(at).min(PIECE);
            let bytes = self
                .source
                .read_vec(at, usize::try_from(left).unwrap_or(0))?;
            *piece = Some((number, bytes));
        }
        let byte = piece
            .as_ref()
            .and_then(|(_, bytes)| bytes.get(skip).copied());
        byte.ok_or_else(|| corrupt("the table ends behind the volume"))
    }

    /// The entry of a cluster, with the bits that count.
    pub(super) fn entry(&self, cluster: u32) -> Result<u32, FsError> {
        let cluster = u64::from(cluster);
        let bytes = |at: u64, count: u64| {
            (0..count).try_fold(0_u32, |value, index| {
                let byte = self.table_byte(at.saturating_add(index))?;
                Ok::<u32, FsError>(value | u32::from(byte) << (index << 3))
            })
        };
        match self.layout.width {
            Width::Twelve => {
                let pair = bytes(cluster.saturating_add(cluster / 2), 2)?;
                Ok(if cluster.is_multiple_of(2) {
                    pair & 0xfff
                } else {
                    pair >> 4
                })
            }
            Width::Sixteen => bytes(cluster.saturating_mul(2), 2),
            Width::ThirtyTwo => Ok(bytes(cluster.saturating_mul(4), 4)? & 0x0fff_ffff),
        }
    }

    /// The cluster that follows; none at a chain's end.
    pub(super) fn next(&self, cluster: u32) -> Result<Option<u32>, FsError> {
        let entry = self.entry(cluster)?;
        let end = match self.layout.width {
            Width::Twelve => 0xff8,
            Width::Sixteen => 0xfff8,
            Width::ThirtyTwo => 0x0fff_fff8,
        };
        if entry >= end {
            return Ok(None);
        }
        match self.layout.cluster_at(entry) {
            Some(_) => Ok(Some(entry)),
            None => Err(corrupt(format!(
                "cluster {cluster} is followed by {entry}, of {} clusters",
                self.layout.clusters
            ))),
        }
    }

    /// The cluster at `index` of the chain that begins with `first`.
    fn nth(&self, first: u32, index: u64) -> Result<u32, FsError> {
        if index >= u64::from(self.layout.clusters) {
            return Err(corrupt(format!("the chain of cluster {first} has no end")));
        }
        let (mut at, mut cluster) = match self.last.get() {
            Some((known, at, cluster)) if known == first && at <= index => (at, cluster),
            _ => (0, first),
        };
        while at < index {
            cluster = self.next(cluster)?.ok_or_else(|| {
                corrupt(format!(
                    "the chain of cluster {first} ends after {} clusters, where its file goes on",
                    at.saturating_add(1)
                ))
            })?;
            at = at.saturating_add(1);
        }
        self.last.set(Some((first, at, cluster)));
        Ok(cluster)
    }

    /// `len` bytes of a chain from `offset`, all of which must be there.
    pub(super) fn read_chain(&self, first: u32, offset: u64, len: u64) -> Result<Vec<u8>, FsError> {
        let size = self.layout.cluster_size.max(1);
        let end = offset.saturating_add(len);
        if end.div_ceil(size) > self.layout.clusters.into() {
            return Err(corrupt(format!(
                "a file of {end} bytes is larger than all {} clusters",
                self.layout.clusters
            )));
        }
        let mut out = Vec::new();
        let mut at = offset;
        while at < end {
            let cluster = self.nth(first, at.checked_div(size).unwrap_or(0))?;
            let start = self.layout.cluster_at(cluster).ok_or_else(|| {
                corrupt(format!(
                    "a file begins with cluster {cluster}, of {} clusters",
                    self.layout.clusters
                ))
            })?;
            let skip = at.checked_rem(size).unwrap_or(0);
            let take = size.saturating_sub(skip).min(end.saturating_sub(at));
            let before = out.len();
            let grown = before.saturating_add(usize::try_from(take).unwrap_or(0));
            out.resize(grown, 0);
            if let Some(part) = out.get_mut(before..) {
                self.source.read_at(start.saturating_add(skip), part)?;
            }
            at = at.saturating_add(take.max(1));
        }
        Ok(out)
    }

    /// The chain of a directory, whose size is written nowhere: at most `most` bytes.
    pub(super) fn read_directory(&self, first: u32, most: u64) -> Result<Vec<u8>, FsError> {
        let size = self.layout.cluster_size.max(1);
        let mut out = Vec::new();
        let mut next = Some(first);
        while let Some(cluster) = next {
            let start = self.layout.cluster_at(cluster).ok_or_else(|| {
                corrupt(format!(
                    "a directory lies in cluster {cluster}, of {} clusters",
                    self.layout.clusters
                ))
            })?;
            let held = u64::try_from(out.len()).unwrap_or(u64::MAX);
            if held.saturating_add(size) > most.max(size) {
                return Err(corrupt(format!(
                    "the directory in cluster {first} has more than {most} bytes"
                )));
            }
            out.extend(self.read_vec(start, usize::try_from(size).unwrap_or(0))?);
            next = self.next(cluster)?;
        }
        Ok(out)
    }

    /// The bytes of clusters that are free, in order.
    pub(super) fn free(&self, limit: usize) -> Result<Vec<Range<u64>>, FsError> {
        let mut out: Vec<Range<u64>> = Vec::new();
        for cluster in 2..self.layout.clusters.saturating_add(2) {
            if self.entry(cluster)? != 0 {
                continue;
            }
            let Some(start) = self.layout.cluster_at(cluster) else {
                continue;
            };
            let end = start.saturating_add(self.layout.cluster_size);
            if let Some(last) = out.last_mut()
                && last.end == start
            {
                last.end = end;
            } else if out.len() < limit {
                out.push(start..end);
            } else {
                return Err(FsError::Limit(format!(
                    "more than {limit} ranges of free space"
                )));
            }
        }
        Ok(out)
    }
}
