//! A diagnosis for people: what it means, what the image shows, causes, sources.

use std::io::{self, Write};

use super::paper::{BOLD, DIM, GREEN, Paper, RED, YELLOW};
use super::v1::{self, CauseShown, FindingLevel, MessageRole, OutcomeWord, TextKind};
use crate::report::words::{self, judges_declarations};
use crate::text::{counted, exact};

const COLUMN: usize = 10;
/// From so many messages on, a list of them comes first: each takes a page.
const OVERVIEW: usize = 5;

/// Writes a diagnosis in lines of at most `width` columns.
///
/// # Errors
/// What the writer says.
pub fn diagnosis(out: &mut dyn Write, document: &v1::Diagnose, width: usize) -> io::Result<()> {
    let mut paper = Paper::new(out, width);
    head(&mut paper, document)?;
    for message in &document.messages {
        paper.blank()?;
        one(&mut paper, message)?;
    }
    if !document.unknown_tests.is_empty() {
        paper.heading("Tests that did not pass and that nothing is known of")?;
        for test in &document.unknown_tests {
            paper.labelled(2, "-", 2, DIM, &self::test(test))?;
        }
    }
    if document.messages.is_empty() && !document.nearest.is_empty() {
        paper.heading("What comes nearest")?;
        for near in &document.nearest {
            paper.labelled(2, near.id, 8, BOLD, near.title)?;
            paper.text(10, &format!("`{}`", near.wording))?;
        }
    }
    if let Some(image) = &document.image
        && !document.messages.is_empty()
        && !image.not_checked.is_empty()
    {
        paper.heading("Not checked of the image")?;
        for entry in &image.not_checked {
            paper.labelled(2, "-", 2, DIM, entry.subject)?;
        }
    }
    Ok(())
}

/// What was read, and what was found in it, in one sentence each.
pub(crate) fn read(input: &v1::DiagnosedText) -> String {
    let what = match (input.kind, &input.path) {
        (TextKind::Argument, _) => "the text of the command line".to_owned(),
        (TextKind::StandardInput, _) => "standard input".to_owned(),
        (TextKind::File, path) => format!("the file {}", path.as_deref().unwrap_or_default()),
    };
    let cut = if input.truncated {
        "; there is more, which was not read: messages behind it are missed"
    } else {
        ""
    };
    format!("{what}, {}{cut}", exact(input.bytes))
}

/// What was found, in one line.
pub(crate) fn found(document: &v1::Diagnose) -> String {
    let tests = document
        .input
        .self_tests
        .map(|tests| format!(" (a self-test's answer with {})", counted(tests, "test")));
    let tests = tests.unwrap_or_default();
    match document.messages.len() {
        0 if document.unknown_tests.is_empty() && document.input.self_tests.is_some() => {
            format!("every test passed{tests}")
        }
        0 => format!("no known failure message{tests}"),
        several => {
            let number = u64::try_from(several).unwrap_or(u64::MAX);
            format!("{}{tests}", counted(number, "known failure message"))
        }
    }
}

/// `test 48, Bash History: Failed; found 2, asked for none`.
pub(crate) fn test(test: &v1::SelfTest) -> String {
    let mut text = format!("test {}, {}: {}", test.id, test.name, test.result);
    if let Some(actual) = &test.actual {
        text.push_str(&format!("; found {actual}"));
    }
    if let Some(required) = &test.required {
        text.push_str(&format!("; asked for {required}"));
    }
    text
}

/// What the image shows, in one sentence.
pub(crate) fn answer(shows: &v1::ImageShows) -> &'static str {
    match shows.answer {
        CauseShown::Shown => "this image shows a cause of it",
        CauseShown::Open => {
            "no cause was found in this image, but not every rule behind it could be decided"
        }
        CauseShown::NotShown => "this image shows none of the causes that a file can show",
        CauseShown::BeyondTheImage => "no image file shows this",
    }
}

