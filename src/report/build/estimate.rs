//! The time estimate.

use super::{time, v1};
use crate::estimate::{Basis, Estimate, Figure, Fixed, Inputs, Provenance, Replication, Upload};

const HOUR: f64 = 3600.0;

/// Seconds to the millisecond: more digits would claim what nobody knows.
pub(super) fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// `inputs` are those that gave `estimate`.
pub(super) fn estimate(inputs: &Inputs, estimate: &Estimate) -> v1::Estimate {
    v1::Estimate {
        change: inputs.change.word(),
        upload: estimate.upload.as_ref().map(|part| upload(inputs, part)),
        uploads: time::uploads(inputs, &estimate.uploads),
        fixed_phases: fixed(&estimate.fixed),
        replication: replication(&estimate.replication),
        ceiling: figure(&estimate.ceiling),
        staging: estimate.staging.iter().map(time::step).collect(),
        calibrations: estimate
            .calibrations
            .iter()
            .map(time::calibration)
            .collect(),
        waiting: estimate.waiting.iter().map(time::waiting).collect(),
        // All rounds draw from the same.
        waiting_spreads: estimate
            .waiting
            .first()
            .map(|waiting| waiting.spreads.iter().map(time::spread).collect())
            .unwrap_or_default(),
        notes: estimate
            .notes
            .iter()
            .map(|note| v1::Note {
                text: note.text.clone(),
                provenance: provenance(&note.provenance),
            })
            .collect(),
    }
}

pub(super) fn upload(inputs: &Inputs, upload: &Upload) -> v1::Upload {
    v1::Upload {
        uploader: inputs.uploader.word(),
        bytes: upload.moved.bytes,
        requests: upload.moved.requests,
        bound: bound(inputs, upload),
        floor: v1::Figure {
            seconds: rounded(upload.floor_seconds),
            provenance: provenance(&upload.floor_provenance),
        },
        times: upload
            .times
            .iter()
            .map(|time| v1::UploadTime {
                bits_per_second: time.bits_per_second,
                time: v1::Figure {
                    seconds: rounded(time.seconds),
                    provenance: provenance(&time.provenance),
                },
                limited_by: time.limit.words(),
            })
            .collect(),
        bandwidth_given: upload.bandwidth_given,
    }
}

fn bound(inputs: &Inputs, upload: &Upload) -> v1::PayloadBound {
    let whole = inputs.payload.unavailable_bytes == 0;
    match (upload.is_exact, inputs.payload.scanned, whole) {
        (true, _, _) => v1::PayloadBound::Exact,
        (false, true, _) => v1::PayloadBound::AtLeast,
        (false, false, true) => v1::PayloadBound::AtMost,
        (false, false, false) => v1::PayloadBound::Unknown,
    }
}

fn fixed(fixed: &Fixed) -> v1::FixedPhases {
    v1::FixedPhases {
        phases: fixed
            .phases
            .iter()
            .map(|phase| v1::Phase {
                name: phase.name,
                low: figure(&phase.low),
                typical: figure(&phase.typical),
                high: phase.high.as_ref().map(figure),
            })
            .collect(),
        left_out: fixed
            .dropped
            .iter()
            .chain(&fixed.not_counted)
            .map(|left_out| v1::LeftOut {
                name: left_out.name,
                reason: left_out.reason,
            })
            .collect(),
        rounds: fixed
            .rounds
            .iter()
            .map(|round| v1::Round {
                rounds: round.rounds,
                seconds: rounded(round.typical_hours * HOUR),
            })
            .collect(),
    }
}

fn replication(replication: &Replication) -> v1::Replication {
    v1::Replication {
        rows: replication
            .rows
            .iter()
            .map(|row| v1::ReplicationRow {
                stage: row.stage.word(),
                usual_low: row.usual.as_ref().map(|(low, _)| figure(low)),
                usual_high: row.usual.as_ref().map(|(_, high)| figure(high)),
                most: row.most.as_ref().map(figure),
                statement: row.statement,
                provenance: provenance(&row.provenance),
            })
            .collect(),
        floor: replication.floor.as_ref().map(|floor| v1::Floor {
            bytes_per_region: floor.bytes_per_region,
            regions: floor.regions,
            concurrent_regions: floor.concurrent_regions,
            seconds: rounded(floor.seconds),
            regions_provenance: provenance(&floor.regions_provenance),
            rate_provenance: provenance(&floor.rate_provenance),
        }),
    }
}

pub(super) fn figure(figure: &Figure) -> v1::Figure {
    v1::Figure {
        seconds: rounded(figure.hours * HOUR),
        provenance: provenance(&figure.provenance),
    }
}

pub(super) fn provenance(provenance: &Provenance) -> v1::Provenance {
    let (basis, records) = basis(provenance.basis);
    v1::Provenance {
        basis,
        records,
        date: Some(provenance.date).filter(|date| !date.is_empty()),
        source: provenance.source,
    }
}

/// The kind of ground, and the number of observations where those are the ground.
pub(super) fn basis(basis: Basis) -> (v1::Basis, Option<u32>) {
    match basis {
        Basis::Documented => (v1::Basis::Documented, None),
        Basis::Assumed => (v1::Basis::Assumed, None),
        Basis::Calibrated { records } => (v1::Basis::Calibrated, Some(records)),
    }
}
