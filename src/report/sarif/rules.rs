//! The rules as the tool's `reportingDescriptor`s.

use std::io;

use serde_json::json;

use super::super::v1::{ExplainedRule, FindingLevel};
use super::super::{reference, words};
use super::log::{Configuration, Descriptor, Help, Level, Properties, Text};

/// GitHub shows no more characters of a description.
const MOST: usize = 1024;

pub(super) fn descriptor(rule: &ExplainedRule) -> io::Result<Descriptor> {
    Ok(Descriptor {
        id: rule.id,
        name: rule.name,
        short_description: Text {
            text: shortened(&rule.title),
        },
        full_description: Text {
            text: shortened(&why(rule)),
        },
        help: Help {
            text: plain(rule),
            markdown: reference::rule(rule)?,
        },
        help_uri: rule.sources.first().map(|source| source.url),
        default_configuration: Configuration {
            level: level(rule.level),
        },
        properties: properties(rule),
    })
}

/// The first of its reasons.
fn why(rule: &ExplainedRule) -> String {
    let why = rule
        .sections
        .iter()
        .find(|section| section.heading == "Why");
    let first = why.and_then(|why| why.text.split("\n\n").next());
    first.map_or_else(|| rule.title.clone(), |first| first.replace('\n', " "))
}

/// The standard has no level for advice: both advice and notes are notes there.
pub(super) fn level(level: FindingLevel) -> Level {
    match level {
        FindingLevel::Error => Level::Error,
        FindingLevel::Warning => Level::Warning,
        FindingLevel::Advice | FindingLevel::Note => Level::Note,
    }
}

/// Without a `security-severity`: certification is asked for, not how bad a weakness is, and no
/// source scores these requirements.
fn properties(rule: &ExplainedRule) -> Properties {
    let severity = match rule.level {
        FindingLevel::Error => "error",
        FindingLevel::Warning => "warning",
        FindingLevel::Advice | FindingLevel::Note => "recommendation",
    };
    let mut properties = Properties::new();
    properties.insert(
        "tags",
        json!(["azure", "marketplace", "vhd", words::layer(rule.id)]),
    );
    properties.insert("problem.severity", json!(severity));
    properties.insert("vhdPreflight/level", json!(rule.level));
    properties.insert("vhdPreflight/sources", json!(rule.sources));
    properties
}

/// The text for a viewer that shows no Markdown.
fn plain(rule: &ExplainedRule) -> String {
    let mut text = format!("{}\n", rule.title);
    for section in &rule.sections {
        text.push_str(&format!("\n{}\n{}\n", section.heading, section.text));
    }
    if !rule.profiles.is_empty() {
        text.push_str("\nProfiles\n");
    }
    for one in &rule.profiles {
        text.push_str(&format!("- {}: {}\n", one.profile, one.text));
    }
    text.push_str("\nSources\n");
    for source in &rule.sources {
        text.push_str(&format!(
            "- {} ({}): {}\n",
            source.title, source.date, source.url
        ));
    }
    text
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(MOST - 1).collect();
    short.push('…');
    short
}
