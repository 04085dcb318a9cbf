//! The documents of `estimate` and `history list`, version 1.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Delta, ESTIMATE, Estimate, HISTORY, Tool, ToolError};

/// What `vhd-preflight estimate` says of the images of one call: the time side alone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight estimate, version 1")]
pub struct EstimateDocument {
    /// Name and version of this format: `vhd-preflight/estimate/v1`.
    #[schemars(extend("const" = ESTIMATE))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// The publisher's own observations that were read; null when there are none.
    pub history: Option<HistoryRead>,
    /// The images, in the order in which they were named.
    pub images: Vec<EstimatedImage>,
}

/// A history that was read for an estimate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistoryRead {
    /// The file.
    pub path: String,
    /// Records in it, of all phases and all kinds of change.
    pub records: u64,
}

/// What is estimated of one image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EstimatedImage {
    /// The image as the user named it.
    pub path: String,
    /// Size of the virtual disk in bytes; null when it is not known.
    pub virtual_bytes: Option<u64>,
    /// What an upload and a publication would take; null when it could not be inspected, or when
    /// nothing is known to move.
    pub estimate: Option<Estimate>,
    /// The content against the previous version's; null when none was named, or when a part of the
    /// disk is not at hand. Nothing of it is taken off a time.
    pub delta: Option<Delta>,
    /// Why there is no estimate of an image that was inspected; null when there is one.
    pub no_estimate_reason: Option<String>,
    /// Why the image could not be inspected; empty when it was.
    pub errors: Vec<ToolError>,
}

/// What `vhd-preflight history list` shows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight history, version 1")]
pub struct HistoryDocument {
    /// Name and version of this format: `vhd-preflight/history/v1`.
    #[schemars(extend("const" = HISTORY))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// The file.
    pub path: String,
    /// The records, in the order of the file.
    pub records: Vec<HistoryRecord>,
}

/// How long a phase once took, and of what.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistoryRecord {
    /// The day on which the phase ended, such as `2026-05-12`.
    pub date: String,
    /// What was changed: `image` or `marketing-only`.
    pub change: &'static str,
    /// Size of the virtual disk in bytes.
    pub virtual_bytes: u64,
    /// Bytes that the upload moved.
    pub payload_bytes: u64,
    /// Regions that the image was copied to.
    pub regions: u32,
    /// The phase, by the word of its step.
    pub phase: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Hours that it took.
    pub hours: f64,
    /// Where the figure was taken from, in the publisher's words.
    pub source: String,
}
