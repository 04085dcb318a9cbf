//! Alpine's order: `1.2.3a_rc1-r4`, token by token.

use std::cmp::Ordering;

/// What a token is; a later kind ends a version earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Invalid,
    /// A number after a dot, where leading zeros count.
    Fraction,
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Revision,
    End,
}

const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

struct Tokens<'a> {
    kind: Kind,
    rest: &'a str,
}

pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let start = |rest| Tokens {
        kind: Kind::Number,
        rest,
    };
    let (mut a, mut b) = (start(a), start(b));
    let (mut x, mut y) = (0_i64, 0_i64);
    while a.kind == b.kind && a.kind != Kind::End && a.kind != Kind::Invalid && x == y {
        x = a.value();
        y = b.value();
    }
    if x != y || a.kind == b.kind {
        return x.cmp(&y);
    }
    // All that both have is equal: the longer is newer, unless it goes on with a suffix that comes
    // before the version itself.
    if a.kind == Kind::Suffix && a.value() < 0 {
        return Ordering::Less;
    }
    if b.kind == Kind::Suffix && b.value() < 0 {
        return Ordering::Greater;
    }
    b.kind.cmp(&a.kind)
}

impl Tokens<'_> {
    /// The value of the token that stands here; moves on to the next.
    fn value(&mut self) -> i64 {
        if self.rest.is_empty() {
            self.kind = Kind::End;
            return 0;
        }
        match self.kind {
            Kind::Fraction if self.rest.starts_with('0') => {
                let zeros = self.count(|byte| byte == b'0');
                self.skip(zeros);
                self.kind = if self.rest.is_empty() {
                    Kind::End
                } else {
                    Kind::Number
                };
                if self.kind == Kind::Number && !self.rest.starts_with(|c: char| c.is_ascii_digit())
                {
                    self.next_kind();
                }
                i64::try_from(zeros).unwrap_or(i64::MAX).saturating_neg()
            }
            Kind::Fraction | Kind::Number | Kind::SuffixNumber | Kind::Revision => {
                let length = self.count(|byte| byte.is_ascii_digit());
                let value = match self.rest.get(..length) {
                    Some("") | None => 0,
                    Some(digits) => digits.parse().unwrap_or(i64::MAX),
                };
                self.skip(length);
                self.next_kind();
                value
            }
            Kind::Letter => {
                let value = self.rest.bytes().next().map_or(0, i64::from);
                self.skip(1);
                self.next_kind();
                value
            }
            Kind::Suffix => {
                let length = self.count(|byte| byte.is_ascii_lowercase());
                let name = self.rest.get(..length).unwrap_or_default();
                let place = |list: &[&str]| {
                    list.iter()
                        .position(|suffix| *suffix == name)
                        .and_then(|at| i64::try_from(at).ok())
                };
                let value = match (place(&BEFORE), place(&AFTER)) {
                    (Some(at), _) => at.saturating_sub(4),
                    (_, Some(at)) => at,
                    _ => {
                        self.kind = Kind::Invalid;
                        return -1;
                    }
                };
                self.skip(length);
                self.next_kind();
                value
            }
            Kind::Invalid | Kind::End => -1,
        }
    }

    fn next_kind(&mut self) {
        let before = self.kind;
        let first = self.rest.bytes().next();
        let mut next = match (before, first) {
            (_, None) => Kind::End,
            (Kind::Number | Kind::Fraction, Some(b'a'..=b'z')) => Kind::Letter,
            (Kind::Letter, Some(b'0'..=b'9')) => Kind::Number,
            (Kind::Suffix, Some(b'0'..=b'9')) => Kind::SuffixNumber,
            (_, Some(sign)) => {
                self.skip(1);
                match sign {
                    b'.' => Kind::Fraction,
                    b'_' => Kind::Suffix,
                    b'-' if self.rest.starts_with('r') => {
                        self.skip(1);
                        Kind::Revision
                    }
                    _ => Kind::Invalid,
                }
            }
        };
        let may_go_back = matches!(
            (next, before),
            (Kind::Fraction, Kind::Number)
                | (Kind::Suffix, Kind::SuffixNumber)
                | (Kind::Number, Kind::Letter)
        );
        if next < before && !may_go_back {
            next = Kind::Invalid;
        }
        self.kind = next;
    }

    fn count(&self, of: impl Fn(u8) -> bool) -> usize {
        self.rest.bytes().take_while(|byte| of(*byte)).count()
    }

    /// Leaves `count` bytes out; all, where that would split a character.
    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
}
