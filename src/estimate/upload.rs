//! The upload: bytes over the narrowest of three ways.

use std::num::NonZeroU64;

use super::inputs::{Change, Inputs};
use super::payload::Moved;
use super::provenance::Provenance;

/// Bandwidths that are shown when none was given, in bits a second.
const USUAL: [NonZeroU64; 4] = [
    NonZeroU64::new(20_000_000).unwrap(),
    NonZeroU64::new(100_000_000).unwrap(),
    NonZeroU64::new(500_000_000).unwrap(),
    NonZeroU64::new(1_000_000_000).unwrap(),
];

/// What the upload takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    /// What is sent.
    pub moved: Moved,
    /// Whether that is known; otherwise see [`Payload`](super::Payload) for what it bounds.
    pub is_exact: bool,
    /// Seconds below which no bandwidth brings the upload: the blob takes no more. Without
    /// repetitions.
    pub floor_seconds: f64,
    /// Where the blob's rate comes from.
    pub floor_provenance: Provenance,
    /// The time for the bandwidth that was given, or for a few usual ones.
    pub times: Vec<UploadTime>,
    /// Whether the bandwidth was given.
    pub bandwidth_given: bool,
}

/// The time of an upload over one bandwidth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UploadTime {
    /// The bandwidth in bits a second.
    pub bits_per_second: u64,
    /// Seconds, with repetitions and with what the uploader does before it sends.
    pub seconds: f64,
    /// What keeps it from being faster.
    pub limit: Limit,
    /// What the time rests on besides arithmetic.
    pub provenance: Provenance,
}

/// The narrowest of the ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The publisher's bandwidth.
    Bandwidth,
    /// The throughput of one page blob.
    Blob,
    /// The requests that one page blob takes, or that the uploader reaches.
    Requests,
}

impl Limit {
    /// The words that reports use.
    pub fn words(self) -> &'static str {
        match self {
            Self::Bandwidth => "bandwidth",
            Self::Blob => "blob throughput",
            Self::Requests => "blob requests",
        }
    }
}

/// The upload of `inputs`; none when the image stays the same.
pub(super) fn of(inputs: &Inputs) -> Option<Upload> {
    if inputs.change == Change::MarketingOnly {
        return None;
    }
    let moved = inputs
        .payload
        .moved_by(inputs.uploader, inputs.virtual_bytes);
    let given = inputs.upload_bits_per_second;
    let bandwidths = given.as_ref().map_or(&USUAL[..], std::slice::from_ref);
    Some(Upload {
        moved,
        is_exact: inputs.payload.is_exact(inputs.uploader),
        floor_seconds: seconds(moved.bytes, inputs.blob_bytes_per_second.get()),
        floor_provenance: inputs.blob_provenance(),
        times: bandwidths
            .iter()
            .map(|bandwidth| time(inputs, moved, *bandwidth))
            .collect(),
        bandwidth_given: given.is_some(),
    })
}

fn time(inputs: &Inputs, moved: Moved, bandwidth: NonZeroU64) -> UploadTime {
    let ways = [
        (
            8.0 * seconds(moved.bytes, bandwidth.get()),
            Limit::Bandwidth,
        ),
        (
            seconds(moved.bytes, inputs.blob_bytes_per_second.get()),
            Limit::Blob,
        ),
        (
            seconds(moved.requests, inputs.requests_per_second.get().into()),
            Limit::Requests,
        ),
    ];
    let (transfer, limit) = ways
        .into_iter()
        .fold((0.0, Limit::Bandwidth), |slowest, way| {
            if way.0 > slowest.0 { way } else { slowest }
        });
    let before = if inputs.seconds_before_sending.is_finite() {
        inputs.seconds_before_sending.max(0.0)
    } else {
        0.0
    };
    UploadTime {
        bits_per_second: bandwidth.get(),
        seconds: before + transfer * (1.0 + f64::from(inputs.retry_percent) / 100.0),
        limit,
        provenance: Provenance::assumed(
            "arithmetic on the payload, the bandwidth and the blob's limits; the share of repetitions is assumed",
        ),
    }
}

/// Seconds for `amount` at `rate` a second. In floating point, so that no size overflows.
pub(super) fn seconds(amount: u64, rate: u64) -> f64 {
    amount as f64 / rate as f64
}
