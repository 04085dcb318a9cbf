//! Shell patterns against single names, in steps that are bounded whatever they hold.
#![warn(clippy::arithmetic_side_effects, clippy::as_conversions)]

/// Whether `name` fits the pattern: `*`, `?`, `[a-z]`, `[!a-z]`, `\` before a character.
pub fn matches(pattern: &str, name: &str) -> bool {
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

/// Whether a name on the command line is meant as a pattern.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_told_from_names() {
        assert!(is_pattern("*.vhd") && is_pattern("disk-?.vhd") && is_pattern("[ab].vhd"));
        assert!(!is_pattern("disk.vhd"));
        assert!(matches("*.vhd", "a.vhd") && !matches("*.vhd", "a.vhdx"));
    }
}
