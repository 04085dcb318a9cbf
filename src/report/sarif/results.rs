//! Outcomes and findings as results.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::undetermined::Group;
use super::super::v1::{self, FindingLevel, FindingState, OutcomeWord};
use super::log::{ArtifactLocation, Kind, Level, Properties, Result, Suppression};
use super::{message, places, rules};

/// The name of our fingerprint; another way of making it gets another number.
const FINGERPRINT: &str = "vhdPreflight/v1";
/// The only fingerprint that GitHub looks at, in the form of its own.
const GITHUB_FINGERPRINT: &str = "primaryLocationLineHash";

/// The rank of a finding that is accepted.
pub(super) const ACCEPTED: u8 = 5;

/// What holds for all results of a run.
pub(super) struct Frame<'a> {
    /// Numbers of the rules among the run's.
    pub(super) rules: &'a BTreeMap<&'static str, usize>,
    /// The rules that are open for the image, by what stands for them.
    pub(super) open: &'a [Group<'a>],
    /// Whether any finding is accepted: then every result says whether it is (3.27.23).
    pub(super) suppressions: bool,
    /// Whether any finding was in the baseline.
    pub(super) baseline: bool,
}

/// A result, and what decides whether it stays where not all can.
pub(super) struct Ranked {
    pub(super) rank: u8,
    pub(super) result: Result,
}

/// All that an outcome says: a result for each finding, and one for the outcome where no finding
/// speaks for it.
pub(super) fn outcome(
    frame: &Frame<'_>,
    image: &ArtifactLocation,
    outcome: &v1::RuleOutcome,
) -> Vec<Ranked> {
    let mut results: Vec<_> = outcome
        .findings
        .iter()
        .map(|found| finding(frame, image, outcome, found))
        .collect();
    let reason = outcome.reason.as_deref();
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    let whole = match outcome.outcome {
        OutcomeWord::Undetermined => {
            let group = frame
                .open
                .iter()
                .find(|group| group.first.rule == outcome.rule);
            group.map(|group| (Kind::Open, group.text()))
        }
        OutcomeWord::NotApplicable => {
            Some((Kind::NotApplicable, format!("does not apply{reason}")))
        }
        OutcomeWord::Pass if results.iter().all(|found| found.result.kind != Kind::Fail) => {
            Some((Kind::Pass, "passed".to_owned()))
        }
        OutcomeWord::Pass | OutcomeWord::Warn | OutcomeWord::Fail => None,
    };
    if let Some((kind, text)) = whole {
        results.push(without_finding(frame, image, outcome, kind, &text));
    }
    results
}

fn finding(
    frame: &Frame<'_>,
    image: &ArtifactLocation,
    outcome: &v1::RuleOutcome,
    found: &v1::Finding,
) -> Ranked {
    // A note says that nothing has to be done: it is no failure.
    let kind = match found.level {
        FindingLevel::Note => Kind::Informational,
        _ => Kind::Fail,
    };
    let mut properties = Properties::new();
    properties.insert("vhdPreflight/level", json!(found.level));
    properties.insert("vhdPreflight/state", json!(found.state));
    for (name, value) in [
        ("vhdPreflight/found", &found.found),
        ("vhdPreflight/required", &found.required),
        ("vhdPreflight/fix", &found.fix),
    ] {
        if let Some(value) = value {
            properties.insert(name, json!(value));
        }
    }
    if let Some(place) = &found.place {
        properties.insert("vhdPreflight/place", json!(place));
    }
    let rank = match (found.state, found.level) {
        (FindingState::Suppressed, _) => ACCEPTED,
        (_, FindingLevel::Note) => 6,
        (_, FindingLevel::Error) => 0,
        (_, FindingLevel::Warning) => 2,
        (_, FindingLevel::Advice) => 4,
    };
    Ranked {
        rank,
        result: Result {
            rule_id: outcome.rule,
            rule_index: frame.rules.get(outcome.rule).copied(),
            kind,
            level: match kind {
                Kind::Fail => rules::level(found.level),
                _ => Level::None,
            },
            message: message::finding(found),
            locations: [places::location(image, found.place.as_ref())],
            partial_fingerprints: fingerprints(&found.fingerprint),
            baseline_state: frame.baseline.then_some(match found.state {
                FindingState::Known => "unchanged",
                FindingState::Open | FindingState::Suppressed => "new",
            }),
            suppressions: frame.suppressions.then(|| suppressions(found)),
            properties,
        },
    }
}

fn suppressions(found: &v1::Finding) -> Vec<Suppression> {
    if found.state != FindingState::Suppressed {
        return Vec::new();
    }
    let justification = found.suppression.as_ref().map_or_else(
        || "accepted by the configuration".to_owned(),
        |by| format!("{} (until {})", by.reason, by.expires),
    );
    vec![Suppression {
        kind: "external",
        status: "accepted",
        justification: message::plain(&justification),
    }]
}

/// A result for the outcome of a rule as a whole.
fn without_finding(
    frame: &Frame<'_>,
    image: &ArtifactLocation,
    outcome: &v1::RuleOutcome,
    kind: Kind,
    text: &str,
) -> Ranked {
    let text = format!("{} ({}) {text}", outcome.rule, outcome.name);
    let word = match kind {
        Kind::Open => "open",
        Kind::NotApplicable => "not-applicable",
        _ => "pass",
    };
    let mut properties = Properties::new();
    properties.insert("vhdPreflight/blocking", json!(outcome.blocking));
    Ranked {
        rank: match kind {
            Kind::Open if outcome.blocking => 1,
            Kind::Open => 3,
            Kind::NotApplicable => 7,
            _ => 8,
        },
        result: Result {
            rule_id: outcome.rule,
            rule_index: frame.rules.get(outcome.rule).copied(),
            kind,
            level: Level::None,
            message: message::sentence(&text),
            locations: [places::location(image, None)],
            partial_fingerprints: fingerprints(&format!("{}-{word}", outcome.rule)),
            // All results of a run have a state, or none has (3.27.24). What the baseline says of a
            // whole rule is not known: `new`, as viewers hide what is not.
            baseline_state: frame.baseline.then_some("new"),
            suppressions: frame.suppressions.then(Vec::new),
            properties,
        },
    }
}

fn fingerprints(own: &str) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        (FINGERPRINT, own.to_owned()),
        (GITHUB_FINGERPRINT, format!("{own}:1")),
    ])
}
