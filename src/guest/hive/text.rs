//! Names of keys and values: how they are stored, and when two of them are the same.

/// A stored name: Latin-1 where it is compressed, else UTF-16LE. Unlike text in data, a name goes
/// on past a NUL: such names hide keys from the Win32 functions, and they have to show here.
pub(super) fn name(bytes: &[u8], compressed: bool) -> String {
    if compressed {
        return bytes.iter().copied().map(char::from).collect();
    }
    char::decode_utf16(units(bytes))
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The UTF-16LE units; a last odd byte is left out.
pub(super) fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|unit| u16::from_le_bytes(*unit))
}

/// Whether Windows takes two names for the same: it compares them upper-cased, unit by unit.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.chars().map(upcase).eq(b.chars().map(upcase))
}

/// The simple upper case of Unicode. Windows' table has one unit for one unit, and nothing beyond
/// ASCII becomes ASCII in it: `ß`, `ſ` and `ı` stay what they are.
pub(super) fn upcase(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if !one.is_ascii() && c.len_utf16() == 1 => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_latin_1_or_utf_16() {
        assert_eq!(name(b"Stra\xdfe", true), "Straße");
        assert_eq!(name(b"a\0\0\0b\0c", false), "a\0b");
        assert_eq!(name(&[0x00, 0xd8, 0x61, 0], false), "\u{fffd}a");
    }

    #[test]
    fn case_folds_as_windows_does() {
        assert!(same("CurrentVersion", "CURRENTVERSION"));
        assert!(same("Größe", "GRÖßE"));
        assert!(same("ÿ", "Ÿ"));
        assert!(same("привет", "ПРИВЕТ"));
        assert!(!same("Straße", "STRASSE"));
        assert!(!same("ſervices", "Services"));
        assert!(!same("lımits", "LIMITS"));
        assert!(!same("a", "ab"));
    }
}
