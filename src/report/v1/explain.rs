//! The document of `explain`, version 1.

use schemars::JsonSchema;
use serde::Serialize;

use super::{EXPLAIN, FindingLevel, Reference, Remedy, Tool};

/// What `vhd-preflight explain` says of rules: their texts, without any image.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(title = "vhd-preflight explanation, version 1")]
pub struct Explanation {
    /// Name and version of this format: `vhd-preflight/explain/v1`.
    #[schemars(extend("const" = EXPLAIN))]
    pub schema: &'static str,
    /// The program that wrote the document.
    pub tool: Tool,
    /// The rules, in the order in which they were named; with `--all` every rule, in the order of
    /// reports.
    pub rules: Vec<ExplainedRule>,
}

/// The text of one rule.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExplainedRule {
    /// Stable id, such as `VHD004`.
    pub id: &'static str,
    /// Stable short name, such as `size-whole-mib`.
    pub name: &'static str,
    /// The family that it belongs to.
    pub family: RuleFamily,
    /// The requirement in one sentence.
    pub title: String,
    /// The level of its gravest finding.
    pub level: FindingLevel,
    /// Whether a verdict of `pass` needs it decided.
    pub blocking: bool,
    /// The level where the offer claims the property that the rule is about; null for a rule that
    /// is about none.
    pub level_when_claimed: Option<FindingLevel>,
    /// Where whoever mends it has to work.
    pub remedy: Remedy,
    /// Its text, in the order in which it is read: `Why`, `Evidence`, `What Azure says`, `Fix`,
    /// `Limits`, of which `Why`, `Evidence` and `Fix` are always there.
    pub sections: Vec<RuleSection>,
    /// What each profile makes of it; empty where all profiles judge alike.
    pub profiles: Vec<ProfileThreshold>,
    /// Where the requirement is stated.
    pub sources: Vec<Reference>,
}

/// Rules whose ids begin with the same letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleFamily {
    /// The letters, such as `VHD`.
    pub prefix: &'static str,
    /// What its rules look at.
    pub title: &'static str,
}

/// A part of a rule's text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleSection {
    /// Its heading, such as `Why`.
    pub heading: String,
    /// Its text in Markdown: each line is a whole paragraph, or an item of a list where it begins
    /// with `- `. What stands between backticks is meant literally.
    pub text: String,
}

/// What a rule makes of its requirement by one profile.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProfileThreshold {
    /// The profile, as `--profile` takes it.
    pub profile: String,
    /// Its threshold, or the levels that it gives, in Markdown.
    pub text: String,
}
