//! Cells: the pieces of the hive bins data that hold every structure.

use super::base_block::LENGTH;
use super::{Hive, HiveError, MAX_CELLS, MAX_LOADED};
use crate::bytes::Fields;

/// The offset that points to nothing.
pub(super) const NIL: u32 = u32::MAX;

/// An allocated cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    /// Byte offset of the cell in the hive file.
    pub(super) offset: u64,
    /// Its content, without the size in front.
    pub(super) data: &'a [u8],
}

impl<'a> Cell<'a> {
    /// The content as the fields of a structure.
    pub(super) fn fields(&self, structure: &'static str) -> Fields<'a> {
        Fields::new(structure, self.offset.saturating_add(4), self.data)
    }
}

impl Hive {
    /// The cell at `at` in the hive bins data, which `structure` is looked for in.
    ///
    /// # Errors
    /// Where no allocated cell lies there that is whole; where more cells of this hive were read
    /// than any real one takes.
    pub(super) fn cell(&self, structure: &'static str, at: u32) -> Result<Cell<'_>, HiveError> {
        let bins = self.bins();
        let offset = file_offset(at);
        let work = self.work.get().saturating_add(1);
        self.work.set(work);
        if work > MAX_CELLS {
            let field = "cells that were read";
            return Err(HiveError::limit(structure, field, offset, work, MAX_CELLS));
        }
        let wrong = |field, found: &dyn ToString, expected: &str| {
            HiveError::corrupt(structure, field, offset, found.to_string(), expected)
        };
        let Some(rest) = usize::try_from(at).ok().and_then(|at| bins.get(at..)) else {
            let expected = format!("inside of the {} bytes of hive bins data", bins.len());
            return Err(wrong("cell offset", &at, &expected));
        };
        if !at.is_multiple_of(8) {
            return Err(wrong("cell offset", &at, "a multiple of 8"));
        }
        let size = Fields::new(structure, offset, rest)
            .u32_le("cell size", 0)?
            .cast_signed();
        // Negative is allocated, positive is free.
        if size >= 0 || size % 8 != 0 {
            let expected = "a negative multiple of 8 (an allocated cell)";
            return Err(wrong("cell size", &size, expected));
        }
        let length = usize::try_from(size.unsigned_abs()).unwrap_or(usize::MAX);
        let Some(data) = rest.get(4..length) else {
            let expected = format!("at most the {} bytes that are left", rest.len());
            return Err(wrong("cell size", &size, &expected));
        };
        Ok(Cell { offset, data })
    }

    /// Counts bytes of a value that are about to be given out.
    ///
    /// # Errors
    /// Where they are more, with those before, than any guest's facts take.
    pub(super) fn load(&self, offset: u64, bytes: usize) -> Result<(), HiveError> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let loaded = self.loaded.get().saturating_add(bytes);
        if loaded > MAX_LOADED {
            let field = "bytes of values that were read";
            return Err(HiveError::limit(
                "key value",
                field,
                offset,
                loaded,
                MAX_LOADED,
            ));
        }
        self.loaded.set(loaded);
        Ok(())
    }

    /// The hive bins data, as far as the file has it.
    pub(super) fn bins(&self) -> &[u8] {
        let bins = self.bytes.get(LENGTH..).unwrap_or_default();
        let size = usize::try_from(self.base.bins_size).unwrap_or(usize::MAX);
        bins.get(..size).unwrap_or(bins)
    }

    /// As much as all distinct cells of this hive can hold: what one answer may take.
    pub(super) fn budget(&self) -> Budget {
        Budget(self.bins().len())
    }
}

/// Where an offset in the hive bins data lies in the hive file.
pub(super) fn file_offset(at: u32) -> u64 {
    u64::from(at).saturating_add(4096)
}

/// How many stored bytes an answer may still take. Cells do not overlap in a sound hive, so that
/// whatever is listed together is no larger than the hive; a hostile one may list a large cell a
/// thousand times.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Budget {
    /// # Errors
    /// When `bytes` more are too many.
    pub(super) fn take(
        &mut self,
        structure: &'static str,
        offset: u64,
        bytes: usize,
    ) -> Result<(), HiveError> {
        self.0 = self.0.checked_sub(bytes).ok_or_else(|| {
            HiveError::corrupt(
                structure,
                "all stored bytes that are listed together",
                offset,
                "more than the hive holds",
                "cells that do not overlap",
            )
        })?;
        Ok(())
    }
}
