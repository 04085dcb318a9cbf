//! The thresholds of calibration, and a fit that has to earn its place.

use super::super::tests::{close, inputs};
use super::*;

const GIB: u64 = 1 << 30;

fn observed(points: &[(u64, f64)]) -> Vec<Observation> {
    points
        .iter()
        .map(|&(gib, hours)| Observation {
            change: Change::Image,
            phase: PhaseKind::PreviewReplication,
            payload_bytes: gib * GIB,
            hours,
        })
        .collect()
}

fn calibrated(points: &[(u64, f64)]) -> Calibration {
    let mut found = calibrate(&Inputs {
        observations: observed(points),
        ..inputs(8 << 10)
    });
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[test]
fn no_observation_is_no_row_and_one_or_two_are_only_shown() {
    assert_eq!(calibrate(&inputs(900)), []);
    for points in [&[(1, 30.0)][..], &[(1, 30.0), (1, 20.0)]] {
        let row = calibrated(points);
        assert_eq!(row.records as usize, points.len());
        assert_eq!((row.median_hours, row.expected_hours()), (None, None));
        assert_eq!((row.basis(), row.observed_hours[0]), (None, 30.0));
    }
}

#[test]
fn three_observations_have_a_median_and_a_range() {
    let row = calibrated(&[(1, 40.0), (9, 20.0), (2, 26.0)]);
    assert_eq!(
        (row.least_hours, row.median_hours, row.greatest_hours),
        (20.0, Some(26.0), 40.0)
    );
    assert_eq!(row.basis().unwrap().word(), "calibrated(3)");
    assert_eq!(row.observed_hours, [40.0, 20.0, 26.0]);
    assert!(matches!(row.fit, FitOutcome::NotTried { reason } if reason.contains("8")));
    let row = calibrated(&[(1, 40.0), (1, 20.0), (1, 26.0), (1, 30.0)]);
    assert_eq!(row.median_hours, Some(28.0));
}

#[test]
fn only_the_same_change_and_phase_count() {
    let mut observations = observed(&[(1, 1.0), (1, 2.0), (1, 3.0), (1, f64::NAN), (1, -1.0)]);
    observations[0].change = Change::MarketingOnly;
    observations[1].phase = PhaseKind::Certification;
    let rows = calibrate(&Inputs {
        observations,
        ..inputs(900)
    });
    let counts: Vec<_> = rows.iter().map(|row| (row.phase, row.records)).collect();
    assert_eq!(
        counts,
        [
            (PhaseKind::Certification, 1),
            (PhaseKind::PreviewReplication, 1)
        ]
    );
}

#[test]
fn a_line_that_the_bytes_follow_beats_the_median() {
    // 20 hours and 2 hours a GiB, with one wild observation that must not bend it.
    let points: Vec<(u64, f64)> = (1..=12)
        .map(|gib| {
            let odd = if gib == 6 { 100.0 } else { 0.0 };
            (gib, 20.0 + 2.0 * gib as f64 + odd)
        })
        .collect();
    let row = calibrated(&points);
    let FitOutcome::Used(fit) = &row.fit else {
        panic!("{:?}", row.fit)
    };
    close(fit.base_hours, 20.0, 0.5);
    close(fit.hours_per_gib, 2.0, 0.05);
    close(row.expected_hours().unwrap(), 36.0, 0.5);
    assert!(fit.left_out_error_hours < fit.median_left_out_error_hours);
    assert!(fit.correlation.unwrap() > 0.0 && !fit.extrapolates());
    assert_eq!((fit.records, fit.residual_hours.len()), (12, 12));
}

#[test]
fn a_line_through_noise_loses_and_the_median_stays() {
    // Threefold spread at every size: time does not follow the bytes.
    let points: Vec<(u64, f64)> = [33.0, 100.0, 60.0, 34.0, 99.0, 61.0, 35.0, 98.0, 62.0]
        .into_iter()
        .zip(1..)
        .map(|(hours, gib)| (gib, hours))
        .collect();
    let row = calibrated(&points);
    let FitOutcome::Lost(fit) = &row.fit else {
        panic!("{:?}", row.fit)
    };
    assert!(fit.left_out_error_hours >= fit.median_left_out_error_hours);
    assert!(fit.correlation.unwrap().abs() < 0.5);
    assert_eq!(row.expected_hours(), row.median_hours);
}

#[test]
fn a_fall_is_no_line_and_neither_is_a_constant() {
    for slope in [-2.0, 0.0] {
        let points: Vec<(u64, f64)> = (1..=8)
            .map(|gib| (gib, 50.0 + slope * gib as f64))
            .collect();
        let row = calibrated(&points);
        let FitOutcome::Lost(fit) = &row.fit else {
            panic!("{:?}", row.fit)
        };
        assert_eq!(fit.hours_per_gib, 0.0);
        assert_eq!(fit.correlation.is_some(), slope != 0.0);
    }
}

#[test]
fn a_line_needs_eight_observations_and_payloads_fourfold_apart() {
    let line = |last: u64, count: u64| {
        let mut points: Vec<(u64, f64)> = (0..count).map(|_| (2, 10.0)).collect();
        points.push((last, 10.0 * last as f64));
        calibrated(&points)
    };
    assert!(line(8, 6).tried_fit().is_none());
    assert!(line(7, 7).tried_fit().is_none());
    let row = line(8, 7);
    let fit = row.tried_fit().unwrap();
    assert_eq!(fit.least_payload_bytes, 2 * GIB);
    // The image at hand has 8 GiB, the greatest observed.
    assert!(!fit.extrapolates());
}

#[test]
fn many_observations_are_bounded_and_wild_ones_stay_finite() {
    let points: Vec<(u64, f64)> = (0..3000).map(|at| (at % 40, (at % 7) as f64)).collect();
    let row = calibrated(&points);
    assert_eq!(row.records, 3000);
    assert_eq!(row.tried_fit().unwrap().records as usize, MOST_FITTED);
    let wild: Vec<Observation> = (0..9)
        .map(|at| Observation {
            change: Change::Image,
            phase: PhaseKind::Certification,
            payload_bytes: u64::MAX >> (7 * at),
            hours: if at % 2 == 0 { f64::MAX } else { 0.0 },
        })
        .collect();
    let rows = calibrate(&Inputs {
        observations: wild,
        ..inputs(900)
    });
    assert!(rows[0].median_hours.unwrap().is_finite());
}
