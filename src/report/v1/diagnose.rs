//! The document of `diagnose`, version 1.

use schemars::JsonSchema;
use serde::Serialize;

use super::{DIAGNOSE, NotChecked, RuleOutcome, Tool, Verdict};

/// How many places of one wording are counted; `times` may then be less than it is.
pub const COUNTED_PLACES: u64 = 1024;

/// What `vhd-preflight diagnose` says of a text, and of an image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight diagnosis, version 1")]
pub struct Diagnose {
    /// Name and version of this format: `vhd-preflight/diagnose/v1`.
    #[schemars(extend("const" = DIAGNOSE))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// What was read.
    pub input: DiagnosedText,
    /// The failure messages in it: failures first, what only follows from them or wraps them last.
    pub messages: Vec<DiagnosedMessage>,
    /// Tests of a self-test's answer that did not pass and that nothing is known of.
    pub unknown_tests: Vec<SelfTest>,
    /// Where nothing was recognised: what comes nearest.
    pub nearest: Vec<NearMessage>,
    /// The image whose rules were asked; null when none was named.
    pub image: Option<DiagnosedImage>,
}

/// The text that was diagnosed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiagnosedText {
    /// Where it came from.
    pub kind: TextKind,
    /// The file's name; null for the others.
    pub path: Option<String>,
    /// Bytes that were read.
    pub bytes: u64,
    /// Whether there is more of it than is read, so that messages may have been missed.
    pub truncated: bool,
    /// How many tests the answer of a self-test in it has; null when there is no such answer.
    pub self_tests: Option<u64>,
}

/// Where a text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TextKind {
    /// The command line.
    Argument,
    /// Standard input.
    StandardInput,
    /// A file.
    File,
}

/// A failure message that was recognised.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiagnosedMessage {
    /// Stable id, such as `MSG106`.
    pub id: &'static str,
    /// Further ids of the same failure.
    pub aliases: Vec<&'static str>,
    /// The failure in a few words.
    pub title: &'static str,
    /// Where it stands among several.
    pub role: MessageRole,
    /// The first place in the text; null for a test of a self-test's answer.
    pub place: Option<TextPlace>,
    /// How often it is there; 0 for a test of a self-test's answer.
    pub times: u64,
    /// The test that did not pass; null for a text.
    pub test: Option<SelfTest>,
    /// What it means.
    pub meaning: &'static str,
    /// The rules behind it, in the order of the causes.
    pub rules: Vec<&'static str>,
    /// What the image shows of it; null when no image was named.
    pub shown: Option<ImageShows>,
    /// What causes it, the likeliest first.
    pub causes: Vec<MessageCause>,
    /// What no image file can show of it; null where a file can show everything.
    pub beyond: Option<&'static str>,
    /// Where this is known from.
    pub sources: Vec<MessageSource>,
}

/// Where a failure stands among several of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MessageRole {
    /// It is the failure.
    Failure,
    /// It follows from another failure: look for an earlier one.
    FollowUp,
    /// It only says that something inside of it failed.
    Wrapper,
}

/// A place in the text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextPlace {
    /// Line, counted from 1.
    pub line: u32,
    /// What stands there, cut to a readable length.
    pub text: String,
}

/// A test of Microsoft's self-test or toolkit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SelfTest {
    /// Its id, such as `48`; empty when there is none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its result, such as `Failed`.
    pub result: String,
    /// What it found.
    pub actual: Option<String>,
    /// What it asks for.
    pub required: Option<String>,
}

/// One cause of a failure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageCause {
    /// What is the matter.
    pub cause: &'static str,
    /// The rules that find it in an image; empty where no image shows it.
    pub rules: Vec<&'static str>,
    /// The evidence to look for; null where the rules say it all.
    pub evidence: Option<&'static str>,
    /// What mends it; null where there is nothing to do.
    pub fix: Option<&'static str>,
    /// Whether the image shows it; null when no image was named.
    pub shown: Option<CauseShown>,
    /// Those of its rules that found something in the image; other causes may share them.
    pub found_by: Vec<&'static str>,
}

/// Whether an image shows a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CauseShown {
    /// A rule behind it found something.
    Shown,
    /// The rules behind it passed, or do not apply.
    NotShown,
    /// A rule behind it could not be decided, and none found anything.
    Open,
    /// No image file shows it.
    BeyondTheImage,
}

/// What an image shows of a message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ImageShows {
    /// Whether it shows a cause.
    pub answer: CauseShown,
    /// What the rules behind it say, with their evidence.
    pub outcomes: Vec<RuleOutcome>,
}

/// A document or a public thread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageSource {
    /// Its title, or `owner/repository#number`.
    pub title: &'static str,
    /// Its date, or what is known of it.
    pub date: &'static str,
    /// Its address.
    pub url: String,
}

/// A message that a text comes near to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NearMessage {
    /// Stable id.
    pub id: &'static str,
    /// The failure in a few words.
    pub title: &'static str,
    /// The wording or the code that comes nearest.
    pub wording: &'static str,
    /// How much of what is characteristic of it the text has, of 1.
    pub likeness: f64,
}

/// The image whose rules were asked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiagnosedImage {
    /// The image as the user named it.
    pub path: String,
    /// The dated set of thresholds that it was judged by.
    pub profile: String,
    /// What all rules together say of it.
    pub verdict: Option<Verdict>,
    /// What was not checked of it.
    pub not_checked: Vec<NotChecked>,
}
