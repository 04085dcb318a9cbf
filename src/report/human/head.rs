//! The first lines of a report, which have to suffice for those who read no further.

use std::io;

use super::paper::{BOLD, DIM, GREEN, Paper, RED, YELLOW};
use super::v1::{self, FindingLevel, OutcomeWord, Verdict};
use crate::text::{counted, size};
use anstyle::Style;

/// Errors whose messages are repeated at the top.
const MOST_REASONS: usize = 3;
/// Width of the labels.
const COLUMN: usize = 9;

fn word(verdict: Option<Verdict>) -> (&'static str, Style) {
    match verdict {
        Some(Verdict::Pass) => ("PASS", GREEN),
        Some(Verdict::Fail) => ("FAIL", RED),
        Some(Verdict::Incomplete) => ("INCOMPLETE", YELLOW),
        None => ("NO VERDICT", RED),
    }
}

/// The counts that are not zero: `2 errors, 1 warning`.
fn counts(summary: &v1::Summary) -> String {
    let parts: Vec<_> = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.undetermined, "undetermined rule"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, noun)| counted(count, noun))
    .collect();
    if parts.is_empty() {
        "no errors, no warnings".to_owned()
    } else {
        parts.join(", ")
    }
}

/// The verdict, the image and the counts on one line, which is never wrapped: it is for scripts
/// and eyes that skim.
pub(super) fn verdict_line(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let (word, style) = word(image.verdict);
    let text = format!("{} ({})", image.path, counts(&image.summary));
    paper.line(&format!("{word}: "), style, &text)
}

/// Verdict, why, what to do, and what was looked at.
pub(super) fn head(paper: &mut Paper<'_>, image: &v1::Image, profile: &str) -> io::Result<()> {
    let (word, style) = word(image.verdict);
    paper.line(&format!("{word}: "), style, &image.path)?;
    let meaning = match image.verdict {
        Some(Verdict::Fail) => "Azure or the Marketplace would refuse it as it is",
        Some(Verdict::Incomplete) => {
            "Nothing found speaks against it, but not all that counts could be decided"
        }
        _ if image.summary.warnings > 0 => "Nothing blocks it, but read the warnings",
        _ => "Nothing that was checked speaks against it",
    };
    paper.text(0, &format!("{meaning}: {}.", counts(&image.summary)))?;
    reasons(paper, image)?;
    if let Some(facts) = &image.facts {
        let looked_at = format!(
            "{}; judged {}, profile {profile}",
            what(facts),
            judged_as(&facts.disk)
        );
        paper.labelled(2, "Seen", COLUMN, DIM, &looked_at)?;
    }
    Ok(())
}

fn reasons(paper: &mut Paper<'_>, image: &v1::Image) -> io::Result<()> {
    let errors: Vec<_> = image
        .outcomes
        .iter()
        .flat_map(|outcome| {
            outcome
                .findings
                .iter()
                .map(move |finding| (outcome, finding))
        })
        .filter(|(_, finding)| finding.level == FindingLevel::Error)
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
        paper.command(2, "Do", COLUMN, BOLD, fix)?;
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
        let open = image
            .outcomes
            .iter()
            .filter(|outcome| outcome.blocking && outcome.outcome == OutcomeWord::Undetermined);
        let mut seen: Vec<(&str, Vec<&str>)> = Vec::new();
        for outcome in open {
            let reason = outcome.reason.as_deref().unwrap_or_default();
            match seen.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, rules)) => rules.push(outcome.rule),
                None => seen.push((reason, vec![outcome.rule])),
            }
        }
        for (at, (reason, rules)) in seen.iter().enumerate() {
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

/// `fixed VHD, disk of 24 MiB, 2 partitions (GPT)`.
fn what(facts: &v1::Facts) -> String {
    let container = &facts.container;
    let mut parts = vec![match container.layout {
        Some(layout) => format!("{layout} VHD"),
        None => format!("no VHD ({})", container.kind),
    }];
    if let Some(bytes) = facts.disk.size {
        parts.push(format!("disk of {}", size(bytes)));
    }
    match &facts.partition_table {
        Some(table) if table.scheme != "none" => {
            let count = u64::try_from(facts.partitions.len()).unwrap_or(u64::MAX);
            let scheme = table.scheme.to_uppercase();
            parts.push(format!("{} ({scheme})", counted(count, "partition")));
        }
        Some(_) => parts.push("no partition table".to_owned()),
        None => {}
    }
    parts.join(", ")
}

fn judged_as(disk: &v1::Disk) -> String {
    let role = if disk.role.value == "os" {
        "OS disk"
    } else {
        "data disk"
    };
    let os = disk.os.as_ref().map_or("", |os| match os.value {
        "windows" => "Windows ",
        _ => "Linux ",
    });
    let generation = match disk.generation {
        "any" => String::new(),
        generation => format!(" of generation {generation}"),
    };
    format!("as a {os}{role}{generation} ({})", disk.role.why).replace("a OS", "an OS")
}

/// The table after several images, with the worst verdict.
pub(super) fn table(paper: &mut Paper<'_>, images: &[v1::Image]) -> io::Result<()> {
    paper.heading("All images")?;
    let rows: Vec<_> = images
        .iter()
        .map(|image| {
            let counts = match image.verdict {
                Some(_) => counts(&image.summary),
                None => "could not be inspected".to_owned(),
            };
            vec![word(image.verdict).0.to_owned(), counts, image.path.clone()]
        })
        .collect();
    paper.table(2, &[], &rows)?;
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
    paper.labelled(2, "worst of all:", 14, style, worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_verdict_says_what_is_missing_and_what_that_leaves_open() {
        let open = |rule, blocking| v1::RuleOutcome {
            rule,
            name: "name",
            title: String::new(),
            remedy: v1::Remedy::Image,
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
