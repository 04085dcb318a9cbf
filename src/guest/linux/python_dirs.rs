//! Where Python's modules lie.

use crate::guest::Root;
use crate::known::Known;

/// Folders of interpreters; the first ones win, as Python looks into them first.
const PATTERNS: [&str; 8] = [
    "/usr/local/lib/python*/dist-packages",
    "/usr/local/lib/python*/site-packages",
    "/usr/lib/python3/dist-packages",
    "/usr/lib/python*/dist-packages",
    "/usr/lib/python*/site-packages",
    "/usr/lib64/python*/site-packages",
    "/usr/share/oem/python/lib*/python*/site-packages",
    "/opt/microsoft/*/lib/python*/site-packages",
];

/// The folders that there are, each once.
pub(super) fn list(root: &Root) -> Known<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    for pattern in PATTERNS {
        for path in root.glob(pattern)? {
            if !out.contains(&path) {
                out.push(path);
            }
        }
    }
    Ok(out)
}

/// The value that a line `NAME = '…'` of a Python file sets, with the line's number.
pub(super) fn assigned<'a>(text: &'a str, name: &str) -> Option<(u32, &'a str)> {
    (1_u32..).zip(text.lines()).find_map(|(number, line)| {
        let rest = line.trim().strip_prefix(name)?.trim_start();
        let rest = rest.strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let value = rest.get(1..)?.split(quote).next()?;
        Some((number, value))
    })
}
