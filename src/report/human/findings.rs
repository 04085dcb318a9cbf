//! Findings: errors and warnings with all that mends them, advice and notes in one line each.

use std::io;

use super::Detail;
use super::paper::{BOLD, DIM, Paper, RED, YELLOW};
use super::v1::{self, Finding, FindingLevel, FindingState, RuleOutcome};
use crate::report::words;
use crate::text::counted;

const COLUMN: usize = 10;

pub(super) fn findings(paper: &mut Paper<'_>, image: &v1::Image, detail: Detail) -> io::Result<()> {
    grave(paper, image, FindingLevel::Error, "Errors", detail)?;
    grave(paper, image, FindingLevel::Warning, "Warnings", detail)?;
    light(paper, image)?;
    suppressed(paper, image)?;
    known(paper, image)
}

/// Whether a finding counts and is of this level.
fn is_open(finding: &&Finding, level: FindingLevel) -> bool {
    finding.state == FindingState::Open && finding.level == level
}

fn grave(
    paper: &mut Paper<'_>,
    image: &v1::Image,
    level: FindingLevel,
    heading: &str,
    detail: Detail,
) -> io::Result<()> {
    let has_level = |outcome: &&RuleOutcome| outcome.findings.iter().any(|f| is_open(&f, level));
    // In the order of the work: what is mended in one place stands together.
    let mut outcomes: Vec<_> = image.outcomes.iter().filter(has_level).collect();
    outcomes.sort_by_key(|outcome| words::turn(outcome.remedy));
    let mut place = None;
    for outcome in outcomes {
        if place != Some(outcome.remedy) {
            paper.heading(&format!("{heading}: {}", words::work(outcome.remedy)))?;
            place = Some(outcome.remedy);
        } else {
            paper.blank()?;
        }
        let style = if level == FindingLevel::Error {
            RED
        } else {
            YELLOW
        };
        paper.labelled(
            0,
            outcome.rule,
            8,
            style,
            &format!("{}: {}", outcome.name, outcome.title),
        )?;
        let mut findings = outcome
            .findings
            .iter()
            .filter(|f| is_open(f, level))
            .peekable();
        let mut last = None;
        while let Some(finding) = findings.next() {
            evidence(
                paper,
                finding,
                findings.peek().map(|next| next.fix.as_ref()),
            )?;
            last = Some(finding);
        }
        // Where the rule stands among the errors already, its reasons do, too.
        let said = level != FindingLevel::Error
            && outcome
                .findings
                .iter()
                .any(|f| is_open(&f, FindingLevel::Error));
        if let Some(why) = outcome.why.as_ref().filter(|_| !said) {
            paper.labelled(4, "why", COLUMN, DIM, why)?;
        }
        if let Some(last) = last.filter(|_| !said) {
            references(paper, &last.references, detail)?;
        }
    }
    Ok(())
}

/// One finding. `next_fix` is the fix of the finding that follows: where it is the same, it is
/// only said once.
fn evidence(
    paper: &mut Paper<'_>,
    finding: &v1::Finding,
    next_fix: Option<Option<&String>>,
) -> io::Result<()> {
    paper.labelled(2, "-", 2, BOLD, &finding.message)?;
    if let Some(found) = &finding.found {
        paper.labelled(4, "found", COLUMN, DIM, found)?;
    }
    if let Some(required) = &finding.required {
        paper.labelled(4, "required", COLUMN, DIM, required)?;
    }
    if let Some(place) = &finding.place {
        paper.labelled(4, "where", COLUMN, DIM, &words::place(place))?;
    }
    if let Some(fix) = &finding.fix
        && next_fix != Some(Some(fix))
    {
        paper.fix(4, "mend", COLUMN, BOLD, fix)?;
    }
    Ok(())
}

fn references(
    paper: &mut Paper<'_>,
    references: &[v1::Reference],
    detail: Detail,
) -> io::Result<()> {
    if detail == Detail::Verbose {
        for (at, source) in references.iter().enumerate() {
            let label = if at == 0 { "source" } else { "" };
            let text = format!("{} ({})", source.title, source.date);
            paper.labelled(4, label, COLUMN, DIM, &text)?;
            paper.address(4 + COLUMN, source.url)?;
        }
    } else if let Some(source) = references.first() {
        let more = match references.len() {
            1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        let text = format!("{} ({}){more}", source.title, source.date);
        paper.labelled(4, "source", COLUMN, DIM, &text)?;
    }
    Ok(())
}

fn light(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let mut first = true;
    for level in [FindingLevel::Advice, FindingLevel::Note] {
        for outcome in &image.outcomes {
            for finding in outcome
                .findings
                .iter()
                .filter(|finding| is_open(finding, level))
            {
                if first {
                    paper.heading("Advice and notes")?;
                    first = false;
                }
                let label = format!("{} {}", outcome.rule, level.word());
                let mut text = finding.message.clone();
                if let Some(found) = &finding.found {
                    text = format!("{text}; found {found}");
                }
                paper.labelled(2, &label, 15, DIM, &text)?;
                if let Some(fix) = &finding.fix {
                    paper.fix(2, "", 15, DIM, fix)?;
                }
            }
        }
    }
    Ok(())
}

/// The findings in a state, with their rules.
fn in_state(
    image: &v1::Image,
    state: FindingState,
) -> impl Iterator<Item = (&RuleOutcome, &Finding)> {
    words::findings(image).filter(move |(_, finding)| finding.state == state)
}

/// What the configuration accepts, each with the reason: it must not be out of sight.
fn suppressed(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let all: Vec<_> = in_state(image, FindingState::Suppressed).collect();
    if all.is_empty() {
        return Ok(());
    }
    paper.heading(&format!("Suppressed, and not counted ({})", all.len()))?;
    for (outcome, finding) in all {
        let label = format!("{} {}", outcome.rule, finding.level.word());
        paper.labelled(2, &label, 17, DIM, &finding.message)?;
        if let Some(suppression) = &finding.suppression {
            let text = format!("until {}: {}", suppression.expires, suppression.reason);
            paper.labelled(2, "", 17, DIM, &text)?;
        }
    }
    Ok(())
}

/// What the baseline has: errors and warnings by name, what is lighter by its number.
fn known(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let all: Vec<_> = in_state(image, FindingState::Known).collect();
    if all.is_empty() {
        return Ok(());
    }
    paper.heading(&format!(
        "Known from the baseline, and not counted ({})",
        all.len()
    ))?;
    let is_grave = |finding: &Finding| finding.level <= FindingLevel::Warning;
    for (outcome, finding) in all.iter().filter(|(_, finding)| is_grave(finding)) {
        let label = format!("{} {}", outcome.rule, finding.level.word());
        paper.labelled(2, &label, 17, DIM, &finding.message)?;
    }
    let light = all.iter().filter(|(_, finding)| !is_grave(finding)).count();
    if light > 0 {
        let light = counted(u64::try_from(light).unwrap_or(u64::MAX), "finding");
        paper.labelled(2, "", 17, DIM, &format!("{light} of level advice or note"))?;
    }
    Ok(())
}
