//! Plain versions: numbers between dots.

use std::cmp::Ordering;
use std::fmt;

/// Numbers that one version may have; further ones are left out.
const MAX_NUMBERS: usize = 16;

/// The numbers at the beginning of a version: `[1, 1, 1]` of `1.1.1w`. A number that is not there
/// counts as 0, so that `1.9.1` and `1.9.1.0` are the same.
#[derive(Debug, Clone)]
pub struct Dotted(Vec<u64>);

impl Dotted {
    /// Reads them; a part that does not begin with a digit ends it, and so does one that goes on
    /// with anything but a dot.
    pub fn of(text: &str) -> Self {
        let mut numbers = Vec::new();
        for part in text.trim().split('.').take(MAX_NUMBERS) {
            let end = part
                .bytes()
                .position(|byte| !byte.is_ascii_digit())
                .unwrap_or(part.len());
            let Some(digits) = part.get(..end).filter(|digits| !digits.is_empty()) else {
                break;
            };
            numbers.push(digits.parse().unwrap_or(u64::MAX));
            if end < part.len() {
                break;
            }
        }
        Self(numbers)
    }

    /// As [`of`](Self::of); none where the text does not begin with a number.
    pub fn known(text: &str) -> Option<Self> {
        Some(Self::of(text)).filter(|version| !version.0.is_empty())
    }

    /// The numbers as they stand.
    pub fn numbers(&self) -> &[u64] {
        &self.0
    }

    /// Whether the first numbers are these.
    pub fn begins(&self, numbers: &[u64]) -> bool {
        (0..numbers.len()).all(|at| self.number(at) == numbers.get(at).copied().unwrap_or(0))
    }

    /// Whether it comes before the version of these numbers.
    pub fn is_before(&self, numbers: &[u64]) -> bool {
        *self < Self(numbers.to_vec())
    }

    fn number(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }
}

impl Ord for Dotted {
    fn cmp(&self, other: &Self) -> Ordering {
        (0..self.0.len().max(other.0.len()))
            .map(|at| self.number(at).cmp(&other.number(at)))
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Dotted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Dotted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Dotted {}

impl fmt::Display for Dotted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<_> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}
