//! Which rules there are, as one digest: whoever keeps a verdict can tell by which rules it was
//! made.

use sha2::{Digest as _, Sha256};

use super::Rule;
use super::registry::RULES;

/// The SHA-256, in lower-case hexadecimal, of what every rule says of itself: id, name, level, text
/// and sources, each ended by a zero byte. It tells a changed requirement; how a rule looks for it
/// is told by the version of the program.
pub fn digest() -> String {
    of(RULES)
}

/// How many rules there are.
pub fn count() -> usize {
    RULES.len()
}

fn of(rules: &[&Rule]) -> String {
    let mut hasher = Sha256::new();
    let mut field = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update([0]);
    };
    for rule in rules {
        for text in [rule.id, rule.name, rule.level.word(), rule.doc] {
            field(text);
        }
        for source in rule.sources {
            for text in [source.title, source.date, source.url] {
                field(text);
            }
        }
    }
    let mut hex = String::new();
    for byte in hasher.finalize() {
        use std::fmt::Write as _;
        // Writing into a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_and_every_word_counts() {
        assert_eq!(digest(), digest());
        assert_eq!(digest().len(), 64);
        assert_ne!(of(&RULES[1..]), digest());
        let swapped: Vec<_> = RULES.iter().rev().copied().collect();
        assert_ne!(of(&swapped), digest());
    }
}
