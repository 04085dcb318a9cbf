//! BLAKE3 of one block, without hashing the zeros in it again and again.
//!
//! BLAKE3 hashes a tree: the value of a part of the input depends on its bytes and its place alone.
//! So the parts of a block that are zeros have values that are known once and for all, and of a
//! block that holds a single page only that page has to be hashed. The result is the plain hash.

use std::sync::OnceLock;

use blake3::hazmat::{
    ChainingValue, HasherExt as _, Mode, merge_subtrees_non_root, merge_subtrees_root,
};

use super::blocks::BLOCK_SIZE;

const BLOCK: usize = BLOCK_SIZE as usize;

/// The smallest part that is told apart, in bytes.
pub(super) const PAGE: usize = 4096;

/// Pages that the widest vector units hash at once: where more than one of them is not zero, they
/// are hashed together.
const TOGETHER: usize = 4;

/// Pages of a block.
const PAGES: usize = BLOCK / PAGE;

/// The BLAKE3 hash of `block`. Bit n of `pages` says that its page n is not zero; the bits of pages
/// that are zero may be set too.
pub(super) fn hash(block: &[u8], pages: u16) -> [u8; 32] {
    // The halves of a whole block are parts of the tree. Where few of its pages are zeros, taking
    // them apart costs more than it saves.
    if block.len() != BLOCK || pages.count_zeros() < 6 {
        return *blake3::hash(block).as_bytes();
    }
    let left = part(block, pages, 0, PAGES / 2);
    let right = part(block, pages, PAGES / 2, PAGES / 2);
    *merge_subtrees_root(&left, &right, Mode::Hash).as_bytes()
}

/// The value of `len` pages from page `first` on; `len` is a power of two, `first` a multiple of it.
fn part(block: &[u8], pages: u16, first: usize, len: usize) -> ChainingValue {
    let here = pages >> first & u16::MAX >> (PAGES - len);
    if here == 0 {
        return zeros(first, len);
    }
    let all = here.count_ones() as usize == len;
    if len == 1 || all || (len <= TOGETHER && here.count_ones() > 1) {
        return value(&block[first * PAGE..(first + len) * PAGE], first);
    }
    let half = len / 2;
    let left = part(block, pages, first, half);
    let right = part(block, pages, first + half, half);
    merge_subtrees_non_root(&left, &right, Mode::Hash)
}

/// The value of the pages in `bytes`, of which the first is page `first` of its block.
fn value(bytes: &[u8], first: usize) -> ChainingValue {
    let mut hasher = blake3::Hasher::new();
    hasher.set_input_offset((first * PAGE) as u64);
    hasher.update(bytes);
    hasher.finalize_non_root()
}

/// The value of `len` pages of zeros from page `first` on.
fn zeros(first: usize, len: usize) -> ChainingValue {
    // Parts of 8 pages begin at 0, those of 4 at 2, of 2 at 6, of 1 at 14.
    static VALUES: OnceLock<Vec<ChainingValue>> = OnceLock::new();
    let values = VALUES.get_or_init(|| {
        let block = vec![0; BLOCK];
        let lens = [8, 4, 2, 1];
        let parts = lens.into_iter().flat_map(|len| {
            let firsts = (0..PAGES).step_by(len);
            firsts.map(move |first| first * PAGE..(first + len) * PAGE)
        });
        parts
            .map(|part| value(&block[part.clone()], part.start / PAGE))
            .collect()
    });
    values[PAGES / len - 2 + first / len]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_plain_one_whichever_pages_are_zero() {
        for pages in 0..=u16::MAX {
            // Every pattern of the first half, and many of both.
            if pages > 0x1ff && pages % 37 != 0 {
                continue;
            }
            let mut block = vec![0; BLOCK];
            for page in (0..PAGES).filter(|page| pages >> page & 1 == 1) {
                block[page * PAGE + (page * 251) % PAGE] = page as u8 + 1;
            }
            let plain = *blake3::hash(&block).as_bytes();
            assert_eq!(hash(&block, pages), plain, "{pages:016b}");
            assert_eq!(hash(&block, pages | 0x0810), plain, "{pages:016b}");
        }
    }

    #[test]
    fn a_short_block_has_its_plain_hash() {
        for len in [1, 512, 4096, 32_768, 65_535] {
            let mut block = vec![0; len];
            block[len - 1] = 1;
            let pages = 1 << ((len - 1) / PAGE);
            assert_eq!(hash(&block, pages), *blake3::hash(&block).as_bytes());
        }
    }
}
