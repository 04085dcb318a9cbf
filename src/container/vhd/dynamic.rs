//! The disk that a dynamic or differencing VHD describes, as a source.

use std::sync::Arc;

use super::bat::{Bat, UNUSED};
use super::footer::FOOTER_SIZE;
use super::header::DynamicHeader;
use crate::source::{Extent, ExtentKind, ReadAt, ReadError, check_bounds};

const SECTOR: u64 = 512;

/// [`ReadAt::read_at`] or [`ReadAt::read_bulk_at`].
type Read = fn(&dyn ReadAt, u64, &mut [u8]) -> Result<(), ReadError>;

/// Absent blocks that are joined in one step.
const LOOK_AHEAD: u64 = 256;

/// What stands behind the sectors that the image itself does not hold.
#[derive(Clone)]
pub enum Backing {
    /// Nothing: they are zeros (dynamic disk).
    Zeros,
    /// The parent's sectors (differencing disk).
    Parent(Arc<dyn ReadAt>),
    /// A parent that is not at hand; why.
    Missing(Arc<str>),
}

/// A disk in blocks.
pub struct BlockDisk {
    image: Arc<dyn ReadAt>,
    bat: Bat,
    block_size: u64,
    bitmap_size: u64,
    /// Where blocks have to end: the trailing footer, or the end of the image without one.
    blocks_end: u64,
    size: u64,
    backing: Backing,
}

/// Where the bytes at an offset come from, and how far that holds.
enum Origin {
    Stored { image_offset: u64, end: u64 },
    Behind { end: u64 },
    Broken { end: u64, reason: Arc<str> },
}

impl BlockDisk {
    /// A disk of `size` bytes over `image`. The block size must not be 0.
    pub fn new(
        image: Arc<dyn ReadAt>,
        header: &DynamicHeader,
        bat: Bat,
        size: u64,
        backing: Backing,
    ) -> Self {
        Self {
            blocks_end: image.len(),
            image,
            bat,
            block_size: u64::from(header.block_size).max(SECTOR),
            bitmap_size: header.bitmap_size(),
            size,
            backing,
        }
    }

    /// The block allocation table.
    pub fn bat(&self) -> &Bat {
        &self.bat
    }

    /// Bytes of data in a block.
    pub fn block_size(&self) -> u64 {
        self.block_size
    }

    /// Reads the bitmap of a stored block, whose data start at the returned offset of the image.
    ///
    /// # Errors
    /// [`ReadError`] for a block that is not stored or lies outside of the image.
    pub fn bitmap(&self, block: u64) -> Result<(Vec<u8>, u64), ReadError> {
        let start = u64::from(self.bat.entry(block)).saturating_mul(SECTOR);
        let len = usize::try_from(self.bitmap_size).unwrap_or(FOOTER_SIZE);
        let bitmap = self.image.read_vec(start, len)?;
        Ok((bitmap, start.saturating_add(self.bitmap_size)))
    }

    /// Reads bytes of the image, for the pass over the bitmaps.
    ///
    /// # Errors
    /// As [`ReadAt::read_bulk_at`].
    pub fn read_image(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.image.read_bulk_at(offset, buf)
    }

    fn origin(&self, offset: u64) -> Result<Origin, ReadError> {
        let block = offset.checked_div(self.block_size).unwrap_or(0);
        let block_start = block.saturating_mul(self.block_size);
        let mut end = block_start.saturating_add(self.block_size).min(self.size);
        let entry = self.bat.entry(block);
        if entry == UNUSED {
            // Absent blocks are looked over together, so that a sparse disk is few steps; not all at
            // once, as over a fragmented parent each step would look at the whole table again.
            let stored = self.bat.len();
            let mut next = block.saturating_add(1);
            let last = next.saturating_add(LOOK_AHEAD).min(stored);
            while next < last && self.bat.entry(next) == UNUSED {
                next = next.saturating_add(1);
            }
            // Beyond the table nothing is stored: a size that is far beyond it is one step too.
            end = if next >= stored {
                self.size
            } else {
                next.saturating_mul(self.block_size).min(self.size)
            };
            return Ok(Origin::Behind { end });
        }
        let start = u64::from(entry).saturating_mul(SECTOR);
        let data = start.saturating_add(self.bitmap_size);
        if data.saturating_add(end.saturating_sub(block_start)) > self.blocks_end {
            return Ok(Origin::Broken {
                end,
                reason: format!("block {block} at sector {entry} lies outside of the image").into(),
            });
        }
        let within = offset.saturating_sub(block_start);
        let stored = |end| Origin::Stored {
            image_offset: data.saturating_add(within),
            end,
        };
        if matches!(self.backing, Backing::Zeros) {
            // A dynamic disk's bitmap is not asked: QEMU reads the data whatever it says. Where
            // the two differ is a finding of its own.
            return Ok(stored(end));
        }
        let (bitmap, _) = self.bitmap(block)?;
        let first = within / SECTOR;
        let here = bit(&bitmap, first);
        let mut run = first;
        while run.saturating_mul(SECTOR) < self.block_size && bit(&bitmap, run) == here {
            run = run.saturating_add(1);
        }
        let run_end = block_start
            .saturating_add(run.saturating_mul(SECTOR))
            .min(end);
        Ok(if here {
            stored(run_end)
        } else {
            Origin::Behind { end: run_end }
        })
    }

