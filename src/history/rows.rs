//! The strict reader of rows.

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::error::{BadRow, BadRows};
use super::record::{self, BadField, Record};
use crate::estimate::{Change, PhaseKind};

/// Size of a file at most, in bytes: far more than a century of publishing fills.
pub const MOST_FILE_BYTES: u64 = 16 << 20;
/// Size of a line at most, in bytes.
pub const MOST_LINE_BYTES: usize = 64 << 10;

/// What some editors put at the beginning of a text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Bad rows that are kept: a file may have millions of them.
const MOST_BAD_ROWS: usize = 100;

const FIELDS: [&str; 8] = [
    "date",
    "change_kind",
    "virtual_bytes",
    "payload_bytes",
    "regions",
    "phase",
    "hours",
    "source",
];

/// The records in `bytes`. Blank lines and a byte order mark are passed over, nothing else is.
///
/// # Errors
/// [`BadRows`] with every row that is no record.
pub fn parse(bytes: &[u8]) -> Result<Vec<Record>, BadRows> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let (mut records, mut rows, mut total) = (Vec::new(), Vec::new(), 0);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match row(index + 1, line) {
            Ok(record) => records.push(record),
            Err(bad) => {
                total += 1;
                if rows.len() < MOST_BAD_ROWS {
                    rows.push(bad);
                }
            }
        }
    }
    if rows.is_empty() {
        Ok(records)
    } else {
        Err(BadRows { rows, total })
    }
}

fn row(line: usize, bytes: &[u8]) -> Result<Record, BadRow> {
    let form = |column, found: String, expected: &str| BadRow {
        line,
        column,
        field: None,
        found,
        expected: expected.to_owned(),
    };
    if bytes.len() > MOST_LINE_BYTES {
        return Err(form(
            None,
            format!("{} bytes", bytes.len()),
            "a record in at most 65536 bytes",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let column = error.valid_up_to() + 1;
        form(Some(column), "a byte that is no UTF-8".to_owned(), "UTF-8")
    })?;
    let fields: Fields = serde_json::from_str(text).map_err(|error| {
        // The message ends with the place, of which the line is that of this text alone.
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        form(
            Some(error.column()),
            words.escape_debug().to_string(),
            "one JSON object a line",
        )
    })?;
    fields.record().map_err(|problem| match problem {
        Problem::Field(bad) => BadRow::of_field(line, bad),
        Problem::Name { name, found } => BadRow {
            line,
            column: None,
            field: Some(name),
            found: found.to_owned(),
            expected: format!("each of {} once", FIELDS.join(", ")),
        },
    })
}

/// The fields of an object as they stand, doubled and unknown ones included.
struct Fields(Vec<(String, Value)>);

enum Problem {
    Field(BadField),
    Name { name: String, found: &'static str },
}

impl From<BadField> for Problem {
    fn from(bad: BadField) -> Self {
        Self::Field(bad)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

impl Fields {
    fn record(self) -> Result<Record, Problem> {
        for (index, (name, _)) in self.0.iter().enumerate() {
            let found = if !FIELDS.contains(&name.as_str()) {
                "an unknown field"
            } else if self.0.iter().take(index).any(|(other, _)| other == name) {
                "it a second time"
            } else {
                continue;
            };
            return Err(Problem::Name {
                name: short(name),
                found,
            });
        }
        let record = Record {
            date: self.text("date", record::DATE, |text| {
                let date: Date = text.parse().ok()?;
                // Other ways to write a date are refused, so that rows can be sorted as text.
                (date.to_string() == text).then_some(date)
            })?,
            change: self.text("change_kind", "image or marketing-only", Change::from_word)?,
            virtual_bytes: self.whole("virtual_bytes", u64::MAX)?,
            payload_bytes: self.whole("payload_bytes", u64::MAX)?,
            regions: u32::try_from(self.whole("regions", u32::MAX.into())?).unwrap_or(u32::MAX),
            phase: self.text(
                "phase",
                &format!("one of {}", PhaseKind::words()),
                PhaseKind::from_word,
            )?,
            hours: {
                let value = self.value("hours")?;
                value
                    .as_f64()
                    .ok_or_else(|| bad("hours", value, &record::hours_expected()))?
            },
            source: self.text("source", "a text", |text| Some(text.to_owned()))?,
        };
        record.check()?;
        Ok(record)
    }

    fn value(&self, field: &'static str) -> Result<&Value, Problem> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value)
            .ok_or(Problem::Name {
                name: field.to_owned(),
                found: "no such field",
            })
    }

    fn text<T>(
        &self,
        field: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Problem> {
        let value = self.value(field)?;
        let found = value.as_str().and_then(read);
        found.ok_or_else(|| bad(field, value, expected).into())
    }

    fn whole(&self, field: &'static str, most: u64) -> Result<u64, Problem> {
        let value = self.value(field)?;
        let found = value.as_u64().filter(|number| *number <= most);
        found.ok_or_else(|| bad(field, value, "a whole number").into())
    }
}

fn bad(field: &'static str, value: &Value, expected: &str) -> BadField {
    BadField {
        field,
        found: shown(value),
        expected: expected.to_owned(),
    }
}

/// A text in a message: its beginning, with what cannot be printed escaped.
fn short(text: &str) -> String {
    const MOST_CHARS: usize = 60;
    let mut start: String = text
        .chars()
        .take(MOST_CHARS)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(MOST_CHARS).is_some() {
        start.push_str("...");
    }
    start
}

/// A value in a message: short, and without anything that a terminal would obey.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{}\"", short(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}
