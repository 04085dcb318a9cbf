//! A small report for the tests.

use crate::config::{Config, Declared, Suppression, Vocabulary};
use crate::report::v1::{self, FindingLevel, OutcomeWord};

/// A finding of a rule: its level, the guest's file, and the fingerprint.
pub(super) type Found = (FindingLevel, &'static str, &'static str);

pub(super) fn outcome(
    rule: &'static str,
    level: FindingLevel,
    word: OutcomeWord,
    reason: Option<&str>,
    findings: &[Found],
) -> v1::RuleOutcome {
    let finding = |(level, path, fingerprint): &Found| v1::Finding {
        level: *level,
        message: format!("about {path}"),
        found: None,
        required: None,
        place: Some(v1::Place {
            space: v1::PlaceSpace::Guest,
            offset: None,
            length: None,
            structure: None,
            field: None,
            partition: None,
            volume: None,
            path: Some((*path).to_owned()),
            line: None,
            registry: path
                .starts_with("/Windows")
                .then(|| r"SYSTEM\Select!Current".to_owned()),
        }),
        fix: None,
        references: Vec::new(),
        fingerprint: (*fingerprint).to_owned(),
        state: v1::FindingState::Open,
        suppression: None,
    };
    v1::RuleOutcome {
        rule,
        name: "name",
        title: String::new(),
        remedy: v1::Remedy::Guest,
        level,
        weight: None,
        blocking: level == FindingLevel::Error,
        outcome: word,
        reason: reason.map(str::to_owned),
        why: None,
        findings: findings.iter().map(finding).collect(),
    }
}

pub(super) fn image(path: &str, outcomes: Vec<v1::RuleOutcome>) -> v1::Image {
    v1::Image {
        path: path.to_owned(),
        verdict: Some(v1::Verdict::Fail),
        summary: v1::Summary::default(),
        outcomes,
        not_checked: Vec::new(),
        facts: None,
        content: None,
        estimate: None,
        errors: Vec::new(),
    }
}

pub(super) fn report(images: Vec<v1::Image>) -> v1::Report {
    v1::Report {
        schema: v1::REPORT,
        tool: v1::Tool::default(),
        profile: "strict".to_owned(),
        configuration: v1::Configuration::default(),
        images,
    }
}

pub(super) fn config(text: &str) -> Config {
    let vocabulary = Vocabulary {
        rules: vec![("LNX001", "one"), ("LNX002", "two")],
        ..Vocabulary::default()
    };
    Config::parse(text, "c.toml", std::path::Path::new(""), &vocabulary).unwrap()
}

/// Suppressions of LNX001, each with a `reason`, and these further lines.
pub(super) fn suppressions(all: &[&str]) -> Vec<Declared<Suppression>> {
    let text: String = all
        .iter()
        .map(|more| format!("[[suppress]]\nrule = \"LNX001\"\nreason = \"r\"\n{more}\n"))
        .collect();
    config(&text).suppressions
}
