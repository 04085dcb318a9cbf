//! What the publisher's own observations say of a phase.
//!
//! One or two observations are shown and no more is made of them. From three on there is a median
//! and a range. A line by payload is tried from [`LEAST_FITTED`] observations whose payloads lie
//! far enough apart, and is used only when it foretells observations that were left out better than
//! the median does: at one size a phase can well vary more than between sizes.

mod fit;
mod order;

#[cfg(test)]
mod tests;

pub use fit::{Fit, LEAST_FITTED, LEAST_SPREAD, MOST_FITTED};
pub(super) use order::sorted;

use super::inputs::{Change, Inputs};
use super::kind::PhaseKind;
use super::provenance::Basis;

/// Observations of a phase from which on its rows are called calibrated.
pub const LEAST_CALIBRATED: u32 = 3;

/// How long a phase once took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// What was changed then.
    pub change: Change,
    /// The phase.
    pub phase: PhaseKind,
    /// Bytes that the upload then moved.
    pub payload_bytes: u64,
    /// Hours that the phase took.
    pub hours: f64,
}

/// The observations of one phase, and what follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The phase.
    pub phase: PhaseKind,
    /// How many observations there are: of this phase, and of this kind of change.
    pub records: u32,
    /// All of them in hours, oldest first.
    pub observed_hours: Vec<f64>,
    /// The shortest, in hours.
    pub least_hours: f64,
    /// The longest, in hours.
    pub greatest_hours: f64,
    /// Their median in hours; `None` below [`LEAST_CALIBRATED`].
    pub median_hours: Option<f64>,
    /// The line by payload.
    pub fit: FitOutcome,
}

/// What became of the line by payload.
#[derive(Debug, Clone, PartialEq)]
pub enum FitOutcome {
    /// It was not tried.
    NotTried {
        /// Why not.
        reason: &'static str,
    },
    /// It foretold left-out observations no better than the median, or the image's payload lies
    /// outside of those observed: the median is used.
    Lost(Fit),
    /// It foretold them better, and is used.
    Used(Fit),
}

impl Calibration {
    /// What figures drawn from these observations rest on; `None` when they are too few to draw any.
    pub fn basis(&self) -> Option<Basis> {
        self.median_hours.map(|_| Basis::Calibrated {
            records: self.records,
        })
    }

    /// Hours to expect: by the line if it is used, by the median otherwise; `None` below
    /// [`LEAST_CALIBRATED`] observations.
    pub fn expected_hours(&self) -> Option<f64> {
        match &self.fit {
            FitOutcome::Used(fit) => Some(fit.expected_hours),
            FitOutcome::Lost(_) | FitOutcome::NotTried { .. } => self.median_hours,
        }
    }

    /// The line by payload, used or not.
    pub fn tried_fit(&self) -> Option<&Fit> {
        match &self.fit {
            FitOutcome::Lost(fit) | FitOutcome::Used(fit) => Some(fit),
            FitOutcome::NotTried { .. } => None,
        }
    }
}

/// What the observations in `inputs` say of each phase that they speak of, in the order of the
/// phases. Observations of another kind of change are left aside, and so is a duration that is none.
pub fn calibrate(inputs: &Inputs) -> Vec<Calibration> {
    PhaseKind::ALL
        .into_iter()
        .filter_map(|phase| of(inputs, phase))
        .collect()
}

/// What the observations say of one phase.
pub(super) fn of(inputs: &Inputs, phase: PhaseKind) -> Option<Calibration> {
    let fitting: Vec<Observation> = inputs
        .observations
        .iter()
        .filter(|one| one.change == inputs.change && one.phase == phase)
        .filter(|one| one.hours.is_finite() && one.hours >= 0.0)
        .copied()
        .collect();
    let observed_hours: Vec<f64> = fitting.iter().map(|one| one.hours).collect();
    let ascending = sorted(observed_hours.clone());
    let (least_hours, greatest_hours) = (*ascending.first()?, *ascending.last()?);
    let records = u32::try_from(fitting.len()).unwrap_or(u32::MAX);
    let payload_bytes = inputs
        .payload
        .moved_by(inputs.uploader, inputs.virtual_bytes)
        .bytes;
    Some(Calibration {
        phase,
        records,
        observed_hours,
        least_hours,
        greatest_hours,
        median_hours: (records >= LEAST_CALIBRATED).then(|| order::median(&ascending)),
        fit: fit::try_on(&fitting, payload_bytes),
    })
}
