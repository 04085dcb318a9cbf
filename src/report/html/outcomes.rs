//! Every rule with what it says, gravest first, and what the table is filtered by.

use serde::Serialize;

use super::fixes::{self, Said, anchor};
use super::v1::{Image, OutcomeWord, Reference, Remedy, RuleOutcome};
use crate::rules::Family;

/// A row of the table.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    anchor: String,
    rule: &'static str,
    name: &'static str,
    title: &'a str,
    outcome: &'static str,
    word: &'static str,
    symbol: &'static str,
    layer: &'static str,
    /// The levels of its findings, with blanks between.
    levels: String,
    remedy: &'static str,
    blocking: bool,
    reason: Option<&'a str>,
    why: Option<&'a str>,
    references: &'a [Reference],
    /// How many findings there are, and the first of them.
    count: usize,
    findings: Vec<Said<'a>>,
}

/// A choice of a filter.
#[derive(Serialize)]
pub(super) struct Choice {
    key: &'static str,
    word: &'static str,
    symbol: &'static str,
    count: usize,
}

/// Rules that are open for one reason.
#[derive(Serialize)]
pub(super) struct Open<'a> {
    reason: &'a str,
    /// How many of them a verdict of pass needs.
    blocking: usize,
    rules: Vec<OpenRule>,
}

#[derive(Serialize)]
struct OpenRule {
    rule: &'static str,
    name: &'static str,
    anchor: String,
}

/// In the order of their gravity: the word of the document, that for people, and a symbol that
/// tells it without colour.
const OUTCOMES: [(OutcomeWord, &str, &str, &str); 5] = [
    (OutcomeWord::Fail, "fail", "Fail", "✕"),
    (OutcomeWord::Warn, "warn", "Warning", "!"),
    (
        OutcomeWord::Undetermined,
        "undetermined",
        "Undetermined",
        "?",
    ),
    (OutcomeWord::Pass, "pass", "Pass", "✓"),
    (
        OutcomeWord::NotApplicable,
        "not-applicable",
        "Not applicable",
        "–",
    ),
];

/// Families of rules by their letters, in as few words as a filter has room for.
const LAYERS: [(&str, &str); 6] = [
    ("VHD", "Image file (VHD)"),
    ("PART", "Disk and volumes (PART)"),
    ("LNX", "Linux guest (LNX)"),
    ("WIN", "Windows guest (WIN)"),
    ("DATA", "Data disks (DATA)"),
    ("OFFER", "Offer (OFFER)"),
];

fn layer(rule: &str) -> &'static str {
    Family::of(rule).map_or("other", |family| family.prefix)
}

fn rank(outcome: OutcomeWord) -> usize {
    OUTCOMES
        .iter()
        .position(|(word, ..)| *word == outcome)
        .unwrap_or(0)
}

pub(super) fn rows<'a>(image: &'a Image, id: &str, most_findings: usize) -> Vec<Row<'a>> {
    let mut outcomes: Vec<_> = image.outcomes.iter().collect();
    outcomes.sort_by_key(|outcome| rank(outcome.outcome));
    outcomes
        .into_iter()
        .map(|outcome| row(outcome, id, most_findings))
        .collect()
}

fn row<'a>(outcome: &'a RuleOutcome, id: &str, most_findings: usize) -> Row<'a> {
    let (_, key, word, symbol) = OUTCOMES.get(rank(outcome.outcome)).copied().unwrap_or((
        OutcomeWord::Undetermined,
        "undetermined",
        "Undetermined",
        "?",
    ));
    let mut levels: Vec<_> = outcome.findings.iter().map(|f| f.level).collect();
    levels.sort();
    levels.dedup();
    let levels: Vec<_> = levels.into_iter().map(|level| level.word()).collect();
    let findings: Vec<_> = outcome.findings.iter().take(most_findings).collect();
    Row {
        anchor: anchor(id, outcome.rule),
        rule: outcome.rule,
        name: outcome.name,
        title: &outcome.title,
        outcome: key,
        word,
        symbol,
        layer: layer(outcome.rule),
        levels: levels.join(" "),
        remedy: match outcome.remedy {
            Remedy::Guest => "guest",
            Remedy::Disk => "disk",
            Remedy::Image => "image file",
            Remedy::Offer => "offer",
        },
        blocking: outcome.blocking,
        reason: outcome.reason.as_deref(),
        why: outcome.why.as_deref(),
        references: outcome
            .findings
            .first()
            .map_or(&[][..], |finding| &finding.references),
        count: outcome.findings.len(),
        findings: fixes::said(&findings),
    }
}

/// How many rules have each outcome.
pub(super) fn statuses(image: &Image) -> Vec<Choice> {
    let count = |wanted| {
        let all = image.outcomes.iter();
        all.filter(|outcome| outcome.outcome == wanted).count()
    };
    OUTCOMES
        .iter()
        .map(|(outcome, key, word, symbol)| Choice {
            key,
            word,
            symbol,
            count: count(*outcome),
        })
        .collect()
}

/// The layers that have rules.
pub(super) fn layers(image: &Image) -> Vec<Choice> {
    let of = |(key, word): &(&'static str, &'static str)| {
        let all = image.outcomes.iter();
        Choice {
            key,
            word,
            symbol: "",
            count: all.filter(|outcome| layer(outcome.rule) == *key).count(),
        }
    };
    let all = LAYERS.iter().chain(&[("other", "Other")]).map(of);
    all.filter(|choice| choice.count > 0).collect()
}

/// What could not be decided, by its reason; what a verdict of pass needs comes first.
pub(super) fn open<'a>(image: &'a Image, id: &str) -> Vec<Open<'a>> {
    let mut groups: Vec<Open<'a>> = Vec::new();
    for outcome in &image.outcomes {
        // An error beside an open question makes a failure; the question stays a question.
        let open = matches!(
            outcome.outcome,
            OutcomeWord::Undetermined | OutcomeWord::Fail
        );
        let Some(reason) = outcome.reason.as_deref().filter(|_| open) else {
            continue;
        };
        let needed = outcome.blocking && outcome.outcome == OutcomeWord::Undetermined;
        let needed = usize::from(needed);
        let rule = OpenRule {
            rule: outcome.rule,
            name: outcome.name,
            anchor: anchor(id, outcome.rule),
        };
        match groups.iter_mut().find(|group| group.reason == reason) {
            Some(group) => {
                group.rules.push(rule);
                group.blocking = group.blocking.saturating_add(needed);
            }
            None => groups.push(Open {
                reason,
                blocking: needed,
                rules: vec![rule],
            }),
        }
    }
    groups.sort_by_key(|group| group.blocking == 0);
    groups
}
