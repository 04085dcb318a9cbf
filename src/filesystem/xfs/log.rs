//! Whether the log was closed: a clean unmount leaves a record of its own as the last one.
//!
//! The log is a ring of 512-byte blocks. Each carries the number of the pass in which it was
//! written, so that the head is where that number steps back.

use super::superblock::{Layout, corrupt};
use crate::bytes::Fields;
use crate::filesystem::{FsError, State};
use crate::source::ReadAt;

const BLOCK: u64 = 512;
/// The signature of a record's header, in place of the number of the pass.
const HEADER: u32 = 0xFEED_BABE;
/// Blocks that a record has at most: 256 KiB of data behind eight headers.
const LONGEST: u64 = 520;
/// The flag of the one operation in the record of an unmount.
const UNMOUNT: u8 = 0x20;

struct Log<'a> {
    source: &'a dyn ReadAt,
    start: u64,
    blocks: u64,
}

/// Whether changes are outstanding in the log.
pub(super) fn state(source: &dyn ReadAt, layout: &Layout) -> Result<State, FsError> {
    let Some(start) = layout.log_offset() else {
        return Err(FsError::Corrupt(
            "XFS superblock: the log lies outside of the file system".to_owned(),
        ));
    };
    let bytes = u64::from(layout.log_blocks).saturating_mul(u64::from(layout.block_size));
    let log = Log {
        source,
        start,
        blocks: bytes.checked_div(BLOCK).unwrap_or(0),
    };
    if log.blocks == 0 {
        return Err(FsError::Corrupt("XFS superblock: an empty log".to_owned()));
    }
    let dirty = |why: &str| Ok(State::Dirty(why.to_owned()));
    match log.head()? {
        Head::Unused => Ok(State::Clean),
        Head::Unclear => dirty("the head of its log is not to be found"),
        Head::At(head) => match log.last_record(head)? {
            None => dirty("no record stands before the head of its log"),
            Some(true) => Ok(State::Clean),
            Some(false) => dirty("its log does not end with the record of an unmount"),
        },
    }
}

enum Head {
    Unused,
    Unclear,
    At(u64),
}

impl Log<'_> {
    fn block(&self, number: u64) -> Result<Vec<u8>, FsError> {
        let number = number.checked_rem(self.blocks).unwrap_or(0);
        let offset = self.start.saturating_add(number.saturating_mul(BLOCK));
        Ok(self.source.read_vec(offset, 512)?)
    }

    /// The pass in which a block was written.
    fn pass(&self, number: u64) -> Result<u32, FsError> {
        let block = self.block(number)?;
        let fields = Fields::new("XFS log block", 0, &block);
        let first = fields.u32_be("cycle", 0).map_err(corrupt)?;
        if first == HEADER {
            return fields.u32_be("h_cycle", 4).map_err(corrupt);
        }
        Ok(first)
    }

    /// The block that would be written next.
    fn head(&self) -> Result<Head, FsError> {
        let first = self.pass(0)?;
        let last = self.pass(self.blocks.saturating_sub(1))?;
        if first == 0 {
            return Ok(Head::Unused);
        }
        if first == last {
            return Ok(Head::At(0));
        }
        if last != 0 && last.wrapping_add(1) != first {
            return Ok(Head::Unclear);
        }
        // The first block of the pass before, or the first that was never written.
        let (mut new, mut old) = (0, self.blocks.saturating_sub(1));
        while old.saturating_sub(new) > 1 {
            let middle = new.midpoint(old);
            if self.pass(middle)? == last {
                old = middle;
            } else {
                new = middle;
            }
        }
        Ok(Head::At(old))
    }

    /// Whether the last record before the head is an unmount's and ends there; none without one.
    fn last_record(&self, head: u64) -> Result<Option<bool>, FsError> {
        for back in 1..=LONGEST.min(self.blocks) {
            let at = head.saturating_add(self.blocks).saturating_sub(back);
            let block = self.block(at)?;
            let header = Fields::new("XFS log record", 0, &block);
            if header.u32_be("h_magicno", 0).map_err(corrupt)? != HEADER {
                continue;
            }
            let version = header.u32_be("h_version", 8).map_err(corrupt)?;
            let length = header.u32_be("h_len", 12).map_err(corrupt)?;
            let operations = header.u32_be("h_num_logops", 40).map_err(corrupt)?;
            let size = header.u32_be("h_size", 320).map_err(corrupt)?;
            let headers = if version & 2 != 0 && size > 32768 {
                u64::from(size.div_ceil(32768))
            } else {
                1
            };
            let body = at.saturating_add(headers);
            let end = body.saturating_add(u64::from(length).div_ceil(BLOCK));
            let flags = self.block(body)?.get(9).copied().unwrap_or(0);
            let ends = end.checked_rem(self.blocks) == head.checked_rem(self.blocks);
            return Ok(Some(operations == 1 && flags & UNMOUNT != 0 && ends));
        }
        Ok(None)
    }
}
