//! Replication to all regions: a published range, and the time that the bytes alone would take.
//!
//! The range is the same for every image. The one published sentence says that the time depends on
//! the VHD's size, but no public figure ties a size to a time, so nothing is interpolated in it.

use super::inputs::{Change, Inputs};
use super::kind::PhaseKind;
use super::provenance::{Figure, Provenance};
use super::upload::seconds;

/// Which of the two replications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the publisher can look at the preview.
    Preview,
    /// After the publisher's "Go live".
    Live,
}

impl Stage {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Live => "live",
        }
    }

    /// The phase that this replication is.
    pub const fn kind(self) -> PhaseKind {
        match self {
            Self::Preview => PhaseKind::PreviewReplication,
            Self::Live => PhaseKind::LiveReplication,
        }
    }
}

/// Both replications, and what bounds each from below.
#[derive(Debug, Clone, PartialEq)]
pub struct Replication {
    /// One row for the preview, one for the live offer.
    pub rows: [ReplicationRow; 2],
    /// The time that the bytes alone would take, for each of the two; `None` when no image has to
    /// be copied.
    pub floor: Option<Floor>,
}

/// What is published of one replication.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReplicationRow {
    /// Which one.
    pub stage: Stage,
    /// The usual range, in hours; `None` where no figure is published.
    pub usual: Option<(Figure, Figure)>,
    /// The most, in hours; `None` where no figure is published.
    pub most: Option<Figure>,
    /// The row in words.
    pub statement: &'static str,
    /// Where the statement comes from.
    pub provenance: Provenance,
}

/// The time below which physics does not let a replication go, were there no queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    /// Bytes that each region receives: what the upload stores. Nothing is taken off for
    /// duplicates or for what an earlier version held, because nothing public says that Azure does.
    pub bytes_per_region: u64,
    /// Regions that receive them.
    pub regions: u32,
    /// How many of them at the same time.
    pub concurrent_regions: u32,
    /// Seconds.
    pub seconds: f64,
    /// Where the number of regions comes from.
    pub regions_provenance: Provenance,
    /// Where the rate of a copy comes from.
    pub rate_provenance: Provenance,
}

const STAGING_2016: &str = "Microsoft, Test your VM offer for the Azure Marketplace in staging";
const PRODUCTION_2016: &str = "Microsoft, Deploy your offer to the Azure Marketplace";
/// What is said of a change of marketing alone.
pub(super) const FASTER: &str = "faster, no figure published";
const DATE: &str = "2016-08-01";

/// Both replications of `inputs`.
pub(super) fn of(inputs: &Inputs) -> Replication {
    Replication {
        rows: [
            row(Stage::Preview, STAGING_2016, inputs.change),
            row(Stage::Live, PRODUCTION_2016, inputs.change),
        ],
        floor: (inputs.change == Change::Image).then(|| floor(inputs)),
    }
}

fn row(stage: Stage, source: &'static str, change: Change) -> ReplicationRow {
    let provenance = Provenance::documented(DATE, source);
    let figure = |hours| Figure { hours, provenance };
    match change {
        Change::Image => ReplicationRow {
            stage,
            usual: Some((figure(24.0), figure(48.0))),
            most: Some(figure(168.0)),
            statement: "24 to 48 hours as a rule, up to 168 hours",
            provenance,
        },
        Change::MarketingOnly => ReplicationRow {
            stage,
            usual: None,
            most: None,
            statement: FASTER,
            provenance,
        },
    }
}

fn floor(inputs: &Inputs) -> Floor {
    let bytes_per_region = inputs
        .payload
        .moved_by(inputs.uploader, inputs.virtual_bytes)
        .bytes;
    let regions = inputs.regions.get();
    let concurrent_regions = inputs
        .concurrent_regions
        .map_or(regions, |concurrent| concurrent.get().min(regions));
    let turns = regions.div_ceil(concurrent_regions);
    Floor {
        bytes_per_region,
        regions,
        concurrent_regions,
        seconds: seconds(bytes_per_region, inputs.region_bytes_per_second.get()) * f64::from(turns),
        regions_provenance: inputs.regions_provenance(),
        rate_provenance: inputs.region_rate_provenance(),
    }
}
