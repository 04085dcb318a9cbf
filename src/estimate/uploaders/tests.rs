//! Several uploaders of one image.

use std::num::NonZeroU64;

use super::super::tests::{close, inputs};
use super::super::{Limit, Moved, Payload};
use super::*;

/// The worked image: 30 GiB, of which 900 MiB in units of 2 MiB and 952 MiB in units of 4 MiB.
fn worked() -> Inputs {
    let moved = |mib: u64, unit: u64| Moved {
        bytes: mib << 20,
        requests: mib.div_ceil(unit),
    };
    let mut inputs = inputs(900);
    inputs.payload = Payload {
        at_2m: moved(900, 2),
        at_4m: moved(952, 4),
        ..inputs.payload
    };
    inputs.upload_bits_per_second = NonZeroU64::new(100_000_000);
    inputs
}

#[test]
fn each_program_has_its_payload_its_requests_and_its_time() {
    let rows = uploads(&worked());
    let expected = [
        (Uploader::AzCopy, Some(4 << 20), 952, 238, 84.0),
        (Uploader::AzureVhdUtils, Some(2 << 20), 900, 450, 79.0),
        (Uploader::WholeFile, None, 30_720, 7680, 2706.0),
    ];
    assert_eq!(rows.len(), expected.len());
    for (row, (uploader, unit, mib, requests, seconds)) in rows.iter().zip(expected) {
        assert_eq!((row.uploader, row.zero_unit_bytes), (uploader, unit));
        assert_eq!(row.upload.moved.bytes, mib << 20);
        assert_eq!(row.upload.moved.requests, requests);
        assert_eq!(row.blob_bytes_per_second, 60 << 20);
        assert_eq!(row.blob_requests_per_second, 500);
        assert_eq!(row.upload.times.len(), 1);
        close(row.upload.times[0].seconds, seconds, 0.5);
        assert_eq!(row.upload.times[0].limit, Limit::Bandwidth);
        assert_eq!(row.refusal, None);
    }
}

#[test]
fn a_fast_line_meets_the_blob_in_every_program() {
    let inputs = Inputs {
        upload_bits_per_second: NonZeroU64::new(1_000_000_000),
        ..worked()
    };
    for (row, seconds) in uploads(&inputs).iter().zip([16.7, 15.8, 538.0]) {
        close(row.upload.times[0].seconds, seconds, 0.5);
        assert_eq!(row.upload.times[0].limit, Limit::Blob);
    }
}

#[test]
fn a_disk_that_a_program_does_not_take_is_said_so() {
    let refused = |virtual_bytes| {
        let rows = uploads(&Inputs {
            virtual_bytes,
            ..worked()
        });
        rows.iter()
            .map(|row| row.refusal.map(|refusal| refusal.most_bytes))
            .collect::<Vec<_>>()
    };
    assert_eq!(refused(1 << 40), [None, None, None]);
    assert_eq!(refused((1 << 40) + 1), [None, Some(1 << 40), None]);
    let blob = Some(8 << 40);
    assert_eq!(refused(u64::MAX), [blob, Some(1 << 40), blob]);
}

#[test]
fn a_change_of_marketing_alone_uploads_nothing() {
    let inputs = Inputs {
        change: Change::MarketingOnly,
        ..worked()
    };
    assert_eq!(uploads(&inputs), []);
}
