//! The right of one writer at a time to write a history.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::HistoryError;
use crate::replace::beside;

/// How long to sleep between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(20);

/// The only writer's right to write, held until it is dropped. It rests on a lock of the operating
/// system on an empty file beside the history, which stays there; the system frees it even when its
/// holder is killed, so no stale lock is ever in the way.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock for `target`, for which it waits no longer than `patience`.
    pub(super) fn take(target: &Path, patience: Duration) -> Result<Self, HistoryError> {
        let path = beside(target, ".lock").map_err(HistoryError::io("lock", target))?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(HistoryError::io("open", &path))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if began.elapsed() < patience => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(HistoryError::Locked {
                        path: target.to_owned(),
                        lock: path,
                    });
                }
                Err(TryLockError::Error(error)) => {
                    return Err(HistoryError::io("lock", &path)(error));
                }
            }
        }
    }
}
