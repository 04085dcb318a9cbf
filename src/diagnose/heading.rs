//! Where a heading stands: headings are so short that the same words are in any prose, so that the
//! marks around them decide.

/// Whether something of its own begins at `at`: a line, a cell of a table, a string of JSON, an
/// element of XML, or what a log says after its prefix.
pub(super) fn begins_at(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    match before.chars().rev().find(|c| !is_ornament(*c)) {
        None => true,
        Some(c) => is_edge(c) || matches!(c, '>' | ']' | ':' | '\u{201c}' | '\u{2018}'),
    }
}

/// Whether something of its own ends at `at`.
pub(super) fn ends_at(text: &str, at: usize) -> bool {
    let behind = text.get(at..).unwrap_or_default();
    let behind = behind.trim_start_matches(['.', ':', '!', ')']);
    match behind.chars().find(|c| !is_ornament(*c)) {
        None => true,
        Some(c) => is_edge(c) || matches!(c, '<' | '\\' | '\u{201d}' | '\u{2019}'),
    }
}

fn is_edge(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '|' | '"' | '\'')
}

/// What Markdown and HTML put around a heading without ending anything.
fn is_ornament(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '*' | '_' | '`' | '\u{0}')
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn alone(text: &str) -> bool {
        let at = text.find("VM not generalized").unwrap();
        begins_at(text, at) && ends_at(text, at + "VM not generalized".len())
    }

    #[test]
    fn a_cell_a_string_and_what_a_log_says_are_places_of_their_own() {
        for text in [
            "VM not generalized",
            "3\tVM not generalized\tThere is an issue",
            "| VM not generalized | run waagent |",
            r#"{"title":"VM not generalized","severity":1}"#,
            r#"{\"title\":\"VM not generalized\"}"#,
            "<td>VM not generalized</td>",
            "2026-11-20T11:39:01.123Z [ERROR] VM not generalized.\r\nnext",
            "Nov 21 20:11:02 host-1 waagent[799]: **VM not generalized**",
        ] {
            assert!(alone(text), "{text}");
        }
        for text in [
            "it said that the VM not generalized was refused",
            "he wrote: VM not generalized is what I read",
            "the VM not generalized",
        ] {
            assert!(!alone(text), "{text}");
        }
    }
}
