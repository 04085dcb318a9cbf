//! Texts that a viewer of SARIF shows: nothing in them is taken for a placeholder or a link.

use super::super::{v1, words};
use super::log::Text;
use crate::text::safe;

/// Characters of one part of a message: the whole of it stands in the other forms of the report.
const MOST: usize = 2000;

/// `text` from an image as a viewer of SARIF may take it.
///
/// In messages `{0}` stands for an argument and `[text](target)` for a link (SARIF 2.1.0, 3.11.5 and
/// 3.11.6): braces are doubled, as the standard asks, and a link is broken up by a backslash.
pub(super) fn plain(text: &str) -> String {
    let text = safe(text);
    let mut out = String::with_capacity(text.len());
    let mut last = ' ';
    for (count, c) in text.chars().enumerate() {
        if count == MOST {
            out.push_str(" … (cut)");
            break;
        }
        match c {
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            '(' if last == ']' => out.push_str("\\("),
            _ => out.push(c),
        }
        last = c;
    }
    out
}

/// A message of one sentence.
pub(super) fn sentence(text: &str) -> Text {
    Text { text: plain(text) }
}

/// What a finding says: its sentence first, as some viewers show no more.
pub(super) fn finding(finding: &v1::Finding) -> Text {
    let mut text = plain(&finding.message);
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    let mut part = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!("\n{label}: {value}"));
        }
    };
    part("Found", finding.found.as_deref().map(plain));
    part("Required", finding.required.as_deref().map(plain));
    let place = finding.place.as_ref().map(words::place);
    part("Where", place.filter(|p| !p.is_empty()).map(|p| plain(&p)));
    // Commands keep their lines.
    let fix = finding.fix.as_deref();
    let fix = fix.map(|fix| fix.lines().map(plain).collect::<Vec<_>>().join("\n"));
    part("Fix", fix);
    Text { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_placeholder_link_or_command_is_left() {
        assert_eq!(plain("{0} [x](http://e)"), "{{0}} [x]\\(http://e)");
        assert_eq!(
            plain("##vso[a] ::error\u{1b}"),
            "#\\#vso[a] :\\:error\\u{{1b}}"
        );
        let long = plain(&"x".repeat(3000));
        assert!(long.ends_with(" … (cut)") && long.chars().count() == MOST + 8);
    }
}
