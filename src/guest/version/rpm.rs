//! rpm's order: runs of digits and runs of letters, everything else only parts them; `~` before
//! the end, `^` after it.

use std::cmp::Ordering;

use super::{digits, epoch};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (epoch_a, a) = epoch(a);
    let (epoch_b, b) = epoch(b);
    let (version_a, release_a) = split(a);
    let (version_b, release_b) = split(b);
    digits::compare(epoch_a.as_bytes(), epoch_b.as_bytes())
        .then_with(|| part(version_a, version_b))
        .then_with(|| match (release_a, release_b) {
            (Some(a), Some(b)) => part(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
}

fn split(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (text, None),
    }
}

/// rpm's order of one part: a version, a release, or a name, by which Red Hat's GRUB sorts.
pub(in crate::guest) fn part(a: &str, b: &str) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    loop {
        a = skip_separators(a);
        b = skip_separators(b);
        let (x, y) = (a.first(), b.first());
        if x == Some(&b'~') || y == Some(&b'~') {
            match (x == Some(&b'~'), y == Some(&b'~')) {
                (true, true) => {
                    (a, b) = (rest(a), rest(b));
                    continue;
                }
                (true, false) => return Ordering::Less,
                _ => return Ordering::Greater,
            }
        }
        if x == Some(&b'^') || y == Some(&b'^') {
            match (x, y) {
                (Some(b'^'), Some(b'^')) => {
                    (a, b) = (rest(a), rest(b));
                    continue;
                }
                // The base version alone is older than the one with a suffix…
                (None, _) => return Ordering::Less,
                (_, None) => return Ordering::Greater,
                // …and anything else that follows it is newer.
                (Some(b'^'), _) => return Ordering::Less,
                _ => return Ordering::Greater,
            }
        }
        let (Some(x), Some(y)) = (x, y) else {
            return a.len().cmp(&b.len());
        };
        let order = if x.is_ascii_digit() {
            if !y.is_ascii_digit() {
                // A number is newer than a word.
                return Ordering::Greater;
            }
            digits::compare(digits::take(&mut a), digits::take(&mut b))
        } else {
            if y.is_ascii_digit() {
                return Ordering::Less;
            }
            take_letters(&mut a).cmp(take_letters(&mut b))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn rest(text: &[u8]) -> &[u8] {
    text.get(1..).unwrap_or_default()
}

fn skip_separators(text: &[u8]) -> &[u8] {
    let count = text
        .iter()
        .take_while(|byte| !byte.is_ascii_alphanumeric() && !b"~^".contains(byte))
        .count();
    text.get(count..).unwrap_or_default()
}

fn take_letters<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (letters, rest) = text.split_at(end);
    *text = rest;
    letters
}
