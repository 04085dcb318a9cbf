//! The estimate beyond its compact section: uploaders, staging, observations, the model of waiting.

use super::estimate::{basis, figure, provenance, rounded, upload as one_upload};
use super::v1;
use crate::estimate::{
    Calibration, Fit, FitOutcome, Inputs, LeftOut, PhaseSpread, Quantiles, StagingStep, StepTime,
    UploaderRow, Waiting,
};

/// Six digits behind the point, for hours a few thousandths of a second, so that no digit claims what nobody knows.
fn six_digits(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

pub(super) fn uploads(inputs: &Inputs, rows: &[UploaderRow]) -> Vec<v1::UploaderRow> {
    rows.iter()
        .map(|row| {
            let inputs = Inputs {
                uploader: row.uploader,
                observations: Vec::new(),
                ..inputs.clone()
            };
            let upload = one_upload(&inputs, &row.upload);
            v1::UploaderRow {
                uploader: upload.uploader,
                zero_unit_bytes: row.zero_unit_bytes,
                request_bytes: row.request_bytes,
                payload_bytes: upload.bytes,
                requests: upload.requests,
                bound: upload.bound,
                floor: upload.floor,
                times: upload.times,
                blob_bytes_per_second: row.blob_bytes_per_second,
                blob_requests_per_second: row.blob_requests_per_second,
                blob_limits_provenance: provenance(&row.blob_limits_provenance),
                refusal: row.refusal.as_ref().map(|refusal| v1::Refusal {
                    most_bytes: refusal.most_bytes,
                    reason: refusal.reason,
                    provenance: provenance(&refusal.provenance),
                }),
            }
        })
        .collect()
}

pub(super) fn step(step: &StagingStep) -> v1::StagingStep {
    let range = match &step.time {
        StepTime::Range(range) => Some(range),
        _ => None,
    };
    let (time, reason) = match step.time {
        StepTime::Range(_) => (v1::StagingTime::Range, None),
        StepTime::NoFigure { statement } => (v1::StagingTime::NoFigure, Some(statement)),
        StepTime::Skipped { reason } => (v1::StagingTime::Skipped, Some(reason)),
        StepTime::NotCounted { reason } => (v1::StagingTime::NotCounted, Some(reason)),
        StepTime::State => (v1::StagingTime::State, None),
    };
    v1::StagingStep {
        step: step.kind.word(),
        name: step.kind.name(),
        time,
        low: range.and_then(|range| range.low.as_ref()).map(figure),
        typical_from: range.map(|range| figure(&range.typical_from)),
        typical_to: range.map(|range| figure(&range.typical_to)),
        high: range.and_then(|range| range.high.as_ref()).map(figure),
        reason,
        floor_seconds: step.floor_seconds.map(rounded),
        what_happens: step.what_happens,
        publisher_does: step.publisher_does.to_vec(),
        provenance: provenance(&step.provenance),
    }
}

pub(super) fn calibration(calibration: &Calibration) -> v1::Calibration {
    v1::Calibration {
        phase: calibration.phase.word(),
        name: calibration.phase.name(),
        records: calibration.records,
        basis: calibration.basis().map(|ground| basis(ground).0),
        observed_hours: calibration
            .observed_hours
            .iter()
            .copied()
            .map(six_digits)
            .collect(),
        least_hours: six_digits(calibration.least_hours),
        greatest_hours: six_digits(calibration.greatest_hours),
        median_hours: calibration.median_hours.map(six_digits),
        expected_hours: calibration.expected_hours().map(six_digits),
        fit: match &calibration.fit {
            FitOutcome::NotTried { .. } => None,
            FitOutcome::Lost(line) => Some(fit(line, false)),
            FitOutcome::Used(line) => Some(fit(line, true)),
        },
        no_fit_reason: match &calibration.fit {
            FitOutcome::NotTried { reason } => Some(reason),
            FitOutcome::Lost(_) | FitOutcome::Used(_) => None,
        },
    }
}

fn fit(fit: &Fit, used: bool) -> v1::Fit {
    v1::Fit {
        used,
        records: fit.records,
        base_hours: six_digits(fit.base_hours),
        hours_per_gib: six_digits(fit.hours_per_gib),
        correlation: fit.correlation.map(six_digits),
        left_out_error_hours: six_digits(fit.left_out_error_hours),
        median_left_out_error_hours: six_digits(fit.median_left_out_error_hours),
        least_payload_bytes: fit.least_payload_bytes,
        greatest_payload_bytes: fit.greatest_payload_bytes,
        payload_bytes: fit.payload_bytes,
        extrapolates: fit.extrapolates(),
        expected_hours: six_digits(fit.expected_hours),
    }
}

pub(super) fn waiting(waiting: &Waiting) -> v1::Waiting {
    v1::Waiting {
        rounds: waiting.rounds,
        fixed_phases: quantiles(&waiting.fixed),
        replication: waiting.replication.as_ref().map(quantiles),
        whole: waiting.whole.as_ref().map(quantiles),
        clip: waiting.clip.map(|clip| v1::Clip {
            least_hours: six_digits(clip.least_hours),
            most_hours: six_digits(clip.most_hours),
        }),
        unknown: waiting.unknown.iter().map(left_out).collect(),
        draws: waiting.draws,
        seed: format!("{:#018x}", waiting.seed),
        provenance: provenance(&waiting.provenance),
    }
}

fn quantiles(of: &Quantiles) -> v1::Quantiles {
    v1::Quantiles {
        p10_hours: six_digits(of.p10_hours),
        p50_hours: six_digits(of.p50_hours),
        p90_hours: six_digits(of.p90_hours),
    }
}

pub(super) fn spread(spread: &PhaseSpread) -> v1::PhaseSpread {
    let (basis, records) = basis(spread.basis);
    v1::PhaseSpread {
        phase: spread.phase.word(),
        name: spread.phase.name(),
        p10_hours: six_digits(spread.p10_hours),
        p50_hours: six_digits(spread.p50_hours),
        p90_hours: six_digits(spread.p90_hours),
        most_hours: six_digits(spread.most_hours),
        basis,
        records,
        assumption: spread.assumption,
    }
}

fn left_out(left_out: &LeftOut) -> v1::LeftOut {
    v1::LeftOut {
        name: left_out.name,
        reason: left_out.reason,
    }
}
