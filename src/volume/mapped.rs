//! A source that is put together from stretches of other sources: a logical volume.

use std::sync::Arc;

use crate::source::{Extent, ReadAt, ReadError};

/// A place in another source.
#[derive(Clone)]
pub(super) struct Place {
    /// The source.
    pub(super) source: Arc<dyn ReadAt>,
    /// Its byte.
    pub(super) offset: u64,
}

/// A stretch of the new source.
#[derive(Clone)]
pub(super) struct Piece {
    /// First byte.
    pub(super) start: u64,
    /// Length in bytes.
    pub(super) length: u64,
    /// Bytes that lie in one place before the next place has its turn.
    pub(super) stripe: u64,
    /// The places, in turn.
    pub(super) places: Vec<Place>,
}

/// Bytes that lie in pieces elsewhere.
pub(super) struct Mapped {
    pieces: Vec<Piece>,
    length: u64,
}

/// Where one byte lies, and how many with it.
struct Found<'a> {
    source: &'a Arc<dyn ReadAt>,
    offset: u64,
    run: u64,
}

impl Piece {
    fn end(&self) -> u64 {
        self.start.saturating_add(self.length)
    }

    /// Where the byte `within` of the piece lies.
    fn find(&self, within: u64) -> Option<Found<'_>> {
        let stripe = self.stripe.min(self.length);
        let number = within.checked_div(stripe)?;
        let inside = within.checked_rem(stripe)?;
        let width = u64::try_from(self.places.len()).ok()?;
        let turn = usize::try_from(number.checked_rem(width)?).ok()?;
        let place = self.places.get(turn)?;
        let before = number.checked_div(width)?.checked_mul(stripe)?;
        let left = self.length.checked_sub(within)?;
        Some(Found {
            source: &place.source,
            offset: place.offset.checked_add(before)?.checked_add(inside)?,
            run: stripe.checked_sub(inside)?.min(left),
        })
    }

    /// The piece, one run of bytes after the other: first byte of the new source, its place's number
    /// among the piece's, byte there, length.
    pub(super) fn runs(&self) -> impl Iterator<Item = (u64, usize, u64, u64)> {
        let stripe = self.stripe.min(self.length);
        let width = self.places.len();
        let count = self.length.checked_div(stripe).unwrap_or(0);
        (0..count).filter_map(move |number| {
            let within = number.checked_mul(stripe)?;
            let found = self.find(within)?;
            let turn = usize::try_from(number).ok()?.checked_rem(width)?;
            let start = self.start.checked_add(within)?;
            Some((start, turn, found.offset, found.run))
        })
    }
}

impl Mapped {
    /// A source of `pieces`, which follow each other from byte 0 on without gaps and lie within the
    /// sources that they name.
    pub(super) fn new(pieces: Vec<Piece>) -> Self {
        let length = pieces.last().map_or(0, Piece::end);
        Self { pieces, length }
    }

    fn find(&self, offset: u64, len: u64) -> Result<Found<'_>, ReadError> {
        let outside = || ReadError::OutOfBounds {
            offset,
            len,
            size: self.length,
        };
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        let piece = after.checked_sub(1).and_then(|at| self.pieces.get(at));
        piece
            .and_then(|piece| piece.find(offset.checked_sub(piece.start)?))
            .filter(|found| found.run > 0)
            .ok_or_else(outside)
    }

    fn read_with(
        &self,
        offset: u64,
        buf: &mut [u8],
        read: impl Fn(&dyn ReadAt, u64, &mut [u8]) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let len = u64::try_from(buf.len()).unwrap_or(u64::MAX);
        if offset.checked_add(len).is_none_or(|end| end > self.length) {
            return Err(ReadError::OutOfBounds {
                offset,
                len,
                size: self.length,
            });
        }
        let (mut at, mut rest) = (offset, buf);
        while !rest.is_empty() {
            let found = self.find(at, len)?;
            let run = usize::try_from(found.run)
                .unwrap_or(usize::MAX)
                .min(rest.len());
            let (now, later) = rest.split_at_mut(run);
            read(&**found.source, found.offset, now)?;
            at = at.saturating_add(u64::try_from(run).unwrap_or(u64::MAX));
            rest = later;
        }
        Ok(())
    }
}

impl ReadAt for Mapped {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.read_with(offset, buf, |source, offset, buf| {
            source.read_at(offset, buf)
        })
    }

    fn read_bulk_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.read_with(offset, buf, |source, offset, buf| {
            source.read_bulk_at(offset, buf)
        })
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        let found = self.find(offset, 1)?;
        let inner = found.source.extent_at(found.offset)?;
        let run = inner.end.saturating_sub(found.offset).min(found.run);
        Ok(Extent {
            start: offset,
            end: offset.saturating_add(run),
            kind: inner.kind,
        })
    }
}
