//! What to mend, in the order of the work, and what is only worth knowing.

use serde::Serialize;

use super::v1::{Finding, FindingLevel, FindingState, Image, Reference, Remedy, RuleOutcome};
use crate::report::fixes;
use crate::report::words::{self, turn, work};

/// What is mended in one place.
#[derive(Serialize)]
pub(super) struct Group<'a> {
    title: &'static str,
    /// Whether several commands are no steps of one way: each begins with the image as it is.
    apart: bool,
    items: Vec<Item<'a>>,
}

/// A rule with the findings that ask for work.
#[derive(Serialize)]
struct Item<'a> {
    rule: &'static str,
    name: &'static str,
    title: &'a str,
    anchor: String,
    level: &'static str,
    why: Option<&'a str>,
    references: Vec<&'a Reference>,
    /// What mends several findings at once: it is said before them.
    fix: Option<Fix<'a>>,
    findings: Vec<Said<'a>>,
}

/// A finding as a page shows it.
#[derive(Serialize)]
pub(super) struct Said<'a> {
    level: &'static str,
    message: &'a str,
    found: Option<&'a str>,
    required: Option<&'a str>,
    place: Option<String>,
    fix: Option<Fix<'a>>,
    fingerprint: &'a str,
    /// Why it does not count; null where it does.
    excused: Option<String>,
}

/// What mends it.
#[derive(Serialize, Clone)]
pub(super) struct Fix<'a> {
    /// Whether it is a command, to be copied, and not a sentence.
    command: bool,
    /// The text, cut where a shell goes on to the next command.
    steps: Vec<&'a str>,
}

/// A finding that asks for no work, with its rule.
#[derive(Serialize)]
pub(super) struct Light<'a> {
    rule: &'static str,
    name: &'static str,
    anchor: String,
    said: Said<'a>,
}

/// Where the table of outcomes has a rule.
pub(super) fn anchor(image: &str, rule: &str) -> String {
    format!("{image}-{rule}")
}

/// Errors and warnings that count, by the place where they are mended: what changes the guest
/// changes the disk, and that the file.
pub(super) fn groups<'a>(image: &'a Image, id: &str) -> Vec<Group<'a>> {
    let mut places = [Remedy::Guest, Remedy::Disk, Remedy::Image, Remedy::Offer];
    places.sort_by_key(|place| turn(*place));
    let of = |place: Remedy| {
        let mut items: Vec<_> = image
            .outcomes
            .iter()
            .filter(|outcome| outcome.remedy == place)
            .filter_map(|outcome| item(outcome, id))
            .collect();
        items.sort_by_key(|item| item.level != FindingLevel::Error.word());
        let of = |item: &'_ Item<'a>| -> Vec<_> {
            let findings = item.findings.iter().filter_map(|said| said.fix.clone());
            findings.chain(item.fix.clone()).collect()
        };
        let fixes = items.iter().flat_map(of);
        let mut commands: Vec<_> = fixes
            .filter(|fix| fix.command)
            .map(|fix| fix.steps)
            .collect();
        commands.dedup();
        Group {
            title: work(place),
            apart: matches!(place, Remedy::Disk | Remedy::Image) && commands.len() > 1,
            items,
        }
    };
    places
        .into_iter()
        .map(of)
        .filter(|group| !group.items.is_empty())
        .collect()
}

fn is_work(finding: &Finding) -> bool {
    let grave = matches!(finding.level, FindingLevel::Error | FindingLevel::Warning);
    grave && finding.state == FindingState::Open
}

fn item<'a>(outcome: &'a RuleOutcome, id: &str) -> Option<Item<'a>> {
    let findings: Vec<_> = outcome.findings.iter().filter(|f| is_work(f)).collect();
    let worst = findings.iter().map(|finding| finding.level).min()?;
    let mut references: Vec<&Reference> = Vec::new();
    for reference in findings.iter().flat_map(|finding| &finding.references) {
        if !references.iter().any(|known| known.url == reference.url) {
            references.push(reference);
        }
    }
    let mut said = said(&findings);
    let mut fixes: Vec<_> = findings.iter().filter_map(|one| one.fix.as_ref()).collect();
    fixes.dedup();
    let shared = match fixes.as_slice() {
        [_] if findings.len() > 1 => said.iter_mut().find_map(|one| one.fix.take()),
        _ => None,
    };
    Some(Item {
        fix: shared,
        rule: outcome.rule,
        name: outcome.name,
        title: &outcome.title,
        anchor: anchor(id, outcome.rule),
        level: worst.word(),
        why: outcome.why.as_deref(),
        references,
        findings: said,
    })
}

/// Findings as they are shown; a fix that the next one repeats is only said there.
pub(super) fn said<'a>(findings: &[&'a Finding]) -> Vec<Said<'a>> {
    let mut all = Vec::with_capacity(findings.len());
    for (at, finding) in findings.iter().enumerate() {
        let next = findings.get(at.saturating_add(1));
        let repeated = next.is_some_and(|next| next.fix == finding.fix);
        let mut one = say(finding);
        if repeated {
            one.fix = None;
        }
        all.push(one);
    }
    all
}

fn say(finding: &Finding) -> Said<'_> {
    let excused = match (finding.state, &finding.suppression) {
        (FindingState::Open, _) => None,
        (FindingState::Known, _) => Some("known: the baseline has it already".to_owned()),
        (FindingState::Suppressed, Some(why)) => {
            Some(format!("accepted until {}: {}", why.expires, why.reason))
        }
        (FindingState::Suppressed, None) => Some("accepted by the configuration".to_owned()),
    };
    Said {
        level: finding.level.word(),
        message: &finding.message,
        found: finding.found.as_deref(),
        required: finding.required.as_deref(),
        place: finding.place.as_ref().map(words::place),
        fix: finding.fix.as_deref().map(|text| fix(finding, text)),
        fingerprint: &finding.fingerprint,
        excused,
    }
}

/// Advice and notes, and whatever does not count.
pub(super) fn light<'a>(
    image: &'a Image,
    id: &str,
    wanted: impl Fn(&Finding) -> bool,
) -> Vec<Light<'a>> {
    let mut all: Vec<_> = image
        .outcomes
        .iter()
        .flat_map(|outcome| outcome.findings.iter().map(move |f| (outcome, f)))
        .filter(|(_, finding)| wanted(finding))
        .collect();
    all.sort_by_key(|(_, finding)| finding.level);
    all.into_iter()
        .map(|(outcome, finding)| Light {
            rule: outcome.rule,
            name: outcome.name,
            anchor: anchor(id, outcome.rule),
            said: say(finding),
        })
        .collect()
}

pub(super) fn is_light(finding: &Finding) -> bool {
    finding.state == FindingState::Open && !is_work(finding)
}

pub(super) fn is_excused(finding: &Finding) -> bool {
    finding.state != FindingState::Open
}

fn fix<'a>(finding: &Finding, text: &'a str) -> Fix<'a> {
    match fixes::of(finding).language() {
        Some(language) => Fix {
            command: true,
            steps: fixes::steps(text, language),
        },
        None => Fix {
            command: false,
            steps: vec![text],
        },
    }
}
