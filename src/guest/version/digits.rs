//! Numbers of any length, as digits.

use std::cmp::Ordering;

/// Takes the digits off the front of `text`.
pub(super) fn take<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits
}

/// The order of two numbers; no digits at all are 0.
pub(super) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let a = without_zeros(a);
    let b = without_zeros(b);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}
