//! What the tests of the history share.

use super::Record;
use crate::estimate::{Change, PhaseKind};

/// A record that can be kept.
pub(super) fn record(hours: f64) -> Record {
    Record {
        date: jiff::civil::date(2026, 5, 12),
        change: Change::Image,
        virtual_bytes: 30 << 30,
        payload_bytes: 900 << 20,
        regions: 50,
        phase: PhaseKind::Certification,
        hours,
        source: "history page".to_owned(),
    }
}

/// Its line with one value put in the place of another.
pub(super) fn line_with(from: &str, to: &str) -> String {
    let line = record(61.5).to_line().unwrap();
    assert!(line.contains(from), "{from} is not in {line}");
    line.replace(from, to)
}
