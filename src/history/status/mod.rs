//! The status of an offer: steps with the times of their messages, as the Cloud Partner Portal's
//! interface gives them.
//!
//! A step's message bears the time at which the step was completed, so a step began when the one
//! before it was completed, unless it names its own beginning. A step whose beginning or end is not
//! known gives no record and is named with the reason; a step that is not understood at all refuses
//! the whole file.

mod names;
mod step;

use std::collections::BTreeSet;

use serde_json::Value;

use super::error::{BadStep, ImportError};
use super::import::{About, Import, ImportFormat, LeftOutStep};
use super::record::{MOST_HOURS, Record};
use super::rows::shown;
use crate::estimate::PhaseKind;
use names::phase_of;
use step::Step;

/// Steps at most: far more than any offer goes through.
const MOST_STEPS: usize = 1000;

/// The one operation in a list of them.
pub(super) fn only(operations: &[Value]) -> Result<&Value, ImportError> {
    match operations {
        [one] => Ok(one),
        _ => Err(bad(
            "the list".to_owned(),
            format!("{} operations", operations.len()),
            "the status of one operation",
        )),
    }
}

fn bad(at: String, found: String, expected: &str) -> ImportError {
    ImportError::BadStatus(vec![BadStep {
        at,
        found,
        expected: expected.to_owned(),
    }])
}

/// The records of a status.
pub(super) fn read(status: &Value, about: Option<&About>) -> Result<Import, ImportError> {
    let steps = status.get("steps").unwrap_or(&Value::Null);
    let Some(steps) = steps.as_array() else {
        return Err(bad("steps".to_owned(), shown(steps), "a list of steps"));
    };
    if steps.len() > MOST_STEPS {
        return Err(bad(
            "steps".to_owned(),
            format!("{} steps", steps.len()),
            "at most 1000",
        ));
    }
    let mut problems = Vec::new();
    let mut known: Vec<Step> = Vec::new();
    let mut earlier = BTreeSet::new();
    for (index, value) in steps.iter().enumerate() {
        match Step::read(index, value, |name| phase_of(name, &earlier)) {
            Ok(step) => {
                earlier.insert(step.phase);
                known.push(step);
            }
            Err(found) => problems.extend(found),
        }
    }
    let created = step::time(status, "createdDateTime", "createdDateTime");
    let mut before = match created {
        Ok(created) => created,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let mut import = Import {
        format: ImportFormat::Status,
        records: Vec::new(),
        left_out: Vec::new(),
    };
    for step in &known {
        match step.hours(before) {
            Ok(Ok((hours, end))) if hours <= MOST_HOURS => {
                let about = about.ok_or(ImportError::AboutMissing)?;
                import.records.push(record(step.phase, hours, end, about));
            }
            Ok(Ok((hours, _))) => problems.push(BadStep {
                at: format!("steps[{}]", step.index),
                found: format!("{hours} hours"),
                expected: format!("at most {MOST_HOURS}"),
            }),
            Ok(Err(reason)) => import.left_out.push(LeftOutStep {
                step: step.phase.word(),
                reason,
            }),
            Err(problem) => problems.push(problem),
        }
        before = step.completed();
    }
    if problems.is_empty() {
        checked(import)
    } else {
        Err(ImportError::BadStatus(problems))
    }
}

fn record(phase: PhaseKind, hours: f64, end: jiff::Timestamp, about: &About) -> Record {
    Record {
        // The day in UTC, so that one status gives the same record everywhere.
        date: end.to_zoned(jiff::tz::TimeZone::UTC).date(),
        change: about.change,
        virtual_bytes: about.virtual_bytes,
        payload_bytes: about.payload_bytes,
        regions: about.regions,
        phase,
        hours,
        source: about.source.clone(),
    }
}

/// Refuses what was said about the status if it makes no records that can be kept.
fn checked(import: Import) -> Result<Import, ImportError> {
    match import.records.iter().find_map(|one| one.check().err()) {
        Some(field) => Err(bad(
            format!("what was given with it, {}", field.field),
            field.found,
            &field.expected,
        )),
        None => Ok(import),
    }
}
