//! The worked figures of the time model, and what it must never say.

use std::num::{NonZeroU32, NonZeroU64};

use super::*;
use crate::scan::{NoProgress, Outline, scan};
use crate::source::MemorySource;

const GIB_30: u64 = 30 << 30;

fn payload(mib: u64) -> Payload {
    let moved = |unit: u64| Moved {
        bytes: mib << 20,
        requests: mib.div_ceil(unit),
    };
    Payload {
        at_2m: moved(2),
        at_4m: moved(4),
        scanned: true,
        unavailable_bytes: 0,
    }
}

pub(super) fn inputs(mib: u64) -> Inputs {
    Inputs::new(GIB_30, payload(mib))
}

pub(super) fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} instead of {expected}"
    );
}

#[test]
fn uploads_take_the_time_of_the_worked_figures() {
    // Payload in MiB, the floor in seconds, and seconds at 20, 100, 500 and 1000 Mbit/s.
    let worked = [
        (
            900,
            Uploader::AzureVhdUtils,
            15.0,
            [396.0, 79.0, 15.9, 15.8],
        ),
        (952, Uploader::AzCopy, 15.9, [419.0, 84.0, 16.8, 16.7]),
        (
            952,
            Uploader::WholeFile,
            512.0,
            [13_529.0, 2_706.0, 541.0, 538.0],
        ),
    ];
    for (mib, uploader, floor, times) in worked {
        let upload = estimate(&Inputs {
            uploader,
            ..inputs(mib)
        });
        let upload = upload.upload.unwrap();
        close(upload.floor_seconds, floor, 0.05);
        assert!(!upload.bandwidth_given);
        let rates: Vec<u64> = upload
            .times
            .iter()
            .map(|time| time.bits_per_second)
            .collect();
        assert_eq!(rates, [20_000_000, 100_000_000, 500_000_000, 1_000_000_000]);
        for (time, expected) in upload.times.iter().zip(times) {
            close(
                time.seconds,
                expected,
                if expected < 20.0 { 0.051 } else { 0.5 },
            );
            let limit = if time.bits_per_second == 1_000_000_000 {
                Limit::Blob
            } else {
                Limit::Bandwidth
            };
            assert_eq!(time.limit, limit);
        }
    }
}

#[test]
fn a_whole_30_gib_file_is_7680_requests_which_bind_only_a_slow_requester() {
    let mut inputs = Inputs {
        uploader: Uploader::WholeFile,
        retry_percent: 0,
        upload_bits_per_second: NonZeroU64::new(1 << 40),
        ..inputs(900)
    };
    let upload = estimate(&inputs).upload.unwrap();
    assert_eq!(upload.moved.requests, 7680);
    assert_eq!((upload.times.len(), upload.bandwidth_given), (1, true));
    inputs.blob_bytes_per_second = NonZeroU64::MAX;
    let upload = estimate(&inputs).upload.unwrap();
    close(upload.times[0].seconds, 15.36, 0.01);
    assert_eq!(upload.times[0].limit, Limit::Requests);
    assert_eq!(upload.floor_provenance.basis, Basis::Assumed);
}

#[test]
fn reading_before_sending_is_added_once_and_nonsense_is_not() {
    for (before, added) in [(100.0, 100.0), (-5.0, 0.0), (f64::NAN, 0.0)] {
        let upload = estimate(&Inputs {
            seconds_before_sending: before,
            upload_bits_per_second: NonZeroU64::new(100_000_000),
            ..inputs(900)
        });
        close(upload.upload.unwrap().times[0].seconds, 79.3 + added, 0.05);
    }
}

#[test]
fn fixed_phases_add_up_to_the_worked_figures() {
    let fixed = estimate(&inputs(900)).fixed;
    let rows: Vec<_> = fixed
        .phases
        .iter()
        .map(|phase| {
            let high = phase.high.map(|figure| figure.hours);
            (phase.name, phase.low.hours, phase.typical.hours, high)
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("automated validation", 0.1, 0.25, Some(0.5)),
            ("certification", 24.0, 60.0, Some(120.0)),
            ("packaging", 0.2, 0.5, Some(1.0)),
            ("final publish", 0.5, 1.0, None),
        ]
    );
    assert_eq!(fixed.phases[1].low.provenance.basis, Basis::Assumed);
    assert_eq!(fixed.phases[1].basis(), Basis::Documented);
    close(fixed.typical_hours, 61.75, 1e-9);
    let rounds: Vec<_> = fixed
        .rounds
        .iter()
        .map(|r| (r.rounds, r.typical_hours))
        .collect();
    assert_eq!(rounds, [(1, 61.75), (2, 123.5), (3, 185.25)]);
    assert!(fixed.not_counted[0].reason.starts_with("not counted"));
    assert!(fixed.dropped.is_empty());
}

