//! What the time model is told, with its defaults.

use std::num::{NonZeroU32, NonZeroU64};

use super::calibration::Observation;
use super::payload::Payload;
use super::provenance::Provenance;

/// 60 MiB/s, in bytes a second: the target throughput of a single standard page blob.
pub const DEFAULT_BLOB_RATE: NonZeroU64 = NonZeroU64::new(60 << 20).unwrap();
/// 500 requests a second: the limit of a single blob.
pub const DEFAULT_REQUEST_RATE: NonZeroU32 = NonZeroU32::new(500).unwrap();
/// 5 per cent of the transfer done again.
pub const DEFAULT_RETRY_PERCENT: u32 = 5;
/// 50 regions: those of the public cloud that were live on 21 March 2025.
pub const DEFAULT_REGIONS: NonZeroU32 = NonZeroU32::new(50).unwrap();
/// 60 MiB/s, in bytes a second: as if the copy to a region were as fast as one blob's target.
pub const DEFAULT_REGION_RATE: NonZeroU64 = DEFAULT_BLOB_RATE;

/// The program that uploads, which decides what is left out as zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Uploader {
    /// AzCopy, and the SDKs and tools that do as it does: leaves out zero units of 4 MiB.
    #[default]
    AzCopy,
    /// Microsoft's azure-vhd-utils: leaves out zero units of 2 MiB.
    AzureVhdUtils,
    /// Sends every byte, in requests of 4 MiB: AzCopy from a pipe, for one.
    WholeFile,
}

impl Uploader {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::AzCopy, Self::AzureVhdUtils, Self::WholeFile];

    /// The word that reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AzCopy => "azcopy",
            Self::AzureVhdUtils => "azure-vhd-utils",
            Self::WholeFile => "whole-file",
        }
    }

    /// Size in bytes of a unit that is left out when all of it is zeros; `None` when nothing is.
    pub const fn zero_unit_bytes(self) -> Option<u64> {
        match self {
            Self::AzCopy => Some(4 << 20),
            Self::AzureVhdUtils => Some(2 << 20),
            Self::WholeFile => None,
        }
    }

    /// Bytes that one request carries at most.
    pub const fn request_bytes(self) -> u64 {
        match self {
            Self::AzCopy | Self::WholeFile => 4 << 20,
            Self::AzureVhdUtils => 2 << 20,
        }
    }
}

/// What the new version of the offer changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change {
    /// The image, or the image and more.
    #[default]
    Image,
    /// Texts, logos, contacts: nothing in the image.
    MarketingOnly,
}

impl Change {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Image, Self::MarketingOnly];

    /// The word that files and reports use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::MarketingOnly => "marketing-only",
        }
    }

    /// The change that [`word`](Self::word) calls so.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.word() == word)
    }
}

/// What the time model is told. Rates and counts cannot be 0, so that nothing is divided by 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Inputs {
    /// Size of the virtual disk in bytes.
    pub virtual_bytes: u64,
    /// What has to move.
    pub payload: Payload,
    /// Who uploads; by default AzCopy.
    pub uploader: Uploader,
    /// The publisher's bandwidth towards Azure, in bits a second; without it a few usual ones are
    /// shown.
    pub upload_bits_per_second: Option<NonZeroU64>,
    /// What one page blob takes, in bytes a second; by default [`DEFAULT_BLOB_RATE`].
    pub blob_bytes_per_second: NonZeroU64,
    /// Requests a second that one page blob takes, or that the uploader reaches if that is less;
    /// by default [`DEFAULT_REQUEST_RATE`].
    pub requests_per_second: NonZeroU32,
    /// Share of the transfer that is done again, in per cent; by default
    /// [`DEFAULT_RETRY_PERCENT`].
    pub retry_percent: u32,
    /// Seconds that the uploader reads the file before it sends the first byte (such as for an MD5
    /// of the whole); by default 0.
    pub seconds_before_sending: f64,
    /// Regions that the image is copied to; by default [`DEFAULT_REGIONS`].
    pub regions: NonZeroU32,
    /// What the copy to one region reaches, in bytes a second; by default
    /// [`DEFAULT_REGION_RATE`].
    pub region_bytes_per_second: NonZeroU64,
    /// Regions that are copied to at the same time; by default all of them.
    pub concurrent_regions: Option<NonZeroU32>,
    /// What the new version changes; by default the image.
    pub change: Change,
    /// What the publisher has observed so far, oldest first; by default nothing. Only what fits
    /// [`change`](Self::change) is used.
    pub observations: Vec<Observation>,
}

impl Inputs {
    /// The defaults for a disk of `virtual_bytes` bytes with that payload.
    pub fn new(virtual_bytes: u64, payload: Payload) -> Self {
        Self {
            virtual_bytes,
            payload,
            uploader: Uploader::default(),
            upload_bits_per_second: None,
            blob_bytes_per_second: DEFAULT_BLOB_RATE,
            requests_per_second: DEFAULT_REQUEST_RATE,
            retry_percent: DEFAULT_RETRY_PERCENT,
            seconds_before_sending: 0.0,
            regions: DEFAULT_REGIONS,
            region_bytes_per_second: DEFAULT_REGION_RATE,
            concurrent_regions: None,
            change: Change::default(),
            observations: Vec::new(),
        }
    }

    /// Where the number of regions comes from.
    pub(super) fn regions_provenance(&self) -> Provenance {
        if self.regions == DEFAULT_REGIONS {
            Provenance::documented(
                "2025-03-21",
                "Microsoft's list of Azure regions, those live in the public cloud counted from its table",
            )
        } else {
            Provenance::assumed("given by the user")
        }
    }

    /// Where the rate of a blob comes from.
    pub(super) fn blob_provenance(&self) -> Provenance {
        if self.blob_bytes_per_second == DEFAULT_BLOB_RATE {
            Provenance::documented(
                "azure-docs 05b33dd",
                "scale targets of Azure Blob Storage: target throughput of a single page blob",
            )
        } else {
            Provenance::assumed("given by the user")
        }
    }

    /// Where the rate of the copy to a region comes from.
    pub(super) fn region_rate_provenance(&self) -> Provenance {
        Provenance::assumed(if self.region_bytes_per_second == DEFAULT_REGION_RATE {
            "the target throughput of one page blob; nothing is published of Microsoft's own copy"
        } else {
            "given by the user"
        })
    }
}
