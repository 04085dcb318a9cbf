//! Reads the sectors of a table and keeps what is wrong with them.

use super::{AnomalyKind, TableAnomaly};
use crate::source::{ReadAt, ReadError};

/// Anomalies that are kept: a hostile table must not fill the memory with complaints.
const MAX_ANOMALIES: usize = 256;

/// A disk, and what was found to be wrong with its table so far.
pub(super) struct Reader<'a> {
    disk: &'a dyn ReadAt,
    anomalies: Vec<TableAnomaly>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(disk: &'a dyn ReadAt) -> Self {
        Self {
            disk,
            anomalies: Vec::new(),
        }
    }

    pub(super) fn disk(&self) -> &'a dyn ReadAt {
        self.disk
    }

    /// Keeps an anomaly.
    pub(super) fn note(
        &mut self,
        kind: AnomalyKind,
        structure: &'static str,
        offset: u64,
        message: impl Into<String>,
    ) -> TableAnomaly {
        let anomaly = TableAnomaly {
            kind,
            offset,
            structure,
            message: message.into(),
        };
        if self.anomalies.len() < MAX_ANOMALIES {
            self.anomalies.push(anomaly.clone());
        }
        anomaly
    }

    /// The bytes of a structure, or the anomaly that is now kept for it.
    ///
    /// # Errors
    /// [`ReadError::Changed`] only: after it nothing that was read can be trusted.
    pub(super) fn bytes(
        &mut self,
        structure: &'static str,
        offset: u64,
        len: usize,
    ) -> Result<Result<Vec<u8>, TableAnomaly>, ReadError> {
        match self.disk.read_vec(offset, len) {
            Ok(bytes) => Ok(Ok(bytes)),
            Err(error @ ReadError::Changed { .. }) => Err(error),
            Err(ReadError::OutOfBounds { size, .. }) => Ok(Err(self.note(
                AnomalyKind::Broken,
                structure,
                offset,
                format!(
                    "{len} bytes at offset {offset} lie outside of the disk, which has {size} bytes"
                ),
            ))),
            Err(error) => Ok(Err(self.note(
                AnomalyKind::Unread,
                structure,
                offset,
                error.to_string(),
            ))),
        }
    }

    pub(super) fn into_anomalies(self) -> Vec<TableAnomaly> {
        self.anomalies
    }
}
