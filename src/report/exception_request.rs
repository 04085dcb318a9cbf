//! The text of a request to Partner Center support for an exception, in the form that Microsoft's
//! certification FAQ asks for, filled in as far as a report knows it.
//!
//! It only speaks of rules that an exception is known for; of every other error it says that it has
//! to be mended.

use std::io::{self, Write};

use super::v1::{Finding, FindingLevel, FindingState, Image, Report, RuleOutcome};
use crate::rules::exceptions::{self, Exception, Kind};
use crate::text::{safe, size_exact};

/// What the publisher has to fill in.
const BLANK: &str = "[FILL IN";

/// Longest text of the report in a line, in characters.
const LONGEST: usize = 400;

/// Writes a request for each image that an exception may be asked for.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for (at, image) in report.images.iter().enumerate() {
        if at > 0 {
            writeln!(out, "\n{}\n", "=".repeat(72))?;
        }
        request(out, report, image)?;
    }
    Ok(())
}

fn request(out: &mut dyn Write, report: &Report, image: &Image) -> io::Result<()> {
    let name = line(&image.path);
    let mut asked: Vec<(&RuleOutcome, &Exception)> = Vec::new();
    let mut mend: Vec<&RuleOutcome> = Vec::new();
    for outcome in &image.outcomes {
        let exception = exceptions::of(outcome.rule);
        match exception.filter(|exception| wanted(outcome, exception).next().is_some()) {
            Some(exception) => asked.push((outcome, exception)),
            None if outcome.findings.iter().any(is_open_error) => mend.push(outcome),
            None => {}
        }
    }
    if image.verdict.is_none() {
        return writeln!(
            out,
            "{name}: could not be inspected, so that there is nothing to ask for."
        );
    }
    if asked.is_empty() {
        writeln!(out, "{name}: no finding that an exception is known for.")?;
    }
    for kind in [Kind::Test, Kind::LockedDown] {
        let of_kind: Vec<_> = asked
            .iter()
            .filter(|(_, found)| found.kind == kind)
            .collect();
        if !of_kind.is_empty() {
            form(out, report, image, kind, &of_kind)?;
        }
    }
    if !mend.is_empty() {
        writeln!(
            out,
            "\nNo exception is known for these; mend them before you submit:"
        )?;
        for outcome in mend {
            writeln!(
                out,
                "  {} {}: {}",
                outcome.rule,
                outcome.name,
                line(&outcome.title)
            )?;
        }
    }
    Ok(())
}

fn form(
    out: &mut dyn Write,
    report: &Report,
    image: &Image,
    kind: Kind,
    asked: &[&(&RuleOutcome, &Exception)],
) -> io::Result<()> {
    let tool = &report.tool;
    writeln!(
        out,
        "Request for an exception from the certification of a virtual machine image"
    )?;
    writeln!(
        out,
        "(to Partner Center support; a draft, with what is missing in brackets)\n"
    )?;
    for (label, hint) in [
        ("Publisher ID", "as Partner Center shows it"),
        ("Offer ID", "as Partner Center shows it"),
        ("SKU/Plan ID", "as Partner Center shows it"),
        ("Version", "the disk version that the image is submitted as"),
    ] {
        writeln!(out, "{:<16}{BLANK}: {hint}]", format!("{label}:"))?;
    }
    writeln!(out, "{:<16}{}", "Exception Type:", kind.words())?;
    let accepted: Vec<_> = asked
        .iter()
        .flat_map(|(outcome, exception)| wanted(outcome, exception))
        .map(|finding| finding.suppression.as_ref())
        .collect();
    let mut reasons: Vec<_> = accepted
        .iter()
        .flatten()
        .map(|by| line(&by.reason))
        .collect();
    reasons.dedup();
    if accepted.iter().any(Option::is_none) {
        reasons.push(format!(
            "{BLANK}: why the image has to be so, and cannot be mended]"
        ));
    }
    for (at, reason) in reasons.iter().enumerate() {
        let label = if at == 0 { "Reason:" } else { "" };
        writeln!(out, "{label:<16}{reason}")?;
    }
    writeln!(out, "  What the exception is for:")?;
    for (outcome, exception) in asked {
        writeln!(
            out,
            "  - {} {}: {}",
            outcome.rule, outcome.name, exception.ground
        )?;
        for finding in wanted(outcome, exception) {
            writeln!(
                out,
                "    {}: {}",
                finding.level.word(),
                line(&finding.message)
            )?;
            if let Some(found) = &finding.found {
                writeln!(out, "    found: {}", line(found))?;
            }
            if let Some(required) = &finding.required {
                writeln!(out, "    required: {}", line(required))?;
            }
        }
    }
    writeln!(out, "  The image: {}", line(&image.path))?;
    if let Some(bytes) = image.facts.as_ref().and_then(|facts| facts.disk.size) {
        writeln!(out, "    disk of {}", size_exact(bytes))?;
    }
    let digests = image
        .content
        .iter()
        .filter_map(|content| content.digests.as_ref());
    for sum in digests.flat_map(|digests| &digests.file) {
        writeln!(out, "    {} of the file {}", sum.kind, sum.hex)?;
    }
    writeln!(
        out,
        "    checked offline with {} {}, profile {}",
        tool.name,
        tool.version,
        line(&report.profile)
    )?;
    // The day until which the configuration accepts it is the one that is asked for.
    match accepted.iter().flatten().map(|by| &by.expires).max() {
        Some(expires) => writeln!(out, "Timeline:       until {}", line(expires))?,
        None => writeln!(
            out,
            "Timeline:       {BLANK}: the day on which the exception may end]"
        )?,
    }
    writeln!(
        out,
        "Attachment:     {BLANK}: {}; without it the request is denied]",
        kind.attachment()
    )?;
    writeln!(
        out,
        "                this program's report (--format html=report.html) as a supplement"
    )
}

/// The findings that an exception is for: those that count, and those that the configuration
/// accepts, which the certification team knows nothing of.
fn wanted<'a>(
    outcome: &'a RuleOutcome,
    exception: &Exception,
) -> impl Iterator<Item = &'a Finding> {
    outcome.findings.iter().filter(|finding| {
        finding.level <= FindingLevel::Warning
            && finding.state != FindingState::Known
            && exception.is_for(&finding.message)
    })
}

fn is_open_error(finding: &Finding) -> bool {
    finding.level == FindingLevel::Error && finding.state == FindingState::Open
}

/// A text of the report on one line, whatever it holds.
fn line(text: &str) -> String {
    let text = safe(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