    fn read(&self, offset: u64, buf: &mut [u8], read: Read) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.size)?;
        let mut at = offset;
        let mut rest = buf;
        while !rest.is_empty() {
            let origin = self.origin(at)?;
            let (Origin::Stored { end, .. } | Origin::Behind { end } | Origin::Broken { end, .. }) =
                &origin;
            let len = usize::try_from(end.saturating_sub(at))
                .unwrap_or(usize::MAX)
                .clamp(1, rest.len());
            let (piece, remaining) = std::mem::take(&mut rest).split_at_mut(len);
            match origin {
                Origin::Stored { image_offset, .. } => read(&*self.image, image_offset, piece)?,
                Origin::Behind { .. } => self.read_behind(at, piece, read)?,
                Origin::Broken { reason, .. } => return Err(ReadError::Unavailable { reason }),
            }
            at = at.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
            rest = remaining;
        }
        Ok(())
    }

    fn read_behind(&self, offset: u64, buf: &mut [u8], read: Read) -> Result<(), ReadError> {
        match &self.backing {
            Backing::Zeros => buf.fill(0),
            Backing::Missing(reason) => {
                return Err(ReadError::Unavailable {
                    reason: Arc::clone(reason),
                });
            }
            Backing::Parent(parent) => {
                // A child may be larger than its parent; what the parent lacks is zeros.
                let has = parent.len().saturating_sub(offset);
                let take = usize::try_from(has).unwrap_or(usize::MAX).min(buf.len());
                let (from_parent, rest) = buf.split_at_mut(take);
                if !from_parent.is_empty() {
                    read(&**parent, offset, from_parent)?;
                }
                rest.fill(0);
            }
        }
        Ok(())
    }
}

/// The bit of a sector: the most significant bit of the first byte is the first sector.
pub(super) fn bit(bitmap: &[u8], sector: u64) -> bool {
    usize::try_from(sector / 8)
        .ok()
        .and_then(|at| bitmap.get(at))
        .is_some_and(|byte| byte & (0x80 >> (sector % 8)) != 0)
}

impl ReadAt for BlockDisk {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.read(offset, buf, |source, offset, buf| {
            source.read_at(offset, buf)
        })
    }

    fn read_bulk_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.read(offset, buf, |source, offset, buf| {
            source.read_bulk_at(offset, buf)
        })
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        check_bounds(offset, 1, self.size)?;
        let (end, kind) = match self.origin(offset)? {
            Origin::Broken { end, .. } => (end, ExtentKind::Unavailable),
            Origin::Stored { image_offset, end } => {
                let inner = self.image.extent_at(image_offset)?;
                let reach = inner.end.saturating_sub(image_offset);
                (offset.saturating_add(reach).min(end), inner.kind)
            }
            Origin::Behind { end } => match &self.backing {
                Backing::Zeros => (end, ExtentKind::Hole),
                Backing::Missing(_) => (end, ExtentKind::Unavailable),
                Backing::Parent(parent) if offset >= parent.len() => (end, ExtentKind::Hole),
                Backing::Parent(parent) => {
                    let behind = parent.extent_at(offset)?;
                    (behind.end.min(end), behind.kind)
                }
            },
        };
        Ok(Extent {
            start: offset,
            end,
            kind,
        })
    }
}
