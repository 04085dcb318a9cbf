//! Reading one unit: pieces that stay in the cache, tested for zero and hashed while they are there.

use super::blocks::{BLOCK_SIZE, Block};
use super::hash::{PAGE, hash};
use super::ordered::Buffer;
use super::outline::reason;
use super::plan::{UNIT_BYTES, Unit};
use super::slice::Slice;
use super::tally::{Segments, Tally};
use super::{Cancel, NonZero, ScanError};
use crate::bytes::is_zero;
use crate::source::ReadAt;

/// Bytes read at a time. A piece of 256 KiB fits the second-level cache, so that the zero test and
/// the hash do not go to memory again; larger pieces were measured slower, smaller ones pay for
/// more system calls.
const PIECE: usize = 256 << 10;
const PIECE_BYTES: u64 = PIECE as u64;

/// The page of a page blob, in bytes.
const SECTOR: usize = 512;
const BLOCK: usize = BLOCK_SIZE as usize;

/// Half of a unit, in bytes.
const HALF_BYTES: u64 = UNIT_BYTES / 2;

/// A thread's buffer and what it is doing.
pub(super) struct UnitReader<'a> {
    disk: &'a dyn ReadAt,
    cancel: Option<&'a Cancel>,
    piece: Vec<u8>,
    /// Whether the bytes are looked at, or only read for others.
    looks: bool,
    segments: Option<&'a Segments>,
    /// The segment looked at last.
    near: usize,
}

impl<'a> UnitReader<'a> {
    /// A reader of `disk` that looks at what it reads, and counts by `segments` too.
    pub(super) fn new(
        disk: &'a dyn ReadAt,
        cancel: Option<&'a Cancel>,
        segments: Option<&'a Segments>,
    ) -> Self {
        Self {
            disk,
            cancel,
            piece: vec![0; PIECE],
            looks: true,
            segments,
            near: 0,
        }
    }

    /// A reader that leaves what it reads in the unit's buffer, for others to look at.
    pub(super) fn blind(disk: &'a dyn ReadAt, cancel: Option<&'a Cancel>) -> Self {
        Self {
            looks: false,
            ..Self::new(disk, cancel, None)
        }
    }

    /// Reads the data of `unit` and adds what is there to `found`. With a `buffer`, the bytes are
    /// left in it.
    ///
    /// # Errors
    /// [`ScanError`] at the first read that fails; `found` then holds a part and is of no use.
    pub(super) fn read(
        &mut self,
        unit: &Unit,
        mut buffer: Option<&mut Buffer<'_>>,
        found: &mut Slice,
    ) -> Result<(), ScanError> {
        let mut halves = [false; 2];
        let mut data = unit.data.as_slice();
        let mut at = unit.start;
        while let Some(start) = data.first().map(|range| range.start.max(at)) {
            if self.cancel.is_some_and(Cancel::is_cancelled) {
                return Err(ScanError::Cancelled);
            }
            let start = start - start % BLOCK_SIZE;
            // Whole blocks, as long as data follow, to the end of the piece at most: pieces are
            // aligned, so none crosses the middle of a unit.
            let limit = (start - start % PIECE_BYTES)
                .saturating_add(PIECE_BYTES)
                .min(unit.end);
            let piece = match &mut buffer {
                Some(buffer) => &mut buffer.bytes[(start - unit.start) as usize..],
                None => self.piece.as_mut_slice(),
            };
            let mut end = limit.min(start.saturating_add(BLOCK_SIZE));
            // Bytes of the piece that are filled.
            let mut filled = 0;
            while let Some(range) = data.first() {
                let from = range.start.max(start);
                if from >= limit || from > end {
                    break;
                }
                let to = range.end.min(limit);
                let (from_at, to_at) = ((from - start) as usize, (to - start) as usize);
                piece[filled..from_at].fill(0);
                self.disk
                    .read_bulk_at(from, &mut piece[from_at..to_at])
                    .map_err(|error| ScanError::disk(from, error))?;
                filled = to_at;
                end = to
                    .checked_next_multiple_of(BLOCK_SIZE)
                    .map_or(limit, |end| end.min(limit));
                if range.end > limit {
                    break;
                }
                data = &data[1..];
            }
            let len = (end - start) as usize;
            piece[filled..len].fill(0);
            if self.looks {
                let near = &mut self.near;
                if look(&piece[..len], start, self.segments, near, found) {
                    halves[usize::from(start - unit.start >= HALF_BYTES)] = true;
                }
            }
            if let Some(buffer) = &mut buffer {
                let from = (start - unit.start) as usize;
                buffer.filled.push(from..from + len);
            }
            at = end;
        }
        self.count(unit, halves, found);
        Ok(())
    }

