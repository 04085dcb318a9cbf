//! The time estimate in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

use super::time::{Calibration, PhaseSpread, StagingStep, UploaderRow, Waiting};

/// What an upload and a publication would take. The parts are not to be added up: they are of
/// different kinds, and no source states a sum of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Estimate {
    /// What changed since the last publication: `image` or `marketing-only`.
    pub change: &'static str,
    /// Moving the bytes into the storage account; null when nothing has to be uploaded.
    pub upload: Option<Upload>,
    /// The same for several programs side by side; empty when nothing has to be uploaded.
    pub uploads: Vec<UploaderRow>,
    /// Phases whose time does not depend on the size.
    pub fixed_phases: FixedPhases,
    /// Copying the image into the regions.
    pub replication: Replication,
    /// The longest that was ever stated for the whole of publishing; not a sum of the others.
    pub ceiling: Figure,
    /// The steps of publishing in their order, with what the publisher has to do in each.
    pub staging: Vec<StagingStep>,
    /// What the publisher's own observations say of each phase that they speak of.
    pub calibrations: Vec<Calibration>,
    /// A model of the waiting for one, two and three rounds of certification (for one when nothing
    /// is certified). It stands beside what is documented, never in its place.
    pub waiting: Vec<Waiting>,
    /// What that model drew each phase from, in the order in which they happen.
    pub waiting_spreads: Vec<PhaseSpread>,
    /// What has to be known to read the figures right.
    pub notes: Vec<Note>,
}

/// Moving the bytes into the storage account: arithmetic on bytes and rates.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Upload {
    /// The uploader: `azcopy`, `azure-vhd-utils` or `whole-file`.
    pub uploader: &'static str,
    /// Bytes that it sends.
    pub bytes: u64,
    /// Requests that carry them.
    pub requests: u64,
    /// How these numbers bound what it really sends.
    pub bound: PayloadBound,
    /// The time below which no bandwidth brings the upload, as a page blob takes no more.
    pub floor: Figure,
    /// The time for the bandwidth that was given, or for a few usual ones.
    pub times: Vec<UploadTime>,
    /// Whether the bandwidth was given.
    pub bandwidth_given: bool,
}

/// How a payload bounds what an uploader really sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PayloadBound {
    /// It is that.
    Exact,
    /// At most that: stored bytes that were not read may be zeros.
    AtMost,
    /// At least that: a part of the disk was not at hand.
    AtLeast,
    /// It may be more or less: a part was not at hand, and the rest was not read.
    Unknown,
}

/// The time of an upload over one bandwidth.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UploadTime {
    /// The bandwidth in bits a second.
    pub bits_per_second: u64,
    /// The time.
    pub time: Figure,
    /// What keeps it from being faster.
    pub limited_by: &'static str,
}

/// Phases whose time does not depend on the size.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FixedPhases {
    /// In the order in which they happen.
    pub phases: Vec<Phase>,
    /// Phases that are left out or not counted, and why.
    pub left_out: Vec<LeftOut>,
    /// What one, two and three rounds of certification cost.
    pub rounds: Vec<Round>,
}

/// One phase.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Phase {
    /// Its name.
    pub name: &'static str,
    /// When it goes well.
    pub low: Figure,
    /// As a rule.
    pub typical: Figure,
    /// When it goes badly; null where there is no figure.
    pub high: Option<Figure>,
}

/// A phase that is not among the figures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Its name.
    pub name: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// What a number of rounds of certification costs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Round {
    /// How often the image is certified until it passes.
    pub rounds: u32,
    /// Seconds of all fixed phases, at their usual values, that many times.
    pub seconds: f64,
}

/// Copying the image into the regions, which happens twice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Replication {
    /// What is published of each of the two.
    pub rows: Vec<ReplicationRow>,
    /// The time that the bytes alone would take, for each of the two; null when no image has to be
    /// copied.
    pub floor: Option<Floor>,
}

/// What is published of one replication.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReplicationRow {
    /// `preview` or `live`.
    pub stage: &'static str,
    /// The lower end of the usual range; null where no figure is published.
    pub usual_low: Option<Figure>,
    /// The upper end of the usual range; null where no figure is published.
    pub usual_high: Option<Figure>,
    /// The most; null where no figure is published.
    pub most: Option<Figure>,
    /// The row in words.
    pub statement: &'static str,
    /// Where the statement comes from.
    pub provenance: Provenance,
}

/// The time that the bytes alone would take, were there no queue.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Floor {
    /// Bytes that each region receives.
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

/// A time, and what it rests on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Figure {
    /// Seconds.
    pub seconds: f64,
    /// What the number rests on.
    pub provenance: Provenance,
}

/// What a number or a statement rests on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Provenance {
    /// The kind of its ground.
    pub basis: Basis,
    /// How many observations of the user's own it rests on; null where it rests on none.
    pub records: Option<u32>,
    /// Date or revision of the source; null for an assumption.
    pub date: Option<&'static str>,
    /// The source, or the reason of an assumption.
    pub source: &'static str,
}

/// The kind of ground that a number rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A public text says so.
    Documented,
    /// A choice of the program or of its user.
    Assumed,
    /// The publisher's own observations.
    Calibrated,
}

/// A sentence that belongs to the figures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Note {
    /// The sentence.
    pub text: String,
    /// What it rests on.
    pub provenance: Provenance,
}
