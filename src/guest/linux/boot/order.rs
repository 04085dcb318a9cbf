//! The order of versions: as the Boot Loader Specification has it, and as rpm has it.

use std::cmp::Ordering;

use crate::guest::version::rpm_part;

/// Takes a run of characters of one kind off the front.
fn take(text: &str, kind: fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !kind(c)).unwrap_or(text.len());
    (
        text.get(..end).unwrap_or_default(),
        text.get(end..).unwrap_or_default(),
    )
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// Numbers of any length: without leading zeros the longer is the greater.
fn numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The order of the version format specification, by which loaders sort their entries.
pub(super) fn specification(mut a: &str, mut b: &str) -> Ordering {
    loop {
        let skip = |c: char| !(c.is_ascii_alphanumeric() || "~-^.".contains(c));
        a = a.trim_start_matches(skip);
        b = b.trim_start_matches(skip);
        // A tilde is below everything, the end included.
        match (a.strip_prefix('~'), b.strip_prefix('~')) {
            (Some(x), Some(y)) => {
                (a, b) = (x, y);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        if a.is_empty() || b.is_empty() {
            return a.is_empty().cmp(&b.is_empty()).reverse();
        }
        let mut both = false;
        for mark in ['-', '^', '.'] {
            match (a.strip_prefix(mark), b.strip_prefix(mark)) {
                (Some(x), Some(y)) => {
                    (a, b) = (x, y);
                    both = true;
                    break;
                }
                (Some(_), None) => return Ordering::Less,
                (None, Some(_)) => return Ordering::Greater,
                (None, None) => {}
            }
        }
        if both {
            continue;
        }
        let kind = if a.starts_with(is_digit) || b.starts_with(is_digit) {
            is_digit
        } else {
            is_letter
        };
        let ((x, rest_a), (y, rest_b)) = (take(a, kind), take(b, kind));
        let order = if kind('0') { numbers(x, y) } else { x.cmp(y) };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// The order of Red Hat's GRUB: the name of the entry as a package's, `name-version-release`.
pub(super) fn red_hat(a: &str, b: &str) -> Ordering {
    let parts = |id: &str| {
        let (rest, release) = id.rsplit_once('-').unwrap_or((id, ""));
        let (name, version) = rest.rsplit_once('-').unwrap_or((rest, ""));
        [name, version, release].map(str::to_owned)
    };
    parts(a)
        .iter()
        .zip(&parts(b))
        .map(|(a, b)| rpm_part(a, b))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_own_examples_hold() {
        // The list of the specification, each below the next.
        let rising = [
            "~1",
            "",
            "ab",
            "abb",
            "abc",
            "0001",
            "002",
            "12",
            "122",
            "122.9",
            "123~rc1",
            "123",
            "123-a",
            "123-a.1",
            "123-a1",
            "123-a1.1",
            "123-3",
            "123-3.1",
            "123^patch1",
            "123^1",
            "123.a-1",
            "123.1-1",
            "123a-1",
            "124",
        ];
        for pair in rising.windows(2) {
            assert_eq!(specification(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(
                specification(pair[1], pair[0]),
                Ordering::Greater,
                "{pair:?}"
            );
        }
        assert_eq!(
            specification("123_aa2-67.89", "123aa+2-67.89"),
            Ordering::Equal
        );
    }

    #[test]
    fn red_hat_s_newest_kernel_is_the_greatest() {
        let rising = [
            "ffff-0-rescue",
            "ffff-4.18.0-80.el8.x86_64",
            "ffff-4.18.0-477.10.1.el8_8.x86_64",
            "ffff-5.14.0-70.el9.x86_64",
            "ffff-5.14.0-427.13.1.el9_4.x86_64",
        ];
        for pair in rising.windows(2) {
            assert_eq!(red_hat(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(rpm_part("1.0~rc1", "1.0"), Ordering::Less);
        assert_eq!(rpm_part("1.0^git", "1.0"), Ordering::Greater);
        assert_eq!(rpm_part("1.0^git", "1.0.1"), Ordering::Less);
    }
}
