//! What stands in a password field, by its shape: never the field itself.

/// What stands in a password field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Password {
    /// Nothing can be typed that fits: `*`, `!`, `!!`, `*LOCK*`, or `!` before a hash.
    Locked,
    /// Nothing: no password is asked for.
    Empty,
    /// The hash of a password, of this kind (`yescrypt`, `SHA-512`).
    Hash(&'static str),
    /// passwd points to shadow, and shadow has no line of that name.
    Missing,
    /// passwd points to shadow, and shadow could not be read.
    Unread,
}

const KINDS: [(&str, &str); 13] = [
    ("$1$", "MD5"),
    ("$2a$", "bcrypt"),
    ("$2b$", "bcrypt"),
    ("$2x$", "bcrypt"),
    ("$2y$", "bcrypt"),
    ("$5$", "SHA-256"),
    ("$6$", "SHA-512"),
    ("$7$", "scrypt"),
    ("$y$", "yescrypt"),
    ("$gy$", "gost-yescrypt"),
    ("$sha1$", "SHA-1"),
    ("$md5", "Sun MD5"),
    ("_", "extended DES"),
];

fn hash(field: &str) -> Option<&'static str> {
    let known = KINDS
        .iter()
        .find(|(prefix, _)| field.starts_with(prefix))
        .map(|(_, kind)| *kind);
    known.or_else(|| {
        let des = field.len() == 13
            && field
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'));
        des.then_some("DES")
    })
}

/// What a field is, and whether a hash stands behind the mark that locks it.
pub(super) fn classify(field: &str) -> (Password, bool) {
    if field.is_empty() {
        return (Password::Empty, false);
    }
    // No hash has one of the two marks in it, so nothing fits a field that does.
    if field.contains(['*', '!']) {
        let behind = field.trim_start_matches(['*', '!']);
        return (Password::Locked, hash(behind).is_some());
    }
    if field == "x" {
        return (Password::Locked, false);
    }
    (
        Password::Hash(hash(field).unwrap_or("a kind that is not known")),
        false,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_field_is_known_by_its_shape() {
        for field in ["*", "!", "!!", "!*", "*LOCK*", "x", "*NP*", "!x"] {
            assert_eq!(classify(field), (Password::Locked, false), "{field}");
        }
        assert_eq!(classify("!$6$salt$abc"), (Password::Locked, true));
        assert_eq!(classify("!!abJnggxhB/yWI"), (Password::Locked, true));
        assert_eq!(classify(""), (Password::Empty, false));
        for (field, kind) in [
            ("$1$abc$def", "MD5"),
            ("$2y$10$abc", "bcrypt"),
            ("$5$a$b", "SHA-256"),
            ("$6$a$b", "SHA-512"),
            ("$7$a$b", "scrypt"),
            ("$y$j9T$a$b", "yescrypt"),
            ("$gy$j9T$a$b", "gost-yescrypt"),
            ("abJnggxhB/yWI", "DES"),
            ("plain", "a kind that is not known"),
        ] {
            assert_eq!(classify(field), (Password::Hash(kind), false), "{field}");
        }
    }
}
