//! Reading one unit: pieces that stay in the cache, tested for zero and hashed while they are there.

use super::ScanError;
use super::blocks::{BLOCK_SIZE, Block};
use super::plan::{UNIT_BYTES, Unit};
use super::slice::Slice;
use crate::bytes::is_zero;
use crate::source::ReadAt;

/// Bytes read at a time. A piece of 256 KiB fits the second-level cache, so that the zero test and
/// the hash do not go to memory again; larger pieces were measured slower, smaller ones pay for
/// more system calls.
const PIECE: usize = 256 << 10;
const PIECE_BYTES: u64 = PIECE as u64;

/// The page of a page blob, in bytes.
const SECTOR: usize = 512;
/// The block of most file systems, in bytes.
const PAGE: usize = 4096;
const BLOCK: usize = BLOCK_SIZE as usize;

/// Half of a unit, in bytes.
const HALF_BYTES: u64 = UNIT_BYTES / 2;

/// A thread's buffer and what it is doing.
pub(super) struct UnitReader {
    piece: Vec<u8>,
}

impl UnitReader {
    pub(super) fn new() -> Self {
        Self {
            piece: vec![0; PIECE],
        }
    }

    /// Reads the data of `unit` and adds what is there to `found`.
    ///
    /// # Errors
    /// [`ScanError`] at the first read that fails; `found` then holds a part and is of no use.
    pub(super) fn read(
        &mut self,
        disk: &dyn ReadAt,
        unit: &Unit,
        found: &mut Slice,
    ) -> Result<(), ScanError> {
        let mut halves = [false; 2];
        let mut data = unit.data.as_slice();
        let mut at = unit.start;
        while let Some(start) = data.first().map(|range| range.start.max(at)) {
            let start = start - start % BLOCK_SIZE;
            // Whole blocks, as long as data follow, to the end of the piece at most: pieces are
            // aligned, so none crosses the middle of a unit.
            let limit = (start - start % PIECE_BYTES)
                .saturating_add(PIECE_BYTES)
                .min(unit.end);
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
                self.piece[filled..from_at].fill(0);
                disk.read_bulk_at(from, &mut self.piece[from_at..to_at])
                    .map_err(|error| ScanError {
                        offset: from,
                        error,
                    })?;
                found.data_bytes += to - from;
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
            self.piece[filled..len].fill(0);
            if look(&self.piece[..len], start / BLOCK_SIZE, found) {
                halves[usize::from(start - unit.start >= HALF_BYTES)] = true;
            }
            at = end;
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
        Ok(())
    }
}

/// Tests whole blocks for zero, of which the first has the index `first`, and hashes those that
/// are not; says whether any was not.
fn look(bytes: &[u8], first: u64, found: &mut Slice) -> bool {
    let mut any = false;
    for (index, block) in (first..).zip(bytes.chunks(BLOCK)) {
        let before = found.non_zero.at_512;
        for page in block.chunks(PAGE) {
            let sectors: usize = page
                .chunks(SECTOR)
                .filter(|sector| !is_zero(sector))
                .map(<[u8]>::len)
                .sum();
            if sectors > 0 {
                found.non_zero.at_512 += sectors as u64;
                found.non_zero.at_4k += page.len() as u64;
            }
        }
        if found.non_zero.at_512 > before {
            any = true;
            found.blocks.push(Block {
                index,
                hash: *blake3::hash(block).as_bytes(),
            });
        }
    }
    any
}
