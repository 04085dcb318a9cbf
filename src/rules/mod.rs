//! Opinions about facts: one requirement of Azure or Marketplace a rule, one rule a file.
//!
//! A rule is a pure function of a [`Subject`]; it reads nothing and prints nothing. Adding one is a
//! new file, a line in [`registry`], and a fixture that passes, fails and does not apply.

pub mod container;
pub mod exceptions;
pub mod family;
mod fix;
mod guest_facts;
pub mod linux;
pub mod not_checked;
pub mod offer;
pub mod partition;
pub mod profile;
pub mod registry;
pub mod rule_set;
pub mod source;
pub mod volume;
pub mod windows;

use crate::finding::{Level, Outcome};
use crate::inspect::{Inspection, Offer, Property};

pub use family::Family;
pub use profile::Profile;
pub use source::Source;

/// Bytes in a MiB.
pub const MIB: u64 = 1 << 20;
/// Bytes in a GiB.
pub const GIB: u64 = 1 << 30;

/// What a rule looks at.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The facts of the image.
    pub inspection: &'a Inspection,
    /// The thresholds to judge by.
    pub profile: Profile,
    /// The other images of the same call, which together make one offer's disks.
    pub siblings: &'a [Sibling],
}

/// What rules need to know of another image of the same call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Its name as the user gave it.
    pub name: String,
    /// The unique id in its footer.
    pub unique_id: Option<[u8; 16]>,
}

/// One requirement.
pub struct Rule {
    /// Stable id, such as `VHD004`.
    pub id: &'static str,
    /// Stable short name, such as `size-whole-mib`.
    pub name: &'static str,
    /// The level of the rule's gravest finding; a rule of level error is *blocking*: a verdict of
    /// pass needs it decided.
    pub level: Level,
    /// The property of the plan that the rule is about, and the rule's level where the offer
    /// claims it.
    pub claimed: Option<(Property, Level)>,
    /// The doc comment: a title line, then the sections `Why`, `Evidence`, `What Azure says`,
    /// `Fix`, `Limits` and `Profiles`, of which `Why`, `Evidence` and `Fix` are always there;
    /// `Profiles` is there where the profiles judge differently, with an item for each.
    pub doc: &'static str,
    /// Where the requirement is stated.
    pub sources: &'static [&'static Source],
    /// The judgement.
    pub check: fn(&Subject<'_>) -> Outcome,
}

impl Rule {
    /// The first line of the doc comment: the requirement in one sentence.
    pub fn title(&self) -> &'static str {
        self.doc
            .trim_start()
            .lines()
            .next()
            .unwrap_or_default()
            .trim()
    }

    /// Whether a verdict of pass needs this rule decided, whatever the offer claims.
    pub fn is_blocking(&self) -> bool {
        self.level == Level::Error
    }

    /// The level of the rule's gravest finding, by what the offer claims.
    pub fn level_for(&self, offer: &Offer) -> Level {
        match self.claimed {
            Some((property, level)) if offer.claimed(property).is_some() => level,
            _ => self.level,
        }
    }

    /// The text of a section of the doc comment (`## Why`), without its heading.
    pub fn section(&self, heading: &str) -> Option<String> {
        let mut lines = self
            .doc
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.by_ref().find(|line| {
            line.strip_prefix("## ")
                .is_some_and(|name| name.trim() == heading)
        })?;
        let text: Vec<_> = lines.take_while(|line| !line.starts_with("## ")).collect();
        Some(text.join("\n").trim().to_owned())
    }
}

/// Declares a rule: its doc comment is the text of `explain`, of the rule table and of reports.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        pub static $name:ident = {
            id: $id:literal,
            name: $short:literal,
            level: $level:ident,
            $(claimed: ($property:ident, $claimed:ident),)?
            sources: [$($source:ident),+ $(,)?],
        };
    ) => {
        $(#[doc = $doc])+
        pub static $name: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            name: $short,
            level: $crate::finding::Level::$level,
            claimed: $crate::rules::claimed!($($property, $claimed)?),
            doc: concat!($($doc, "\n"),+),
            sources: &[$(&$crate::rules::source::$source),+],
            check,
        };
    };
}
pub(crate) use declare_rule;

/// What [`declare_rule`] says of a claim.
macro_rules! claimed {
    () => {
        None
    };
    ($property:ident, $level:ident) => {
        Some((
            $crate::inspect::Property::$property,
            $crate::finding::Level::$level,
        ))
    };
}
pub(crate) use claimed;
