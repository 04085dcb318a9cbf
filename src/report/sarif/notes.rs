//! What has to be said beside the results: images that could not be inspected, what was not checked,
//! what was left out.

use std::collections::BTreeMap;

use super::super::artifact::Artifact;
use super::super::v1::{self, FindingState};
use super::super::words;
use super::log::{Kind, Level, Location, Notification, NotificationDescriptor, Reference, Text};
use super::results::{ACCEPTED, Ranked};
use super::{message, places, rules};
use crate::text::counted;

/// Notifications of one kind; the rest are counted in one more.
const MOST: usize = 1000;

/// The kinds of notifications, with what each says.
const KINDS: [(&str, &str); 6] = [
    (
        "configuration",
        "Something is wrong with the configuration.",
    ),
    ("not-inspected", "An image could not be inspected."),
    ("not-checked", "A subject that no offline check can decide."),
    (
        "suppressed",
        "A finding that the configuration accepts, and that is therefore no result here.",
    ),
    (
        "left-out",
        "Results that are no problems are not written, as code scanning would show them as alerts.",
    ),
    (
        "cut",
        "Results beyond the limits of GitHub's code scanning are not written.",
    ),
];

pub(super) fn descriptors() -> Vec<NotificationDescriptor> {
    KINDS
        .iter()
        .map(|(id, text)| NotificationDescriptor {
            id,
            short_description: Text {
                text: (*text).to_owned(),
            },
        })
        .collect()
}

/// What is to be said of a report.
pub(super) fn all(
    report: &v1::Report,
    artifacts: &[Artifact],
    left_out: &[Ranked],
) -> Vec<Notification> {
    let mut notes = limited("not-inspected", not_inspected(report, artifacts));
    notes.extend(not_checked(report));
    if !left_out.is_empty() {
        notes.extend(limited("suppressed", suppressed(report, artifacts)));
        notes.push(left_out_note(left_out));
    }
    notes
}

/// What is wrong with the configuration.
pub(super) fn configuration(report: &v1::Report) -> Vec<Notification> {
    let problems = report.configuration.problems.iter().map(|problem| {
        let level = rules::level(problem.level);
        let (file, line) = words::file_and_line(&problem.from);
        let fix = problem.fix.as_ref().map(|fix| format!(". Fix: {fix}"));
        let text = format!("{}{}", problem.message, fix.unwrap_or_default());
        note(
            "configuration",
            level,
            &text,
            vec![places::file(file, line)],
        )
    });
    limited("configuration", problems.collect())
}

/// What is to be said where results do not fit.
pub(super) fn cut(lost: &[Ranked]) -> Notification {
    let text = format!(
        "{} left out, the least grave first, to stay within the limits of GitHub's code scanning: \
         {}. The other forms of the report hold all of them.",
        counted(number(lost.len()), "result"),
        by_kind(lost)
    );
    note("cut", Level::Warning, &text, Vec::new())
}

fn note(id: &'static str, level: Level, text: &str, locations: Vec<Location>) -> Notification {
    Notification {
        descriptor: Reference { id },
        level,
        message: message::sentence(text),
        locations,
    }
}

fn limited(id: &'static str, mut notes: Vec<Notification>) -> Vec<Notification> {
    let more = notes.len().saturating_sub(MOST);
    if more > 0 {
        let level = notes.first().map_or(Level::Note, |first| first.level);
        notes.truncate(MOST);
        let text = format!(
            "{} of this kind not shown",
            counted(number(more), "more notification")
        );
        notes.push(note(id, level, &text, Vec::new()));
    }
    notes
}

fn not_inspected(report: &v1::Report, artifacts: &[Artifact]) -> Vec<Notification> {
    let mut notes = Vec::new();
    for (index, (image, artifact)) in report.images.iter().zip(artifacts).enumerate() {
        for error in &image.errors {
            let image = places::artifact_location(artifact, index);
            let location = places::location(&image, None);
            notes.push(note(
                "not-inspected",
                Level::Error,
                &error.message,
                vec![location],
            ));
        }
    }
    notes
}

/// Each subject once, with the number of images that it holds for.
fn not_checked(report: &v1::Report) -> Vec<Notification> {
    let mut subjects: BTreeMap<_, u64> = BTreeMap::new();
    for entry in report.images.iter().flat_map(|image| &image.not_checked) {
        let count = subjects.entry((entry.subject, entry.needs, entry.reason));
        *count.or_default() += 1;
    }
    subjects
        .into_iter()
        .map(|((subject, needs, reason), count)| {
            let images = counted(count, "image");
            let text = format!("not checked, {images}: {subject} (needs {needs}): {reason}");
            note("not-checked", Level::Note, &text, Vec::new())
        })
        .collect()
}

/// The accepted findings, which stay in the report where they are no results.
fn suppressed(report: &v1::Report, artifacts: &[Artifact]) -> Vec<Notification> {
    let mut notes = Vec::new();
    for (index, (image, artifact)) in report.images.iter().zip(artifacts).enumerate() {
        for outcome in &image.outcomes {
            let accepted = |f: &&v1::Finding| f.state == FindingState::Suppressed;
            for finding in outcome.findings.iter().filter(accepted) {
                let by = finding.suppression.as_ref();
                let by = by.map(|by| format!(" (accepted until {}: {})", by.expires, by.reason));
                let text = format!(
                    "{}: {}{}",
                    outcome.rule,
                    finding.message,
                    by.unwrap_or_default()
                );
                let image = places::artifact_location(artifact, index);
                let place = finding.place.as_ref();
                let location = places::location(&image, place);
                notes.push(note("suppressed", Level::Note, &text, vec![location]));
            }
        }
    }
    notes
}

fn left_out_note(left_out: &[Ranked]) -> Notification {
    let text = format!(
        "{} that are no open problem are not written, since code scanning would show them as \
         alerts: {}. With --sarif-results all they are.",
        counted(number(left_out.len()), "result"),
        by_kind(left_out)
    );
    note("left-out", Level::Note, &text, Vec::new())
}

/// `3 accepted, 100 passed, 20 not applicable`.
fn by_kind(results: &[Ranked]) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for ranked in results {
        let word = match (ranked.result.kind, ranked.rank) {
            (Kind::Fail, ACCEPTED) => "accepted",
            (Kind::Fail, _) => "failed",
            (Kind::Open, _) => "open",
            (Kind::Informational, _) => "notes",
            (Kind::NotApplicable, _) => "not applicable",
            (Kind::Pass, _) => "passed",
        };
        *counts.entry(word).or_default() += 1;
    }
    let words: Vec<_> = counts
        .iter()
        .map(|(word, n)| format!("{n} {word}"))
        .collect();
    words.join(", ")
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
