//! Files of `[section]` and `key=value` lines: unit files, keyfiles, repositories; without sections
//! also files of shell variables.

use crate::guest::TextFile;

/// A line of such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Setting {
    /// The section that it stands in; empty before the first.
    pub(super) section: String,
    /// Its key, as written.
    pub(super) key: String,
    /// Its value without blanks and quotes around it; lines that go on with an indent are part of
    /// it, with one blank between.
    pub(super) value: String,
    /// Its line, counted from 1.
    pub(super) line: u32,
}

/// Bytes of one value that are kept.
const MAX_VALUE: usize = 4096;

/// The settings of a file in its order; comments begin with `#` or `;`.
pub(super) fn settings(file: &TextFile) -> Vec<Setting> {
    let mut section = String::new();
    let mut out: Vec<Setting> = Vec::new();
    for (number, line) in file.lines() {
        let text = line.trim();
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
            continue;
        }
        if line.starts_with([' ', '\t'])
            && let Some(last) = out.last_mut()
            && last.section == section
            && !text.contains('=')
        {
            if last.value.len() < MAX_VALUE {
                last.value.push(' ');
                last.value.push_str(&short(text, MAX_VALUE));
            }
            continue;
        }
        if let Some((key, value)) = text.split_once('=') {
            let key = key.trim();
            out.push(Setting {
                section: section.clone(),
                key: key.strip_prefix("export ").unwrap_or(key).trim().to_owned(),
                value: short(unquoted(value.trim()), MAX_VALUE),
                line: number,
            });
        }
    }
    out
}

/// The last value of a key, as programs take it; the section and the key without regard to case.
pub(super) fn last<'a>(settings: &'a [Setting], section: &str, key: &str) -> Option<&'a Setting> {
    settings.iter().rev().find(|setting| {
        setting.section.eq_ignore_ascii_case(section) && setting.key.eq_ignore_ascii_case(key)
    })
}

/// A value without the quotes around it.
pub(super) fn unquoted(value: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| {
            let rest = value.strip_prefix(quote)?;
            rest.split(quote).next()
        })
        .unwrap_or(value)
}

/// At most `limit` bytes of a text, cut between characters.
pub(super) fn short(text: &str, limit: usize) -> String {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guest::testing::Tree;

    #[test]
    fn sections_quotes_and_lines_that_go_on_are_read() {
        let text = "A=1 \n# no\n[one]\n; no\nbaseurl = https://a/\n    https://b/\nName=\"x y\"\n\
                    [two]\nname=second\nname='third'\nexport B=2\n";
        let root = Tree::new().file("/f", text).root();
        let all = settings(&root.text("/f").unwrap().unwrap());
        assert_eq!(last(&all, "", "a").map(|s| s.value.as_str()), Some("1"));
        let url = last(&all, "one", "baseurl").unwrap();
        assert_eq!((url.value.as_str(), url.line), ("https://a/ https://b/", 5));
        assert_eq!(last(&all, "ONE", "name").unwrap().value, "x y");
        assert_eq!(last(&all, "two", "name").unwrap().value, "third");
        assert_eq!(last(&all, "two", "B").unwrap().value, "2");
        assert_eq!(last(&all, "three", "B"), None);
        assert_eq!(short("a\u{e4}b", 2), "a");
    }
}
