//! The table of non-zero blocks: duplicates, and the digest of the whole.

use std::ops::Range;

use rayon::slice::ParallelSliceMut as _;

/// Size in bytes of the blocks that are hashed and compared, aligned on the disk. Small enough to
/// find repeated files, large enough for a table of 40 bytes a block to stay below a thousandth of
/// the data.
pub const BLOCK_SIZE: u64 = 64 << 10;

/// What the digest's input begins with, so that no other hash is taken for it.
pub const DIGEST_DOMAIN: &[u8] = b"vhd-preflight/content/v1";

/// A block that is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its offset on the disk divided by [`BLOCK_SIZE`].
    pub index: u64,
    /// BLAKE3 of its bytes.
    pub hash: [u8; 32],
}

impl Block {
    /// Its byte range on a disk of `disk_bytes`: a whole block, or what is left of the disk.
    pub fn range(&self, disk_bytes: u64) -> Range<u64> {
        let start = self.index.saturating_mul(BLOCK_SIZE).min(disk_bytes);
        start..start.saturating_add(BLOCK_SIZE).min(disk_bytes)
    }

    fn len(&self, disk_bytes: u64) -> u64 {
        let range = self.range(disk_bytes);
        range.end - range.start
    }
}

/// The content of a disk: its size, and the blocks that are not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockTable {
    disk_bytes: u64,
    blocks: Vec<Block>,
}

impl BlockTable {
    /// Takes the blocks of a disk of `disk_bytes`. They must rise by index and lie on the disk;
    /// otherwise they are no table, and `None`.
    pub fn new(disk_bytes: u64, blocks: Vec<Block>) -> Option<Self> {
        let on_disk = |block: &Block| block.index < disk_bytes.div_ceil(BLOCK_SIZE);
        let rising = blocks.is_sorted_by(|a, b| a.index < b.index);
        (rising && blocks.last().is_none_or(on_disk)).then_some(Self { disk_bytes, blocks })
    }

    /// Size of the disk in bytes.
    pub fn disk_bytes(&self) -> u64 {
        self.disk_bytes
    }

    /// The non-zero blocks, by rising index.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The digest of the content, by the construction in the [module's documentation](super).
    pub fn digest(&self) -> [u8; 32] {
        digest(&self.blocks, self.disk_bytes)
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

/// Counts the blocks and the distinct contents among them, and hands each block that repeats one
/// before it to `repeated`. Sorts by content, in place: a table of hashes beside this one would
/// double the memory.
pub(super) fn count(
    blocks: &mut [Block],
    disk_bytes: u64,
    mut repeated: impl FnMut(&Block),
) -> Counted {
    blocks.par_sort_unstable_by(|a, b| a.hash.cmp(&b.hash).then(a.index.cmp(&b.index)));
    let mut counted = Counted::default();
    for same in blocks.chunk_by(|a, b| a.hash == b.hash) {
        let bytes: u64 = same.iter().map(|block| block.len(disk_bytes)).sum();
        counted.blocks += same.len() as u64;
        counted.bytes += bytes;
        // Equal hashes mean equal bytes, hence equal lengths.
        if let Some((first, others)) = same.split_first() {
            counted.unique_bytes += first.len(disk_bytes);
            others.iter().for_each(&mut repeated);
        }
    }
    counted
}

/// Puts the blocks into the order of the disk.
pub(super) fn sort(blocks: &mut [Block]) {
    blocks.par_sort_unstable_by_key(|block| block.index);
}

/// The digest of a disk whose blocks are in its order; the construction stands in the
/// [module's documentation](super).
pub(super) fn digest(blocks: &[Block], disk_bytes: u64) -> [u8; 32] {
    // BLAKE3 is several times faster on long inputs than on many of 40 bytes.
    const STAGED: usize = 1024;
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
        assert_eq!(digest(&[], 0), *blake3::hash(&input).as_bytes());
    }

    #[test]
    fn repeated_content_counts_once_and_the_short_last_block_by_its_length() {
        let block = |index, byte| Block {
            index,
            hash: [byte; 32],
        };
        let mut blocks = [block(0, 7), block(1, 9), block(2, 7), block(3, 1)];
        let mut repeated = Vec::new();
        let counted = count(&mut blocks, 3 * BLOCK_SIZE + 100, |block| {
            repeated.push(block.index);
        });
        assert_eq!(repeated, [2]);
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
