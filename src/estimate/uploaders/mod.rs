//! The uploads that several programs would make of one image, side by side.

#[cfg(test)]
mod tests;

use super::inputs::{Change, Inputs, Uploader};
use super::provenance::Provenance;
use super::upload::{self, Upload};

/// 8 TiB: the most that one page blob holds, in bytes.
const MOST_BLOB_BYTES: u64 = 8 << 40;
/// 1 TiB: the most that azure-vhd-utils takes, in bytes.
const MOST_AZURE_VHD_UTILS_BYTES: u64 = 1 << 40;

/// The upload by one program.
#[derive(Debug, Clone, PartialEq)]
pub struct UploaderRow {
    /// The program.
    pub uploader: Uploader,
    /// Size in bytes of a unit that is left out when all of it is zeros; `None` when nothing is.
    pub zero_unit_bytes: Option<u64>,
    /// Bytes that one request carries at most.
    pub request_bytes: u64,
    /// Payload, requests, and the time at the given bandwidth or at a few usual ones, each with the
    /// limit that binds.
    pub upload: Upload,
    /// What the blob takes, in bytes a second.
    pub blob_bytes_per_second: u64,
    /// Requests that the blob takes in a second.
    pub blob_requests_per_second: u32,
    /// Where the blob's limits come from.
    pub blob_limits_provenance: Provenance,
    /// Why this program cannot upload this disk, if so; the figures then only compare.
    pub refusal: Option<Refusal>,
}

/// A disk that is too large for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The most that it takes, in bytes.
    pub most_bytes: u64,
    /// The reason in words.
    pub reason: &'static str,
    /// Where the limit comes from.
    pub provenance: Provenance,
}

/// The upload by each program, the default first; none when the image stays the same.
pub fn uploads(inputs: &Inputs) -> Vec<UploaderRow> {
    if inputs.change == Change::MarketingOnly {
        return Vec::new();
    }
    Uploader::ALL
        .into_iter()
        .filter_map(|uploader| row(inputs, uploader))
        .collect()
}

fn row(inputs: &Inputs, uploader: Uploader) -> Option<UploaderRow> {
    let inputs = Inputs {
        uploader,
        observations: Vec::new(),
        ..inputs.clone()
    };
    Some(UploaderRow {
        uploader,
        zero_unit_bytes: uploader.zero_unit_bytes(),
        request_bytes: uploader.request_bytes(),
        upload: upload::of(&inputs)?,
        blob_bytes_per_second: inputs.blob_bytes_per_second.get(),
        blob_requests_per_second: inputs.requests_per_second.get(),
        blob_limits_provenance: inputs.blob_provenance(),
        refusal: refusal(uploader, inputs.virtual_bytes),
    })
}

fn refusal(uploader: Uploader, virtual_bytes: u64) -> Option<Refusal> {
    let limits = [
        (
            uploader == Uploader::AzureVhdUtils,
            Refusal {
                most_bytes: MOST_AZURE_VHD_UTILS_BYTES,
                reason: "azure-vhd-utils takes no disk above 1 TiB",
                provenance: Provenance::documented(
                    "azure-vhd-utils 7c30a37",
                    "source code of Microsoft's azure-vhd-utils",
                ),
            },
        ),
        (
            true,
            Refusal {
                most_bytes: MOST_BLOB_BYTES,
                reason: "a page blob holds no more than 8 TiB",
                provenance: Provenance::documented(
                    "azure-docs 05b33dd",
                    "scale targets of Azure Blob Storage",
                ),
            },
        ),
    ];
    limits
        .into_iter()
        .find(|(applies, limit)| *applies && virtual_bytes > limit.most_bytes)
        .map(|(_, limit)| limit)
}
