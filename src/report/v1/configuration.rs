//! What was declared of the images, and from where, in version 1 of the report.

use schemars::JsonSchema;
use serde::Serialize;

use super::FindingLevel;

/// What the configuration file and the options of the call declare.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Configuration {
    /// The file `vhd-preflight.toml` that was read; null when none was.
    pub file: Option<String>,
    /// Each value that was declared, and where; what is not here is at its default.
    pub settings: Vec<Setting>,
    /// What is wrong with the configuration itself: an error counts as one of an image does.
    pub problems: Vec<ConfigurationProblem>,
    /// The report that known findings were told by; null when none was named.
    pub baseline: Option<Baseline>,
}

/// A value that was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Setting {
    /// Its name, such as `profile`, `claims.nvme`, `rules.LNX009` or `suppress LNX009`.
    pub name: String,
    /// The value.
    pub value: String,
    /// Where it was declared: an option such as `--profile`, or a file and line.
    pub from: String,
}

/// Something wrong with the configuration, which shows only when images are judged by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigurationProblem {
    /// How much it weighs.
    pub level: FindingLevel,
    /// What is the matter, in one sentence.
    pub message: String,
    /// File and line.
    pub from: String,
    /// The rule that it is about; null when it is about none.
    pub rule: Option<&'static str>,
    /// What mends it.
    pub fix: Option<String>,
}

/// What the baseline says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Baseline {
    /// The report.
    pub path: String,
    /// Findings of it that were decided now and are gone.
    pub gone: Vec<GoneFinding>,
}

/// A finding of the baseline that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GoneFinding {
    /// The image, as it is named now.
    pub image: String,
    /// Id of the rule.
    pub rule: String,
    /// The level that it had.
    pub level: FindingLevel,
    /// What it said.
    pub message: String,
    /// Its fingerprint.
    pub fingerprint: String,
}

/// Another weight of a rule, from the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleWeight {
    /// `off`, or the level of its gravest findings.
    pub weight: &'static str,
    /// File and line.
    pub from: String,
}