#[test]
fn replication_is_the_same_range_for_every_size_and_the_floor_stands_beside() {
    let small = estimate(&Inputs {
        uploader: Uploader::AzureVhdUtils,
        ..inputs(900)
    });
    let whole = estimate(&Inputs {
        uploader: Uploader::WholeFile,
        ..inputs(900)
    });
    assert_eq!(small.replication.rows, whole.replication.rows);
    assert_eq!(small.fixed, whole.fixed);
    for (row, stage) in small
        .replication
        .rows
        .iter()
        .zip([Stage::Preview, Stage::Live])
    {
        assert_eq!(row.stage, stage);
        let (low, high) = row.usual.unwrap();
        assert_eq!((low.hours, high.hours), (24.0, 48.0));
        assert_eq!(row.most.unwrap().hours, 168.0);
        assert_eq!(row.provenance.date, "2016-08-01");
    }
    close(small.replication.floor.unwrap().seconds, 15.0, 0.01);
    let floor = whole.replication.floor.unwrap();
    close(floor.seconds, 512.0, 0.01);
    assert_eq!((floor.regions, floor.concurrent_regions), (50, 50));
    assert_eq!(floor.regions_provenance.date, "2025-03-21");
    assert_eq!(small.ceiling.hours, 384.0);
}

#[test]
fn regions_that_take_turns_multiply_the_floor() {
    let mut inputs = Inputs {
        regions: NonZeroU32::new(41).unwrap(),
        concurrent_regions: NonZeroU32::new(10),
        ..inputs(900)
    };
    let floor = estimate(&inputs).replication.floor.unwrap();
    close(floor.seconds, 75.0, 0.01);
    assert_eq!(floor.regions_provenance.basis, Basis::Assumed);
    inputs.concurrent_regions = NonZeroU32::new(1000);
    let floor = estimate(&inputs).replication.floor.unwrap();
    assert_eq!(floor.concurrent_regions, 41);
    close(floor.seconds, 15.0, 0.01);
}

#[test]
fn a_change_of_marketing_alone_drops_certification_and_every_figure_of_replication() {
    let estimate = estimate(&Inputs {
        change: Change::MarketingOnly,
        ..inputs(900)
    });
    assert_eq!(estimate.upload, None);
    assert!(
        estimate
            .fixed
            .phases
            .iter()
            .all(|phase| phase.name != "certification")
    );
    assert_eq!(estimate.fixed.dropped[0].name, "certification");
    assert!(estimate.fixed.rounds.is_empty());
    close(estimate.fixed.typical_hours, 1.75, 1e-9);
    assert_eq!(estimate.replication.floor, None);
    for row in estimate.replication.rows {
        assert_eq!((row.usual, row.most), (None, None));
        assert_eq!(row.statement, "faster, no figure published");
    }
}

fn says(estimate: &Estimate, words: &str) -> bool {
    estimate.notes.iter().any(|note| note.text.contains(words))
}

#[test]
fn the_notes_say_what_is_not_known() {
    let small = estimate(&inputs(900));
    assert!(says(&small, "no newer figure than 2018"));
    assert!(says(&small, "incremental or deduplicated"));
    assert!(says(&small, "size is not what limits this image"));
    assert!(!says(&small, "upper bound"));
    let large = estimate(&inputs(4 << 20));
    assert!(!says(&large, "size is not what limits this image"));
    let missing = estimate(&Inputs::new(
        GIB_30,
        Payload {
            unavailable_bytes: 4096,
            ..payload(900)
        },
    ));
    assert!(says(&missing, "4096 bytes of the disk are not at hand"));
    assert!(!missing.upload.unwrap().is_exact);
}

#[test]
fn without_the_pass_the_payload_is_called_a_bound() {
    let disk = MemorySource::new(vec![0; 9 << 20]);
    let outline = Payload::from(&Outline::of(&disk).unwrap());
    let bound = estimate(&Inputs::new(9 << 20, outline));
    let upload = bound.upload.as_ref().unwrap();
    assert_eq!((upload.moved.bytes, upload.moved.requests), (9 << 20, 3));
    assert!(!upload.is_exact);
    assert!(says(&bound, "upper bound"));
    let content = Payload::from(&scan(&disk, &NoProgress).unwrap());
    let known = estimate(&Inputs::new(9 << 20, content));
    let upload = known.upload.as_ref().unwrap();
    assert_eq!((upload.moved, upload.is_exact), (Moved::default(), true));
    assert!(!says(&known, "upper bound"));
}

#[test]
fn the_largest_numbers_stay_finite() {
    let moved = Moved {
        bytes: u64::MAX,
        requests: u64::MAX,
    };
    let payload = Payload {
        at_2m: moved,
        at_4m: moved,
        scanned: true,
        unavailable_bytes: u64::MAX,
    };
    let estimate = estimate(&Inputs {
        upload_bits_per_second: NonZeroU64::new(1),
        region_bytes_per_second: NonZeroU64::MIN,
        regions: NonZeroU32::MAX,
        concurrent_regions: NonZeroU32::new(1),
        retry_percent: u32::MAX,
        ..Inputs::new(u64::MAX, payload)
    });
    assert!(estimate.upload.unwrap().times[0].seconds.is_finite());
    assert!(estimate.replication.floor.unwrap().seconds.is_finite());
}
