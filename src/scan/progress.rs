//! Whoever wants to know how far the pass has come.

/// Told of the pass's progress, by many threads at once.
pub trait Progress: Sync {
    /// The pass begins; `total_data_bytes` is what it is going to read.
    fn start(&self, total_data_bytes: u64);

    /// Another `bytes` have been read and looked at; called about once for each 4 MiB.
    fn advance(&self, bytes: u64);

    /// The pass has ended, well or not.
    fn finish(&self);
}

/// Nobody wants to know.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _total_data_bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
    fn finish(&self) {}
}
