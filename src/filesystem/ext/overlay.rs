//! What the file system shows once its journal is replayed: the volume, with some of its blocks
//! read from the journal instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{Extent, ReadAt, ReadError};

/// Where the newest content of a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Replacement {
    /// Byte of the volume.
    pub(super) at: u64,
    /// Its first four bytes were zeroed, because they are the journal's own magic number.
    pub(super) escaped: bool,
}

/// A volume with the blocks of its journal in their places. Holds places, not bytes: memory is
/// bounded by the number of the journal's blocks.
pub(super) struct Overlay {
    base: Arc<dyn ReadAt>,
    block_size: u64,
    blocks: BTreeMap<u64, Replacement>,
}

/// The journal's magic number, as stored.
pub(super) const MAGIC: [u8; 4] = [0xc0, 0x3b, 0x39, 0x98];

impl Overlay {
    /// `block_size` must not be 0; every replacement lies within `base`.
    pub(super) fn new(
        base: Arc<dyn ReadAt>,
        block_size: u64,
        blocks: BTreeMap<u64, Replacement>,
    ) -> Self {
        Self {
            base,
            block_size: block_size.max(1),
            blocks,
        }
    }
}

impl ReadAt for Overlay {
    fn len(&self) -> u64 {
        self.base.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        // The whole from below, with its check of the bounds; then what the journal replaces.
        self.base.read_at(offset, buf)?;
        let end = offset.saturating_add(u64::try_from(buf.len()).unwrap_or(u64::MAX));
        let blocks =
            offset.checked_div(self.block_size).unwrap_or(0)..=end.div_ceil(self.block_size);
        for (block, new) in self.blocks.range(blocks) {
            let start = block.saturating_mul(self.block_size);
            let from = start.max(offset);
            let to = start.saturating_add(self.block_size).min(end);
            let (Ok(first), Ok(last)) = (
                usize::try_from(from.saturating_sub(offset)),
                usize::try_from(to.saturating_sub(offset)),
            ) else {
                continue;
            };
            let Some(part) = buf.get_mut(first..last).filter(|part| !part.is_empty()) else {
                continue;
            };
            let skip = from.saturating_sub(start);
            self.base.read_at(new.at.saturating_add(skip), part)?;
            if new.escaped {
                let skip = usize::try_from(skip).unwrap_or(usize::MAX);
                for (byte, magic) in part.iter_mut().zip(MAGIC.iter().skip(skip)) {
                    *byte = *magic;
                }
            }
        }
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        self.base.extent_at(offset)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

    use super::*;
    use crate::source::MemorySource;

    #[test]
    fn replaced_blocks_are_read_from_the_journal_at_every_offset() {
        let base: Vec<u8> = (0..64).collect();
        let blocks = BTreeMap::from([
            (
                1,
                Replacement {
                    at: 40,
                    escaped: false,
                },
            ),
            (
                3,
                Replacement {
                    at: 48,
                    escaped: true,
                },
            ),
        ]);
        let mut shown = base.clone();
        shown.copy_within(40..48, 8);
        shown.copy_within(48..56, 24);
        shown[24..28].copy_from_slice(&MAGIC);
        let overlay = Overlay::new(Arc::new(MemorySource::new(base)), 8, blocks);
        for from in 0..64 {
            for to in from..=64 {
                let mut buf = vec![0; to - from];
                overlay.read_at(from as u64, &mut buf).unwrap();
                assert_eq!(buf, shown[from..to], "{from}..{to}");
            }
        }
        assert!(overlay.read_at(60, &mut [0; 5]).is_err());
    }
}
