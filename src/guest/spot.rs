//! Where in the guest a fact was read.

use std::fmt;
use std::sync::Arc;

/// A file of the guest, and a line of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The volume, its file system and where it is mounted: `partition 1 (ext4 /)`.
    pub volume: Arc<str>,
    /// The partition, where the volume lies on one.
    pub partition: Option<u32>,
    /// Absolute path in the guest (hostile text).
    pub path: String,
    /// Line, counted from 1.
    pub line: Option<u32>,
    /// A key of the registry hive that the file is, and after `!` a value of it:
    /// `SYSTEM\Select!Current` (hostile text).
    pub registry: Option<String>,
}

impl Spot {
    /// The same file at a line.
    #[must_use]
    pub fn at(&self, line: u32) -> Self {
        Self {
            line: Some(line),
            ..self.clone()
        }
    }

    /// The same file, a hive, at a key or at `key!value`.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        Self {
            registry: Some(key.into()),
            ..self.clone()
        }
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A hive's own path says less than the key, whose first word is the hive.
        if let Some(key) = &self.registry {
            return write!(f, "{}: {key}", self.volume);
        }
        write!(f, "{}: {}", self.volume, self.path)?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}

/// A value and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it was read.
    pub spot: Spot,
}

impl<T> Located<T> {
    /// A value and its place.
    pub fn new(value: T, spot: Spot) -> Self {
        Self { value, spot }
    }
}
