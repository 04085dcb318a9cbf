//! How far a phase's duration spreads.
//!
//! Without the publisher's own observations, low, typical and high are taken for the 10th, 50th and
//! 90th percentile, with straight lines between them. The fastest tenth is low itself, because
//! nothing lower is published; the slowest tenth reaches up to the most that is documented. With
//! three observations or more, these are drawn from instead, with straight lines between them.
//! Straight lines need no functions that differ between platforms.

use super::super::calibration::{self, FitOutcome};
use super::super::inputs::Inputs;
use super::super::kind::PhaseKind;
use super::super::phases::Phase;
use super::super::provenance::Basis;
use super::super::replication::ReplicationRow;

/// What a phase was drawn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhaseSpread {
    /// The phase.
    pub phase: PhaseKind,
    /// Hours at the 10th percentile.
    pub p10_hours: f64,
    /// Hours at the 50th percentile.
    pub p50_hours: f64,
    /// Hours at the 90th percentile.
    pub p90_hours: f64,
    /// The most, in hours.
    pub most_hours: f64,
    /// Assumed, since no spread is documented anywhere, or calibrated.
    pub basis: Basis,
    /// How the figures were made a spread.
    pub assumption: &'static str,
}

/// A spread to draw from.
pub(super) struct Spread {
    phase: PhaseKind,
    published: Option<Published>,
    observed: Option<Observed>,
}

/// What follows from public figures, in hours.
#[derive(Clone, Copy)]
struct Published {
    floor: f64,
    low: f64,
    typical: f64,
    high: f64,
    most: f64,
}

/// The publisher's own, in hours, ascending.
struct Observed {
    hours: Vec<f64>,
    basis: Basis,
    by_payload: bool,
}

impl Spread {
    pub(super) fn fixed(phase: &Phase) -> Self {
        let (low, typical) = (phase.low.hours, phase.typical.hours);
        let high = phase
            .high
            .map_or_else(|| typical * (typical / low), |high| high.hours);
        Self {
            phase: phase.kind,
            published: Some(Published {
                floor: 0.0,
                low,
                typical,
                high,
                most: high,
            }),
            observed: None,
        }
    }

    /// The spread of a replication; `None` if there is nothing to draw from.
    pub(super) fn replication(
        row: &ReplicationRow,
        floor_hours: f64,
        inputs: &Inputs,
    ) -> Option<Self> {
        let published = row.usual.map(|(from, to)| Published {
            floor: floor_hours,
            low: from.hours,
            typical: from.hours + (to.hours - from.hours) / 2.0,
            high: to.hours,
            most: row.most.map_or(to.hours, |most| most.hours),
        });
        let spread = Self {
            phase: row.stage.kind(),
            published,
            observed: None,
        }
        .calibrated(inputs);
        (spread.published.is_some() || spread.observed.is_some()).then_some(spread)
    }

    /// With the publisher's own observations in place of what is published, if they suffice.
    pub(super) fn calibrated(mut self, inputs: &Inputs) -> Self {
        let Some(calibration) = calibration::of(inputs, self.phase) else {
            return self;
        };
        let Some(basis) = calibration.basis() else {
            return self;
        };
        let (hours, by_payload) = match &calibration.fit {
            FitOutcome::Used(fit) => {
                let around = |residual: &f64| (fit.expected_hours + residual).max(0.0);
                (fit.residual_hours.iter().map(around).collect(), true)
            }
            FitOutcome::Lost(_) | FitOutcome::NotTried { .. } => {
                (calibration::sorted(calibration.observed_hours), false)
            }
        };
        self.observed = Some(Observed {
            hours,
            basis,
            by_payload,
        });
        self
    }

    /// Hours that the share `part` of all durations stays below, for a part from 0 to 1.
    pub(super) fn at(&self, part: f64) -> f64 {
        match (&self.observed, &self.published) {
            (Some(observed), _) => between(&observed.hours, part),
            (None, Some(published)) => published.at(part),
            (None, None) => 0.0,
        }
    }

    /// Hours below which neither physics nor the publisher's own observations let this phase go.
    pub(super) fn bound_below(&self) -> f64 {
        let floor = self.published.map_or(0.0, |published| published.floor);
        if self.observed.is_some() {
            floor.min(self.at(0.0))
        } else {
            floor
        }
    }

    /// Hours by which the publisher's own observations exceed the most that is published.
    pub(super) fn excess(&self) -> f64 {
        if self.observed.is_none() {
            return 0.0;
        }
        let most = self.published.map_or(0.0, |published| published.at(1.0));
        (self.at(1.0) - most).max(0.0)
    }

    pub(super) fn shown(&self) -> PhaseSpread {
        PhaseSpread {
            phase: self.phase,
            p10_hours: self.at(0.1),
            p50_hours: self.at(0.5),
            p90_hours: self.at(0.9),
            most_hours: self.at(1.0),
            basis: self
                .observed
                .as_ref()
                .map_or(Basis::Assumed, |observed| observed.basis),
            assumption: match &self.observed {
                Some(observed) if observed.by_payload => {
                    "your observations lie around the line by payload as they did before"
                }
                Some(_) => "nothing shorter or longer than what you observed",
                None => self.phase.assumption(),
            },
        }
    }
}

impl Published {
    fn at(self, part: f64) -> f64 {
        let (from, to, share) = if part < 0.1 {
            (self.low, self.low, 0.0)
        } else if part < 0.5 {
            (self.low, self.typical, (part - 0.1) / 0.4)
        } else if part < 0.9 {
            (self.typical, self.high, (part - 0.5) / 0.4)
        } else {
            (self.high, self.most, (part - 0.9) / (1.0 - 0.9))
        };
        // Physics comes last: a floor above the documented most is still a floor.
        (from + (to - from) * share.min(1.0))
            .min(self.most)
            .max(self.floor)
    }
}

/// The value at the share `part` of ascending numbers, on straight lines between them.
fn between(ascending: &[f64], part: f64) -> f64 {
    let steps = ascending.len().saturating_sub(1);
    let place = part * steps as f64;
    let below = (place as usize).min(steps);
    let lower = ascending.get(below).copied().unwrap_or(0.0);
    let upper = ascending.get(below + 1).copied().unwrap_or(lower);
    lower + (upper - lower) * (place - below as f64)
}
