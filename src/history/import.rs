//! Taking records over from other files: another history, or the status of an offer as Microsoft's
//! interfaces give it.

#[cfg(test)]
mod tests;

use serde_json::Value;

use super::error::{BadStep, ImportError};
use super::record::Record;
use super::rows::{self, MOST_FILE_BYTES};
use super::status;
use crate::estimate::Change;

/// What a status does not say of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What was changed.
    pub change: Change,
    /// Size of the virtual disk in bytes.
    pub virtual_bytes: u64,
    /// Bytes that the upload moved.
    pub payload_bytes: u64,
    /// Regions that the image was copied to.
    pub regions: u32,
    /// Where the status was taken from, in the publisher's words.
    pub source: String,
}

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFormat {
    /// A history.
    History,
    /// The status of an offer, with its steps.
    Status,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What the file turned out to be.
    pub format: ImportFormat,
    /// The records, in the order of the file.
    pub records: Vec<Record>,
    /// Steps that gave no record, with the reason.
    pub left_out: Vec<LeftOutStep>,
}

/// A step of a status that gave no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutStep {
    /// The step by the name of its phase.
    pub step: &'static str,
    /// Why it gave none.
    pub reason: &'static str,
}

/// The records in `bytes`, which are a history or a status. `about` is needed for a status alone,
/// and only if it has a finished step.
///
/// # Errors
/// [`ImportError`] if it is neither, or if any part of it is not understood: nothing is taken from
/// a file that is understood in part.
pub fn import(bytes: &[u8], about: Option<&About>) -> Result<Import, ImportError> {
    if bytes.len() as u64 > MOST_FILE_BYTES {
        return Err(ImportError::TooLarge {
            most_bytes: MOST_FILE_BYTES,
        });
    }
    let bytes = bytes.strip_prefix(rows::BYTE_ORDER_MARK).unwrap_or(bytes);
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Array(operations)) => status::read(status::only(&operations)?, about),
        Ok(whole) if whole.get("steps").is_some() => status::read(&whole, about),
        Ok(whole) if whole.get("jobStatus").is_some() => Err(ImportError::ConfigureJob),
        // A history of one line is one JSON value, one of several is not: the rows decide.
        Ok(_) => history(bytes),
        Err(error) if spans_lines(bytes) => Err(ImportError::BadStatus(vec![BadStep {
            at: format!("line {}, column {}", error.line(), error.column()),
            found: error.to_string().escape_debug().to_string(),
            expected: "JSON".to_owned(),
        }])),
        Err(_) => history(bytes),
    }
}

fn history(bytes: &[u8]) -> Result<Import, ImportError> {
    Ok(Import {
        format: ImportFormat::History,
        records: rows::parse(bytes)?,
        left_out: Vec::new(),
    })
}

/// Whether the first line that is not blank only begins a JSON value, as in a status and in no
/// history.
fn spans_lines(bytes: &[u8]) -> bool {
    let first = bytes
        .split(|byte| *byte == b'\n')
        .find(|line| !line.iter().all(u8::is_ascii_whitespace))
        .unwrap_or_default();
    let is_last = first.as_ptr_range().end == bytes.as_ptr_range().end;
    !is_last && serde_json::from_slice::<Value>(first).is_err_and(|error| error.is_eof())
}