fn head(paper: &mut Paper<'_>, document: &v1::Diagnose) -> io::Result<()> {
    paper.line("", BOLD, &found(document))?;
    paper.labelled(2, "read", COLUMN, DIM, &read(&document.input))?;
    if let Some(image) = &document.image {
        let text = format!("{}, judged by {}", image.path, image.profile);
        paper.labelled(2, "image", COLUMN, DIM, &text)?;
    }
    if document.messages.len() >= OVERVIEW {
        for (at, message) in document.messages.iter().enumerate() {
            let label = if at == 0 { "they are" } else { "" };
            let shown = message
                .shown
                .as_ref()
                .filter(|shows| shows.answer == CauseShown::Shown)
                .map_or("", |_| " [a cause of it is in this image]");
            let text = format!("{} {}{shown}", message.id, message.title);
            paper.labelled(2, label, COLUMN, DIM, &text)?;
        }
    }
    Ok(())
}

fn one(paper: &mut Paper<'_>, message: &v1::DiagnosedMessage) -> io::Result<()> {
    let aside = match message.role {
        MessageRole::Failure => "",
        MessageRole::FollowUp => " (follows from another failure: look for an earlier one)",
        MessageRole::Wrapper => " (wraps another failure: look inside of it)",
    };
    paper.labelled(0, message.id, 8, BOLD, &format!("{}{aside}", message.title))?;
    if let Some(place) = &message.place {
        let times = if message.times > 1 {
            let least = if message.times >= v1::COUNTED_PLACES {
                "at least "
            } else {
                ""
            };
            format!(" and {least}{} more", message.times - 1)
        } else {
            String::new()
        };
        let text = format!("line {}{times}: {}", place.line, place.text);
        paper.labelled(2, "said", COLUMN, DIM, &text)?;
    }
    if let Some(test) = &message.test {
        paper.labelled(2, "said", COLUMN, DIM, &self::test(test))?;
    }
    paper.labelled(2, "means", COLUMN, DIM, message.meaning)?;
    if let Some(shows) = &message.shown {
        image(paper, message, shows)?;
    }
    for (at, cause) in message.causes.iter().enumerate() {
        let label = if at == 0 { "causes" } else { "" };
        self::cause(paper, label, at + 1, cause)?;
    }
    for (at, source) in message.sources.iter().enumerate() {
        let label = if at == 0 { "source" } else { "" };
        let text = format!("{} ({})", source.title, source.date);
        paper.labelled(2, label, COLUMN, DIM, &text)?;
        paper.address(2 + COLUMN, &source.url)?;
    }
    Ok(())
}

fn image(
    paper: &mut Paper<'_>,
    message: &v1::DiagnosedMessage,
    shows: &v1::ImageShows,
) -> io::Result<()> {
    let style = match shows.answer {
        CauseShown::Shown => RED,
        CauseShown::Open => YELLOW,
        CauseShown::NotShown => GREEN,
        CauseShown::BeyondTheImage => DIM,
    };
    paper.labelled(2, "image", COLUMN, style, answer(shows))?;
    for outcome in &shows.outcomes {
        let grave = outcome
            .findings
            .iter()
            .filter(|finding| finding.level <= FindingLevel::Warning);
        for finding in grave {
            let text = format!(
                "{} {}: {}",
                outcome.rule,
                finding.level.word(),
                finding.message
            );
            paper.labelled(2 + COLUMN, "-", 2, BOLD, &text)?;
            let more = [("found", &finding.found), ("required", &finding.required)];
            for (label, text) in more {
                if let Some(text) = text {
                    paper.labelled(4 + COLUMN, label, COLUMN, DIM, text)?;
                }
            }
            if let Some(place) = &finding.place {
                paper.labelled(4 + COLUMN, "where", COLUMN, DIM, &words::place(place))?;
            }
            if let Some(fix) = &finding.fix {
                paper.fix(4 + COLUMN, "mend", COLUMN, BOLD, fix)?;
            }
        }
    }
    for (rules, why) in undecided(shows) {
        let text = format!("{rules} not decided: {why}");
        paper.labelled(2 + COLUMN, "-", 2, YELLOW, &text)?;
    }
    for (rules, why) in undeclared(shows) {
        let text = format!("nothing to judge by {rules}: {why}");
        paper.labelled(2 + COLUMN, "-", 2, DIM, &text)?;
    }
    if let Some(text) = passed(shows) {
        paper.text(2 + COLUMN, &text)?;
    }
    if let (Some(beyond), true) = (message.beyond, shows.answer != CauseShown::Shown) {
        let text = format!("remains, and no image file shows it: {beyond}");
        paper.text(2 + COLUMN, &text)?;
    }
    Ok(())
}

