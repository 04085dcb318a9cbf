//! Why an rpm database cannot be read.

use crate::bytes::FieldError;

/// Why an rpm database cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RpmError {
    /// A structure does not lie in its file.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A structure says what cannot be.
    #[error("the rpm database is broken: {0}")]
    Corrupt(String),
    /// Something that rpm does not write, or that is not read here.
    #[error("the rpm database cannot be read: {0}")]
    Unsupported(String),
    /// More than any real database has.
    #[error("the rpm database has more {0} than are read")]
    Limit(&'static str),
}

impl RpmError {
    pub(super) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}
