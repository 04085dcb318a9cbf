//! Where the bytes of a file lie, by its extent tree or its block map; and those bytes.

use crate::bytes::Fields;

use super::super::FsError;
use super::checksum::crc32c;
use super::geometry::{bad, corrupt};
use super::volume::{Blocks, Inode, flag};

/// The deepest extent tree that there is.
const DEEPEST: u16 = 5;

/// Neighbouring blocks of a file that lie side by side, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// First block on the volume; none in a hole, and where nothing was written yet.
    pub(super) block: Option<u64>,
    /// Blocks, at least 1.
    pub(super) count: u64,
}

impl Blocks {
    /// The run that begins with block `at` of a file. It may end where the next one goes on.
    pub(super) fn map(&self, inode: &Inode, at: u64) -> Result<Run, FsError> {
        if inode.flags & flag::INLINE_DATA != 0 {
            return Err(FsError::Unsupported(
                "a file whose content is in its inode (inline_data)".to_owned(),
            ));
        }
        let run = if inode.flags & flag::EXTENTS != 0 {
            self.map_extents(inode, at)?
        } else {
            self.map_pointers(inode, at)?
        };
        let Some(block) = run.block else {
            return Ok(run);
        };
        let end = block.checked_add(run.count);
        if block == 0 || end.is_none_or(|end| end > self.geometry.blocks) {
            return Err(corrupt(format!(
                "inode {} takes {} blocks from {block}, of {} blocks",
                inode.number, run.count, self.geometry.blocks
            )));
        }
        Ok(run)
    }

    fn map_extents(&self, inode: &Inode, at: u64) -> Result<Run, FsError> {
        let wrong =
            |what: &str| corrupt(format!("the extent tree of inode {} {what}", inode.number));
        let mut node = inode.root.to_vec();
        let mut expected: Option<u16> = None;
        // Where the next extent begins that is not in this node.
        let mut next = u64::from(u32::MAX).saturating_add(1);
        loop {
            let fields = Fields::new("ext extent node", 0, &node);
            let u16 = |name, at| fields.u16_le(name, at).map_err(bad);
            if u16("eh_magic", 0)? != 0xf30a {
                return Err(wrong("has a node without its magic number"));
            }
            let (entries, depth) = (u16("eh_entries", 2)?, u16("eh_depth", 6)?);
            if depth > DEEPEST || expected.is_some_and(|expected| depth != expected) {
                return Err(wrong("has a node of the wrong depth"));
            }
            let entry = |index: u16| {
                fields
                    .bytes(
                        "extent",
                        12_usize.saturating_mul(usize::from(index).saturating_add(1)),
                        12,
                    )
                    .map(|bytes| Fields::new("ext extent", 0, bytes))
                    .map_err(bad)
            };
            // The last entry that begins at or before the block: they stand in order.
            let (mut low, mut high) = (0, entries);
            while low < high {
                let middle = low.midpoint(high);
                if u64::from(entry(middle)?.u32_le("ee_block", 0).map_err(bad)?) <= at {
                    low = middle.saturating_add(1);
                } else {
                    high = middle;
                }
            }
            if low < entries {
                next = next.min(entry(low)?.u32_le("ee_block", 0).map_err(bad)?.into());
            }
            let hole = || {
                if next <= at {
                    return Err(wrong("is not in order"));
                }
                Ok(Run {
                    block: None,
                    count: next.saturating_sub(at),
                })
            };
            let Some(index) = low.checked_sub(1) else {
                return if at > u64::from(u32::MAX) {
                    Ok(Run {
                        block: None,
                        count: u64::MAX,
                    })
                } else {
                    hole()
                };
            };
            if at > u64::from(u32::MAX) {
                return Ok(Run {
                    block: None,
                    count: u64::MAX,
                });
            }
            let found = entry(index)?;
            let first = u64::from(found.u32_le("ee_block", 0).map_err(bad)?);
            if depth == 0 {
                let len = u64::from(found.u16_le("ee_len", 4).map_err(bad)?);
                // Lengths above 32768 are of blocks that are reserved and not yet written.
                let (len, written) = match len.checked_sub(32768) {
                    Some(unwritten) if unwritten > 0 => (unwritten, false),
                    _ => (len, true),
                };
                let skip = at.saturating_sub(first);
                let Some(left) = len.checked_sub(skip).filter(|left| *left > 0) else {
                    return hole();
                };
                let start = u64::from(found.u16_le("ee_start_hi", 6).map_err(bad)?) << 32
                    | u64::from(found.u32_le("ee_start_lo", 8).map_err(bad)?);
                return Ok(Run {
                    block: written.then(|| start.saturating_add(skip)),
                    count: left,
                });
            }
            let child = u64::from(found.u16_le("ei_leaf_hi", 8).map_err(bad)?) << 32
                | u64::from(found.u32_le("ei_leaf_lo", 4).map_err(bad)?);
            expected = depth.checked_sub(1);
            node = self.block(child)?;
            if self.geometry.has_checksums() {
                check_node(&node, inode)?;
            }
        }
    }

