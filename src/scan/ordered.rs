//! The disk's bytes in their order, for hash functions that take them no other way.
//!
//! The threads of the pass read units in any order, each into a buffer out of a [`Pool`]. Every
//! hash function has a thread of its own that takes the units by their number, keeps those that
//! came early, and hashes zeros where there are no units. A thread of the pass takes its buffer
//! before its unit: so the unit that everybody waits for always has one, and the few buffers that
//! there are hold the pass back to the rate of the slowest function.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::digests::{Digest, DigestKind, Hasher};
use super::plan::UNIT_BYTES;
use super::progress::Progress;
use super::{Cancel, ScanError};
use crate::source::ReadAt;

/// The most buffers of [`UNIT_BYTES`]: 48 MiB.
const MOST_BUFFERS: usize = 12;

/// Bytes hashed between two looks at [`Cancel`].
const STEP: usize = 256 << 10;

/// Buffers that are used again.
pub(super) struct Pool {
    state: Mutex<PoolState>,
    returned: Condvar,
}

struct PoolState {
    free: Vec<Vec<u8>>,
    /// How many may still be made.
    unmade: usize,
}

impl Pool {
    /// A pool for `threads` that fill buffers.
    pub(super) fn new(threads: usize) -> Self {
        Self {
            state: Mutex::new(PoolState {
                free: Vec::new(),
                unmade: threads.saturating_add(4).min(MOST_BUFFERS),
            }),
            returned: Condvar::new(),
        }
    }

    /// A buffer, as soon as there is one.
    fn take(&self) -> Buffer<'_> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = loop {
            if let Some(bytes) = state.free.pop() {
                break bytes;
            }
            if state.unmade > 0 {
                state.unmade -= 1;
                break vec![0; UNIT_BYTES as usize];
            }
            state = self
                .returned
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        };
        Buffer {
            number: 0,
            range: 0..0,
            filled: Vec::new(),
            bytes,
            pool: self,
        }
    }

    fn give(&self, bytes: Vec<u8>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.free.push(bytes);
        drop(state);
        self.returned.notify_one();
    }
}

/// The bytes of one unit; goes back to its pool when nobody holds it any more.
pub(super) struct Buffer<'p> {
    /// Units handed out before this one.
    pub(super) number: u64,
    /// The unit's bytes on the disk.
    pub(super) range: Range<u64>,
    /// Which of `bytes` hold the disk's, in order; whatever lies between is zeros on the disk, and
    /// left over from another unit here.
    pub(super) filled: Vec<Range<usize>>,
    /// Room for a whole unit.
    pub(super) bytes: Vec<u8>,
    pool: &'p Pool,
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        self.pool.give(std::mem::take(&mut self.bytes));
    }
}

pub(super) enum Message<'p> {
    Unit(Arc<Buffer<'p>>),
    /// The pass is through; so many units were sent.
    End(u64),
}

/// The way from the pass to the hash functions.
pub(super) struct Feed<'p> {
    pool: &'p Pool,
    senders: Vec<Sender<Message<'p>>>,
}

impl<'p> Feed<'p> {
    /// A feed without receivers.
    pub(super) fn new(pool: &'p Pool) -> Self {
        let senders = Vec::new();
        Self { pool, senders }
    }

    /// One receiver more.
    pub(super) fn receiver(&mut self) -> Receiver<Message<'p>> {
        let (sender, receiver) = channel();
        self.senders.push(sender);
        receiver
    }

    /// A buffer; to be taken before the unit that is going to fill it.
    pub(super) fn buffer(&self) -> Buffer<'p> {
        self.pool.take()
    }

    /// Sends a unit to every hash function.
    pub(super) fn send(&self, buffer: Buffer<'p>) {
        let buffer = Arc::new(buffer);
        for sender in &self.senders {
            // A receiver that is gone has failed or was cancelled, and says so itself.
            let _ = sender.send(Message::Unit(Arc::clone(&buffer)));
        }
    }

    /// Says that `units` were all. A feed that is dropped without it ends without digests.
    pub(super) fn end(self, units: u64) {
        for sender in &self.senders {
            let _ = sender.send(Message::End(units));
        }
    }
}

