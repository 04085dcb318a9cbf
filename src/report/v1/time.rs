//! The parts of a time estimate beyond the compact section of a report, in version 1 of the
//! documents: uploaders side by side, the steps of staging, observations, and the model of waiting.

use schemars::JsonSchema;
use serde::Serialize;

use super::estimate::{Basis, Figure, PayloadBound, Provenance, UploadTime};

/// The upload by one program, to be compared with the others.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UploaderRow {
    /// The uploader: `azcopy`, `azure-vhd-utils` or `whole-file`.
    pub uploader: &'static str,
    /// Size in bytes of a unit that is left out when all of it is zeros; null when nothing is.
    pub zero_unit_bytes: Option<u64>,
    /// Bytes that one request carries at most.
    pub request_bytes: u64,
    /// Bytes that it sends.
    pub payload_bytes: u64,
    /// Requests that carry them.
    pub requests: u64,
    /// How these numbers bound what it really sends.
    pub bound: PayloadBound,
    /// The time below which no bandwidth brings the upload, as a page blob takes no more.
    pub floor: Figure,
    /// The time for the bandwidth that was given, or for a few usual ones.
    pub times: Vec<UploadTime>,
    /// What the page blob takes, in bytes a second.
    pub blob_bytes_per_second: u64,
    /// Requests that the page blob takes in a second.
    pub blob_requests_per_second: u32,
    /// Where the limits of the blob come from.
    pub blob_limits_provenance: Provenance,
    /// Why this program cannot upload the disk: the figures then only compare. Null when it can.
    pub refusal: Option<Refusal>,
}

/// A disk that is too large for a program.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Refusal {
    /// The most that it takes, in bytes.
    pub most_bytes: u64,
    /// The reason.
    pub reason: &'static str,
    /// Where the limit comes from.
    pub provenance: Provenance,
}

/// A step from the submitted image to the live offer: a phase that takes time, or a state that is
/// reached.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StagingStep {
    /// The step: `automated-validation`, `certification`, `replication-preview`, `packaging`,
    /// `staged`, `sign-off`, `replication-live`, `final-publish` or `live`. What was observed of it
    /// stands in `calibrations` under the same word.
    pub step: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What is said of its time.
    pub time: StagingTime,
    /// When it goes well; null where there is no figure.
    pub low: Option<Figure>,
    /// As a rule, from this; null unless `time` is `range`.
    pub typical_from: Option<Figure>,
    /// As a rule, to this; the same where only one figure is known.
    pub typical_to: Option<Figure>,
    /// When it goes badly; null where there is no figure.
    pub high: Option<Figure>,
    /// Why there is no range, or what is published instead; null for ranges and states.
    pub reason: Option<&'static str>,
    /// Seconds that the bytes alone would take in a replication; null for everything else.
    pub floor_seconds: Option<f64>,
    /// What happens.
    pub what_happens: &'static str,
    /// What the publisher has to do meanwhile; empty when nothing.
    pub publisher_does: Vec<&'static str>,
    /// Where `what_happens` comes from.
    pub provenance: Provenance,
}

/// What is said of the time of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StagingTime {
    /// It has figures.
    Range,
    /// It takes time of which no figure is published.
    NoFigure,
    /// It does not happen.
    Skipped,
    /// It takes time that is nobody's to estimate.
    NotCounted,
    /// It is a state and takes no time.
    State,
}

/// What the publisher's own observations say of one phase.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Calibration {
    /// The phase, by the word of its step.
    pub phase: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Observations of this phase, and of this kind of change.
    pub records: u32,
    /// `calibrated` from 3 observations on; null below, where nothing is drawn from them.
    pub basis: Option<Basis>,
    /// All of them in hours, oldest first.
    pub observed_hours: Vec<f64>,
    /// The shortest, in hours.
    pub least_hours: f64,
    /// The longest, in hours.
    pub greatest_hours: f64,
    /// Their median in hours; null below 3 observations.
    pub median_hours: Option<f64>,
    /// Hours to expect: by the line if it is used, else the median; null below 3 observations.
    pub expected_hours: Option<f64>,
    /// A line by payload; null when it was not tried.
    pub fit: Option<Fit>,
    /// Why no line was tried; null when one was.
    pub no_fit_reason: Option<&'static str>,
}

/// A line of hours by payload, after Theil and Sen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Fit {
    /// Whether it is used: only if it foretells left-out observations better than the median.
    pub used: bool,
    /// Observations that it is drawn through.
    pub records: u32,
    /// Hours for no payload at all.
    pub base_hours: f64,
    /// Hours for each GiB of payload.
    pub hours_per_gib: f64,
    /// Pearson's R of payload and hours; null when all took the same time. It has no unit.
    pub correlation: Option<f64>,
    /// By how many hours it misses an observation that it was drawn without, on average.
    pub left_out_error_hours: f64,
    /// By how many hours the median of the others misses it, on average.
    pub median_left_out_error_hours: f64,
    /// The least payload among the observations, in bytes.
    pub least_payload_bytes: u64,
    /// The greatest payload among the observations, in bytes.
    pub greatest_payload_bytes: u64,
    /// The payload of the image at hand, in bytes.
    pub payload_bytes: u64,
    /// Whether that lies outside of what was observed, where the line is worth less.
    pub extrapolates: bool,
    /// Hours that the line gives for it.
    pub expected_hours: f64,
}

/// What a simulation gives for everything that is waited for after the upload, without the
/// publisher's sign-off. A model with assumptions: to be read beside the documented figures, never
/// in their place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Waiting {
    /// Rounds of certification until the image passes.
    pub rounds: u32,
    /// The fixed phases together.
    pub fixed_phases: Quantiles,
    /// Both replications together; null when nothing is known of one of them.
    pub replication: Option<Quantiles>,
    /// All the waiting together, clipped; null when something of it is unknown.
    pub whole: Option<Quantiles>,
    /// The bounds that the whole is clipped to; null when there is no whole.
    pub clip: Option<Clip>,
    /// Phases that take time and could not be simulated, and why.
    pub unknown: Vec<super::estimate::LeftOut>,
    /// How often everything was drawn.
    pub draws: u32,
    /// The seed of the generator in hexadecimal: as a number it would not survive every reader.
    pub seed: String,
    /// What these numbers rest on: a model.
    pub provenance: Provenance,
}

/// Percentiles of simulated durations.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Quantiles {
    /// Hours that one in ten stays below.
    pub p10_hours: f64,
    /// Hours that every second one stays below.
    pub p50_hours: f64,
    /// Hours that nine in ten stay below.
    pub p90_hours: f64,
}

/// The bounds of a simulated sum.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Clip {
    /// Hours: the time that the bytes alone would take in both replications, or less if the
    /// publisher has seen less.
    pub least_hours: f64,
    /// Hours: the longest that was ever documented for everything, more if the publisher has seen
    /// more, and for each further round the greatest values of the fixed phases.
    pub most_hours: f64,
}

/// What a phase was drawn from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PhaseSpread {
    /// The phase, by the word of its step.
    pub phase: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Hours at the 10th percentile.
    pub p10_hours: f64,
    /// Hours at the 50th percentile.
    pub p50_hours: f64,
    /// Hours at the 90th percentile.
    pub p90_hours: f64,
    /// The most, in hours.
    pub most_hours: f64,
    /// `assumed`, since no spread is documented anywhere, or `calibrated`.
    pub basis: Basis,
    /// How many observations of the user's own it rests on; null where it rests on none.
    pub records: Option<u32>,
    /// How the figures were made a spread.
    pub assumption: &'static str,
}
