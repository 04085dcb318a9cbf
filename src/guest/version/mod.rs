//! Versions, and the order that each package manager gives them.

mod apk;
mod digits;
mod dotted;
mod dpkg;
mod rpm;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

pub use dotted::Dotted;
pub(in crate::guest) use rpm::part as rpm_part;

/// Whose order: the same two texts may stand differently with different managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionOrder {
    /// Debian's: `[epoch:]upstream[-revision]`, `~` before everything.
    Dpkg,
    /// Red Hat's, SUSE's and Arch's: `[epoch:]version[-release]`, `~` before and `^` after.
    Rpm,
    /// Alpine's: numbers, a letter, `_alpha` to `_p`, `-r` and a number.
    Apk,
    /// Numbers between dots; a number that is not there is 0.
    Plain,
}

impl VersionOrder {
    /// The order of two versions. Any text has a place; a text that is no version has one that only
    /// does not change.
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        match self {
            Self::Dpkg => dpkg::compare(a, b),
            Self::Rpm => rpm::compare(a, b),
            Self::Apk => apk::compare(a, b),
            Self::Plain => Dotted::of(a).cmp(&Dotted::of(b)),
        }
    }
}

/// Splits `epoch:` off; no epoch is 0.
fn epoch(version: &str) -> (&str, &str) {
    match version.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit()) => {
            (epoch, rest)
        }
        _ => ("0", version),
    }
}

/// The version without epoch and without what stands after the last `-`: `2.2.46` of
/// `1:2.2.46-0ubuntu1~18.04.1`.
pub fn upstream(version: &str) -> &str {
    let (_, rest) = epoch(version);
    rest.rsplit_once('-').map_or(rest, |(upstream, _)| upstream)
}
