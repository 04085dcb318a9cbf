//! The lines of a YAML file that say something: without comments, with their indent.

use std::borrow::Cow;

/// Lines of one file that are read.
const MAX_LINES: usize = 100_000;

/// A line.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Its number, counted from 1.
    pub(super) number: u32,
    /// Blanks before its text.
    pub(super) indent: usize,
    /// Its text without indent, comment and blanks at its end.
    pub(super) text: Cow<'a, str>,
}

/// The lines of the first document.
pub(super) fn split(text: &str) -> Result<Vec<Line<'_>>, String> {
    let mut out: Vec<Line<'_>> = Vec::new();
    // The indent of a key whose text stands in the lines under it, where `#` begins no comment.
    let mut literal: Option<usize> = None;
    for (number, line) in (1_u32..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let content = line.trim_start_matches(' ');
        let indent = line.len().saturating_sub(content.len());
        if content.trim().is_empty() {
            continue;
        }
        if literal.is_some_and(|key| indent > key) {
            push(&mut out, number, indent, content.trim_end())?;
            continue;
        }
        literal = None;
        let content = without_comment(content).trim_end();
        if content.is_empty() {
            continue;
        }
        if content.starts_with('\t') {
            return Err(format!("line {number}: an indent of tabs"));
        }
        if indent == 0 && (content == "---" || content.starts_with('%')) {
            if out.is_empty() {
                continue;
            }
            return Err(format!("line {number}: a second document"));
        }
        if indent == 0 && content == "..." {
            break;
        }
        if opens_text(content) {
            literal = Some(indent);
        }
        push(&mut out, number, indent, content)?;
    }
    Ok(out)
}

fn push<'a>(
    out: &mut Vec<Line<'a>>,
    number: u32,
    indent: usize,
    text: &'a str,
) -> Result<(), String> {
    if out.len() >= MAX_LINES {
        return Err(format!("more than {MAX_LINES} lines"));
    }
    out.push(Line {
        number,
        indent,
        text: Cow::Borrowed(text),
    });
    Ok(())
}

/// Whether a line is an item of a list.
pub(super) fn is_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// Whether the lines under this one are a text: it ends with `|` or `>` and marks of those.
fn opens_text(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    let mut chars = last.chars();
    last.len() < text.len()
        && matches!(chars.next(), Some('|' | '>'))
        && chars.all(|c| matches!(c, '+' | '-') || c.is_ascii_digit())
}

/// A line before the `#` that begins a comment: one at its begin or after a blank, not in quotes.
fn without_comment(text: &str) -> &str {
    let mut quote: Option<char> = None;
    let mut before = ' ';
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            // A quote opens a word only at its begin: `it's` is a plain word.
            None if matches!(c, '"' | '\'') && matches!(before, ' ' | '[' | '{' | ',' | ':') => {
                quote = Some(c);
            }
            None if c == '#' && matches!(before, ' ' | '\t') => {
                return text.get(..at).unwrap_or_default();
            }
            None => {}
        }
        before = c;
    }
    text
}
