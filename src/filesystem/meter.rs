//! What stands between the readers of XFS, btrfs and NTFS and the image: it keeps what went wrong,
//! and lets one call read so much and no more.
//!
//! They check what they read, but a structure that leads back to itself costs them time and
//! memory that grow with what they read. So each call has an allowance of bytes; a call that needs
//! more ends with [`FsError::Limit`].

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use super::FsError;
use crate::source::{ReadAt, ReadError};

/// Allowance in bytes to open a file system: a log of 128 MiB in blocks of 512 bytes, each of which
/// counts twice.
pub(super) const OPEN: u64 = 512 << 20;
/// Allowance in bytes to look something up.
pub(super) const LOOK_UP: u64 = 64 << 20;

/// Allowance in bytes to read `length` bytes of a file.
pub(super) fn reading(length: usize) -> u64 {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    LOOK_UP.saturating_add(length.saturating_mul(4))
}

/// What each read costs beside its bytes, so that many small ones come to an end too.
const EACH: u64 = 512;

/// A source with an allowance.
pub(super) struct Meter {
    source: Arc<dyn ReadAt>,
    allowance: Cell<u64>,
    left: Cell<u64>,
    failure: RefCell<Option<FsError>>,
}

impl Meter {
    /// A meter on `source`; reads are refused until a call [runs](Self::run).
    pub(super) fn new(source: &Arc<dyn ReadAt>) -> Rc<Self> {
        Rc::new(Self {
            source: Arc::clone(source),
            allowance: Cell::new(0),
            left: Cell::new(0),
            failure: RefCell::new(None),
        })
    }

    /// Runs one call of a crate that may read `allowance` bytes. What keeps it from reading counts
    /// before what it made of that.
    pub(super) fn run<T, E>(
        &self,
        allowance: u64,
        call: impl FnOnce() -> Result<T, E>,
    ) -> Result<Result<T, E>, FsError> {
        self.allowance.set(allowance);
        self.left.set(allowance);
        self.failure.replace(None);
        // The last resort: the crates are young, and an overflow on hostile bytes in one of them
        // must not take the inspection of the rest of the image with it. The crates hold no state
        // that a call changes but this meter's, which the next call sets anew.
        let result = catch_unwind(AssertUnwindSafe(call));
        self.left.set(0);
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        result.map_err(|_| FsError::Corrupt("its reader gave up on it".to_owned()))
    }

    fn read(&self, offset: u64, buf: &mut [u8]) -> Result<(), ()> {
        let cost = u64::try_from(buf.len())
            .unwrap_or(u64::MAX)
            .saturating_add(EACH);
        let Some(left) = self.left.get().checked_sub(cost) else {
            let allowance = self.allowance.get();
            let message = format!("more than {allowance} bytes would have to be read for it");
            self.fail(FsError::Limit(message));
            return Err(());
        };
        self.left.set(left);
        self.source.read_at(offset, buf).map_err(|error| {
            self.fail(match error {
                ReadError::OutOfBounds { .. } => {
                    FsError::Corrupt(format!("it points outside of its volume: {error}"))
                }
                error => FsError::Read(error),
            })
        })
    }

    /// Keeps the first failure of a call.
    fn fail(&self, failure: FsError) {
        self.failure.borrow_mut().get_or_insert(failure);
    }
}

/// The crates' handle of a meter.
pub(super) struct Metered(pub(super) Rc<Meter>);

impl Metered {
    /// Fills `buf` with the bytes at `offset`.
    pub(super) fn fill(&self, offset: u64, buf: &mut [u8]) -> Result<(), FsError> {
        // The meter keeps the true reason, which comes before this one.
        let unread = |()| FsError::Corrupt("bytes that cannot be read".to_owned());
        self.0.read(offset, buf).map_err(unread)
    }

    /// The `length` bytes at `offset`.
    pub(super) fn read_vec(&self, offset: u64, length: usize) -> Result<Vec<u8>, FsError> {
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(length).is_err() {
            return Err(FsError::Limit(format!("{length} bytes at once")));
        }
        bytes.resize(length, 0);
        self.fill(offset, &mut bytes)?;
        Ok(bytes)
    }
}

impl lamxfs::BlockRead for Metered {
    type Error = ();

    fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> Result<(), ()> {
        self.0.read(offset, buf)
    }
}

impl lambutter::BlockRead for Metered {
    type Error = ();

    fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> Result<(), ()> {
        self.0.read(offset, buf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    #[test]
    fn an_allowance_ends_a_call_and_a_panic_stays_inside() {
        let source: Arc<dyn ReadAt> = Arc::new(MemorySource::new(vec![7; 4096]));
        let meter = Meter::new(&source);
        let two = || {
            let mut buf = [0; 1000];
            meter.read(0, &mut buf)?;
            meter.read(1000, &mut buf)
        };
        assert!(matches!(meter.run(4000, two), Ok(Ok(()))));
        assert!(matches!(meter.run(3000, two), Err(FsError::Limit(_))));
        let outside = meter.run(4000, || meter.read(4000, &mut [0; 97]));
        assert!(matches!(outside, Err(FsError::Corrupt(_))));
        assert!(meter.read(0, &mut [0; 1]).is_err(), "no call is running");
        let panic: Result<Result<(), ()>, _> = meter.run(0, || panic!("of a crate"));
        assert!(matches!(panic, Err(FsError::Corrupt(_))));
    }
}
