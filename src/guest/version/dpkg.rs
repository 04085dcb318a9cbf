//! Debian's order: letters before other signs, `~` before the end, numbers as numbers.

use std::cmp::Ordering;

use super::{digits, epoch};

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let (epoch_a, a) = epoch(a);
    let (epoch_b, b) = epoch(b);
    let (upstream_a, revision_a) = a.rsplit_once('-').unwrap_or((a, ""));
    let (upstream_b, revision_b) = b.rsplit_once('-').unwrap_or((b, ""));
    digits::compare(epoch_a.as_bytes(), epoch_b.as_bytes())
        .then_with(|| part(upstream_a.as_bytes(), upstream_b.as_bytes()))
        .then_with(|| part(revision_a.as_bytes(), revision_b.as_bytes()))
}

fn part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        loop {
            let (x, y) = (sign(a), sign(b));
            if x.is_none() && y.is_none() {
                break;
            }
            let order = x.unwrap_or(0).cmp(&y.unwrap_or(0));
            if order != Ordering::Equal {
                return order;
            }
            a = a.get(1..).unwrap_or_default();
            b = b.get(1..).unwrap_or_default();
        }
        let order = digits::compare(digits::take(&mut a), digits::take(&mut b));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// The weight of the next character; none where a number or the end comes, which both weigh 0.
fn sign(text: &[u8]) -> Option<i32> {
    let byte = *text.first()?;
    match byte {
        b'0'..=b'9' => None,
        b'~' => Some(-1),
        b if b.is_ascii_alphabetic() => Some(i32::from(b)),
        b => Some(i32::from(b).saturating_add(256)),
    }
}
