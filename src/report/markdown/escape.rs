//! Text as Markdown that shows just that text, wherever CommonMark is rendered: on GitHub, GitLab,
//! Azure DevOps. Nothing in it is a link, a mention, a reference, a formula, HTML or a table.
//!
//! Escapes do not suffice: services look for `@name`, `#1` and addresses in what the renderer made
//! of the text. They leave code alone, so that the character that would start such a thing becomes
//! code.

use std::borrow::Cow;

use crate::text::safe;

/// A part of a line.
enum Piece {
    /// Markdown that shows text.
    Text(String),
    /// What is shown as code.
    Code(String),
}

/// Pieces in their order; code that stands side by side becomes one, as two would not be told
/// apart.
#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn text(&mut self, markdown: &str) {
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.push_str(markdown),
            _ => self.0.push(Piece::Text(markdown.to_owned())),
        }
    }

    fn code(&mut self, code: &str) {
        match self.0.last_mut() {
            Some(Piece::Code(last)) => last.push_str(code),
            _ => self.0.push(Piece::Code(code.to_owned())),
        }
    }

    fn finish(self) -> String {
        self.0
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Code(code) => span(&code),
            })
            .collect()
    }
}

/// `text` for a paragraph or a cell of a table, on one line. Words between single backticks are
/// code, as our own texts have it, unless a table would read them another way.
pub(super) fn text(text: &str) -> String {
    let text = safe(text);
    let mut pieces = Pieces::default();
    let parts: Vec<_> = text.split('`').collect();
    let code = |at: usize| at % 2 == 1;
    let fit = |(at, part): (usize, &&str)| {
        !code(at) || (!part.trim().is_empty() && !part.contains(['|', '\\']))
    };
    if parts.len() % 2 == 1 && parts.iter().enumerate().all(fit) {
        for (at, part) in parts.iter().enumerate() {
            if code(at) {
                pieces.code(part);
            } else {
                escaped(&mut pieces, part);
            }
        }
    } else {
        escaped(&mut pieces, &text);
    }
    pieces.finish()
}

/// `code` as it stands, for a paragraph; never in a table, where `|` and `\` would be read first.
pub(super) fn code(code: &str) -> String {
    span(&safe(code))
}

/// Lines as a block of code.
pub(super) fn fenced(lines: &[String]) -> String {
    let fence = "`".repeat(longest_run(&lines.join("\n")).saturating_add(1).max(3));
    format!("{fence}\n{}\n{fence}\n", lines.join("\n"))
}

fn span(code: &str) -> String {
    if code.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(code).saturating_add(1));
    // One blank on each side is taken away again, unless there is nothing else.
    let at_edge = |c| code.starts_with(c) || code.ends_with(c);
    let blank = code.chars().all(|c| c == ' ');
    let pad = if at_edge('`') || (at_edge(' ') && !blank) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{code}{pad}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn escaped(pieces: &mut Pieces, text: &str) {
    for (at, c) in text.char_indices() {
        let (before, rest) = text.split_at(at);
        let rest = rest.strip_prefix(c).unwrap_or_default();
        if starts_something(c, before, rest) {
            pieces.code(c.encode_utf8(&mut [0; 4]));
        } else {
            pieces.text(&shown(c));
        }
    }
}

/// Whether a service would make something of what begins with `c`, or has it in its middle.
fn starts_something(c: char, before: &str, rest: &str) -> bool {
    let next = rest.chars().next().unwrap_or(' ');
    let named = next.is_alphanumeric() || matches!(next, '_' | '"' | '\'' | '<' | '{' | '[' | '-');
    match c {
        // Mentions, addresses of mail and commits; issues, merge requests, milestones, epics and
        // labels.
        '@' | '#' | '!' | '%' | '&' | '~' => named,
        // Formulas and snippets.
        '$' => true,
        // The scheme of an address, and a small picture by its name: `:smile:`.
        ':' => rest.starts_with("//") || is_shortcode(rest),
        '.' => ends_in(before, "www"),
        // `GH-12`.
        '-' => ends_in(before, "gh") && next.is_ascii_digit(),
        // A variable of a template, where somebody puts the text into one.
        '{' => next == '{' || next == '%',
        _ => false,
    }
}

fn ends_in(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    let end = start.and_then(|start| text.get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(word))
}

fn is_shortcode(rest: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let end = rest.trim_start_matches(word);
    let name = rest.strip_suffix(end).unwrap_or_default();
    // The only names of digits alone; others are lines, ports and times.
    let number = name.chars().all(|c| c.is_ascii_digit()) && !["100", "1234"].contains(&name);
    end.starts_with(':') && !number
}

/// A character of the text as Markdown that shows it.
fn shown(c: char) -> Cow<'static, str> {
    match c {
        '&' => "&amp;".into(),
        '<' => "&lt;".into(),
        '>' => "&gt;".into(),
        // Escaped by a backslash they still count where tables and code are looked for.
        '|' => "&#124;".into(),
        '`' => "&#96;".into(),
        '\\' | '*' | '_' | '[' | ']' | '{' | '}' | '~' | '^' | '#' => format!("\\{c}").into(),
        _ => String::from(c).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_as_it_is() {
        for plain in [
            "the virtual size is not a whole number of MiB",
            "25174528 bytes (24.0083 MiB), or 100 %: x-y, v1.2; a/b + c = d!",
            "Grüße, 磁盘 – ok",
        ] {
            assert_eq!(text(plain), plain);
        }
        assert_eq!(text("it says `yes` here"), "it says `yes` here");
        assert_eq!(text("a_b *c* <d>"), "a\\_b \\*c\\* &lt;d&gt;");
    }

    #[test]
    fn what_a_service_would_link_is_broken_by_code() {
        assert_eq!(text("@evil #1 GH-1"), "`@`evil `#`1 GH`-`1");
        assert_eq!(text("https://a.b www.a.b"), "https`:`//a.b www`.`a.b");
        assert_eq!(text("$x$ a:b:"), "`$`x`$` a`:`b:");
        assert_eq!(text("$$"), "`$$`");
        assert_eq!(text("$`x`$"), "`$x$`");
        assert_eq!(
            text("/etc/fstab:3: at 10:20:30"),
            "/etc/fstab:3: at 10:20:30"
        );
        assert_eq!(text("now.then oh-1"), "now.then oh-1");
    }

    #[test]
    fn fences_are_longer_than_what_they_hold() {
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(" a "), "`  a  `");
        assert_eq!(code(" "), "` `");
        assert_eq!(fenced(&["````".to_owned()]), "`````\n````\n`````\n");
        assert_eq!(fenced(&["a".to_owned()]), "```\na\n```\n");
    }
}
