//! Why a hive, or a part of it, cannot be read.

use crate::bytes::FieldError;

/// What was found where something else had to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{structure}: field {field} at offset {offset} is {found}, expected {expected}")]
pub struct Mismatch {
    /// Name of the structure, as the specification calls it.
    pub structure: &'static str,
    /// Name of the field, as the specification calls it.
    pub field: &'static str,
    /// Offset of the structure in bytes from the start of the hive file.
    pub offset: u64,
    /// What is there.
    pub found: String,
    /// What had to be there.
    pub expected: String,
}

/// Why a hive, or a part of it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HiveError {
    /// The file is something else.
    #[error("not a registry hive: {0}")]
    NotAHive(Mismatch),
    /// A hive, but of a kind that this reader does not know.
    #[error("unsupported registry hive: {0}")]
    Unsupported(Mismatch),
    /// A structure that breaks the format.
    #[error("corrupt registry hive: {0}")]
    Corrupt(Mismatch),
    /// A structure that ends before one of its fields.
    #[error("corrupt registry hive: {0}")]
    Short(#[from] FieldError),
    /// More than this reader takes on.
    #[error("limit of the registry reader: {0}")]
    Limit(Mismatch),
}

impl HiveError {
    /// A structure that breaks the format.
    pub(super) fn corrupt(
        structure: &'static str,
        field: &'static str,
        offset: u64,
        found: impl ToString,
        expected: impl ToString,
    ) -> Self {
        Self::Corrupt(mismatch(structure, field, offset, found, expected))
    }

    /// More than this reader takes on.
    pub(super) fn limit(
        structure: &'static str,
        field: &'static str,
        offset: u64,
        found: impl ToString,
        most: u64,
    ) -> Self {
        let expected = format!("at most {most}");
        Self::Limit(mismatch(structure, field, offset, found, expected))
    }
}

/// What was found where something else had to be.
pub(super) fn mismatch(
    structure: &'static str,
    field: &'static str,
    offset: u64,
    found: impl ToString,
    expected: impl ToString,
) -> Mismatch {
    Mismatch {
        structure,
        field,
        offset,
        found: found.to_string(),
        expected: expected.to_string(),
    }
}
