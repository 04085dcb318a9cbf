//! The fields of an OSV record that are read, and what is kept of them.

use serde::Deserialize;

use super::ecosystem;
use super::severity::{self, Severity};

/// Versions and events of one range that are kept.
const MAX_ITEMS: usize = 10_000;

/// What is kept of a record.
#[derive(Debug, Clone)]
pub(super) struct Advisory {
    pub(super) id: String,
    pub(super) aliases: Vec<String>,
    pub(super) severity: Severity,
    pub(super) affected: Vec<Affected>,
}

/// A package that an advisory is about.
#[derive(Debug, Clone)]
pub(super) struct Affected {
    pub(super) ecosystem: String,
    pub(super) package: String,
    pub(super) ranges: Vec<Vec<Event>>,
    /// Single versions; only where there are no ranges.
    pub(super) versions: Vec<String>,
    /// The installed packages that it is about, where it says so.
    pub(super) binaries: Vec<String>,
}

/// A point on the line of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Introduced(String),
    Fixed(String),
    LastAffected(String),
}

#[derive(Deserialize)]
pub(super) struct Record {
    id: String,
    #[serde(default)]
    modified: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    upstream: Option<Vec<String>>,
    #[serde(default)]
    severity: Option<Vec<RecordSeverity>>,
    #[serde(default)]
    affected: Option<Vec<RecordAffected>>,
    #[serde(default)]
    database_specific: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct RecordSeverity {
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct RecordAffected {
    package: Option<RecordPackage>,
    #[serde(default)]
    ranges: Option<Vec<RecordRange>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    severity: Option<Vec<RecordSeverity>>,
    #[serde(default)]
    ecosystem_specific: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct RecordPackage {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct RecordRange {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<RecordEvent>,
}

#[derive(Deserialize)]
struct RecordEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
}

impl Record {
    /// The day of its last change.
    pub(super) fn date(&self) -> Option<&str> {
        self.modified.as_deref()?.get(..10)
    }

    /// What is kept; none where it was withdrawn, or is about no known distribution.
    pub(super) fn kept(self) -> Option<Advisory> {
        if self.withdrawn.is_some() {
            return None;
        }
        let mut severity = Severity::default();
        for stated in self.severity.iter().flatten() {
            severity.add(&stated.score);
        }
        severity.add_words(self.database_specific.as_ref());
        let mut affected = Vec::new();
        for item in self.affected.into_iter().flatten() {
            let Some(package) = item.package else {
                continue;
            };
            if !ecosystem::is_known(&package.ecosystem) {
                continue;
            }
            for stated in item.severity.iter().flatten() {
                severity.add(&stated.score);
            }
            severity.add_words(item.ecosystem_specific.as_ref());
            let ranges: Vec<_> = item
                .ranges
                .into_iter()
                .flatten()
                .filter(|range| range.kind == "ECOSYSTEM")
                .map(|range| {
                    let events = range.events.into_iter().take(MAX_ITEMS);
                    events.filter_map(RecordEvent::event).collect()
                })
                .collect();
            let versions = match ranges.is_empty() {
                true => item
                    .versions
                    .into_iter()
                    .flatten()
                    .take(MAX_ITEMS)
                    .collect(),
                false => Vec::new(),
            };
            affected.push(Affected {
                ecosystem: package.ecosystem,
                package: package.name,
                ranges,
                versions,
                binaries: severity::binaries(item.ecosystem_specific.as_ref()),
            });
        }
        if affected.is_empty() {
            return None;
        }
        let mut aliases: Vec<_> = self.aliases.into_iter().flatten().collect();
        aliases.extend(self.upstream.into_iter().flatten());
        aliases.sort();
        aliases.dedup();
        Some(Advisory {
            id: self.id,
            aliases,
            severity,
            affected,
        })
    }
}

impl RecordEvent {
    fn event(self) -> Option<Event> {
        match self {
            Self {
                introduced: Some(version),
                ..
            } => Some(Event::Introduced(version)),
            Self {
                fixed: Some(version),
                ..
            } => Some(Event::Fixed(version)),
            Self {
                last_affected: Some(version),
                ..
            } => Some(Event::LastAffected(version)),
            _ => None,
        }
    }
}
