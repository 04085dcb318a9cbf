//! What stands in the log of a build service, whichever it is: lines that begin with words of our
//! own and hold nothing that a service obeys.

use super::v1::{self, Finding, OutcomeWord};
use super::{fixes, words};
use crate::text::{counted, safe};

/// `FAIL: disk.vhd (2 errors)`.
pub(super) fn verdict(image: &v1::Image) -> String {
    let word = words::verdict(image.verdict);
    match image.verdict {
        Some(_) => {
            let counts = words::counts(&image.summary);
            format!("{word}: {} ({counts})", safe(&image.path))
        }
        None => format!("{word}: {}", safe(&image.path)),
    }
}

/// The message of a finding, and what proves and mends it.
pub(super) fn described(finding: &Finding) -> Vec<String> {
    let mut lines = vec![safe(&finding.message)];
    let place = finding.place.as_ref().map(words::place);
    let details = [
        ("Found", &finding.found),
        ("Required", &finding.required),
        ("Where", &place),
    ];
    for (label, value) in details {
        lines.extend(
            value
                .as_deref()
                .map(|value| format!("{label}: {}", safe(value))),
        );
    }
    if let Some(fix) = &finding.fix {
        let mut commands = fixes::command_lines(fix).into_iter();
        lines.push(format!("Fix: {}", commands.next().unwrap_or_default()));
        lines.extend(commands.map(|line| format!("  {line}")));
    }
    lines
}

/// What is wrong with the configuration, where, and what mends it.
pub(super) fn problem(problem: &v1::ConfigurationProblem) -> Vec<String> {
    let mut lines = vec![
        safe(&problem.message),
        format!("Where: {}", safe(&problem.from)),
    ];
    let fix = problem.fix.as_deref();
    lines.extend(fix.map(|fix| format!("Fix: {}", safe(fix))));
    lines
}

/// What is wrong with the configuration, for the log: it counts as what is wrong with an image.
pub(super) fn configuration(report: &v1::Report) -> Vec<String> {
    let mut lines = Vec::new();
    for one in &report.configuration.problems {
        let mut problem = problem(one).into_iter();
        let first = problem.next().unwrap_or_default();
        lines.push(format!("configuration: {}: {first}", one.level.word()));
        lines.extend(problem.map(|line| format!("  {line}")));
    }
    lines
}

/// Why the verdict is incomplete.
pub(super) fn missing(image: &v1::Image) -> Vec<String> {
    words::missing(image)
        .into_iter()
        .map(|(reason, rules)| format!("{} (leaves open {})", safe(reason), rules.join(", ")))
        .collect()
}

/// Everything that has to be known of an image.
pub(super) fn whole(image: &v1::Image) -> Vec<String> {
    let mut lines: Vec<_> = image
        .errors
        .iter()
        .map(|error| format!("error: {}", safe(&error.message)))
        .collect();
    let label = |outcome: &v1::RuleOutcome| format!("{} {}", outcome.rule, outcome.name);
    for outcome in &image.outcomes {
        for finding in &outcome.findings {
            let level = finding.level.word();
            let state = words::accepted(finding).map(|why| format!(" ({})", safe(&why)));
            let mut described = described(finding).into_iter();
            lines.push(format!(
                "{}: {level}{}: {}",
                label(outcome),
                state.unwrap_or_default(),
                described.next().unwrap_or_default()
            ));
            lines.extend(described.map(|line| format!("  {line}")));
        }
    }
    for outcome in &image.outcomes {
        let word = match outcome.outcome {
            OutcomeWord::NotApplicable => continue,
            _ if outcome.blocking => "undetermined",
            _ => "undetermined, not blocking",
        };
        let reason = outcome.reason.as_deref().map(safe);
        lines.extend(reason.map(|reason| format!("{}: {word}: {reason}", label(outcome))));
    }
    if image.verdict.is_some() {
        let passed = |outcome: &&v1::RuleOutcome| outcome.outcome == OutcomeWord::Pass;
        let passed = image.outcomes.iter().filter(passed).count();
        let passed = counted(u64::try_from(passed).unwrap_or(u64::MAX), "rule");
        lines.push(format!("passed: {passed}"));
    }
    lines
}
