//! One finished phase of one publishing.

use jiff::civil::Date;
use serde::Serialize;

use crate::estimate::{Change, Observation, PhaseKind};

/// Hours that a phase takes at most: a leap year.
pub const MOST_HOURS: f64 = 8784.0;
/// Size of a disk at most, in bytes: 64 TiB, above every disk of the platform.
pub const MOST_VIRTUAL_BYTES: u64 = 64 << 40;
/// Regions at most.
pub const MOST_REGIONS: u32 = 1000;
/// Characters in the source of a record at most.
pub const MOST_SOURCE_CHARS: usize = 200;

/// 512 bytes: the footer, which may be counted with the payload.
const FOOTER_BYTES: u64 = 512;

/// How long a phase took, and of what.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The day on which the phase ended.
    pub date: Date,
    /// What was changed.
    pub change: Change,
    /// Size of the virtual disk in bytes; may be 0 when only marketing was changed.
    pub virtual_bytes: u64,
    /// Bytes that the upload moved.
    pub payload_bytes: u64,
    /// Regions that the image was copied to.
    pub regions: u32,
    /// The phase.
    pub phase: PhaseKind,
    /// Hours that it took.
    pub hours: f64,
    /// Where the figure was taken from, in the publisher's words.
    pub source: String,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadField {
    /// The field.
    pub field: &'static str,
    /// What stands in it.
    pub found: String,
    /// What could stand in it.
    pub expected: String,
}

/// A record as it is written.
#[derive(Serialize)]
struct Line<'a> {
    date: String,
    change_kind: &'static str,
    virtual_bytes: u64,
    payload_bytes: u64,
    regions: u32,
    phase: &'static str,
    hours: f64,
    source: &'a str,
}

impl Record {
    /// Whether the record can be kept.
    ///
    /// # Errors
    /// [`BadField`] for the first field that cannot.
    pub fn check(&self) -> Result<(), BadField> {
        let bad = |field, found: String, expected: String| {
            Err(BadField {
                field,
                found,
                expected,
            })
        };
        if !(0..=9999).contains(&self.date.year()) {
            return bad("date", self.date.to_string(), DATE.to_owned());
        }
        let least = u64::from(self.change == Change::Image);
        if !(least..=MOST_VIRTUAL_BYTES).contains(&self.virtual_bytes) {
            return bad(
                "virtual_bytes",
                self.virtual_bytes.to_string(),
                format!("from {least} to {MOST_VIRTUAL_BYTES}"),
            );
        }
        let most = self.virtual_bytes + FOOTER_BYTES;
        if self.payload_bytes > most {
            return bad(
                "payload_bytes",
                self.payload_bytes.to_string(),
                format!("at most {most}: virtual_bytes and the footer"),
            );
        }
        if !(1..=MOST_REGIONS).contains(&self.regions) {
            return bad(
                "regions",
                self.regions.to_string(),
                format!("from 1 to {MOST_REGIONS}"),
            );
        }
        if !(self.hours > 0.0 && self.hours <= MOST_HOURS) {
            return bad("hours", format!("{:?}", self.hours), hours_expected());
        }
        let chars = self.source.chars().count();
        if chars == 0 || chars > MOST_SOURCE_CHARS {
            return bad(
                "source",
                format!("{chars} characters"),
                format!("1 to {MOST_SOURCE_CHARS} characters"),
            );
        }
        if self.source.chars().any(char::is_control) {
            return bad(
                "source",
                "a control character".to_owned(),
                "characters that can be printed".to_owned(),
            );
        }
        // What is found is not repeated: it is a secret.
        if self.source.to_ascii_lowercase().contains("sig=") {
            return bad(
                "source",
                "the signature of a shared access signature".to_owned(),
                "no secret: cut the address at its question mark".to_owned(),
            );
        }
        Ok(())
    }

    /// The record as a line of the file, with its end.
    ///
    /// # Errors
    /// [`BadField`] if the record cannot be kept.
    pub fn to_line(&self) -> Result<String, BadField> {
        self.check()?;
        let line = Line {
            date: self.date.to_string(),
            change_kind: self.change.word(),
            virtual_bytes: self.virtual_bytes,
            payload_bytes: self.payload_bytes,
            regions: self.regions,
            phase: self.phase.word(),
            hours: self.hours,
            source: &self.source,
        };
        match serde_json::to_string(&line) {
            Ok(text) => Ok(text + "\n"),
            // Cannot happen with these types; said all the same rather than asserted.
            Err(error) => Err(BadField {
                field: "record",
                found: error.to_string(),
                expected: "what can be written as JSON".to_owned(),
            }),
        }
    }
}

/// What a date looks like.
pub(super) const DATE: &str = "a day such as \"2026-05-12\"";

/// What hours may be.
pub(super) fn hours_expected() -> String {
    format!("a number above 0, at most {MOST_HOURS}")
}

impl From<&Record> for Observation {
    fn from(record: &Record) -> Self {
        Self {
            change: record.change,
            phase: record.phase,
            payload_bytes: record.payload_bytes,
            hours: record.hours,
        }
    }
}

/// The records as the time model takes them: oldest first, and those of one day as they stand.
pub fn observations(records: &[Record]) -> Vec<Observation> {
    let mut by_date: Vec<&Record> = records.iter().collect();
    by_date.sort_by_key(|record| record.date);
    by_date.into_iter().map(Observation::from).collect()
}
