//! Shell patterns over the guest's tree, as sshd's `Include` and others expand them.

use super::Root;
use crate::filesystem::FileType;
use crate::guest::path::join;
use crate::known::Known;
pub(crate) use crate::pattern::matches;

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
