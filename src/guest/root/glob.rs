//! Shell patterns over the guest's tree, as sshd's `Include` and others expand them.

use super::Root;
use crate::filesystem::FileType;
use crate::guest::path::join;
use crate::known::Known;

/// Paths that one pattern may name.
const MAX_MATCHES: usize = 20_000;

/// The paths that `pattern` names, in the order of their names.
pub(super) fn expand(root: &Root, pattern: &str) -> Known<Vec<String>> {
    let mut found = vec!["/".to_owned()];
    let mut names = pattern
        .split('/')
        .filter(|name| !name.is_empty())
        .peekable();
    while let Some(name) = names.next() {
        let is_last = names.peek().is_none();
        let mut next = Vec::new();
        for folder in &found {
            if name.contains(['*', '?', '[']) {
                for entry in root.entries(folder)? {
                    // A pattern names a hidden file only where it begins with a dot itself.
                    let hidden = entry.name.starts_with('.') && !name.starts_with('.');
                    if !hidden
                        && root.fits(name, &entry.name)
                        && (is_last || entry.file_type != FileType::File)
                    {
                        next.push(entry.path);
                    }
                }
            } else {
                let path = join(folder, name);
                if root.link_metadata(&path)?.is_some() {
                    next.push(path);
                }
            }
            if next.len() > MAX_MATCHES {
                return Err(
                    root.unknown(pattern, &format!("it names more than {MAX_MATCHES} files"))
                );
            }
        }
        found = next;
    }
    found.sort();
    Ok(found)
}

impl Root {
    /// Whether a name fits a pattern in this guest's way with case.
    fn fits(&self, pattern: &str, name: &str) -> bool {
        if self.is_windows {
            matches(&pattern.to_lowercase(), &name.to_lowercase())
        } else {
            matches(pattern, name)
        }
    }
}

/// Whether `name` fits the pattern: `*`, `?`, `[a-z]`, `[!a-z]`, `\` before a character.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0_usize, 0_usize);
    // Where to take up again when what follows the last star does not fit: at most
    // pattern times name steps, whatever they hold.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p = p.saturating_add(1);
                continue;
            }
            Some('?') => Some(p.saturating_add(1)),
            Some('[') => class(&pattern, p, name.get(n)),
            Some('\\') => {
                (pattern.get(p.saturating_add(1)) == name.get(n)).then(|| p.saturating_add(2))
            }
            literal => (literal == name.get(n)).then(|| p.saturating_add(1)),
        };
        match (step, star) {
            (Some(next), _) => {
                p = next;
                n = n.saturating_add(1);
            }
            (None, Some((at, from))) => {
                let from = from.saturating_add(1);
                star = Some((at, from));
                p = at.saturating_add(1);
                n = from;
            }
            (None, None) => return false,
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

/// The place behind the class that begins at `at`, where `c` is in it.
fn class(pattern: &[char], at: usize, c: Option<&char>) -> Option<usize> {
    let c = c?;
    let mut i = at.saturating_add(1);
    let negated = matches!(pattern.get(i), Some('!' | '^'));
    if negated {
        i = i.saturating_add(1);
    }
    let first = i;
    let mut inside = false;
    loop {
        match pattern.get(i)? {
            ']' if i > first => break,
            low => {
                let range = pattern.get(i.saturating_add(1)) == Some(&'-');
                match pattern.get(i.saturating_add(2)) {
                    Some(high) if range && *high != ']' => {
                        inside |= low <= c && c <= high;
                        i = i.saturating_add(3);
                    }
                    _ => {
                        inside |= low == c;
                        i = i.saturating_add(1);
                    }
                }
            }
        }
    }
    (inside != negated).then(|| i.saturating_add(1))
}
