//! The threads of one pass, and what they share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};

use super::ordered::Feed;
use super::plan::{Plan, Unit};
use super::progress::Progress;
use super::slice::Slice;
use super::tally::{Segments, Tallies};
use super::unit::UnitReader;
use super::{Cancel, ScanError};
use crate::source::ReadAt;

/// One pass over a source.
pub(super) struct Pass<'a, 'p> {
    pub(super) disk: &'a dyn ReadAt,
    pub(super) progress: &'a dyn Progress,
    pub(super) cancel: Option<&'a Cancel>,
    pub(super) segments: Option<&'a Segments>,
    /// Who takes the bytes in their order.
    pub(super) feed: Option<Feed<'p>>,
}

struct Shared<'a> {
    plan: Plan<'a>,
    slice: Slice,
    error: Option<ScanError>,
}

impl<'a> Pass<'a, '_> {
    /// Runs the pass with every thread of the rayon pool.
    ///
    /// # Errors
    /// [`ScanError`] at the first trouble that any of the threads meets.
    pub(super) fn run(self) -> Result<Slice, ScanError> {
        let shared = self.share();
        // One task a thread; whichever thread comes late to it finds the plan used up.
        (0..rayon::current_num_threads())
            .into_par_iter()
            .with_max_len(1)
            .for_each(|_| {
                let mut reader = UnitReader::new(self.disk, self.cancel, self.segments);
                self.work(&shared, &mut reader);
            });
        self.finish(shared)
    }

    /// Reads everything for the feed alone, in the thread that calls: one reads faster than any
    /// function hashes.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub(super) fn run_blind(self) -> Result<Slice, ScanError> {
        let shared = self.share();
        self.work(&shared, &mut UnitReader::blind(self.disk, self.cancel));
        self.finish(shared)
    }

    fn share(&self) -> Mutex<Shared<'a>> {
        Mutex::new(Shared {
            plan: Plan::new(self.disk, 0..self.disk.len()),
            slice: Slice {
                tallies: Tallies::totals(self.segments.map_or(0, Segments::count)),
                ..Slice::default()
            },
            error: None,
        })
    }

    /// Takes unit after unit until none is left or one of the threads has failed.
    fn work(&self, shared: &Mutex<Shared<'a>>, reader: &mut UnitReader<'a>) {
        let mut unit = Unit::default();
        let mut found = Slice::default();
        loop {
            let mut buffer = self.feed.as_ref().map(Feed::buffer);
            if !next(shared, &mut unit, &mut found) {
                return;
            }
            let read = unit.walk(self.disk).and_then(|()| {
                if let Some(buffer) = &mut buffer {
                    buffer.number = unit.number;
                    buffer.range = unit.start..unit.end;
                }
                reader.read(&unit, buffer.as_mut(), &mut found)
            });
            if let Err(error) = read {
                lock(shared).error.get_or_insert(error);
                return;
            }
            if let (Some(feed), Some(buffer)) = (&self.feed, buffer) {
                feed.send(buffer);
            }
            self.progress.advance(unit.data_bytes());
        }
    }

    fn finish(self, shared: Mutex<Shared<'a>>) -> Result<Slice, ScanError> {
        let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = shared.error {
            return Err(error);
        }
        if self.cancel.is_some_and(Cancel::is_cancelled) {
            return Err(ScanError::Cancelled);
        }
        if let Some(feed) = self.feed {
            feed.end(shared.plan.handed_out());
        }
        Ok(shared.slice)
    }
}

/// Hands over what the last unit held and takes the next one, under one lock.
fn next(shared: &Mutex<Shared<'_>>, unit: &mut Unit, found: &mut Slice) -> bool {
    let mut shared = lock(shared);
    shared.slice.absorb(found);
    if shared.error.is_some() {
        return false;
    }
    match shared.plan.next_into(unit) {
        Ok(more) => more,
        Err(error) => {
            shared.error = Some(error);
            false
        }
    }
}

fn lock<'m, 'a>(shared: &'m Mutex<Shared<'a>>) -> MutexGuard<'m, Shared<'a>> {
    // A thread that panics takes the whole pass with it, so nobody sees what it left behind.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
