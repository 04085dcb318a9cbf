//! Verifications in version 1 of the documents.

use schemars::JsonSchema;
use serde::Serialize;

use super::Tool;

/// What `vhd-preflight verify` says of a report and an image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight verification, version 1")]
pub struct VerifyDocument {
    /// Name and version of this format: `vhd-preflight/verify/v1`.
    #[schemars(extend("const" = super::VERIFY))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// The image as the user named it.
    pub image: String,
    /// The report that it was compared with.
    pub report: VerifyReport,
    /// Whether the report is about the image.
    pub answer: VerifyAnswer,
    /// How strong that is, in one sentence.
    pub basis: &'static str,
    /// All that was compared.
    pub compared: Vec<ComparedMark>,
}

/// The report that an image was compared with. Nothing in it was authenticated.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerifyReport {
    /// Its path as the user named it.
    pub path: String,
    /// Its form.
    pub form: VerifyForm,
    /// The program that wrote it, as it says.
    pub tool: Option<String>,
    /// The profile that was judged by, as it says.
    pub profile: Option<String>,
    /// How many images it speaks of.
    pub images: u64,
    /// The one among them that comes nearest, by its name there.
    pub image: Option<String>,
    /// What it says of that one.
    pub verdict: Option<String>,
}

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerifyForm {
    /// A JSON report of this program.
    Report,
    /// An in-toto statement.
    Statement,
    /// An in-toto statement in an envelope; its signature was not looked at.
    Envelope,
}

/// Whether a report is about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerifyAnswer {
    /// It is about this very image.
    Same,
    /// It is about the same disk in another file.
    SameDisk,
    /// Nothing speaks against it, and nothing proves it.
    Undetermined,
    /// It is about another image.
    Other,
}

/// One mark of an image that was compared.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ComparedMark {
    /// What it is, such as `sha256 of the file`.
    pub mark: String,
    /// What the report says.
    pub report: String,
    /// What the image has; null when it could not be told.
    pub image: Option<String>,
    /// Whether they are equal; null when it could not be told.
    pub equal: Option<bool>,
}
