//! Registry hives: the format "regf" of the versions 1.3 to 1.6, with the replay of the
//! transaction logs of a hive that was not written to its end.
//!
//! The source is Maxim Suhanov's "Windows registry file format specification"; names of
//! structures and fields are those of it. Nothing is written back: a replay changes the copy in
//! memory only.

mod base_block;
mod cell;
mod data;
mod error;
#[cfg(test)]
mod hostile;
mod key;
mod log;
mod subkeys;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use data::Data;
pub use error::{HiveError, Mismatch};
pub use key::Key;
pub use value::Value;

use base_block::{BaseBlock, LENGTH};

/// Subkeys of one key that are read; Windows' own largest lists have some ten thousand.
const MAX_SUBKEYS: usize = 200_000;
/// Values of one key that are read.
const MAX_VALUES: usize = 200_000;
/// Keys on the way from the root to a key, which Windows limits to this number.
const MAX_DEPTH: usize = 512;

/// Cells that are read of one hive for all that is asked of it. The facts of a real guest take some
/// hundred thousand; a hostile hive has every key share one long list, to be read again and again.
const MAX_CELLS: u64 = 50_000_000;

/// Bytes of values that are given out of one hive for all that is asked of it. The facts of a real
/// guest take a few MiB; a hostile hive has thousands of keys share one value of many MiB, of which
/// each answer would be a copy.
const MAX_LOADED: u64 = 128 << 20;
/// Bytes of a key's name: Windows allows 255 characters.
const MAX_KEY_NAME: usize = 512;

/// A hive, in memory.
pub struct Hive {
    bytes: Vec<u8>,
    base: BaseBlock,
    state: State,
    /// Cells that were read already.
    work: std::cell::Cell<u64>,
    /// Bytes of values that were given out already.
    loaded: std::cell::Cell<u64>,
}

/// Whether what is read is what Windows would read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The last write came to its end.
    Clean,
    /// It did not, and what was missing came from the logs.
    Replayed {
        /// Log entries that were applied; a log of the old format counts as one.
        entries: usize,
    },
    /// It did not, and this is why the logs could not mend it. What is read may be old, or torn.
    Dirty(String),
}

impl std::fmt::Debug for Hive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hive")
            .field("bytes", &self.bytes.len())
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Hive {
    /// Opens the hive whose file holds `primary`. `logs` are the contents of its `.LOG1` and
    /// `.LOG2`, or of its `.LOG`, in any order; a dirty hive is replayed from them, in memory.
    ///
    /// # Errors
    /// Where this is no hive, or of a version that this reader does not know, or where neither it
    /// nor a log has a base block to read it by.
    pub fn open(primary: Vec<u8>, logs: &[Vec<u8>]) -> Result<Self, HiveError> {
        let mut bytes = primary;
        let (base, state) = match BaseBlock::read(&bytes) {
            Ok(base) if base.clean() => (base, State::Clean),
            other => log::recover(&mut bytes, other, logs)?,
        };
        base.check()?;
        let signature = bytes.get(LENGTH..).and_then(|bins| bins.get(..4));
        if signature != Some(b"hbin".as_slice()) {
            return Err(HiveError::corrupt(
                "hive bin",
                "signature",
                cell::file_offset(0),
                format!("\"{}\"", signature.unwrap_or_default().escape_ascii()),
                "\"hbin\"",
            ));
        }
        Ok(Self {
            bytes,
            base,
            state,
            work: std::cell::Cell::new(0),
            loaded: std::cell::Cell::new(0),
        })
    }

    /// Whether what is read is what Windows would read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The root key.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn root(&self) -> Result<Key<'_>, HiveError> {
        Key::read(self, self.base.root_cell, None, &mut self.budget())
    }

    /// The key at `path` from the root, its parts separated by `\`, without regard to case. None
    /// where there is none; "" is the root.
    ///
    /// # Errors
    /// Where a key on the way cannot be read, so that it is not known whether there is one; where
    /// the path is deeper than Windows allows.
    pub fn key(&self, path: &str) -> Result<Option<Key<'_>>, HiveError> {
        let mut key = self.root()?;
        for (depth, part) in path.split('\\').filter(|part| !part.is_empty()).enumerate() {
            if depth >= MAX_DEPTH {
                let most = u64::try_from(MAX_DEPTH).unwrap_or(u64::MAX);
                return Err(HiveError::limit(
                    "path",
                    "parts",
                    key.offset(),
                    "more",
                    most,
                ));
            }
            match key.subkey(part)? {
                Some(subkey) => key = subkey,
                None => return Ok(None),
            }
        }
        Ok(Some(key))
    }
}