/// Rules that could not be decided, and why.
pub(crate) fn undecided(shows: &v1::ImageShows) -> Vec<(String, &str)> {
    by_reason(shows, |outcome| {
        outcome.outcome == OutcomeWord::Undetermined
    })
}

/// Rules that judge what the configuration declares, where it declares nothing, and why.
pub(crate) fn undeclared(shows: &v1::ImageShows) -> Vec<(String, &str)> {
    by_reason(shows, |outcome| {
        outcome.outcome == OutcomeWord::NotApplicable && judges_declarations(outcome.rule)
    })
}

/// Names of rules and their reason, those of one reason together: a volume that cannot be read
/// leaves everything open.
fn by_reason(
    shows: &v1::ImageShows,
    wanted: impl Fn(&v1::RuleOutcome) -> bool,
) -> Vec<(String, &str)> {
    let mut out: Vec<(String, &str)> = Vec::new();
    for outcome in shows.outcomes.iter().filter(|outcome| wanted(outcome)) {
        let why = outcome.reason.as_deref().unwrap_or("no reason was given");
        match out.iter_mut().find(|(_, known)| *known == why) {
            Some((rules, _)) => {
                rules.push_str(", ");
                rules.push_str(outcome.rule);
            }
            None => out.push((outcome.rule.to_owned(), why)),
        }
    }
    out
}

/// The rules behind a message that found nothing.
pub(crate) fn passed(shows: &v1::ImageShows) -> Option<String> {
    let with = |word: OutcomeWord| {
        let rules: Vec<_> = shows
            .outcomes
            .iter()
            .filter(|outcome| outcome.outcome == word)
            .filter(|outcome| word == OutcomeWord::Pass || !judges_declarations(outcome.rule))
            .map(|outcome| outcome.rule)
            .collect();
        (!rules.is_empty()).then(|| rules.join(", "))
    };
    let passed = with(OutcomeWord::Pass).map(|rules| format!("passed: {rules}"));
    let other = with(OutcomeWord::NotApplicable).map(|rules| format!("do not apply: {rules}"));
    let parts: Vec<_> = passed.into_iter().chain(other).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What the image says of a cause. Causes may share a rule, so that its name is the answer.
pub(crate) fn mark(cause: &v1::MessageCause) -> Option<String> {
    match cause.shown? {
        CauseShown::Shown => Some(format!("this image: {}", cause.found_by.join(", "))),
        CauseShown::Open => Some("not decided".to_owned()),
        CauseShown::NotShown => Some("not in this image".to_owned()),
        CauseShown::BeyondTheImage => None,
    }
}

fn cause(
    paper: &mut Paper<'_>,
    label: &str,
    number: usize,
    cause: &v1::MessageCause,
) -> io::Result<()> {
    let mark = mark(cause).map(|mark| format!(" [{mark}]"));
    let text = format!("{number}. {}{}", cause.cause, mark.unwrap_or_default());
    paper.labelled(2, label, COLUMN, DIM, &text)?;
    if let Some(evidence) = cause.evidence {
        paper.labelled(3 + COLUMN, "look for", COLUMN, DIM, evidence)?;
    }
    if !cause.rules.is_empty() {
        paper.labelled(3 + COLUMN, "rules", COLUMN, DIM, &cause.rules.join(", "))?;
    }
    if let Some(fix) = cause.fix {
        paper.fix(3 + COLUMN, "mend", COLUMN, BOLD, fix)?;
    }
    Ok(())
}
