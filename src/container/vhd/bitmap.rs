//! Block bitmaps of a dynamic disk against its data: a sector that the bitmap calls unwritten has
//! to be zeros on disk.

use super::bat::UNUSED;
use super::dynamic::{BlockDisk, bit};
use crate::bytes::is_zero;
use crate::source::{ReadAt as _, ReadError};

/// Examples that are kept; the rest is counted.
const MOST_EXAMPLES: usize = 16;

/// What the bitmaps say of the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BitmapFacts {
    /// Blocks whose bitmap was read.
    pub blocks: u64,
    /// Sectors that hold data although their bit is 0.
    pub unmarked_sectors: u64,
    /// Blocks that have such sectors: block number and how many.
    pub examples: Vec<(u64, u64)>,
}

/// Reads every stored block's bitmap, and the sectors that it calls unwritten.
///
/// # Errors
/// [`ReadError`]; a block outside of the image is passed over, as it has a rule of its own.
pub fn compare(disk: &BlockDisk) -> Result<BitmapFacts, ReadError> {
    const PIECE: u64 = 128;
    let mut facts = BitmapFacts::default();
    let mut buffer = Vec::new();
    for (block, _) in (0_u64..)
        .zip(disk.bat().entries())
        .filter(|(_, entry)| **entry != UNUSED)
    {
        let (bitmap, data) = match disk.bitmap(block) {
            Ok(found) => found,
            Err(error @ ReadError::Changed { .. }) => return Err(error),
            Err(_) => continue,
        };
        facts.blocks = facts.blocks.saturating_add(1);
        let left = disk
            .len()
            .saturating_sub(block.saturating_mul(disk.block_size()));
        let sectors = disk.block_size().min(left) / 512;
        let mut unmarked = 0_u64;
        let mut sector = 0;
        while sector < sectors {
            if bit(&bitmap, sector) {
                sector = sector.saturating_add(1);
                continue;
            }
            let mut run = 0;
            while run < PIECE
                && sector.saturating_add(run) < sectors
                && !bit(&bitmap, sector.saturating_add(run))
            {
                run = run.saturating_add(1);
            }
            buffer.resize(usize::try_from(run.saturating_mul(512)).unwrap_or(0), 0);
            match disk.read_image(data.saturating_add(sector.saturating_mul(512)), &mut buffer) {
                Ok(()) => {
                    let found = buffer.chunks(512).filter(|bytes| !is_zero(bytes)).count();
                    unmarked = unmarked.saturating_add(u64::try_from(found).unwrap_or(0));
                }
                Err(ReadError::OutOfBounds { .. }) => break,
                Err(error) => return Err(error),
            }
            sector = sector.saturating_add(run);
        }
        if unmarked > 0 {
            facts.unmarked_sectors = facts.unmarked_sectors.saturating_add(unmarked);
            if facts.examples.len() < MOST_EXAMPLES {
                facts.examples.push((block, unmarked));
            }
        }
    }
    Ok(facts)
}