    fn map_pointers(&self, inode: &Inode, at: u64) -> Result<Run, FsError> {
        let in_block = (self.geometry.block_size >> 2).max(1);
        // The block's place under the root's direct, indirect, double and triple pointers.
        let (mut index, mut span, root) = match at.checked_sub(12) {
            None => (at, 1, usize::try_from(at).unwrap_or(0)),
            Some(at) => {
                let double = in_block.saturating_mul(in_block);
                let triple = double.saturating_mul(in_block);
                let first = in_block.saturating_add(double);
                if at < in_block {
                    (at, in_block, 12)
                } else if at < first {
                    (at.saturating_sub(in_block), double, 13)
                } else if at < first.saturating_add(triple) {
                    (at.saturating_sub(first), triple, 14)
                } else {
                    return Ok(Run {
                        block: None,
                        count: u64::MAX,
                    });
                }
            }
        };
        let fields = Fields::new("ext block map", 0, &inode.root);
        if span == 1 {
            return run_of_pointers(&inode.root, root, 12);
        }
        let mut pointer = u64::from(
            fields
                .u32_le("i_block", root.saturating_mul(4))
                .map_err(bad)?,
        );
        loop {
            if pointer == 0 {
                // Nothing under it: a hole to its end.
                return Ok(Run {
                    block: None,
                    count: span.saturating_sub(index),
                });
            }
            let bytes = self.block(pointer)?;
            span = span.checked_div(in_block).unwrap_or(1).max(1);
            let slot = index.checked_div(span).unwrap_or(0);
            index = index.checked_rem(span).unwrap_or(0);
            let slot = usize::try_from(slot).unwrap_or(usize::MAX);
            if span == 1 {
                return run_of_pointers(&bytes, slot, bytes.len() >> 2);
            }
            let fields = Fields::new("ext indirect block", pointer, &bytes);
            pointer = fields
                .u32_le("pointer", slot.saturating_mul(4))
                .map_err(bad)?
                .into();
        }
    }

    /// At most `len` bytes of a file from `offset`; fewer where it ends.
    pub(super) fn read(&self, inode: &Inode, offset: u64, len: usize) -> Result<Vec<u8>, FsError> {
        let size = inode.metadata.size;
        let end = offset
            .saturating_add(u64::try_from(len).unwrap_or(u64::MAX))
            .min(size);
        let Ok(len) = usize::try_from(end.saturating_sub(offset)) else {
            return Err(FsError::Limit(format!("{len} bytes at once")));
        };
        let mut out = Vec::with_capacity(len.min(1 << 20));
        let block_size = self.geometry.block_size.max(1);
        let mut at = offset;
        while at < end {
            let skip = at.checked_rem(block_size).unwrap_or(0);
            let run = self.map(inode, at.checked_div(block_size).unwrap_or(0))?;
            let take = run
                .count
                .saturating_mul(block_size)
                .saturating_sub(skip)
                .min(end.saturating_sub(at));
            let grown = out
                .len()
                .saturating_add(usize::try_from(take).unwrap_or(usize::MAX));
            let before = out.len();
            out.resize(grown.min(len), 0);
            if let (Some(block), Some(part)) = (run.block, out.get_mut(before..)) {
                let place = block.saturating_mul(block_size).saturating_add(skip);
                self.source.read_at(place, part)?;
            }
            at = at.saturating_add(take.max(1));
        }
        Ok(out)
    }
}

/// The pointers from `slot` on, as long as they follow each other, or all are none.
fn run_of_pointers(bytes: &[u8], slot: usize, slots: usize) -> Result<Run, FsError> {
    let mut pointers = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .take(slots)
        .skip(slot)
        .map(|bytes| u64::from(u32::from_le_bytes(*bytes)));
    let Some(first) = pointers.next() else {
        return Err(corrupt("a block map ends too early"));
    };
    let mut count = 1_u64;
    for pointer in pointers {
        let expected = if first == 0 {
            0
        } else {
            first.saturating_add(count)
        };
        if pointer != expected {
            break;
        }
        count = count.saturating_add(1);
    }
    Ok(Run {
        block: (first != 0).then_some(first),
        count,
    })
}

fn check_node(node: &[u8], inode: &Inode) -> Result<(), FsError> {
    let fields = Fields::new("ext extent node", 0, node);
    let most = usize::from(fields.u16_le("eh_max", 4).map_err(bad)?);
    let at = most.saturating_add(1).saturating_mul(12);
    let said = fields.u32_le("et_checksum", at).map_err(bad)?;
    let is = crc32c(inode.seed, fields.bytes("node", 0, at).map_err(bad)?);
    if said == is {
        return Ok(());
    }
    Err(corrupt(format!(
        "the checksum of an extent node of inode {} is 0x{said:08x}, its bytes give 0x{is:08x}",
        inode.number
    )))
}
