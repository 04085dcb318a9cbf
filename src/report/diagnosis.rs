//! A diagnosis in Markdown, for a ticket.

use std::io::{self, Write};

use super::human::diagnose::{answer, found, mark, passed, read, test, undecided, undeclared};
use super::v1::{self, FindingLevel, MessageRole};
use crate::text::safe;

/// Writes a diagnosis in Markdown.
///
/// # Errors
/// What the writer says.
pub fn markdown(out: &mut dyn Write, document: &v1::Diagnose) -> io::Result<()> {
    writeln!(out, "# Diagnosis: {}\n", plain(&found(document)))?;
    writeln!(out, "Read: {}.", plain(&read(&document.input)))?;
    if let Some(image) = &document.image {
        let path = plain(&image.path);
        writeln!(out, "\nImage: {path}, judged by {}.", plain(&image.profile))?;
    }
    for message in &document.messages {
        one(out, message)?;
    }
    if !document.unknown_tests.is_empty() {
        writeln!(out, "\n## Tests that nothing is known of\n")?;
        for item in &document.unknown_tests {
            writeln!(out, "- {}", plain(&test(item)))?;
        }
    }
    if document.messages.is_empty() && !document.nearest.is_empty() {
        writeln!(out, "\n## What comes nearest\n")?;
        for near in &document.nearest {
            let wording = plain(near.wording);
            writeln!(out, "- **{}** {}: {wording}", near.id, plain(near.title))?;
        }
    }
    if let Some(image) = &document.image
        && !document.messages.is_empty()
        && !image.not_checked.is_empty()
    {
        writeln!(out, "\n## Not checked of the image\n")?;
        for entry in &image.not_checked {
            writeln!(out, "- {}", plain(entry.subject))?;
        }
    }
    Ok(())
}

fn one(out: &mut dyn Write, message: &v1::DiagnosedMessage) -> io::Result<()> {
    writeln!(out, "\n## {}: {}\n", message.id, plain(message.title))?;
    match message.role {
        MessageRole::Failure => {}
        MessageRole::FollowUp => {
            writeln!(
                out,
                "It follows from another failure: look for an earlier one.\n"
            )?;
        }
        MessageRole::Wrapper => {
            writeln!(out, "It wraps another failure: look inside of it.\n")?;
        }
    }
    if let Some(place) = &message.place {
        writeln!(out, "> line {}: {}\n", place.line, plain(&place.text))?;
    }
    if let Some(item) = &message.test {
        writeln!(out, "> {}\n", plain(&test(item)))?;
    }
    writeln!(out, "{}", plain(message.meaning))?;
    if let Some(shows) = &message.shown {
        image(out, message, shows)?;
    }
    writeln!(out, "\n### Causes\n")?;
    for (at, cause) in message.causes.iter().enumerate() {
        let mark = mark(cause).map(|mark| format!(" **({mark})**"));
        let mark = mark.unwrap_or_default();
        writeln!(out, "{}. {}{mark}", at + 1, plain(cause.cause))?;
        if let Some(evidence) = cause.evidence {
            writeln!(out, "   - look for: {}", plain(evidence))?;
        }
        if !cause.rules.is_empty() {
            writeln!(out, "   - rules: {}", cause.rules.join(", "))?;
        }
        if let Some(fix) = cause.fix {
            writeln!(out, "   - fix: {}", plain(fix))?;
        }
    }
    writeln!(out, "\n### Sources\n")?;
    for source in &message.sources {
        let (title, date) = (plain(source.title), plain(source.date));
        writeln!(out, "- [{title}](<{}>) ({date})", source.url)?;
    }
    Ok(())
}

fn image(
    out: &mut dyn Write,
    message: &v1::DiagnosedMessage,
    shows: &v1::ImageShows,
) -> io::Result<()> {
    writeln!(out, "\n### This image\n\n{}\n", plain(answer(shows)))?;
    for outcome in &shows.outcomes {
        let grave = outcome
            .findings
            .iter()
            .filter(|finding| finding.level <= FindingLevel::Warning);
        for finding in grave {
            let (level, text) = (finding.level.word(), plain(&finding.message));
            writeln!(out, "- **{} {level}**: {text}", outcome.rule)?;
            let parts = [
                ("found", finding.found.clone()),
                ("required", finding.required.clone()),
                ("where", finding.place.as_ref().map(super::words::place)),
                ("fix", finding.fix.clone()),
            ];
            for (label, text) in parts {
                if let Some(text) = text {
                    writeln!(out, "  - {label}: {}", plain(&text))?;
                }
            }
        }
    }
    for (rules, why) in undecided(shows) {
        writeln!(out, "- {rules} not decided: {}", plain(why))?;
    }
    for (rules, why) in undeclared(shows) {
        writeln!(out, "- nothing to judge by {rules}: {}", plain(why))?;
    }
    if let Some(text) = passed(shows) {
        writeln!(out, "- {}", plain(&text))?;
    }
    if let (Some(beyond), true) = (message.beyond, shows.answer != v1::CauseShown::Shown) {
        writeln!(
            out,
            "- remains, and no image file shows it: {}",
            plain(beyond)
        )?;
    }
    Ok(())
}

/// Text that is only text: on one line, without anything that Markdown, HTML, a mention or a build
/// service's log would make something of.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    // An address would become a link by itself.
    out.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn hostile_text_is_only_text() {
        let text = plain("<b>x</b> [a](http://b) `c` @all www.d.e ##vso[x]\n::error::y\u{202e}");
        for forbidden in [
            "<", "http://", "@", "www.", "##", "::", "\n", "\u{202e}", " [", "](", " `",
        ] {
            assert!(!text.contains(forbidden), "{forbidden}: {text}");
        }
        assert!(text.contains(r"\[a\]\("));
    }
}
