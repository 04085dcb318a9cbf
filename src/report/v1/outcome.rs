//! Outcomes and findings in version 1 of the documents.

use super::RuleWeight;
use schemars::JsonSchema;
use serde::Serialize;

/// What one rule says of an image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleOutcome {
    /// Stable id of the rule, such as `VHD004`.
    pub rule: &'static str,
    /// Stable short name of the rule.
    pub name: &'static str,
    /// The requirement in one sentence.
    pub title: String,
    /// Where whoever mends it has to work.
    pub remedy: Remedy,
    /// The level of its gravest findings, by what the offer claims and the configuration says.
    pub level: FindingLevel,
    /// What the configuration says of its level; null where it says nothing.
    pub weight: Option<RuleWeight>,
    /// Whether a verdict of `pass` needs this rule decided.
    pub blocking: bool,
    /// The one word for what it says.
    pub outcome: OutcomeWord,
    /// Why it does not apply or could not be decided; null when it was decided.
    pub reason: Option<String>,
    /// Why the requirement exists; null when there is neither an error nor a warning to explain.
    pub why: Option<String>,
    /// What it found, gravest first.
    pub findings: Vec<Finding>,
}

/// The one word for what a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeWord {
    /// Decided, with nothing worse than advice.
    Pass,
    /// Decided, with at least one warning and no error.
    Warn,
    /// At least one error.
    Fail,
    /// It does not apply to this image.
    NotApplicable,
    /// It could not be decided.
    Undetermined,
}

/// Where whoever mends something has to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// On the image file: the container around the disk.
    Image,
    /// On the disk: partitions, volumes and what boots from them.
    Disk,
    /// In the guest, started or mounted; then the image is taken anew.
    Guest,
    /// In the offer, in Partner Center.
    Offer,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingLevel {
    /// Azure refuses the file, certification rejects it, or data are lost.
    Error,
    /// Recommended by Microsoft's texts, or sources or readers of the file disagree.
    Warning,
    /// Preparation guidance with no known certification test.
    Advice,
    /// A fact for the reader; nothing has to be done.
    Note,
}

impl FindingLevel {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
            Self::Note => "note",
        }
    }
}

/// One thing that a rule has to say, with its evidence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Finding {
    /// How much it weighs.
    pub level: FindingLevel,
    /// What is the matter, in one sentence.
    pub message: String,
    /// What the image holds.
    pub found: Option<String>,
    /// What it would have to hold.
    pub required: Option<String>,
    /// Where the evidence lies.
    pub place: Option<Place>,
    /// What mends it: a command where there is one.
    pub fix: Option<String>,
    /// Where the requirement is stated.
    pub references: Vec<Reference>,
    /// The same finding of another build of the image has the same one: it depends on the rule and
    /// on what the place is called, not on offsets, sizes or wording.
    pub fingerprint: String,
    /// Whether it counts.
    pub state: FindingState,
    /// Why it does not count where the configuration says so; null otherwise.
    pub suppression: Option<Suppression>,
}

/// Whether a finding counts for verdict, summary and exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// It counts.
    Open,
    /// The configuration accepts it, with a reason and until a date.
    Suppressed,
    /// The report that was given as the baseline has it already.
    Known,
}

/// An acceptance of a finding, from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suppression {
    /// Why it is accepted, as the configuration says.
    pub reason: String,
    /// The last day on which it is, as `2027-01-31`.
    pub expires: String,
}

/// Where evidence lies.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Place {
    /// What the offset counts from.
    pub space: PlaceSpace,
    /// Offset in bytes.
    pub offset: Option<u64>,
    /// Length in bytes.
    pub length: Option<u64>,
    /// The structure, such as `footer`.
    pub structure: Option<String>,
    /// The field of the structure, such as `current size`.
    pub field: Option<String>,
    /// The number of the partition, counted from 1.
    pub partition: Option<u32>,
    /// The volume with its file system and mount point: `partition 1 (ext4 /)`.
    pub volume: Option<String>,
    /// Absolute path in the guest.
    pub path: Option<String>,
    /// Line of that file, counted from 1.
    pub line: Option<u32>,
    /// Where the file is a registry hive: the key, and after `!` the value, such as
    /// `SYSTEM\Select!Current`.
    pub registry: Option<String>,
}

/// What an offset counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceSpace {
    /// The image file.
    Image,
    /// The virtual disk that the image describes.
    Disk,
    /// A file of the guest.
    Guest,
}

/// A document that states a requirement.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Reference {
    /// Its title.
    pub title: &'static str,
    /// Date of the revision that was read.
    pub date: &'static str,
    /// Its address.
    pub url: &'static str,
}

/// A subject that was not checked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NotChecked {
    /// The subject.
    pub subject: &'static str,
    /// What it would take: `azure`, `running-machine`, `vulnerability-data`,
    /// `content-pass` or `installed-system`.
    pub needs: &'static str,
    /// Why, and what to do about it.
    pub reason: &'static str,
}
