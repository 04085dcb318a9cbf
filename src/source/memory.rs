//! A source whose bytes are in memory: for structures that were put together, and for tests.

use super::{Extent, ExtentKind, ReadAt, ReadError, check_bounds};

/// Bytes in memory.
#[derive(Debug, Clone, Default)]
pub struct MemorySource(Vec<u8>);

impl MemorySource {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl ReadAt for MemorySource {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.len())?;
        let start = offset as usize;
        if let Some(bytes) = self.0.get(start..start + buf.len()) {
            buf.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        check_bounds(offset, 1, self.len())?;
        Ok(Extent {
            start: offset,
            end: self.len(),
            kind: ExtentKind::Data,
        })
    }
}