    /// Adds what is known of the unit as a whole.
    fn count(&mut self, unit: &Unit, halves: [bool; 2], found: &mut Slice) {
        found.data_bytes += unit.data_bytes();
        for gone in &unit.unavailable {
            found.unavailable_bytes += gone.end - gone.start;
            // The first of this thread is kept; which is the first of all is seen later.
            if found.unavailable.is_none() {
                let reason = reason(self.disk, gone.start);
                found.unavailable = reason.map(|reason| (gone.start, reason));
            }
        }
        if let Some(segments) = self.segments {
            let tallies = &mut found.tallies;
            let near = &mut self.near;
            for range in &unit.data {
                segments.spread(range.clone(), near, |segment, data_bytes| {
                    let tally = Tally {
                        data_bytes,
                        ..Tally::default()
                    };
                    tallies.add(segment, tally);
                });
            }
            for range in &unit.unavailable {
                segments.spread(range.clone(), near, |segment, unavailable_bytes| {
                    let tally = Tally {
                        unavailable_bytes,
                        ..Tally::default()
                    };
                    tallies.add(segment, tally);
                });
            }
        }
        for (start, not_zero) in [unit.start, unit.start.saturating_add(HALF_BYTES)]
            .into_iter()
            .zip(halves)
        {
            if not_zero {
                found.non_zero.at_2m += (unit.end - start).min(HALF_BYTES);
                found.chunks_2m += 1;
            }
        }
        if halves.contains(&true) {
            found.non_zero.at_4m += unit.end - unit.start;
            found.chunks_4m += 1;
        }
    }
}

/// Tests whole blocks for zero, of which the first begins at byte `start` of the disk, and hashes
/// those that are not; says whether any was not.
fn look(
    bytes: &[u8],
    start: u64,
    segments: Option<&Segments>,
    near: &mut usize,
    found: &mut Slice,
) -> bool {
    let mut any = false;
    for (index, block) in (start / BLOCK_SIZE..).zip(bytes.chunks(BLOCK)) {
        let before = found.non_zero;
        let mut pages = 0;
        for (bit, page) in block.chunks(PAGE).enumerate() {
            let sectors: usize = page
                .chunks(SECTOR)
                .filter(|sector| !is_zero(sector))
                .map(<[u8]>::len)
                .sum();
            if sectors > 0 {
                found.non_zero.at_512 += sectors as u64;
                found.non_zero.at_4k += page.len() as u64;
                pages |= 1 << bit;
            }
        }
        if found.non_zero.at_512 > before.at_512 {
            any = true;
            found.blocks.push(Block {
                index,
                hash: hash(block, pages),
            });
            if let Some(segments) = segments {
                account(block, index * BLOCK_SIZE, before, segments, near, found);
            }
        }
    }
    any
}

/// Adds a block that is not zero to the segments that it lies in; `before` is what had been found
/// without it.
fn account(
    block: &[u8],
    start: u64,
    before: NonZero,
    segments: &Segments,
    near: &mut usize,
    found: &mut Slice,
) {
    *near = segments.find(start, *near);
    if segments.range(*near).end - start >= block.len() as u64 {
        let tally = Tally {
            non_zero_512: found.non_zero.at_512 - before.at_512,
            non_zero_4k: found.non_zero.at_4k - before.at_4k,
            ..Tally::default()
        };
        found.tallies.add(*near, tally);
        return;
    }
    // A border within the block, which few have: what of each unit lies on which side.
    let tallies = &mut found.tallies;
    for (size, is_sector) in [(SECTOR, true), (PAGE, false)] {
        let mut at = start;
        for unit in block.chunks(size) {
            let end = at + unit.len() as u64;
            if !is_zero(unit) {
                segments.spread(at..end, near, |segment, bytes| {
                    let mut tally = Tally::default();
                    if is_sector {
                        tally.non_zero_512 = bytes;
                    } else {
                        tally.non_zero_4k = bytes;
                    }
                    tallies.add(segment, tally);
                });
            }
            at = end;
        }
    }
}