/// One hash function over a stream: the disk, and what follows it in the file.
pub(super) struct Stream<'a> {
    /// The function.
    pub(super) kind: DigestKind,
    /// Length of the disk.
    pub(super) disk_bytes: u64,
    /// The file that begins with the disk, where its digest is wanted.
    pub(super) file: Option<&'a dyn ReadAt>,
    /// Ends the stream early.
    pub(super) cancel: Option<&'a Cancel>,
    /// Told of the bytes hashed.
    pub(super) progress: &'a dyn Progress,
}

/// The digests of one stream.
#[derive(Debug)]
pub(super) struct Streamed {
    pub(super) disk: Digest,
    pub(super) file: Option<Digest>,
}

impl Stream<'_> {
    /// Hashes what arrives, until the end. `None` when the pass failed, and says why itself.
    ///
    /// # Errors
    /// [`ScanError`] when the rest of the file cannot be read, or the pass is cancelled.
    pub(super) fn run(
        &self,
        receiver: Receiver<Message<'_>>,
    ) -> Result<Option<Streamed>, ScanError> {
        let zeros = vec![0; STEP];
        let mut hasher = Hasher::new(self.kind);
        let mut early = BTreeMap::new();
        let (mut at, mut next, mut units) = (0, 0, None);
        for message in receiver {
            match message {
                Message::Unit(buffer) => drop(early.insert(buffer.number, buffer)),
                Message::End(sent) => units = Some(sent),
            }
            while let Some(buffer) = early.remove(&next) {
                self.zeros(&mut hasher, buffer.range.start - at, &zeros)?;
                self.unit(&mut hasher, &buffer, &zeros)?;
                at = buffer.range.end;
                next += 1;
            }
        }
        if units != Some(next) {
            return Ok(None);
        }
        self.zeros(&mut hasher, self.disk_bytes - at, &zeros)?;
        let file = match self.file {
            Some(file) => {
                let mut hasher = hasher.clone();
                self.rest(&mut hasher, file)?;
                Some(hasher.finish())
            }
            None => None,
        };
        let disk = hasher.finish();
        Ok(Some(Streamed { disk, file }))
    }

    fn unit(
        &self,
        hasher: &mut Hasher,
        buffer: &Buffer<'_>,
        zeros: &[u8],
    ) -> Result<(), ScanError> {
        let mut at = 0;
        for filled in &buffer.filled {
            self.zeros(hasher, (filled.start - at) as u64, zeros)?;
            for piece in buffer.bytes[filled.clone()].chunks(STEP) {
                self.update(hasher, piece)?;
            }
            at = filled.end;
        }
        let len = buffer.range.end - buffer.range.start;
        self.zeros(hasher, len - at as u64, zeros)
    }

    fn zeros(&self, hasher: &mut Hasher, mut len: u64, zeros: &[u8]) -> Result<(), ScanError> {
        while len > 0 {
            let step = len.min(STEP as u64);
            self.update(hasher, &zeros[..step as usize])?;
            len -= step;
        }
        Ok(())
    }

    /// What the file holds behind the disk: a fixed disk's footer.
    fn rest(&self, hasher: &mut Hasher, file: &dyn ReadAt) -> Result<(), ScanError> {
        let mut piece = vec![0; STEP];
        let mut at = self.disk_bytes;
        while at < file.len() {
            let step = (file.len() - at).min(STEP as u64);
            let piece = &mut piece[..step as usize];
            file.read_bulk_at(at, piece)
                .map_err(|error| ScanError::disk(at, error).in_file())?;
            self.update(hasher, piece)?;
            at += step;
        }
        Ok(())
    }

    fn update(&self, hasher: &mut Hasher, bytes: &[u8]) -> Result<(), ScanError> {
        if self.cancel.is_some_and(Cancel::is_cancelled) {
            return Err(ScanError::Cancelled);
        }
        hasher.update(bytes);
        self.progress.advance(bytes.len() as u64);
        Ok(())
    }
}
