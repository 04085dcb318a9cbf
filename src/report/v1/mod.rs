//! The public, versioned JSON documents, such as `vhd-preflight/report/v1`.
//!
//! These structs are an interface. A field may be added; none is renamed, removed or given another
//! meaning without a new version. Their doc comments are the descriptions of the JSON Schema.

mod configuration;
mod content;
mod delta;
mod diagnose;
mod estimate;
mod explain;
mod facts;
mod history;
mod outcome;
mod partition;
mod time;
mod verify;
mod volume;

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::Serialize;

pub use configuration::{
    Baseline, Configuration, ConfigurationProblem, GoneFinding, RuleWeight, Setting,
};
pub use content::{Checksum, Content, Digests, Map, NonZero, Region};
pub use delta::{Delta, DeltaBytes, DeltaRegion};
pub use diagnose::{
    COUNTED_PLACES, CauseShown, Diagnose, DiagnosedImage, DiagnosedMessage, DiagnosedText,
    ImageShows, MessageCause, MessageRole, MessageSource, NearMessage, SelfTest, TextKind,
    TextPlace,
};
pub use estimate::{
    Basis, Estimate, Figure, FixedPhases, Floor, LeftOut, Note, PayloadBound, Phase, Provenance,
    Replication, ReplicationRow, Round, Upload, UploadTime,
};
pub use explain::{ExplainedRule, Explanation, ProfileThreshold, RuleFamily, RuleSection};
pub use facts::{
    BadBlock, Bitmaps, BlockAllocationTable, ChainLink, Choice, Container, Disk, DynamicHeader,
    Facts, Field, Footer, Locator, Parent, RejectedParent, StatedSize, UnknownFact,
};
pub use history::{EstimateDocument, EstimatedImage, HistoryDocument, HistoryRead, HistoryRecord};
pub use outcome::{
    Finding, FindingLevel, FindingState, NotChecked, OutcomeWord, Place, PlaceSpace, Reference,
    Remedy, RuleOutcome, Suppression,
};
pub use partition::{
    Gap, GptHeader, MasterBootRecord, Overlap, Partition, PartitionTable, TableAnomaly,
};
pub use time::{
    Calibration, Clip, Fit, PhaseSpread, Quantiles, Refusal, StagingStep, StagingTime, UploaderRow,
    Waiting,
};
pub use verify::{ComparedMark, VerifyAnswer, VerifyDocument, VerifyForm, VerifyReport};
pub use volume::{Guest, GuestFact, GuestPlace, Package, UnknownGuestFact, Volume};

/// What the field `schema` of a report holds.
pub const REPORT: &str = "vhd-preflight/report/v1";
/// What the field `schema` of an inspection holds.
pub const INSPECT: &str = "vhd-preflight/inspect/v1";
/// What the field `schema` of an estimate holds.
pub const ESTIMATE: &str = "vhd-preflight/estimate/v1";
/// What the field `schema` of a history holds.
pub const HISTORY: &str = "vhd-preflight/history/v1";
/// What the field `schema` of an explanation of rules holds.
pub const EXPLAIN: &str = "vhd-preflight/explain/v1";
/// What the field `schema` of a verification holds.
pub const VERIFY: &str = "vhd-preflight/verify/v1";
/// What the field `schema` of a diagnosis holds.
pub const DIAGNOSE: &str = "vhd-preflight/diagnose/v1";

/// What `vhd-preflight check` says of the images of one call.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight report, version 1")]
pub struct Report {
    /// Name and version of this format: `vhd-preflight/report/v1`.
    #[schemars(extend("const" = REPORT))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// The dated set of thresholds that the images were judged by.
    pub profile: String,
    /// What was declared of the images, and from where.
    pub configuration: Configuration,
    /// The images, in the order in which they were named.
    pub images: Vec<Image>,
}

/// What `vhd-preflight inspect` reads out of the images of one call: facts, no opinions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight inspection, version 1")]
pub struct Inspect {
    /// Name and version of this format: `vhd-preflight/inspect/v1`.
    #[schemars(extend("const" = INSPECT))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// The images, in the order in which they were named.
    pub images: Vec<InspectedImage>,
}

