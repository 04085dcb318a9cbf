//! Presets: what systemd enables by itself when a machine boots for the first time.

use std::collections::BTreeMap;

use crate::guest::{Root, Spot};
use crate::known::Known;

/// Where presets lie, the stronger first: a file hides those of its name in the later folders.
const FOLDERS: [&str; 4] = [
    "/etc/systemd/system-preset",
    "/usr/local/lib/systemd/system-preset",
    "/usr/lib/systemd/system-preset",
    "/lib/systemd/system-preset",
];

/// Lines of presets that are kept.
const MAX_LINES: usize = 10_000;

/// The presets; they count only at a first boot, where the machine's id is not set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presets {
    /// Whether `/etc/machine-id` is absent, empty or `uninitialized`, so that the next boot is the
    /// first one.
    pub first_boot: bool,
    /// The lines in the order in which they are tried: whether a unit that fits the pattern is
    /// enabled, and where that stands.
    pub lines: Vec<(bool, String, Spot)>,
}

impl Presets {
    /// The line that enables a unit at the first boot; none where the next boot is not the first,
    /// or the first line that fits says no, or none fits (distributions end with a line for all).
    pub fn enables(&self, unit: &str) -> Option<&Spot> {
        if !self.first_boot {
            return None;
        }
        self.lines
            .iter()
            .find(|(_, pattern, _)| fits(pattern, unit))
            .filter(|(enable, _, _)| *enable)
            .map(|(_, _, spot)| spot)
    }
}

pub(super) fn gather(root: &Root) -> Known<Presets> {
    let first_boot = match root.bytes_at("/etc/machine-id", 0, 64)? {
        None => true,
        Some(id) => {
            let id = id.trim_ascii();
            id.is_empty() || id == b"uninitialized"
        }
    };
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for folder in FOLDERS {
        for entry in root.entries(folder)? {
            if entry.name.ends_with(".preset") {
                files.entry(entry.name).or_insert(entry.path);
            }
        }
    }
    let mut lines = Vec::new();
    for path in files.values() {
        let Some(file) = root.text(path)? else {
            continue;
        };
        for (number, line) in file.settings() {
            let mut words = line.split_whitespace();
            let enable = match words.next() {
                Some("enable") => true,
                Some("disable" | "ignore") => false,
                _ => continue,
            };
            if let Some(pattern) = words.next()
                && lines.len() < MAX_LINES
            {
                lines.push((enable, pattern.to_owned(), file.at(number)));
            }
        }
    }
    Ok(Presets { first_boot, lines })
}

/// Whether a name fits a pattern of `*` and `?`, in at most pattern times name steps.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0_usize, 0_usize);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p = p.saturating_add(1);
            }
            Some(c) if *c == b'?' || Some(c) == name.get(n) => {
                p = p.saturating_add(1);
                n = n.saturating_add(1);
            }
            _ => match star {
                Some((at, from)) => {
                    let from = from.saturating_add(1);
                    star = Some((at, from));
                    p = at.saturating_add(1);
                    n = from;
                }
                None => return false,
            },
        }
    }
    pattern
        .get(p..)
        .is_some_and(|rest| rest.iter().all(|c| *c == b'*'))
}
