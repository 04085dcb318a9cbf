//! What can be wrong with a history, and where.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::record::BadField;

/// Bad rows that a message lists; more are counted.
const LISTED: usize = 10;

/// A row that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line, from 1.
    pub line: usize,
    /// The byte in the line, from 1, where it is the form of the row that is wrong.
    pub column: Option<usize>,
    /// The field, where it is one that is wrong; escaped and cut if the name is none of ours.
    pub field: Option<String>,
    /// What stands there.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl BadRow {
    pub(super) fn of_field(line: usize, bad: BadField) -> Self {
        Self {
            line,
            column: None,
            field: Some(bad.field.to_owned()),
            found: bad.found,
            expected: bad.expected,
        }
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", column {column}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field `{field}`")?;
        }
        write!(f, ": found {}, expected {}", self.found, self.expected)
    }
}

/// All rows that are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRows {
    /// By line; never empty, and not more than 100.
    pub rows: Vec<BadRow>,
    /// How many there are in all.
    pub total: usize,
}

impl fmt::Display for BadRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.rows, self.total)
    }
}

impl std::error::Error for BadRows {}

/// A place in a status that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadStep {
    /// The place, such as `steps[2].stepName`.
    pub at: String,
    /// What stands there.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl fmt::Display for BadStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            found,
            expected,
        } = self;
        write!(f, "{at}: found {found}, expected {expected}")
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], total: usize) -> fmt::Result {
    for (index, item) in items.iter().take(LISTED).enumerate() {
        if index > 0 {
            f.write_str("; ")?;
        }
        item.fmt(f)?;
    }
    match total.checked_sub(items.len().min(LISTED)) {
        Some(more) if more > 0 => write!(f, "; and {more} more"),
        _ => Ok(()),
    }
}

/// Why a history could not be read or written. The file is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The operating system refused something.
    #[error("cannot {action} {}: {error}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// It is a folder, a device or a pipe.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// What it is called.
        path: PathBuf,
    },
    /// It is, or would become, larger than a history is.
    #[error("{} is larger than the {most_bytes} bytes that a history may have", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        most_bytes: u64,
    },
    /// It has rows that are no records.
    #[error("{}: {bad}", path.display())]
    BadRows {
        /// The file.
        path: PathBuf,
        /// The rows.
        bad: BadRows,
    },
    /// A record that was to be added cannot be kept.
    #[error("record {}, field `{}`: found {}, expected {}", index + 1, bad.field, bad.found, bad.expected)]
    BadRecord {
        /// Which of the records, from 0.
        index: usize,
        /// What is wrong with it.
        bad: BadField,
    },
    /// Another process is writing.
    #[error(
        "another process is writing {} (it holds {}); nothing was written, try again",
        path.display(),
        lock.display()
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// The lock.
        lock: PathBuf,
    },
}

impl HistoryError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io {
            action,
            path,
            error,
        }
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It has rows that are no records.
    #[error("not a history: {0}")]
    BadRows(#[from] BadRows),
    /// It is a status, but not one that could be read.
    #[error("not a status that can be imported: {}", Listed(.0))]
    BadStatus(Vec<BadStep>),
    /// It is the status of a job that names no publishing step.
    #[error(
        "this is the status of a configure job of the Product Ingestion API: it times the request, not the steps of publishing; add the times from the portal's history page instead"
    )]
    ConfigureJob,
    /// A status does not say what was published, and neither did the caller.
    #[error(
        "a status does not say what was published: the change, the sizes and the number of regions have to be given"
    )]
    AboutMissing,
    /// There is more of it than a history may have.
    #[error("larger than the {most_bytes} bytes that are imported at once")]
    TooLarge {
        /// The limit in bytes.
        most_bytes: u64,
    },
}

struct Listed<'a>(&'a [BadStep]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0, self.0.len())
    }
}
