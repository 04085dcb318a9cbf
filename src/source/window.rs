//! A range of another source, seen as a source of its own: a fixed disk in its file, a partition
//! in its disk.

use std::sync::Arc;

use super::{Extent, ReadAt, ReadError, check_bounds};

/// The bytes `[start, start + len)` of another source.
pub struct Window {
    inner: Arc<dyn ReadAt>,
    start: u64,
    len: u64,
}

impl Window {
    /// A window on `inner`.
    ///
    /// # Errors
    /// [`ReadError::OutOfBounds`] when the range does not lie within `inner`.
    pub fn new(inner: Arc<dyn ReadAt>, start: u64, len: u64) -> Result<Self, ReadError> {
        match start.checked_add(len) {
            Some(end) if end <= inner.len() => Ok(Self { inner, start, len }),
            _ => Err(ReadError::OutOfBounds {
                offset: start,
                len,
                size: inner.len(),
            }),
        }
    }
}

impl ReadAt for Window {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.len)?;
        self.inner.read_at(self.start + offset, buf)
    }

    fn read_bulk_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        check_bounds(offset, buf.len(), self.len)?;
        self.inner.read_bulk_at(self.start + offset, buf)
    }

    fn extent_at(&self, offset: u64) -> Result<Extent, ReadError> {
        check_bounds(offset, 1, self.len)?;
        let inner = self.inner.extent_at(self.start + offset)?;
        Ok(Extent {
            start: offset,
            end: inner.end.saturating_sub(self.start).min(self.len),
            kind: inner.kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemorySource;
    use super::*;

    #[test]
    fn a_window_shows_its_range_and_nothing_else() {
        let inner: Arc<dyn ReadAt> = Arc::new(MemorySource::new((0..100).collect()));
        let window = Window::new(Arc::clone(&inner), 10, 20).unwrap();
        let mut bytes = [0; 4];
        window.read_at(16, &mut bytes).unwrap();
        assert_eq!(bytes, [26, 27, 28, 29]);
        assert!(window.read_at(17, &mut bytes).is_err());
        assert!(Window::new(inner, 90, 11).is_err());
        assert_eq!(window.extent_at(5).unwrap().end, 20);
    }
}
