//! The way from the submitted image to the live offer, step by step, with what the publisher has to
//! do in each.

mod steps;

#[cfg(test)]
mod tests;

use super::calibration::{self, Calibration};
use super::inputs::{Change, Inputs};
use super::kind::PhaseKind;
use super::phases;
use super::provenance::{Figure, Provenance};
use super::replication::{self, Stage};
use steps::{Text, text};

/// A step: a phase that takes time, or a state that is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A phase.
    Phase(PhaseKind),
    /// The preview can be seen by those whom the publisher named.
    Staged,
    /// The offer can be seen by everybody.
    Live,
}

impl StepKind {
    /// All steps, in the order in which they happen.
    pub const ALL: [Self; 9] = [
        Self::Phase(PhaseKind::Validation),
        Self::Phase(PhaseKind::Certification),
        Self::Phase(PhaseKind::PreviewReplication),
        Self::Phase(PhaseKind::Packaging),
        Self::Staged,
        Self::Phase(PhaseKind::SignOff),
        Self::Phase(PhaseKind::LiveReplication),
        Self::Phase(PhaseKind::FinalPublish),
        Self::Live,
    ];

    /// The word that machine-readable reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phase(phase) => phase.word(),
            Self::Staged => "staged",
            Self::Live => "live",
        }
    }

    /// The name that people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phase(phase) => phase.name(),
            Self::Staged => "staged (preview)",
            Self::Live => "live",
        }
    }
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq)]
pub struct StagingStep {
    /// Which one.
    pub kind: StepKind,
    /// How long it takes, or why nothing is said of that.
    pub time: StepTime,
    /// Seconds that the bytes alone would take in a replication; `None` for everything else.
    pub floor_seconds: Option<f64>,
    /// What the publisher has observed, to be shown beside; `None` without observations.
    pub observed: Option<Calibration>,
    /// What happens in it.
    pub what_happens: &'static str,
    /// What the publisher has to do in it; empty when nothing.
    pub publisher_does: &'static [&'static str],
    /// Where [`what_happens`](Self::what_happens) comes from. What the publisher does follows from it,
    /// in part as this program's advice.
    pub provenance: Provenance,
}

/// How long a step takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StepTime {
    /// It has figures.
    Range(StepRange),
    /// It takes time, of which no figure is published.
    NoFigure {
        /// What is published instead.
        statement: &'static str,
    },
    /// It does not happen.
    Skipped {
        /// Why not.
        reason: &'static str,
    },
    /// It takes time that is nobody's to estimate.
    NotCounted {
        /// Whose it is.
        reason: &'static str,
    },
    /// It is a state and takes no time.
    State,
}

/// The figures of a step. Those that are not known are left out rather than made up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepRange {
    /// When it goes well.
    pub low: Option<Figure>,
    /// As a rule, from this...
    pub typical_from: Figure,
    /// ...to this; the same where only one figure is known.
    pub typical_to: Figure,
    /// When it goes badly.
    pub high: Option<Figure>,
}

/// The steps of publishing in their order, each with what is known of its time and with what the
/// publisher has to do in it.
pub fn staging(inputs: &Inputs) -> Vec<StagingStep> {
    StepKind::ALL
        .into_iter()
        .map(|kind| step(inputs, kind))
        .collect()
}

fn step(inputs: &Inputs, kind: StepKind) -> StagingStep {
    let Text {
        what_happens,
        publisher_does,
        provenance,
    } = text(kind, inputs.change);
    let (time, floor_seconds) = match kind {
        StepKind::Staged | StepKind::Live => (StepTime::State, None),
        StepKind::Phase(PhaseKind::PreviewReplication) => copying(inputs, Stage::Preview),
        StepKind::Phase(PhaseKind::LiveReplication) => copying(inputs, Stage::Live),
        StepKind::Phase(phase) => (fixed(inputs.change, phase), None),
    };
    StagingStep {
        kind,
        time,
        floor_seconds,
        observed: match kind {
            StepKind::Phase(phase) => calibration::of(inputs, phase),
            StepKind::Staged | StepKind::Live => None,
        },
        what_happens,
        publisher_does,
        provenance,
    }
}

/// The time of a phase that does not depend on the image's size.
fn fixed(change: Change, phase: PhaseKind) -> StepTime {
    let fixed = phases::of(change);
    if let Some(known) = fixed.phases.iter().find(|known| known.kind == phase) {
        return StepTime::Range(StepRange {
            low: Some(known.low),
            typical_from: known.typical,
            typical_to: known.typical,
            high: known.high,
        });
    }
    let named = |among: &[phases::LeftOut]| {
        among
            .iter()
            .find(|left_out| left_out.name == phase.name())
            .map(|left_out| left_out.reason)
    };
    match (named(&fixed.dropped), named(&fixed.not_counted)) {
        (Some(reason), _) => StepTime::Skipped { reason },
        (None, Some(reason)) => StepTime::NotCounted { reason },
        (None, None) => StepTime::NoFigure {
            statement: "no figure published",
        },
    }
}

/// The time of a replication, and the seconds that its bytes alone would take.
fn copying(inputs: &Inputs, stage: Stage) -> (StepTime, Option<f64>) {
    let replication = replication::of(inputs);
    let floor_seconds = replication.floor.map(|floor| floor.seconds);
    let time = replication
        .rows
        .iter()
        .find(|row| row.stage == stage)
        .and_then(|row| Some((row.usual?, row.most)))
        .map_or(
            StepTime::NoFigure {
                statement: replication::FASTER,
            },
            |((typical_from, typical_to), high)| {
                StepTime::Range(StepRange {
                    low: None,
                    typical_from,
                    typical_to,
                    high,
                })
            },
        );
    (time, floor_seconds)
}
