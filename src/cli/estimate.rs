//! Options of the time estimate.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::rate;
use crate::estimate::{Change, Inputs, Observation, Payload, Uploader as Uploads};
use crate::inspect::Inspection;

/// What the time model is told. The defaults are those of the model, which names their sources.
#[derive(clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Time estimate")]
pub(super) struct Args {
    /// The program that uploads, which decides what is left out as zeros.
    #[arg(long, value_enum, default_value_t, value_name = "PROGRAM")]
    uploader: Uploader,

    /// Your bandwidth towards Azure in bits a second, such as 20M, 100M or 1G; without it a few
    /// usual ones are shown.
    #[arg(long, value_parser = rate::bandwidth, value_name = "BITS")]
    upload_bandwidth: Option<NonZeroU64>,

    /// Seconds that the uploader reads before it sends, such as for an MD5 of the whole.
    #[arg(long, default_value_t = 0, value_name = "SECONDS")]
    seconds_before_sending: u32,

    /// What one page blob takes, in bytes a second [default: 60MiB].
    #[arg(long, value_parser = rate::byte_rate, value_name = "BYTES")]
    blob_rate: Option<NonZeroU64>,

    /// Requests a second that one page blob takes [default: 500].
    #[arg(long, value_name = "NUMBER")]
    blob_requests: Option<NonZeroU32>,

    /// Share of the upload that is done again, in per cent [default: 5].
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=1000))]
    retry_percent: Option<u32>,

    /// Regions that the image is copied to [default: 50, those live on 2025-03-21].
    #[arg(long, value_name = "NUMBER")]
    regions: Option<NonZeroU32>,

    /// What the copy to one region reaches, in bytes a second [default: 60MiB, assumed].
    #[arg(long, value_parser = rate::byte_rate, value_name = "BYTES")]
    region_rate: Option<NonZeroU64>,

    /// Regions that are copied to at the same time [default: all, assumed].
    #[arg(long, value_name = "NUMBER")]
    concurrent_regions: Option<NonZeroU32>,

    /// What changed since the last publication.
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    change: ChangeWord,

    /// Your own observed durations (see `vhd-preflight history`). Without it `estimate` reads the
    /// default place; `check` reads none, so that a report rests on what is named alone.
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Uploader {
    /// AzCopy, and tools that do as it does: leaves out zero units of 4 MiB.
    #[default]
    Azcopy,
    /// Microsoft's azure-vhd-utils: leaves out zero units of 2 MiB.
    AzureVhdUtils,
    /// Sends every byte.
    WholeFile,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum ChangeWord {
    /// The image, or the image and more.
    #[default]
    Image,
    /// Texts, logos, contacts: nothing in the image.
    MarketingOnly,
}

impl ChangeWord {
    /// The model's word for it.
    pub(super) fn change(self) -> Change {
        match self {
            Self::Image => Change::Image,
            Self::MarketingOnly => Change::MarketingOnly,
        }
    }
}

impl Args {
    /// The history that was named.
    pub(super) fn history(&self) -> Option<&Path> {
        self.history.as_deref()
    }

    /// What the model is told of this image; `None` when it is not known what has to move.
    pub(super) fn inputs(
        &self,
        inspection: &Inspection,
        observations: &[Observation],
    ) -> Option<Inputs> {
        let size = inspection.disk_size.as_ref().ok().copied()?;
        let payload = match (&inspection.content, &inspection.outline) {
            (Ok(content), _) => Payload::from(content),
            // What is stored may be zeros: a bound from above.
            (Err(_), Some(outline)) => Payload::from(outline),
            (Err(_), None) => return None,
        };
        let mut inputs = Inputs::new(size, payload);
        inputs.uploader = match self.uploader {
            Uploader::Azcopy => Uploads::AzCopy,
            Uploader::AzureVhdUtils => Uploads::AzureVhdUtils,
            Uploader::WholeFile => Uploads::WholeFile,
        };
        inputs.change = self.change.change();
        inputs.observations = observations.to_vec();
        inputs.upload_bits_per_second = self.upload_bandwidth;
        inputs.seconds_before_sending = f64::from(self.seconds_before_sending);
        inputs.blob_bytes_per_second = self.blob_rate.unwrap_or(inputs.blob_bytes_per_second);
        inputs.requests_per_second = self.blob_requests.unwrap_or(inputs.requests_per_second);
        inputs.retry_percent = self.retry_percent.unwrap_or(inputs.retry_percent);
        inputs.regions = self.regions.unwrap_or(inputs.regions);
        inputs.region_bytes_per_second = self.region_rate.unwrap_or(inputs.region_bytes_per_second);
        inputs.concurrent_regions = self.concurrent_regions;
        Some(inputs)
    }
}
