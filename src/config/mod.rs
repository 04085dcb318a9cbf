//! The project's own file `vhd-preflight.toml`: what an image is meant to be, what the offer says of
//! it, how much each rule weighs, and which findings are accepted, why and how long.
//!
//! [`keys`] lists every key once; reading, the commented file of `init` and the JSON Schema follow
//! from it. Nothing here knows rules or images: ids and names are handed in as a [`Vocabulary`].

mod find;
mod glob;
mod keys;
mod problem;
mod read;
mod schema;
mod sections;
mod template;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::finding::Level;

pub use find::{FILE_NAME, Found, find, load, sha256};
pub use glob::Glob;
pub use problem::{ConfigError, Problem};
pub use schema::schema;
pub use template::template;

/// What may be named in the file, from the layers above.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Id and short name of every rule.
    pub rules: Vec<(&'static str, &'static str)>,
    /// The profiles, the default one among them.
    pub profiles: Vec<&'static str>,
    /// The forms of a report.
    pub formats: Vec<String>,
}

/// A value with the place that it was said at: `vhd-preflight.toml:12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub from: String,
}

/// What the file says of a rule's weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The rule does not count at all.
    Off,
    /// Its gravest findings are of this level.
    Level(Level),
}

impl Weight {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Level(level) => level.word(),
        }
    }
}

/// Another weight for one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetting {
    /// The rule's id.
    pub rule: &'static str,
    /// Its weight.
    pub weight: Weight,
}

/// Accepts findings of one rule, for a reason and until a day.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// The rule's id.
    pub rule: &'static str,
    /// The images that it is for; all where absent.
    pub image: Option<Glob>,
    /// The one finding that it is for.
    pub fingerprint: Option<String>,
    /// The guest's files that it is for.
    pub path: Option<Glob>,
    /// The registry keys and values that it is for.
    pub registry: Option<Glob>,
    /// Why the findings are accepted.
    pub reason: String,
    /// The last day, in UTC, on which they are.
    pub expires: Date,
}

/// A data disk of the offer.
#[derive(Debug, Clone)]
pub struct DataDisk {
    /// The logical unit number that the plan gives it.
    pub lun: u32,
    /// The files that hold it.
    pub image: Option<Glob>,
}

/// A property of the plan that the offer claims, or says that it does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its key under `[claims]`.
    pub property: &'static str,
    /// Whether it is claimed.
    pub is_claimed: bool,
}

/// What a file says. A value that is absent is not declared.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, as it is named to people.
    pub name: String,
    /// The SHA-256 of the file in lower-case hexadecimal; none where no file was read.
    pub sha256: Option<String>,
    /// The thresholds to judge by.
    pub profile: Option<Declared<String>>,
    /// `os` or `data`; `auto` is none.
    pub disk: Option<Declared<String>>,
    /// `linux` or `windows`; `auto` is none.
    pub os: Option<Declared<String>>,
    /// `1` or `2`; `any` is none.
    pub generation: Option<Declared<String>>,
    /// `error`, `warning` or `never`.
    pub fail_on: Option<Declared<String>>,
    /// Forms of the report, as after `--format`, with the files taken from the file's folder.
    pub formats: Option<Declared<Vec<String>>>,
    /// Advisories to match packages with.
    pub advisories: Option<Declared<PathBuf>>,
    /// The version before.
    pub previous: Option<Declared<PathBuf>>,
    /// The report that new findings are told from.
    pub baseline: Option<Declared<PathBuf>>,
    /// The properties of the plan.
    pub claims: Vec<Declared<Claim>>,
    /// `virtual-machine`, `solution-template` or `other`.
    pub offer_type: Option<Declared<String>>,
    /// The types of the subscriptions that may see the preview.
    pub preview_subscriptions: Option<Declared<Vec<String>>>,
    /// How many data disks the version before had.
    pub previous_data_disks: Option<Declared<u32>>,
    /// The data disks.
    pub data_disks: Vec<Declared<DataDisk>>,
    /// Other weights of rules.
    pub rules: Vec<Declared<RuleSetting>>,
    /// Accepted findings.
    pub suppressions: Vec<Declared<Suppression>>,
}

impl Config {
    /// Reads the text of a file that people know as `name`; paths in it count from `folder`.
    ///
    /// # Errors
    /// All that is wrong with it, in the order of its lines.
    pub fn parse(
        text: &str,
        name: &str,
        folder: &Path,
        vocabulary: &Vocabulary,
    ) -> Result<Self, ConfigError> {
        sections::config(text, name, folder, vocabulary)
    }
}