/// The program that wrote a document.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Would Azure take the image, and Marketplace certify it, as far as a file can show?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every blocking rule was decided, and none failed.
    Pass,
    /// At least one rule failed.
    Fail,
    /// No rule failed, but a blocking one could not be decided.
    Incomplete,
}

/// What is said of one image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Image {
    /// The image as the user named it.
    pub path: String,
    /// The verdict; null when the image could not be inspected, for which see `errors`.
    pub verdict: Option<Verdict>,
    /// How many findings there are of each level, and how many rules are undetermined.
    pub summary: Summary,
    /// What each rule says, in the order of the rules' ids; every rule has one.
    pub outcomes: Vec<RuleOutcome>,
    /// What was not checked, and what it would take. It does not touch the verdict.
    pub not_checked: Vec<NotChecked>,
    /// What was read out of the image; null when it could not be inspected.
    pub facts: Option<Facts>,
    /// The content of the disk; null when it was not read.
    pub content: Option<Content>,
    /// What an upload and a publication would take; null when nothing is known to move.
    pub estimate: Option<Estimate>,
    /// Why the image could not be inspected; empty when it was.
    pub errors: Vec<ToolError>,
}

/// What was read out of one image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InspectedImage {
    /// The image as the user named it.
    pub path: String,
    /// What was read; null when it could not be inspected.
    pub facts: Option<Facts>,
    /// Why it could not be inspected; empty when it was.
    pub errors: Vec<ToolError>,
}

/// How many findings of each level count, how many do not, and how many rules are undetermined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Findings of level `error`.
    pub errors: u64,
    /// Findings of level `warning`.
    pub warnings: u64,
    /// Findings of level `advice`.
    pub advice: u64,
    /// Findings of level `note`.
    pub notes: u64,
    /// Rules that could not be decided.
    pub undetermined: u64,
    /// Findings of any level that the configuration accepts; they are in no other number.
    pub suppressed: u64,
    /// Findings of any level that the baseline has; they are in no other number.
    pub known: u64,
}

/// Why the tool could not do its work on an image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ToolError {
    /// What kind of trouble it was.
    pub kind: ToolErrorKind,
    /// One sentence that names the file and the reason.
    pub message: String,
}

/// Kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ToolErrorKind {
    /// It is no file that can be opened as an image.
    Open,
    /// It changed while it was read, so that nothing that was read counts.
    Changed,
    /// Its bytes could not be read.
    Read,
    /// The user interrupted the run.
    Interrupted,
}

/// The JSON Schema of `T` as it is written: fields that may be null are there nevertheless.
fn schema_of<T: JsonSchema>(id: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert(
        "$id".to_owned(),
        format!("urn:{}", id.replace('/', ":")).into(),
    );
    schema
}

/// The JSON Schema of [`Report`].
pub fn report_schema() -> Schema {
    schema_of::<Report>(REPORT)
}

/// The JSON Schema of [`Inspect`].
pub fn inspect_schema() -> Schema {
    schema_of::<Inspect>(INSPECT)
}

/// The JSON Schema of [`EstimateDocument`].
pub fn estimate_schema() -> Schema {
    schema_of::<EstimateDocument>(ESTIMATE)
}

/// The JSON Schema of [`HistoryDocument`].
pub fn history_schema() -> Schema {
    schema_of::<HistoryDocument>(HISTORY)
}

/// The JSON Schema of [`Explanation`].
pub fn explain_schema() -> Schema {
    schema_of::<Explanation>(EXPLAIN)
}

/// The JSON Schema of [`VerifyDocument`].
pub fn verify_schema() -> Schema {
    schema_of::<VerifyDocument>(VERIFY)
}

/// The JSON Schema of [`Diagnose`].
pub fn diagnose_schema() -> Schema {
    schema_of::<Diagnose>(DIAGNOSE)
}
