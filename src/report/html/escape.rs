//! How text becomes markup: the one place that every value passes, at the last moment.

use std::fmt;

use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind, Output, State};

use crate::text::is_deceptive;

/// Characters of one value that a page shows; the JSON report has all of it.
const LONGEST: usize = 8_000;

/// Writes a value of a template. What is not marked as safe, which only the page's own style and
/// script are, is escaped.
pub(super) fn format(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let written = match (value.kind(), value.as_str()) {
        // Nothing is printed where nothing is known: a template says so in words.
        (ValueKind::None, _) => {
            return Err(Error::new(ErrorKind::BadEscape, "a null has no words"));
        }
        (_, Some(text)) if value.is_safe() => out.write_str(text),
        (_, Some(text)) => text_to(out, text),
        (ValueKind::Number | ValueKind::Bool, _) => write!(out, "{value}"),
        _ => {
            return Err(Error::new(
                ErrorKind::BadEscape,
                "lists and maps are no text",
            ));
        }
    };
    Ok(written?)
}

/// `text` as markup that stands for it in text and in quoted attributes alike.
///
/// Characters that deceive the eye become visible. Build services obey `##[` and `::error` in what
/// is printed, page or not, so that of two such characters one is written by its number.
fn text_to(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    let mut last = None;
    for (at, c) in text.chars().enumerate() {
        if at == LONGEST {
            let more = text.chars().count().saturating_sub(LONGEST);
            return write!(out, "… ({more} more characters)");
        }
        match c {
            '&' => out.write_str("&amp;")?,
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            '`' => out.write_str("&#96;")?,
            '#' | ':' if last.is_none_or(|last| last == c) => {
                write!(out, "&#{};", u32::from(c))?;
            }
            c if is_deceptive(c) || is_no_character(c) => write!(out, "{}", c.escape_unicode())?,
            c => out.write_char(c)?,
        }
        last = Some(c);
    }
    Ok(())
}

/// Code points that are no characters and that HTML does not allow.
fn is_no_character(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        text_to(&mut out, text).unwrap();
        out
    }

    #[test]
    fn no_character_of_a_text_is_markup() {
        assert_eq!(
            escaped("<b a=\"x\" b='y'>&amp;`</b>"),
            "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&#96;&lt;/b&gt;"
        );
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        for chunk in all.chars().collect::<Vec<_>>().chunks(LONGEST) {
            let out = escaped(&chunk.iter().collect::<String>());
            assert!(!out.contains(['<', '>', '"', '\'', '`']));
            assert!(!out.chars().any(|c| is_deceptive(c) || is_no_character(c)));
        }
    }

    #[test]
    fn what_deceives_is_seen_and_what_a_build_service_obeys_is_broken_up() {
        assert_eq!(
            escaped("a\u{202e}b\u{1b}[2J\n"),
            "a\\u{202e}b\\u{1b}[2J\\u{a}"
        );
        for command in ["##vso[task.complete]", "##[error]x", "::error::x", ":::x"] {
            let out = escaped(command);
            assert!(!out.contains("##") && !out.contains("::"), "{out}");
            assert!(!out.starts_with(['#', ':']), "{out}");
        }
        assert_eq!(escaped("https://example.com/#a"), "https://example.com/#a");
    }

    #[test]
    fn a_value_has_an_end() {
        let out = escaped(&"x".repeat(LONGEST + 5));
        assert!(out.ends_with("x… (5 more characters)"));
    }
}
