//! What was decided without a finding, what was not decided, and what was not checked.

use std::io;

use anstyle::Style;

use super::paper::{DIM, Paper, YELLOW};
use super::v1::{self, OutcomeWord, RuleOutcome};
use crate::report::words;

/// Width of a rule's id and name.
const COLUMN: usize = 29;
/// Rules with one reason that stand one a line beside it.
const MANY: usize = 6;

pub(super) fn outcomes(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    // An error beside an open question makes a failure; the question stays a question.
    let open = with_reason(image, |outcome| {
        matches!(outcome, OutcomeWord::Undetermined | OutcomeWord::Fail)
    });
    if !open.is_empty() {
        paper.heading(&format!("Undetermined ({})", open.len()))?;
        grouped(paper, &open, YELLOW)?;
    }
    let passed: Vec<_> = image
        .outcomes
        .iter()
        .filter(|outcome| outcome.outcome == OutcomeWord::Pass && !words::is_accepted(outcome))
        .map(label)
        .collect();
    if !passed.is_empty() {
        paper.heading(&format!("Passed ({})", passed.len()))?;
        paper.columns(2, &passed)?;
    }
    let idle = with_reason(image, |outcome| outcome == OutcomeWord::NotApplicable);
    if !idle.is_empty() {
        paper.heading(&format!("Not applicable ({})", idle.len()))?;
        grouped(paper, &idle, DIM)?;
    }
    if !image.not_checked.is_empty() {
        paper.heading("Not checked, and no part of the verdict")?;
        for entry in &image.not_checked {
            paper.labelled(
                2,
                "-",
                2,
                DIM,
                &format!("{}. {}", entry.subject, capital(entry.reason)),
            )?;
        }
    }
    Ok(())
}

/// Rules on the left, their reason on the right; rules with one reason share it.
fn grouped(paper: &mut Paper<'_>, rows: &[(&RuleOutcome, &str)], style: Style) -> io::Result<()> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (outcome, reason) in rows {
        let open = matches!(outcome.outcome, OutcomeWord::Undetermined);
        let reason = if open && !outcome.blocking {
            format!("{reason} (not blocking)")
        } else {
            (*reason).to_owned()
        };
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, labels)) => labels.push(label(outcome)),
            None => groups.push((reason, vec![label(outcome)])),
        }
    }
    for (reason, labels) in &groups {
        // A long list beside one reason is a column of emptiness: the reason goes above it.
        if labels.len() > MANY {
            paper.text(2, reason)?;
            paper.columns(4, labels)?;
        } else {
            paper.beside(2, labels, COLUMN, style, reason)?;
        }
    }
    Ok(())
}

fn label(outcome: &RuleOutcome) -> String {
    format!("{} {}", outcome.rule, outcome.name)
}

fn with_reason(
    image: &v1::Image,
    wanted: impl Fn(OutcomeWord) -> bool,
) -> Vec<(&RuleOutcome, &str)> {
    image
        .outcomes
        .iter()
        .filter(|outcome| wanted(outcome.outcome))
        .filter_map(|outcome| Some((outcome, outcome.reason.as_deref()?)))
        .collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
