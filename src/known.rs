//! A fact, or why it is not known: the two things that a gatherer may answer.

/// Why a fact is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undetermined {
    /// The reason, fit to be printed after "could not be determined:".
    pub reason: String,
}

impl Undetermined {
    /// Not known, because.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

/// A fact, or why it is not known.
pub type Known<T> = Result<T, Undetermined>;
