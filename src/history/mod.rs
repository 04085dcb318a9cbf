//! The publisher's own observed durations, kept in a small plain file.
//!
//! The file is text, one JSON object a line (JSONL), so that it can be read, mended and merged by
//! hand. A record stands for one finished phase of one publishing:
//!
//! ```text
//! {"date":"2026-05-12","change_kind":"image","virtual_bytes":32212254720,"payload_bytes":943718400,"regions":50,"phase":"certification","hours":61.5,"source":"history page"}
//! ```
//!
//! The reader is strict: a row that is not exactly a record is refused with its line, its field and
//! what was expected, because a figure that is silently left out bends every later estimate. A file
//! is never changed in place: the new one is written whole beside it and renamed.

mod error;
mod file;
mod import;
mod lock;
mod place;
mod record;
mod rows;
mod status;

#[cfg(test)]
mod testing;

pub use error::{BadRow, BadRows, BadStep, HistoryError, ImportError};
pub use file::{Added, History, LOCK_PATIENCE};
pub use import::{About, Import, ImportFormat, LeftOutStep, import};
pub use place::{FILE_NAME, NoPlace, Platform, default_place};
pub use record::{
    BadField, MOST_HOURS, MOST_REGIONS, MOST_SOURCE_CHARS, MOST_VIRTUAL_BYTES, Record, observations,
};
pub use rows::{MOST_FILE_BYTES, MOST_LINE_BYTES, parse};
