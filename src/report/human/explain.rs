//! The text of a rule, for people.

use std::io::{self, Write};

use super::paper::{BOLD, DIM, Paper};
use crate::report::v1;

/// Writes the texts of the rules of `explanation`.
///
/// # Errors
/// What the writer says.
pub fn explain(out: &mut dyn Write, explanation: &v1::Explanation, width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    for (at, rule) in explanation.rules.iter().enumerate() {
        if at > 0 {
            // A blank line is between the sections of a rule already.
            let width = paper.width();
            paper.blank()?;
            paper.drawn(0, "", &"─".repeat(width))?;
            paper.blank()?;
        }
        one(&mut paper, rule)?;
    }
    Ok(())
}

fn one(paper: &mut Paper<'_>, rule: &v1::ExplainedRule) -> io::Result<()> {
    let blocking = if rule.blocking { ", may block" } else { "" };
    let claimed = rule.level_when_claimed.map_or_else(String::new, |level| {
        format!(", {} where the offer claims it", level.word())
    });
    let level = rule.level.word();
    let about = format!("{} ({level}{blocking}{claimed})", rule.name);
    paper.labelled(0, rule.id, rule.id.len() + 1, BOLD, &about)?;
    paper.text(0, &rule.title)?;
    for section in &rule.sections {
        paper.heading(&section.heading)?;
        for line in section.text.lines() {
            match line.strip_prefix("- ") {
                Some(item) => paper.labelled(2, "-", 2, DIM, item)?,
                None if line.is_empty() => paper.blank()?,
                None => paper.prose(2, line)?,
            }
        }
    }
    if !rule.profiles.is_empty() {
        paper.heading("Profiles")?;
        let names = rule.profiles.iter().map(|one| one.profile.len());
        let column = names.max().unwrap_or(0) + 2;
        for one in &rule.profiles {
            paper.labelled(2, &one.profile, column, DIM, &one.text)?;
        }
    }
    paper.heading("Sources")?;
    for source in &rule.sources {
        let title = format!("{} ({})", source.title, source.date);
        paper.labelled(2, "-", 2, DIM, &title)?;
        paper.address(4, source.url)?;
    }
    Ok(())
}
