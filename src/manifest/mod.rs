//! The content of a disk in a small file, kept to compare the next version with.
//!
//! # The file, version 1
//!
//! All numbers are little-endian. A *varint* is a number in groups of seven bits, the lowest first,
//! each byte but the last with its highest bit set, in as few bytes as the number needs.
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `89 56 50 4d 0d 0a 1a 0a`: "VPM" between bytes that a transfer as text would change |
//! | 8 | 2 | version of the format: 1 |
//! | 10 | 1 | length of the next field: 0 to 64 |
//! | 11 | so many | version of the program that wrote the file, UTF-8 without control characters |
//! | then | 8 | size of the disk in bytes |
//! | | 8 | size of a block in bytes: 65536 |
//! | | 32 | digest of the content, by the construction in [`scan`](crate::scan) |
//! | | 8 | blocks that are not zero |
//! | | 8 | contents among them that differ |
//! | | | runs, until they make up the disk |
//! | last | 32 | BLAKE3 of everything before |
//!
//! A run is a varint, of which the two lowest bits say what follows for as many blocks as the other
//! bits say (at least 1); no run has the kind of the one before it.
//!
//! * 0: zero blocks. Nothing follows.
//! * 1: blocks of a content that no block before them has. The BLAKE3 hash of each, 32 bytes.
//! * 2: blocks of a content that a block before them has. For each a varint: the number of that
//!   content, counted from 0 in the order in which kind 1 listed them.
//!
//! A disk has exactly one such file for each version of the program, so that equal files and equal
//! disks are the same thing. Reading checks everything that is written: the order and the sum of
//! the runs, both counts, the digest of the content (computed anew from the blocks), the checksum,
//! and that nothing follows it.

mod delta;
mod error;
mod reader;
mod save;
mod writer;

#[cfg(test)]
mod tests;

use std::io::{self, Read, Write};

pub use delta::{Change, ChangeKind, Delta, Moved, RegionDelta, changes, compare, mark_changes};
pub use error::ManifestError;
pub use save::save;

use crate::scan::{BlockTable, Content};

/// What the file begins with.
pub const MAGIC: [u8; 8] = *b"\x89VPM\r\n\x1a\n";
/// The version that is written, and the only one that is read.
pub const VERSION: u16 = 1;
/// The most bytes of the program's version.
const MOST_TOOL_VERSION: usize = 64;
/// The most non-zero blocks that are read: 4 TiB of them, for which the table takes 2.5 GiB.
const MOST_BLOCKS: u64 = 1 << 26;

const ZERO: u8 = 0;
const NEW: u8 = 1;
const REPEATED: u8 = 2;

/// The content of one version of a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    tool_version: String,
    digest: [u8; 32],
    table: BlockTable,
}

impl Manifest {
    /// The manifest of a disk that was scanned with
    /// [`keep_blocks`](crate::scan::Options::keep_blocks), written by this version of the program.
    /// `None` for a disk of which not every byte was at hand: what is missing would be taken for
    /// zeros. (Or when the table is another disk's than the content.)
    pub fn from_blocks(content: &Content, table: BlockTable) -> Option<Self> {
        let same = table.disk_bytes() == content.disk_bytes
            && table.blocks().len() as u64 == content.non_zero_blocks;
        (same && content.is_complete()).then(|| Self {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            digest: content.digest,
            table,
        })
    }

    /// The version of the program that wrote it.
    pub fn tool_version(&self) -> &str {
        &self.tool_version
    }

    /// Size of the disk in bytes.
    pub fn disk_bytes(&self) -> u64 {
        self.table.disk_bytes()
    }

    /// The digest of the content, by the construction in [`scan`](crate::scan).
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The digest in hexadecimal, as it is printed.
    pub fn digest_hex(&self) -> String {
        blake3::Hash::from_bytes(self.digest).to_hex().to_string()
    }

    /// The blocks that are not zero.
    pub fn table(&self) -> &BlockTable {
        &self.table
    }

    /// Writes the file's bytes.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        writer::write(self, out)
    }

    /// Reads the file's bytes: all that `from` has. Memory grows with the blocks that were read, 48
    /// bytes for each, and never with what a field announces.
    ///
    /// # Errors
    /// [`ManifestError`] for whatever is not as [documented](self), with the place.
    pub fn read_from(from: impl Read) -> Result<Self, ManifestError> {
        reader::read(from)
    }

    /// Whether a file that begins with `bytes` means to be a manifest.
    pub fn recognise(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }
}
