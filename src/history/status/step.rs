//! One step of a status, and how long it took.

use jiff::Timestamp;
use serde_json::Value;

use super::super::error::BadStep;
use super::super::rows::shown;
use super::names;
use crate::estimate::PhaseKind;

const NAME_KEYS: [&str; 2] = ["stepName", "name"];
const START_KEYS: [&str; 3] = ["start", "startTime", "startDateTime"];
const END_KEYS: [&str; 3] = ["end", "endTime", "endDateTime"];

/// A step.
pub(super) struct Step {
    /// Which of the steps, from 0.
    pub(super) index: usize,
    /// The phase that it is.
    pub(super) phase: PhaseKind,
    is_finished: bool,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    /// The times of its messages, the earliest and the latest.
    messages: Option<(Timestamp, Timestamp)>,
}

impl Step {
    /// The step in `value`, or everything that is wrong with it.
    pub(super) fn read(
        index: usize,
        value: &Value,
        phase_of: impl FnOnce(&str) -> Option<PhaseKind>,
    ) -> Result<Self, Vec<BadStep>> {
        let at = |what: &str| format!("steps[{index}].{what}");
        let mut problems = Vec::new();
        let (key, name) = field(value, &NAME_KEYS).unwrap_or((NAME_KEYS[0], &Value::Null));
        let phase = name.as_str().and_then(phase_of);
        if phase.is_none() {
            problems.push(BadStep {
                at: at(key),
                found: shown(name),
                expected: format!("one of {}", names::known()),
            });
        }
        let mut named = |keys: &[&'static str]| {
            let (key, _) = field(value, keys)?;
            time(value, key, &at(key)).unwrap_or_else(|problem| {
                problems.push(problem);
                None
            })
        };
        let (start, end) = (named(&START_KEYS), named(&END_KEYS));
        let status = value.get("status").unwrap_or(&Value::Null);
        let is_finished = match status {
            Value::Null => true,
            Value::String(word) => ["complete", "completed", "succeeded"]
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known)),
            _ => {
                problems.push(BadStep {
                    at: at("status"),
                    found: shown(status),
                    expected: "a word".to_owned(),
                });
                false
            }
        };
        let messages = match message_times(value, &at("messages")) {
            Ok(times) => times,
            Err(found) => {
                problems.extend(found);
                None
            }
        };
        match phase {
            Some(phase) if problems.is_empty() => Ok(Self {
                index,
                phase,
                is_finished,
                start,
                end,
                messages,
            }),
            _ => Err(problems),
        }
    }

    /// When it was completed, if it was and the time is known.
    pub(super) fn completed(&self) -> Option<Timestamp> {
        let latest = self.messages.map(|(_, latest)| latest);
        self.end.or(latest).filter(|_| self.is_finished)
    }

    /// Hours that it took and the time of its end, given when the step before it was completed; or
    /// why that cannot be said.
    ///
    /// # Errors
    /// [`BadStep`] if it ended before it began.
    pub(super) fn hours(
        &self,
        before: Option<Timestamp>,
    ) -> Result<Result<(f64, Timestamp), &'static str>, BadStep> {
        if !self.is_finished {
            return Ok(Err("not finished"));
        }
        let Some(end) = self.completed() else {
            return Ok(Err("it does not say when it ended"));
        };
        let earliest = self.messages.map(|(earliest, _)| earliest);
        let own = earliest.filter(|earliest| *earliest < end);
        let Some(start) = self.start.or(before).or(own) else {
            return Ok(Err("nothing says when it began"));
        };
        let seconds = end.duration_since(start).as_secs_f64();
        if seconds < 0.0 {
            return Err(BadStep {
                at: format!("steps[{}]", self.index),
                found: format!("an end at {end} and a beginning at {start}"),
                expected: "an end after the beginning".to_owned(),
            });
        }
        // Four places are a third of a second: finer than anything that the portal reports.
        let hours = (seconds / 3600.0 * 1e4).round() / 1e4;
        if hours == 0.0 {
            return Ok(Err("it took no time"));
        }
        Ok(Ok((hours, end)))
    }
}

/// The first of `keys` that has a value.
fn field<'a>(value: &'a Value, keys: &[&'static str]) -> Option<(&'static str, &'a Value)> {
    keys.iter()
        .find_map(|key| Some((*key, value.get(key).filter(|found| !found.is_null())?)))
}

/// The time under `key`, if there is one.
pub(super) fn time(value: &Value, key: &str, at: &str) -> Result<Option<Timestamp>, BadStep> {
    match value.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(found) => match found.as_str().and_then(|text| text.parse().ok()) {
            Some(time) => Ok(Some(time)),
            None => Err(BadStep {
                at: at.to_owned(),
                found: shown(found),
                expected: "a time with its zone such as \"2018-03-16T17:50:45Z\"".to_owned(),
            }),
        },
    }
}

/// The earliest and the latest time among the messages of a step.
fn message_times(step: &Value, at: &str) -> Result<Option<(Timestamp, Timestamp)>, Vec<BadStep>> {
    let messages = match step.get("messages") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(messages)) => messages,
        Some(other) => {
            return Err(vec![BadStep {
                at: at.to_owned(),
                found: shown(other),
                expected: "a list of messages".to_owned(),
            }]);
        }
    };
    let (mut times, mut problems) = (Vec::new(), Vec::new());
    for (index, message) in messages.iter().enumerate() {
        match time(message, "timestamp", &format!("{at}[{index}].timestamp")) {
            Ok(time) => times.extend(time),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(times.iter().min().copied().zip(times.iter().max().copied()))
}
