//! The table of non-zero blocks: duplicates, and the digest of the whole.

use rayon::slice::ParallelSliceMut as _;

/// Size in bytes of the blocks that are hashed and compared, aligned on the disk. Small enough to
/// find repeated files, large enough for a table of 40 bytes a block to stay below a thousandth of
/// the data.
pub const BLOCK_SIZE: u64 = 64 << 10;

/// What the digest's input begins with, so that no other hash is taken for it.
pub const DIGEST_DOMAIN: &[u8] = b"vhd-preflight/content/v1";

/// A block that is not zero.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Its offset on the disk divided by [`BLOCK_SIZE`].
    pub(super) index: u64,
    /// BLAKE3 of its bytes.
    pub(super) hash: [u8; 32],
}

impl Block {
    /// Length in bytes: a whole block, or what is left of the disk.
    fn len(&self, disk_bytes: u64) -> u64 {
        disk_bytes
            .saturating_sub(self.index.saturating_mul(BLOCK_SIZE))
            .min(BLOCK_SIZE)
    }
}

/// Blocks added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// How many there are.
    pub(super) blocks: u64,
    /// Bytes in them.
    pub(super) bytes: u64,
    /// Bytes in them when each content counts once.
    pub(super) unique_bytes: u64,
}

/// Counts the blocks and the distinct contents among them. Sorts by content, in place: a table of
/// hashes beside this one would double the memory.
pub(super) fn count(blocks: &mut [Block], disk_bytes: u64) -> Counted {
    blocks.par_sort_unstable_by(|a, b| a.hash.cmp(&b.hash));
    let mut counted = Counted::default();
    for same in blocks.chunk_by(|a, b| a.hash == b.hash) {
        let bytes: u64 = same.iter().map(|block| block.len(disk_bytes)).sum();
        counted.blocks += same.len() as u64;
        counted.bytes += bytes;
        // Equal hashes mean equal bytes, hence equal lengths.
        counted.unique_bytes += same.first().map_or(0, |block| block.len(disk_bytes));
    }
    counted
}

/// The digest of the disk; its construction stands in the [module's documentation](super). Sorts
/// by index, in place.
pub(super) fn digest(blocks: &mut [Block], disk_bytes: u64) -> [u8; 32] {
    // BLAKE3 is several times faster on long inputs than on many of 40 bytes.
    const STAGED: usize = 1024;
    blocks.par_sort_unstable_by_key(|block| block.index);
    let mut hasher = blake3::Hasher::new();
    hasher.update(DIGEST_DOMAIN);
    hasher.update(&disk_bytes.to_le_bytes());
    hasher.update(&BLOCK_SIZE.to_le_bytes());
    let mut stage = Vec::with_capacity(STAGED * size_of::<Block>());
    for some in blocks.chunks(STAGED) {
        stage.clear();
        for block in some {
            stage.extend_from_slice(&block.index.to_le_bytes());
            stage.extend_from_slice(&block.hash);
        }
        hasher.update(&stage);
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_the_table_takes_40_bytes() {
        assert_eq!(size_of::<Block>(), 40);
    }

    #[test]
    fn the_digest_of_an_empty_disk_is_that_of_its_header() {
        let mut input = b"vhd-preflight/content/v1".to_vec();
        input.extend([0; 8]);
        input.extend([0, 0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(digest(&mut [], 0), *blake3::hash(&input).as_bytes());
    }

    #[test]
    fn repeated_content_counts_once_and_the_short_last_block_by_its_length() {
        let block = |index, byte| Block {
            index,
            hash: [byte; 32],
        };
        let mut blocks = [block(0, 7), block(1, 9), block(2, 7), block(3, 1)];
        let counted = count(&mut blocks, 3 * BLOCK_SIZE + 100);
        assert_eq!(
            counted,
            Counted {
                blocks: 4,
                bytes: 3 * BLOCK_SIZE + 100,
                unique_bytes: 2 * BLOCK_SIZE + 100,
            }
        );
    }
}
