//! The first lines of a report, which have to suffice for those who read no further.

use std::io;

use super::paper::{BOLD, DIM, GREEN, Paper, RED, YELLOW};
use super::v1::{self, FindingLevel, Verdict};
use crate::report::words;
use crate::text::{counted, grouped, size};
use anstyle::Style;

/// Errors whose messages are repeated at the top.
const MOST_REASONS: usize = 3;
/// Width of the labels.
const COLUMN: usize = 9;

fn word(verdict: Option<Verdict>) -> (&'static str, Style) {
    let style = match verdict {
        Some(Verdict::Pass) => GREEN,
        Some(Verdict::Incomplete) => YELLOW,
        Some(Verdict::Fail) | None => RED,
    };
    (words::verdict(verdict), style)
}

/// The verdict, the image and the counts on one line, which is never wrapped: it is for scripts
/// and eyes that skim.
pub(super) fn verdict_line(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let (word, style) = word(image.verdict);
    let text = format!("{} ({})", image.path, words::counts(&image.summary));
    paper.line(&format!("{word}: "), style, &text)
}

/// Verdict, why, what to do, and what was looked at.
pub(super) fn head(paper: &mut Paper<'_>, image: &v1::Image, profile: &str) -> io::Result<()> {
    let (word, style) = word(image.verdict);
    paper.line(&format!("{word}: "), style, &image.path)?;
    let meaning = words::meaning(image);
    paper.text(0, &format!("{meaning}: {}.", words::counts(&image.summary)))?;
    reasons(paper, image)?;
    if let Some(facts) = &image.facts {
        let looked_at = format!(
            "{}; judged {}, profile {profile}",
            words::what(facts),
            words::judged_as(&facts.disk)
        );
        paper.labelled(2, "Seen", COLUMN, DIM, &looked_at)?;
    }
    Ok(())
}

fn reasons(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let errors: Vec<_> = words::findings(image)
        .filter(|(_, finding)| finding.level == FindingLevel::Error && words::is_open(finding))
        .collect();
    for (at, (outcome, finding)) in errors.iter().take(MOST_REASONS).enumerate() {
        let label = if at == 0 { "Why" } else { "" };
        let text = format!("{} {}", outcome.rule, finding.message);
        paper.labelled(2, label, COLUMN, BOLD, &text)?;
    }
    if let Some(more) = errors
        .len()
        .checked_sub(MOST_REASONS)
        .filter(|more| *more > 0)
    {
        paper.labelled(2, "", COLUMN, BOLD, &format!("and {more} more, below"))?;
    }
    let fixes: Vec<_> = errors
        .iter()
        .filter_map(|(_, finding)| finding.fix.as_deref())
        .collect();
    if let Some(fix) = fixes.first() {
        paper.fix(2, "Do", COLUMN, BOLD, fix)?;
        if fixes.iter().any(|other| other != fix) {
            paper.labelled(
                2,
                "",
                COLUMN,
                BOLD,
                "(then see what the other errors below say)",
            )?;
        }
    }
    if image.verdict == Some(Verdict::Incomplete) {
        for (at, (reason, rules)) in words::missing(image).iter().enumerate() {
            let label = if at == 0 { "Why" } else { "" };
            let text = format!("{reason} (leaves open {})", rules.join(", "));
            paper.labelled(2, label, COLUMN, BOLD, &text)?;
        }
        paper.labelled(
            2,
            "Do",
            COLUMN,
            BOLD,
            "supply what is missing, and check again",
        )?;
    }
    Ok(())
}

/// Several images at a glance, before each for itself: a table and the worst verdict.
pub(super) fn table(paper: &mut Paper<'_>, images: &[v1::Image]) -> io::Result<()> {
    let count = u64::try_from(images.len()).unwrap_or(u64::MAX);
    let rank = |image: &&v1::Image| match image.verdict {
        None => 3,
        Some(Verdict::Fail) => 2,
        Some(Verdict::Incomplete) => 1,
        Some(Verdict::Pass) => 0,
    };
    let worst = images
        .iter()
        .max_by_key(rank)
        .map(|image| word(image.verdict));
    let (worst, style) = worst.unwrap_or(("PASS", GREEN));
    let all = format!("{}, by the worst of them", counted(count, "image"));
    paper.line(&format!("{worst}: "), style, &all)?;
    let head = [
        "verdict",
        "errors",
        "warnings",
        "undetermined",
        "size",
        "image",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(images.iter().map(row));
    paper.table(2, &[false, true, true, true, true], &rows)
}

/// One line of the table. What could not be inspected has no counts, rather than zeros.
fn row(image: &v1::Image) -> Vec<String> {
    let count = |count: u64| match image.verdict {
        Some(_) => grouped(count),
        None => "-".to_owned(),
    };
    let bytes = image.facts.as_ref().and_then(|facts| facts.disk.size);
    vec![
        word(image.verdict).0.to_owned(),
        count(image.summary.errors),
        count(image.summary.warnings),
        count(image.summary.undetermined),
        bytes.map_or_else(|| "-".to_owned(), size),
        image.path.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::v1::OutcomeWord;

    #[test]
    fn an_incomplete_verdict_says_what_is_missing_and_what_that_leaves_open() {
        let open = |rule, blocking| v1::RuleOutcome {
            rule,
            name: "name",
            title: String::new(),
            remedy: v1::Remedy::Image,
            level: FindingLevel::Error,
            weight: None,
            blocking,
            outcome: OutcomeWord::Undetermined,
            reason: Some("the parent disk is not at hand".to_owned()),
            why: None,
            findings: Vec::new(),
        };
        let image = v1::Image {
            path: "child.vhd".to_owned(),
            verdict: Some(Verdict::Incomplete),
            summary: v1::Summary {
                undetermined: 3,
                ..v1::Summary::default()
            },
            outcomes: vec![
                open("PART001", true),
                open("PART003", true),
                open("PART004", false),
            ],
            not_checked: Vec::new(),
            facts: None,
            content: None,
            estimate: None,
            errors: Vec::new(),
        };
        let mut out = Vec::new();
        head(&mut Paper::new(&mut out, 80), &image, "strict").unwrap();
        let text = anstream::adapter::strip_bytes(&out).into_vec();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "INCOMPLETE: child.vhd\n\
             Nothing found speaks against it, but not all that counts could be decided: 3\n\
             undetermined rules.\n  \
               Why      the parent disk is not at hand (leaves open PART001, PART003)\n  \
               Do       supply what is missing, and check again\n"
        );
    }
}
