//! A flag that ends a pass from outside, such as a signal's handler.

use std::sync::atomic::{AtomicBool, Ordering};

/// Asked for at every piece of 256 KiB that is read, and as often while zeros are hashed, so that a
/// pass ends within a fraction of a second.
#[derive(Debug, Default)]
pub struct Cancel(AtomicBool);

impl Cancel {
    /// A flag that is not set; usable in a `static`.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Ends the passes that were given this flag. One atomic store: safe in a signal handler.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was set.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
