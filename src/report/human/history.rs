//! The list of the publisher's own observations.

use std::io::{self, Write};

use super::paper::{self, Paper};
use super::v1::{HistoryDocument, HistoryRecord};
use crate::text::{counted, size};

/// Writes a history in lines of at most `width` columns.
///
/// # Errors
/// What the writer says.
pub fn history(out: &mut dyn Write, history: &HistoryDocument, width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    paper.line("", paper::BOLD, &history.path)?;
    if history.records.is_empty() {
        return paper.text(
            2,
            "no records yet: `vhd-preflight history add` makes the first",
        );
    }
    let rows: Vec<_> = history.records.iter().map(row).collect();
    paper.table(2, &[false, false, true], &rows)
}

fn row(record: &HistoryRecord) -> Vec<String> {
    let what = format!(
        "{}: {} of {}, {}; {}",
        record.change,
        size(record.payload_bytes),
        size(record.virtual_bytes),
        counted(u64::from(record.regions), "region"),
        record.source
    );
    vec![
        record.date.clone(),
        record.phase.to_owned(),
        exact_hours(record.hours),
        what,
    ]
}

/// Hours as they were recorded, to the fraction of a second: a list is there to be compared with
/// its source.
fn exact_hours(hours: f64) -> String {
    let digits = format!("{hours:.4}");
    let short = digits.trim_end_matches('0').trim_end_matches('.');
    match short {
        "0" => "< 0.0001 h".to_owned(),
        _ => format!("{short} h"),
    }
}
