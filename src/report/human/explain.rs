//! The text of a rule, from its doc comment.

use std::io::{self, Write};

use super::paper::{BOLD, DIM, Paper};
use crate::rules::Rule;

/// Writes the texts of `rules`.
///
/// # Errors
/// What the writer says.
pub fn explain(out: &mut dyn Write, rules: &[&Rule], width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            paper.blank()?;
        }
        one(&mut paper, rule)?;
    }
    Ok(())
}

fn one(paper: &mut Paper<'_>, rule: &Rule) -> io::Result<()> {
    let blocking = if rule.is_blocking() {
        ", may block"
    } else {
        ""
    };
    let about = format!("{} ({}{blocking})", rule.name, rule.level.word());
    paper.labelled(0, rule.id, rule.id.len() + 1, BOLD, &about)?;
    let mut lines = rule
        .doc
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .peekable();
    // Paragraphs and list items are gathered, as they were broken for the source's width.
    let mut indent = 0;
    let mut block = String::new();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            paper.heading(heading.trim())?;
            indent = 2;
            continue;
        }
        if !block.is_empty() && !line.trim().is_empty() {
            block.push(' ');
        }
        block.push_str(line.trim());
        let ends = lines.peek().is_none_or(|next| {
            next.trim().is_empty() || next.starts_with("- ") || next.starts_with("## ")
        });
        if ends && !block.is_empty() {
            match block.strip_prefix("- ") {
                Some(item) => paper.labelled(indent, "-", 2, DIM, item)?,
                None => paper.text(indent, &block)?,
            }
            block.clear();
            let another = lines.peek().is_some_and(|next| next.trim().is_empty());
            if another && blank_between(lines.clone()) {
                paper.blank()?;
            }
        }
    }
    paper.heading("Sources")?;
    for source in rule.sources {
        paper.labelled(
            2,
            "-",
            2,
            DIM,
            &format!("{} ({})", source.title, source.date),
        )?;
        paper.address(4, source.url)?;
    }
    Ok(())
}

/// Whether more text of the same section follows: a heading brings its own blank line.
fn blank_between<'a>(rest: impl Iterator<Item = &'a str>) -> bool {
    rest.map(str::trim)
        .find(|line| !line.is_empty())
        .is_some_and(|line| !line.starts_with("## "))
}
